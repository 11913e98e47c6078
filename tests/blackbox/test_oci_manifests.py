"""Manifests: stored byte for byte, found by tag and by digest."""

import json

import pytest

from support.oci import (
    DOCKER_LIST,
    DOCKER_MANIFEST,
    EMPTY_JSON,
    OCI_CONFIG,
    OCI_EMPTY,
    OCI_INDEX,
    OCI_LAYER,
    OCI_MANIFEST,
    descriptor,
    digest_of,
    image_manifest,
    index_of,
    to_bytes,
)


def check_stored(oci, repo, reference, data, media_type):
    for answer in (oci.get_manifest(repo, reference), oci.head(f"/v2/{repo}/manifests/{reference}")):
        answer.expect(200)
        assert answer.header("Content-Type") == media_type
        assert answer.header("Content-Length") == str(len(data))
        assert answer.header("Docker-Content-Digest") == digest_of(data)
        assert answer.header("ETag") == f'"{digest_of(data)}"'
        assert answer.body in (data, b"")
    assert oci.get_manifest(repo, reference).body == data


@pytest.mark.parametrize("media_type", [OCI_MANIFEST, DOCKER_MANIFEST])
def test_an_image(oci, repo, media_type):
    data = oci.new_manifest(repo, layers=3, media_type=media_type)
    reply = oci.put_manifest(repo, "v1", data).expect(201)
    assert reply.header("Docker-Content-Digest") == digest_of(data)
    assert reply.header("Location") == f"/v2/{repo}/manifests/{digest_of(data)}"
    check_stored(oci, repo, "v1", data, media_type)
    check_stored(oci, repo, digest_of(data), data, media_type)


@pytest.mark.parametrize("media_type,child_type", [(OCI_INDEX, OCI_MANIFEST), (DOCKER_LIST, DOCKER_MANIFEST)])
def test_an_index(oci, repo, media_type, child_type):
    children = [oci.new_manifest(repo, media_type=child_type) for _ in range(2)]
    for child in children:
        oci.put_manifest(repo, digest_of(child), child).expect(201)
    data = to_bytes(index_of(children, media_type))
    oci.put_manifest(repo, "multi", data).expect(201)
    check_stored(oci, repo, "multi", data, media_type)
    for child in children:
        check_stored(oci, repo, digest_of(child), child, child_type)


def test_an_index_of_indexes_and_an_empty_one(oci, repo):
    child = oci.push_image(repo, "child")
    inner, empty = to_bytes(index_of([child])), to_bytes(index_of([]))
    for data in (inner, empty, to_bytes(index_of([inner, empty]))):
        oci.put_manifest(repo, digest_of(data), data).expect(201)
        check_stored(oci, repo, digest_of(data), data, OCI_INDEX)


def test_the_bytes_are_kept_as_they_came(oci, repo):
    value = json.loads(oci.new_manifest(repo))
    data = b"\n  " + json.dumps(value, indent=7, sort_keys=True).encode() + b" \t\r\n"
    oci.put_manifest(repo, "odd", data).expect(201)
    check_stored(oci, repo, "odd", data, OCI_MANIFEST)


def test_unknown_members_and_any_artifact(oci, repo):
    oci.push_blob(repo, EMPTY_JSON)
    empty = descriptor(EMPTY_JSON, OCI_EMPTY, data="e30=", annotations={"a": "b"})
    data = to_bytes(image_manifest(empty, [empty], artifactType="application/x.anything+at-all",
                                   somethingNew={"deep": [1, None, True, 1.5]}, annotations={"k": "ü\u2028"}))
    oci.put_manifest(repo, "artifact", data).expect(201)
    check_stored(oci, repo, "artifact", data, OCI_MANIFEST)


def test_no_layers(oci, repo):
    oci.push_blob(repo, EMPTY_JSON)
    data = to_bytes(image_manifest(descriptor(EMPTY_JSON, OCI_EMPTY), [], artifactType="application/x.none"))
    oci.put_manifest(repo, "bare", data).expect(201)


def test_a_manifest_without_a_media_type_takes_that_of_the_request(oci, repo):
    value = json.loads(oci.new_manifest(repo))
    del value["mediaType"]
    data = to_bytes(value)
    oci.put_manifest(repo, "plain", data, OCI_MANIFEST).expect(201)
    check_stored(oci, repo, "plain", data, OCI_MANIFEST)


def test_again_and_under_another_tag(oci, repo):
    data = oci.push_image(repo, "one")
    for tag in ("one", "two", "one"):
        oci.put_manifest(repo, tag, data).expect(201)
    assert oci.tags(repo) == ["one", "two"]
    oci.put_manifest(repo, digest_of(data), data).expect(201)


def test_a_tag_moves_and_the_old_image_stays(oci, repo):
    old = oci.push_image(repo, "latest")
    new = oci.push_image(repo, "latest")
    check_stored(oci, repo, "latest", new, OCI_MANIFEST)
    check_stored(oci, repo, digest_of(old), old, OCI_MANIFEST)


def test_any_accept_header_gets_the_manifest(oci, repo):
    data = oci.push_image(repo, "v1")
    for accept in (None, "*/*", OCI_MANIFEST, f"{DOCKER_MANIFEST}, {OCI_MANIFEST};q=0.5", "application/json"):
        assert oci.get_manifest(repo, digest_of(data), accept).expect(200).body == data


def test_if_none_match(oci, repo):
    data = oci.push_image(repo, "v1")
    reply = oci.get_manifest(repo, "v1", headers={"If-None-Match": f'"{digest_of(data)}"'}).expect(304)
    assert reply.body == b""
    oci.get_manifest(repo, "v1", headers={"If-None-Match": '"sha256:0"'}).expect(200)
    oci.get_manifest(repo, "v1", headers={"If-Match": '"sha256:0"'}).expect(412)


def test_tags_of_a_push_by_digest(oci, repo):
    data = oci.new_manifest(repo)
    reply = oci.put_manifest(repo, digest_of(data), data, query="?tag=a&tag=b.c_D-e").expect(201)
    told = [tag.strip() for value in reply.headers.get_all("OCI-Tag") for tag in value.split(",")]
    assert sorted(told) == ["a", "b.c_D-e"]
    assert oci.tags(repo) == ["a", "b.c_D-e"]
    check_stored(oci, repo, "a", data, OCI_MANIFEST)


def test_tags_of_a_push_by_digest_that_are_none(oci, repo):
    data = oci.new_manifest(repo)
    oci.put_manifest(repo, digest_of(data), data, query="?tag=ok&tag=.bad").expect(400)
    assert oci.tags(repo) == []


def test_sha512(oci, repo):
    config, layer = b'{"os":"linux"}', b"a layer"
    for blob in (config, layer):
        oci.push_blob(repo, blob, "sha512")
    data = to_bytes(image_manifest(descriptor(config, OCI_CONFIG, algorithm="sha512"),
                                   [descriptor(layer, OCI_LAYER, algorithm="sha512")]))
    digest = digest_of(data, "sha512")
    reply = oci.put_manifest(repo, digest, data, query="?tag=five-twelve").expect(201)
    assert reply.header("Docker-Content-Digest") == digest
    for reference in (digest, "five-twelve"):
        reply = oci.get_manifest(repo, reference).expect(200)
        assert reply.body == data and reply.header("Docker-Content-Digest") == digest


def test_what_is_not_there(oci, repo, server):
    for reference in ("nothing", digest_of(b"nothing")):
        code, message = oci.get_manifest(repo, reference).expect(404).error()
        assert (code, message) == ("MANIFEST_UNKNOWN", "Requested image not found")
        assert oci.head(f"/v2/{repo}/manifests/{reference}").expect(404).body == b""
    code, message = oci.get_manifest("no/such/repository", "v1").expect(404).error()
    assert code == "NAME_UNKNOWN"
    assert message == ("The repository with name 'no/such/repository' does not exist in the registry with id "
                       f"'{server.account}'")


def test_a_push_to_an_unknown_repository(oci, repo):
    reply = oci.put_manifest("no/such/repository", "v1", oci.new_manifest(repo))
    assert reply.expect(404).error()[0] == "NAME_UNKNOWN"

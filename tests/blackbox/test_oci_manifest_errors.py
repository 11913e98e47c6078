"""Manifests that must be refused: each with its code, and without a trace left behind."""

import base64
import json

import pytest

from support.oci import (
    DOCKER_MANIFEST,
    OCI_CONFIG,
    OCI_INDEX,
    OCI_LAYER,
    OCI_MANIFEST,
    descriptor,
    digest_of,
    image_manifest,
    index_of,
    to_bytes,
)

LIMIT = 4 * 1024 * 1024
INVALID = ("MANIFEST_INVALID", "UNSUPPORTED")


def padded(data, size):
    """The same manifest in exactly `size` bytes."""
    value = json.loads(data)
    value["annotations"] = {"pad": ""}
    value["annotations"]["pad"] = "x" * (size - len(to_bytes(value)))
    return to_bytes(value)


def test_the_largest_manifest(oci, repo):
    data = padded(oci.new_manifest(repo), LIMIT)
    assert len(data) == LIMIT
    oci.put_manifest(repo, "large", data).expect(201)
    assert oci.get_manifest(repo, "large").expect(200).body == data


def test_one_byte_more(oci, repo):
    data = padded(oci.new_manifest(repo), LIMIT + 1)
    assert oci.put_manifest(repo, "large", data).expect(413).error()[0] in ("MANIFEST_INVALID", "SIZE_INVALID")
    oci.get_manifest(repo, "large").expect(404)


def test_one_byte_more_of_unknown_length(oci, repo):
    data = padded(oci.new_manifest(repo), LIMIT + 1)
    oci.request("PUT", f"/v2/{repo}/manifests/large", iter([data]), {"Content-Type": OCI_MANIFEST}).expect(413)


def test_not_the_digest_that_was_named(oci, repo):
    data = oci.new_manifest(repo)
    reply = oci.put_manifest(repo, digest_of(b"other"), data)
    assert reply.expect(400).error()[0] == "DIGEST_INVALID"
    oci.get_manifest(repo, digest_of(data)).expect(404)


@pytest.mark.parametrize("reference", ["sha256:baddigeststring", "sha256:" + "A" * 64, "md5:" + "a" * 32,
                                       "sha256:" + "a" * 63])
def test_a_digest_that_is_none(oci, repo, reference):
    data = oci.new_manifest(repo)
    assert oci.put_manifest(repo, reference, data).expect(400).error()[0] == "DIGEST_INVALID"
    oci.get_manifest(repo, reference).expect(400, 404)


@pytest.mark.parametrize("tag", [".dot", "-dash", "a" * 129, "with%20space", "%C3%BC", "a+b", "a%00b"])
def test_a_tag_that_is_none(oci, repo, tag):
    oci.put_manifest(repo, tag, oci.new_manifest(repo)).expect(400, 404)
    oci.head(f"/v2/{repo}/manifests/{tag}").expect(400, 404)
    assert oci.tags(repo) == []


@pytest.mark.parametrize("data", [b"", b"{", b"nonsense", b"[]", b"null", b'"text"', b"{}", b"\xff\xfe", b"12",
                                  b'{"schemaVersion":2', b'{"schemaVersion":2}{}'])
def test_not_json_or_not_an_object(oci, repo, data):
    code, message = oci.put_manifest(repo, "bad", data, OCI_MANIFEST).expect(400, 405).error()
    assert code in INVALID and message
    oci.get_manifest(repo, "bad").expect(404)


def test_invalid_json_is_said_as_ecr_says_it(oci, repo):
    """ECR's words; its code and status (405 UNSUPPORTED) or those of the specification."""
    reply = oci.put_manifest(repo, "bad", b"{nonsense", OCI_MANIFEST)
    code, message = reply.error()
    assert (reply.status, code) in ((405, "UNSUPPORTED"), (400, "MANIFEST_INVALID"))
    assert message == "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"


def change(data, **members):
    value = json.loads(data)
    for name, member in members.items():
        if member is None:
            del value[name]
        else:
            value[name] = member
    return to_bytes(value)


@pytest.mark.parametrize("members", [
    {"schemaVersion": 1}, {"schemaVersion": "2"}, {"schemaVersion": None}, {"config": None},
    {"config": []}, {"layers": {}}, {"layers": ["x"]}, {"config": {}}, {"mediaType": 5},
    {"layers": [{"mediaType": OCI_LAYER, "size": 1, "digest": "sha256:abc"}]},
    {"layers": [{"mediaType": OCI_LAYER, "size": -1, "digest": digest_of(b"x")}]},
    {"layers": [{"mediaType": OCI_LAYER, "size": 1e300, "digest": digest_of(b"x")}]},
    {"layers": [{"mediaType": OCI_LAYER, "size": "1", "digest": digest_of(b"x")}]},
    {"layers": [{"mediaType": OCI_LAYER, "size": 1}]},
    {"subject": {"mediaType": OCI_MANIFEST, "size": 1, "digest": "sha256:../../x"}}, {"subject": "x"},
    {"annotations": "x"}, {"annotations": {"a": 1}}, {"artifactType": 7},
], ids=lambda members: json.dumps(members)[:60])
def test_members_of_the_wrong_form(oci, repo, members):
    data = change(oci.new_manifest(repo), **members)
    assert oci.put_manifest(repo, "bad", data, OCI_MANIFEST).expect(400, 404, 405).error()[0] in (
        *INVALID, "DIGEST_INVALID", "SIZE_INVALID")
    oci.get_manifest(repo, "bad").expect(404)


def test_a_manifest_with_two_meanings(oci, repo):
    image = json.loads(oci.new_manifest(repo))
    for media_type in (OCI_MANIFEST, OCI_INDEX):
        both = to_bytes({**image, "mediaType": media_type, "manifests": []})
        assert oci.put_manifest(repo, "both", both).expect(400, 405).error()[0] in INVALID
    oci.get_manifest(repo, "both").expect(404)


def test_a_member_twice(oci, repo):
    data = oci.new_manifest(repo)
    twice = data[:-1] + b', "layers": []}'
    assert oci.put_manifest(repo, "twice", twice, OCI_MANIFEST).expect(400, 405).error()[0] in INVALID


@pytest.mark.parametrize("said", [OCI_INDEX, DOCKER_MANIFEST, "application/octet-stream"])
def test_a_media_type_that_contradicts(oci, repo, said):
    reply = oci.put_manifest(repo, "other", oci.new_manifest(repo), said)
    assert reply.expect(400, 405, 415).error()[0] in INVALID
    oci.get_manifest(repo, "other").expect(404)


def test_missing_layers(oci, repo, server):
    config = b"{}"
    oci.push_blob(repo, config)
    missing = descriptor(b"never pushed", OCI_LAYER)
    data = to_bytes(image_manifest(descriptor(config, OCI_CONFIG), [missing]))
    code, message = oci.put_manifest(repo, "holes", data).expect(400, 404).error()
    assert code == "MANIFEST_BLOB_UNKNOWN"
    assert message == (f"Layers with digests '[{missing['digest']}]' required for pushing image into repository with "
                       f"name '{repo}' in the registry with id '{server.account}' do not exist")
    oci.get_manifest(repo, "holes").expect(404)


def test_a_missing_config(oci, repo):
    oci.push_blob(repo, b"layer")
    data = to_bytes(image_manifest(descriptor(b'{"no":"config"}', OCI_CONFIG), [descriptor(b"layer", OCI_LAYER)]))
    assert oci.put_manifest(repo, "holes", data).expect(400, 404).error()[0] == "MANIFEST_BLOB_UNKNOWN"


def test_layers_of_another_repository_are_missing_here(oci, repo, new_repo):
    data = oci.push_image(new_repo(), "v1")
    assert oci.put_manifest(repo, "v1", data).expect(400, 404).error()[0] == "MANIFEST_BLOB_UNKNOWN"


def test_missing_children(oci, repo, server):
    child = oci.new_manifest(repo)
    data = to_bytes(index_of([child]))
    code, message = oci.put_manifest(repo, "holes", data).expect(400, 404).error()
    assert code == "MANIFEST_BLOB_UNKNOWN"
    assert message == (f"Images with digests '[{digest_of(child)}]' required for pushing image into repository with "
                       f"name '{repo}' in the registry with id '{server.account}' do not exist")


def test_a_layer_with_urls_need_not_be_here(oci, repo):
    oci.push_blob(repo, b"{}")
    foreign = descriptor(b"kept elsewhere", "application/vnd.oci.image.layer.nondistributable.v1.tar",
                         urls=["https://example.com/layer"])
    data = to_bytes(image_manifest(descriptor(b"{}", OCI_CONFIG), [foreign]))
    oci.put_manifest(repo, "foreign", data).expect(201)


def test_a_layer_of_another_size_than_stored(oci, repo):
    value = json.loads(oci.new_manifest(repo))
    value["layers"][0]["size"] += 1
    assert oci.put_manifest(repo, "size", to_bytes(value)).expect(400, 404).error()[0] in (
        *INVALID, "SIZE_INVALID", "MANIFEST_BLOB_UNKNOWN")


def test_embedded_data_that_is_not_the_digest(oci, repo):
    value = json.loads(oci.new_manifest(repo))
    value["layers"][0]["data"] = base64.b64encode(b"another content").decode()
    reply = oci.put_manifest(repo, "data", to_bytes(value))
    assert reply.status == 201 or reply.expect(400, 405).error()[0] in INVALID


def test_depth_bombs(oci, repo):
    for bomb in (b"[" * 100_000, b'{"a":' * 100_000, b'{"annotations":' + b"[" * 50_000 + b"]" * 50_000 + b"}"):
        oci.put_manifest(repo, "bomb", bomb, OCI_MANIFEST).expect(400, 405)

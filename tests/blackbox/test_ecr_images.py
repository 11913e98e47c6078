"""PutImage, BatchGetImage, BatchDeleteImage."""

import json

import pytest

from support.expect import aws_error, invalid, no_repository
from support.oci import (
    DOCKER_MANIFEST,
    OCI_CONFIG,
    OCI_LAYER,
    OCI_MANIFEST,
    descriptor,
    digest_of,
    image_manifest,
    index_of,
    to_bytes,
)


def put(ecr, repo, data, tag=None, **more):
    if tag:
        more["imageTag"] = tag
    return ecr.put_image(repositoryName=repo, imageManifest=data.decode(), **more)["image"]


@pytest.mark.parametrize("media_type", [OCI_MANIFEST, DOCKER_MANIFEST])
def test_put(ecr, oci, server, repo, media_type):
    data = oci.new_manifest(repo, media_type=media_type)
    assert put(ecr, repo, data, "v1") == {
        "registryId": server.account, "repositoryName": repo, "imageManifest": data.decode(),
        "imageManifestMediaType": media_type, "imageId": {"imageDigest": digest_of(data), "imageTag": "v1"}}
    assert oci.get_manifest(repo, "v1").expect(200).body == data


def test_put_without_a_tag(ecr, oci, repo):
    data = oci.new_manifest(repo)
    assert put(ecr, repo, data)["imageId"] == {"imageDigest": digest_of(data)}
    assert oci.tags(repo) == []
    assert oci.get_manifest(repo, digest_of(data)).expect(200).body == data


def test_put_again(ecr, oci, server, repo):
    data = oci.new_manifest(repo)
    put(ecr, repo, data, "v1")
    with aws_error("ImageAlreadyExistsException",
                   f"Image with digest '{digest_of(data)}' and tag 'v1' already exists in the repository with name "
                   f"'{repo}' in registry with id '{server.account}'"):
        put(ecr, repo, data, "v1")
    put(ecr, repo, data, "v2")
    assert oci.tags(repo) == ["v1", "v2"]


def test_a_tag_moves(ecr, oci, repo):
    old, new = oci.new_manifest(repo), oci.new_manifest(repo)
    put(ecr, repo, old, "latest")
    put(ecr, repo, new, "latest")
    found = {entry["imageDigest"]: entry.get("imageTag") for entry in ecr.list_images(repositoryName=repo)["imageIds"]}
    assert found == {digest_of(old): None, digest_of(new): "latest"}


def test_the_digest_that_is_given(ecr, oci, repo):
    data = oci.new_manifest(repo)
    with aws_error("ImageDigestDoesNotMatchException"):
        put(ecr, repo, data, "v1", imageDigest=digest_of(b"other"))
    assert put(ecr, repo, data, "v1", imageDigest=digest_of(data))["imageId"]["imageTag"] == "v1"


def test_the_media_type_that_is_given(ecr, oci, repo):
    value = json.loads(oci.new_manifest(repo))
    del value["mediaType"]
    data = to_bytes(value)
    made = put(ecr, repo, data, "typed", imageManifestMediaType=OCI_MANIFEST)
    assert made["imageManifestMediaType"] == OCI_MANIFEST
    assert oci.get_manifest(repo, "typed").header("Content-Type") == OCI_MANIFEST


def test_missing_layers(ecr, oci, server, repo):
    oci.push_blob(repo, b"{}")
    missing = [descriptor(text, OCI_LAYER) for text in (b"never", b"pushed")]
    data = to_bytes(image_manifest(descriptor(b"{}", OCI_CONFIG), missing))
    with aws_error("LayersNotFoundException") as caught:
        put(ecr, repo, data, "v1")
    before, _, rest = caught.message.partition("[")
    inside, _, after = rest.partition("]")
    assert before == "Layers with digests '" and set(inside.split(", ")) == {entry["digest"] for entry in missing}
    assert after == (f"' required for pushing image into repository with name '{repo}' in the registry with id "
                     f"'{server.account}' do not exist")


def test_missing_children(ecr, oci, server, repo):
    child = oci.new_manifest(repo)
    with aws_error("ReferencedImagesNotFoundException",
                   f"Images with digests '[{digest_of(child)}]' required for pushing image into repository with name "
                   f"'{repo}' in the registry with id '{server.account}' do not exist"):
        put(ecr, repo, to_bytes(index_of([child])), "v1")


def test_manifests_that_are_none(ecr, bad_ecr, repo):
    with aws_error("InvalidParameterException", invalid("ImageManifest", "Invalid JSON syntax")):
        put(ecr, repo, b"{nonsense", "v1")
    for data in (b"[]", b"{}", b'{"schemaVersion":2}', b'{"schemaVersion":2,"mediaType":"text/plain"}', b"x" * 5000):
        with aws_error("InvalidParameterException"):
            put(ecr, repo, data, "v1")
    for data in (b"", b" " * (4 * 1024 * 1024 + 1)):
        with aws_error("InvalidParameterException") as caught:
            put(bad_ecr, repo, data, "v1")
        assert "must have length" in caught.message


def test_tags_and_names_that_are_none(bad_ecr, oci, server, repo):
    data = oci.new_manifest(repo)
    for tag in ("", ".x", "a b", "x" * 301, "a/b", "ü"):
        with aws_error("InvalidParameterException"):
            bad_ecr.put_image(repositoryName=repo, imageManifest=data.decode(), imageTag=tag)
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        put(bad_ecr, "not/there", data, "v1")


def test_a_thousand_tags_and_no_more(ecr, oci, repo):
    data = oci.new_manifest(repo)
    for at in range(0, 1000, 100):
        query = "?" + "&".join(f"tag=t{number}" for number in range(at, at + 100))
        oci.put_manifest(repo, digest_of(data), data, query=query).expect(201)
    with aws_error("LimitExceededException"):
        put(ecr, repo, data, "one-more")
    assert 400 <= oci.put_manifest(repo, "one-more", data).status < 500
    assert len(ecr.describe_images(repositoryName=repo)["imageDetails"][0]["imageTags"]) == 1000


# BatchGetImage

def test_get(ecr, oci, server, repo):
    one, two = oci.push_image(repo, "one"), oci.push_image(repo, "two")
    answer = ecr.batch_get_image(repositoryName=repo, imageIds=[
        {"imageTag": "one"}, {"imageDigest": digest_of(two)}, {"imageTag": "two", "imageDigest": digest_of(two)}])
    assert answer["failures"] == []
    assert [(image["imageManifest"].encode(), image["imageId"]) for image in answer["images"]] == [
        (one, {"imageTag": "one", "imageDigest": digest_of(one)}),
        (two, {"imageDigest": digest_of(two)}) if "imageTag" not in answer["images"][1]["imageId"] else
        (two, {"imageTag": "two", "imageDigest": digest_of(two)}),
        (two, {"imageTag": "two", "imageDigest": digest_of(two)})]
    assert all(image["registryId"] == server.account and image["repositoryName"] == repo
               and image["imageManifestMediaType"] == OCI_MANIFEST for image in answer["images"])


def test_get_failures(ecr, oci, repo):
    data = oci.push_image(repo, "v1")
    asked = [{"imageTag": "absent"}, {"imageDigest": digest_of(b"absent")}, {}, {"imageDigest": "nonsense"},
             {"imageTag": "v1", "imageDigest": digest_of(b"absent")}, {"imageTag": "v1"}]
    answer = ecr.batch_get_image(repositoryName=repo, imageIds=asked)
    assert [image["imageId"]["imageDigest"] for image in answer["images"]] == [digest_of(data)]
    failures = [(entry["failureCode"], entry["failureReason"]) for entry in answer["failures"]]
    assert failures[:4] == [
        ("ImageNotFound", "Requested image not found"), ("ImageNotFound", "Requested image not found"),
        ("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"),
        ("InvalidImageDigest", "Invalid request parameters: image digest should satisfy the regex "
                               "'[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'")]
    assert failures[4][0] in ("ImageNotFound", "ImageTagDoesNotMatchDigest")
    assert [entry["imageId"] for entry in answer["failures"]] == asked[:5]


def test_get_limits(bad_ecr, server, repo):
    for count in (0, 101):
        with aws_error("InvalidParameterException"):
            bad_ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": f"t{n}"} for n in range(count)])
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        bad_ecr.batch_get_image(repositoryName="not/there", imageIds=[{"imageTag": "x"}])


def test_get_with_accepted_media_types(ecr, oci, repo):
    data = oci.push_image(repo, "v1")
    for types in ([OCI_MANIFEST], [DOCKER_MANIFEST, OCI_MANIFEST]):
        found = ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}], acceptedMediaTypes=types)
        assert found["images"][0]["imageManifest"].encode() == data


# BatchDeleteImage

def test_delete_by_tag(ecr, oci, repo):
    data = oci.push_image(repo, "one")
    oci.put_manifest(repo, "two", data).expect(201)
    answer = ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": "one"}])
    assert answer["imageIds"] == [{"imageDigest": digest_of(data), "imageTag": "one"}] and answer["failures"] == []
    assert oci.tags(repo) == ["two"]
    ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": "two"}])
    assert ecr.list_images(repositoryName=repo)["imageIds"] == []
    oci.get_manifest(repo, digest_of(data)).expect(404)


def test_delete_by_digest(ecr, oci, repo):
    data = oci.push_image(repo, "one")
    oci.put_manifest(repo, "two", data).expect(201)
    answer = ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageDigest": digest_of(data)}])
    assert {entry.get("imageTag") for entry in answer["imageIds"]} == {"one", "two"}
    assert {entry["imageDigest"] for entry in answer["imageIds"]} == {digest_of(data)}
    assert oci.tags(repo) == []


def test_delete_an_untagged_image(ecr, oci, repo):
    data = oci.new_manifest(repo)
    oci.put_manifest(repo, digest_of(data), data).expect(201)
    answer = ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageDigest": digest_of(data)}])
    assert answer["imageIds"] == [{"imageDigest": digest_of(data)}]


def test_delete_failures(ecr, oci, repo):
    child = oci.push_image(repo, "child")
    index = to_bytes(index_of([child]))
    oci.put_manifest(repo, "index", index).expect(201)
    asked = [{"imageTag": "absent"}, {"imageDigest": digest_of(b"absent")}, {}, {"imageDigest": "nonsense"},
             {"imageTag": "index", "imageDigest": digest_of(child)}, {"imageDigest": digest_of(child)}]
    answer = ecr.batch_delete_image(repositoryName=repo, imageIds=asked)
    assert answer["imageIds"] == []
    assert [entry["imageId"] for entry in answer["failures"]] == asked
    assert [entry["failureCode"] for entry in answer["failures"]] == [
        "ImageNotFound", "ImageNotFound", "MissingDigestAndTag", "InvalidImageDigest", "ImageTagDoesNotMatchDigest",
        "ImageReferencedByManifestList"]
    assert answer["failures"][0]["failureReason"] == "Requested image not found"
    assert answer["failures"][5]["failureReason"] == (
        f"Requested image referenced by manifest list: [{digest_of(index)}]")
    oci.get_manifest(repo, "child").expect(200)


def test_delete_limits(bad_ecr, server, repo):
    for count in (0, 101):
        with aws_error("InvalidParameterException"):
            bad_ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": f"t{n}"} for n in range(count)])
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        bad_ecr.batch_delete_image(repositoryName="not/there", imageIds=[{"imageTag": "x"}])

"""Referrers: which artifacts say that they are about an image."""

import json

import pytest

from support.oci import OCI_INDEX, OCI_MANIFEST, descriptor, digest_of, index_of, next_link, to_bytes

SBOM, SIGNATURE = "application/x.sbom+json", "application/x.signature"


def referrers(oci, repo, digest, query=""):
    reply = oci.get(f"/v2/{repo}/referrers/{digest}{query}").expect(200)
    assert reply.header("Content-Type") == OCI_INDEX
    value = reply.json()
    assert value["schemaVersion"] == 2 and value["mediaType"] == OCI_INDEX
    return reply, value["manifests"]


def test_none(oci, repo):
    for digest in (digest_of(oci.push_image(repo, "v1")), digest_of(b"unknown subject")):
        assert referrers(oci, repo, digest)[1] == []


def test_an_artifact_about_an_image(oci, repo):
    image = oci.push_image(repo, "v1")
    artifact = oci.new_artifact(image, SBOM, repo, annotations={"tool": "x", "time": "now"})
    reply = oci.put_manifest(repo, digest_of(artifact), artifact).expect(201)
    assert reply.header("OCI-Subject") == digest_of(image)
    assert referrers(oci, repo, digest_of(image))[1] == [{
        "mediaType": OCI_MANIFEST, "digest": digest_of(artifact), "size": len(artifact), "artifactType": SBOM,
        "annotations": {"tool": "x", "time": "now"}}]


def test_an_artifact_before_its_image(oci, repo):
    image = oci.new_manifest(repo)
    artifact = oci.new_artifact(image, SBOM, repo)
    reply = oci.put_manifest(repo, "early", artifact).expect(201)
    assert reply.header("OCI-Subject") == digest_of(image)
    assert [entry["digest"] for entry in referrers(oci, repo, digest_of(image))[1]] == [digest_of(artifact)]
    oci.put_manifest(repo, "v1", image).expect(201)
    assert len(referrers(oci, repo, digest_of(image))[1]) == 1


def test_the_artifact_type_falls_back_to_that_of_the_config(oci, repo):
    image = oci.push_image(repo, "v1")
    about = oci.new_manifest(repo, subject=descriptor(image, OCI_MANIFEST))
    oci.put_manifest(repo, digest_of(about), about).expect(201)
    entry = referrers(oci, repo, digest_of(image))[1][0]
    assert entry["artifactType"] == json.loads(about)["config"]["mediaType"]


def test_an_index_may_have_a_subject(oci, repo):
    image = oci.push_image(repo, "v1")
    index = to_bytes(index_of([], subject=descriptor(image, OCI_MANIFEST), artifactType=SIGNATURE))
    reply = oci.put_manifest(repo, digest_of(index), index).expect(201)
    assert reply.header("OCI-Subject") == digest_of(image)
    entry = referrers(oci, repo, digest_of(image))[1][0]
    assert entry["mediaType"] == OCI_INDEX and entry["artifactType"] == SIGNATURE


@pytest.fixture
def five(oci, repo):
    """An image with three SBOMs and two signatures; the repository and the image's digest."""
    image = oci.push_image(repo, "v1")
    for number in range(5):
        artifact = oci.new_artifact(image, SBOM if number % 2 == 0 else SIGNATURE, repo, annotations={"n": str(number)})
        oci.put_manifest(repo, digest_of(artifact), artifact).expect(201)
    return repo, digest_of(image)


def test_filter(oci, five):
    repo, digest = five
    reply, everything = referrers(oci, repo, digest)
    assert len(everything) == 5 and reply.header("OCI-Filters-Applied") is None
    for artifact_type, count in ((SBOM, 3), (SIGNATURE, 2), ("application/x.none", 0)):
        query = "?artifactType=" + artifact_type.replace("/", "%2F").replace("+", "%2B")
        reply, found = referrers(oci, repo, digest, query)
        assert len(found) == count and all(entry["artifactType"] == artifact_type for entry in found)
        assert reply.header("OCI-Filters-Applied") == "artifactType"


def test_pages(oci, five):
    repo, digest = five
    seen, target = [], f"/v2/{repo}/referrers/{digest}?n=2"
    while target:
        reply = oci.get(target).expect(200)
        assert len(reply.json()["manifests"]) <= 2
        seen += [entry["digest"] for entry in reply.json()["manifests"]]
        target = next_link(reply)
    assert len(seen) == len(set(seen)) == 5


def test_a_large_list_comes_in_pages(oci, repo):
    image = oci.push_image(repo, "v1")
    pushed = set()
    for number in range(120):
        artifact = oci.new_artifact(image, SBOM, repo, annotations={"n": str(number)})
        oci.put_manifest(repo, digest_of(artifact), artifact).expect(201)
        pushed.add(digest_of(artifact))
    seen, target = [], f"/v2/{repo}/referrers/{digest_of(image)}"
    while target:
        reply = oci.get(target).expect(200)
        seen += [entry["digest"] for entry in reply.json()["manifests"]]
        target = next_link(reply)
    assert set(seen) == pushed and len(seen) == len(pushed)


def test_deleted_artifacts_are_gone(oci, five):
    repo, digest = five
    for entry in referrers(oci, repo, digest)[1]:
        oci.delete(f"/v2/{repo}/manifests/{entry['digest']}").expect(202)
    assert referrers(oci, repo, digest)[1] == []


def test_subjects_that_go_round(oci, repo):
    """An artifact about an artifact, and the deletion of what stands between."""
    image = oci.push_image(repo, "v1")
    first = oci.new_artifact(image, SBOM, repo)
    second = oci.new_artifact(first, SIGNATURE, repo)
    for data in (first, second):
        oci.put_manifest(repo, digest_of(data), data).expect(201)
    assert referrers(oci, repo, digest_of(first))[1][0]["digest"] == digest_of(second)
    oci.delete(f"/v2/{repo}/manifests/{digest_of(first)}").expect(202)
    assert referrers(oci, repo, digest_of(image))[1] == []


def test_a_repository_sees_its_own_referrers_only(oci, five, new_repo):
    assert referrers(oci, new_repo(), five[1])[1] == []


def test_errors(oci, repo):
    assert oci.get(f"/v2/{repo}/referrers/sha256:xyz").expect(400).error()[0] == "DIGEST_INVALID"
    assert oci.get(f"/v2/no/such/repo/referrers/{digest_of(b'')}").expect(404).error()[0] == "NAME_UNKNOWN"

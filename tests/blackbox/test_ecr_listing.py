"""ListImages, DescribeImages, ListImageReferrers."""

import datetime
import json

import pytest

from support.expect import aws_error, invalid, no_repository
from support.oci import OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, digest_of, index_of, to_bytes

SBOM, SIGNATURE = "application/x.sbom+json", "application/x.signature"


@pytest.fixture(scope="module")
def many(ecr, oci):
    """A repository with 12 tagged images (one of them with three tags) and 3 untagged ones."""
    repo = "listing/many"
    ecr.create_repository(repositoryName=repo)
    tagged, untagged = {}, []
    for number in range(12):
        tagged[f"v{number}"] = digest_of(oci.push_image(repo, f"v{number}"))
    for tag in ("x1", "x2"):
        oci.put_manifest(repo, tag, oci.get_manifest(repo, "v0").body).expect(201)
        tagged[tag] = tagged["v0"]
    for _ in range(3):
        data = oci.new_manifest(repo)
        oci.put_manifest(repo, digest_of(data), data).expect(201)
        untagged.append(digest_of(data))
    return repo, tagged, untagged


def pairs(ids):
    return sorted((entry["imageDigest"], entry.get("imageTag", "")) for entry in ids)


def all_pairs(many):
    return sorted([(digest, tag) for tag, digest in many[1].items()] + [(digest, "") for digest in many[2]])


@pytest.mark.parametrize("size", [1, 4, 17, 1000])
def test_list(ecr, many, size):
    found = [entry for page in ecr.get_paginator("list_images").paginate(
        repositoryName=many[0], PaginationConfig={"PageSize": size}) for entry in page["imageIds"]]
    assert pairs(found) == all_pairs(many)


def test_list_with_a_filter(ecr, many):
    repo, tagged, untagged = many
    def listed(status):
        return pairs(ecr.list_images(repositoryName=repo, filter={"tagStatus": status})["imageIds"])
    assert listed("TAGGED") == sorted((digest, tag) for tag, digest in tagged.items())
    assert listed("UNTAGGED") == sorted((digest, "") for digest in untagged)
    assert listed("ANY") == all_pairs(many)


def test_list_by_status(ecr, many):
    def listed(status):
        return ecr.list_images(repositoryName=many[0], filter={"imageStatus": status})["imageIds"]
    assert pairs(listed("ACTIVE")) == pairs(listed("ANY")) == all_pairs(many)
    assert listed("ARCHIVED") == []


def test_list_errors(bad_ecr, server, repo):
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        bad_ecr.list_images(repositoryName="not/there")
    with aws_error("InvalidParameterException",
                   invalid("maxResults", "Member must have value less than or equal to 1000")):
        bad_ecr.list_images(repositoryName=repo, maxResults=1001)
    with aws_error("InvalidParameterException"):
        bad_ecr.list_images(repositoryName=repo, nextToken="nonsense")
    with aws_error("InvalidParameterException"):
        bad_ecr.list_images(repositoryName=repo, filter={"tagStatus": "SOMETIMES"})


def test_a_token_is_good_for_its_own_list_only(ecr, bad_ecr, many, repo):
    token = ecr.list_images(repositoryName=many[0], maxResults=2)["nextToken"]
    with aws_error("InvalidParameterException"):
        bad_ecr.describe_images(repositoryName=many[0], nextToken=token)


@pytest.mark.parametrize("size", [1, 4, 15, 1000])
def test_describe(ecr, many, size):
    found = [entry for page in ecr.get_paginator("describe_images").paginate(
        repositoryName=many[0], PaginationConfig={"PageSize": size}) for entry in page["imageDetails"]]
    assert len(found) == 15
    assert sorted((entry["imageDigest"], tag) for entry in found for tag in entry.get("imageTags", [""])) == \
        all_pairs(many)
    assert all(entry.get("imageTags") != [] for entry in found), "no empty list for an untagged image"


def test_what_is_described(ecr, oci, server, repo):
    data = oci.push_image(repo, "v1", layers=3)
    detail = ecr.describe_images(repositoryName=repo, imageIds=[{"imageTag": "v1"}])["imageDetails"][0]
    age = datetime.datetime.now(datetime.timezone.utc) - detail["imagePushedAt"]
    assert datetime.timedelta(seconds=-5) < age < datetime.timedelta(minutes=1)
    layers = sum(layer["size"] for layer in json.loads(data)["layers"])
    assert layers <= detail["imageSizeInBytes"] <= layers + json.loads(data)["config"]["size"] + len(data)
    assert detail["registryId"] == server.account and detail["repositoryName"] == repo
    assert detail["imageDigest"] == digest_of(data) and detail["imageTags"] == ["v1"]
    assert detail["imageManifestMediaType"] == OCI_MANIFEST and detail["artifactMediaType"] == OCI_CONFIG
    assert detail.get("imageStatus", "ACTIVE") == "ACTIVE"


def test_describe_by_id(ecr, many):
    repo, tagged, untagged = many
    found = ecr.describe_images(repositoryName=repo, imageIds=[
        {"imageTag": "v0"}, {"imageTag": "x1"}, {"imageDigest": untagged[0]}])["imageDetails"]
    assert {entry["imageDigest"] for entry in found} == {tagged["v0"], untagged[0]}
    by_digest = {entry["imageDigest"]: entry for entry in found}
    assert sorted(by_digest[tagged["v0"]]["imageTags"]) == ["v0", "x1", "x2"]


def test_describe_with_a_filter(ecr, many):
    def count(status):
        return len(ecr.describe_images(repositoryName=many[0], filter={"tagStatus": status})["imageDetails"])
    assert (count("TAGGED"), count("UNTAGGED"), count("ANY")) == (12, 3, 15)


def test_describe_what_is_not_there(ecr, server, repo):
    def message(digest, tag):
        return (f"The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist within the "
                f"repository with name '{repo}' in the registry with id '{server.account}'")
    absent = digest_of(b"absent")
    for image, text in (({"imageTag": "none"}, message("null", "none")), ({"imageDigest": absent},
                                                                       message(absent, "null"))):
        with aws_error("ImageNotFoundException", text):
            ecr.describe_images(repositoryName=repo, imageIds=[image])
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        ecr.describe_images(repositoryName="not/there")


def test_describe_errors(bad_ecr, repo):
    with aws_error("InvalidParameterException"):
        bad_ecr.describe_images(repositoryName=repo, imageIds=[{"imageTag": "a"}], maxResults=5)
    with aws_error("InvalidParameterException"):
        bad_ecr.describe_images(repositoryName=repo, imageIds=[{"imageTag": f"t{n}"} for n in range(101)])
    with aws_error("InvalidParameterException",
                   invalid("maxResults", "Member must have value less than or equal to 1000")):
        bad_ecr.describe_images(repositoryName=repo, maxResults=2000)


def test_an_index(ecr, oci, repo):
    child = oci.push_image(repo, "child")
    index = to_bytes(index_of([child]))
    oci.put_manifest(repo, "index", index).expect(201)
    detail = ecr.describe_images(repositoryName=repo, imageIds=[{"imageTag": "index"}])["imageDetails"][0]
    assert detail["imageManifestMediaType"] == OCI_INDEX and detail["imageSizeInBytes"] >= 0


# ListImageReferrers

@pytest.fixture
def subject(oci, repo):
    """An image with 25 SBOMs and 5 signatures: the repository and the image's digest."""
    image = oci.push_image(repo, "v1")
    for number in range(30):
        artifact = oci.new_artifact(image, SBOM if number < 25 else SIGNATURE, repo, annotations={"n": str(number)})
        oci.put_manifest(repo, digest_of(artifact), artifact).expect(201)
    return repo, digest_of(image)


def test_referrers(ecr, subject):
    repo, digest = subject
    first = ecr.list_image_referrers(repositoryName=repo, subjectId={"imageDigest": digest})
    assert len(first["referrers"]) == 20 and first["nextToken"]
    second = ecr.list_image_referrers(repositoryName=repo, subjectId={"imageDigest": digest},
                                      nextToken=first["nextToken"])
    assert "nextToken" not in second
    found = first["referrers"] + second["referrers"]
    assert len({entry["digest"] for entry in found}) == len(found) == 30
    for entry in found:
        assert entry["mediaType"] == OCI_MANIFEST and entry["size"] > 0 and "n" in entry["annotations"]
        assert entry["artifactType"] in (SBOM, SIGNATURE)


def test_referrers_of_a_type(ecr, subject):
    repo, digest = subject
    found = ecr.list_image_referrers(repositoryName=repo, subjectId={"imageDigest": digest}, maxResults=50,
                                     filter={"artifactTypes": [SIGNATURE]})["referrers"]
    assert len(found) == 5 and {entry["artifactType"] for entry in found} == {SIGNATURE}


def test_referrers_show_in_describe_images(ecr, subject):
    repo, digest = subject
    found = ecr.describe_images(repositoryName=repo)["imageDetails"]
    assert sum(entry.get("subjectManifestDigest") == digest for entry in found) == 30


def test_no_referrers(ecr, repo):
    found = ecr.list_image_referrers(repositoryName=repo, subjectId={"imageDigest": digest_of(b"absent")})
    assert found["referrers"] == []


def test_referrers_errors(bad_ecr, server, repo):
    digest = digest_of(b"absent")
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        bad_ecr.list_image_referrers(repositoryName="not/there", subjectId={"imageDigest": digest})
    for more in ({"maxResults": 51}, {"maxResults": 0}, {"nextToken": "nonsense"},
                 {"filter": {"artifactTypes": ["a/b"] * 6}}):
        with aws_error(("InvalidParameterException", "ValidationException")):
            bad_ecr.list_image_referrers(repositoryName=repo, subjectId={"imageDigest": digest}, **more)
    for subject in ({}, {"imageDigest": "nonsense"}):
        with aws_error(("InvalidParameterException", "ValidationException")):
            bad_ecr.list_image_referrers(repositoryName=repo, subjectId=subject)

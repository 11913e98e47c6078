"""PutImageTagMutability: four modes, each enforced on both doors."""

import pytest

from support.expect import aws_error, invalid, no_repository
from support.oci import digest_of

DEV = [{"filterType": "WILDCARD", "filter": "dev-*"}]


def text(repo, tag):
    return (f"The image tag '{tag}' already exists in the '{repo}' repository and cannot be overwritten because the "
            "tag is immutable.")


def check_movable(ecr, oci, repo, tag):
    oci.push_image(repo, tag)
    for push in (oci_push, api_push):
        data = oci.new_manifest(repo)
        push(ecr, oci, repo, tag, data)
        assert oci.get_manifest(repo, tag).body == data


def check_fixed(ecr, oci, repo, tag):
    first = oci.push_image(repo, tag)
    code, message = oci.put_manifest(repo, tag, oci.new_manifest(repo)).expect(400).error()
    assert (code, message) == ("TAG_INVALID", text(repo, tag))
    with aws_error("ImageTagAlreadyExistsException", text(repo, tag)):
        api_push(ecr, oci, repo, tag, oci.new_manifest(repo))
    data = oci.new_manifest(repo)
    oci.put_manifest(repo, digest_of(data), data, query=f"?tag={tag}").expect(400)
    assert oci.get_manifest(repo, tag).body == first


def oci_push(ecr, oci, repo, tag, data):
    oci.put_manifest(repo, tag, data).expect(201)


def api_push(ecr, oci, repo, tag, data):
    ecr.put_image(repositoryName=repo, imageManifest=data.decode(), imageTag=tag)


@pytest.mark.parametrize("mode,filters,movable,fixed", [
    ("MUTABLE", None, ["latest", "dev-1"], []),
    ("IMMUTABLE", None, [], ["latest", "dev-1"]),
    ("IMMUTABLE_WITH_EXCLUSION", DEV, ["dev-1", "dev-"], ["latest", "xdev-1", "dev1"]),
    ("MUTABLE_WITH_EXCLUSION", DEV, ["latest", "xdev-1"], ["dev-1", "dev-"]),
    ("IMMUTABLE_WITH_EXCLUSION", [{"filterType": "WILDCARD", "filter": "latest"},
                                  {"filterType": "WILDCARD", "filter": "*-rc*"}],
     ["latest", "1.0-rc1", "-rc"[1:] + "-rc"], ["latest1", "1.0"]),
])
def test_modes(ecr, oci, server, repo, mode, filters, movable, fixed):
    more = {"imageTagMutabilityExclusionFilters": filters} if filters else {}
    answer = ecr.put_image_tag_mutability(repositoryName=repo, imageTagMutability=mode, **more)
    assert answer["registryId"] == server.account and answer["repositoryName"] == repo
    assert answer["imageTagMutability"] == mode and answer.get("imageTagMutabilityExclusionFilters") == filters
    described = ecr.describe_repositories(repositoryNames=[repo])["repositories"][0]
    assert described["imageTagMutability"] == mode
    assert described.get("imageTagMutabilityExclusionFilters") == filters
    for tag in movable:
        check_movable(ecr, oci, repo, tag)
    for tag in fixed:
        check_fixed(ecr, oci, repo, tag)


def test_from_the_start(ecr, oci, new_repo):
    check_fixed(ecr, oci, new_repo(imageTagMutability="IMMUTABLE"), "v1")


def test_a_fixed_tag_may_be_deleted_and_made_again(ecr, oci, new_repo):
    repo = new_repo(imageTagMutability="IMMUTABLE")
    oci.push_image(repo, "v1")
    ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}])
    check_fixed(ecr, oci, repo, "v1")


def test_a_new_tag_on_an_image_with_fixed_tags(ecr, oci, new_repo):
    repo = new_repo(imageTagMutability="IMMUTABLE")
    data = oci.push_image(repo, "v1")
    oci.put_manifest(repo, "v2", data).expect(201)
    api_push(ecr, oci, repo, "v3", data)
    assert oci.tags(repo) == ["v1", "v2", "v3"]


@pytest.mark.parametrize("mode,filters,tag", [
    ("IMMUTABLE", None, "v1"), ("IMMUTABLE_WITH_EXCLUSION", DEV, "v1"), ("IMMUTABLE_WITH_EXCLUSION", DEV, "dev-1"),
    ("MUTABLE_WITH_EXCLUSION", DEV, "dev-1"), ("MUTABLE", None, "v1")])
def test_the_same_image_under_a_fixed_tag_again(ecr, oci, server, new_repo, mode, filters, tag):
    """Nothing changes, so the OCI door has nothing to refuse; the API says that it is there."""
    more = {"imageTagMutabilityExclusionFilters": filters} if filters else {}
    repo = new_repo(imageTagMutability=mode, **more)
    data = oci.push_image(repo, tag)
    before = ecr.describe_images(repositoryName=repo)["imageDetails"]
    digest = digest_of(data)
    for _ in range(2):
        reply = oci.put_manifest(repo, tag, data).expect(201)
        assert reply.header("Docker-Content-Digest") == digest
    oci.put_manifest(repo, digest, data).expect(201)
    oci.put_manifest(repo, digest, data, query=f"?tag={tag}").expect(201)
    with aws_error("ImageAlreadyExistsException",
                   f"Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{repo}' "
                   f"in registry with id '{server.account}'"):
        api_push(ecr, oci, repo, tag, data)
    assert ecr.describe_images(repositoryName=repo)["imageDetails"] == before
    if mode != "MUTABLE" and (mode, tag) != ("IMMUTABLE_WITH_EXCLUSION", "dev-1"):
        check_fixed(ecr, oci, repo, tag + "-x")
        assert oci.put_manifest(repo, tag, oci.new_manifest(repo)).expect(400).error() == ("TAG_INVALID", text(repo, tag))


def test_leaving_a_mode_with_filters_drops_them(ecr, oci, repo):
    ecr.put_image_tag_mutability(repositoryName=repo, imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
                                 imageTagMutabilityExclusionFilters=DEV)
    ecr.put_image_tag_mutability(repositoryName=repo, imageTagMutability="IMMUTABLE")
    described = ecr.describe_repositories(repositoryNames=[repo])["repositories"][0]
    assert "imageTagMutabilityExclusionFilters" not in described
    check_fixed(ecr, oci, repo, "dev-1")


def test_errors(bad_ecr, server, repo):
    def refused(mode, filters=None):
        more = {} if filters is None else {"imageTagMutabilityExclusionFilters": filters}
        with aws_error("InvalidParameterException") as caught:
            bad_ecr.put_image_tag_mutability(repositoryName=repo, imageTagMutability=mode, **more)
        return caught.message

    for mode in ("IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"):
        assert refused(mode) == invalid(
            "imageTagMutabilityExclusionFilters",
            f"ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as {mode}")
    refused("IMMUTABLE", DEV)
    refused("MUTABLE", DEV)
    assert refused("SOMETIMES").startswith(
        "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: "
        "[")
    for filters in ([], DEV * 6, [{"filterType": "REGEX", "filter": "x"}], [{"filter": "x"}],
                    *([{"filterType": "WILDCARD", "filter": text}] for text in ("", "a b", "a" * 129, "*a*b*"))):
        refused("IMMUTABLE_WITH_EXCLUSION", filters)
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        bad_ecr.put_image_tag_mutability(repositoryName="not/there", imageTagMutability="IMMUTABLE")

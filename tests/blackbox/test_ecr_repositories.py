"""CreateRepository, DescribeRepositories, DeleteRepository, DescribeRegistry."""

import datetime

import pytest

from support import aws
from support.expect import aws_error, invalid, no_repository

NAME = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"


def test_create(ecr, server):
    created = ecr.create_repository(repositoryName="create/simple")["repository"]
    assert datetime.datetime.now(datetime.timezone.utc) - created.pop("createdAt") < datetime.timedelta(minutes=1)
    assert created.pop("repositoryUri").endswith("/create/simple")
    assert created == {
        "repositoryArn": f"arn:aws:ecr:{server.region}:{server.account}:repository/create/simple",
        "registryId": server.account, "repositoryName": "create/simple", "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": {"scanOnPush": False}, "encryptionConfiguration": {"encryptionType": "AES256"}}


def test_times_are_seconds_since_1970(api):
    reply = api.call("CreateRepository", {"repositoryName": "create/time"}).expect(200)
    assert isinstance(reply.json()["repository"]["createdAt"], (int, float))
    assert "tags" not in reply.json()["repository"]


def test_create_with_everything(ecr):
    filters = [{"filterType": "WILDCARD", "filter": "dev-*"}]
    created = ecr.create_repository(
        repositoryName="create/full", imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=filters, imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "AES256"}, tags=[{"Key": "a", "Value": "b"}])["repository"]
    assert created["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert created["imageTagMutabilityExclusionFilters"] == filters
    assert created["imageScanningConfiguration"] == {"scanOnPush": True}
    found = ecr.describe_repositories(repositoryNames=["create/full"])["repositories"]
    assert found == [created]
    assert ecr.list_tags_for_resource(resourceArn=created["repositoryArn"])["tags"] == [{"Key": "a", "Value": "b"}]


def test_create_twice(ecr, server, repo):
    with aws_error("RepositoryAlreadyExistsException",
                   f"The repository with name '{repo}' already exists in the registry with id '{server.account}'"):
        ecr.create_repository(repositoryName=repo)


@pytest.mark.parametrize("name", ["ab", "a/b", "a.b_c__d-e---f", "0/1/2/3/4/5/6", "a" * 256, "x" + "/y" * 127,
                                  "uploads/blobs/manifests", "a/blobs/uploads", "v2/tags/list", "_catalog"[1:]])
def test_names(ecr, name):
    ecr.create_repository(repositoryName=name)
    assert ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryName"] == name
    ecr.delete_repository(repositoryName=name)


@pytest.mark.parametrize("name", ["A/b", "-a", "a-", "a//b", "/a", "a/", "a..b", "a___b", "a b", "../x", "a/../b", "ü1",
                                  "a\x00b", "a%2fb", "a:b", "a@b", "a\nb", "__"])
def test_names_that_are_none(bad_ecr, name):
    rule = f"must satisfy regular expression '{NAME}'"
    with aws_error("InvalidParameterException", invalid("repositoryName", rule)):
        bad_ecr.create_repository(repositoryName=name)


@pytest.mark.parametrize("name, rule", [
    ("", "must have length greater than or equal to 2"), ("a", "must have length greater than or equal to 2"),
    ("a" * 257, "must have length less than or equal to 256"),
    ("a/" * 3000 + "b", "must have length less than or equal to 256")])
def test_names_of_the_wrong_length(bad_ecr, name, rule):
    with aws_error("InvalidParameterException", invalid("repositoryName", rule)):
        bad_ecr.create_repository(repositoryName=name)


def test_no_name(bad_ecr):
    with aws_error("InvalidParameterException", invalid("repositoryName", "Member must not be null")):
        bad_ecr.create_repository()


def test_other_bad_members(bad_ecr):
    for members in ({"imageTagMutability": "SOMETIMES"}, {"encryptionConfiguration": {"encryptionType": "ROT13"}},
                    {"encryptionConfiguration": {}}, {"registryId": "12"}, {"registryId": "x" * 12}):
        with aws_error("InvalidParameterException") as caught:
            bad_ecr.create_repository(repositoryName="bad/member", **members)
        assert "failed to satisfy constraint: '" in caught.message
    with aws_error("RepositoryNotFoundException"):
        bad_ecr.describe_repositories(repositoryNames=["bad/member"])


def test_describe_what_is_not_there(ecr, server, repo):
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        ecr.describe_repositories(repositoryNames=[repo, "not/there"])


def test_paging(make_server):
    server = make_server()
    ecr = aws.client(server)
    assert ecr.describe_repositories()["repositories"] == []
    names = {f"page/n{number:03}" for number in range(125)}
    for name in names:
        ecr.create_repository(repositoryName=name)
    first = ecr.describe_repositories()
    assert len(first["repositories"]) == 100 and first["nextToken"]
    second = ecr.describe_repositories(nextToken=first["nextToken"])
    assert len(second["repositories"]) == 25 and "nextToken" not in second
    assert {found["repositoryName"] for found in first["repositories"] + second["repositories"]} == names
    for size in (1, 7, 125, 1000):
        found = [entry["repositoryName"] for page in ecr.get_paginator("describe_repositories").paginate(
            PaginationConfig={"PageSize": size}) for entry in page["repositories"]]
        assert set(found) == names and len(found) == len(names)


def test_paging_limits(bad_ecr):
    with aws_error("InvalidParameterException",
                   invalid("maxResults", "Member must have value less than or equal to 1000")):
        bad_ecr.describe_repositories(maxResults=1001)
    with aws_error("InvalidParameterException",
                   invalid("maxResults", "Member must have value greater than or equal to 1")):
        bad_ecr.describe_repositories(maxResults=0)
    for token in ("nonsense", "", "AAAA", "a" * 10_000):
        with aws_error("InvalidParameterException") as caught:
            bad_ecr.describe_repositories(nextToken=token)
        assert caught.message.startswith("Invalid parameter at 'nextToken' failed to satisfy constraint: '")


def test_names_and_paging_exclude_each_other(bad_ecr, repo):
    with aws_error("InvalidParameterException"):
        bad_ecr.describe_repositories(repositoryNames=[repo], maxResults=5)
    with aws_error("InvalidParameterException"):
        bad_ecr.describe_repositories(repositoryNames=[f"a/n{number}" for number in range(101)])


def test_delete(ecr, server, repo):
    described = ecr.describe_repositories(repositoryNames=[repo])["repositories"][0]
    assert ecr.delete_repository(repositoryName=repo)["repository"] == described
    with aws_error("RepositoryNotFoundException", no_repository(repo, server.account)):
        ecr.delete_repository(repositoryName=repo)


def test_delete_with_images(ecr, oci, server, repo):
    oci.push_image(repo, "v1")
    with aws_error("RepositoryNotEmptyException", f"The repository with name '{repo}' in registry with id "
                   f"'{server.account}' cannot be deleted because it still contains images"):
        ecr.delete_repository(repositoryName=repo)
    ecr.delete_repository(repositoryName=repo, force=True)
    oci.get_manifest(repo, "v1").expect(404)
    ecr.create_repository(repositoryName=repo)
    assert oci.tags(repo) == [] and ecr.list_images(repositoryName=repo)["imageIds"] == []


def test_describe_registry(ecr, server):
    found = ecr.describe_registry()
    assert found["registryId"] == server.account and found["replicationConfiguration"] == {"rules": []}

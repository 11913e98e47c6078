"""Lifecycle policies: put, get, delete, preview, and images that go."""

import json
import time

import pytest

from support import aws
from support.expect import aws_error, invalid, no_repository
from support.oci import Oci
from support.server import Server, berth

SOON = ("--lifecycle-settle=1s", "--lifecycle-images-per-second=100000")


def rule(priority, action="expire", **selection):
    return {"rulePriority": priority, "description": "a rule of the tests", "selection": selection,
            "action": action if isinstance(action, dict) else {"type": action}}


def policy(*rules, **more):
    return json.dumps({**more, "rules": list(rules)})


KEEP_ONE = policy(rule(1, tagStatus="any", countType="imageCountMoreThan", countNumber=1))


def failure(*lines):
    return invalid("LifecyclePolicyText", "Lifecycle policy validation failure: " + "\n".join(lines))


def eventually(check, seconds=60):
    """The first true answer of check()."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.2)
    pytest.fail(f"not within {seconds} s")


def tags(ecr, repo):
    return {image["imageTag"] for image in ecr.list_images(repositoryName=repo)["imageIds"] if "imageTag" in image}


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("quick"), SOON).init().start()
    yield made
    made.stop()


@pytest.fixture
def quick_ecr(quick):
    return aws.client(quick)


@pytest.fixture
def quick_repo(quick, quick_ecr, request):
    name = "quick/" + request.node.name.lower().replace("[", "-").replace("]", "").replace("_", "-")
    quick_ecr.create_repository(repositoryName=name)
    return name


@pytest.fixture
def quick_oci(quick):
    return Oci(quick, aws.registry_token(quick))


def test_put_get_delete(ecr, server, repo):
    with aws_error("LifecyclePolicyNotFoundException",
                   f"Lifecycle policy does not exist for the repository with name '{repo}' in the registry with id "
                   f"'{server.account}'"):
        ecr.get_lifecycle_policy(repositoryName=repo)
    put = ecr.put_lifecycle_policy(repositoryName=repo, lifecyclePolicyText=KEEP_ONE)
    assert (put["registryId"], put["repositoryName"], put["lifecyclePolicyText"]) == (server.account, repo, KEEP_ONE)
    got = ecr.get_lifecycle_policy(repositoryName=repo, registryId=server.account)
    assert got["lifecyclePolicyText"] == KEEP_ONE and got["lastEvaluatedAt"].timestamp() == 0
    gone = ecr.delete_lifecycle_policy(repositoryName=repo)
    assert gone["lifecyclePolicyText"] == KEEP_ONE and gone["repositoryName"] == repo
    with aws_error("LifecyclePolicyNotFoundException"):
        ecr.delete_lifecycle_policy(repositoryName=repo)


def test_unknown_repository(ecr, server):
    message = no_repository("no/where", server.account)
    for call in (lambda: ecr.put_lifecycle_policy(repositoryName="no/where", lifecyclePolicyText=KEEP_ONE),
                 lambda: ecr.get_lifecycle_policy(repositoryName="no/where"),
                 lambda: ecr.delete_lifecycle_policy(repositoryName="no/where"),
                 lambda: ecr.start_lifecycle_policy_preview(repositoryName="no/where", lifecyclePolicyText=KEEP_ONE),
                 lambda: ecr.get_lifecycle_policy_preview(repositoryName="no/where")):
        with aws_error("RepositoryNotFoundException", message):
            call()


@pytest.mark.parametrize("text,lines", [
    ("x" * 100, ["Could not map policyString into LifecyclePolicy."]),
    (json.dumps({"rules": [], "padding": "x" * 100}),
     ['object instance has properties which are not allowed by the schema: (["padding"])',
      "array is too short: must have at least 1 elements but instance has 0 elements"]),
    (policy(rule(1, tagStatus="tagged", countType="imageCountMoreThan", countNumber=1)),
     ["Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED."]),
    (policy(rule(1, tagStatus="any", countType="imageCountMoreThan", countNumber=1),
            rule(2, tagStatus="untagged", countType="imageCountMoreThan", countNumber=1)),
     ["Rule for tagStatus=ANY must have the lowest priority per storage class"]),
    (policy(rule(1, tagStatus="untagged", countType="imageCountMoreThan", countNumber=1),
            rule(2, tagStatus="untagged", countType="imageCountMoreThan", countNumber=2)),
     ["Only one rule can select Untagged images per storage class"]),
    (policy(rule(1, {"type": "expire", "targetStorageClass": None}, tagStatus="any", countType="imageCountMoreThan",
                 countNumber=1)), ["instance failed to match exactly one schema (matched 0 out of 2)"]),
    (policy(rule(1, "retain", tagStatus="any", countType="imageCountMoreThan", countNumber=1)),
     ['instance value ("retain") not found in enum (possible values: ["expire","transition"])']),
])
def test_refused(ecr, repo, text, lines):
    with aws_error("InvalidParameterException", failure(*lines)):
        ecr.put_lifecycle_policy(repositoryName=repo, lifecyclePolicyText=text)
    with aws_error("InvalidParameterException", failure(*lines)):
        ecr.start_lifecycle_policy_preview(repositoryName=repo, lifecyclePolicyText=text)
    with aws_error("LifecyclePolicyNotFoundException"):
        ecr.get_lifecycle_policy(repositoryName=repo)


def test_lengths(bad_ecr, repo):
    for text in ("{}", " " * 30721):
        with aws_error("InvalidParameterException"):
            bad_ecr.put_lifecycle_policy(repositoryName=repo, lifecyclePolicyText=text)


def test_nothing_is_promised_that_cannot_be_done(ecr, repo):
    """There is no archive and there are no pull times: said, not stored."""
    archive = {"type": "transition", "targetStorageClass": "archive"}
    for text in (policy(rule(1, archive, tagStatus="any", countType="imageCountMoreThan", countNumber=1)),
                 policy(rule(1, tagStatus="any", countType="sinceImagePulled", countUnit="days", countNumber=1), berth={}),
                 policy(rule(1, tagStatus="any", countType="imageCountMoreThan", countNumber=1),
                        berth={"keepPulledWithinDays": 3})):
        with aws_error("InvalidParameterException") as caught:
            ecr.put_lifecycle_policy(repositoryName=repo, lifecyclePolicyText=text)
        assert "Not supported yet" in caught.message


def test_preview(ecr, oci, repo):
    with aws_error("LifecyclePolicyPreviewNotFoundException"):
        ecr.get_lifecycle_policy_preview(repositoryName=repo)
    for number in range(5):
        oci.push_image(repo, f"v{number}")
    oci.push_image(repo, "v4")  # the one before is untagged now
    started = ecr.start_lifecycle_policy_preview(repositoryName=repo, lifecyclePolicyText=KEEP_ONE)
    assert started["status"] == "IN_PROGRESS" and started["lifecyclePolicyText"] == KEEP_ONE
    waiter = ecr.get_waiter("lifecycle_policy_preview_complete")
    waiter.config.delay = 0.5
    waiter.wait(repositoryName=repo)
    whole = ecr.get_lifecycle_policy_preview(repositoryName=repo)
    assert whole["summary"] == {"expiringImageTotalCount": 5} and len(whole["previewResults"]) == 5
    assert [result.get("imageTags") for result in whole["previewResults"]] == [["v0"], ["v1"], ["v2"], ["v3"], None]
    for result in whole["previewResults"]:
        assert result["action"] == {"type": "EXPIRE"} and result["appliedRulePriority"] == 1
        assert result["storageClass"] == "STANDARD"
    pages = ecr.get_paginator("get_lifecycle_policy_preview").paginate(
        repositoryName=repo, PaginationConfig={"PageSize": 2})
    assert [result for page in pages for result in page["previewResults"]] == whole["previewResults"]
    untagged = ecr.get_lifecycle_policy_preview(repositoryName=repo, filter={"tagStatus": "UNTAGGED"})
    assert untagged["previewResults"] == whole["previewResults"][4:]
    some = ecr.get_lifecycle_policy_preview(repositoryName=repo, imageIds=[{"imageTag": "v2"}, {"imageTag": "v4"}])
    assert some["previewResults"] == [whole["previewResults"][2]]
    assert len(tags(ecr, repo)) == 5  # nothing has gone


def test_expires(quick, quick_ecr, quick_oci, quick_repo):
    for number in range(8):
        quick_oci.push_image(quick_repo, f"v{number}")
    quick_oci.push_image(quick_repo, "stable")
    quick_ecr.put_lifecycle_policy(repositoryName=quick_repo, lifecyclePolicyText=policy(
        rule(1, tagStatus="tagged", tagPatternList=["v*"], countType="imageCountMoreThan", countNumber=3)))
    eventually(lambda: tags(quick_ecr, quick_repo) == {"v5", "v6", "v7", "stable"})
    assert eventually(lambda: quick_ecr.get_lifecycle_policy(repositoryName=quick_repo)["lastEvaluatedAt"].timestamp())
    quick_oci.push_image(quick_repo, "v8")
    eventually(lambda: tags(quick_ecr, quick_repo) == {"v6", "v7", "v8", "stable"})
    metrics = quick.admin.request("GET", "/metrics").body.decode()
    assert 'berth_lifecycle_images_total{outcome="expired"}' in metrics
    assert 'berth_lifecycle_runs_total{outcome="complete"}' in metrics


def test_extensions(quick_ecr, quick_oci, quick_repo):
    for tag in ("v1.0.0", "v1.1.0", "v1.1.1", "v1.2.0", "v1.10.0", "nightly-1", "nightly-2"):
        quick_oci.push_image(quick_repo, tag)
    quick_ecr.put_lifecycle_policy(repositoryName=quick_repo, lifecyclePolicyText=policy(
        rule(1, "retain", tagStatus="tagged", tagPatternList=["v*"], countType="imageCountMoreThan", countNumber=3,
             semver="minor"),
        rule(2, tagStatus="any", countType="imageCountMoreThan", countNumber=1), berth={}))
    eventually(lambda: tags(quick_ecr, quick_repo) == {"v1.1.0", "v1.1.1", "v1.2.0", "v1.10.0", "nightly-2"})


def test_a_restart_goes_on(make_server):
    server = make_server("--lifecycle-settle=1s", "--lifecycle-images-per-second=50")
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    ecr.create_repository(repositoryName="team/app")
    for number in range(120):
        oci.push_image("team/app", f"v{number}")
    ecr.put_lifecycle_policy(repositoryName="team/app", lifecyclePolicyText=KEEP_ONE)
    server.stop()
    server.start()
    ecr = aws.client(server)
    eventually(lambda: tags(ecr, "team/app") == {"v119"})


def test_explain(quick, quick_ecr, quick_oci, quick_repo, tmp_path):
    for tag in ("a", "b"):
        quick_oci.push_image(quick_repo, tag)
    text = tmp_path / "policy.json"
    text.write_text(KEEP_ONE)
    done = berth("lifecycle", "explain", "--data", quick.data, "--json", "--repository",
                 quick_repo, "--policy", text)
    assert done.returncode == 0, done.stderr
    images = {tag: image for image in json.loads(done.stdout)["images"] for tag in image["tags"]}
    assert images["a"]["fate"] == "expire" and images["b"]["fate"] == "keep"
    assert images["a"]["rulePriority"] == 1
    assert images["b"]["why"] == "rule 1 selects it, and it is within its limit: among the newest 1 image"
    assert tags(quick_ecr, quick_repo) == {"a", "b"}
    plain = berth("lifecycle", "explain", "--data", quick.data, "--repository", quick_repo)
    assert plain.returncode == 0 and "there is no lifecycle policy" in plain.stdout
    assert berth("lifecycle", "explain", "--data", quick.data, "--repository", "no/where").returncode == 1
    assert berth("lifecycle", "explain", "--data", quick.data).returncode == 2

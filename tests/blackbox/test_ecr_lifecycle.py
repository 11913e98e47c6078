"""Lifecycle policies: put, get, delete, preview, and images that go."""

import json
import time

import pytest

from support import aws
from support.expect import aws_error, invalid, no_repository
from support.oci import Oci, digest_of, index_of
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


UNUSED = rule(1, tagStatus="any", countType="sinceImagePulled", countUnit="days", countNumber=1)


def test_rules_about_pulls_are_extensions(ecr, repo):
    """ECR takes sinceImagePulled for the archive only, and knows nothing of keepPulledWithinDays."""
    for text in (policy(UNUSED), policy(json.loads(KEEP_ONE)["rules"][0], keepPulledWithinDays=3)):
        with aws_error("InvalidParameterException"):
            ecr.put_lifecycle_policy(repositoryName=repo, lifecyclePolicyText=text)
    for text in (policy(UNUSED, berth={}), policy(*json.loads(KEEP_ONE)["rules"], berth={"keepPulledWithinDays": 3})):
        ecr.put_lifecycle_policy(repositoryName=repo, lifecyclePolicyText=text)
        assert ecr.get_lifecycle_policy(repositoryName=repo)["lifecyclePolicyText"] == text


def test_what_was_pulled_stays(quick_ecr, quick_oci, quick_repo):
    for tag in ("a", "b", "c", "d"):
        quick_oci.push_image(quick_repo, tag)
    quick_oci.get_manifest(quick_repo, "a").expect(200)
    quick_oci.head(f"/v2/{quick_repo}/manifests/b").expect(200)
    quick_ecr.put_lifecycle_policy(repositoryName=quick_repo, lifecyclePolicyText=policy(
        *json.loads(KEEP_ONE)["rules"], berth={"keepPulledWithinDays": 1}))
    eventually(lambda: tags(quick_ecr, quick_repo) == {"a", "d"})


def test_runs_are_recorded(quick, quick_ecr, quick_oci, quick_repo):
    def runs(*options):
        done = berth("lifecycle", "runs", "--data", quick.data, "--repository", quick_repo, *options)
        assert done.returncode == 0, done.stderr
        return done.stdout
    assert json.loads(runs("--json")) == []
    member = quick_oci.push_image(quick_repo, "a")
    quick_oci.put_manifest(quick_repo, "multi", index_of([member])).expect(201)
    old = digest_of(quick_oci.push_image(quick_repo, "old"))
    quick_oci.push_image(quick_repo, "new")
    quick_ecr.put_lifecycle_policy(repositoryName=quick_repo, lifecyclePolicyText=policy(
        rule(7, tagStatus="tagged", tagPatternList=["old"], countType="sinceImagePushed", countUnit="days", countNumber=1),
        rule(8, tagStatus="any", countType="imageCountMoreThan", countNumber=2)))
    acted = eventually(lambda: [run for run in json.loads(runs("--json")) if run["expired"]])[-1]
    assert (acted["outcome"], acted["policy"], acted["images"]) == ("complete", "repository", 4)
    assert [image["imageTags"] for image in acted["actions"]] == [["multi"]]
    assert acted["actions"][0]["rulePriority"] == 8 and acted["actions"][0]["action"] == "EXPIRE"
    assert acted["heldByList"] == 1
    assert acted["failures"][0]["imageDigest"] == digest_of(member)
    assert acted["failures"][0]["failureCode"] == "ImageReferencedByManifestList"
    assert "1 expired" in runs() and "Requested image referenced by manifest list" in runs()
    assert old in {entry["imageDigest"] for entry in quick_ecr.list_images(repositoryName=quick_repo)["imageIds"]}
    event = json.loads(json.loads(quick.logged("PolicyExecutionEvent", quick_repo))["record"])
    assert event["eventName"] == "PolicyExecutionEvent" and event["eventType"] == "AwsServiceEvent"
    details = event["serviceEventDetails"]
    assert details["repositoryName"] == quick_repo
    assert details["lifecycleEventImageActions"][0]["lifecycleEventImage"]["tagList"] == ["multi"]
    assert berth("lifecycle", "runs", "--data", quick.data, "--repository", "no/where").returncode == 1
    assert berth("lifecycle", "runs", "--data", quick.data).returncode == 2


def test_a_default_for_the_registry(make_server, tmp_path):
    server = make_server(*SOON)
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    file = tmp_path / "policy.json"
    file.write_text(KEEP_ONE)

    def command(*words, code=0):
        done = berth("lifecycle", *words, "--data", server.data)
        assert done.returncode == code, done.stderr + done.stdout
        return done.stdout
    keep_all = policy(rule(1, tagStatus="any", countType="imageCountMoreThan", countNumber=1000))
    for repo in ("team/own", "team/none"):
        ecr.create_repository(repositoryName=repo)
        for tag in ("a", "b"):
            oci.push_image(repo, tag)
    ecr.put_lifecycle_policy(repositoryName="team/own", lifecyclePolicyText=keep_all)
    command("default", "get", code=1)
    command("default", "put", code=2)
    (tmp_path / "bad.json").write_text("{}")
    command("default", "put", "--policy", tmp_path / "bad.json", code=1)
    command("default", "put", "--policy", file)
    assert command("default", "get").strip() == KEEP_ONE
    eventually(lambda: tags(ecr, "team/none") == {"b"})
    ecr.create_repository(repositoryName="team/late")
    for tag in ("a", "b"):
        oci.push_image("team/late", tag)
    eventually(lambda: tags(ecr, "team/late") == {"b"})
    assert tags(ecr, "team/own") == {"a", "b"}
    for repo in ("team/none", "team/late"):
        with aws_error("LifecyclePolicyNotFoundException"):
            ecr.get_lifecycle_policy(repositoryName=repo)
        with aws_error("LifecyclePolicyNotFoundException"):
            ecr.start_lifecycle_policy_preview(repositoryName=repo)
    explained = json.loads(command("explain", "--repository", "team/none", "--json"))
    assert explained["policy"] == "registry" and explained["images"][0]["rulePriority"] == 1
    assert "by the registry's default policy" in command("explain", "--repository", "team/none")
    assert json.loads(command("explain", "--repository", "team/own", "--json"))["policy"] == "repository"
    assert json.loads(command("runs", "--repository", "team/none", "--json"))[-1]["policy"] == "registry"
    ecr.delete_lifecycle_policy(repositoryName="team/own")
    eventually(lambda: tags(ecr, "team/own") == {"b"})
    command("default", "delete")
    command("default", "delete", code=1)
    oci.push_image("team/own", "c")
    marker = policy(*json.loads(KEEP_ONE)["rules"])
    ecr.put_lifecycle_policy(repositoryName="team/none", lifecyclePolicyText=marker)
    oci.push_image("team/none", "c")
    eventually(lambda: tags(ecr, "team/none") == {"c"})  # evaluated after the other
    assert tags(ecr, "team/own") == {"b", "c"}


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

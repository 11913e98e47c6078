"""Repository creation templates, and the repositories that pushes make by them."""

import concurrent.futures
import json
import secrets

import pytest

from support import aws, iam
from support.expect import aws_error, invalid, no_repository
from support.oci import OCI_MANIFEST, Oci, digest_of, random_bytes

LIFECYCLE = json.dumps({"rules": [{
    "rulePriority": 1, "description": "of a template",
    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
    "action": {"type": "expire"}}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Sid": "pull", "Effect": "Allow", "Principal": "*", "Action": ["ecr:BatchGetImage"]}]})
FILTERS = [{"filterType": "WILDCARD", "filter": "dev-*"}]


def not_there(prefix, server):
    return (f"The repository creation template with prefix '{prefix}' does not exist in the registry with id "
            f"'{server.account}'")


@pytest.fixture
def prefix():
    return f"t{secrets.token_hex(5)}"


@pytest.fixture
def template(ecr):
    """template(prefix, **parameters): what CreateRepositoryCreationTemplate answers."""
    made = []

    def create(prefix, **parameters):
        parameters.setdefault("appliedFor", ["CREATE_ON_PUSH"])
        answer = ecr.create_repository_creation_template(prefix=prefix, **parameters)
        made.append(prefix)
        return answer["repositoryCreationTemplate"]
    yield create
    for each in made:
        try:
            ecr.delete_repository_creation_template(prefix=each)
        except ecr.exceptions.TemplateNotFoundException:
            pass


def described(ecr, *prefixes):
    return ecr.describe_repository_creation_templates(prefixes=list(prefixes))["repositoryCreationTemplates"]


def test_life_of_a_template(ecr, server, template, prefix):
    made = template(prefix)
    assert made.pop("createdAt") == made.pop("updatedAt")
    assert made == {"prefix": prefix, "appliedFor": ["CREATE_ON_PUSH"], "imageTagMutability": "MUTABLE",
                    "encryptionConfiguration": {"encryptionType": "AES256"}}
    everything = {
        "description": "for tests", "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": FILTERS, "lifecyclePolicy": LIFECYCLE,
        "resourceTags": [{"Key": "cost center", "Value": "12"}, {"Key": "team", "Value": "a"}],
        "customRoleArn": f"arn:aws:iam::{server.account}:role/maker",
        "encryptionConfiguration": {"encryptionType": "AES256", "kmsKey": ""}}
    answer = ecr.update_repository_creation_template(
        prefix=prefix, appliedFor=["CREATE_ON_PUSH", "REPLICATION"], repositoryPolicy=POLICY, **everything)
    assert answer["registryId"] == server.account
    changed = answer["repositoryCreationTemplate"]
    assert described(ecr, prefix) == [changed]
    assert changed["updatedAt"] > changed["createdAt"]
    assert set(changed["appliedFor"]) == {"REPLICATION", "CREATE_ON_PUSH"}
    assert json.loads(changed["repositoryPolicy"])["Statement"][0]["Sid"] == "pull"
    everything["encryptionConfiguration"] = {"encryptionType": "AES256"}
    assert {name: changed[name] for name in everything} == everything

    # What is not said stays; an empty value clears.
    changed = ecr.update_repository_creation_template(
        prefix=prefix, description="", repositoryPolicy="", lifecyclePolicy="", customRoleArn="",
        resourceTags=[])["repositoryCreationTemplate"]
    assert set(changed) == {"prefix", "appliedFor", "imageTagMutability", "imageTagMutabilityExclusionFilters",
                            "encryptionConfiguration", "createdAt", "updatedAt"}
    deleted = ecr.delete_repository_creation_template(prefix=prefix)
    assert deleted["registryId"] == server.account and deleted["repositoryCreationTemplate"] == changed
    assert described(ecr, prefix) == []
    with aws_error("TemplateNotFoundException", not_there(prefix, server)):
        ecr.delete_repository_creation_template(prefix=prefix)
    with aws_error("TemplateNotFoundException", not_there(prefix, server)):
        ecr.update_repository_creation_template(prefix=prefix)


def test_the_slash_is_implied(ecr, server, template, prefix):
    assert template(prefix + "/")["prefix"] == prefix + "/"
    for same in (prefix, prefix + "/"):
        with aws_error("TemplateAlreadyExistsException",
                       f"The repository creation template with prefix '{same}' already exists in the registry with id "
                       f"'{server.account}'"):
            template(same)
        assert len(described(ecr, same)) == 1


def test_pages(ecr, bad_ecr, template, prefix):
    names = [f"{prefix}/{letter}" for letter in "abcde"]
    for name in names:
        template(name)
    pages = ecr.get_paginator("describe_repository_creation_templates").paginate(PaginationConfig={"PageSize": 2})
    found = [each["prefix"] for page in pages for each in page["repositoryCreationTemplates"]]
    assert [name for name in found if name.startswith(prefix)] == names
    for more in ({"maxResults": 0}, {"maxResults": 1001}, {"nextToken": "nonsense"},
                 {"prefixes": [prefix], "maxResults": 5}):
        with aws_error("InvalidParameterException"):
            bad_ecr.describe_repository_creation_templates(**more)


def test_bad_input(ecr, bad_ecr, server, prefix):
    def refused(**parameters):
        with aws_error("InvalidParameterException") as caught:
            bad_ecr.create_repository_creation_template(
                **{"prefix": prefix, "appliedFor": ["CREATE_ON_PUSH"], **parameters})
        return caught.message

    for bad in ("", "Prod", "/prod", "prod//", "root/../x", "a" * 257, "ROOT/"):
        assert "prefix" in refused(prefix=bad)
    refused(appliedFor=[])
    refused(appliedFor=["ON_SUNDAYS"])
    refused(description="x" * 257)
    refused(imageTagMutability="IMMUTABLE", imageTagMutabilityExclusionFilters=FILTERS)
    refused(imageTagMutability="IMMUTABLE_WITH_EXCLUSION")
    refused(encryptionConfiguration={"encryptionType": "KMS"})
    refused(encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "alias/mine"})
    refused(resourceTags=[{"Key": "aws:x", "Value": "1"}])
    refused(resourceTags=[{"Key": str(i), "Value": ""} for i in range(51)])
    refused(customRoleArn="maker")
    refused(customRoleArn="arn:aws:iam::999999999999:role/maker")
    assert refused(lifecyclePolicy="{}").startswith(
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure")
    assert refused(repositoryPolicy="{}").startswith(invalid("PolicyText", "Invalid repository policy provided"))
    refused(repositoryPolicy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.account}:user/nobody"}, "Action": "ecr:*"}]}))
    assert described(ecr, prefix) == []


def check_made(ecr, repo, mutability="MUTABLE", filters=None):
    found = ecr.describe_repositories(repositoryNames=[repo])["repositories"][0]
    assert found["imageTagMutability"] == mutability
    assert found.get("imageTagMutabilityExclusionFilters") == filters
    assert found["encryptionConfiguration"] == {"encryptionType": "AES256"}
    return found


@pytest.fixture
def maker(server):
    """The ARN of a role that ECR may take on, and that may create and tag repositories."""
    return iam.make_service_role(server, ["ecr:CreateRepository", "ecr:TagResource"])


def test_a_push_makes_what_the_template_says(ecr, oci, template, prefix, maker):
    template(prefix, imageTagMutability="IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters=FILTERS,
             repositoryPolicy=POLICY, lifecyclePolicy=LIFECYCLE, customRoleArn=maker,
             resourceTags=[{"Key": "team", "Value": "a"}])
    repo = f"{prefix}/deep/app"
    data = oci.push_image(repo, "v1")
    found = check_made(ecr, repo, "IMMUTABLE_WITH_EXCLUSION", FILTERS)
    assert ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"] == [{"Key": "team", "Value": "a"}]
    assert json.loads(ecr.get_repository_policy(repositoryName=repo)["policyText"])["Statement"][0]["Sid"] == "pull"
    assert ecr.get_lifecycle_policy(repositoryName=repo)["lifecyclePolicyText"] == LIFECYCLE
    assert oci.get_manifest(repo, "v1").body == data
    assert oci.put_manifest(repo, "v1", oci.new_manifest(repo)).expect(400).error()[0] == "TAG_INVALID"


def test_tags_need_a_role(oci, ecr, template, prefix):
    template(prefix, resourceTags=[{"Key": "team", "Value": "a"}])
    code, message = oci.request("POST", f"/v2/{prefix}/app/blobs/uploads/").expect(403).error()
    assert code == "DENIED" and message.endswith("its resource tags need a customRoleArn")
    with aws_error("AccessDeniedException", message):
        ecr.initiate_layer_upload(repositoryName=f"{prefix}/app")
    with aws_error("RepositoryNotFoundException"):
        ecr.describe_repositories(repositoryNames=[f"{prefix}/app"])


def test_a_push_by_the_api(ecr, template, prefix):
    template(prefix, imageTagMutability="IMMUTABLE")
    repo, data = f"{prefix}/app", random_bytes(100)
    upload = ecr.initiate_layer_upload(repositoryName=repo)["uploadId"]
    check_made(ecr, repo, "IMMUTABLE")
    ecr.upload_layer_part(repositoryName=repo, uploadId=upload, partFirstByte=0, partLastByte=99, layerPartBlob=data)
    ecr.complete_layer_upload(repositoryName=repo, uploadId=upload, layerDigests=[digest_of(data)])
    index = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []})
    ecr.put_image(repositoryName=f"{prefix}/index", imageManifest=index, imageTag="v1")
    check_made(ecr, f"{prefix}/index", "IMMUTABLE")


def test_nothing_but_a_push_makes_one(ecr, oci, server, template, prefix):
    template(prefix)
    repo, digest = f"{prefix}/app", digest_of(b"x")
    for method, path in [("GET", "tags/list"), ("GET", "manifests/v1"), ("HEAD", "manifests/v1"),
                         ("GET", f"blobs/{digest}"), ("HEAD", f"blobs/{digest}"), ("GET", f"referrers/{digest}"),
                         ("DELETE", "manifests/v1"), ("DELETE", f"blobs/{digest}")]:
        reply = oci.request(method, f"/v2/{repo}/{path}").expect(404)
        assert method == "HEAD" or reply.error() == ("NAME_UNKNOWN", no_repository(repo, server.account))
    with aws_error("RepositoryNotFoundException", no_repository(repo, server.account)):
        ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}])
    with aws_error("RepositoryNotFoundException"):
        ecr.batch_check_layer_availability(repositoryName=repo, layerDigests=[digest])
    # Neither does one that fails.
    oci.put_manifest(repo, "v1", b"{}", OCI_MANIFEST).expect(400)
    missing = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": 1}]}
    oci.put_manifest(repo, "v1", json.dumps(missing).encode()).expect(400)
    with aws_error("RepositoryNotFoundException"):
        ecr.describe_repositories(repositoryNames=[repo])


def test_which_template(ecr, oci, server, template, prefix):
    template(f"{prefix}/team/other", appliedFor=["REPLICATION", "PULL_THROUGH_CACHE"])
    oci.request("POST", f"/v2/{prefix}/team/app/blobs/uploads/").expect(404)
    template(prefix)
    template(f"{prefix}/team/", imageTagMutability="IMMUTABLE")
    for repo, mutability in [("app", "MUTABLE"), ("team", "MUTABLE"), ("team/app", "IMMUTABLE"),
                             ("team/other/app", "IMMUTABLE")]:
        oci.request("POST", f"/v2/{prefix}/{repo}/blobs/uploads/").expect(202)
        check_made(ecr, f"{prefix}/{repo}", mutability)
    for name in (prefix, f"{prefix}x/app"):
        assert oci.request("POST", f"/v2/{name}/blobs/uploads/").expect(404).error() == (
            "NAME_UNKNOWN", no_repository(name, server.account))
    with aws_error("RepositoryNotFoundException", no_repository(f"{prefix}x/app", server.account)):
        ecr.initiate_layer_upload(repositoryName=f"{prefix}x/app")


def test_root(make_server):
    server = make_server()
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    oci.request("POST", "/v2/app/blobs/uploads/").expect(404)
    ecr.create_repository_creation_template(prefix="ROOT", appliedFor=["CREATE_ON_PUSH"],
                                            imageTagMutability="IMMUTABLE")
    oci.push_image("app", "v1")
    check_made(ecr, "app", "IMMUTABLE")
    ecr.delete_repository_creation_template(prefix="ROOT")
    oci.request("POST", "/v2/another/blobs/uploads/").expect(404)


def test_two_first_pushes_at_once(ecr, oci, template, prefix):
    template(prefix, imageTagMutability="IMMUTABLE", repositoryPolicy=POLICY)
    for round_ in range(3):
        repo, blobs = f"{prefix}/app{round_}", [random_bytes(1000 + i) for i in range(12)]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            pushed = list(pool.map(lambda data, repo=repo: oci.push_blob(repo, data), blobs))
        assert pushed == [digest_of(data) for data in blobs]
        check_made(ecr, repo, "IMMUTABLE")
        layers = ecr.batch_check_layer_availability(repositoryName=repo, layerDigests=pushed)["layers"]
        assert {layer["layerAvailability"] for layer in layers} == {"AVAILABLE"}


def test_create_on_push_without_templates(make_server):
    server = make_server("--registry-create-on-push=true")
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    oci.get("/v2/some/app/manifests/v1").expect(404)
    oci.push_image("some/app", "v1")
    check_made(ecr, "some/app")
    ecr.initiate_layer_upload(repositoryName="by/api")
    check_made(ecr, "by/api")
    ecr.create_repository_creation_template(prefix="prod", appliedFor=["CREATE_ON_PUSH"],
                                            imageTagMutability="IMMUTABLE")
    oci.push_image("prod/app", "v1")
    check_made(ecr, "prod/app", "IMMUTABLE")


PUSHER = ("AmazonEC2ContainerRegistryPowerUser",)


def test_who_pushes_needs_no_more_than_to_push(ecr, server, template, prefix):
    """With a template: whoever wrote it had to be allowed to create repositories."""
    template(prefix)
    user = iam.User(server, managed=PUSHER)
    user.oci().push_image(f"{prefix}/app", "v1")
    check_made(ecr, f"{prefix}/app")
    user.put(iam.policy(iam.deny("ecr:InitiateLayerUpload")))
    user.oci().request("POST", f"/v2/{prefix}/other/blobs/uploads/").expect(403)
    with aws_error("AccessDeniedException"):
        user.client().initiate_layer_upload(repositoryName=f"{prefix}/other")


def test_without_a_template_it_must_be_allowed_to_create(make_server):
    server = make_server("--registry-create-on-push=true")
    user = iam.User(server, managed=PUSHER)
    code, message = user.oci().request("POST", "/v2/some/app/blobs/uploads/").expect(403).error()
    assert code == "DENIED" and message == (
        f"User: {user.arn} is not authorized to perform: ecr:CreateRepository on resource: arn:aws:ecr:{server.region}:"
        f"{server.account}:repository/some/app because no identity-based policy allows the ecr:CreateRepository action")
    with aws_error("AccessDeniedException", message):
        user.client().initiate_layer_upload(repositoryName="some/app")
    user.put(iam.policy(iam.allow("ecr:CreateRepository", "arn:aws:ecr:*:*:repository/some/*")))
    user.oci().push_image("some/app", "v1")
    user.oci().request("POST", "/v2/other/app/blobs/uploads/").expect(403)


def test_who_may_write_templates(server, prefix, maker):
    """Not who may not do by hand what the template would do."""
    user = iam.User(server, iam.policy(iam.allow("ecr:*RepositoryCreationTemplate*")))
    ecr, of_prefix = user.client(), f"arn:aws:ecr:{server.region}:{server.account}:repository/{prefix}/*"

    def create(denied=None, **more):
        if not denied:
            return ecr.create_repository_creation_template(prefix=prefix, appliedFor=["CREATE_ON_PUSH"], **more)
        with aws_error("AccessDeniedException") as caught:
            ecr.create_repository_creation_template(prefix=prefix, appliedFor=["CREATE_ON_PUSH"], **more)
        assert f"is not authorized to perform: {denied}" in caught.message, caught.message

    create(f"ecr:CreateRepository on resource: {of_prefix}")
    allowed = ["ecr:*RepositoryCreationTemplate*", "ecr:CreateRepository"]
    user.put(iam.policy(iam.allow(allowed)))
    create(f"ecr:SetRepositoryPolicy on resource: {of_prefix}", repositoryPolicy=POLICY)
    create(f"ecr:PutLifecyclePolicy on resource: {of_prefix}", lifecyclePolicy=LIFECYCLE)
    create(f"iam:PassRole on resource: {maker}", customRoleArn=maker)
    create()
    passing = {"Condition": {"StringEquals": {"iam:PassedToService": "ecr.amazonaws.com"}}}
    user.put(iam.policy(iam.allow([*allowed, "ecr:SetRepositoryPolicy", "ecr:PutLifecyclePolicy"]),
                        iam.allow("iam:PassRole", maker, **passing)))
    ecr.update_repository_creation_template(prefix=prefix, repositoryPolicy=POLICY, lifecyclePolicy=LIFECYCLE,
                                            customRoleArn=maker)
    ecr.delete_repository_creation_template(prefix=prefix)
    reader = iam.User(server, managed=PUSHER).client()
    with aws_error("AccessDeniedException"):
        reader.describe_repository_creation_templates()


def test_a_role_must_be_able_to(ecr, oci, template, prefix, server):
    name = f"{prefix}/app"
    template(prefix, resourceTags=[{"Key": "team", "Value": "a"}],
             customRoleArn=f"arn:aws:iam::{server.account}:role/nobody")

    def refused(role):
        ecr.update_repository_creation_template(prefix=prefix, customRoleArn=role)
        return oci.request("POST", f"/v2/{name}/blobs/uploads/").expect(403).error()[1]

    nobody = f"arn:aws:iam::{server.account}:role/nobody"
    for role in (nobody, iam.make_service_role(server, ["ecr:*"], service="ec2.amazonaws.com")):
        assert refused(role) == (
            f"User: ecr.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role}")
    assert "ecr:CreateRepository" in refused(iam.make_service_role(server, ["ecr:PutImage"]))
    assert "ecr:TagResource" in refused(iam.make_service_role(server, ["ecr:CreateRepository"]))
    with aws_error("RepositoryNotFoundException"):
        ecr.describe_repositories(repositoryNames=[name])


def test_scan_on_push_is_stored(ecr, bad_ecr, server, repo):
    def shown():
        return ecr.describe_repositories(repositoryNames=[repo])["repositories"][0]["imageScanningConfiguration"]

    for value in (True, False):
        answer = ecr.put_image_scanning_configuration(repositoryName=repo,
                                                      imageScanningConfiguration={"scanOnPush": value})
        assert answer["registryId"] == server.account and answer["repositoryName"] == repo
        assert answer["imageScanningConfiguration"] == shown() == {"scanOnPush": value}
    ecr.put_image_scanning_configuration(repositoryName=repo, imageScanningConfiguration={"scanOnPush": True})
    ecr.put_image_scanning_configuration(repositoryName=repo, imageScanningConfiguration={})  # false by default
    assert shown() == {"scanOnPush": False}
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        ecr.put_image_scanning_configuration(repositoryName="not/there", imageScanningConfiguration={})
    with aws_error("InvalidParameterException"):
        bad_ecr.put_image_scanning_configuration(repositoryName=repo)

"""SetRepositoryPolicy and its companions, and what a repository policy does at both doors."""

import json

import pytest

from support import iam
from support.expect import aws_error, invalid, no_repository
from support.iam import policy, to
from support.oci import digest_of

PULL = ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]
REFUSED = invalid("PolicyText", "Invalid repository policy provided")
UPLOAD = "/blobs/uploads/"


def no_policy(name, account):
    return f"Repository policy does not exist for the repository with name '{name}' in the registry with id '{account}'"


def test_set_get_delete(ecr, repo, server):
    text = '{"Version":"2008-10-17","Statement":[{"Sid":"allow pull","Effect":"Allow","Principal":"*","Action":' \
           '["ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"]}]}'
    shown = """{
  "Version" : "2008-10-17",
  "Statement" : [ {
    "Sid" : "allow pull",
    "Effect" : "Allow",
    "Principal" : "*",
    "Action" : [ "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage" ]
  } ]
}"""
    for answer in (ecr.set_repository_policy(repositoryName=repo, policyText=text),
                   ecr.get_repository_policy(repositoryName=repo),
                   ecr.delete_repository_policy(repositoryName=repo)):
        assert (answer["registryId"], answer["repositoryName"]) == (server.account, repo)
        assert answer["policyText"] == shown
    for method in (ecr.get_repository_policy, ecr.delete_repository_policy):
        with aws_error("RepositoryPolicyNotFoundException", no_policy(repo, server.account)):
            method(repositoryName=repo)


@pytest.mark.parametrize("method,more", [
    ("get_repository_policy", {}), ("delete_repository_policy", {}),
    ("set_repository_policy", {"policyText": policy(to("*", "Allow", PULL))})])
def test_an_unknown_repository(ecr, server, method, more):
    with aws_error("RepositoryNotFoundException", no_repository("no/where", server.account)):
        getattr(ecr, method)(repositoryName="no/where", **more)


def test_the_policy_goes_with_its_repository(ecr, new_repo):
    name = new_repo()
    ecr.set_repository_policy(repositoryName=name, policyText=policy(to("*", "Allow", PULL)))
    ecr.delete_repository(repositoryName=name)
    new_repo(name=name)
    with aws_error("RepositoryPolicyNotFoundException"):
        ecr.get_repository_policy(repositoryName=name)


@pytest.mark.parametrize("text", [
    "", "{", "[]", "{}", "null", '{"Version":"2012-10-17"}',
    policy({"Effect": "Allow", "Action": PULL}),  # for whom?
    policy(to("*", "Perhaps", PULL)),
    policy({"Effect": "Allow", "Principal": "*"}),
    policy(to("*", "Allow", PULL, Condition={"NoSuchOperator": {"aws:SourceIp": "10.0.0.0/8"}})),
    policy(to({"AWS": "arn:aws:iam::123456789012:role/*"}, "Allow", PULL)),
    policy(to({"AWS": "arn:aws:iam::123456789012:group/g"}, "Allow", PULL)),
    policy(to("*", "Allow", PULL)).replace("2012-10-17", "2020-01-01"),
    '{"Statement":[],"Statement":[]}'])
def test_what_is_no_policy(ecr, repo, text):
    with aws_error("InvalidParameterException") as caught:
        ecr.set_repository_policy(repositoryName=repo, policyText=text)
    assert caught.message.startswith(REFUSED) and len(caught.message) > len(REFUSED), caught.message
    with aws_error("RepositoryPolicyNotFoundException"):
        ecr.get_repository_policy(repositoryName=repo)


def test_length(ecr, bad_ecr, repo):
    def of_length(length):
        text = policy(to("*", "Allow", PULL, Sid="@"))
        return text.replace("@", "x" * (length - len(text) + 1))
    ecr.set_repository_policy(repositoryName=repo, policyText=of_length(10_240))
    with aws_error("InvalidParameterException"):
        bad_ecr.set_repository_policy(repositoryName=repo, policyText=of_length(10_241))


def test_principals_must_exist(ecr, repo, server):
    for kind in ("user", "role"):
        who = f"arn:aws:iam::{server.account}:{kind}/nobody"
        with aws_error("InvalidParameterException", f"{REFUSED} (Principal not found: {who})"):
            ecr.set_repository_policy(repositoryName=repo, policyText=policy(to({"AWS": who}, "Allow", PULL)))
    elsewhere = policy(to({"AWS": "arn:aws:iam::999999999999:role/theirs"}, "Allow", PULL))
    ecr.set_repository_policy(repositoryName=repo, policyText=elsewhere)
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(to({"AWS": server.account}, "Allow", PULL)))


def test_a_policy_that_locks_out(ecr, repo):
    locked = policy(to("*", "Deny", ["ecr:SetRepositoryPolicy"]))
    with aws_error("InvalidParameterException") as caught:
        ecr.set_repository_policy(repositoryName=repo, policyText=locked)
    assert caught.message.startswith(REFUSED) and "force" in caught.message
    ecr.set_repository_policy(repositoryName=repo, policyText=locked, force=True)
    with aws_error("AccessDeniedException") as caught:
        ecr.set_repository_policy(repositoryName=repo, policyText=policy(to("*", "Allow", PULL)), force=True)
    assert "with an explicit deny in a resource-based policy" in caught.message
    ecr.delete_repository_policy(repositoryName=repo)


def test_a_deny_holds_from_the_next_call_on_at_both_doors(ecr, oci, repo):
    oci.push_image(repo, "v1")
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(to("*", "Deny", ["ecr:BatchGetImage"])))
    with aws_error("AccessDeniedException") as caught:
        ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}])
    code, message = oci.get(f"/v2/{repo}/manifests/v1").expect(403).error()
    assert (code, message) == ("DENIED", caught.message)
    oci.get(f"/v2/{repo}/tags/list").expect(200)
    ecr.delete_repository_policy(repositoryName=repo)
    oci.get(f"/v2/{repo}/manifests/v1").expect(200)


def test_tags_of_images_as_a_condition(ecr, oci, repo):
    """ecr:ImageTag and ecr:ImageDigest: one question for each image."""
    digest = digest_of(oci.push_image(repo, "v1"))
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(
        to("*", "Deny", ["ecr:PutImage", "ecr:BatchGetImage", "ecr:BatchDeleteImage"],
           Condition={"StringLike": {"ecr:ImageTag": "prod-*"}})))
    manifest = oci.get(f"/v2/{repo}/manifests/v1").expect(200).body
    headers = {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}
    oci.request("PUT", f"/v2/{repo}/manifests/prod-1", manifest, headers).expect(403)
    oci.request("PUT", f"/v2/{repo}/manifests/test-1", manifest, headers).expect(201)
    with aws_error("AccessDeniedException"):
        ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}, {"imageTag": "prod-1"}])
    assert ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}])["images"]
    with aws_error("AccessDeniedException"):
        ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": "prod-1"}])
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(
        to("*", "Deny", ["ecr:BatchGetImage"], Condition={"StringEquals": {"ecr:ImageDigest": digest}})))
    oci.get(f"/v2/{repo}/manifests/{digest}").expect(403)
    oci.get(f"/v2/{repo}/manifests/v1").expect(200)


def test_resource_tags_as_a_condition(ecr, oci, new_repo, server):
    name = new_repo(tags=[{"Key": "Stage", "Value": "prod"}])
    ecr.set_repository_policy(repositoryName=name, policyText=policy(
        to("*", "Deny", ["ecr:ListImages"], Condition={"StringEquals": {"ecr:ResourceTag/Stage": "prod"}})))
    oci.get(f"/v2/{name}/tags/list").expect(403)
    arn = f"arn:aws:ecr:{server.region}:{server.account}:repository/{name}"
    ecr.untag_resource(resourceArn=arn, tagKeys=["Stage"])
    oci.get(f"/v2/{name}/tags/list").expect(200)


def test_request_tags_as_a_condition(ecr, repo, server):
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(
        to("*", "Deny", ["ecr:TagResource"], Condition={"StringEquals": {"aws:RequestTag/Team": "red"}}),
        to("*", "Deny", ["ecr:UntagResource"], Condition={"ForAnyValue:StringEquals": {"aws:TagKeys": ["Owner"]}})))
    arn = f"arn:aws:ecr:{server.region}:{server.account}:repository/{repo}"
    with aws_error("AccessDeniedException"):
        ecr.tag_resource(resourceArn=arn, tags=[{"Key": "Team", "Value": "red"}])
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "Team", "Value": "blue"}])
    with aws_error("AccessDeniedException"):
        ecr.untag_resource(resourceArn=arn, tagKeys=["Team", "Owner"])
    ecr.untag_resource(resourceArn=arn, tagKeys=["Team"])


def test_a_user_may_do_what_its_policies_say(server, ecr, oci, repo):
    oci.push_image(repo, "v1")
    arn = f"arn:aws:ecr:{server.region}:{server.account}:repository/{repo}"
    user = iam.User(server, policy(iam.allow("ecr:GetAuthorizationToken"), iam.allow(PULL, arn)))
    theirs = user.oci()
    theirs.get(f"/v2/{repo}/manifests/v1").expect(200)
    theirs.get(f"/v2/{repo}/tags/list").expect(403)
    theirs.request("POST", f"/v2/{repo}{UPLOAD}").expect(403)
    with aws_error("AccessDeniedException",
                   f"User: {user.arn} is not authorized to perform: ecr:ListImages on resource: {arn} because no "
                   "identity-based policy allows the ecr:ListImages action"):
        user.client().list_images(repositoryName=repo)
    # A token carries who, never what: both ways at once.
    user.put(policy(iam.allow("ecr:ListImages", arn)))
    theirs.get(f"/v2/{repo}/manifests/v1").expect(403)
    theirs.get(f"/v2/{repo}/tags/list").expect(200)
    # The same account: what the repository's policy allows needs no identity policy.
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(to({"AWS": user.arn}, "Allow", PULL)))
    theirs.get(f"/v2/{repo}/manifests/v1").expect(200)


def test_who_is_made_anew_is_somebody_else(server, ecr, oci, repo):
    oci.push_image(repo, "v1")
    user = iam.User(server, policy(iam.allow("ecr:GetAuthorizationToken")))
    theirs = user.oci()
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(to({"AWS": user.arn}, "Allow", PULL)))
    theirs.get(f"/v2/{repo}/manifests/v1").expect(200)
    assert user.arn in ecr.get_repository_policy(repositoryName=repo)["policyText"]

    user.iam.delete_access_key(UserName=user.name, AccessKeyId=user.keys["access_key"])
    user.iam.delete_user_policy(UserName=user.name, PolicyName="inline")
    user.iam.delete_user(UserName=user.name)
    theirs.get(f"/v2/{repo}/manifests/v1").expect(401)
    shown = json.loads(ecr.get_repository_policy(repositoryName=repo)["policyText"])
    assert shown["Statement"][0]["Principal"]["AWS"].startswith("AIDA")
    with aws_error("InvalidParameterException"):
        ecr.set_repository_policy(repositoryName=repo, policyText=json.dumps(shown))

    again = user.iam.create_user(UserName=user.name)["User"]
    assert again["Arn"] == user.arn
    user.put(policy(iam.allow("ecr:GetAuthorizationToken")))
    key = user.iam.create_access_key(UserName=user.name)["AccessKey"]
    user.keys = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
    user.oci().get(f"/v2/{repo}/manifests/v1").expect(403)


def test_an_inactive_key_ends_its_tokens(server, oci, repo):
    oci.push_image(repo, "v1")
    user = iam.User(server, managed=["AmazonEC2ContainerRegistryReadOnly"])
    theirs = user.oci()
    theirs.get(f"/v2/{repo}/manifests/v1").expect(200)
    key = {"UserName": user.name, "AccessKeyId": user.keys["access_key"]}
    user.iam.update_access_key(**key, Status="Inactive")
    theirs.get("/v2/").expect(401)
    theirs.get(f"/v2/{repo}/manifests/v1").expect(401)
    with aws_error("UnrecognizedClientException", status=None):
        user.client().describe_repositories()
    user.iam.update_access_key(**key, Status="Active")
    theirs.get(f"/v2/{repo}/manifests/v1").expect(200)


def test_a_mount_reaches_what_the_caller_may_read_only(server, oci, new_repo):
    secret, target = new_repo(), new_repo()
    oci.push_image(secret, "v1")
    layer = oci.get(f"/v2/{secret}/manifests/v1").json()["layers"][0]["digest"]
    arn = f"arn:aws:ecr:{server.region}:{server.account}:repository/"
    user = iam.User(server, policy(iam.allow("ecr:GetAuthorizationToken"), iam.allow("ecr:*", arn + target)))
    theirs = user.oci()
    for query in (f"?mount={layer}&from={secret}", f"?mount={layer}", f"?mount={layer}&from=no/where"):
        theirs.request("POST", f"/v2/{target}{UPLOAD}{query}").expect(202)
    theirs.request("HEAD", f"/v2/{target}/blobs/{layer}").expect(404)
    user.put(policy(iam.allow("ecr:GetAuthorizationToken"), iam.allow("ecr:*", arn + target),
                    iam.allow("ecr:GetDownloadUrlForLayer", arn + secret)))
    theirs.request("POST", f"/v2/{target}{UPLOAD}?mount={layer}&from={secret}").expect(201)

"""The registry's policy and its account settings."""

import pytest

from support import iam
from support.expect import aws_error, invalid
from support.iam import policy, to

REFUSED = invalid("PolicyText", "Invalid registry policy provided")


@pytest.fixture
def own(make_server):
    """A server whose registry the test may change."""
    from support import aws
    server = make_server()
    server.ecr = aws.client(server)
    server.ecr.create_repository(repositoryName="team/app")
    return server


def statement(server, effect, actions, principal="*", resource="repository/*"):
    return to(principal, effect, actions, Resource=[f"arn:aws:ecr:{server.region}:{server.account}:{resource}"])


def test_put_get_delete(own):
    ecr, none = own.ecr, f"Registry policy does not exist in the registry with id '{own.account}'"
    for method in (ecr.get_registry_policy, ecr.delete_registry_policy):
        with aws_error("RegistryPolicyNotFoundException", none):
            method()
    text = policy(statement(own, "Allow", ["ecr:ReplicateImage", "ecr:CreateRepository"],
                            {"AWS": "arn:aws:iam::111122223333:root"}))
    put = ecr.put_registry_policy(policyText=text)
    assert put["registryId"] == own.account and put["policyText"].startswith('{\n  "Version" : "2012-10-17",\n')
    assert ecr.get_registry_policy()["policyText"] == put["policyText"]
    assert ecr.delete_registry_policy()["policyText"] == put["policyText"]
    with aws_error("RegistryPolicyNotFoundException", none):
        ecr.get_registry_policy()


def test_what_is_no_registry_policy(own):
    for text in ("{}", "x", policy(to("*", "Allow", ["ecr:CreateRepository"])),  # without a resource
                 policy(statement(own, "Allow", ["s3:GetObject"]) | {"Principal": {"AWS": "nobody"}})):
        with aws_error("InvalidParameterException") as caught:
            own.ecr.put_registry_policy(policyText=text)
        assert caught.message.startswith(REFUSED), caught.message


def test_it_is_enforced_in_every_call(own):
    own.ecr.put_registry_policy(policyText=policy(statement(own, "Deny", ["ecr:ListImages"])))
    with aws_error("AccessDeniedException") as caught:
        own.ecr.list_images(repositoryName="team/app")
    assert "with an explicit deny in a resource-based policy" in caught.message
    own.ecr.put_account_setting(name="REGISTRY_POLICY_SCOPE", value="V1")
    own.ecr.list_images(repositoryName="team/app")
    own.ecr.put_account_setting(name="REGISTRY_POLICY_SCOPE", value="V2")
    with aws_error("AccessDeniedException"):
        own.ecr.list_images(repositoryName="team/app")


def test_scope_v1(own):
    own.ecr.put_account_setting(name="REGISTRY_POLICY_SCOPE", value="V1")
    for actions in (["ecr:ListImages"], ["ecr:CreateRepository", "ecr:BatchGetImage"], ["ecr:Batch*"]):
        with aws_error("InvalidParameterException") as caught:
            own.ecr.put_registry_policy(policyText=policy(statement(own, "Allow", actions)))
        assert caught.message.startswith(REFUSED), caught.message
    for actions in (["ecr:*"], ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:BatchImportUpstreamImage"]):
        own.ecr.put_registry_policy(policyText=policy(statement(own, "Allow", actions)))
    own.ecr.put_registry_policy(policyText=policy(statement(own, "Deny", ["ecr:CreateRepository"],
                                                            resource="repository/closed/*")))
    with aws_error("AccessDeniedException"):
        own.ecr.create_repository(repositoryName="closed/x")
    own.ecr.create_repository(repositoryName="open/x")


DEFAULTS = {"BASIC_SCAN_TYPE_VERSION": "AWS_NATIVE", "REGISTRY_POLICY_SCOPE": "V2", "BLOB_MOUNTING": "ENABLED"}


def test_settings(own):
    from support import aws
    for name, value in DEFAULTS.items():
        answer = own.ecr.get_account_setting(name=name)
        assert (answer["name"], answer["value"]) == (name, value)
    answer = own.ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")
    assert (answer["name"], answer["value"]) == ("BLOB_MOUNTING", "DISABLED")
    assert own.ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"
    elsewhere = aws.client(own, region="eu-west-1")
    assert elsewhere.get_account_setting(name="BLOB_MOUNTING")["value"] == "ENABLED"


def test_bad_settings(own):
    names = "Member must satisfy enum value set: [BASIC_SCAN_TYPE_VERSION, REGISTRY_POLICY_SCOPE, BLOB_MOUNTING]"
    with aws_error("InvalidParameterException", invalid("name", names)):
        own.ecr.get_account_setting(name="NO_SUCH")
    with aws_error("InvalidParameterException", invalid("name", names)):
        own.ecr.put_account_setting(name="blob_mounting", value="ENABLED")
    for name, value, allowed in (("BLOB_MOUNTING", "enabled", "ENABLED, DISABLED"), ("BLOB_MOUNTING", "", "ENABLED, DISABLED"),
                                 ("REGISTRY_POLICY_SCOPE", "V3", "V2, V1"),
                                 ("BASIC_SCAN_TYPE_VERSION", "CLAIR", "AWS_NATIVE")):
        with aws_error("InvalidParameterException",
                       invalid("value", f"Member must satisfy enum value set: [{allowed}]")):
            own.ecr.put_account_setting(name=name, value=value)


def test_blob_mounting(own):
    """On by default, unlike ECR's; see docs/compatibility.md."""
    from support import aws
    from support.oci import Oci
    oci = Oci(own, aws.registry_token(own))
    own.ecr.create_repository(repositoryName="team/source")
    oci.push_image("team/source", "v1")
    layer = oci.get("/v2/team/source/manifests/v1").json()["layers"][0]["digest"]
    target = f"/v2/team/app/blobs/uploads/?mount={layer}&from=team/source"
    own.ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")
    oci.request("POST", target).expect(202)
    own.ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    oci.request("POST", target).expect(201)
    own.ecr.put_account_setting(name="BLOB_MOUNTING", value="DISABLED")
    oci.get(f"/v2/team/app/blobs/{layer}").expect(200)  # what is mounted stays


def test_the_setting_as_a_condition(own):
    user = iam.User(own, policy(iam.allow("ecr:*AccountSetting",
                                          Condition={"StringEquals": {"ecr:AccountSetting": "BLOB_MOUNTING"}})))
    user.client().put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    with aws_error("AccessDeniedException"):
        user.client().put_account_setting(name="REGISTRY_POLICY_SCOPE", value="V1")

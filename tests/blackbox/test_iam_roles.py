"""IAM: roles, trust policies, service-linked roles, OIDC providers, the account."""

import json
import re

import pytest

from support.expect import aws_error
from support.identities import ALLOW_PULL, broken, conflict, everything, exists, new_name, no_entity, trust


@pytest.fixture
def role(iam, server):
    name = new_name("role")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(server.account)))
    return name


def test_life_of_a_role(iam, server):
    name = new_name("role")
    document = trust(server.account)
    made = iam.create_role(RoleName=name, Path="/ci/", AssumeRolePolicyDocument=json.dumps(document),
                           Description="builds", MaxSessionDuration=7200, Tags=[{"Key": "a", "Value": "b"}])["Role"]
    assert re.fullmatch("AROA[A-Z0-9]{16,}", made["RoleId"])
    assert made["Arn"] == f"arn:aws:iam::{server.account}:role/ci/{name}"
    assert made["AssumeRolePolicyDocument"] == document
    got = iam.get_role(RoleName=name)["Role"]
    assert got == made and got["MaxSessionDuration"] == 7200 and got["Tags"] == [{"Key": "a", "Value": "b"}]
    with exists(f"Role with name {name} already exists."):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    listed = everything(iam, "list_roles", "Roles", PathPrefix="/ci/")
    assert name in [entry["RoleName"] for entry in listed]

    iam.update_role(RoleName=name, MaxSessionDuration=3600)
    iam.update_role(RoleName=name, Description="tests")
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "tests"
    assert iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"] == 3600
    assert iam.update_role_description(RoleName=name, Description="x")["Role"]["Description"] == "x"
    other = {**document, "Id": "changed"}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(other))
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == other
    assert iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"] == []
    iam.delete_role(RoleName=name)
    with no_entity(f"The role with name {name} cannot be found."):
        iam.get_role(RoleName=name)
    with no_entity():
        iam.list_instance_profiles_for_role(RoleName=name)


@pytest.mark.parametrize("document", [
    "{}", "nonsense", json.dumps(ALLOW_PULL),
    json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}]}),
])
def test_trust_policies_that_are_none(iam, role, document):
    with aws_error("MalformedPolicyDocument"):
        iam.create_role(RoleName=new_name(), AssumeRolePolicyDocument=document)
    with aws_error("MalformedPolicyDocument"):
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=document)


def test_members_that_break_rules(bad_iam, server):
    document = json.dumps(trust(server.account))
    with broken("maxSessionDuration", "Member must have value greater than or equal to 3600"):
        bad_iam.create_role(RoleName="r", AssumeRolePolicyDocument=document, MaxSessionDuration=60)
    with broken("roleName", "Member must have length less than or equal to 64"):
        bad_iam.create_role(RoleName="r" * 65, AssumeRolePolicyDocument=document)
    with broken("assumeRolePolicyDocument", "Member must not be null"):
        bad_iam.create_role(RoleName="r")
    with broken("permissionsBoundary", "Member must have length greater than or equal to 20"):
        bad_iam.create_role(RoleName="r", AssumeRolePolicyDocument=document, PermissionsBoundary="x")


def test_inline_policies_and_tags(iam, role):
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=json.dumps(ALLOW_PULL))
    assert iam.get_role_policy(RoleName=role, PolicyName="p")["PolicyDocument"] == ALLOW_PULL
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["p"]
    with conflict():
        iam.delete_role(RoleName=role)
    iam.delete_role_policy(RoleName=role, PolicyName="p")
    with no_entity():
        iam.delete_role_policy(RoleName=role, PolicyName="p")
    iam.tag_role(RoleName=role, Tags=[{"Key": "k", "Value": "v"}])
    assert everything(iam, "list_role_tags", "Tags", RoleName=role) == [{"Key": "k", "Value": "v"}]
    iam.untag_role(RoleName=role, TagKeys=["k"])
    assert iam.list_role_tags(RoleName=role)["Tags"] == []


def test_service_linked_roles(iam, server):
    made = iam.create_service_linked_role(AWSServiceName="replication.ecr.amazonaws.com", Description="copies")["Role"]
    name = made["RoleName"]
    assert name == "AWSServiceRoleForECRReplication"
    assert made["Arn"] == (f"arn:aws:iam::{server.account}:role/aws-service-role/replication.ecr.amazonaws.com/{name}")
    with aws_error("InvalidInput"):
        iam.create_service_linked_role(AWSServiceName="replication.ecr.amazonaws.com")
    with aws_error("InvalidInput"):
        iam.create_service_linked_role(AWSServiceName="nothing.amazonaws.com")
    for change in (lambda: iam.delete_role(RoleName=name),
                   lambda: iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(ALLOW_PULL)),
                   lambda: iam.update_assume_role_policy(RoleName=name,
                                                         PolicyDocument=json.dumps(trust(server.account)))):
        with aws_error("UnmodifiableEntity"):
            change()
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/replication.ecr.amazonaws.com/{name}/")
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    with no_entity():
        iam.get_role(RoleName=name)
    with aws_error(("NoSuchEntity", "InvalidInput"), status=None):
        iam.get_service_linked_role_deletion_status(DeletionTaskId="task/x")


def test_oidc_providers(iam, bad_iam, server):
    host = f"{new_name()}.example.com"
    made = iam.create_open_id_connect_provider(Url=f"https://{host}/id", ClientIDList=["sts.amazonaws.com"],
                                               ThumbprintList=["A" * 40], Tags=[{"Key": "a", "Value": "b"}])
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{server.account}:oidc-provider/{host}/id"
    with exists():
        iam.create_open_id_connect_provider(Url=f"https://{host}/id")
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert got["Url"] == f"{host}/id" and got["ClientIDList"] == ["sts.amazonaws.com"] and got["CreateDate"]
    assert [text.lower() for text in got["ThumbprintList"]] == ["a" * 40]
    assert got["Tags"] == [{"Key": "a", "Value": "b"}]
    assert {"Arn": arn} in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="sts.amazonaws.com")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40])
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "c", "Value": ""}])
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=["a"])
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert got["ClientIDList"] == ["two"] and got["ThumbprintList"] == ["b" * 40]
    assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == [{"Key": "c", "Value": ""}]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    with no_entity():
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    with aws_error(("ValidationError", "InvalidInput")):
        iam.create_open_id_connect_provider(Url="ftp://x.example")
    with broken("thumbprintList.1.member", "Member must have length greater than or equal to 40"):
        bad_iam.create_open_id_connect_provider(Url="https://x.example", ThumbprintList=["a"])


def test_aliases(iam):
    alias = new_name("alias")
    iam.create_account_alias(AccountAlias=alias)
    assert iam.list_account_aliases()["AccountAliases"] == [alias]
    iam.create_account_alias(AccountAlias=alias + "2")
    assert iam.list_account_aliases()["AccountAliases"] == [alias + "2"]
    iam.delete_account_alias(AccountAlias=alias + "2")
    assert iam.list_account_aliases()["AccountAliases"] == []
    with no_entity():
        iam.delete_account_alias(AccountAlias=alias)
    for wrong in ["Upper", "a--b", "-ab", "ab-"]:
        with aws_error("ValidationError"):
            iam.create_account_alias(AccountAlias=wrong)


def test_summary_and_details(iam, server, role):
    summary = iam.get_account_summary()["SummaryMap"]
    assert summary["UsersQuota"] == 5000 and summary["Roles"] >= 1 and summary["AccessKeysPerUserQuota"] == 2
    iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=json.dumps(ALLOW_PULL))
    details = everything(iam, "get_account_authorization_details", "RoleDetailList", Filter=["Role"])
    mine = next(entry for entry in details if entry["RoleName"] == role)
    assert mine["RolePolicyList"] == [{"PolicyName": "inline", "PolicyDocument": ALLOW_PULL}]
    assert mine["AssumeRolePolicyDocument"] == trust(server.account) and mine["InstanceProfileList"] == []
    only = iam.get_account_authorization_details(Filter=["Group"])
    assert only["UserDetailList"] == [] and only["RoleDetailList"] == [] and only["Policies"] == []
    with aws_error("ValidationError"):
        iam.get_account_authorization_details(Filter=["Nobody"])

"""IAM: managed policies, versions, attachments, boundaries, simulation, context keys."""

import json
import re

import pytest

from support.expect import aws_error
from support.identities import (ALLOW_PULL, DENY_DELETE, broken, conflict, everything, exists, limit, new_name,
                                no_entity, trust)

READ_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"


@pytest.fixture
def policy(iam):
    return iam.create_policy(PolicyName=new_name("policy"), PolicyDocument=json.dumps(ALLOW_PULL))["Policy"]["Arn"]


@pytest.fixture
def user(iam):
    name = new_name("user")
    iam.create_user(UserName=name)
    return name


def test_life_of_a_policy(iam, server):
    name = new_name("policy")
    made = iam.create_policy(PolicyName=name, Path="/ci/", PolicyDocument=json.dumps(ALLOW_PULL), Description="pull",
                             Tags=[{"Key": "a", "Value": "b"}])["Policy"]
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::{server.account}:policy/ci/{name}" and re.fullmatch("ANPA[A-Z0-9]{16,}",
                                                                                    made["PolicyId"])
    got = iam.get_policy(PolicyArn=arn)["Policy"]
    assert got == made
    assert (got["DefaultVersionId"], got["AttachmentCount"], got["IsAttachable"]) == ("v1", 0, True)
    assert got["Description"] == "pull" and got["Tags"] == [{"Key": "a", "Value": "b"}]
    with exists():
        iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(ALLOW_PULL))
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert version["Document"] == ALLOW_PULL and version["IsDefaultVersion"] is True
    listed = everything(iam, "list_policies", "Policies", Scope="Local", PathPrefix="/ci/")
    assert arn in [entry["Arn"] for entry in listed]
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]
    iam.delete_policy(PolicyArn=arn)
    with no_entity(f"Policy {arn} was not found."):
        iam.get_policy(PolicyArn=arn)


def test_versions(iam, policy):
    second = iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(DENY_DELETE))["PolicyVersion"]
    assert second["VersionId"] == "v2" and second["IsDefaultVersion"] is False
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(DENY_DELETE), SetAsDefault=True)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"] == "v3"
    versions = everything(iam, "list_policy_versions", "Versions", PolicyArn=policy)
    assert [(entry["VersionId"], entry["IsDefaultVersion"]) for entry in versions] == [
        ("v3", True), ("v2", False), ("v1", False)]
    iam.set_default_policy_version(PolicyArn=policy, VersionId="v1")
    with conflict():
        iam.delete_policy_version(PolicyArn=policy, VersionId="v1")
    with conflict():
        iam.delete_policy(PolicyArn=policy)
    for _ in range(2):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(ALLOW_PULL))
    with limit():
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(ALLOW_PULL))
    iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
    made = iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(ALLOW_PULL))["PolicyVersion"]
    assert made["VersionId"] == "v6", "numbers are not used twice"
    with no_entity():
        iam.get_policy_version(PolicyArn=policy, VersionId="v2")
    with broken("versionId", r"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"):
        iam.get_policy_version(PolicyArn=policy, VersionId="2")


@pytest.mark.parametrize("document", [
    "{", "{}", json.dumps(trust("123456789012")),
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"nothing","Resource":"*"}}',
])
def test_documents_that_are_none(iam, policy, document):
    with aws_error("MalformedPolicyDocument"):
        iam.create_policy(PolicyName=new_name(), PolicyDocument=document)
    with aws_error("MalformedPolicyDocument"):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=document)


def test_attachments(iam, server, policy, user):
    group, role = new_name("group"), new_name("role")
    iam.create_group(GroupName=group)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust(server.account)))
    for arn in (policy, READ_ONLY):
        iam.attach_user_policy(UserName=user, PolicyArn=arn)
        iam.attach_user_policy(UserName=user, PolicyArn=arn)
        iam.attach_group_policy(GroupName=group, PolicyArn=arn)
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    for operation, owner in [("list_attached_user_policies", {"UserName": user}),
                             ("list_attached_group_policies", {"GroupName": group}),
                             ("list_attached_role_policies", {"RoleName": role})]:
        attached = everything(iam, operation, "AttachedPolicies", **owner)
        assert {entry["PolicyArn"]: entry["PolicyName"] for entry in attached} == {
            policy: policy.rpartition("/")[2], READ_ONLY: "AmazonEC2ContainerRegistryReadOnly"}
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 3
    entities = iam.list_entities_for_policy(PolicyArn=policy)
    assert [entry["UserName"] for entry in entities["PolicyUsers"]] == [user]
    assert [entry["GroupName"] for entry in entities["PolicyGroups"]] == [group]
    assert [entry["RoleName"] for entry in entities["PolicyRoles"]] == [role]
    only = iam.list_entities_for_policy(PolicyArn=policy, EntityFilter="Role")
    assert only["PolicyUsers"] == [] and [entry["RoleName"] for entry in only["PolicyRoles"]] == [role]
    attached = everything(iam, "list_policies", "Policies", OnlyAttached=True)
    assert {policy, READ_ONLY} <= {entry["Arn"] for entry in attached}
    with conflict():
        iam.delete_policy(PolicyArn=policy)
    for arn in (policy, READ_ONLY):
        iam.detach_user_policy(UserName=user, PolicyArn=arn)
        iam.detach_group_policy(GroupName=group, PolicyArn=arn)
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    with no_entity():
        iam.detach_user_policy(UserName=user, PolicyArn=policy)
    with no_entity():
        iam.attach_user_policy(UserName=user, PolicyArn=policy + "x")
    iam.delete_policy(PolicyArn=policy)


def test_at_most_ten_attachments(iam, user):
    for _ in range(10):
        made = iam.create_policy(PolicyName=new_name("many"), PolicyDocument=json.dumps(ALLOW_PULL))["Policy"]["Arn"]
        iam.attach_user_policy(UserName=user, PolicyArn=made)
    with limit("Cannot exceed quota for PoliciesPerUser: 10"):
        iam.attach_user_policy(UserName=user, PolicyArn=READ_ONLY)


def test_policies_of_aws(iam):
    got = iam.get_policy(PolicyArn=READ_ONLY)["Policy"]
    assert got["PolicyName"] == "AmazonEC2ContainerRegistryReadOnly" and got["Path"] == "/"
    version = iam.get_policy_version(PolicyArn=READ_ONLY, VersionId=got["DefaultVersionId"])["PolicyVersion"]
    assert "ecr:BatchGetImage" in json.dumps(version["Document"])
    names = {entry["PolicyName"] for entry in everything(iam, "list_policies", "Policies", Scope="AWS")}
    assert {"AmazonEC2ContainerRegistryFullAccess", "AmazonEC2ContainerRegistryPowerUser",
            "AmazonEC2ContainerRegistryReadOnly", "AdministratorAccess"} <= names
    with aws_error("AccessDenied", status=403):
        iam.delete_policy(PolicyArn=READ_ONLY)
    with aws_error("AccessDenied", status=403):
        iam.create_policy_version(PolicyArn=READ_ONLY, PolicyDocument=json.dumps(ALLOW_PULL))


def test_boundaries(iam, server, policy, user):
    iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=policy)
    boundary = iam.get_user(UserName=user)["User"]["PermissionsBoundary"]
    assert boundary == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy}
    assert iam.get_policy(PolicyArn=policy)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    users = iam.list_entities_for_policy(PolicyArn=policy, PolicyUsageFilter="PermissionsBoundary")["PolicyUsers"]
    assert [entry["UserName"] for entry in users] == [user]
    with conflict():
        iam.delete_policy(PolicyArn=policy)
    iam.delete_user_permissions_boundary(UserName=user)
    assert "PermissionsBoundary" not in iam.get_user(UserName=user)["User"]
    role = new_name("role")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust(server.account)),
                    PermissionsBoundary=policy)
    assert iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == policy
    iam.delete_role_permissions_boundary(RoleName=role)
    iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=policy)
    iam.delete_role_permissions_boundary(RoleName=role)
    with no_entity():
        iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=policy + "x")


def decisions(answer):
    return {entry["EvalActionName"]: entry["EvalDecision"] for entry in answer["EvaluationResults"]}


def test_simulate_custom(iam):
    answer = iam.simulate_custom_policy(
        PolicyInputList=[json.dumps(ALLOW_PULL), json.dumps(DENY_DELETE)],
        ActionNames=["ecr:BatchGetImage", "ecr:DeleteRepository", "ecr:PutImage"])
    assert decisions(answer) == {"ecr:BatchGetImage": "allowed", "ecr:DeleteRepository": "explicitDeny",
                                 "ecr:PutImage": "implicitDeny"}
    allowed = answer["EvaluationResults"][0]
    assert allowed["EvalResourceName"] == "*" and len(allowed["MatchedStatements"]) == 1
    assert everything(iam, "simulate_custom_policy", "EvaluationResults", PolicyInputList=[json.dumps(ALLOW_PULL)],
                      ActionNames=[f"ecr:Action{i}" for i in range(5)])[4]["EvalActionName"] == "ecr:Action4"
    with_boundary = iam.simulate_custom_policy(
        PolicyInputList=[json.dumps(ALLOW_PULL)], ActionNames=["ecr:BatchGetImage"],
        PermissionsBoundaryPolicyInputList=[json.dumps(DENY_DELETE)])["EvaluationResults"][0]
    assert with_boundary["EvalDecision"] == "implicitDeny"
    assert with_boundary["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    with aws_error(("InvalidInput", "MalformedPolicyDocument")):
        iam.simulate_custom_policy(PolicyInputList=["{"], ActionNames=["ecr:PutImage"])


def test_simulate_with_conditions(iam):
    tagged = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:aws:ecr:*:*:repository/${aws:PrincipalTag/team}/*",
         "Condition": {"StringEquals": {"aws:RequestTag/env": "dev"}}}]}
    question = {"PolicyInputList": [json.dumps(tagged)], "ActionNames": ["ecr:PutImage"],
                "ResourceArns": ["arn:aws:ecr:us-east-1:123456789012:repository/a/b",
                                 "arn:aws:ecr:us-east-1:123456789012:repository/c/b"]}
    entries = [{"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyValues": ["a"], "ContextKeyType": "string"},
               {"ContextKeyName": "aws:RequestTag/env", "ContextKeyValues": ["dev"], "ContextKeyType": "string"}]
    results = iam.simulate_custom_policy(**question, ContextEntries=entries)["EvaluationResults"]
    assert [entry["EvalDecision"] for entry in results] == ["allowed", "implicitDeny"]
    missing = iam.simulate_custom_policy(**question)["EvaluationResults"][0]["MissingContextValues"]
    assert "aws:RequestTag/env" in missing
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[json.dumps(tagged)])["ContextKeyNames"]
    assert sorted(keys) == ["aws:PrincipalTag/team", "aws:RequestTag/env"]


def test_simulate_principal(iam, server, policy, user):
    iam.attach_user_policy(UserName=user, PolicyArn=policy)
    iam.put_user_policy(UserName=user, PolicyName="keep", PolicyDocument=json.dumps(DENY_DELETE))
    arn = f"arn:aws:iam::{server.account}:user/{user}"
    answer = iam.simulate_principal_policy(PolicySourceArn=arn,
                                           ActionNames=["ecr:BatchGetImage", "ecr:DeleteRepository", "ecr:PutImage"])
    assert decisions(answer) == {"ecr:BatchGetImage": "allowed", "ecr:DeleteRepository": "explicitDeny",
                                 "ecr:PutImage": "implicitDeny"}
    assert answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"] == policy
    more = iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=["ecr:PutImage"],
        PolicyInputList=[json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ecr:PutImage", "Resource": "*"}]})])
    assert decisions(more) == {"ecr:PutImage": "allowed"}
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)["ContextKeyNames"] == []
    with no_entity():
        iam.simulate_principal_policy(PolicySourceArn=arn + "x", ActionNames=["ecr:PutImage"])

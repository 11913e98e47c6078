"""The AWS CLI on IAM and Organizations: what people type, good and bad."""

import json
import secrets

import pytest

from support.identities import ALLOW_PULL, trust

pytestmark = pytest.mark.parametrize("place", ["localhost"], indirect=True)


@pytest.fixture
def aws(place):
    """aws("iam", ...): the parsed output; aws(..., fails=NAME): the command must fail with this code."""
    def call(*arguments, fails=None):
        command = ["aws", "--output", "json", *arguments]
        if fails:
            return place.fails(*command, words=[f"({fails})"])
        said = place.run(*command)
        return json.loads(said) if said.strip() else None
    return call


def test_users(aws, place):
    name = f"cli-{secrets.token_hex(4)}"
    user = ["--user-name", name]
    made = aws("iam", "create-user", *user, "--path", "/cli/", "--tags", "Key=a,Value=b c")["User"]
    assert made["Arn"].endswith(f":user/cli/{name}") and made["Tags"] == [{"Key": "a", "Value": "b c"}]
    aws("iam", "create-user", *user, fails="EntityAlreadyExists")
    aws("iam", "create-user", "--user-name", "a b", fails="ValidationError")
    assert aws("iam", "get-user", *user)["User"] == made
    assert name in [entry["UserName"] for entry in aws("iam", "list-users", "--page-size", "2")["Users"]]
    key = aws("iam", "create-access-key", *user)["AccessKey"]
    me = json.loads(place.run("aws", "--output", "json", "sts", "get-caller-identity",
                              env={"AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                                   "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}))
    assert me["Arn"] == made["Arn"]
    place.fails("aws", "iam", "list-users", words=["(AccessDenied)", "is not authorized to perform: iam:ListUsers"],
                env={"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]})
    aws("iam", "delete-user", *user, fails="DeleteConflict")
    aws("iam", "delete-access-key", *user, "--access-key-id", key["AccessKeyId"])
    aws("iam", "delete-user", *user)
    aws("iam", "get-user", *user, fails="NoSuchEntity")


def test_roles_and_policies(aws, place):
    name = f"cli-{secrets.token_hex(4)}"
    role = ["--role-name", name]
    document = place.folder / f"{name}.json"
    document.write_text(json.dumps(trust(place.server.account), indent=2))
    aws("iam", "create-role", *role, "--assume-role-policy-document", f"file://{document}")
    assert aws("iam", "get-role", *role)["Role"]["AssumeRolePolicyDocument"] == trust(place.server.account)
    arn = aws("iam", "create-policy", "--policy-name", name, "--policy-document", json.dumps(ALLOW_PULL))["Policy"]["Arn"]
    aws("iam", "create-policy", "--policy-name", name + "x", "--policy-document", "{}", fails="MalformedPolicyDocument")
    aws("iam", "attach-role-policy", *role, "--policy-arn", arn)
    attached = aws("iam", "list-attached-role-policies", *role)["AttachedPolicies"]
    assert attached == [{"PolicyName": name, "PolicyArn": arn}]
    aws("iam", "put-role-policy", *role, "--policy-name", "p", "--policy-document", json.dumps(ALLOW_PULL))
    assert aws("iam", "get-role-policy", *role, "--policy-name", "p")["PolicyDocument"] == ALLOW_PULL
    result = aws("iam", "simulate-principal-policy", "--policy-source-arn",
                 f"arn:aws:iam::{place.server.account}:role/{name}", "--action-names", "ecr:BatchGetImage",
                 "ecr:PutImage")["EvaluationResults"]
    assert [entry["EvalDecision"] for entry in result] == ["allowed", "implicitDeny"]
    aws("iam", "delete-role", *role, fails="DeleteConflict")
    aws("iam", "detach-role-policy", *role, "--policy-arn", arn)
    aws("iam", "delete-role-policy", *role, "--policy-name", "p")
    aws("iam", "delete-role", *role)
    aws("iam", "delete-policy", "--policy-arn", arn)
    aws("iam", "get-policy", "--policy-arn", arn, fails="NoSuchEntity")
    aws("iam", "wait", "policy-exists", "--policy-arn", "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly")
    assert aws("iam", "get-account-summary")["SummaryMap"]["GroupsQuota"] == 300
    assert aws("iam", "get-account-authorization-details", "--filter", "Role")["UserDetailList"] == []


def test_organizations(aws):
    organization = aws("organizations", "describe-organization")["Organization"]
    made = aws("organizations", "create-account", "--email", f"{secrets.token_hex(4)}@example.com", "--account-name",
               "cli")["CreateAccountStatus"]
    account = aws("organizations", "describe-account", "--account-id", made["AccountId"])["Account"]
    assert account["Arn"].startswith(organization["Arn"].replace(":organization/", ":account/"))
    assert account in aws("organizations", "list-accounts")["Accounts"]
    policy = aws("organizations", "create-policy", "--name", secrets.token_hex(4), "--description", "d", "--type",
                 "SERVICE_CONTROL_POLICY", "--content", json.dumps(ALLOW_PULL))["Policy"]["PolicySummary"]
    target = ["--policy-id", policy["Id"], "--target-id", account["Id"]]
    aws("organizations", "attach-policy", *target)
    aws("organizations", "attach-policy", *target, fails="DuplicatePolicyAttachmentException")
    aws("organizations", "delete-policy", "--policy-id", policy["Id"], fails="PolicyInUseException")
    aws("organizations", "detach-policy", *target)
    aws("organizations", "delete-policy", "--policy-id", policy["Id"])
    aws("organizations", "describe-account", "--account-id", "000000000001", fails="AccountNotFoundException")

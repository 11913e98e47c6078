"""`berth authz explain`: a decision, its text, and the statements that made it."""

import json
import secrets

import pytest

from support.accounts import TOKEN, Account
from support.iam import allow, policy
from support.server import berth


@pytest.fixture(scope="module")
def first(server):
    return Account.first(server)


def explain(server, principal, action, resource, *context, code):
    """The JSON document; what is printed for people must say the same."""
    arguments = ["authz", "explain", "--data", server.data, "--principal", principal, "--action", action,
                 "--resource", resource, *(part for pair in context for part in ("--context", pair))]
    done = berth(*arguments, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    found = json.loads(done.stdout)
    people = berth(*arguments)
    assert people.returncode == code and people.stdout.startswith(found["decision"] + "\n")
    for statement in found["statements"]:
        assert statement["document"] in people.stdout and statement["policy"] in people.stdout
    return found


def test_statements(server, first):
    name = f"e{secrets.token_hex(4)}"
    first.ecr.create_repository(repositoryName=name)
    arn = first.repository_arn(name)
    first.user(name, TOKEN, {**allow("ecr:BatchGetImage", arn), "Sid": "Pull"}, {
        **allow("ecr:PutImage", arn), "Sid": "Push", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})
    user = f"arn:aws:iam::{first.id}:user/{name}"

    found = explain(server, user, "ecr:BatchGetImage", arn, code=0)
    assert found["decision"] == "allowed"
    statement, = [each for each in found["statements"] if each["source"] == "identity-based policy"]
    assert statement["effect"] == "Allow" and statement["sid"] == "Pull" and statement["statement"] == 2
    assert statement["policy"] == "inline"
    assert json.loads(statement["document"])["Action"] in ("ecr:BatchGetImage", ["ecr:BatchGetImage"])

    found = explain(server, user, "ecr:PutImage", arn, "aws:SourceIp=10.1.2.3", code=0)
    assert "Push" in [each.get("sid") for each in found["statements"]]
    found = explain(server, user, "ecr:PutImage", arn, "aws:SourceIp=192.0.2.1", code=1)
    assert found["decision"] == "implicitDeny" and found["statements"] == []
    assert found["message"] == (f"User: {user} is not authorized to perform: ecr:PutImage on resource: {arn} because no "
                                "identity-based policy allows the ecr:PutImage action")
    assert "inline" in [policy["policy"] for policy in found["considered"]]

    first.ecr.set_repository_policy(repositoryName=name, policyText=policy(
        {"Sid": "Never", "Effect": "Deny", "Principal": "*", "Action": "ecr:BatchGetImage"}))
    found = explain(server, user, "ecr:BatchGetImage", arn, code=1)
    assert found["decision"] == "explicitDeny" and found["statements"][0]["sid"] == "Never"
    assert found["message"].endswith("with an explicit deny in a resource-based policy")


def test_roles_and_others(server, first):
    name = f"e{secrets.token_hex(4)}"
    first.ecr.create_repository(repositoryName=name)
    arn = first.repository_arn(name)
    role = first.role(name, {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": first.id}},
                      allow("ecr:PutImage", arn))
    for principal in (role, f"arn:aws:sts::{first.id}:assumed-role/{name}/me", f"arn:aws:iam::{first.id}:root"):
        assert explain(server, principal, "ecr:PutImage", arn, code=0)["decision"] == "allowed"
    for principal in ("anonymous", "lambda.amazonaws.com"):
        assert explain(server, principal, "ecr:PutImage", arn, code=1)["decision"] == "implicitDeny"
    administrator = f"arn:aws:iam::{first.id}:user/administrator"
    for action, resource in (("iam:CreateUser", f"arn:aws:iam::{first.id}:user/x"), ("ecr:GetAuthorizationToken", "*"),
                             ("sts:AssumeRole", role)):
        assert explain(server, administrator, action, resource, code=0)["decision"] == "allowed", action
    mistrustful = first.role(f"{name}-2", {"Effect": "Allow", "Action": "sts:AssumeRole",
                                           "Principal": {"AWS": role}})
    assert explain(server, administrator, "sts:AssumeRole", mistrustful, code=1)["decision"] == "implicitDeny"


@pytest.mark.parametrize("change,words", [
    ({"--principal": "arn:aws:iam::{account}:user/nobody"}, "no user"), ({"--principal": "nobody"}, "is no principal"),
    ({"--action": "PutImage"}, "usage"), ({"--resource": "x"}, "is no ARN"), ({"--context": "x"}, "KEY=VALUE"),
    ({"--principal": None}, "usage"),
])
def test_refuses(server, first, change, words):
    flags = {"--principal": f"arn:aws:iam::{first.id}:root", "--action": "ecr:PutImage", "--resource": "*", **change}
    arguments = [part.format(account=first.id) for flag, value in flags.items() if value for part in (flag, value)]
    done = berth("authz", "explain", "--data", server.data, *arguments)
    assert done.returncode == 1 and words in done.stderr and done.stdout == "", done

"""`berth account`: the commands of who runs the server, beside it while it serves."""

import json
import secrets

import pytest

from support.accounts import Account
from support.server import berth


@pytest.fixture(scope="module")
def first(server):
    return Account.first(server)


def account(server, *arguments):
    return berth("account", *arguments, "--data", server.data)


def test_create(server, first):
    name = f"n{secrets.token_hex(4)}"
    done = account(server, "create", "--name", name, "--email", f"{name}@example.com", "--json")
    assert done.returncode == 0, done.stderr
    made = Account(server, json.loads(done.stdout))
    who = made.sts.get_caller_identity()
    assert who["Account"] == made.id and who["Arn"] == f"arn:aws:iam::{made.id}:user/administrator"
    attached = made.iam.list_attached_user_policies(UserName="administrator")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    made.ecr.create_repository(repositoryName="team/app")
    assert first.client("organizations").describe_account(AccountId=made.id)["Account"]["Name"] == name
    assert {"accountId": made.id, "name": name, "email": f"{name}@example.com", "status": "ACTIVE"} in json.loads(
        account(server, "list", "--json").stdout)
    assert f"{made.id}  ACTIVE     {name}  {name}@example.com\n" in account(server, "list").stdout


def test_create_for_people(server):
    name = f"n{secrets.token_hex(4)}"
    done = account(server, "create", "--name", name, "--email", f"{name}@example.com", "--id", "000000000042")
    assert done.returncode == 0, done.stderr
    assert "Account 000000000042." in done.stdout and "export AWS_SECRET_ACCESS_KEY=" in done.stdout


@pytest.mark.parametrize("arguments,words", [
    ([], "usage"), (["--name", "x"], "usage"), (["--name", "x", "--email", "nonsense"], "Email"),
    (["--name", "x", "--email", "x@example.com", "--id", "12"], "12"), (["--name"], "needs a value"),
    (["--name", "x" * 51, "--email", "x@example.com"], "50 characters"), (["--fly", "high"], "--fly"),
    (["--name", "x", "--email", "x@example.com", "--id", "{first}"], "already"),
])
def test_create_refuses(server, first, arguments, words):
    before = account(server, "list").stdout
    done = berth("account", "create", "--data", server.data, *[part.format(first=first.id) for part in arguments])
    assert done.returncode != 0 and words in done.stderr and done.stdout == "", done
    assert account(server, "list").stdout == before


def test_create_twice(server):
    name = f"n{secrets.token_hex(4)}"
    twice = [account(server, "create", "--name", name, "--email", f"{name}@example.com") for _ in range(2)]
    assert [done.returncode for done in twice] == [0, 1] and "EMAIL_ALREADY_EXISTS" in twice[1].stderr


def test_without_init(tmp_path):
    done = berth("account", "list", "--data", tmp_path / "none")
    assert done.returncode == 1 and done.stderr.startswith("berth: ")


def test_in_postgresql(make_server, postgres):
    server = make_server("--db", postgres)
    made = Account.create(server, "other")
    made.ecr.create_repository(repositoryName="team/app")
    assert made.repository_arn("team/app") == made.ecr.describe_repositories()["repositories"][0]["repositoryArn"]
    names = [each["name"] for each in json.loads(berth("account", "list", "--json", "--data", server.data, "--db", postgres).stdout)]
    assert sorted(names) == sorted([f"account {server.account}", "other"])

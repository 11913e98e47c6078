"""What Berth has beyond ECR for repositories: rename, deletion protection, trees; by API and by command."""

import json
import os
import pty
import secrets
import subprocess
import time

import pytest

from support import aws, shell
from support.accounts import Account
from support.expect import aws_error, invalid, no_repository
from support.oci import Oci
from support.server import berth as command
from support.server import binary, environment

PROTECTED = "The repository with name '{}' in registry with id '{}' is protected from deletion"


@pytest.fixture(scope="module")
def berth(server):
    return aws.client(server, "berth")


@pytest.fixture
def tree(ecr):
    """A prefix of its own with three repositories, and one beside it."""
    prefix = f"t{secrets.token_hex(5)}"
    for name in (prefix, f"{prefix}/app", f"{prefix}/app/cache", f"{prefix}-other/app"):
        ecr.create_repository(repositoryName=name)
    return prefix


def repo(server, *arguments, **more):
    return command("repo", *arguments, "--data", server.data, **more)


def names(ecr, prefix):
    pages = ecr.get_paginator("describe_repositories").paginate()
    return [found["repositoryName"] for page in pages for found in page["repositories"]
            if found["repositoryName"].startswith(prefix)]


# by the API

def test_rename(ecr, berth, oci, server, tree):
    old, new = f"{tree}/app", f"{tree}/renamed"
    manifest = oci.push_image(old, "v1")
    arn = ecr.describe_repositories(repositoryNames=[old])["repositories"][0]["repositoryArn"]
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "team", "Value": "blue"}])
    text = json.dumps({"rules": [{"rulePriority": 1, "description": "ten stay", "selection": {
        "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}, "action": {"type": "expire"}}]})
    ecr.put_lifecycle_policy(repositoryName=old, lifecyclePolicyText=text)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": server.account}, "Action": "ecr:BatchGetImage"}]})
    ecr.set_repository_policy(repositoryName=old, policyText=policy)

    renamed = berth.rename_repository(repositoryName=old, newRepositoryName=new)["repository"]
    assert renamed["repositoryName"] == new and renamed["repositoryArn"].endswith(f"repository/{new}")
    assert renamed == ecr.describe_repositories(repositoryNames=[new])["repositories"][0]
    assert oci.get_manifest(new, "v1").expect(200).body == manifest
    assert oci.get_manifest(old, "v1").status == 404
    assert ecr.list_tags_for_resource(resourceArn=renamed["repositoryArn"])["tags"] == [
        {"Key": "team", "Value": "blue"}]
    assert ecr.get_lifecycle_policy(repositoryName=new)["lifecyclePolicyText"] == text
    assert "BatchGetImage" in ecr.get_repository_policy(repositoryName=new)["policyText"]
    with aws_error("RepositoryNotFoundException", no_repository(old, server.account)):
        ecr.list_images(repositoryName=old)
    ecr.create_repository(repositoryName=old)  # the name is free


def test_rename_refuses(ecr, berth, server, tree):
    with aws_error("RepositoryAlreadyExistsException"):
        berth.rename_repository(repositoryName=f"{tree}/app", newRepositoryName=tree)
    with aws_error("RepositoryAlreadyExistsException"):
        berth.rename_repository(repositoryName=tree, newRepositoryName=tree)
    with aws_error("RepositoryNotFoundException", no_repository("no/where", server.account)):
        berth.rename_repository(repositoryName="no/where", newRepositoryName=f"{tree}/new")
    with aws_error("InvalidParameterException"):
        aws.client(server, "berth", validate=False).rename_repository(repositoryName=tree, newRepositoryName="BAD")
    assert len(names(ecr, tree)) == 4


def test_who_may_rename(ecr, server, tree):
    """The right to delete the old name, and to create the new one."""
    account = Account.first(server)
    arn = account.repository_arn
    statements = [{"Effect": "Allow", "Action": "ecr:DeleteRepository", "Resource": arn(f"{tree}/app")},
                  {"Effect": "Allow", "Action": "ecr:CreateRepository", "Resource": arn(f"{tree}/mine/*")}]
    mover = account.client("berth", account.user(f"u{secrets.token_hex(4)}", *statements))
    for old, new in ((f"{tree}/app", f"{tree}/other"), (tree, f"{tree}/mine/x")):
        with aws_error("AccessDeniedException"):
            mover.rename_repository(repositoryName=old, newRepositoryName=new)
    mover.rename_repository(repositoryName=f"{tree}/app", newRepositoryName=f"{tree}/mine/app")
    assert f"{tree}/mine/app" in names(ecr, tree)


def test_protection(ecr, berth, server, tree):
    name = f"{tree}/app"
    answer = berth.put_deletion_protection(repositoryName=name, deletionProtection=True)
    answer.pop("ResponseMetadata")
    assert answer == {"registryId": server.account, "repositoryName": name, "deletionProtection": True}
    for force in (False, True):
        with aws_error("InvalidParameterException",
                       invalid("repositoryName", PROTECTED.format(name, server.account))):
            ecr.delete_repository(repositoryName=name, force=force)
    with aws_error("InvalidParameterException",
                   invalid("prefix", f"Repositories are protected from deletion: [{name}]")):
        berth.delete_repositories(prefix=tree, force=True)
    assert len(names(ecr, tree)) == 4
    berth.put_deletion_protection(repositoryName=name, deletionProtection=False)
    ecr.delete_repository(repositoryName=name)
    with aws_error("RepositoryNotFoundException"):
        berth.put_deletion_protection(repositoryName=name, deletionProtection=True)


def test_who_may_unprotect(ecr, berth, server, tree):
    """Not who may do anything of ECR, and not who may protect."""
    account = Account.first(server)
    user = account.user(f"u{secrets.token_hex(4)}", {
        "Effect": "Allow", "Action": ["ecr:*", "berth:ProtectRepository"], "Resource": "*"})
    own = account.client("berth", user)
    own.put_deletion_protection(repositoryName=tree, deletionProtection=True)
    with aws_error("AccessDeniedException") as caught:
        own.put_deletion_protection(repositoryName=tree, deletionProtection=False)
    assert "berth:UnprotectRepository" in caught.message
    berth.put_deletion_protection(repositoryName=tree, deletionProtection=False)


def test_list(ecr, berth, oci, tree):
    oci.push_image(f"{tree}/app", "v1")
    oci.push_image(f"{tree}/app", "v2")
    berth.put_deletion_protection(repositoryName=tree, deletionProtection=True)
    pages = berth.get_paginator("list_repositories").paginate(prefix=tree, PaginationConfig={"PageSize": 2})
    found = [entry for page in pages for entry in page["repositories"]]
    assert [(entry["repositoryName"], entry["imageCount"], entry["deletionProtection"]) for entry in found] == [
        (tree, 0, True), (f"{tree}/app", 2, False), (f"{tree}/app/cache", 0, False)]
    listed = {entry["repositoryName"] for page in berth.get_paginator("list_repositories").paginate()
              for entry in page["repositories"]}
    assert set(names(ecr, tree)) <= listed
    with aws_error("InvalidParameterException"):
        berth.list_repositories(nextToken="nonsense")
    berth.put_deletion_protection(repositoryName=tree, deletionProtection=False)


def test_delete_a_tree(ecr, berth, oci, tree):
    oci.push_image(f"{tree}/app", "v1")
    done = berth.delete_repositories(prefix=tree)
    assert [found["repositoryName"] for found in done["repositories"]] == [tree, f"{tree}/app/cache"]
    assert [(kept["repositoryName"], kept["failureCode"]) for kept in done["failures"]] == [
        (f"{tree}/app", "RepositoryNotEmptyException")]
    assert "nextToken" not in done
    done = berth.delete_repositories(prefix=tree, force=True)
    assert [found["repositoryName"] for found in done["repositories"]] == [f"{tree}/app"] and not done["failures"]
    assert names(ecr, tree) == [f"{tree}-other/app"]


def test_delete_a_tree_by_pages(ecr, berth, tree):
    pages = berth.get_paginator("delete_repositories").paginate(prefix=tree, PaginationConfig={"PageSize": 1})
    gone = [found["repositoryName"] for page in pages for found in page["repositories"]]
    assert gone == [tree, f"{tree}/app", f"{tree}/app/cache"]
    assert names(ecr, tree) == [f"{tree}-other/app"]


def test_who_may_delete_a_tree(ecr, server, tree):
    account = Account.first(server)
    describe = {"Effect": "Allow", "Action": "ecr:DescribeRepositories", "Resource": "*"}
    delete = {"Effect": "Allow", "Action": "ecr:DeleteRepository", "Resource": account.repository_arn(f"{tree}/app/*")}
    with aws_error("AccessDeniedException"):
        account.client("berth", account.user(f"u{secrets.token_hex(4)}", delete)).delete_repositories(prefix=tree)
    done = account.client("berth", account.user(f"u{secrets.token_hex(4)}", describe, delete)).delete_repositories(
        prefix=tree)
    assert [found["repositoryName"] for found in done["repositories"]] == [f"{tree}/app/cache"]
    assert {kept["failureCode"] for kept in done["failures"]} == {"AccessDeniedException"}
    assert len(names(ecr, tree)) == 3


def test_by_the_aws_cli(server, tree, tmp_path):
    """The model in packaging/aws is all that the CLI needs."""
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": server.credentials["accessKeyId"], "HOME": str(tmp_path),
                   "AWS_SECRET_ACCESS_KEY": server.credentials["secretAccessKey"],
                   "AWS_DEFAULT_REGION": server.region}
    model = next(aws.MODELS.glob("berth/*/service-2.json"))
    shell.run("aws", "configure", "add-model", "--service-name", "berth", "--service-model", f"file://{model}",
              env=environment)

    def call(*arguments, run=shell.run, **more):
        return run("aws", "--endpoint-url", server.url, "berth", *arguments, env=environment, **more)

    call("put-deletion-protection", "--repository-name", f"{tree}/app", "--deletion-protection")
    call("delete-repositories", "--prefix", tree, run=shell.fails, words=["InvalidParameterException"])
    call("put-deletion-protection", "--repository-name", f"{tree}/app", "--no-deletion-protection")
    call("rename-repository", "--repository-name", f"{tree}/app", "--new-repository-name", f"{tree}/new")
    call("rename-repository", "--repository-name", f"{tree}/app", "--new-repository-name", f"{tree}/new",
         run=shell.fails, words=["RepositoryNotFoundException"])
    listed = json.loads(call("list-repositories", "--prefix", tree))["repositories"]
    assert [found["repositoryName"] for found in listed] == [tree, f"{tree}/app/cache", f"{tree}/new"]
    gone = json.loads(call("delete-repositories", "--prefix", tree))
    assert len(gone["repositories"]) == 3 and gone["failures"] == []


# by the command, beside the running server

def test_command_list(server, berth, oci, tree):
    oci.push_image(f"{tree}/app", "v1")
    berth.put_deletion_protection(repositoryName=tree, deletionProtection=True)
    done = repo(server, "list", tree, "--json")
    assert done.returncode == 0, done.stderr
    assert [(found["repositoryName"], found["imageCount"], found["deletionProtection"])
            for found in json.loads(done.stdout)] == [
        (tree, 0, True), (f"{tree}/app", 1, False), (f"{tree}/app/cache", 0, False)]
    lines = repo(server, "list", tree).stdout.splitlines()
    assert lines[0].split() == ["0", "protected", tree] and lines[1].split() == ["1", f"{tree}/app"]
    assert f"{tree}-other/app" in repo(server, "list").stdout
    berth.put_deletion_protection(repositoryName=tree, deletionProtection=False)


def test_command_delete(server, ecr, oci, tree):
    oci.push_image(f"{tree}/app", "v1")
    done = repo(server, "delete", f"{tree}/app")
    assert done.returncode == 1 and "still contains images" in done.stderr and done.stdout == ""
    done = repo(server, "delete", f"{tree}/app", "--force", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"complete": True, "cleared": True, "deleted": [f"{tree}/app"], "failures": []}
    assert names(ecr, tree) == [tree, f"{tree}-other/app", f"{tree}/app/cache"]


def test_command_delete_a_tree(server, ecr, oci, tree):
    oci.push_image(f"{tree}/app", "v1")
    done = repo(server, "delete", tree, "--recursive")
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[:2] == [f"deleted  {tree}", f"deleted  {tree}/app/cache"]
    assert done.stdout.splitlines()[2].startswith(f"kept     {tree}/app  ")
    done = repo(server, "delete", tree, "--recursive", "--force")
    assert (done.returncode, done.stdout) == (0, f"deleted  {tree}/app\n"), done.stderr
    assert names(ecr, tree) == [f"{tree}-other/app"]


def test_command_protect_and_rename(server, ecr, tree):
    assert json.loads(repo(server, "protect", tree, "--json").stdout)["deletionProtection"] is True
    for more in ([], ["--recursive", "--force"]):
        done = repo(server, "delete", tree, *more)
        assert done.returncode == 1 and "protected from deletion" in done.stderr, done
    assert repo(server, "rename", tree, f"{tree}/moved").returncode == 0
    done = repo(server, "rename", tree, f"{tree}/again")
    assert done.returncode == 1 and "does not exist" in done.stderr
    done = repo(server, "delete", f"{tree}/moved")
    assert done.returncode == 1 and "protected from deletion" in done.stderr, "it stays protected"
    assert repo(server, "unprotect", f"{tree}/moved").returncode == 0
    assert repo(server, "delete", f"{tree}/moved").returncode == 0


@pytest.mark.parametrize("arguments,words", [
    (["delete"], "usage"), (["rename", "one/name"], "usage"), (["protect"], "usage"), (["delete", "BAD NAME"], "name"),
    (["delete", "no/where"], "does not exist"), (["delete", "no/where", "--recursive"], "no repository"),
    (["protect", "no/where"], "does not exist"), (["delete", "a/b", "c/d"], "c/d"),
    (["delete", "a/b", "--fly"], "--fly"),
    (["list", "BAD NAME"], "name"),
])
def test_command_refuses(server, arguments, words):
    done = repo(server, *arguments)
    assert done.returncode != 0 and words in done.stderr and done.stdout == "", done


def all_of(terminal):
    """What was written to it, by programs that have ended; it may come in pieces."""
    with open(terminal, "rb", buffering=0) as file:
        text = b""
        try:
            while part := file.read(10_000):
                text += part
        except OSError:  # nobody holds the other side any more
            pass
        return text


@pytest.mark.parametrize("typed,gone", [("{}/app", True), ("yes", False)])
def test_command_asks_at_a_terminal(server, ecr, tree, typed, gone):
    inside, outside = pty.openpty()
    process = subprocess.Popen([binary(), "repo", "delete", f"{tree}/app", "--data", str(server.data)],
                               env=environment(), stdin=outside, stderr=outside, stdout=subprocess.PIPE, text=True)
    os.close(outside)
    os.write(inside, (typed.format(tree) + "\n").encode())
    said = process.communicate(timeout=30)[0]
    asked = all_of(inside).decode(errors="replace")
    assert "1 repositories with 0 images" in asked
    assert (process.returncode == 0) == gone and (f"deleted  {tree}/app" in said) == gone
    assert (f"{tree}/app" in names(ecr, tree)) != gone


# large ones

def fill(oci, repository, images):
    """Many small images of one layer: their number."""
    manifest = json.loads(oci.new_manifest(repository))
    for number in range(images):
        manifest["annotations"] = {"number": str(number)}
        oci.put_manifest(repository, f"t{number}", manifest).expect(201)
    return images


def metric(server, name):
    text = server.admin.request("GET", "/metrics").body.decode()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))


def test_a_large_repository_is_gone_at_once_and_cleared_away_later(make_server):
    """Also through a crash; the slowest pace shows the two apart."""
    server = make_server("--registry-deletion-rows-per-second", "100")
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    ecr.create_repository(repositoryName="large/app")
    rows = 3 * fill(oci, "large/app", 300)
    begun = time.monotonic()
    ecr.delete_repository(repositoryName="large/app", force=True)
    assert time.monotonic() - begun < 1
    ecr.create_repository(repositoryName="large/app")
    assert ecr.list_images(repositoryName="large/app")["imageIds"] == []
    kept = oci.push_image("large/app", "kept")
    time.sleep(1.5)
    assert 0 < metric(server, "berth_repository_removal_rows_total") < rows
    assert metric(server, "berth_repository_removals_waiting") == 1
    server.kill()
    server.options = ["--registry-deletion-rows-per-second", "100000"]
    server.start()
    oci = Oci(server, aws.registry_token(server))
    deadline = time.monotonic() + 30
    while metric(server, "berth_repository_removals_total") < 1:
        assert time.monotonic() < deadline, server.log()[-2000:]
        time.sleep(0.1)
    assert metric(server, "berth_repository_removals_waiting") == 0
    assert oci.get_manifest("large/app", "kept").expect(200).body == kept


def test_an_interrupted_command_is_gone_on_with(make_server):
    server = make_server()
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    ecr.create_repository(repositoryName="large/app")
    fill(oci, "large/app", 300)
    server.stop()
    slow = ["--registry-deletion-rows-per-second", "100"]
    process = subprocess.Popen([binary(), "repo", "delete", "large/app", "--force", "--json", "--data",
                                str(server.data), *slow], env=environment(), stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.terminate()
    done = json.loads(process.communicate(timeout=10)[0])
    assert process.returncode == 0 and done["deleted"] == ["large/app"] and not done["cleared"]
    server.start()
    deadline = time.monotonic() + 30
    while metric(server, "berth_repository_removals_total") < 1:
        assert time.monotonic() < deadline, server.log()[-2000:]
        time.sleep(0.1)

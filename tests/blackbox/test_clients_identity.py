"""From a CI job without stored keys to another account's node: docker, containerd and docker-credential-berth."""

import json
import pathlib
import secrets

import pytest

from support.accounts import PULL, PUSH, TOKEN, Account, environment_of
from support.iam import allow, policy
from support.oci import Oci
from support.server import binary

DOCKER = "/usr/bin/docker"
DENIED = ["denied", "403", "not authorized"]
pytestmark = pytest.mark.usefixtures("dockerd")


class Job:
    """A machine with nothing but a docker that asks docker-credential-berth, and variables of the AWS chain."""

    def __init__(self, place, name, variables):
        self.place, self.home = place, place.folder / f"{name}-{secrets.token_hex(4)}"
        (self.home / ".docker").mkdir(parents=True)
        (self.home / ".docker/config.json").write_text(json.dumps({"credHelpers": {place.registry: "berth"}}))
        unset = {name: "" for name in place.env if name.startswith("AWS_") and "ENDPOINT" not in name}
        path = f"{pathlib.Path(binary()).parent}:{place.env['PATH']}"
        self.env = {**unset, "HOME": str(self.home), "DOCKER_CONFIG": str(self.home / ".docker"), "PATH": path, **variables}

    def write(self, name, text):
        (self.home / name).write_text(text)
        return str(self.home / name)

    def docker(self, *arguments):
        return self.place.run(DOCKER, *arguments, env=self.env)

    def refused(self, *arguments):
        return self.place.fails(DOCKER, *arguments, env=self.env, words=DENIED)

    def login(self):
        found = json.loads(self.place.run("docker-credential-berth", "get", stdin=self.place.registry, env=self.env))
        return found["Username"], found["Secret"]


@pytest.fixture(scope="module")
def accounts():
    """Per place: its first account, and two others."""
    made = {}

    def of(place):
        if place.name not in made:
            server = place.server
            made[place.name] = (Account.first(server), Account.create(server, "nodes"), Account.create(server, "third"))
        return made[place.name]
    return of


@pytest.fixture
def ci(place, accounts, issuer):
    """A job in account A whose only secret is the token that its CI system gave it; and the repository it may push to."""
    account, _, _ = accounts(place)
    repository = place.repository("identity")
    arn = account.repository_arn(place.short(repository))
    provider = account.iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    role = account.role(f"ci-{secrets.token_hex(4)}", {
        "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
        "Condition": {"StringEquals": {f"{issuer.provider}:aud": "sts.amazonaws.com"},
                      "StringLike": {f"{issuer.provider}:sub": "repo:octo/app:ref:refs/heads/*"}}},
        TOKEN, allow([*PUSH, *PULL], arn))
    job = Job(place, "ci", {"AWS_ROLE_ARN": role})
    job.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = job.write("token", issuer.github_token())
    return job, repository


def node_of(place, account, name="node"):
    """A job of another account as a role, which a profile's keys assume."""
    user = account.user(f"{name}-{secrets.token_hex(4)}", allow("sts:AssumeRole"))
    role = account.role(f"{name}-{secrets.token_hex(4)}",
                        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": account.id}},
                        TOKEN, allow(PULL))
    job = Job(place, name, {"AWS_PROFILE": "node"})
    job.env["AWS_CONFIG_FILE"] = job.write("aws-config", (
        f"[profile node]\nrole_arn = {role}\nsource_profile = base\n[profile base]\n"
        f"aws_access_key_id = {user['AccessKeyId']}\naws_secret_access_key = {user['SecretAccessKey']}\n"))
    return job, role


def share(account, place, repository, principal):
    account.ecr.set_repository_policy(repositoryName=place.short(repository), policyText=policy(
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": PULL}))


def build(job, place, target, busybox):
    """A new small image under the name `target`."""
    archive = place.folder / "base.tar"
    if not archive.exists():
        place.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker-archive:{archive}:local/busybox:latest")
    place.run(DOCKER, "load", "-q", "-i", archive)
    folder = job.home / "build"
    folder.mkdir()
    (folder / "data").write_text(secrets.token_hex(1000))
    (folder / "Dockerfile").write_text("FROM local/busybox:latest\nCOPY data /data\n")
    place.run(DOCKER, "build", "-q", "-t", target, folder, env={"DOCKER_BUILDKIT": "0"})


def test_the_walk(place, accounts, ci, containerd, busybox):
    """CI pushes without a stored key; another account's node pulls as long as the repository's policy says so."""
    account, nodes, third = accounts(place)
    job, repository = ci
    target = f"{repository}:v1"
    build(job, place, target, busybox)
    job.docker("push", "-q", target)
    job.docker("rmi", "-f", target)

    node, role = node_of(place, nodes)
    stranger, _ = node_of(place, third, "stranger")
    node.refused("pull", "-q", target)
    share(account, place, repository, role)
    node.docker("pull", "-q", target)
    node.docker("rmi", "-f", target)
    said = stranger.refused("pull", "-q", target)
    assert "no resource-based policy allows the ecr:BatchGetImage action" in said, said
    reply = Oci(place.server, stranger.login(), host=place.registry).get_manifest(place.short(repository), "v1")
    assert reply.expect(403).error()[0] == "DENIED"

    ctr = ["ctr", "--address", containerd, "--namespace", "identity", "images", "pull", *place.insecure("--plain-http")]
    place.run(*ctr, "--user", ":".join(node.login()), target)
    place.fails(*ctr, "--user", ":".join(stranger.login()), target, words=["403", "forbidden", "authorization"])

    kept = node.login()
    account.ecr.delete_repository_policy(repositoryName=place.short(repository))
    assert node.login() == kept, "the login is the same; what it may do is not in it"
    node.refused("pull", "-q", target)
    place.run("ctr", "--address", containerd, "--namespace", "identity", "images", "rm", "--sync", target)
    place.fails(*ctr, "--user", ":".join(kept), target, words=["403", "forbidden", "authorization"])
    share(account, place, repository, nodes.id)
    node.docker("pull", "-q", target)


def test_a_token_of_another_branch_of_the_world(place, ci, issuer):
    job, repository = ci
    job.write("token", issuer.github_token(repository="mallory/app"))
    done = place.attempt("docker-credential-berth", "get", stdin=place.registry, env=job.env)
    assert done.returncode == 1 and "AccessDenied" in done.stdout and "AssumeRoleWithWebIdentity" in done.stdout
    job.write("token", issuer.github_token(audience="someone-else"))
    done = place.attempt("docker-credential-berth", "get", stdin=place.registry, env=job.env)
    assert done.returncode == 1 and "InvalidIdentityToken" in done.stdout, done.stdout


def test_a_job_may_push_only_where_it_may(place, ci, busybox):
    job, _ = ci
    elsewhere = f"{place.repository('elsewhere')}:v1"
    build(job, place, elsewhere, busybox)
    job.refused("push", "-q", elsewhere)


def test_a_mount_reaches_only_what_the_caller_can_read(place, accounts):
    account, _, _ = accounts(place)
    source, target = (place.short(place.repository("mount")) for _ in range(2))
    image = json.loads(Oci(place.server, place.token(), host=place.registry).push_image(source, "v1"))
    digest = image["layers"][0]["digest"]
    for name, rights, status in (("blind", [], 202), ("reader", [allow(PULL, account.repository_arn(source))], 201)):
        user = account.user(f"{name}-{secrets.token_hex(4)}", TOKEN,
                            allow([*PUSH, *PULL], account.repository_arn(target)), *rights)
        oci = Oci(place.server, Job(place, name, environment_of(user)).login(), host=place.registry)
        for query in (f"mount={digest}&from={source}", f"mount={digest}"):
            oci.request("POST", f"/v2/{target}/blobs/uploads/?{query}").expect(status)
        oci.head(f"/v2/{target}/blobs/{digest}").expect(404 if status == 202 else 200)


def test_a_kubelet_pulls_as_the_pod(place, accounts, issuer, pushed):
    """The kubelet hands the pod's token to the provider; the role of its service account may pull."""
    account, _, _ = accounts(place)
    provider = account.iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    role = account.role(f"pod-{secrets.token_hex(4)}", {
        "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
        "Condition": {"StringEquals": {f"{issuer.provider}:sub": "system:serviceaccount:ci:builder"}}},
        TOKEN, allow(PULL))
    job = Job(place, "kubelet", {})

    def ask(token):
        request = {"apiVersion": "credentialprovider.kubelet.k8s.io/v1", "kind": "CredentialProviderRequest",
                   "image": f"{pushed}:v1", "serviceAccountToken": token,
                   "serviceAccountAnnotations": {"eks.amazonaws.com/ecr-role-arn": role}}
        return place.attempt("berth", "credential-helper", "kubelet", stdin=json.dumps(request), env=job.env)

    done = ask(issuer.kubernetes_token())
    assert done.returncode == 0, done.stderr
    entry = json.loads(done.stdout)["auth"][place.registry]
    login = (entry["username"], entry["password"])
    Oci(place.server, login, host=place.registry).get_manifest(place.short(pushed), "v1").expect(200)
    refused = ask(issuer.kubernetes_token(account="someone-else"))
    assert refused.returncode == 1 and refused.stdout == "" and "AccessDenied" in refused.stderr

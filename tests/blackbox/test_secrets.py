"""Secrets stay where they belong: nothing that Berth writes, answers or leaves behind has one of them in it."""

import base64
import json
import os
import pathlib
import resource
import secrets
import signal
import subprocess

import pytest

from support import aws
from support.accounts import PULL, TOKEN, Account
from support.iam import allow
from support.oci import Oci
from support.server import LOOPBACK_ISSUERS, Server, berth, binary, environment


class Canaries:
    """What must not be seen, and everything that was seen."""

    def __init__(self, server):
        self.server, self.secrets, self.seen = server, {}, []

    def keep(self, name, value):
        self.secrets[name] = value
        return value

    def saw(self, where, text):
        self.seen.append((where, text if isinstance(text, str) else text.decode(errors="replace")))

    def refused(self, where, reply):
        assert reply.status >= 400, (where, reply.status)
        self.saw(where, reply.body + str(dict(reply.headers)).encode())

    def check(self):
        assert len(self.secrets) > 5 and len(self.seen) > 10
        for name, secret in self.secrets.items():
            forms = {secret, base64.b64encode(secret.encode()).decode(), secret.replace("/", "\\/")}
            if name == "master key":
                forms = {secret.encode("latin-1").hex(), base64.b64encode(secret.encode("latin-1")).decode().rstrip("=")}
            for where, text in self.seen:
                assert not any(form in text for form in forms), f"the {name} is in {where}"


@pytest.fixture
def canaries(make_server):
    server = make_server("--log-level", "debug", *LOOPBACK_ISSUERS)
    made = Canaries(server)
    made.keep("administrator's key", server.credentials["secretAccessKey"])
    made.keep("master key", (server.data / "master.key").read_bytes().decode("latin-1"))
    yield made


def use(canaries, server, account, keys, name):
    """Every door with these keys, rightly and wrongly."""
    canaries.keep(f"secret of {name}", keys["SecretAccessKey"])
    token = keys.get("SessionToken")
    if token:
        canaries.keep(f"session token of {name}", token)
    data = account.client("ecr", keys).get_authorization_token()["authorizationData"][0]
    user, password = base64.b64decode(data["authorizationToken"]).decode().split(":")
    canaries.keep(f"registry password of {name}", password)
    oci = Oci(server, (user, password))
    oci.get("/v2/").expect(200)
    canaries.refused("404 of a manifest", oci.get_manifest("no/such", "v1"))
    canaries.refused("a password cut short", Oci(server, (user, password[:-4])).get("/v2/"))
    canaries.refused("another user's name", Oci(server, ("root", password)).get("/v2/"))
    api = aws.Api(server)
    signing = {"access_key": keys["AccessKeyId"], "secret_key": keys["SecretAccessKey"], "token": token}
    canaries.refused("a name that is a secret", api.call(
        "DescribeRepositories", {"repositoryNames": [keys["SecretAccessKey"]]}, **signing))
    canaries.refused("a body that is not JSON", api.call("ListImages", b'{"x": "' + password.encode(), **signing))
    canaries.refused("another signature", api.call("DescribeRegistry", {}, **{**signing, "secret_key": "x" * 40}))
    if token:
        canaries.refused("a token cut short", api.call("DescribeRegistry", {}, **{**signing, "token": token[:-4]}))
        canaries.refused("a token without its key", api.call(
            "DescribeRegistry", {}, **{**signing, "access_key": server.credentials["accessKeyId"]}))


def test_in_logs_metrics_and_errors(canaries, issuer):
    server = canaries.server
    account = Account.first(server)
    account.ecr.create_repository(repositoryName="team/app")
    Oci(server, aws.registry_token(server)).push_image("team/app", "v1")

    use(canaries, server, account, {"AccessKeyId": account.keys["accessKeyId"],
                                    "SecretAccessKey": account.keys["secretAccessKey"]}, "the administrator")
    use(canaries, server, account, account.user("reader", TOKEN, allow(PULL)), "a user")
    other = Account.create(server, "other")
    canaries.keep("other administrator's key", other.keys["secretAccessKey"])
    role = account.role("role", {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": account.id}},
                        TOKEN, allow("ecr:*"))
    assumed = account.sts.assume_role(RoleArn=role, RoleSessionName="session", ExternalId="external")["Credentials"]
    use(canaries, server, account, assumed, "a session")

    provider = account.iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    web = account.role("web", {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
                               "Principal": {"Federated": provider["OpenIDConnectProviderArn"]}}, TOKEN)
    token = canaries.keep("web identity token", issuer.github_token())
    sts = account.sts
    sts.assume_role_with_web_identity(RoleArn=web, RoleSessionName="session", WebIdentityToken=token)
    for wrong in (token[:-6], issuer.github_token(audience="other"), issuer.github_token(exp=1), "." + token):
        canaries.keep(f"web identity token {len(canaries.secrets)}", wrong)
        with pytest.raises(sts.exceptions.ClientError) as refused:
            sts.assume_role_with_web_identity(RoleArn=web, RoleSessionName="session", WebIdentityToken=wrong)
        canaries.saw("the answer to a wrong web identity token", json.dumps(refused.value.response, default=str))

    url = account.ecr.get_download_url_for_layer(repositoryName="team/app", layerDigest=layer_of(account))["downloadUrl"]
    signature = canaries.keep("signature of a URL", url.rpartition("=")[2])
    canaries.refused("a changed URL", server.http.request("GET", url.replace(signature, signature[::-1])))
    server.http.request("GET", url).expect(200)
    target, headers, body = aws.presign(server, "DescribeRegistry", {})
    signature = canaries.keep("signature of a call", target.rpartition("=")[2])
    server.http.request("POST", target, body, headers).expect(200)
    canaries.refused("a changed call", server.http.request("POST", target.replace(signature, signature[::-1]), body, headers))
    canaries.saw("metrics", server.admin.request("GET", "/metrics").body)
    server.stop()
    canaries.saw("the log", server.log())
    assert "GetAuthorizationToken" in server.log() or "/v2/" in server.log(), "the log tells of requests at all"
    canaries.check()


def layer_of(account):
    image = account.ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "v1"}])["images"][0]
    return json.loads(image["imageManifest"])["layers"][0]["digest"]


def test_in_config_check(tmp_path):
    password = secrets.token_hex(16)
    for arguments, env in ((["--db", f"postgres://u:{password}@127.0.0.1/x"], {}),
                           ([], {"BERTH_DB": f"postgres://u@127.0.0.1/x?password={password}"})):
        done = berth("config", "check", "--data", tmp_path, *arguments, env=env)
        assert done.returncode == 0 and "postgres://u" in done.stdout
        assert password not in done.stdout + done.stderr
    done = berth("serve", "--data", tmp_path / "none", "--db", f"postgres://u:{password}@127.0.0.1:1/x")
    assert done.returncode != 0 and password not in done.stdout + done.stderr


def test_in_core_dumps(tmp_path):
    """A crash leaves no image of the memory that has the master key in it."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def abort(command):
        process = subprocess.Popen(command, cwd=tmp_path, preexec_fn=limit, env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return process

    other = abort(["sleep", "60"])
    other.send_signal(signal.SIGABRT)
    _, status = os.waitpid(other.pid, 0)
    assert os.WCOREDUMP(status), "this machine writes no cores at all: the test cannot show anything"

    server = Server(tmp_path / "server").init()
    process = abort([binary(), "serve", "--data", str(server.data), "--listen", server.listen,
                     "--admin-listen", server.admin_listen])
    server.process = process
    while not server._ready():
        assert process.poll() is None
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status)
    assert not [file for file in pathlib.Path(tmp_path).glob("core*") if binary() in file.name]

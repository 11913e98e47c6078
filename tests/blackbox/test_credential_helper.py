"""docker-credential-berth and the kubelet's credential provider, as docker and a kubelet run them."""

import base64
import http.server
import json
import pathlib
import stat
import subprocess
import threading

import pytest

from support.oci import Oci
from support.server import binary, environment
from support.world import TESTS

NOT_FOUND = "credentials not found in native keychain\n"


class Helper:
    """Runs both programs in a home of their own; nothing of the machine's AWS settings reaches them."""

    def __init__(self, server, home):
        self.server, self.home = server, home
        self.keys = {"AWS_ACCESS_KEY_ID": server.credentials["accessKeyId"],
                     "AWS_SECRET_ACCESS_KEY": server.credentials["secretAccessKey"]}

    def docker(self, action, server="", env=None, *flags):
        return self._run([str(pathlib.Path(binary()).parent / "docker-credential-berth"), action, *flags], server, env)

    def kubelet(self, request, env=None, *flags):
        text = request if isinstance(request, str) else json.dumps(request)
        return self._run([binary(), "credential-helper", "kubelet", *flags], text, env)

    def _run(self, command, stdin, env):
        kept = {name: value for name, value in environment().items() if not name.startswith("AWS_")}
        return subprocess.run(command, input=stdin, text=True, capture_output=True, timeout=60,
                              env={**kept, "HOME": str(self.home), **(self.keys if env is None else env)})

    def write(self, name, text):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def profile(self, **values):
        """A ~/.aws/config with a profile `p`."""
        self.write(".aws/config", "[profile p]\n" + "".join(f"{name} = {value}\n" for name, value in values.items()))


@pytest.fixture
def helper(server, tmp_path):
    return Helper(server, tmp_path)


@pytest.fixture
def agent():
    """A container's agent: answers `agent.answer` to who says `agent.token`."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            right = self.headers.get("Authorization") == self.server.token
            body = json.dumps(self.server.answer if right else {"code": "Forbidden", "message": "no"}).encode()
            self.send_response(200 if right else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.token, made.answer = "agent-token", {}
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def login(done):
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"ServerURL", "Username", "Secret"}
    return found["Username"], found["Secret"]


def works(server, credentials):
    return Oci(server, credentials).http.request("GET", "/v2/", headers={
        "Authorization": "Basic " + base64.b64encode(":".join(credentials).encode()).decode()}).status == 200


def request_for(image, **more):
    return {"apiVersion": "credentialprovider.kubelet.k8s.io/v1", "kind": "CredentialProviderRequest", "image": image,
            **more}


def test_get(helper, server):
    done = helper.docker("get", server.registry + "\n")
    credentials = login(done)
    assert credentials[0] == "AWS" and works(server, credentials)
    assert json.loads(done.stdout)["ServerURL"] == server.registry
    assert not works(server, ("AWS", credentials[1][:-8] + "AAAAAAA="))


def test_the_token_is_kept(helper, server):
    first = login(helper.docker("get", server.registry))
    assert login(helper.docker("get", f"http://{server.registry}/v2/")) == first
    folder = helper.home / ".berth" / "tokens"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]
    assert json.loads(helper.docker("list").stdout) == {server.registry: "AWS"}
    assert login(helper.docker("get", server.registry, None, "--no-cache")) != first
    assert helper.docker("erase", server.registry).returncode == 0
    assert list(folder.iterdir()) == [] and json.loads(helper.docker("list").stdout) == {}
    assert login(helper.docker("get", server.registry)) != first


def test_other_registries_are_dockers_business(helper):
    for name in ("https://index.docker.io/v1/", "quay.example.com", "registry.example.com:5000"):
        done = helper.docker("get", name)
        assert (done.returncode, done.stdout) == (1, NOT_FOUND)
    assert helper.docker("get", "").stdout == "no credentials server URL\n"


def test_without_credentials_docker_goes_on_without(helper, server):
    done = helper.docker("get", server.registry, {})
    assert (done.returncode, done.stdout) == (1, NOT_FOUND)
    assert "no AWS credentials" in done.stderr


def test_what_is_wrong_is_said(helper, server):
    done = helper.docker("get", server.registry, {**helper.keys, "AWS_SECRET_ACCESS_KEY": "wrong-but-secret"})
    assert done.returncode == 1 and "InvalidSignatureException" in done.stdout, done.stdout
    assert "wrong-but-secret" not in done.stdout + done.stderr
    unreachable = helper.docker("get", "127.0.0.1:1")
    assert unreachable.returncode == 1 and "cannot be reached" in unreachable.stdout
    assert helper.docker("store", json.dumps({"ServerURL": "x", "Username": "AWS", "Secret": "y"})).returncode == 1


def test_a_profile_with_keys(helper, server):
    helper.write(".aws/credentials", f"[p]\naws_access_key_id = {server.credentials['accessKeyId']}\n"
                                     f"aws_secret_access_key = {server.credentials['secretAccessKey']}\n")
    assert works(server, login(helper.docker("get", server.registry, {"AWS_PROFILE": "p"})))
    assert helper.docker("get", server.registry, {"AWS_PROFILE": "q"}).returncode == 1
    helper.write(".berth/config", f"[registry {server.registry}]\nprofile = p\n")
    assert works(server, login(helper.docker("get", server.registry, {"AWS_ACCESS_KEY_ID": "AKIAWRONG",
                                                                      "AWS_SECRET_ACCESS_KEY": "wrong"})))


def test_a_containers_agent(helper, server, agent):
    agent.answer = {"AccessKeyId": server.credentials["accessKeyId"],
                    "SecretAccessKey": server.credentials["secretAccessKey"], "Expiration": "2100-01-01T00:00:00Z"}
    at = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{agent.server_port}/creds"}
    token_file = helper.write("agent-token", "agent-token\n")
    for named in ({"AWS_CONTAINER_AUTHORIZATION_TOKEN": "agent-token"},
                  {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token_file}):
        assert works(server, login(helper.docker("get", server.registry, {**at, **named})))
    refused = helper.docker("get", server.registry, {**at, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong-token"})
    assert refused.returncode == 1 and "answers 403" in refused.stdout and "wrong-token" not in refused.stdout


def test_an_ecr_name_by_another_endpoint(helper, server):
    """The endpoint is configured; what it does not call its own gets no token."""
    name = f"{server.account}.dkr.ecr.{server.region}.amazonaws.com"
    done = helper.docker("get", name, {**helper.keys, "AWS_ENDPOINT_URL_ECR": server.url})
    assert done.returncode == 1 and f"{name} is not the registry of {server.url}" in done.stdout
    helper.write(".berth/config", f"[registry {name}]\nendpoint_url = {server.url}\n")
    assert works(server, login(helper.docker("get", name)))
    assert json.loads(helper.docker("list").stdout) == {name: "AWS"}


def test_kubelet(helper, server):
    done = helper.kubelet(request_for(f"{server.registry}/team/app:1"))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["apiVersion"] == "credentialprovider.kubelet.k8s.io/v1"
    assert answer["kind"] == "CredentialProviderResponse" and answer["cacheKeyType"] == "Registry"
    assert answer["cacheDuration"].endswith("s") and 21500 <= int(answer["cacheDuration"][:-1]) <= 21600
    (host, entry), = answer["auth"].items()
    assert host == server.registry and works(server, (entry["username"], entry["password"]))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({**request_for("x"), "kind": "Pod"}),
                                  json.dumps(request_for("index.docker.io/library/x"))])
def test_kubelet_is_told(helper, text):
    done = helper.kubelet(text)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.startswith("berth: "), done


def test_bad_usage(helper):
    for arguments in ([], ["docker"], ["podman", "get"], ["docker", "get", "--fly"], ["docker", "get", "--region"]):
        done = helper._run([binary(), "credential-helper", *arguments], "", None)
        assert done.returncode == 2 and done.stderr.startswith("berth: ") and done.stdout == ""


def test_tls_and_its_ca(make_server, tmp_path):
    folder = tmp_path / "certificates"
    subprocess.run([TESTS / "world" / "make", folder, "123456789012", "us-east-1"], check=True)
    server = make_server(tls=(folder / "server.crt", folder / "server.key", str(folder / "ca.crt")))
    helper = Helper(server, tmp_path / "home")
    helper.write(".berth/config", f"[registry {server.registry}]\nendpoint_url = {server.url}\n")
    assert works(server, login(helper.docker("get", server.registry, {**helper.keys, "AWS_CA_BUNDLE": server.tls[2]})))
    stranger = helper.docker("get", server.registry, None, "--no-cache")
    assert stranger.returncode == 1 and "certificate" in stranger.stdout

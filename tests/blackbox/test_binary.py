"""The commands of the binary, its configuration, the admin listener, the log."""

import json
import re
import signal

import pytest

from support import aws
from support.oci import Oci
from support.server import Server, berth


def test_help():
    for arguments in (["--help"], ["-h"], ["serve", "--help"]):
        done = berth(*arguments)
        assert done.returncode == 0
        for word in ("serve", "init", "version", "fsck", "config check", "--data", "--listen", "--admin-listen",
                     "--db"):
            assert word in done.stdout
    assert berth().returncode != 0


def test_version():
    assert re.fullmatch(r"berth \S+\n", berth("version").stdout)


@pytest.mark.parametrize("arguments,words", [
    (["fly"], ["fly"]), (["serve", "--fly"], ["--fly"]), (["serve", "--listen", "nonsense"], ["listen"]),
    (["serve", "--listen", "127.0.0.1:99999"], ["listen"]),
    (["config", "check", "--registry-account", "12"], ["account"]),
    (["serve", "--auth-token-lifetime", "soon"], ["lifetime"]), (["serve", "--tls-cert", "x"], ["tls"]),
    (["serve", "--config", "/no/such/file.toml"], ["/no/such/file.toml"]), (["serve", "--db", "mysql://x"], ["db"]),
])
def test_bad_usage(tmp_path, arguments, words):
    done = berth(*arguments, "--data", tmp_path / "data")
    assert done.returncode != 0 and all(word in done.stderr for word in words), done.stderr
    assert "what():" not in done.stderr and "terminate" not in done.stderr


def test_where_options_come_from(tmp_path):
    """Flags win over the environment, that over the file, that over defaults."""
    file = tmp_path / "berth.toml"
    file.write_text('listen = "127.0.0.1:1111"\n[registry]\naccount = "111111111111"\nregion = "eu-west-1"\n')
    done = berth("config", "check", "--config", file, "--registry-region", "eu-west-3",
                 env={"BERTH_REGISTRY_ACCOUNT": "222222222222", "BERTH_REGISTRY_REGION": "eu-west-2"})
    assert done.returncode == 0, done.stderr
    for word in ("127.0.0.1:1111", "222222222222", "eu-west-3"):
        assert word in done.stdout
    for word in ("111111111111", "eu-west-1", "eu-west-2"):
        assert word not in done.stdout


def test_the_database_password_is_not_shown(tmp_path):
    done = berth("config", "check", "--db", "postgres://user:canary-password@127.0.0.1/x", "--data", tmp_path)
    assert "canary-password" not in done.stdout + done.stderr


def test_serve_without_init(tmp_path):
    done = berth("serve", "--data", tmp_path / "none", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")
    assert done.returncode != 0 and "init" in done.stderr


def test_another_account_and_region(tmp_path):
    done = berth("init", "--data", tmp_path / "data", "--json", "--registry-account", "999988887777",
                 "--registry-region", "eu-west-1")
    made = json.loads(done.stdout)
    assert (made["accountId"], made["region"]) == ("999988887777", "eu-west-1")
    assert set(made) == {"accountId", "region", "accessKeyId", "secretAccessKey"}


def test_a_port_that_is_taken(server, tmp_path):
    other = Server(tmp_path / "other", listen=server.listen).init()
    with pytest.raises(AssertionError):
        other.start()
    other.process = None
    server.http.request("GET", "/v2/").expect(401)


def test_health(server):
    for target in ("/healthz", "/readyz"):
        server.admin.request("GET", target).expect(200)
        server.admin.request("HEAD", target).expect(200)
    server.admin.request("POST", "/healthz", b"").expect(404, 405)


def test_metrics(server, oci):
    oci.get("/v2/").expect(200)
    reply = server.admin.request("GET", "/metrics").expect(200)
    assert reply.header("Content-Type").startswith("text/plain")
    lines = reply.body.decode().splitlines()
    samples = [line for line in lines if line and not line.startswith("#")]
    form = re.compile(r"[a-zA-Z_:][\w:]*(\{.*\})? ([-+0-9.eE]+|NaN|\+Inf)")
    assert samples and all(form.fullmatch(line) for line in samples)
    assert any(line.startswith("# TYPE berth_") for line in lines)


def test_the_access_log(make_server):
    server = make_server()
    oci = Oci(server, aws.registry_token(server))
    oci.get("/v2/?canary=1").expect(200)
    reply = oci.get("/v2/no/such/manifests/v1").expect(404)
    server.stop()
    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    assert lines and len(lines) == len([line for line in server.log().splitlines() if line.strip()]), "JSON lines only"
    found = [line for line in lines if "/v2/no/such/manifests/v1" in json.dumps(line)]
    assert found and "404" in json.dumps(found[0])
    identity = next((value for name, value in reply.headers.items() if "request-id" in name.lower()), None)
    assert identity is None or identity in json.dumps(found[0])
    assert oci.credentials[1] not in server.log() and server.credentials["secretAccessKey"] not in server.log()
    server.start()


def test_fsck(make_server):
    server = make_server("--blobs-in-metadata=0")
    aws.client(server).create_repository(repositoryName="fsck/me")
    oci = Oci(server, aws.registry_token(server))
    oci.push_image("fsck/me", "v1")
    layer = oci.get_manifest("fsck/me", "v1").json()["layers"][0]["digest"]
    server.stop()
    assert berth("fsck", "--data", server.data).returncode == 0
    found = [path for path in server.data.rglob(layer.partition(":")[2] + "*") if path.is_file()]
    assert len(found) == 1
    content = bytearray(found[0].read_bytes())
    content[10] ^= 1
    found[0].chmod(0o600)
    found[0].write_bytes(content)
    done = berth("fsck", "--data", server.data)
    assert done.returncode != 0 and layer.partition(":")[2] in done.stdout + done.stderr
    found[0].unlink()
    done = berth("fsck", "--data", server.data)
    assert done.returncode != 0 and layer.partition(":")[2] in done.stdout + done.stderr
    server.start()


def test_options_that_change_while_serving(make_server, tmp_path):
    """SIGHUP: the file is read again; requests go on."""
    file = tmp_path / "berth.toml"
    file.write_text('[log]\naccess = true\n')
    server = make_server("--config", str(file))
    server.http.request("GET", "/v2/?first").expect(401)
    file.write_text('[log]\naccess = false\n')
    server.process.send_signal(signal.SIGHUP)
    server.logged('"event":"reloaded"')
    for _ in range(5):
        server.http.request("GET", "/v2/second").expect(401)
    file.write_text("nonsense = [")
    server.process.send_signal(signal.SIGHUP)
    server.logged('"event":"configuration not reloaded"')
    assert "first" in server.log() and "/v2/second" not in server.log()
    server.http.request("GET", "/v2/").expect(401)

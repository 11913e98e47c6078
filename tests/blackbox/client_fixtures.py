"""Fixtures of the tests with real clients: both places, and the daemons. One worker has them all (port 443)."""

import json
import secrets
import shutil
import socket

import pytest

from support import images
from support.terraform import Workspace
from support.world import TESTS, Place, make_localhost, make_world, stop, wait_for

CONTAINERD_CONFIG = """version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "{folder}/containerd.sock"
[ttrpc]
  address = "{folder}/containerd.sock.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{folder}/certs.d"
"""


@pytest.fixture(scope="session")
def client_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)  # gigabytes


@pytest.fixture(scope="session")
def world(client_folder):
    place = make_world(client_folder)
    yield place
    place.server.stop()


@pytest.fixture(scope="session")
def localhost(client_folder):
    place = make_localhost(client_folder)
    yield place
    place.server.stop()


@pytest.fixture(params=["localhost", "world"])
def place(request) -> Place:
    found = request.getfixturevalue(request.param)
    yield found
    assert found.server.alive(), "the server died:\n" + found.server.log()[-4000:]


@pytest.fixture(scope="session")
def dockerd(client_folder, world):
    """A Docker daemon in the ECR world, which knows plain 127.0.0.1 as well."""
    folder = client_folder / "dockerd"
    folder.mkdir()
    config = {"storage-driver": "overlay2", "hosts": [f"unix://{folder}/docker.sock"], "data-root": f"{folder}/data",
              "exec-root": f"{folder}/exec", "pidfile": f"{folder}/docker.pid", "bridge": "none", "iptables": False}
    (folder / "daemon.json").write_text(json.dumps(config))
    process = world.start("/usr/sbin/dockerd", "--config-file", folder / "daemon.json", log=folder / "log")
    wait_for(lambda: reachable(folder / "docker.sock"), "dockerd", process, folder / "log")
    yield process
    stop(process)


@pytest.fixture(scope="session")
def containerd(client_folder, world, localhost):
    """A containerd in the ECR world with its CRI service: the path of its socket."""
    folder = client_folder / "containerd"
    hosts = folder / "certs.d" / localhost.registry
    hosts.mkdir(parents=True)
    (hosts / "hosts.toml").write_text(f'server = "http://{localhost.registry}"\n')
    (folder / "config.toml").write_text(CONTAINERD_CONFIG.format(folder=folder))
    process = world.start("containerd", "-c", folder / "config.toml", log=folder / "log")
    wait_for(lambda: reachable(folder / "containerd.sock"), "containerd", process, folder / "log")
    yield folder / "containerd.sock"
    stop(process)


def reachable(path):
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(path))
        return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def busybox():
    return images.busybox()


@pytest.fixture(scope="session")
def debian():
    return images.debian()


@pytest.fixture
def pushed(place, busybox):
    """A repository of the place with the busybox image as `v1`, put there by skopeo."""
    repository = place.repository("pushed")
    login = place.write_auth()
    place.run("skopeo", "copy", "-q", *place.insecure("--dest-tls-verify=false"), "--authfile", login / "config.json",
              f"oci:{busybox}:latest", f"docker://{repository}:v1")
    return repository


@pytest.fixture
def zstd(place, busybox):
    """The same with one more layer, compressed by zstd."""
    repository = place.repository("zstd")
    login = place.write_auth()
    plain = place.folder / f"zstd-{secrets.token_hex(4)}"
    place.run("skopeo", "copy", "-q", "--dest-decompress", f"oci:{images.unlike(place, busybox)}:latest",
              f"dir:{plain}")
    place.run("skopeo", "copy", "-q", *place.insecure("--dest-tls-verify=false"), "--authfile", login / "config.json",
              "--format", "oci", "--dest-compress", "--dest-compress-format", "zstd", f"dir:{plain}",
              f"docker://{repository}:v1")
    stored = place.ecr.batch_get_image(repositoryName=place.short(repository), imageIds=[{"imageTag": "v1"}])["images"]
    assert json.loads(stored[0]["imageManifest"])["layers"][-1]["mediaType"].endswith("+zstd")
    return repository


@pytest.fixture(scope="session")
def js_folder():
    return TESTS / "js"


@pytest.fixture
def terraform(place):
    """A folder to write configurations into, and terraform in it; its provider finds the place's server."""
    endpoints = "".join(f'    {service} = "{place.server.url}"\n' for service in ("ecr", "iam", "sts"))
    return Workspace(place, "" if place.tls else f"  endpoints {{\n{endpoints}  }}\n")

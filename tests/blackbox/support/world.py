"""Where clients run: in the ECR world (real names, TLS, no flags) or beside a plain server on 127.0.0.1:PORT."""

import base64
import json
import os
import pathlib
import secrets
import signal
import subprocess
import time

from . import aws, shell
from .server import LOOPBACK_ISSUERS, Server

TESTS = pathlib.Path(__file__).resolve().parents[2]
PRIVATE_MOUNTS = ["unshare", "--mount", "--propagation", "private"]  # what podman mounts goes when it ends
ACCOUNT, REGION = "123456789012", "us-east-1"


class Place:
    """A registry as clients see it, and a folder for what they keep."""

    def __init__(self, folder, server, registry, prefix=(), tls=False, daemons=None):
        """`daemons`: the folder where the fixtures of daemons put theirs."""
        self.folder, self.server, self.registry, self.prefix, self.tls = folder, server, registry, prefix, tls
        self.daemons = daemons or folder.parent
        self.ecr = aws.client(server)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "home").mkdir(exist_ok=True)
        self._containers_files()

    @property
    def name(self):
        return "world" if self.tls else "localhost"

    def token(self):
        return aws.registry_token(self.server)

    @property
    def env(self):
        """No setting of the machine reaches a client, but where to find things."""
        credentials = self.server.credentials
        found = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder), "DOCKER_CONFIG": str(self.folder / "docker-config"),
            "DOCKER_HOST": f"unix://{self.daemons}/dockerd/docker.sock",
            "XDG_RUNTIME_DIR": str(self.folder / "home"), "XDG_CONFIG_HOME": str(self.folder / "home/.config"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(self.folder / "registries.conf"),
            "REGISTRY_AUTH_FILE": str(self.folder / "auth.json"), "BUILDAH_ISOLATION": "chroot",
            "AWS_ACCESS_KEY_ID": credentials["accessKeyId"], "AWS_SECRET_ACCESS_KEY": credentials["secretAccessKey"],
            "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1", "COSIGN_PASSWORD": "x",
        }
        if not self.tls:
            found["AWS_ENDPOINT_URL"] = self.server.url
        return found

    def run(self, *command, env=None, **more):
        return shell.run(*command, env={**self.env, **(env or {})}, prefix=self.prefix, **more)

    def fails(self, *command, env=None, **more):
        return shell.fails(*command, env={**self.env, **(env or {})}, prefix=self.prefix, **more)

    def attempt(self, *command, env=None, **more):
        return shell.attempt(*command, env={**self.env, **(env or {})}, prefix=self.prefix, **more)

    def start(self, *command, log, env=None):
        """A daemon. `stop` ends it."""
        with open(log, "ab") as out:
            return subprocess.Popen([*map(str, self.prefix), *map(str, command)], env={**self.env, **(env or {})},
                                    stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def repository(self, kind):
        """A new repository's full name, with the registry."""
        name = f"{kind}/{secrets.token_hex(4)}"
        self.ecr.create_repository(repositoryName=name)
        return f"{self.registry}/{name}"

    def short(self, repository):
        return repository.partition("/")[2]

    def insecure(self, flag):
        """The flag that a client needs for plain HTTP; nothing in the ECR world."""
        return [] if self.tls else [flag]

    def write_auth(self, user=None, password=None):
        """A docker config file with this login, as `docker login` leaves it. Its folder."""
        if password is None:
            user, password = self.token()
        folder = self.folder / f"login-{secrets.token_hex(4)}"
        folder.mkdir()
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        (folder / "config.json").write_text(json.dumps({"auths": {self.registry: {"auth": auth}}}))
        return folder

    def _containers_files(self):
        for name, text in {
            "auth.json": "{}",
            "containers.conf": '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n[engine]\n'
                               'runtime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
                               '[network]\nnetwork_backend = "netavark"\n',
            "storage.conf": f'[storage]\ndriver = "overlay"\ngraphroot = "{self.folder}/pod/graph"\n'
                            f'runroot = "{self.folder}/pod/run"\n',
            "registries.conf": "unqualified-search-registries = []\n" + (
                "" if self.tls else f'[[registry]]\nlocation = "{self.registry}"\ninsecure = true\n'),
        }.items():
            (self.folder / name).write_text(text)


def make_world(folder):
    """The ECR world, its server started."""
    subprocess.run([TESTS / "world" / "make", folder / "world", ACCOUNT, REGION], check=True)
    world = folder / "world"
    server = Server(folder / "server", LOOPBACK_ISSUERS, listen="127.0.0.1:443",
                    tls=(world / "server.crt", world / "server.key", str(world / "ca.crt"))).init().start()
    assert (server.account, server.region) == (ACCOUNT, REGION), "the names in the world's certificate"
    registry = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    return Place(folder / "place-world", server, registry, [TESTS / "world" / "in", world], tls=True)


def make_localhost(folder):
    server = Server(folder / "plain", LOOPBACK_ISSUERS).init().start()
    return Place(folder / "place-local", server, server.registry, PRIVATE_MOUNTS)


def stop(process, seconds=20):
    """Ends a daemon that we started."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(check, what, process, log, seconds=30):
    deadline = time.monotonic() + seconds
    while not check():
        assert process.poll() is None and time.monotonic() < deadline, \
            f"{what} did not start:\n{pathlib.Path(log).read_text(errors='replace')[-3000:]}"
        time.sleep(0.1)

"""Fixtures of the black-box tests. Every worker has a server of its own; a test that needs another one makes it."""

import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile

import pytest

from support import aws
from support.oci import Oci
from support.oidc import OidcIssuer
from support.server import Server, free_port

pytest_plugins = ["client_fixtures"]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """A file's tests share a worker; those with real clients share one worker, its world and its daemons."""
    for item in items:
        clients = {"world", "localhost"} & set(item.fixturenames) or "place" in item.fixturenames
        item.add_marker(pytest.mark.xdist_group("clients" if clients else item.path.name))
        if clients:
            item.add_marker(pytest.mark.clients)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("server")).init().start()
    yield made
    made.stop()


@pytest.fixture
def make_server(tmp_path):
    """make_server(*options, **kwargs): a server of the test's own, started."""
    made = []

    def make(*options, start=True, **kwargs):
        own = Server(tmp_path / f"server{len(made)}", options, **kwargs).init()
        made.append(own)
        return own.start() if start else own

    yield make
    for own in made:
        own.stop()


@pytest.fixture(autouse=True)
def still_alive(request):
    """No test may bring its server down."""
    found = request.getfixturevalue("server") if "server" in request.fixturenames else None
    yield
    assert not found or not found.process or found.alive(), "the server died:\n" + found.log()[-4000:]


@pytest.fixture(scope="session")
def ecr(server):
    return aws.client(server)


@pytest.fixture(scope="session")
def bad_ecr(server):
    """Sends what boto3 itself would refuse."""
    return aws.client(server, validate=False)


@pytest.fixture(scope="session")
def iam(server):
    return aws.client(server, "iam")


@pytest.fixture(scope="session")
def bad_iam(server):
    return aws.client(server, "iam", validate=False)


@pytest.fixture(scope="session")
def organizations(server):
    return aws.client(server, "organizations")


@pytest.fixture(scope="session")
def bad_organizations(server):
    return aws.client(server, "organizations", validate=False)


@pytest.fixture(scope="session")
def api(server):
    return aws.Api(server)


@pytest.fixture(scope="session")
def oci(server):
    return Oci(server, aws.registry_token(server))


@pytest.fixture
def new_repo(ecr):
    """new_repo(**parameters of CreateRepository): the name of a new repository."""
    def make(**parameters):
        name = parameters.pop("name", None) or f"t{secrets.token_hex(5)}/app"
        ecr.create_repository(repositoryName=name, **parameters)
        return name
    return make


@pytest.fixture
def repo(new_repo):
    return new_repo()


@pytest.fixture
def make_issuer():
    """make_issuer(**parameters of OidcIssuer): an OpenID Connect issuer on 127.0.0.1."""
    made = []

    def make(**parameters):
        made.append(OidcIssuer(**parameters))
        return made[-1]

    yield make
    for issuer in made:
        issuer.stop()


@pytest.fixture
def issuer(make_issuer):
    return make_issuer()


@pytest.fixture
def postgres():
    """The URL of a private, empty PostgreSQL."""
    script = pathlib.Path(__file__).resolve().parents[2] / "script" / "postgres"
    folder = tempfile.mkdtemp(prefix="berth-postgres-")
    os.chmod(folder, 0o755)
    started = subprocess.run([script, "start", folder, str(free_port())], capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
    yield started.stdout.strip().partition("=")[2]
    subprocess.run([script, "stop", folder], check=True)
    shutil.rmtree(folder)

"""Expired tokens as clients meet them, and Amazon's credential helper."""

import base64
import json
import secrets
import time

import pytest

from support.server import Server
from support.world import PRIVATE_MOUNTS, Place

EXPIRED = "Your authorization token has expired. Reauthenticate and try again."


@pytest.fixture(scope="module")
def expired(tmp_path_factory, client_folder):
    """A plain place whose token is past its time, an image in it, and the login that was once good."""
    folder = tmp_path_factory.mktemp("expired")
    server = Server(folder / "server", ["--auth-token-lifetime", "2s"]).init().start()
    place = Place(folder / "place", server, server.registry, PRIVATE_MOUNTS, daemons=client_folder)
    login = place.write_auth()
    place.repository("expired")
    time.sleep(3)
    yield place, login
    server.stop()


def reference(place):
    name = place.ecr.describe_repositories()["repositories"][0]["repositoryName"]
    return f"{place.registry}/{name}:v1"


def test_expired(expired, world, dockerd, containerd, busybox):
    place, login = expired
    target, env = reference(place), {"DOCKER_CONFIG": str(login), "NOTATION_CONFIG": str(login)}
    auth = login / "config.json"
    password = base64.b64decode(json.loads(auth.read_text())["auths"][place.registry]["auth"]).decode()
    for command in (
            ["skopeo", "inspect", "--tls-verify=false", "--authfile", auth, f"docker://{target}"],
            ["skopeo", "copy", "-q", "--dest-tls-verify=false", "--authfile", auth, f"oci:{busybox}:latest",
             f"docker://{target}"],
            ["podman", "pull", "-q", "--tls-verify=false", "--authfile", auth, target],
            ["crane", "digest", "--insecure", target],
            ["oras", "manifest", "fetch", "--plain-http", "--registry-config", auth, target],
            ["buildah", "pull", "-q", "--tls-verify=false", "--authfile", auth, target],
            ["ctr", "--address", containerd, "images", "pull", "--plain-http", "--user", password, target],
            ["cosign", "tree", "--allow-http-registry", target],
            ["notation", "ls", "--insecure-registry", "-u", "AWS", "-p", password.removeprefix("AWS:"), target],
            ["/usr/bin/docker", "pull", target]):
        place.fails(*command, env=env, words=[EXPIRED, "401", "unauthorized", "authentication required"])


@pytest.fixture
def helped(world):
    """The environment of a client that asks Amazon's helper for every password."""
    folder = world.folder / f"helper-{secrets.token_hex(4)}"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"credHelpers": {world.registry: "ecr-login"}}))
    return {"DOCKER_CONFIG": str(folder), "AWS_ECR_DISABLE_CACHE": "true"}


def test_helper(world, helped):
    found = json.loads(world.run("docker-credential-ecr-login", "get", stdin=world.registry, env=helped))
    assert found["Username"] == "AWS" and ":" not in found["Secret"]


def test_helper_with_a_wrong_key(world, helped):
    world.fails("docker-credential-ecr-login", "get", stdin=world.registry,
                env={**helped, "AWS_SECRET_ACCESS_KEY": "wrong"}, words=["credentials not found", "InvalidSignature"])


def test_clients_that_use_the_helper(world, helped, busybox, dockerd):
    repository = world.repository("helper")
    world.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker://{repository}:v1",
              env={**helped, "REGISTRY_AUTH_FILE": helped["DOCKER_CONFIG"] + "/config.json"})
    digest = world.run("crane", "digest", f"{repository}:v1", env=helped).strip()
    assert digest in world.run("oras", "manifest", "fetch", "--descriptor", f"{repository}:v1", env=helped)
    world.run("/usr/bin/docker", "pull", "-q", f"{repository}@{digest}", env=helped)


def test_the_repository_uri_is_the_real_one(world):
    name = f"uri/{secrets.token_hex(4)}"
    made = json.loads(world.run("aws", "--output", "json", "ecr", "create-repository", "--repository-name", name))
    assert made["repository"]["repositoryUri"] == f"{world.registry}/{name}"
    data = json.loads(world.run("aws", "--output", "json", "ecr", "get-authorization-token"))["authorizationData"]
    assert [entry["proxyEndpoint"] for entry in data] == [f"https://{world.registry}"]

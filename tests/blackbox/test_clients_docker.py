"""docker 20.10: the classic builder and BuildKit, push, pull, mount, manifest lists, errors."""

import json
import re
import secrets

import pytest

from support import aws, iam, images
from support.oci import Oci

DOCKER = "/usr/bin/docker"  # another client may come first in PATH
pytestmark = pytest.mark.usefixtures("dockerd")


@pytest.fixture
def docker(place):
    """Logged in: docker(*arguments)."""
    user, password = place.token()
    place.run(DOCKER, "login", "-u", user, "--password-stdin", place.registry, stdin=password)
    return lambda *arguments, **more: place.run(DOCKER, *arguments, **more)


@pytest.fixture(scope="session")
def loaded(client_folder, dockerd, world, busybox):
    """The local name of the busybox image."""
    archive = client_folder / "busybox.tar"
    if not archive.exists():
        world.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker-archive:{archive}:local/busybox:latest")
    world.run(DOCKER, "load", "-q", "-i", archive)
    return "local/busybox:latest"


@pytest.fixture
def unique(docker, place, loaded):
    """unique(): the name of a new local image, small and unlike any other."""
    made = []

    def make():
        folder = place.folder / secrets.token_hex(4)
        folder.mkdir()
        (folder / "data").write_text(secrets.token_hex(1000))
        (folder / "Dockerfile").write_text(f"FROM {loaded}\nCOPY data /data\n")
        name = f"local/{folder.name}:latest"
        docker("build", "-q", "-t", name, folder, env={"DOCKER_BUILDKIT": "0"})
        made.append(name)
        return name

    yield make
    for name in made:
        place.attempt(DOCKER, "rmi", "-f", name)


@pytest.fixture
def maker(place):
    """The ARN of a role that ECR may take on to make repositories."""
    return iam.make_service_role(place.server, ["ecr:CreateRepository", "ecr:TagResource"])


def image_id(docker, name):
    return docker("inspect", "--format", "{{.Id}}", name).strip()


def push(docker, local, target):
    """Pushes, and returns what docker printed and the digest."""
    docker("tag", local, target)
    said = docker("push", target)
    return said, re.search(r"digest: (sha256:\w+) size:", said)[1]


def test_push_and_pull(docker, place, unique):
    local, repository = unique(), place.repository("docker")
    _, digest = push(docker, local, f"{repository}:v1")
    expected = image_id(docker, local)
    docker("rmi", "-f", expected)
    for reference in (f"{repository}:v1", f"{repository}@{digest}"):
        docker("pull", "-q", reference)
        assert image_id(docker, reference) == expected
        assert docker("run", "--rm", "--network", "none", reference) == "it runs\n"
        docker("rmi", "-f", expected)
    stored = place.ecr.batch_get_image(repositoryName=place.short(repository), imageIds=[{"imageTag": "v1"}])["images"]
    assert stored[0]["imageId"]["imageDigest"] == digest
    assert json.loads(stored[0]["imageManifest"])["config"]["digest"] == expected


def test_push_again_and_mount(docker, place, unique):
    local, first, second = unique(), place.repository("docker"), place.repository("docker")
    push(docker, local, f"{first}:v1")
    said, _ = push(docker, local, f"{first}:v2")
    assert "Layer already exists" in said and "Pushed" not in said
    said, _ = push(docker, local, f"{second}:v1")
    assert f"Mounted from {place.short(first)}" in said and "Pushed" not in said


@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_build_from_the_registry(docker, place, pushed, buildkit):
    folder = place.folder / secrets.token_hex(4)
    folder.mkdir()
    (folder / "data").write_text(secrets.token_hex(100))
    (folder / "Dockerfile").write_text(f"FROM {pushed}:v1\nCOPY data /data\nRUN echo done > /done\n")
    target = f"{place.repository('build')}:v1"
    docker("build", "--pull", "--network", "none", "-t", target, folder, env={"DOCKER_BUILDKIT": buildkit})
    docker("push", "-q", target)
    built = image_id(docker, target)
    docker("rmi", "-f", built)
    docker("pull", "-q", target)
    assert image_id(docker, target) == built
    assert docker("run", "--rm", "--network", "none", target, "/bin/cat", "/done") == "done\n"


def test_buildkit_uses_the_registry_as_cache(docker, place, loaded):
    folder = place.folder / secrets.token_hex(4)
    folder.mkdir()
    (folder / "data").write_text(secrets.token_hex(100))
    (folder / "Dockerfile").write_text(f"FROM {loaded}\nCOPY data /data\n")
    target = f"{place.repository('cache')}:v1"
    buildkit = {"DOCKER_BUILDKIT": "1"}
    docker("build", "-t", target, "--build-arg", "BUILDKIT_INLINE_CACHE=1", folder, env=buildkit)
    docker("push", "-q", target)
    docker("rmi", "-f", target)
    docker("builder", "prune", "-af")
    done = place.attempt(DOCKER, "build", "--progress", "plain", "-t", target, "--cache-from", target, folder,
                         env=buildkit)
    assert done.returncode == 0 and f"importing cache manifest from {target}" in done.stderr, done.stderr
    assert "CACHED" in done.stderr


# docker takes every name that leads to 127.0.0.1 for an insecure registry, and then tries plain HTTP last or only
@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_a_manifest_list(docker, place, unique):
    repository = place.repository("list")
    for tag in ("amd64", "arm64"):
        push(docker, unique(), f"{repository}:{tag}")
    members = [f"{repository}:amd64", f"{repository}:arm64"]
    flag = place.insecure("--insecure")
    docker("manifest", "create", *flag, f"{repository}:multi", *members)
    docker("manifest", "annotate", f"{repository}:multi", members[1], "--arch", "arm64")
    digest = docker("manifest", "push", *flag, f"{repository}:multi").strip()
    found = json.loads(docker("manifest", "inspect", *flag, f"{repository}:multi"))
    assert {entry["platform"]["architecture"] for entry in found["manifests"]} == {"amd64", "arm64"}
    docker("pull", "-q", f"{repository}@{digest}")


def test_delete_then_pull(docker, place, unique):
    local, repository = unique(), place.repository("docker")
    push(docker, local, f"{repository}:v1")
    place.ecr.batch_delete_image(repositoryName=place.short(repository), imageIds=[{"imageTag": "v1"}])
    place.fails(DOCKER, "pull", f"{repository}:v1", words=["not found", "manifest unknown"])
    push(docker, local, f"{repository}:v1")


def test_an_immutable_tag(docker, place, unique):
    repository = place.repository("docker")
    place.ecr.put_image_tag_mutability(repositoryName=place.short(repository), imageTagMutability="IMMUTABLE")
    push(docker, unique(), f"{repository}:v1")
    docker("tag", unique(), f"{repository}:v1")
    place.fails(DOCKER, "push", f"{repository}:v1", words=[
        f"tag invalid: The image tag 'v1' already exists in the '{place.short(repository)}' repository and cannot be "
        "overwritten because the tag is immutable."])


@pytest.mark.parametrize("mode,filters", [("IMMUTABLE", None), ("IMMUTABLE_WITH_EXCLUSION", "dev-*"),
                                          ("MUTABLE_WITH_EXCLUSION", "v*")])
def test_the_same_image_under_an_immutable_tag_again(docker, place, unique, mode, filters):
    repository, local = place.repository("docker"), unique()
    more = {"imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": filters}]} if filters else {}
    place.ecr.put_image_tag_mutability(repositoryName=place.short(repository), imageTagMutability=mode, **more)
    _, first = push(docker, local, f"{repository}:v1")
    _, again = push(docker, local, f"{repository}:v1")
    assert first == again
    docker("tag", unique(), f"{repository}:v1")
    place.fails(DOCKER, "push", f"{repository}:v1", words=["tag invalid: The image tag 'v1' already exists"])


def test_a_push_makes_its_repository_by_a_template(docker, place, unique, maker):
    prefix = f"template{secrets.token_hex(4)}"
    target, local = f"{place.registry}/{prefix}/team/app", unique()
    ecr = place.ecr
    docker("tag", local, f"{target}:v1")
    place.fails(DOCKER, "push", f"{target}:v1", timeout=120, words=["does not exist in the registry with id"])
    lifecycle = json.dumps({"rules": [{
        "rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 9},
        "action": {"type": "expire"}}]})
    policy = {"Version": "2012-10-17", "Statement": [
        {"Sid": "pull", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}
    ecr.create_repository_creation_template(
        prefix=prefix, appliedFor=["CREATE_ON_PUSH"], imageTagMutability="IMMUTABLE", lifecyclePolicy=lifecycle,
        repositoryPolicy=json.dumps(policy), resourceTags=[{"Key": "team", "Value": "a"}], customRoleArn=maker)
    place.fails(DOCKER, "pull", f"{target}:v1", words=["does not exist", "not found", "name unknown"])
    _, digest = push(docker, local, f"{target}:v1")
    name = f"{prefix}/team/app"
    made = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    assert made["imageTagMutability"] == "IMMUTABLE"
    tags = ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"]
    assert tags == [{"Key": "team", "Value": "a"}]
    assert ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"] == lifecycle
    assert json.loads(ecr.get_repository_policy(repositoryName=name)["policyText"])["Statement"][0]["Sid"] == "pull"
    assert ecr.describe_images(repositoryName=name)["imageDetails"][0]["imageDigest"] == digest
    docker("rmi", "-f", image_id(docker, local))
    docker("pull", "-q", f"{target}:v1")
    docker("tag", unique(), f"{target}:v1")
    place.fails(DOCKER, "push", f"{target}:v1", words=["tag invalid: The image tag 'v1' already exists"])
    ecr.delete_repository_creation_template(prefix=prefix)


def test_an_unknown_repository(docker, place, unique):
    target = f"{place.registry}/no/such/repository:v1"
    docker("tag", unique(), target)
    place.fails(DOCKER, "push", target, timeout=120, words=["does not exist in the registry with id"])
    place.fails(DOCKER, "pull", target, words=["does not exist", "not found", "name unknown"])


def test_a_wrong_password(place, pushed):
    place.fails(DOCKER, "login", "-u", "AWS", "--password-stdin", place.registry, stdin="wrong",
                env={"DOCKER_CONFIG": str(place.folder / "nobody")}, words=["unauthorized", "401"])


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_without_a_login(place, pushed):
    place.fails(DOCKER, "pull", f"{pushed}:v1", env={"DOCKER_CONFIG": str(place.folder / "nobody")},
                words=["no basic auth credentials"])


@pytest.mark.parametrize("place", ["world"], indirect=True)
def test_a_real_debian(docker, place, debian):
    """200 MB, four layers: pushed by docker, pulled by docker. In one place: it takes docker half a minute."""
    archive = place.folder / "debian.tar"
    place.run("skopeo", "copy", "-q", f"oci:{debian}:latest", f"docker-archive:{archive}:local/debian:latest")
    docker("load", "-q", "-i", archive)
    archive.unlink()
    expected, target = image_id(docker, "local/debian:latest"), f"{place.repository('debian')}:12"
    push(docker, "local/debian:latest", target)
    docker("rmi", "-f", expected)
    docker("pull", "-q", target)
    assert image_id(docker, target) == expected, "the id is a digest over all bytes"
    said = docker("run", "--rm", "--network", "none", target, "/usr/bin/dpkg-query", "-W", "dpkg", "bash")
    assert "bash" in said
    docker("rmi", "-f", expected)
    assert len(json.loads(images.manifest_of(debian))["layers"]) == 4


@pytest.mark.slow
@pytest.mark.parametrize("place", ["world"], indirect=True)
def test_a_layer_of_a_gibibyte(docker, place):
    archive = place.folder / "large.tar"
    place.run("skopeo", "copy", "-q", f"oci:{images.large()}:latest", f"docker-archive:{archive}:local/large:latest")
    docker("load", "-q", "-i", archive)
    archive.unlink()
    expected, target = image_id(docker, "local/large:latest"), f"{place.repository('large')}:v1"
    push(docker, "local/large:latest", target)
    docker("rmi", "-f", expected)
    docker("pull", "-q", target)
    assert image_id(docker, target) == expected, "the id is a digest over all bytes"
    docker("rmi", "-f", expected)
    place.ecr.delete_repository(repositoryName=place.short(target.removesuffix(":v1")), force=True)


def test_push_over_a_quota_says_so(world, make_server, loaded):
    """The daemon speaks plain HTTP with 127.0.0.1."""
    server = make_server("--quotas-images-per-repository", "1")
    ecr, (user, password) = aws.client(server), aws.registry_token(server)
    for name in ("team/app", "team/other"):
        ecr.create_repository(repositoryName=name)
    world.run(DOCKER, "login", "-u", user, "--password-stdin", server.registry, stdin=password)
    image = f"{server.registry}/team/app:v1"
    world.run(DOCKER, "tag", loaded, image)
    Oci(server, (user, password)).push_image("team/app", "full")
    world.fails(DOCKER, "push", image,
                words=["already has the maximum allowed number of images which is '1'"])
    other = f"{server.registry}/team/other:v1"
    world.run(DOCKER, "tag", loaded, other)
    world.run(DOCKER, "push", other)

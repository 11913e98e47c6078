"""ECR Public by real clients in the ECR world: pulls without any login, pushes with one, the AWS CLI, Terraform."""

import base64
import json
import secrets

import pytest

from support import images
from support.oci import digest_of
from support.terraform import Workspace

DOCKER = "/usr/bin/docker"
HOST = "public.ecr.aws"
DENIED = ["denied", "403", "not authorized", "unauthorized"]


@pytest.fixture(scope="module")
def public(world):
    """public("describe-registries", ...): by the AWS CLI, without an endpoint; fails=NAME: with this exception."""
    def call(*arguments, fails=None):
        command = ["aws", "--output", "json", "--region", "us-east-1", "ecr-public", *arguments]
        if fails:
            return world.fails(*command, words=[f"({fails})"])
        said = world.run(*command)
        return json.loads(said) if said.strip() else None
    return call


@pytest.fixture(scope="module")
def alias(public):
    return public("describe-registries")["registries"][0]["aliases"][0]["name"]


@pytest.fixture
def repository(public):
    """The full name of a new public repository."""
    made = public("create-repository", "--repository-name", f"public/{secrets.token_hex(4)}")["repository"]
    return made["repositoryUri"]


@pytest.fixture
def login(world):
    """The folder of a docker config with a login to public registries, as `docker login` leaves it."""
    password = world.run("aws", "--region", "us-east-1", "ecr-public", "get-login-password").strip()
    folder = world.folder / f"public-{secrets.token_hex(4)}"
    folder.mkdir()
    auth = base64.b64encode(f"AWS:{password}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {HOST: {"auth": auth}}}))
    return folder


@pytest.fixture
def nobody(world):
    """The folder of a docker config without any login."""
    folder = world.folder / f"nobody-{secrets.token_hex(4)}"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def test_docker(world, dockerd, repository, login, nobody, busybox):
    archive = world.folder / f"{secrets.token_hex(4)}.tar"
    world.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker-archive:{archive}:{repository}:v1")
    world.run(DOCKER, "load", "-q", "-i", archive)
    world.fails(DOCKER, "push", f"{repository}:v1", env={"DOCKER_CONFIG": str(nobody)}, words=DENIED)
    password = world.run("aws", "--region", "us-east-1", "ecr-public", "get-login-password").strip()
    own = {"DOCKER_CONFIG": str(nobody)}
    world.run(DOCKER, "login", "-u", "AWS", "--password-stdin", HOST, stdin=password, env=own)
    assert "digest: sha256:" in world.run(DOCKER, "push", f"{repository}:v1", env=own)
    world.run(DOCKER, "logout", HOST, env=own)
    world.run(DOCKER, "rmi", "-f", f"{repository}:v1")
    world.run(DOCKER, "pull", "-q", f"{repository}:v1", env=own)
    assert world.run(DOCKER, "run", "--rm", "--network", "none", f"{repository}:v1") == "it runs\n"
    world.fails(DOCKER, "push", f"{repository}:v1", env=own, words=DENIED)
    world.fails(DOCKER, "login", "-u", "AWS", "--password-stdin", HOST, stdin="wrong", env=own,
                words=["unauthorized", "401", "400"])


def test_pulls_without_credentials(world, containerd, repository, login, nobody, busybox):
    world.run("skopeo", "copy", "-q", "--authfile", login / "config.json", f"oci:{busybox}:latest",
              f"docker://{repository}:v1")
    digest = digest_of(images.manifest_of(busybox))
    env = {"DOCKER_CONFIG": str(nobody), "REGISTRY_AUTH_FILE": str(nobody / "config.json")}
    folder = world.folder / f"pulled-{secrets.token_hex(4)}"
    world.run("skopeo", "copy", "-q", f"docker://{repository}:v1", f"oci:{folder}:latest", env=env)
    assert images.blobs_of(folder).items() <= images.blobs_of(busybox).items()
    assert json.loads(world.run("skopeo", "list-tags", f"docker://{repository}", env=env))["Tags"] == ["v1"]
    assert world.run("crane", "digest", f"{repository}:v1", env=env).strip() == digest
    world.run("crane", "validate", "--remote", f"{repository}:v1", env=env)
    assert digest in world.run("oras", "manifest", "fetch", "--descriptor", f"{repository}:v1", "--registry-config",
                               nobody / "config.json", env=env)
    world.run("podman", "pull", "-q", f"{repository}:v1", env=env)
    world.run("ctr", "--address", containerd, "images", "pull", f"{repository}:v1")
    world.run("ctr", "--address", containerd, "images", "rm", f"{repository}:v1")
    # Nobody writes.
    target = f"docker://{repository}:v2"
    world.fails("skopeo", "copy", "-q", f"oci:{busybox}:latest", target, env=env, words=DENIED)
    world.fails("crane", "tag", f"{repository}:v1", "v2", env=env, words=DENIED)
    world.fails("skopeo", "delete", f"docker://{repository}:v1", env=env, words=DENIED)
    private = world.repository("private")
    world.fails("skopeo", "inspect", f"docker://{private}:v1", env=env, words=[*DENIED, "authentication required"])


def test_other_clients_push_with_a_login(world, repository, login, busybox):
    env = {"DOCKER_CONFIG": str(login), "REGISTRY_AUTH_FILE": str(login / "config.json")}
    world.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker://{repository}:v1", env=env)
    world.run("crane", "copy", f"{repository}:v1", f"{repository}:v2", env=env)
    (world.folder / "note.txt").write_text("x")
    world.run("oras", "push", "--registry-config", login / "config.json", f"{repository}:note", "note.txt",
              cwd=world.folder, env=env)
    world.run("oras", "attach", "--registry-config", login / "config.json", "--artifact-type", "text/x-note",
              f"{repository}:v1", "note.txt", cwd=world.folder, env=env)
    assert "text/x-note" in world.run("oras", "discover", "--registry-config", login / "config.json", "--format",
                                      "json", f"{repository}:v1", env=env)
    assert world.run("crane", "ls", repository, env=env).split() == ["note", "v1", "v2"]


def test_amazons_credential_helper(world, repository, busybox):
    folder = world.folder / f"helper-{secrets.token_hex(4)}"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"credHelpers": {HOST: "ecr-login"}}))
    env = {"DOCKER_CONFIG": str(folder), "AWS_ECR_DISABLE_CACHE": "true",
           "REGISTRY_AUTH_FILE": str(folder / "config.json")}
    world.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker://{repository}:v1", env=env)
    assert world.run("crane", "digest", f"{repository}:v1", env=env).startswith("sha256:")


def test_every_operation_by_the_cli(world, public, alias):
    repo = f"cli/{secrets.token_hex(4)}"
    named = ["--repository-name", repo]
    made = public("create-repository", *named, "--catalog-data", "description=d,architectures=x86-64", "--tags",
                  "Key=a,Value=b")
    assert made["repository"]["repositoryUri"] == f"{HOST}/{alias}/{repo}" and made["catalogData"]["description"] == "d"
    arn = made["repository"]["repositoryArn"]
    public("create-repository", *named, fails="RepositoryAlreadyExistsException")
    assert public("describe-repositories", "--repository-names", repo)["repositories"] == [made["repository"]]
    public("describe-repositories", "--repository-names", "no/where", fails="RepositoryNotFoundException")
    assert public("describe-registries", "--region", "us-west-2")["registries"][0]["registryId"] == world.server.account
    public("put-registry-catalog-data", "--display-name", "Company")
    assert public("get-registry-catalog-data")["registryCatalogData"] == {"displayName": "Company"}
    public("put-repository-catalog-data", *named, "--catalog-data", "usageText=u")
    assert public("get-repository-catalog-data", *named)["catalogData"]["usageText"] == "u"
    public("get-repository-catalog-data", "--repository-name", "no/where", fails="RepositoryNotFoundException")
    public("tag-resource", "--resource-arn", arn, "--tags", "Key=c,Value=d")
    public("untag-resource", "--resource-arn", arn, "--tag-keys", "a")
    assert public("list-tags-for-resource", "--resource-arn", arn)["tags"] == [{"Key": "c", "Value": "d"}]
    public("list-tags-for-resource", "--resource-arn", arn + "no", fails="RepositoryNotFoundException")

    blobs = {"config": b'{"os":"linux"}', "layer": secrets.token_bytes(500)}
    for data in blobs.values():
        path = world.folder / secrets.token_hex(4)
        path.write_bytes(data)
        upload = public("initiate-layer-upload", *named, "--registry-id", alias)["uploadId"]
        public("upload-layer-part", *named, "--upload-id", upload, "--part-first-byte", "0", "--part-last-byte",
               str(len(data) - 1), "--layer-part-blob", f"fileb://{path}")
        public("complete-layer-upload", *named, "--upload-id", upload, "--layer-digests", digest_of(data))
    public("initiate-layer-upload", *named, "--registry-id", "nobody", fails="RegistryNotFoundException")
    assert public("batch-check-layer-availability", *named, "--layer-digests",
                  digest_of(blobs["layer"]))["layers"][0]["layerAvailability"] == "AVAILABLE"
    entry = "application/vnd.oci.image.{}"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": entry.format("manifest.v1+json"), **{
        "config": {"mediaType": entry.format("config.v1+json"), "digest": digest_of(blobs["config"]),
                   "size": len(blobs["config"])},
        "layers": [{"mediaType": entry.format("layer.v1.tar"), "digest": digest_of(blobs["layer"]),
                    "size": len(blobs["layer"])}]}})
    put = public("put-image", *named, "--image-tag", "v1", "--image-manifest", manifest)["image"]
    public("put-image", *named, "--image-tag", "v1", "--image-manifest", manifest, fails="ImageAlreadyExistsException")
    assert public("describe-images", *named)["imageDetails"][0]["imageTags"] == ["v1"]
    assert public("describe-image-tags", *named)["imageTagDetails"][0]["imageTag"] == "v1"
    public("describe-images", *named, "--image-ids", "imageTag=none", fails="ImageNotFoundException")

    text = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "ecr-public:PutImage"}]})
    public("get-repository-policy", *named, fails="RepositoryPolicyNotFoundException")
    public("set-repository-policy", *named, "--policy-text", text)
    assert "ecr-public:PutImage" in public("get-repository-policy", *named)["policyText"]
    public("delete-repository-policy", *named)
    public("delete-repository-policy", *named, fails="RepositoryPolicyNotFoundException")
    assert public("get-authorization-token")["authorizationData"]["authorizationToken"]
    public("delete-repository", *named, fails="RepositoryNotEmptyException")
    assert public("batch-delete-image", *named, "--image-ids", "imageTag=v1")["imageIds"] == [put["imageId"]]
    assert public("delete-repository", *named, "--force")["repository"]["repositoryName"] == repo


TERRAFORM = """
variable "usage" { default = "usage" }

resource "aws_ecrpublic_repository" "plain" {
  repository_name = "${var.name}/plain"
}

resource "aws_ecrpublic_repository" "app" {
  repository_name = var.name
  force_destroy   = true
  catalog_data {
    about_text        = "about"
    architectures     = ["ARM 64", "x86-64"]
    description       = "description"
    operating_systems = ["Linux"]
    logo_image_blob   = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
    usage_text        = var.usage
  }
  tags = { team = var.usage }
}

resource "aws_ecrpublic_repository_policy" "app" {
  repository_name = aws_ecrpublic_repository.app.repository_name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "push"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["ecr-public:PutImage", "ecr-public:InitiateLayerUpload"]
    }]
  })
}

data "aws_ecrpublic_authorization_token" "token" {}

output "uri" { value = aws_ecrpublic_repository.app.repository_uri }
output "user" { value = data.aws_ecrpublic_authorization_token.token.user_name }
"""


def test_terraform(world, public, alias):
    terraform = Workspace(world, '  region = "us-east-1"\n')
    terraform.write("main", TERRAFORM)
    name = terraform.name
    terraform("init", "-input=false")
    terraform("apply", "-auto-approve", "-input=false")
    found = {key: entry["value"] for key, entry in json.loads(terraform("output", "-json")).items()}
    assert found == {"uri": f"{HOST}/{alias}/{name}", "user": "AWS"}
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false")
    terraform("apply", "-auto-approve", "-input=false", env={"TF_VAR_usage": "other"})
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false", env={"TF_VAR_usage": "other"})
    data = public("get-repository-catalog-data", "--repository-name", name)["catalogData"]
    assert data["usageText"] == "other" and sorted(data["architectures"]) == ["ARM 64", "x86-64"] and data["logoUrl"]
    terraform("destroy", "-auto-approve", "-input=false", env={"TF_VAR_usage": "other"})
    public("describe-repositories", "--repository-names", name, fails="RepositoryNotFoundException")

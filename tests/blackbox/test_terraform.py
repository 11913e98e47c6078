"""Terraform with the AWS provider: apply, a plan without changes, change, destroy. No settings but endpoints."""

import json
import os
import pathlib
import secrets
import shutil

import pytest

CONFIGURATION = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "name" { type = string }
variable "mutability" { default = "IMMUTABLE" }
variable "tags" {
  type    = map(string)
  default = { team = "a", "cost center" = "12" }
}

provider "aws" {
%s
}

resource "aws_ecr_repository" "app" {
  name                 = var.name
  image_tag_mutability = var.mutability
  force_delete         = true
  tags                 = var.tags
}

resource "aws_ecr_repository" "plain" {
  name = "${var.name}/plain"
}

data "aws_ecr_repository" "app" {
  name = aws_ecr_repository.app.name
}

data "aws_ecr_repositories" "all" {
  depends_on = [aws_ecr_repository.app, aws_ecr_repository.plain]
}

data "aws_ecr_authorization_token" "token" {}

data "aws_caller_identity" "me" {}

output "url" { value = aws_ecr_repository.app.repository_url }
output "same" { value = data.aws_ecr_repository.app.arn == aws_ecr_repository.app.arn }
output "names" { value = data.aws_ecr_repositories.all.names }
output "user" { value = data.aws_ecr_authorization_token.token.user_name }
output "account" { value = data.aws_caller_identity.me.account_id }
"""

IMAGES = """
data "aws_ecr_image" "one" {
  repository_name = aws_ecr_repository.app.name
  image_tag       = "v1"
}

output "digest" { value = data.aws_ecr_image.one.image_digest }
"""


@pytest.fixture(scope="session")
def provider_mirror():
    """The folder of a filesystem mirror with the AWS provider, wherever it is."""
    assert shutil.which("terraform"), "terraform is not installed"
    for top in [os.environ.get("BERTH_TERRAFORM_MIRROR"), "/opt", "/usr/share", "/usr/local", "/var", "/root"]:
        for path in pathlib.Path(top).glob("**/hashicorp/aws/5.100.0") if top else []:
            return path.parents[3]
    raise AssertionError("no mirror of the AWS provider 5.100.0 was found; BERTH_TERRAFORM_MIRROR names one")


@pytest.fixture
def terraform(place, provider_mirror):
    folder = place.folder / f"terraform-{secrets.token_hex(4)}"
    folder.mkdir()
    url = place.server.url
    endpoints = "" if place.tls else f'  endpoints {{\n    ecr = "{url}"\n    sts = "{url}"\n  }}'
    (folder / "main.tf").write_text(CONFIGURATION % endpoints)
    (folder / "rc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{provider_mirror}"\n  }}\n}}\n')
    name = f"tf/{secrets.token_hex(4)}"
    env = {"TF_CLI_CONFIG_FILE": str(folder / "rc"), "TF_VAR_name": name, "TF_IN_AUTOMATION": "1",
           "CHECKPOINT_DISABLE": "1"}

    def call(*arguments, **more):
        return place.run("env", "-u", "AWS_ENDPOINT_URL", "terraform", *arguments, "-no-color", cwd=folder,
                         env={**env, **more.pop("env", {})}, **more)
    call.folder, call.name = folder, name
    return call


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_life_of_a_repository(place, terraform):
    terraform("init", "-input=false")
    terraform("apply", "-auto-approve", "-input=false")
    found = {name: entry["value"] for name, entry in json.loads(terraform("output", "-json")).items()}
    assert found["url"].endswith("/" + terraform.name) and found["same"] is True and found["user"] == "AWS"
    assert {terraform.name, terraform.name + "/plain"} <= set(found["names"])
    assert found["account"] == place.server.account
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false")

    changed = {"TF_VAR_mutability": "MUTABLE", "TF_VAR_tags": '{"team": "b"}'}
    terraform("apply", "-auto-approve", "-input=false", env=changed)
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false", env=changed)
    made = place.ecr.describe_repositories(repositoryNames=[terraform.name])["repositories"][0]
    assert made["imageTagMutability"] == "MUTABLE"
    tags = place.ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"]
    assert tags == [{"Key": "team", "Value": "b"}]
    terraform("destroy", "-auto-approve", "-input=false")
    names = [entry["repositoryName"] for page in place.ecr.get_paginator("describe_repositories").paginate()
             for entry in page["repositories"]]
    assert terraform.name not in names and terraform.name + "/plain" not in names


@pytest.mark.parametrize("place", ["world"], indirect=True)
def test_images(place, terraform, busybox):
    terraform("init", "-input=false")
    terraform("apply", "-auto-approve", "-input=false")
    place.run("skopeo", "copy", "-q", *place.insecure("--dest-tls-verify=false"), "--authfile",
              place.write_auth() / "config.json", f"oci:{busybox}:latest",
              f"docker://{place.registry}/{terraform.name}:v1")
    (terraform.folder / "images.tf").write_text(IMAGES)
    terraform("apply", "-auto-approve", "-input=false")
    found = {name: entry["value"] for name, entry in json.loads(terraform("output", "-json")).items()}
    stored = place.ecr.describe_images(repositoryName=terraform.name)["imageDetails"][0]
    assert found["url"] == f"{place.registry}/{terraform.name}"
    assert found["digest"] == stored["imageDigest"]
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false")
    terraform("destroy", "-auto-approve", "-input=false")

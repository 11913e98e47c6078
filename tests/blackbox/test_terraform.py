"""Terraform with the AWS provider: apply, a plan without changes, change, destroy. No settings but endpoints."""

import json

import pytest

from support import aws
from support.expect import aws_error

CONFIGURATION = """
variable "mutability" { default = "IMMUTABLE" }
variable "tags" {
  type    = map(string)
  default = { team = "a", "cost center" = "12" }
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


IDENTITIES = """
variable "actions" {
  type    = list(string)
  default = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
}
variable "tags" {
  type    = map(string)
  default = { team = "a" }
}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "pull" {
  statement {
    sid       = "Pull"
    actions   = var.actions
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["a"]
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.me.account_id]
    }
  }
}

data "aws_iam_policy_document" "web" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.ci.arn]
    }
    condition {
      test     = "StringLike"
      variable = "${aws_iam_openid_connect_provider.ci.url}:sub"
      values   = ["repo:team/*"]
    }
  }
}

resource "aws_iam_policy" "pull" {
  name        = "${var.name}-pull"
  path        = "/ci/"
  description = "pulls"
  policy      = data.aws_iam_policy_document.pull.json
  tags        = var.tags
}

resource "aws_iam_user" "ann" {
  name                 = "${var.name}-ann"
  path                 = "/ci/"
  permissions_boundary = aws_iam_policy.pull.arn
  force_destroy        = true
  tags                 = var.tags
}

resource "aws_iam_access_key" "ann" { user = aws_iam_user.ann.name }

resource "aws_iam_user_policy" "ann" {
  name   = "inline"
  user   = aws_iam_user.ann.name
  policy = data.aws_iam_policy_document.pull.json
}

resource "aws_iam_user_policy_attachment" "ann" {
  user       = aws_iam_user.ann.name
  policy_arn = aws_iam_policy.pull.arn
}

resource "aws_iam_group" "ops" { name = "${var.name}-ops" }

resource "aws_iam_group_policy_attachment" "ops" {
  group      = aws_iam_group.ops.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
}

resource "aws_iam_group_membership" "ops" {
  name  = "ops"
  group = aws_iam_group.ops.name
  users = [aws_iam_user.ann.name]
}

resource "aws_iam_role" "ci" {
  name                 = "${var.name}-ci"
  description          = "builds"
  max_session_duration = 7200
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = var.tags
}

resource "aws_iam_role" "web" {
  name               = "${var.name}-web"
  assume_role_policy = data.aws_iam_policy_document.web.json
}

resource "aws_iam_role_policy" "ci" {
  name   = "inline"
  role   = aws_iam_role.ci.id
  policy = data.aws_iam_policy_document.pull.json
}

resource "aws_iam_role_policy_attachment" "ci" {
  role       = aws_iam_role.ci.name
  policy_arn = aws_iam_policy.pull.arn
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://${var.name}.example.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
  tags            = var.tags
}

data "aws_iam_user" "ann" { user_name = aws_iam_user.ann.name }

data "aws_iam_role" "ci" { name = aws_iam_role.ci.name }

output "key" { value = aws_iam_access_key.ann.id }
output "role" { value = data.aws_iam_role.ci.arn }
output "user" { value = data.aws_iam_user.ann.arn }
"""

ECR_POLICIES = """
resource "aws_ecr_repository" "app" {
  name         = "${var.name}/app"
  force_delete = true
}

resource "aws_ecr_repository_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    Version = "2008-10-17"
    Statement = [{
      Sid       = "Pull"
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.ci.arn }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

resource "aws_ecr_registry_policy" "registry" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Replicate"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = ["ecr:ReplicateImage"]
      Resource  = "arn:aws:ecr:us-east-1:${data.aws_caller_identity.me.account_id}:repository/*"
    }]
  })
}
"""

# This version of the provider knows no CREATE_ON_PUSH, and no data source aws_ecr_images.
ENGINE_ROOM = """
variable "mutability" { default = "IMMUTABLE" }
variable "keep" { default = 5 }
variable "scope" { default = "V1" }
variable "tags" {
  type    = map(string)
  default = { team = "a", "cost center" = "12" }
}

data "aws_caller_identity" "me" {}

data "aws_ecr_lifecycle_policy_document" "keep" {
  rule {
    priority    = 1
    description = "releases stay"
    selection {
      tag_status       = "tagged"
      tag_pattern_list = ["prod*"]
      count_type       = "imageCountMoreThan"
      count_number     = var.keep
    }
  }
  rule {
    priority = 2
    selection {
      tag_status   = "untagged"
      count_type   = "sinceImagePushed"
      count_unit   = "days"
      count_number = 14
    }
    action {
      type = "expire"
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecr.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "pull" {
  statement {
    sid     = "Pull"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.me.account_id]
    }
  }
}

resource "aws_iam_role" "maker" {
  name               = replace(var.name, "/", "-")
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_ecr_repository" "app" {
  name         = "${var.name}/app"
  force_delete = true
  image_scanning_configuration {
    scan_on_push = var.keep == 5
  }
}

resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy     = data.aws_ecr_lifecycle_policy_document.keep.json
}

resource "aws_ecr_account_setting" "scope" {
  name  = "REGISTRY_POLICY_SCOPE"
  value = var.scope
}

resource "aws_ecr_account_setting" "scan" {
  name  = "BASIC_SCAN_TYPE_VERSION"
  value = "AWS_NATIVE"
}

resource "aws_ecr_repository_creation_template" "full" {
  prefix               = var.name
  description          = "keeps ${var.keep}"
  image_tag_mutability = var.mutability
  custom_role_arn      = aws_iam_role.maker.arn
  applied_for          = ["PULL_THROUGH_CACHE", "REPLICATION"]
  encryption_configuration {
    encryption_type = "AES256"
  }
  lifecycle_policy  = data.aws_ecr_lifecycle_policy_document.keep.json
  repository_policy = data.aws_iam_policy_document.pull.json
  resource_tags     = var.tags
}

resource "aws_ecr_repository_creation_template" "bare" {
  prefix      = "${var.name}/bare"
  applied_for = ["PULL_THROUGH_CACHE"]
}

data "aws_ecr_repository_creation_template" "full" {
  prefix = aws_ecr_repository_creation_template.full.prefix
}

output "mutability" { value = data.aws_ecr_repository_creation_template.full.image_tag_mutability }
output "tags" { value = data.aws_ecr_repository_creation_template.full.resource_tags }
output "registry" { value = aws_ecr_repository_creation_template.bare.registry_id }
"""


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_life_of_a_repository(place, terraform):
    terraform.write("main", CONFIGURATION)
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
    terraform.write("main", CONFIGURATION)
    terraform("init", "-input=false")
    terraform("apply", "-auto-approve", "-input=false")
    place.run("skopeo", "copy", "-q", *place.insecure("--dest-tls-verify=false"), "--authfile",
              place.write_auth() / "config.json", f"oci:{busybox}:latest",
              f"docker://{place.registry}/{terraform.name}:v1")
    terraform.write("images", IMAGES)
    terraform("apply", "-auto-approve", "-input=false")
    found = {name: entry["value"] for name, entry in json.loads(terraform("output", "-json")).items()}
    stored = place.ecr.describe_images(repositoryName=terraform.name)["imageDetails"][0]
    assert found["url"] == f"{place.registry}/{terraform.name}"
    assert found["digest"] == stored["imageDigest"]
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false")
    terraform("destroy", "-auto-approve", "-input=false")


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_life_of_identities(place, terraform):
    terraform.write("main", IDENTITIES)
    terraform.write("ecr", ECR_POLICIES)
    name = terraform.name.replace("/", "-")
    own = {"TF_VAR_name": name}
    terraform("init", "-input=false", env=own)
    terraform("apply", "-auto-approve", "-input=false", env=own)
    found = {name: entry["value"] for name, entry in json.loads(terraform("output", "-json", env=own)).items()}
    account = place.server.account
    assert found["role"] == f"arn:aws:iam::{account}:role/{name}-ci"
    assert found["user"] == f"arn:aws:iam::{account}:user/ci/{name}-ann"
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false", env=own)

    changed = {**own, "TF_VAR_actions": '["ecr:*"]', "TF_VAR_tags": '{"team": "b", "env": "x"}'}
    terraform("apply", "-auto-approve", "-input=false", env=changed)
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false", env=changed)
    iam = aws.client(place.server, "iam")
    tags = iam.list_role_tags(RoleName=f"{name}-ci")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "b", "env": "x"}
    assert iam.get_access_key_last_used(AccessKeyId=found["key"])["UserName"] == f"{name}-ann"

    terraform("destroy", "-auto-approve", "-input=false", env=changed)
    assert name not in json.dumps(iam.get_account_authorization_details(Filter=["User", "Role", "Group"]), default=str)


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_lifecycle_templates_and_settings(place, terraform):
    terraform.write("main", ENGINE_ROOM)
    ecr, name = place.ecr, terraform.name

    def check(mutability, keep, tags, more=None):
        terraform("apply", "-auto-approve", "-input=false", env=more or {})
        assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false", env=more or {})
        found = {key: entry["value"] for key, entry in json.loads(terraform("output", "-json")).items()}
        assert found == {"mutability": mutability, "tags": tags, "registry": place.server.account}
        made = ecr.describe_repository_creation_templates(prefixes=[name])["repositoryCreationTemplates"][0]
        assert made["description"] == f"keeps {keep}" and made["imageTagMutability"] == mutability
        assert {tag["Key"]: tag["Value"] for tag in made["resourceTags"]} == tags
        policy = json.loads(ecr.get_lifecycle_policy(repositoryName=f"{name}/app")["lifecyclePolicyText"])
        assert policy == json.loads(made["lifecyclePolicy"])
        assert [rule["selection"]["countNumber"] for rule in policy["rules"]] == [keep, 14]
        repository = ecr.describe_repositories(repositoryNames=[f"{name}/app"])["repositories"][0]
        assert repository["imageScanningConfiguration"] == {"scanOnPush": keep == 5}

    terraform("init", "-input=false")
    check("IMMUTABLE", 5, {"team": "a", "cost center": "12"})
    assert ecr.get_account_setting(name="REGISTRY_POLICY_SCOPE")["value"] == "V1"
    changed = {"TF_VAR_mutability": "MUTABLE", "TF_VAR_keep": "7", "TF_VAR_tags": '{"team": "b"}', "TF_VAR_scope": "V2"}
    check("MUTABLE", 7, {"team": "b"}, changed)
    assert ecr.get_account_setting(name="REGISTRY_POLICY_SCOPE")["value"] == "V2"
    terraform("destroy", "-auto-approve", "-input=false", env=changed)
    assert not ecr.describe_repository_creation_templates(prefixes=[name, f"{name}/bare"])["repositoryCreationTemplates"]
    with aws_error("RepositoryNotFoundException"):
        ecr.get_lifecycle_policy(repositoryName=f"{name}/app")

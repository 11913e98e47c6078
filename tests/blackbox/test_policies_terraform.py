"""ECR's policies and settings by Terraform: apply, a plan without changes, change, destroy."""

import pytest

from support.expect import aws_error
from test_terraform import CONFIGURATION

POLICIES = """
variable "action" { default = "ecr:BatchGetImage" }

resource "aws_ecr_repository_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    Version = "2008-10-17"
    Statement = [{
      Sid       = "pull, for those in the other account"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = [var.action, "ecr:GetDownloadUrlForLayer"]
      Condition = { IpAddress = { "aws:SourceIp" = ["10.0.0.0/8"] } }
    }]
  })
}

resource "aws_ecr_registry_policy" "all" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "replication"
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = ["ecr:CreateRepository", "ecr:ReplicateImage"]
      Resource  = ["arn:aws:ecr:us-east-1:${data.aws_caller_identity.me.account_id}:repository/*"]
    }]
  })
}

resource "aws_ecr_account_setting" "scope" {
  name  = "REGISTRY_POLICY_SCOPE"
  value = "V2"
}
"""


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_policies(place, terraform):
    terraform.write("main", CONFIGURATION)
    terraform.write("policies", POLICIES)
    terraform("init", "-input=false")
    terraform("apply", "-auto-approve", "-input=false")
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false")
    changed = {"TF_VAR_action": "ecr:ListImages"}
    terraform("apply", "-auto-approve", "-input=false", env=changed)
    assert "No changes." in terraform("plan", "-detailed-exitcode", "-input=false", env=changed)
    assert "ecr:ListImages" in place.ecr.get_repository_policy(repositoryName=terraform.name)["policyText"]
    terraform("destroy", "-auto-approve", "-input=false")
    with aws_error("RegistryPolicyNotFoundException"):
        place.ecr.get_registry_policy()

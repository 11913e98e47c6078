#include "policy/managed.h"

#include <algorithm>
#include <array>

namespace berth::policy {
namespace {

constexpr base::Timestamp at(std::int64_t seconds) { return base::Timestamp{std::chrono::seconds{seconds}}; }

constexpr std::array kPolicies{
    Managed{
        .name = "AdministratorAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AdministratorAccess",
        .id = "ANPAIWMBCKSKIEE64ZLYK",
        .description = "Provides full access to AWS services and resources.",
        .version = "v1",
        .created = at(1423247986),
        .updated = at(1423247986),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "*",
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "ReadOnlyAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/ReadOnlyAccess",
        .id = "ANPAILL3HVNFSB6DCOWYQ",
        .description = "Provides read-only access to AWS services and resources.",
        .version = "v182",
        .created = at(1423247988),
        .updated = at(1775230032),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "ReadOnlyActionsGroup1",
    "Effect": "Allow",
    "Action": [
      "cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:List*", "cloudtrail:LookupEvents",
      "ecr-public:BatchCheckLayerAvailability", "ecr-public:DescribeImages", "ecr-public:DescribeImageTags",
      "ecr-public:DescribeRegistries", "ecr-public:DescribeRepositories", "ecr-public:GetAuthorizationToken",
      "ecr-public:GetRegistryCatalogData", "ecr-public:GetRepositoryCatalogData",
      "ecr-public:GetRepositoryPolicy", "ecr-public:ListTagsForResource", "ecr:BatchCheck*", "ecr:BatchGet*",
      "ecr:Describe*", "ecr:Get*", "ecr:List*", "events:Describe*", "events:List*", "events:Test*",
      "iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*", "inspector2:BatchGetAccountStatus",
      "inspector2:BatchGetCodeSnippet", "inspector2:BatchGetFreeTrialInfo",
      "inspector2:BatchGetMemberEc2DeepInspectionStatus", "inspector2:DescribeOrganizationConfiguration",
      "inspector2:GetCisScanReport", "inspector2:GetConfiguration", "inspector2:GetDelegatedAdminAccount",
      "inspector2:GetEc2DeepInspectionConfiguration", "inspector2:GetEncryptionKey",
      "inspector2:GetFindingsReportStatus", "inspector2:GetMember", "inspector2:GetSbomExport",
      "inspector2:ListAccountPermissions", "inspector2:ListCisScanConfigurations", "inspector2:ListCisScans",
      "inspector2:ListCoverage", "inspector2:ListCoverageStatistics",
      "inspector2:ListDelegatedAdminAccounts", "inspector2:ListFilters",
      "inspector2:ListFindingAggregations", "inspector2:ListFindings", "inspector2:ListMembers",
      "inspector2:ListTagsForResource", "inspector2:ListUsageTotals", "inspector2:SearchVulnerabilities",
      "kms:Describe*", "kms:Get*", "kms:List*", "organizations:Describe*", "organizations:List*",
      "secretsmanager:Describe*", "secretsmanager:GetResourcePolicy", "secretsmanager:List*",
      "sts:GetAccessKeyInfo", "sts:GetCallerIdentity", "sts:GetSessionToken", "tag:DescribeReportCreation",
      "tag:Get*"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "PowerUserAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/PowerUserAccess",
        .id = "ANPAJYRXTHIB4FOVS3ZXS",
        .description =
            "Provides full access to AWS services and resources, but does not allow management of Users and groups.",
        .version = "v12",
        .created = at(1423247987),
        .updated = at(1770919154),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "NotAction": ["iam:*", "organizations:*", "account:*"],
    "Resource": "*"
  }, {
    "Effect": "Allow",
    "Action": [
      "account:GetAccountInformation", "account:GetGovCloudAccountInformation", "account:GetPrimaryEmail",
      "account:ListRegions", "iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles",
      "organizations:DescribeEffectivePolicy", "organizations:DescribeOrganization"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "IAMFullAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/IAMFullAccess",
        .id = "ANPAI7XKCFMBPM3QQRRVQ",
        .description = "Provides full access to IAM via the AWS Management Console.",
        .version = "v2",
        .created = at(1423248038),
        .updated = at(1561146000),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "iam:*", "organizations:DescribeAccount", "organizations:DescribeOrganization",
      "organizations:DescribeOrganizationalUnit", "organizations:DescribePolicy",
      "organizations:ListChildren", "organizations:ListParents", "organizations:ListPoliciesForTarget",
      "organizations:ListRoots", "organizations:ListPolicies", "organizations:ListTargetsForPolicy"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "IAMReadOnlyAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
        .id = "ANPAJKSO7NDY4T57MWDSQ",
        .description = "Provides read only access to IAM via the AWS Management Console.",
        .version = "v4",
        .created = at(1423248039),
        .updated = at(1516907487),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "iam:GenerateCredentialReport", "iam:GenerateServiceLastAccessedDetails", "iam:Get*", "iam:List*",
      "iam:SimulateCustomPolicy", "iam:SimulatePrincipalPolicy"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AmazonEC2ContainerRegistryFullAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess",
        .id = "ANPAIESRL7KD7IIVF6V4W",
        .description = "Provides administrative access to Amazon ECR resources",
        .version = "v3",
        .created = at(1450717608),
        .updated = at(1607126659),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["ecr:*", "cloudtrail:LookupEvents"],
    "Resource": "*"
  }, {
    "Effect": "Allow",
    "Action": ["iam:CreateServiceLinkedRole"],
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "iam:AWSServiceName": ["replication.ecr.amazonaws.com"]
      }
    }
  }]
})json",
    },
    Managed{
        .name = "AmazonEC2ContainerRegistryPowerUser",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser",
        .id = "ANPAJDNE5PIHROIBGGDDW",
        .description = "Provides full access to Amazon EC2 Container Registry repositories, but does not allow "
                       "repository deletion or policy changes.",
        .version = "v3",
        .created = at(1450717533),
        .updated = at(1576010888),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer",
      "ecr:GetRepositoryPolicy", "ecr:DescribeRepositories", "ecr:ListImages", "ecr:DescribeImages",
      "ecr:BatchGetImage", "ecr:GetLifecyclePolicy", "ecr:GetLifecyclePolicyPreview",
      "ecr:ListTagsForResource", "ecr:DescribeImageScanFindings", "ecr:InitiateLayerUpload",
      "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AmazonEC2ContainerRegistryReadOnly",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
        .id = "ANPAIFYZPA37OOHVIH7KQ",
        .description = "Provides read-only access to Amazon EC2 Container Registry repositories.",
        .version = "v3",
        .created = at(1450717455),
        .updated = at(1576011392),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer",
      "ecr:GetRepositoryPolicy", "ecr:DescribeRepositories", "ecr:ListImages", "ecr:DescribeImages",
      "ecr:BatchGetImage", "ecr:GetLifecyclePolicy", "ecr:GetLifecyclePolicyPreview",
      "ecr:ListTagsForResource", "ecr:DescribeImageScanFindings"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AmazonEC2ContainerRegistryPullOnly",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        .id = "ANPAERGQSYSQAVX5FLUIE",
        .description = "Provides access to pull images from Amazon EC2 Container Registry repositories.",
        .version = "v1",
        .created = at(1728061129),
        .updated = at(1728061129),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
      "ecr:BatchImportUpstreamImage"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AmazonElasticContainerRegistryPublicFullAccess",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicFullAccess",
        .id = "ANPAGFV432GFHE3HVIKLN",
        .description = "Provides administrative access to Amazon ECR Public resources",
        .version = "v1",
        .created = at(1606843552),
        .updated = at(1606843552),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["ecr-public:*", "sts:GetServiceBearerToken"],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AmazonElasticContainerRegistryPublicPowerUser",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicPowerUser",
        .id = "ANPA53IIO4ZSTVYWTRLFJ",
        .description = "Provides full access to Amazon ECR Public repositories, but does not allow repository deletion "
                       "or policy changes.",
        .version = "v1",
        .created = at(1606839414),
        .updated = at(1606839414),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken",
      "ecr-public:BatchCheckLayerAvailability", "ecr-public:GetRepositoryPolicy",
      "ecr-public:DescribeRepositories", "ecr-public:DescribeRegistries", "ecr-public:DescribeImages",
      "ecr-public:DescribeImageTags", "ecr-public:GetRepositoryCatalogData",
      "ecr-public:GetRegistryCatalogData", "ecr-public:InitiateLayerUpload", "ecr-public:UploadLayerPart",
      "ecr-public:CompleteLayerUpload", "ecr-public:PutImage"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AmazonElasticContainerRegistryPublicReadOnly",
        .path = "/",
        .arn = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly",
        .id = "ANPAY6KCTB7YGSXN3BK5Z",
        .description = "Provides read-only access to Amazon ECR Public repositories.",
        .version = "v1",
        .created = at(1606843624),
        .updated = at(1606843624),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken",
      "ecr-public:BatchCheckLayerAvailability", "ecr-public:GetRepositoryPolicy",
      "ecr-public:DescribeRepositories", "ecr-public:DescribeRegistries", "ecr-public:DescribeImages",
      "ecr-public:DescribeImageTags", "ecr-public:GetRepositoryCatalogData",
      "ecr-public:GetRegistryCatalogData"
    ],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "ECRReplicationServiceRolePolicy",
        .path = "/aws-service-role/",
        .arn = "arn:aws:iam::aws:policy/aws-service-role/ECRReplicationServiceRolePolicy",
        .id = "ANPALV2CZBIF3QV2GMK4B",
        .description = "Allows access to AWS Services and Resources used or managed by ECR Replication",
        .version = "v1",
        .created = at(1607119888),
        .updated = at(1607119888),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
    "Resource": "*"
  }]
})json",
    },
    Managed{
        .name = "AWSECRPullThroughCache_ServiceRolePolicy",
        .path = "/aws-service-role/",
        .arn = "arn:aws:iam::aws:policy/aws-service-role/AWSECRPullThroughCache_ServiceRolePolicy",
        .id = "ANPADXPJVAFSL2TQLKHKR",
        .description =
            "This policy allows access to AWS Services and Resources used or managed by AWS ECR Pull Through Cache",
        .version = "v3",
        .created = at(1637963469),
        .updated = at(1741296127),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "ECR",
    "Effect": "Allow",
    "Action": [
      "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload",
      "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:BatchGetImage",
      "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer", "ecr:GetImageCopyStatus"
    ],
    "Resource": "*"
  }, {
    "Sid": "SecretsManager",
    "Effect": "Allow",
    "Action": ["secretsmanager:GetSecretValue"],
    "Resource": "arn:aws:secretsmanager:*:*:secret:ecr-pullthroughcache/*",
    "Condition": {
      "StringEquals": {
        "aws:ResourceAccount": "${aws:PrincipalAccount}"
      }
    }
  }]
})json",
    },
    Managed{
        .name = "ECRTemplateServiceRolePolicy",
        .path = "/aws-service-role/",
        .arn = "arn:aws:iam::aws:policy/aws-service-role/ECRTemplateServiceRolePolicy",
        .id = "ANPA57WRLESZQOFIIHPYC",
        .description =
            "Provides access to AWS Services and Resources used or managed by ECR repository creation templates",
        .version = "v1",
        .created = at(1718838697),
        .updated = at(1718838697),
        .document = R"json({
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "CreateRepositoryWithTemplate",
    "Effect": "Allow",
    "Action": ["ecr:CreateRepository"],
    "Resource": "*"
  }]
})json",
    },
};

}  // namespace

std::span<const Managed> managed_policies() { return kPolicies; }

const Managed* find_managed(std::string_view arn) {
  const auto* const at = std::ranges::find(kPolicies, arn, &Managed::arn);
  return at == kPolicies.end() ? nullptr : at;
}

}  // namespace berth::policy

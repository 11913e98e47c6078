#include "policy/managed.h"

#include <gtest/gtest.h>

#include <set>

#include "policy/decide.h"

namespace berth::policy {
namespace {

bool allows(std::string_view arn, std::string action) {
  const Managed* const managed = find_managed(arn);
  if (managed == nullptr) return false;
  Policies policies;
  policies.identity.push_back({Document::parse(managed->document, Kind::identity).value(), std::string(managed->name)});
  const Request request{.principal = {.account = "111122223333", .arn = "arn:aws:iam::111122223333:user/a"},
                        .action = std::move(action),
                        .resource = "arn:aws:ecr:eu-west-1:111122223333:repository/app",
                        .resource_account = "111122223333"};
  return decide(request, policies).allowed();
}

constexpr std::string_view kPrefix = "arn:aws:iam::aws:policy/";
std::string arn(std::string_view name) { return std::string(kPrefix).append(name); }

TEST(Managed, AllParseAndAreFound) {
  std::set<std::string_view> ids;
  for (const Managed& each : managed_policies()) {
    const auto document = Document::parse(each.document, Kind::identity);
    EXPECT_TRUE(document) << each.name << ": " << document.error().message;
    EXPECT_EQ(find_managed(each.arn), &each);
    EXPECT_EQ(each.arn, "arn:aws:iam::aws:policy" + std::string(each.path) + std::string(each.name));
    EXPECT_EQ(each.id.size(), 21U) << each.name;
    EXPECT_TRUE(ids.insert(each.id).second) << each.name;
    EXPECT_FALSE(each.description.empty());
    EXPECT_LE(each.created, each.updated);
  }
  EXPECT_EQ(find_managed("arn:aws:iam::aws:policy/NoSuchPolicy"), nullptr);
}

TEST(Managed, GiveWhatTheirNamesSay) {
  EXPECT_TRUE(allows(arn("AdministratorAccess"), "iam:CreateUser"));
  EXPECT_TRUE(allows(arn("PowerUserAccess"), "ecr:DeleteRepository"));
  EXPECT_FALSE(allows(arn("PowerUserAccess"), "iam:CreateUser"));
  EXPECT_TRUE(allows(arn("ReadOnlyAccess"), "ecr:DescribeRepositories"));
  EXPECT_TRUE(allows(arn("ReadOnlyAccess"), "iam:GetUser"));
  EXPECT_FALSE(allows(arn("ReadOnlyAccess"), "ecr:PutImage"));
  EXPECT_TRUE(allows(arn("AmazonEC2ContainerRegistryFullAccess"), "ecr:SetRepositoryPolicy"));
  EXPECT_FALSE(allows(arn("AmazonEC2ContainerRegistryFullAccess"), "iam:CreateServiceLinkedRole"));
  EXPECT_TRUE(allows(arn("AmazonEC2ContainerRegistryPowerUser"), "ecr:PutImage"));
  EXPECT_FALSE(allows(arn("AmazonEC2ContainerRegistryPowerUser"), "ecr:BatchDeleteImage"));
  EXPECT_TRUE(allows(arn("AmazonEC2ContainerRegistryReadOnly"), "ecr:BatchGetImage"));
  EXPECT_FALSE(allows(arn("AmazonEC2ContainerRegistryReadOnly"), "ecr:PutImage"));
  EXPECT_TRUE(allows(arn("AmazonEC2ContainerRegistryPullOnly"), "ecr:BatchGetImage"));
  EXPECT_FALSE(allows(arn("AmazonEC2ContainerRegistryPullOnly"), "ecr:BatchCheckLayerAvailability"));
  EXPECT_TRUE(allows(arn("aws-service-role/ECRReplicationServiceRolePolicy"), "ecr:ReplicateImage"));
  EXPECT_TRUE(allows(arn("aws-service-role/AWSECRPullThroughCache_ServiceRolePolicy"), "ecr:BatchImportUpstreamImage"));
  EXPECT_TRUE(allows(arn("aws-service-role/ECRTemplateServiceRolePolicy"), "ecr:CreateRepository"));
  EXPECT_FALSE(allows(arn("aws-service-role/ECRTemplateServiceRolePolicy"), "ecr:PutImage"));
}

}  // namespace
}  // namespace berth::policy

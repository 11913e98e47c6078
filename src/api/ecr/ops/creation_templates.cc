#include "api/ecr/ops/creation_templates.h"

#include <algorithm>
#include <utility>

#include "api/ecr/repository_settings.h"
#include "base/text.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kList = "DescribeRepositoryCreationTemplates";

base::Result<model::TemplatePrefix> prefix_from(std::string_view member, std::string_view text) {
  return at(member, model::TemplatePrefix::parse(text));
}

base::Result<service::TemplateSettings> settings_from(const TemplateMembers& members,
                                                      std::optional<std::vector<model::AppliedFor>> applied_for) {
  service::TemplateSettings settings{.applied_for = std::move(applied_for),
                                     .description = members.description,
                                     .mode = members.image_tag_mutability,
                                     .filters = {},
                                     .encryption = {},
                                     .tags = members.resource_tags,
                                     .repository_policy = members.repository_policy,
                                     .lifecycle_policy = members.lifecycle_policy,
                                     .custom_role = members.custom_role_arn};
  if (members.exclusion_filters) settings.filters = filter_texts(*members.exclusion_filters);
  if (const auto& wanted = members.encryption) {
    const auto key = wanted->kms_key && wanted->kms_key->empty() ? std::nullopt : wanted->kms_key;
    BERTH_CHECK(check_encryption(wanted->encryption_type, key));
    settings.encryption = {.type = std::string(json::enum_name(wanted->encryption_type)), .kms_key = key};
  }
  return settings;
}

RepositoryCreationTemplateShape shape_of(model::CreationTemplate stored) {
  RepositoryCreationTemplateShape shape;
  shape.prefix = stored.prefix.text();
  shape.applied_for = std::move(stored.applied_for);
  shape.description = std::move(stored.description);
  shape.encryption = {.encryption_type = EncryptionType::aes256, .kms_key = std::move(stored.kms_key)};
  if (!stored.tags.empty()) shape.resource_tags = std::move(stored.tags);
  shape.image_tag_mutability = stored.mutability.mode();
  shape.exclusion_filters = filters_of(stored.mutability);
  shape.repository_policy = std::move(stored.repository_policy);
  shape.lifecycle_policy = std::move(stored.lifecycle_policy);
  shape.custom_role_arn = std::move(stored.custom_role);
  shape.created_at = stored.created;
  shape.updated_at = stored.updated;
  return shape;
}

RepositoryCreationTemplateResponse answer(const Call& call, model::CreationTemplate made) {
  return {.registry_id = call.own.account.text(), .made = shape_of(std::move(made))};
}

DescribeRepositoryCreationTemplatesResponse answer(const Call& call, std::vector<model::CreationTemplate> found) {
  DescribeRepositoryCreationTemplatesResponse response{.registry_id = call.own.account.text()};
  for (auto& each : found) response.templates.push_back(shape_of(std::move(each)));
  return response;
}

base::Result<std::string> start_of(const DescribeRepositoryCreationTemplatesRequest& request) {
  if (!request.next_token) return std::string();
  BERTH_TRY(auto parts, read_token(kList, 1, *request.next_token));
  if (!model::TemplatePrefix::matches(parts[0])) return fail_token();
  return std::move(parts[0]);
}

}  // namespace

bool matches_template_key(std::string_view text) {
  const auto parts = base::split(text, ':');
  const auto plain = [](std::string_view part) {
    return std::ranges::all_of(part,
                               [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  };
  if (text.empty()) return true;
  return parts.size() == 6 && parts[0] == "arn" && parts[1].starts_with("aws") && plain(parts[1]) &&
         parts[2] == "kms" && !parts[3].empty() && plain(parts[3]) && model::AccountId::matches(parts[4]) &&
         parts[5].starts_with("key/") && parts[5].size() > 4 && plain(parts[5].substr(4));
}

base::Result<RepositoryCreationTemplateResponse> create_repository_creation_template(
    const Call& call, CreateRepositoryCreationTemplateRequest request) {
  BERTH_TRY(const auto prefix, prefix_from("prefix", request.prefix));
  BERTH_TRY(const auto settings, settings_from(request, std::move(request.applied_for)));
  BERTH_TRY(auto made, call.deps.templates.create(call.scope, call.own, prefix, settings));
  return answer(call, std::move(made));
}

base::Result<RepositoryCreationTemplateResponse> update_repository_creation_template(
    const Call& call, UpdateRepositoryCreationTemplateRequest request) {
  BERTH_TRY(const auto prefix, prefix_from("prefix", request.prefix));
  BERTH_TRY(const auto settings, settings_from(request, std::move(request.applied_for)));
  BERTH_TRY(auto made, call.deps.templates.update(call.scope, call.own, prefix, settings));
  return answer(call, std::move(made));
}

base::Result<RepositoryCreationTemplateResponse> delete_repository_creation_template(
    const Call& call, DeleteRepositoryCreationTemplateRequest request) {
  BERTH_TRY(const auto prefix, prefix_from("prefix", request.prefix));
  BERTH_TRY(auto removed, call.deps.templates.remove(call.scope, call.own, prefix));
  return answer(call, std::move(removed));
}

base::Result<DescribeRepositoryCreationTemplatesResponse> describe_repository_creation_templates(
    const Call& call, DescribeRepositoryCreationTemplatesRequest request) {
  if (request.prefixes && !request.prefixes->empty()) {
    BERTH_CHECK(request.excludes("prefixes"));
    std::vector<model::TemplatePrefix> prefixes;
    for (const auto& text : *request.prefixes) {
      BERTH_TRY(auto prefix, prefix_from("prefixes", text));
      prefixes.push_back(std::move(prefix));
    }
    BERTH_TRY(auto found, call.deps.templates.find(call.scope, call.own, prefixes));
    return answer(call, std::move(found));
  }
  BERTH_TRY(const auto after, start_of(request));
  const auto limit = request.limit();
  BERTH_TRY(auto found, call.deps.templates.list(call.scope, call.own, after, limit));
  auto next = cut_page(found, limit,
                       [](const model::CreationTemplate& last) { return make_token(kList, {last.prefix.key()}); });
  auto response = answer(call, std::move(found));
  response.next_token = std::move(next);
  return response;
}

}  // namespace berth::api::ecr

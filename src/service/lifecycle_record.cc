#include "service/lifecycle_record.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "auth/authorizer.h"
#include "base/bytes.h"
#include "crypto/hash.h"
#include "json/writer.h"

namespace berth::service {
namespace {

namespace lifecycle = engine::lifecycle;

// As ECR's events are bounded.
constexpr std::size_t kMaxTags = 100;

std::string_view event_name(lifecycle::TagStatus status) {
  switch (status) {
    case lifecycle::TagStatus::tagged: return "Tagged";
    case lifecycle::TagStatus::untagged: return "Untagged";
    case lifecycle::TagStatus::any: return "Any";
  }
  std::unreachable();
}

std::string_view event_name(lifecycle::CountType type) {
  switch (type) {
    case lifecycle::CountType::image_count_more_than: return "Image count more than";
    case lifecycle::CountType::since_image_pushed: return "Since image pushed";
    case lifecycle::CountType::since_image_pulled: return "Since image pulled";
    case lifecycle::CountType::since_image_transitioned: return "Since image transitioned";
  }
  std::unreachable();
}

std::string_view event_name(lifecycle::Action action) {
  switch (action) {
    case lifecycle::Action::expire: return "expire";
    case lifecycle::Action::transition: return "transition";
    case lifecycle::Action::retain: return "retain";
  }
  std::unreachable();
}

class EventWriter {
 public:
  void text(std::string_view name, std::string_view value) {
    out_.key(name);
    out_.string(value);
  }
  void number(std::string_view name, std::int64_t value) {
    out_.key(name);
    out_.integer(value);
  }
  void texts(std::string_view name, const std::vector<std::string>& values, std::size_t limit = SIZE_MAX) {
    out_.key(name);
    out_.begin_array();
    for (std::size_t i = 0; i < std::min(values.size(), limit); ++i) out_.string(values[i]);
    out_.end_array();
  }
  void null(std::string_view name) {
    out_.key(name);
    out_.null();
  }
  template <class Body>
  void object(std::string_view name, Body body) {
    out_.key(name);
    object(body);
  }
  template <class Body>
  void object(Body body) {
    out_.begin_object();
    body();
    out_.end_object();
  }
  template <class Range, class Body>
  void array(std::string_view name, const Range& range, Body body) {
    out_.key(name);
    out_.begin_array();
    for (const auto& each : range) object([&] { body(each); });
    out_.end_array();
  }
  void boolean(std::string_view name, bool value) {
    out_.key(name);
    out_.boolean(value);
  }
  std::string take() { return out_.take(); }

 private:
  json::Writer out_;
};

void write_rule(EventWriter& out, const lifecycle::Rule& rule) {
  out.number("rulePriority", rule.priority);
  out.text("description", rule.description);
  out.object("lifecycleEventSelection", [&] {
    out.text("tagStatus", event_name(rule.tag_status));
    out.texts("tagPrefixList", rule.prefixes);
    if (!rule.patterns.empty()) out.texts("tagPatternList", rule.patterns);
    if (rule.count_type) {
      out.text("countType", event_name(*rule.count_type));
      out.number("countNumber", rule.count);
    }
  });
  out.text("action", event_name(rule.action));
}

void write_image(EventWriter& out, const LifecycleImageRecord& image) {
  out.object("lifecycleEventImage", [&] {
    out.text("digest", image.image_digest);
    out.text("tagStatus", image.image_tags.empty() ? "Untagged" : "Tagged");
    out.texts("tagList", image.image_tags, kMaxTags);
    out.number("pushedAt", base::to_micros(image.image_pushed_at) / 1'000);
  });
  out.number("rulePriority", image.rule_priority);
}

// Whole seconds, as CloudTrail has them.
std::string event_time(base::Timestamp time) { return base::to_rfc3339(time).substr(0, 19) + "Z"; }

std::string policy_id(std::string_view text) {
  auto hex = crypto::sha256_hex(base::as_bytes(text)).substr(0, 32);
  for (const std::size_t at : {20, 16, 12, 8}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace

LifecycleImageRecord image_record(const lifecycle::Repository& images, const lifecycle::Policy& policy,
                                  const lifecycle::Decision& decision, lifecycle::ImageIndex index) {
  const auto& image = images.images[index];
  const auto& rule = policy.rules[static_cast<std::size_t>(decision.rule)];
  return {.image_digest = image.digest.text(),
          .image_tags = image.tags,
          .image_pushed_at = image.pushed,
          .rule_priority = rule.priority,
          .action = rule.action == lifecycle::Action::transition ? "TRANSITION" : "EXPIRE",
          .failure_code = {},
          .failure_reason = {}};
}

LifecycleImageRecord failure_record(LifecycleImageRecord image, std::string reason) {
  image.failure_code = "ImageReferencedByManifestList";
  image.failure_reason = std::move(reason);
  return image;
}

std::string held_reason(const lifecycle::Repository& images, lifecycle::ImageIndex list) {
  return "Requested image referenced by manifest list: [" + images.images[list].digest.text() + "]";
}

std::string execution_event(const PolicyExecution& execution) {
  const auto& registry = execution.repository.registry;
  const auto& account = registry.account.text();
  EventWriter out;
  out.object([&] {
    out.text("eventVersion", "1.05");
    out.object("userIdentity", [&] {
      out.text("accountId", account);
      out.text("invokedBy", "AWS Internal");
    });
    out.text("eventTime", event_time(execution.time));
    out.text("eventSource", "ecr.amazonaws.com");
    out.text("eventName", "PolicyExecutionEvent");
    out.text("awsRegion", registry.region.text());
    out.text("sourceIPAddress", "AWS Internal");
    out.text("userAgent", "AWS Internal");
    out.null("requestParameters");
    out.null("responseElements");
    out.text("eventID", execution.event_id);
    out.boolean("readOnly", true);
    out.array("resources", std::initializer_list<int>{0}, [&](int) {
      out.text("ARN", auth::Resource::repository(execution.repository).arn);
      out.text("accountId", account);
      out.text("type", "AWS::ECR::Repository");
    });
    out.text("eventType", "AwsServiceEvent");
    out.text("recipientAccountId", account);
    out.object("serviceEventDetails", [&] {
      out.text("repositoryName", execution.repository.name.text());
      out.object("lifecycleEventPolicy", [&] {
        out.array("lifecycleEventRules", execution.policy.rules,
                  [&](const lifecycle::Rule& rule) { write_rule(out, rule); });
        out.number("lastEvaluatedAt", base::to_micros(execution.evaluated) / 1'000);
        out.number("policyVersion", 1);
        out.text("policyId", policy_id(execution.text));
      });
      out.array("lifecycleEventImageActions", execution.actions,
                [&](const LifecycleImageRecord& image) { write_image(out, image); });
      out.array("lifecycleEventFailureDetails", execution.failures, [&](const LifecycleImageRecord& image) {
        write_image(out, image);
        out.text("failureCode", image.failure_code.value_or(""));
        out.text("failureReason", image.failure_reason.value_or(""));
      });
    });
  });
  return out.take();
}

}  // namespace berth::service

// berth lifecycle explain. Its neighbours: lifecycle_default.cc, lifecycle_runs.cc.
#include <cstdio>
#include <optional>

#include "app/commands.h"
#include "app/offline.h"
#include "engine/lifecycle/explain.h"
#include "json/writer.h"
#include "service/lifecycle_plan.h"

namespace berth::app {
namespace {

namespace lifecycle = engine::lifecycle;

struct Explained {
  std::string_view whose = "none";  // whose policy it is: given, repository, registry
  lifecycle::Repository images;
  std::optional<lifecycle::Policy> policy;  // none: no policy, and nothing happens
  lifecycle::Plan plan;
};

// Of `text`, or of the repository's own policy.
base::Result<Explained> explain(meta::Store& store, const model::RepositoryRef& ref, std::optional<std::string> text,
                                base::Timestamp now) {
  Explained out{.whose = text ? "given" : "none", .images = {}, .policy = {}, .plan = {}};
  const auto deadline = base::Deadline::after(std::chrono::minutes(5));
  BERTH_TRY(const auto repository, store.read(deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(auto found, service::find_repository(tx, ref));
    if (!text) {
      BERTH_TRY(auto stored, tx.lifecycle_policies().in_force(found.id));
      if (stored) {
        out.whose = stored->inherited ? "registry" : "repository";
        text = std::move(stored->text);
      }
    }
    return found;
  }));
  if (text) {
    BERTH_TRY(out.policy, lifecycle::parse_policy(*text));
  }
  BERTH_TRY(out.images,
            store.read(deadline, [&](meta::Tx& tx) { return service::lifecycle_images(tx, repository.id); }));
  const lifecycle::Policies policies{.repository = out.policy ? &*out.policy : nullptr, .registry_default = nullptr};
  out.plan = lifecycle::make_plan(out.images, policies, now);
  return out;
}

std::string why(const Explained& explained, const lifecycle::Decision& decision) {
  return lifecycle::explain(explained.images, explained.policy ? &*explained.policy : nullptr, decision);
}

void print_json(const Explained& explained) {
  json::Writer out;
  out.begin_object();
  out.key("policy");
  out.string(explained.whose);
  out.key("expiring");
  out.integer(explained.plan.expiring);
  out.key("archiving");
  out.integer(explained.plan.archiving);
  out.key("images");
  out.begin_array();
  for (std::size_t i = 0; i < explained.images.images.size(); ++i) {
    const auto& image = explained.images.images[i];
    const auto& decision = explained.plan.decisions[i];
    out.begin_object();
    out.key("digest");
    out.string(image.digest.text());
    out.key("tags");
    out.begin_array();
    for (const auto& tag : image.tags) out.string(tag);
    out.end_array();
    out.key("pushedAt");
    out.timestamp(image.pushed);
    if (image.pulled) {
      out.key("lastRecordedPullTime");
      out.timestamp(*image.pulled);
    }
    out.key("fate");
    out.string(lifecycle::name(decision.fate));
    out.key("reason");
    out.string(lifecycle::name(decision.reason));
    if (decision.rule != lifecycle::kNoRule) {
      out.key("rulePriority");
      out.integer(explained.policy->rules[static_cast<std::size_t>(decision.rule)].priority);
    }
    out.key("why");
    out.string(why(explained, decision));
    out.end_object();
  }
  out.end_array();
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const Explained& explained) {
  for (std::size_t i = 0; i < explained.images.images.size(); ++i) {
    const auto& image = explained.images.images[i];
    const auto& decision = explained.plan.decisions[i];
    std::string tags;
    for (const auto& tag : image.tags) tags += " " + tag;
    const auto fate = lifecycle::name(decision.fate);
    std::printf("%-7.*s %s%s\n        %s\n", static_cast<int>(fate.size()), fate.data(), image.digest.text().c_str(),
                tags.c_str(), why(explained, decision).c_str());
  }
  std::printf("%zu images: %u to expire, %u to archive%s\n", explained.images.images.size(), explained.plan.expiring,
              explained.plan.archiving, explained.whose == "registry" ? ", by the registry's default policy" : "");
}

}  // namespace

int lifecycle_explain(const Invocation& invocation) {
  const auto& options = invocation.config.options;
  const auto name = invocation.flag("--repository");
  if (!name) {
    std::fputs("berth lifecycle explain: --repository NAME is missing\n", stderr);
    return 2;
  }
  const auto work = [&]() -> base::Result<Explained> {
    BERTH_TRY(auto registry, default_registry(options));
    BERTH_TRY(auto repository, model::RepositoryName::parse(*name));
    std::optional<std::string> text;
    if (const auto file = invocation.flag("--policy")) {
      BERTH_TRY(text, read_file(*file));
    }
    BERTH_TRY(const auto offline, Offline::open(options));
    return explain(*offline->stores().meta, {std::move(registry), std::move(repository)}, std::move(text),
                   offline->clock().now());
  };
  const auto explained = work();
  if (!explained) return failed(explained.error());
  if (invocation.json) {
    print_json(*explained);
  } else {
    print_text(*explained);
  }
  return 0;
}

}  // namespace berth::app

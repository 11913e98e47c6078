// berth repo list, delete, rename, protect, unprotect: on the stores themselves, beside a running server or without
// one.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/offline.h"
#include "json/writer.h"
#include "service/repository_removals.h"
#include "service/repository_service.h"

namespace berth::app {
namespace {

using base::Result;

constexpr std::size_t kPage = 100;

// A command's repository service, as the account whose registry `registry.account` and `registry.region` name.
struct Registry {
  std::unique_ptr<Offline> offline;
  model::RegistryRef ref;
  service::RepositoryService repositories{offline->core()};

  service::Scope scope() const { return offline->as(ref.account); }
};

Result<std::unique_ptr<Registry>> open(const config::Options& options) {
  BERTH_TRY(auto account, model::AccountId::parse(options.registry.account));
  BERTH_TRY(auto region, model::Region::parse(options.registry.region));
  BERTH_TRY(auto offline, Offline::open(options));
  return std::make_unique<Registry>(
      Registry{.offline = std::move(offline), .ref = {std::move(account), std::move(region)}});
}

// The operands as names of repositories.
Result<std::vector<model::RepositoryName>> names_of(const Invocation& invocation, std::size_t count,
                                                    std::string_view usage) {
  if (invocation.operands.size() != count) {
    return base::fail(base::Errc::invalid_parameter, "usage: berth repo " + std::string(usage));
  }
  std::vector<model::RepositoryName> names;
  for (const auto& operand : invocation.operands) {
    BERTH_TRY(auto name, model::RepositoryName::parse(operand));
    names.push_back(std::move(name));
  }
  return names;
}

// `visit` gets each page of those at and below `prefix`.
template <class Visit>
Result<void> each_page(Registry& registry, const std::string& prefix, Visit visit) {
  for (service::RepositoryPage page{.after = "", .limit = kPage};;) {
    BERTH_TRY(auto found, registry.repositories.usage(registry.scope(), registry.ref, prefix, page));
    const bool more = found.size() > kPage;
    if (more) found.pop_back();
    visit(found);
    if (!more) return {};
    page.after = found.back().repository.ref.name.text();
  }
}

void write(const service::RepositoryUsage& usage, json::Writer& out) {
  out.begin_object();
  out.key("repositoryName");
  out.string(usage.repository.ref.name.text());
  out.key("createdAt");
  out.timestamp(usage.repository.created);
  out.key("imageCount");
  out.integer(static_cast<std::int64_t>(usage.images));
  out.key("deletionProtection");
  out.boolean(usage.repository.deletion_protected);
  out.end_object();
}

struct Deletion {
  std::vector<std::string> deleted;
  std::vector<service::RemovedBelow::Failure> failures;
  bool whole = true;    // not interrupted before the last name
  bool cleared = true;  // nothing is left of them
};

// Whether whoever sits at the terminal means it. Nobody there: yes.
Result<bool> confirmed(Registry& registry, const Invocation& invocation, const model::RepositoryName& name) {
  if (invocation.has("--yes") || isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return true;
  std::size_t repositories = 0, images = 0;
  const bool recursive = invocation.has("--recursive");
  BERTH_CHECK(each_page(registry, name.text(), [&](const std::vector<service::RepositoryUsage>& page) {
    for (const auto& each : page) {
      if (!recursive && each.repository.ref.name != name) continue;
      ++repositories;
      images += each.images;
    }
  }));
  std::fprintf(stderr, "%zu repositories with %zu images are deleted%s. Type %s to go on: ", repositories, images,
               invocation.has("--force") ? "" : " where there are no images", name.text().c_str());
  std::string typed;
  return std::getline(std::cin, typed) && typed == name.text();
}

Result<Deletion> remove_names(Registry& registry, const Invocation& invocation, const model::RepositoryName& name,
                              const Interrupt& interrupt) {
  const auto force = invocation.has("--force") ? service::Force::yes : service::Force::no;
  Deletion done;
  if (!invocation.has("--recursive")) {
    BERTH_CHECK(registry.repositories.remove(registry.scope(), {registry.ref, name}, force));
    done.deleted.push_back(name.text());
    return done;
  }
  for (service::RemoveBelow command{.prefix = name.text(), .force = force, .after = "", .limit = kPage};;) {
    BERTH_TRY(auto page, registry.repositories.remove_below(registry.scope(), registry.ref, command));
    for (const auto& each : page.removed) done.deleted.push_back(each.ref.name.text());
    for (auto& each : page.failures) done.failures.push_back(std::move(each));
    if (!page.next) return done;
    if (interrupt.requested()) {
      done.whole = false;
      return done;
    }
    command.after = *page.next;
  }
}

// What hung on them, at the pace of a server, which may be doing the same at the same time.
Result<void> clear_away(const Registry& registry, const config::Options& options, const Interrupt& interrupt,
                        Deletion& done) {
  const std::chrono::milliseconds breath(1'000 * service::RepositoryRemovals::kBatch /
                                         options.registry.deletion_rows_per_second);
  base::NullLog log;
  base::Metrics metrics;
  service::RepositoryRemovals removals(registry.offline->core(), log, metrics);
  const bool live = isatty(STDERR_FILENO) != 0;
  for (std::size_t rows = 0;;) {
    BERTH_TRY(const auto step, removals.step());
    if (step == 0) break;
    rows += step;
    if (live) std::fprintf(stderr, "\r%zu rows cleared away", rows);
    if (interrupt.requested()) {
      done.cleared = false;
      break;
    }
    std::this_thread::sleep_for(breath);
  }
  if (live) std::fputs("\r\033[K", stderr);
  return {};
}

void print_json(const Deletion& done) {
  json::Writer out;
  out.begin_object();
  out.key("complete");
  out.boolean(done.whole);
  out.key("cleared");
  out.boolean(done.cleared);
  out.key("deleted");
  out.begin_array();
  for (const auto& name : done.deleted) out.string(name);
  out.end_array();
  out.key("failures");
  out.begin_array();
  for (const auto& each : done.failures) {
    out.begin_object();
    out.key("repositoryName");
    out.string(each.repository.text());
    out.key("failureReason");
    out.string(each.error.message);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const Deletion& done) {
  for (const auto& name : done.deleted) std::printf("deleted  %s\n", name.c_str());
  for (const auto& each : done.failures) {
    std::printf("kept     %s  %s\n", each.repository.text().c_str(), each.error.message.c_str());
  }
  if (!done.whole) std::puts("interrupted before the end");
  if (!done.cleared)
    std::puts("what hung on them is cleared away by `berth serve`, or by the next `berth repo delete`");
}

// A command about one repository that prints what it is then.
int change(const Invocation& invocation, std::size_t names, std::string_view usage,
           const std::function<Result<model::Repository>(Registry&, const std::vector<model::RepositoryName>&)>& work) {
  const auto changed = [&]() -> Result<service::RepositoryUsage> {
    BERTH_TRY(const auto operands, names_of(invocation, names, usage));
    BERTH_TRY(const auto registry, open(invocation.config.options));
    BERTH_TRY(auto repository, work(*registry, operands));
    BERTH_TRY(const auto images, registry->offline->stores().meta->read(
                                     {}, [&](meta::Tx& tx) { return tx.images().count(repository.id); }));
    return service::RepositoryUsage{.repository = std::move(repository), .images = images};
  }();
  if (!changed) return failed(changed.error());
  if (invocation.json) {
    json::Writer out;
    write(*changed, out);
    std::printf("%s\n", out.text().c_str());
  }
  return 0;
}

int set_protection(const Invocation& invocation, std::string_view usage, service::DeletionProtection protection) {
  return change(invocation, 1, usage, [&](Registry& registry, const std::vector<model::RepositoryName>& names) {
    return registry.repositories.set_deletion_protection(registry.scope(), {registry.ref, names[0]}, protection);
  });
}

}  // namespace

int repo_list(const Invocation& invocation) {
  json::Writer out;
  out.begin_array();
  const auto listed = [&]() -> Result<void> {
    std::string prefix;
    if (!invocation.operands.empty()) {
      BERTH_TRY(const auto names, names_of(invocation, 1, "list [PREFIX]"));
      prefix = names[0].text();
    }
    BERTH_TRY(const auto registry, open(invocation.config.options));
    return each_page(*registry, prefix, [&](const std::vector<service::RepositoryUsage>& page) {
      for (const auto& each : page) {
        if (invocation.json) {
          write(each, out);
        } else {
          std::printf("%9zu  %-9s  %s\n", each.images, each.repository.deletion_protected ? "protected" : "",
                      each.repository.ref.name.text().c_str());
        }
      }
    });
  }();
  if (!listed) return failed(listed.error());
  out.end_array();
  if (invocation.json) std::printf("%s\n", out.text().c_str());
  return 0;
}

int repo_delete(const Invocation& invocation) {
  const Interrupt interrupt;
  const auto deleted = [&]() -> Result<Deletion> {
    BERTH_TRY(const auto names, names_of(invocation, 1, "delete NAME [--force] [--recursive] [--yes]"));
    BERTH_TRY(const auto registry, open(invocation.config.options));
    BERTH_TRY(const bool sure, confirmed(*registry, invocation, names[0]));
    if (!sure) return base::fail(base::Errc::invalid_parameter, "nothing was deleted");
    BERTH_TRY(auto done, remove_names(*registry, invocation, names[0], interrupt));
    if (done.deleted.empty() && done.failures.empty() && done.whole) {
      return base::fail(base::Errc::repository_not_found, "there is no repository at or below " + names[0].text());
    }
    BERTH_CHECK(clear_away(*registry, invocation.config.options, interrupt, done));
    return done;
  }();
  if (!deleted) return failed(deleted.error());
  if (invocation.json) {
    print_json(*deleted);
  } else {
    print_text(*deleted);
  }
  return deleted->failures.empty() && deleted->whole ? 0 : 1;
}

int repo_rename(const Invocation& invocation) {
  return change(invocation, 2, "rename NAME NEW_NAME",
                [](Registry& registry, const std::vector<model::RepositoryName>& names) {
                  return registry.repositories.rename(registry.scope(), {registry.ref, names[0]}, names[1]);
                });
}

int repo_protect(const Invocation& invocation) {
  return set_protection(invocation, "protect NAME", service::DeletionProtection::on);
}

int repo_unprotect(const Invocation& invocation) {
  return set_protection(invocation, "unprotect NAME", service::DeletionProtection::off);
}

}  // namespace berth::app

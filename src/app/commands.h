// The commands of the `berth` program. Each prints for people on a terminal, or one JSON document with --json, and
// returns the exit status: 0 done, 1 failed, 2 not understood.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/load.h"

namespace berth::app {

struct Invocation {
  std::vector<std::string> arguments;  // after the command's name, for a reload
  config::Loaded config;
  bool json = false;
  std::multimap<std::string, std::string> flags{};  // the command's own: "--name" -> its value; of a switch empty
  std::vector<std::string> operands{};              // what is no flag

  std::optional<std::string> flag(const std::string& name) const {  // the first of that name
    const auto found = flags.lower_bound(name);
    return found == flags.end() || found->first != name ? std::nullopt : std::optional(found->second);
  }
  bool has(const std::string& name) const { return flags.contains(name); }
};

int serve(const Invocation& invocation);
int init(const Invocation& invocation);
int account_create(const Invocation& invocation);
int account_list(const Invocation& invocation);
int authz_explain(const Invocation& invocation);
int import_images(const Invocation& invocation);
int export_images(const Invocation& invocation);
int make_backup(const Invocation& invocation);
int restore_backup(const Invocation& invocation);
int fsck(const Invocation& invocation);
int gc_status(const Invocation& invocation);
int config_check(const Invocation& invocation);
int lifecycle_explain(const Invocation& invocation);
int lifecycle_runs(const Invocation& invocation);
int lifecycle_default_put(const Invocation& invocation);
int lifecycle_default_get(const Invocation& invocation);
int lifecycle_default_delete(const Invocation& invocation);
int public_alias(const Invocation& invocation);
int repo_list(const Invocation& invocation);
int repo_delete(const Invocation& invocation);
int repo_rename(const Invocation& invocation);
int repo_protect(const Invocation& invocation);
int repo_unprotect(const Invocation& invocation);
int operations(const Invocation& invocation);
int trash(const Invocation& invocation);
int undelete(const Invocation& invocation);
int version(const Invocation& invocation);

// Not like the others: other programs run it, so it takes no option of the server. `arguments`: docker ACTION, or
// kubelet, and its own flags.
int credential_helper(std::span<const std::string> arguments);

// "berth: <message>" on standard error; returns 1.
int failed(const base::Error& error);

}  // namespace berth::app

// berth lifecycle default put, get, delete
#include <cstdio>

#include "app/commands.h"
#include "app/offline.h"
#include "service/lifecycle_service.h"

namespace berth::app {
namespace {

// `work(service, scope, registry)` on the default registry, as its account.
template <class Work>
auto on_registry(const Invocation& invocation, Work work)
    -> std::invoke_result_t<Work, service::LifecycleService&, const service::Scope&, const model::RegistryRef&> {
  const auto& options = invocation.config.options;
  BERTH_TRY(const auto registry, default_registry(options));
  BERTH_TRY(const auto offline, Offline::open(options));
  service::LifecycleService lifecycle(offline->core());
  return work(lifecycle, offline->as(registry.account), registry);
}

template <class T>
int status(const base::Result<T>& result) {
  return result ? 0 : failed(result.error());
}

}  // namespace

int lifecycle_default_put(const Invocation& invocation) {
  const auto file = invocation.flag("--policy");
  if (!file) {
    std::fputs("berth lifecycle default put: --policy FILE is missing\n", stderr);
    return 2;
  }
  const auto text = read_file(*file);
  if (!text) return failed(text.error());
  return status(on_registry(invocation, [&](auto& lifecycle, const auto& scope, const auto& registry) {
    return lifecycle.put_default(scope, registry, *text);
  }));
}

int lifecycle_default_get(const Invocation& invocation) {
  const auto text = on_registry(invocation, [](auto& lifecycle, const auto& scope, const auto& registry) {
    return lifecycle.default_policy(scope, registry);
  });
  if (text) std::printf("%s\n", text->c_str());
  return status(text);
}

int lifecycle_default_delete(const Invocation& invocation) {
  return status(on_registry(invocation, [](auto& lifecycle, const auto& scope, const auto& registry) {
    return lifecycle.remove_default(scope, registry);
  }));
}

}  // namespace berth::app

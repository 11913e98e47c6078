// berth serve: from options to a running server, and to its orderly end.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/memory_limit.h"
#include "app/node.h"
#include "app/service_manager.h"
#include "app/switched_log.h"
#include "app/version.h"
#include "base/fault_point.h"
#include "base/seldom_log.h"
#include "base/stderr_log.h"
#include "net/server.h"

namespace berth::app {
namespace {

// Folders, listeners, epoll, what is fetched; and layers whose answers are recalled.
constexpr std::size_t kOwnDescriptors = 128 + api::oci::Recall::kFiles;
constexpr std::size_t kAdminConnections = 100;  // of load balancers and scrapers
constexpr std::size_t kFewestConnections = 16;

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

// Every connection and every blob under way is a descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Neither a core dump nor a debugger of the same user shall see the master key. A sanitizer looks for leaks by ptrace,
// which this would forbid to it as well.
void keep_memory_private() {
#if !__has_feature(address_sanitizer)
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

// In the order in which they may be stopped: none waits for one that stands above it.
struct Pools {
  Pools(const config::Pools& options, base::Metrics& metrics)
      : bulk(pool(options, metrics, "bulk", options.bulk == 0 ? std::max<std::size_t>(8, 2 * cores()) : options.bulk)),
        writes(pool(options, metrics, "writes", options.writes)),
        api(pool(options, metrics, "api", options.api)),
        admin(pool(options, metrics, "admin", options.admin)) {}

  net::WorkerPool bulk, writes, api, admin;

 private:
  static net::WorkerPool::Options pool(const config::Pools& options, base::Metrics& metrics, std::string name,
                                       std::size_t threads) {
    auto& wait =
        metrics.histograms("berth_net_queue_seconds", "How long work waited for a pool.", {"pool"}).with({name});
    return {.name = std::move(name),
            .threads = threads,
            .max_queue = options.queue,
            .waited = [&wait](std::chrono::nanoseconds t) { wait.observe(std::chrono::duration<double>(t).count()); }};
  }
};

// What is configured, or less.
config::Options within_memory(config::Options options, base::Log& log) {
  auto& limit = options.memory.limit;
  if (limit == 0) limit = cgroup_memory_limit().value_or(0);
  if (limit == 0) return options;
  fit_into(limit, options);
  keep_heap_small();
  log.info("memory is limited", {{"bytes", limit},
                                 {"max_buffered_bytes", options.http.max_buffered_bytes},
                                 {"stream_buffer_bytes", options.http.stream_buffer_bytes},
                                 {"max_connections", options.http.max_connections}});
  return options;
}

net::Options net_options(const config::Options& options) {
  const auto& http = options.http;
  return {.threads = options.pools.io,
          .limits = {.max_head_bytes = http.max_head_bytes,
                     .head_timeout = http.head_timeout,
                     .idle_timeout = http.idle_timeout,
                     .body_stall_timeout = http.body_stall_timeout,
                     .write_stall_timeout = http.write_stall_timeout,
                     .max_buffered_bytes = http.max_buffered_bytes,
                     .queue_timeout = http.queue_timeout},
          .stream_buffer_bytes = http.stream_buffer_bytes,
          .trusted_proxies = http.trusted_proxies,
          .busy_poll = std::chrono::microseconds(http.busy_poll_us)};
}

// Descriptors for connections: half of what the files and the database leave, since the other half is for the blobs
// that are sent and received on them.
std::size_t max_connections(const config::Options& options, const config::Sources& sources,
                            std::size_t public_listeners, base::Log& log) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return options.http.max_connections;
  const auto own = kOwnDescriptors + kAdminConnections + 3 * readers(options);
  const auto room = limit.rlim_cur > own ? (limit.rlim_cur - own) / 2 : 0;
  const auto most = std::max<std::size_t>(kFewestConnections, room / public_listeners);
  if (most >= options.http.max_connections) return options.http.max_connections;
  if (sources.contains("http.max_connections")) {
    log.warning("the limit of open files allows fewer connections than configured",
                {{"connections", most}, {"configured", options.http.max_connections}, {"files", limit.rlim_cur}});
  } else {
    log.info("the limit of open files allows so many connections", {{"connections", most}, {"files", limit.rlim_cur}});
  }
  return most;
}

std::vector<net::Listener> listeners_of(const config::Options& options, const config::Sources& sources, Node& node,
                                        Pools& pools, base::Log& log) {
  const auto more = std::ranges::count_if(options.vpc_endpoints, [](const auto& each) { return !each.listen.empty(); });
  net::Listener front{.address = options.listen,
                      .tls = std::nullopt,
                      .handler = &node.front(),
                      .pool = &pools.api,
                      .writes = &pools.writes,
                      .max_connections = max_connections(options, sources, 1 + static_cast<std::size_t>(more), log),
                      .tcp_congestion = options.http.tcp_congestion};
  if (!options.tls.cert.empty()) front.tls = net::TlsFiles{.certificate = options.tls.cert, .key = options.tls.key};
  std::vector<net::Listener> listeners = {front};
  for (const auto& endpoint : options.vpc_endpoints) {
    if (endpoint.listen.empty()) continue;
    auto own = front;
    own.address = endpoint.listen;
    own.name = endpoint.id;
    listeners.push_back(std::move(own));
  }
  if (!options.admin_listen.empty()) {
    listeners.push_back({.address = options.admin_listen,
                         .tls = std::nullopt,
                         .handler = &node.admin(),
                         .pool = &pools.admin,
                         .max_connections = kAdminConnections,
                         .tcp_congestion = {}});
  }
  return listeners;
}

void reload(const Invocation& invocation, config::Options& running, net::Server& server, base::StderrLog& log,
            SwitchedLog& access_log) {
  if (const auto done = server.reload_tls(); !done) log.error("certificate not reloaded", done.error());
  const auto fresh = config::load(invocation.arguments, config::process_environment());
  if (!fresh) return log.error("configuration not reloaded", fresh.error());
  for (const auto& name : config::apply_reload(running, fresh->options)) {
    log.warning("option needs a restart", {{"option", name}});
  }
  log.set_level(running.log.level);
  access_log.turn(running.log.access);
  log.info("reloaded");
}

int run(const Invocation& invocation, config::Options configured, const Interrupt& interrupt, base::StderrLog& log,
        SwitchedLog& access_log) {
  const base::SystemClock clock;
  base::SeldomLog seldom(log, clock);
  const auto options = within_memory(configured, log);
  auto settings = node_settings(options);
  if (!settings) return failed(settings.error());
  auto keys = auth::KeyRing::load(options.data);
  if (!keys) return failed(keys.error());
  auto stores = open_stores(options, *std::move(keys));
  if (!stores) return failed(stores.error());

  Node node(options, *std::move(settings), *std::move(stores), seldom, access_log);
  Pools pools(options.pools, node.metrics());
  net::Server server(net_options(options), listeners_of(options, invocation.config.sources, node, pools, log),
                     pools.bulk, clock);
  if (const auto started = server.start(); !started) return failed(started.error());
  log.info("listening", {{"address", options.listen},
                         {"admin", options.admin_listen},
                         {"tls", !options.tls.cert.empty()},
                         {"version", kVersion}});
  const ServiceManager manager(config::service_manager_socket());
  manager.tell("READY=1");

  for (;;) {
    const int signal = interrupt.wait();
    if (signal != SIGHUP) break;
    manager.tell("RELOADING=1");
    reload(invocation, configured, server, log, access_log);
    manager.tell("READY=1");
  }
  manager.tell("STOPPING=1");
  log.info("draining", {{"connections", server.connections()}});
  node.drain();
  if (!server.drain(options.http.drain_timeout)) log.warning("requests were cut off when the time to end was over");
  server.stop();
  if (const auto settled = node.settle(); !settled) log.error("what was in memory is lost", settled.error());
  log.info("stopped");
  return 0;
}

}  // namespace

int serve(const Invocation& invocation) {
  const auto& options = invocation.config.options;
  const Interrupt interrupt;  // before any thread
  const base::SystemClock clock;
  base::StderrLog log(options.log.level, options.log.format, clock);
  SwitchedLog access_log(log, options.log.access);
  for (const auto& warning : invocation.config.warnings) log.warning("configuration", {{"problem", warning}});
#ifdef BERTH_FAULTS
  if (!options.testing.fault_point.empty()) base::arm_fault_point(options.testing.fault_point);
#endif
  keep_memory_private();
  raise_descriptor_limit();
  return run(invocation, options, interrupt, log, access_log);
}

}  // namespace berth::app

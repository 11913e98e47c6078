#include "net/server.h"

#include <algorithm>
#include <csignal>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "net/acceptor.h"
#include "net/loop.h"
#include "net/server_state.h"

namespace berth::net {

// Members are destroyed from the last to the first: acceptors before the loops they live on, loops before the state
// that their connections use.
struct Server::Impl {
  Options options;
  std::vector<Listener> wanted;
  WorkerPool& bulk;
  const base::Clock& clock;

  std::optional<ServerState> state;
  std::vector<std::unique_ptr<ListenerState>> listeners;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::vector<std::unique_ptr<Acceptor>>> acceptors;  // by loop

  std::size_t thread_count() const {
    return options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  }
  base::Result<void> open();
  base::Result<void> open_all();
  base::Result<std::vector<std::shared_ptr<TlsContext>>> load_tls() const;
  void set_tls(const std::vector<std::shared_ptr<TlsContext>>& contexts);
  void on_each_loop(auto what);
};

base::Result<std::vector<std::shared_ptr<TlsContext>>> Server::Impl::load_tls() const {
  std::vector<std::shared_ptr<TlsContext>> contexts;
  for (const auto& listener : listeners) {
    std::shared_ptr<TlsContext> context;
    if (listener->options.tls) {
      BERTH_TRY(context, TlsContext::load(*listener->options.tls));
    }
    contexts.push_back(std::move(context));
  }
  return contexts;
}

void Server::Impl::set_tls(const std::vector<std::shared_ptr<TlsContext>>& contexts) {
  for (std::size_t i = 0; i < contexts.size(); ++i) listeners[i]->set_tls(contexts[i]);
}

base::Result<void> Server::Impl::open() {
  try {
    return open_all();
  } catch (const boost::system::system_error& error) {  // no descriptor left for an io_context, and the like
    return base::fail(base::Errc::unavailable, error.what());
  }
}

base::Result<void> Server::Impl::open_all() {
  BERTH_TRY(auto proxies, TrustedProxies::parse(options.trusted_proxies));
  state.emplace(options, std::move(proxies), bulk);
  for (const auto& listener : wanted) listeners.push_back(std::make_unique<ListenerState>(listener));
  BERTH_TRY(const auto contexts, load_tls());
  set_tls(contexts);
  const auto threads = thread_count();
  for (std::size_t i = 0; i < threads; ++i) {
    loops.push_back(std::make_unique<Loop>(clock, options.tick, options.busy_poll));
    state->loops.push_back(loops.back().get());
  }
  acceptors.resize(threads);
  for (const auto& listener : listeners) {
    BERTH_TRY(auto sockets, open_listener(*listener, threads));
    for (std::size_t i = 0; i < threads; ++i) {
      acceptors[i].push_back(std::make_unique<Acceptor>(*state, *listener, *loops[i], std::move(sockets[i])));
    }
  }
  return {};
}

// Runs `what(loop index)` on every loop's thread and waits until it has run.
void Server::Impl::on_each_loop(auto what) {
  std::vector<std::future<void>> ran;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    auto task = std::make_shared<std::packaged_task<void()>>([what, i] { what(i); });
    ran.push_back(task->get_future());
    loops[i]->post([task] { (*task)(); });
  }
  for (auto& future : ran) future.get();
}

Server::Server(Options options, std::vector<Listener> listeners, WorkerPool& bulk, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(listeners), bulk, clock)) {}

Server::~Server() { stop(); }

base::Result<void> Server::start() {
  std::signal(SIGPIPE, SIG_IGN);
  if (auto opened = impl_->open(); !opened) {
    impl_ = std::make_unique<Impl>(std::move(impl_->options), std::move(impl_->wanted), impl_->bulk, impl_->clock);
    return base::propagate(opened);
  }
  for (std::size_t i = 0; i < impl_->loops.size(); ++i) {
    for (auto& acceptor : impl_->acceptors[i]) acceptor->start();
    impl_->loops[i]->start();
  }
  return {};
}

std::uint16_t Server::port(std::size_t listener) const { return impl_->listeners.at(listener)->port; }

std::size_t Server::connections() const { return impl_->state ? impl_->state->connections.count() : 0; }

base::Result<void> Server::reload_tls() {
  BERTH_TRY(const auto contexts, impl_->load_tls());
  impl_->set_tls(contexts);
  return {};
}

bool Server::drain(std::chrono::milliseconds wait) {
  if (impl_->loops.empty()) return true;
  const auto until = std::chrono::steady_clock::now() + wait;
  impl_->on_each_loop([impl = impl_.get()](std::size_t i) {
    for (auto& acceptor : impl->acceptors[i]) acceptor->close();
    impl->loops[i]->drain();
  });
  return impl_->state->connections.wait_until_none(until);
}

void Server::stop() {
  if (impl_->loops.empty()) return;
  impl_->on_each_loop([impl = impl_.get()](std::size_t i) {
    for (auto& acceptor : impl->acceptors[i]) acceptor->close();
  });
  for (auto& loop : impl_->loops) loop->stop();
  impl_->acceptors.clear();
  impl_->loops.clear();
}

}  // namespace berth::net

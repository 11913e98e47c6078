#include "web/hooked.h"

#include <utility>

namespace berth::web {
namespace {

class HookedSink final : public BodySink {
 public:
  HookedSink(std::unique_ptr<BodySink> inner, Hook hook) : inner_(std::move(inner)), hook_(std::move(hook)) {}

  std::optional<Response> write(base::Bytes bytes) override {
    return hook_([&] { return inner_->write(bytes); });
  }
  Response finish() override {
    return *hook_([&] { return std::optional(inner_->finish()); });
  }
  void abort() noexcept override { inner_->abort(); }

 private:
  std::unique_ptr<BodySink> inner_;
  Hook hook_;
};

}  // namespace

Reaction hooked(Reaction reaction, Hook hook) {
  if (auto* buffered = std::get_if<BufferedBody>(&reaction)) {
    buffered->then = [then = std::move(buffered->then),
                      hook = std::move(hook)](base::Result<std::string> body) mutable {
      return *hook([&] { return std::optional(then(std::move(body))); });
    };
  } else if (auto* streamed = std::get_if<StreamedBody>(&reaction)) {
    streamed->sink = std::make_unique<HookedSink>(std::move(streamed->sink), std::move(hook));
  }
  return reaction;
}

}  // namespace berth::web

#include "works.h"

namespace berth::load {
namespace {

class Gets final : public Work {
 public:
  explicit Gets(std::vector<Operation> operations) : operations_(std::move(operations)) {}

  std::vector<std::string> kinds() const override { return {"get"}; }
  std::unique_ptr<Source> source(std::size_t thread) override;

 private:
  std::vector<Operation> operations_;
};

class Shuffled final : public Source {
 public:
  Shuffled(const std::vector<Operation>& operations, std::size_t thread)
      : operations_(operations), chance_(thread + 1) {}

  const Operation* next(std::size_t, Operation&) override {
    if (operations_.size() == 1) return operations_.data();
    return &operations_[below(operations_.size(), chance_)];
  }

 private:
  const std::vector<Operation>& operations_;
  Chance chance_;
};

std::unique_ptr<Source> Gets::source(std::size_t thread) { return std::make_unique<Shuffled>(operations_, thread); }

}  // namespace

std::unique_ptr<Work> make_gets(const Scene& scene, GetOptions options) {
  std::vector<Operation> operations;
  for (const auto& target : options.targets) {
    operations.push_back({.requests = {scene.get(options.method, target, {}, options.status)}});
  }
  return std::make_unique<Gets>(std::move(operations));
}

std::unique_ptr<Work> make_handshakes() { return std::make_unique<Gets>(std::vector<Operation>(1)); }

}  // namespace berth::load

#include "crypto/random.h"
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
      : operations_(operations), state_(thread + 1) {}

  const Operation* next(std::size_t, Operation&) override {
    if (operations_.size() == 1) return operations_.data();
    state_ = state_ * 6364136223846793005 + 1442695040888963407;  // Knuth's MMIX
    return &operations_[(state_ >> 33) % operations_.size()];
  }

 private:
  const std::vector<Operation>& operations_;
  std::uint64_t state_;
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

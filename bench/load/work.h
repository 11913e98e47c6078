// What the connections are to do: operations, each some requests one after another.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace berth::load {

struct Request {
  // The head, and a small body behind it. With `at_location`, the last answer's Location stands between the two parts,
  // followed by '?' or '&'.
  std::string before;
  std::string after;
  bool at_location = false;
  bool bodyless = false;               // HEAD
  std::vector<std::string_view> body;  // a large one, owned by whoever made the operation
  int status = 200;                    // of the answer

  std::uint64_t body_bytes = 0;  // that it sends, small or large
};

struct Operation {
  std::size_t kind = 0;  // of Work::kinds()
  bool counted = true;   // false: to prepare what follows; only its time counts
  std::vector<Request> requests;
  std::string text;  // what `body` shows, if nobody else keeps it
};

// Of one thread.
class Source {
 public:
  virtual ~Source() = default;
  // The next of the connection with this number, or null if it has nothing more to do. `own` is the connection's, to
  // build the operation in; it stays until the operation is over.
  virtual const Operation* next(std::size_t connection, Operation& own) = 0;
};

// Makes the threads' sources, and knows what they do.
class Work {
 public:
  virtual ~Work() = default;
  virtual std::vector<std::string> kinds() const = 0;
  virtual std::unique_ptr<Source> source(std::size_t thread) = 0;
};

// Work of one kind, whose operations are each built anew and know of no others.
class BuiltWork : public Work {
 public:
  // Safe from any thread.
  virtual void build(Operation& out) const = 0;
  std::unique_ptr<Source> source(std::size_t) final {
    class Builds final : public Source {
     public:
      explicit Builds(const BuiltWork& work) : work_(work) {}
      const Operation* next(std::size_t, Operation& own) override {
        own.requests.clear();
        work_.build(own);
        return &own;
      }

     private:
      const BuiltWork& work_;
    };
    return std::make_unique<Builds>(*this);
  }
};

// A thread's own series of numbers, the same in every run. Its low bits are poor.
using Chance =
    std::linear_congruential_engine<std::uint64_t, 6364136223846793005, 1442695040888963407, 0>;  // Knuth's MMIX
inline std::size_t below(std::size_t count, Chance& chance) { return (chance() >> 33) % count; }

}  // namespace berth::load

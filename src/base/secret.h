// A string that must not reach a log, an error message or a terminal by accident.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace berth::base {

// A value. There is no conversion to text: whoever needs the secret says reveal(), which is easy to search for.
class Secret {
 public:
  static constexpr std::string_view kMask = "***";

  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << kMask; }

 private:
  std::string value_;
};

}  // namespace berth::base

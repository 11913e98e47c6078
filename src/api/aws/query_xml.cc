#include "api/aws/query_xml.h"

#include <array>
#include <charconv>
#include <chrono>

namespace berth::api::aws {

std::string xml_text(double number) {
  std::array<char, 64> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), written.ptr};
}

std::string xml_text(base::Timestamp time) {
  return base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19) + "Z";
}

}  // namespace berth::api::aws

// XML text for the Query protocol, written front to back. The result is always well-formed XML 1.0 in UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::api::aws {

// As text between tags. What XML cannot hold (most control characters, bytes that are not UTF-8) becomes U+FFFD.
std::string escape_xml(std::string_view text);

// The caller pairs begin() with end(), and gives names that are XML names. One owner.
class XmlWriter {
 public:
  void begin(std::string_view name, std::string_view xml_namespace = {});
  void end();
  void element(std::string_view name, std::string_view text);  // <name>text</name>

  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace berth::api::aws

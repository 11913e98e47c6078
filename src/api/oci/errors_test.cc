#include "api/oci/errors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace berth::api::oci {
namespace {

using base::Errc;

// What every error looks like to a client. A change of this file is a change of the protocol.
TEST(Errors, AreAsTheTableSays) {
  std::string table;
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) {
    const auto code = static_cast<Errc>(i);
    const auto wire = wire_error(code);
    table += std::string(base::name(code)) + " " + std::to_string(wire.status) + " " + std::string(wire.code) + "\n";
  }
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "testdata" / "errors.txt");
  EXPECT_EQ(table, std::string(std::istreambuf_iterator<char>(file), {}));
}

class RecordingLog final : public base::Log {
 public:
  using Log::write;
  bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel, std::string_view, std::span<const base::LogField> fields) override {
    for (const auto& field : fields) {
      if (const auto* text = std::get_if<std::string_view>(&field.value)) values.emplace_back(*text);
    }
  }
  std::vector<std::string> values;
};

TEST(Errors, TellTheClientWhatItMayKnow) {
  RecordingLog log;
  const auto told = error_response({.code = Errc::name_invalid, .message = "bad \"name\""}, "r-1", log);
  EXPECT_EQ(told.status, 400);
  EXPECT_EQ(std::get<std::string>(told.body), R"({"errors":[{"code":"NAME_INVALID","message":"bad \"name\""}]})");
  EXPECT_EQ(told.headers.get("Content-Type"), "application/json");
  EXPECT_TRUE(log.values.empty());
  for (const auto code : {Errc::internal, Errc::corrupt}) {
    log.values.clear();
    const auto secret = error_response({.code = code, .message = "/var/lib/secret"}, "r-1", log);
    EXPECT_EQ(secret.status, 500);
    EXPECT_EQ(std::get<std::string>(secret.body).find("secret"), std::string::npos);
    EXPECT_NE(std::get<std::string>(secret.body).find("r-1"), std::string::npos);
    EXPECT_NE(std::ranges::find(log.values, "/var/lib/secret"), log.values.end());
    EXPECT_NE(std::ranges::find(log.values, "r-1"), log.values.end());
  }
  for (const auto code : {Errc::throttled, Errc::unavailable}) {
    EXPECT_EQ(error_response({.code = code, .message = ""}, "r-1", log).headers.get("Retry-After"), "1");
  }
  EXPECT_EQ(error_response({.code = Errc::storage_full, .message = ""}, "r-1", log).headers.get("Retry-After"), "30");
}

}  // namespace
}  // namespace berth::api::oci

// JSON from a stranger. Nothing may crash, and what was read must be written so that it reads the same again, alone and
// through a shape that has a member of every type.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "json/fields.h"

namespace {

using namespace berth;

void require(bool holds) {
  if (!holds) std::abort();
}

enum class Colour : std::uint8_t { red, blue };
constexpr std::pair<std::string_view, Colour> kColours[] = {{"RED", Colour::red}, {"BLUE", Colour::blue}};
constexpr const auto& enum_names(Colour) { return kColours; }

struct Inner {
  std::string key;
  template <class F>
  void fields(F& f) {
    f.req("Key", key, json::length(1, 4));
  }
};

struct Everything {
  std::optional<std::string> text;
  std::optional<std::int64_t> whole;
  std::optional<double> real;
  bool flag = false;
  std::optional<json::Blob> blob;
  std::optional<base::Timestamp> when;
  std::optional<Colour> colour;
  std::vector<Inner> list;
  std::optional<std::map<std::string, std::string>> map;
  template <class F>
  void fields(F& f) {
    f.opt("text", text);
    f.opt("whole", whole, json::range(-1000, 1000));
    f.opt("real", real);
    f.opt("flag", flag);
    f.opt("blob", blob, json::length(0, 16));
    f.opt("when", when);
    f.opt("colour", colour);
    f.opt("list", list, json::items(0, 3));
    f.opt("map", map);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const json::Limits limits{.depth = 16, .elements = 1000};
  const auto value = json::parse(text, limits);
  if (!value) {
    require(value.error().code == base::Errc::serialization);
    return 0;
  }
  const auto written = json::write(*value);
  const auto again = json::parse(written, limits);
  require(again.has_value() && json::write(*again) == written);

  const auto shape = json::decode_value<Everything>(*value);
  if (!shape) return 0;
  const auto encoded = json::encode(*shape);
  const auto decoded = json::decode<Everything>(encoded);
  require(decoded.has_value() && json::encode(*decoded) == encoded);
  return 0;
}

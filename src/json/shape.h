// Which C++ types stand for which JSON types in a shape.
//
// A shape is a default-constructible struct with one member function template, its only declaration:
//
//   struct ImageIdentifier {
//     std::optional<std::string> image_digest, image_tag;
//     template <class F>
//     void fields(F& f) {
//       f.opt("imageDigest", image_digest);
//       f.opt("imageTag", image_tag, json::length(1, 300));
//     }
//   };
//
// `req`: the reader refuses its absence. `opt`: it does not; a std::optional then stays empty, any other member keeps
// its default. A writer leaves out an empty std::optional and writes every other member.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.h"

namespace berth::json {

// Bytes; base64 on the wire.
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// An enumeration with a table of its wire names, found by argument: `constexpr auto enum_names(E)` beside the enum,
// answering a range of std::pair<std::string_view, E>.
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T e) { enum_names(e); };

struct ShapeProbe {
  template <class T, class... R>
  void req(std::string_view, T&, R...) {}
  template <class T, class... R>
  void opt(std::string_view, T&, R...) {}
};

template <class T>
concept Shape = std::default_initializable<T> && requires(T t, ShapeProbe f) { t.fields(f); };

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;

template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;

template <class T>
inline constexpr bool kIsScalar =
    std::same_as<T, std::string> || std::same_as<T, std::int64_t> || std::same_as<T, double> || std::same_as<T, bool> ||
    std::same_as<T, Blob> || std::same_as<T, base::Timestamp>;

// What may be a member of a shape, a list or a map.
template <class T>
concept Field = kIsScalar<T> || NamedEnum<T> || Shape<T> || kIsList<T> || kIsMap<T>;

}  // namespace berth::json

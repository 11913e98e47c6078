// What values that are a checked text have in common.
#pragma once

#include <compare>
#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace berth::model {

struct TextValueTag {};

// `Self` derives from it, and is made by its own parse() only. Ordered and hashed as text.
template <class Self>
class TextValue : public TextValueTag {
 public:
  const std::string& text() const { return text_; }

  friend bool operator==(const Self& a, const Self& b) { return a.text() == b.text(); }
  friend auto operator<=>(const Self& a, const Self& b) { return a.text() <=> b.text(); }

 protected:
  explicit TextValue(std::string text) : text_(std::move(text)) {}

 private:
  std::string text_;
};

}  // namespace berth::model

template <std::derived_from<berth::model::TextValueTag> T>
struct std::hash<T> {
  std::size_t operator()(const T& value) const noexcept { return std::hash<std::string>()(value.text()); }
};

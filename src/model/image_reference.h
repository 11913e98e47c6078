// What stands after /manifests/ or after ':' and '@' in a reference: a tag or a digest.
#pragma once

#include <variant>

#include "base/error.h"
#include "model/digest.h"
#include "model/tag.h"

namespace berth::model {

class ImageReference {
 public:
  ImageReference(Tag tag) : value_(std::move(tag)) {}
  ImageReference(Digest digest) : value_(std::move(digest)) {}

  // A text with a colon is a digest, since no tag has one. digest_invalid or tag_invalid.
  static base::Result<ImageReference> parse(std::string_view text);

  const Tag* tag() const { return std::get_if<Tag>(&value_); }
  const Digest* digest() const { return std::get_if<Digest>(&value_); }
  const std::string& text() const;

  friend bool operator==(const ImageReference&, const ImageReference&) = default;

 private:
  std::variant<Tag, Digest> value_;
};

}  // namespace berth::model

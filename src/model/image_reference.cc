#include "model/image_reference.h"

namespace berth::model {

base::Result<ImageReference> ImageReference::parse(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    BERTH_TRY(auto digest, Digest::parse(text));
    return ImageReference(std::move(digest));
  }
  BERTH_TRY(auto tag, Tag::parse(text));
  return ImageReference(std::move(tag));
}

const std::string& ImageReference::text() const {
  return std::visit([](const auto& value) -> const std::string& { return value.text(); }, value_);
}

}  // namespace berth::model

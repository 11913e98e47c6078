// Layouts made by hand, good ones and others.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/test_support.h"
#include "blob/blob_test_help.h"
#include "blob/local/test_folder.h"
#include "layout/source.h"

namespace berth::layout {

using base::fails_with;
using base::ok;
using blob::sha256_of;
using blob::local::TestFolder;

// One member of a tar archive, as POSIX says (ustar). `type`: '0' a file, '2' a symbolic link.
inline std::string tar_member(std::string_view path, std::string_view bytes, char type = '0',
                              std::string_view link = "") {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, std::string_view text) { header.replace(at, text.size(), text); };
  const auto octal = [](std::uint64_t n, int digits) {
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto at = text.size(); n > 0; n /= 8) text[--at] = static_cast<char>('0' + n % 8);
    return text;
  };
  put(0, path);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(bytes.size(), 11));
  put(136, octal(0, 11));
  put(148, "        ");
  put(156, std::string(1, type));
  put(157, link);
  put(257, std::string_view("ustar\00000", 8));
  std::uint64_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  std::string padded(bytes);
  padded.resize((bytes.size() + 511) / 512 * 512, '\0');
  return header + padded;
}
inline std::string tar_end() { return std::string(1024, '\0'); }

inline std::string index_of(std::string_view entries) {
  return R"({"schemaVersion":2,"manifests":[)" + std::string(entries) + "]}";
}
inline std::string entry_of(std::string_view bytes, std::string_view name = "",
                            std::string_view type = "application/vnd.oci.image.manifest.v1+json") {
  std::string text = R"({"mediaType":")" + std::string(type) + R"(","digest":")" + sha256_of(bytes).text() +
                     R"(","size":)" + std::to_string(bytes.size());
  if (!name.empty()) text += R"(,"annotations":{"org.opencontainers.image.ref.name":")" + std::string(name) + R"("})";
  return text + "}";
}

// What is in it. Empty text: there is none.
inline std::string text_of(Source& source, const model::Digest& digest) {
  auto reader = source.open(digest);
  EXPECT_TRUE(ok(reader));
  if (!reader || !*reader) return {};
  auto text = read_all(**reader, 1 << 20);
  EXPECT_TRUE(ok(text));
  return text.value_or("");
}

class TextBytes final : public blob::BlobReader {
 public:
  explicit TextBytes(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  base::Result<std::size_t> read(std::span<std::byte> out) override {
    const auto n = std::min(out.size(), text_.size() - next_);
    std::copy_n(base::as_bytes(text_).begin() + static_cast<std::ptrdiff_t>(next_), n, out.begin());
    next_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t next_ = 0;
};

inline base::Result<void> no_tick(std::uint64_t) { return {}; }

}  // namespace berth::layout

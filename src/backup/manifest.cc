#include "backup/manifest.h"

#include "crypto/hash.h"
#include "json/parse.h"
#include "json/writer.h"

namespace berth::backup {
namespace {

std::unexpected<base::Error> damaged() {
  return base::fail(base::Errc::corrupt, "the manifest of the backup is damaged");
}

void write_mark(json::Writer& out, std::string_view key, const FileMark& mark) {
  out.key(key);
  out.begin_object();
  out.key("size");
  out.integer(static_cast<std::int64_t>(mark.size));
  out.key("sha256");
  out.string(mark.sha256);
  out.end_object();
}

// Reads members; one that is missing or of another type makes all of it damaged.
class Reader {
 public:
  explicit Reader(const json::Value& object) : object_(object) {}

  std::string text(std::string_view name) {
    const auto* const found = object_.find_string(name);
    good_ = good_ && found != nullptr;
    return found == nullptr ? std::string() : *found;
  }
  std::uint64_t number(std::string_view name) {
    const auto* const found = object_.find(name);
    const auto value = found == nullptr ? std::nullopt : found->as_int();
    good_ = good_ && value && *value >= 0;
    return static_cast<std::uint64_t>(value.value_or(0));
  }
  FileMark mark(std::string_view name) {
    const auto* const found = object_.find(name);
    if (found == nullptr) {
      good_ = false;
      return {};
    }
    Reader inner(*found);
    FileMark mark{.size = inner.number("size"), .sha256 = inner.text("sha256")};
    good_ = good_ && inner.good();
    return mark;
  }
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> all;
    const auto* const found = object_.find(name);
    good_ = good_ && found != nullptr && found->as_array() != nullptr;
    if (!good_) return all;
    for (const auto& each : *found->as_array()) {
      good_ = good_ && each.as_string() != nullptr;
      if (good_) all.push_back(*each.as_string());
    }
    return all;
  }
  bool good() const { return good_; }

 private:
  const json::Value& object_;
  bool good_ = true;
};

}  // namespace

std::string Manifest::text() const {
  json::Writer out;
  out.begin_object();
  out.key("format");
  out.integer(kFormat);
  for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>{"id", id},
                                    {"created", created},
                                    {"program", program},
                                    {"account", account},
                                    {"region", region}}) {
    out.key(name);
    out.string(value);
  }
  write_mark(out, "metadata", metadata);
  write_mark(out, "blobList", blob_list);
  out.key("blobs");
  out.integer(static_cast<std::int64_t>(blobs));
  out.key("bytes");
  out.integer(static_cast<std::int64_t>(bytes));
  out.key("keySha256");
  out.string(key_sha256);
  out.key("missing");
  out.begin_array();
  for (const auto& digest : missing) out.string(digest);
  out.end_array();
  out.end_object();
  return out.text() + "\n" + crypto::sha256_hex(base::as_bytes(out.text())) + "\n";
}

base::Result<Manifest> Manifest::parse(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return damaged();
  const auto body = text.substr(0, end);
  if (text.substr(end + 1) != crypto::sha256_hex(base::as_bytes(body)) + "\n") return damaged();
  const auto value = json::parse(body);
  if (!value) return damaged();
  Reader reader(*value);
  if (reader.number("format") != kFormat) {
    return base::fail(base::Errc::unsupported, "the backup is of a format that this program does not know");
  }
  Manifest manifest{.id = reader.text("id"),
                    .created = reader.text("created"),
                    .program = reader.text("program"),
                    .account = reader.text("account"),
                    .region = reader.text("region"),
                    .metadata = reader.mark("metadata"),
                    .blob_list = reader.mark("blobList"),
                    .blobs = reader.number("blobs"),
                    .bytes = reader.number("bytes"),
                    .key_sha256 = reader.text("keySha256"),
                    .missing = reader.texts("missing")};
  if (!reader.good()) return damaged();
  return manifest;
}

}  // namespace berth::backup

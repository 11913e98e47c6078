#include "transfer/exporter.h"

#include <algorithm>
#include <deque>
#include <set>

namespace berth::transfer {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kPage = 1'000;

// A manifest as bytes to be read.
class TextReader final : public blob::BlobReader {
 public:
  explicit TextReader(const std::string& text) : text_(text) {}
  std::uint64_t size() const override { return text_.size(); }
  Result<std::size_t> read(std::span<std::byte> out) override {
    const auto piece = base::as_bytes(text_).subspan(next_).first(std::min(out.size(), text_.size() - next_));
    std::ranges::copy(piece, out.begin());
    next_ += piece.size();
    return piece.size();
  }

 private:
  const std::string& text_;
  std::size_t next_ = 0;
};

struct Wanted {
  model::RepositoryRef repository;
  model::Digest digest;
};

class Run {
 public:
  Run(Services& services, const Progress& progress, layout::LayoutWriter& writer, const ExportOptions& options,
      Report& report)
      : services_(services), progress_(progress), writer_(writer), options_(options), report_(report) {}

  Result<void> all(const std::vector<ExportItem>& items);

 private:
  Result<void> go_on() const { return progress_(report_) ? Result<void>() : stopped(); }
  Result<void> item(const ExportItem& item, bool qualified);
  Result<void> root(const model::RepositoryRef& repository, const service::ImageBytes& image, std::string name);
  Result<void> take(const model::RepositoryRef& repository, const service::ImageBytes& image, int depth);
  Result<void> children(const model::RepositoryRef& repository, const model::Manifest& manifest, int depth);
  Result<void> layer(const model::RepositoryRef& repository, const model::Descriptor& descriptor);
  Result<void> put(const model::Digest& digest, blob::BlobReader& bytes, bool counts);
  Result<void> referrers();

  Services& services_;
  const Progress& progress_;
  layout::LayoutWriter& writer_;
  const ExportOptions& options_;
  Report& report_;
  std::set<std::string, std::less<>> taken_;
  std::deque<Wanted> subjects_;  // whose referrers are still to be looked for
  std::vector<layout::IndexEntry> entries_;
};

Result<void> Run::put(const model::Digest& digest, blob::BlobReader& bytes, bool counts) {
  return writer_.put(digest, bytes, [&](std::uint64_t n) -> Result<void> {
    if (counts) report_.bytes += n;
    return go_on();
  });
}

Result<void> Run::layer(const model::RepositoryRef& repository, const model::Descriptor& descriptor) {
  BERTH_TRY(const bool there, writer_.has(descriptor.digest, descriptor.size));
  if (there) {
    ++report_.layers_present;
    return {};
  }
  auto open = services_.layers.open(services_.scope, repository, descriptor.digest,
                                    [](std::uint64_t size) { return blob::ByteRange{.first = 0, .length = size}; });
  if (!open && open.error().code == Errc::blob_unknown) {
    ++report_.absent;  // the registry took the image without it
    return {};
  }
  if (!open) return base::propagate(open);
  BERTH_CHECK(put(descriptor.digest, *open->reader, true));
  ++report_.layers;
  return {};
}

Result<void> Run::children(const model::RepositoryRef& repository, const model::Manifest& manifest, int depth) {
  for (const auto& child : manifest.children) {
    if (taken_.contains(child.digest.text())) continue;
    const auto image = services_.images.get(services_.scope, repository, child.digest, service::Reading::look);
    if (!image) {
      const auto there = services_.images.describe(services_.scope, repository,
                                                   {{.digest = child.digest.text(), .tag = std::nullopt}});
      if (there || there.error().code != Errc::image_not_found) return std::unexpected(image.error());
      ++report_.absent;
      continue;
    }
    BERTH_CHECK(take(repository, *image, depth + 1));
  }
  return {};
}

Result<void> Run::take(const model::RepositoryRef& repository, const service::ImageBytes& image, int depth) {
  if (taken_.contains(image.image.digest.text())) return {};
  if (depth > Importer::kMaxDepth) return fail(Errc::manifest_invalid, "indexes are nested too deep");
  BERTH_CHECK(go_on());
  BERTH_TRY(const auto manifest, model::Manifest::parse(image.manifest, image.image.media_type));
  BERTH_CHECK(children(repository, manifest, depth));
  for (const auto* blob : manifest.required_blobs()) BERTH_CHECK(layer(repository, *blob));
  BERTH_TRY(const bool there, writer_.has(image.image.digest, image.manifest.size()));
  if (there) {
    ++report_.images_present;
  } else {
    TextReader bytes(image.manifest);
    BERTH_CHECK(put(image.image.digest, bytes, false));
    ++report_.images;
  }
  taken_.insert(image.image.digest.text());
  if (options_.referrers) subjects_.push_back({.repository = repository, .digest = image.image.digest});
  return {};
}

Result<void> Run::root(const model::RepositoryRef& repository, const service::ImageBytes& image, std::string name) {
  auto taken = take(repository, image, 0);
  if (!taken) {
    auto& error = taken.error();
    return fail(error.code, repository.name.text() + (name.empty() ? "@" + image.image.digest.text() : ":" + name) +
                                ": " + error.message);
  }
  entries_.push_back({.digest = image.image.digest,
                      .media_type = image.image.media_type,
                      .size = image.manifest.size(),
                      .artifact_type = image.image.subject ? image.image.artifact_type.value_or("") : "",
                      .name = std::move(name)});
  return {};
}

Result<void> Run::item(const ExportItem& item, bool qualified) {
  const auto& repository = item.repository;
  const auto name_of = [&](const std::string& tag) { return qualified ? repository.name.text() + ":" + tag : tag; };
  const auto by_tag = [&](const model::Tag& tag) -> Result<void> {
    BERTH_TRY(const auto image, services_.images.get(services_.scope, repository, tag, service::Reading::look));
    return root(repository, image, name_of(tag.text()));
  };
  if (item.tag) return by_tag(*item.tag);
  if (item.digest) {
    BERTH_TRY(const auto image,
              services_.images.get(services_.scope, repository, *item.digest, service::Reading::look));
    return root(repository, image, "");
  }
  for (std::string after;;) {
    BERTH_TRY(const auto tags, services_.images.tags(services_.scope, repository, after, kPage));
    for (const auto& text : tags) {
      BERTH_TRY(const auto tag, model::Tag::parse(text));
      BERTH_CHECK(by_tag(tag));
    }
    if (tags.size() < kPage) return {};
    after = tags.back();
  }
}

// A queue, since what refers to a referrer is wanted as well, however long the chain.
Result<void> Run::referrers() {
  while (!subjects_.empty()) {
    const auto subject = std::move(subjects_.front());
    subjects_.pop_front();
    for (meta::ReferrerPage page{.limit = kPage, .status = model::ImageStatus::active};;) {
      BERTH_TRY(const auto found,
                services_.images.referrers(services_.scope, subject.repository, subject.digest, page));
      for (const auto& each : found) {
        if (taken_.contains(each.digest.text())) continue;
        BERTH_TRY(const auto image,
                  services_.images.get(services_.scope, subject.repository, each.digest, service::Reading::look));
        BERTH_CHECK(root(subject.repository, image, ""));
      }
      if (found.size() < kPage) break;
      page.after = found.back().digest.text();
    }
  }
  return {};
}

Result<void> Run::all(const std::vector<ExportItem>& items) {
  std::set<std::string_view> repositories;
  for (const auto& each : items) repositories.insert(each.repository.name.text());
  for (const auto& each : items) BERTH_CHECK(item(each, repositories.size() > 1));
  BERTH_CHECK(referrers());
  report_.repositories = repositories.size();
  return writer_.finish(entries_);
}

}  // namespace

Result<void> Exporter::run(const std::vector<ExportItem>& items, layout::LayoutWriter& writer,
                           const ExportOptions& options, Report& report) {
  return Run(services_, progress_, writer, options, report).all(items);
}

}  // namespace berth::transfer

#include "transfer/importer.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "blob/digests.h"
#include "service/repository_creation.h"

namespace berth::transfer {
namespace {

using base::Errc;
using base::fail;
using base::Result;

std::unexpected<base::Error> wrong_size(const model::Digest& digest, std::uint64_t found, std::uint64_t said) {
  return fail(Errc::size_invalid,
              digest.text() + " has " + std::to_string(found) + " bytes, and is said to have " + std::to_string(said));
}

// What a manifest is called by whoever names it.
struct Named {
  const model::Digest& digest;
  const std::string& media_type;
  std::optional<std::uint64_t> size;
};

// One run into one repository.
class Run {
 public:
  Run(Services& services, const Progress& progress, layout::Source& source, const model::RepositoryRef& repository,
      Report& report)
      : services_(services), progress_(progress), source_(source), repository_(repository), report_(report) {}

  Result<void> all(const ImportOptions& options);

 private:
  using Tags = std::vector<model::Tag>;

  Result<void> go_on() const { return progress_(report_) ? Result<void>() : stopped(); }
  // false: it failed alone.
  Result<bool> root(const layout::Root& root, const Tags& tags);
  Result<void> loose(std::vector<layout::Root> roots);
  Result<std::vector<std::pair<layout::Root, Tags>>> tagged(std::vector<layout::Root> roots,
                                                            const std::optional<model::Tag>& tag);
  Result<std::optional<model::Image>> present(const model::Digest& digest);
  Result<std::string> bytes_of(const Named& named, blob::BlobReader& reader);
  Result<model::Manifest> read(const Named& named, std::string* bytes);
  Result<void> image(const Named& named, const Tags& tags, int depth);
  Result<void> parts(const model::Manifest& manifest, int depth);
  Result<void> layer(const model::Descriptor& descriptor);
  Result<void> make_repository();
  void failed(const std::string& what, base::Error error) {
    report_.add({.repository = repository_.name.text(), .image = what, .error = std::move(error)});
  }

  Services& services_;
  const Progress& progress_;
  layout::Source& source_;
  const model::RepositoryRef& repository_;
  Report& report_;
  std::set<std::string, std::less<>> taken_;  // what is in the repository for sure
  bool made_ = false;                         // the repository is there
};

std::string what_of(const layout::Root& root) { return root.names.empty() ? root.digest.text() : root.names.front(); }

Result<std::optional<model::Image>> Run::present(const model::Digest& digest) {
  auto found =
      services_.images.describe(services_.scope, repository_, {{.digest = digest.text(), .tag = std::nullopt}});
  if (found) return std::move(found->front());
  if (found.error().code == Errc::image_not_found || found.error().code == Errc::repository_not_found) {
    return std::nullopt;
  }
  return base::propagate(found);
}

// Verified: what follows from a manifest follows from its digest.
Result<std::string> Run::bytes_of(const Named& named, blob::BlobReader& reader) {
  if (named.size && *named.size != reader.size()) return wrong_size(named.digest, reader.size(), *named.size);
  BERTH_TRY(auto bytes, layout::read_all(reader, model::Manifest::kMaxBytes));
  const auto found = blob::digest_of(base::as_bytes(bytes), named.digest.algorithm());
  if (found != named.digest) {
    return fail(Errc::image_digest_mismatch, "the bytes of " + named.digest.text() + " are those of " + found.text());
  }
  return bytes;
}

Result<model::Manifest> Run::read(const Named& named, std::string* bytes) {
  BERTH_TRY(const auto reader, source_.open(named.digest));
  if (!reader) return fail(Errc::image_not_found, "the manifest " + named.digest.text() + " is not there");
  BERTH_TRY(*bytes, bytes_of(named, *reader));
  return model::Manifest::parse(*bytes, named.media_type);
}

Result<void> Run::make_repository() {
  if (made_) return {};
  const auto found = services_.repositories.describe(services_.scope, repository_.registry, {repository_.name});
  if (!found && found.error().code != Errc::repository_not_found) return std::unexpected(found.error());
  if (!found) {
    BERTH_TRY(const auto creation,
              service::creation_for(services_.core, services_.scope, repository_, model::AppliedFor::create_on_push));
    if (creation) {
      BERTH_CHECK(services_.core.store.write(services_.scope.deadline, [&](meta::Tx& tx) {
        return service::find_or_make(tx, services_.core, repository_, &*creation);
      }));
    } else {
      BERTH_CHECK(services_.repositories.create(services_.scope, {.repository = repository_}));
    }
  }
  made_ = true;
  return {};
}

Result<void> Run::layer(const model::Descriptor& descriptor) {
  const auto& digest = descriptor.digest;
  BERTH_TRY(const auto mounted, services_.layers.mount(services_.scope, repository_, digest, std::nullopt));
  if (mounted == service::Mounted::yes) {
    ++report_.layers_present;
    return {};
  }
  BERTH_TRY(const auto reader, source_.open(digest));
  if (!reader) {
    ++report_.absent;  // whether that is allowed is for whoever takes the manifest to say
    return {};
  }
  if (reader->size() != descriptor.size) return wrong_size(digest, reader->size(), descriptor.size);
  BERTH_TRY(const auto writer, services_.layers.upload_at_once(services_.scope, repository_, digest.algorithm()));
  const auto tick = [&](std::uint64_t bytes) -> Result<void> {
    report_.bytes += bytes;
    return go_on();
  };
  BERTH_CHECK(layout::copy(*reader, digest.algorithm(), [&](base::Bytes piece) { return writer->write(piece); }, tick));
  BERTH_CHECK(writer->complete(digest));
  ++report_.layers;
  return {};
}

Result<void> Run::parts(const model::Manifest& manifest, int depth) {
  for (const auto& child : manifest.children) {
    if (taken_.contains(child.digest.text())) continue;
    BERTH_TRY(const auto there, source_.open(child.digest));
    BERTH_TRY(const auto known, present(child.digest));
    if (!there && !known) {
      ++report_.absent;
      continue;
    }
    BERTH_CHECK(image({.digest = child.digest, .media_type = child.media_type, .size = child.size}, {}, depth + 1));
  }
  const auto blobs = manifest.required_blobs();
  std::vector<model::Digest> digests;
  for (const auto* blob : blobs) digests.push_back(blob->digest);
  BERTH_TRY(const auto known, services_.layers.check(services_.scope, repository_, digests));
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    if (known[i]) {
      ++report_.layers_present;
    } else {
      BERTH_CHECK(layer(*blobs[i]));
    }
  }
  return {};
}

Result<void> Run::image(const Named& named, const Tags& tags, int depth) {
  if (tags.empty() && taken_.contains(named.digest.text())) return {};
  if (depth > Importer::kMaxDepth) return fail(Errc::manifest_invalid, "indexes are nested too deep");
  BERTH_CHECK(go_on());
  BERTH_TRY(const auto known, present(named.digest));
  const bool active = known && known->status == model::ImageStatus::active;
  const auto has_tag = [&](const model::Tag& tag) { return std::ranges::binary_search(known->tags, tag.text()); };
  if (active && std::ranges::all_of(tags, has_tag)) {
    ++report_.images_present;
    taken_.insert(named.digest.text());
    return {};
  }
  std::string bytes;
  BERTH_TRY(const auto manifest, read(named, &bytes));
  BERTH_CHECK(make_repository());
  if (!active) BERTH_CHECK(parts(manifest, depth));
  BERTH_CHECK(services_.images.put(services_.scope, {.repository = repository_,
                                                     .manifest = std::move(bytes),
                                                     .media_type = named.media_type,
                                                     .tags = tags,
                                                     .expected = named.digest}));
  ++report_.images;
  taken_.insert(named.digest.text());
  return {};
}

Result<bool> Run::root(const layout::Root& root, const Tags& tags) {
  auto brought = image({.digest = root.digest, .media_type = root.media_type, .size = root.size}, tags, 0);
  if (brought) return true;
  if (fatal(brought.error())) return base::propagate(brought);
  failed(what_of(root), std::move(brought).error());
  return false;
}

// With their tags. Two images that would have the same one, or names that are none, fail alone.
Result<std::vector<std::pair<layout::Root, std::vector<model::Tag>>>> Run::tagged(
    std::vector<layout::Root> roots, const std::optional<model::Tag>& tag) {
  std::vector<std::pair<layout::Root, Tags>> found;
  std::map<std::string, std::size_t> uses;
  for (auto& root : roots) {
    Tags tags;
    bool good = true;
    for (const auto& name : root.names) {
      if (tag) continue;
      auto parsed = tag_of(name);
      if (!parsed) {
        failed(name, std::move(parsed).error());
        good = false;
        continue;
      }
      if (std::ranges::find(tags, *parsed) != tags.end()) continue;
      ++uses[parsed->text()];
      tags.push_back(*std::move(parsed));
    }
    if (good) found.emplace_back(std::move(root), std::move(tags));
  }
  std::erase_if(found, [&](const auto& each) {
    const auto twice = std::ranges::find_if(each.second, [&](const model::Tag& t) { return uses[t.text()] > 1; });
    if (twice == each.second.end()) return false;
    failed(what_of(each.first),
           fail(Errc::tag_invalid, "several images of the source are called '" + twice->text() + "'").error());
    return true;
  });
  return found;
}

// Referrers of what is taken, and their referrers in turn.
Result<void> Run::loose(std::vector<layout::Root> roots) {
  std::multimap<std::string, layout::Root> waiting;  // by their subjects
  for (auto& root : roots) {
    if (taken_.contains(root.digest.text())) continue;
    BERTH_CHECK(go_on());
    BERTH_TRY(const auto known, present(root.digest));
    if (known) {
      ++report_.images_present;
      taken_.insert(root.digest.text());
      continue;
    }
    std::string bytes;
    auto manifest = read({.digest = root.digest, .media_type = root.media_type, .size = root.size}, &bytes);
    if (!manifest) {
      if (fatal(manifest.error())) return base::propagate(manifest);
      failed(what_of(root), std::move(manifest).error());
    } else if (manifest->subject) {
      waiting.emplace(manifest->subject->digest.text(), std::move(root));
    } else {
      ++report_.left;
    }
  }
  std::deque<std::string> subjects;
  for (auto at = waiting.begin(); at != waiting.end(); at = waiting.upper_bound(at->first)) {
    if (taken_.contains(at->first)) subjects.push_back(at->first);
  }
  while (!subjects.empty()) {
    const auto subject = std::move(subjects.front());
    subjects.pop_front();
    for (auto [at, end] = waiting.equal_range(subject); at != end; at = waiting.erase(at)) {
      BERTH_TRY(const bool brought, root(at->second, {}));
      if (brought) subjects.push_back(at->second.digest.text());
    }
  }
  report_.left += waiting.size();
  return {};
}

Result<void> Run::all(const ImportOptions& options) {
  BERTH_TRY(auto contents, source_.contents());
  for (auto& trouble : contents.troubles) failed(trouble.what, std::move(trouble.error));
  std::vector<layout::Root> firm, loose_ones;
  for (auto& root : contents.roots) {
    (root.loose && !options.untagged ? loose_ones : firm).push_back(std::move(root));
  }
  BERTH_TRY(auto roots, tagged(std::move(firm), options.tag));
  if (options.tag) {
    std::vector<std::pair<layout::Root, Tags>*> images;
    for (auto& each : roots) {
      std::string bytes;
      const auto manifest =
          read({.digest = each.first.digest, .media_type = each.first.media_type, .size = each.first.size}, &bytes);
      if (!manifest || !manifest->subject) images.push_back(&each);
    }
    if (images.size() != 1) {
      return fail(Errc::invalid_parameter,
                  "a tag can be given for one image only, and the layout names " + std::to_string(images.size()));
    }
    images.front()->second = {*options.tag};
  }
  for (const auto& [each, tags] : roots) BERTH_CHECK(root(each, tags));
  BERTH_CHECK(loose(std::move(loose_ones)));
  if (!taken_.empty()) ++report_.repositories;
  return go_on();
}

}  // namespace

Result<model::Tag> tag_of(const std::string& name) {
  std::string_view text = name;
  text = text.substr(0, text.find('@'));
  const auto slash = text.rfind('/');
  const auto last = slash == std::string_view::npos ? text : text.substr(slash + 1);
  const auto colon = last.find(':');
  if (colon == std::string_view::npos && slash != std::string_view::npos) {
    return fail(Errc::tag_invalid, "the name '" + name + "' has no tag");
  }
  return model::Tag::parse(colon == std::string_view::npos ? last : last.substr(colon + 1));
}

Result<void> Importer::run(layout::Source& source, const model::RepositoryRef& repository, const ImportOptions& options,
                           Report& report) {
  auto done = Run(services_, progress_, source, repository, report).all(options);
  return done;
}

}  // namespace berth::transfer

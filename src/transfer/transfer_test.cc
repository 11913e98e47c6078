// Images into a registry and out of it again.
#include <gtest/gtest.h>

#include "blob/local/test_folder.h"
#include "layout/layout_writer.h"
#include "layout/oci_layout.h"
#include "service/service_test_support.h"
#include "transfer/exporter.h"
#include "transfer/importer.h"
#include "transfer/registry_importer.h"

namespace berth::transfer {
namespace {

using base::Errc;
using service::digest_of;
using service::fails;
using service::image_manifest;
using service::index_manifest;
using service::ok;

// What a hostile or a good layout says, in memory.
class MapSource final : public layout::Source {
 public:
  base::Result<layout::Contents> contents() override {
    layout::Contents out;
    out.roots = roots;
    return out;
  }
  base::Result<std::unique_ptr<blob::BlobReader>> open(const model::Digest& digest) override {
    ++opened[digest.text()];
    const auto found = blobs.find(digest.text());
    if (found == blobs.end()) return nullptr;
    return std::make_unique<Reader>(found->second);
  }

  void add(std::string_view bytes) { blobs[digest_of(bytes).text()] = bytes; }
  // An image with its config and layer, called `name`.
  std::string add_image(const std::string& text, const std::vector<std::string>& names, std::string_view extra = "") {
    add("config " + text);
    add("layer " + text);
    const auto manifest = image_manifest("config " + text, "layer " + text, extra);
    add_root(manifest, names);
    return manifest;
  }
  void add_root(const std::string& manifest, const std::vector<std::string>& names) {
    add(manifest);
    roots.push_back({.digest = digest_of(manifest), .size = manifest.size(), .names = names});
  }

  std::vector<layout::Root> roots;
  std::map<std::string, std::string> blobs;
  std::map<std::string, int> opened;

 private:
  class Reader final : public blob::BlobReader {
   public:
    explicit Reader(std::string text) : text_(std::move(text)) {}
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
};

struct Registry : service::World {
  Services services() {
    return {.core = core, .repositories = repositories, .layers = layers, .images = images, .scope = scope};
  }
  Report import(layout::Source& source, const ImportOptions& options = {}, const Progress& progress = go_on) {
    Report report;
    outcome = Importer(services(), progress).run(source, app, options, report);
    return report;
  }
  std::vector<std::string> tags() { return images.tags(scope, app, "", 100).value(); }
  std::string manifest(std::string_view tag) {
    const auto got = images.get(scope, app, model::Tag::parse(tag).value(), service::Reading::look);
    return got ? got->manifest : got.error().message;
  }
  std::size_t count() { return repositories.usage(scope, app.registry, app.name.text(), {}).value().front().images; }

  static bool go_on(const Report&) { return true; }
  base::Result<void> outcome;
};

std::string failure(const Report& report) {
  return report.failures.size() == 1 ? std::string(name(report.failures[0].error.code)) : "not one failure";
}

TEST(TagOf, Names) {
  EXPECT_EQ(tag_of("1.0")->text(), "1.0");
  EXPECT_EQ(tag_of("docker.io/library/app:1.0")->text(), "1.0");
  EXPECT_EQ(tag_of("localhost:5000/app:v1@sha256:12")->text(), "v1");
  EXPECT_EQ(tag_of("app:v1")->text(), "v1");
  for (const auto* name : {"", "docker.io/library/app", "localhost:5000/app", "a b", "x:"}) {
    EXPECT_TRUE(fails(Errc::tag_invalid, tag_of(name))) << name;
  }
}

TEST(Importer, ImagesComeWithTheirTags) {
  Registry there;
  MapSource source;
  const auto one = source.add_image("one", {"v1", "docker.io/x/app:latest"});
  source.add_image("two", {});
  const auto report = there.import(source);
  ASSERT_TRUE(ok(there.outcome));
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.images, 2U);
  EXPECT_EQ(report.layers, 4U);
  EXPECT_EQ(there.tags(), (std::vector<std::string>{"latest", "v1"}));
  EXPECT_EQ(there.manifest("v1"), one);
  EXPECT_EQ(there.count(), 2U);
}

TEST(Importer, IndexesAndReferrers) {
  Registry there;
  MapSource source;
  const auto arm = source.add_image("arm", {});
  const auto amd = source.add_image("amd", {});
  source.roots.clear();  // members only
  const auto inner = index_manifest({arm});
  source.add(inner);
  const auto index = service::fill(R"({"schemaVersion":2,"mediaType":"@","manifests":[@,@]})",
                                   {std::string(service::kOciIndex), service::descriptor(service::kOciIndex, inner),
                                    service::descriptor(service::kOciManifest, amd)});
  source.add_root(index, {"multi"});
  const auto about = [](const std::string& manifest) {
    return R"(,"subject":)" + service::descriptor(service::kOciManifest, manifest);
  };
  const auto signature = source.add_image("signature", {}, about(amd));
  source.add_image("countersignature", {}, about(signature));
  source.add_image("of another", {}, about("nowhere"));
  source.add_image("nothing", {});
  for (auto& root : source.roots) root.loose = root.names.empty();
  std::ranges::reverse(source.roots);  // their order says nothing

  auto report = there.import(source);
  EXPECT_TRUE(report.good());
  EXPECT_EQ(there.count(), 6U);
  EXPECT_EQ(report.left, 2U);
  EXPECT_EQ(there.manifest("multi"), index);
  EXPECT_EQ(there.images.referrers(there.scope, there.app, digest_of(signature), {.limit = 10})->size(), 1U);

  source.opened.clear();
  report = there.import(source);
  EXPECT_EQ(report.images, 0U);
  EXPECT_EQ(report.bytes, 0U);
  EXPECT_EQ(source.opened.size(), 2U) << "only what was left is looked at again";

  report = there.import(source, {.untagged = true});
  EXPECT_EQ(report.images, 2U);
  EXPECT_EQ(there.count(), 8U);
}

TEST(Importer, OneThatWasInterruptedGoesOn) {
  Registry there;
  MapSource source;
  source.add_image("one", {"v1"});
  auto report = there.import(source, {}, [](const Report& so_far) { return so_far.layers < 1; });
  EXPECT_TRUE(fails(Errc::deadline_exceeded, there.outcome));
  EXPECT_EQ(there.tags(), std::vector<std::string>{});
  EXPECT_EQ(there.count(), 0U);
  source.opened.clear();
  report = there.import(source);
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.layers, 1U);
  EXPECT_EQ(report.layers_present, 1U);
  EXPECT_FALSE(source.opened.contains(digest_of("config one").text())) << "it was there";
  EXPECT_EQ(there.tags(), std::vector<std::string>{"v1"});
}

TEST(Importer, ATagMoves) {
  Registry there;
  MapSource source;
  source.add_image("one", {"latest"});
  there.import(source);
  source.roots.clear();
  const auto two = source.add_image("two", {"latest"});
  EXPECT_TRUE(there.import(source).good());
  EXPECT_EQ(there.manifest("latest"), two);
}

TEST(Importer, LiesAreRefused) {
  const auto refused = [](const std::function<void(MapSource&, const std::string&)>& spoil) {
    Registry there;
    MapSource source;
    spoil(source, source.add_image("one", {"v1"}));
    const auto report = there.import(source);
    EXPECT_TRUE(ok(there.outcome));
    EXPECT_EQ(there.count(), 0U);
    EXPECT_TRUE(there.tags().empty());
    return failure(report);
  };
  EXPECT_EQ(refused([](auto& s, auto& m) { s.blobs[digest_of(m).text()][20] ^= 1; }), "image_digest_mismatch");
  EXPECT_EQ(refused([](auto& s, auto&) { s.roots[0].size = 7; }), "size_invalid");
  EXPECT_EQ(refused([](auto& s, auto&) { s.roots[0].media_type = "text/plain"; }), "manifest_invalid");
  EXPECT_EQ(refused([](auto& s, auto& m) { s.blobs.erase(digest_of(m).text()); }), "image_not_found");
  EXPECT_EQ(refused([](auto& s, auto& m) {
              s.blobs[digest_of(m).text()].resize(5 << 20);
              s.roots[0].size = 5 << 20;
            }),
            "payload_too_large");
  const auto layer = digest_of("layer one").text();
  EXPECT_EQ(refused([&](auto& s, auto&) { s.blobs.erase(layer); }), "layers_not_found");
  EXPECT_EQ(refused([&](auto& s, auto&) { s.blobs[layer] = "LAYER ONE"; }), "layer_digest_mismatch");
  EXPECT_EQ(refused([&](auto& s, auto&) { s.blobs[layer] += "more"; }), "size_invalid");
  EXPECT_EQ(refused([](auto& s, auto&) { s.roots[0].names = {"no tag"}; }), "tag_invalid");
}

TEST(Importer, AMemberThatLiesSpoilsItsIndexOnly) {
  Registry there;
  MapSource source;
  const auto one = source.add_image("one", {});
  source.roots.clear();
  source.add_root(index_manifest({one}), {"bad"});
  source.add_image("good", {"good"});
  source.blobs[digest_of(one).text()] = "other";
  EXPECT_EQ(failure(there.import(source)), "size_invalid");
  EXPECT_EQ(there.tags(), std::vector<std::string>{"good"});
}

TEST(Importer, DepthIsBounded) {
  Registry there;
  MapSource source;
  auto manifest = source.add_image("one", {});
  source.roots.clear();
  for (int i = 0; i < Importer::kMaxDepth + 5; ++i) {
    const auto type = i == 0 ? service::kOciManifest : service::kOciIndex;
    manifest = service::fill(R"({"schemaVersion":2,"mediaType":"@","manifests":[@]})",
                             {std::string(service::kOciIndex), service::descriptor(type, manifest)});
    source.add(manifest);
  }
  source.add_root(manifest, {"deep"});
  EXPECT_EQ(failure(there.import(source)), "manifest_invalid");
  EXPECT_EQ(there.count(), 0U);
}

TEST(Importer, RulesOfTheRepositoryHold) {
  Registry there;
  MapSource source;
  const auto one = there.push_image(there.app, "there", {"v1"});
  ASSERT_TRUE(ok(there.repositories.put_tag_mutability(
      there.scope, there.app, model::TagMutability::make(model::TagMutabilityMode::immutable, {}).value())));
  source.add_image("one", {"v1"});
  source.add_image("two", {"v2"});
  EXPECT_EQ(failure(there.import(source)), "tag_immutable");
  EXPECT_EQ(there.manifest("v1"), one);
  EXPECT_EQ(there.tags(), (std::vector<std::string>{"v1", "v2"}));
  EXPECT_EQ(there.count(), 2U);

  there.core.limits.images_per_repository = 2;
  source.add_image("three", {"v3"});
  EXPECT_EQ(there.import(source).failures.size(), 2U);
  EXPECT_EQ(there.count(), 2U);
}

TEST(Importer, ATagForTheOnlyImage) {
  Registry there;
  MapSource source;
  const auto one = source.add_image("one", {"other"});
  source.add_image("signature", {}, R"(,"subject":)" + service::descriptor(service::kOciManifest, one));
  EXPECT_TRUE(there.import(source, {.tag = model::Tag::parse("mine").value()}).good());
  EXPECT_EQ(there.tags(), std::vector<std::string>{"mine"});
  source.add_image("two", {});
  there.import(source, {.tag = model::Tag::parse("mine").value()});
  EXPECT_TRUE(fails(Errc::invalid_parameter, there.outcome));
}

TEST(Importer, TwoImagesOfOneTag) {
  Registry there;
  MapSource source;
  source.add_image("one", {"a/one:latest"});
  source.add_image("two", {"a/two:latest"});
  EXPECT_EQ(there.import(source).failures.size(), 2U);
  EXPECT_EQ(there.count(), 0U);
}

TEST(Importer, MakesTheRepositoryAndLinksWhatAnotherHas) {
  Registry there;
  there.push_image(there.app, "one");
  there.app = service::repository("team/new");
  MapSource source;
  source.add_image("one", {"v1"});
  source.opened.clear();
  const auto report = there.import(source);
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.bytes, 0U);
  EXPECT_EQ(report.layers_present, 2U);
  EXPECT_EQ(there.tags(), std::vector<std::string>{"v1"});
}

TEST(Importer, NothingIsMadeForNothing) {
  Registry there;
  there.app = service::repository("team/new");
  MapSource source;
  source.add_root("no manifest", {"v1"});
  EXPECT_EQ(failure(there.import(source)), "manifest_invalid");
  EXPECT_TRUE(there.repositories.usage(there.scope, there.app.registry, "team/new", {})->empty());
}

// --- all of another registry ---

class MapFolder final : public layout::RegistryFolder {
 public:
  base::Result<std::vector<std::string>> repositories() override {
    std::vector<std::string> names;
    for (const auto& [name, source] : sources) names.push_back(name);
    return names;
  }
  base::Result<std::unique_ptr<layout::Source>> open(const std::string& name) override {
    if (!sources.contains(name)) return base::fail(Errc::repository_not_found, "gone");
    return std::make_unique<MapSource>(sources.at(name));
  }
  std::map<std::string, MapSource> sources;
};

class RegistryImportTest : public testing::Test {
 protected:
  RegistryImportTest() {
    folder.sources["team/one"].add_image("one", {"v1"});
    folder.sources["team/two"].add_image("two", {"v1"});
  }
  base::Result<void> run(RegistryImport command, const Progress& progress = Registry::go_on) {
    command.registry = there.app.registry;
    report = {};
    return import_registry(there.services(), folder, command, progress, report);
  }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    for (const auto& each : there.repositories.list(there.scope, there.app.registry, {}).value()) {
      found.push_back(each.ref.name.text());
    }
    return found;
  }

  Registry there;
  MapFolder folder;
  Report report;
};

TEST_F(RegistryImportTest, AllOfIt) {
  ASSERT_TRUE(ok(run({.registry = there.app.registry, .prefix = "old"})));
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.repositories, 2U);
  EXPECT_EQ(names(), (std::vector<std::string>{"old/team/one", "old/team/two", "team/app"}));
}

TEST_F(RegistryImportTest, SomeOfIt) {
  ASSERT_TRUE(ok(run({.registry = there.app.registry, .only = {"team/two"}})));
  EXPECT_EQ(names(), (std::vector<std::string>{"team/app", "team/two"}));
  EXPECT_TRUE(fails(Errc::invalid_parameter, run({.registry = there.app.registry, .only = {"team/two", "no/where"}})));
}

TEST_F(RegistryImportTest, WhatCannotComeIsSaid) {
  folder.sources["x"].add_image("three", {"v1"});  // too short a name for ECR
  folder.sources["team/three"].add_root("{}", {"v1"});
  ASSERT_TRUE(ok(run({.registry = there.app.registry})));
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_EQ(report.failures[0].image, "v1");
  EXPECT_EQ(report.failures[1].repository, "x");
  EXPECT_EQ(names(), (std::vector<std::string>{"team/app", "team/one", "team/two"}));
}

TEST_F(RegistryImportTest, AStopIsAnError) {
  EXPECT_TRUE(fails(Errc::deadline_exceeded,
                    run({.registry = there.app.registry}, [](const Report& so_far) { return so_far.images < 1; })));
  EXPECT_EQ(names(), (std::vector<std::string>{"team/app", "team/one"}));
}

// --- out, and in again ---

class ExportTest : public testing::TestWithParam<std::string> {
 protected:
  base::Result<void> run(const std::vector<ExportItem>& items, const ExportOptions& options = {},
                         const Progress& progress = Registry::go_on) {
    report = {};
    const auto path = (folder / GetParam()).string();
    auto writer = GetParam().ends_with(".tar") ? layout::write_tar(path) : layout::write_folder(path);
    if (!writer) return base::propagate(writer);
    return Exporter(there.services(), progress).run(items, **writer, options, report);
  }
  std::unique_ptr<layout::OciLayout> written() {
    return layout::OciLayout::open_path((folder / GetParam()).string()).value();
  }

  Registry there;
  Report report;
  blob::local::TestFolder folder;
};
INSTANTIATE_TEST_SUITE_P(Each, ExportTest, testing::Values("layout", "layout.tar"),
                         [](const auto& info) { return std::string(info.param == "layout" ? "Folder" : "Tar"); });

TEST_P(ExportTest, ComesBackAsItWas) {
  const auto one = there.push_image(there.app, "one");
  const auto two = there.push_image(there.app, "two", {"two"});
  const auto index = index_manifest({one, two});
  ASSERT_TRUE(ok(there.put(there.app, index, {"multi", "latest"})));
  there.push_image(there.app, "signature", {}, R"(,"subject":)" + service::descriptor(service::kOciManifest, one));
  there.push_image(there.app, "untagged");

  ASSERT_TRUE(ok(run({{.repository = there.app}})));
  EXPECT_EQ(report.images, 3U);
  EXPECT_EQ(report.layers, 4U);
  Registry other;
  EXPECT_TRUE(other.import(*written()).good());
  EXPECT_EQ(other.tags(), (std::vector<std::string>{"latest", "multi", "two"}));
  EXPECT_EQ(other.manifest("multi"), index);
  EXPECT_EQ(other.count(), 3U);

  ASSERT_TRUE(ok(run({{.repository = there.app, .digest = digest_of(index)}}, {.referrers = true})));
  Registry third;
  EXPECT_TRUE(third.import(*written()).good());
  EXPECT_EQ(third.images.referrers(third.scope, third.app, digest_of(one), {.limit = 10})->size(), 1U);
}

TEST_P(ExportTest, SaysWhatIsNotThere) {
  EXPECT_TRUE(fails(Errc::image_not_found, run({{.repository = there.app, .tag = model::Tag::parse("no").value()}})));
  EXPECT_TRUE(fails(Errc::repository_not_found, run({{.repository = service::repository("no/where")}})));
}

TEST_P(ExportTest, SeveralRepositories) {
  const auto other = service::repository("team/other");
  there.make(other);
  there.push_image(there.app, "one", {"v1"});
  there.push_image(other, "two", {"v1"});
  ASSERT_TRUE(ok(run({{.repository = there.app}, {.repository = other}})));
  const auto contents = written()->contents();
  ASSERT_TRUE(ok(contents));
  EXPECT_EQ(contents->roots[0].names, std::vector<std::string>{"team/app:v1"});
  EXPECT_EQ(contents->roots[1].names, std::vector<std::string>{"team/other:v1"});
}

TEST_P(ExportTest, RottenBytesAreNotHandedOn) {
  there.push_image(there.app, "one", {"v1"});
  *service::bytes_of(*there.contents, digest_of("layer one")) = std::make_shared<const std::string>("LAYER ONE");
  EXPECT_TRUE(fails(Errc::corrupt, run({{.repository = there.app}})));
}

TEST_P(ExportTest, InterruptedAndContinued) {
  there.push_image(there.app, "one", {"v1"});
  EXPECT_TRUE(fails(Errc::deadline_exceeded,
                    run({{.repository = there.app}}, {}, [](const Report& so_far) { return so_far.layers < 1; })));
  ASSERT_TRUE(ok(run({{.repository = there.app}})));
  EXPECT_EQ(report.layers_present, GetParam() == "layout" ? 1U : 0U);
  Registry other;
  EXPECT_TRUE(other.import(*written()).good());
}

}  // namespace
}  // namespace berth::transfer

#include "layout/registry_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "layout/layout_test_support.h"
#include "layout/oci_layout.h"

namespace berth::layout {
namespace {

namespace fs = std::filesystem;
using base::Errc;

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  blob::local::write_file(path, text);
}

std::vector<std::string> sorted_names(const Contents& contents) {
  std::vector<std::string> names;
  for (const auto& root : contents.roots) {
    for (const auto& name : root.names) names.push_back(name);
    if (root.names.empty()) names.push_back(root.loose ? "loose" : "firm");
  }
  std::ranges::sort(names);
  return names;
}

class DistributionTest : public testing::Test {
 protected:
  fs::path inside() const { return folder_ / "data/docker/registry/v2"; }
  fs::path repository(const std::string& name) const { return inside() / "repositories" / name; }
  void blob(std::string_view bytes) const {
    const auto digest = sha256_of(bytes);
    const std::string hex(digest.hex());
    write(inside() / "blobs/sha256" / hex.substr(0, 2) / hex / "data", bytes);
  }
  void revision(const std::string& name, std::string_view bytes) const {
    blob(bytes);
    const auto digest = sha256_of(bytes);
    write(repository(name) / "_manifests/revisions/sha256" / digest.hex() / "link", digest.text());
  }
  void tag(const std::string& name, const std::string& tag, std::string_view bytes) const {
    revision(name, bytes);
    write(repository(name) / "_manifests/tags" / tag / "current/link", sha256_of(bytes).text());
    write(repository(name) / "_manifests/tags" / tag / "index/sha256" / sha256_of(bytes).hex() / "link",
          sha256_of(bytes).text());
  }
  base::Result<std::unique_ptr<RegistryFolder>> open() const { return open_distribution((folder_ / "data").string()); }

  TestFolder folder_;
};

TEST_F(DistributionTest, Repositories) {
  tag("team/app", "v1", "one");
  tag("team/app/nested", "v1", "two");
  tag("app", "v1", "one");
  fs::create_directories(repository("empty/_uploads"));
  fs::create_directories(repository("_odd/_manifests"));
  fs::create_directory_symlink(repository("app"), repository("link"));
  const auto folder = open();
  ASSERT_TRUE(ok(folder));
  EXPECT_EQ((*folder)->repositories().value(), (std::vector<std::string>{"app", "team/app", "team/app/nested"}));
  EXPECT_TRUE(fails_with(Errc::repository_not_found, (*folder)->open("no/where")));
  EXPECT_TRUE(ok(open_distribution(inside().string()))) << "from within as well";
}

TEST_F(DistributionTest, TagsAndRevisions) {
  tag("app", "v1", "one");
  tag("app", "v1-again", "one");
  tag("app", "v2", "two");
  revision("app", "three");
  fs::create_directories(repository("app") / "_manifests/revisions/sha256" / std::string(64, 'a'));  // deleted
  fs::create_directories(repository("app") / "_manifests/tags/gone");
  write(repository("app") / "_manifests/tags/bad/current/link", "sha256:..");
  const auto source = (*open())->open("app");
  ASSERT_TRUE(ok(source));
  const auto contents = (*source)->contents();
  ASSERT_TRUE(ok(contents));
  EXPECT_EQ(sorted_names(*contents), (std::vector<std::string>{"loose", "v1", "v1-again", "v2"}));
  ASSERT_EQ(contents->troubles.size(), 1U);
  EXPECT_EQ(contents->troubles[0].what, "bad");
  EXPECT_EQ(text_of(**source, sha256_of("three")), "three");
  EXPECT_EQ(text_of(**source, sha256_of("four")), "");
}

TEST_F(DistributionTest, LinksAreNotFollowed) {
  tag("app", "v1", "one");
  const std::string hex(sha256_of("two").hex());
  const auto place = inside() / "blobs/sha256" / hex.substr(0, 2) / hex;
  fs::create_directories(place);
  fs::create_symlink("/etc/passwd", place / "data");
  EXPECT_TRUE(fails_with(Errc::corrupt, (*(*open())->open("app"))->open(sha256_of("two"))));
}

TEST_F(DistributionTest, RefusesOtherFolders) {
  EXPECT_TRUE(fails_with(Errc::unavailable, open()));
  fs::create_directories(folder_ / "data/other");
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, open()));
}

class ZotTest : public testing::Test {
 protected:
  fs::path root() const { return folder_ / "zot"; }
  void repository(const std::string& name, std::string_view entries) const {
    write(root() / name / "oci-layout", kLayoutText);
    write(root() / name / "index.json", index_of(entries));
    fs::create_directories(root() / name / "blobs/sha256");
    fs::create_directories(root() / name / ".uploads");
  }
  fs::path blob_of(const std::string& name, std::string_view bytes) const {
    return root() / name / blob_path(sha256_of(bytes));
  }
  base::Result<std::unique_ptr<RegistryFolder>> open() const { return open_zot(root().string()); }

  TestFolder folder_;
};

TEST_F(ZotTest, Repositories) {
  repository("team/app", "");
  repository("team", "");
  write(root() / "_trivy/db/metadata.json", "{}");
  repository("_blobstore", "");
  repository(".sync/team/app", "");
  write(root() / "cache.db", "bolt");
  write(root() / "half/index.json", "{}");
  const auto folder = open();
  ASSERT_TRUE(ok(folder));
  EXPECT_EQ((*folder)->repositories().value(), (std::vector<std::string>{"team", "team/app"}));
}

TEST_F(ZotTest, WhatHasNoNameIsLoose) {
  repository("app", entry_of("one", "v1") + "," + entry_of("two"));
  const auto source = (*open())->open("app");
  ASSERT_TRUE(ok(source));
  EXPECT_EQ(sorted_names(*(*source)->contents()), (std::vector<std::string>{"loose", "v1"}));
}

TEST_F(ZotTest, DeduplicatedBlobs) {
  repository("app", "");
  repository("other", "");
  write(blob_of("other", "one"), "one");
  fs::create_hard_link(blob_of("other", "one"), blob_of("app", "one"));
  write(blob_of("_blobstore", "two"), "two");
  write(blob_of("app", "two"), "");
  write(blob_of("app", ""), "");
  const auto source = (*open())->open("app");
  ASSERT_TRUE(ok(source));
  EXPECT_EQ(text_of(**source, sha256_of("one")), "one");
  EXPECT_EQ(text_of(**source, sha256_of("two")), "two");
  EXPECT_NE(*(*source)->open(sha256_of("")), nullptr);
  EXPECT_EQ(*(*source)->open(sha256_of("three")), nullptr);
}

TEST_F(ZotTest, RefusesOtherFolders) {
  fs::create_directories(root());
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, open()));
}

}  // namespace
}  // namespace berth::layout

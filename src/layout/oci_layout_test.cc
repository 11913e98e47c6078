#include "layout/oci_layout.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "layout/layout_test_support.h"

namespace berth::layout {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using blob::local::write_file;

// A layout with one image whose manifest is "one", called `latest`.
class OciLayoutTest : public testing::Test {
 protected:
  OciLayoutTest() {
    fs::create_directories(root() / "blobs/sha256");
    write_file(root() / "oci-layout", kLayoutText);
    write_file(root() / "index.json", index_of(entry_of("one", "latest")));
    add("one");
  }
  fs::path root() const { return folder_ / "layout"; }
  fs::path path_of(std::string_view bytes) const { return root() / blob_path(sha256_of(bytes)); }
  void add(std::string_view bytes) const { write_file(path_of(bytes), bytes); }
  base::Result<std::unique_ptr<OciLayout>> open() const { return OciLayout::open_path(root().string()); }
  std::string archive(const std::string& bytes) const {
    write_file(folder_ / "layout.tar", bytes);
    return (folder_ / "layout.tar").string();
  }
  static std::string members() {
    return tar_member("oci-layout", kLayoutText) + tar_member("./index.json", index_of(entry_of("one", "latest"))) +
           tar_member(blob_path(sha256_of("one")), "one");
  }

  TestFolder folder_;
};

TEST_F(OciLayoutTest, AFolderIsRead) {
  const auto layout = open();
  ASSERT_TRUE(ok(layout));
  const auto contents = (*layout)->contents();
  ASSERT_TRUE(ok(contents));
  ASSERT_EQ(contents->roots.size(), 1U);
  EXPECT_EQ(contents->roots[0].digest, sha256_of("one"));
  EXPECT_EQ(contents->roots[0].size, 3U);
  EXPECT_EQ(contents->roots[0].names, std::vector<std::string>{"latest"});
  EXPECT_EQ(text_of(**layout, sha256_of("one")), "one");
  EXPECT_EQ(text_of(**layout, sha256_of("two")), "");
}

TEST_F(OciLayoutTest, AnArchiveIsRead) {
  const auto layout = OciLayout::open_path(archive(members() + tar_end()));
  ASSERT_TRUE(ok(layout));
  EXPECT_EQ((*layout)->contents()->roots.size(), 1U);
  EXPECT_EQ(text_of(**layout, sha256_of("one")), "one");
  EXPECT_EQ(text_of(**layout, sha256_of("one")), "one") << "as often as one likes";
  EXPECT_EQ(text_of(**layout, sha256_of("two")), "");
}

TEST_F(OciLayoutTest, LinksAreNotFollowed) {
  write_file(folder_ / "secret", "two");
  fs::create_symlink(folder_ / "secret", path_of("two"));
  EXPECT_TRUE(fails_with(Errc::corrupt, (*open())->open(sha256_of("two"))));

  fs::rename(root() / "blobs", folder_ / "elsewhere");
  fs::create_directory_symlink(folder_ / "elsewhere", root() / "blobs");
  EXPECT_TRUE(fails_with(Errc::corrupt, (*open())->open(sha256_of("one"))));

  fs::rename(root() / "index.json", folder_ / "index");
  fs::create_symlink(folder_ / "index", root() / "index.json");
  EXPECT_TRUE(fails_with(Errc::corrupt, (*open())->contents()));
}

TEST_F(OciLayoutTest, WhatIsNoFileIsNotRead) {
  ASSERT_EQ(mkfifo(path_of("two").c_str(), 0600), 0);
  EXPECT_TRUE(fails_with(Errc::corrupt, (*open())->open(sha256_of("two")))) << "and nobody waits for a writer";
  fs::create_directory(path_of("three"));
  EXPECT_TRUE(fails_with(Errc::corrupt, (*open())->open(sha256_of("three"))));
}

TEST_F(OciLayoutTest, SaysWhatIsNoLayout) {
  fs::remove(root() / "oci-layout");
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, open()));
  write_file(root() / "manifest.json", "[]");
  EXPECT_NE(open().error().message.find("before Docker 25"), std::string::npos);
  write_file(root() / "oci-layout", R"({"imageLayoutVersion":"2.0.0"})");
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, open()));
  EXPECT_TRUE(fails_with(Errc::unavailable, OciLayout::open_path((folder_ / "nothing").string())));
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, OciLayout::open_path("/dev/null")));
}

TEST_F(OciLayoutTest, AnArchiveThatLeadsOutIsHarmless) {
  const auto two = blob_path(sha256_of("two"));
  const auto layout = OciLayout::open_path(archive(
      members() + tar_member("../" + two, "two") + tar_member("/" + two, "two") + tar_member("x/../" + two, "two") +
      tar_member(two, "", '2', "/etc/passwd") + tar_member(two, "", '1', "index.json") + tar_end()));
  ASSERT_TRUE(ok(layout));
  EXPECT_EQ(text_of(**layout, sha256_of("two")), "");
  EXPECT_EQ(text_of(**layout, sha256_of("one")), "one");
}

TEST_F(OciLayoutTest, ABrokenArchiveIsRefused) {
  EXPECT_TRUE(fails_with(Errc::corrupt, OciLayout::open_path(archive(members() + members() + tar_end()))));
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, OciLayout::open_path(archive("not an archive"))));
  const auto zipped = OciLayout::open_path(archive("\x1f\x8b\x08" + std::string(600, 'x')));
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, zipped));
  EXPECT_NE(zipped.error().message.find("decompressed"), std::string::npos);
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, OciLayout::open_path(archive(""))));

  // The last file's bytes are not all there.
  const auto large = std::string(5'000, 'x');
  const auto whole = tar_member("oci-layout", kLayoutText) + tar_member(blob_path(sha256_of(large)), large);
  auto layout = OciLayout::open_path(archive(whole.substr(0, whole.size() - 3'000)));
  if (layout) {
    auto reader = (*layout)->open(sha256_of(large));
    ASSERT_TRUE(ok(reader));
    EXPECT_TRUE(fails_with(Errc::corrupt, read_all(**reader, 1 << 20)));
  } else {
    EXPECT_TRUE(fails_with(Errc::corrupt, layout));
  }
}

TEST(ReadIndex, JoinsNamesOfOneImage) {
  const auto contents = read_index(index_of(entry_of("one", "a") + "," + entry_of("two") + "," + entry_of("one", "b")));
  ASSERT_TRUE(ok(contents));
  ASSERT_EQ(contents->roots.size(), 2U);
  EXPECT_EQ(contents->roots[0].names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(contents->roots[1].names.empty());
  EXPECT_TRUE(contents->troubles.empty());
}

TEST(ReadIndex, ABadEntryIsATroubleOfItsOwn) {
  const auto contents = read_index(index_of(R"({"mediaType":"a/b","digest":"sha256:12","size":1},7,)" +
                                            entry_of("one") + "," + entry_of("one", "x", "other/type")));
  ASSERT_TRUE(ok(contents));
  EXPECT_EQ(contents->roots.size(), 1U);
  EXPECT_EQ(contents->troubles.size(), 3U);
}

TEST(ReadIndex, AnEmptyOne) {
  EXPECT_TRUE(read_index(R"({"schemaVersion":2,"manifests":null})")->roots.empty());
  EXPECT_TRUE(read_index(R"({"schemaVersion":2})")->roots.empty());
}

TEST(ReadIndex, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "{", "[]", R"({"manifests":[]})", R"({"schemaVersion":1,"manifests":[]})",
                                      R"({"schemaVersion":2,"manifests":{}})"}) {
    EXPECT_TRUE(fails_with(Errc::manifest_invalid, read_index(text))) << text;
  }
  std::string deep = R"({"schemaVersion":2,"x":)" + std::string(1'000, '[') + std::string(1'000, ']') + "}";
  EXPECT_TRUE(fails_with(Errc::manifest_invalid, read_index(deep)));
  std::string wide = "1";
  for (int i = 0; i < 2'000'000; ++i) wide += ",1";
  EXPECT_TRUE(fails_with(Errc::manifest_invalid, read_index(index_of(wide))));
}

}  // namespace
}  // namespace berth::layout

#include "layout/layout_writer.h"

#include <gtest/gtest.h>

#include "layout/layout_test_support.h"
#include "layout/oci_layout.h"

namespace berth::layout {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using blob::local::read_file;
using blob::local::write_file;

constexpr std::string_view kType = "application/vnd.oci.image.manifest.v1+json";

IndexEntry entry(std::string_view bytes, std::string name = "") {
  return {.digest = sha256_of(bytes), .media_type = std::string(kType), .size = bytes.size(), .name = std::move(name)};
}

class LayoutWriterTest : public testing::TestWithParam<std::string> {
 protected:
  std::string path() const { return (folder_ / GetParam()).string(); }
  base::Result<std::unique_ptr<LayoutWriter>> begin() const {
    return GetParam().ends_with(".tar") ? write_tar(path()) : write_folder(path());
  }
  static base::Result<void> put(LayoutWriter& writer, std::string_view name, std::string_view bytes) {
    TextBytes reader{std::string(bytes)};
    return writer.put(sha256_of(name), reader, no_tick);
  }

  TestFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Each, LayoutWriterTest, testing::Values("layout", "layout.tar"),
                         [](const auto& info) { return std::string(info.param == "layout" ? "Folder" : "Tar"); });

TEST_P(LayoutWriterTest, WhatIsWrittenIsRead) {
  const std::string large(3 << 20, 'x');
  {
    const auto writer = begin();
    ASSERT_TRUE(ok(writer));
    for (const std::string_view bytes : {std::string_view("one"), std::string_view(large), std::string_view()}) {
      EXPECT_FALSE((*writer)->has(sha256_of(bytes), bytes.size()).value());
      ASSERT_TRUE(ok(put(**writer, bytes, bytes)));
      EXPECT_TRUE((*writer)->has(sha256_of(bytes), bytes.size()).value());
    }
    ASSERT_TRUE(ok((*writer)->finish({entry("one", "v1"), entry("one", "v2"), entry("")})));
  }
  const auto layout = OciLayout::open_path(path());
  ASSERT_TRUE(ok(layout));
  const auto contents = (*layout)->contents();
  ASSERT_TRUE(ok(contents));
  ASSERT_EQ(contents->roots.size(), 2U);
  EXPECT_EQ(contents->roots[0].names, (std::vector<std::string>{"v1", "v2"}));
  EXPECT_EQ(contents->roots[0].media_type, kType);
  EXPECT_EQ(text_of(**layout, sha256_of("one")), "one");
  auto reader = (*layout)->open(sha256_of(large));
  ASSERT_TRUE(ok(reader));
  EXPECT_EQ(read_all(**reader, 4 << 20).value(), large);
}

TEST_P(LayoutWriterTest, OtherBytesAreRefused) {
  const auto writer = begin();
  ASSERT_TRUE(ok(writer));
  EXPECT_TRUE(fails_with(Errc::corrupt, put(**writer, "one", "two")));
  EXPECT_FALSE((*writer)->has(sha256_of("one"), 3).value());
}

TEST_P(LayoutWriterTest, AnInterruptedOneNamesNothing) {
  {
    const auto writer = begin();
    ASSERT_TRUE(ok(writer));
    ASSERT_TRUE(ok(put(**writer, "one", "one")));
    TextBytes reader("two");
    EXPECT_TRUE(fails_with(Errc::deadline_exceeded, (*writer)->put(sha256_of("two"), reader, [](std::uint64_t) {
      return base::Result<void>(base::fail(Errc::deadline_exceeded, "stop"));
    })));
  }
  if (GetParam() == "layout") {
    EXPECT_TRUE(fails_with(Errc::manifest_invalid, (*OciLayout::open_path(path()))->contents()));
    EXPECT_TRUE(begin().value()->has(sha256_of("one"), 3).value()) << "the next run goes on";
    EXPECT_FALSE(begin().value()->has(sha256_of("two"), 3).value());
    EXPECT_EQ(std::distance(fs::directory_iterator(fs::path(path()) / "blobs/sha256"), {}), 1);
  } else {
    EXPECT_TRUE(fs::is_empty(folder_ / "."));
  }
}

TEST(FolderWriter, ALayoutGetsMore) {
  TestFolder folder;
  const auto path = (folder / "layout").string();
  for (const std::string_view bytes : {"one", "two"}) {
    const auto writer = write_folder(path);
    ASSERT_TRUE(ok(writer));
    TextBytes reader{std::string(bytes)};
    ASSERT_TRUE(ok((*writer)->put(sha256_of(bytes), reader, no_tick)));
    ASSERT_TRUE(ok((*writer)->finish({entry(bytes, "latest"), entry(bytes, std::string(bytes)), entry(bytes)})));
  }
  const auto contents = read_index(read_file(fs::path(path) / "index.json"));
  ASSERT_TRUE(ok(contents));
  ASSERT_EQ(contents->roots.size(), 2U);
  EXPECT_EQ(contents->roots[0].names, (std::vector<std::string>{"one"})) << "latest has moved";
  EXPECT_EQ(contents->roots[1].names, (std::vector<std::string>{"latest", "two"}));
}

TEST(FolderWriter, LeavesOtherFoldersAlone) {
  TestFolder folder;
  fs::create_directory(folder / "mine");
  write_file(folder / "mine" / "letter", "dear");
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, write_folder((folder / "mine").string())));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "mine"), {}), 1);
  EXPECT_TRUE(fails_with(Errc::unavailable, write_folder((folder / "mine" / "letter").string())));
}

TEST(TarWriter, ReplacesAtTheEnd) {
  TestFolder folder;
  const auto path = (folder / "a.tar").string();
  write_file(path, "old");
  {
    const auto writer = write_tar(path);
    ASSERT_TRUE(ok(writer));
  }
  EXPECT_EQ(read_file(path), "old");
  ASSERT_TRUE(ok((*write_tar(path))->finish({})));
  const auto first = read_file(path);
  EXPECT_NE(first, "old");
  ASSERT_TRUE(ok((*write_tar(path))->finish({})));
  EXPECT_EQ(read_file(path), first) << "the same bytes each time";
}

TEST(MergeIndex, RefusesWhatIsNone) { EXPECT_TRUE(fails_with(Errc::manifest_invalid, merge_index("[]", {}))); }

}  // namespace
}  // namespace berth::layout

#include "model/media_type.h"

#include <gtest/gtest.h>

namespace berth::model {
namespace {

TEST(MediaType, HasASyntax) {
  for (const auto good :
       {media_type::kOciManifest, media_type::kDockerManifestList, media_type::kOrasArtifact, std::string_view("a/b"),
        std::string_view("application/vnd.x!#$&-^_.+json"), std::string_view("text/plain")}) {
    EXPECT_TRUE(is_media_type(good)) << good;
  }
  for (const auto* bad : {"", "/", "a/", "/b", "a", "a/b/c", "a/b; c=d", "a /b", "a/b ", ".a/b", "a/.b", "a/b\n",
                          "\xc3\xa9/b", "a/<b>", "a/*"}) {
    EXPECT_FALSE(is_media_type(bad)) << bad;
  }
  EXPECT_TRUE(is_media_type("a/" + std::string(253, 'b')));
  EXPECT_FALSE(is_media_type("a/" + std::string(254, 'b')));
}

TEST(MediaType, IsTakenOutOfAHeader) {
  EXPECT_EQ(bare_media_type("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(bare_media_type("  a/b  ;x"), "a/b");
  EXPECT_EQ(bare_media_type(""), "");
  EXPECT_EQ(bare_media_type(";"), "");
}

TEST(MediaType, KnowsLayersThatStayAway) {
  EXPECT_TRUE(is_nondistributable(media_type::kDockerForeignLayer));
  EXPECT_TRUE(is_nondistributable("application/vnd.oci.image.layer.nondistributable.v1.tar"));
  EXPECT_TRUE(is_nondistributable("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"));
  EXPECT_FALSE(is_nondistributable("application/vnd.oci.image.layer.v1.tar+gzip"));
  EXPECT_FALSE(is_nondistributable(""));
}

}  // namespace
}  // namespace berth::model

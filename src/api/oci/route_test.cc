#include "api/oci/route.h"

#include <gtest/gtest.h>

#include "model/repository_name.h"

namespace berth::api::oci {
namespace {

using base::Errc;

struct Case {
  std::string_view path;
  Endpoint endpoint;
  std::string_view name = "";
  std::string_view reference = "";
};

TEST(Route, ReadsEveryEndpoint) {
  using enum Endpoint;
  for (const auto& each : std::initializer_list<Case>{
           {"/v2", ping},
           {"/v2/", ping},
           {"/v2/_catalog", catalog},
           {"/v2/a/manifests/latest", manifest, "a", "latest"},
           {"/v2/team/app/manifests/sha256:00", manifest, "team/app", "sha256:00"},
           {"/v2/team/app/manifests/sha256%3A00", manifest, "team/app", "sha256:00"},
           {"/v2/team/app/blobs/sha256:00", blob, "team/app", "sha256:00"},
           {"/v2/team/app/blobs/uploads", uploads, "team/app"},
           {"/v2/team/app/blobs/uploads/", uploads, "team/app"},
           {"/v2/team/app/blobs/uploads/id", upload, "team/app", "id"},
           {"/v2/team/app/tags/list", tags, "team/app"},
           {"/v2/team/app/referrers/sha256:00", referrers, "team/app", "sha256:00"},
           // Words of endpoints inside names.
           {"/v2/manifests/manifests/manifests", manifest, "manifests", "manifests"},
           {"/v2/blobs/uploads/manifests/v1", manifest, "blobs/uploads", "v1"},
           {"/v2/tags/list/tags/list", tags, "tags/list"},
           {"/v2/blobs/blobs/uploads/", uploads, "blobs"},
           {"/v2/a/blobs/uploads/tags/list", tags, "a/blobs/uploads"},
           {"/v2/a/manifests/blobs/uploads/x", upload, "a/manifests", "x"},
           {"/v2/_catalog/tags/list", tags, "_catalog"},
       }) {
    const auto route = parse_route(each.path);
    ASSERT_TRUE(route) << each.path;
    EXPECT_EQ(route->endpoint, each.endpoint) << each.path;
    EXPECT_EQ(route->name, each.name) << each.path;
    EXPECT_EQ(route->reference, each.reference) << each.path;
  }
}

TEST(Route, FindsNothingElsewhere) {
  for (const auto* path : {"",
                           "/",
                           "/v",
                           "/v1/",
                           "/v22",
                           "/v2x/a/tags/list",
                           "v2/",
                           "//v2/",
                           "/v2/_catalog/",
                           "/v2/a",
                           "/v2/a/b",
                           "/v2/a/tags",
                           "/v2/a/tags/list/",
                           "/v2/a/tags/lis",
                           "/v2/manifests/x",
                           "/v2/tags/list",
                           "/v2/blobs/uploads",
                           "/v2/a/Manifests/x",
                           "/v2/a/manifests/x/y",
                           "/v2/a/blobs/uploads/x/y",
                           "/v3/a/manifests/x"}) {
    const auto route = parse_route(path);
    ASSERT_FALSE(route) << path << " " << route->name;
    EXPECT_EQ(route.error().code, Errc::unsupported) << path;
  }
}

TEST(Route, RefusesEscapesThatHideSomething) {
  for (const auto* path : {"/v2/a%2fb/manifests/x", "/v2/a%2Fb/tags/list", "/v2/a/manifests/..%2f..%2fetc",
                           "/v2/a/blobs/uploads/%2f", "/v2/a/manifests/x%2Fy"}) {
    const auto route = parse_route(path);
    ASSERT_FALSE(route) << path;
    EXPECT_EQ(route.error().code, Errc::name_invalid) << path;
  }
  for (const auto* path : {"/v2/a%/tags/list", "/v2/a%zz/tags/list", "/v2/a/manifests/%00", "/v2/a/manifests/%4"}) {
    EXPECT_FALSE(parse_route(path)) << path;
  }
}

// What is no name still comes out as one, for RepositoryName::parse to refuse.
TEST(Route, LeavesNamesUnchecked) {
  for (const auto& each : std::initializer_list<Case>{
           {"/v2/../manifests/x", Endpoint::manifest, "..", "x"},
           {"/v2/a/../b/manifests/..", Endpoint::manifest, "a/../b", ".."},
           {"/v2/%2e%2e/tags/list", Endpoint::tags, ".."},
           {"/v2/A%20b/tags/list", Endpoint::tags, "A b"},
       }) {
    const auto route = parse_route(each.path);
    ASSERT_TRUE(route) << each.path;
    EXPECT_EQ(route->name, each.name);
    EXPECT_EQ(route->reference, each.reference);
    EXPECT_FALSE(model::RepositoryName::parse(route->name)) << each.path;
  }
}

// An empty segment must never vanish: two spellings of one repository would be two permissions.
TEST(Route, KeepsEmptySegments) {
  for (const auto* path : {"/v2//manifests/x", "/v2//app/manifests/x", "/v2///team/app/manifests/x",
                           "/v2/team//app/manifests/x", "/v2/app//manifests/x", "/v2///tags/list", "/v2/app//tags/list",
                           "/v2//blobs/uploads/", "/v2//app/blobs/uploads/x"}) {
    const auto route = parse_route(path);
    if (route) EXPECT_FALSE(model::RepositoryName::parse(route->name)) << path << " is " << route->name;
  }
}

}  // namespace
}  // namespace berth::api::oci

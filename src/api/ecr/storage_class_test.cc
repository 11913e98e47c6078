// UpdateImageStorageClass, and what other operations make of archived images.
#include "api/ecr/ecr_test_support.h"
#include "service/lifecycle_preview_maker.h"
#include "service/storage_mover.h"

namespace berth::api::ecr {
namespace {

struct StorageClasses : EcrTest {
  base::Metrics metrics;
  service::StorageMover mover{world.core, {.hot = world.blobs, .cold = world.archive}, metrics};
  std::string manifest = world.push_image(world.app, "one", {"v1"});
  std::string digest = service::digest_of(manifest).text();
  std::string layer = service::digest_of("layer one").text();

  static std::string in_app(std::string_view members, const std::vector<std::string>& values = {}) {
    return json_text("{'repositoryName':'team/app'" + std::string(members) + "}", values);
  }
  static std::string to(std::string_view target, std::string_view id = "{'imageTag':'v1'}") {
    return in_app(",'imageId':" + std::string(id) + ",'targetStorageClass':'" + std::string(target) + "'");
  }
  std::string updated(std::string_view status, std::string_view tag = ",'imageTag':'v1'") {
    return json_text("{'registryId':'123456789012','repositoryName':'team/app','imageId':{'imageDigest':'" + digest +
                     "'" + std::string(tag) + "},'imageStatus':'" + std::string(status) + "'}");
  }
  void archive_and_move() {
    world.clock.advance(std::chrono::hours(25));
    EXPECT_EQ(good("UpdateImageStorageClass", to("ARCHIVE")), updated("ARCHIVED"));
    move();
  }
  void move() {
    for (auto done = mover.step(); ok(done) && *done > 0;) done = mover.step();
  }
};

TEST_F(StorageClasses, ToTheArchiveAndBack) {
  EXPECT_EQ(good("UpdateImageStorageClass", to("STANDARD")), updated("ACTIVE"));
  archive_and_move();
  EXPECT_EQ(good("UpdateImageStorageClass", to("ARCHIVE", "{'imageDigest':'" + digest + "'}")),
            updated("ARCHIVED", ""));
  EXPECT_EQ(good("UpdateImageStorageClass", to("STANDARD")), updated("ACTIVATING"));
  EXPECT_EQ(good("UpdateImageStorageClass", to("STANDARD")), updated("ACTIVATING"));
  move();
  EXPECT_EQ(good("UpdateImageStorageClass", to("STANDARD")), updated("ACTIVE"));
  const auto detail = good("DescribeImages", in_app(""));
  EXPECT_TRUE(
      detail.contains(json_text("'imageStatus':'ACTIVE','lastArchivedAt':1700090000.0,"
                                "'lastActivatedAt':1700090000.0}]}")))
      << detail;
}

TEST_F(StorageClasses, BadInput) {
  EXPECT_EQ(exception("UpdateImageStorageClass", to("GLACIER")), "InvalidParameterException");
  EXPECT_EQ(exception("UpdateImageStorageClass", in_app(",'imageId':{'imageTag':'v1'}")), "InvalidParameterException");
  EXPECT_EQ(exception("UpdateImageStorageClass", in_app(",'targetStorageClass':'ARCHIVE'")),
            "InvalidParameterException");
  EXPECT_EQ(bad("UpdateImageStorageClass", to("ARCHIVE", "{}")),
            invalid("imageId", "Invalid request parameters: both tag and digest cannot be null"));
  EXPECT_EQ(exception("UpdateImageStorageClass", to("ARCHIVE", "{'imageDigest':'nonsense'}")),
            "InvalidParameterException");
  EXPECT_EQ(bad("UpdateImageStorageClass", to("ARCHIVE", "{'imageTag':'none'}")),
            R"({"__type":"ImageNotFoundException","message":"The image with imageId {imageDigest:'null', )"
            R"(imageTag:'none'} does not exist within the repository with name 'team/app' in the registry with id )"
            R"('123456789012'"})");
  EXPECT_EQ(bad("UpdateImageStorageClass",
                json_text("{'repositoryName':'not/there','imageId':{'imageTag':'v1'},'targetStorageClass':'ARCHIVE'}")),
            no_repository("not/there"));
  const auto list = service::index_manifest({manifest});
  EXPECT_TRUE(ok(world.put(world.app, list, {"multi"})));
  EXPECT_EQ(
      bad("UpdateImageStorageClass", to("ARCHIVE")),
      json_text("{'__type':'ImageStorageClassUpdateNotSupportedException','message':'Requested image referenced by "
                "manifest list: [@]'}",
                {service::digest_of(list).text()}));
}

TEST_F(StorageClasses, WhatOtherOperationsSay) {
  archive_and_move();
  const auto got = good("BatchGetImage", in_app(",'imageIds':[{'imageTag':'v1'}]"));
  EXPECT_TRUE(
      got.starts_with(json_text("{'images':[],'failures':[{'imageId':{'imageTag':'v1'},"
                                "'failureCode':'ImageInaccessible','failureReason':'Requested image not found: "
                                "the image with digest ")))
      << got;
  EXPECT_EQ(good("BatchCheckLayerAvailability", in_app(",'layerDigests':['@']", {layer})),
            json_text("{'layers':[{'layerDigest':'@','layerAvailability':'ARCHIVED','layerSize':9,"
                      "'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip'}],'failures':[]}",
                      {layer}));
  EXPECT_EQ(exception("GetDownloadUrlForLayer", in_app(",'layerDigest':'@'", {layer})), "LayerInaccessibleException");
  EXPECT_EQ(good("ListImages", in_app("")), R"({"imageIds":[]})");
  EXPECT_EQ(good("DescribeImages", in_app("")), R"({"imageDetails":[]})");
  const auto archived = in_app(",'filter':{'imageStatus':'ARCHIVED'}");
  EXPECT_EQ(good("ListImages", archived), json_text("{'imageIds':[{'imageDigest':'@','imageTag':'v1'}]}", {digest}));
  EXPECT_TRUE(good("DescribeImages", archived).contains(json_text("'imageStatus':'ARCHIVED','lastArchivedAt':")));
  EXPECT_TRUE(good("DescribeImages", in_app(",'imageIds':[{'imageTag':'v1'}]")).contains("ARCHIVED"));  // named
  EXPECT_EQ(good("DescribeImages", in_app(",'imageIds':[{'imageTag':'v1'}],'filter':{'imageStatus':'ACTIVE'}")),
            R"({"imageDetails":[]})");
  EXPECT_TRUE(good("BatchDeleteImage", in_app(",'imageIds':[{'imageTag':'v1'}]")).contains(digest));
}

TEST_F(StorageClasses, PutImageBringsItBack) {
  archive_and_move();
  const auto body = in_app(",'imageManifest':@,'imageTag':'v1'", {json_string(manifest)});
  EXPECT_TRUE(good("PutImage", body).contains(digest));
  move();
  EXPECT_EQ(exception("PutImage", body), "ImageAlreadyExistsException");
  EXPECT_TRUE(good("BatchGetImage", in_app(",'imageIds':[{'imageTag':'v1'}]")).ends_with(R"("failures":[]})"));
}

TEST_F(StorageClasses, PreviewsShowTheClass) {
  archive_and_move();
  world.clock.advance(std::chrono::days(91));
  service::LifecyclePreviewMaker previews(world.core, log);
  const std::string expire =
      R"({"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","storageClass":"archive","countType":)"
      R"("sinceImageTransitioned","countUnit":"days","countNumber":90},"action":{"type":"expire"}}]})";
  good("StartLifecyclePolicyPreview", in_app(",'lifecyclePolicyText':@", {json_string(expire)}));
  EXPECT_EQ(*previews.step(), 1u);
  EXPECT_TRUE(good("GetLifecyclePolicyPreview", in_app("")).contains(R"("storageClass":"ARCHIVE")"));
}

}  // namespace
}  // namespace berth::api::ecr

// The body of an ECR request from a stranger, read as each of the shapes that there are. Nothing may crash, and what
// was read must be written so that it reads the same again. Then the same bytes as a nextToken, and as a Host.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws/xml.h"
#include "api/ecr/ops/batch_images.h"
#include "api/ecr/ops/layers.h"
#include "api/ecr/ops/list_images.h"
#include "api/ecr/ops/put_image.h"
#include "api/ecr/ops/referrers.h"
#include "api/ecr/ops/registry.h"
#include "api/ecr/ops/repositories.h"
#include "api/ecr/ops/resource_tags.h"
#include "api/ecr/ops/uploads.h"
#include "model/ecr_host.h"

namespace {

using namespace berth;
using namespace berth::api::ecr;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Shape>
void read(const json::Value& document) {
  const auto request = json::decode_value<Shape>(document);
  if (!request) return;
  const auto text = json::encode(*request);
  const auto again = json::decode<Shape>(text);
  require(again.has_value() && json::encode(*again) == text);
}

template <class... Shapes>
void read_each(const json::Value& document) {
  (read<Shapes>(document), ...);
}

void read_token(const std::string& text) {
  constexpr std::string_view kList = "ListImages";
  const auto position = image_position(kList, text);
  if (!position) return;
  const auto again = image_position(kList, image_token(kList, *position));
  require(again && again->pushed == position->pushed && again->digest == position->digest &&
          again->tag == position->tag);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> kDomains = {"amazonaws.com"};
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto document = json::parse(text)) {
    read_each<BatchCheckLayerAvailabilityRequest, BatchDeleteImageRequest, BatchGetImageRequest,
              CompleteLayerUploadRequest, CreateRepositoryRequest, DeleteRepositoryRequest, DescribeImagesRequest,
              DescribeRepositoriesRequest, GetAuthorizationTokenRequest, GetDownloadUrlForLayerRequest,
              InitiateLayerUploadRequest, ListImageReferrersRequest, ListImagesRequest, ListTagsForResourceRequest,
              NoMembers, PutImageRequest, PutImageTagMutabilityRequest, TagResourceRequest, UntagResourceRequest,
              UploadLayerPartRequest>(*document);
  }
  read_token(text);
  static_cast<void>(model::parse_ecr_host(text, kDomains));
  static_cast<void>(api::aws::escape_xml(text));
  return 0;
}

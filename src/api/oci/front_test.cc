// Who gets in, what is there to read, and what everybody is refused.
#include "api/oci/front.h"

#include "api/oci/front_test_support.h"

namespace berth::api::oci {
namespace {

using enum web::Method;

TEST_F(FrontTest, PullsOnlyReadAndPushesDoNot) {
  const auto reads = [](web::Method method, std::string target) {
    return Front::only_reads({.method = method, .target = std::move(target)});
  };
  const std::string blob = "/v2/a/blobs/" + service::digest_of("x").text();
  EXPECT_TRUE(reads(web::Method::get, blob));
  EXPECT_TRUE(reads(web::Method::head, "/v2/a/manifests/v1"));
  EXPECT_FALSE(reads(web::Method::head, blob));  // is it there, or shall I push it?
  EXPECT_FALSE(reads(web::Method::put, "/v2/a/manifests/v1"));
  EXPECT_FALSE(reads(web::Method::post, "/v2/a/blobs/uploads/"));
}

TEST_F(FrontTest, ABusyRegistrySaysSo) {
  const auto response = front.busy({.target = "/v2/"});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.get("Retry-After"), "1");
  EXPECT_EQ(std::get<std::string>(response.body),
            R"({"errors":[{"code":"TOOMANYREQUESTS","message":"The registry is busy; try again"}]})");
}

TEST_F(FrontTest, ChallengesAsEcrDoes) {
  host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  for (const auto& value : {std::string(), std::string("Bearer x"), std::string("Basic !"), basic("garbled"),
                            "Basic " + base::to_base64(base::as_bytes("AWS"))}) {
    const auto reply = get("/v2/", {{"Authorization", value}});
    EXPECT_EQ(reply.status, 401) << value;
    EXPECT_EQ(reply["Docker-Distribution-Api-Version"], "registry/2.0");
    EXPECT_EQ(reply["Www-Authenticate"],
              R"(Basic realm="https://123456789012.dkr.ecr.us-east-1.amazonaws.com/",service="ecr.amazonaws.com")");
    EXPECT_EQ(reply["Content-Type"], "text/plain; charset=utf-8");
    EXPECT_EQ(reply.body, "Not Authorized\n");
  }
  host = "localhost:5000";
  EXPECT_EQ(get("/v2/", {{"Authorization", ""}})["Www-Authenticate"],
            R"(Basic realm="http://localhost:5000/",service="ecr.amazonaws.com")");
  // Nothing is told apart before that: not even a path that is none.
  for (const auto* target : {"/v2/no/where/tags/list", "/v2/%zz", "/v2/x?%zz"}) {
    EXPECT_EQ(get(target, {{"Authorization", ""}}).status, 401);
  }
}

TEST_F(FrontTest, ChallengesUnderAKnownHostWithoutADomain) {
  host = "123456789012.dkr-ecr.us-east-1.on.aws";
  options.domains.clear();
  const Front bare(deps());
  web::Request request{.method = web::Method::get, .target = "/v2/", .scheme = "https", .host = host, .id = "r"};
  const auto reaction = bare.handle(request);
  EXPECT_EQ(std::get<web::Response>(reaction).headers.get("Www-Authenticate"),
            R"(Basic realm="https://123456789012.dkr-ecr.us-east-1.on.aws/",service="ecr.amazonaws.com")");
}

TEST_F(FrontTest, LetsTheHolderOfATokenIn) {
  for (const auto method : {web::Method::get, head}) {
    const auto reply = send(method, "/v2/");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply["Docker-Distribution-Api-Version"], "registry/2.0");
  }
  clock.advance(std::chrono::hours(12));
  const auto expired = get("/v2/");
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(expired.body,
            error_body("UNAUTHORIZED", "Your authorization token has expired. Reauthenticate and try again."));
  EXPECT_EQ(expired["Www-Authenticate"], R"(Basic realm="http://localhost:5000/",service="ecr.amazonaws.com")");
}

TEST_F(FrontTest, AnswersAnExpiredTokenAsEcrIfTold) {
  options.expired_token_is_forbidden = true;
  const Front as_ecr(deps());
  clock.advance(std::chrono::hours(12));
  web::Request request{.method = web::Method::get, .target = "/v2/", .scheme = "http", .host = host, .id = "r"};
  request.headers.add("Authorization", authorization);
  const auto reaction = as_ecr.handle(request);
  const auto& response = std::get<web::Response>(reaction);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(std::get<std::string>(response.body),
            error_body("DENIED", "Your authorization token has expired. Reauthenticate and try again."));
  EXPECT_EQ(response.headers.get("Www-Authenticate"), "");
}

TEST_F(FrontTest, ShutsOutWhoIsNoMore) {
  authorizer.revoked = true;
  for (const auto* target : {"/v2/", "/v2/team/app/tags/list"}) {
    const auto reply = get(target);
    EXPECT_EQ(reply.status, 401) << target;
    EXPECT_NE(reply["Www-Authenticate"], "");
  }
}

TEST_F(FrontTest, OpensToEverybodyWhatAPolicyOpens) {
  const auto manifest = push_image(app, "one", {"v1"});
  const auto layer = service::digest_of("layer one").text();
  const auto uploads = std::string("/v2/team/app/blobs/uploads/");
  make(service::repository("team/closed"));
  authorizer.open.insert(auth::Resource::repository(app).arn);
  for (const auto* none : {"", "Basic Og==", "basic  Og=="}) {
    const Fields fields = {{"Authorization", none}};
    EXPECT_EQ(get("/v2/team/app/manifests/v1", fields).body, manifest);
    EXPECT_EQ(get("/v2/team/app/blobs/" + layer, fields).body, "layer one");
    EXPECT_EQ(send(head, "/v2/team/app/blobs/" + layer, std::nullopt, fields).status, 200);
    EXPECT_EQ(get("/v2/team/app/tags/list", fields).status, 200);
    EXPECT_EQ(get("/v2/team/app/manifests/absent", fields).status, 404);
    // Writing needs to say who, and so does the ping, whose challenge makes clients log in.
    EXPECT_EQ(send(web::Method::put, "/v2/team/app/manifests/v2", manifest, fields).status, 401);
    EXPECT_EQ(send(delete_, "/v2/team/app/manifests/v1", std::nullopt, fields).status, 401);
    EXPECT_EQ(send(post, uploads, std::nullopt, fields).status, 401);
    EXPECT_EQ(get("/v2/", fields).status, 401);
    EXPECT_EQ(get("/v2/_catalog", fields).status, 401);
    // Nothing else is told apart.
    for (const auto* target : {"/v2/team/closed/manifests/v1", "/v2/no/where/manifests/v1", "/v2/Team/manifests/v1",
                               "/v2/team/closed/blobs/sha256:x", "/v2/team/app/manifests/-v1", "/v2/x?%zz"}) {
      const auto reply = get(target, fields);
      EXPECT_EQ(reply.status, 401) << target;
      EXPECT_EQ(reply.body, "Not Authorized\n") << target;
    }
  }
  for (const auto* wrong : {"Basic QVdTOng=", "Bearer x", "Basic", "Basic Og"}) {
    EXPECT_EQ(get("/v2/team/app/manifests/v1", {{"Authorization", wrong}}).status, 401) << wrong;
  }
  host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  EXPECT_EQ(get("/v2/team/app/manifests/v1", {{"Authorization", ""}}).status, 401);  // another registry
}

TEST_F(FrontTest, KeepsATokenToItsRegion) {
  host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  EXPECT_EQ(get("/v2/").status, 403);
  host = "999999999999.dkr.ecr.us-east-1.amazonaws.com";
  EXPECT_EQ(get("/v2/").status, 200);
  EXPECT_EQ(get("/v2/team/app/tags/list").status, 403);  // another account's
  host = "123456789012.dkr.ecr.us-east-1.amazonaws.com:443";
  EXPECT_EQ(get("/v2/team/app/tags/list").status, 200);
}

TEST_F(FrontTest, ServesManifests) {
  const auto manifest = push_image(app, "one", {"v1"});
  const auto digest = service::digest_of(manifest).text();
  for (const auto& reference : {std::string("v1"), digest}) {
    const auto reply = get("/v2/team/app/manifests/" + reference);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, manifest);
    EXPECT_EQ(reply["Content-Type"], service::kOciManifest);
    EXPECT_EQ(reply["Docker-Content-Digest"], digest);
    EXPECT_EQ(reply["ETag"], "\"" + digest + "\"");
    EXPECT_EQ(send(head, "/v2/team/app/manifests/" + reference).status, 200);
    const auto unchanged = get("/v2/team/app/manifests/" + reference, {{"If-None-Match", "\"" + digest + "\""}});
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
    EXPECT_EQ(unchanged["Docker-Content-Digest"], digest);
  }
  const auto unknown = get("/v2/team/app/manifests/absent");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, error_body("MANIFEST_UNKNOWN", "Requested image not found"));
  EXPECT_EQ(get("/v2/no/where/manifests/v1").status, 404);
  EXPECT_EQ(get("/v2/no/where/manifests/v1").body,
            error_body("NAME_UNKNOWN",
                       "The repository with name 'no/where' does not exist in the registry with id '123456789012'"));
  EXPECT_EQ(get("/v2/Team/manifests/v1").status, 400);
  EXPECT_EQ(get("/v2/team/app/manifests/-v1").status, 400);
  EXPECT_EQ(get("/v2/team/app/manifests/sha256:xyz").status, 400);
}

TEST_F(FrontTest, ServesLayersAndTheirParts) {
  const auto digest = push_layer(app, "0123456789").text();
  const auto target = "/v2/team/app/blobs/" + digest;
  const auto whole = get(target);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "0123456789");
  EXPECT_EQ(whole["Docker-Content-Digest"], digest);
  EXPECT_EQ(whole["Accept-Ranges"], "bytes");
  EXPECT_EQ(whole["Content-Type"], "application/octet-stream");
  const auto there = send(head, target);
  EXPECT_EQ(there.status, 200);
  EXPECT_EQ(there.announced_length, 10u);
  EXPECT_EQ(there["Docker-Content-Digest"], digest);

  const auto part = get(target, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part["Content-Range"], "bytes 2-4/10");
  EXPECT_EQ(get(target, {{"Range", "bytes=-3"}}).body, "789");
  EXPECT_EQ(get(target, {{"Range", "bytes=7-"}}).body, "789");
  const auto outside = get(target, {{"Range", "bytes=10-"}});
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside["Content-Range"], "bytes */10");
  EXPECT_EQ(outside.body, "");
  EXPECT_EQ(get(target, {{"Range", "bytes=2-4"}, {"If-Range", "\"other\""}}).status, 200);
  EXPECT_EQ(get(target, {{"Range", "bytes=2-4"}, {"If-Range", "\"" + digest + "\""}}).status, 206);
  const auto unchanged = get(target, {{"If-None-Match", digest}, {"Range", "bytes=2-4"}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.body, "");
  const auto known = send(head, target, std::nullopt, {{"If-None-Match", "\"" + digest + "\""}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known["ETag"], "\"" + digest + "\"");
  EXPECT_FALSE(known.announced_length);
  EXPECT_EQ(get(target, {{"If-Match", "\"other\""}}).status, 412);
  EXPECT_EQ(send(head, target, std::nullopt, {{"If-Match", "\"other\""}}).status, 412);
  EXPECT_EQ(get(target, {{"If-Match", "\"" + digest + "\""}}).status, 200);

  const auto absent = "/v2/team/app/blobs/" + service::digest_of("absent").text();
  EXPECT_EQ(get(absent).status, 404);
  EXPECT_EQ(send(head, absent).status, 404);
  EXPECT_EQ(get("/v2/team/app/blobs/md5:00").status, 400);
}

TEST_F(FrontTest, ServesSignedUrlsToEverybody) {
  const auto digest = push_layer(app, "0123456789");
  const auto target = download_urls.make(app, digest, clock.now());
  const Fields anonymous = {{"Authorization", ""}};
  EXPECT_EQ(get(target, anonymous).body, "0123456789");
  EXPECT_EQ(get(target, {{"Authorization", ""}, {"Range", "bytes=0-0"}}).body, "0");
  EXPECT_EQ(get(target + "0", anonymous).status, 403);
  EXPECT_EQ(send(delete_, target, std::nullopt, anonymous).status, 405);
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(get(target, anonymous).status, 403);
}

TEST_F(FrontTest, PagesTags) {
  push_image(app, "one", {"a", "b", "c", "d", "e"});
  EXPECT_EQ(get("/v2/team/app/tags/list").body, R"({"name":"team/app","tags":["a","b","c","d","e"]})");
  auto page = get("/v2/team/app/tags/list?n=2");
  EXPECT_EQ(page.body, R"({"name":"team/app","tags":["a","b"]})");
  EXPECT_EQ(page["Link"], R"(</v2/team/app/tags/list?last=b&n=2>; rel="next")");
  page = get("/v2/team/app/tags/list?last=b&n=2");
  EXPECT_EQ(page.body, R"({"name":"team/app","tags":["c","d"]})");
  page = get("/v2/team/app/tags/list?last=d&n=2");
  EXPECT_EQ(page.body, R"({"name":"team/app","tags":["e"]})");
  EXPECT_FALSE(page.headers.find("Link"));
  EXPECT_FALSE(get("/v2/team/app/tags/list?n=5").headers.find("Link"));
  EXPECT_EQ(get("/v2/team/app/tags/list?n=0").body, R"({"name":"team/app","tags":[]})");
  EXPECT_EQ(get("/v2/team/app/tags/list?n=99999999999999999999999").status, 200);
  for (const auto* bad : {"n=-1", "n=x", "n=", "n=1.5", "n=%zz"}) {
    EXPECT_EQ(get(std::string("/v2/team/app/tags/list?") + bad).status, 400) << bad;
  }
}

TEST_F(FrontTest, ListsTheCatalog) {
  make(service::repository("aa"));
  make(service::repository("zz", "999999999999"));
  EXPECT_EQ(get("/v2/_catalog").body, R"({"repositories":["aa","team/app"]})");
  const auto page = get("/v2/_catalog?n=1");
  EXPECT_EQ(page.body, R"({"repositories":["aa"]})");
  EXPECT_EQ(page["Link"], R"(</v2/_catalog?last=aa&n=1>; rel="next")");
  EXPECT_EQ(get("/v2/_catalog?n=1&last=aa").body, R"({"repositories":["team/app"]})");
}

TEST_F(FrontTest, ListsReferrers) {
  const auto subject = push_image(app, "one");
  std::vector<std::string> digests;
  for (int i = 0; i < 25; ++i) {
    const auto extra = service::fill(
        R"(,"artifactType":"@","annotations":{"n":"@"},"subject":@)",
        {i % 2 == 0 ? "a/even" : "a/odd", std::to_string(i), service::descriptor(service::kOciManifest, subject)});
    digests.push_back(service::digest_of(push_image(app, "referrer " + std::to_string(i), {}, extra)).text());
  }
  std::ranges::sort(digests);
  const auto target = "/v2/team/app/referrers/" + service::digest_of(subject).text();
  const auto entries = [](const Reply& reply) {
    std::size_t n = 0;
    for (auto at = reply.body.find("\"digest\""); at != std::string::npos; at = reply.body.find("\"digest\"", at + 1)) {
      ++n;
    }
    return n;
  };
  const auto all = get(target);
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all["Content-Type"], service::kOciIndex);
  EXPECT_EQ(entries(all), 25u);
  EXPECT_FALSE(all.headers.find("Link"));
  EXPECT_FALSE(all.headers.find("OCI-Filters-Applied"));
  const auto even = get(target + "?artifactType=a%2Feven");
  EXPECT_EQ(entries(even), 13u);
  EXPECT_EQ(even["OCI-Filters-Applied"], "artifactType");
  std::size_t seen = 0;
  std::string next = target + "?n=5&artifactType=a%2Feven";
  for (int pages = 0; pages < 3; ++pages) {
    const auto page = get(next);
    EXPECT_EQ(entries(page), pages < 2 ? 5u : 3u);
    seen += entries(page);
    const auto link = std::string(page["Link"]);
    EXPECT_EQ(link.empty(), pages == 2);
    if (!link.empty()) next = link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(seen, 13u);
  EXPECT_EQ(get("/v2/team/app/referrers/" + service::digest_of("nobody").text()).body,
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]})");
  EXPECT_EQ(get("/v2/team/app/referrers/v1").status, 400);
}

TEST_F(FrontTest, KnowsTheMethodsOfEachPath) {
  const auto upload = layers.start(scope, app, model::DigestAlgorithm::sha256)->id;
  const auto digest = service::digest_of("x").text();
  struct Case {
    web::Method method;
    std::string target;
    std::string_view allowed;
  };
  for (const auto& each :
       std::vector<Case>{{web::Method::put, "/v2/", "GET, HEAD"},
                         {post, "/v2/_catalog", "GET, HEAD"},
                         {delete_, "/v2/team/app/tags/list", "GET, HEAD"},
                         {web::Method::put, "/v2/team/app/referrers/" + digest, "GET, HEAD"},
                         {post, "/v2/team/app/manifests/v1", "GET, HEAD, PUT, DELETE"},
                         {web::Method::put, "/v2/team/app/blobs/" + digest, "GET, HEAD, DELETE"},
                         {web::Method::get, "/v2/team/app/blobs/uploads/", "POST"},
                         {other, "/v2/team/app/blobs/uploads/" + upload, "GET, PATCH, PUT, DELETE"}}) {
    const auto reply = send(each.method, each.target);
    EXPECT_EQ(reply.status, 405) << each.target;
    EXPECT_EQ(reply["Allow"], each.allowed) << each.target;
  }
  EXPECT_EQ(get("/v2/team/app/nothing").status, 404);
}

// Each route asks a service, and each service asks who is calling.
TEST_F(FrontTest, RefusesEverythingToWhoMayDoNothing) {
  const auto manifest = push_image(app, "one", {"v1"});
  const auto layer = service::digest_of("layer one").text();
  const auto digest = service::digest_of(manifest).text();
  const auto upload = layers.start(scope, app, model::DigestAlgorithm::sha256)->id;
  authorizer.deny_all = true;
  const auto uploads = std::string("/v2/team/app/blobs/uploads/");
  struct Case {
    web::Method method;
    std::string target;
    std::optional<std::string> body = std::nullopt;
  };
  for (const auto& each : std::vector<Case>{{web::Method::get, "/v2/_catalog"},
                                            {web::Method::get, "/v2/team/app/manifests/v1"},
                                            {head, "/v2/team/app/manifests/v1"},
                                            {web::Method::get, "/v2/team/app/manifests/" + digest},
                                            {web::Method::get, "/v2/no/where/manifests/v1"},
                                            {web::Method::put, "/v2/team/app/manifests/v2", manifest},
                                            {web::Method::put, "/v2/team/app/manifests/" + digest, manifest},
                                            {delete_, "/v2/team/app/manifests/v1"},
                                            {delete_, "/v2/team/app/manifests/" + digest},
                                            {web::Method::get, "/v2/team/app/blobs/" + layer},
                                            {head, "/v2/team/app/blobs/" + layer},
                                            {delete_, "/v2/team/app/blobs/" + layer},
                                            {post, uploads},
                                            {post, uploads + "?digest=" + layer, "layer one"},
                                            {post, uploads + "?mount=" + layer + "&from=team/app"},
                                            {post, uploads + "?mount=" + layer},
                                            {web::Method::get, uploads + upload},
                                            {patch, uploads + upload, "bytes"},
                                            {web::Method::put, uploads + upload + "?digest=" + layer, "layer one"},
                                            {delete_, uploads + upload},
                                            {web::Method::get, "/v2/team/app/tags/list"},
                                            {web::Method::get, "/v2/no/where/tags/list"},
                                            {web::Method::get, "/v2/team/app/referrers/" + digest}}) {
    const auto reply = send(each.method, each.target, each.body);
    EXPECT_EQ(reply.status, 403) << web::name(each.method) << " " << each.target;
    EXPECT_NE(reply.body.find("\"DENIED\""), std::string::npos);
    EXPECT_EQ(reply["Docker-Distribution-Api-Version"], "registry/2.0");
  }
  authorizer.deny_all = false;
  EXPECT_EQ(get("/v2/team/app/tags/list").body, R"({"name":"team/app","tags":["v1"]})");
  EXPECT_EQ(get(uploads + upload).status, 204);
}

}  // namespace
}  // namespace berth::api::oci

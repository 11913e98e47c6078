// Public registries at the OCI door: host names, aliases, the token flow.
#include "api/oci/front_test_support.h"
#include "json/parse.h"

namespace berth::api::oci {
namespace {

using enum web::Method;

class PublicFront : public FrontTest {
 protected:
  PublicFront() {
    host = "public.ecr.aws";
    make(open_app);
    manifest = push_image(open_app, "one", {"v1"});
    alias = public_registries.primary_alias({}, registry().account)->text();
    authorization = bearer("");
  }

  // A token of the endpoint, asked for with these credentials.
  Reply ask_token(const std::string& credentials) {
    return get("/token/?service=public.ecr.aws&scope=repository:x/y:pull", {{"Authorization", credentials}});
  }
  std::string bearer(const std::string& credentials) {
    const auto reply = ask_token(credentials);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const auto document = json::parse(reply.body);
    return "Bearer " + *document->find_string("token");
  }
  std::string login(const auth::Caller& caller) {
    return basic(
        std::string(tokens.issue(caller, model::Region::of_public_registries(), clock.now()).password.reveal()));
  }
  std::string path(std::string_view rest) const { return "/v2/" + alias + "/team/app/" + std::string(rest); }

  model::RepositoryRef open_app = service::public_repository("team/app");
  std::string manifest, alias;
};

TEST_F(PublicFront, AnybodyPullsWithATokenForAnybody) {
  const auto layer = service::digest_of("layer one").text();
  EXPECT_EQ(get("/v2/").status, 200);
  EXPECT_EQ(get(path("manifests/v1")).body, manifest);
  EXPECT_EQ(send(head, path("manifests/v1")).status, 200);
  EXPECT_EQ(get(path("blobs/" + layer)).body, "layer one");
  EXPECT_EQ(send(head, path("blobs/" + layer)).announced_length, 9u);
  EXPECT_EQ(send(head, path("blobs/" + service::digest_of("no").text())).status, 404);
  EXPECT_EQ(get(path("tags/list")).body, R"({"name":")" + alias + R"(/team/app","tags":["v1"]})");
  EXPECT_EQ(get(path("referrers/" + service::digest_of(manifest).text())).status, 200);
  EXPECT_EQ(get("/v2/_catalog").status, 404);
}

TEST_F(PublicFront, WithoutATokenIsToldWhereToGetOne) {
  authorization = "";
  const auto ping = get("/v2/");
  EXPECT_EQ(ping.status, 401);
  EXPECT_EQ(ping["Www-Authenticate"],
            R"(Bearer realm="http://public.ecr.aws/token/",service="public.ecr.aws",scope="aws")");
  EXPECT_EQ(ping["Docker-Distribution-Api-Version"], "registry/2.0");
  EXPECT_EQ(ping.body, error_body("UNAUTHORIZED", "Not Authorized"));
  host = "PUBLIC.localhost:5000";
  EXPECT_EQ(get(path("manifests/v1"))["Www-Authenticate"],
            R"(Bearer realm="http://PUBLIC.localhost:5000/token/",service="PUBLIC.localhost",scope="repository:)" +
                alias + R"(/team/app:pull")");
  EXPECT_EQ(send(post, path("blobs/uploads/"))["Www-Authenticate"],
            R"(Bearer realm="http://PUBLIC.localhost:5000/token/",service="PUBLIC.localhost",scope="repository:)" +
                alias + R"(/team/app:pull,push")");
  // What is no name is not repeated.
  EXPECT_TRUE(get("/v2/a%22b/manifests/v1")["Www-Authenticate"].ends_with(R"(scope="aws")"));
}

TEST_F(PublicFront, OnlyWhoHasAnAccountPushes) {
  const auto push = [&](const std::string& reference) {
    return send(web::Method::put, path("manifests/" + reference), manifest,
                {{"Content-Type", std::string(service::kOciManifest)}});
  };
  EXPECT_EQ(push("v2").status, 403);
  EXPECT_EQ(send(post, path("blobs/uploads/")).status, 403);
  EXPECT_EQ(send(delete_, path("manifests/v1")).status, 403);
  authorization = bearer(login(scope.caller));
  const auto pushed = push("v2");
  EXPECT_EQ(pushed.status, 201);
  EXPECT_EQ(pushed["Location"], path("manifests/" + service::digest_of(manifest).text()));
  const auto started = send(post, path("blobs/uploads/"));
  EXPECT_EQ(started.status, 202);
  EXPECT_TRUE(started["Location"].starts_with(path("blobs/uploads/"))) << started["Location"];
  EXPECT_EQ(send(patch, std::string(started["Location"]), "bytes").status, 202);
  const auto done =
      send(web::Method::put, std::string(started["Location"]) + "?digest=" + service::digest_of("bytes").text(), "");
  EXPECT_EQ(done.status, 201);
  EXPECT_EQ(done["Location"], path("blobs/" + service::digest_of("bytes").text()));
  // The stranger's registry is not his.
  const Reply other = [&] {
    authorization = bearer(login(auth::Caller::root(registry().account, "AKIA")));
    authorizer.hide(open_app);
    return push("v3");
  }();
  EXPECT_EQ(other.status, 403);
}

TEST_F(PublicFront, MountsWithinOneRegistry) {
  const auto to = service::public_repository("team/other");
  make(to);
  authorization = bearer(login(scope.caller));
  const auto layer = service::digest_of("layer one").text();
  const auto mount = [&](const std::string& from) {
    return send(post, "/v2/" + alias + "/team/other/blobs/uploads/?mount=" + layer + "&from=" + from).status;
  };
  EXPECT_EQ(mount("team/app"), 202);
  EXPECT_EQ(mount("elsewhere/team/app"), 202);
  EXPECT_EQ(mount(alias + "/team/app"), 201);
}

TEST_F(PublicFront, NamesBeginWithAnAlias) {
  EXPECT_EQ(get("/v2/nobody/team/app/manifests/v1").body,
            error_body("NAME_UNKNOWN", "The registry with id 'nobody' does not exist"));
  EXPECT_EQ(get("/v2/app/manifests/v1").status, 404);
  EXPECT_EQ(get("/v2/" + alias + "/no/where/manifests/v1").body,
            error_body("NAME_UNKNOWN",
                       "The repository with name 'no/where' does not exist in the registry with id '" + alias + "'"));
  EXPECT_EQ(get("/v2/" + alias + "//team/app/manifests/v1").status, 400);
  EXPECT_TRUE(service::ok(public_registries.put_alias(scope, model::AliasName::parse("company").value())));
  EXPECT_EQ(get("/v2/company/team/app/manifests/v1").body, manifest);
  EXPECT_EQ(get(path("manifests/v1")).body, manifest);
  EXPECT_EQ(get("/v2/123456789012/team/app/manifests/v1").body, manifest);
}

// One account's two registries have the same names and nothing else in common.
TEST_F(PublicFront, TokensAreGoodOnOneSide) {
  const auto for_private = basic(scope.caller);
  EXPECT_EQ(ask_token(for_private).status, 403);
  const auto password = tokens.issue(scope.caller, registry().region, clock.now()).password;
  EXPECT_EQ(get("/v2/", {{"Authorization", "Bearer " + std::string(password.reveal())}}).status, 403);
  const auto for_public = login(scope.caller);
  host = "localhost:5000";
  EXPECT_EQ(get("/v2/", {{"Authorization", for_public}}).status, 403);
  EXPECT_EQ(get("/v2/team/app/manifests/v1", {{"Authorization", for_private}}).status, 404);  // nothing there
  EXPECT_EQ(get("/v2/" + alias + "/team/app/manifests/v1", {{"Authorization", for_private}}).status, 404);
  EXPECT_EQ(get("/v2/", {{"Authorization", authorization}}).status, 401);  // Bearer is not known there
}

TEST_F(PublicFront, BadCredentials) {
  const auto refused = get("/v2/", {{"Authorization", login(scope.caller)}});  // Basic is for the token endpoint
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.body, error_body("UNAUTHORIZED", "Your Authorization Token is invalid."));
  for (const auto* bad : {"Bearer x", "Bearer ", "Digest x"}) {
    EXPECT_EQ(get("/v2/", {{"Authorization", bad}}).status, 401) << bad;
  }
  for (const auto* bad : {"Basic x", "Bearer x", "Digest y"}) {
    const auto reply = ask_token(bad);
    EXPECT_EQ(reply.status, 401) << bad;
    EXPECT_EQ(reply["Www-Authenticate"], R"(Basic realm="http://public.ecr.aws/token/")");
  }
  authorizer.revoked = true;
  EXPECT_EQ(ask_token(login(scope.caller)).status, 403);
  EXPECT_EQ(get("/v2/").status, 200);  // nobody is revoked
}

TEST_F(PublicFront, TokensEndInTimeAndNoLaterThanTheLogin) {
  const auto reply = ask_token("");
  EXPECT_TRUE(reply.body.contains(R"("expires_in":3600)")) << reply.body;
  EXPECT_EQ(reply["Cache-Control"], "no-store");
  const auto credentials = login(scope.caller);
  clock.advance(std::chrono::hours(11) + std::chrono::minutes(30));
  EXPECT_TRUE(ask_token(credentials).body.contains(R"("expires_in":1800)"));
  const auto late = bearer(credentials);
  EXPECT_EQ(get("/v2/", {{"Authorization", late}}).status, 200);
  clock.advance(std::chrono::minutes(30));
  const auto expired = get("/v2/", {{"Authorization", late}});
  EXPECT_EQ(expired.status, 401);
  EXPECT_TRUE(expired["Www-Authenticate"].starts_with("Bearer realm="));
  EXPECT_EQ(ask_token(credentials).status, 401);
  EXPECT_EQ(send(post, "/token/", "grant_type=password").status, 405);
}

TEST_F(PublicFront, ShowsLogos) {
  const std::string png = "\x89PNG\r\n\x1a\n...";
  model::CatalogData data;
  data.logo = png;
  EXPECT_TRUE(service::ok(public_registries.put_catalog(scope, open_app, data)));
  authorization = "";
  const auto shown = get("/logo/" + alias + "/team/app.png");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body, png);
  EXPECT_EQ(shown["Content-Type"], "image/png");
  EXPECT_EQ(shown["X-Content-Type-Options"], "nosniff");
  for (const auto& none :
       {"/logo/" + alias + "/team/app", "/logo/" + alias + "/no/where.png", std::string("/logo/nobody/team/app.png"),
        std::string("/logo/x.png"), "/logo/" + alias + "/../app.png"}) {
    EXPECT_EQ(get(none).status, 404) << none;
  }
}

TEST_F(PublicFront, ServesItsPathsOnItsHostsOnly) {
  const auto served = [&](std::string target, std::string at) {
    return front.serves({.target = std::move(target), .host = std::move(at)});
  };
  EXPECT_TRUE(served("/token/?x=y", "public.ecr.aws"));
  EXPECT_TRUE(served("/token", "public.localhost:5000"));
  EXPECT_TRUE(served("/logo/a/b.png", "public.ecr.aws:443"));
  EXPECT_FALSE(served("/token/", "localhost:5000"));
  EXPECT_FALSE(served("/logo/a/b.png", "localhost"));
  EXPECT_TRUE(served("/v2/", "localhost"));
  EXPECT_FALSE(served("/", "public.ecr.aws"));
}

}  // namespace
}  // namespace berth::api::oci

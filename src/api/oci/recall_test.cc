#include "api/oci/recall.h"

#include "api/oci/front_test_support.h"

namespace berth::api::oci {
namespace {

using enum web::Method;

class RecallTest : public FrontTest {
 protected:
  // The answer of the memory, or nothing. Then the door's, which the memory may keep.
  std::optional<std::string> ask(web::Method method, const std::string& target, Fields fields = {}) {
    auto request = make(method, target, std::move(fields));
    auto known = door.at_once(request);
    if (!known) (void)door.handle(request);
    if (!known) return std::nullopt;
    EXPECT_EQ(known->status, 200);
    EXPECT_TRUE(known->shared_fields->contains("\r\nDocker-Distribution-Api-Version: registry/2.0"));
    if (known->announced_length) return "length " + std::to_string(*known->announced_length);
    return *std::get<web::SharedBody>(known->body);
  }
  std::optional<std::string> ask(const std::string& target, Fields fields = {}) {
    return ask(kGet, target, std::move(fields));
  }
  web::Request make(web::Method method, const std::string& target, Fields fields = {}) {
    web::Request request{.method = method, .target = target, .client = "10.0.0.1", .scheme = "http", .host = host};
    for (auto& [name, value] : fields) request.headers.add(std::move(name), std::move(value));
    if (!request.headers.find("Authorization")) request.headers.add("Authorization", authorization);
    return request;
  }

  Deps recalling() {
    auto with_memory = deps();
    with_memory.recall = &recall;
    return with_memory;
  }

  static constexpr auto kGet = web::Method::get;
  Recall recall{[this] { return store.stamp(); }, std::size_t{4} << 20, metrics};
  Front door{recalling()};
};

TEST_F(RecallTest, GivesTheSameAnswerAgainUntilSomethingChanges) {
  const auto manifest = push_image(app, "one", {"v1"});
  const std::string target = "/v2/team/app/manifests/v1";
  EXPECT_EQ(ask(target), std::nullopt);
  EXPECT_EQ(ask(target), manifest);
  EXPECT_EQ(ask(head, target), std::nullopt);
  EXPECT_EQ(ask(head, target), manifest);  // whose length counts
  const auto other = push_image(app, "two", {"v1"});
  EXPECT_EQ(ask(target), std::nullopt);
  EXPECT_EQ(ask(target), other);
  const auto digest = service::digest_of(other);
  EXPECT_TRUE(base::ok(images.remove(scope, app, digest)));
  EXPECT_EQ(ask(target), std::nullopt);
  EXPECT_EQ(ask(target), std::nullopt);  // 404: nothing to keep
}

TEST_F(RecallTest, KnowsOneQuestionFromAnother) {
  push_image(app, "one", {"v1"});
  const std::string target = "/v2/team/app/manifests/v1";
  ask(target);
  ASSERT_TRUE(ask(target));
  for (const char* name : {"User-Agent", "Referer"}) EXPECT_FALSE(ask(target, {{name, "another"}})) << name;
  EXPECT_FALSE(ask(target + "?x=y"));
  const auto another = basic(auth::Caller::root(registry().account, "AKIAANOTHER"));
  EXPECT_FALSE(ask(target, {{"Authorization", another}}));
  EXPECT_FALSE(ask(target, {{"Authorization", ""}}));
  using Change = void (*)(web::Request&);
  for (const Change change :
       {+[](web::Request& r) { r.client = "10.0.0.2"; }, +[](web::Request& r) { r.scheme = "https"; },
        +[](web::Request& r) { r.host = "other:5000"; }, +[](web::Request& r) { r.listener = "vpce-1"; },
        +[](web::Request& r) { r.method = web::Method::head; }}) {
    auto request = make(kGet, target);
    change(request);
    EXPECT_FALSE(door.at_once(request));
  }
  EXPECT_TRUE(ask(target));
}

TEST_F(RecallTest, LeavesPartsAndConditionsToTheDoor) {
  push_image(app, "one", {"v1"});
  const std::string target = "/v2/team/app/manifests/v1";
  ask(target);
  for (const char* name : {"Range", "If-None-Match", "If-Match", "If-Range"}) {
    const Fields fields{{name, "\"x\""}};
    ask(target, fields);
    EXPECT_FALSE(ask(target, fields)) << name;
  }
  auto with_body = make(kGet, target);
  with_body.has_body = true;
  EXPECT_FALSE(door.at_once(with_body));
  EXPECT_FALSE(door.at_once(make(web::Method::put, target)));
}

TEST_F(RecallTest, ForgetsWithTheTokenAndNotesEveryPull) {
  push_image(app, "one", {"v1"});
  const std::string target = "/v2/team/app/manifests/v1";
  ask(target);
  EXPECT_TRUE(ask(target));
  // A pull is noted once in kExact.
  clock.advance(service::PullRecorder::kExact);
  EXPECT_EQ(pulls.flush({}), 1);
  EXPECT_FALSE(ask(target));
  EXPECT_EQ(pulls.flush({}), 1);
  EXPECT_FALSE(ask(target));
  EXPECT_TRUE(ask(target));
  const std::string by_look = "/v2/team/app/tags/list";
  ask(by_look);
  clock.advance(auth::RegistryTokens::kLifetime - 2 * service::PullRecorder::kExact);
  EXPECT_TRUE(ask(by_look));
  clock.advance(service::PullRecorder::kExact);
  EXPECT_FALSE(ask(by_look));
  EXPECT_FALSE(ask(by_look));  // 401
}

TEST_F(RecallTest, AsksAgainForALayerThatLivesByItsLease) {
  const auto digest = push_layer(app, "loose");
  const auto target = "/v2/team/app/blobs/" + digest.text();
  ask(head, target);
  EXPECT_FALSE(ask(head, target));  // each HEAD renews the lease
  const auto held = "/v2/team/app/blobs/" + service::digest_of("layer one").text();
  push_image(app, "one", {"v1"});
  ask(head, held);
  EXPECT_EQ(ask(head, held), "length 9");
}

TEST_F(RecallTest, TakesTheRateOfEachAnswer) {
  service::Rates rates({{"BatchGetImage", {.per_second = 1, .burst = 3}}}, clock, metrics);
  auto with_rates = recalling();
  with_rates.rates = &rates;
  Front limited(with_rates);
  push_image(app, "one", {"v1"});
  auto request = make(kGet, "/v2/team/app/manifests/v1");
  EXPECT_FALSE(limited.at_once(request));
  (void)limited.handle(request);
  EXPECT_EQ(limited.at_once(request)->status, 200);
  EXPECT_EQ(limited.at_once(request)->status, 200);
  EXPECT_EQ(limited.at_once(request)->status, 429);
}

TEST_F(RecallTest, IsBoundedAndSweepsWhatIsNotTrueAnyMore) {
  const auto stamp = store.stamp().value();
  const auto until = base::Timestamp::max();
  const auto keep = [&](int i, std::size_t size) {
    web::Response response{.body = std::string(size, 'x')};
    recall.keep(make(kGet, "/v2/" + std::to_string(i)), stamp, until,
                {.account = registry().account, .region = registry().region, .operation = {}}, response);
  };
  for (int i = 0; i < 1000; ++i) keep(i, 50'000);
  EXPECT_LE(recall.size(), 4 * 1024 * 1024 / 50'000);
  EXPECT_GT(recall.size(), 40);
  keep(5000, Recall::kLargestBody + 1);
  EXPECT_FALSE(recall.find(make(kGet, "/v2/5000"), clock.now()));
  recall.sweep();
  EXPECT_GT(recall.size(), 40);
  push_layer(app, "new");
  recall.sweep();
  EXPECT_EQ(recall.size(), 0);
}

}  // namespace
}  // namespace berth::api::oci

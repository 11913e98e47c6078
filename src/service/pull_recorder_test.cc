// Which pulls move lastRecordedPullTime, when, and what that costs.
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string kScanner = "arn:aws:iam::123456789012:role/ci/scanner";

struct Pulls : testing::Test, World {
  Pulls() : manifest(push_image(app, "one", {"v1"})), digest(digest_of(manifest)) { clock.advance(minutes(5)); }

  static model::Tag tag(std::string_view text) { return model::Tag::parse(text).value(); }
  std::size_t flush() { return pulls.flush({}).value(); }
  std::optional<base::Timestamp> recorded(const model::Digest& of) {
    return images.describe(scope, app, {{of.text(), std::nullopt}})->at(0).pulled;
  }
  std::optional<base::Timestamp> recorded() { return recorded(digest); }
  Scope session_of(const std::string& role, const std::string& session) const {
    auto other = scope;
    other.caller.kind = auth::CallerKind::role;
    other.caller.arn = "arn:aws:sts::123456789012:assumed-role/scanner/" + session;
    other.caller.role_arn = role;
    return other;
  }
  std::uint64_t dropped() { return metrics.counter("berth_pull_times_dropped_total", "").value(); }

  std::string manifest;
  model::Digest digest;
};

TEST_F(Pulls, AreRecordedByTagByDigestAndInBatches) {
  EXPECT_FALSE(recorded());
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  EXPECT_FALSE(recorded());  // nothing is written by a pull
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(recorded(), clock.now());

  clock.advance(minutes(1));
  EXPECT_TRUE(ok(images.get(scope, app, digest)));
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(recorded(), clock.now());

  clock.advance(minutes(1));
  const auto other = digest_of(push_image(app, "two"));
  EXPECT_EQ(images.batch_get(scope, app, {{digest.text(), std::nullopt}, {std::nullopt, "absent"}, {other.text(), {}}})
                ->images.size(),
            2u);
  EXPECT_EQ(flush(), 2u);
  EXPECT_EQ(recorded(), clock.now());
  EXPECT_EQ(recorded(other), clock.now());
}

TEST_F(Pulls, OfTheSameMinuteCostNothing) {
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  const auto first = clock.now();
  clock.advance(seconds(2));
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(recorded(), first);
  clock.advance(seconds(57));
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  EXPECT_EQ(flush(), 0u);
  EXPECT_EQ(recorded(), first);
  clock.advance(seconds(1));
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(recorded(), clock.now());
}

TEST_F(Pulls, LookingIsNoPull) {
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"), Reading::look)));
  EXPECT_TRUE(ok(images.describe(scope, app, {{std::nullopt, "v1"}})));
  EXPECT_TRUE(ok(images.referrers(scope, app, digest, {.after = {}, .limit = 1, .artifact_types = {}})));
  EXPECT_TRUE(ok(put(app, manifest, {"v2"})));
  EXPECT_TRUE(fails(Errc::image_not_found, images.get(scope, app, tag("absent"))));
  EXPECT_EQ(flush(), 0u);
}

TEST_F(Pulls, OfAnIndexAreNotThoseOfItsMembers) {
  const auto list = index_manifest({manifest});
  EXPECT_TRUE(ok(put(app, list, {"multi"})));
  EXPECT_TRUE(ok(images.get(scope, app, tag("multi"))));
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(recorded(digest_of(list)), clock.now());
  EXPECT_FALSE(recorded());
}

TEST_F(Pulls, OfAnImageThatIsGoneAreNothing) {
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  EXPECT_TRUE(ok(images.remove(scope, app, digest)));
  EXPECT_EQ(flush(), 1u);
  EXPECT_TRUE(ok(put(app, manifest)));
  EXPECT_FALSE(recorded());
}

TEST_F(Pulls, ArePendingUntilTheyAreWritten) {
  const auto id = repositories.describe(scope, app.registry, {app.name})->at(0).id;
  EXPECT_FALSE(pulls.pending(id, digest));
  EXPECT_TRUE(ok(images.get(scope, app, tag("v1"))));
  EXPECT_TRUE(pulls.pending(id, digest));
  EXPECT_FALSE(pulls.pending(id, digest_of("other")));
  EXPECT_TRUE(fails(Errc::deadline_exceeded, pulls.flush(base::Deadline::after(seconds(-1)))));
  EXPECT_TRUE(pulls.pending(id, digest));
  EXPECT_EQ(flush(), 1u);
  EXPECT_FALSE(pulls.pending(id, digest));
}

TEST_F(Pulls, BeyondTheBoundAreCounted) {
  const auto repository = repositories.describe(scope, app.registry, {app.name})->at(0);
  model::Image image = images.describe(scope, app, {{digest.text(), std::nullopt}})->at(0);
  for (std::size_t i = 0; i < PullRecorder::kMaxPending; ++i) {
    image.digest = digest_of(std::to_string(i));
    pulls.note(scope.caller, repository, image);
  }
  EXPECT_EQ(dropped(), 0u);
  pulls.note(scope.caller, repository, image);  // noted before
  EXPECT_EQ(dropped(), 0u);
  image.digest = digest;
  EXPECT_EQ(pulls.note(scope.caller, repository, image), clock.now());
  EXPECT_EQ(dropped(), 1u);
  EXPECT_EQ(flush(), PullRecorder::kMaxPending);  // in many transactions
  pulls.note(scope.caller, repository, image);
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(recorded(), clock.now());
}

TEST_F(Pulls, ToldUntilWhenTheNextIsNothing) {
  const auto repository = repositories.describe(scope, app.registry, {app.name})->at(0);
  const auto note = [&](const Scope& by) {
    return pulls.note(by.caller, repository, images.describe(scope, app, {{digest.text(), std::nullopt}})->at(0));
  };
  const auto first = clock.now();
  EXPECT_EQ(note(scope), first + PullRecorder::kExact);
  clock.advance(seconds(10));
  EXPECT_EQ(note(scope), first + PullRecorder::kExact);  // noted
  EXPECT_EQ(flush(), 1u);
  EXPECT_EQ(note(scope), first + PullRecorder::kExact);  // written
  clock.advance(PullRecorder::kExact);
  EXPECT_TRUE(ok(pull_exclusions.add(scope, app.registry, kScanner)));
  EXPECT_EQ(note(session_of(kScanner, "nightly")), clock.now() + ExclusionCache::kFresh);
}

TEST_F(Pulls, OfExcludedPrincipalsDoNotCount) {
  const auto scanner = session_of(kScanner, "nightly");
  EXPECT_EQ(*pull_exclusions.add(scope, app.registry, kScanner), clock.now());
  EXPECT_TRUE(ok(images.get(scanner, app, tag("v1"))));
  EXPECT_TRUE(ok(images.batch_get(scanner, app, {{std::nullopt, "v1"}})));
  EXPECT_EQ(flush(), 0u);
  EXPECT_TRUE(ok(images.get(session_of("arn:aws:iam::123456789012:role/scanner", "x"), app, tag("v1"))));
  EXPECT_EQ(flush(), 1u);  // another role, whose sessions have the same ARN

  clock.advance(minutes(2));
  EXPECT_TRUE(ok(pull_exclusions.remove(scope, app.registry, kScanner)));
  EXPECT_TRUE(ok(images.get(scanner, app, tag("v1"))));
  EXPECT_EQ(flush(), 1u);  // from the very next pull on

  auto user = scope;
  user.caller.kind = auth::CallerKind::user;
  user.caller.arn = "arn:aws:iam::123456789012:user/scanner";
  clock.advance(minutes(2));
  EXPECT_TRUE(ok(pull_exclusions.add(scope, app.registry, user.caller.arn)));
  EXPECT_TRUE(ok(images.get(user, app, tag("v1"))));
  EXPECT_EQ(flush(), 0u);
}

TEST_F(Pulls, AnotherProcessLearnsOfAnExclusionSoon) {
  ExclusionCache elsewhere(store, clock);
  const auto scanner = session_of(kScanner, "nightly");
  EXPECT_FALSE(elsewhere.covers(scanner.caller, app.registry));
  EXPECT_TRUE(ok(pull_exclusions.add(scope, app.registry, kScanner)));
  EXPECT_FALSE(elsewhere.covers(scanner.caller, app.registry));
  clock.advance(ExclusionCache::kFresh);
  EXPECT_TRUE(elsewhere.covers(scanner.caller, app.registry));
  EXPECT_FALSE(elsewhere.covers(scanner.caller, registry("210987654321")));
}

TEST_F(Pulls, ExclusionsAreAHundredAndEachOnce) {
  const auto name = [](int i) { return "arn:aws:iam::123456789012:user/" + std::to_string(100 + i); };
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(ok(pull_exclusions.add(scope, app.registry, name(i))));
  EXPECT_TRUE(fails(Errc::pull_exclusion_exists, pull_exclusions.add(scope, app.registry, name(7))));
  EXPECT_TRUE(fails(Errc::limit_exceeded, pull_exclusions.add(scope, app.registry, name(100))));
  EXPECT_EQ(pull_exclusions.list(scope, app.registry, "", 1'000)->size(), 100u);
  EXPECT_EQ(pull_exclusions.list(scope, app.registry, name(97), 2)->at(1), name(99));
  EXPECT_TRUE(fails(Errc::pull_exclusion_not_found, pull_exclusions.remove(scope, app.registry, name(100))));
  EXPECT_TRUE(ok(pull_exclusions.remove(scope, app.registry, name(0))));
  EXPECT_TRUE(ok(pull_exclusions.add(scope, app.registry, name(100))));
}

}  // namespace
}  // namespace berth::service

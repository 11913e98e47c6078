#include "service/layer_service.h"

#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;
using model::DigestAlgorithm;

class LayerServiceTest : public testing::Test, protected World {
 protected:
  std::string start(DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
    const auto started = layers.start(scope, app, algorithm);
    EXPECT_TRUE(ok(started));
    return started->id;
  }
  std::unique_ptr<UploadWriter> append(const std::string& id, std::optional<std::uint64_t> first,
                                       std::string_view bytes) {
    auto writer = layers.append(scope, app, id, first);
    EXPECT_TRUE(ok(writer));
    EXPECT_TRUE(ok((*writer)->write(base::as_bytes(bytes))));
    return *std::move(writer);
  }
  void keep(const std::string& id, std::string_view bytes) { EXPECT_TRUE(ok(append(id, std::nullopt, bytes)->keep())); }
  base::Result<LayerInfo> finish(const std::string& id, std::string_view bytes, const model::Digest& digest) {
    BERTH_TRY(const auto writer, layers.finish(scope, app, id, std::nullopt, digest.algorithm(), Carries::bytes));
    BERTH_CHECK(writer->write(base::as_bytes(bytes)));
    return writer->complete(digest);
  }
  std::uint64_t size(const std::string& id) {
    const auto status = layers.status(scope, app, id);
    EXPECT_TRUE(ok(status));
    return status ? status->size : 0;
  }
  base::Result<UploadStatus> part(const std::string& id, std::uint64_t first, const std::string& bytes) {
    return layers.put_part(
        scope, {.repository = app, .upload = id, .first = first, .last = first + bytes.size() - 1, .bytes = bytes});
  }
  bool has(const model::RepositoryRef& ref, const model::Digest& digest) {
    const auto found = layers.check(scope, ref, {digest});
    EXPECT_TRUE(ok(found));
    return found && found->front().has_value();
  }
};

TEST_F(LayerServiceTest, UploadsInChunks) {
  const auto id = start();
  EXPECT_EQ(size(id), 0u);
  const auto kept = append(id, 0, "hello, ")->keep();
  ASSERT_TRUE(ok(kept));
  EXPECT_EQ(kept->size, 7u);
  keep(id, "la");
  EXPECT_EQ(size(id), 9u);
  const auto digest = digest_of("hello, layer");
  const auto layer = finish(id, "yer", digest);
  ASSERT_TRUE(ok(layer));
  EXPECT_EQ(layer->digest, digest);
  EXPECT_EQ(layer->size, 12u);
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
  const auto open = layers.open(scope, app, digest, whole);
  ASSERT_TRUE(ok(open));
  EXPECT_EQ(read(*open), "hello, layer");
  EXPECT_TRUE(contents->uploads.empty());
}

TEST_F(LayerServiceTest, RefusesAChunkOutOfOrderAndSaysWhereToGoOn) {
  const auto id = start();
  keep(id, "12345");
  for (const std::uint64_t first : {0u, 4u, 6u}) {
    const auto refused = layers.append(scope, app, id, first);
    ASSERT_TRUE(fails(Errc::upload_range, refused));
    const auto& details = refused.error().details;
    ASSERT_FALSE(details.empty());
    EXPECT_EQ(details.back().name, "lastValidByteReceived");
    EXPECT_EQ(std::get<std::int64_t>(details.back().value), 4);
  }
  EXPECT_TRUE(ok(append(id, 5, "6")->keep()));
  EXPECT_TRUE(ok(finish(id, "", digest_of("123456"))));
}

TEST_F(LayerServiceTest, TakesADigestOfAnotherAlgorithmAtTheEnd) {
  const auto wanted = digest_of("bytes", DigestAlgorithm::sha512);
  const auto late = start(DigestAlgorithm::sha256);
  keep(late, "by");
  ASSERT_TRUE(ok(finish(late, "tes", wanted)));
  EXPECT_TRUE(has(app, wanted));
  EXPECT_FALSE(has(app, digest_of("bytes")));
  const auto other = digest_of("others", DigestAlgorithm::sha512);
  ASSERT_TRUE(ok(finish(start(DigestAlgorithm::sha256), "others", other)));  // no byte before the end
  EXPECT_TRUE(has(app, other));
  const auto wrong = start(DigestAlgorithm::sha256);
  keep(wrong, "by");
  EXPECT_TRUE(fails(Errc::layer_digest_mismatch, finish(wrong, "te", wanted)));
}

TEST_F(LayerServiceTest, DiscardsAnUploadThatIsNotWhatItShouldBe) {
  const auto id = start();
  keep(id, "right");
  EXPECT_TRUE(fails(Errc::layer_digest_mismatch, finish(id, "", digest_of("wrong"))));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
  EXPECT_TRUE(contents->uploads.empty());
  EXPECT_TRUE(contents->blobs.empty());
}

TEST_F(LayerServiceTest, LetsOneWriteAtATime) {
  const auto id = start();
  auto writer = append(id, 0, "mine");
  EXPECT_TRUE(fails(Errc::upload_busy, layers.append(scope, app, id, std::nullopt)));
  EXPECT_TRUE(fails(Errc::upload_busy, part(id, 0, "theirs")));
  EXPECT_TRUE(ok(writer->keep()));
  EXPECT_TRUE(fails(Errc::upload_busy, layers.append(scope, app, id, std::nullopt)));
  writer.reset();
  EXPECT_TRUE(ok(finish(id, "", digest_of("mine"))));
}

TEST_F(LayerServiceTest, KeepsTheCheckpointOfADroppedWriter) {
  const auto id = start();
  {
    append(id, 0, "lost at once");
  }
  EXPECT_EQ(size(id), 0u);
  keep(id, "kept");
  {
    append(id, 4, " and lost");
  }
  EXPECT_EQ(size(id), 4u);
  EXPECT_TRUE(fails(Errc::upload_range, layers.append(scope, app, id, 0)));  // and it cut nothing off
  EXPECT_TRUE(ok(finish(id, "!", digest_of("kept!"))));
}

TEST_F(LayerServiceTest, CancelsEvenUnderAWriter) {
  const auto id = start();
  keep(id, "bytes");
  EXPECT_TRUE(ok(layers.cancel(scope, app, id)));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.cancel(scope, app, id)));
  EXPECT_TRUE(contents->uploads.empty());

  const auto busy = start();
  const auto writer = append(busy, 0, "bytes");
  EXPECT_TRUE(ok(layers.cancel(scope, app, busy)));
  EXPECT_TRUE(fails(Errc::upload_not_found, writer->keep()));
  EXPECT_TRUE(contents->uploads.empty());
}

TEST_F(LayerServiceTest, ExpiresUploads) {
  const auto old = start();
  keep(old, "bytes");
  clock.advance(std::chrono::hours(24));
  const auto young = start();
  keep(young, "bytes");
  clock.advance(core.limits.upload_expiry - std::chrono::hours(24));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, old)));
  const auto expired = layers.expire_uploads(10);
  ASSERT_TRUE(ok(expired));
  EXPECT_EQ(*expired, 1u);
  EXPECT_EQ(*layers.expire_uploads(10), 0u);
  EXPECT_EQ(contents->uploads.size(), 1u);
  keep(young, "more");  // starts its time anew
  clock.advance(std::chrono::hours(25));
  EXPECT_EQ(size(young), 9u);
}

TEST_F(LayerServiceTest, SweepsBytesThatNobodyKnows) {
  const auto lost = start();
  keep(lost, "of a repository that goes away");
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::no)));
  make(app);
  const auto known = start();
  keep(known, "bytes");
  auto died = blobs.create("00000000-0000-4000-8000-000000000001", DigestAlgorithm::sha256);
  ASSERT_TRUE(ok((*died)->append(base::as_bytes("of a request without a session"))));
  EXPECT_EQ(*layers.sweep_uploads(), 1u);
  EXPECT_FALSE(contents->uploads.contains(lost));
  EXPECT_EQ(size(known), 5u);
  EXPECT_EQ(*layers.sweep_uploads(), 0u) << "what is being written to is left alone";
  EXPECT_EQ(contents->uploads.size(), 2u);
  died->reset();
  EXPECT_EQ(*layers.sweep_uploads(), 1u);
}

TEST_F(LayerServiceTest, ExpiresAnUploadUnderItsWriter) {
  const auto id = start();
  const auto writer = append(id, 0, "slow");
  clock.advance(core.limits.upload_expiry);
  EXPECT_EQ(*layers.expire_uploads(10), 1u);
  EXPECT_TRUE(fails(Errc::upload_not_found, writer->keep()));
  EXPECT_TRUE(contents->uploads.empty());
}

TEST_F(LayerServiceTest, KnowsWhenTheRepositoryWentAway) {
  const auto id = start();
  keep(id, "bytes");
  auto writer = layers.finish(scope, app, id, std::nullopt, DigestAlgorithm::sha256, Carries::bytes);
  ASSERT_TRUE(ok(writer));
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::no)));
  make(app);  // another of that name
  EXPECT_TRUE(fails(Errc::upload_not_found, (*writer)->complete(digest_of("bytes"))));
  EXPECT_FALSE(has(app, digest_of("bytes")));

  const auto second = start();
  const auto chunk = append(second, 0, "bytes");
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::no)));
  EXPECT_TRUE(fails(Errc::upload_not_found, chunk->keep()));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.status(scope, app, second)));
}

TEST_F(LayerServiceTest, UploadsAtOnceOrNotAtAll) {
  {
    auto writer = layers.upload_at_once(scope, app, DigestAlgorithm::sha256);
    ASSERT_TRUE(ok(writer));
    ASSERT_TRUE(ok((*writer)->write(base::as_bytes("dropped"))));
  }
  EXPECT_TRUE(contents->uploads.empty());
  auto writer = layers.upload_at_once(scope, app, DigestAlgorithm::sha256);
  EXPECT_TRUE(fails(Errc::layer_digest_mismatch, (*writer)->complete(digest_of("not empty"))));
  EXPECT_TRUE(contents->uploads.empty());
  EXPECT_TRUE(has(app, push_layer(app, "")));
}

TEST_F(LayerServiceTest, KnowsOnlyUploadsOfTheRepositoryAsked) {
  const auto other = repository("team/other");
  make(other);
  const auto id = start();
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, other, id)));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.append(scope, other, id, std::nullopt)));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.cancel(scope, other, id)));
  for (const auto* hostile : {"", "..", "../../etc/passwd", "0F8FAD5B-D9CB-469F-A165-70867728950E", "x"}) {
    EXPECT_TRUE(fails(Errc::upload_not_found, layers.append(scope, app, hostile, std::nullopt)));
  }
}

TEST_F(LayerServiceTest, RefusesMoreThanALayerMayHave) {
  core.limits.max_layer = 10;
  const auto id = start();
  keep(id, "12345678");
  const auto writer = append(id, 8, "90");
  EXPECT_TRUE(fails(Errc::payload_too_large, writer->write(base::as_bytes("1"))));
}

TEST_F(LayerServiceTest, TakesParts) {
  core.limits.min_part = 4;
  const auto id = start();
  ASSERT_TRUE(ok(part(id, 0, "1234")));
  const auto behind = part(id, 3, "4567");
  ASSERT_TRUE(fails(Errc::upload_range, behind));
  EXPECT_EQ(std::get<std::int64_t>(behind.error().details.back().value), 3);
  EXPECT_TRUE(fails(Errc::upload_range, part(id, 5, "67")));
  EXPECT_TRUE(fails(Errc::upload_range,
                    layers.put_part(scope, {.repository = app, .upload = id, .first = 4, .last = 9, .bytes = "567"})));
  EXPECT_TRUE(fails(Errc::upload_range,
                    layers.put_part(scope, {.repository = app, .upload = id, .first = 4, .last = 3, .bytes = ""})));
  EXPECT_TRUE(
      fails(Errc::upload_range,
            layers.put_part(scope, {.repository = app, .upload = id, .first = 4, .last = UINT64_MAX, .bytes = "5"})));
  const auto last = part(id, 4, "56");
  ASSERT_TRUE(ok(last));
  EXPECT_EQ(last->size, 6u);
  const auto layer = layers.complete(scope, app, id, {digest_of("other"), digest_of("123456")});
  ASSERT_TRUE(ok(layer));
  EXPECT_EQ(layer->digest, digest_of("123456"));
}

TEST_F(LayerServiceTest, LetsOnlyTheLastPartBeShort) {
  core.limits.min_part = 4;
  const auto id = start();
  ASSERT_TRUE(ok(part(id, 0, "12")));
  ASSERT_TRUE(ok(part(id, 2, "3456")));
  EXPECT_TRUE(fails(Errc::layer_part_too_small, layers.complete(scope, app, id, {digest_of("123456")})));
}

TEST_F(LayerServiceTest, LimitsParts) {
  core.limits.max_parts = 2;
  core.limits.max_layer = 5;
  const auto id = start();
  EXPECT_TRUE(fails(Errc::limit_exceeded, part(id, 0, "123456")));
  ASSERT_TRUE(ok(part(id, 0, "1")));
  ASSERT_TRUE(ok(part(id, 1, "2")));
  EXPECT_TRUE(fails(Errc::limit_exceeded, part(id, 2, "3")));
  EXPECT_EQ(size(id), 2u);
}

TEST_F(LayerServiceTest, CompletesOnlyWhatIsNewAndRight) {
  const auto digest = push_layer(app, "there");
  auto id = start();
  EXPECT_TRUE(fails(Errc::upload_empty, layers.complete(scope, app, id, {digest})));
  keep(id, "there");
  EXPECT_TRUE(fails(Errc::layer_exists, layers.complete(scope, app, id, {digest})));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
  EXPECT_TRUE(contents->uploads.empty());
  id = start();
  keep(id, "something else");
  EXPECT_TRUE(fails(Errc::layer_digest_mismatch, layers.complete(scope, app, id, {digest})));
  EXPECT_TRUE(contents->uploads.empty());
}

TEST_F(LayerServiceTest, ChecksAndOpens) {
  const auto digest = push_layer(app, "0123456789");
  const auto found = layers.check(scope, app, {digest_of("absent"), digest});
  ASSERT_TRUE(ok(found));
  EXPECT_FALSE((*found)[0]);
  EXPECT_EQ((*found)[1]->size, 10u);
  EXPECT_EQ((*found)[1]->media_type, std::nullopt);
  const auto part = layers.open(scope, app, digest, [](std::uint64_t size) {
    EXPECT_EQ(size, 10u);
    return blob::ByteRange{.first = 2, .length = 3};
  });
  ASSERT_TRUE(ok(part));
  EXPECT_EQ(read(*part), "234");
  EXPECT_TRUE(fails(Errc::blob_unknown, layers.open(scope, app, digest_of("absent"), whole)));
  make(repository("team/other"));
  EXPECT_TRUE(fails(Errc::blob_unknown, layers.open(scope, repository("team/other"), digest, whole)));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.open(scope, repository("no/where"), digest, whole)));
  EXPECT_TRUE(fails(Errc::access_denied, layers.open(scope, repository("team/app", "999999999999"), digest, whole)));

  EXPECT_TRUE(fails(Errc::layers_not_found, layers.require_download(scope, app, digest_of("absent"))));
  EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.require_download(scope, app, digest)));
  push_image(app, "one");
  const auto info = layers.require_download(scope, app, digest_of("layer one"));
  ASSERT_TRUE(ok(info));
  EXPECT_EQ(info->media_type, "application/vnd.oci.image.layer.v1.tar+gzip");
}

TEST_F(LayerServiceTest, NeverServesOtherBytesThanItPromised) {
  const auto digest = push_layer(app, "promised");
  for (const bool short_of_bytes : {true, false}) {
    if (short_of_bytes) {
      *bytes_of(*contents, digest) = std::make_shared<const std::string>("short");
    } else {
      contents->blobs.clear();
    }
    for (int i = 0; i < 2; ++i) {
      const auto open = layers.open(scope, app, digest, whole);
      ASSERT_TRUE(fails(Errc::layer_inaccessible, open));
      EXPECT_TRUE(open.error().message.contains("damaged")) << open.error().message;
    }
    // From then on it is not there, until it is pushed again.
    EXPECT_FALSE(layers.check(scope, app, {digest})->front());
    push_layer(app, "promised");
    EXPECT_TRUE(layers.check(scope, app, {digest})->front());
    EXPECT_EQ(read(*layers.open(scope, app, digest, whole)), "promised");
  }
}

TEST_F(LayerServiceTest, MountsWhatTheCallerMayRead) {
  const auto source = repository("team/source");
  const auto secret = repository("team/secret");
  const auto foreign = repository("team/foreign", "999999999999");
  for (const auto& ref : {source, secret, foreign}) make(ref);
  push_image(source, "shared");
  push_image(secret, "hidden");
  const auto shared = digest_of("layer shared");
  const auto hidden = digest_of("layer hidden");
  authorizer.hide(secret);

  EXPECT_EQ(*layers.mount(scope, app, shared, secret.name), Mounted::no);  // it is not there, or so
  EXPECT_EQ(*layers.mount(scope, app, hidden, secret.name), Mounted::no);
  EXPECT_EQ(*layers.mount(scope, app, hidden, std::nullopt), Mounted::no);
  EXPECT_EQ(*layers.mount(scope, app, shared, model::RepositoryName::parse("no/where").value()), Mounted::no);
  EXPECT_FALSE(has(app, shared));
  EXPECT_EQ(*layers.mount(scope, app, shared, source.name), Mounted::yes);
  EXPECT_TRUE(has(app, shared));
  EXPECT_EQ(*layers.mount(scope, app, shared, source.name), Mounted::yes);

  const auto third = repository("team/third");
  make(third);
  EXPECT_EQ(*layers.mount(scope, third, shared, std::nullopt), Mounted::yes);
  EXPECT_TRUE(fails(Errc::access_denied, layers.mount(scope, foreign, shared, source.name)));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.mount(scope, repository("no/where"), shared, source.name)));
  const Scope stranger{.caller = auth::Caller::root(foreign.registry.account, "AKIA"), .request_id = "r"};
  EXPECT_EQ(*layers.mount(stranger, foreign, shared, source.name), Mounted::no);
  EXPECT_EQ(*layers.mount(stranger, foreign, shared, std::nullopt), Mounted::no);
}

// Whose disk is full, if it is.
class FullDatabase final : public sql::Database {
 public:
  explicit FullDatabase(sql::Database& real) : real_(real) {}
  base::Result<void> read(const base::Deadline& deadline, const sql::TxFunction& f) override {
    return real_.read(deadline, f);
  }
  base::Result<void> write(const base::Deadline& deadline, const sql::TxFunction& f) override {
    if (full) return base::fail(Errc::storage_full, "full");
    return real_.write(deadline, f);
  }
  std::string_view engine() const override { return real_.engine(); }

  bool full = false;

 private:
  sql::Database& real_;
};

TEST_F(LayerServiceTest, APromiseThatAFullDiskCannotKeepIsNotGiven) {
  FullDatabase database(*db);
  meta::Store full_store(database);
  Core full_core{.store = full_store,
                 .blobs = blobs,
                 .authorizer = authorizer,
                 .clock = clock,
                 .random = random,
                 .limits = core.limits};
  LayerService tested(full_core);
  push_image(app, "held");
  const std::vector digests{push_layer(app, "free"), digest_of("layer held"), digest_of("nowhere")};
  const auto look = [&] {
    const auto found = tested.check(scope, app, digests);
    EXPECT_TRUE(ok(found));
    std::string text;
    for (const auto& each : *found) text += each ? "+" : "-";
    return text;
  };
  database.full = true;
  EXPECT_EQ(look(), "++-");  // its lease is long enough as it is
  clock.advance(core.limits.lease / 2);
  EXPECT_EQ(look(), "-+-");
  database.full = false;
  EXPECT_EQ(look(), "++-");
}

TEST_F(LayerServiceTest, MountsWhatNoImageOfTheSourceHoldsYet) {
  const auto source = repository("team/source");
  make(source);
  const auto layer = push_layer(source, "layer late");
  EXPECT_EQ(*layers.mount(scope, app, layer, source.name), Mounted::yes);
  EXPECT_EQ(*layers.mount(scope, app, push_layer(source, "another"), std::nullopt), Mounted::yes);
  EXPECT_TRUE(has(app, layer));
}

TEST_F(LayerServiceTest, MountsOnlyWhatIsEncryptedAlike) {
  const auto keyed = [&](const char* name, const char* key) {
    auto ref = repository(name);
    const auto made = repositories.create(
        scope, {.repository = ref, .mutability = {}, .encryption_type = "KMS", .kms_key = std::string(key)});
    EXPECT_TRUE(ok(made));
    return ref;
  };
  const auto one = keyed("team/one", "k1");
  const auto same = keyed("team/same", "k1");
  const auto other = keyed("team/other", "k2");
  push_image(one, "one");
  const auto layer = digest_of("layer one");
  for (const auto& source : {std::optional(one.name), std::optional<model::RepositoryName>()}) {
    EXPECT_EQ(*layers.mount(scope, other, layer, source), Mounted::no);
    EXPECT_EQ(*layers.mount(scope, app, layer, source), Mounted::no);
    EXPECT_EQ(*layers.mount(scope, same, layer, source), Mounted::yes);
  }
}

TEST_F(LayerServiceTest, RemovesALayerThatNoImageHolds) {
  const auto digest = push_layer(app, "free");
  EXPECT_TRUE(ok(layers.remove(scope, app, digest)));
  EXPECT_FALSE(has(app, digest));
  EXPECT_TRUE(fails(Errc::blob_unknown, layers.remove(scope, app, digest)));
  push_image(app, "one");
  EXPECT_TRUE(fails(Errc::layer_referenced, layers.remove(scope, app, digest_of("layer one"))));
  EXPECT_TRUE(fails(Errc::layer_referenced, layers.remove(scope, app, digest_of("config one"))));
  EXPECT_TRUE(has(app, digest_of("layer one")));
}

}  // namespace
}  // namespace berth::service

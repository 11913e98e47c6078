// What every BlobStore keeps to: uploads under way. Part of blob_store_contract.h.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "blob/blob_store_test_support.h"

namespace berth::blob {

TEST_P(BlobStoreContract, ResumesAfterADrop) {
  std::string state;
  {
    const auto writer = create();
    append(*writer, "first ");
    const auto saved = writer->checkpoint();
    ASSERT_TRUE(ok(saved));
    state = *saved;
    EXPECT_LE(state.size(), 512u);
    EXPECT_TRUE(std::ranges::all_of(state, [](char c) { return c > ' ' && c <= '~'; })) << state;
  }
  const auto writer = resume(state);
  EXPECT_EQ(writer->size(), 6u);
  EXPECT_EQ(writer->digest(), sha256_of("first "));
  append(*writer, "second");
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("first second")))));
  EXPECT_EQ(get(sha256_of("first second")), "first second");
}

TEST_P(BlobStoreContract, ResumesInAnotherStoreObject) {
  std::string state = *create(kUpload, kSha512)->checkpoint();
  for (const char* part : {"a", "bb", "ccc"}) {
    restart();
    const auto writer = resume(state);
    append(*writer, part);
    const auto saved = writer->checkpoint();
    ASSERT_TRUE(ok(saved));
    state = *saved;
  }
  restart();
  ASSERT_TRUE(ok(resume(state)->commit(named(sha512_of("abbccc")))));
  restart();
  EXPECT_EQ(get(sha512_of("abbccc")), "abbccc");
}

TEST_P(BlobStoreContract, CutsOffWhatCameAfterTheCheckpoint) {
  std::string state;
  {
    const auto writer = create();
    append(*writer, "kept");
    state = *writer->checkpoint();
    append(*writer, " and lost");
  }
  restart();
  const auto writer = resume(state);
  EXPECT_EQ(writer->size(), 4u);
  append(*writer, "!");
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("kept!")))));
  EXPECT_EQ(get(sha256_of("kept!")), "kept!");
}

TEST_P(BlobStoreContract, ResumesAnOlderCheckpoint) {
  auto writer = create();
  append(*writer, "one");
  const std::string old_state = *writer->checkpoint();
  append(*writer, "two");
  ASSERT_TRUE(ok(writer->checkpoint()));
  ASSERT_TRUE(ok(writer->checkpoint()));  // and twice in a row
  writer.reset();
  writer = resume(old_state);
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("one")))));
}

TEST_P(BlobStoreContract, FindsNoUploadWhereThereIsNone) {
  auto writer = create();
  append(*writer, "0123456789");
  const std::string state = *writer->checkpoint();
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store().resume(kOther, state)));
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("0123456789")))));
  writer.reset();
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store().resume(kUpload, state)));  // it became a blob
  EXPECT_EQ(get(sha256_of("0123456789")), "0123456789");
}

TEST_P(BlobStoreContract, FindsNoUploadWhoseBytesAreGone) {
  auto writer = create();
  append(*writer, "0123456789");
  const std::string state = *writer->checkpoint();
  writer.reset();
  ASSERT_TRUE(ok(create()->checkpoint()));  // starts over
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store().resume(kUpload, state)));
}

TEST_P(BlobStoreContract, StartsOverWhenCreatedAgain) {
  auto writer = create();
  append(*writer, "a longer first attempt");
  writer.reset();
  writer = create();
  EXPECT_EQ(writer->size(), 0u);
  append(*writer, "short");
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("short")))));
  EXPECT_EQ(get(sha256_of("short")), "short");
}

TEST_P(BlobStoreContract, ChangesNothingBeforeTheFirstWrite) {
  auto writer = create();
  append(*writer, "one");
  const std::string old_state = *writer->checkpoint();
  append(*writer, "two");
  const std::string state = *writer->checkpoint();
  writer.reset();
  EXPECT_EQ(resume(old_state)->size(), 3u);  // dropped as soon as it is there
  EXPECT_EQ(create()->size(), 0u);
  restart();
  writer = resume(state);
  EXPECT_EQ(writer->size(), 6u);
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("onetwo")))));
  EXPECT_EQ(get(sha256_of("onetwo")), "onetwo");
}

TEST_P(BlobStoreContract, CutsOffBeforeItCommits) {
  for (const auto& expected : {sha256_of(""), sha512_of("")}) {
    auto writer = create();
    append(*writer, "left behind");
    ASSERT_TRUE(ok(writer->checkpoint()));
    writer.reset();
    writer = create();
    EXPECT_TRUE(fails_with(Errc::layer_digest_mismatch, writer->commit(named(sha256_of("left behind")))));
    const auto committed = writer->commit(named(expected));
    ASSERT_TRUE(ok(committed));
    EXPECT_EQ(committed->size, 0u);
    EXPECT_EQ(get(expected), "");
  }
}

TEST_P(BlobStoreContract, CommitsAResumedUploadUnderAnotherAlgorithm) {
  auto writer = create(kUpload, kSha256);
  append(*writer, "bytes");
  const std::string state = *writer->checkpoint();
  append(*writer, " and lost");
  writer.reset();
  ASSERT_TRUE(ok(resume(state)->commit(named(sha512_of("bytes")))));
  EXPECT_EQ(get(sha512_of("bytes")), "bytes");
}

TEST_P(BlobStoreContract, RefusesADamagedState) {
  auto writer = create();
  append(*writer, "0123456789");
  const std::string state = *writer->checkpoint();
  writer.reset();
  for (std::size_t n = 0; n < state.size(); ++n) {
    EXPECT_TRUE(fails_with(Errc::corrupt, store().resume(kUpload, state.substr(0, n)))) << n;
  }
  for (const std::string& bad : {"2" + state.substr(1), state + "A", "1" + state, "-" + state, state + "." + state}) {
    EXPECT_TRUE(fails_with(Errc::corrupt, store().resume(kUpload, bad))) << bad;
  }
  EXPECT_TRUE(ok(store().resume(kUpload, state)));
}

TEST_P(BlobStoreContract, HasOneWriterPerUpload) {
  auto writer = create();
  append(*writer, "mine");
  const std::string state = *writer->checkpoint();
  EXPECT_TRUE(fails_with(Errc::upload_busy, store().create(kUpload, kSha256)));
  EXPECT_TRUE(fails_with(Errc::upload_busy, store().resume(kUpload, state)));
  EXPECT_TRUE(fails_with(Errc::upload_busy, store().discard(kUpload)));
  const auto other = create(kOther);  // another upload is nobody's business
  append(*writer, " still");
  writer.reset();
  writer = resume(state);
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("mine")))));
  EXPECT_TRUE(ok(store().create(kUpload, kSha256)));  // the name is free while the writer still exists
}

TEST_P(BlobStoreContract, DiscardsThroughTheWriter) {
  auto writer = create();
  append(*writer, "unwanted");
  const std::string state = *writer->checkpoint();
  ASSERT_TRUE(ok(writer->discard()));
  EXPECT_TRUE(ok(writer->discard()));
  EXPECT_TRUE(fails_with(Errc::internal, writer->append(base::as_bytes("more"))));
  EXPECT_TRUE(fails_with(Errc::internal, writer->checkpoint()));
  EXPECT_TRUE(fails_with(Errc::internal, writer->commit(named(sha256_of("unwanted")))));
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store().resume(kUpload, state)));
  EXPECT_FALSE(present(sha256_of("unwanted")));
}

TEST_P(BlobStoreContract, DiscardsByName) {
  auto writer = create();
  append(*writer, "unwanted");
  const std::string state = *writer->checkpoint();
  writer.reset();
  EXPECT_TRUE(ok(store().discard(kUpload)));
  EXPECT_TRUE(ok(store().discard(kUpload)));
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store().resume(kUpload, state)));
}

TEST_P(BlobStoreContract, EndsAWriterWithItsCommit) {
  const auto writer = create();
  append(*writer, "done");
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("done")))));
  EXPECT_TRUE(fails_with(Errc::internal, writer->append(base::as_bytes("more"))));
  EXPECT_TRUE(fails_with(Errc::internal, writer->checkpoint()));
  EXPECT_TRUE(fails_with(Errc::internal, writer->commit(named(sha256_of("done")))));
  EXPECT_TRUE(ok(writer->discard()));
  EXPECT_EQ(get(sha256_of("done")), "done");
}

TEST_P(BlobStoreContract, LetsOneOfManyClaimAnUpload) {
  constexpr int threads = 4;
  std::vector<std::thread> pool;
  std::vector<std::unique_ptr<BlobWriter>> writers(threads);
  std::vector<base::Errc> refusals(threads, Errc::internal);
  for (std::size_t t = 0; t < threads; ++t) {
    pool.emplace_back([&, t] {
      auto writer = store().create(kUpload, kSha256);
      if (writer) {
        writers[t] = std::move(*writer);
      } else {
        refusals[t] = writer.error().code;
      }
    });
  }
  for (auto& thread : pool) thread.join();
  EXPECT_EQ(std::ranges::count_if(writers, [](const auto& w) { return w != nullptr; }), 1);
  EXPECT_EQ(std::ranges::count(refusals, Errc::upload_busy), threads - 1);
}

TEST_P(BlobStoreContract, RefusesNamesThatAreNotOurs) {
  const std::string state = *create()->checkpoint();
  const std::vector<std::string> hostile = {"",
                                            ".",
                                            "..",
                                            "/",
                                            "a",
                                            "../" + kUpload,
                                            kUpload + "/..",
                                            kUpload + "/",
                                            "/etc/passwd",
                                            "../../../etc/passwd",
                                            kUpload + " ",
                                            kUpload + "\n",
                                            kUpload + std::string(1, '\0'),
                                            std::string("\0", 1) + kUpload.substr(1),
                                            "0F8FAD5B-D9CB-469F-A165-70867728950E",
                                            "0f8fad5bd9cb469fa16570867728950e",
                                            "{" + kUpload + "}",
                                            "..%2f..%2fetc%2fpasswd00000000000000",
                                            "../../../../../../../../../../etc/xx",
                                            "0f8fad5b/d9cb-469f-a165-70867728950e",
                                            "0f8fad5b-d9cb-469f-a165-70867728950g",
                                            "\xef\xbc\x90"
                                            "f8fad5b-d9cb-469f-a165-708677289",
                                            std::string(5000, 'a'),
                                            "sha256:" + kUpload};
  for (const auto& name : hostile) {
    EXPECT_TRUE(fails_with(Errc::internal, store().create(name, kSha256))) << name;
    EXPECT_TRUE(fails_with(Errc::internal, store().resume(name, state))) << name;
    EXPECT_TRUE(fails_with(Errc::internal, store().discard(name))) << name;
  }
}

}  // namespace berth::blob

// What every BlobStore keeps to. A backend runs it with INSTANTIATE_TEST_SUITE_P(Name, BlobStoreContract,
// Values(make)).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "blob/blob_store.h"
#include "blob/blob_test_help.h"

namespace berth::blob {

// A store under test and the place where it keeps its bytes.
class BlobStoreHarness {
 public:
  virtual ~BlobStoreHarness() = default;
  virtual BlobStore& store() = 0;
  virtual void restart() = 0;  // a new store on the same bytes; the old one is gone
};
using MakeBlobStoreHarness = std::function<std::unique_ptr<BlobStoreHarness>()>;

class BlobStoreContract : public testing::TestWithParam<MakeBlobStoreHarness> {
 protected:
  using Errc = base::Errc;
  static constexpr auto kSha256 = model::DigestAlgorithm::sha256;
  static constexpr auto kSha512 = model::DigestAlgorithm::sha512;
  inline static const std::string kUpload = "0f8fad5b-d9cb-469f-a165-70867728950e";
  inline static const std::string kOther = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

  BlobStore& store() { return harness_->store(); }
  void restart() { harness_->restart(); }

  std::unique_ptr<BlobWriter> create(const std::string& upload = kUpload, model::DigestAlgorithm algorithm = kSha256) {
    auto writer = store().create(upload, algorithm);
    EXPECT_TRUE(ok(writer));
    return writer ? std::move(*writer) : nullptr;
  }
  std::unique_ptr<BlobWriter> resume(const std::string& state, const std::string& upload = kUpload) {
    auto writer = store().resume(upload, state);
    EXPECT_TRUE(ok(writer));
    return writer ? std::move(*writer) : nullptr;
  }
  static void append(BlobWriter& writer, std::string_view text) {
    EXPECT_TRUE(ok(writer.append(base::as_bytes(text))));
  }
  // Uploads `text` in one go.
  model::Digest put(std::string_view text, model::DigestAlgorithm algorithm = kSha256) {
    const auto writer = create(kOther, algorithm);
    append(*writer, text);
    EXPECT_TRUE(ok(writer->commit(digest_of(text, algorithm))));
    return digest_of(text, algorithm);
  }
  std::string get(const model::Digest& digest, ByteRange range = {}, std::size_t step = 7) {
    auto reader = store().open(digest, range);
    EXPECT_TRUE(ok(reader));
    return reader ? drain(**reader, step) : "";
  }
  static std::string drain(BlobReader& reader, std::size_t step = 7) {
    std::string out;
    std::vector<std::byte> buffer(step);
    for (;;) {
      const auto n = reader.read(buffer);
      EXPECT_TRUE(ok(n));
      if (!n || *n == 0) return out;
      out += base::as_text(std::span(buffer).first(*n));
    }
  }
  bool present(const model::Digest& digest) {
    const auto info = store().stat(digest);
    EXPECT_TRUE(ok(info));
    return info && *info;
  }

 private:
  std::unique_ptr<BlobStoreHarness> harness_ = GetParam()();
};

TEST_P(BlobStoreContract, StoresWhatWasAppended) {
  const auto digest = sha256_of("hello, layer");
  const auto writer = create();
  EXPECT_EQ(writer->size(), 0u);
  append(*writer, "hello, ");
  append(*writer, "");
  append(*writer, "layer");
  EXPECT_EQ(writer->size(), 12u);
  EXPECT_EQ(writer->digest(), digest);
  EXPECT_FALSE(present(digest));
  const auto committed = writer->commit(digest);
  ASSERT_TRUE(ok(committed));
  EXPECT_EQ(*committed, (BlobInfo{.digest = digest, .size = 12}));
  const auto info = store().stat(digest);
  ASSERT_TRUE(info && *info);
  EXPECT_EQ(**info, (BlobInfo{.digest = digest, .size = 12}));
  EXPECT_EQ(get(digest), "hello, layer");
}

TEST_P(BlobStoreContract, KnowsNothingOfAnAbsentBlob) {
  const auto digest = sha256_of("never stored");
  EXPECT_FALSE(present(digest));
  EXPECT_TRUE(fails_with(Errc::blob_unknown, store().open(digest)));
  const auto removed = store().remove(digest);
  ASSERT_TRUE(ok(removed));
  EXPECT_FALSE(*removed);
}

TEST_P(BlobStoreContract, ReadsRanges) {
  const auto digest = put("0123456789");
  EXPECT_EQ(get(digest, {.first = 3}), "3456789");
  EXPECT_EQ(get(digest, {.first = 3, .length = 4}, 3), "3456");
  EXPECT_EQ(get(digest, {.first = 0, .length = 0}), "");
  EXPECT_EQ(get(digest, {.first = 9, .length = 100}), "9");
  EXPECT_EQ(get(digest, {.first = 10}), "");
  EXPECT_EQ(get(digest, {.first = UINT64_MAX, .length = UINT64_MAX}), "");
  EXPECT_EQ(get(digest, {.first = 8, .length = UINT64_MAX}), "89");
  auto reader = store().open(digest, {.first = 3, .length = 4});
  ASSERT_TRUE(ok(reader));
  EXPECT_EQ((*reader)->size(), 10u);  // of the whole blob
}

TEST_P(BlobStoreContract, StoresTheEmptyBlob) {
  const auto writer = create();
  EXPECT_EQ(writer->digest(), sha256_of(""));
  ASSERT_TRUE(ok(writer->commit(sha256_of(""))));
  EXPECT_TRUE(present(sha256_of("")));
  EXPECT_EQ(get(sha256_of("")), "");
}

TEST_P(BlobStoreContract, StoresManyBlocks) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i);
  const auto writer = create();
  for (std::size_t at = 0; at < text.size(); at += 100'003) append(*writer, std::string_view(text).substr(at, 100'003));
  ASSERT_TRUE(ok(writer->commit(sha256_of(text))));
  EXPECT_EQ(get(sha256_of(text), {}, 65'536), text);
}

TEST_P(BlobStoreContract, KeepsTheAlgorithmsApart) {
  const auto long_digest = put("bytes", kSha512);
  EXPECT_EQ(long_digest, sha512_of("bytes"));
  EXPECT_EQ(get(long_digest), "bytes");
  EXPECT_FALSE(present(sha256_of("bytes")));
}

TEST_P(BlobStoreContract, CommitsUnderAnotherAlgorithmThanTheWriters) {
  const auto writer = create(kUpload, kSha256);
  append(*writer, "bytes");
  EXPECT_TRUE(fails_with(Errc::layer_digest_mismatch, writer->commit(sha512_of("other bytes"))));
  ASSERT_TRUE(ok(writer->commit(sha512_of("bytes"))));
  EXPECT_EQ(get(sha512_of("bytes")), "bytes");
}

TEST_P(BlobStoreContract, RefusesTheWrongDigestAndKeepsTheUpload) {
  const auto writer = create();
  append(*writer, "right");
  EXPECT_TRUE(fails_with(Errc::layer_digest_mismatch, writer->commit(sha256_of("wrong"))));
  EXPECT_FALSE(present(sha256_of("wrong")));
  EXPECT_FALSE(present(sha256_of("right")));
  ASSERT_TRUE(ok(writer->commit(sha256_of("right"))));
  EXPECT_EQ(get(sha256_of("right")), "right");
}

TEST_P(BlobStoreContract, TakesTheSameDigestTwice) {
  put("twice");
  const auto again = create();
  append(*again, "twice");
  const auto committed = again->commit(sha256_of("twice"));
  ASSERT_TRUE(ok(committed));
  EXPECT_EQ(committed->size, 5u);
  EXPECT_EQ(get(sha256_of("twice")), "twice");
}

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
  ASSERT_TRUE(ok(writer->commit(sha256_of("first second"))));
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
  ASSERT_TRUE(ok(resume(state)->commit(sha512_of("abbccc"))));
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
  ASSERT_TRUE(ok(writer->commit(sha256_of("kept!"))));
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
  ASSERT_TRUE(ok(writer->commit(sha256_of("one"))));
}

TEST_P(BlobStoreContract, FindsNoUploadWhereThereIsNone) {
  auto writer = create();
  append(*writer, "0123456789");
  const std::string state = *writer->checkpoint();
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store().resume(kOther, state)));
  ASSERT_TRUE(ok(writer->commit(sha256_of("0123456789"))));
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
  ASSERT_TRUE(ok(writer->commit(sha256_of("short"))));
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
  ASSERT_TRUE(ok(writer->commit(sha256_of("onetwo"))));
  EXPECT_EQ(get(sha256_of("onetwo")), "onetwo");
}

TEST_P(BlobStoreContract, CutsOffBeforeItCommits) {
  for (const auto& expected : {sha256_of(""), sha512_of("")}) {
    auto writer = create();
    append(*writer, "left behind");
    ASSERT_TRUE(ok(writer->checkpoint()));
    writer.reset();
    writer = create();
    EXPECT_TRUE(fails_with(Errc::layer_digest_mismatch, writer->commit(sha256_of("left behind"))));
    const auto committed = writer->commit(expected);
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
  ASSERT_TRUE(ok(resume(state)->commit(sha512_of("bytes"))));
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
  ASSERT_TRUE(ok(writer->commit(sha256_of("mine"))));
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
  EXPECT_TRUE(fails_with(Errc::internal, writer->commit(sha256_of("unwanted"))));
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
  ASSERT_TRUE(ok(writer->commit(sha256_of("done"))));
  EXPECT_TRUE(fails_with(Errc::internal, writer->append(base::as_bytes("more"))));
  EXPECT_TRUE(fails_with(Errc::internal, writer->checkpoint()));
  EXPECT_TRUE(fails_with(Errc::internal, writer->commit(sha256_of("done"))));
  EXPECT_TRUE(ok(writer->discard()));
  EXPECT_EQ(get(sha256_of("done")), "done");
}

TEST_P(BlobStoreContract, RemovesABlobButNotFromItsReaders) {
  const auto digest = put("removed");
  auto reader = store().open(digest);
  ASSERT_TRUE(ok(reader));
  auto removed = store().remove(digest);
  ASSERT_TRUE(ok(removed));
  EXPECT_TRUE(*removed);
  EXPECT_FALSE(present(digest));
  EXPECT_EQ(drain(**reader), "removed");
  removed = store().remove(digest);
  ASSERT_TRUE(ok(removed));
  EXPECT_FALSE(*removed);
  put("removed");
  EXPECT_TRUE(present(digest));
}

TEST_P(BlobStoreContract, ListsInOrderPageByPage) {
  std::vector<BlobInfo> all;
  for (int i = 0; i < 40; ++i) {
    const std::string text = "blob " + std::to_string(i);
    all.push_back({.digest = put(text, i % 4 == 0 ? kSha512 : kSha256), .size = text.size()});
  }
  std::ranges::sort(all, {}, &BlobInfo::digest);
  for (const std::size_t limit : {1u, 7u, 40u, 1000u}) {
    std::vector<BlobInfo> listed;
    std::optional<model::Digest> after;
    for (;;) {
      const auto page = store().list(after, limit);
      ASSERT_TRUE(ok(page));
      ASSERT_LE(page->size(), limit);
      if (page->empty()) break;
      listed.insert(listed.end(), page->begin(), page->end());
      after = page->back().digest;
    }
    EXPECT_EQ(listed, all) << limit;
  }
  const auto none = store().list(std::nullopt, 0);
  ASSERT_TRUE(ok(none));
  EXPECT_TRUE(none->empty());
  const auto rest = store().list(sha256_of("not stored"), 1000);  // `after` need not exist
  ASSERT_TRUE(ok(rest));
  EXPECT_EQ(rest->size(), static_cast<std::size_t>(std::ranges::count_if(
                              all, [](const BlobInfo& info) { return info.digest > sha256_of("not stored"); })));
}

TEST_P(BlobStoreContract, ListsNoUploads) {
  const auto writer = create();
  append(*writer, "under way");
  ASSERT_TRUE(ok(writer->checkpoint()));
  const auto page = store().list(std::nullopt, 10);
  ASSERT_TRUE(ok(page));
  EXPECT_TRUE(page->empty());
}

TEST_P(BlobStoreContract, TakesConcurrentUploads) {
  constexpr int threads = 4;
  constexpr int rounds = 12;
  std::vector<std::thread> pool;
  std::vector<std::string> errors(threads);
  for (int t = 0; t < threads; ++t) {
    pool.emplace_back([&, t] {
      for (int round = 0; round < rounds; ++round) {
        // Even rounds upload the same bytes in every thread, odd rounds bytes of their own.
        const std::string text = std::string(5000, static_cast<char>('a' + round)) + std::to_string(round % 2 ? t : 0);
        auto writer = store().create("00000000-0000-4000-8000-00000000000" + std::to_string(t), kSha256);
        if (!writer || !(*writer)->append(base::as_bytes(text)) || !(*writer)->commit(sha256_of(text))) {
          errors[static_cast<std::size_t>(t)] = "round " + std::to_string(round);
        }
      }
    });
  }
  for (auto& thread : pool) thread.join();
  for (const auto& error : errors) EXPECT_EQ(error, "");
  const auto page = store().list(std::nullopt, 1000);
  ASSERT_TRUE(ok(page));
  EXPECT_EQ(page->size(), static_cast<std::size_t>(rounds / 2 + threads * rounds / 2));
  for (const auto& info : *page) EXPECT_EQ(sha256_of(get(info.digest, {}, 4096)), info.digest);
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

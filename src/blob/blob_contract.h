// What every BlobStore keeps to: the bytes that it holds. Part of blob_store_contract.h.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "blob/blob_store_test_support.h"

namespace berth::blob {

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
  const auto committed = writer->commit(named(digest));
  ASSERT_TRUE(ok(committed));
  EXPECT_EQ(committed->name, named(digest));
  EXPECT_EQ(committed->size, 12u);
  const auto info = store().stat(named(digest));
  ASSERT_TRUE(info && *info);
  EXPECT_EQ((*info)->name, named(digest));
  EXPECT_EQ((*info)->size, 12u);
  EXPECT_EQ(get(digest), "hello, layer");
}

TEST_P(BlobStoreContract, KnowsNothingOfAnAbsentBlob) {
  const auto digest = sha256_of("never stored");
  EXPECT_FALSE(present(digest));
  EXPECT_TRUE(fails_with(Errc::blob_unknown, store().open(named(digest))));
  const auto removed = store().remove(named(digest));
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
  auto reader = store().open(named(digest), {.first = 3, .length = 4});
  ASSERT_TRUE(ok(reader));
  EXPECT_EQ((*reader)->size(), 10u);  // of the whole blob
}

TEST_P(BlobStoreContract, StoresTheEmptyBlob) {
  const auto writer = create();
  EXPECT_EQ(writer->digest(), sha256_of(""));
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("")))));
  EXPECT_TRUE(present(sha256_of("")));
  EXPECT_EQ(get(sha256_of("")), "");
}

TEST_P(BlobStoreContract, StoresManyBlocks) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i);
  const auto writer = create();
  for (std::size_t at = 0; at < text.size(); at += 100'003) append(*writer, std::string_view(text).substr(at, 100'003));
  ASSERT_TRUE(ok(writer->commit(named(sha256_of(text)))));
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
  EXPECT_TRUE(fails_with(Errc::layer_digest_mismatch, writer->commit(named(sha512_of("other bytes")))));
  ASSERT_TRUE(ok(writer->commit(named(sha512_of("bytes")))));
  EXPECT_EQ(get(sha512_of("bytes")), "bytes");
}

TEST_P(BlobStoreContract, RefusesTheWrongDigestAndKeepsTheUpload) {
  const auto writer = create();
  append(*writer, "right");
  EXPECT_TRUE(fails_with(Errc::layer_digest_mismatch, writer->commit(named(sha256_of("wrong")))));
  EXPECT_FALSE(present(sha256_of("wrong")));
  EXPECT_FALSE(present(sha256_of("right")));
  ASSERT_TRUE(ok(writer->commit(named(sha256_of("right")))));
  EXPECT_EQ(get(sha256_of("right")), "right");
}

TEST_P(BlobStoreContract, KeepsBytesUnderTwoKeysApart) {
  const auto digest = put("twice");
  for (const auto& key : {kOtherKey, std::string()}) put("twice", kSha256, key);
  const auto all = store().list(std::nullopt, 10);
  ASSERT_TRUE(ok(all));
  ASSERT_EQ(all->size(), 3u);
  for (const auto& [i, key] : {std::pair(0u, std::string()), {1u, kKey}, {2u, kOtherKey}}) {
    EXPECT_EQ((*all)[i].name, named(digest, key));
  }
  EXPECT_EQ(store().list(named(digest), 10)->size(), 1u);
  ASSERT_TRUE(ok(store().remove(named(digest))));
  EXPECT_FALSE(present(digest));
  for (const auto& key : {kOtherKey, std::string()}) {
    auto reader = store().open(named(digest, key));
    ASSERT_TRUE(ok(reader));
    EXPECT_EQ(drain(**reader), "twice");
  }
}

TEST_P(BlobStoreContract, RemovesABlobButNotFromItsReaders) {
  const auto digest = put("removed");
  auto reader = store().open(named(digest));
  ASSERT_TRUE(ok(reader));
  auto removed = store().remove(named(digest));
  ASSERT_TRUE(ok(removed));
  EXPECT_TRUE(*removed);
  EXPECT_FALSE(present(digest));
  EXPECT_EQ(drain(**reader), "removed");
  removed = store().remove(named(digest));
  ASSERT_TRUE(ok(removed));
  EXPECT_FALSE(*removed);
  put("removed");
  EXPECT_TRUE(present(digest));
}

TEST_P(BlobStoreContract, ListsInOrderPageByPage) {
  std::vector<BlobName> all;
  for (int i = 0; i < 40; ++i) all.push_back(named(put("blob " + std::to_string(i), i % 4 == 0 ? kSha512 : kSha256)));
  std::ranges::sort(all);
  for (const std::size_t limit : {1u, 7u, 40u, 1000u}) {
    std::vector<BlobName> listed;
    std::optional<BlobName> after;
    for (;;) {
      const auto page = store().list(after, limit);
      ASSERT_TRUE(ok(page));
      ASSERT_LE(page->size(), limit);
      if (page->empty()) break;
      for (const auto& info : *page) listed.push_back(info.name);
      after = listed.back();
    }
    EXPECT_EQ(listed, all) << limit;
  }
  const auto none = store().list(std::nullopt, 0);
  ASSERT_TRUE(ok(none));
  EXPECT_TRUE(none->empty());
  const auto rest = store().list(named(sha256_of("not stored")), 1000);  // `after` need not exist
  ASSERT_TRUE(ok(rest));
  EXPECT_EQ(rest->size(), static_cast<std::size_t>(std::ranges::count_if(
                              all, [](const BlobName& name) { return name > named(sha256_of("not stored")); })));
}

TEST_P(BlobStoreContract, ListsNoUploads) {
  const auto writer = create();
  append(*writer, "under way");
  ASSERT_TRUE(ok(writer->checkpoint()));
  const auto page = store().list(std::nullopt, 10);
  ASSERT_TRUE(ok(page));
  EXPECT_TRUE(page->empty());
}

TEST_P(BlobStoreContract, ListsUploadsInOrderPageByPage) {
  std::vector<std::string> names;
  for (const char digit : {'3', '1', '2'}) {
    names.push_back("00000000-0000-4000-8000-00000000000" + std::string(1, digit));
    append(*create(names.back()), "left behind");
  }
  const auto busy = create();
  append(*busy, "under way");
  names.push_back(kUpload);
  put("finished");
  std::ranges::sort(names);
  for (const std::size_t limit : {1u, 3u, 4u, 1000u}) {
    std::vector<std::string> listed;
    for (std::string after;;) {
      const auto page = store().list_uploads(after, limit);
      ASSERT_TRUE(ok(page));
      ASSERT_LE(page->size(), limit);
      if (page->empty()) break;
      for (const auto& upload : *page) listed.push_back(upload.name);
      after = listed.back();
    }
    EXPECT_EQ(listed, names) << limit;
  }
  EXPECT_TRUE(store().list_uploads("", 0)->empty());
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
        if (!writer || !(*writer)->append(base::as_bytes(text)) ||
            !(*writer)->commit(named(sha256_of(text), kKey.substr(0, 25) + std::to_string(t)))) {
          errors[static_cast<std::size_t>(t)] = "round " + std::to_string(round);
        }
      }
    });
  }
  for (auto& thread : pool) thread.join();
  for (const auto& error : errors) EXPECT_EQ(error, "");
  const auto page = store().list(std::nullopt, 1000);
  ASSERT_TRUE(ok(page));
  EXPECT_EQ(page->size(), static_cast<std::size_t>(threads * rounds));
  for (const auto& info : *page) {
    auto reader = store().open(info.name);
    ASSERT_TRUE(ok(reader));
    EXPECT_EQ(sha256_of(drain(**reader, 4096)), info.name.digest);
  }
}

}  // namespace berth::blob

#include "auth/signing_key.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/bytes.h"

namespace berth::auth {
namespace {

CredentialScope scope(std::string date = "20150830", std::string id = "AKIDEXAMPLE") {
  return {.access_key_id = std::move(id), .date = std::move(date), .region = "us-east-1", .service = "iam"};
}

// "Derive a signing key" in the IAM User Guide.
TEST(SigningKey, IsAwsExample) {
  EXPECT_EQ(base::to_hex(base::as_bytes(derive_signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope()))),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigningKeyCache, FindsOnlyTheSameSecretAndScope) {
  SigningKeyCache cache(10);
  cache.put(SigningKeyCache::entry_name("secret", scope()), "key");
  EXPECT_EQ(cache.find(SigningKeyCache::entry_name("secret", scope())), "key");
  EXPECT_FALSE(cache.find(SigningKeyCache::entry_name("changed", scope())));
  EXPECT_FALSE(cache.find(SigningKeyCache::entry_name("secret", scope("20150831"))));
  EXPECT_FALSE(cache.find(SigningKeyCache::entry_name("secret", scope("20150830", "AKIDOTHER"))));
}

TEST(SigningKeyCache, DropsTheLeastRecentlyUsed) {
  SigningKeyCache cache(2);
  cache.put("a", "1");
  cache.put("b", "2");
  EXPECT_TRUE(cache.find("a"));
  cache.put("c", "3");
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.find("a"), "1");
  EXPECT_FALSE(cache.find("b"));
  EXPECT_EQ(cache.find("c"), "3");
  cache.put("a", "kept as it was");
  EXPECT_EQ(cache.find("a"), "1");
}

TEST(SigningKeyCache, IsSharedByThreads) {
  SigningKeyCache cache(8);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string name = std::to_string((i * 7 + t) % 20);
        if (const auto found = cache.find(name)) EXPECT_EQ(*found, name);
        cache.put(name, name);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(cache.size(), 8U);
}

TEST(SigningKeyCache, MayBeOff) {
  SigningKeyCache cache(0);
  cache.put("a", "1");
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_FALSE(cache.find("a"));
}

}  // namespace
}  // namespace berth::auth

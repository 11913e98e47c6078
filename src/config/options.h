// Everything that can be configured, as plain structs with their defaults. Made by load(); app hands each service its
// part. Names, ranges and help stand in table.cc, one row per member. Sizes in bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/secret.h"

namespace berth::config {

using std::chrono::milliseconds;

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;
inline constexpr std::uint64_t kTiB = 1024 * kGiB;

struct Tls {
  std::string cert;  // both or none
  std::string key;
};

struct Http {
  std::uint64_t max_head_bytes = 32 * kKiB;
  milliseconds head_timeout = std::chrono::seconds(30);
  milliseconds idle_timeout = std::chrono::seconds(120);
  milliseconds body_stall_timeout = std::chrono::seconds(60);
  milliseconds write_stall_timeout = std::chrono::seconds(60);
  milliseconds request_timeout = std::chrono::seconds(60);
  milliseconds queue_timeout = std::chrono::seconds(10);
  milliseconds drain_timeout = std::chrono::seconds(30);
  std::uint64_t max_connections = 10'000;
  std::uint64_t max_buffered_bytes = 256 * kMiB;
  std::uint64_t stream_buffer_bytes = 32 * kMiB;
  std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks
  std::string public_url;                    // empty: relative Locations
  std::string tcp_congestion;                // empty: the kernel's choice
  std::uint64_t busy_poll_us = 50;           // 0: never
};

struct Pools {
  std::uint64_t io = 0;  // 0: one per core
  std::uint64_t api = 16;
  std::uint64_t writes = 16;
  std::uint64_t bulk = 0;  // 0: two per core, at least 8
  std::uint64_t background = 4;
  std::uint64_t admin = 2;
  std::uint64_t queue = 1'000;
};

struct Registry {
  std::string account = "123456789012";
  std::string region = "us-east-1";
  std::vector<std::string> regions;  // empty: any
  std::vector<std::string> domains = {"amazonaws.com"};
  std::vector<std::string> public_hosts = {"public.ecr.aws", "public.localhost"};
  std::uint64_t max_manifest_bytes = 4 * kMiB;
  bool create_on_push = false;
  bool sparse_manifests = false;
  std::uint64_t deletion_rows_per_second = 5'000;
};

// ECR's quotas. 0: none.
struct Quotas {
  std::uint64_t repositories_per_registry = 0;
  std::uint64_t images_per_repository = 0;
  std::uint64_t tags_per_image = 1'000;
  std::uint64_t layer_parts = 4'200;
  std::vector<std::string> rates;  // service/rates.h
};

struct Uploads {
  std::uint64_t max_layer_bytes = 52'000 * kMiB;
  milliseconds expiry = std::chrono::days(7);
  milliseconds lease = std::chrono::hours(24);
};

struct Lifecycle {
  milliseconds interval = std::chrono::hours(24);
  milliseconds settle = std::chrono::minutes(1);
  std::uint64_t images_per_second = 200;
};

// The collector (service/collection.h).
struct Gc {
  bool enabled = true;
  milliseconds pause = std::chrono::seconds(30);
  std::uint64_t blobs_per_second = 5'000;
  milliseconds trash = milliseconds(0);  // 0: none
};

// Reading what is stored again (service/scrubber.h).
struct Scrub {
  milliseconds period = std::chrono::days(30);  // 0: never
  std::uint64_t mib_per_second = 20;
};

struct Auth {
  milliseconds clock_skew = std::chrono::minutes(15);
  milliseconds token_lifetime = std::chrono::hours(12);
  bool expired_token_is_forbidden = false;
};

// What Berth fetches from others: keys of OpenID Connect issuers.
struct Fetch {
  std::vector<std::string> allow;  // addresses, CIDR blocks, host names
  std::string ca_bundle;           // empty: the system's
};

struct Blobs {
  std::string path;                    // empty: `blobs` in the data folder
  std::uint64_t in_metadata = 16'384;  // bytes of a blob; 0: none
};

struct Storage {
  std::uint64_t reserve = 64 * kMiB;  // 0: none
};

struct Memory {
  std::uint64_t limit = 0;  // 0: what the control group allows
};

struct Archive {
  std::string path;  // empty: `archive` in the data folder
};

struct Logging {
  base::LogLevel level = base::LogLevel::info;
  base::LogFormat format = base::LogFormat::json;
  bool access = true;
};

// A VPC endpoint: traffic that policies can tell from other traffic. Only the file can have some, as [[vpc_endpoint]];
// vpc_endpoints.h reads and checks them.
struct VpcEndpoint {
  std::string id;                     // vpce-...
  std::string vpc;                    // vpc-...
  std::vector<std::string> networks;  // of clients: addresses or CIDR blocks
  std::string listen;                 // HOST:PORT of a listener of its own; empty: none
  std::string api_policy;             // files of the endpoint policies, for the AWS doors and the OCI door; empty: all
  std::string dkr_policy;             // is allowed

  friend bool operator==(const VpcEndpoint&, const VpcEndpoint&) = default;
};

// For tests; rows exist only in a build with BERTH_FAULTS.
struct Testing {
  std::string fault_point;
};

struct Options {
  std::string data = "./data";
  std::string listen = "127.0.0.1:5000";
  std::string admin_listen = "127.0.0.1:5001";
  base::Secret db;  // empty: SQLite in the data folder. A URL may hold a password.
  Tls tls;
  Http http;
  Pools pools;
  Registry registry;
  Quotas quotas;
  Uploads uploads;
  Lifecycle lifecycle;
  Gc gc;
  Scrub scrub;
  Auth auth;
  Fetch fetch;
  Blobs blobs;
  Archive archive;
  Storage storage;
  Memory memory;
  Logging log;
  Testing testing;
  std::vector<VpcEndpoint> vpc_endpoints;
};

}  // namespace berth::config

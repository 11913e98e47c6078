#include "service/fsck.h"

#include <algorithm>

#include "crypto/hash.h"

namespace berth::service {
namespace {

constexpr std::size_t kPage = 500;
constexpr std::size_t kChunk = 1 << 20;

void add(FsckReport& report, const model::Digest& digest, Damage damage, std::string detail) {
  if (report.findings.size() < FsckReport::kMaxFindings) {
    report.findings.push_back({digest.text(), damage, std::move(detail)});
  } else {
    ++report.more;
  }
}

base::Result<model::Digest> hash(blob::BlobReader& reader, model::DigestAlgorithm algorithm) {
  crypto::Hasher hasher(algorithm == model::DigestAlgorithm::sha512 ? crypto::HashAlgorithm::sha512
                                                                    : crypto::HashAlgorithm::sha256);
  std::vector<std::byte> buffer(kChunk);
  for (;;) {
    BERTH_TRY(const auto n, reader.read(buffer));
    if (n == 0) return model::Digest::from_raw(algorithm, hasher.finish());
    hasher.update(std::span(buffer).first(n));
  }
}

// The two stores, by where metadata says that bytes are.
struct BlobStores {
  blob::BlobStore& hot;
  blob::BlobStore& cold;

  blob::BlobStore& of(meta::Place place) const { return place == meta::Place::hot ? hot : cold; }
};
std::string_view name(meta::Place place) { return place == meta::Place::hot ? "" : " in the archive"; }

// Where the bytes are now, if they have moved since the row was read.
base::Result<std::unique_ptr<blob::BlobReader>> open(meta::Store& store, const BlobStores& stores,
                                                     const meta::StoredBlob& row) {
  auto reader = stores.of(row.place).open(row.digest);
  if (reader || reader.error().code != base::Errc::blob_unknown) return reader;
  BERTH_TRY(const auto again, store.read({}, [&](meta::Tx& tx) { return tx.layers().blob(row.digest); }));
  if (!again || again->place == row.place) return reader;
  return stores.of(again->place).open(row.digest);
}

void check_blob(meta::Store& store, const BlobStores& stores, const meta::StoredBlob& row, FsckReport& report) {
  ++report.blobs;
  const auto reader = open(store, stores, row);
  if (!reader) {
    const bool missing = reader.error().code == base::Errc::blob_unknown;
    return add(report, row.digest, missing ? Damage::missing : Damage::unreadable,
               reader.error().message + std::string(name(row.place)));
  }
  report.bytes += (*reader)->size();
  if ((*reader)->size() != row.size) {
    return add(report, row.digest, Damage::wrong_size,
               std::to_string((*reader)->size()) + " bytes instead of " + std::to_string(row.size));
  }
  const auto actual = hash(**reader, row.digest.algorithm());
  if (!actual) return add(report, row.digest, Damage::unreadable, actual.error().message);
  if (*actual != row.digest) add(report, row.digest, Damage::wrong_digest, "the bytes are those of " + actual->text());
}

// Blobs that metadata knows.
base::Result<bool> check_known(meta::Store& store, const BlobStores& stores, const FsckProgress& progress,
                               FsckReport& report) {
  std::string after;
  for (;;) {
    BERTH_TRY(const auto page, store.read({}, [&](meta::Tx& tx) { return tx.layers().blobs(after, kPage); }));
    for (const auto& row : page) {
      check_blob(store, stores, row, report);
      if (!progress(report)) return false;
    }
    if (page.size() < kPage) return true;
    after = page.back().digest.text();
  }
}

// Bytes that metadata does not look for here.
base::Result<void> check_unknown(meta::Store& store, const BlobStores& stores, meta::Place place, FsckReport& report) {
  std::optional<model::Digest> after;
  for (;;) {
    BERTH_TRY(const auto page, stores.of(place).list(after, kPage));
    for (const auto& stored : page) {
      BERTH_TRY(const auto row, store.read({}, [&](meta::Tx& tx) { return tx.layers().blob(stored.digest); }));
      if (row && (row->place == place || row->claimed)) continue;
      add(report, stored.digest, Damage::unknown,
          std::to_string(stored.size) + (row ? " bytes, a second copy" : " bytes") + std::string(name(place)));
    }
    if (page.size() < kPage) return {};
    after = page.back().digest;
  }
}

}  // namespace

std::string_view name(Damage damage) {
  switch (damage) {
    case Damage::missing: return "missing";
    case Damage::wrong_size: return "wrong size";
    case Damage::wrong_digest: return "wrong digest";
    case Damage::unreadable: return "unreadable";
    case Damage::unknown: return "unknown";
  }
  std::unreachable();
}

bool FsckReport::lost() const {
  return more > 0 || std::ranges::any_of(findings, [](const Finding& f) { return f.damage != Damage::unknown; });
}

base::Result<FsckReport> fsck(meta::Store& store, blob::BlobStore& blobs, blob::BlobStore& archive,
                              const FsckProgress& progress) {
  const BlobStores stores{.hot = blobs, .cold = archive};
  FsckReport report;
  BERTH_TRY(const bool whole, check_known(store, stores, progress, report));
  if (!whole) return report;
  BERTH_CHECK(check_unknown(store, stores, meta::Place::hot, report));
  BERTH_CHECK(check_unknown(store, stores, meta::Place::cold, report));
  return report;
}

}  // namespace berth::service

// Where everything but bytes is kept: accounts, identities, policies, repositories, images, layers, uploads.
//
// Services see this and never `sql`. SQL text lives in this room's .cc files only, written once for every engine.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "base/deadline.h"
#include "base/error.h"
#include "meta/access_keys.h"
#include "meta/accounts.h"
#include "meta/authorization.h"
#include "meta/backup_holds.h"
#include "meta/blob_bytes.h"
#include "meta/blobs.h"
#include "meta/consistency.h"
#include "meta/creation_templates.h"
#include "meta/dead_files.h"
#include "meta/deleted_images.h"
#include "meta/dump.h"
#include "meta/entity_policies.h"
#include "meta/identities.h"
#include "meta/image_outlines.h"
#include "meta/image_storage.h"
#include "meta/images.h"
#include "meta/layers.h"
#include "meta/lifecycle_defaults.h"
#include "meta/lifecycle_policies.h"
#include "meta/lifecycle_previews.h"
#include "meta/lifecycle_records.h"
#include "meta/managed_policies.h"
#include "meta/oidc_providers.h"
#include "meta/organizations.h"
#include "meta/policies.h"
#include "meta/public_registries.h"
#include "meta/pull_times.h"
#include "meta/repositories.h"
#include "meta/repository_remains.h"
#include "meta/uploads.h"
#include "sql/database.h"

namespace berth::meta {

// One transaction, by table group. Valid inside the function that it was given to, on that thread.
class Tx {
 public:
  explicit Tx(sql::Tx& tx) : tx_(tx) {}
  Accounts accounts() { return Accounts(tx_); }
  Repositories repositories() { return Repositories(tx_); }
  RepositoryRemains repository_remains() { return RepositoryRemains(tx_); }
  Images images() { return Images(tx_); }
  ImageOutlines image_outlines() { return ImageOutlines(tx_); }
  PullTimes pull_times() { return PullTimes(tx_); }
  CreationTemplates creation_templates() { return CreationTemplates(tx_); }
  ImageStorage image_storage() { return ImageStorage(tx_); }
  Layers layers() { return Layers(tx_); }
  Blobs blobs() { return Blobs(tx_); }
  BlobBytes blob_bytes() { return BlobBytes(tx_); }
  Consistency consistency() { return Consistency(tx_); }
  DeletedImages deleted_images() { return DeletedImages(tx_); }
  DeadFiles dead_files() { return DeadFiles(tx_); }
  BackupHolds backup_holds() { return BackupHolds(tx_); }
  Uploads uploads() { return Uploads(tx_); }
  LifecyclePolicies lifecycle_policies() { return LifecyclePolicies(tx_); }
  LifecycleDefaults lifecycle_defaults() { return LifecycleDefaults(tx_); }
  LifecycleRecords lifecycle_records() { return LifecycleRecords(tx_); }
  LifecyclePreviews lifecycle_previews() { return LifecyclePreviews(tx_); }

  Organizations organizations() { return Organizations(tx_); }
  Identities identities() { return Identities(tx_); }
  IdentityTags identity_tags() { return IdentityTags(tx_); }
  EntityPolicies entity_policies() { return EntityPolicies(tx_); }
  ManagedPolicies managed_policies() { return ManagedPolicies(tx_); }
  AccessKeys access_keys() { return AccessKeys(tx_); }
  OidcProviders oidc_providers() { return OidcProviders(tx_); }
  Policies policies() { return Policies(tx_); }
  PublicRegistries public_registries() { return PublicRegistries(tx_); }
  Authorization authorization() { return Authorization(tx_); }

 private:
  sql::Tx& tx_;
};

// Safe from any thread; calls block. `db` outlives it.
class Store {
 public:
  explicit Store(sql::Database& db) : db_(db) {}

  // Brings the schema up to this program's version; refuses a newer one. Before any other call.
  base::Result<void> migrate();

  // Whether there is no account. Before migrate() as well.
  base::Result<bool> empty();
  // All of one moment (meta/dump.h).
  base::Result<void> dump(const base::Deadline& deadline, DumpSink& sink);
  // Into a database that has nothing in it, in place of migrate(); all of it or nothing. The dump may be of another
  // engine, and of an older schema, which is then migrated. conflict: the database is not empty. unsupported: the dump
  // is of a newer program. corrupt: it is damaged.
  base::Result<void> load(const base::Deadline& deadline, const OpenDump& open);

  // What a read() of later would be of (sql/database.h).
  std::optional<base::Stamp> stamp() const { return db_.stamp(); }

  // `f(Tx&)` returns a Result; it sees one snapshot.
  template <class F>
  std::invoke_result_t<F&, Tx&> read(const base::Deadline& deadline, F f) {
    return run(f, [&](const sql::TxFunction& body) { return db_.read(deadline, body); });
  }

  // `f(Tx&)` may run several times; it has no effect but through the Tx. On success its changes are durable.
  template <class F>
  std::invoke_result_t<F&, Tx&> write(const base::Deadline& deadline, F f) {
    return run(f, [&](const sql::TxFunction& body) { return db_.write(deadline, body); });
  }

 private:
  template <class F, class Run>
  static std::invoke_result_t<F&, Tx&> run(F& f, Run run_in_db) {
    using R = std::invoke_result_t<F&, Tx&>;
    std::optional<R> result;
    auto outcome = run_in_db([&](sql::Tx& raw) -> base::Result<void> {
      Tx tx(raw);
      result.emplace(f(tx));
      if (!*result) return std::unexpected(result->error());
      return {};
    });
    if (!outcome) return std::unexpected(std::move(outcome).error());
    return *std::move(result);
  }

  sql::Database& db_;
};

}  // namespace berth::meta

// The schema, as numbered migrations. A migration that was released is never edited; the next one corrects it.
#include "meta/store.h"
#include "sql/migrate.h"

namespace berth::meta {
namespace {

constexpr std::string_view kInitial = R"sql(
CREATE TABLE accounts (
  id {{text}} NOT NULL PRIMARY KEY,
  created_at {{int}} NOT NULL
) {{strict}};

CREATE TABLE access_keys (
  id {{text}} NOT NULL PRIMARY KEY,
  account {{text}} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_arn {{text}} NOT NULL,
  user_id {{text}} NOT NULL,
  sealed_secret {{blob}} NOT NULL,
  created_at {{int}} NOT NULL
) {{strict}};

CREATE TABLE repositories (
  id {{text}} NOT NULL PRIMARY KEY,
  account {{text}} NOT NULL,
  region {{text}} NOT NULL,
  name {{text}} NOT NULL,
  created_at {{int}} NOT NULL,
  tag_mutability {{text}} NOT NULL,
  tag_exclusions {{text}} NOT NULL,
  scan_on_push {{int}} NOT NULL,
  encryption_type {{text}} NOT NULL,
  kms_key {{text}},
  UNIQUE (account, region, name)
) {{strict}};

CREATE TABLE repository_tags (
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  key {{text}} NOT NULL,
  value {{text}} NOT NULL,
  PRIMARY KEY (repository, key)
) {{strict}};

CREATE TABLE blobs (
  digest {{text}} NOT NULL PRIMARY KEY,
  size {{int}} NOT NULL,
  created_at {{int}} NOT NULL,
  review_after {{int}} NOT NULL
) {{strict}};
CREATE INDEX blobs_review ON blobs (review_after);

CREATE TABLE repository_blobs (
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  digest {{text}} NOT NULL REFERENCES blobs (digest),
  linked_at {{int}} NOT NULL,
  PRIMARY KEY (repository, digest)
) {{strict}};
CREATE INDEX repository_blobs_digest ON repository_blobs (digest);

CREATE TABLE manifests (
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  digest {{text}} NOT NULL,
  media_type {{text}} NOT NULL,
  artifact_type {{text}},
  manifest_size {{int}} NOT NULL,
  image_size {{int}} NOT NULL,
  subject {{text}},
  annotations {{text}} NOT NULL,
  pushed_at {{int}} NOT NULL,
  bytes {{blob}} NOT NULL,
  PRIMARY KEY (repository, digest)
) {{strict}};
CREATE INDEX manifests_pushed ON manifests (repository, pushed_at, digest);
CREATE INDEX manifests_subject ON manifests (repository, subject, digest) WHERE subject IS NOT NULL;

CREATE TABLE manifest_blobs (
  repository {{text}} NOT NULL,
  manifest {{text}} NOT NULL,
  blob {{text}} NOT NULL,
  media_type {{text}} NOT NULL,
  size {{int}} NOT NULL,
  PRIMARY KEY (repository, manifest, blob),
  FOREIGN KEY (repository, manifest) REFERENCES manifests (repository, digest) ON DELETE CASCADE
) {{strict}};
CREATE INDEX manifest_blobs_blob ON manifest_blobs (blob, repository);

CREATE TABLE manifest_children (
  repository {{text}} NOT NULL,
  parent {{text}} NOT NULL,
  child {{text}} NOT NULL,
  PRIMARY KEY (repository, parent, child),
  FOREIGN KEY (repository, parent) REFERENCES manifests (repository, digest) ON DELETE CASCADE
) {{strict}};
CREATE INDEX manifest_children_child ON manifest_children (repository, child);

CREATE TABLE tags (
  repository {{text}} NOT NULL,
  name {{text}} NOT NULL,
  digest {{text}} NOT NULL,
  updated_at {{int}} NOT NULL,
  PRIMARY KEY (repository, name),
  FOREIGN KEY (repository, digest) REFERENCES manifests (repository, digest) ON DELETE CASCADE
) {{strict}};
CREATE INDEX tags_digest ON tags (repository, digest, name);

CREATE TABLE uploads (
  id {{text}} NOT NULL PRIMARY KEY,
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  algorithm {{text}} NOT NULL,
  size {{int}} NOT NULL,
  state {{blob}} NOT NULL,
  parts {{int}} NOT NULL,
  last_part_short {{int}} NOT NULL,
  middle_part_short {{int}} NOT NULL,
  expires_at {{int}} NOT NULL
) {{strict}};
CREATE INDEX uploads_expiry ON uploads (expires_at);
CREATE INDEX uploads_repository ON uploads (repository);
)sql";

constexpr sql::Migration kMigrations[] = {
    {1, "initial", kInitial},
};

}  // namespace

base::Result<void> Store::migrate() { return sql::migrate(db_, kMigrations); }

}  // namespace berth::meta

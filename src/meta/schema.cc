// The schema, as numbered migrations. A migration that was released is never edited; the next one corrects it.
#include "meta/schema.h"

#include "meta/store.h"

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

// Identities: the one administrator that each account had becomes an IAM user; the first account manages the
// organization that all accounts are in. Ids made here are made of what is there: a migration has no randomness.
constexpr std::string_view kIdentities = R"sql(
ALTER TABLE accounts ADD COLUMN name {{text}} NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN email {{text}} NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN status {{text}} NOT NULL DEFAULT 'active';
ALTER TABLE accounts ADD COLUMN alias {{text}};
UPDATE accounts SET name = 'account ' || id, email = id || '@berth.invalid';
CREATE UNIQUE INDEX accounts_email ON accounts (email);
CREATE UNIQUE INDEX accounts_alias ON accounts (alias) WHERE alias IS NOT NULL;

CREATE TABLE account_creations (
  id {{text}} NOT NULL PRIMARY KEY,
  account {{text}} REFERENCES accounts (id),
  name {{text}} NOT NULL,
  failure {{text}} NOT NULL,
  requested_at {{int}} NOT NULL
) {{strict}};

CREATE TABLE organizations (
  id {{text}} NOT NULL PRIMARY KEY,
  root {{text}} NOT NULL,
  management {{text}} NOT NULL REFERENCES accounts (id),
  created_at {{int}} NOT NULL
) {{strict}};
INSERT INTO organizations (id, root, management, created_at)
  SELECT 'o-' || id, 'r-' || substr(id, 9, 4), id, created_at FROM accounts ORDER BY created_at, id LIMIT 1;

CREATE TABLE service_control_policies (
  id {{text}} NOT NULL PRIMARY KEY,
  name {{text}} NOT NULL UNIQUE,
  description {{text}} NOT NULL,
  document {{text}} NOT NULL,
  aws_managed {{int}} NOT NULL
) {{strict}};
INSERT INTO service_control_policies (id, name, description, document, aws_managed) VALUES
  ('p-FullAWSAccess', 'FullAWSAccess', 'Allows access to every operation',
   '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', 1);

CREATE TABLE service_control_attachments (
  target {{text}} NOT NULL,
  policy {{text}} NOT NULL REFERENCES service_control_policies (id),
  PRIMARY KEY (target, policy)
) {{strict}};
CREATE INDEX service_control_attachments_policy ON service_control_attachments (policy, target);
INSERT INTO service_control_attachments (target, policy) SELECT root, 'p-FullAWSAccess' FROM organizations;
INSERT INTO service_control_attachments (target, policy) SELECT id, 'p-FullAWSAccess' FROM accounts;

CREATE TABLE entities (
  id {{text}} NOT NULL PRIMARY KEY,
  account {{text}} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind {{text}} NOT NULL,
  name {{text}} NOT NULL,
  name_key {{text}} NOT NULL,
  path {{text}} NOT NULL,
  created_at {{int}} NOT NULL,
  boundary {{text}},
  trust_policy {{text}} NOT NULL DEFAULT '',
  description {{text}},
  max_session {{int}} NOT NULL DEFAULT 3600,
  service {{text}},
  last_used_at {{int}},
  last_used_region {{text}},
  UNIQUE (account, kind, name_key)
) {{strict}};
CREATE INDEX entities_boundary ON entities (boundary) WHERE boundary IS NOT NULL;

CREATE TABLE memberships (
  group_id {{text}} NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  user_id {{text}} NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, group_id)
) {{strict}};
CREATE INDEX memberships_group ON memberships (group_id, user_id);

CREATE TABLE inline_policies (
  entity {{text}} NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  name {{text}} NOT NULL,
  document {{text}} NOT NULL,
  PRIMARY KEY (entity, name)
) {{strict}};

CREATE TABLE attachments (
  entity {{text}} NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  arn {{text}} NOT NULL,
  PRIMARY KEY (entity, arn)
) {{strict}};
CREATE INDEX attachments_arn ON attachments (arn, entity);

CREATE TABLE managed_policies (
  id {{text}} NOT NULL PRIMARY KEY,
  account {{text}} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  arn {{text}} NOT NULL UNIQUE,
  name {{text}} NOT NULL,
  name_key {{text}} NOT NULL,
  path {{text}} NOT NULL,
  description {{text}} NOT NULL,
  created_at {{int}} NOT NULL,
  updated_at {{int}} NOT NULL,
  default_version {{int}} NOT NULL,
  last_version {{int}} NOT NULL,
  UNIQUE (account, name_key)
) {{strict}};

CREATE TABLE policy_versions (
  policy {{text}} NOT NULL REFERENCES managed_policies (id) ON DELETE CASCADE,
  number {{int}} NOT NULL,
  document {{text}} NOT NULL,
  created_at {{int}} NOT NULL,
  PRIMARY KEY (policy, number)
) {{strict}};

CREATE TABLE oidc_providers (
  arn {{text}} NOT NULL PRIMARY KEY,
  account {{text}} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  url {{text}} NOT NULL,
  client_ids {{text}} NOT NULL,
  thumbprints {{text}} NOT NULL,
  created_at {{int}} NOT NULL
) {{strict}};
CREATE INDEX oidc_providers_account ON oidc_providers (account, arn);

CREATE TABLE identity_tags (
  owner {{text}} NOT NULL,
  key_key {{text}} NOT NULL,
  key {{text}} NOT NULL,
  value {{text}} NOT NULL,
  PRIMARY KEY (owner, key_key)
) {{strict}};

INSERT INTO entities (id, account, kind, name, name_key, path, created_at)
  SELECT user_id, account, 'user', 'administrator', 'administrator', '/', min(created_at)
  FROM access_keys GROUP BY user_id, account;
INSERT INTO attachments (entity, arn) SELECT id, 'arn:aws:iam::aws:policy/AdministratorAccess' FROM entities;

ALTER TABLE access_keys RENAME TO access_keys_of_accounts;
CREATE TABLE access_keys (
  id {{text}} NOT NULL PRIMARY KEY,
  entity {{text}} NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  active {{int}} NOT NULL,
  sealed_secret {{blob}} NOT NULL,
  created_at {{int}} NOT NULL,
  last_used_at {{int}},
  last_used_service {{text}},
  last_used_region {{text}}
) {{strict}};
CREATE INDEX access_keys_entity ON access_keys (entity, id);
INSERT INTO access_keys (id, entity, active, sealed_secret, created_at)
  SELECT id, user_id, 1, sealed_secret, created_at FROM access_keys_of_accounts;
DROP TABLE access_keys_of_accounts;

CREATE TABLE repository_policies (
  repository {{text}} NOT NULL PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
  document {{text}} NOT NULL
) {{strict}};

CREATE TABLE registry_policies (
  account {{text}} NOT NULL,
  region {{text}} NOT NULL,
  document {{text}} NOT NULL,
  PRIMARY KEY (account, region)
) {{strict}};

CREATE TABLE account_settings (
  account {{text}} NOT NULL,
  region {{text}} NOT NULL,
  name {{text}} NOT NULL,
  value {{text}} NOT NULL,
  PRIMARY KEY (account, region, name)
) {{strict}};

CREATE TABLE authorization_version (
  id {{int}} NOT NULL PRIMARY KEY,
  version {{int}} NOT NULL
) {{strict}};
INSERT INTO authorization_version (id, version) VALUES (1, 1);
)sql";

// Lifecycle policies. due_at: when to evaluate next; while an evaluation runs, when somebody else may take it on.
constexpr std::string_view kLifecycle = R"sql(
CREATE TABLE lifecycle_policies (
  repository {{text}} NOT NULL PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
  policy {{text}} NOT NULL,
  evaluated_at {{int}} NOT NULL,
  due_at {{int}} NOT NULL
) {{strict}};
CREATE INDEX lifecycle_policies_due ON lifecycle_policies (due_at, repository);

CREATE TABLE lifecycle_previews (
  repository {{text}} NOT NULL PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
  id {{text}} NOT NULL,
  policy {{text}} NOT NULL,
  status {{text}} NOT NULL,
  due_at {{int}} NOT NULL,
  expiring {{int}} NOT NULL,
  archiving {{int}} NOT NULL
) {{strict}};
CREATE INDEX lifecycle_previews_due ON lifecycle_previews (status, due_at, repository);

CREATE TABLE lifecycle_preview_images (
  repository {{text}} NOT NULL REFERENCES lifecycle_previews (repository) ON DELETE CASCADE,
  position {{int}} NOT NULL,
  digest {{text}} NOT NULL,
  tags {{text}} NOT NULL,
  pushed_at {{int}} NOT NULL,
  priority {{int}} NOT NULL,
  archives {{int}} NOT NULL,
  PRIMARY KEY (repository, position)
) {{strict}};
CREATE INDEX lifecycle_preview_images_digest ON lifecycle_preview_images (repository, digest);
)sql";

// Pull times, of images that were pulled since they are recorded. `since`: what was pulled before is not known; of a
// new database that is never, of an older one the last that is known to have happened in it. Default policies of
// registries: a repository without a policy of its own has an inherited row; `reached` is the last repository, by name,
// that was given one, and NULL once all have theirs.
constexpr std::string_view kPulls = R"sql(
ALTER TABLE manifests ADD COLUMN pulled_at {{int}};

CREATE TABLE pull_recording (
  id {{int}} NOT NULL PRIMARY KEY,
  since {{int}} NOT NULL
) {{strict}};
INSERT INTO pull_recording (id, since)
  SELECT 1, coalesce(max(t), 0)
  FROM (SELECT max(pushed_at) AS t FROM manifests UNION ALL SELECT max(last_used_at) AS t FROM access_keys) AS known;

CREATE TABLE pull_time_exclusions (
  account {{text}} NOT NULL,
  region {{text}} NOT NULL,
  principal {{text}} NOT NULL,
  created_at {{int}} NOT NULL,
  PRIMARY KEY (account, region, principal)
) {{strict}};

ALTER TABLE lifecycle_policies ADD COLUMN inherited {{int}} NOT NULL DEFAULT 0;
ALTER TABLE lifecycle_previews ADD COLUMN claim {{text}} NOT NULL DEFAULT '';

CREATE TABLE lifecycle_defaults (
  account {{text}} NOT NULL,
  region {{text}} NOT NULL,
  policy {{text}} NOT NULL,
  reached {{text}},
  PRIMARY KEY (account, region)
) {{strict}};

CREATE TABLE lifecycle_runs (
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  id {{text}} NOT NULL,
  idle {{int}} NOT NULL,
  record {{text}} NOT NULL,
  PRIMARY KEY (repository, id)
) {{strict}};
)sql";

// Repository creation templates. id: the prefix without the '/' that is implied.
constexpr std::string_view kCreationTemplates = R"sql(
CREATE TABLE creation_templates (
  account {{text}} NOT NULL,
  region {{text}} NOT NULL,
  id {{text}} NOT NULL,
  prefix {{text}} NOT NULL,
  applied_for {{text}} NOT NULL,
  description {{text}},
  tag_mutability {{text}} NOT NULL,
  tag_exclusions {{text}} NOT NULL,
  encryption_type {{text}} NOT NULL,
  kms_key {{text}},
  resource_tags {{text}} NOT NULL,
  repository_policy {{text}},
  lifecycle_policy {{text}},
  custom_role {{text}},
  created_at {{int}} NOT NULL,
  updated_at {{int}} NOT NULL,
  PRIMARY KEY (account, region, id)
) {{strict}};
)sql";

// Storage classes of images (image_storage.h; leads_at: its referrers have to follow it), and where the bytes of blobs
// are (blobs.h; look_at: when somebody has to see whether they are where they belong).
constexpr std::string_view kArchive = R"sql(
ALTER TABLE manifests ADD COLUMN status {{text}} NOT NULL DEFAULT 'ACTIVE';
ALTER TABLE manifests ADD COLUMN archived_at {{int}};
ALTER TABLE manifests ADD COLUMN activated_at {{int}};
ALTER TABLE manifests ADD COLUMN leads_at {{int}};
CREATE INDEX manifests_status ON manifests (repository, status, pushed_at, digest);
CREATE INDEX manifests_leads ON manifests (leads_at, repository, digest) WHERE leads_at IS NOT NULL;

ALTER TABLE blobs ADD COLUMN place {{text}} NOT NULL DEFAULT 'hot';
ALTER TABLE blobs ADD COLUMN claim {{text}} NOT NULL DEFAULT '';
ALTER TABLE blobs ADD COLUMN owner {{text}} NOT NULL DEFAULT '';
ALTER TABLE blobs ADD COLUMN look_at {{int}};
CREATE INDEX blobs_look ON blobs (look_at, digest) WHERE look_at IS NOT NULL;

ALTER TABLE lifecycle_preview_images ADD COLUMN archived {{int}} NOT NULL DEFAULT 0;
)sql";

// ECR Public. Its repositories are rows like all others, in a region of their own (model/region.h).
constexpr std::string_view kPublicRegistries = R"sql(
CREATE TABLE public_aliases (
  name {{text}} NOT NULL PRIMARY KEY,
  account {{text}} NOT NULL,
  is_default {{int}} NOT NULL,
  is_primary {{int}} NOT NULL
) {{strict}};
CREATE INDEX public_aliases_account ON public_aliases (account, name);

CREATE TABLE public_registries (
  account {{text}} NOT NULL PRIMARY KEY,
  display_name {{text}}
) {{strict}};

CREATE TABLE public_catalogs (
  repository {{text}} NOT NULL PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
  description {{text}},
  architectures {{text}},
  operating_systems {{text}},
  about_text {{text}},
  usage_text {{text}},
  logo {{blob}}
) {{strict}};
)sql";

// Repositories that are protected, and how many images each has: in up to 16 rows, so that pushes at the same time
// seldom meet in one.
constexpr std::string_view kRepositoryLife = R"sql(
ALTER TABLE repositories ADD COLUMN deletion_protected {{int}} NOT NULL DEFAULT 0;

CREATE TABLE image_counts (
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  shard {{text}} NOT NULL,
  images {{int}} NOT NULL,
  PRIMARY KEY (repository, shard)
) {{strict}};
INSERT INTO image_counts (repository, shard, images)
  SELECT repository, substr(digest, length(digest), 1), count(*) FROM manifests
  GROUP BY repository, substr(digest, length(digest), 1);
)sql";

// "Who holds this blob" is asked for every layer of every push and pull. Without the manifest in the index SQLite
// walked through all images of the repository to answer it.
constexpr std::string_view kHolders = R"sql(
DROP INDEX manifest_blobs_blob;
CREATE INDEX manifest_blobs_blob ON manifest_blobs (blob, repository, manifest);
)sql";

// Bytes of blobs are named by digest and storage key; what no row names any more is dead (blobs.h). A claim on a blob
// meant that there might be bytes of it in the other store.
constexpr std::string_view kStorageKeys = R"sql(
CREATE TABLE dead_files (
  place {{text}} NOT NULL,
  digest {{text}} NOT NULL,
  storage_key {{text}} NOT NULL,
  size {{int}} NOT NULL,
  died_at {{int}} NOT NULL,
  PRIMARY KEY (place, digest, storage_key)
) {{strict}};
CREATE INDEX dead_files_died ON dead_files (died_at, digest, storage_key, place);
INSERT INTO dead_files (place, digest, storage_key, size, died_at)
  SELECT CASE WHEN place = 'hot' THEN 'cold' ELSE 'hot' END, digest, '', size, created_at FROM blobs WHERE claim <> '';

ALTER TABLE blobs ADD COLUMN storage_key {{text}} NOT NULL DEFAULT '';
ALTER TABLE blobs ADD COLUMN damaged_at {{int}};
ALTER TABLE blobs ADD COLUMN verified_at {{int}} NOT NULL DEFAULT 0;
ALTER TABLE blobs ADD COLUMN unreviewed {{int}} NOT NULL DEFAULT 1;
ALTER TABLE blobs DROP COLUMN claim;
ALTER TABLE blobs DROP COLUMN owner;
DROP INDEX blobs_review;
CREATE INDEX blobs_unreviewed ON blobs (review_after, digest) WHERE unreviewed = 1;
CREATE INDEX blobs_verified ON blobs (verified_at, digest);
CREATE INDEX blobs_damaged ON blobs (damaged_at, digest) WHERE damaged_at IS NOT NULL;
)sql";

// Deleted images that can be brought back (deleted_images.h).
constexpr std::string_view kTrash = R"sql(
CREATE TABLE deleted_images (
  repository {{text}} NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
  digest {{text}} NOT NULL,
  media_type {{text}} NOT NULL,
  tags {{text}} NOT NULL,
  deleted_at {{int}} NOT NULL,
  until {{int}} NOT NULL,
  bytes {{blob}} NOT NULL,
  PRIMARY KEY (repository, digest)
) {{strict}};
CREATE INDEX deleted_images_until ON deleted_images (until, repository, digest);
)sql";

// Backups that read files of blobs, which nobody unlinks meanwhile.
constexpr std::string_view kBackupHolds = R"sql(
CREATE TABLE backup_holds (
  id {{text}} NOT NULL PRIMARY KEY,
  until_at {{int}} NOT NULL
) {{strict}};
)sql";

// Bytes of small blobs, and of uploads as long as they are small (blob_bytes.h, uploads.h).
constexpr std::string_view kSmallBlobs = R"sql(
CREATE TABLE blob_bytes (
  storage_key {{text}} NOT NULL PRIMARY KEY,
  bytes {{blob}} NOT NULL
) {{strict}};
ALTER TABLE uploads ADD COLUMN bytes {{blob}};
)sql";

constexpr sql::Migration kMigrations[] = {
    {1, "initial", kInitial},
    {2, "identities", kIdentities},
    {3, "lifecycle", kLifecycle},
    {4, "pulls", kPulls},
    {5, "creation templates", kCreationTemplates},
    {6, "archive", kArchive},
    {7, "public registries", kPublicRegistries},
    {8, "repository life", kRepositoryLife},
    {9, "holders of blobs", kHolders},
    {10, "storage keys", kStorageKeys},
    {11, "trash", kTrash},
    {12, "backup holds", kBackupHolds},
    {13, "small blobs", kSmallBlobs},
};

}  // namespace

std::span<const sql::Migration> migrations() { return kMigrations; }

base::Result<void> Store::migrate() { return sql::migrate(db_, kMigrations); }

}  // namespace berth::meta

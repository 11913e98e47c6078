#include "meta/uploads.h"

namespace berth::meta {
namespace {

sql::Value bytes_of(const Upload& upload) {
  if (upload.bytes.empty()) return std::monostate();
  return sql::Blob{upload.bytes};
}

}  // namespace

base::Result<void> Uploads::create(const Upload& u) {
  BERTH_CHECK(tx_.exec(
      "INSERT INTO uploads (id, repository, algorithm, size, state, parts, last_part_short, middle_part_short, "
      "expires_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {u.id, u.repository, std::string(model::name(u.algorithm)), static_cast<std::int64_t>(u.size), sql::Blob{u.state},
       u.parts, std::int64_t{u.last_part_short}, std::int64_t{u.middle_part_short}, base::to_micros(u.expires),
       bytes_of(u)}));
  return {};
}

base::Result<std::optional<Upload>> Uploads::find(const std::string& repository, const std::string& id) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT algorithm, size, state, parts, last_part_short, middle_part_short, expires_at, bytes "
                      "FROM uploads WHERE id = $1 AND repository = $2",
                      {id, repository}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  BERTH_TRY(const auto algorithm, model::digest_algorithm_from(row.text(0)));
  return Upload{.id = id,
                .repository = repository,
                .algorithm = algorithm,
                .size = static_cast<std::uint64_t>(row.integer(1)),
                .state = row.blob(2),
                .bytes = row.maybe_blob(7).value_or(""),
                .parts = row.integer(3),
                .last_part_short = row.integer(4) != 0,
                .middle_part_short = row.integer(5) != 0,
                .expires = base::from_micros(row.integer(6))};
}

base::Result<bool> Uploads::advance(const Upload& u, std::uint64_t from) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE uploads SET size = $3, state = $4, parts = $5, last_part_short = $6, "
                     "middle_part_short = $7, expires_at = $8, bytes = $9 WHERE id = $1 AND size = $2 AND EXISTS "
                     "(SELECT 1 FROM repositories r WHERE r.id = uploads.repository AND r.account <> '')",
                     {u.id, static_cast<std::int64_t>(from), static_cast<std::int64_t>(u.size), sql::Blob{u.state},
                      u.parts, std::int64_t{u.last_part_short}, std::int64_t{u.middle_part_short},
                      base::to_micros(u.expires), bytes_of(u)}));
  return changed > 0;
}

base::Result<bool> Uploads::remove(const std::string& id) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM uploads WHERE id = $1", {id}));
  return changed > 0;
}

base::Result<bool> Uploads::exists(const std::string& id) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM uploads u JOIN repositories r ON r.id = u.repository "
                                       "WHERE u.id = $1 AND r.account <> ''",
                                       {id}));
  return !rows.empty();
}

base::Result<bool> Uploads::remove_expired(const std::string& id, base::Timestamp now) {
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM uploads WHERE id = $1 AND expires_at <= $2", {id, base::to_micros(now)}));
  return changed > 0;
}

base::Result<std::vector<std::string>> Uploads::expired(base::Timestamp now, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT id FROM uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2",
                                       {base::to_micros(now), static_cast<std::int64_t>(limit)}));
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.push_back(row.text(0));
  return ids;
}

}  // namespace berth::meta

#include "sql/postgres/error.h"

namespace berth::sql::postgres {
namespace {

struct Entry {
  std::string_view prefix;  // of SQLSTATE: a class or a code
  Meaning meaning;
};

// The first that fits. https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr Entry kMeanings[] = {
    {"40001", {base::Errc::conflict, Fate::retry}},  // serialization_failure
    {"40P01", {base::Errc::conflict, Fate::retry}},  // deadlock_detected
    {"55P03", {base::Errc::conflict, Fate::retry}},  // lock_not_available
    // Two transactions that both saw nothing and both make it may get these instead of 40001 (manual, 13.5.2), also for
    // CREATE TABLE IF NOT EXISTS.
    {"23505", {base::Errc::internal, Fate::retry}},           // unique_violation
    {"23P01", {base::Errc::internal, Fate::retry}},           // exclusion_violation
    {"42P07", {base::Errc::internal, Fate::retry}},           // duplicate_table
    {"42710", {base::Errc::internal, Fate::retry}},           // duplicate_object
    {"22021", {base::Errc::invalid_parameter, Fate::final}},  // character_not_in_repertoire
    {"57014", {base::Errc::deadline_exceeded, Fate::final}},  // query_canceled: statement_timeout
    {"53100", {base::Errc::storage_full, Fate::final}},       // disk_full
    {"XX001", {base::Errc::corrupt, Fate::final}},            // data_corrupted
    {"XX002", {base::Errc::corrupt, Fate::final}},            // index_corrupted
    {"26000", {base::Errc::unavailable, Fate::lost}},  // a prepared statement is gone: somebody reset the session
    {"25P03", {base::Errc::unavailable, Fate::lost}},  // idle_in_transaction_session_timeout
    {"08P01", {base::Errc::internal, Fate::final}},    // protocol_violation: a parameter is missing
    {"57P", {base::Errc::unavailable, Fate::lost}},    // the server shuts down, or does not accept us yet
    {"08", {base::Errc::unavailable, Fate::lost}},     // connection exceptions
    {"53", {base::Errc::unavailable, Fate::final}},    // out of memory, connections, ...
    {"58", {base::Errc::unavailable, Fate::final}},    // the server's system fails: I/O error, missing file
};

}  // namespace

Meaning meaning_of(std::string_view state, std::string_view message) {
  if (state.empty()) return {base::Errc::unavailable, Fate::lost};
  for (const Entry& entry : kMeanings) {
    if (state.starts_with(entry.prefix)) return entry.meaning;
  }
  // A migration changed a table under a prepared statement; a new connection prepares it anew.
  if (state == "0A000" && message.contains("cached plan")) return {base::Errc::unavailable, Fate::lost};
  return {base::Errc::internal, Fate::final};
}

}  // namespace berth::sql::postgres

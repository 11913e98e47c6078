#include "sql/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/text.h"
#include "sql/messages.h"
#include "sql/postgres/values.h"
#include "sql/tokens.h"

namespace berth::sql::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Token kTokens[] = {
    {"text", "TEXT COLLATE \"C\""},
    {"int", "BIGINT"},
    {"blob", "BYTEA"},
    {"strict", ""},
    {"skip_locked", "FOR UPDATE SKIP LOCKED"},
};
constexpr int kOldestServer = 150000;
constexpr milliseconds kConnectTimeout{10'000};
// The server stops a statement at the deadline by itself; only if it does not answer at all do we go without it.
constexpr milliseconds kGrace{500};
constexpr milliseconds kStopCheck{20};
// Ours whatever the server's defaults are: see to it that a client that is gone does not hold locks, that a commit is
// on disk when it returns (stronger settings stay), and that text is what it seems.
constexpr const char* kSession =
    "SET client_connection_check_interval = 1000; SET idle_in_transaction_session_timeout = 60000; "
    "SET standard_conforming_strings = on; SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'";

// Whether `value` of a URL is what it seems. A password with a special character that is not percent-encoded puts a
// part of itself into the host, port or name.
bool is_plausible(std::string_view keyword, std::string_view value) {
  if (keyword == "port") return value.find_first_not_of("0123456789,") == std::string_view::npos;
  return (keyword != "host" && keyword != "dbname") || !value.contains('@');
}

// libpq's messages quote pieces of a URL, so those that may hold a piece of the password do not get that far.
base::Result<void> check_url(const Libpq& pq, const std::string& url) {
  char* message = nullptr;
  PQconninfoOption* options = pq.conninfo_parse(url.c_str(), &message);
  pq.free_text(message);
  bool good = options != nullptr;
  for (const PQconninfoOption* option = options; good && option->keyword != nullptr; ++option) {
    good = option->val == nullptr || is_plausible(option->keyword, option->val);
  }
  pq.conninfo_free(options);
  if (good) return {};
  return base::fail(base::Errc::invalid_parameter,
                    "not a URL like postgres://USER:PASSWORD@HOST/NAME (percent-encode special characters)");
}

std::string first_line(const char* message) {
  const std::string_view text = message;
  return std::string(base::trim(text.substr(0, text.find('\n'))));
}

// For statement_timeout: 0 is none.
std::int64_t timeout_of(const base::Deadline& deadline) {
  if (deadline.at == steady_clock::time_point::max()) return 0;
  return std::clamp<std::int64_t>(deadline.left().count(), 1, std::numeric_limits<std::int32_t>::max());
}

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const Libpq& pq, const base::Secret& url,
                                                           const base::Deadline& deadline) {
  BERTH_CHECK(check_url(pq, url.reveal()));
  const auto seconds = std::clamp<std::int64_t>(std::min(kConnectTimeout, deadline.left()).count() / 1000, 2, 10);
  const std::string timeout = std::to_string(seconds);
  // What stands after the URL wins over it, what stands before it does not.
  const char* const keywords[] = {"application_name", "connect_timeout", "tcp_user_timeout",
                                  "dbname",           "client_encoding", nullptr};
  const char* const values[] = {"berth", timeout.c_str(), "30000", url.reveal().c_str(), "UTF8", nullptr};
  std::unique_ptr<Connection> connection(new Connection(pq, pq.connectdb_params(keywords, values, 1)));
  if (!connection->usable()) return connection->lost();
  BERTH_CHECK(connection->configure(deadline));
  return connection;
}

base::Result<void> Connection::configure(const base::Deadline& deadline) {
  pq_.set_notice_processor(db_.get(), [](void*, const char*) {}, nullptr);
  if (pq_.server_version(db_.get()) < kOldestServer) {
    return base::fail(base::Errc::unsupported, "PostgreSQL 15 or later is needed");
  }
  const char* encoding = pq_.parameter_status(db_.get(), "server_encoding");
  if (encoding == nullptr || encoding != std::string_view("UTF8")) {
    return base::fail(base::Errc::unsupported, "the PostgreSQL database must have the encoding UTF8");
  }
  BERTH_CHECK(command(kSession, deadline));
  return {};
}

base::Result<void> Connection::begin(std::string_view isolation, const base::Deadline& deadline) {
  fate_ = Fate::final;
  if (deadline.expired()) return base::fail(base::Errc::deadline_exceeded, "no time left for the database");
  BERTH_CHECK(command(
      "BEGIN " + std::string(isolation) + "; SET LOCAL statement_timeout = " + std::to_string(timeout_of(deadline)),
      deadline));
  return {};
}

base::Result<Answer> Connection::run(std::string_view sql, std::span<const Value> parameters,
                                     const base::Deadline& deadline) {
  if (deadline.expired()) return base::fail(base::Errc::deadline_exceeded, "no time left for the database");
  const Parameters wire(parameters);
  BERTH_TRY(const std::string name, prepared(sql, wire, deadline));
  const int sent = pq_.send_query_prepared(db_.get(), name.c_str(), wire.count(), wire.values.data(),
                                           wire.lengths.data(), wire.formats.data(), 1);
  BERTH_TRY(const ResultHandle result, receive(sent == 1, deadline));
  Answer answer;
  BERTH_TRY(answer.rows, read_rows(pq_, result.get()));
  const std::string_view tag = pq_.cmd_status(result.get());
  if (!tag.starts_with("SELECT")) {
    answer.changed = base::parse_integer<std::int64_t>(pq_.cmd_tuples(result.get())).value_or(0);
  }
  return answer;
}

base::Result<std::string> Connection::command(const std::string& sql, const base::Deadline& deadline) {
  BERTH_TRY(const ResultHandle result, receive(pq_.send_query(db_.get(), sql.c_str()) == 1, deadline));
  return std::string(pq_.cmd_status(result.get()));
}

base::Result<std::string> Connection::prepared(std::string_view sql, const Parameters& parameters,
                                               const base::Deadline& deadline) {
  std::string key = std::string(sql) + '\n' + parameters.signature();
  if (const std::string* known = statements_.find(key)) return *known;
  if (const auto oldest = statements_.evict()) BERTH_CHECK(command("DEALLOCATE " + *oldest, deadline));
  BERTH_TRY(const std::string text, expand(sql, kTokens));
  std::string name = "s" + std::to_string(++statements_made_);
  const int sent = pq_.send_prepare(db_.get(), name.c_str(), text.c_str(), parameters.count(), parameters.types.data());
  BERTH_CHECK(receive(sent == 1, deadline));
  return statements_.put(std::move(key), std::move(name));
}

base::Result<Connection::ResultHandle> Connection::receive(bool sent, const base::Deadline& deadline) {
  if (!sent) return lost();
  ResultHandle last(nullptr, {&pq_});
  bool failed = false;
  while (true) {
    BERTH_CHECK(wait(deadline));
    ResultHandle result(pq_.get_result(db_.get()), {&pq_});
    if (!result) break;
    if (failed) continue;
    const ExecStatusType status = pq_.result_status(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      usable_ = false;  // would go on for ever
      return base::fail(base::Errc::internal, "COPY is not for here");
    }
    failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
    last = std::move(result);
  }
  if (!last) return lost();
  if (failed) return refused(last.get());
  return last;
}

base::Result<void> Connection::wait(const base::Deadline& deadline) {
  const bool limited = deadline.at != steady_clock::time_point::max();
  while (pq_.is_busy(db_.get()) == 1) {
    if (deadline.stop.stop_requested() || (limited && steady_clock::now() >= deadline.at + kGrace)) {
      usable_ = false;  // an answer may still come: nobody may take it for another's
      return base::fail(base::Errc::deadline_exceeded, "the database did not answer in time");
    }
    milliseconds patience = std::min(milliseconds(1000), deadline.left()) + kStopCheck;
    if (deadline.stop.stop_possible()) patience = std::min(patience, kStopCheck);
    pollfd socket{.fd = pq_.socket(db_.get()), .events = POLLIN, .revents = 0};
    ::poll(&socket, 1, static_cast<int>(patience.count()));
    if (pq_.consume_input(db_.get()) == 0) return lost();
  }
  return {};
}

std::unexpected<base::Error> Connection::lost(std::source_location where) {
  fate_ = Fate::lost;
  usable_ = false;
  return base::fail(base::Errc::unavailable, "PostgreSQL: " + first_line(pq_.error_message(db_.get())), where);
}

std::unexpected<base::Error> Connection::refused(const PGresult* result) {
  const char* state = pq_.result_error_field(result, PG_DIAG_SQLSTATE);
  const char* primary = pq_.result_error_field(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message = first_line(primary == nullptr ? pq_.result_error_message(result) : primary);
  if (pq_.result_status(result) == PGRES_EMPTY_QUERY)
    return base::fail(base::Errc::internal, "SQL without a statement");
  const Meaning meaning = meaning_of(state == nullptr ? "" : state, message);
  fate_ = meaning.fate;
  if (fate_ == Fate::lost) usable_ = false;
  if (meaning.code == base::Errc::conflict) return base::fail(meaning.code, std::string(kConflict));
  if (meaning.code == base::Errc::storage_full) return base::fail(meaning.code, std::string(kStorageFull));
  return base::fail(meaning.code, "PostgreSQL: " + message + (state == nullptr ? "" : " (" + std::string(state) + ")"));
}

}  // namespace berth::sql::postgres

// libpq as this room calls it: loaded by those that have a PostgreSQL, since most have none.
#pragma once

#include <libpq-fe.h>

#include <memory>

#include "base/error.h"
#include "base/shared_library.h"

namespace berth::sql::postgres {

#define BERTH_LIBPQ_FUNCTIONS(X)                \
  X(conninfo_parse, PQconninfoParse)            \
  X(free_text, PQfreemem)                       \
  X(conninfo_free, PQconninfoFree)              \
  X(connectdb_params, PQconnectdbParams)        \
  X(finish, PQfinish)                           \
  X(status, PQstatus)                           \
  X(transaction_status, PQtransactionStatus)    \
  X(set_notice_processor, PQsetNoticeProcessor) \
  X(server_version, PQserverVersion)            \
  X(parameter_status, PQparameterStatus)        \
  X(error_message, PQerrorMessage)              \
  X(socket, PQsocket)                           \
  X(is_busy, PQisBusy)                          \
  X(consume_input, PQconsumeInput)              \
  X(send_query, PQsendQuery)                    \
  X(send_prepare, PQsendPrepare)                \
  X(send_query_prepared, PQsendQueryPrepared)   \
  X(get_result, PQgetResult)                    \
  X(clear, PQclear)                             \
  X(result_status, PQresultStatus)              \
  X(result_error_field, PQresultErrorField)     \
  X(result_error_message, PQresultErrorMessage) \
  X(cmd_status, PQcmdStatus)                    \
  X(cmd_tuples, PQcmdTuples)                    \
  X(rows, PQntuples)                            \
  X(columns, PQnfields)                         \
  X(type, PQftype)                              \
  X(is_null, PQgetisnull)                       \
  X(value, PQgetvalue)                          \
  X(length, PQgetlength)
// The functions by what stands after PQ. Safe from any thread.
struct Libpq {
  BERTH_LIBPQ_FUNCTIONS(BERTH_SHARED_FUNCTION)

  static base::Result<std::shared_ptr<const Libpq>> load();  // unavailable: it is not installed
};

}  // namespace berth::sql::postgres

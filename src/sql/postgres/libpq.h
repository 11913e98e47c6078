// libpq as this room calls it: loaded by those that have a PostgreSQL, since most have none.
#pragma once

#include <libpq-fe.h>

#include <memory>

#include "base/error.h"

namespace berth::sql::postgres {

// The functions by what stands after PQ. Safe from any thread.
struct Libpq {
  decltype(&PQconninfoParse) conninfo_parse = nullptr;
  decltype(&PQfreemem) free_text = nullptr;
  decltype(&PQconninfoFree) conninfo_free = nullptr;
  decltype(&PQconnectdbParams) connectdb_params = nullptr;
  decltype(&PQfinish) finish = nullptr;
  decltype(&PQstatus) status = nullptr;
  decltype(&PQtransactionStatus) transaction_status = nullptr;
  decltype(&PQsetNoticeProcessor) set_notice_processor = nullptr;
  decltype(&PQserverVersion) server_version = nullptr;
  decltype(&PQparameterStatus) parameter_status = nullptr;
  decltype(&PQerrorMessage) error_message = nullptr;
  decltype(&PQsocket) socket = nullptr;
  decltype(&PQisBusy) is_busy = nullptr;
  decltype(&PQconsumeInput) consume_input = nullptr;
  decltype(&PQsendQuery) send_query = nullptr;
  decltype(&PQsendPrepare) send_prepare = nullptr;
  decltype(&PQsendQueryPrepared) send_query_prepared = nullptr;
  decltype(&PQgetResult) get_result = nullptr;
  decltype(&PQclear) clear = nullptr;
  decltype(&PQresultStatus) result_status = nullptr;
  decltype(&PQresultErrorField) result_error_field = nullptr;
  decltype(&PQresultErrorMessage) result_error_message = nullptr;
  decltype(&PQcmdStatus) cmd_status = nullptr;
  decltype(&PQcmdTuples) cmd_tuples = nullptr;
  decltype(&PQntuples) rows = nullptr;
  decltype(&PQnfields) columns = nullptr;
  decltype(&PQftype) type = nullptr;
  decltype(&PQgetisnull) is_null = nullptr;
  decltype(&PQgetvalue) value = nullptr;
  decltype(&PQgetlength) length = nullptr;

  static base::Result<std::shared_ptr<const Libpq>> load();  // unavailable: it is not installed
};

}  // namespace berth::sql::postgres

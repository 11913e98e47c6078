#include "sql/postgres/libpq.h"

#include "base/shared_library.h"

namespace berth::sql::postgres {

base::Result<std::shared_ptr<const Libpq>> Libpq::load() {
  BERTH_TRY(auto library, base::SharedLibrary::load("libpq.so.5"));
  const auto pq = std::make_shared<Libpq>();
  library.bind(pq->conninfo_parse, "PQconninfoParse")
      .bind(pq->free_text, "PQfreemem")
      .bind(pq->conninfo_free, "PQconninfoFree")
      .bind(pq->connectdb_params, "PQconnectdbParams")
      .bind(pq->finish, "PQfinish")
      .bind(pq->status, "PQstatus")
      .bind(pq->transaction_status, "PQtransactionStatus")
      .bind(pq->set_notice_processor, "PQsetNoticeProcessor")
      .bind(pq->server_version, "PQserverVersion")
      .bind(pq->parameter_status, "PQparameterStatus")
      .bind(pq->error_message, "PQerrorMessage")
      .bind(pq->socket, "PQsocket")
      .bind(pq->is_busy, "PQisBusy")
      .bind(pq->consume_input, "PQconsumeInput")
      .bind(pq->send_query, "PQsendQuery")
      .bind(pq->send_prepare, "PQsendPrepare")
      .bind(pq->send_query_prepared, "PQsendQueryPrepared")
      .bind(pq->get_result, "PQgetResult")
      .bind(pq->clear, "PQclear")
      .bind(pq->result_status, "PQresultStatus")
      .bind(pq->result_error_field, "PQresultErrorField")
      .bind(pq->result_error_message, "PQresultErrorMessage")
      .bind(pq->cmd_status, "PQcmdStatus")
      .bind(pq->cmd_tuples, "PQcmdTuples")
      .bind(pq->rows, "PQntuples")
      .bind(pq->columns, "PQnfields")
      .bind(pq->type, "PQftype")
      .bind(pq->is_null, "PQgetisnull")
      .bind(pq->value, "PQgetvalue")
      .bind(pq->length, "PQgetlength");
  BERTH_CHECK(library.complete());
  return pq;
}

}  // namespace berth::sql::postgres

#include "sql/postgres/libpq.h"

namespace berth::sql::postgres {

base::Result<std::shared_ptr<const Libpq>> Libpq::load() {
  BERTH_TRY(auto library, base::SharedLibrary::load("libpq.so.5"));
  const auto table = std::make_shared<Libpq>();
  BERTH_LIBPQ_FUNCTIONS(BERTH_SHARED_BIND)
  BERTH_CHECK(library.complete());
  return table;
}

}  // namespace berth::sql::postgres

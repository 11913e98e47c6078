#include "layout/libarchive.h"

namespace berth::layout {

base::Result<std::shared_ptr<const Libarchive>> Libarchive::load() {
  BERTH_TRY(auto library, base::SharedLibrary::load("libarchive.so.13"));
  const auto table = std::make_shared<Libarchive>();
  BERTH_LIBARCHIVE_FUNCTIONS(BERTH_SHARED_BIND)
  BERTH_CHECK(library.complete());
  return table;
}

}  // namespace berth::layout

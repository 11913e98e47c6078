// An OCI layout from a stranger: as index.json, and as a tar archive. Nothing may crash, and what is read has the size
// that was said before.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/file.h"
#include "layout/oci_layout.h"

namespace {

using namespace berth;

constexpr std::uint64_t kMost = 1 << 20;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const layout::Contents& contents) {
  for (const auto& root : contents.roots) {
    require(!root.loose);
    for (const auto& name : root.names) require(!name.empty());
  }
}

void read(layout::Source& source, const model::Digest& digest) {
  const auto reader = source.open(digest);
  if (!reader || !*reader || (*reader)->size() > kMost) return;
  const auto size = (*reader)->size();
  const auto text = layout::read_all(**reader, kMost);
  require(!text || text->size() == size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto contents = layout::read_index({reinterpret_cast<const char*>(data), size})) check(*contents);

  const base::File file(memfd_create("layout", MFD_CLOEXEC));
  require(file && write(file.fd(), data, size) == static_cast<ssize_t>(size));
  const auto source = layout::OciLayout::open_path("/proc/self/fd/" + std::to_string(file.fd()));
  if (!source) return 0;
  const auto contents = (*source)->contents();
  if (!contents) return 0;
  check(*contents);
  for (const auto& root : contents->roots) read(**source, root.digest);
  return 0;
}

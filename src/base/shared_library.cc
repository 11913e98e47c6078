#include "base/shared_library.h"

#include <dlfcn.h>

namespace berth::base {

Result<SharedLibrary> SharedLibrary::load(const std::string& name) {
  void* const handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle != nullptr) return SharedLibrary(name, handle);
  const char* const why = ::dlerror();
  return fail(Errc::unavailable, "a library cannot be loaded: " + (why == nullptr ? name : std::string(why)));
}

Result<void> SharedLibrary::complete() const {
  if (missing_.empty()) return {};
  return fail(Errc::unavailable, "a library cannot be used: " + name_ + " has no " + missing_);
}

void* SharedLibrary::find(const char* name) {
  void* const found = ::dlsym(handle_, name);
  if (found == nullptr) missing_ = name;
  return found;
}

}  // namespace berth::base

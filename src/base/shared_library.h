// Libraries that most processes never use, loaded by those that do when they do: what they depend on would take more
// memory than all of a server that is idle.
#pragma once

#include <string>

#include "base/error.h"

namespace berth::base {

// Once loaded, a library stays until the process ends. What is found in it is valid as long; loading it again costs
// little. One owner, one thread.
class SharedLibrary {
 public:
  // `name` as the linker wrote it into a program, such as "libz.so.1". unavailable: it, or what it needs, is not
  // installed.
  static Result<SharedLibrary> load(const std::string& name);

  // Makes `function` point to the one of that name.
  template <class F>
  SharedLibrary& bind(F*& function, const char* name) {
    function = reinterpret_cast<F*>(find(name));
    return *this;
  }
  // unavailable: a function that was bound is not in it.
  Result<void> complete() const;

 private:
  SharedLibrary(std::string name, void* handle) : name_(std::move(name)), handle_(handle) {}
  void* find(const char* name);

  std::string name_;
  void* handle_;
  std::string missing_;
};

// A table of functions is a struct of pointers, and a list that names each once, with the function it is: a macro
// LIST(X) of X(member, function). LIST(BERTH_SHARED_FUNCTION) declares the pointers, LIST(BERTH_SHARED_BIND) binds
// those of `*table` to what is in `library`.
#define BERTH_SHARED_FUNCTION(member, function) decltype (&(function))(member) = nullptr;
#define BERTH_SHARED_BIND(member, function) library.bind(table->member, #function);

}  // namespace berth::base

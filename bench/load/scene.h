// What all requests to one server have in common, and how requests are written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content.h"
#include "work.h"

namespace berth::load {

struct Scene {
  std::string host;
  std::string headers;  // of every request, each with its line end

  Request get(std::string_view method, std::string_view target, std::string_view more, int status) const;
  Request send(std::string_view method, std::string_view target, std::string_view more, std::string_view body,
               int status) const;
  // To the Location of the last answer; `query` may be empty.
  Request send_on(std::string_view method, std::string_view query, const Body& body, int status) const;
  Request send_large(std::string_view method, std::string_view target, const Body& body, int status) const;

 private:
  std::string fields(std::string_view more) const;  // what is behind the target, without the end
  std::string fields(std::string_view more, std::uint64_t length) const;
};

}  // namespace berth::load

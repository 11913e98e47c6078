// What Berth answers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "base/error.h"
#include "base/file.h"
#include "web/headers.h"

namespace berth::web {

// Bytes made while they are sent. Owned by the response; read() may block and is called on the `bulk` pool, by one
// thread at a time. 0 = end.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual base::Result<std::size_t> read(std::span<std::byte> out) = 0;
};

// A part of an open file, sent without copying where the connection allows. The file may be shared by many responses.
struct FileBody {
  std::shared_ptr<const base::File> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct StreamBody {
  std::unique_ptr<BodySource> source;
  std::uint64_t length = 0;
};

// Immutable bytes shared with a cache.
using SharedBody = std::shared_ptr<const std::string>;

using Body = std::variant<std::string, SharedBody, FileBody, StreamBody>;

// `headers` never holds Content-Length, Connection, Date or Transfer-Encoding: net writes those. For HEAD, give the
// same body as for GET: net announces its length and sends nothing.
struct Response {
  int status = 200;
  Headers headers;
  SharedBody shared_fields;  // sent besides them: what append_fields() made for many answers; nullptr: none
  Body body;
  bool close = false;  // close the connection after it
  // HEAD of something whose bytes were not opened: the length to announce instead of the body's.
  std::optional<std::uint64_t> announced_length;
};

std::string_view reason(int status);
std::uint64_t body_length(const Response& response);

// Fields as they go over the wire, each behind a line end. Those that belong to the connection (see Response) are
// dropped, and so is a field whose name is no token; line ends in values become blanks: no answer can be split in two.
void append_fields(std::string& out, const Headers& headers);

}  // namespace berth::web

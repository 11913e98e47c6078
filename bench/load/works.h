// Everything that can be done to a server. The scene and the random source outlive what is made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/random.h"
#include "scene.h"
#include "work.h"

namespace berth::load {

// Requests without a body; each time another target, in random order if there are several.
struct GetOptions {
  std::string method = "GET";
  std::vector<std::string> targets;
  int status = 200;
};
std::unique_ptr<Work> make_gets(const Scene& scene, GetOptions options);

// Connections that are made, TLS and all, and closed; for Pace::fresh.
std::unique_ptr<Work> make_handshakes();

// Blobs that nobody has seen, POST and PUT; or with `put_to`, PUT to a new name behind that path, for a file server.
struct UploadOptions {
  std::string repository;
  std::string put_to;
  std::uint64_t size = 0;
};
std::unique_ptr<Work> make_uploads(const Scene& scene, crypto::Random& random, UploadOptions options);

// Images of a config and a layer, pushed or pulled as project-zot's zb does: by 5, 8 and 6 requests.
struct ImageKind {
  enum class Use : std::uint8_t { push, push_chunked, pull } use = Use::push;
  std::uint64_t size = 0;
  unsigned weight = 1;
};
struct ImageOptions {
  std::string repository;
  bool fresh_repositories = false;  // each push to a repository of its own, whose name begins so
  std::vector<ImageKind> kinds;
};
std::unique_ptr<Work> make_images(const Scene& scene, crypto::Random& random, ImageOptions options);

// Calls of an AWS API (JSON 1.1), each signed anew with Signature Version 4.
struct CallOptions {
  std::string target;  // X-Amz-Target
  std::string body;
  std::string region, service;
  std::string key_id, secret;
};
std::unique_ptr<Work> make_calls(const Scene& scene, CallOptions options);

}  // namespace berth::load

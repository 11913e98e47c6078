// Docker's credential helper protocol (github.com/docker/docker-credential-helpers): an action as argument, a server or
// a document on standard input, JSON or one line of error on standard output.
#pragma once

#include <string>
#include <string_view>

#include "cli/broker.h"

namespace berth::cli {

// What a program prints, and how it ends.
struct Spoken {
  int status = 0;
  std::string out;   // standard output
  std::string note;  // standard error: for a person
};

// get: {"ServerURL","Username","Secret"}; "credentials not found in native keychain" for a registry that is none of
//   ours, and where there are no credentials at all, so that docker goes on without.
// list: {HOST: USER} of the registries in Berth's own file, and of tokens kept.
// erase: forgets the tokens kept for a server. store: refused, since logins are made, not kept.
Spoken docker_helper(std::string_view action, std::string_view input, const Broker& broker, const TokenCache& cache,
                     const Ini& own);

}  // namespace berth::cli

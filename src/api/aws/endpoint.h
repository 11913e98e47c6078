// Under which names a client that asks for names should find Berth: repositoryUri, proxyEndpoint, downloadUrl.
//
// The rule (docs/compatibility.md):
// - Asked by an ECR name (api.ecr.<region>.<domain>, ecr.<region>.<domain>, ecr-fips..., ecr.<region>.api.aws,
//   <account>.dkr.ecr.<region>.<domain>, ...), a registry is <account>.dkr.ecr.<region>.<domain>, as on AWS.
// - Asked by any other name (localhost:5000), the default registry is that very name, since the OCI door answers for it
//   there: `docker push localhost:5000/name` works without DNS. Every other registry can only be told apart by its ECR
//   name, and is called by that.
// - Public registries are below the first of the names that configuration has for them; asked by a name of this
//   machine alone (localhost, 127.0.0.1), below the first of those that ends with ".localhost", if there is one.
// - A port that the client used stays, and so does http or https. A configured public URL replaces scheme and host of
//   clients that did not ask by an ECR name.
#pragma once

#include <string>
#include <vector>

#include "model/repository.h"
#include "web/request.h"

namespace berth::api::aws {

struct EndpointOptions {
  model::RegistryRef default_registry;
  std::vector<std::string> domains;         // e.g. "registry.example"; the first is shown; none: amazonaws.com
  std::string public_url;                   // "https://registry.example.com", or empty
  std::vector<std::string> public_hosts{};  // of public registries, e.g. "public.ecr.aws"; none: public.ecr.aws
};

// The names for one request. `options` outlives it.
class Endpoint {
 public:
  Endpoint(const web::Request& request, const EndpointOptions& options);

  // What stands before "/<repository>" in an image's name: 123456789012.dkr.ecr.us-east-1.amazonaws.com
  std::string registry(const model::RegistryRef& of) const;
  // The same as a URL: https://123456789012.dkr.ecr.us-east-1.amazonaws.com
  std::string registry_url(const model::RegistryRef& of) const;
  // What stands before "/<alias>/<repository>" in a public image's name: public.ecr.aws
  std::string public_registry() const;
  std::string public_url() const { return scheme_ + "://" + public_registry(); }
  // This server, as the client reached it, without a slash at the end: http://localhost:5000
  std::string base_url() const { return scheme_ + "://" + authority_; }

 private:
  const EndpointOptions& options_;
  std::string scheme_;
  std::string authority_;  // host and port
  std::string port_;       // ":8443", or empty
  std::string domain_;     // empty: not asked by an ECR name
};

}  // namespace berth::api::aws

// OpenID Connect providers: Create, Get, List, Delete, AddClientIDTo, RemoveClientIDFrom, Update...Thumbprint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

struct CreateProviderRequest {
  std::string url;
  std::vector<std::string> client_ids, thumbprints;
  TagShapes tags;

  template <class F>
  void fields(F& f) {
    f.req("Url", url, kClientIdLength);
    f.opt("ClientIDList", client_ids, kClientIdLength);
    f.opt("ThumbprintList", thumbprints, kThumbprintLength);
    f.opt("Tags", tags, kTagCount);
  }
};

struct CreateProviderResponse {
  std::string arn;
  std::optional<TagShapes> tags{};

  template <class F>
  void fields(F& f) {
    f.opt("OpenIDConnectProviderArn", arn);
    f.opt("Tags", tags);
  }
};

struct ProviderResponse {
  std::string url;
  std::vector<std::string> client_ids, thumbprints;
  base::Timestamp created;
  std::optional<TagShapes> tags{};

  template <class F>
  void fields(F& f) {
    f.opt("Url", url);
    f.opt("ClientIDList", client_ids);
    f.opt("ThumbprintList", thumbprints);
    f.opt("CreateDate", created);
    f.opt("Tags", tags);
  }
};

struct ProviderEntry {
  std::string arn;

  template <class F>
  void fields(F& f) {
    f.opt("Arn", arn);
  }
};

struct ListProvidersResponse {
  std::vector<ProviderEntry> providers;

  template <class F>
  void fields(F& f) {
    f.opt("OpenIDConnectProviderList", providers);
  }
};

struct ClientIdRequest {
  std::string arn, client_id;

  template <class F>
  void fields(F& f) {
    OfProvider::field(f, arn);
    f.req("ClientID", client_id, kClientIdLength);
  }
};

struct ThumbprintRequest {
  std::string arn;
  std::vector<std::string> thumbprints;

  template <class F>
  void fields(F& f) {
    OfProvider::field(f, arn);
    f.req("ThumbprintList", thumbprints, kThumbprintLength);
  }
};

base::Result<CreateProviderResponse> create_provider(const Call& call, CreateProviderRequest request);
base::Result<ProviderResponse> get_provider(const Call& call, Named<OfProvider> request);
base::Result<ListProvidersResponse> list_providers(const Call& call, NoMembers request);
base::Result<void> delete_provider(const Call& call, Named<OfProvider> request);
base::Result<void> add_client_id(const Call& call, ClientIdRequest request);
base::Result<void> remove_client_id(const Call& call, ClientIdRequest request);
base::Result<void> update_thumbprint(const Call& call, ThumbprintRequest request);

}  // namespace berth::api::iam

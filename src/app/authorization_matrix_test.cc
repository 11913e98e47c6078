// Every operation of ECR and ECR Public and every OCI route, asked by everybody through the real fronts:
// docs/authorization-matrix.md.
//
// Each cell is checked twice: against what AWS documents for that caller (expected() below), and against the page,
// which `script/test unit --update` writes anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "api/aws/aws_test_support.h"
#include "api/ecr/operations.h"
#include "api/ecr/service.h"
#include "api/ecrpublic/operations.h"
#include "api/ecrpublic/service.h"
#include "api/oci/front.h"
#include "app/credentials.h"
#include "auth/access_key.h"
#include "auth/people_test_support.h"
#include "auth/policy_authorizer.h"
#include "json/parse.h"
#include "policy/managed.h"
#include "service/service_test_support.h"

namespace berth::app {
namespace {

using Actions = std::set<std::string>;

// AmazonEC2ContainerRegistryReadOnly and ...PowerUser, as ecr.md 3.2 lists them.
const Actions kRead = {"GetAuthorizationToken",  "BatchCheckLayerAvailability",
                       "GetDownloadUrlForLayer", "GetRepositoryPolicy",
                       "DescribeRepositories",   "ListImages",
                       "DescribeImages",         "BatchGetImage",
                       "GetLifecyclePolicy",     "GetLifecyclePolicyPreview",
                       "ListTagsForResource",    "DescribeImageScanFindings"};
const Actions kPush = [] {
  auto all = kRead;
  all.insert({"InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"});
  return all;
}();
// What the repository's policy allows to two users of the other account.
const Actions kShared = {"BatchGetImage", "GetDownloadUrlForLayer", "BatchCheckLayerAvailability", "PutImage",
                         "DescribeImages"};

// What the policies of a caller allow in private registries, and in public ones.
struct Grants {
  Actions read, push, shared;
};
const Grants kPrivate{.read = kRead, .push = kPush, .shared = kShared};
// AmazonElasticContainerRegistryPublicReadOnly and ...PowerUser.
const Grants kPublic = [] {
  Grants grants{.read = {"GetAuthorizationToken", "BatchCheckLayerAvailability", "GetRepositoryPolicy",
                         "DescribeRepositories", "DescribeRegistries", "DescribeImages", "DescribeImageTags",
                         "GetRepositoryCatalogData", "GetRegistryCatalogData"},
                .push = {},
                .shared = {"BatchCheckLayerAvailability", "InitiateLayerUpload", "PutImage", "DescribeImages"}};
  grants.push = grants.read;
  grants.push.insert({"InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"});
  return grants;
}();

enum class Who : std::uint8_t {
  none,
  reader,
  pusher,
  administrator,
  neither,
  identity_only,
  resource_only,
  both,
  expired,
  revoked,
  service_control,
  boundary,
  session,
  endpoint,
};
struct Column {
  Who who;
  std::string_view title;
};
constexpr Column kColumns[] = {
    {Who::none, "no credentials"},
    {Who::reader, "reader"},
    {Who::pusher, "pusher"},
    {Who::administrator, "administrator"},
    {Who::neither, "other account: neither allows"},
    {Who::identity_only, "... its identity policy only"},
    {Who::resource_only, "... the repository policy only"},
    {Who::both, "... both"},
    {Who::expired, "expired"},
    {Who::revoked, "revoked"},
    {Who::service_control, "service control policy denies"},
    {Who::boundary, "boundary: read only"},
    {Who::session, "session policy: read only"},
    {Who::endpoint, "endpoint policy: read only"},
};

// One row: what is asked, and the actions that it needs. `own`: of the caller's own registry, since no registryId says
// another.
struct Row {
  std::string name;
  Actions actions;
  bool own = false;
  web::Method method = web::Method::post;
  std::string target{};  // of the OCI door
  std::string body{};
  bool is_public = false;  // about a public registry; a pull from it needs no action, and a token for anybody
};

bool all_in(const Actions& actions, const Actions& allowed) {
  return std::ranges::all_of(actions, [&](const auto& each) { return allowed.contains(each); });
}

// What AWS documents ("Policy evaluation logic"). The ping needs no permission, only to be somebody.
bool expected(const Row& row, Who who) {
  const auto& grants = row.is_public ? kPublic : kPrivate;
  const bool other_reads = row.own && all_in(row.actions, grants.push);
  switch (who) {
    case Who::none: return row.is_public && row.actions.empty();
    case Who::expired:
    case Who::revoked: return false;
    case Who::service_control:
    case Who::neither:
    case Who::resource_only: return row.actions.empty();
    case Who::identity_only: return row.actions.empty() || other_reads;
    case Who::both:
      return other_reads || (!row.own && all_in(row.actions, grants.push) && all_in(row.actions, grants.shared));
    case Who::administrator: return true;
    case Who::reader: return all_in(row.actions, grants.read);
    case Who::boundary:
    case Who::session:
    case Who::endpoint: return row.is_public ? row.actions.empty() : all_in(row.actions, kRead);
    case Who::pusher: return all_in(row.actions, grants.push);
  }
  std::unreachable();
}

const model::AccountId kOwner = service::registry().account;
const model::AccountId kOther = model::AccountId::parse("210987654321").value();
const std::string kRegistryHost = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const std::string kAbsent = service::digest_of("absent").text();
const std::string kUpload = "11111111-2222-4333-8444-555555555555";

std::string quoted_actions(const Actions& actions, const std::string& service = "ecr") {
  std::string list;
  for (const auto& each : actions) list += (list.empty() ? "\"" : ",\"") + service + ":" + each + "\"";
  return list;
}

struct Person {
  auth::Caller caller;
  std::string key, secret, token;  // with which it signs
  std::string listener;
  bool past = false;  // its registry token has expired
};

class Matrix : public testing::Test, protected service::World {
 protected:
  Matrix() {
    people.account(model::AccountId::parse("111111111111").value());  // manages the organization
    people.account(kOwner);
    people.account(kOther);
    manifest = push_image(app, "one", {"v1"});
    make(open_app);
    push_image(open_app, "one", {"v1"});
    reader_policy = std::string(policy::find_managed(aws("AmazonEC2ContainerRegistryReadOnly"))->document);
    add(Who::reader, kOwner, "AmazonEC2ContainerRegistryReadOnly");
    add(Who::pusher, kOwner, "AmazonEC2ContainerRegistryPowerUser");
    add(Who::administrator, kOwner, "AdministratorAccess");
    add(Who::neither, kOther, "");
    add(Who::identity_only, kOther, "AmazonEC2ContainerRegistryPowerUser");
    add(Who::resource_only, kOther, "");
    add(Who::both, kOther, "AmazonEC2ContainerRegistryPowerUser");
    share();

    add(Who::revoked, kOwner, "AdministratorAccess");
    people.write([&](meta::Tx& tx) { return tx.access_keys().set_active(persons.at(Who::revoked).key, false); });
    add(Who::service_control, kOwner, "AdministratorAccess");
    people.service_control(
        "p-matrix", kOwner.text(),
        service::fill(R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":["ecr:*","ecr-public:*"],)"
                      R"("Resource":"*",)"
                      R"("Condition":{"ArnEquals":{"aws:PrincipalArn":"@"}}}})",
                      {persons.at(Who::service_control).caller.arn}));
    add(Who::boundary, kOwner, "AdministratorAccess");
    people.bound(persons.at(Who::boundary).caller, aws("AmazonEC2ContainerRegistryReadOnly"));
    add(Who::endpoint, kOwner, "AdministratorAccess");
    persons.at(Who::endpoint).listener = "inside";

    const auto now = clock.now();
    add_role(Who::session, {.issued = now, .expires = now + std::chrono::hours(1), .policies = {reader_policy}});
    add_role(Who::expired, {.issued = now - std::chrono::hours(2), .expires = now - std::chrono::hours(1)});
    persons.at(Who::expired).past = true;
  }

  static std::string aws(std::string_view name) { return std::string(model::kAwsPolicyPrefix) + std::string(name); }
  static std::string name_of(Who who) { return "person" + std::to_string(static_cast<int>(who)); }

  void add(Who who, const model::AccountId& in, std::string_view attached) {
    const auto made = auth::make_access_key(random);
    Person person{.caller = people.user(in, name_of(who)), .key = made.id, .secret = made.secret.reveal()};
    person.caller.access_key_id = made.id;
    people.put_key(person.caller.entity_id, made.id, auth::seal_secret(keys, made.id, made.secret, random));
    if (!attached.empty()) people.attach(person.caller, attached);
    constexpr std::string_view kOfEcr = "AmazonEC2ContainerRegistry";
    if (attached.starts_with(kOfEcr)) {
      people.attach(person.caller,
                    "AmazonElasticContainerRegistryPublic" + std::string(attached.substr(kOfEcr.size())));
    }
    persons.emplace(who, std::move(person));
  }
  void add_role(Who who, auth::Session session) {
    const auto caller = people.role(kOwner, name_of(who), std::move(session));
    people.attach(caller, "AdministratorAccess");
    auto issued = sessions.issue(caller).value();
    persons.emplace(who, Person{.caller = issued.caller,
                                .key = issued.caller.access_key_id,
                                .secret = issued.secret.reveal(),
                                .token = issued.token.reveal()});
  }
  // Said anew after each call that may have taken it away.
  void share() {
    std::string both;
    for (const auto who : {Who::resource_only, Who::both}) {
      both += (both.empty() ? "\"" : ",\"") + persons.at(who).caller.entity_id + "\"";
    }
    people.write([&](meta::Tx& tx) -> base::Result<void> {
      const auto put = [&](const model::RepositoryRef& ref, const std::string& actions) -> base::Result<void> {
        BERTH_TRY(const auto repository, service::find_repository(tx, ref));
        return tx.policies().put(repository.id,
                                 service::fill(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
                                               R"({"AWS":[@]},"Action":[@]}]})",
                                               {both, actions}));
      };
      BERTH_CHECK(put(app, quoted_actions(kShared)));
      return put(open_app, quoted_actions(kPublic.shared, "ecr-public"));
    });
  }

  // "yes", or how it was refused.
  std::string ask_api(const Row& row, Who who) {
    auto request = api::aws::request_to(web::Method::post, "/", "localhost:5000");
    request.client = "192.0.2.1";
    request.headers.add("Content-Type", "application/x-amz-json-1.1");
    request.headers.add(
        "X-Amz-Target",
        (row.is_public ? "SpencerFrontendService." : "AmazonEC2ContainerRegistry_V20150921.") + row.name);
    if (who != Who::none) {
      const auto& person = persons.at(who);
      request.listener = person.listener;
      if (!person.token.empty()) request.headers.add("X-Amz-Security-Token", person.token);
      api::aws::Signer signer(clock.now());
      signer.key_id = person.key;
      signer.secret = person.secret;
      signer.sign(request, row.is_public ? "ecr-public" : "ecr", row.body);
    }
    const auto response = api::aws::exchange(api_front, request, row.body);
    if (response.status == 200) return "yes";
    if (response.status >= 500) return "failed";
    const auto document = json::parse(api::aws::body_of(response));
    const auto* const type = document ? document->find_string("__type") : nullptr;
    if (type == nullptr) return "?";
    static const std::set<std::string> kRefusals = {"AccessDeniedException", "ExpiredTokenException",
                                                    "UnrecognizedClientException",
                                                    "MissingAuthenticationTokenException"};
    return kRefusals.contains(*type) ? type->substr(0, type->size() - std::string_view("Exception").size()) : "yes";
  }

  std::string ask_oci(const Row& row, Who who) {
    web::Request request{.method = row.method,
                         .target = row.target,
                         .scheme = "https",
                         .host = row.is_public ? "public.ecr.aws" : kRegistryHost};
    request.id = "r";
    request.client = "192.0.2.1";
    request.has_body = !row.body.empty();
    if (request.has_body) request.content_length = row.body.size();
    request.headers.add("Content-Type", std::string(service::kOciManifest));
    if (row.is_public && who == Who::none) {
      const auto token = tokens.issue(auth::Caller::anonymous(), model::Region::of_public_registries(), clock.now());
      request.headers.add("Authorization", "Bearer " + std::string(token.password.reveal()));
    } else if (who != Who::none) {
      const auto& person = persons.at(who);
      request.listener = person.listener;
      const auto issued = clock.now() - (person.past ? std::chrono::hours(13) : std::chrono::hours(0));
      const auto region = row.is_public ? model::Region::of_public_registries() : service::registry().region;
      const auto password = tokens.issue(person.caller, region, issued).password;
      request.headers.add("Authorization", (row.is_public ? "Bearer " : "Basic ") +
                                               base::to_base64(base::as_bytes("AWS:" + password.reveal())));
    }
    auto reaction = oci_front.handle(request);
    const auto status = [&] {
      if (auto* const response = std::get_if<web::Response>(&reaction)) return response->status;
      if (auto* const buffered = std::get_if<web::BufferedBody>(&reaction)) return buffered->then(row.body).status;
      auto& sink = *std::get<web::StreamedBody>(reaction).sink;
      if (auto early = sink.write(base::as_bytes(row.body))) return early->status;
      return sink.finish().status;
    }();
    return status == 401 || status == 403 || status >= 500 ? std::to_string(status) : "yes";
  }

  std::vector<Row> api_rows() const;
  std::vector<Row> oci_rows() const;
  std::vector<Row> public_api_rows() const;
  std::vector<Row> public_oci_rows() const;

  auth::People people{store};
  std::map<Who, Person> persons;
  std::string manifest, reader_policy;
  model::RepositoryRef open_app = service::public_repository("team/app");
  auth::KeyRing keys = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  auth::SessionTokens sessions{keys, random};
  auth::RegistryTokens tokens{keys, random};
  auth::DownloadUrls urls{keys};
  StoredCredentials credentials{store, keys, sessions};
  auth::SigV4Verifier verifier{credentials, clock};
  base::NullLog log;
  auth::PolicyAuthorizer policies_decide{store, clock};
  service::Core real{
      .store = store, .blobs = blobs, .authorizer = policies_decide, .clock = clock, .random = random, .limits = {}};
  service::RepositoryService real_repositories{real};
  service::LayerService real_layers{real};
  service::ImageService real_images{real, pulls};
  service::PullExclusionService real_exclusions{real, exclusion_cache};
  service::PolicyService real_policies{real};
  service::PublicRegistryService real_public_registries{real};
  service::LifecycleService real_lifecycle{real};
  service::TemplateService real_templates{real};
  std::shared_ptr<const policy::Document> only_read =
      policy::Document::parse(service::fill(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
                                            R"("Action":[@],"Resource":"*"}]})",
                                            {quoted_actions(kRead)}),
                              policy::Kind::endpoint)
          .value();
  auth::Origins origins{{{.vpce = "vpce-1",
                          .vpc = "vpc-1",
                          .networks = {},
                          .listener = "inside",
                          .api_policy = only_read,
                          .dkr_policy = only_read}}};
  api::ecr::Deps ecr_deps{.repositories = real_repositories,
                          .images = real_images,
                          .layers = real_layers,
                          .policies = real_policies,
                          .lifecycle = real_lifecycle,
                          .pull_exclusions = real_exclusions,
                          .templates = real_templates,
                          .tokens = tokens,
                          .download_urls = urls,
                          .clock = clock,
                          .log = log,
                          .endpoint = {.default_registry = service::registry(), .domains = {}, .public_url = {}}};
  api::ecr::Service ecr{ecr_deps};
  api::ecrpublic::Service ecr_public{{.ecr = ecr_deps, .registries = real_public_registries}};
  api::aws::Front api_front{verifier, {&ecr, &ecr_public}, log, std::chrono::seconds(30), origins};
  api::oci::Front oci_front{{.images = real_images,
                             .layers = real_layers,
                             .repositories = real_repositories,
                             .public_registries = real_public_registries,
                             .tokens = tokens,
                             .download_urls = urls,
                             .clock = clock,
                             .log = log,
                             .options = {.default_registry = service::registry(),
                                         .domains = {"amazonaws.com"},
                                         .regions = {},
                                         .public_url = {},
                                         .public_hosts = {"public.ecr.aws"},
                                         .origins = origins}}};
};

// Inputs that come as far as the authorizer and change nothing that another cell needs.
std::vector<Row> Matrix::api_rows() const {
  const std::string in = R"({"registryId":"123456789012","repositoryName":"team/app")";
  const std::string arn = R"({"resourceArn":"arn:aws:ecr:us-east-1:123456789012:repository/team/app")";
  const std::map<std::string, std::string> of_repository = {
      {"BatchCheckLayerAvailability", in + R"(,"layerDigests":[")" + kAbsent + "\"]}"},
      {"BatchDeleteImage", in + R"(,"imageIds":[{"imageTag":"absent"}]})"},
      {"BatchGetImage", in + R"(,"imageIds":[{"imageTag":"v1"}]})"},
      {"CompleteLayerUpload", in + R"(,"uploadId":")" + kUpload + R"(","layerDigests":[")" + kAbsent + "\"]}"},
      {"CreateRepository", in + "}"},
      {"DeleteLifecyclePolicy", in + "}"},
      {"DeleteRepository", in + "}"},
      {"DeleteRepositoryPolicy", in + "}"},
      {"DescribeImages", in + "}"},
      {"DescribeRepositories", R"({"registryId":"123456789012","repositoryNames":["team/app"]})"},
      {"GetDownloadUrlForLayer", in + R"(,"layerDigest":")" + kAbsent + "\"}"},
      {"GetLifecyclePolicy", in + "}"},
      {"GetLifecyclePolicyPreview", in + "}"},
      {"GetRepositoryPolicy", in + "}"},
      {"InitiateLayerUpload", in + "}"},
      {"ListImageReferrers", in + R"(,"subjectId":{"imageDigest":")" + kAbsent + "\"}}"},
      {"ListImages", in + "}"},
      {"ListTagsForResource", arn + "}"},
      {"PutImage", in + R"(,"imageManifest":"{}"})"},
      {"PutLifecyclePolicy", in + R"(,"lifecyclePolicyText":")" + std::string(100, 'x') + "\"}"},
      {"PutImageScanningConfiguration", in + R"(,"imageScanningConfiguration":{}})"},
      {"PutImageTagMutability", in + R"(,"imageTagMutability":"MUTABLE"})"},
      {"SetRepositoryPolicy", in + R"(,"policyText":"none"})"},
      {"StartLifecyclePolicyPreview", in + "}"},
      {"TagResource", arn + R"(,"tags":[]})"},
      {"UntagResource", arn + R"(,"tagKeys":[]})"},
      {"UploadLayerPart",
       in + R"(,"uploadId":")" + kUpload + R"(","partFirstByte":0,"partLastByte":0,"layerPartBlob":"eA=="})"},
  };
  const std::map<std::string, std::string> of_registry = {
      {"CreateRepositoryCreationTemplate", R"({"prefix":"none","appliedFor":[]})"},
      {"DeleteRegistryPolicy", "{}"},
      {"DeregisterPullTimeUpdateExclusion", R"({"principalArn":"arn:aws:iam::123456789012:role/absent"})"},
      {"DeleteRepositoryCreationTemplate", R"({"prefix":"none"})"},
      {"DescribeRegistry", "{}"},
      {"DescribeRepositoryCreationTemplates", "{}"},
      {"GetAccountSetting", R"({"name":"BLOB_MOUNTING"})"},
      {"GetAuthorizationToken", "{}"},
      {"GetRegistryPolicy", "{}"},
      {"ListPullTimeUpdateExclusions", "{}"},
      {"PutAccountSetting", R"({"name":"BLOB_MOUNTING","value":"ENABLED"})"},
      {"PutRegistryPolicy", R"({"policyText":"none"})"},
      {"RegisterPullTimeUpdateExclusion", R"({"principalArn":"arn:aws:iam::123456789012:role/scanner"})"},
      {"UpdateImageStorageClass", in + R"(,"imageId":{"imageTag":"absent"},"targetStorageClass":"ARCHIVE"})"},
      {"UpdateRepositoryCreationTemplate", R"({"prefix":"none"})"},
  };
  std::vector<Row> rows;
  for (const auto& operation : api::ecr::operations()) {
    if (operation.run == nullptr) continue;
    const std::string name(operation.name);
    const bool own = of_registry.contains(name);
    if (!own && !of_repository.contains(name)) ADD_FAILURE() << name << " has no input here: say how to ask for it";
    const auto& input = own ? of_registry.at(name) : of_repository.contains(name) ? of_repository.at(name) : "{}";
    rows.push_back(
        {.name = name, .actions = {name == "ListImageReferrers" ? "BatchGetImage" : name}, .own = own, .body = input});
  }
  return rows;
}

std::vector<Row> Matrix::oci_rows() const {
  using enum web::Method;
  const std::string repo = "/v2/team/app/";
  const auto uploads = repo + "blobs/uploads/";
  const auto digest = service::digest_of(manifest).text();
  const auto layer = service::digest_of("layer one").text();
  const auto row = [](std::string name, Actions actions, web::Method method, std::string target,
                      std::string body = {}) {
    return Row{.name = std::move(name),
               .actions = std::move(actions),
               .method = method,
               .target = std::move(target),
               .body = std::move(body)};
  };
  return {
      row("GET /v2/", {}, web::Method::get, "/v2/"),
      row("GET /v2/_catalog", {"DescribeRepositories"}, web::Method::get, "/v2/_catalog"),
      row("GET N/tags/list", {"ListImages"}, web::Method::get, repo + "tags/list"),
      row("GET N/referrers/D", {"BatchGetImage"}, web::Method::get, repo + "referrers/" + digest),
      row("GET N/manifests/TAG", {"BatchGetImage"}, web::Method::get, repo + "manifests/v1"),
      row("HEAD N/manifests/D", {"BatchGetImage"}, head, repo + "manifests/" + digest),
      row("PUT N/manifests/TAG", {"PutImage"}, web::Method::put, repo + "manifests/v1", manifest),
      row("DELETE N/manifests/TAG", {"BatchDeleteImage"}, delete_, repo + "manifests/absent"),
      row("GET N/blobs/D", {"GetDownloadUrlForLayer"}, web::Method::get, repo + "blobs/" + layer),
      row("HEAD N/blobs/D", {"BatchCheckLayerAvailability"}, head, repo + "blobs/" + layer),
      row("DELETE N/blobs/D", {"BatchDeleteImage"}, delete_, repo + "blobs/" + kAbsent),
      row("POST N/blobs/uploads/", {"InitiateLayerUpload"}, post, uploads),
      row("POST N/blobs/uploads/?digest=D", {"InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"}, post,
          uploads + "?digest=" + layer, "layer one"),
      row("GET N/blobs/uploads/U", {"UploadLayerPart"}, web::Method::get, uploads + kUpload),
      row("PATCH N/blobs/uploads/U", {"UploadLayerPart"}, patch, uploads + kUpload, "bytes"),
      row("PUT N/blobs/uploads/U?digest=D", {"CompleteLayerUpload"}, web::Method::put,
          uploads + kUpload + "?digest=" + layer),
      row("PUT N/blobs/uploads/U?digest=D with bytes", {"CompleteLayerUpload", "UploadLayerPart"}, web::Method::put,
          uploads + kUpload + "?digest=" + layer, "layer one"),
      row("DELETE N/blobs/uploads/U", {"UploadLayerPart"}, delete_, uploads + kUpload),
  };
}

std::vector<Row> Matrix::public_api_rows() const {
  const std::string in = R"({"registryId":"123456789012","repositoryName":"team/app")";
  const std::string arn = R"({"resourceArn":"arn:aws:ecr-public::123456789012:repository/team/app")";
  const std::map<std::string, std::string> of_repository = {
      {"BatchCheckLayerAvailability", in + R"(,"layerDigests":[")" + kAbsent + "\"]}"},
      {"BatchDeleteImage", in + R"(,"imageIds":[{"imageTag":"absent"}]})"},
      {"CompleteLayerUpload", in + R"(,"uploadId":")" + kUpload + R"(","layerDigests":[")" + kAbsent + "\"]}"},
      {"DeleteRepository", in + "}"},
      {"DeleteRepositoryPolicy", in + "}"},
      {"DescribeImages", in + "}"},
      {"DescribeImageTags", in + "}"},
      {"DescribeRepositories", R"({"registryId":"123456789012","repositoryNames":["team/app"]})"},
      {"GetRepositoryCatalogData", in + "}"},
      {"GetRepositoryPolicy", in + "}"},
      {"InitiateLayerUpload", in + "}"},
      {"ListTagsForResource", arn + "}"},
      {"PutImage", in + R"(,"imageManifest":"{}"})"},
      {"PutRepositoryCatalogData", in + R"(,"catalogData":{}})"},
      {"SetRepositoryPolicy", in + R"(,"policyText":"none"})"},
      {"TagResource", arn + R"(,"tags":[]})"},
      {"UntagResource", arn + R"(,"tagKeys":[]})"},
      {"UploadLayerPart",
       in + R"(,"uploadId":")" + kUpload + R"(","partFirstByte":0,"partLastByte":0,"layerPartBlob":"eA=="})"},
  };
  std::vector<Row> rows;
  for (const auto& operation : api::ecrpublic::operations()) {
    const std::string name(operation.name);
    const auto input = of_repository.find(name);
    const bool own = input == of_repository.end();
    rows.push_back({.name = name,
                    .actions = {name},
                    .own = own,
                    .body = !own                         ? input->second
                            : name == "CreateRepository" ? R"({"repositoryName":"team/app"})"
                                                         : "{}",
                    .is_public = true});
  }
  return rows;
}

std::vector<Row> Matrix::public_oci_rows() const {
  const std::string repo = "/v2/123456789012/team/app/";
  const auto row = [](std::string name, Actions actions, web::Method method, std::string target,
                      std::string body = {}) {
    return Row{.name = std::move(name),
               .actions = std::move(actions),
               .method = method,
               .target = std::move(target),
               .body = std::move(body),
               .is_public = true};
  };
  using enum web::Method;
  const auto layer = service::digest_of("layer one").text();
  return {
      row("GET /v2/", {}, web::Method::get, "/v2/"),
      row("GET N/tags/list", {}, web::Method::get, repo + "tags/list"),
      row("GET N/manifests/TAG", {}, web::Method::get, repo + "manifests/v1"),
      row("GET N/referrers/D", {}, web::Method::get, repo + "referrers/" + kAbsent),
      row("GET N/blobs/D", {}, web::Method::get, repo + "blobs/" + layer),
      row("HEAD N/blobs/D", {}, head, repo + "blobs/" + layer),
      row("PUT N/manifests/TAG", {"PutImage"}, web::Method::put, repo + "manifests/v1", manifest),
      row("DELETE N/manifests/TAG", {"BatchDeleteImage"}, delete_, repo + "manifests/absent"),
      row("POST N/blobs/uploads/", {"InitiateLayerUpload"}, post, repo + "blobs/uploads/"),
      row("PATCH N/blobs/uploads/U", {"UploadLayerPart"}, patch, repo + "blobs/uploads/" + kUpload, "bytes"),
      row("PUT N/blobs/uploads/U?digest=D", {"CompleteLayerUpload"}, web::Method::put,
          repo + "blobs/uploads/" + kUpload + "?digest=" + layer),
  };
}

constexpr std::string_view kPage = R"(# Who may do what

<!-- Made by src/app/authorization_matrix_test.cc with `script/test unit --update`; do not edit. -->

Every operation of the ECR API and every route of the OCI door, asked through the real fronts. "yes" means that it was allowed,
whatever came of it; else how it was refused: an AWS exception, or an HTTP status. How policies are evaluated:
"Policy evaluation logic" in the IAM User Guide. The repository `team/app` belongs to account 123456789012.

- reader, pusher, administrator: users of that account with AWS's managed policies AmazonEC2ContainerRegistryReadOnly,
  AmazonEC2ContainerRegistryPowerUser and AdministratorAccess.
- other account: users of 210987654321. "its identity policy" is AmazonEC2ContainerRegistryPowerUser; the repository policy
  allows BatchGetImage, GetDownloadUrlForLayer, BatchCheckLayerAvailability, PutImage and DescribeImages. Operations without a
  `registryId` are about the caller's own registry.
- expired, revoked: session credentials and registry tokens past their time; an access key that was made inactive, and its
  tokens.
- the others are administrators who are bounded as the column says.
- ECR Public: reader and pusher have AmazonElasticContainerRegistryPublicReadOnly and ...PowerUser besides, and so has the other
  account; the public repository's policy allows BatchCheckLayerAvailability, InitiateLayerUpload, PutImage and DescribeImages.
  What bounds an administrator to reading is about ECR alone. "no credentials" at its OCI door is the token that anybody gets.
)";

TEST_F(Matrix, IsAsDocumented) {
  std::string page(kPage);
  const auto add_table = [&](std::string_view title, const std::vector<Row>& rows, auto ask) {
    page += "\n## " + std::string(title) + "\n\n| | actions |";
    for (const auto& column : kColumns) page += " " + std::string(column.title) + " |";
    page += "\n|---|---|";
    for (std::size_t i = 0; i < std::size(kColumns); ++i) page += "---|";
    page += "\n";
    for (const auto& row : rows) {
      std::string actions;
      for (const auto& each : row.actions) actions += (actions.empty() ? "" : ", ") + each;
      page += "| `" + row.name + "` | " + actions + " |";
      for (const auto& column : kColumns) {
        const auto answer = ask(row, column.who);
        EXPECT_EQ(answer == "yes", expected(row, column.who)) << row.name << ", " << column.title << ": " << answer;
        page += " " + answer + " |";
        if (row.name == "DeleteRepositoryPolicy") share();
      }
      page += "\n";
    }
  };
  add_table("ECR API", api_rows(), [&](const Row& row, Who who) { return ask_api(row, who); });
  add_table("OCI door", oci_rows(), [&](const Row& row, Who who) { return ask_oci(row, who); });
  add_table("ECR Public API", public_api_rows(), [&](const Row& row, Who who) { return ask_api(row, who); });
  add_table("OCI door of public registries", public_oci_rows(),
            [&](const Row& row, Who who) { return ask_oci(row, who); });

  namespace fs = std::filesystem;
  const fs::path path = fs::path(__FILE__).parent_path() / "../../docs/authorization-matrix.md";
  if (std::getenv("BERTH_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << page;
  std::ifstream file(path);
  const std::string written{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, written) << "run `script/test unit --update`";
}

}  // namespace
}  // namespace berth::app

#include "api/oci/recall.h"

#include <algorithm>
#include <utility>

namespace berth::api::oci {
namespace {

constexpr std::size_t kGenerations = 2;
constexpr std::size_t kOverhead = 512;  // bytes of an entry besides its texts

// Fields that ask for another answer than the whole.
constexpr std::string_view kConditions[] = {"Range",    "If-Range",          "If-None-Match",
                                            "If-Match", "If-Modified-Since", "If-Unmodified-Since"};

}  // namespace

// Everything of a request that an answer may depend on. Views.
struct Recall::Question {
  web::Method method;
  std::string_view target, host, scheme, client, listener, authorization, user_agent, referer;

  explicit Question(const web::Request& request)
      : method(request.method),
        target(request.target),
        host(request.host),
        scheme(request.scheme),
        client(request.client),
        listener(request.listener),
        authorization(request.headers.get("Authorization")),
        user_agent(request.headers.get("User-Agent")),
        referer(request.headers.get("Referer")) {}

  bool operator==(const Question&) const = default;

  // Of a token, its middle, where the sealed part is: all of it is compared anyway.
  std::uint64_t hash() const {
    constexpr std::hash<std::string_view> kHash;
    constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15;
    auto out = static_cast<std::uint64_t>(method);
    const auto token = authorization.substr(authorization.size() / 2, 64);
    for (const auto part : {target, host, scheme, client, listener, token, user_agent, referer}) {
      out = (out ^ (out >> 29)) * kMix + kHash(part);
    }
    return out;
  }
};

struct Recall::Entry {
  web::Request request;  // the texts behind the question
  base::Stamp stamp;
  base::Timestamp until;
  Charge charge;
  int status = 200;
  web::SharedBody fields;
  web::SharedBody text;  // nullptr: a file, or nothing
  web::FileBody file;
  std::optional<std::uint64_t> announced_length;
  std::size_t bytes = 0;

  bool holds(const std::optional<base::Stamp>& current) const { return current && stamp == *current; }
};

Recall::Recall(std::function<std::optional<base::Stamp>()> stamp, std::size_t bytes, base::Metrics& metrics)
    : stamp_(std::move(stamp)),
      generation_(bytes / kShards / kGenerations),
      recalled_(metrics.counter("berth_oci_recalled_total", "Requests answered from memory, as before.")) {}

Recall::~Recall() = default;

bool Recall::comparable(const web::Request& request) {
  if (request.method != web::Method::get && request.method != web::Method::head) return false;
  return !request.has_body && std::ranges::none_of(kConditions, [&](std::string_view name) {
    return request.headers.find(name).has_value();
  });
}

std::optional<Recall::Found> Recall::find(const web::Request& request, base::Timestamp now) {
  if (!comparable(request)) return std::nullopt;
  const Question question(request);
  const auto hash = question.hash();
  auto& shard = shard_of(hash);
  std::shared_ptr<const Entry> entry;
  Entries forgotten;
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto recent = shard.recent.find(hash); recent != shard.recent.end()) {
      entry = recent->second;
    } else if (const auto old = shard.old.find(hash); old != shard.old.end()) {
      entry = std::move(old->second);
      shard.old.erase(old);
      forgotten = put(shard, hash, entry);
    }
  }
  if (!entry || Question(entry->request) != question || now >= entry->until || !entry->holds(stamp_())) {
    return std::nullopt;
  }
  Found found{.response = {.status = entry->status, .shared_fields = entry->fields}, .charge = {entry, &entry->charge}};
  if (entry->text) {
    found.response.body = entry->text;
  } else if (entry->file.file) {
    found.response.body = entry->file;
  }
  found.response.announced_length = entry->announced_length;
  recalled_.add();
  return found;
}

void Recall::keep(const web::Request& request, const base::Stamp& stamp, base::Timestamp until, Charge charge,
                  web::Response& response) {
  if (response.status != 200 || response.close) return;
  if (auto* text = std::get_if<std::string>(&response.body)) {
    if (text->size() > kLargestBody) return;
    response.body = std::make_shared<const std::string>(std::move(*text));
  }
  const auto* text = std::get_if<web::SharedBody>(&response.body);
  const auto* file = std::get_if<web::FileBody>(&response.body);
  if (!text && !file) return;
  std::string fields;
  web::append_fields(fields, response.headers);
  response.headers = {};
  response.shared_fields = std::make_shared<const std::string>(std::move(fields));

  const Question question(request);
  auto entry = std::make_shared<Entry>(Entry{.request = {.method = request.method,
                                                         .target = request.target,
                                                         .headers = {},
                                                         .peer = {},
                                                         .listener = request.listener,
                                                         .client = request.client,
                                                         .scheme = request.scheme,
                                                         .host = request.host,
                                                         .content_length = {},
                                                         .id = {}},
                                             .stamp = stamp,
                                             .until = until,
                                             .charge = std::move(charge),
                                             .status = response.status,
                                             .fields = response.shared_fields,
                                             .text = text ? *text : nullptr,
                                             .file = file ? *file : web::FileBody(),
                                             .announced_length = response.announced_length});
  entry->request.headers.add("Authorization", std::string(question.authorization));
  entry->request.headers.add("User-Agent", std::string(question.user_agent));
  entry->request.headers.add("Referer", std::string(question.referer));
  entry->bytes = kOverhead + request.target.size() + question.authorization.size() + question.user_agent.size() +
                 question.referer.size() + entry->fields->size() + (entry->text ? entry->text->size() : 0);
  const auto hash = question.hash();
  auto& shard = shard_of(hash);
  Entries forgotten;
  const std::lock_guard lock(shard.mutex);
  shard.old.erase(hash);
  forgotten = put(shard, hash, std::move(entry));
}

Recall::Entries Recall::put(Shard& shard, std::uint64_t hash, std::shared_ptr<const Entry> entry) const {
  Entries forgotten;
  if (entry->bytes > generation_) return forgotten;
  if (shard.bytes + entry->bytes > generation_ || shard.files >= kFiles / kShards / kGenerations) {
    forgotten = std::exchange(shard.old, std::exchange(shard.recent, {}));
    shard.bytes = shard.files = 0;
  }
  auto& place = shard.recent[hash];
  if (place) {
    shard.bytes -= place->bytes;
    shard.files -= place->file.file != nullptr;
  }
  shard.bytes += entry->bytes;
  shard.files += entry->file.file != nullptr;
  place = std::move(entry);
  return forgotten;
}

void Recall::sweep() {
  const auto current = stamp_();
  for (auto& shard : shards_) {
    Entries gone;
    const std::lock_guard lock(shard.mutex);
    for (auto* entries : {&shard.recent, &shard.old}) {
      for (auto at = entries->begin(); at != entries->end();) {
        if (at->second->holds(current)) {
          ++at;
          continue;
        }
        if (entries == &shard.recent) {
          shard.bytes -= at->second->bytes;
          shard.files -= at->second->file.file != nullptr;
        }
        gone.insert(entries->extract(at++));
      }
    }
  }
}

std::size_t Recall::size() const {
  std::size_t out = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out += shard.recent.size() + shard.old.size();
  }
  return out;
}

}  // namespace berth::api::oci

// A client that asks much and keeps nothing: see bench/README.md. Prints one JSON object; ends with 1 if an operation
// failed.
//
// berth_load WHAT --address HOST:PORT [OPTION...]
//   get        --target /PATH... or --targets FILE [--method M] [--status N]
//   handshake
//   upload     --repository R --size BYTES, or --put-to /PATH/ --size BYTES
//   image      --repository R --kind push|chunked|pull:BYTES[:WEIGHT]... [--fresh-repositories]
//   call       --amz-target T --body JSON --region R --service S, and KEY_ID:SECRET in the first line of standard input
// each with
//   --connections N (1)  --threads N (2, or as many as connections)  --seconds S (2) or --count N
//   --rate PER_SECOND  --header 'NAME: VALUE'...
//   --tls  --fresh: a connection for each operation
//   --hold: prepare, print "ready", and begin once a line comes from standard input
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <thread>

#include "base/text.h"
#include "fail.h"
#include "worker.h"
#include "works.h"

namespace berth::load {
namespace {

class Options {
 public:
  Options(int argc, char** argv) {
    if (argc < 2) fail("what?");
    what_ = argv[1];
    for (int i = 2; i < argc; ++i) {
      const std::string name = argv[i];
      if (!name.starts_with("--")) fail("not an option: " + name);
      const bool alone = name == "--tls" || name == "--fresh" || name == "--hold" || name == "--fresh-repositories";
      if (!alone && i + 1 == argc) fail(name + " needs a value");
      values_.emplace(name.substr(2), alone ? "" : argv[++i]);
    }
  }

  const std::string& what() const { return what_; }
  bool has(const std::string& name) const { return values_.contains(name); }
  std::string text(const std::string& name, const std::string& otherwise = "") const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  double number(const std::string& name, double otherwise) const {
    if (!has(name)) return otherwise;
    const auto value = text(name);
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (value.empty() || *end != '\0') fail("--" + name + " wants a number");
    return number;
  }
  std::size_t count(const std::string& name, std::size_t otherwise) const {
    const auto value = base::parse_integer<std::size_t>(text(name, std::to_string(otherwise)));
    if (!value) fail("--" + name + " wants a number");
    return *value;
  }
  std::vector<std::string> all(const std::string& name) const {
    std::vector<std::string> out;
    for (auto [at, end] = values_.equal_range(name); at != end; ++at) out.push_back(at->second);
    return out;
  }

 private:
  std::string what_;
  std::multimap<std::string, std::string> values_;
};

std::vector<std::string> targets(const Options& options) {
  auto out = options.all("target");
  if (options.has("targets")) {
    std::ifstream file(options.text("targets"));
    if (!file) fail("cannot read " + options.text("targets"));
    for (std::string line; std::getline(file, line);) out.push_back(line);
  }
  if (out.empty()) fail("no target");
  return out;
}

ImageKind image_kind(const std::string& text) {
  const auto parts = base::split(text, ':');
  ImageKind out;
  if (parts[0] == "chunked") out.use = ImageKind::Use::push_chunked;
  if (parts[0] == "pull") out.use = ImageKind::Use::pull;
  const bool known = parts[0] == "push" || out.use != ImageKind::Use::push;
  out.size = base::parse_integer<std::uint64_t>(parts.size() > 1 ? parts[1] : "").value_or(0);
  out.weight = base::parse_integer<unsigned>(parts.size() > 2 ? parts[2] : "1").value_or(0);
  if (!known || out.size == 0 || out.weight == 0) fail("not push|chunked|pull:BYTES[:WEIGHT]: " + text);
  return out;
}

std::unique_ptr<Work> make_work(const Options& options, const Scene& scene, crypto::Random& random) {
  const auto& what = options.what();
  if (what == "get") {
    return make_gets(scene, {.method = options.text("method", "GET"),
                             .targets = targets(options),
                             .status = static_cast<int>(options.count("status", 200))});
  }
  if (what == "handshake") return make_handshakes();
  if (what == "upload") {
    return make_uploads(
        scene, random,
        {.repository = options.text("repository"), .put_to = options.text("put-to"), .size = options.count("size", 0)});
  }
  if (what == "image") {
    ImageOptions image{.repository = options.text("repository"),
                       .fresh_repositories = options.has("fresh-repositories")};
    for (const auto& kind : options.all("kind")) image.kinds.push_back(image_kind(kind));
    if (image.kinds.empty()) fail("no --kind");
    return make_images(scene, random, std::move(image));
  }
  if (what == "call") {
    std::string key;
    std::getline(std::cin, key);
    const auto colon = key.find(':');
    if (colon == std::string::npos) fail("no key on standard input");
    return make_calls(scene, {.target = options.text("amz-target"),
                              .body = options.text("body"),
                              .region = options.text("region"),
                              .service = options.text("service"),
                              .key_id = key.substr(0, colon),
                              .secret = key.substr(colon + 1)});
  }
  fail("no such thing: " + what);
}

double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void print(const Histogram& latencies) {
  std::printf("{\"count\":%llu", static_cast<unsigned long long>(latencies.count()));
  const std::pair<const char*, double> wanted[] = {{"p50", .5}, {"p90", .9}, {"p99", .99}, {"p999", .999}};
  for (const auto& [name, part] : wanted)
    std::printf(",\"%s\":%.1f", name, static_cast<double>(latencies.at(part)) / 1e3);
  std::printf(",\"max\":%.1f,\"mean\":%.1f}", static_cast<double>(latencies.most()) / 1e3, latencies.mean() / 1e3);
}

// Latencies in microseconds.
void print(const Outcome& outcome, const std::vector<std::string>& kinds, Nanoseconds start, double processor) {
  Histogram all;
  for (const auto& each : outcome.latencies) all.add(each);
  const auto seconds = static_cast<double>(outcome.end - std::min(start, outcome.end)) / 1e9;
  std::printf(
      "{\"operations\":%llu,\"seconds\":%.6f,\"bytes_in\":%llu,\"bytes_out\":%llu,\"errors\":%llu,\"first_error\":%s,"
      "\"processor_seconds\":%.6f,\"latency_us\":",
      static_cast<unsigned long long>(all.count()), seconds, static_cast<unsigned long long>(outcome.bytes_in),
      static_cast<unsigned long long>(outcome.bytes_out), static_cast<unsigned long long>(outcome.errors),
      base::quote_json(outcome.first_error).c_str(), processor);
  print(all);
  std::printf(",\"kinds\":{");
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::printf("%s%s:", i == 0 ? "" : ",", base::quote_json(kinds[i]).c_str());
    print(outcome.latencies[i]);
  }
  std::puts("}}");
  std::fflush(stdout);
}

int run(const Options& options) {
  const auto endpoint = Endpoint::parse(options.text("address"));
  Scene scene{.host = endpoint.host};
  for (const auto& header : options.all("header")) scene.headers += header + "\r\n";
  crypto::SystemRandom random;
  const auto work = make_work(options, scene, random);
  const auto tls = options.has("tls") ? make_tls_context() : nullptr;

  const auto connections = options.count("connections", 1);
  const auto threads = std::min(connections, options.count("threads", 2));
  if (threads == 0) fail("no connection, or no thread");
  std::atomic<std::int64_t> left =
      options.has("count") ? static_cast<std::int64_t>(options.count("count", 0)) : INT64_MAX;
  std::vector<std::unique_ptr<Source>> sources;
  for (std::size_t t = 0; t < threads; ++t) sources.push_back(work->source(t));
  ::prctl(PR_SET_TIMERSLACK, 1'000, 0, 0, 0);  // threads inherit it
  if (options.has("hold")) {
    std::puts("ready");
    std::fflush(stdout);
    std::string line;
    std::getline(std::cin, line);
  }

  const auto processor = processor_seconds();
  const auto start = now();
  const auto end =
      options.has("count") ? UINT64_MAX : start + static_cast<Nanoseconds>(options.number("seconds", 2) * 1e9);
  std::vector<Outcome> outcomes(threads);
  std::vector<std::jthread> running;
  for (std::size_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      const Pace pace{.connections = connections / threads + (t < connections % threads ? 1 : 0),
                      .fresh = options.has("fresh"),
                      .start = start,
                      .end = end,
                      .rate = options.number("rate", 0) / static_cast<double>(threads)};
      outcomes[t] = Worker(endpoint, tls.get(), *sources[t], work->kinds().size(), pace, left).run();
    });
  }
  running.clear();
  Outcome all;
  for (const auto& each : outcomes) all.add(each);
  print(all, work->kinds(), start, processor_seconds() - processor);
  if (all.errors > 0) std::fprintf(stderr, "berth_load: %s\n", all.first_error.c_str());
  return all.errors > 0 ? 1 : 0;
}

}  // namespace
}  // namespace berth::load

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return berth::load::run(berth::load::Options(argc, argv));
}

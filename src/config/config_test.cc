#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "config/load.h"
#include "config/reference.h"
#include "config/values.h"

namespace berth::config {
namespace {

using std::chrono::seconds;
using Arguments = std::vector<std::string>;

std::string problems_of(const Arguments& arguments, const Environment& environment = {}) {
  const auto loaded = load(arguments, environment);
  return loaded ? "" : loaded.error().message;
}

std::string file_problems(std::string_view toml) {
  Loaded loaded;
  std::vector<std::string> problems;
  read_file(toml, "berth.toml", loaded, problems);
  std::string out;
  for (const std::string& problem : problems) out += problem + '\n';
  return out;
}

std::string temporary_file(const std::string& text) {
  const std::string path =
      testing::TempDir() + "/config_test_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml";
  std::ofstream(path) << text;
  return path;
}

TEST(Table, EveryRowIsComplete) {
  std::set<std::string> flags;
  for (const Option& option : table()) {
    EXPECT_TRUE(flags.insert(option.flag()).second) << option.name;
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_FALSE(allowed(option).empty()) << option.name << ": say what is allowed";
    Options options;
    const auto again = assign(option, options, show(option, Options()));
    EXPECT_TRUE(again) << option.name << ": its default is not allowed: " << again.error().message;
    EXPECT_EQ(show(option, options), show(option, Options()));
  }
}

TEST(VpcEndpoints, AreReadFromTheFile) {
  Loaded loaded;
  std::vector<std::string> problems;
  read_file(
      "[[vpc_endpoint]]\nid = \"vpce-1a\"\nvpc = \"vpc-2b\"\nnetworks = [\"10.0.0.0/8\", \"::1\"]\n"
      "[[vpc_endpoint]]\nid = \"vpce-2\"\nvpc = \"vpc-2b\"\nlisten = \"127.0.0.1:5443\"\n"
      "api_policy = \"a.json\"\ndkr_policy = \"d.json\"\n",
      "berth.toml", loaded, problems);
  EXPECT_TRUE(problems.empty()) << problems.front();
  const std::vector<VpcEndpoint> expected = {
      {.id = "vpce-1a", .vpc = "vpc-2b", .networks = {"10.0.0.0/8", "::1"}},
      {.id = "vpce-2", .vpc = "vpc-2b", .listen = "127.0.0.1:5443", .api_policy = "a.json", .dkr_policy = "d.json"}};
  EXPECT_EQ(loaded.options.vpc_endpoints, expected);
  EXPECT_NE(effective(loaded).find("[[vpc_endpoint]]\nid = \"vpce-1a\"\nvpc = \"vpc-2b\"\n"
                                   "networks = [\"10.0.0.0/8\", \"::1\"]\n"),
            std::string::npos)
      << effective(loaded);
  Options running;
  EXPECT_EQ(apply_reload(running, loaded.options), std::vector<std::string>{"vpc_endpoint"});
}

TEST(VpcEndpoints, ProblemsSayWhereTheyAre) {
  const std::string good = "[[vpc_endpoint]]\nid = \"vpce-1\"\nvpc = \"vpc-1\"\n";
  EXPECT_EQ(file_problems("vpc_endpoint = 5\n"), "berth.toml:1: vpc_endpoint: write [[vpc_endpoint]] above each\n");
  EXPECT_EQ(file_problems("[vpc_endpoint]\nid = \"vpce-1\"\n"),
            "berth.toml:1: vpc_endpoint: write [[vpc_endpoint]] above each\n");
  EXPECT_EQ(file_problems("[[vpc_endpoint]]\nid = \"vpce-1\"\n"), "berth.toml:1: vpc_endpoint: vpc is missing\n");
  EXPECT_EQ(file_problems(good + "colour = \"red\"\n"), "berth.toml:4: vpc_endpoint: no such key: colour\n");
  EXPECT_EQ(file_problems(good + "networks = \"::1\"\n"),
            "berth.toml:4: vpc_endpoint: networks: expected ADDRESS[/BITS]\n");
  EXPECT_EQ(file_problems(good + "networks = [\"10.0.0.0/33\"]\n"),
            "berth.toml:4: vpc_endpoint: networks: expected ADDRESS[/BITS]\n");
  EXPECT_EQ(file_problems(good + "listen = \"here\"\n"), "berth.toml:4: vpc_endpoint: listen: expected HOST:PORT\n");
  const auto together = [&](const std::string& text) { return problems_of({"--config", temporary_file(text)}); };
  EXPECT_EQ(together(good), "vpc_endpoint vpce-1: needs networks or listen, or nothing comes through it");
  EXPECT_EQ(together(good + "listen = \"127.0.0.1:5000\"\n"),
            "vpc_endpoint vpce-1: listen must differ from the server's");
  const auto entry = good + "networks = [\"::1\"]\n";
  EXPECT_NE(together(entry + entry).find("vpc_endpoint vpce-1: its id occurs twice"), std::string::npos);
}

TEST(Table, Spellings) {
  const Option* option = find_option("http.max_head_bytes");
  ASSERT_NE(option, nullptr);
  EXPECT_EQ(option->flag(), "--http-max-head-bytes");
  EXPECT_EQ(option->environment(), "BERTH_HTTP_MAX_HEAD_BYTES");
  for (const std::string_view fixed : {"--data", "--listen", "--admin-listen", "--db"}) {
    EXPECT_EQ(std::ranges::count(table(), fixed, &Option::flag), 1) << fixed;
  }
}

TEST(Load, DefaultsNeedNothing) {
  const auto loaded = load({}, {});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->options.listen, "127.0.0.1:5000");
  EXPECT_EQ(loaded->options.http.max_head_bytes, 32 * kKiB);
  EXPECT_EQ(loaded->options.uploads.max_layer_bytes, 52'000 * kMiB);
  EXPECT_TRUE(loaded->sources.empty());
}

TEST(Load, Precedence) {
  const std::string file = temporary_file("listen = '127.0.0.1:1'\n[http]\nhead_timeout = '1s'\nidle_timeout = '1s'\n");
  const Environment environment = {
      {"BERTH_CONFIG", file}, {"BERTH_LISTEN", "127.0.0.1:2"}, {"BERTH_HTTP_HEAD_TIMEOUT", "2s"}};
  const auto loaded = load(Arguments{"--listen", "127.0.0.1:3"}, environment);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->options.listen, "127.0.0.1:3");
  EXPECT_EQ(loaded->options.http.head_timeout, seconds(2));
  EXPECT_EQ(loaded->options.http.idle_timeout, seconds(1));
  EXPECT_EQ(loaded->options.http.body_stall_timeout, seconds(60));
  EXPECT_EQ(loaded->sources, (Sources{{"listen", "--listen"},
                                      {"http.head_timeout", "BERTH_HTTP_HEAD_TIMEOUT"},
                                      {"http.idle_timeout", file + ":4"}}));
}

TEST(Load, TheFlagNamesAnotherFileThanTheVariable) {
  const std::string file = temporary_file("listen = '127.0.0.1:1'\n");
  const auto loaded = load(Arguments{"--config=" + file}, {{"BERTH_CONFIG", "/nonexistent"}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->options.listen, "127.0.0.1:1");
  EXPECT_TRUE(problems_of({"--config", "/nonexistent"}).starts_with("/nonexistent: cannot be read: "));
}

TEST(Load, FlagForms) {
  const auto loaded = load(Arguments{"--log-access=false", "--registry-sparse-manifests", "--http-trusted-proxies",
                                     "10.0.0.0/8, ::1", "--log-level=debug", "--http-public-url="},
                           {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_FALSE(loaded->options.log.access);
  EXPECT_TRUE(loaded->options.registry.sparse_manifests);
  EXPECT_EQ(loaded->options.http.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(loaded->options.log.level, base::LogLevel::debug);
}

TEST(Load, WhatIsNotAnOptionIsTheCommands) {
  const auto loaded = load(Arguments{"--json", "--data", "/tmp/x", "check"}, {});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->rest, (Arguments{"--json", "check"}));
  EXPECT_EQ(unknown_argument("--http-max-head-byte=5").message,
            "--http-max-head-byte: not understood; did you mean --http-max-head-bytes?");
  EXPECT_EQ(unknown_argument("--zzz").message, "--zzz: not understood");
  EXPECT_EQ(unknown_argument("--").message, "--: not understood");
}

TEST(Load, FlagProblems) {
  EXPECT_EQ(problems_of({"--listen"}), "--listen: needs a value");
  EXPECT_EQ(problems_of({"--listen", "a:1", "--listen=a:2"}), "--listen: given twice");
  EXPECT_EQ(problems_of({"--http-max-head-bytes", "2MiB"}),
            "--http-max-head-bytes: '2MiB' is not allowed; expected 1KiB to 1MiB");
  EXPECT_EQ(problems_of({"--log-access=maybe"}), "--log-access: 'maybe' is not allowed; expected true or false");
  EXPECT_EQ(problems_of({"--log-level=loud"}),
            "--log-level: 'loud' is not allowed; expected debug, info, warning, error, off");
}

TEST(Load, AllProblemsAtOnce) {
  const std::string file = temporary_file("[http]\nhead_timeout = 30\n");
  EXPECT_EQ(problems_of({"--config", file, "--auth-clock-skew=1w"}, {{"BERTH_LISTEN", "5000"}}),
            file + ":2: http.head_timeout: '30' is not allowed; expected 100ms to 10m\n" +
                "BERTH_LISTEN: '5000' is not allowed; expected HOST:PORT\n" +
                "--auth-clock-skew: '1w' is not allowed; expected 1s to 1d");
}

TEST(Load, OtherVariablesAreOnlyWarnedAbout) {
  const auto loaded = load({}, {{"BERTH_PORT", "tcp://10.0.0.1:5000"}, {"HOME", "/root"}});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->warnings, (std::vector<std::string>{"BERTH_PORT: no such option"}));
}

TEST(Load, WhatOptionsMustAgreeOn) {
  EXPECT_NE(problems_of({"--tls-cert=a.pem"}).find("tls.cert and tls.key"), std::string::npos);
  EXPECT_NE(problems_of({"--registry-regions=eu-west-1"}).find("registry.region: us-east-1"), std::string::npos);
  EXPECT_NE(problems_of({"--registry-domains="}).find("at least one"), std::string::npos);
  EXPECT_NE(problems_of({"--listen=a:1", "--admin-listen=a:1"}).find("must differ"), std::string::npos);
  EXPECT_EQ(problems_of({"--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0"}), "");
}

TEST(File, NestedAndDotted) {
  Loaded loaded;
  std::vector<std::string> problems;
  read_file(
      "data = '/srv/berth'\nlog.level = 'error'\n[http]\nmax_head_bytes = 65536\nmax_connections = 7\n"
      "trusted_proxies = ['10.0.0.0/8']\n[registry]\nsparse_manifests = true\n",
      "f", loaded, problems);
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(loaded.options.data, "/srv/berth");
  EXPECT_EQ(loaded.options.log.level, base::LogLevel::error);
  EXPECT_EQ(loaded.options.http.max_head_bytes, 64 * kKiB);
  EXPECT_EQ(loaded.options.http.max_connections, 7);
  EXPECT_EQ(loaded.options.http.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8"}));
  EXPECT_TRUE(loaded.options.registry.sparse_manifests);
}

TEST(File, ProblemsNameTheLine) {
  EXPECT_EQ(file_problems("\n[http]\nmax_head_byte = 1\n"),
            "berth.toml:3: http.max_head_byte: no such option; did you mean http.max_head_bytes?\n");
  EXPECT_EQ(file_problems("[nonsense]\nx = 1\n"), "berth.toml:1: nonsense: no such option\n");
  EXPECT_EQ(file_problems("http = 3\n"), "berth.toml:1: http: no such option\n");
  EXPECT_EQ(file_problems("[http]\ntrusted_proxies = ['10.0.0.0/33']\n"),
            "berth.toml:2: http.trusted_proxies: '10.0.0.0/33' is not allowed; expected ADDRESS[/BITS], ...\n");
  EXPECT_EQ(file_problems("[http]\ntrusted_proxies = [1]\n"),
            "berth.toml:2: http.trusted_proxies: expected ADDRESS[/BITS], ...\n");
  EXPECT_EQ(file_problems("[http]\nhead_timeout = 1.5\n"), "berth.toml:2: http.head_timeout: expected 100ms to 10m\n");
  EXPECT_EQ(file_problems("listen = ['a:1']\n"), "berth.toml:1: listen: expected HOST:PORT\n");
  EXPECT_TRUE(file_problems("a = 1\nb = = 2\n").starts_with("berth.toml:2: "));
  EXPECT_TRUE(file_problems("listen = 'a:1'\nlisten = 'a:2'\n").starts_with("berth.toml:2: "));
}

TEST(Secrets, NeverPrinted) {
  const std::string url = "postgres://berth:hunter2@db/berth";
  const auto loaded = load(Arguments{"--db", url}, {});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->options.db.reveal(), url);
  EXPECT_NE(effective(*loaded).find(R"(db = "postgres://berth:***@db/berth"  # --db)"), std::string::npos);
  EXPECT_EQ(effective(*loaded).find("hunter2"), std::string::npos);
  for (const std::string bad : {"mysql://berth:hunter2@db/x", "hunter2"}) {
    EXPECT_EQ(problems_of({"--db", bad}), "--db: expected postgres://USER:PASSWORD@HOST/NAME");
    EXPECT_EQ(file_problems("db = '" + bad + "'").find("hunter2"), std::string::npos);
  }
}

TEST(Secrets, MaskPassword) {
  EXPECT_EQ(mask_password("postgres://u:p@h:5432/d?x=1"), "postgres://u:***@h:5432/d?x=1");
  EXPECT_EQ(mask_password("postgres://u@h/d"), "postgres://u@h/d");
  EXPECT_EQ(mask_password("postgres://h:5432/d"), "postgres://h:5432/d");
  EXPECT_EQ(mask_password("postgres://u:p/w@h/d"), "postgres://u:***@h/d");
  EXPECT_EQ(mask_password("postgres://u:p@w@h/d"), "postgres://u:***@h/d");
  EXPECT_EQ(mask_password("postgres:///d?password=p&sslpassword=q"), "postgres:///d?password=***&sslpassword=***");
  EXPECT_EQ(mask_password(""), "");
}

TEST(Values, Sizes) {
  EXPECT_EQ(parse_size("0"), 0);
  EXPECT_EQ(parse_size("65536"), 65536);
  EXPECT_EQ(parse_size("64KiB"), 65536);
  EXPECT_EQ(parse_size("16777215TiB"), 16777215ULL << 40);
  for (const std::string_view bad :
       {"", "KiB", "64k", "64KB", "64 KiB", "-1", "1.5MiB", "16777216TiB", "18446744073709551616"}) {
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(show_size(0), "0");
  EXPECT_EQ(show_size(1025), "1025");
  EXPECT_EQ(show_size(3 * kGiB), "3GiB");
}

TEST(Values, Durations) {
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("12h"), std::chrono::hours(12));
  EXPECT_EQ(parse_duration("7d"), std::chrono::days(7));
  for (const std::string_view bad : {"", "30", "s", "30 s", "1h30m", "-1s", "9999999999999999999d", "1w"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(show_duration(seconds(90)), "90s");
  EXPECT_EQ(show_duration(milliseconds(0)), "0ms");
  EXPECT_EQ(show_duration(std::chrono::hours(48)), "2d");
}

TEST(Values, Forms) {
  for (const std::string_view good : {"127.0.0.1:5000", "[::1]:0", "localhost:80"})
    EXPECT_TRUE(is_host_port(good)) << good;
  for (const std::string_view bad :
       {"5000", ":5000", "::1:5000", "[::1]", "a:65536", "a:", "a b:1", "[x]:1", "http://a:1"}) {
    EXPECT_FALSE(is_host_port(bad)) << bad;
  }
  EXPECT_TRUE(is_account("123456789012"));
  EXPECT_FALSE(is_account("12345678901"));
  for (const std::string_view good : {"us-east-1", "us-gov-west-1", "cn-north-1"}) EXPECT_TRUE(is_region(good)) << good;
  for (const std::string_view bad : {"us-east", "US-east-1", "us--1", "-east-1", "us-east-1.evil"})
    EXPECT_FALSE(is_region(bad)) << bad;
  for (const std::string_view good : {"amazonaws.com", "amazonaws.com.cn", "internal"})
    EXPECT_TRUE(is_domain(good)) << good;
  for (const std::string_view bad : {".com", "a..b", "A.com", "-a.com", "a.com/"}) EXPECT_FALSE(is_domain(bad)) << bad;
  for (const std::string_view good : {"10.0.0.0/8", "::1", "192.0.2.7", "fd00::/8"})
    EXPECT_TRUE(is_network(good)) << good;
  for (const std::string_view bad : {"10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.0/", "host"})
    EXPECT_FALSE(is_network(bad)) << bad;
  for (const std::string_view good : {"https://a.example", "http://a:5000", "https://[::1]:1"})
    EXPECT_TRUE(is_http_url(good)) << good;
  for (const std::string_view bad : {"a.example", "ftp://a", "https://a/b", "https://u@a"})
    EXPECT_FALSE(is_http_url(bad)) << bad;
}

TEST(Reload, TakesWhatCanChangeAndNamesTheRest) {
  Options running;
  Options fresh;
  fresh.log.level = base::LogLevel::debug;
  fresh.log.access = false;
  fresh.listen = "127.0.0.1:1";
  EXPECT_EQ(apply_reload(running, fresh), (std::vector<std::string>{"listen"}));
  EXPECT_EQ(running.log.level, base::LogLevel::debug);
  EXPECT_FALSE(running.log.access);
  EXPECT_EQ(running.listen, "127.0.0.1:5000");
}

TEST(Reload, SeesANewPassword) {
  Options running;
  Options fresh;
  running.db = base::Secret("postgres://u:old@h/d");
  fresh.db = base::Secret("postgres://u:new@h/d");
  EXPECT_EQ(apply_reload(running, fresh), (std::vector<std::string>{"db"}));
}

TEST(Effective, IsAFileThatMeansTheSame) {
  const auto loaded = load(Arguments{"--http-trusted-proxies=10.0.0.0/8,::1", "--log-access=false"}, {});
  ASSERT_TRUE(loaded);
  Loaded again;
  std::vector<std::string> problems;
  read_file(effective(*loaded), "printed", again, problems);
  EXPECT_TRUE(problems.empty()) << problems.front();
  for (const Option& option : table())
    EXPECT_EQ(show(option, again.options), show(option, loaded->options)) << option.name;
}

// docs/configuration.md is made, not written: BERTH_UPDATE_GOLDEN=1 writes it anew.
TEST(Reference, TheDocumentIsInStep) {
  namespace fs = std::filesystem;
  fs::path root = fs::current_path();
  while (!fs::exists(root / "tools/layers.toml") && root.has_relative_path()) root = root.parent_path();
  const fs::path path = root / "docs/configuration.md";
  if (std::getenv("BERTH_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << reference_markdown();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), reference_markdown()) << "run script/test unit --update";
}

TEST(Reference, HelpNamesEveryFlag) {
  const std::string help = help_text();
  for (const Option& option : table()) {
    if (option.name.starts_with("testing.")) continue;
    EXPECT_NE(help.find(option.flag() + ' '), std::string::npos) << option.name;
  }
  EXPECT_EQ(help.find("testing"), std::string::npos);
}

}  // namespace
}  // namespace berth::config

// What a question costs as the doors ask it: the authorization version read from SQLite on disk, facts and decision kept.
// usage: app_bench FOLDER     prints microseconds per question, of one thread and of eight.
#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "auth/policy_authorizer.h"
#include "sql/sqlite/database.h"

namespace {

using namespace berth;

constexpr int kQuestions = 20'000;

// What has to be there for the bench to mean anything.
template <class T>
T must(base::Result<T> result) {
  if (!result) {
    std::cerr << result.error().message << '\n';
    std::exit(2);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

auth::Caller make_user(meta::Store& store, const model::AccountId& account) {
  const model::Entity user{.id = "AIDAEXAMPLE000000000A",
                           .account = account,
                           .kind = model::EntityKind::user,
                           .name = "reader",
                           .created = {}};
  must(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.accounts().create({.id = account, .name = "a", .email = "a@example.com", .joined = {}}));
    BERTH_CHECK(tx.identities().create(user));
    BERTH_CHECK(tx.access_keys().put(user.id, {.info = {.id = "AKIAEXAMPLE", .user = "", .created = {}}}));
    BERTH_CHECK(tx.entity_policies().attach(
        user.id, std::string(model::kAwsPolicyPrefix) + "AmazonEC2ContainerRegistryReadOnly"));
    return {};
  }));
  return {.kind = auth::CallerKind::user,
          .account = account,
          .arn = user.arn(),
          .user_id = user.id,
          .access_key_id = "AKIAEXAMPLE",
          .entity_id = user.id};
}

void ask(const auth::Authorizer& authorizer, const auth::Caller& caller, const auth::Resource& resource) {
  const auth::Origin origin{.source_ip = "192.0.2.7", .secure = true, .user_agent = "docker/28", .referer = {}};
  for (int i = 0; i < kQuestions; ++i) {
    must(authorizer.require({.caller = caller,
                             .origin = origin,
                             .action = auth::name(auth::Action::batch_get_image),
                             .resource = resource,
                             .context = {{"ecr:ImageTag", "latest"}}}));
  }
}

double microseconds(int threads, const auth::Authorizer& authorizer, const auth::Caller& caller,
                    const auth::Resource& resource) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&] { ask(authorizer, caller, resource); });
  running.clear();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count() / kQuestions / threads;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto database = must(sql::sqlite::SqliteDatabase::open({.path = std::string(argv[1]) + "/bench.db", .readers = 8}));
  meta::Store store(*database);
  must(store.migrate());
  const base::SystemClock clock;
  const auth::PolicyAuthorizer authorizer(store, clock);
  const auto account = must(model::AccountId::parse("123456789012"));
  const auto caller = make_user(store, account);
  const auto resource = auth::Resource::repository(
      {.registry = {.account = account, .region = must(model::Region::parse("us-east-1"))},
       .name = must(model::RepositoryName::parse("team/app"))});
  ask(authorizer, caller, resource);
  for (const int threads : {1, 8}) {
    std::cout << threads << " threads: " << microseconds(threads, authorizer, caller, resource) << " us a question\n";
  }
}

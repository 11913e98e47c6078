#include "config/table.h"

#include "config/values.h"

namespace berth::config {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Range durations(milliseconds least, milliseconds most) {
  return {static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(most.count())};
}

// The name is the member's path, so the two cannot drift apart.
#define BERTH_OPTION(member) .name = #member, .slot = [](Options& o) -> Slot { return &o.member; }

// Grouped by the part before the dot; the generated pages keep this order.
constexpr Option kTable[] = {
    {BERTH_OPTION(data),
     .help = "Folder of everything Berth keeps: metadata, blobs, the master key. `berth init` makes it.",
     .shape = "PATH"},
    {BERTH_OPTION(listen), .help = "Where all API doors and the OCI door listen. Port 0 takes a free one.",
     .shape = "HOST:PORT", .valid = is_host_port},
    {BERTH_OPTION(admin_listen),
     .help = "Where /healthz, /readyz and /metrics listen. Needs no credentials: keep it private. Empty: nowhere.",
     .shape = "HOST:PORT", .valid = is_host_port},
    {BERTH_OPTION(db), .help = "Metadata in PostgreSQL 15 or later. Empty: SQLite in the data folder.",
     .shape = "postgres://USER:PASSWORD@HOST/NAME", .valid = is_database_url},

    {BERTH_OPTION(tls.cert),
     .help = "Certificate chain, PEM; with it and `tls.key`, `listen` speaks TLS only. Read again on SIGHUP.",
     .applies = Applies::reload, .shape = "PATH"},
    {BERTH_OPTION(tls.key), .help = "Private key of the certificate, PEM.", .applies = Applies::reload,
     .shape = "PATH"},

    {BERTH_OPTION(http.max_head_bytes),
     .help = "Longest request line and headers together; longer ones are answered 431.", .range = {kKiB, kMiB},
     .unit = Unit::bytes},
    {BERTH_OPTION(http.head_timeout), .help = "Within which a request's head must arrive once it has begun; else 408.",
     .range = durations(milliseconds(100), minutes(10))},
    {BERTH_OPTION(http.idle_timeout), .help = "After which a connection without a request is closed.",
     .range = durations(milliseconds(100), hours(1))},
    {BERTH_OPTION(http.body_stall_timeout), .help = "Longest pause within a request's body; else 408.",
     .range = durations(milliseconds(100), hours(1))},
    {BERTH_OPTION(http.write_stall_timeout),
     .help = "Longest time in which a client takes nothing of an answer; then the connection is closed.",
     .range = durations(milliseconds(100), hours(1))},
    {BERTH_OPTION(http.request_timeout),
     .help = "Time for the work behind one request, the transfer of its body not counted.",
     .range = durations(milliseconds(100), hours(1))},
    {BERTH_OPTION(http.queue_timeout), .help = "Longest wait of a request for a thread; then 503 and Retry-After.",
     .range = durations(milliseconds(100), hours(1))},
    {BERTH_OPTION(http.drain_timeout), .help = "How long SIGTERM waits for requests that are under way.",
     .range = durations(milliseconds(0), hours(1))},
    {BERTH_OPTION(http.max_connections),
     .help =
         "Open connections; beyond them the longest idle is closed, and if none is, new ones are answered 503. Half "
         "of the limit of open files, if that is less.",
     .range = {1, 1'000'000}},
    {BERTH_OPTION(http.max_buffered_bytes),
     .help = "Memory for bodies that are wanted whole (manifests, API calls, layer parts); beyond it 503.",
     .range = {8 * kMiB, kTiB}, .unit = Unit::bytes},
    {BERTH_OPTION(http.stream_buffer_bytes),
     .help = "Memory for bodies that stream through (layers), whatever their number.", .range = {kMiB, 64 * kGiB},
     .unit = Unit::bytes},
    {BERTH_OPTION(http.trusted_proxies), .help = "Whose X-Forwarded-For, -Proto and -Host are believed.",
     .shape = "ADDRESS[/BITS]", .valid = is_network},
    {BERTH_OPTION(http.public_url),
     .help =
         "Scheme and host that links in answers begin with. Empty: Locations are relative, other links follow Host.",
     .shape = "https://HOST[:PORT]", .valid = is_http_url},
    {BERTH_OPTION(http.tcp_congestion),
     .help = "TCP congestion control of connections, such as `bbr`. Empty: the kernel's choice.", .shape = "NAME"},
    {BERTH_OPTION(http.busy_poll_us),
     .help = "Microseconds for which a thread that has just answered waits for the next request awake, unless others "
             "want its core. 0: never.",
     .range = {0, 10'000}},

    {BERTH_OPTION(pools.io), .help = "Threads that move bytes of connections. 0: one per core.", .range = {0, 1024}},
    {BERTH_OPTION(pools.api), .help = "Threads for requests that only read metadata.", .range = {1, 1024}},
    {BERTH_OPTION(pools.writes),
     .help = "Threads for requests that may change metadata, so that a slow disk keeps no reader waiting.",
     .range = {1, 1024}},
    {BERTH_OPTION(pools.bulk), .help = "Threads for blob bytes and hashing. 0: two per core, at least 8.",
     .range = {0, 1024}},
    {BERTH_OPTION(pools.background), .help = "Threads for work that no client waits for.", .range = {1, 256}},
    {BERTH_OPTION(pools.admin), .help = "Threads for health and metrics.", .range = {1, 64}},
    {BERTH_OPTION(pools.queue), .help = "Requests that may wait for one pool; beyond them 503 and Retry-After.",
     .range = {1, 1'000'000}},

    {BERTH_OPTION(registry.account),
     .help = "The account whose registry answers when the host does not name one; `berth init` makes it.",
     .shape = "12 digits", .valid = is_account},
    {BERTH_OPTION(registry.region), .help = "Likewise, the region.", .shape = "REGION", .valid = is_region},
    {BERTH_OPTION(registry.regions), .help = "The regions served. Empty: any.", .shape = "REGION", .valid = is_region},
    {BERTH_OPTION(registry.domains),
     .help = "Domains under which <account>.dkr.ecr.<region>.<domain> and api.ecr.<region>.<domain> are this registry.",
     .shape = "DOMAIN", .valid = is_domain},
    {BERTH_OPTION(registry.public_hosts),
     .help =
         "Host names of public registries (ECR Public): <host>/<alias>/<repository>. The first is shown to clients.",
     .shape = "HOST", .valid = is_domain},
    {BERTH_OPTION(registry.max_manifest_bytes), .help = "Largest manifest; larger ones are answered 413.",
     .range = {64 * kKiB, 4 * kMiB}, .unit = Unit::bytes},
    {BERTH_OPTION(registry.create_on_push),
     .help = "Whether a push makes a repository that is not there even if no creation template applies. ECR does not."},
    {BERTH_OPTION(registry.sparse_manifests),
     .help = "Accept manifests whose layers or children are not there. ECR does not."},
    {BERTH_OPTION(registry.deletion_rows_per_second),
     .help = "How fast a deleted repository, which is gone at once, is cleared away; an image has 5 to 20 rows.",
     .range = {100, 1'000'000}},

    {BERTH_OPTION(quotas.repositories_per_registry),
     .help = "Most repositories of an account in a region. 0: any number. ECR's quota is 100,000.",
     .range = {0, 1'000'000'000}},
    {BERTH_OPTION(quotas.images_per_repository),
     .help = "Most images of a repository. 0: any number. ECR's quota is 100,000.", .range = {0, 1'000'000'000}},
    {BERTH_OPTION(quotas.tags_per_image), .help = "Most tags of an image. ECR's quota is the default.",
     .range = {1, 1'000'000}},
    {BERTH_OPTION(quotas.layer_parts), .help = "Most parts of a layer at the ECR door. ECR's quota is the default.",
     .range = {1, 1'000'000}},
    {BERTH_OPTION(quotas.rates),
     .help =
         "Calls per second of one account in one region, on this node: `ecr` for ECR's quotas, and single ones, "
         "later ones first: `PutImage=20:100` lets 100 through at once and 20 a second after that. Empty: no limit.",
     .shape = "ecr or OPERATION=RATE[:BURST]"},

    {BERTH_OPTION(uploads.max_layer_bytes), .help = "Largest layer. ECR's quota is the default.",
     .range = {kMiB, 16 * kTiB}, .unit = Unit::bytes},
    {BERTH_OPTION(uploads.expiry), .help = "After its last byte, how long an unfinished upload can be resumed.",
     .range = durations(seconds(1), days(365))},
    {BERTH_OPTION(uploads.lease),
     .help = "How long a finished layer that no image holds is kept, and one whose last image was deleted.",
     .range = durations(seconds(1), days(365))},

    {BERTH_OPTION(lifecycle.interval), .help = "How often each lifecycle policy is evaluated, at least.",
     .range = durations(minutes(1), hours(24))},
    {BERTH_OPTION(lifecycle.settle), .help = "How long after a change of policy or images it is evaluated again.",
     .range = durations(seconds(1), hours(24))},
    {BERTH_OPTION(lifecycle.images_per_second), .help = "How fast lifecycle policies delete images, at most.",
     .range = {1, 100'000}},

    {BERTH_OPTION(gc.enabled), .help = "Whether this process takes away layers that no image holds any more."},
    {BERTH_OPTION(gc.pause), .help = "How often it looks for them. Each is kept for `uploads.lease` first.",
     .range = durations(milliseconds(100), hours(24))},
    {BERTH_OPTION(gc.blobs_per_second), .help = "How fast it takes them away, at most.", .range = {1, 1'000'000}},

    {BERTH_OPTION(gc.trash),
     .help =
         "How long a deleted image can be brought back (`berth undelete`); its layers take space until then. 0: not.",
     .range = durations(seconds(0), days(365))},

    {BERTH_OPTION(scrub.period),
     .help = "How often each stored layer is read again, to find damage before somebody needs it. 0: never.",
     .range = durations(seconds(0), days(3650))},
    {BERTH_OPTION(scrub.mib_per_second), .help = "How fast that reads, at most.", .range = {1, 100'000}},

    {BERTH_OPTION(auth.clock_skew), .help = "How far the time of a signed request may be from ours.",
     .range = durations(seconds(1), hours(24))},
    {BERTH_OPTION(auth.token_lifetime), .help = "How long a token of GetAuthorizationToken is good.",
     .range = durations(seconds(1), hours(12))},
    {BERTH_OPTION(auth.expired_token_is_forbidden),
     .help =
         "Answer an expired token with 403 and without a challenge, as ECR does, so that clients cannot log in anew."},

    {BERTH_OPTION(fetch.allow),
     .help =
         "Besides public addresses, where Berth may fetch from: keys of identity providers on private networks, say.",
     .shape = "HOST or ADDRESS[/BITS]", .valid = is_host_or_network},
    {BERTH_OPTION(fetch.ca_bundle),
     .help = "Certificate authorities that Berth trusts when it fetches, PEM. Empty: the system's.", .shape = "PATH"},

    {BERTH_OPTION(blobs.path), .help = "Folder of the blobs. Empty: `blobs` in the data folder.", .shape = "PATH"},
    {BERTH_OPTION(blobs.in_metadata),
     .help = "Blobs of up to so many bytes are kept in the metadata database, where a small push is durable with one "
             "write. 0: all are files.",
     .range = {0, 65'536}},
    {BERTH_OPTION(archive.path),
     .help = "Folder of the blobs that only archived images hold; another disk will do. Empty: `archive` in the data "
             "folder.",
     .shape = "PATH"},

    {BERTH_OPTION(storage.reserve),
     .help =
         "Space that pushes leave free, so that deletions go on when they have filled the disk: below it layers are "
         "refused, below half of it manifests and repositories too. 0: none.",
     .range = {0, kTiB}, .unit = Unit::bytes},

    {BERTH_OPTION(memory.limit),
     .help =
         "Memory that buffers, caches and the number of connections are made to fit into; see operations.md. 0: the "
         "limit of the control group, if it has one.",
     .range = {0, 16 * kTiB}, .unit = Unit::bytes},

    {BERTH_OPTION(log.level), .help = "What is worth a line.", .applies = Applies::reload},
    {BERTH_OPTION(log.format), .help = "For machines or for people; to standard error."},
    {BERTH_OPTION(log.access), .help = "A line for each request.", .applies = Applies::reload},

#ifdef BERTH_FAULTS
    {BERTH_OPTION(testing.fault_point), .help = "Die at this point of the code; see base/fault_point.h.",
     .shape = "NAME[:TIMES]"},
#endif
};
#undef BERTH_OPTION

}  // namespace

std::span<const Option> table() { return kTable; }

}  // namespace berth::config

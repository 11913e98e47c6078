"""The rows that script/bench knows, in the order of docs/performance.md."""

from . import special
from .field import MANIFEST, MIB, REPOSITORY
from .measure import prepare_writes, sample
from .row import Line, Row

NGINX, DOCKER = "nginx", "docker-registry"


def manifest(connections):
    def run(bench, peer):
        bench.field.seed(peer, "64k")
        return sample(bench.load, peer, "get", connections=connections, seconds=bench.seconds, **MANIFEST)

    if connections == 1:
        lines = (Line("p50", NGINX, .7, 1.0, lower=True, title="manifest GET by tag, 1 connection, p50"),)
    else:
        lines = (Line("rate", NGINX, 1.0, .85), Line("rate", DOCKER, 40, 25),
                 Line("cpu", NGINX, 1.0, 1.2, lower=True, title=f"CPU per manifest GET, {connections} connections"))
    return Row(f"manifest-{connections}", f"manifest GET by tag, {connections} connections, requests/s", run,
               ("berth", NGINX, DOCKER), lines)


def blob(size, nginx, alarm, docker=None, cpu=None):
    def run(bench, peer):
        bench.field.seed(peer, size)
        return sample(bench.load, peer, "get", connections=4, seconds=bench.seconds,
                      target=bench.field.blob_target(size))

    lines = [Line("megabytes", NGINX, nginx, alarm)]
    if docker:
        lines.append(Line("megabytes", DOCKER, docker))
    if cpu:
        lines.append(Line("cpu_per_gb", NGINX, .95, 1.1, lower=True, title=f"CPU per GB, blob GET {size}"))
    return Row(f"blob-{size}", f"blob GET {size}, 4 connections, MB/s", run, ("berth", NGINX, DOCKER), tuple(lines),
               metric="megabytes")


def tls(size):
    plain = blob(size, 1.2, 1.0)
    return Row(f"tls-{size}", f"TLS blob GET {size}, 4 connections, MB/s", plain.run, ("berth", NGINX), plain.lines,
               tls=True, metric="megabytes")


def handshakes(bench, peer):
    return sample(bench.load, peer, "handshake", connections=8, fresh=True, seconds=bench.seconds)


def upload(size, connections, count):
    def run(bench, peer):
        prepare_writes(peer)
        return sample(bench.load, peer, "upload", connections=connections, count=count, repository=REPOSITORY,
                      size=size)
    return run


def image(kinds, connections, count, fresh_repositories=True):
    def run(bench, peer):
        prepare_writes(peer)
        return sample(bench.load, peer, "image", connections=connections, count=count, kind=kinds,
                      repository="zb" if fresh_repositories else "bench/push",
                      **({"fresh_repositories": True} if fresh_repositories else {}))
    return run


def zb(name, title, kinds, count, target=None):
    """A test of project-zot's zb at c=10; its requests per second count what each client pushes first, as zb does."""
    lines = (Line("rate", DOCKER, target),) if target else (Line("rate", DOCKER),)
    return Row(f"zb-{name}", f"zb {title}, n={count}, requests/s", image(kinds, 10, count), ("berth", DOCKER), lines,
               fresh=True, extra=target is None)


def upload_row(name, title, size, connections, count, target, alarm):
    return Row(name, title, upload(size, connections, count), ("berth", DOCKER),
               (Line("megabytes", DOCKER, target, alarm),), fresh=True, metric="megabytes")


S, M, L = MIB, 10 * MIB, 100 * MIB
ROWS = (
    *(manifest(connections) for connections in (1, 16, 64, 256)),
    blob("100k", .95, .85, 50),
    blob("1m", 1.1, .95, 8, cpu=True),
    blob("10m", 1.0, .9, 1.9, cpu=True),
    blob("100m", 1.0, .9, 1.9, cpu=True),
    *(tls(size) for size in ("1m", "10m", "100m")),
    Row("tls-handshakes", "TLS handshakes/s, P-256", handshakes, ("berth", NGINX),
        (Line("rate", NGINX, .95, .85),), tls=True),
    upload_row("upload-100m", "upload 100 MB, durable, MB/s", L, 1, 6, 3.5, 2.5),
    upload_row("upload-100m-x4", "upload 100 MB, four at once, durable, MB/s", L, 4, 8, 2.7, 2),
    upload_row("upload-10m", "upload 10 MB, durable, MB/s", M, 1, 20, 2.5, 2),
    Row("push-4k", "4 KB whole push, 8 clients, images/s", image(f"push:{4 << 10}", 8, 800, False), ("berth", DOCKER),
        (Line("rate", DOCKER, 8, 5),), fresh=True),
    Row("latency-uploads", "manifest GET during two uploads, p99", special.latency_beside_uploads,
        ("berth", NGINX, DOCKER), (Line("p99", NGINX, 2, 4, lower=True), Line("p99", DOCKER, lower=True)),
        fresh=True, metric="p99"),
    Row("zb-catalog", "zb Get Catalog, requests/s", special.zb_catalog, ("berth", DOCKER),
        (Line("rate", DOCKER, 20),
         Line("zb_rate", DOCKER, title="zb Get Catalog, with the pushes before it, as zb counts")),
        fresh=True),
    zb("push-1m", "Push Monolith 1MB", f"push:{S}", 100, 4),
    zb("push-10m", "Push Monolith 10MB", f"push:{M}", 50),
    zb("push-100m", "Push Monolith 100MB", f"push:{L}", 10),
    zb("chunk-1m", "Push Chunk Streamed 1MB", f"chunked:{S}", 100),
    zb("chunk-10m", "Push Chunk Streamed 10MB", f"chunked:{M}", 50),
    zb("chunk-100m", "Push Chunk Streamed 100MB", f"chunked:{L}", 10),
    zb("pull-1m", "Pull 1MB", f"pull:{S}", 1000, 8),
    zb("pull-10m", "Pull 10MB", f"pull:{M}", 100),
    zb("pull-100m", "Pull 100MB", f"pull:{L}", 100, 1.5),
    zb("pull-mixed", "Pull Mixed 20% 1MB, 70% 10MB, 10% 100MB", [f"pull:{S}:20", f"pull:{M}:70", f"pull:{L}:10"], 100),
    zb("push-mixed", "Push Monolith Mixed 20% 1MB, 70% 10MB, 10% 100MB",
       [f"push:{S}:20", f"push:{M}:70", f"push:{L}:10"], 50),
    zb("chunk-mixed", "Push Chunk Mixed 33% 1MB, 33% 10MB, 33% 100MB",
       [f"chunked:{S}", f"chunked:{M}", f"chunked:{L}"], 30),
    *(zb(f"mixed-{name}", f"Pull 75% and Push 25% Mixed {title}", [f"pull:{size}:75", f"push:{size}:25"], count)
      for name, title, size, count in (("1m", "1MB", S, 100), ("10m", "10MB", M, 50), ("100m", "100MB", L, 20))),
    Row("skopeo-push", "skopeo copy of a 200 MB image, push, times faster", special.skopeo_push, ("berth", DOCKER),
        (Line("wall", DOCKER, 1.5, inverse=True),), fresh=True, metric="wall"),
    Row("skopeo-pull", "skopeo copy of a 200 MB image, pull, times faster", special.skopeo_pull, ("berth", DOCKER),
        (Line("wall", DOCKER, 1.2, inverse=True),), fresh=True, metric="wall"),
    Row("ecr-describe", "ECR DescribeImages, page of 100, signed, requests/s", special.ecr("DescribeImages"),
        ("berth", "moto"), (Line("rate", None, 200), Line("rate", "moto"))),
    Row("ecr-batchget", "ECR BatchGetImage, signed, requests/s", special.ecr("BatchGetImage"),
        ("berth", "moto"), (Line("rate", None, 200), Line("rate", "moto"))),
    Row("memory-idle", "resident memory, idle, MiB", special.memory_idle, ("berth", DOCKER),
        (Line("mib", None, 20, lower=True), Line("mib", DOCKER, lower=True)), fresh=True, metric="mib"),
    Row("memory-uploads", "resident memory, 1,000 uploads of 8 MiB at once, MiB", special.memory_uploads,
        ("berth", DOCKER), (Line("mib", None, 64, lower=True), Line("mib", DOCKER, lower=True)),
        fresh=True, each_fresh=True, metric="mib"),
    Row("memory-pulls", "resident memory, 1,000 pulls at once, MiB", special.memory_pulls, ("berth", DOCKER),
        (Line("mib", None, 64, lower=True), Line("mib", DOCKER, lower=True)),
        fresh=True, metric="mib"),
    Row("steady-manifest", "manifest GET by tag at 1,000/s, 32 connections, p99", special.steady,
        ("berth", NGINX, DOCKER), (Line("p99", NGINX, lower=True), Line("p99", DOCKER, lower=True)),
        extra=True, metric="p99"),
    Row("tags-many", "manifest GET of 2,000 tags at random, 64 connections, requests/s", special.many_tags,
        ("berth", NGINX, DOCKER), (Line("rate", NGINX), Line("rate", DOCKER)), extra=True),
    Row("cold-100m", "blob GET 100 MB that is not in memory, MB/s", special.cold, ("berth", NGINX, DOCKER),
        (Line("megabytes", NGINX), Line("megabytes", DOCKER)), extra=True, metric="megabytes"),
    Row("wrk-64", "manifest GET by tag by wrk, 64 connections, requests/s", special.wrk, ("berth", NGINX, DOCKER),
        (Line("rate", NGINX), Line("rate", DOCKER)), extra=True),
    Row("h2load-64", "manifest GET by tag by h2load, 64 connections, requests/s", special.h2load,
        ("berth", NGINX, DOCKER), (Line("rate", NGINX), Line("rate", DOCKER)), extra=True),
)


def select(names):
    """Rows by name, by the beginning of a name ("manifest" for all of them), or all that are not extra."""
    if not names:
        return [row for row in ROWS if not row.extra]
    chosen = [row for row in ROWS if any(row.name == name or row.name.startswith(name + "-") for name in names)]
    unknown = [name for name in names if not any(row.name == name or row.name.startswith(name + "-") for row in ROWS)]
    if unknown:
        raise SystemExit(f"bench: no row {', '.join(unknown)}; there are {', '.join(row.name for row in ROWS)}")
    return chosen

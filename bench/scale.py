"""What a large registry costs: one repository with 1,000,000 tags, 100,000 repositories, 10,000,000 layers.

Its metadata is written straight into SQLite (no layer has bytes, which nobody asks for here); everything else is the
server as anybody starts it, asked over HTTP. Fails if it is not ready within MOST_START seconds, if a page in the
middle or at the end takes twice the time of one at the beginning and more than MOST_PAGE_MS, if it grows beyond
MOST_MIB, or if an idle connection holds more than MOST_CONNECTION_KIB. See bench/README.md; started by
script/bench scale.
"""

import argparse
import http.client
import pathlib
import resource
import signal
import socket
import sqlite3
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "blackbox"))

from support import aws  # noqa: E402
from support.oci import OCI_MANIFEST, Oci  # noqa: E402
from support.server import Server  # noqa: E402

FULL = "full/of-tags"
TAGS_EACH = 10
PAGES = 300
MOST_START, MOST_PAGE_MS, MOST_MIB, MOST_CONNECTION_KIB = 2, 5, 192, 6

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last} - 1)"
DIGEST = "'sha256:' || printf('%016x', i) || printf('%048x', {kind})"


def fill(path, account, region, sizes):
    """By ranges, ascending, so that every index is written from left to right."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    now = int(time.time() * 1e6)
    full = db.execute("SELECT id FROM repositories WHERE name = ?", (FULL,)).fetchone()[0]

    def write(what, table, values, count, step=500_000):
        begun = time.monotonic()
        for first in range(0, count, step):
            db.execute(f"{NUMBERS.format(first=first, last=min(count, first + step))} INSERT INTO {table} "
                       f"SELECT {values} FROM n", {"full": full, "now": now, "account": account, "region": region})
        print(f"{count:>12,} {what} written in {time.monotonic() - begun:.0f} s", flush=True)

    write("repositories", "repositories (id, account, region, name, created_at, tag_mutability, tag_exclusions, "
          "scan_on_push, encryption_type)",
          "printf('01SCALE%019d', i), :account, :region, printf('team-%04d/app-%07d', i / 100, i), :now, 'MUTABLE', "
          "'', 0, 'AES256'", sizes.repositories)
    images = sizes.tags // TAGS_EACH
    write("images",
          "manifests (repository, digest, media_type, manifest_size, image_size, annotations, pushed_at, bytes)",
          f":full, {DIGEST.format(kind=1)}, '{OCI_MANIFEST}', 900, 1000000, '{{}}', "
          f":now - ({images} - i) * 1000000, CAST(printf('%0900d', i) AS BLOB)", images)
    write("tags", "tags (repository, name, digest, updated_at)",
          f":full, printf('v%08d', i), 'sha256:' || printf('%016x', i / {TAGS_EACH}) || printf('%048x', 1), :now",
          sizes.tags)
    write("layers", "blobs (digest, size, created_at, review_after, storage_key, verified_at, unreviewed)",
          f"{DIGEST.format(kind=2)}, 1000000, :now, :now, printf('01SCALE%019d', i), :now, 0", sizes.layers)
    write("links of layers", "repository_blobs (repository, digest, linked_at)",
          f"printf('01SCALE%019d', i / ({sizes.layers} / {sizes.repositories})), {DIGEST.format(kind=2)}, :now",
          sizes.layers)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def judged(what, value, most, unit):
    """Whether it is within its bound; if not, it says so."""
    if value > most:
        print(f"FAILED: {what}: {value:.2f} {unit}, at most {most:g}", flush=True)
    return value <= most


class Asker:
    def __init__(self, server):
        self.authorization = Oci(server, aws.registry_token(server)).authorization
        self.connection = http.client.HTTPConnection(server.listen, timeout=60)

    def milliseconds(self, target):
        begun = time.monotonic()
        self.connection.request("GET", target, headers={"Authorization": self.authorization})
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, (target, answer.status)
        return (time.monotonic() - begun) * 1e3


def pages(asker, what, target, count):
    """Of the beginning, the middle and the end of `count` things, in turns; whether they are flat."""
    places = {"beginning": 0, "middle": count // 2, "end": count - PAGES - 200}
    times = {place: [] for place in places}
    for step in range(PAGES):
        for place, first in places.items():
            times[place].append(asker.milliseconds(target(first + step)))
    medians = {place: statistics.median(each) for place, each in times.items()}
    print(f"{what:<32} " + ", ".join(f"{place} p50 {median:.2f} ms" for place, median in medians.items())
          + f", p99 {statistics.quantiles(sum(times.values(), []), n=100)[98]:.2f} ms", flush=True)
    most = max(2 * medians["beginning"], MOST_PAGE_MS)
    return all([judged(f"{what}, {place}", medians[place], most, "ms") for place in ("middle", "end")])


def idle_connections(server, asker, most):
    """KiB of each, after a request with a token; as many as the limits allow of both sides."""
    request = f"GET /v2/ HTTP/1.1\r\nHost: x\r\nAuthorization: {asker.authorization}\r\n\r\n".encode()
    address, before, held = ("127.0.0.1", server.port), server.status_kib("VmRSS"), []
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    for _ in range(min(most, files - 200)):
        made = socket.create_connection(address)
        made.sendall(request)
        if not made.recv(4096).startswith(b"HTTP/1.1 200"):
            break  # the server says that there are too many
        held.append(made)
    time.sleep(2)
    each = (server.status_kib("VmRSS") - before) / max(1, len(held))
    print(f"{len(held):,} idle connections, {each:.2f} KiB each", flush=True)
    if not held:
        print("FAILED: not one idle connection")
    return bool(held) and judged("an idle connection", each, MOST_CONNECTION_KIB, "KiB")


def measure(server, sizes):
    """Whether everything is within its bounds."""
    begun = time.monotonic()
    server.start()
    took = time.monotonic() - begun
    print(f"ready after {took:.2f} s, {server.status_kib('VmRSS') / 1024:.0f} MiB", flush=True)
    asker = Asker(server)
    good = [
        judged("start", took, MOST_START, "s"),
        pages(asker, "tags, page of 100", lambda i: f"/v2/{FULL}/tags/list?n=100&last=v{i:08d}", sizes.tags),
        pages(asker, "catalogue, page of 100", lambda i: f"/v2/_catalog?n=100&last=team-{i // 100:04d}/app-{i:07d}",
              sizes.repositories),
        pages(asker, "manifest by tag", lambda i: f"/v2/{FULL}/manifests/v{i * 7:08d}", sizes.tags // 7),
        idle_connections(server, asker, sizes.connections),
    ]
    mib = server.status_kib("VmRSS") / 1024
    print(f"{mib:.0f} MiB in the end")
    return all([*good, judged("memory", mib, MOST_MIB, "MiB")])


def main():
    parser = argparse.ArgumentParser(prog="script/bench scale", description=__doc__)
    parser.add_argument("--tags", type=int, default=1_000_000, help="at least 4,200")
    parser.add_argument("--repositories", type=int, default=100_000, help="at least 600")
    parser.add_argument("--layers", type=int, default=10_000_000)
    parser.add_argument("--connections", type=int, default=20_000)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="berth-scale-") as name:
        server = Server(pathlib.Path(name), ["--log-access=false", f"--http-max-connections={sizes.connections}"])
        try:
            server.init().start()
            aws.client(server).create_repository(repositoryName=FULL)
            server.stop()
            fill(server.data / "berth.db", server.account, server.region, sizes)
            good = measure(server, sizes)
            server.stop()
        finally:
            if server.alive():
                server.kill()
    print("scale: as it should be" if good else "scale: NOT as it should be")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and stop the server, take the folder away
    main()

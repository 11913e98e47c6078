"""A disk whose syncs take seconds: what writes waits for it or is told to come again, and nothing else does."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import sys
import threading
import time

import pytest

from support import aws
from support.oci import OCI_MANIFEST, Oci, digest_of, random_bytes

CRASH = pathlib.Path(__file__).resolve().parents[1] / "crash"
sys.path.append(str(CRASH))
from disk import Disk, build  # noqa: E402


@pytest.fixture(scope="session")
def disk_libraries(tmp_path_factory):
    return build(tmp_path_factory.mktemp("disk"))


@pytest.fixture
def slow(make_server, disk_libraries, tmp_path):
    """slow(*options): a server on such a disk, fast as yet."""
    def make(*options):
        server = make_server(*options, start=False)
        server.disk = Disk(disk_libraries, tmp_path, server.data)
        server.disk.adopt()
        server.environment = server.disk.environment()
        server.start()
        aws.client(server).create_repository(repositoryName="app")
        return server, Oci(server, aws.registry_token(server))
    return make


class Clock:
    """Asks for something again and again, and remembers the longest time that it took."""

    def __init__(self, ask):
        self.ask, self.times, self.failure = ask, [], None
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while not self.stop.is_set():
                began = time.monotonic()
                self.ask()
                self.times.append(time.monotonic() - began)
        except Exception as error:  # noqa: BLE001 told by longest()
            self.failure = error

    def longest(self):
        self.stop.set()
        self.thread.join()
        if self.failure:
            raise self.failure
        assert len(self.times) > 10
        return max(self.times)


def test_reads_do_not_wait_for_writes(slow):
    """More writers than there are threads for them, each waiting for a sync of two seconds."""
    server, oci = slow()
    image = oci.push_image("app", "v1")
    layer = json.loads(image)["layers"][0]["digest"]
    server.disk.slow_down(2000)

    def pull():
        assert oci.get_manifest("app", "v1").expect(200).body == image
        assert digest_of(oci.get(f"/v2/app/blobs/{layer}").expect(200).body) == layer

    ecr = aws.client(server)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        pushes = [pool.submit(oci.push_blob, "app", random_bytes(1000)) for _ in range(40)]
        time.sleep(0.5)
        clocks = [Clock(pull), Clock(lambda: server.admin.request("GET", "/readyz").expect(200)),
                  Clock(lambda: ecr.describe_images(repositoryName="app"))]
        time.sleep(5)
        longest = [clock.longest() for clock in clocks]
        server.disk.slow_down(0)
        digests = [push.result() for push in pushes]
    assert max(longest) < 1, longest
    for digest in digests:
        oci.head(f"/v2/app/blobs/{digest}").expect(200)


def put_tags(oci, count):
    image = oci.push_image("app", "v1")
    for number in range(count):
        oci.put_manifest("app", f"t{number}", image, OCI_MANIFEST).expect(201)


def remove_tags(oci, count):
    """All at once, each a write of its own; the answers."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: oci.request("DELETE", f"/v2/app/manifests/t{number}"), range(count)))


def test_too_many_writers_are_told_to_come_again(slow):
    server, oci = slow("--pools-writes", "2", "--pools-queue", "3")
    put_tags(oci, 30)
    server.disk.slow_down(1000)
    replies = remove_tags(oci, 30)
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        refused = [reply for reply in replies if reply.status != 202]
        assert refused and len(refused) < 30
        for reply in refused:
            assert reply.expect(503).error() == ("TOOMANYREQUESTS", "The registry is busy; try again")
            assert reply.header("Retry-After") == "1"
        api = aws.Api(server)
        calls = list(pool.map(lambda n: api.call("CreateRepository", {"repositoryName": f"r{n}"}), range(30)))
        refused = [reply for reply in calls if reply.status != 200]
        assert refused
        for reply in refused:
            assert reply.expect(503).json() == {"__type": "ThrottlingException",
                                                "message": "Rate exceeded: the registry is busy; try again"}
            assert reply.header("Retry-After") == "1"
        # SDKs wait and try again by themselves
        ecr = aws.client(server, attempts=10)
        names = [f"sdk{n}" for n in range(12)]
        list(pool.map(lambda name: ecr.create_repository(repositoryName=name), names))
    server.disk.slow_down(0)
    found = {each["repositoryName"] for each in ecr.describe_repositories(maxResults=1000)["repositories"]}
    assert found >= set(names) | {f"r{n}" for n in range(30) if calls[n].status == 200}
    page = server.admin.request("GET", "/metrics").body.decode()
    assert 'berth_web_shed_total{reason="queue"}' in page


def test_who_waited_too_long_is_not_worked_for(slow):
    server, oci = slow("--pools-writes", "1", "--http-queue-timeout", "1s")
    put_tags(oci, 8)
    server.disk.slow_down(700)
    began = time.monotonic()
    assert {reply.status for reply in remove_tags(oci, 8)} == {202, 503}
    assert time.monotonic() - began < 5
    assert 'berth_web_shed_total{reason="waited"}' in server.admin.request("GET", "/metrics").body.decode()


def test_past_its_deadline(slow):
    """A request that has no time left says so and leaves nothing half done; what was acknowledged is there."""
    server, oci = slow("--http-request-timeout", "500ms")
    server.disk.slow_down(1500)
    api = aws.Api(server)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda n: api.call("CreateRepository", {"repositoryName": f"r{n}"}), range(12)))
    server.disk.slow_down(0)
    assert {reply.status for reply in replies} == {200, 500}
    for reply in replies:
        assert reply.status == 200 or reply.json()["__type"] == "ServerException"
    found = set()
    for page in aws.client(server).get_paginator("describe_repositories").paginate():
        found |= {each["repositoryName"] for each in page["repositories"]}
    assert found == {"app"} | {f"r{n}" for n in range(12) if replies[n].status == 200}
    server.kill()
    server.start()
    assert {each["repositoryName"] for each in aws.client(server).describe_repositories()["repositories"]} == found
    data = random_bytes(1000)
    assert oci.push_blob("app", data) == f"sha256:{hashlib.sha256(data).hexdigest()}"

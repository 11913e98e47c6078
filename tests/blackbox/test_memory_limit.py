"""The server in a control group of 128 MiB: it fits its buffers into that and is never killed, whatever comes."""

import hashlib
import os
import pathlib
import random
import resource
import time

import pytest

from support import aws
from support.http import read_all, status_of
from support.oci import Oci, digest_of, with_query

MIB = 1 << 20
LIMIT = 128 * MIB
ENTER = 'echo $$ >"$0/cgroup.procs" && exec "$@"'


class Group:
    """A control group below our own, of whichever version this machine has."""

    def __init__(self, limit):
        unified = pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists()
        lines = pathlib.Path("/proc/self/cgroup").read_text().splitlines()
        own = next(line.split(":", 2)[2] for line in lines
                   if (line.startswith("0::") if unified else "memory" in line.split(":")[1].split(",")))
        top = pathlib.Path("/sys/fs/cgroup" if unified else "/sys/fs/cgroup/memory")
        self.path = top / own.lstrip("/") / f"berth-test-{os.getpid()}"
        self.path.mkdir()
        (self.path / ("memory.max" if unified else "memory.limit_in_bytes")).write_text(str(limit))
        self.unified = unified

    def killed(self):
        text = (self.path / ("memory.events" if self.unified else "memory.oom_control")).read_text()
        return int(dict(line.split() for line in text.splitlines())["oom_kill"])

    def most(self):
        return int((self.path / ("memory.peak" if self.unified else "memory.max_usage_in_bytes")).read_text())

    def remove(self):
        for _ in range(100):  # until the last process in it has been reaped
            try:
                self.path.rmdir()
                return
            except OSError:
                time.sleep(0.1)


@pytest.fixture
def limited(make_server):
    """limited(*options): a server in such a group, and a registry token."""
    group = Group(LIMIT)
    servers = []

    def make(*options):
        server = make_server(*options, start=False)
        server.runner = ["bash", "-c", ENTER, group.path]
        server.group = group
        servers.append(server)
        server.start()
        aws.client(server).create_repository(repositoryName="app")
        return server, Oci(server, aws.registry_token(server))

    yield make
    for server in servers:
        server.stop()
    assert group.killed() == 0
    group.remove()


def test_it_finds_its_limit(limited):
    server, _ = limited()
    server.logged(f'"event":"memory is limited","bytes":{LIMIT}')


def test_hundreds_of_pulls_and_pushes_and_a_thousand_idle(limited):
    server, oci = limited()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    size, step = 4 * MIB, 256 * 1024
    data = hashlib.shake_256(b"limited").digest(size)
    digest = oci.push_blob("app", data)
    idle = [server.http.connect(60) for _ in range(1000)]
    pulls, pushes = [], []
    for number in range(250):
        sock = server.http.connect(120)
        sock.sendall(f"GET /v2/app/blobs/{digest} HTTP/1.1\r\nHost: x\r\nAuthorization: {oci.authorization}\r\n"
                     "Connection: close\r\n\r\n".encode())
        pulls.append(sock)
        block = data[number:] + data[:number]
        location = oci.start_upload("app")
        sock = server.http.connect(120)
        sock.sendall(f"PUT {with_query(location, 'digest=' + digest_of(block))} HTTP/1.1\r\nHost: x\r\n"
                     f"Authorization: {oci.authorization}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode())
        pushes.append((sock, block))
    received = [bytearray() for _ in pulls]
    for at in range(0, size, step):
        for sock, block in pushes:
            sock.sendall(block[at:at + step])
        for number, sock in enumerate(pulls):
            received[number] += sock.recv(step)
        server.admin.request("GET", "/healthz").expect(200)
    for sock, _ in pushes:
        assert status_of(read_all(sock)) == 201
        sock.close()
    for number, sock in enumerate(pulls):
        while piece := sock.recv(MIB):
            received[number] += piece
        assert received[number].endswith(data)
        sock.close()
    for sock in idle:
        sock.close()
    assert server.group.killed() == 0 and server.alive()
    print(f"at most {server.status_kib('VmHWM') // 1024} MiB resident, {server.group.most() // MIB} MiB in the group")
    assert server.status_kib("VmHWM") < 96 * 1024


def test_bodies_that_are_wanted_whole(limited):
    """Manifests and parts that come all at once: what does not fit is told to wait."""
    server, oci = limited()
    noise = random.Random(1).randbytes(3 * MIB).hex()[:3 * MIB].encode()
    sockets = []
    for _ in range(100):
        sock = server.http.connect(60)
        sock.sendall(f"PUT /v2/app/manifests/v1 HTTP/1.1\r\nHost: x\r\nAuthorization: {oci.authorization}\r\n"
                     f"Content-Type: application/vnd.oci.image.manifest.v1+json\r\nContent-Length: {len(noise) + 2}\r\n"
                     "Connection: close\r\n\r\n".encode())
        sockets.append(sock)
    statuses = set()
    for sock in sockets:
        try:
            sock.sendall(b'"' + noise + b'"')
        except OSError:
            pass  # told before it was all sent
        statuses.add(status_of(read_all(sock)))
        sock.close()
    assert statuses <= {400, 503}
    assert server.group.killed() == 0 and server.alive()
    oci.push_blob("app", b"works")

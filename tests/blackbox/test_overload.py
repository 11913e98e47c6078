"""More clients, connections and descriptors than there is room for: who is in is served, others are told to come again."""

import os
import pathlib
import resource
import time

import pytest

from support import aws
from support.oci import Oci


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def cpu_seconds(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shed(server, reason):
    for line in server.admin.request("GET", "/metrics").expect(200).body.decode().splitlines():
        if line.startswith(f'berth_web_shed_total{{reason="{reason}"}}'):
            return int(line.split()[-1])
    return 0


def ping(server, oci):
    """How long it takes."""
    began = time.monotonic()
    oci.get("/v2/").expect(200)
    server.admin.request("GET", "/healthz").expect(200)
    server.admin.request("GET", "/readyz").expect(200)
    return time.monotonic() - began


@pytest.fixture
def crowd():
    """crowd(server, n): n connections that say nothing."""
    sockets = []

    def make(server, number):
        for _ in range(number):
            sockets.append(server.http.connect(20))
        return sockets

    yield make
    for sock in sockets:
        sock.close()


def test_one_client_with_all_the_connections(make_server, crowd):
    """The longest idle go, so that others get in; the limit of open files says how many there may be."""
    server = make_server(start=False)
    server.runner = ["prlimit", "--nofile=1024:1024"]
    server.start()
    server.logged('"level":"info","event":"the limit of open files allows so many connections"')
    oci = Oci(server, aws.registry_token(server))
    crowd(server, 700)
    assert max(ping(server, oci) for _ in range(20)) < 2
    assert descriptors(server) < 1024
    assert shed(server, "idle") > 300 and shed(server, "descriptors") == 0
    assert "Too many open files" not in server.log()


def test_more_connections_are_configured_than_files_allow(make_server):
    """That somebody has to hear, who asked for it."""
    server = make_server("--http-max-connections", "10000", start=False)
    server.runner = ["prlimit", "--nofile=1024:1024"]
    server.start()
    server.logged('"level":"warning","event":"the limit of open files allows fewer connections than configured"')


def test_connections_that_are_busy_are_not_closed(make_server, crowd):
    """Beyond the limit newcomers are told to come again."""
    server = make_server("--http-max-connections", "20")
    oci = Oci(server, aws.registry_token(server))
    sockets = crowd(server, 20)
    for sock in sockets:
        sock.sendall(b"GET /v2/ HTTP/1.1\r\n")
    time.sleep(0.3)
    reply = oci.get("/v2/").expect(503)
    assert reply.header("Retry-After") == "1"
    server.admin.request("GET", "/readyz").expect(200)
    assert shed(server, "connections") >= 1
    for sock in sockets:
        sock.sendall(b"Host: x\r\n\r\n")
        assert sock.recv(1000).startswith(b"HTTP/1.1 401")
    for sock in sockets:
        sock.close()
    deadline = time.monotonic() + 5
    while oci.get("/v2/").status != 200:
        assert time.monotonic() < deadline


def test_descriptors_run_out(make_server, crowd):
    """Although that should not happen: somebody takes them away while it runs. It does not spin, and recovers."""
    server = make_server()
    aws.client(server).create_repository(repositoryName="app")
    oci = Oci(server, aws.registry_token(server))
    digest = oci.push_blob("app", b"content")
    before = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    most = descriptors(server) + 15
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, before[1]))
    crowd(server, 200)
    time.sleep(1)
    spent = cpu_seconds(server)
    time.sleep(2)
    assert cpu_seconds(server) - spent < 0.5
    for _ in range(5):
        reply = oci.get(f"/v2/app/blobs/{digest}").expect(200, 503)
        assert reply.status == 200 or reply.header("Retry-After")
    assert shed(server, "idle") > 100 and shed(server, "descriptors") > 0
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, before)
    deadline = time.monotonic() + 5
    while oci.get(f"/v2/app/blobs/{digest}").status != 200:
        assert time.monotonic() < deadline
    oci.push_blob("app", b"more")

"""HTTP/1.1 itself: smuggling, pipelining, odd heads, limits, slow clients (security list S8, S9)."""

import socket
import time

import pytest

from support import aws
from support.http import read_all, read_head, status_of
from support.oci import Oci

REFUSED = (400, 405, 408, 411, 413, 414, 417, 431, 501, 505)


@pytest.fixture
def head(server, oci):
    """The lines that every good request has."""
    return f"Host: {server.registry}\r\nAuthorization: {oci.authorization}\r\n"


def answers(data):
    """How many answers stand in what the server sent."""
    return data.count(b"HTTP/1.1 ")


@pytest.mark.parametrize("fields", [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n", "Content-Length: +5\r\n",
    "Content-Length: -1\r\n", "Content-Length: 0x5\r\n", "Content-Length: 99999999999999999999999\r\n",
    "Content-Length: 5 5\r\n", "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding : chunked\r\n", "Transfer-Encoding:\x0bchunked\r\n", "Content-Length : 5\r\n",
    " Content-Length: 5\r\n", "Content\rLength: 5\r\n", "X: a\x00b\r\n", "X Y: 1\r\n", ": empty\r\n", "no-colon\r\n",
])
def test_smuggling(server, oci, repo, head, fields):
    """Two ways to read the body's end: refused, and what follows is not taken for a request."""
    smuggled = f"DELETE /v2/{repo}/manifests/kept HTTP/1.1\r\n{head}\r\n"
    oci.push_image(repo, "kept")
    body = f"0\r\n\r\n{smuggled}"
    reply = server.http.raw(f"POST /v2/{repo}/blobs/uploads/ HTTP/1.1\r\n{head}{fields}\r\n{body}".encode("latin-1"), 3)
    assert status_of(reply) in (*REFUSED, 0) and answers(reply) <= 1, reply[:400]
    oci.get_manifest(repo, "kept").expect(200)


def test_the_same_length_twice(server, repo, head):
    """One meaning only, so either answer is right."""
    reply = server.http.raw(f"POST /v2/{repo}/blobs/uploads/ HTTP/1.1\r\n{head}Content-Length: 0\r\n"
                            "Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
    assert status_of(reply) in (202, 400)


@pytest.mark.parametrize("chunks", [
    "5\r\nabcdeX\r\n0\r\n\r\n", "-5\r\nabcde\r\n0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n", "zz\r\nabc\r\n0\r\n\r\n",
    "0x5\r\nabcde\r\n0\r\n\r\n", "5" + ";x" * 100_000 + "\r\nabcde\r\n0\r\n\r\n", "5 \nabcde\n0\n\n",
    "\r\n\r\n", "7fffffffffffffff\r\n",
])
def test_bad_chunks(server, oci, repo, head, chunks):
    location = oci.start_upload(repo)
    request = f"PATCH {location} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}"
    assert status_of(server.http.raw(request.encode(), 3)) in (*REFUSED, 0)
    assert server.alive()


def test_trailers_and_chunk_extensions(server, oci, repo, head):
    location = oci.start_upload(repo)
    request = (f"PATCH {location} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
               "5;name=value\r\nabcde\r\n0\r\nX-Trailer: 1\r\nAuthorization: Basic eDp5\r\n\r\n")
    assert status_of(server.http.raw(request.encode())) == 202
    assert oci.get(location).header("Range") == "0-4"


@pytest.mark.parametrize("line", [
    "GET /v2/ HTTP/2.0", "GET /v2/ HTTP/0.9", "GET /v2/", "GET  /v2/ HTTP/1.1", "GET /v2/ HTTP/1.1 x", "/v2/", "",
    "GET v2/ HTTP/1.1", "GET \x00 HTTP/1.1", "GET /v2/\x7f HTTP/1.1", "G\x01T /v2/ HTTP/1.1", "GET /v2/ http/1.1",
    "GET /" + "a" * 100_000 + " HTTP/1.1", "A" * 100_000 + " / HTTP/1.1", "GET /v2/ HTTP/1.x", "CONNECT x:443 HTTP/1.1",
    "PRI * HTTP/2.0",
])
def test_bad_request_lines(server, head, line):
    reply = server.http.raw(f"{line}\r\n{head}Connection: close\r\n\r\n".encode("latin-1"), 3)
    assert status_of(reply) in (*REFUSED, 401, 404, 0), reply[:200]


def test_not_http_at_all(server):
    for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"SSH-2.0-x\r\n", b"\x00" * 5000, b"\r\n" * 5000,
                 b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"):
        assert status_of(server.http.raw(data, 2)) in (*REFUSED, 0)


def test_a_head_that_is_too_long(server, head):
    for fields in ("X: " + "a" * 2_000_000 + "\r\n", "X: a\r\n" * 100_000):
        reply = server.http.raw(f"GET /v2/ HTTP/1.1\r\n{head}{fields}\r\n".encode(), 5)
        assert status_of(reply) in (400, 431, 0)


def test_host(server, oci):
    def ask(hosts):
        fields = "".join(f"Host: {host}\r\n" for host in hosts)
        return status_of(server.http.raw(f"GET /v2/ HTTP/1.1\r\n{fields}Authorization: {oci.authorization}\r\n"
                                         "Connection: close\r\n\r\n".encode()))
    assert ask([]) == 400
    assert ask(["a.example", "b.example"]) == 400
    assert ask([server.registry]) == 200


def test_an_absolute_target(server, oci, head):
    """Its authority counts, not the Host field (RFC 9112, 3.2.2)."""
    reply = server.http.raw(f"GET http://{server.registry}/v2/ HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
    assert status_of(reply) == 200
    foreign = f"999999999999.dkr.ecr.{server.region}.amazonaws.com"
    reply = server.http.raw(f"GET http://{foreign}/v2/_catalog HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
    assert status_of(reply) in (400, 401, 403, 404)


def test_forwarded_headers_of_strangers(server):
    """No trusted proxy is configured: nobody may choose the realm by a header."""
    reply = server.http.request("GET", "/v2/", headers={
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example;proto=https",
        "X-Forwarded-For": "1.2.3.4"}).expect(401)
    assert "evil.example" not in reply.header("Www-Authenticate")


def test_pipelining(server, oci, repo, head):
    data = oci.push_image(repo, "v1")
    one = f"GET /v2/{repo}/manifests/v1 HTTP/1.1\r\n{head}\r\n"
    last = f"GET /v2/{repo}/tags/list HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    reply = server.http.raw((one * 20 + last).encode())
    assert answers(reply) == 21 and reply.count(data) == 20 and reply.endswith(b'["v1"]}')


def test_keep_alive(server, oci, repo):
    connection = server.http.connection()
    data = oci.push_image(repo, "v1")
    for _ in range(50):
        reply = oci.request("GET", f"/v2/{repo}/manifests/v1", connection=connection)
        assert reply.body == data
        oci.request("HEAD", f"/v2/{repo}/manifests/v1", connection=connection).expect(200)
        oci.request("GET", f"/v2/{repo}/manifests/none", connection=connection).expect(404)
        oci.request("POST", f"/v2/{repo}/blobs/uploads/", connection=connection).expect(202)
    connection.close()


def test_http_1_0(server, oci):
    reply = server.http.raw(f"GET /v2/ HTTP/1.0\r\nAuthorization: {oci.authorization}\r\n\r\n".encode())
    assert status_of(reply) in (200, 505)


def test_100_continue(server, oci, repo, head):
    """Asked for and worth it: 100 first. Refused anyway: no 100, the last word at once."""
    location = oci.start_upload(repo)
    with server.http.connect() as sock:
        sock.sendall(f"PATCH {location} HTTP/1.1\r\n{head}Content-Length: 5\r\nExpect: 100-continue\r\n"
                     "Connection: close\r\n\r\n".encode())
        assert status_of(read_head(sock)) == 100
        sock.sendall(b"hello")
        assert status_of(read_all(sock)) == 202
    for target, fields, status in ((f"/v2/{repo}/blobs/uploads/x", head, 404),
                                   (location, f"Host: {server.registry}\r\n", 401),
                                   (f"/v2/{repo}/manifests/v1", head + "Content-Type: a/b\r\n", 413)):
        method = "PUT" if status == 413 else "PATCH"
        with server.http.connect() as sock:
            sock.sendall(f"{method} {target} HTTP/1.1\r\n{fields}Content-Length: 99000000\r\n"
                         "Expect: 100-continue\r\n\r\n".encode())
            assert status_of(read_head(sock)) == status


def test_an_unknown_expectation(server, head):
    reply = server.http.raw(f"GET /v2/ HTTP/1.1\r\n{head}Expect: miracles\r\nConnection: close\r\n\r\n".encode())
    assert status_of(reply) in (200, 417)


def test_half_close(server, head):
    """A client that has said all it wants may stop sending before the answer."""
    with server.http.connect() as sock:
        sock.sendall(f"GET /v2/ HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        sock.shutdown(socket.SHUT_WR)
        assert status_of(read_all(sock)) == 200


def test_clients_that_vanish(server, oci, repo, head):
    location = oci.start_upload(repo)
    for request in (f"PATCH {location} HTTP/1.1\r\n{head}Content-Length: 1000000\r\n\r\nabc",
                    f"GET /v2/ HTTP/1.1\r\n{head}",
                    f"PUT /v2/{repo}/manifests/x HTTP/1.1\r\n{head}Content-Length: 99\r\n\r\n{{",
                    f"PATCH {location} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\nff\r\nabc"):
        for _ in range(20):
            with server.http.connect() as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                sock.sendall(request.encode())
    oci.get("/v2/").expect(200)


def test_slow_clients_cost_little(make_server):
    """500 clients that never finish their heads: the server serves on, and shows them the door."""
    server = make_server("--http-head-timeout", "3s")
    oci = Oci(server, aws.registry_token(server))
    crowd = [server.http.connect() for _ in range(500)]
    for sock in crowd:
        sock.sendall(b"GET /v2/ HTTP/1.1\r\nX-Slow: ")
    began = time.monotonic()
    for _ in range(20):
        oci.get("/v2/").expect(200)
        for sock in crowd[::10]:
            try:
                sock.sendall(b"a")
            except OSError:
                pass
    assert time.monotonic() - began < 5
    assert server.status_kib("VmRSS") < 128 * 1024 and server.threads() < 200
    for sock in crowd:
        sock.settimeout(15)
        assert status_of(read_all(sock)) in (408, 0)
        sock.close()


def test_a_body_that_stalls(make_server):
    server = make_server("--http-body-stall-timeout", "2s")
    aws.client(server).create_repository(repositoryName="stall/body")
    oci = Oci(server, aws.registry_token(server))
    location = oci.start_upload("stall/body")
    with server.http.connect(15) as sock:
        sock.sendall(f"PATCH {location} HTTP/1.1\r\nHost: x\r\nAuthorization: {oci.authorization}\r\n"
                     "Content-Length: 100\r\n\r\nhello".encode())
        began = time.monotonic()
        assert status_of(read_all(sock)) in (408, 0)
        assert time.monotonic() - began < 10
    assert oci.patch(location, b" world").status in (202, 404)


def test_a_connection_too_many(make_server):
    server = make_server("--http-max-connections", "20")
    crowd = [server.http.connect() for _ in range(40)]
    time.sleep(0.5)
    for sock in crowd:
        sock.close()
    time.sleep(0.5)
    server.http.request("GET", "/v2/").expect(401)

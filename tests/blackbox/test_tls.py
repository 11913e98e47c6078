"""TLS: versions, ALPN, and a certificate that is changed while serving."""

import hashlib
import signal
import socket
import ssl
import subprocess
import time

import pytest

from support import aws
from support.oci import Oci, random_bytes
from support.world import TESTS


@pytest.fixture
def certificates(tmp_path):
    def make(name):
        folder = tmp_path / name
        subprocess.run([TESTS / "world" / "make", folder, "123456789012", "us-east-1"], check=True)
        return folder
    return make


@pytest.fixture
def server(make_server, certificates):
    folder = certificates("first")
    return make_server(tls=(folder / "server.crt", folder / "server.key", str(folder / "ca.crt")))


def handshake(server, **settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(settings.pop("alpn", ["h2", "http/1.1"]))
    for name, value in settings.items():
        setattr(context, name, value)
    with socket.create_connection(("127.0.0.1", server.port), 10) as sock, context.wrap_socket(sock) as wrapped:
        certificate = hashlib.sha256(wrapped.getpeercert(True)).hexdigest()
        return wrapped.version(), wrapped.selected_alpn_protocol(), certificate


def test_versions_and_alpn(server):
    assert handshake(server)[:2] == ("TLSv1.3", "http/1.1")
    assert handshake(server, maximum_version=ssl.TLSVersion.TLSv1_2)[:2] == ("TLSv1.2", "http/1.1")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(server, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)


def test_everything_works_over_it(server):
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    ecr.create_repository(repositoryName="tls/test")
    data = random_bytes(20_000_000)
    digest = oci.push_blob("tls/test", data)
    assert oci.get(f"/v2/tls/test/blobs/{digest}").expect(200).body == data
    assert oci.get(f"/v2/tls/test/blobs/{digest}", {"Range": "bytes=-100"}).expect(206).body == data[-100:]


def test_plain_http_is_not_answered_as_http(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as sock:
        sock.sendall(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = sock.recv(1000)
    assert not answer.startswith(b"HTTP/1.1 2")


def test_slow_handshakes_do_not_hold_the_server(server):
    crowd = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(100)]
    began = time.monotonic()
    handshake(server)
    assert time.monotonic() - began < 3
    for sock in crowd:
        sock.close()


def test_a_new_certificate_without_a_restart(server, certificates):
    before, other = handshake(server)[2], certificates("second")
    with server.http.connect() as kept:
        for name in ("server.crt", "server.key"):
            target = server.tls[0 if name.endswith("crt") else 1]
            target.write_bytes((other / name).read_bytes())
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 5
        while handshake(server)[2] == before:
            assert time.monotonic() < deadline, "the certificate is still the old one"
            time.sleep(0.1)
        kept.sendall(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 401 " in kept.recv(1000), "connections go on under the old one"
    server.tls[0].write_text("nonsense")
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    handshake(server)

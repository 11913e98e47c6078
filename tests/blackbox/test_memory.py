"""Memory stays within 64 MiB, whatever the number and the size of the uploads."""

import hashlib
import resource
import subprocess
import threading
import time

import pytest

from support import aws
from support.http import read_all, status_of
from support.oci import Oci, digest_of, with_query

LIMIT_KIB = 64 * 1024
MIB = 1 << 20


@pytest.fixture
def busy(make_server):
    server = make_server()
    aws.client(server).create_repository(repositoryName="memory/test")
    return server, Oci(server, aws.registry_token(server))


def check(server):
    assert server.status_kib("VmHWM") < LIMIT_KIB, f"{server.status_kib('VmHWM')} KiB at most, {LIMIT_KIB} allowed"


def test_a_thousand_slow_uploads(busy):
    """1,000 uploads of 8 MiB, all under way at once, fed a little at a time."""
    server, oci = busy
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    count, size, step = 1000, 8 * MIB, 256 * 1024
    block = hashlib.shake_256(b"berth").digest(size)
    digest = digest_of(block)
    sockets = []
    for _ in range(count):
        location = oci.start_upload("memory/test")
        sock = server.http.connect(120)
        sock.sendall(f"PUT {with_query(location, 'digest=' + digest)} HTTP/1.1\r\nHost: {server.registry}\r\n"
                     f"Authorization: {oci.authorization}\r\nContent-Length: {size}\r\n"
                     "Connection: close\r\n\r\n".encode())
        sockets.append(sock)
    for at in range(0, size, step):
        for sock in sockets:
            sock.sendall(block[at:at + step])
    for sock in sockets:
        assert status_of(read_all(sock)) == 201
        sock.close()
    check(server)
    assert oci.head(f"/v2/memory/test/blobs/{digest}").expect(200).header("Content-Length") == str(size)


def test_many_slow_readers(busy):
    """200 clients that take their 32 MiB drop by drop."""
    server, oci = busy
    data = hashlib.shake_256(b"read").digest(32 * MIB)
    digest = oci.push_blob("memory/test", data)
    sockets = []
    for _ in range(200):
        sock = server.http.connect(60)
        sock.sendall(f"GET /v2/memory/test/blobs/{digest} HTTP/1.1\r\nHost: x\r\nAuthorization: {oci.authorization}\r\n"
                     "Connection: close\r\n\r\n".encode())
        sockets.append(sock)
    for _ in range(5):
        for sock in sockets:
            sock.recv(1000)
        time.sleep(0.1)
    check(server)
    for sock in sockets:
        sock.close()
    assert oci.get(f"/v2/memory/test/blobs/{digest}").expect(200).body == data


@pytest.mark.slow
def test_eight_gibibytes(busy):
    """One upload of 8 GiB, and its pull."""
    server, oci = busy
    size, block = 8 << 30, bytes(MIB)
    digest = hashlib.sha256()
    for _ in range(size // MIB):
        digest.update(block)
    name = f"sha256:{digest.hexdigest()}"
    location = oci.start_upload("memory/test")
    url = server.url + with_query(location, f"digest={name}")
    subprocess.run(f"head -c {size} /dev/zero | curl -sSf -T - -H 'Authorization: {oci.authorization}' "
                   f"-H 'Content-Length: {size}' -H 'Transfer-Encoding:' -H 'Expect:' '{url}'", shell=True, check=True)
    check(server)
    done = subprocess.run(f"curl -sSf -H 'Authorization: {oci.authorization}' "
                          f"'{server.url}/v2/memory/test/blobs/{name}' | sha256sum", shell=True, check=True,
                          capture_output=True, text=True)
    assert done.stdout.split()[0] == digest.hexdigest()
    check(server)


def test_api_uploads_in_parallel(busy):
    """Parts come as base64 in JSON, whole: their memory is a budget, and what does not fit is told to wait."""
    server, _ = busy
    outcomes, part = [], hashlib.shake_256(b"part").digest(10 * MIB)

    def upload():
        ecr = aws.client(server)
        started = ecr.initiate_layer_upload(repositoryName="memory/test")["uploadId"]
        try:
            ecr.upload_layer_part(repositoryName="memory/test", uploadId=started, partFirstByte=0,
                                  partLastByte=len(part) - 1, layerPartBlob=part)
            outcomes.append("done")
        except ecr.exceptions.ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=upload) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {"done", "ThrottlingException"} and "done" in outcomes
    assert server.status_kib("VmHWM") < 1024 * 1024

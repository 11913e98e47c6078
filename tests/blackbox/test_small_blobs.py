"""Small blobs, which the metadata database holds, and uploads that nothing was sent to (docs/adr/0008-small-blobs.md)."""

import concurrent.futures
import json
import time

import pytest

from support import aws
from support.oci import Oci, digest_of, random_bytes
from support.server import berth

MOST = 16_384
REPO = "small/app"


@pytest.fixture
def small(make_server):
    """(server, oci); unreferenced blobs go soon"""
    server = make_server("--uploads-lease=2s", "--gc-pause=100ms")
    aws.client(server).create_repository(repositoryName=REPO)
    return server, Oci(server, aws.registry_token(server))


def files(server):
    return [path for part in ("blobs", "uploads") for path in (server.data / "blobs" / part).rglob("*") if path.is_file()]


def layers_of(manifest):
    parsed = json.loads(manifest)
    return [part["digest"] for part in (parsed["config"], *parsed["layers"])]


def expect_blob(oci, content):
    target = f"/v2/{REPO}/blobs/{digest_of(content)}"
    assert oci.get(target).expect(200).body == content
    assert oci.head(target).expect(200).header("Content-Length") == str(len(content))
    if len(content) > 2:
        reply = oci.get(target, {"Range": "bytes=1-1"}).expect(206)
        assert (reply.body, reply.header("Content-Range")) == (content[1:2], f"bytes 1-1/{len(content)}")


def test_they_are_no_files(small):
    server, oci = small
    image = oci.push_image(REPO, "v1", layers=2)
    assert not files(server)
    for size in (0, 1, MOST):
        content = random_bytes(size)
        oci.push_blob(REPO, content)
        expect_blob(oci, content)
        assert not files(server)
    content = random_bytes(MOST + 1)
    oci.push_blob(REPO, content)
    expect_blob(oci, content)
    assert len(files(server)) == 1
    server.kill()
    server.start()
    for digest in layers_of(image):
        assert digest_of(oci.get(f"/v2/{REPO}/blobs/{digest}").expect(200).body) == digest


def test_their_space_comes_back(small):
    server, oci = small
    kept = oci.push_image(REPO, "kept")
    gone = oci.push_blob(REPO, random_bytes(1000))
    deadline = time.monotonic() + 30
    while json.loads(berth("gc", "status", "--data", server.data, "--json").stdout)["stored"]["blobs"] != 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    oci.head(f"/v2/{REPO}/blobs/{gone}").expect(404)
    for digest in layers_of(kept):
        oci.get(f"/v2/{REPO}/blobs/{digest}").expect(200)
    server.stop()
    assert berth("fsck", "--data", server.data).returncode == 0


@pytest.mark.parametrize("sizes", [(10, 20, 30), (MOST, 1), (MOST - 1, 1, 0), (100_000, 10)])
def test_in_chunks(small, sizes):
    _, oci = small
    chunks = [random_bytes(size) for size in sizes]
    location, first = oci.start_upload(REPO), 0
    for chunk in chunks[:-1]:
        location = oci.patch(location, chunk, first=first).expect(202).header("Location")
        first += len(chunk)
        assert oci.get(location).expect(204).header("Range") == f"0-{first - 1}"
    content = b"".join(chunks)
    oci.finish_upload(location, digest_of(content), chunks[-1]).expect(201)
    expect_blob(oci, content)
    oci.get(location).expect(404)


def test_an_upload_that_has_begun_survives_a_restart(small):
    """And one that was sent nothing does not survive a crash: the client begins anew, nothing of its is lost."""
    server, oci = small
    location = oci.start_upload(REPO)
    server.restart()
    assert oci.get(location).expect(204)
    oci.finish_upload(location, digest_of(b"content"), b"content").expect(201)

    sent, empty = oci.start_upload(REPO), oci.start_upload(REPO)
    sent = oci.patch(sent, b"con").expect(202).header("Location")
    server.kill()
    server.start()
    assert oci.get(empty).expect(404).error()[0] == "BLOB_UPLOAD_UNKNOWN"
    oci.finish_upload(sent, digest_of(b"content"), b"tent").expect(201)


def test_two_requests_at_once(small):
    """Of two that send to one upload, one is told so; what was acknowledged is in it."""
    _, oci = small
    for _ in range(20):
        location = oci.start_upload(REPO)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(lambda content: (content, oci.patch(location, content)), (b"one", b"another")))
        taken = [content for content, reply in replies if reply.status == 202]
        assert {reply.status for _, reply in replies} <= {202, 409}, replies
        content = oci.get(location).expect(204).header("Range")
        assert content == f"0-{sum(map(len, taken)) - 1}"
        if len(taken) == 1:
            oci.finish_upload(location, digest_of(taken[0]), b"").expect(201)

"""Reading and deleting blobs."""

import json

import pytest

from support.oci import digest_of, random_bytes

DATA = random_bytes(10_000)
DIGEST = digest_of(DATA)
ABSENT = digest_of(b"nobody pushed this")


@pytest.fixture
def blob(oci, repo):
    oci.push_blob(repo, DATA)
    return f"/v2/{repo}/blobs/{DIGEST}"


def check_headers(reply):
    assert reply.header("Content-Length") == str(len(DATA))
    assert reply.header("Docker-Content-Digest") == DIGEST
    assert reply.header("ETag") == f'"{DIGEST}"'
    assert reply.header("Content-Type") == "application/octet-stream"
    assert reply.header("Accept-Ranges") == "bytes"
    assert reply.header("Docker-Distribution-Api-Version") == "registry/2.0"


def test_get(oci, blob):
    reply = oci.get(blob).expect(200)
    assert reply.body == DATA
    check_headers(reply)


def test_head(oci, blob):
    reply = oci.head(blob).expect(200)
    assert reply.body == b""
    check_headers(reply)


@pytest.mark.parametrize("asked,first,last", [
    ("0-0", 0, 0), ("0-", 0, 9999), ("500-1499", 500, 1499), ("500-", 500, 9999), ("-500", 9500, 9999),
    ("-20000", 0, 9999), ("9999-", 9999, 9999), ("2000-50000", 2000, 9999), ("0-9999", 0, 9999),
    ("0-18446744073709551615", 0, 9999),
])
def test_ranges(oci, blob, asked, first, last):
    reply = oci.get(blob, {"Range": f"bytes={asked}"}).expect(206)
    assert reply.body == DATA[first:last + 1]
    assert reply.header("Content-Range") == f"bytes {first}-{last}/{len(DATA)}"
    assert reply.header("Content-Length") == str(last - first + 1)
    assert reply.header("Docker-Content-Digest") == DIGEST


@pytest.mark.parametrize("asked", ["10000-", "10000-20000", "99999999999999999999-", "-0", "500-0"])
def test_ranges_outside_the_blob(oci, blob, asked):
    reply = oci.get(blob, {"Range": f"bytes={asked}"}).expect(416)
    assert reply.header("Content-Range") == f"bytes */{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=a-b", "bytes=", "bytes", "lines=1-2", "bytes=--5", "bytes=5"])
def test_ranges_that_are_none(oci, blob, asked):
    assert oci.get(blob, {"Range": asked}).expect(200).body == DATA


def test_several_ranges_at_once(oci, blob):
    assert oci.get(blob, {"Range": "bytes=0-1,5-9"}).expect(200).body == DATA


def test_if_none_match(oci, blob):
    for tag in (f'"{DIGEST}"', f'W/"{DIGEST}"', f'"x", "{DIGEST}"', "*"):
        reply = oci.get(blob, {"If-None-Match": tag}).expect(304)
        assert reply.body == b"" and reply.header("ETag") == f'"{DIGEST}"'
    assert oci.get(blob, {"If-None-Match": '"sha256:00"'}).expect(200).body == DATA
    reply = oci.head(blob, {"If-None-Match": f'"{DIGEST}"'}).expect(304)
    assert reply.header("ETag") == f'"{DIGEST}"'


def test_if_match(oci, blob):
    for ask in (oci.get, oci.head):
        ask(blob, {"If-Match": '"sha256:00"'}).expect(412)
        ask(blob, {"If-Match": f'"{DIGEST}"'}).expect(200)


def test_a_blob_that_is_not_there(oci, repo):
    assert oci.get(f"/v2/{repo}/blobs/{ABSENT}").expect(404).error()[0] == "BLOB_UNKNOWN"
    reply = oci.head(f"/v2/{repo}/blobs/{ABSENT}").expect(404)
    assert reply.body == b""


def test_a_repository_that_is_not_there(oci):
    assert oci.get(f"/v2/no/such/repository/blobs/{DIGEST}").expect(404).error()[0] == "NAME_UNKNOWN"


@pytest.mark.parametrize("digest", ["sha256:abc", "sha256:" + "A" * 64, "md5:" + "a" * 32, "sha256", "x",
                                    "sha256:" + "a" * 65, "sha512:" + "a" * 64])
def test_a_digest_that_is_none(oci, repo, digest):
    reply = oci.get(f"/v2/{repo}/blobs/{digest}").expect(400, 404)
    assert reply.status == 404 or reply.error()[0] == "DIGEST_INVALID"


def test_delete(oci, repo, blob):
    oci.delete(blob).expect(202)
    oci.get(blob).expect(404)
    oci.head(blob).expect(404)
    assert oci.delete(blob).expect(404).error()[0] == "BLOB_UNKNOWN"
    oci.push_blob(repo, DATA)
    assert oci.get(blob).expect(200).body == DATA


def test_a_repository_deletes_its_own_blob_only(oci, repo, new_repo, blob):
    other = new_repo()
    oci.push_blob(other, DATA)
    oci.delete(blob).expect(202)
    assert oci.get(f"/v2/{other}/blobs/{DIGEST}").expect(200).body == DATA


def test_a_blob_that_an_image_holds_stays(oci, repo):
    manifest = oci.new_manifest(repo)
    oci.put_manifest(repo, "held", manifest).expect(201)
    held = json.loads(manifest)["layers"][0]["digest"]
    assert 400 <= oci.delete(f"/v2/{repo}/blobs/{held}").status < 500
    oci.get(f"/v2/{repo}/blobs/{held}").expect(200)


def test_methods_that_do_not_exist(oci, blob):
    for method in ("POST", "PUT", "PATCH", "OPTIONS", "BREW"):
        oci.request(method, blob).expect(404, 405, 501)

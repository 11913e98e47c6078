"""Uploads under attack: parallel writers, offsets, compression (security list S8), and manifests (S3)."""

import gzip
import json
import threading

import pytest

from support.oci import OCI_MANIFEST, descriptor, digest_of, index_of, random_bytes, to_bytes, with_query


def test_parallel_patches_of_one_upload(oci, repo):
    """One at a time, or refused: never two writers, never bytes of both."""
    location, pieces = oci.start_upload(repo), [bytes([65 + number]) * 200_000 for number in range(8)]
    statuses = []

    def send(piece):
        statuses.append(oci.patch(location, piece).status)

    threads = [threading.Thread(target=send, args=(piece,)) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {202, 409, 416, 423, 429} and 202 in statuses
    stored = int(oci.get(location).expect(204).header("Range").removeprefix("0-")) + 1
    assert stored == 200_000 * statuses.count(202)


def test_parallel_puts_of_one_upload(oci, repo):
    data = random_bytes(100_000)
    digest, location = digest_of(data), oci.start_upload(repo)
    statuses = []
    threads = [threading.Thread(target=lambda: statuses.append(oci.finish_upload(location, digest, data).status))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 201 in statuses and set(statuses) <= {201, 400, 404, 409, 416, 423}
    assert oci.get(f"/v2/{repo}/blobs/{digest}").expect(200).body == data


def test_the_same_blob_from_many_sides(oci, new_repo):
    data, repos = random_bytes(500_000), [new_repo() for _ in range(6)]
    statuses = []

    def push(repo):
        statuses.append(oci.finish_upload(oci.start_upload(repo), digest_of(data), data).status)

    threads = [threading.Thread(target=push, args=(repo,)) for repo in repos * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {201}
    for repo in repos:
        assert oci.get(f"/v2/{repo}/blobs/{digest_of(data)}").expect(200).body == data


@pytest.mark.parametrize("text", ["9223372036854775807-9223372036854775816", "0-18446744073709551615", "-1-8",
                                  "18446744073709551615-18446744073709551624", "99999999999999999999999999-1",
                                  "0-9223372036854775807"])
def test_offsets_that_overflow(oci, repo, text):
    location = oci.start_upload(repo)
    for reply in (oci.patch(location, b"0123456789", headers={"Content-Range": text}),
                  oci.finish_upload(location, digest_of(b"0123456789"), b"0123456789", {"Content-Range": text})):
        reply.expect(400, 416)
    assert oci.get(location).expect(204).header("Range") == "0-0"


@pytest.mark.parametrize("length", ["9223372036854775807", "18446744073709551615", "18446744073709551616",
                                    "54525952001"])
def test_lengths_beyond_all_layers(server, oci, repo, length):
    location = oci.start_upload(repo)
    reply = server.http.raw(f"PATCH {location} HTTP/1.1\r\nHost: x\r\nAuthorization: {oci.authorization}\r\n"
                            f"Content-Length: {length}\r\nConnection: close\r\n\r\nabc".encode(), 3)
    assert not reply.startswith(b"HTTP/1.1 5") and not reply.startswith(b"HTTP/1.1 202")


def test_nothing_is_unpacked(oci, repo):
    """A bomb is stored as the bytes that it is, whatever its header promises."""
    bomb = gzip.compress(bytes(50_000_000), 9)
    location = oci.start_upload(repo)
    reply = oci.finish_upload(location, digest_of(bomb), bomb, {"Content-Encoding": "gzip"}).expect(201, 400, 415)
    if reply.status == 201:
        assert oci.get(f"/v2/{repo}/blobs/{digest_of(bomb)}").expect(200).body == bomb
    reply = oci.get(f"/v2/{repo}/tags/list", {"Accept-Encoding": "gzip, br, zstd"}).expect(200)
    assert reply.header("Content-Encoding") is None


def test_the_digest_in_a_query_twice(oci, repo):
    location = oci.start_upload(repo)
    good, bad = digest_of(b"data"), digest_of(b"other")
    reply = oci.request("PUT", with_query(location, f"digest={bad}&digest={good}"), b"data")
    assert reply.status in (201, 400)
    if reply.status == 201:
        oci.get(f"/v2/{repo}/blobs/{good}").expect(200)
    oci.get(f"/v2/{repo}/blobs/{bad}").expect(404)


def test_deep_indexes(oci, repo):
    """Indexes of indexes: refused or kept, and always readable without a crash."""
    child = oci.push_image(repo, "leaf")
    for depth in range(60):
        child = to_bytes(index_of([child], annotations={"depth": str(depth)}))
        if oci.put_manifest(repo, digest_of(child), child).status != 201:
            break
    oci.get_manifest(repo, "leaf").expect(200)


def test_a_subject_that_is_itself_is_impossible_but_loops_are_tried(oci, repo):
    first = oci.push_image(repo, "a")
    second = oci.new_manifest(repo, subject=descriptor(first, OCI_MANIFEST))
    oci.put_manifest(repo, "b", second).expect(201)
    third = json.loads(oci.new_manifest(repo, subject=descriptor(second, OCI_MANIFEST)))
    third["subject"]["digest"] = digest_of(second)
    oci.put_manifest(repo, "a", to_bytes(third)).expect(201)
    for data in (first, second):
        assert len(oci.get(f"/v2/{repo}/referrers/{digest_of(data)}").expect(200).json()["manifests"]) == 1


def test_a_manifest_with_very_many_members(oci, repo):
    value = json.loads(oci.new_manifest(repo))
    value["annotations"] = {f"k{number}": "v" for number in range(100_000)}
    oci.put_manifest(repo, "wide", to_bytes(value)).expect(201, 400, 413)
    value["annotations"] = {}
    value["layers"] = value["layers"] * 20_000
    oci.put_manifest(repo, "tall", to_bytes(value)).expect(201, 400, 413)

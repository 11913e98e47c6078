"""Blob uploads: every way in which a client may hand bytes over."""

import re

import pytest

from support import aws
from support.oci import Oci, digest_of, random_bytes, with_query

DATA = random_bytes(300_000)
DIGEST = digest_of(DATA)
NO_UPLOAD = "a8b2f2c8-3c1e-4b7e-9d3e-111111111111"


def check_stored(oci, repo, reply, data=DATA, digest=DIGEST):
    reply.expect(201)
    assert reply.header("Docker-Content-Digest") == digest
    assert oci.get(reply.header("Location")).expect(200).body == data
    assert oci.get(f"/v2/{repo}/blobs/{digest}").expect(200).body == data


def test_start(oci, repo):
    reply = oci.request("POST", f"/v2/{repo}/blobs/uploads/").expect(202)
    upload = reply.header("Docker-Upload-UUID")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", upload)
    location = reply.header("Location")
    assert location.startswith(f"/v2/{repo}/blobs/uploads/") and upload in location, "relative, the state in the path"
    assert reply.header("Range") == "0-0"
    assert reply.header("Content-Length") == "0"
    assert reply.header("Docker-Distribution-Api-Version") == "registry/2.0"


def test_start_without_the_slash(oci, repo):
    reply = oci.request("POST", f"/v2/{repo}/blobs/uploads")
    assert reply.status in (202, 404)


def test_post_then_put(oci, repo):
    check_stored(oci, repo, oci.finish_upload(oci.start_upload(repo), DIGEST, DATA))


def test_post_alone(oci, repo):
    reply = oci.request("POST", f"/v2/{repo}/blobs/uploads/?digest={DIGEST}", DATA,
                        {"Content-Type": "application/octet-stream"})
    check_stored(oci, repo, reply)


def test_post_alone_chunked(oci, repo):
    parts = [DATA[:7], DATA[7:200_000], DATA[200_000:]]
    check_stored(oci, repo, oci.request("POST", f"/v2/{repo}/blobs/uploads/?digest={DIGEST}", iter(parts)))


def test_post_patch_put(oci, repo):
    reply = oci.patch(oci.start_upload(repo), DATA).expect(202)
    assert reply.header("Range") == f"0-{len(DATA) - 1}"
    assert reply.header("Docker-Upload-UUID")
    check_stored(oci, repo, oci.finish_upload(reply.header("Location"), DIGEST))


def test_patches_without_a_range_append(oci, repo):
    location = oci.start_upload(repo)
    for at in range(0, len(DATA), 100_000):
        location = oci.patch(location, DATA[at:at + 100_000]).expect(202).header("Location")
    check_stored(oci, repo, oci.finish_upload(location, DIGEST))


def test_chunks_in_order(oci, repo):
    location = oci.start_upload(repo)
    for at in range(0, len(DATA), 100_000):
        reply = oci.patch(location, DATA[at:at + 100_000], first=at).expect(202)
        assert reply.header("Range") == f"0-{at + 99_999}"
        location = reply.header("Location")
    check_stored(oci, repo, oci.finish_upload(location, DIGEST))


def test_the_last_chunk_in_the_put(oci, repo):
    location = oci.patch(oci.start_upload(repo), DATA[:200_000], first=0).expect(202).header("Location")
    headers = {"Content-Range": f"200000-{len(DATA) - 1}"}
    check_stored(oci, repo, oci.finish_upload(location, DIGEST, DATA[200_000:], headers))


def test_a_patch_of_unknown_length(oci, repo):
    parts = (DATA[at:at + 10_000] for at in range(0, len(DATA), 10_000))
    reply = oci.request("PATCH", oci.start_upload(repo), parts, {"Content-Type": "application/octet-stream"})
    reply.expect(202)
    assert reply.header("Range") == f"0-{len(DATA) - 1}"
    check_stored(oci, repo, oci.finish_upload(reply.header("Location"), DIGEST))


def test_a_put_of_unknown_length(oci, repo):
    reply = oci.request("PUT", with_query(oci.start_upload(repo), f"digest={DIGEST}"), iter([DATA]))
    check_stored(oci, repo, reply)


def test_an_empty_patch(oci, repo):
    location = oci.patch(oci.start_upload(repo), b"").expect(202).header("Location")
    location = oci.patch(location, DATA).expect(202).header("Location")
    location = oci.patch(location, b"").expect(202).header("Location")
    check_stored(oci, repo, oci.finish_upload(location, DIGEST))


def test_a_location_stays_good_after_use(oci, repo):
    location = oci.start_upload(repo)
    oci.patch(location, DATA[:1000]).expect(202)
    oci.patch(location, DATA[1000:]).expect(202)
    check_stored(oci, repo, oci.finish_upload(location, DIGEST))


def test_a_location_without_its_query(oci, repo):
    location = oci.start_upload(repo).partition("?")[0]
    location = oci.patch(location, DATA).expect(202).header("Location").partition("?")[0]
    check_stored(oci, repo, oci.finish_upload(location, DIGEST))


@pytest.mark.parametrize("first", [0, 50, 200_000])
def test_a_chunk_out_of_order(oci, repo, first):
    location = oci.patch(oci.start_upload(repo), DATA[:100_000], first=0).expect(202).header("Location")
    reply = oci.patch(location, DATA[first:first + 1000], first=first).expect(416)
    assert reply.header("Range") == "0-99999"
    assert reply.header("Location"), "so that the client can go on"
    location = oci.patch(location, DATA[100_000:], first=100_000).expect(202).header("Location")
    check_stored(oci, repo, oci.finish_upload(location, DIGEST))


def test_a_first_chunk_that_is_not_the_first(oci, repo):
    location = oci.start_upload(repo)
    assert oci.patch(location, DATA[10:20], first=10).expect(416).header("Range") == "0-0"
    check_stored(oci, repo, oci.finish_upload(location, DIGEST, DATA))


def test_a_closing_put_out_of_order(oci, repo):
    location = oci.patch(oci.start_upload(repo), DATA[:100_000], first=0).expect(202).header("Location")
    reply = oci.finish_upload(location, DIGEST, DATA[200_000:], {"Content-Range": f"200000-{len(DATA) - 1}"})
    assert reply.expect(416).header("Range") == "0-99999"
    check_stored(oci, repo, oci.finish_upload(location, DIGEST, DATA[100_000:]))


@pytest.mark.parametrize("text", ["bytes", "5-", "-5", "9-2", "a-b", "0-99999999999999999999", "1-2-3", " "])
def test_a_content_range_that_is_none(oci, repo, text):
    location = oci.start_upload(repo)
    oci.patch(location, DATA[:10], headers={"Content-Range": text}).expect(400, 416)
    check_stored(oci, repo, oci.finish_upload(location, DIGEST, DATA))


def test_a_content_range_that_is_not_as_long_as_the_body(oci, repo):
    location = oci.start_upload(repo)
    oci.patch(location, DATA[:10], headers={"Content-Range": "0-99"}).expect(400, 416)


def test_status(oci, repo):
    location = oci.start_upload(repo)
    reply = oci.get(location).expect(204)
    assert reply.header("Range") == "0-0" and reply.header("Docker-Upload-UUID") in reply.header("Location")
    location = oci.patch(location, DATA[:12345]).expect(202).header("Location")
    assert oci.get(location).expect(204).header("Range") == "0-12344"


def test_cancel(oci, repo):
    location = oci.start_upload(repo)
    oci.patch(location, DATA).expect(202)
    oci.delete(location).expect(204)
    for reply in (oci.get(location), oci.patch(location, DATA), oci.finish_upload(location, DIGEST, DATA),
                  oci.delete(location)):
        assert reply.expect(404).error()[0] == "BLOB_UPLOAD_UNKNOWN"
    oci.get(f"/v2/{repo}/blobs/{DIGEST}").expect(404)


def test_an_upload_that_never_was(oci, repo):
    location = f"/v2/{repo}/blobs/uploads/{NO_UPLOAD}"
    for reply in (oci.get(location), oci.patch(location, DATA), oci.finish_upload(location, DIGEST, DATA),
                  oci.delete(location)):
        assert reply.expect(404).error()[0] == "BLOB_UPLOAD_UNKNOWN"


def test_an_upload_is_gone_once_finished(oci, repo):
    location = oci.start_upload(repo)
    oci.finish_upload(location, DIGEST, DATA).expect(201)
    oci.get(location).expect(404)
    oci.patch(location, b"more").expect(404)
    assert oci.get(f"/v2/{repo}/blobs/{DIGEST}").expect(200).body == DATA


def test_an_upload_belongs_to_its_repository(oci, repo, new_repo):
    location = oci.start_upload(repo)
    elsewhere = location.replace(repo, new_repo())
    assert oci.patch(elsewhere, DATA).expect(404).error()[0] == "BLOB_UPLOAD_UNKNOWN"
    oci.get(elsewhere).expect(404)
    oci.delete(elsewhere).expect(404)
    check_stored(oci, repo, oci.finish_upload(location, DIGEST, DATA))


def test_the_wrong_digest(oci, repo):
    wrong = digest_of(b"something else")
    for reply in (
            oci.finish_upload(oci.start_upload(repo), wrong, DATA),
            oci.finish_upload(oci.patch(oci.start_upload(repo), DATA).header("Location"), wrong),
            oci.request("POST", f"/v2/{repo}/blobs/uploads/?digest={wrong}", DATA)):
        assert reply.expect(400).error()[0] == "DIGEST_INVALID"
    oci.get(f"/v2/{repo}/blobs/{wrong}").expect(404)
    oci.get(f"/v2/{repo}/blobs/{DIGEST}").expect(404)


@pytest.mark.parametrize("query", ["", "digest=", "digest=sha256:abc", "digest=md5:" + "a" * 32, "digest=sha256",
                                   "digest=sha256:" + "A" * 64, "digest=sha256:" + "g" * 64])
def test_a_digest_that_is_none(oci, repo, query):
    location = oci.start_upload(repo)
    reply = oci.request("PUT", with_query(location, query) if query else location, DATA)
    assert reply.expect(400).error()[0] == "DIGEST_INVALID"


def test_the_empty_blob(oci, repo):
    digest = digest_of(b"")
    check_stored(oci, repo, oci.finish_upload(oci.start_upload(repo), digest), b"", digest)


def test_a_digest_may_be_escaped(oci, repo):
    reply = oci.finish_upload(oci.start_upload(repo), DIGEST.replace(":", "%3A"), DATA)
    check_stored(oci, repo, reply)


def test_the_same_blob_again(oci, repo):
    oci.push_blob(repo, DATA)
    check_stored(oci, repo, oci.finish_upload(oci.start_upload(repo), DIGEST, DATA))


def test_sha512(oci, repo):
    digest = digest_of(DATA, "sha512")
    location = oci.start_upload(repo, "?digest-algorithm=sha512")
    location = oci.patch(location, DATA[:1000]).expect(202).header("Location")
    check_stored(oci, repo, oci.finish_upload(location, digest, DATA[1000:]), digest=digest)


def test_sha512_without_a_word_before_the_digest(oci, repo):
    """A client of today's spec names no algorithm when it starts."""
    digest = digest_of(DATA, "sha512")
    location = oci.patch(oci.start_upload(repo), DATA).expect(202).header("Location")
    check_stored(oci, repo, oci.finish_upload(location, digest), digest=digest)
    reply = oci.request("POST", f"/v2/{repo}/blobs/uploads/?digest={digest}", DATA)
    check_stored(oci, repo, reply, digest=digest)


def test_an_algorithm_that_nobody_knows(oci, repo):
    oci.request("POST", f"/v2/{repo}/blobs/uploads/?digest-algorithm=md5").expect(400)


def test_an_unknown_repository(oci, server):
    code, message = oci.request("POST", "/v2/no/such/repository/blobs/uploads/").expect(404).error()
    assert code == "NAME_UNKNOWN"
    assert message == ("The repository with name 'no/such/repository' does not exist in the registry with id "
                       f"'{server.account}'")


def test_resume_after_a_restart(make_server):
    server = make_server()
    aws.client(server).create_repository(repositoryName="resume/me")
    oci = Oci(server, aws.registry_token(server))
    location = oci.patch(oci.start_upload("resume/me"), DATA[:100_000]).expect(202).header("Location")
    server.restart()
    assert oci.get(location).expect(204).header("Range") == "0-99999"
    location = oci.patch(location, DATA[100_000:200_000], first=100_000).expect(202).header("Location")
    server.restart()
    check_stored(oci, "resume/me", oci.finish_upload(location, DIGEST, DATA[200_000:]))

"""Hostile names, digests, references and page sizes (security list S1, S2, S4)."""

import os
import pathlib
import re

import pytest

from support import aws
from support.oci import Oci, digest_of, random_bytes

HEX = "a" * 64
NASTY = ["..", "../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "%2e%2e%2fetc",
         "%00", "a%00b", "%0d%0aX-Injected:1", "%252e%252e%252f", "....//....//etc/passwd",
         "/etc/passwd", "\\..\\..\\x", "%c0%ae%c0%ae/", "%ff%fe", "%", "%zz", "%u002e", "a" * 5000, "~root",
         "${HOME}", "';--", "con", "."]


def harmless(reply):
    """A refusal, and nothing of the machine in it."""
    assert reply.status in (301, 308, 400, 401, 403, 404, 405, 413, 414, 431), reply
    assert b"root:" not in reply.body and b"127.0.0.1 localhost" not in reply.body
    assert reply.header("X-Injected") is None
    return reply


@pytest.mark.parametrize("name", NASTY)
def test_repository_names(oci, name):
    for tail in ("tags/list", "manifests/latest", f"blobs/sha256:{HEX}", f"referrers/sha256:{HEX}"):
        harmless(oci.get(f"/v2/{name}/{tail}"))
    harmless(oci.request("POST", f"/v2/{name}/blobs/uploads/"))
    harmless(oci.request("PUT", f"/v2/{name}/manifests/x", b"{}"))


@pytest.mark.parametrize("name", NASTY)
def test_references_and_uploads(oci, repo, name):
    for target in (f"/v2/{repo}/manifests/{name}", f"/v2/{repo}/blobs/{name}", f"/v2/{repo}/blobs/sha256:{name}",
                   f"/v2/{repo}/blobs/uploads/{name}", f"/v2/{repo}/referrers/{name}"):
        harmless(oci.get(target))
        harmless(oci.head(target))
        harmless(oci.delete(target))
        harmless(oci.request("PATCH", target, b"data"))
    harmless(oci.request("PUT", f"/v2/{repo}/blobs/uploads/{name}?digest={digest_of(b'x')}", b"x"))
    harmless(oci.request("PUT", f"/v2/{repo}/manifests/{name}", b"{}"))


@pytest.mark.parametrize("digest", [
    "sha256:" + HEX.upper(), "SHA256:" + HEX, "sha256:" + HEX[:-1], "sha256:" + HEX + "a", "sha256:" + "g" * 64,
    "sha256:", ":" + HEX, "sha384:" + "a" * 96, "sha1:" + "a" * 40, "md5:" + "a" * 32,
    "sha512:" + HEX, "sha256:sha256:x", "sha256+b64:" + HEX, "sha256:" + HEX + "%00", "sha256:%2e%2e%2f" + "a" * 55,
    "sha256:" + "a" * 100_000,
])
def test_digests(oci, repo, digest):
    for target in (f"/v2/{repo}/blobs/{digest}", f"/v2/{repo}/manifests/{digest}", f"/v2/{repo}/referrers/{digest}"):
        harmless(oci.get(target))
    location = oci.start_upload(repo)
    harmless(oci.finish_upload(location, digest, b"x"))
    reply = oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}")
    assert reply.status == 202 or harmless(reply)


@pytest.mark.parametrize("target", [
    "/v2/..", "/v2/../v2/_catalog/..", "/v2//", "/v2/_catalog/../../etc/passwd", "//v2/", "/v2/./_catalog", "/V2/",
    "/v2/%5fcatalog", "/..", "/../../etc/passwd", "/.git/config", "/healthz", "/metrics", "/readyz", "/download/x",
    "/download/../../etc/passwd", "/v3/", "/?x=../..", "/v2/" + "a/" * 4000, "/v2/a/b/c", "/v2/tags/list",
    "/v2/blobs/uploads/", "/v2//tags/list", "/v2/manifests/x",
])
def test_paths(server, oci, target):
    harmless(server.http.request("GET", target))
    reply = oci.get(target)
    assert reply.status in (200, 301, 308, 400, 401, 403, 404, 405, 414, 431)
    # 403: a call of STS without a signature, a download URL with a wrong one
    assert reply.status != 403 or target.startswith(("/?", "/download/"))
    assert b"root:" not in reply.body and b"[core]" not in reply.body
    if not target.startswith("/v2") and not target.startswith("//v2"):
        assert reply.status != 200


def test_the_admin_listener_tells_nothing_else(server):
    for target in ("/", "/v2/", "/../../etc/passwd", "/debug", "/metrics/../x"):
        assert server.admin.request("GET", target).status in (400, 404, 405)
    assert server.admin.request("GET", "/healthz").status == 200


def test_file_system_is_left_alone(make_server):
    """After all that: every open file is in the data folder, and nothing has appeared beside it."""
    server = make_server()
    aws.client(server).create_repository(repositoryName="fs/test")
    oci = Oci(server, aws.registry_token(server))
    before = sorted(path.name for path in server.folder.iterdir())
    for name in NASTY:
        oci.get(f"/v2/fs/test/blobs/{name}")
        oci.request("PUT", f"/v2/fs/test/manifests/{name}", b"{}")
        oci.request("PATCH", f"/v2/fs/test/blobs/uploads/{name}", b"data")
        oci.request("POST", f"/v2/{name}/blobs/uploads/?digest={digest_of(b'x')}", b"x")
    oci.push_image("fs/test", "v1")
    assert sorted(path.name for path in server.folder.iterdir()) == before
    folder = pathlib.Path(f"/proc/{server.process.pid}/fd")
    for entry in folder.iterdir():
        try:
            target = os.readlink(entry)
        except FileNotFoundError:
            continue
        if target.startswith("/") and not target.startswith(("/dev/", "/proc/")):
            inside = pathlib.Path(target.removesuffix(" (deleted)")).is_relative_to(server.data)
            assert inside or target == str(server.log_path), target


# S2: a repository knows only its own

def neutral(reply, digest):
    return reply.status, re.sub(rb"sha256:[0-9a-f]{64}", b"D", reply.body), reply.header("Content-Type")


def test_another_repositorys_blob_is_as_good_as_none(oci, repo, new_repo):
    other = new_repo()
    manifest = oci.push_image(other, "v1")
    digests = [digest_of(manifest), oci.get_manifest(other, "v1").json()["layers"][0]["digest"]]
    absent = digest_of(random_bytes(20))
    for digest in digests:
        for kind in ("blobs", "manifests"):
            for headers in ({}, {"Range": "bytes=0-0"}, {"If-None-Match": f'"{digest}"'}, {"If-None-Match": "*"}):
                known = oci.get(f"/v2/{repo}/{kind}/{digest}", headers)
                unknown = oci.get(f"/v2/{repo}/{kind}/{absent}", headers)
                assert neutral(known, digest) == neutral(unknown, absent) and known.status == 404
            assert oci.head(f"/v2/{repo}/{kind}/{digest}").status == 404
            assert oci.delete(f"/v2/{repo}/{kind}/{digest}").status == 404
    oci.get_manifest(other, "v1").expect(200)


@pytest.mark.parametrize("host", ["999999999999.dkr.ecr.{region}.amazonaws.com",
                                  "000000000000.dkr.ecr.{region}.amazonaws.com"])
def test_the_registry_of_another_account(server, oci, repo, host):
    oci.push_image(repo, "v1")
    foreign = Oci(server, oci.credentials, host=host.format(region=server.region))
    for target in (f"/v2/{repo}/manifests/v1", f"/v2/{repo}/tags/list", "/v2/_catalog"):
        foreign.get(target).expect(401, 403, 404)
    layer = oci.get_manifest(repo, "v1").json()["layers"][0]["digest"]
    foreign.request("POST", f"/v2/{repo}/blobs/uploads/?mount={layer}").expect(401, 403, 404)


def test_another_region_sees_nothing(server, oci, repo):
    oci.push_image(repo, "v1")
    elsewhere = Oci(server, oci.credentials, host=f"{server.account}.dkr.ecr.eu-west-3.amazonaws.com")
    elsewhere.get(f"/v2/{repo}/manifests/v1").expect(401, 403, 404)


@pytest.mark.parametrize("host", ["evil.example", "123456789012.dkr.ecr.us-east-1.evil.example", "", "a" * 3000,
                                  "[::1", "x:99999", "x y", "..", "1.2.3.4:0", "*"])
def test_odd_hosts(server, oci, host):
    reply = Oci(server, oci.credentials, host=host).get("/v2/") if host else server.http.request(
        "GET", "/v2/", headers={"Host": "", "Authorization": oci.authorization})
    assert reply.status in (200, 400, 401, 403, 404, 421, 431)


# S4: page sizes

@pytest.mark.parametrize("n", ["0", "-1", "1000000000000000000", "99999999999999999999999", "abc", "1.5", "0x10", "",
                               "%00", "5;", "1e3", "+5", "9" * 1000])
def test_page_sizes(server, oci, repo, n):
    oci.push_image(repo, "v1")
    image = digest_of(oci.get_manifest(repo, "v1").body)
    before = server.status_kib("VmRSS")
    for target in (f"/v2/{repo}/tags/list", "/v2/_catalog", f"/v2/{repo}/referrers/{image}"):
        reply = oci.get(f"{target}?n={n}").expect(200, 400, 405)
        assert len(reply.body) < 200_000
    assert server.status_kib("VmRSS") < before + 32 * 1024


@pytest.mark.parametrize("last", ["%00", "%ff%fe", "a" * 5000, "..", "%27%20OR%201=1--", "%25", "%",
                                  "%F0%9F%92%A5", "a&last=b"])
def test_page_starts(oci, repo, last):
    oci.push_image(repo, "v1")
    for target in (f"/v2/{repo}/tags/list", "/v2/_catalog"):
        oci.get(f"{target}?n=10&last={last}").expect(200, 400, 414, 431)

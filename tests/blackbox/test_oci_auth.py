"""Who may come through the OCI door, and what those are told who may not (ecr.md 4)."""

import base64
import re
import time

import pytest

from support import aws
from support.oci import Oci, digest_of

ABSENT = digest_of(b"nobody pushed this")


def check_challenge(reply, realm=r"https?://[^\"/]+/"):
    reply.expect(401)
    assert reply.header("Docker-Distribution-Api-Version") == "registry/2.0"
    assert re.fullmatch(rf'Basic realm="{realm}",service="ecr\.amazonaws\.com"', reply.header("Www-Authenticate"))
    assert reply.header("Content-Type") == "text/plain; charset=utf-8"
    assert reply.header("Content-Length") == "15"


def test_the_challenge_is_that_of_ecr(server):
    reply = server.http.request("GET", "/v2/")
    check_challenge(reply)
    assert reply.body == b"Not Authorized\n"


def test_the_realm_is_the_host_that_was_asked(server):
    host = f"{server.account}.dkr.ecr.{server.region}.amazonaws.com"
    reply = server.http.request("GET", "/v2/", headers={"Host": host})
    check_challenge(reply, rf"https?://{re.escape(host)}/")


def test_a_token_opens_the_door(oci):
    reply = oci.get("/v2/").expect(200)
    assert reply.header("Docker-Distribution-Api-Version") == "registry/2.0"


def test_v2_without_the_slash(server, oci):
    assert server.http.request("GET", "/v2").status in (301, 308, 401)
    assert oci.get("/v2").status in (200, 301, 308)


ROUTES = [
    ("GET", "/v2/"), ("HEAD", "/v2/"), ("GET", "/v2/_catalog"),
    ("GET", "/v2/{repo}/tags/list"), ("GET", "/v2/{repo}/manifests/latest"), ("HEAD", "/v2/{repo}/manifests/latest"),
    ("PUT", "/v2/{repo}/manifests/latest"), ("DELETE", "/v2/{repo}/manifests/latest"),
    ("GET", "/v2/{repo}/blobs/" + ABSENT), ("HEAD", "/v2/{repo}/blobs/" + ABSENT),
    ("DELETE", "/v2/{repo}/blobs/" + ABSENT), ("POST", "/v2/{repo}/blobs/uploads/"),
    ("GET", "/v2/{repo}/blobs/uploads/a8b2f2c8-3c1e-4b7e-9d3e-111111111111"),
    ("PATCH", "/v2/{repo}/blobs/uploads/a8b2f2c8-3c1e-4b7e-9d3e-111111111111"),
    ("PUT", "/v2/{repo}/blobs/uploads/a8b2f2c8-3c1e-4b7e-9d3e-111111111111?digest=" + ABSENT),
    ("DELETE", "/v2/{repo}/blobs/uploads/a8b2f2c8-3c1e-4b7e-9d3e-111111111111"),
    ("GET", "/v2/{repo}/referrers/" + ABSENT),
]


@pytest.mark.parametrize("method,path", ROUTES)
def test_nothing_is_told_without_credentials(server, oci, repo, method, path):
    oci.push_image(repo, "latest")
    known = server.http.request(method, path.format(repo=repo))
    unknown = server.http.request(method, path.format(repo="no/such/repository"))
    check_challenge(known)
    check_challenge(unknown)
    assert known.body == unknown.body, "the answer must not say whether the repository exists"


def basic(text):
    return {"Authorization": "Basic " + base64.b64encode(text).decode()}


@pytest.mark.parametrize("headers", [
    basic(b"AWS:wrong"), basic(b"AWS:"), basic(b":"), basic(b"AWS"), basic(b""), basic(b"AWS:" + b"A" * 2000),
    basic(b"AWS:\x00\xff"), basic(b"AWS:a:b:c"),
    {"Authorization": "Basic"}, {"Authorization": "Basic !!!not-base64!!!"}, {"Authorization": "Bearer abc"},
    {"Authorization": "Negotiate abc"}, {"Authorization": ""},
], ids=lambda headers: headers["Authorization"][:24])
def test_wrong_credentials(server, headers):
    check_challenge(server.http.request("GET", "/v2/", headers=headers))


def test_the_user_must_be_aws(server, oci):
    check_challenge(Oci(server, ("root", oci.credentials[1])).get("/v2/"))


def test_a_changed_token_is_refused(server, oci):
    password = oci.credentials[1]
    for at in range(0, len(password), max(1, len(password) // 24)):
        changed = password[:at] + ("B" if password[at] != "B" else "C") + password[at + 1:]
        if base64_equal(changed, password):
            continue
        check_challenge(Oci(server, ("AWS", changed)).get("/v2/"))


def base64_equal(a, b):
    """Two texts may stand for the same bytes: the last character has spare bits."""
    def decoded(text):
        return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "==")
    try:
        return decoded(a) == decoded(b)
    except ValueError:
        return False


def test_the_scheme_name_has_no_case(server, oci):
    token = oci.authorization.removeprefix("Basic ")
    server.http.request("GET", "/v2/", headers={"Authorization": "basic " + token}).expect(200)


def test_a_token_of_another_installation_is_refused(server, make_server):
    foreign = aws.registry_token(make_server())
    check_challenge(Oci(server, foreign).get("/v2/"))


def test_an_expired_token(make_server):
    server = make_server("--auth-token-lifetime", "2s")
    oci = Oci(server, aws.registry_token(server))
    oci.get("/v2/").expect(200)
    time.sleep(3)
    reply = oci.get("/v2/").expect(401)
    assert reply.header("Www-Authenticate").startswith("Basic realm=")
    assert reply.error() == ("UNAUTHORIZED", "Your authorization token has expired. Reauthenticate and try again.")


def test_a_token_outlives_a_restart(make_server):
    server = make_server()
    oci = Oci(server, aws.registry_token(server))
    server.restart()
    oci.get("/v2/").expect(200)

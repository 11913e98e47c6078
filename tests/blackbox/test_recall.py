"""Pulls that are answered from memory are answered as if they were not: what is taken away is gone with the next request.

Each test first makes sure that its pull is recalled, so that it cannot pass for want of what it is about.
"""

import re

import pytest

from support import aws
from support.iam import User, allow, deny, policy, to
from support.oci import digest_of

PULL = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:ListImages",
        "ecr:BatchCheckLayerAvailability"]


@pytest.fixture
def server(make_server):
    made = make_server("--gc-pause=100ms")
    aws.client(made).create_repository(repositoryName="team/app")
    return made


@pytest.fixture
def image(server):
    oci = User(server, policy(allow("ecr:*"))).oci()
    return oci.push_image("team/app", "v1", layers=1), oci


def recalled(server):
    text = server.admin.request("GET", "/metrics").expect(200).body.decode()
    return int(re.search(r"^berth_oci_recalled_total (\d+)$", text, re.M)[1])


def warm(server, ask, status=200):
    """Asks until an answer is recalled; between two flushes of pull times there are some."""
    for _ in range(200):
        before = recalled(server)
        reply = ask().expect(status)
        if recalled(server) > before:
            return reply
    pytest.fail("nothing is recalled")


def test_the_answer_is_the_same(server, image):
    manifest, oci = image
    first = oci.get_manifest("team/app", "v1").expect(200)
    again = warm(server, lambda: oci.get_manifest("team/app", "v1"))
    assert again.body == manifest
    varying = {"date", "x-request-id"}
    assert {k.lower(): v for k, v in again.headers.items() if k.lower() not in varying} == \
        {k.lower(): v for k, v in first.headers.items() if k.lower() not in varying}
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    layer = first.json()["layers"][0]
    target = f"/v2/team/app/blobs/{layer['digest']}"
    assert digest_of(warm(server, lambda: oci.get(target)).body) == layer["digest"]
    assert warm(server, lambda: oci.head(target)).headers["Content-Length"] == str(layer["size"])
    assert oci.get(target, {"Range": "bytes=1-2"}).expect(206).body == oci.get(target).body[1:3]
    assert warm(server, lambda: oci.get("/v2/team/app/tags/list")).json()["tags"] == ["v1"]


def test_a_tag_moves_and_goes(server, image):
    _, oci = image
    warm(server, lambda: oci.get_manifest("team/app", "v1"))
    other = oci.push_image("team/app", "v1", layers=1)
    assert oci.get_manifest("team/app", "v1").expect(200).body == other
    warm(server, lambda: oci.get_manifest("team/app", "v1"))
    warm(server, lambda: oci.get("/v2/team/app/tags/list"))
    oci.delete("/v2/team/app/manifests/v1").expect(202)
    oci.get_manifest("team/app", "v1").expect(404)
    assert not oci.get("/v2/team/app/tags/list").expect(200).json()["tags"]


def test_a_permission_is_taken_away(server, image):
    reader = User(server, policy(allow(PULL)))
    oci = reader.oci()
    ask = lambda: oci.get_manifest("team/app", "v1")  # noqa: E731
    warm(server, ask)
    reader.put(policy(allow(PULL), deny("ecr:BatchGetImage")))
    ask().expect(403)
    reader.put(policy(allow(PULL)))
    warm(server, ask)
    aws.client(server).set_repository_policy(
        repositoryName="team/app", policyText=policy({"Sid": "no", **to({"AWS": reader.arn}, "Deny", "ecr:*")}))
    ask().expect(403)
    aws.client(server).delete_repository_policy(repositoryName="team/app")
    warm(server, ask)
    reader.iam.update_access_key(UserName=reader.name, AccessKeyId=reader.keys["access_key"], Status="Inactive")
    ask().expect(401)


def test_one_does_not_see_anothers_answer(server, image):
    _, oci = image
    warm(server, lambda: oci.get_manifest("team/app", "v1"))
    User(server, policy(allow("ecr:GetAuthorizationToken"))).oci().get_manifest("team/app", "v1").expect(403)
    oci.request("GET", "/v2/team/app/manifests/v1", headers={"Authorization": ""}).expect(401)


def test_a_condition_on_the_time_is_asked_again(server, image):
    day = {"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}
    by_day, always = (User(server, policy(each)).oci() for each in (allow(PULL, **day), allow(PULL)))
    warm(server, lambda: always.get("/v2/team/app/tags/list"))
    before = recalled(server)
    for _ in range(20):
        by_day.get("/v2/team/app/tags/list").expect(200)
    assert recalled(server) == before


def test_a_deleted_repository_is_gone_with_its_layers(server, image):
    _, oci = image
    layer = oci.get_manifest("team/app", "v1").json()["layers"][0]["digest"]
    warm(server, lambda: oci.get(f"/v2/team/app/blobs/{layer}"))
    aws.client(server).delete_repository(repositoryName="team/app", force=True)
    oci.get(f"/v2/team/app/blobs/{layer}").expect(404)
    oci.get_manifest("team/app", "v1").expect(404)

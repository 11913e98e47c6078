"""Layers through the API: InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload and what follows from them."""

import time
import urllib.parse
import uuid

import pytest

from support.expect import aws_error, no_repository
from support.oci import digest_of, random_bytes

MIB = 1 << 20
ABSENT = digest_of(b"nobody pushed this")


def upload(ecr, repo, data, part=5 * MIB):
    """The upload's id; all parts are sent, nothing is completed."""
    started = ecr.initiate_layer_upload(repositoryName=repo)
    for at in range(0, len(data), part):
        piece = data[at:at + part]
        ecr.upload_layer_part(repositoryName=repo, uploadId=started["uploadId"], partFirstByte=at,
                              partLastByte=at + len(piece) - 1, layerPartBlob=piece)
    return started["uploadId"]


def push_layer(ecr, repo, data):
    digest = digest_of(data)
    ecr.complete_layer_upload(repositoryName=repo, uploadId=upload(ecr, repo, data), layerDigests=[digest])
    return digest


def test_upload(ecr, oci, server, repo):
    data = random_bytes(12 * MIB + 17)
    started = ecr.initiate_layer_upload(repositoryName=repo)
    assert str(uuid.UUID(started["uploadId"])) == started["uploadId"] and started["partSize"] == 10 * MIB
    for at in range(0, len(data), 5 * MIB):
        piece = data[at:at + 5 * MIB]
        done = ecr.upload_layer_part(repositoryName=repo, uploadId=started["uploadId"], partFirstByte=at,
                                     partLastByte=at + len(piece) - 1, layerPartBlob=piece)
        assert done["lastByteReceived"] == at + len(piece) - 1
        assert (done["registryId"], done["repositoryName"]) == (server.account, repo)
        assert done["uploadId"] == started["uploadId"]
    done = ecr.complete_layer_upload(repositoryName=repo, uploadId=started["uploadId"], layerDigests=[digest_of(data)])
    assert done["layerDigest"] == digest_of(data)
    assert (done["registryId"], done["repositoryName"]) == (server.account, repo)
    assert oci.get(f"/v2/{repo}/blobs/{digest_of(data)}").expect(200).body == data


def test_one_small_part(ecr, oci, repo):
    digest = push_layer(ecr, repo, b"tiny")
    assert oci.get(f"/v2/{repo}/blobs/{digest}").expect(200).body == b"tiny"


def test_the_same_layer_again(ecr, repo):
    digest = push_layer(ecr, repo, b"twice")
    with aws_error("LayerAlreadyExistsException"):
        ecr.complete_layer_upload(repositoryName=repo, uploadId=upload(ecr, repo, b"twice"), layerDigests=[digest])


def test_the_wrong_digest(ecr, oci, repo):
    with aws_error("InvalidLayerException"):
        ecr.complete_layer_upload(repositoryName=repo, uploadId=upload(ecr, repo, b"data"), layerDigests=[ABSENT])
    oci.get(f"/v2/{repo}/blobs/{digest_of(b'data')}").expect(404)


def test_an_empty_upload(ecr, repo):
    started = ecr.initiate_layer_upload(repositoryName=repo)
    with aws_error("EmptyUploadException"):
        ecr.complete_layer_upload(repositoryName=repo, uploadId=started["uploadId"], layerDigests=[digest_of(b"")])


def test_parts_that_are_too_small(ecr, repo):
    data = random_bytes(2000)
    with aws_error("LayerPartTooSmallException", "All layer parts except the last part should be at least 5MB"):
        ecr.complete_layer_upload(repositoryName=repo, uploadId=upload(ecr, repo, data, part=1000),
                                  layerDigests=[digest_of(data)])


@pytest.mark.parametrize("first", [0, 1, 5 * MIB - 1, 5 * MIB + 1])
def test_parts_that_do_not_follow(ecr, oci, server, repo, first):
    data = random_bytes(5 * MIB)
    started = upload(ecr, repo, data)
    with aws_error("InvalidLayerPartException") as caught:
        ecr.upload_layer_part(repositoryName=repo, uploadId=started, partFirstByte=first, partLastByte=first + 9,
                              layerPartBlob=b"0123456789")
    assert caught.response["registryId"] == server.account
    assert caught.response["repositoryName"] == repo
    assert caught.response["uploadId"] == started
    assert caught.response["lastValidByteReceived"] == 5 * MIB - 1
    ecr.complete_layer_upload(repositoryName=repo, uploadId=started, layerDigests=[digest_of(data)])
    assert oci.get(f"/v2/{repo}/blobs/{digest_of(data)}").expect(200).body == data


def test_a_part_that_is_not_as_long_as_it_says(ecr, repo):
    started = ecr.initiate_layer_upload(repositoryName=repo)["uploadId"]
    for first, last in ((0, 5), (0, 20), (5, 0)):
        with aws_error(("InvalidLayerPartException", "InvalidParameterException")):
            ecr.upload_layer_part(repositoryName=repo, uploadId=started, partFirstByte=first, partLastByte=last,
                                  layerPartBlob=b"0123456789")


def test_bad_parts(bad_ecr, api, repo):
    started = bad_ecr.initiate_layer_upload(repositoryName=repo)["uploadId"]
    with aws_error("InvalidParameterException"):
        bad_ecr.upload_layer_part(repositoryName=repo, uploadId=started, partFirstByte=-1, partLastByte=8,
                                  layerPartBlob=b"0123456789")
    for blob in ("not base64!", "QUJ", 5):
        reply = api.call("UploadLayerPart", {"repositoryName": repo, "uploadId": started, "partFirstByte": 0,
                                             "partLastByte": 2, "layerPartBlob": blob}).expect(400)
        assert reply.json()["__type"] in ("InvalidParameterException", "SerializationException")


def test_an_upload_that_is_not_there(ecr, repo, new_repo):
    elsewhere = upload(ecr, new_repo(), b"elsewhere")
    for started in (str(uuid.uuid4()), elsewhere):
        with aws_error("UploadNotFoundException"):
            ecr.upload_layer_part(repositoryName=repo, uploadId=started, partFirstByte=0, partLastByte=0,
                                  layerPartBlob=b"x")
        with aws_error("UploadNotFoundException"):
            ecr.complete_layer_upload(repositoryName=repo, uploadId=started, layerDigests=[ABSENT])
    for started in ("nonsense", "../../etc/passwd"):
        with aws_error(("UploadNotFoundException", "InvalidParameterException")):
            ecr.complete_layer_upload(repositoryName=repo, uploadId=started, layerDigests=[ABSENT])


def test_a_repository_that_is_not_there(ecr, server):
    message = no_repository("not/there", server.account)
    with aws_error("RepositoryNotFoundException", message):
        ecr.initiate_layer_upload(repositoryName="not/there")
    with aws_error("RepositoryNotFoundException", message):
        ecr.batch_check_layer_availability(repositoryName="not/there", layerDigests=[ABSENT])
    with aws_error("RepositoryNotFoundException", message):
        ecr.get_download_url_for_layer(repositoryName="not/there", layerDigest=ABSENT)


def test_both_doors_share_an_upload_store(ecr, oci, repo):
    """A layer that one door has is there for the other."""
    digest = oci.push_blob(repo, b"through the OCI door")
    found = ecr.batch_check_layer_availability(repositoryName=repo, layerDigests=[digest])["layers"]
    assert found[0]["layerAvailability"] == "AVAILABLE"
    with aws_error("LayerAlreadyExistsException"):
        ecr.complete_layer_upload(repositoryName=repo, uploadId=upload(ecr, repo, b"through the OCI door"),
                                  layerDigests=[digest])


# BatchCheckLayerAvailability

def test_availability(ecr, oci, repo):
    image = oci.push_image(repo, "v1")
    del image
    layer = oci.get_manifest(repo, "v1").json()["layers"][0]
    answer = ecr.batch_check_layer_availability(
        repositoryName=repo, layerDigests=[layer["digest"], ABSENT, "sha256:xyz", "nonsense"])
    found = {entry["layerDigest"]: entry for entry in answer["layers"]}
    assert found[layer["digest"]]["layerAvailability"] == "AVAILABLE"
    assert found[layer["digest"]]["layerSize"] == layer["size"]
    assert found[layer["digest"]]["mediaType"] == layer["mediaType"]
    assert found[ABSENT]["layerAvailability"] == "UNAVAILABLE" and len(found) == 2
    assert [(entry["layerDigest"], entry["failureCode"]) for entry in answer["failures"]] == [
        ("sha256:xyz", "InvalidLayerDigest"), ("nonsense", "InvalidLayerDigest")]
    assert all(entry["failureReason"] for entry in answer["failures"])


def test_availability_is_of_the_repository(ecr, oci, repo, new_repo):
    digest = oci.push_blob(new_repo(), random_bytes(100))
    found = ecr.batch_check_layer_availability(repositoryName=repo, layerDigests=[digest])["layers"]
    assert found[0]["layerAvailability"] == "UNAVAILABLE"


def test_availability_limits(bad_ecr, repo):
    for digests in ([], [digest_of(bytes([number])) for number in range(101)]):
        with aws_error("InvalidParameterException"):
            bad_ecr.batch_check_layer_availability(repositoryName=repo, layerDigests=digests)


# GetDownloadUrlForLayer

@pytest.fixture
def link(ecr, oci, repo):
    """A download URL, and the bytes that it should give."""
    oci.push_image(repo, "v1")
    digest = oci.get_manifest(repo, "v1").json()["layers"][0]["digest"]
    answer = ecr.get_download_url_for_layer(repositoryName=repo, layerDigest=digest)
    assert answer["layerDigest"] == digest
    return answer["downloadUrl"], oci.get(f"/v2/{repo}/blobs/{digest}").body


def test_download(server, link):
    url, data = link
    reply = server.http.request("GET", url).expect(200)
    assert reply.body == data and reply.header("Content-Length") == str(len(data))
    reply = server.http.request("GET", url, headers={"Range": "bytes=10-19"}).expect(206)
    assert reply.body == data[10:20] and reply.header("Content-Range") == f"bytes 10-19/{len(data)}"
    assert server.http.request("GET", url, headers={"Range": "bytes=-5"}).expect(206).body == data[-5:]


def test_the_url_can_be_fetched_as_it_is(server, link):
    parts = urllib.parse.urlsplit(link[0])
    assert (parts.scheme, parts.netloc) == ("http", server.registry)
    assert server.credentials["secretAccessKey"] not in link[0]


def test_the_url_expires_in_an_hour(link):
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link[0]).query))
    expiry = [int(value) for name, value in query.items() if "expire" in name.lower()]
    assert expiry and (expiry[0] == 3600 or abs(expiry[0] - time.time() - 3600) < 60)


def test_the_url_cannot_be_changed(server, link):
    parts = urllib.parse.urlsplit(link[0])
    query = urllib.parse.parse_qsl(parts.query)
    for at, (name, value) in enumerate(query):
        replaced = "9" + value[1:] if value[:1] != "9" else "8" + value[1:]
        for changed in (replaced, value + "0", ""):
            altered = [*query[:at], (name, changed), *query[at + 1:]]
            server.http.request("GET", parts.path + "?" + urllib.parse.urlencode(altered)).expect(400, 401, 403, 404)
        missing = query[:at] + query[at + 1:]
        server.http.request("GET", parts.path + "?" + urllib.parse.urlencode(missing)).expect(400, 401, 403, 404)
    digest = parts.path.rsplit("sha256", 1)
    if len(digest) == 2:
        other = digest[0] + "sha256" + digest[1][0] + ABSENT[7:]
        server.http.request("GET", f"{other}?{parts.query}").expect(400, 401, 403, 404)
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        server.http.request(method, link[0], b"x").expect(400, 401, 403, 404, 405)


def test_the_url_ends_with_its_layer(ecr, server, repo, link):
    ecr.delete_repository(repositoryName=repo, force=True)
    server.http.request("GET", link[0]).expect(403, 404)


def test_a_layer_that_no_image_holds(ecr, oci, repo):
    digest = oci.push_blob(repo, b"alone")
    with aws_error("LayerInaccessibleException"):
        ecr.get_download_url_for_layer(repositoryName=repo, layerDigest=digest)


def test_a_layer_that_is_not_there(ecr, bad_ecr, repo, new_repo, oci):
    elsewhere = oci.push_blob(new_repo(), random_bytes(64))
    for digest in (ABSENT, elsewhere):
        with aws_error("LayersNotFoundException"):
            ecr.get_download_url_for_layer(repositoryName=repo, layerDigest=digest)
    with aws_error("InvalidParameterException"):
        bad_ecr.get_download_url_for_layer(repositoryName=repo, layerDigest="nonsense")

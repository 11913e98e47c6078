"""AWS JSON 1.1 as such: form of answers, signatures, operations that do not exist."""

import datetime
import re

import botocore.auth
import pytest

from support import aws
from support.aws import aws_error, presign
from support.expect import aws_error as expect_error

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def test_an_answer(api):
    reply = api.call("DescribeRegistry", {}).expect(200)
    assert reply.header("Content-Type") == "application/x-amz-json-1.1"
    assert re.fullmatch(UUID, reply.header("x-amzn-RequestId"))
    assert "null" not in reply.body.decode()


def test_an_error(api, server):
    reply = api.call("DescribeRepositories", {"repositoryNames": ["no/such"]}).expect(400)
    assert reply.header("Content-Type") == "application/x-amz-json-1.1"
    assert re.fullmatch(UUID, reply.header("x-amzn-RequestId"))
    assert reply.body.decode() == (
        '{"__type":"RepositoryNotFoundException","message":"The repository with name \'no/such\' does not exist in the '
        f'registry with id \'{server.account}\'"}}')


def test_unknown_members_are_ignored(api):
    api.call("DescribeRegistry", {"somethingNew": {"a": [1, 2, None]}}).expect(200)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"nonsense", b'"x"', b"\xff", b"{}{}", b"[" * 100_000,
                                  b'{"a":' * 100_000])
def test_bodies_that_are_no_json_object(api, body):
    reply = api.call("CreateRepository", body).expect(400)
    assert aws_error(reply)[0] in ("SerializationException", "InvalidParameterException")


@pytest.mark.parametrize("payload", [{"repositoryName": 5}, {"repositoryName": ["a"]}, {"repositoryName": {}},
                                     {"repositoryName": "ok/name", "tags": "x"},
                                     {"repositoryName": "ok/name", "imageScanningConfiguration": {"scanOnPush": "x"}}])
def test_members_of_the_wrong_type(api, payload):
    reply = api.call("CreateRepository", payload).expect(400)
    assert aws_error(reply)[0] in ("SerializationException", "InvalidParameterException")


def test_null_members_are_absent_members(api):
    api.call("DescribeRepositories", {"repositoryNames": None, "registryId": None}).expect(200)


@pytest.mark.parametrize("operation", ["NoSuchOperation", "", "createrepository", "Create Repository", "A" * 5000])
def test_an_unknown_operation(api, operation):
    assert aws_error(api.call(operation, {}).expect(400, 404))[0] == "UnknownOperationException"


@pytest.mark.parametrize("target", [None, "CreateRepository", "Other_V1.CreateRepository", "."])
def test_an_unknown_target(api, server, target):
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    if target:
        headers["X-Amz-Target"] = target
    reply = api.http.request("POST", "/", b"{}", api.signed(b"{}", headers))
    assert 400 <= reply.status < 500


def test_a_body_beyond_all_limits(api):
    reply = api.call("UploadLayerPart", b'{"x":"' + b"a" * (33 << 20) + b'"}')
    assert reply.status in (400, 413)


# signatures

def test_no_signature(server, api):
    reply = server.http.request("POST", "/", b"{}", api.headers("DescribeRegistry")).expect(400, 403)
    assert aws_error(reply) == ("MissingAuthenticationTokenException", "Missing Authentication Token")


def test_an_unknown_access_key(server):
    ecr = aws.client(server, access_key="AKIAIOSFODNN7EXAMPLE")
    with expect_error("UnrecognizedClientException", "The security token included in the request is invalid.", None):
        ecr.describe_registry()


def test_the_wrong_secret(server):
    ecr = aws.client(server, secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    with expect_error("InvalidSignatureException", None, None) as caught:
        ecr.describe_registry()
    assert caught.message.startswith("The request signature we calculated does not match the signature you provided. "
                                     "Check your AWS Secret Access Key and signing method. Consult the service "
                                     "documentation for details.")
    assert "wJalr" not in caught.message


def test_a_session_token_that_is_not_ours(server):
    ecr = aws.client(server, session_token="FwoGZXIvYXdzEXAMPLE")
    with expect_error(("UnrecognizedClientException", "InvalidSignatureException"), None, None):
        ecr.describe_registry()


@pytest.mark.parametrize("minutes,words", [(-20, "Signature expired: "), (20, "Signature not yet current: "),
                                           (-60 * 24 * 400, "Signature expired: ")])
def test_clock_skew(api, monkeypatch, minutes, words):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    name, message = aws_error(api.call("DescribeRegistry", {}).expect(400, 403))
    assert name == "InvalidSignatureException" and message.startswith(words)


def test_a_clock_that_is_a_little_off(api, monkeypatch):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=4)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    api.call("DescribeRegistry", {}).expect(200)


def test_what_is_changed_after_signing(api):
    def target(headers):
        headers["X-Amz-Target"] = headers["X-Amz-Target"].replace("DescribeRegistry", "DescribeRepositories")

    def date(headers):
        headers["X-Amz-Date"] = headers["X-Amz-Date"][:-2] + ("1Z" if headers["X-Amz-Date"][-2] == "0" else "0Z")

    def signature(headers):
        last = headers["Authorization"][-1]
        headers["Authorization"] = headers["Authorization"][:-1] + ("0" if last != "0" else "1")

    for change in (target, date, signature):
        name, _ = aws_error(api.call("DescribeRegistry", {}, change).expect(400, 403))
        assert name == "InvalidSignatureException"


def test_a_body_changed_after_signing(api):
    headers = api.signed(b'{"repositoryName":"a/b"}', api.headers("CreateRepository"))
    reply = api.http.request("POST", "/", b'{"repositoryName":"a/c"}', headers).expect(400, 403)
    assert aws_error(reply)[0] == "InvalidSignatureException"


@pytest.mark.parametrize("authorization", [
    "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=x", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=, "
    "Signature=", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ecr/aws4_request, SignedHeaders=host",
    "AWS4-HMAC-SHA256 , , ,", "AWS4-HMAC-SHA256 Credential=" + "/" * 4000, "AWS4-HMAC-SHA512 x", "Basic QVdTOng=",
    "Bearer x", "AWS AKIA:sig",
])
def test_malformed_authorization(api, authorization):
    def change(headers):
        headers["Authorization"] = authorization
    name, message = aws_error(api.call("DescribeRegistry", {}, change).expect(400, 403))
    assert name in ("IncompleteSignatureException", "IncompleteSignature", "MissingAuthenticationTokenException",
                    "UnrecognizedClientException", "InvalidSignatureException")
    assert message


def test_a_scope_for_another_service(api):
    name, _ = aws_error(api.call("DescribeRegistry", {}, service="ecr", region="us-east-1",
                                 change=lambda headers: headers.update(
                                     Authorization=headers["Authorization"].replace("/ecr/", "/s3/"))).expect(400, 403))
    assert name in ("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException")


def test_a_signature_in_the_query(server, repo):
    target, headers, body = presign(server, "DescribeRepositories", {"repositoryNames": [repo]})
    reply = server.http.request("POST", target, body, headers).expect(200)
    assert reply.json()["repositories"][0]["repositoryName"] == repo
    reply = server.http.request("POST", target.replace("Signature=", "Signature=0"), body, headers).expect(400, 403)
    assert aws_error(reply)[0] == "InvalidSignatureException"
    reply = server.http.request("POST", target.replace("Expires=300", "Expires=900"), body, headers).expect(400, 403)
    assert aws_error(reply)[0] == "InvalidSignatureException"


def test_an_expired_signature_in_the_query(server):
    past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=30)
    target, headers, body = presign(server, "DescribeRegistry", {}, expires=10, at=past)
    name, message = aws_error(server.http.request("POST", target, body, headers).expect(400, 403))
    assert name == "InvalidSignatureException" and message.startswith("Signature expired: ")
    target, headers, body = presign(server, "DescribeRegistry", {}, expires=100, at=past)
    server.http.request("POST", target, body, headers).expect(200)


# regions and accounts

def test_each_region_is_a_registry_of_its_own(server, ecr, repo):
    other = aws.client(server, region="eu-central-1")
    created = other.create_repository(repositoryName=repo)["repository"]
    assert created["repositoryArn"] == f"arn:aws:ecr:eu-central-1:{server.account}:repository/{repo}"
    other.delete_repository(repositoryName=repo)
    assert ecr.describe_repositories(repositoryNames=[repo])["repositories"]
    with expect_error("RepositoryNotFoundException"):
        other.describe_repositories(repositoryNames=[repo])


def test_the_registry_of_another_account(ecr, repo):
    for registry in ("999999999999", "000000000000"):
        with expect_error(("AccessDeniedException", "RepositoryNotFoundException"), None, None):
            ecr.list_images(registryId=registry, repositoryName=repo)


def test_the_own_registry_by_its_id(ecr, server, repo):
    assert ecr.list_images(registryId=server.account, repositoryName=repo)["imageIds"] == []


def test_get_caller_identity(server):
    sts = aws.client(server, "sts")
    found = sts.get_caller_identity()
    assert found["Account"] == server.account
    assert found["Arn"].startswith(f"arn:aws:iam::{server.account}:") and found["UserId"]


def test_get_caller_identity_with_wrong_credentials(server):
    for changes, codes in (({"access_key": "AKIAIOSFODNN7EXAMPLE"}, ("InvalidClientTokenId",)),
                           ({"secret_key": "wrong"}, ("SignatureDoesNotMatch",))):
        with expect_error(codes, None, 403):
            aws.client(server, "sts", **changes).get_caller_identity()


def test_get_caller_identity_presigned(server):
    """As an EKS token does it."""
    url = aws.client(server, "sts").generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    assert f"<Account>{server.account}</Account>".encode() in server.http.request("GET", url).expect(200).body

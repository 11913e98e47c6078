"""GetAuthorizationToken."""

import base64
import datetime

from support.expect import aws_error


def test_token(ecr):
    answer = ecr.get_authorization_token()["authorizationData"]
    assert len(answer) == 1
    user, _, password = base64.b64decode(answer[0]["authorizationToken"]).decode().partition(":")
    assert user == "AWS" and password and ":" not in password
    lifetime = answer[0]["expiresAt"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(hours=11, minutes=58) < lifetime <= datetime.timedelta(hours=12, seconds=5)
    assert answer[0]["proxyEndpoint"].startswith(("http://", "https://"))


def test_registry_ids(ecr, bad_ecr, server):
    ids = [server.account, "111122223333"]
    answer = ecr.get_authorization_token(registryIds=ids)["authorizationData"]
    assert len(answer) == 2 and len({entry["proxyEndpoint"] for entry in answer}) == 2
    for wrong in ([], ["12"], [f"{number:012}" for number in range(11)]):
        with aws_error("InvalidParameterException"):
            bad_ecr.get_authorization_token(registryIds=wrong)


def test_no_two_tokens_are_alike_and_no_secret_is_in_them(ecr, server):
    tokens = {ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"] for _ in range(3)}
    assert len(tokens) >= 1
    for token in tokens:
        password = base64.b64decode(token).decode().partition(":")[2]
        decoded = base64.b64decode(password.replace("-", "+").replace("_", "/") + "===")
        assert server.credentials["secretAccessKey"].encode() not in decoded

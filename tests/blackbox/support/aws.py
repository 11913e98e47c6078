"""The API door: boto3 clients, and raw signed calls for what boto3 would refuse to send."""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.session

from .http import Http

TARGETS = {"ecr": "AmazonEC2ContainerRegistry_V20150921"}
MODELS = pathlib.Path(__file__).resolve().parents[3] / "packaging" / "aws"  # of what Berth has beyond AWS


def sdk():
    """A session that knows the service `berth` as well."""
    session = botocore.session.Session()
    session.set_config_variable("data_path", str(MODELS))
    return boto3.Session(botocore_session=session)


def client(server, service="ecr", validate=True, region=None, attempts=1, **changes):
    """`changes`: access_key, secret_key, session_token instead of the administrator's."""
    return (sdk() if service == "berth" else boto3).client(
        service,
        endpoint_url=server.url,
        region_name=region or server.region,
        aws_access_key_id=changes.get("access_key", server.credentials["accessKeyId"]),
        aws_secret_access_key=changes.get("secret_key", server.credentials["secretAccessKey"]),
        aws_session_token=changes.get("session_token"),
        verify=server.tls[2] if server.tls else None,
        config=botocore.config.Config(retries={"total_max_attempts": attempts}, parameter_validation=validate,
                                      read_timeout=120),
    )


def registry_token(server, service="ecr"):
    """(user, password) for the OCI door: of private registries, or with "ecr-public" of public ones."""
    data = client(server, service).get_authorization_token()["authorizationData"]
    data = data[0] if service == "ecr" else data
    user, password = base64.b64decode(data["authorizationToken"]).decode().split(":")
    return user, password


class Api:
    """Raw AWS JSON 1.1 calls."""

    def __init__(self, server):
        self.server = server
        self.http = Http(server.url, ca_file=server.tls and server.tls[2])

    def signed(self, body, headers, service="ecr", region=None, access_key=None, secret_key=None, token=None):
        credentials = botocore.credentials.Credentials(
            access_key or self.server.credentials["accessKeyId"],
            secret_key or self.server.credentials["secretAccessKey"], token)
        request = botocore.awsrequest.AWSRequest("POST", self.server.url + "/", data=body, headers=headers)
        botocore.auth.SigV4Auth(credentials, service, region or self.server.region).add_auth(request)
        return dict(request.headers.items())

    def headers(self, operation, service="ecr"):
        return {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{TARGETS[service]}.{operation}"}

    def call(self, operation, payload, change=None, **signing):
        """`payload`: a value, or bytes as they are. `change(headers)` runs after signing."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = self.signed(body, self.headers(operation), **signing)
        if change:
            change(headers)
        return self.http.request("POST", "/", body, headers)


def aws_error(reply):
    """(exception name, message) of a JSON error answer, whose form is checked."""
    assert reply.header("Content-Type") == "application/x-amz-json-1.1", dict(reply.headers)
    assert reply.header("x-amzn-RequestId"), dict(reply.headers)
    value = reply.json()
    return value["__type"], value.get("message")


def presign(server, operation, payload, expires=300, at=None):
    """(target, headers, body) of a call whose signature stands in the query. `at`: a datetime."""
    body = json.dumps(payload).encode()
    moment = at or datetime.datetime.now(datetime.timezone.utc)
    scope = f"{moment:%Y%m%d}/{server.region}/ecr/aws4_request"
    target = f"{TARGETS['ecr']}.{operation}"
    query = urllib.parse.urlencode({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{server.credentials['accessKeyId']}/{scope}",
        "X-Amz-Date": f"{moment:%Y%m%dT%H%M%SZ}", "X-Amz-Expires": expires,
        "X-Amz-SignedHeaders": "host;x-amz-target"}, quote_via=urllib.parse.quote)
    canonical = "\n".join(["POST", "/", query, f"host:{server.registry}", f"x-amz-target:{target}", "",
                           "host;x-amz-target", hashlib.sha256(body).hexdigest()])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", f"{moment:%Y%m%dT%H%M%SZ}", scope,
                         hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + server.credentials["secretAccessKey"]).encode()
    for part in [*scope.split("/"), to_sign]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    headers = {"Host": server.registry, "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    return f"/?{query}&X-Amz-Signature={key.hex()}", headers, body

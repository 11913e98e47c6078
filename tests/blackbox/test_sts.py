"""STS by boto3 and the AWS CLI: every operation, good and bad."""

import base64
import datetime
import json
import os
import secrets
import subprocess
import sys
import time

import botocore.session
import pytest

from support import aws
from support.expect import aws_error
from support.oidc import AUDIENCE, Key, OidcIssuer, b64
from support.server import Server

ECR_READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("sts"), ["--fetch-allow", "127.0.0.1"]).init().start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def iam(server):
    return aws.client(server, "iam")


@pytest.fixture(scope="module")
def sts(server):
    return aws.client(server, "sts")


@pytest.fixture(scope="module")
def shared_issuer():
    issuer = OidcIssuer(path="/id/CLUSTER1")
    yield issuer
    issuer.stop()


def unsigned_sts(server):
    """A client without any credentials, as a CI job has none."""
    session = botocore.session.Session()
    return session.create_client(
        "sts", endpoint_url=server.url, region_name=server.region,
        config=botocore.config.Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}))


def by(server, service, credentials):
    """A client with what STS answered as Credentials."""
    return aws.client(server, service, access_key=credentials["AccessKeyId"],
                      secret_key=credentials["SecretAccessKey"], session_token=credentials["SessionToken"])


def trust(principal, condition=None, action="sts:AssumeRole"):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": {**statement, **({"Condition": condition} if condition else {})}})


@pytest.fixture
def make_role(iam):
    """make_role(trust policy, policy=..., **parameters of CreateRole): the role."""
    def make(document, policy=ECR_READ, **parameters):
        name = f"role-{secrets.token_hex(4)}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **parameters)["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        return role
    return make


@pytest.fixture
def user(server, iam):
    """An IAM user with a key and no permissions: (name, ARN, sts client)."""
    name = f"user-{secrets.token_hex(4)}"
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return name, arn, aws.client(server, "sts", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])


@pytest.fixture
def account_role(server, make_role):
    return make_role(trust({"AWS": f"arn:aws:iam::{server.account}:root"}))


def denied(arn, action, resource):
    return f"User: {arn} is not authorized to perform: {action} on resource: {resource}"


# --- AssumeRole

def test_assume_role_and_use_it(server, sts, account_role):
    answer = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="build-7", DurationSeconds=900)
    name = account_role["RoleName"]
    arn = f"arn:aws:sts::{server.account}:assumed-role/{name}/build-7"
    assert answer["AssumedRoleUser"] == {"AssumedRoleId": f"{account_role['RoleId']}:build-7", "Arn": arn}
    assert "PackedPolicySize" not in answer and "SourceIdentity" not in answer
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(seconds=890) < left <= datetime.timedelta(seconds=900)
    identity = by(server, "sts", answer["Credentials"]).get_caller_identity()
    assert (identity["Arn"], identity["UserId"], identity["Account"]) == (
        arn, f"{account_role['RoleId']}:build-7", server.account)
    by(server, "ecr", answer["Credentials"]).describe_repositories()
    with aws_error("AccessDenied", status=403):
        by(server, "iam", answer["Credentials"]).list_users()


def test_whom_the_trust_policy_does_not_name(server, iam, sts, user, make_role, account_role):
    name, arn, client = user
    with aws_error("AccessDenied", denied(arn, "sts:AssumeRole", account_role["Arn"]), status=403):
        client.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")
    absent = f"arn:aws:iam::{server.account}:role/absent"
    with aws_error("AccessDenied", denied(arn, "sts:AssumeRole", absent), status=403):
        client.assume_role(RoleArn=absent, RoleSessionName="xx")
    own = make_role(trust({"AWS": arn}))
    client.assume_role(RoleArn=own["Arn"], RoleSessionName="xx")
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}))
    client.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")
    with aws_error("AccessDenied", status=403):
        sts.assume_role(RoleArn=own["Arn"], RoleSessionName="xx")


def test_external_id(server, sts, make_role):
    role = make_role(trust({"AWS": f"arn:aws:iam::{server.account}:root"}, {"StringEquals": {"sts:ExternalId": "abc"}}))
    for extra in ({}, {"ExternalId": "abd"}):
        with aws_error("AccessDenied", status=403):
            sts.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", **extra)
    sts.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", ExternalId="abc")


def test_durations_and_chaining(server, sts, make_role):
    role = make_role(trust({"AWS": f"arn:aws:iam::{server.account}:root"}), MaxSessionDuration=7200,
                     policy={"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}})
    made = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", DurationSeconds=7200)["Credentials"]
    with aws_error("ValidationError"):
        sts.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", DurationSeconds=7201)
    chained = by(server, "sts", made)
    with aws_error("ValidationError"):
        chained.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", DurationSeconds=3601)
    chained.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", DurationSeconds=3600)


def test_session_policies_bound(server, sts, account_role):
    only_describe = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": ["ecr:DescribeRepositories", "iam:*"], "Resource": "*"}}
    answer = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx", Policy=json.dumps(only_describe))
    assert 0 < answer["PackedPolicySize"] < 100
    ecr = by(server, "ecr", answer["Credentials"])
    ecr.describe_repositories()
    with aws_error("AccessDeniedException"):
        ecr.create_repository(repositoryName="bounded/app")
    with aws_error("AccessDenied", status=403):  # allowed by the session's policy, not by the role's
        by(server, "iam", answer["Credentials"]).list_users()
    read_only = {"arn": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"}
    answer = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx", PolicyArns=[read_only])
    with aws_error("AccessDeniedException"):
        by(server, "ecr", answer["Credentials"]).create_repository(repositoryName="bounded/app")
    for bad in ("x", "{}"):
        with aws_error("MalformedPolicyDocument"):
            sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx", Policy=bad)
    with aws_error("PackedPolicyTooLarge"):
        sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx",
                        Policy=json.dumps(only_describe) + " " * 2048)
    with aws_error("ValidationError"):
        sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx",
                        PolicyArns=[{"arn": f"arn:aws:iam::{server.account}:policy/absent"}])


def test_tags_and_source_identity(server, sts, make_role):
    principal = {"AWS": f"arn:aws:iam::{server.account}:root"}
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    role = make_role(trust(principal, action=actions), policy={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}},
        {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]})
    red = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", Tags=[{"Key": "team", "Value": "red"}],
                          TransitiveTagKeys=["team"], SourceIdentity="alice")
    assert red["SourceIdentity"] == "alice" and red["PackedPolicySize"] >= 1
    by(server, "ecr", red["Credentials"]).describe_repositories()
    blue = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="xx", Tags=[{"Key": "team", "Value": "blue"}])
    with aws_error("AccessDeniedException"):
        by(server, "ecr", blue["Credentials"]).describe_repositories()
    chained = by(server, "sts", red["Credentials"])
    again = chained.assume_role(RoleArn=role["Arn"], RoleSessionName="yy")
    assert again["SourceIdentity"] == "alice"
    by(server, "ecr", again["Credentials"]).describe_repositories()
    with aws_error("ValidationError"):
        chained.assume_role(RoleArn=role["Arn"], RoleSessionName="yy", Tags=[{"Key": "Team", "Value": "blue"}])
    with aws_error("AccessDenied", status=403):
        chained.assume_role(RoleArn=role["Arn"], RoleSessionName="yy", SourceIdentity="eve")
    untagged = make_role(trust(principal))
    with aws_error("AccessDenied", status=403):
        sts.assume_role(RoleArn=untagged["Arn"], RoleSessionName="xx", Tags=[{"Key": "team", "Value": "red"}])


def test_revocation(server, iam, sts, account_role):
    """As the console does it: deny what was issued before now."""
    made = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")["Credentials"]
    ecr = by(server, "ecr", made)
    ecr.describe_repositories()
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    header = {"Authorization": f"Basic {token}"}
    assert server.http.request("GET", "/v2/", headers=header).status == 200
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    iam.put_role_policy(RoleName=account_role["RoleName"], PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
            "DateLessThan": {"aws:TokenIssueTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}}}}))
    with aws_error("AccessDeniedException"):
        ecr.describe_repositories()
    assert server.http.request("GET", "/v2/no/where/manifests/x", headers=header).status == 403
    time.sleep(3)
    fresh = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")["Credentials"]
    by(server, "ecr", fresh).describe_repositories()


def test_session_tokens_that_are_not_right(server, sts, account_role):
    one = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")["Credentials"]
    two = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")["Credentials"]
    text = "The security token included in the request is invalid."
    token = one["SessionToken"]
    for wrong in (two["SessionToken"], token[:-4], token[:40] + "AAAA" + token[44:], "x", base64.b64encode(os.urandom(900)).decode()):
        with aws_error("InvalidClientTokenId", text, status=403):
            by(server, "sts", {**one, "SessionToken": wrong}).get_caller_identity()
        with aws_error("UnrecognizedClientException", text):
            by(server, "ecr", {**one, "SessionToken": wrong}).describe_repositories()
    with aws_error("InvalidClientTokenId", text, status=403):
        by(server, "sts", {**one, "SessionToken": None}).get_caller_identity()
    with aws_error("SignatureDoesNotMatch", status=403):
        by(server, "sts", {**one, "SecretAccessKey": two["SecretAccessKey"]}).get_caller_identity()
    with aws_error("InvalidClientTokenId", text, status=403):  # a long-term key has none
        aws.client(server, "sts", session_token=token).get_caller_identity()


# --- web identities

@pytest.fixture
def provider(server, iam, shared_issuer):
    arn = f"arn:aws:iam::{server.account}:oidc-provider/{shared_issuer.provider}"
    if arn not in [one["Arn"] for one in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]:
        iam.create_open_id_connect_provider(Url=shared_issuer.url, ClientIDList=[AUDIENCE], ThumbprintList=["a" * 40])
    return arn


def web_trust(provider_arn, name, **claims):
    return trust({"Federated": provider_arn}, {"StringEquals": {f"{name}:aud": AUDIENCE},
                                               "StringLike": {f"{name}:{key}": value for key, value in claims.items()}},
                 "sts:AssumeRoleWithWebIdentity")


def test_github_actions(server, shared_issuer, provider, make_role):
    role = make_role(web_trust(provider, shared_issuer.provider, sub="repo:octo/app:ref:refs/heads/*", repository="octo/app"))
    client = unsigned_sts(server)
    answer = client.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="GitHubActions",
                                                  WebIdentityToken=shared_issuer.github_token())
    assert answer["SubjectFromWebIdentityToken"] == "repo:octo/app:ref:refs/heads/main"
    assert answer["Audience"] == AUDIENCE and answer["Provider"] == provider
    assert answer["AssumedRoleUser"]["Arn"].endswith(f":assumed-role/{role['RoleName']}/GitHubActions")
    by(server, "ecr", answer["Credentials"]).describe_repositories()
    text = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    for token in (shared_issuer.github_token("octo/other"), shared_issuer.github_token("evil/app"),
                  shared_issuer.github_token(ref="refs/pull/1/merge")):
        with aws_error("AccessDenied", text, status=403):
            client.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx", WebIdentityToken=token)
    with aws_error("AccessDenied", text, status=403):
        client.assume_role_with_web_identity(RoleArn=f"arn:aws:iam::{server.account}:role/absent", RoleSessionName="xx",
                                             WebIdentityToken=shared_issuer.github_token())


def test_kubernetes_by_the_sdks_own_chain(server, shared_issuer, provider, make_role, tmp_path):
    """What a pod has: a token file, a role, no keys."""
    role = make_role(web_trust(provider, shared_issuer.provider, sub="system:serviceaccount:ci:builder"))
    (tmp_path / "token").write_text(shared_issuer.kubernetes_token())
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_ROLE_ARN": role["Arn"],
                   "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_SESSION_NAME": "pod",
                   "AWS_ENDPOINT_URL": server.url, "AWS_DEFAULT_REGION": server.region, "AWS_EC2_METADATA_DISABLED": "true"}
    cli = os.path.join(os.path.dirname(sys.executable), "aws")
    done = subprocess.run([cli, "sts", "get-caller-identity", "--output", "json"], env=environment, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"].endswith(f"assumed-role/{role['RoleName']}/pod")
    done = subprocess.run([cli, "ecr", "describe-repositories"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_forged_web_identity_tokens(server, shared_issuer, provider, make_role):
    role = make_role(web_trust(provider, shared_issuer.provider, sub="*"))
    client = unsigned_sts(server)
    own = Key("key-1")
    good = shared_issuer.token()
    head, body, signature = good.split(".")
    forged = {
        "another key": own.token(shared_issuer.claims()),
        "its own key in the header": own.token(shared_issuer.claims(), {"jwk": own.jwk()}),
        "unknown kid": own.token(shared_issuer.claims(), {"kid": "other", "jku": shared_issuer.url + "/keys"}),
        "none": f"{b64({'alg': 'none'})}.{body}.",
        "HS256": f"{b64({'alg': 'HS256', 'kid': 'key-1'})}.{body}.{signature}",
        "other claims": f"{head}.{b64(shared_issuer.claims('admin'))}.{signature}",
        "wrong audience": shared_issuer.token(audience="other"),
        "without audience": shared_issuer.token(audience=None),
        "not yet": shared_issuer.token(nbf=int(time.time()) + 3600),
        "not a token": "abcd",
        "an unknown issuer": shared_issuer.token(iss="https://evil.example"),
        "the metadata service": shared_issuer.token(iss="http://169.254.169.254"),
    }
    for name, token in forged.items():
        with aws_error("InvalidIdentityToken") as caught:
            client.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx", WebIdentityToken=token)
        assert len(token) < 100 or token not in caught.message, name
    with aws_error("ExpiredTokenException"):
        client.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx",
                                             WebIdentityToken=shared_issuer.token(lifetime=-3600))
    client.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx", WebIdentityToken=good)


@pytest.mark.parametrize("algorithm", ["RS512", "PS256", "ES256", "ES384", "ES512"])
def test_rotation(server, iam, make_issuer, make_role, algorithm):
    issuer = make_issuer(algorithm="RS256")
    arn = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    role = make_role(web_trust(arn, issuer.provider, sub="*"))
    client = unsigned_sts(server)

    def assume(token):
        return client.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx", WebIdentityToken=token)

    old = issuer.token()
    assume(old)
    assume(issuer.token())
    assert len(issuer.requests) == 2, "keys are kept"
    issuer.rotate(algorithm)
    assume(issuer.token())
    assert len(issuer.requests) == 4
    for _ in range(5):
        with aws_error("InvalidIdentityToken"):
            assume(old)
    assert len(issuer.requests) == 4, "tokens with unknown keys do not make us ask again and again"


def test_an_issuer_that_is_broken(server, iam, make_issuer, make_role):
    issuer = make_issuer()
    arn = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    role = make_role(web_trust(arn, issuer.provider, sub="*"))
    issuer.broken = 503
    with aws_error("IDPCommunicationError"):
        unsigned_sts(server).assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx",
                                                           WebIdentityToken=issuer.token())


def test_private_addresses_are_not_fetched_from(make_server, make_issuer):
    """Without fetch.allow the issuer on loopback gets no request."""
    own = make_server()
    issuer = make_issuer()
    iam = aws.client(own, "iam")
    arn = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=web_trust(arn, issuer.provider, sub="*"))["Role"]
    with aws_error("InvalidIdentityToken"):
        unsigned_sts(own).assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx",
                                                        WebIdentityToken=issuer.token())
    assert issuer.requests == []


def test_only_web_identities_need_no_signature(server):
    client = unsigned_sts(server)
    for call in (client.get_caller_identity, client.get_session_token,
                 lambda: client.assume_role(RoleArn=f"arn:aws:iam::{server.account}:role/r", RoleSessionName="xx")):
        with aws_error("MissingAuthenticationToken", status=403):
            call()


# --- the rest

def test_a_signed_url_that_proves_an_identity(server, sts, account_role):
    """As aws-iam-authenticator and others use it, here with temporary credentials."""
    made = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="prover")["Credentials"]
    url = by(server, "sts", made).generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    target = url[len(server.url):]
    reply = server.http.request("GET", target)
    assert reply.status == 200 and b"assumed-role/" in reply.body and b"/prover<" in reply.body
    assert server.http.request("GET", target.replace("Security-Token=", "Security-Token=A")).status == 403


def test_by_the_aws_cli(server, iam, make_issuer, make_role, tmp_path):
    issuer = make_issuer()
    provider_arn = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    role = make_role(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.account}:root"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Federated": provider_arn}, "Action": "sts:AssumeRoleWithWebIdentity"}]}))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_ENDPOINT_URL": server.url,
                   "AWS_DEFAULT_REGION": server.region, "AWS_EC2_METADATA_DISABLED": "true",
                   "AWS_ACCESS_KEY_ID": server.credentials["accessKeyId"],
                   "AWS_SECRET_ACCESS_KEY": server.credentials["secretAccessKey"]}

    def cli(*arguments, fails=None):
        command = [os.path.join(os.path.dirname(sys.executable), "aws"), "--output", "json", "sts", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if fails:
            assert done.returncode != 0 and f"({fails})" in done.stderr, done.stderr
            return None
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert cli("get-caller-identity")["Account"] == server.account
    who = ["--role-arn", role["Arn"], "--role-session-name", "cli"]
    key = cli("assume-role", *who, "--duration-seconds", "900")["Credentials"]["AccessKeyId"]
    cli("assume-role", "--role-arn", role["Arn"] + "x", "--role-session-name", "cli", fails="AccessDenied")
    assert cli("get-access-key-info", "--access-key-id", key)["Account"] == server.account
    cli("get-access-key-info", "--access-key-id", "AKIAABSENTABSENTABSE", fails="ValidationError")
    assert cli("assume-role-with-web-identity", *who, "--web-identity-token", issuer.token())["Audience"] == AUDIENCE
    cli("assume-role-with-web-identity", *who, "--web-identity-token", issuer.token(audience="x"),
        fails="InvalidIdentityToken")
    assert cli("get-session-token")["Credentials"]["SessionToken"]
    cli("get-session-token", "--serial-number", "arn:aws:iam::123456789012:mfa/x", "--token-code", "123456",
        fails="AccessDenied")
    assert cli("get-federation-token", "--name", "bob")["FederatedUser"]["FederatedUserId"].endswith(":bob")
    cli("get-federation-token", "--name", "bob", "--policy", "x", fails="MalformedPolicyDocument")
    cli("decode-authorization-message", "--encoded-message", "x", fails="InvalidAuthorizationMessageException")


def test_get_session_token(server, user):
    _, arn, client = user
    made = client.get_session_token()["Credentials"]
    session = by(server, "sts", made)
    assert session.get_caller_identity()["Arn"] == arn
    with aws_error("AccessDenied", "Cannot call GetSessionToken with session credentials", status=403):
        session.get_session_token()
    client.get_session_token(DurationSeconds=129600)
    with aws_error("AccessDenied", status=403):
        client.get_session_token(SerialNumber=f"arn:aws:iam::{server.account}:mfa/x", TokenCode="123456")


def test_get_federation_token(server, sts, user):
    made = sts.get_federation_token(Name="bob", Policy=json.dumps(ECR_READ))
    assert made["FederatedUser"] == {"FederatedUserId": f"{server.account}:bob",
                                     "Arn": f"arn:aws:sts::{server.account}:federated-user/bob"}
    by(server, "ecr", made["Credentials"]).describe_repositories()
    assert by(server, "sts", made["Credentials"]).get_caller_identity()["UserId"] == f"{server.account}:bob"
    with aws_error("AccessDenied", status=403):
        by(server, "iam", made["Credentials"]).list_users()
    nothing = sts.get_federation_token(Name="bob")["Credentials"]
    with aws_error("AccessDeniedException"):
        by(server, "ecr", nothing).describe_repositories()
    with aws_error("AccessDenied", status=403):
        user[2].get_federation_token(Name="bob")


def test_get_access_key_info(server, sts, user):
    assert sts.get_access_key_info(AccessKeyId=server.credentials["accessKeyId"])["Account"] == server.account
    temporary = sts.get_session_token()["Credentials"]["AccessKeyId"]
    assert sts.get_access_key_info(AccessKeyId=temporary)["Account"] == server.account
    with aws_error("ValidationError"):
        sts.get_access_key_info(AccessKeyId="AKIAABSENTABSENTABSE")
    with aws_error("AccessDenied", status=403):
        user[2].get_access_key_info(AccessKeyId=temporary)


def test_decode_authorization_message(sts, user):
    with aws_error("InvalidAuthorizationMessageException"):
        sts.decode_authorization_message(EncodedMessage="abcd")
    with aws_error("AccessDenied", status=403):
        user[2].decode_authorization_message(EncodedMessage="abcd")


def test_an_inactive_key_gives_nothing(server, iam, user):
    name, _, client = user
    client.get_session_token()
    key = iam.list_access_keys(UserName=name)["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
    with aws_error("InvalidClientTokenId", status=403):
        client.get_session_token()


@pytest.mark.parametrize("change", [{"RoleSessionName": "x"}, {"RoleSessionName": "a/b"}, {"DurationSeconds": 899},
                                    {"DurationSeconds": 43201}, {"RoleArn": "arn:aws:iam::1:role/x"}, {"ExternalId": "a"},
                                    {"SourceIdentity": "a b"}, {"Tags": [{"Key": "aws:x", "Value": "y"}]},
                                    {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
                                    {"TransitiveTagKeys": ["absent"]}])
def test_rules(server, account_role, change):
    client = aws.client(server, "sts", validate=False)
    with aws_error("ValidationError"):
        client.assume_role(**{"RoleArn": account_role["Arn"], "RoleSessionName": "xx", **change})


def test_no_secret_is_in_the_log(server, sts, account_role, shared_issuer, provider, make_role):
    made = sts.assume_role(RoleArn=account_role["Arn"], RoleSessionName="xx")["Credentials"]
    role = make_role(web_trust(provider, shared_issuer.provider, sub="*"))
    token = shared_issuer.token()
    web = unsigned_sts(server).assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="xx",
                                                             WebIdentityToken=token)["Credentials"]
    server.http.request("GET", "/v2/?all-is-logged").expect(401)
    server.logged("all-is-logged")
    log = server.log()
    for secret in (made["SecretAccessKey"], made["SessionToken"], web["SecretAccessKey"], web["SessionToken"], token,
                   token.rsplit(".", 1)[1]):
        assert secret not in log

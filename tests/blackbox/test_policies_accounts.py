"""Several accounts on one server: what crosses from one to another, and what does not."""

import base64
import json

import pytest

from support import aws
from support.expect import aws_error, no_repository
from support.iam import policy, to
from support.oci import Oci
from support.server import berth

PULL = ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]
REPO = "team/app"


class Account:
    """The administrator of another account, seen by both doors."""

    def __init__(self, server, name):
        done = berth("account", "create", "--data", server.data, "--name", name, "--email", f"{name}@example.com",
                     "--json")
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)
        self.server, self.id = server, made["accountId"]
        self.keys = {"access_key": made["accessKeyId"], "secret_key": made["secretAccessKey"]}
        self.ecr = aws.client(server, **self.keys)

    def oci(self, account):
        """Their token, at the registry of `account`."""
        data = self.ecr.get_authorization_token()["authorizationData"][0]
        token = tuple(base64.b64decode(data["authorizationToken"]).decode().split(":"))
        return Oci(self.server, token, f"{account}.dkr.ecr.{self.server.region}.amazonaws.com")


@pytest.fixture
def owner(make_server):
    """A server with an image in team/app, and two other accounts."""
    server = make_server()
    server.ecr = aws.client(server)
    server.ecr.create_repository(repositoryName=REPO)
    server.oci = Oci(server, aws.registry_token(server))
    server.oci.push_image(REPO, "v1")
    server.friend, server.stranger = Account(server, "friend"), Account(server, "stranger")
    return server


def share(server, actions=PULL, name=REPO):
    server.ecr.set_repository_policy(repositoryName=name, policyText=policy(
        to({"AWS": f"arn:aws:iam::{server.friend.id}:root"}, "Allow", actions)))


def denied(server, arn):
    return f"User: {arn} is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:{server.region}:" \
           f"{server.account}:repository/{REPO} because no resource-based policy allows the ecr:BatchGetImage action"


def test_only_who_is_named_may_pull(owner):
    friend, stranger = owner.friend.oci(owner.account), owner.stranger.oci(owner.account)
    for each in (friend, stranger):
        each.get("/v2/").expect(200)
        assert each.get(f"/v2/{REPO}/manifests/v1").expect(403).error()[0] == "DENIED"
    share(owner)
    manifest = friend.get(f"/v2/{REPO}/manifests/v1").expect(200).json()
    friend.get(f"/v2/{REPO}/blobs/{manifest['layers'][0]['digest']}").expect(200)
    friend.get(f"/v2/{REPO}/tags/list").expect(403)
    friend.request("POST", f"/v2/{REPO}/blobs/uploads/").expect(403)
    stranger.get(f"/v2/{REPO}/manifests/v1").expect(403)
    owner.ecr.delete_repository_policy(repositoryName=REPO)
    friend.get(f"/v2/{REPO}/manifests/v1").expect(403)


def test_the_same_by_the_api(owner):
    image = {"registryId": owner.account, "repositoryName": REPO, "imageIds": [{"imageTag": "v1"}]}
    who = aws.client(owner, "sts", **owner.friend.keys).get_caller_identity()["Arn"]
    with aws_error("AccessDeniedException", denied(owner, who)):
        owner.friend.ecr.batch_get_image(**image)
    share(owner)
    assert owner.friend.ecr.batch_get_image(**image)["images"]
    with aws_error("AccessDeniedException"):
        owner.stranger.ecr.batch_get_image(**image)


def test_what_is_absent_is_told_to_those_who_may_ask_only(owner):
    """Not yours and not there are one answer."""
    stranger = owner.stranger.oci(owner.account)
    told = [stranger.get(f"/v2/{name}/manifests/v1").expect(403).error()[1].replace(name, "N")
            for name in (REPO, "no/where")]
    assert told[0] == told[1]
    for method in ("describe_images", "list_images", "get_repository_policy"):
        messages = []
        for name in (REPO, "no/where"):
            with aws_error("AccessDeniedException") as caught:
                getattr(owner.stranger.ecr, method)(registryId=owner.account, repositoryName=name)
            messages.append(caught.message.replace(name, "N"))
        assert messages[0] == messages[1]
    with aws_error("RepositoryNotFoundException", no_repository("no/where", owner.account)):
        owner.ecr.describe_images(repositoryName="no/where")
    share(owner)
    assert owner.friend.oci(owner.account).get(f"/v2/{REPO}/manifests/absent").expect(404).error()[0] \
        == "MANIFEST_UNKNOWN"


def test_a_mount_does_not_cross(owner):
    """Blobs are stored once for all accounts; who may not read one cannot tell that it is there."""
    layer = owner.oci.get(f"/v2/{REPO}/manifests/v1").json()["layers"][0]["digest"]
    owner.stranger.ecr.create_repository(repositoryName=REPO)
    own = owner.stranger.oci(owner.stranger.id)
    for query in (f"?mount={layer}&from={REPO}", f"?mount={layer}"):
        own.request("POST", f"/v2/{REPO}/blobs/uploads/{query}").expect(202)
    own.request("HEAD", f"/v2/{REPO}/blobs/{layer}").expect(404)
    own.get(f"/v2/{REPO}/blobs/{layer}").expect(404)


def test_a_push_that_crosses(owner):
    share(owner, [*PULL, "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"])
    owner.friend.oci(owner.account).push_image(REPO, "theirs")
    owner.oci.get(f"/v2/{REPO}/manifests/theirs").expect(200)


def test_a_registry_policy_lets_others_create(owner):
    create = {"registryId": owner.account, "repositoryName": "from-a-friend/app"}
    with aws_error("AccessDeniedException"):
        owner.friend.ecr.create_repository(**create)
    owner.ecr.put_registry_policy(policyText=policy(to(
        {"AWS": owner.friend.id}, "Allow", ["ecr:CreateRepository"],
        Resource=f"arn:aws:ecr:{owner.region}:{owner.account}:repository/from-a-friend/*")))
    made = owner.friend.ecr.create_repository(**create)["repository"]
    assert made["registryId"] == owner.account
    with aws_error("AccessDeniedException"):
        owner.friend.ecr.create_repository(registryId=owner.account, repositoryName="elsewhere/app")
    with aws_error("AccessDeniedException"):
        owner.stranger.ecr.create_repository(**create)


def test_the_organization_as_a_condition(owner):
    organization = aws.client(owner, "organizations").describe_organization()["Organization"]["Id"]
    owner.ecr.set_repository_policy(repositoryName=REPO, policyText=policy(
        to("*", "Allow", PULL, Condition={"StringEquals": {"aws:PrincipalOrgID": organization}})))
    owner.friend.oci(owner.account).get(f"/v2/{REPO}/manifests/v1").expect(200)
    owner.ecr.set_repository_policy(repositoryName=REPO, policyText=policy(
        to("*", "Allow", PULL, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-another000"}})))
    owner.friend.oci(owner.account).get(f"/v2/{REPO}/manifests/v1").expect(403)


def test_a_service_control_policy_denies(owner):
    organizations = aws.client(owner, "organizations")
    friend = owner.friend.oci(owner.account)
    share(owner)
    friend.get(f"/v2/{REPO}/manifests/v1").expect(200)
    made = organizations.create_policy(Name="no-pulls", Description="d", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "ecr:BatchGetImage", "Resource": "*"}}))
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=owner.friend.id)
    message = friend.get(f"/v2/{REPO}/manifests/v1").expect(403).error()[1]
    assert message.endswith("with an explicit deny in a service control policy"), message
    owner.oci.get(f"/v2/{REPO}/manifests/v1").expect(200)  # the management account is not bounded

"""lastRecordedPullTime: which pulls move it; pull time update exclusions."""

import base64
import datetime
import json
import secrets
import tarfile
import time

import pytest

from support import aws
from support.expect import aws_error, invalid
from support.identities import new_name, trust
from support.oci import Oci, digest_of, index_of, to_bytes

PATTERN = r"^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[\w+=,.@-]+(/[\w+=,.@-]+)*$"
DOCKER = "/usr/bin/docker"  # another client may come first in PATH
SECONDS = 6  # within these, a pull is written


def pull_time(ecr, repo, reference="v1"):
    key = "imageDigest" if reference.startswith("sha256:") else "imageTag"
    return ecr.describe_images(repositoryName=repo, imageIds=[{key: reference}])["imageDetails"][0].get(
        "lastRecordedPullTime")


def recorded(ecr, repo, reference="v1"):
    """The pull time, as soon as there is one."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := pull_time(ecr, repo, reference):
            age = datetime.datetime.now(datetime.timezone.utc) - found
            assert datetime.timedelta(seconds=-1) < age < datetime.timedelta(minutes=1, seconds=SECONDS)
            return found
        time.sleep(0.2)
    pytest.fail("no pull time was recorded")


def never_recorded(ecr, repo, oci, reference="v1"):
    """Another image is pulled behind it, and its time is written."""
    marker = f"marker-{secrets.token_hex(4)}"
    oci.push_image(repo, marker)
    oci.get_manifest(repo, marker).expect(200)
    recorded(ecr, repo, marker)
    assert pull_time(ecr, repo, reference) is None


@pytest.fixture
def image(oci, repo):
    return oci.push_image(repo, "v1")


@pytest.fixture
def session(iam, server):
    """session(policy): a new role and a session of it: (ARN, options of a client)."""
    def make():
        name = new_name("role")
        role = iam.create_role(RoleName=name, Path="/ci/", AssumeRolePolicyDocument=json.dumps(trust(server.account)))
        iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly")
        arn = role["Role"]["Arn"]
        made = aws.client(server, "sts").assume_role(RoleArn=arn, RoleSessionName="scan")["Credentials"]
        return arn, {"access_key": made["AccessKeyId"], "secret_key": made["SecretAccessKey"],
                     "session_token": made["SessionToken"]}
    return make


def login(server, **options):
    data = aws.client(server, **options).get_authorization_token()["authorizationData"][0]
    return Oci(server, tuple(base64.b64decode(data["authorizationToken"]).decode().split(":")))


@pytest.mark.parametrize("how", ["tag", "digest", "api"])
def test_a_pull_is_recorded(ecr, oci, repo, image, how):
    assert pull_time(ecr, repo) is None
    if how == "api":
        ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}])
    else:
        oci.get_manifest(repo, "v1" if how == "tag" else digest_of(image)).expect(200)
    first = recorded(ecr, repo)
    oci.get_manifest(repo, "v1").expect(200)
    time.sleep(SECONDS / 2)
    assert pull_time(ecr, repo) == first  # of the same minute


def test_looking_is_no_pull(ecr, oci, repo, image):
    oci.head(f"/v2/{repo}/manifests/v1").expect(200)
    oci.head(f"/v2/{repo}/manifests/{digest_of(image)}").expect(200)
    oci.get(f"/v2/{repo}/tags/list").expect(200)
    oci.get(f"/v2/{repo}/referrers/{digest_of(image)}").expect(200)
    ecr.describe_images(repositoryName=repo)
    never_recorded(ecr, repo, oci)


def test_an_index_is_not_its_members(ecr, oci, repo, image):
    index = to_bytes(index_of([image]))
    oci.put_manifest(repo, "multi", index).expect(201)
    oci.get_manifest(repo, "multi").expect(200)
    recorded(ecr, repo, digest_of(index))
    assert pull_time(ecr, repo, digest_of(image)) is None


def test_a_stop_loses_nothing(make_server):
    server = make_server()
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    ecr.create_repository(repositoryName="team/app")
    oci.push_image("team/app", "v1")
    oci.get_manifest("team/app", "v1").expect(200)
    server.restart()
    assert pull_time(aws.client(server), "team/app")


def test_pulls_of_an_excluded_role(ecr, server, oci, repo, image, session):
    role, options = session()
    made = ecr.register_pull_time_update_exclusion(principalArn=role)
    assert made["principalArn"] == role
    assert abs(made["createdAt"].timestamp() - time.time()) < 60
    scanner = login(server, **options)
    scanner.get_manifest(repo, "v1").expect(200)
    aws.client(server, **options).batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}])
    never_recorded(ecr, repo, oci)
    _, others = session()
    login(server, **others).get_manifest(repo, "v1").expect(200)
    recorded(ecr, repo)


def test_pulls_after_the_exclusion(ecr, server, repo, image, session):
    role, options = session()
    ecr.register_pull_time_update_exclusion(principalArn=role)
    assert ecr.deregister_pull_time_update_exclusion(principalArn=role)["principalArn"] == role
    login(server, **options).get_manifest(repo, "v1").expect(200)
    recorded(ecr, repo)


def test_pulls_of_an_excluded_user(ecr, iam, server, oci, repo, image):
    name = new_name("user")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly")
    key = iam.create_access_key(UserName=name)["AccessKey"]
    ecr.register_pull_time_update_exclusion(principalArn=arn)
    login(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"]).get_manifest(repo, "v1").expect(200)
    never_recorded(ecr, repo, oci)


def test_exclusions(make_server):
    """All of their life, in a registry of its own."""
    server = make_server()
    ecr, account = aws.client(server), server.account
    role = f"arn:aws:iam::{account}:role/ci/scanner"
    def all_of_them(client=ecr, size=100):
        found, more = [], {}
        while more is not None:
            page = client.list_pull_time_update_exclusions(maxResults=size, **more)
            assert len(page["pullTimeUpdateExclusions"]) <= size
            found += page["pullTimeUpdateExclusions"]
            more = {"nextToken": page["nextToken"]} if "nextToken" in page else None
        return found
    assert ecr.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"] == []
    with aws_error("ExclusionNotFoundException",
                   f"The pull time update exclusion for the principal '{role}' does not exist in the registry with id "
                   f"'{account}'"):
        ecr.deregister_pull_time_update_exclusion(principalArn=role)
    ecr.register_pull_time_update_exclusion(principalArn=role)
    with aws_error("ExclusionAlreadyExistsException",
                   f"The pull time update exclusion for the principal '{role}' already exists in the registry with id "
                   f"'{account}'"):
        ecr.register_pull_time_update_exclusion(principalArn=role)
    assert all_of_them(aws.client(server, region="eu-west-1")) == []
    users = [f"arn:aws:iam::{account}:user/u{number:02}" for number in range(99)]
    for user in users:
        ecr.register_pull_time_update_exclusion(principalArn=user)
    with aws_error("LimitExceededException"):
        ecr.register_pull_time_update_exclusion(principalArn=f"{role}2")
    assert all_of_them() == all_of_them(size=7) == sorted([role, *users])
    ecr.deregister_pull_time_update_exclusion(principalArn=role)
    assert all_of_them(size=10) == users
    with aws_error("InvalidParameterException"):
        ecr.list_pull_time_update_exclusions(nextToken="bm8")


@pytest.mark.parametrize("principal", [
    "scanner", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:group/g", "arn:aws:iam::123:role/a",
    "arn:aws:sts::123456789012:assumed-role/a/b", "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role/a b",
])
def test_principals_that_are_none(bad_ecr, principal):
    for call in (bad_ecr.register_pull_time_update_exclusion, bad_ecr.deregister_pull_time_update_exclusion):
        with aws_error("InvalidParameterException") as caught:
            call(principalArn=principal)
        assert caught.message == invalid("principalArn", f"must satisfy regular expression '{PATTERN}'")
    with aws_error("InvalidParameterException"):
        bad_ecr.list_pull_time_update_exclusions(maxResults=1001)


def test_permissions(server, session):
    _, options = session()
    reader = aws.client(server, **options)
    for call in (lambda: reader.register_pull_time_update_exclusion(principalArn="arn:aws:iam::123456789012:role/a"),
                 lambda: reader.deregister_pull_time_update_exclusion(principalArn="arn:aws:iam::123456789012:role/a"),
                 reader.list_pull_time_update_exclusions):
        with aws_error("AccessDeniedException"):
            call()


def test_a_pull_by_skopeo(place, pushed):
    repo = place.short(pushed)
    ecr = aws.client(place.server)
    assert pull_time(ecr, repo) is None  # skopeo has pushed it, and looked at it
    login = place.write_auth()
    place.run("skopeo", "copy", "-q", *place.insecure("--src-tls-verify=false"), "--authfile", login / "config.json",
              f"docker://{pushed}:v1", f"oci:{place.folder / secrets.token_hex(4)}:v1")
    recorded(ecr, repo)


@pytest.mark.parametrize("place", ["world"], indirect=True)
def test_a_pull_by_docker(place, dockerd):
    """Of an image that it never saw: docker keeps manifests, and only asks for the digest of one that it has."""
    image, docker = f"{place.repository('pulled')}:v1", [DOCKER]
    repo = place.short(image.removesuffix(":v1"))
    path = place.folder / f"{secrets.token_hex(4)}.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(__file__, secrets.token_hex(8))
    user, password = place.token()
    place.run(*docker, "login", "-u", user, "--password-stdin", place.registry, stdin=password)
    place.run(*docker, "import", str(path), image)
    for command in ("push", "rmi"):
        place.run(*docker, command, image)
    assert pull_time(aws.client(place.server), repo) is None
    place.run(*docker, "pull", image)
    recorded(aws.client(place.server), repo)

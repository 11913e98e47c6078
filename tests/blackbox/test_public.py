"""ECR Public by boto3 and raw HTTP: every operation good and bad, the token flow, who may push, aliases."""

import base64
import json
import re
import secrets

import pytest

from support import aws
from support.accounts import Account
from support.expect import aws_error
from support.oci import OCI_CONFIG, OCI_LAYER, Oci, descriptor, digest_of, image_manifest, to_bytes
from support.server import Server, berth

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One whose public registries are at 127.0.0.1."""
    made = Server(tmp_path_factory.mktemp("public"), ["--registry-public-hosts", "127.0.0.1"]).init().start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def public(server):
    return aws.client(server, "ecr-public")


@pytest.fixture(scope="module")
def bad(server):
    return aws.client(server, "ecr-public", validate=False)


@pytest.fixture(scope="module")
def alias(public):
    return public.describe_registries()["registries"][0]["aliases"][0]["name"]


@pytest.fixture
def repo(public):
    name = f"p{secrets.token_hex(4)}/app"
    public.create_repository(repositoryName=name)
    return name


class Bearer(Oci):
    """A client that gets its token as docker does: anonymous, or with the password of `keys`."""

    def __init__(self, server, password=None):
        super().__init__(server, ("AWS", password or ""))
        challenge = self.http.request("GET", "/v2/").expect(401).header("Www-Authenticate")
        realm, service = re.fullmatch(r'Bearer realm="([^"]+)",service="([^"]+)",scope="aws"', challenge).groups()
        assert realm == server.url + "/token/" and service == "127.0.0.1"
        headers = {"Authorization": super().authorization} if password else {}
        self.answer = self.http.request("GET", f"/token/?service={service}&scope=repository:x/y:pull", None, headers)

    @property
    def authorization(self):
        return "Bearer " + self.answer.expect(200).json()["token"]


def password_of(client):
    token = client.get_authorization_token()["authorizationData"]["authorizationToken"]
    return base64.b64decode(token).decode().removeprefix("AWS:")


def test_repositories(public, server, alias):
    name = f"p{secrets.token_hex(4)}/app"
    made = public.create_repository(
        repositoryName=name, tags=[{"Key": "team", "Value": "a"}],
        catalogData={"description": "d", "architectures": ["x86-64"], "operatingSystems": ["Linux"],
                     "aboutText": "# About", "usageText": "# Usage", "logoImageBlob": PNG})
    repository = made["repository"]
    assert repository["repositoryArn"] == f"arn:aws:ecr-public::{server.account}:repository/{name}"
    assert repository["repositoryUri"] == f"{server.registry}/{alias}/{name}"
    assert repository["registryId"] == server.account
    assert made["catalogData"]["description"] == "d"
    assert public.describe_repositories(repositoryNames=[name])["repositories"] == [repository]
    # The private registry of the same account knows nothing of it.
    with aws_error("RepositoryNotFoundException"):
        aws.client(server).describe_repositories(repositoryNames=[name])
    with aws_error("RepositoryAlreadyExistsException"):
        public.create_repository(repositoryName=name)
    for wrong in ("a__b", "a--b", "Ab", "x" * 206):
        with aws_error("InvalidParameterException"):
            public.create_repository(repositoryName=wrong)
    with aws_error("InvalidTagParameterException"):
        public.create_repository(repositoryName=name + "2", tags=[{"Key": "aws:x", "Value": "y"}])
    arn = repository["repositoryArn"]
    public.tag_resource(resourceArn=arn, tags=[{"Key": "cost", "Value": "1"}])
    public.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert public.list_tags_for_resource(resourceArn=arn)["tags"] == [{"Key": "cost", "Value": "1"}]
    with aws_error("TooManyTagsException"):
        public.tag_resource(resourceArn=arn, tags=[{"Key": f"k{i}", "Value": "v"} for i in range(51)])
    for operation in (public.list_tags_for_resource, lambda **more: public.tag_resource(tags=[], **more),
                      lambda **more: public.untag_resource(tagKeys=[], **more)):
        with aws_error("RepositoryNotFoundException"):
            operation(resourceArn=arn + "no")
        with aws_error("InvalidParameterException"):
            operation(resourceArn=f"arn:aws:ecr:us-east-1:{server.account}:repository/{name}")
    assert public.delete_repository(repositoryName=name)["repository"] == repository
    with aws_error("RepositoryNotFoundException"):
        public.delete_repository(repositoryName=name)


def test_pages_of_repositories(public, repo):
    others = [f"{repo}/{number}" for number in range(5)]
    for name in others:
        public.create_repository(repositoryName=name)
    pages = public.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2})
    names = [entry["repositoryName"] for page in pages for entry in page["repositories"]]
    assert names == sorted(names) and set(others) <= set(names)
    with aws_error("InvalidParameterException"):
        public.describe_repositories(nextToken="x")


def test_catalog_data(public, bad, repo, server, alias):
    assert public.get_repository_catalog_data(repositoryName=repo)["catalogData"] == {"marketplaceCertified": False}
    put = public.put_repository_catalog_data(repositoryName=repo, catalogData={"description": "é" * 1024,
                                                                              "logoImageBlob": PNG})["catalogData"]
    assert put["logoUrl"] == f"{server.url}/logo/{alias}/{repo}.png"
    shown = server.http.request("GET", f"/logo/{alias}/{repo}.png").expect(200)
    assert shown.body == PNG and shown.header("Content-Type") == "image/png"
    assert public.get_repository_catalog_data(repositoryName=repo)["catalogData"] == put
    for wrong in ({"description": "x" * 1025}, {"aboutText": "x" * 25601}, {"usageText": "x" * 25601},
                  {"architectures": ["x"] * 51}, {"operatingSystems": ["x" * 51]}, {"logoImageBlob": b"GIF89a"},
                  {"logoImageBlob": PNG + bytes(512_000)}):
        with aws_error("InvalidParameterException"):
            bad.put_repository_catalog_data(repositoryName=repo, catalogData=wrong)
    assert public.get_repository_catalog_data(repositoryName=repo)["catalogData"] == put
    public.put_repository_catalog_data(repositoryName=repo, catalogData={"usageText": "u"})
    assert public.get_repository_catalog_data(repositoryName=repo)["catalogData"] == {
        "usageText": "u", "marketplaceCertified": False}
    server.http.request("GET", f"/logo/{alias}/{repo}.png").expect(404)
    for call in (public.get_repository_catalog_data,
                 lambda **more: public.put_repository_catalog_data(catalogData={}, **more)):
        with aws_error("RepositoryNotFoundException"):
            call(repositoryName="no/where")


def test_registries(public, bad, server):
    registry, = public.describe_registries()["registries"]
    assert registry["registryArn"] == f"arn:aws:ecr-public::{server.account}:registry/{server.account}"
    assert registry["verified"] is False
    assert re.fullmatch(r"([a-z][0-9]){4}", registry["aliases"][0]["name"])
    assert registry == public.describe_registries()["registries"][0]
    with aws_error("InvalidParameterException"):
        public.describe_registries(nextToken="x")
    assert public.put_registry_catalog_data(displayName="Company")["registryCatalogData"] == {"displayName": "Company"}
    assert public.get_registry_catalog_data()["registryCatalogData"] == {"displayName": "Company"}
    with aws_error("InvalidParameterException"):
        bad.put_registry_catalog_data(displayName="x" * 101)


def push_by_api(public, repo, registry, tag):
    """An image of one layer; its manifest."""
    blobs = [secrets.token_bytes(100), to_bytes({"id": secrets.token_hex(8)})]
    for blob in blobs:
        upload = public.initiate_layer_upload(registryId=registry, repositoryName=repo)
        assert upload["partSize"] > 0
        public.upload_layer_part(registryId=registry, repositoryName=repo, uploadId=upload["uploadId"],
                                 partFirstByte=0, partLastByte=len(blob) - 1, layerPartBlob=blob)
        done = public.complete_layer_upload(registryId=registry, repositoryName=repo, uploadId=upload["uploadId"],
                                            layerDigests=[digest_of(blob)])
        assert done["layerDigest"] == digest_of(blob)
    manifest = to_bytes(image_manifest(descriptor(blobs[1], OCI_CONFIG), [descriptor(blobs[0], OCI_LAYER)]))
    put = public.put_image(registryId=registry, repositoryName=repo, imageManifest=manifest.decode(), imageTag=tag)
    assert put["image"]["imageId"] == {"imageDigest": digest_of(manifest), "imageTag": tag}
    return manifest


def test_images(public, bad, repo, server, alias):
    manifest = push_by_api(public, repo, alias, "v1")
    push_by_api(public, repo, server.account, "v2")
    with aws_error("ImageAlreadyExistsException"):
        public.put_image(repositoryName=repo, imageManifest=manifest.decode(), imageTag="v1")
    layer = json.loads(manifest)["layers"][0]["digest"]
    found = public.batch_check_layer_availability(registryId=alias, repositoryName=repo,
                                                  layerDigests=[layer, digest_of(b"no"), "bad"])
    assert [entry["layerAvailability"] for entry in found["layers"]] == ["AVAILABLE", "UNAVAILABLE"]
    assert found["failures"][0]["failureCode"] == "InvalidLayerDigest"
    details = public.describe_images(repositoryName=repo, imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert details[0]["imageDigest"] == digest_of(manifest) and details[0]["imageTags"] == ["v1"]
    assert set(details[0]) == {"registryId", "repositoryName", "imageDigest", "imageTags", "imageSizeInBytes",
                               "imagePushedAt", "imageManifestMediaType", "artifactMediaType"}
    pages = public.get_paginator("describe_image_tags").paginate(repositoryName=repo, PaginationConfig={"PageSize": 1})
    tags = [entry for page in pages for entry in page["imageTagDetails"]]
    assert [entry["imageTag"] for entry in tags] == ["v1", "v2"]
    assert tags[0]["imageDetail"]["imageDigest"] == digest_of(manifest) and tags[0]["createdAt"]
    with aws_error("ImageNotFoundException"):
        public.describe_images(repositoryName=repo, imageIds=[{"imageTag": "none"}])
    with aws_error("RepositoryNotEmptyException"):
        public.delete_repository(repositoryName=repo)
    gone = public.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": "v1"}, {"imageTag": "none"}])
    assert [entry["imageTag"] for entry in gone["imageIds"]] == ["v1"]
    assert gone["failures"][0]["failureCode"] == "ImageNotFound"
    public.delete_repository(repositoryName=repo, force=True)


def test_bad_calls(public, bad, repo):
    """The errors of the push operations, and what only ECR Public answers."""
    digest = digest_of(b"x")
    upload = public.initiate_layer_upload(repositoryName=repo)["uploadId"]
    calls = {
        "batch_check_layer_availability": {"layerDigests": [digest]},
        "initiate_layer_upload": {},
        "upload_layer_part": {"uploadId": upload, "partFirstByte": 0, "partLastByte": 0, "layerPartBlob": b"x"},
        "complete_layer_upload": {"uploadId": upload, "layerDigests": [digest]},
        "put_image": {"imageManifest": "{}"},
    }
    for name, more in calls.items():
        with aws_error("RegistryNotFoundException", "The registry with id 'nobody' does not exist"):
            getattr(public, name)(registryId="nobody", repositoryName=repo, **more)
    for name, more in {**calls, "batch_delete_image": {"imageIds": [{"imageTag": "a"}]}, "describe_images": {},
                       "describe_image_tags": {}, "get_repository_policy": {}, "delete_repository_policy": {},
                       "set_repository_policy": {"policyText": policy("ecr-public:PutImage")}}.items():
        if name != "put_image":  # its manifest is looked at first
            with aws_error("RepositoryNotFoundException"):
                getattr(public, name)(repositoryName="no/where", **more)
    with aws_error("EmptyUploadException"):
        public.complete_layer_upload(repositoryName=repo, uploadId=upload, layerDigests=[digest])
    with aws_error("InvalidLayerPartException"):
        public.upload_layer_part(repositoryName=repo, uploadId=upload, partFirstByte=5, partLastByte=5,
                                 layerPartBlob=b"x")
    with aws_error("UploadNotFoundException"):
        public.upload_layer_part(repositoryName=repo, uploadId="00000000-0000-0000-0000-000000000000",
                                 partFirstByte=0, partLastByte=0, layerPartBlob=b"x")
    with aws_error("LayersNotFoundException"):
        missing = image_manifest(descriptor(b"a", OCI_CONFIG), [descriptor(b"b", OCI_LAYER)])
        public.put_image(repositoryName=repo, imageManifest=json.dumps(missing))


def test_regions(server):
    assert aws.client(server, "ecr-public", region="us-west-2").describe_registries()["registries"]
    with aws_error("UnsupportedCommandException"):
        aws.client(server, "ecr-public", region="eu-central-1").describe_registries()


@pytest.mark.parametrize("name", ["BatchGetImage", "GetDownloadUrlForLayer", "PutLifecyclePolicy", "ListImages",
                                  "PutImageTagMutability", "StartImageScan", "PutReplicationConfiguration"])
def test_what_ecr_public_does_not_have(server, name):
    api = aws.Api(server)
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"SpencerFrontendService.{name}"}
    reply = api.http.request("POST", "/", b"{}", api.signed(b"{}", headers, service="ecr-public", region="us-east-1"))
    assert aws.aws_error(reply)[0] == "UnknownOperationException"


def test_anybody_pulls_and_nobody_pushes_without_login(public, repo, server, alias):
    name = f"{alias}/{repo}"
    pusher = Bearer(server, password_of(public))
    manifest = pusher.push_image(name, "v1")
    anybody = Bearer(server)
    assert anybody.get_manifest(name, "v1").expect(200).body == manifest
    layer = json.loads(manifest)["layers"][0]["digest"]
    assert digest_of(anybody.get(f"/v2/{name}/blobs/{layer}").expect(200).body) == layer
    anybody.head(f"/v2/{name}/blobs/{layer}").expect(200)
    assert anybody.tags(name) == ["v1"]
    refused = anybody.request("POST", f"/v2/{name}/blobs/uploads/").expect(403)
    assert refused.error()[0] == "DENIED" and "ecr-public:InitiateLayerUpload" in refused.error()[1]
    anybody.put_manifest(name, "v2", manifest).expect(403)
    anybody.delete(f"/v2/{name}/manifests/v1").expect(403)
    server.http.request("GET", f"/v2/{name}/manifests/v1").expect(401)
    assert anybody.get("/v2/nobody/app/manifests/v1").expect(404).error()[0] == "NAME_UNKNOWN"
    code, message = anybody.get(f"/v2/{alias}/no/where/manifests/v1").expect(404).error()
    assert (code, message) == ("NAME_UNKNOWN", "The repository with name 'no/where' does not exist in the registry "
                               f"with id '{alias}'")
    assert server.account not in message


def test_the_token_endpoint(server, public):
    http = server.http
    answer = http.request("GET", "/token/").expect(200)
    assert 0 < answer.json()["expires_in"] <= 3600 and answer.header("Cache-Control") == "no-store"
    http.request("POST", "/token/", b"grant_type=refresh_token").expect(405)
    for wrong in ("AWS:wrong", "other:" + password_of(public), "AWS:" + aws.registry_token(server)[1]):
        basic = base64.b64encode(wrong.encode()).decode()
        http.request("GET", "/token/", None, {"Authorization": f"Basic {basic}"}).expect(401, 403)
    # What GetAuthorizationToken answers is a Bearer token as well, as it is at AWS; as Basic it is for /token/ alone.
    whole = public.get_authorization_token()["authorizationData"]["authorizationToken"]
    http.request("GET", "/v2/", None, {"Authorization": f"Bearer {whole}"}).expect(200)
    http.request("GET", "/v2/", None, {"Authorization": f"Basic {whole}"}).expect(401)
    http.request("GET", "/v2/", None, {"Authorization": "Bearer " + "x" * 10_000}).expect(401)
    # On a host of private registries it is neither.
    for headers in ({"Host": "localhost"}, {"Host": "localhost", "Authorization": f"Basic {whole}"}):
        assert http.request("GET", "/v2/", None, headers).status in (401, 403)
    http.request("GET", "/token/", None, {"Host": "localhost"}).expect(404)


def policy(action, principal="*", effect="Allow"):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Principal": principal, "Action": action}]})


def test_policies(public, repo):
    with aws_error("RepositoryPolicyNotFoundException"):
        public.get_repository_policy(repositoryName=repo)
    with aws_error("InvalidParameterException"):
        public.set_repository_policy(repositoryName=repo, policyText=policy("ecr:PutImage"))
    text = public.set_repository_policy(repositoryName=repo, policyText=policy("ecr-public:PutImage"))["policyText"]
    assert public.get_repository_policy(repositoryName=repo)["policyText"] == text
    assert public.delete_repository_policy(repositoryName=repo)["policyText"] == text
    with aws_error("RepositoryPolicyNotFoundException"):
        public.delete_repository_policy(repositoryName=repo)


def test_who_may(server, public, alias, repo):
    """AWS's own policies; another account by the repository's policy; no policy keeps anybody from pulling."""
    first = Account.first(server)
    other = Account.create(server, f"other{secrets.token_hex(3)}")
    managed = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublic"

    def user(account, name, policy_name):
        name += secrets.token_hex(3)
        keys = account.user(name)
        if policy_name:
            account.iam.attach_user_policy(UserName=name, PolicyArn=managed + policy_name)
        return account.client("ecr-public", keys)
    reader, pusher = user(first, "reader", "ReadOnly"), user(first, "pusher", "PowerUser")
    stranger, guest = user(first, "stranger", None), user(other, "guest", "PowerUser")

    assert reader.describe_repositories(repositoryNames=[repo])["repositories"]
    with aws_error("AccessDeniedException"):
        reader.initiate_layer_upload(repositoryName=repo)
    push_by_api(pusher, repo, alias, "v1")
    with aws_error("AccessDeniedException"):
        pusher.delete_repository(repositoryName=repo, force=True)
    with aws_error("AccessDeniedException"):
        stranger.get_authorization_token()
    with aws_error("AccessDeniedException"):
        guest.initiate_layer_upload(registryId=alias, repositoryName=repo)
    public.set_repository_policy(repositoryName=repo, policyText=policy("ecr-public:*", {"AWS": other.id}))
    push_by_api(guest, repo, alias, "v2")
    Bearer(server, password_of(guest)).push_image(f"{alias}/{repo}", "v3")
    public.set_repository_policy(repositoryName=repo, force=True,
                                 policyText=policy("ecr-public:*", "*", "Deny"))
    with aws_error("AccessDeniedException"):
        push_by_api(pusher, repo, alias, "v4")
    assert Bearer(server).tags(f"{alias}/{repo}") == ["v1", "v2", "v3"]


def test_a_token_needs_two_permissions(server):
    first = Account.first(server)
    public_token = {"Effect": "Allow", "Action": "ecr-public:GetAuthorizationToken", "Resource": "*"}
    bearer = {"Effect": "Allow", "Action": "sts:GetServiceBearerToken", "Resource": "*",
              "Condition": {"StringEquals": {"sts:AWSServiceName": "ecr-public.amazonaws.com"}}}
    for statements in ([public_token], [bearer]):
        keys = first.user(f"half{secrets.token_hex(3)}", *statements)
        with aws_error("AccessDeniedException"):
            first.client("ecr-public", keys).get_authorization_token()
    keys = first.user(f"whole{secrets.token_hex(3)}", public_token, bearer)
    assert first.client("ecr-public", keys).get_authorization_token()["authorizationData"]["expiresAt"]


def test_aliases(tmp_path):
    """`berth public alias` beside a running server; both names are good, the new one is shown."""
    server = Server(tmp_path / "server", ["--registry-public-hosts", "127.0.0.1"]).init().start()
    try:
        public = aws.client(server, "ecr-public")

        def command(*arguments, code=0):
            done = berth("public", "alias", "--data", server.data, "--json", *arguments)
            assert done.returncode == code, done.stderr
            return json.loads(done.stdout) if code == 0 else done.stderr
        standard, = command()
        assert standard["primary"] and standard["default"]
        assert {"name": "company", "primary": True, "default": False} in command("--add", "company")
        registry, = public.describe_registries()["registries"]
        assert registry["registryUri"] == f"{server.registry}/company" and len(registry["aliases"]) == 2
        made = public.create_repository(repositoryName="app")["repository"]
        assert made["repositoryUri"] == f"{server.registry}/company/app"
        pusher = Bearer(server, password_of(public))
        manifest = pusher.push_image("company/app", "v1")
        assert pusher.get_manifest(f"{standard['name']}/app", "v1").expect(200).body == manifest
        assert "regular expression" in command("--add", "No", code=1)
        assert "12" in command("--account", "1", code=1)
        assert "no account" in command("--account", "999999999999", code=1)
        assert command("--remove", "company") == [standard]
        pusher.get_manifest("company/app", "v1").expect(404)
        assert "keeps" in command("--remove", standard["name"], code=1)
        server.restart()
        assert command() == [standard]
    finally:
        server.stop()

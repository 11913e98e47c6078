"""The AWS CLI: every operation once, good and bad input; with the real names and with an endpoint URL."""

import json
import secrets

import pytest

from support.oci import OCI_CONFIG, OCI_LAYER, descriptor, digest_of, image_manifest, to_bytes


@pytest.fixture
def aws(place):
    """aws("ecr", ...): the parsed output; aws(..., fails=NAME): the command must fail with this exception."""
    def call(*arguments, fails=None):
        command = ["aws", "--output", "json", *arguments]
        if fails:
            return place.fails(*command, words=[f"({fails})"])
        said = place.run(*command)
        return json.loads(said) if said.strip() else None
    return call


def push_layer(aws, repo, folder, data):
    path = folder / secrets.token_hex(4)
    path.write_bytes(data)
    upload = aws("ecr", "initiate-layer-upload", "--repository-name", repo)["uploadId"]
    aws("ecr", "upload-layer-part", "--repository-name", repo, "--upload-id", upload, "--part-first-byte", "0",
        "--part-last-byte", str(len(data) - 1), "--layer-part-blob", f"fileb://{path}")
    done = aws("ecr", "complete-layer-upload", "--repository-name", repo, "--upload-id", upload, "--layer-digests",
               digest_of(data))
    assert done["layerDigest"] == digest_of(data)


@pytest.mark.parametrize("place", ["world"], indirect=True)
def test_all_operations(aws, place):
    repo = f"cli/{secrets.token_hex(4)}"
    made = aws("ecr", "create-repository", "--repository-name", repo, "--tags", "Key=a,Value=b")["repository"]
    named = ["--repository-name", repo]
    assert aws("ecr", "describe-repositories", "--repository-names", repo)["repositories"] == [made]

    layer, config = secrets.token_bytes(1000), b'{"os":"linux"}'
    for blob in (layer, config):
        push_layer(aws, repo, place.folder, blob)
    manifest = to_bytes(image_manifest(descriptor(config, OCI_CONFIG), [descriptor(layer, OCI_LAYER)]))
    put = aws("ecr", "put-image", *named, "--image-tag", "v1", "--image-manifest", manifest.decode())["image"]
    assert put["imageId"] == {"imageDigest": digest_of(manifest), "imageTag": "v1"}

    found = aws("ecr", "batch-check-layer-availability", *named, "--layer-digests", digest_of(layer))
    assert found["layers"][0]["layerAvailability"] == "AVAILABLE"
    url = aws("ecr", "get-download-url-for-layer", *named, "--layer-digest", digest_of(layer))["downloadUrl"]
    path = place.folder / secrets.token_hex(4)
    place.run("curl", "-sSf", "-o", path, url)
    assert path.read_bytes() == layer
    place.run("curl", "-sSf", "-r", "10-19", "-o", path, url)
    assert path.read_bytes() == layer[10:20]

    assert aws("ecr", "batch-get-image", *named, "--image-ids", "imageTag=v1")["images"] == [put]
    assert aws("ecr", "list-images", *named)["imageIds"] == [put["imageId"]]
    detail = aws("ecr", "describe-images", *named)["imageDetails"][0]
    assert detail["imageTags"] == ["v1"] and detail["imagePushedAt"]
    assert aws("ecr", "list-image-referrers", *named, "--subject-id",
               f"imageDigest={digest_of(manifest)}")["referrers"] == []
    aws("ecr", "put-image-tag-mutability", *named, "--image-tag-mutability", "IMMUTABLE")
    aws("ecr", "tag-resource", "--resource-arn", made["repositoryArn"], "--tags", "Key=c,Value=d")
    aws("ecr", "untag-resource", "--resource-arn", made["repositoryArn"], "--tag-keys", "a")
    tags = aws("ecr", "list-tags-for-resource", "--resource-arn", made["repositoryArn"])["tags"]
    assert tags == [{"Key": "c", "Value": "d"}]
    assert aws("ecr", "describe-registry")["registryId"] == place.server.account
    assert aws("sts", "get-caller-identity")["Account"] == place.server.account

    aws("ecr", "delete-repository", *named, fails="RepositoryNotEmptyException")
    gone = aws("ecr", "batch-delete-image", *named, "--image-ids", "imageTag=v1")
    assert gone["imageIds"] == [put["imageId"]]
    assert aws("ecr", "delete-repository", *named)["repository"]["repositoryName"] == repo


def test_templates_and_scanning(aws, place):
    prefix = f"cli{secrets.token_hex(4)}"
    named = ["--prefix", prefix]
    made = aws("ecr", "create-repository-creation-template", *named, "--applied-for", "CREATE_ON_PUSH", "REPLICATION",
               "--image-tag-mutability", "IMMUTABLE")["repositoryCreationTemplate"]
    assert set(made["appliedFor"]) == {"CREATE_ON_PUSH", "REPLICATION"}
    listed = aws("ecr", "describe-repository-creation-templates", "--prefixes", prefix)
    assert listed["repositoryCreationTemplates"] == [made]
    paged = aws("ecr", "describe-repository-creation-templates", "--page-size", "1")["repositoryCreationTemplates"]
    assert made in paged
    changed = aws("ecr", "update-repository-creation-template", *named, "--description", "by hand")
    assert changed["repositoryCreationTemplate"]["description"] == "by hand"

    repo = f"{prefix}/app"
    push_layer(aws, repo, place.folder, secrets.token_bytes(100))
    assert aws("ecr", "describe-repositories", "--repository-names", repo)["repositories"][0][
        "imageTagMutability"] == "IMMUTABLE"
    scanning = aws("ecr", "put-image-scanning-configuration", "--repository-name", repo,
                   "--image-scanning-configuration", "scanOnPush=true")
    assert scanning["imageScanningConfiguration"] == {"scanOnPush": True}

    aws("ecr", "create-repository-creation-template", *named, "--applied-for", "CREATE_ON_PUSH",
        fails="TemplateAlreadyExistsException")
    aws("ecr", "create-repository-creation-template", "--prefix", "UPPER", "--applied-for", "CREATE_ON_PUSH",
        fails="InvalidParameterException")
    assert aws("ecr", "delete-repository-creation-template", *named)["repositoryCreationTemplate"]["prefix"] == prefix
    for command in ("delete", "update"):
        aws("ecr", f"{command}-repository-creation-template", *named, fails="TemplateNotFoundException")
    aws("ecr", "initiate-layer-upload", "--repository-name", f"{prefix}/other", fails="RepositoryNotFoundException")
    aws("ecr", "put-image-scanning-configuration", "--repository-name", f"{prefix}/other",
        "--image-scanning-configuration", "scanOnPush=true", fails="RepositoryNotFoundException")


def test_errors(aws, place):
    repo = place.short(place.repository("cli"))
    for fails, arguments in (
            ("RepositoryAlreadyExistsException", ["create-repository", "--repository-name", repo]),
            ("InvalidParameterException", ["create-repository", "--repository-name", "UPPER"]),
            ("RepositoryNotFoundException", ["list-images", "--repository-name", "no/such"]),
            ("ImageNotFoundException", ["describe-images", "--repository-name", repo, "--image-ids", "imageTag=x"]),
            ("InvalidParameterException", ["put-image", "--repository-name", repo, "--image-manifest", "{"]),
            ("LayersNotFoundException", ["get-download-url-for-layer", "--repository-name", repo, "--layer-digest",
                                         digest_of(b"nothing")])):
        aws("ecr", *arguments, fails=fails)


def test_pull_time_update_exclusions(aws, place):
    named = ["--principal-arn", f"arn:aws:iam::123456789012:role/cli/{secrets.token_hex(4)}"]
    made = aws("ecr", "register-pull-time-update-exclusion", *named)
    assert made["principalArn"] == named[1] and made["createdAt"]
    assert named[1] in aws("ecr", "list-pull-time-update-exclusions")["pullTimeUpdateExclusions"]
    aws("ecr", "register-pull-time-update-exclusion", *named, fails="ExclusionAlreadyExistsException")
    assert aws("ecr", "deregister-pull-time-update-exclusion", *named) == {"principalArn": named[1]}
    aws("ecr", "deregister-pull-time-update-exclusion", *named, fails="ExclusionNotFoundException")
    aws("ecr", "register-pull-time-update-exclusion", "--principal-arn", "scanner", fails="InvalidParameterException")


def test_lifecycle_policies(aws, place):
    repo = place.short(place.repository("cli"))
    named = ["--repository-name", repo]
    text = json.dumps({"rules": [{"rulePriority": 1, "description": "one is enough", "selection": {
        "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}, "action": {"type": "expire"}}]})
    assert aws("ecr", "put-lifecycle-policy", *named, "--lifecycle-policy-text", text)["lifecyclePolicyText"] == text
    assert aws("ecr", "get-lifecycle-policy", *named)["lifecyclePolicyText"] == text
    assert aws("ecr", "start-lifecycle-policy-preview", *named)["status"] == "IN_PROGRESS"
    place.run("aws", "ecr", "wait", "lifecycle-policy-preview-complete", *named)
    preview = aws("ecr", "get-lifecycle-policy-preview", *named)
    assert preview["summary"] == {"expiringImageTotalCount": 0} and preview["previewResults"] == []
    assert aws("ecr", "delete-lifecycle-policy", *named)["lifecyclePolicyText"] == text
    for operation in ("get-lifecycle-policy", "delete-lifecycle-policy", "start-lifecycle-policy-preview"):
        aws("ecr", operation, *named, fails="LifecyclePolicyNotFoundException")
    aws("ecr", "put-lifecycle-policy", *named, "--lifecycle-policy-text", text.replace("expire", "explode"),
        fails="InvalidParameterException")


def test_login_password(place):
    """The line of the documentation: aws ecr get-login-password | docker login --username AWS --password-stdin."""
    password = place.run("aws", "ecr", "get-login-password").strip()
    place.run("skopeo", "login", *place.insecure("--tls-verify=false"), "--authfile", place.folder / "cli-auth.json",
              "-u", "AWS", "--password-stdin", place.registry, stdin=password)


def test_wrong_credentials(place):
    place.fails("aws", "ecr", "describe-registry", env={"AWS_SECRET_ACCESS_KEY": "wrong"},
                words=["(InvalidSignatureException)"])
    place.fails("aws", "ecr", "describe-registry", env={"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"},
                words=["(UnrecognizedClientException)"])

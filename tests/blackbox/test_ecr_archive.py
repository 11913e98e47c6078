"""The archive: UpdateImageStorageClass at both doors, with real clients, and where the bytes are."""

import json
import secrets
import time

import pytest

from support import aws
from support.expect import aws_error, no_repository
from support.oci import Oci, descriptor, digest_of, to_bytes
from support.server import berth, environment
from support.shell import attempt, fails, run

# all blobs as files, so that the tests see where they are
SOON = ("--blobs-in-metadata=0", "--uploads-lease=1s", "--lifecycle-settle=1s", "--lifecycle-images-per-second=100000")
ARCHIVE = {"type": "transition", "targetStorageClass": "archive"}


class Archive:
    """A server whose blobs move at once, and what is in its two stores."""

    def __init__(self, server):
        self.server = server
        self.ecr = aws.client(server, "ecr")
        self.oci = Oci(server, aws.registry_token(server))
        self.repo = "archive/app"
        self.ecr.create_repository(repositoryName=self.repo)

    def update(self, target, **image):
        return self.ecr.update_image_storage_class(repositoryName=self.repo, imageId=image, targetStorageClass=target)

    def status(self, tag):
        return self.ecr.describe_images(repositoryName=self.repo,
                                        imageIds=[{"imageTag": tag}])["imageDetails"][0]["imageStatus"]

    def store(self, name):
        return {path.name.partition(".")[0] for path in (self.server.data / name / "blobs").rglob("*") if path.is_file()}

    def wait(self, check, seconds=60):
        end = time.monotonic() + seconds
        while not check():
            assert time.monotonic() < end, f"not within {seconds} s"
            time.sleep(0.2)

    def moved(self, manifest, to, away):
        names = blobs_of(manifest)
        self.wait(lambda: names <= self.store(to) and not names & self.store(away))


def blobs_of(manifest):
    parsed = json.loads(manifest)
    return {part["digest"].split(":")[1] for part in [parsed["config"], *parsed["layers"]]}


@pytest.fixture
def archive(make_server):
    return Archive(make_server(*SOON))


def test_there_and_back(archive):
    manifest = archive.oci.push_image(archive.repo, "v1", layers=3)
    digest = digest_of(manifest)
    answer = archive.update("ARCHIVE", imageTag="v1")
    assert answer["imageStatus"] == "ARCHIVED" and answer["imageId"] == {"imageDigest": digest, "imageTag": "v1"}
    assert answer["registryId"] == archive.server.account and answer["repositoryName"] == archive.repo
    archive.moved(manifest, "archive", "blobs")
    fsck = berth("fsck", "--data", archive.server.data)
    assert fsck.returncode == 0 and "4 blobs" in fsck.stdout, fsck.stdout

    code, message = archive.oci.get_manifest(archive.repo, "v1").expect(404).error()
    assert code == "MANIFEST_UNKNOWN" and "is archived" in message
    assert f"update-image-storage-class --repository-name {archive.repo}" in message
    assert archive.oci.head(f"/v2/{archive.repo}/manifests/{digest}").status == 404
    layer = json.loads(manifest)["layers"][0]["digest"]
    assert archive.oci.head(f"/v2/{archive.repo}/blobs/{layer}").status == 404
    code, message = archive.oci.get(f"/v2/{archive.repo}/blobs/{layer}").expect(404).error()
    assert code == "BLOB_UNKNOWN" and "archived images" in message
    assert archive.oci.tags(archive.repo) == []

    assert archive.update("STANDARD", imageDigest=digest)["imageStatus"] == "ACTIVATING"
    archive.wait(lambda: archive.status("v1") == "ACTIVE")
    archive.moved(manifest, "blobs", "archive")
    assert archive.oci.get_manifest(archive.repo, "v1").body == manifest
    assert archive.oci.get(f"/v2/{archive.repo}/blobs/{layer}").status == 200
    assert archive.oci.tags(archive.repo) == ["v1"]
    detail = archive.ecr.describe_images(repositoryName=archive.repo)["imageDetails"][0]
    assert detail["lastActivatedAt"] >= detail["lastArchivedAt"]
    metrics = archive.server.admin.request("GET", "/metrics").body.decode()
    assert 'berth_storage_moves_total{direction="archive",outcome="moved"} 4' in metrics
    assert 'berth_storage_moves_total{direction="restore",outcome="moved"} 4' in metrics


def test_what_the_api_says(archive):
    manifest = archive.oci.push_image(archive.repo, "v1")
    digest, layer = digest_of(manifest), json.loads(manifest)["layers"][0]["digest"]
    archive.update("ARCHIVE", imageTag="v1")
    got = archive.ecr.batch_get_image(repositoryName=archive.repo, imageIds=[{"imageTag": "v1"}])
    assert not got["images"] and got["failures"][0]["failureCode"] == "ImageInaccessible"
    assert "is archived" in got["failures"][0]["failureReason"]
    checked = archive.ecr.batch_check_layer_availability(repositoryName=archive.repo, layerDigests=[layer])
    assert checked["layers"][0]["layerAvailability"] == "ARCHIVED"
    with aws_error("LayerInaccessibleException"):
        archive.ecr.get_download_url_for_layer(repositoryName=archive.repo, layerDigest=layer)
    listed = archive.ecr.get_paginator("list_images").paginate
    for status, found in (("ACTIVE", []), ("ARCHIVED", [digest]), ("ACTIVATING", []), ("ANY", [digest])):
        pages = listed(repositoryName=archive.repo, filter={"imageStatus": status})
        assert [entry["imageDigest"] for page in pages for entry in page["imageIds"]] == found, status
    assert archive.ecr.batch_delete_image(repositoryName=archive.repo, imageIds=[{"imageTag": "v1"}])["imageIds"]


def test_errors(archive):
    with aws_error("RepositoryNotFoundException", no_repository("not/there", archive.server.account)):
        archive.ecr.update_image_storage_class(repositoryName="not/there", imageId={"imageTag": "v1"},
                                               targetStorageClass="ARCHIVE")
    with aws_error("ImageNotFoundException"):
        archive.update("ARCHIVE", imageTag="none")
    with aws_error("InvalidParameterException"):
        archive.update("ARCHIVE")
    member = archive.oci.push_image(archive.repo, "member")
    index = to_bytes({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                      "manifests": [descriptor(member, "application/vnd.oci.image.manifest.v1+json")]})
    assert archive.oci.put_manifest(archive.repo, "multi", index).status == 201
    with aws_error("ImageStorageClassUpdateNotSupportedException",
                   f"Requested image referenced by manifest list: [{digest_of(index)}]"):
        archive.update("ARCHIVE", imageTag="member")


def test_referrers(archive):
    subject = archive.oci.push_image(archive.repo, "v1")
    artifact = archive.oci.new_artifact(subject, "x/signature", archive.repo)
    assert archive.oci.put_manifest(archive.repo, digest_of(artifact), artifact).status == 201
    archive.update("ARCHIVE", imageTag="v1")

    def referrers(**more):
        answer = archive.ecr.list_image_referrers(repositoryName=archive.repo,
                                                  subjectId={"imageDigest": digest_of(subject)}, **more)
        return [entry["artifactStatus"] for entry in answer["referrers"]]
    archive.wait(lambda: not referrers())
    assert referrers(filter={"artifactStatus": "ARCHIVED"}) == ["ARCHIVED"] == referrers(filter={"artifactStatus": "ANY"})
    reply = archive.oci.get(f"/v2/{archive.repo}/referrers/{digest_of(subject)}")
    assert json.loads(reply.body)["manifests"] == []


def test_the_command_line(archive):
    archive.oci.push_image(archive.repo, "v1")
    keys = archive.server.credentials
    env = {**environment(), "AWS_ACCESS_KEY_ID": keys["accessKeyId"], "AWS_DEFAULT_REGION": keys["region"],
           "AWS_SECRET_ACCESS_KEY": keys["secretAccessKey"], "AWS_ENDPOINT_URL": archive.server.url}

    def command(*arguments):
        return ["aws", "--output", "json", "ecr", arguments[0], "--repository-name", archive.repo, *arguments[1:]]
    update = command("update-image-storage-class", "--image-id", "imageTag=v1", "--target-storage-class")
    assert json.loads(run(*update, "ARCHIVE", env=env))["imageStatus"] == "ARCHIVED"
    listed = json.loads(run(*command("list-images", "--filter", "imageStatus=ARCHIVED"), env=env))
    assert listed["imageIds"][0]["imageTag"] == "v1"
    assert json.loads(run(*update, "STANDARD", env=env))["imageStatus"] in ("ACTIVATING", "ACTIVE")
    fails(*command("update-image-storage-class", "--image-id", "imageTag=none", "--target-storage-class", "ARCHIVE"),
          env=env, words=["(ImageNotFoundException)"])


def test_by_policy(archive):
    manifest = archive.oci.push_image(archive.repo, "old")
    archive.oci.push_image(archive.repo, "new")
    text = json.dumps({"rules": [{"rulePriority": 1, "description": "all but the newest", "action": ARCHIVE, "selection": {
        "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}}]})
    archive.ecr.put_lifecycle_policy(repositoryName=archive.repo, lifecyclePolicyText=text)
    archive.wait(lambda: archive.status("old") == "ARCHIVED")
    assert archive.status("new") == "ACTIVE"
    archive.moved(manifest, "archive", "blobs")


def test_skopeo_says_why_and_pulls_after_restoring_and_after_a_push(archive, tmp_path, busybox):
    credentials = ":".join(aws.registry_token(archive.server))
    name, source = f"docker://{archive.server.registry}/{archive.repo}:v1", f"oci:{busybox}:latest"

    def push():
        run("skopeo", "copy", "-q", "--dest-tls-verify=false", "--dest-creds", credentials, source, name)

    def pull():
        return attempt("skopeo", "copy", "-q", "--src-tls-verify=false", "--src-creds", credentials, name,
                       f"oci:{tmp_path / secrets.token_hex(4)}:v1")
    push()
    assert pull().returncode == 0
    manifest = archive.oci.get_manifest(archive.repo, "v1").body
    for bring_back in (lambda: archive.update("STANDARD", imageTag="v1"), push):
        archive.update("ARCHIVE", imageTag="v1")
        archive.moved(manifest, "archive", "blobs")
        refused = pull()
        assert refused.returncode != 0 and "is archived" in refused.stderr, refused.stderr
        assert "update-image-storage-class" in refused.stderr
        bring_back()
        archive.wait(lambda: archive.status("v1") == "ACTIVE")
        assert pull().returncode == 0
        archive.moved(manifest, "blobs", "archive")


def test_a_crash_in_the_middle(archive):
    """Killed while blobs move, again and again: all is there in the end."""
    manifests = [archive.oci.push_image(archive.repo, f"v{number}", layers=4) for number in range(10)]
    for target, store, away in (("ARCHIVE", "archive", "blobs"), ("STANDARD", "blobs", "archive")):
        for number in range(10):
            archive.update(target, imageTag=f"v{number}")
        for _ in range(3):
            time.sleep(0.3)
            archive.server.kill()
            archive.server.start()
        for manifest in manifests:
            names = blobs_of(manifest)
            archive.wait(lambda names=names: names <= archive.store(store), 200)
    assert berth("fsck", "--data", archive.server.data).returncode == 0
    for number, manifest in enumerate(manifests):
        # What a process that was killed was moving is left alone for half a minute.
        archive.wait(lambda number=number: archive.status(f"v{number}") == "ACTIVE", 200)
        assert archive.oci.get_manifest(archive.repo, f"v{number}").body == manifest
        assert not blobs_of(manifest) - archive.store("blobs")

"""Quotas and rates: ECR's errors at both doors, and what SDKs and clients make of them."""

import json
import threading
import time

import pytest

from support import aws, shell
from support.expect import aws_error
from support.oci import Oci

FULL = ("The repository with name '{}' in registry with id '{}' already has the maximum allowed number of images which "
        "is '2'")


@pytest.fixture
def limited(make_server):
    """limited(*options): (server, boto3 client, OCI client)."""
    def make(*options):
        server = make_server(*options)
        return server, aws.client(server), Oci(server, aws.registry_token(server))
    return make


def test_images_of_a_repository(limited):
    server, ecr, oci = limited("--quotas-images-per-repository", "2")
    ecr.create_repository(repositoryName="team/app")
    ecr.create_repository(repositoryName="team/other")
    first = oci.push_image("team/app", "v1")
    oci.push_image("team/app", "v2")
    third = oci.new_manifest("team/app")
    text = FULL.format("team/app", server.account)
    refused = oci.put_manifest("team/app", "v3", third).expect(400)
    assert refused.json() == {"errors": [{"code": "DENIED", "message": text}]}
    with aws_error("LimitExceededException", text):
        ecr.put_image(repositoryName="team/app", imageManifest=third.decode(), imageTag="v3")
    assert sorted(oci.tags("team/app")) == ["v1", "v2"]
    oci.put_manifest("team/app", "v1-again", first).expect(201)  # no image more
    oci.push_image("team/other", "v1")
    ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageTag": "v2"}])
    ecr.put_image(repositoryName="team/app", imageManifest=third.decode(), imageTag="v3")


def test_repositories_of_a_registry(limited):
    server, ecr, _ = limited("--quotas-repositories-per-registry", "2")
    for name in ("team/one", "team/two"):
        ecr.create_repository(repositoryName=name)
    with aws_error("LimitExceededException", f"The registry with id '{server.account}' already has the maximum allowed "
                                             f"number of repositories which is '2'"):
        ecr.create_repository(repositoryName="team/three")
    with aws_error("RepositoryAlreadyExistsException"):
        ecr.create_repository(repositoryName="team/two")
    aws.client(server, region="eu-west-1").create_repository(repositoryName="team/three")  # another registry
    ecr.delete_repository(repositoryName="team/one")
    ecr.create_repository(repositoryName="team/three")


def test_tags_of_an_image(limited):
    _, ecr, oci = limited("--quotas-tags-per-image", "2")
    ecr.create_repository(repositoryName="team/app")
    manifest = oci.push_image("team/app", "v1")
    oci.put_manifest("team/app", "v2", manifest).expect(201)
    refused = oci.put_manifest("team/app", "v3", manifest).expect(400).json()["errors"][0]
    assert refused["code"] == "DENIED"
    assert "already has the maximum allowed number of tags which is '2'" in refused["message"]
    with aws_error("LimitExceededException", refused["message"]):
        ecr.put_image(repositoryName="team/app", imageManifest=manifest.decode(), imageTag="v3")
    assert sorted(oci.tags("team/app")) == ["v1", "v2"]


def test_parts_of_a_layer(limited):
    _, ecr, _ = limited("--quotas-layer-parts", "2")
    ecr.create_repository(repositoryName="team/app")
    upload = ecr.initiate_layer_upload(repositoryName="team/app")["uploadId"]

    def part(number):
        ecr.upload_layer_part(repositoryName="team/app", uploadId=upload, partFirstByte=number * 3,
                              partLastByte=number * 3 + 2, layerPartBlob=b"abc")

    part(0)
    part(1)
    with aws_error("LimitExceededException", "A layer may have at most 2 parts"):
        part(2)


def test_a_rate_at_the_api(limited):
    """Told in AWS's words, which SDKs take for a reason to wait and try again."""
    server, ecr, _ = limited("--quotas-rates", "ListImages=2:1")
    ecr.create_repository(repositoryName="team/app")
    with aws_error("ThrottlingException", "Rate exceeded", status=400):
        for _ in range(20):
            ecr.list_images(repositoryName="team/app")
    ecr.describe_repositories()  # has no rate
    patient = aws.client(server, attempts=5)
    begun = time.monotonic()
    answers = [patient.list_images(repositoryName="team/app") for _ in range(4)]
    assert time.monotonic() - begun > 1, "four calls at two a second"
    assert sum(answer["ResponseMetadata"]["RetryAttempts"] for answer in answers) > 0
    text = server.admin.request("GET", "/metrics").body.decode()
    assert 'berth_service_throttled_total{operation="ListImages"}' in text


def test_a_rate_at_the_oci_door(limited):
    server, ecr, oci = limited("--quotas-rates", "BatchGetImage=1:2")
    ecr.create_repository(repositoryName="team/app")
    oci.push_image("team/app", "v1")
    replies = [oci.get_manifest("team/app", "v1") for _ in range(20)]
    assert [reply.status for reply in replies[:2]] == [200, 200]
    refused = next(reply for reply in replies if reply.status == 429)
    assert refused.json() == {"errors": [{"code": "TOOMANYREQUESTS", "message": "Rate exceeded"}]}
    assert refused.header("Retry-After") == "1"
    with aws_error("ThrottlingException"):  # one bucket for both doors; how slow this machine is does not matter
        for _ in range(20):
            ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "v1"}])
    assert oci.get("/v2/team/app/tags/list").status == 200
    time.sleep(1.1)
    assert oci.get_manifest("team/app", "v1").status == 200


def test_rates_are_of_one_account_and_region(limited):
    server, ecr, _ = limited("--quotas-rates", "DescribeRegistry=1")
    with aws_error("ThrottlingException"):
        for _ in range(20):
            ecr.describe_registry()
    aws.client(server, region="eu-west-1").describe_registry()


def test_the_rates_of_ecr(limited):
    """PutImage: ten a second."""
    server, ecr, oci = limited("--quotas-rates", "ecr")
    ecr.create_repository(repositoryName="team/app")
    manifest = json.loads(oci.new_manifest("team/app"))
    statuses = []

    def push(number):
        made = {**manifest, "annotations": {"number": str(number)}}
        statuses.append(oci.put_manifest("team/app", f"t{number}", made).status)

    threads = [threading.Thread(target=push, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {201, 429} and 10 <= statuses.count(201) < 40


@pytest.mark.parametrize("value,words", [("PutImage", "PutImage"), ("PutImage=x", "PutImage=x"), ("Fly=1", "Fly")])
def test_rates_that_are_none(make_server, value, words):
    server = make_server("--quotas-rates", value, start=False)
    with pytest.raises(AssertionError, match="ended with"):
        server.start()
    assert words in server.log()
    server.process = None


# real clients; docker is in test_clients_docker.py

def skopeo(server, source, target, run=shell.run, **more):
    user, password = aws.registry_token(server)
    return run("skopeo", "copy", "-q", "--dest-tls-verify=false", "--dest-creds", f"{user}:{password}",
               f"oci:{source}:latest", f"docker://{server.registry}/{target}", **more)


def test_skopeo_is_told_about_a_full_repository(limited, busybox):
    server, ecr, oci = limited("--quotas-images-per-repository", "2")
    ecr.create_repository(repositoryName="team/app")
    oci.push_image("team/app", "v1")
    skopeo(server, busybox, "team/app:v2")
    skopeo(server, busybox, "team/app:v2")  # what is there may be pushed again
    ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageTag": "v2"}])
    oci.push_image("team/app", "v3")
    said = skopeo(server, busybox, "team/app:v2", run=shell.fails)
    assert "already has the maximum allowed number of images which is '2'" in said


def test_skopeo_waits_for_its_turn(limited, busybox):
    """429 with Retry-After: containers/image tries again by itself."""
    server, ecr, _ = limited("--quotas-rates", "InitiateLayerUpload=2:1")
    ecr.create_repository(repositoryName="team/app")
    skopeo(server, busybox, "team/app:v1")
    assert [found["imageTags"] for found in ecr.describe_images(repositoryName="team/app")["imageDetails"]] == [["v1"]]

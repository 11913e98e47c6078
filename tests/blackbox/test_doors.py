"""One image, two doors: what goes in through one comes out of the other, at once and byte for byte."""

import json

from support import aws
from support.oci import OCI_CONFIG, OCI_LAYER, Oci, descriptor, digest_of, image_manifest, random_bytes, to_bytes
from test_ecr_layers import MIB, push_layer


def test_pushed_by_the_api_pulled_by_the_oci_door(ecr, oci, repo):
    config, layers = b'{"os":"linux","architecture":"amd64"}', [random_bytes(6 * MIB), random_bytes(1000)]
    for blob in [config, *layers]:
        push_layer(ecr, repo, blob)
    data = to_bytes(image_manifest(descriptor(config, OCI_CONFIG), [descriptor(blob, OCI_LAYER) for blob in layers]))
    ecr.put_image(repositoryName=repo, imageManifest=data.decode(), imageTag="api")
    assert oci.get_manifest(repo, "api").expect(200).body == data
    for blob in [config, *layers]:
        assert oci.get(f"/v2/{repo}/blobs/{digest_of(blob)}").expect(200).body == blob


def test_pushed_by_the_oci_door_pulled_by_the_api(ecr, oci, server, repo):
    data = oci.push_image(repo, "oci", layers=2)
    image = ecr.batch_get_image(repositoryName=repo, imageIds=[{"imageTag": "oci"}])["images"][0]
    assert image["imageManifest"].encode() == data
    for layer in json.loads(data)["layers"]:
        url = ecr.get_download_url_for_layer(repositoryName=repo, layerDigest=layer["digest"])["downloadUrl"]
        body = server.http.request("GET", url).expect(200).body
        assert digest_of(body) == layer["digest"] and len(body) == layer["size"]


def test_deletion_is_seen_at_once(ecr, oci, repo):
    data = oci.push_image(repo, "gone")
    ecr.batch_delete_image(repositoryName=repo, imageIds=[{"imageTag": "gone"}])
    oci.get_manifest(repo, "gone").expect(404)
    oci.put_manifest(repo, "gone", data).expect(201)
    oci.delete(f"/v2/{repo}/manifests/{digest_of(data)}").expect(202)
    assert ecr.list_images(repositoryName=repo)["imageIds"] == []


def test_the_database_may_be_another(make_server, postgres):
    """The same, once, on PostgreSQL."""
    server = make_server("--db", postgres)
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    ecr.create_repository(repositoryName="post/gres")
    data = oci.push_image("post/gres", "v1")
    server.restart()
    image = ecr.batch_get_image(repositoryName="post/gres", imageIds=[{"imageTag": "v1"}])["images"][0]
    assert image["imageManifest"].encode() == data
    oci.delete(f"/v2/post/gres/manifests/{digest_of(data)}").expect(202)
    assert oci.tags("post/gres") == []

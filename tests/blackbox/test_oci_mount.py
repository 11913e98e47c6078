"""Mounting: a blob that the registry has need not be sent again, if the caller may read it where it is."""

import pytest

from support.oci import digest_of, random_bytes


@pytest.fixture
def source(oci, new_repo):
    """A repository with an image, and the digest and bytes of its layer."""
    repo = new_repo()
    oci.push_image(repo, "v1")
    layer = oci.get_manifest(repo, "v1").json()["layers"][0]["digest"]
    return repo, layer, oci.get(f"/v2/{repo}/blobs/{layer}").body


def check_mounted(oci, repo, digest, data, reply):
    reply.expect(201)
    assert reply.header("Docker-Content-Digest") == digest
    assert oci.get(reply.header("Location")).expect(200).body == data
    assert oci.get(f"/v2/{repo}/blobs/{digest}").expect(200).body == data


def test_mount(oci, repo, source):
    name, digest, data = source
    oci.get(f"/v2/{repo}/blobs/{digest}").expect(404)
    check_mounted(oci, repo, digest, data,
                  oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}&from={name}"))


@pytest.mark.parametrize("query", ["?from={name}&mount={digest}", "?mount={digest}&from={name}&origin=example.com",
                                   "?mount={escaped}&from={escaped_name}"])
def test_mount_as_various_clients_write_it(oci, repo, source, query):
    name, digest, data = source
    query = query.format(name=name, digest=digest, escaped=digest.replace(":", "%3A"),
                         escaped_name=name.replace("/", "%2F"))
    check_mounted(oci, repo, digest, data, oci.request("POST", f"/v2/{repo}/blobs/uploads/{query}"))


def test_anonymous_mount(oci, repo, source):
    _, digest, data = source
    check_mounted(oci, repo, digest, data, oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}"))


def test_mount_of_what_is_already_there(oci, source):
    name, digest, data = source
    check_mounted(oci, name, digest, data,
                  oci.request("POST", f"/v2/{name}/blobs/uploads/?mount={digest}&from={name}"))


@pytest.mark.parametrize("origin", ["&from={name}", "", "&from=no/such/repository", "&from=", "&from=../../etc"])
def test_what_cannot_be_mounted_can_be_uploaded(oci, repo, source, origin):
    data = b"nobody pushed this " + repo.encode()
    absent = digest_of(data)
    reply = oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={absent}" + origin.format(name=source[0]))
    assert reply.expect(202).header("Docker-Upload-UUID")
    oci.finish_upload(reply.header("Location"), absent, data).expect(201)


def test_the_wrong_source_mounts_nothing(oci, repo, new_repo, source):
    _, digest, _ = source
    oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}&from={new_repo()}").expect(202)
    oci.get(f"/v2/{repo}/blobs/{digest}").expect(404)


def test_a_malformed_digest(oci, repo, source):
    oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount=sha256:xyz&from={source[0]}").expect(202, 400)


def test_into_an_unknown_repository(oci, source):
    name, digest, _ = source
    reply = oci.request("POST", f"/v2/no/such/repository/blobs/uploads/?mount={digest}&from={name}")
    assert reply.expect(404).error()[0] == "NAME_UNKNOWN"


def test_a_mounted_blob_stands_alone(oci, repo, source, ecr):
    name, digest, data = source
    oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}&from={name}").expect(201)
    ecr.delete_repository(repositoryName=name, force=True)
    assert oci.get(f"/v2/{repo}/blobs/{digest}").expect(200).body == data


def test_a_deleted_blob_cannot_be_mounted(oci, repo, new_repo):
    source = new_repo()
    digest = oci.push_blob(source, random_bytes(100))
    oci.delete(f"/v2/{source}/blobs/{digest}").expect(202)
    oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}&from={source}").expect(202)
    oci.request("POST", f"/v2/{repo}/blobs/uploads/?mount={digest}").expect(202)


def test_what_no_image_of_the_source_holds_yet(oci, new_repo):
    """Not as ECR: a layer can be mounted as soon as it is uploaded."""
    source, data = new_repo(), random_bytes(100)
    digest = oci.push_blob(source, data)
    for query in (f"?mount={digest}&from={source}", f"?mount={digest}"):
        target = new_repo()
        check_mounted(oci, target, digest, data, oci.request("POST", f"/v2/{target}/blobs/uploads/{query}"))

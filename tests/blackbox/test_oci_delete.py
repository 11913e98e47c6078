"""Deleting tags and images through the OCI door."""

from support.oci import digest_of, index_of, random_bytes, to_bytes


def test_a_tag_of_several(oci, repo):
    data = oci.push_image(repo, "one")
    oci.put_manifest(repo, "two", data).expect(201)
    oci.delete(f"/v2/{repo}/manifests/one").expect(202)
    oci.get_manifest(repo, "one").expect(404)
    assert oci.get_manifest(repo, "two").expect(200).body == data
    assert oci.get_manifest(repo, digest_of(data)).expect(200).body == data


def test_an_image_with_all_its_tags(oci, repo):
    data = oci.push_image(repo, "one")
    oci.put_manifest(repo, "two", data).expect(201)
    oci.delete(f"/v2/{repo}/manifests/{digest_of(data)}").expect(202)
    for reference in ("one", "two", digest_of(data)):
        oci.get_manifest(repo, reference).expect(404)
        oci.head(f"/v2/{repo}/manifests/{reference}").expect(404)
    assert oci.tags(repo) == []


def test_what_is_not_there(oci, repo):
    for reference in ("nothing", digest_of(b"nothing")):
        assert oci.delete(f"/v2/{repo}/manifests/{reference}").expect(404).error()[0] == "MANIFEST_UNKNOWN"
    reply = oci.delete("/v2/no/such/repository/manifests/v1")
    assert reply.expect(404).error()[0] == "NAME_UNKNOWN"


def test_a_child_stays_while_its_index_does(oci, repo):
    child = oci.push_image(repo, "child")
    index = to_bytes(index_of([child]))
    oci.put_manifest(repo, "index", index).expect(201)
    reply = oci.delete(f"/v2/{repo}/manifests/{digest_of(child)}")
    assert 400 <= reply.status < 500 and reply.status != 404
    oci.get_manifest(repo, digest_of(child)).expect(200)
    oci.delete(f"/v2/{repo}/manifests/{digest_of(index)}").expect(202)
    oci.get_manifest(repo, digest_of(child)).expect(200)
    oci.delete(f"/v2/{repo}/manifests/{digest_of(child)}").expect(202)


def test_the_same_image_again_after_its_deletion(oci, repo):
    data = oci.new_manifest(repo)
    for _ in range(3):
        oci.put_manifest(repo, "again", data).expect(201)
        assert oci.get_manifest(repo, "again").expect(200).body == data
        oci.delete(f"/v2/{repo}/manifests/{digest_of(data)}").expect(202)
        oci.get_manifest(repo, "again").expect(404)


def test_deletion_in_one_repository_is_not_seen_in_another(oci, repo, new_repo):
    other, layer = new_repo(), random_bytes(500)
    oci.push_blob(repo, layer)
    oci.push_blob(other, layer)
    oci.delete(f"/v2/{repo}/blobs/{digest_of(layer)}").expect(202)
    assert oci.get(f"/v2/{other}/blobs/{digest_of(layer)}").expect(200).body == layer

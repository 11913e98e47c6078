"""Tag lists and the catalog: sorted, in pages, bounded."""

import pytest

from support import aws
from support.oci import Oci, digest_of, next_link


@pytest.fixture(scope="module")
def many(server, ecr, oci):
    """A repository with 250 tags on one image, and the tags in order."""
    repo = "many/tags"
    ecr.create_repository(repositoryName=repo)
    data = oci.new_manifest(repo)
    tags = [f"v{number}" for number in range(240)] + ["A", "Z", "_x", "a.b", "a-b", "a_b", "0", "00", "z" * 128, "aB"]
    for at in range(0, len(tags), 50):
        query = "?" + "&".join(f"tag={tag}" for tag in tags[at:at + 50])
        oci.put_manifest(repo, digest_of(data), data, query=query).expect(201)
    return repo, sorted(tags)


def pages(oci, target):
    while target:
        reply = oci.get(target).expect(200)
        yield reply.json()
        target = next_link(reply)


def test_an_empty_list(oci, repo):
    reply = oci.get(f"/v2/{repo}/tags/list").expect(200)
    assert reply.json() == {"name": repo, "tags": []}
    assert reply.header("Content-Type").startswith("application/json")


def test_sorted_and_only_tags(oci, repo):
    for tag in ("b", "a", "C", "1"):
        oci.push_image(repo, tag)
    data = oci.new_manifest(repo)
    oci.put_manifest(repo, digest_of(data), data).expect(201)
    assert oci.get(f"/v2/{repo}/tags/list").json() == {"name": repo, "tags": ["1", "C", "a", "b"]}


@pytest.mark.parametrize("query", ["", "?n=7", "?n=100", "?n=249", "?n=250", "?n=1000"])
def test_all_pages_make_the_list(oci, many, query):
    repo, tags = many
    found = list(pages(oci, f"/v2/{repo}/tags/list{query}"))
    assert [tag for page in found for tag in page["tags"]] == tags
    assert all(page["name"] == repo for page in found)
    if query:
        size = int(query[3:])
        assert all(len(page["tags"]) == size for page in found[:-1]) and 0 < len(found[-1]["tags"]) <= size


def test_the_last_page_has_no_link(oci, many):
    repo, tags = many
    assert next_link(oci.get(f"/v2/{repo}/tags/list?n=250")) is None
    assert next_link(oci.get(f"/v2/{repo}/tags/list?n=249")) is not None


def test_last_is_exclusive_and_need_not_exist(oci, many):
    repo, tags = many
    assert oci.tags(repo, f"?n=5&last={tags[2]}") == tags[3:8]
    assert oci.tags(repo, "?n=3&last=v100zzz") == [tag for tag in tags if tag > "v100zzz"][:3]
    assert oci.tags(repo, "?last=zzzzz") == ["z" * 128]
    assert oci.tags(repo, "?last=~") == []


def test_n_of_zero(oci, many):
    reply = oci.get(f"/v2/{many[0]}/tags/list?n=0").expect(200, 400)
    assert reply.status == 400 or reply.json()["tags"] == []


def test_an_unknown_repository(oci):
    assert oci.get("/v2/no/such/repository/tags/list").expect(404).error()[0] == "NAME_UNKNOWN"


def test_the_list_follows_at_once(oci, repo):
    oci.push_image(repo, "gone")
    oci.push_image(repo, "kept")
    oci.delete(f"/v2/{repo}/manifests/gone").expect(202)
    assert oci.tags(repo) == ["kept"]


def test_catalog(make_server):
    server = make_server()
    ecr, oci = aws.client(server), Oci(server, aws.registry_token(server))
    assert oci.get("/v2/_catalog").expect(200).json() == {"repositories": []}
    names = sorted(f"{letter}/{number}" for letter in "abc" for number in range(10, 60))
    for name in names:
        ecr.create_repository(repositoryName=name)
    for query in ("", "?n=1000", "?n=7", "?n=50"):
        found = [name for page in pages(oci, f"/v2/_catalog{query}") for name in page["repositories"]]
        assert found == names
    assert oci.get("/v2/_catalog?n=2&last=a/59").json() == {"repositories": ["b/10", "b/11"]}
    ecr.delete_repository(repositoryName="a/10")
    assert "a/10" not in oci.get("/v2/_catalog?n=1000").json()["repositories"]

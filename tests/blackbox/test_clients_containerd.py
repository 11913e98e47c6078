"""containerd: `ctr`, and the CRI image service that a kubelet calls."""

import pytest

from support.oci import digest_of


@pytest.fixture
def ctr(containerd, place):
    namespace = f"n{place.name}"

    def call(*arguments, fails=None):
        command = ["ctr", "--address", containerd, "--namespace", namespace, *arguments]
        return place.fails(*command, words=fails) if fails else place.run(*command)
    return call


def stored_digest(place, repository):
    return place.ecr.describe_images(repositoryName=place.short(repository))["imageDetails"][0]["imageDigest"]


def test_ctr(ctr, place, pushed):
    access = ["--user", ":".join(place.token()), *place.insecure("--plain-http")]
    ctr("images", "pull", *access, f"{pushed}:v1")
    digest = stored_digest(place, pushed)
    assert digest in ctr("images", "ls", f"name=={pushed}:v1")
    ctr("images", "pull", *access, f"{pushed}@{digest}")
    target = place.repository("ctr")
    for _ in range(2):
        ctr("images", "push", *access, f"{target}:v1", f"{pushed}:v1")
    ctr("images", "rm", f"{pushed}:v1", f"{pushed}@{digest}")
    ctr("images", "pull", *access, f"{target}:v1")
    assert digest in ctr("images", "ls", f"name=={target}:v1")
    assert stored_digest(place, target) == digest
    assert "it runs" in ctr("run", "--rm", "--net-host", "--runc-binary", "runc", f"{target}:v1", f"c{place.name}")


def test_ctr_errors(ctr, place, pushed):
    plain = place.insecure("--plain-http")
    good = ["--user", ":".join(place.token()), *plain]
    ctr("images", "pull", "--user", "AWS:wrong", *plain, f"{pushed}:v1", fails=["401", "unauthorized", "authorization"])
    ctr("images", "pull", *good, f"{pushed}:none", fails=["not found"])
    ctr("images", "pull", *good, f"{place.registry}/no/such/repo:v1", fails=["not found", "404"])


def test_an_index(ctr, place, pushed, busybox):
    """Pushed by crane, pulled for this platform by ctr."""
    login = {"DOCKER_CONFIG": str(place.write_auth())}
    flag = place.insecure("--insecure")
    place.run("crane", "index", "append", *flag, "-m", f"{pushed}:v1", "-t", f"{pushed}:multi", env=login)
    ctr("images", "pull", "--user", ":".join(place.token()), *place.insecure("--plain-http"), f"{pushed}:multi")
    assert digest_of(place.run("crane", "manifest", *flag, f"{pushed}:multi", env=login).encode()) in ctr(
        "images", "ls", f"name=={pushed}:multi")


def test_zstd_layers(ctr, place, zstd):
    """Docker 20.10, which Debian 12 has, cannot unpack them."""
    ctr("images", "pull", "--user", ":".join(place.token()), *place.insecure("--plain-http"), f"{zstd}:v1")
    assert "it runs" in ctr("run", "--rm", "--net-host", "--runc-binary", "runc", f"{zstd}:v1", f"z{place.name}")


def test_cri(containerd, place, pushed, js_folder):
    pull = ["node", js_folder / "cri_pull.js", containerd]
    password = ":".join(place.token())
    digest = stored_digest(place, pushed)
    for reference in (f"{pushed}:v1", f"{pushed}@{digest}"):
        assert digest in place.run(*pull, reference, password)
    place.fails(*pull, f"{pushed}:v1", "AWS:wrong", words=["authorization failed", "failed to resolve", "401"])
    place.fails(*pull, f"{pushed}:none", password, words=["not found"])
    place.fails(*pull, f"{place.registry}/no/such/repo:v1", password, words=["not found", "404"])

"""crane and oras: copy, index, artifacts, referrers, tags, delete, errors."""

import json
import secrets

import pytest

from support import images
from support.oci import digest_of


@pytest.fixture
def crane(place):
    folder = place.folder / f"crane-{secrets.token_hex(4)}"
    folder.mkdir()
    user, password = place.token()
    env = {"DOCKER_CONFIG": str(folder)}
    place.run("crane", "auth", "login", place.registry, "-u", user, "--password-stdin", stdin=password, env=env)
    flag = place.insecure("--insecure")

    def call(*arguments, fails=None):
        command = ["crane", *arguments, *flag]
        return place.fails(*command, env=env, words=fails) if fails else place.run(*command, env=env)
    return call


@pytest.fixture
def oras(place):
    config = place.folder / f"oras-{secrets.token_hex(4)}.json"
    user, password = place.token()
    flags = [*place.insecure("--plain-http"), "--registry-config", config]
    place.run("oras", "login", *flags, "-u", user, "--password-stdin", place.registry, stdin=password)

    def call(*arguments, fails=None, cwd=None):
        command = ["oras", *arguments, *flags]
        return place.fails(*command, words=fails, cwd=cwd) if fails else place.run(*command, cwd=cwd)
    return call


def test_crane_pull_and_push(crane, place, pushed, busybox):
    digest = crane("digest", f"{pushed}:v1").strip()
    assert digest == digest_of(images.manifest_of(busybox))
    for reference in (f"{pushed}:v1", f"{pushed}@{digest}"):
        folder = place.folder / f"crane-{secrets.token_hex(4)}"
        crane("pull", "--format=oci", reference, folder)
        assert images.blobs_of(folder).items() <= images.blobs_of(busybox).items()
    target = place.repository("crane")
    for _ in range(2):
        crane("push", folder, f"{target}:v1")
    assert crane("manifest", f"{target}:v1").encode() == images.manifest_of(busybox)
    crane("validate", "--remote", f"{target}:v1")


def test_crane_copies_by_mounting(crane, place, pushed):
    target = place.repository("crane")
    crane("copy", f"{pushed}:v1", f"{target}:v1")
    crane("tag", f"{target}:v1", "v2")
    assert crane("digest", f"{target}:v2") == crane("digest", f"{pushed}:v1")
    assert crane("ls", target).split() == ["v1", "v2"]
    assert place.short(target) in crane("catalog", place.registry).split()


def test_crane_index(crane, place, pushed):
    target = place.repository("crane")
    crane("mutate", f"{pushed}:v1", "--set-platform", "linux/arm64", "-t", f"{target}:arm64")
    crane("copy", f"{pushed}:v1", f"{target}:amd64")
    crane("index", "append", "-m", f"{target}:amd64", "-m", f"{target}:arm64", "-t", f"{target}:multi")
    index = json.loads(crane("manifest", f"{target}:multi"))
    assert len(index["manifests"]) == 2
    assert crane("digest", "--platform", "linux/arm64", f"{target}:multi") == crane("digest", f"{target}:arm64")
    copied = place.repository("crane")
    crane("copy", f"{target}:multi", f"{copied}:multi")
    crane("validate", "--remote", f"{copied}:multi")


def test_crane_delete(crane, place, pushed):
    crane("tag", f"{pushed}:v1", "other")
    crane("delete", f"{pushed}:other")
    assert crane("ls", pushed).split() == ["v1"]
    crane("delete", f"{pushed}@" + crane("digest", f"{pushed}:v1").strip())
    crane("digest", f"{pushed}:v1", fails=["404", "MANIFEST_UNKNOWN"])


def test_crane_errors(crane, place, pushed):
    crane("digest", f"{place.registry}/no/such/repo:v1", fails=["NAME_UNKNOWN", "404"])
    crane("copy", f"{pushed}:v1", f"{place.registry}/no/such/repo:v1", fails=["NAME_UNKNOWN"])
    wrong = {"DOCKER_CONFIG": str(place.write_auth("AWS", "wrong"))}
    place.fails("crane", "digest", f"{pushed}:v1", *place.insecure("--insecure"), env=wrong,
                words=["401", "unauthorized"])


def test_oras_files(oras, place):
    repository, folder = place.repository("oras"), place.folder / f"files-{secrets.token_hex(4)}"
    folder.mkdir()
    (folder / "a.txt").write_text(secrets.token_hex(50))
    (folder / "b.json").write_text('{"b": 1}')
    for _ in range(2):
        oras("push", f"{repository}:v1", "--artifact-type", "application/x.files", "a.txt:text/plain",
             "b.json:application/json", cwd=folder)
    back = place.folder / f"back-{secrets.token_hex(4)}"
    oras("pull", f"{repository}:v1", "-o", back)
    for name in ("a.txt", "b.json"):
        assert (back / name).read_text() == (folder / name).read_text()
    assert oras("repo", "tags", repository).split() == ["v1"]
    assert place.short(repository) in oras("repo", "ls", place.registry).split()


def test_oras_referrers(oras, place, pushed):
    folder = place.folder / f"files-{secrets.token_hex(4)}"
    folder.mkdir()
    (folder / "sbom.json").write_text('{"packages": []}')
    oras("attach", f"{pushed}:v1", "--artifact-type", "application/x.sbom", "sbom.json:application/json", cwd=folder)
    oras("attach", f"{pushed}:v1", "--artifact-type", "application/x.report", "sbom.json:application/json", cwd=folder)
    found = json.loads(oras("discover", f"{pushed}:v1", "--format", "json"))
    assert sorted(entry["artifactType"] for entry in found["referrers"]) == ["application/x.report",
                                                                            "application/x.sbom"]
    found = json.loads(oras("discover", f"{pushed}:v1", "--format", "json", "--artifact-type", "application/x.sbom"))
    assert len(found["referrers"]) == 1
    assert [tag for tag in oras("repo", "tags", pushed).split() if tag.startswith("sha256-")] == [], \
        "no fallback tag where there is a referrers API"
    target = place.repository("oras")
    oras_copy(place, oras, f"{pushed}:v1", f"{target}:v1")
    assert len(json.loads(oras("discover", f"{target}:v1", "--format", "json"))["referrers"]) == 2


def oras_copy(place, oras, source, target):
    """`cp` has flags of its own."""
    config = place.write_auth() / "config.json"
    place.run("oras", "cp", "-r", *place.insecure("--from-plain-http"), *place.insecure("--to-plain-http"),
              "--from-registry-config", config, "--to-registry-config", config, source, target)


def test_oras_like_helm(oras, place):
    """A chart as `helm push` stores it."""
    repository, folder = place.repository("charts"), place.folder / f"chart-{secrets.token_hex(4)}"
    folder.mkdir()
    (folder / "config.json").write_text('{"name": "app", "version": "0.1.0", "apiVersion": "v2"}')
    (folder / "app-0.1.0.tgz").write_bytes(secrets.token_bytes(500))
    oras("push", f"{repository}:0.1.0", "--config", "config.json:application/vnd.cncf.helm.config.v1+json",
         "app-0.1.0.tgz:application/vnd.cncf.helm.chart.content.v1.tar+gzip", cwd=folder)
    detail = place.ecr.describe_images(repositoryName=place.short(repository))["imageDetails"][0]
    assert detail["artifactMediaType"] == "application/vnd.cncf.helm.config.v1+json"


def test_oras_delete_and_errors(oras, place, pushed):
    oras("manifest", "delete", "-f", f"{pushed}:v1")
    oras("manifest", "fetch", f"{pushed}:v1", fails=["not found", "404"])
    oras("manifest", "fetch", f"{place.registry}/no/such/repo:v1", fails=["not found", "404"])
    place.fails("oras", "login", *place.insecure("--plain-http"), "--registry-config", place.folder / "none.json", "-u",
                "AWS", "--password-stdin", place.registry, stdin="wrong", words=["401", "unauthorized"])

"""berth import --from: everything of a real docker-registry, and of a folder as zot writes it."""

import hashlib
import json
import os
import secrets
import socket
import subprocess
import time

import pytest

from support import aws, shell
from support.oci import (EMPTY_JSON, OCI_CONFIG, OCI_EMPTY, OCI_INDEX, OCI_LAYER, OCI_MANIFEST, Oci, descriptor, digest_of,
                         image_manifest, index_of, to_bytes)
from support.server import berth as command
from support.server import free_port


def import_all(server, *arguments, status=0):
    done = command("import", *arguments, "--json", "--data", server.data, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def tree(folder):
    """Every file with its size and times, and all bytes of small ones."""
    found = {}
    for path in sorted(folder.rglob("*")):
        info = path.lstat()
        small = path.is_file() and info.st_size < 10_000
        found[str(path.relative_to(folder))] = (info.st_mtime_ns, info.st_size, path.read_bytes() if small else None)
    return found


class Distribution:
    """Debian's docker-registry on a folder of its own."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.address = f"127.0.0.1:{free_port()}"
        config = folder / "config.yml"
        config.write_text("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: "
                          f"{{rootdirectory: {self.data}}}, delete: {{enabled: true}}}}\nhttp: {{addr: '{self.address}'}}\n")
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while True:
            try:
                with socket.create_connection(("127.0.0.1", int(self.address.rpartition(":")[2]))):
                    return
            except OSError:
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def distribution(tmp_path):
    folder = tmp_path / "distribution"
    folder.mkdir()
    made = Distribution(folder)
    yield made
    made.stop()


def crane(*arguments):
    return shell.run("crane", *arguments, "--insecure")


def test_distribution(distribution, make_server, busybox, tmp_path):
    """Images of both formats, an index with its members, signatures; while the registry goes on."""
    source = distribution.address
    for target, form in (("team/app:v1", "oci"), ("team/app:docker", "v2s2"), ("team/deep/er/app:v1", "oci"),
                         ("other:latest", "oci")):
        shell.run("skopeo", "copy", "-q", "--dest-tls-verify=false", "--format", form, f"oci:{busybox}:latest",
                  f"docker://{source}/{target}")
    crane("mutate", f"{source}/team/app:v1", "--set-platform", "linux/arm64", "-t", f"{source}/team/app:arm")
    crane("index", "append", "-m", f"{source}/team/app:v1", "-m", f"{source}/team/app:arm", "-t",
          f"{source}/team/app:multi")
    arm = crane("digest", f"{source}/team/app:arm").strip()
    for tag in ("v1", "v1"):  # what a tag has left behind
        crane("mutate", f"{source}/team/app:docker", "-l", f"x={secrets.token_hex(4)}", "-t", f"{source}/team/app:moved")
    (tmp_path / "sbom.json").write_text("{}")
    attach = ["oras", "attach", "--plain-http", "--distribution-spec", "v1.1-referrers-tag", "--artifact-type",
              "application/x.sbom", f"{source}/team/app:v1", "sbom.json"]
    shell.run(*attach, cwd=tmp_path)  # Distribution has no referrers API

    server = make_server()
    before = tree(distribution.data)
    report = import_all(server, "--from", "distribution", distribution.data, "--prefix", "old")
    assert report["complete"] and not report["failures"] and report["repositories"] == 3
    assert report["left"] == 1
    assert tree(distribution.data) == before

    ecr = aws.client(server)
    listed = {each["repositoryName"] for each in ecr.describe_repositories()["repositories"]}
    assert listed == {"old/team/app", "old/team/deep/er/app", "old/other"}
    user, password = aws.registry_token(server)
    login = tmp_path / "login"
    login.mkdir()
    env = {**os.environ, "DOCKER_CONFIG": str(login)}
    shell.run("crane", "auth", "login", server.registry, "-u", user, "--password-stdin", stdin=password, env=env)
    compared = 0
    for name in ("team/app", "team/deep/er/app", "other"):
        tags = crane("ls", f"{source}/{name}").split()
        here = f"{server.registry}/old/{name}"
        assert sorted(shell.run("crane", "ls", "--insecure", here, env=env).split()) == sorted(tags)
        for tag in tags:
            digest = shell.run("crane", "digest", "--insecure", f"{here}:{tag}", env=env)
            assert digest == crane("digest", f"{source}/{name}:{tag}"), (name, tag)
            compared += 1
    assert compared >= 7
    shell.run("crane", "validate", "--insecure", "--remote", f"{server.registry}/old/team/app:multi", env=env)
    assert ecr.describe_images(repositoryName="old/team/app", imageIds=[{"imageDigest": arm}])["imageDetails"]
    found = ecr.list_image_referrers(repositoryName="old/team/app", subjectId={
        "imageDigest": crane("digest", f"{source}/team/app:v1").strip()})["referrers"]
    assert [each["artifactType"] for each in found] == ["application/x.sbom"]

    # again: nothing is read but what is new
    again = import_all(server, "--from", "distribution", distribution.data, "--prefix", "old")
    assert (again["images"], again["bytes"], again["layers"]) == (0, 0, 0)
    crane("mutate", f"{source}/other:latest", "-l", "new=1", "-t", f"{source}/other:new")
    again = import_all(server, "--from", "distribution", distribution.data, "--prefix", "old")
    assert (again["images"], again["layers"]) == (1, 1), "the config"


def test_what_distribution_has_lost(distribution, make_server, busybox):
    source = distribution.address
    for target in ("team/app:v1", "team/app:v2", "a:v1"):
        shell.run("skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{busybox}:latest",
                  f"docker://{source}/{target}")
    crane("mutate", f"{source}/team/app:v2", "-l", "lost=1", "-t", f"{source}/team/app:v2")
    config = json.loads(crane("manifest", f"{source}/team/app:v2"))["config"]["digest"].partition(":")[2]
    data = distribution.data / "docker/registry/v2/blobs/sha256" / config[:2] / config / "data"
    flipped = bytearray(data.read_bytes())
    flipped[10] ^= 1
    data.write_bytes(flipped)
    server = make_server()
    report = import_all(server, "--from", "distribution", distribution.data, status=1)
    assert report["complete"] and report["images"] == 1
    assert {(each["repositoryName"], each["image"]) for each in report["failures"]} == {("a", ""), ("team/app", "v2")}
    assert config in report["failures"][1]["reason"]
    done = command("import", "--from", "distribution", distribution.data, "--data", server.data)
    assert done.returncode == 1 and "2 failed" in done.stdout


class Zot:
    """A folder as zot's image store leaves it."""

    def __init__(self, root):
        self.root = root
        (root / "_trivy" / "db").mkdir(parents=True)
        (root / "_trivy" / "db" / "metadata.json").write_text("{}")
        (root / "cache.db").write_bytes(b"bolt")
        self.first = {}  # digest -> where it was stored first

    def blob(self, repository, data):
        path = self.root / repository / "blobs" / "sha256" / hashlib.sha256(data).hexdigest()
        if data in self.first and not path.exists():
            os.link(self.first[data], path)
        elif not path.exists():
            path.write_bytes(data)
            self.first[data] = path

    def manifest(self, repository, manifest, *blobs, tag=None):
        folder = self.root / repository
        if not (folder / "oci-layout").exists():
            (folder / "blobs" / "sha256").mkdir(parents=True)
            (folder / ".uploads").mkdir()
            (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
            (folder / "index.json").write_text('{"schemaVersion":2,"manifests":null}')
        data = to_bytes(manifest)
        for each in (*blobs, data):
            self.blob(repository, each)
        index = json.loads((folder / "index.json").read_text())
        entry = descriptor(data, manifest["mediaType"])
        if tag:
            entry["annotations"] = {"org.opencontainers.image.ref.name": tag}
        index["manifests"] = [*(index["manifests"] or []), entry]
        (folder / "index.json").write_text(json.dumps(index))
        return data


def test_zot(make_server, tmp_path):
    zot = Zot(tmp_path / "zot")
    layer, config = os.urandom(100_000), to_bytes({"architecture": "amd64"})
    image = image_manifest(descriptor(config, OCI_CONFIG), [descriptor(layer, OCI_LAYER)])
    one = zot.manifest("team/app", image, layer, config, tag="v1")
    assert zot.manifest("team/app/nested", image, layer, config, tag="v1") == one
    zot.manifest("team/app", image, layer, config, tag="same")
    arm_config = to_bytes({"architecture": "arm64"})
    arm = zot.manifest("team/app", image_manifest(descriptor(arm_config, OCI_CONFIG), [descriptor(layer, OCI_LAYER)]),
                       arm_config)
    index = zot.manifest("team/app", index_of([one, arm]), tag="multi")
    signature = zot.manifest("team/app", image_manifest(descriptor(EMPTY_JSON, OCI_EMPTY),
                                                        [descriptor(EMPTY_JSON, OCI_EMPTY)],
                                                        artifactType="application/x.signature",
                                                        subject=descriptor(arm, OCI_MANIFEST)), EMPTY_JSON)
    orphan = zot.manifest("team/app", image_manifest(descriptor(EMPTY_JSON, OCI_EMPTY),
                                                     [descriptor(EMPTY_JSON, OCI_EMPTY)], annotations={"a": "b"}))
    (tmp_path / "zot" / "_trivy" / "index.json").write_text("{}")
    before = tree(zot.root)

    server = make_server()
    report = import_all(server, "--from", "zot", zot.root)
    assert report["complete"] and not report["failures"]
    assert (report["repositories"], report["left"]) == (2, 1)
    assert report["bytes"] == len(layer) + len(config) + len(arm_config) + len(EMPTY_JSON), "each blob is read once"
    assert tree(zot.root) == before
    oci = Oci(server, aws.registry_token(server))
    for name, reference, data in (("team/app", "v1", one), ("team/app", "same", one), ("team/app/nested", "v1", one),
                                  ("team/app", "multi", index), ("team/app", digest_of(arm), arm),
                                  ("team/app", digest_of(signature), signature)):
        assert oci.get_manifest(name, reference, accept="*/*").expect(200).body == data
    assert oci.get(f"/v2/team/app/blobs/{digest_of(layer)}").expect(200).body == layer
    referrers = json.loads(oci.get(f"/v2/team/app/referrers/{digest_of(arm)}").expect(200).body)["manifests"]
    assert [each["digest"] for each in referrers] == [digest_of(signature)]
    assert oci.get_manifest("team/app", digest_of(orphan)).status == 404

    again = import_all(server, "--from", "zot", zot.root, "--untagged", "--repositories", "team/app")
    assert (again["images"], again["bytes"]) == (1, 0)
    assert oci.get_manifest("team/app", digest_of(orphan)).expect(200).body == orphan
    assert OCI_INDEX in oci.get_manifest("team/app", "multi").headers["content-type"]


def test_refusals(make_server, tmp_path):
    server = make_server(start=False)
    (tmp_path / "empty").mkdir()
    for arguments, words in [(("--from", "harbor", tmp_path / "empty"), "neither distribution nor zot"),
                             (("--from", "zot", tmp_path / "empty"), "holds no OCI layout"),
                             (("--from", "distribution", tmp_path / "empty"), "no folder of Distribution's"),
                             (("--from", "distribution", tmp_path / "no"), "cannot open"),
                             (("--from", "distribution"), "usage")]:
        done = command("import", *arguments, "--data", server.data)
        assert done.returncode == 1 and words in done.stderr, done.stderr

"""The collector, damaged layers, fsck and the scrubber: what clients see of them, and what is on the disk."""

import json
import re
import time

import pytest

from support import aws
from support.oci import Oci, digest_of, random_bytes
from support.server import berth

LEASE = 2
FILES = "--blobs-in-metadata=0"  # so that the tests see what there is
SOON = (FILES, f"--uploads-lease={LEASE}s", "--gc-pause=100ms")
REPO = "gc/app"


class Garbage:
    """A server whose garbage goes soon."""

    def __init__(self, server):
        self.server = server
        self.ecr = aws.client(server)
        self.oci = Oci(server, aws.registry_token(server))
        self.ecr.create_repository(repositoryName=REPO)

    def files(self):
        return {path for path in (self.server.data / "blobs" / "blobs").rglob("*") if path.is_file()}

    def file_of(self, digest):
        def found():
            return [path for path in self.files() if path.name.startswith(digest.partition(":")[2])]
        self.wait(lambda: len(found()) == 1)  # the former bytes of one that was pushed again go soon
        return found()[0]

    def digests(self):
        return {"sha256:" + path.name.partition(".")[0] for path in self.files()}

    def status(self):
        done = berth("gc", "status", "--data", self.server.data, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def metric(self, name):
        text = self.server.admin.request("GET", "/metrics").expect(200).body.decode()
        return int(re.search(rf"^{name} (\d+)$", text, re.M)[1])

    def wait(self, check, seconds=30):
        end = time.monotonic() + seconds
        while not check():
            assert time.monotonic() < end, f"not within {seconds} s"
            time.sleep(0.1)

    def damage(self, digest):
        file = self.file_of(digest)
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.chmod(0o600)
        file.write_bytes(content)

    def head(self, digest):
        return self.oci.head(f"/v2/{REPO}/blobs/{digest}").status


@pytest.fixture
def garbage(make_server):
    return Garbage(make_server(*SOON))


def layers_of(manifest):
    parsed = json.loads(manifest)
    return [part["digest"] for part in (parsed["config"], *parsed["layers"])]


def test_space_comes_back(garbage):
    kept = garbage.oci.push_image(REPO, "kept", layers=2)
    gone = garbage.oci.push_image(REPO, "gone", layers=3)
    size = sum(path.stat().st_size for path in garbage.files() if "sha256:" + path.name.partition(".")[0]
               in set(layers_of(gone)) - set(layers_of(kept)))
    garbage.ecr.batch_delete_image(repositoryName=REPO, imageIds=[{"imageTag": "gone"}])
    assert garbage.status()["unheld"]["bytes"] + garbage.status()["garbage"]["bytes"] == size
    garbage.wait(lambda: garbage.digests() == set(layers_of(kept)))
    garbage.wait(lambda: garbage.metric("berth_gc_freed_bytes_total") == size)
    status = garbage.status()
    assert status["unheld"]["blobs"] == status["garbage"]["blobs"] == 0
    assert status["stored"]["bytes"] == sum(path.stat().st_size for path in garbage.files())
    for digest in layers_of(kept):
        assert digest_of(garbage.oci.get(f"/v2/{REPO}/blobs/{digest}").expect(200).body) == digest
    assert "garbage" in berth("gc", "status", "--data", garbage.server.data).stdout
    assert berth("fsck", "--data", garbage.server.data).returncode == 0


def test_a_deleted_repository_gives_its_space_back(garbage):
    garbage.oci.push_image(REPO, "one", layers=3)
    garbage.ecr.delete_repository(repositoryName=REPO, force=True)
    garbage.wait(lambda: not garbage.files())


def test_who_asks_keeps_a_layer(garbage):
    asked = garbage.oci.push_blob(REPO, random_bytes(1000))
    forgotten = garbage.oci.push_blob(REPO, random_bytes(1000))
    end = time.monotonic() + 3 * LEASE
    while time.monotonic() < end:
        assert garbage.head(asked) == 200
        time.sleep(0.1)
    assert garbage.head(forgotten) == 404
    assert garbage.digests() == {asked}
    available = garbage.ecr.batch_check_layer_availability(repositoryName=REPO, layerDigests=[asked, forgotten])
    assert [layer.get("layerAvailability") for layer in available["layers"]] == ["AVAILABLE", "UNAVAILABLE"]


def test_off(make_server):
    garbage = Garbage(make_server(*SOON, "--gc-enabled=false"))
    digest = garbage.oci.push_blob(REPO, b"stays")
    time.sleep(LEASE + 1)
    assert garbage.digests() == {digest}


def test_a_damaged_layer_is_not_served_and_a_push_heals(make_server):
    garbage = Garbage(make_server(FILES, "--gc-pause=100ms"))
    content = random_bytes(5000)
    manifest = garbage.oci.push_image(REPO, "v1")
    layer = garbage.oci.push_blob(REPO, content)
    for unlink in (False, True):
        file = garbage.file_of(layer)
        file.write_bytes(content[:100])
        if unlink:
            file.unlink()
        code, message = garbage.oci.get(f"/v2/{REPO}/blobs/{layer}").expect(404).error()
        assert code == "BLOB_UNKNOWN" and "damaged" in message
        assert garbage.head(layer) == 404  # so that clients bring it again
        garbage.oci.push_blob(REPO, content)
        assert garbage.oci.get(f"/v2/{REPO}/blobs/{layer}").expect(200).body == content
    # Only reading finds this.
    garbage.damage(layer)
    found = berth("fsck", "--data", garbage.server.data, "--json")
    assert found.returncode == 1 and [each["damage"] for each in json.loads(found.stdout)["findings"]] == ["wrong digest"]
    repaired = berth("fsck", "--repair", "--data", garbage.server.data)
    assert repaired.returncode == 1 and "(repaired)" in repaired.stdout
    assert garbage.oci.get(f"/v2/{REPO}/blobs/{layer}").status == 404
    assert garbage.status()["damaged"] == 1
    garbage.oci.push_blob(REPO, content)
    assert berth("fsck", "--data", garbage.server.data).returncode == 0
    assert garbage.oci.get_manifest(REPO, "v1").body == manifest


def test_the_scrubber_finds_damage(make_server):
    garbage = Garbage(make_server(FILES, "--scrub-period=1s"))
    layer = garbage.oci.push_blob(REPO, random_bytes(5000))
    garbage.damage(layer)
    garbage.server.stop()
    time.sleep(1.1)
    garbage.server.start()  # begins with a look
    garbage.oci = Oci(garbage.server, aws.registry_token(garbage.server))
    garbage.wait(lambda: garbage.head(layer) == 404)
    garbage.server.logged("stored bytes are damaged", layer)
    assert garbage.metric("berth_scrub_damaged_total") == 1


def test_the_trash(make_server):
    garbage = Garbage(make_server(*SOON, "--gc-trash=60s"))
    manifest = garbage.oci.push_image(REPO, "v1", layers=2)
    digest = digest_of(manifest)
    data = ("--data", garbage.server.data)
    garbage.ecr.batch_delete_image(repositoryName=REPO, imageIds=[{"imageDigest": digest}])
    assert garbage.oci.get_manifest(REPO, "v1").status == 404
    listed = berth("trash", REPO, *data, "--json")
    assert [(each["imageDigest"], each["imageTags"]) for each in json.loads(listed.stdout)] == [(digest, ["v1"])]
    assert digest in berth("trash", REPO, *data).stdout
    time.sleep(LEASE + 1)
    done = berth("undelete", f"{REPO}@{digest}", *data)
    assert done.returncode == 0 and "is back  v1" in done.stdout, done.stderr
    assert garbage.oci.get_manifest(REPO, "v1").body == manifest
    for layer in layers_of(manifest):
        assert digest_of(garbage.oci.get(f"/v2/{REPO}/blobs/{layer}").expect(200).body) == layer
    again = berth("undelete", f"{REPO}@{digest}", *data)
    assert again.returncode == 1 and "not in the trash" in again.stderr
    for wrong in ([], ["no-digest"], [f"{REPO}@sha256:0"], [f"absent/repo@{digest}"]):
        assert berth("undelete", *wrong, *data).returncode == 1


def test_fsck_says_what_it_does_not_understand(server):
    for wrong in ("0", "-1", "fast", ""):
        assert berth("fsck", "--data", server.data, "--mib-per-second", wrong).returncode == 2

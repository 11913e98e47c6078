"""A disk that fills up: pushes are told so, everything else goes on, and nothing that was acknowledged is lost."""

import json
import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import time

import pytest

from support import aws
from support.oci import Oci, digest_of, random_bytes
from support.server import berth, free_port

MIB = 1 << 20
DISK = 64 * MIB
RESERVE = 8 * MIB
FULL = "The registry has no space left for this push; pulls and deletions still work"


class Disk:
    """A small file system of its own. Root alone may mount one, as for the ECR world."""

    def __init__(self, path, size=DISK):
        self.path = path
        path.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "berth-test", path], check=True)

    def free(self):
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def leave(self, size):
        """Somebody else writes, until so much is free."""
        with open(self.path / "filler", "ab") as file:
            while self.free() > size:
                try:
                    file.write(bytes(min(MIB, self.free() - size)))
                    file.flush()
                except OSError:
                    break

    def give_back(self):
        (self.path / "filler").unlink()

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.path], check=True)


@pytest.fixture
def disk(tmp_path):
    made = Disk(tmp_path / "disk")
    yield made
    made.unmount()


class Registry:
    def __init__(self, server):
        self.server = server
        self.ecr = aws.client(server)
        self.ecr.create_repository(repositoryName="app")
        self.oci = Oci(server, aws.registry_token(server))
        self.blobs = {}  # acknowledged

    def push(self, size, repo="app"):
        """Whether it was taken; if not, it was said why."""
        data = random_bytes(size)
        digest = digest_of(data)
        started = self.oci.request("POST", f"/v2/{repo}/blobs/uploads/").expect(202, 507)
        if started.status == 202:
            done = self.oci.finish_upload(started.header("Location"), digest, data).expect(201, 507)
            if done.status == 201:
                self.blobs[digest] = data
                return True
            started = done
        assert started.error() in [("TOOMANYREQUESTS", FULL), ("TOOMANYREQUESTS", "The registry's storage is full")]
        assert int(started.header("Retry-After")) >= 1
        return False

    def check(self):
        for digest, data in self.blobs.items():
            assert self.oci.get(f"/v2/app/blobs/{digest}").expect(200).body == data

    def metric(self, name):
        page = self.server.admin.request("GET", "/metrics").body.decode()
        return sum(float(line.split()[-1]) for line in page.splitlines() if line.startswith(name))

    def wait_until_degraded(self, degraded):
        deadline = time.monotonic() + 10
        while (b"degraded" in self.server.admin.request("GET", "/healthz").expect(200).body) != degraded:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def fsck(self):
        done = berth("fsck", "--data", self.server.data, "--json", *self.server.database())
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def registry(make_server, disk):
    """All of its data on the small disk."""
    server = make_server("--storage-reserve", f"{RESERVE}", start=False)
    subprocess.run(["cp", "-a", f"{server.data}/.", disk.path / "data"], check=True)
    server.data = disk.path / "data"
    return Registry(server.start())


def test_pushes_fill_it_to_the_reserve_and_deletions_empty_it(registry, disk):
    image = registry.oci.push_image("app", "v1")
    while registry.push(MIB):
        pass
    assert RESERVE - MIB < disk.free() < RESERVE + 2 * MIB
    assert not registry.push(MIB)
    registry.wait_until_degraded(True)
    assert registry.server.admin.request("GET", "/readyz").expect(200).body.startswith(b"ready, degraded")
    assert registry.metric("berth_storage_refusals_total") > 1
    assert registry.metric('berth_storage_free_bytes{folder="blobs"}') < RESERVE + 2 * MIB

    registry.check()
    assert registry.oci.get_manifest("app", "v1").expect(200).body == image
    assert registry.oci.tags("app") == ["v1"]
    for digest in list(registry.blobs)[:10]:
        registry.oci.delete(f"/v2/app/blobs/{digest}").expect(202)
        del registry.blobs[digest]
    registry.oci.delete("/v2/app/manifests/v1").expect(202)
    registry.ecr.batch_delete_image(repositoryName="app", imageIds=[{"imageDigest": digest_of(image)}])
    registry.check()
    registry.server.restart()
    registry.check()
    registry.fsck()


def test_what_cannot_be_pushed_holds_no_space(registry, disk):
    """A layer that is larger than what is left is refused on its way, and its first bytes go again."""
    before = disk.free()
    for _ in range(5):
        assert not registry.push(DISK)
    assert before - disk.free() < 2 * MIB
    assert registry.push(MIB)
    registry.fsck()


def test_what_was_acknowledged_of_an_upload_stays(registry, disk):
    location = registry.oci.start_upload("app")
    first, second = random_bytes(3 * MIB), random_bytes(2 * MIB)
    location = registry.oci.patch(location, first).expect(202).header("Location")
    disk.leave(RESERVE + MIB // 2)
    registry.oci.patch(location, second).expect(507)
    status = registry.oci.get(location).expect(204)
    assert status.header("Range") == f"0-{len(first) - 1}"
    disk.give_back()
    location = registry.oci.patch(location, second, first=len(first)).expect(202).header("Location")
    digest = digest_of(first + second)
    registry.oci.finish_upload(location, digest).expect(201)
    assert registry.oci.get(f"/v2/app/blobs/{digest}").expect(200).body == first + second


def test_the_last_byte_is_gone(registry, disk):
    """Others have filled the disk: nothing can be written at all, and it is said so. It comes back by itself."""
    image = registry.oci.push_image("app", "v1")
    for _ in range(5):
        assert registry.push(100_000)
    disk.leave(0)
    lines = registry.server.log().count("\n")
    refused = 0
    for n in range(50):
        assert not registry.push(1000)
        reply = registry.oci.put_manifest("app", f"t{n}", image)
        refused += reply.status == 507
        assert reply.status in (201, 507)
    registry.check()
    assert registry.oci.get_manifest("app", "v1").expect(200).body == image
    registry.server.admin.request("GET", "/readyz").expect(200)
    unasked = [line for line in registry.server.log().splitlines()[lines:] if '"event":"request"' not in line]
    assert len(unasked) < 15, "\n".join(unasked)

    disk.give_back()
    registry.wait_until_degraded(False)
    assert registry.push(MIB)
    registry.oci.put_manifest("app", "again", image).expect(201)
    registry.check()
    registry.server.restart()
    registry.check()
    registry.fsck()


def test_the_ecr_door(registry, disk):
    part = random_bytes(MIB)
    upload = registry.ecr.initiate_layer_upload(repositoryName="app")["uploadId"]
    disk.leave(RESERVE // 4)
    registry.wait_until_degraded(True)
    api = aws.Api(registry.server)
    for operation, payload in [
            ("InitiateLayerUpload", {"repositoryName": "app"}),
            ("CreateRepository", {"repositoryName": "other"}),
            ("PutImage", {"repositoryName": "app", "imageManifest": "{}"})]:
        reply = api.call(operation, payload)
        assert (reply.status, reply.json()) == (500, {"__type": "ServerException", "message": FULL}), operation
    with pytest.raises(registry.ecr.exceptions.ServerException, match="no space left"):
        registry.ecr.upload_layer_part(repositoryName="app", uploadId=upload, partFirstByte=0,
                                       partLastByte=len(part) - 1, layerPartBlob=part)
    assert registry.ecr.describe_repositories()["repositories"][0]["repositoryName"] == "app"
    registry.ecr.delete_repository(repositoryName="app", force=True)
    disk.give_back()
    registry.wait_until_degraded(False)
    registry.ecr.create_repository(repositoryName="other")


def test_what_clients_show(registry, disk, tmp_path, busybox):
    """crane shows the reason; skopeo shows of a 5xx the status alone, which says it too."""
    registry.wait_until_degraded(False)
    disk.leave(RESERVE // 2)
    user, password = registry.oci.credentials
    target = f"{registry.server.registry}/app:v1"
    skopeo = subprocess.run(["skopeo", "copy", "--dest-tls-verify=false", "--dest-creds", f"{user}:{password}",
                             f"oci:{busybox}:latest", f"docker://{target}"], capture_output=True, text=True,
                            timeout=60, check=False)
    assert skopeo.returncode != 0 and "507 Insufficient Storage" in skopeo.stderr, skopeo.stderr
    tarball = tmp_path / "image.tar"
    subprocess.run(["skopeo", "copy", "-q", f"oci:{busybox}:latest", f"docker-archive:{tarball}:app:v1"], check=True)
    config = tmp_path / "docker"
    config.mkdir()
    (config / "config.json").write_text(json.dumps({"auths": {registry.server.registry: {
        "auth": registry.oci.authorization.split()[1]}}}))
    crane = subprocess.run(["crane", "push", "--insecure", tarball, target], capture_output=True, text=True,
                           env={**os.environ, "DOCKER_CONFIG": str(config)}, timeout=60, check=False)
    assert crane.returncode != 0 and "no space left for this push" in crane.stderr, crane.stderr


def test_postgres_has_no_space(make_server):
    """Its disk is full, ours is not: a push is told so, pulls and deletions go on, and pushes when there is space."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-postgres-"))  # where its user may go
    folder.chmod(0o755)
    disk = Disk(folder / "disk", 160 * MIB)
    disk.path.chmod(0o755)
    script = pathlib.Path(__file__).resolve().parents[2] / "script" / "postgres"
    try:
        started = subprocess.run([script, "start", disk.path, str(free_port())], capture_output=True, text=True,
                                 check=True)
        registry = Registry(make_server("--db", started.stdout.strip().partition("=")[2]))
        image = registry.oci.push_image("app", "v1")
        assert registry.push(1000)
        disk.leave(0)
        large = registry.oci.new_manifest("app", annotations={"a": secrets.token_hex(MIB)})
        for _ in range(2):
            assert registry.oci.put_manifest("app", "large", large).expect(507).error() == (
                "TOOMANYREQUESTS", "The registry's storage is full")
        registry.check()
        assert registry.oci.get_manifest("app", "v1").expect(200).body == image
        registry.oci.delete("/v2/app/manifests/v1").expect(202)
        disk.give_back()
        registry.oci.put_manifest("app", "large", large).expect(201)
        registry.check()
        registry.fsck()
        registry.server.stop()
    finally:
        subprocess.run([script, "stop", disk.path], check=True)
        disk.unmount()
        shutil.rmtree(folder)

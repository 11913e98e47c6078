"""berth backup and berth restore: beside a server under load, damaged, interrupted, from SQLite into PostgreSQL."""

import json
import pathlib
import secrets
import shutil
import signal
import subprocess
import threading
import time

import pytest

from support import aws
from support.oci import (OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, Oci, descriptor, digest_of, image_manifest, random_bytes,
                         to_bytes)
from support.server import Server, binary, environment
from support.server import berth as command


def backup(server, folder, *more, status=0, data=None):
    done = command("backup", folder, "--json", "--data", data or server.data, *server.database(), *more, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def restored(folder, source, target, *more, status=0, options=()):
    """A server, not started, whose data `berth restore` has brought from the backup `folder`."""
    server = Server(target, options)
    server.credentials = source.credentials
    server.folder.mkdir(parents=True, exist_ok=True)
    done = command("restore", folder, "--json", "--data", server.data, *server.database(), *more, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    server.report = json.loads(done.stdout) if status == 0 else done.stderr
    return server


def clean(server):
    done = command("fsck", "--json", "--data", server.data, *server.database(), timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["findings"] == [], report
    return report["blobs"]


def client(server):
    return Oci(server, aws.registry_token(server))


class Load:
    """Pushes image after image from threads of its own; `acknowledged` is what the server has promised."""

    def __init__(self, server, repositories, threads=2):
        self.acknowledged = []  # (repository, tag, manifest, layer)
        self._stopping = threading.Event()
        self._failed = []
        aws_client = aws.client(server)
        for name in repositories:
            aws_client.create_repository(repositoryName=name)
        self._threads = [threading.Thread(target=self._run, args=(client(server), repositories[i % len(repositories)], i))
                         for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def _run(self, oci, repository, number):
        try:
            for count in range(100_000):
                if self._stopping.is_set():
                    return
                layer, tag = random_bytes(20_000), f"t{number}-{count}"
                oci.push_blob(repository, layer)
                manifest = oci.push_image(repository, tag)
                self.acknowledged.append((repository, tag, manifest, layer))
        except Exception as error:  # noqa: BLE001 shown by the test
            self._failed.append(error)

    def wait_for(self, count):
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < count:
            assert not self._failed and time.monotonic() < deadline, self._failed
            time.sleep(0.01)
        return list(self.acknowledged)

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        assert not self._failed, self._failed


def test_beside_a_server_under_load(make_server, tmp_path):
    server = make_server()
    load = Load(server, ["team/one", "team/two"])
    try:
        before = load.wait_for(20)
        first = backup(server, tmp_path / "backup")
        load.wait_for(len(load.acknowledged) + 20)
        known = list(load.acknowledged)
        second = backup(server, tmp_path / "backup")
        load.wait_for(len(load.acknowledged) + 10)
    finally:
        load.stop()
    assert first["complete"] and second["complete"] and first["copied"] == first["blobs"]
    new = second["blobs"] - first["blobs"]
    assert new > 20 and second["copied"] == new, "only what is new"
    assert second["copiedBytes"] == second["bytes"] - first["bytes"]

    for snapshot, promised in ((first["snapshot"], before), (second["snapshot"], known)):
        other = restored(tmp_path / "backup", server, tmp_path / f"restored-{snapshot}", "--snapshot", snapshot)
        assert clean(other) > other.report["blobs"] == other.report["restored"], "small ones come with metadata"
        other.start()
        oci = client(other)  # the same access key logs in
        for repository, tag, manifest, layer in promised:
            assert oci.get_manifest(repository, tag).expect(200).body == manifest
            assert oci.get(f"/v2/{repository}/blobs/{digest_of(layer)}").expect(200).body == layer
            for part in (json.loads(manifest)["config"], *json.loads(manifest)["layers"]):
                body = oci.get(f"/v2/{repository}/blobs/{part['digest']}").expect(200).body
                assert digest_of(body) == part["digest"]
        oci.push_image("team/one", "new")
        other.stop()

    again = backup(server, tmp_path / "backup", "--keep", "1")
    assert again["removedSnapshots"] == 2 and again["removedBlobs"] == 0
    assert len(list((tmp_path / "backup" / "snapshots").iterdir())) == 1


def test_everything_else_comes_too(make_server, tmp_path):
    server = make_server()
    ecr = aws.client(server)
    iam = aws.client(server, "iam")
    ecr.create_repository(repositoryName="team/app", imageTagMutability="IMMUTABLE", tags=[{"Key": "k", "Value": "ü @:"}])
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": server.account}, "Action": "ecr:BatchGetImage"}]})
    ecr.set_repository_policy(repositoryName="team/app", policyText=policy)
    iam.create_user(UserName="somebody")
    key = iam.create_access_key(UserName="somebody")["AccessKey"]

    def state(at):
        found = aws.client(at).describe_repositories()["repositories"]
        for each in found:
            del each["repositoryUri"]  # has the server's port
        return found, aws.client(at, "iam").list_users()["Users"]
    before = state(server)
    backup(server, tmp_path / "backup")
    other = restored(tmp_path / "backup", server, tmp_path / "other").start()
    there = aws.client(other)
    assert state(other) == before
    assert "BatchGetImage" in there.get_repository_policy(repositoryName="team/app")["policyText"]
    arn = before[0][0]["repositoryArn"]
    assert there.list_tags_for_resource(resourceArn=arn)["tags"] == [{"Key": "k", "Value": "ü @:"}]
    found = aws.client(other, "iam").list_access_keys(UserName="somebody")["AccessKeyMetadata"]
    assert [each["AccessKeyId"] for each in found] == [key["AccessKeyId"]]
    other.stop()


@pytest.fixture
def small(make_server, tmp_path):
    """A server that is stopped, with one image, and its backup; all blobs are files."""
    server = make_server("--blobs-in-metadata=0")
    aws.client(server).create_repository(repositoryName="team/app")
    manifest = client(server).push_image("team/app", "v1")
    report = backup(server, tmp_path / "backup")
    server.stop()
    return server, tmp_path / "backup", report["snapshot"], manifest


def test_damage_is_refused(small, tmp_path):
    server, folder, snapshot, _ = small
    files = [path for path in (folder / "snapshots" / snapshot).iterdir()]
    files += [path for path in (folder / "blobs").rglob("*") if path.is_file()]
    assert {path.name for path in files} > {"metadata", "blobs", "master.key", "manifest.json"} and len(files) >= 6
    for number, path in enumerate(files):
        good = path.read_bytes()
        flipped = bytearray(good)
        flipped[len(flipped) // 2] ^= 1
        for kind, bad in (("flipped", bytes(flipped)), ("cut", good[:-1]), ("empty", b"")):
            path.write_bytes(bad)
            said = restored(folder, server, tmp_path / f"no-{number}-{kind}", status=1).report
            assert "damaged" in said or "no backup" in said, said
            serve = command("serve", "--data", tmp_path / f"no-{number}-{kind}" / "data")
            assert serve.returncode != 0, "nothing half is served"
        path.unlink()
        restored(folder, server, tmp_path / f"no-{number}", status=1)
        path.write_bytes(good)
    clean(restored(folder, server, tmp_path / "yes"))


def test_only_into_empty_places(small, tmp_path):
    server, folder, _, _ = small
    assert "not empty" in restored(folder, server, server.folder, status=1).report
    clean(server)
    (tmp_path / "blobs" / "x").mkdir(parents=True)
    said = restored(folder, server, tmp_path / "new", "--blobs-path", tmp_path / "blobs", status=1).report
    assert "not empty" in said and not list((tmp_path / "new" / "data").iterdir())
    done = command("restore", tmp_path, "--data", tmp_path / "other")
    assert done.returncode == 1 and "no backup" in done.stderr
    done = command("backup", tmp_path, "--data", server.data)
    assert done.returncode == 1 and "neither empty nor a backup" in done.stderr
    done = command("restore", folder, "--snapshot", "../..", "--data", tmp_path / "other")
    assert done.returncode == 1 and "no name of a snapshot" in done.stderr


def test_the_key(small, tmp_path):
    server, folder, _, manifest = small
    stored = next(folder.rglob("master.key"))
    assert stored.stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700
    done = command("backup", folder, "--data", server.data)
    assert done.returncode == 0 and "contains master.key" in done.stdout
    done = command("backup", tmp_path / "keyless", "--without-key", "--data", server.data)
    assert done.returncode == 0 and "does not contain master.key" in done.stdout
    key = (server.data / "master.key").read_bytes()
    assert all(key not in path.read_bytes() for path in (tmp_path / "keyless").rglob("*") if path.is_file())
    assert "--key FILE" in restored(tmp_path / "keyless", server, tmp_path / "no", status=1).report
    other = restored(tmp_path / "keyless", server, tmp_path / "yes", "--key", server.data / "master.key").start()
    assert client(other).get_manifest("team/app", "v1").expect(200).body == manifest
    other.stop()
    (tmp_path / "wrong.key").write_bytes(secrets.token_bytes(32))
    said = restored(folder, server, tmp_path / "wrong", "--key", tmp_path / "wrong.key", status=1).report
    assert "not the key of this backup" in said


def killed(*arguments, when):
    """Kills a command as soon as when() says so."""
    process = subprocess.Popen([binary(), *map(str, arguments)], env=environment(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not when() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def test_killed_and_run_again(make_server, tmp_path):
    server = make_server()
    aws.client(server).create_repository(repositoryName="team/app")
    oci = client(server)
    layers = [random_bytes(8_000_000) for _ in range(12)]
    for layer in layers:
        oci.push_blob("team/app", layer)
    manifest = oci.push_image("team/app", "v1")

    folder = tmp_path / "backup"
    count = lambda: sum(path.is_file() for path in (folder / "blobs").rglob("*"))  # noqa: E731
    assert killed("backup", folder, "--data", server.data, when=lambda: count() >= 3), "it was too quick to be killed"
    assert not [path for path in (folder / "snapshots").iterdir() if not path.name.endswith(".partial")]
    assert "no complete snapshot" in restored(folder, server, tmp_path / "none", status=1).report
    report = backup(server, folder)
    assert report["complete"] and report["copied"] < report["blobs"]

    target = tmp_path / "target"
    blobs = lambda: sum(path.is_file() for path in (target / "data" / "blobs").rglob("*"))  # noqa: E731
    assert killed("restore", folder, "--data", target / "data", when=lambda: blobs() >= 4), "it was too quick"
    for refused in ("serve", "fsck", "init"):
        done = command(refused, "--data", target / "data")
        assert done.returncode == 1 and "did not come to its end" in done.stderr, done.stderr
    other = restored(folder, server, target)
    assert other.report["present"] > 0
    clean(other)
    other.start()
    assert client(other).get_manifest("team/app", "v1").expect(200).body == manifest
    for layer in layers:
        assert client(other).get(f"/v2/team/app/blobs/{digest_of(layer)}").expect(200).body == layer
    other.stop()


def test_what_is_collected_meanwhile(make_server, tmp_path):
    """An image is deleted, and its layers collected, while the backup that names it stands still."""
    server = make_server("--uploads-lease", "15s", "--gc-pause", "100ms")  # all layers come within it
    ecr, oci = aws.client(server), client(server)
    ecr.create_repository(repositoryName="team/app")
    layers = [random_bytes(4_000_000) for _ in range(12)]
    for layer in layers:
        oci.push_blob("team/app", layer)
    config = to_bytes({"architecture": "amd64"})
    oci.push_blob("team/app", config)
    manifest = to_bytes(image_manifest(descriptor(config, OCI_CONFIG),
                                       [descriptor(layer, OCI_LAYER) for layer in layers]))
    oci.put_manifest("team/app", "v1", manifest, OCI_MANIFEST).expect(201)

    def garbage():
        return json.loads(command("gc", "status", "--json", "--data", server.data).stdout)["garbage"]["blobs"]

    def wait_until(check):
        deadline = time.monotonic() + 60
        while not check():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    folder = tmp_path / "backup"
    process = subprocess.Popen([binary(), "backup", folder, "--json", "--data", server.data], env=environment(),
                               stdout=subprocess.PIPE)
    while sum(path.is_file() for path in (folder / "blobs").rglob("*")) < 2:
        assert process.poll() is None, "it was too quick to be stopped"
    process.send_signal(signal.SIGSTOP)
    ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageDigest": digest_of(manifest)}])
    wait_until(lambda: garbage() >= 12)
    time.sleep(1)
    assert garbage() >= 12, "nothing is unlinked as long as the backup holds it"
    process.send_signal(signal.SIGCONT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    wait_until(lambda: garbage() == 0)

    other = restored(folder, server, tmp_path / "other")
    clean(other)
    other.start()
    assert client(other).get_manifest("team/app", "v1").expect(200).body == manifest
    for layer in layers:
        assert client(other).get(f"/v2/team/app/blobs/{digest_of(layer)}").expect(200).body == layer
    other.stop()


def test_a_damaged_registry(small, tmp_path):
    server, folder, _, _ = small
    bad = max((path for path in (server.data / "blobs").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    bad.unlink()
    shutil.rmtree(folder)
    report = backup(server, folder, status=1)
    assert not report["complete"] and len(report["missing"]) == 1 and "--allow-missing" in report["error"]
    assert "no complete snapshot" in restored(folder, server, tmp_path / "no", status=1).report
    report = backup(server, folder, "--allow-missing")
    assert report["complete"] and len(report["missing"]) == 1
    assert restored(folder, server, tmp_path / "yes").report["missing"] == 1


@pytest.mark.parametrize("direction", ["into", "out of"])
def test_postgres(make_server, postgres, tmp_path, direction):
    """From SQLite into PostgreSQL, and back."""
    options = ["--db", postgres]
    server = make_server(*(options if direction == "out of" else []))
    aws.client(server).create_repository(repositoryName="team/app")
    manifest = client(server).push_image("team/app", "v1")
    backup(server, tmp_path / "backup")
    server.stop()
    other = restored(tmp_path / "backup", server, tmp_path / "other", options=options if direction == "into" else [])
    clean(other)
    other.start()
    assert client(other).get_manifest("team/app", "v1").expect(200).body == manifest
    client(other).push_image("team/app", "v2")
    other.stop()
    if direction == "into":
        said = restored(tmp_path / "backup", server, tmp_path / "third", options=options, status=1).report
        assert "not empty" in said
    assert pathlib.Path(server.data / "berth.db").exists() == (direction == "into")

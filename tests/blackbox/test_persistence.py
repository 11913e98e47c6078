"""What was acknowledged stays, whatever happens to the process."""

import os
import pathlib
import signal
import stat
import threading
import time

import pytest

from support import aws
from support.http import read_all, status_of
from support.oci import Oci, digest_of, random_bytes, with_query


@pytest.fixture
def server(make_server):
    made = make_server()
    aws.client(made).create_repository(repositoryName="keep/me")
    return made


@pytest.fixture
def oci(server):
    return Oci(server, aws.registry_token(server))


def test_kill_after_acknowledged_pushes(server, oci):
    kept = {}
    for round_number in range(3):
        for number in range(5):
            kept[f"r{round_number}-{number}"] = oci.push_image("keep/me", f"r{round_number}-{number}", layers=2)
        server.kill()
        server.start()
        for tag, data in kept.items():
            reply = oci.get_manifest("keep/me", tag).expect(200)
            assert reply.body == data
            for layer in reply.json()["layers"]:
                body = oci.get(f"/v2/keep/me/blobs/{layer['digest']}").expect(200).body
                assert digest_of(body) == layer["digest"]
        assert set(oci.tags("keep/me")) == set(kept)


def test_kill_while_pushing(server, oci):
    """Whatever was answered 201 before the end is there after it; what was not is there whole or not at all."""
    acknowledged, stopped = {}, threading.Event()

    def push(worker):
        for number in range(10_000):
            tag = f"w{worker}-{number}"
            try:
                acknowledged[tag] = oci.push_image("keep/me", tag)
            except (OSError, AssertionError, ValueError, KeyError):
                return
            if stopped.is_set():
                return

    threads = [threading.Thread(target=push, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    server.kill()
    stopped.set()
    for thread in threads:
        thread.join()
    assert acknowledged
    server.start()
    for tag, data in dict(acknowledged).items():
        reply = oci.get_manifest("keep/me", tag).expect(200)
        assert reply.body == data
    for tag in [tag for page in pages(oci) for tag in page]:
        for layer in oci.get_manifest("keep/me", tag).expect(200).json()["layers"]:
            assert digest_of(oci.get(f"/v2/keep/me/blobs/{layer['digest']}").expect(200).body) == layer["digest"]


def pages(oci):
    last = ""
    while tags := oci.tags("keep/me", f"?n=1000&last={last}"):
        yield tags
        last = tags[-1]


def test_an_upload_outlives_a_kill(server, oci):
    data = random_bytes(2_000_000)
    location = oci.patch(oci.start_upload("keep/me"), data[:1_000_000]).expect(202).header("Location")
    server.kill()
    server.start()
    assert oci.get(location).expect(204).header("Range") == "0-999999"
    oci.finish_upload(location, digest_of(data), data[1_000_000:]).expect(201)
    assert oci.get(f"/v2/keep/me/blobs/{digest_of(data)}").body == data


def test_a_deleted_image_stays_deleted(server, oci):
    data = oci.push_image("keep/me", "gone")
    oci.delete(f"/v2/keep/me/manifests/{digest_of(data)}").expect(202)
    server.kill()
    server.start()
    oci.get_manifest("keep/me", "gone").expect(404)
    oci.get_manifest("keep/me", digest_of(data)).expect(404)


def test_sigterm_drains(server, oci):
    """An upload that is under way ends well; new connections are refused; the exit is clean."""
    data = random_bytes(3_000_000)
    location = oci.start_upload("keep/me")
    with server.http.connect(60) as sock:
        sock.sendall(f"PUT {with_query(location, 'digest=' + digest_of(data))} HTTP/1.1\r\nHost: {server.registry}\r\n"
                     f"Authorization: {oci.authorization}\r\nContent-Length: {len(data)}\r\n\r\n".encode())
        sock.sendall(data[:1_000_000])
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        assert server.alive(), "it waits for the upload"
        with pytest.raises(OSError):
            server.http.connect(2)
        sock.sendall(data[1_000_000:])
        assert status_of(read_all(sock)) == 201
    assert server.process.wait(20) == 0
    server.process = None
    server.start()
    assert oci.get(f"/v2/keep/me/blobs/{digest_of(data)}").expect(200).body == data


def test_an_idle_server_stops_at_once(server):
    with server.http.connect():
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
    server.start()


def test_a_second_server_on_the_same_folder(server, oci, make_server):
    """It may refuse to start; whatever it does, the first goes on and loses nothing."""
    data = oci.push_image("keep/me", "before")
    second = make_server(start=False)
    second.data, second.credentials = server.data, server.credentials
    try:
        second.start()
    except AssertionError:
        second.process = None
    oci.push_image("keep/me", "after")
    second.stop()
    assert oci.get_manifest("keep/me", "before").expect(200).body == data
    assert oci.tags("keep/me") == ["after", "before"]


def test_init_twice(server):
    before = sorted(path.name for path in server.data.rglob("*"))
    with pytest.raises(AssertionError):
        type(server)(server.folder).init()
    assert sorted(path.name for path in server.data.rglob("*")) >= before
    aws.client(server).describe_registry()


def test_secrets_are_for_the_owner_only(server):
    """The master key is 0600, and no access key's secret stands in any file."""
    secret = server.credentials["secretAccessKey"].encode()
    for path in pathlib.Path(server.data).rglob("*"):
        if path.is_file():
            assert secret not in path.read_bytes(), path
            if "key" in path.name:
                assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path

"""Berth beside Docker's registry. See README.md; started by script/bench."""

import argparse
import base64
import concurrent.futures
import hashlib
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "blackbox"))

from support import aws  # noqa: E402
from support.server import Server, free_port  # noqa: E402

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
REPOSITORY = "bench/app"
MIB = 1 << 20
UNITS = {"B": 1, "KB": 1 << 10, "MB": MIB, "GB": 1 << 30}


class Registry:
    """What is measured: an address and the headers that let one in."""

    def __init__(self, address, headers):
        self.address = address
        self.headers = headers

    def request(self, connection, method, target, body=None, headers=None):
        connection.request(method, target, body=body, headers={**self.headers, **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 300:
            sys.exit(f"bench: {self.address}: {method} {target}: {answer.status}")
        return answer

    def connect(self):
        return http.client.HTTPConnection(self.address, timeout=120)

    def push_blob(self, connection, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        begun = self.request(connection, "POST", f"/v2/{REPOSITORY}/blobs/uploads/", headers={"Content-Length": "0"})
        place = urllib.parse.urlsplit(begun.getheader("Location"))
        query = urllib.parse.parse_qsl(place.query) + [("digest", digest)]
        self.request(connection, "PUT", f"{place.path}?{urllib.parse.urlencode(query)}", content,
                     {"Content-Type": "application/octet-stream"})
        return {"mediaType": "application/octet-stream", "digest": digest, "size": len(content)}

    def push_image(self, blobs):
        connection = self.connect()
        config, *layers = [self.push_blob(connection, content) for content in blobs]
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "layers": layers,
                               "config": {**config, "mediaType": "application/vnd.oci.image.config.v1+json"}})
        self.request(connection, "PUT", f"/v2/{REPOSITORY}/manifests/latest", manifest, {"Content-Type": MANIFEST_TYPE})


class Distribution:
    """Docker's registry on a folder of its own."""

    def __init__(self, folder):
        address = f"127.0.0.1:{free_port()}"
        config = folder / "config.yml"
        config.write_text(f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
                          f"storage: {{filesystem: {{rootdirectory: {folder}/data}}}}\nhttp: {{addr: '{address}'}}\n")
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
        self.registry = Registry(address, {})
        for _ in range(200):
            try:
                self.registry.request(self.registry.connect(), "GET", "/v2/")
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("bench: docker-registry does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Berth:
    def __init__(self, folder):
        self.server = Server(folder, ["--log-access=false"]).init().start()
        aws.client(self.server).create_repository(repositoryName=REPOSITORY)
        user, password = aws.registry_token(self.server)
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.registry = Registry(self.server.registry, {"Authorization": f"Basic {credentials}"})

    def stop(self):
        self.server.stop()


def wrk(registry, target, connections, seconds):
    """(requests per second, bytes per second)"""
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-H", f"Accept: {MANIFEST_TYPE}"]
    for name, value in registry.headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run([*command, f"http://{registry.address}{target}"], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"bench: {registry.address}{target}:\n{done.stdout}")
    number, unit = re.search(r"Transfer/sec: +([\d.]+)(\w+)", done.stdout).groups()
    return float(re.search(r"Requests/sec: +([\d.]+)", done.stdout)[1]), float(number) * UNITS[unit]


def get(registry, digest, connections, seconds):
    return wrk(registry, f"/v2/{REPOSITORY}/blobs/{digest}", connections, seconds)[1] / MIB


def push(registry, count, workers=8, size=16 * MIB):
    """MiB per second of blobs that differ in their first bytes."""
    filler = os.urandom(size - 16)
    contents = [os.urandom(16) + filler for _ in range(count)]
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda content: registry.push_blob(registry.connect(), content), contents))
    return count * size / MIB / (time.monotonic() - started)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path, help="keep the figures here")
    options = parser.parse_args()

    small, large = os.urandom(64 << 10), os.urandom(64 * MIB)
    small_digest, large_digest = ("sha256:" + hashlib.sha256(content).hexdigest() for content in (small, large))
    workloads = {
        "manifest": ("requests/s", lambda r: wrk(r, f"/v2/{REPOSITORY}/manifests/latest", 32, options.seconds)[0]),
        "blob 64 KiB": ("MiB/s", lambda r: get(r, small_digest, 32, options.seconds)),
        "blob 64 MiB": ("MiB/s", lambda r: get(r, large_digest, 8, options.seconds)),
        "push 16 MiB": ("MiB/s", lambda r: push(r, 8 * options.seconds)),
    }
    figures = {}
    with tempfile.TemporaryDirectory(prefix="berth-bench-") as name:
        peers = {}
        try:
            for peer, make in (("berth", Berth), ("distribution", Distribution)):
                folder = pathlib.Path(name) / peer
                folder.mkdir()
                peers[peer] = make(folder)
                peers[peer].registry.push_image([b"{}", small, large])
            for workload, (unit, measure) in workloads.items():
                rounds = {peer: [] for peer in peers}
                for _ in range(options.rounds):
                    for peer, running in peers.items():
                        rounds[peer].append(measure(running.registry))
                medians = {peer: statistics.median(values) for peer, values in rounds.items()}
                ratio = medians["berth"] / medians["distribution"]
                figures[workload] = {"unit": unit, **medians, "ratio": ratio}
                print(f"{workload:12} {unit:10} " + " ".join(f"{peer} {value:10.1f}" for peer, value in medians.items())
                      + f"   ratio {ratio:.2f}", flush=True)
        finally:
            for running in peers.values():
                running.stop()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()

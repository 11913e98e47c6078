"""The peers of one run, started when first wanted, and what they are filled with."""

import contextlib
import json
import os
import pathlib
import subprocess

from support.oci import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, descriptor, digest_of, image_manifest

from . import peers

REPOSITORY = "bench/app"
TAG = "latest"
MANIFEST = {"header": f"Accept: {OCI_MANIFEST}", "target": f"/v2/{REPOSITORY}/manifests/{TAG}"}  # for bench/load
MIB = 1 << 20
SIZES = {"64k": 64 << 10, "100k": 100 << 10, "1m": MIB, "10m": 10 * MIB, "100m": 100 * MIB}


def image(tag, layers):
    """(config, manifest) of an image, some 600 bytes long with one layer."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Labels": {"tag": tag}},
                         "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]}}).encode()
    manifest = image_manifest(descriptor(config, OCI_CONFIG), [descriptor(layer, OCI_LAYER) for layer in layers])
    return config, json.dumps(manifest, indent=1).encode()


class Field:
    """`makers`: by peer's name, what makes it in a folder with a TLS setting."""

    def __init__(self, folder, options):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.makers = {"berth": peers.Berth, "nginx": peers.Nginx, "docker-registry": peers.Distribution,
                       "moto": peers.Moto}
        if options.zot:
            self.makers["zot"] = lambda folder, tls=None: peers.Zot(folder, tls, options.zot)
        if options.distribution:
            self.makers["distribution"] = lambda folder, tls=None: peers.Distribution(
                folder, tls, options.distribution, "distribution")
        self.running = {}
        self.blobs = {}  # name -> content
        self.seeded = set()
        self.tls_files = None

    def registries(self):
        """All that take pushes."""
        return [name for name in self.makers if name not in ("nginx", "moto")]

    def get(self, name, tls=False):
        key = (name, tls)
        if key not in self.running:
            folder = self.folder / (name + ("-tls" if tls else ""))
            self.running[key] = self.makers[name](folder, self.tls() if tls else None)
        return self.running[key]

    def drop(self, name, tls=False):
        """Stops it, and takes away all it has stored."""
        running = self.running.pop((name, tls), None)
        self.seeded = {each for each in self.seeded if each[:2] != (name, tls)}
        if running:
            running.stop()

    def close(self):
        with contextlib.ExitStack() as all_of_them:
            for name, tls in list(self.running):
                all_of_them.callback(self.drop, name, tls)

    def tls(self):
        if not self.tls_files:
            folder = self.folder / "certificates"
            make = pathlib.Path(__file__).resolve().parents[2] / "tests" / "world" / "make"
            subprocess.run([make, folder, "123456789012", "us-east-1"], check=True)
            self.tls_files = tuple(folder / each for each in ("server.crt", "server.key", "ca.crt"))
        return self.tls_files

    def blob(self, name):
        if name not in self.blobs:
            self.blobs[name] = os.urandom(SIZES[name])
        return self.blobs[name]

    def blob_target(self, name):
        return f"/v2/{REPOSITORY}/blobs/{digest_of(self.blob(name))}"

    def first(self, peer, what):
        """Whether this peer is still to be filled with that; from now on it is."""
        key = (peer.name, bool(peer.tls), what)
        fresh = key not in self.seeded
        self.seeded.add(key)
        return fresh

    def seed(self, peer, size):
        """A layer of that size, and an image of it; TAG is the one of 64 KiB."""
        if not self.first(peer, size):
            return
        layer = self.blob(size)
        config, manifest = image(TAG, [layer])
        peer.put_blob(REPOSITORY, layer)
        peer.put_blob(REPOSITORY, config)
        peer.put_manifest(REPOSITORY, TAG if size == "64k" else size, manifest)

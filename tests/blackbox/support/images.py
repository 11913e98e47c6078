"""Images that need no upstream registry: OCI layouts made with umoci, kept in the cache between runs."""

import fcntl
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import subprocess

from .shell import run

BUSYBOX_SCRIPT = "#!/bin/sh\necho it runs\n"


def cache():
    path = pathlib.Path(os.environ.get("BERTH_TEST_CACHE") or pathlib.Path.home() / ".cache" / "berth-tests")
    (path / "images").mkdir(parents=True, exist_ok=True)
    return path / "images"


def cached(name, make):
    """The layout `name`, made once by make(folder) even if several workers ask."""
    path = cache() / name
    with open(cache() / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            partial = cache() / f"{name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            make(partial)
            for entry in partial.iterdir():
                if entry.name != "image":
                    shutil.rmtree(entry)
            partial.rename(path)
    return path / "image"


def busybox():
    """A runnable image of 2 MB: folder of an OCI layout whose tag is `latest`."""
    def make(folder):
        root = folder / "root"
        (root / "bin").mkdir(parents=True)
        shutil.copy(shutil.which("busybox"), root / "bin" / "busybox")
        for name in ("sh", "echo", "cat", "ls", "sha256sum"):
            (root / "bin" / name).symlink_to("busybox")
        (root / "hello").write_text(BUSYBOX_SCRIPT)
        (root / "hello").chmod(0o755)
        layout(folder, [root], ["/hello"])
    return cached("busybox", make)


def debian():
    """A real Debian of 200 MB in four layers."""
    def make(folder):
        root = folder / "debian"
        suite = os.environ.get("BERTH_TEST_SUITE", "bookworm")
        subprocess.run(["debootstrap", "--variant=minbase", suite, str(root)], check=True, stdout=subprocess.DEVNULL)
        parts = [folder / f"part{number}" for number in range(3)]
        for part, inner in zip(parts, ("usr/share", "usr/lib", "var"), strict=True):
            (part / inner).parent.mkdir(parents=True)
            (root / inner).rename(part / inner)
        layout(folder, [root, *parts], ["/bin/sh"])
    return cached("debian", make)


def large():
    """One layer of 1 GiB that no compression makes smaller."""
    def make(folder):
        root = folder / "root"
        root.mkdir()
        block = hashlib.sha512(b"berth").digest()
        with open(root / "noise", "wb") as out:
            for _ in range(16384):
                block = hashlib.sha512(block).digest()
                out.write(hashlib.shake_256(block).digest(65536))
        layout(folder, [root], ["/noise"])
    return cached("large", make)


def unlike(place, parent):
    """An OCI layout in the place's folder like `parent`, with one more layer that no registry has seen."""
    folder = place.folder / f"unique-{secrets.token_hex(4)}"
    place.run("cp", "-r", parent, folder)
    root = place.folder / f"root-{secrets.token_hex(4)}"
    root.mkdir()
    (root / "unique").write_text(secrets.token_hex(5000))
    place.run("tar", "-C", root, "-cf", f"{root}.tar", ".")
    place.run("umoci", "raw", "add-layer", "--image", f"{folder}:latest", f"{root}.tar")
    return folder


def layout(folder, roots, command):
    """The OCI layout `folder`/image, one layer for each folder of `roots`."""
    path = folder / "image"
    image = f"{path}:latest"
    run("umoci", "init", "--layout", path)
    run("umoci", "new", "--image", image)
    for root in roots:
        tar = root.with_suffix(".tar")
        run("tar", "-C", root, "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "-cf", tar,
            ".")
        run("umoci", "raw", "add-layer", "--image", image, tar)
        tar.unlink()
    run("umoci", "config", "--image", image, *[f"--config.cmd={part}" for part in command], "--architecture", "amd64",
        "--os", "linux")
    run("umoci", "gc", "--layout", path)


def manifest_of(folder, tag="latest"):
    """The bytes of a layout's manifest."""
    index = json.loads((pathlib.Path(folder) / "index.json").read_text())
    found = [entry for entry in index["manifests"]
             if entry.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag] or index["manifests"]
    return blob_of(folder, found[0]["digest"])


def blob_of(folder, digest):
    return (pathlib.Path(folder) / "blobs" / digest.replace(":", "/")).read_bytes()


def blobs_of(folder):
    """digest -> size of all blobs in a layout, each of which is checked against its name."""
    found = {}
    for path in (pathlib.Path(folder) / "blobs" / "sha256").iterdir():
        with open(path, "rb") as stream:
            assert hashlib.file_digest(stream, "sha256").hexdigest() == path.name, f"{path} is not what it says"
        found[f"sha256:{path.name}"] = path.stat().st_size
    return found

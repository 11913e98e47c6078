"""Rows that are more than one run of the load generator."""

import concurrent.futures
import functools
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import time

import boto3
from support.aws import TARGETS
from support.oci import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, descriptor, digest_of, image_manifest, to_bytes

from .field import MANIFEST, MIB, REPOSITORY, image
from .measure import Failed, Load, Watch, metrics, prepare_writes, sample


def latency_beside_uploads(bench, peer):
    """Manifest GETs at a rate that everybody stands, while two clients upload 100 MB each, again and again."""
    bench.field.seed(peer, "64k")
    prepare_writes(peer)
    place = {"put_to": "/up/"} if peer.name == "nginx" else {"repository": REPOSITORY}
    with (Load(bench.load, peer, "upload", connections=2, seconds=bench.seconds + .5, size=100 * MIB,
               **place) as uploads,
          Load(bench.load, peer, "get", connections=8, rate=500, seconds=bench.seconds, **MANIFEST) as gets):
        watch = Watch(peer.pids())
        uploads.begin()
        time.sleep(.3)
        gets.begin()
        small, large = gets.result(), uploads.result()
        usage = watch.usage(small["processor_seconds"] + large["processor_seconds"])
        gets.end()
        uploads.end()
    shutil.rmtree(peer.folder / "files" / "up", ignore_errors=True)
    out = metrics(small, usage)
    del out["cpu"]  # of the uploads, mostly
    return {**out, "upload_megabytes": large["bytes_out"] / large["seconds"] / 1e6}


def zb_catalog(bench, peer, count=100):
    """zb's: push that many images, then as many times the catalogue. zb counts both in its rate."""
    with (Load(bench.load, peer, "image", connections=10, count=count, kind=f"push:{MIB}", repository="zb",
               fresh_repositories=True) as pushes,
          Load(bench.load, peer, "get", connections=10, count=count, target="/v2/_catalog") as gets):
        watch = Watch(peer.pids())
        pushes.begin()
        first = pushes.result()
        gets.begin()
        second = gets.result()
        usage = watch.usage(first["processor_seconds"] + second["processor_seconds"])
        pushes.end()
        gets.end()
    out = metrics(second, usage)
    return {**out, "zb_rate": count / (first["seconds"] + second["seconds"])}


# skopeo


@functools.cache
def _compressed(size):
    return gzip.compress(os.urandom(size), 0)


def _layout(folder, layers=4, size=50 * MIB):
    """An OCI layout of an image that nobody has seen; gzip of several members each."""
    shutil.rmtree(folder, ignore_errors=True)
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    kept = hashlib.sha256(_compressed(size))
    descriptors = []
    for _ in range(layers):
        tail = gzip.compress(os.urandom(32))
        whole = kept.copy()
        whole.update(tail)
        with open(blobs / whole.hexdigest(), "wb") as file:
            file.write(_compressed(size))
            file.write(tail)
        descriptors.append({"mediaType": OCI_LAYER + "+gzip",
                            "digest": "sha256:" + whole.hexdigest(), "size": len(_compressed(size)) + len(tail)})
    config = to_bytes({"architecture": "amd64", "os": "linux", "config": {},
                       "rootfs": {"type": "layers", "diff_ids": [each["digest"] for each in descriptors]}})
    manifest = to_bytes(image_manifest(descriptor(config, OCI_CONFIG), descriptors))
    for content in (config, manifest):
        (blobs / digest_of(content)[7:]).write_bytes(content)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [
        descriptor(manifest, OCI_MANIFEST, annotations={"org.opencontainers.image.ref.name": "1"})]}))


def _client(peer, command):
    """(what it printed, wall, usage) of a client of somebody else, whose own processor time is the client's."""
    before = os.times()
    watch = Watch(peer.pids())
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    wall = time.monotonic() - begun
    after = os.times()
    usage = watch.usage(after.children_user + after.children_system - before.children_user - before.children_system)
    if done.returncode:
        raise Failed(f"{peer.name}: {command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout, wall, usage


def _skopeo_copy(bench, peer, *arguments):
    policy = bench.field.folder / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    _, wall, usage = _client(peer, ["skopeo", "--policy", str(policy), "copy", "-q", *arguments])
    return {"wall": wall, **usage}


def _credentials(peer, side):
    return [f"--{side}-creds", peer.credentials] if getattr(peer, "credentials", None) else []


def skopeo_push(bench, peer):
    folder = bench.field.folder / "layout"
    _layout(folder)
    prepare_writes(peer)
    return _skopeo_copy(bench, peer, "--dest-tls-verify=false", *_credentials(peer, "dest"), f"oci:{folder}:1",
                        f"docker://{peer.address}/bench/skopeo:1")


def skopeo_pull(bench, peer):
    out = bench.field.folder / "pulled"
    if bench.field.first(peer, "skopeo"):
        skopeo_push(bench, peer)
    shutil.rmtree(out, ignore_errors=True)
    os.sync()
    return _skopeo_copy(bench, peer, "--src-tls-verify=false", *_credentials(peer, "src"),
                        f"docker://{peer.address}/bench/skopeo:1", f"dir:{out}")


# the ECR API

ECR_REPOSITORY, ECR_IMAGES = "bench/ecr", 100
CALLS = {"DescribeImages": {"repositoryName": ECR_REPOSITORY, "maxResults": 100},
         "BatchGetImage": {"repositoryName": ECR_REPOSITORY, "imageIds": [{"imageTag": "t7"}]}}


def seed_ecr(bench, peer):
    if not bench.field.first(peer, "ecr"):
        return
    if peer.name != "moto":
        for i in range(ECR_IMAGES):
            config, manifest = image(f"t{i}", [b"layer"])
            if i == 0:
                peer.put_blob(ECR_REPOSITORY, b"layer")
            peer.put_blob(ECR_REPOSITORY, config)
            peer.put_manifest(ECR_REPOSITORY, f"t{i}", manifest)
        return
    key, secret = peer.signing()["key"].split(":")
    client = boto3.client("ecr", endpoint_url=f"http://{peer.address}", region_name=peer.signing()["region"],
                          aws_access_key_id=key, aws_secret_access_key=secret)
    client.create_repository(repositoryName=ECR_REPOSITORY)
    for i in range(ECR_IMAGES):
        _, manifest = image(f"t{i}", [b"layer"])
        client.put_image(repositoryName=ECR_REPOSITORY, imageTag=f"t{i}", imageManifest=manifest.decode())


def target(operation):
    return f"{TARGETS['ecr']}.{operation}"


def ecr(operation):
    def run(bench, peer):
        seed_ecr(bench, peer)
        return sample(bench.load, WithoutToken(peer), "call", connections=8, seconds=bench.seconds, service="ecr",
                      amz_target=target(operation), body=json.dumps(CALLS[operation]),
                      **peer.signing())
    return run


class WithoutToken:
    """The peer for the API door, where calls are signed."""

    def __init__(self, peer):
        self.name, self.address, self.tls, self.headers, self.pids = peer.name, peer.address, peer.tls, {}, peer.pids


# memory


def memory_idle(bench, peer):
    watch = Watch(peer.pids())
    time.sleep(1)
    return {"mib": peer.resident_mib()[0], **watch.usage(0)}


def _peak(bench, peer, what, **options):
    peer.forget_peak()
    out = sample(bench.load, peer, what, **options)
    return {**out, "mib": peer.resident_mib()[1]}


def memory_uploads(bench, peer):
    return _peak(bench, peer, "upload", connections=1000, count=1000, repository=REPOSITORY, size=8 * MIB)


def memory_pulls(bench, peer):
    bench.field.seed(peer, "10m")
    return _peak(bench, peer, "get", connections=1000, count=3000,
                 target=bench.field.blob_target("10m"))


# beyond the table


def steady(bench, peer):
    """At a rate, so that a latency counts from when its request was due. docker-registry hardly reaches half of it."""
    bench.field.seed(peer, "64k")
    rate = 500 if peer.name == "docker-registry" else 1000
    return sample(bench.load, peer, "get", connections=32, rate=rate, seconds=bench.seconds, **MANIFEST)


def many_tags(bench, peer, count=2000):
    bench.field.seed(peer, "64k")
    tags = bench.field.folder / "tags"
    if bench.field.first(peer, "tags"):
        manifests = []
        for i in range(20):  # an image has at most 1,000 tags
            config, manifest = image(f"many {i}", [bench.field.blob("64k")])
            peer.put_blob(REPOSITORY, config)
            manifests.append(manifest)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda i: peer.put_manifest(REPOSITORY, f"m{i}", manifests[i % 20]), range(count)))
        tags.write_text("".join(f"/v2/{REPOSITORY}/manifests/m{i}\n" for i in range(count)))
    return sample(bench.load, peer, "get", connections=64, seconds=bench.seconds, targets=tags,
                  header=MANIFEST["header"])


def cold(bench, peer):
    bench.field.seed(peer, "100m")
    peer.forget_files()
    return sample(bench.load, peer, "get", connections=1, count=1, target=bench.field.blob_target("100m"))


def _foreign_load(peer, command, rate):
    """A load generator of somebody else, that says its rate in its output."""
    fields = [*(f"{name}: {value}" for name, value in peer.headers.items()), MANIFEST["header"]]
    printed, _, usage = _client(peer, [*command, *(part for field in fields for part in ("-H", field)),
                                       f"http://{peer.address}{MANIFEST['target']}"])
    return {"rate": float(re.search(rate, printed)[1]), **usage}


def wrk(bench, peer):
    bench.field.seed(peer, "64k")
    seconds = max(1, round(bench.seconds))
    return _foreign_load(peer, ["wrk", "-t2", "-c64", f"-d{seconds}s"], r"Requests/sec: +([\d.]+)")


def h2load(bench, peer):
    bench.field.seed(peer, "64k")
    seconds = max(1, round(bench.seconds))
    return _foreign_load(peer, ["h2load", "--h1", "-t2", "-c64", f"-D{seconds}"],
                         r"finished in [^,]+, ([\d.]+) req/s")

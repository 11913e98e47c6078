"""The OCI door: one method per thing a client does, over plain HTTP."""

import base64
import hashlib
import json
import os

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
EMPTY_JSON = b"{}"


def digest_of(data, algorithm="sha256"):
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def random_bytes(size):
    return os.urandom(size)


def descriptor(data, media_type, /, **more):
    algorithm = more.pop("algorithm", "sha256")
    return {"mediaType": media_type, "digest": digest_of(data, algorithm), "size": len(data), **more}


def to_bytes(value):
    return json.dumps(value).encode()


def image_manifest(config, layers, media_type=OCI_MANIFEST, **more):
    """`config`, `layers`: descriptors."""
    return {"schemaVersion": 2, "mediaType": media_type, "config": config, "layers": layers, **more}


def index_of(children, media_type=OCI_INDEX, **more):
    """`children`: manifests as bytes, or ready descriptors."""
    def entry(child):
        return child if isinstance(child, dict) else descriptor(child, json.loads(child)["mediaType"])
    return {"schemaVersion": 2, "mediaType": media_type, "manifests": [entry(child) for child in children], **more}


class Oci:
    """A client with a registry token. Methods return Reply unless they say otherwise."""

    def __init__(self, server, credentials, host=None):
        self.http = server.http
        self.credentials = credentials
        self.host = host

    @property
    def authorization(self):
        return "Basic " + base64.b64encode(":".join(self.credentials).encode()).decode()

    def request(self, method, target, body=None, headers=None, **more):
        sent = {"Authorization": self.authorization, **(headers or {})}
        if self.host:
            sent["Host"] = self.host
        return self.http.request(method, target, body, {k: v for k, v in sent.items() if v is not None}, **more)

    def get(self, target, headers=None):
        return self.request("GET", target, headers=headers)

    def head(self, target, headers=None):
        return self.request("HEAD", target, headers=headers)

    def delete(self, target):
        return self.request("DELETE", target)

    # uploads

    def start_upload(self, repo, query=""):
        """The Location of a new upload."""
        return self.request("POST", f"/v2/{repo}/blobs/uploads/{query}").expect(202).header("Location")

    def patch(self, location, data, first=None, headers=None):
        sent = {"Content-Type": "application/octet-stream", **(headers or {})}
        if first is not None:
            sent["Content-Range"] = f"{first}-{first + len(data) - 1}"
        return self.request("PATCH", location, data, sent)

    def finish_upload(self, location, digest, data=b"", headers=None):
        sent = {"Content-Type": "application/octet-stream", **(headers or {})}
        return self.request("PUT", with_query(location, f"digest={digest}"), data, sent)

    def push_blob(self, repo, data, algorithm="sha256"):
        """The digest."""
        digest = digest_of(data, algorithm)
        self.finish_upload(self.start_upload(repo), digest, data).expect(201)
        return digest

    # manifests

    def put_manifest(self, repo, reference, data, media_type=None, query=""):
        if not isinstance(data, bytes):
            data = to_bytes(data)
        media_type = media_type or json.loads(data)["mediaType"]
        return self.request("PUT", f"/v2/{repo}/manifests/{reference}{query}", data, {"Content-Type": media_type})

    def get_manifest(self, repo, reference, accept=None, headers=None):
        return self.get(f"/v2/{repo}/manifests/{reference}", {"Accept": accept, **(headers or {})})

    def new_manifest(self, repo, layers=1, media_type=OCI_MANIFEST, **more):
        """Pushes a config and random layers; the bytes of a manifest of them, not pushed."""
        docker = media_type == DOCKER_MANIFEST
        config = to_bytes({"architecture": "amd64", "os": "linux", "id": os.urandom(8).hex()})
        blobs = [random_bytes(1000) for _ in range(layers)]
        for blob in [config, *blobs]:
            self.push_blob(repo, blob)
        return to_bytes(image_manifest(
            descriptor(config, DOCKER_CONFIG if docker else OCI_CONFIG),
            [descriptor(blob, DOCKER_LAYER if docker else OCI_LAYER) for blob in blobs], media_type, **more))

    def push_image(self, repo, tag, **more):
        """Pushes a small new image; its manifest."""
        manifest = self.new_manifest(repo, **more)
        self.put_manifest(repo, tag, manifest).expect(201)
        return manifest

    def new_artifact(self, subject, artifact_type, repo, **more):
        """Pushes the empty blob; the bytes of an artifact manifest about `subject` (a manifest's bytes)."""
        self.push_blob(repo, EMPTY_JSON)
        empty = descriptor(EMPTY_JSON, OCI_EMPTY)
        about = descriptor(subject, json.loads(subject)["mediaType"])
        return to_bytes(image_manifest(empty, [empty], artifactType=artifact_type, subject=about, **more))

    def tags(self, repo, query=""):
        return self.get(f"/v2/{repo}/tags/list{query}").expect(200).json()["tags"]


def with_query(location, query):
    return location + ("&" if "?" in location else "?") + query


def next_link(reply):
    """The target of `Link: <...>; rel="next"`, or None."""
    link = reply.header("Link")
    if link is None:
        return None
    target, _, rel = link.partition(">")
    assert target.startswith("<") and rel.replace(" ", "") == ';rel="next"', link
    return target[1:]

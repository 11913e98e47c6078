"""One who uses the registry: what is asked for, and what the answers mean. Every call is told with the times between
which it happened; what an answer alone shows to be wrong is told at once."""

import base64
import json
import re
import time

from calls import Call
from repository import Op
from support import oci
from support.wire import NoAnswer

OCTETS = {"Content-Type": "application/octet-stream"}
DIGESTS = re.compile(r"sha256:[0-9a-f]{64}")
GONE = {"MANIFEST_UNKNOWN": "absent", "BLOB_UNKNOWN": "absent", "NAME_UNKNOWN": "no_repository",
        "BLOB_UPLOAD_UNKNOWN": "lost", "DENIED": "held"}
FAULTS = {"RepositoryNotFoundException": "no_repository", "RepositoryAlreadyExistsException": "exists",
          "ImageAlreadyExistsException": "same", "ReferencedImagesNotFoundException": "no_children",
          "ImageNotFoundException": "absent", "LayerAlreadyExistsException": "ok", "UploadNotFoundException": "lost"}


class Wrong(Exception):
    """An answer that nothing can explain."""


class Unanswered(Exception):
    """Whether it was done is told as not known."""


class Client:
    """`tell(call)`. `may_die`: the server may be killed, so no answer is no fault."""

    def __init__(self, number, wire, universe, tell, may_die=False):
        self.number, self.wire, self.universe, self.tell, self.may_die = number, wire, universe, tell, may_die
        self.statuses = {}

    # how calls are made and told

    def call(self, repository, kind, args, ask, meaning):
        """Does ask() and tells it; `meaning(reply)`: the result."""
        start = time.monotonic_ns()
        try:
            reply = ask()
            end = time.monotonic_ns()
            self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
            if reply.status >= 500 or reply.status == 429:  # nothing here is too much for it
                raise Wrong(f"{repository} {kind}{args} was answered {reply.status}: {reply.body[:600]!r}")
            result = understood(repository, kind, args, reply, meaning)
        except NoAnswer as error:
            if not self.may_die:
                raise Wrong(f"{repository} {kind}{args} had no answer: {error}") from error
            self.told(repository, kind, args, None, start, time.monotonic_ns())
            raise Unanswered from error
        self.told(repository, kind, args, result, start, end)
        return result

    def told(self, repository, kind, args, result, start, end):
        self.tell(Call(self.number, repository, Op(kind, args, result), start, end, result is not None))

    def oci(self, repository, kind, args, method, target, meaning, body=b"", headers=None):
        return self.call(repository, kind, args, lambda: self.wire.oci(method, target, body, headers), meaning)

    def ecr(self, repository, kind, args, operation, payload, meaning):
        def ask():
            return self.wire.ecr(operation, {"repositoryName": repository, **payload})
        return self.call(repository, kind, args, ask, meaning)

    # whole repositories

    def create(self, repository):
        return self.ecr(repository, "create", (), "CreateRepository", {}, done)

    def drop(self, repository):
        return self.ecr(repository, "drop", (), "DeleteRepository", {"force": True}, done)

    def put_policy(self, repository, text):
        return self.ecr(repository, "there", (), "PutLifecyclePolicy", {"lifecyclePolicyText": text}, done)

    # layers

    def has_layer(self, repository, digest):
        def meaning(reply):
            if reply.status == 404:
                return "gone"
            return answered(reply, 200) and same(reply.headers["docker-content-digest"], digest) and "ok"
        return self.oci(repository, "blob_head", (digest,), "HEAD", f"/v2/{repository}/blobs/{digest}", meaning)

    def get_layer(self, repository, digest, span=None):
        def meaning(reply):
            if reply.status == 404:
                return archived_or(reply, missing(reply))
            answered(reply, 206 if span else 200)
            wanted = self.universe.bytes_of(digest)
            if span:
                wanted = wanted[span[0]:span[1] + 1]
            if reply.body != wanted:
                raise Wrong(f"{repository}: GET of {digest} gave {len(reply.body)} wrong bytes, "
                            f"{oci.digest_of(reply.body)}, not {len(wanted)}")
            return "ok"
        headers = {"Range": f"bytes={span[0]}-{span[1]}"} if span else {}
        return self.oci(repository, "blob_get", (digest,), "GET", f"/v2/{repository}/blobs/{digest}", meaning,
                        headers=headers)

    def upload(self, repository, digest, how):
        """`how`: one (a single POST), put (POST, PUT), chunks (POST, PATCH, PATCH, PUT)."""
        data = self.universe.bytes_of(digest)
        args, uploads = (digest,), f"/v2/{repository}/blobs/uploads/"
        if how == "one":
            return self.oci(repository, "blob_put", args, "POST", f"{uploads}?digest={digest}", stored, data, OCTETS)
        begun = self.begin_upload(repository, uploads)
        return begun if begun == "no_repository" else self.finish(repository, digest, begun, data, how == "chunks")

    def begin_upload(self, repository, uploads):
        where = []

        def meaning(reply):
            if reply.status == 404:
                return missing(reply)
            where.append(answered(reply, 202).headers["location"])
            return "ok"
        result = self.oci(repository, "there", (), "POST", uploads, meaning)
        return where[0] if where else result

    def finish(self, repository, digest, location, data, chunks):
        started, sent = time.monotonic_ns(), 0
        if chunks:
            for piece in (data[:len(data) // 3], data[len(data) // 3:len(data) // 2]):
                if piece:
                    headers = {**OCTETS, "Content-Range": f"{sent}-{sent + len(piece) - 1}"}
                    reply = self.ask_for_upload("PATCH", location, piece, headers)
                    if reply.status == 404:
                        return self.lost(repository, digest, started)
                    location, sent = answered(reply, 202).headers["location"], sent + len(piece)
        return self.oci(repository, "blob_put", (digest,), "PUT", oci.with_query(location, f"digest={digest}"), stored,
                        data[sent:], OCTETS)

    def ask_for_upload(self, method, location, data, headers):
        try:
            reply = self.wire.oci(method, location, data, headers)
        except NoAnswer as error:
            raise (Unanswered if self.may_die else Wrong)(f"{method} {location} had no answer: {error}") from error
        if reply.status >= 500:
            raise Wrong(f"{method} {location} was answered {reply.status}: {reply.body[:600]!r}")
        return reply

    def upload_by_api(self, repository, digest):
        """In one part."""
        data, started = self.universe.bytes_of(digest), time.monotonic_ns()
        upload = []

        def begun(reply):
            if reply.status == 200:
                upload.append(reply.json()["uploadId"])
                return "ok"
            return done(reply)
        result = self.ecr(repository, "there", (), "InitiateLayerUpload", {}, begun)
        if not upload:
            return result
        part = self.ecr(repository, "upload", (), "UploadLayerPart", {
            "uploadId": upload[0], "partFirstByte": 0, "partLastByte": len(data) - 1,
            "layerPartBlob": base64.b64encode(data).decode()}, done)
        if part != "ok":
            return self.lost(repository, digest, started)
        return self.ecr(repository, "blob_put", (digest,), "CompleteLayerUpload", {
            "uploadId": upload[0], "layerDigests": [digest]}, done)

    def lost(self, repository, digest, started):
        self.told(repository, "blob_put", (digest,), "lost", started, time.monotonic_ns())
        return "lost"

    def mount(self, repository, digest, source):
        """ok, no_repository, or the place of the upload that it became."""
        where = []

        def meaning(reply):
            if reply.status == 202:
                where.append(reply.headers["location"])
                return "upload"
            return stored(reply)
        query = f"mount={digest}" + (f"&from={source}" if source else "")
        result = self.oci(repository, "mount", (digest, source), "POST", f"/v2/{repository}/blobs/uploads/?{query}",
                          meaning)
        return where[0] if where else result

    def delete_layer(self, repository, digest):
        return self.oci(repository, "blob_delete", (digest,), "DELETE", f"/v2/{repository}/blobs/{digest}", done)

    # images

    def put(self, repository, image, tag=None):
        made = self.universe.image(image)

        def meaning(reply):
            if reply.status == 201:
                return same(reply.headers["docker-content-digest"], made.digest) and "ok"
            return refused(*code_of(reply))
        return self.oci(repository, "put", (image, tag), "PUT", f"/v2/{repository}/manifests/{tag or made.digest}",
                        meaning, made.bytes, {"Content-Type": made.media_type})

    def put_by_api(self, repository, image, tag=None):
        made = self.universe.image(image)

        def meaning(reply):
            if reply.status == 200:
                return same(reply.json()["image"]["imageId"]["imageDigest"], made.digest) and "changed"
            code, message = fault_of(reply)
            return FAULTS.get(code) or refused(code, message)
        return self.ecr(repository, "put", (image, tag), "PutImage", {
            "imageManifest": made.bytes.decode(), "imageManifestMediaType": made.media_type,
            **({"imageTag": tag} if tag else {})}, meaning)

    def get(self, repository, tag=None, image=None, head=False):
        """By a tag or an image's name: ("image", name) or active, or why there is none."""
        target = f"/v2/{repository}/manifests/{tag or self.universe.image(image).digest}"

        def meaning(reply):
            if reply.status == 404:
                return "gone" if head else archived_or(reply, missing(reply))
            found = self.image_in(repository, answered(reply, 200), head)
            if image is not None and found != image:
                raise Wrong(f"{repository}: asked for {image}, got {found}")
            return "active" if image is not None else ("image", found)
        kind, args = ("get_tag", (tag,)) if tag else ("get_image", (image,))
        return self.oci(repository, kind, args, "HEAD" if head else "GET", target, meaning, headers={"Accept": "*/*"})

    def image_in(self, repository, reply, head):
        digest = reply.headers["docker-content-digest"]
        name = self.universe.name(digest)
        if name == digest:
            raise Wrong(f"{repository}: {digest} was never pushed")
        if not head and reply.body != self.universe.image(name).bytes:
            raise Wrong(f"{repository}: the manifest {digest} of {name} has wrong bytes: {reply.body[:300]!r}")
        return name

    def get_by_api(self, repository, tag=None, image=None):
        digest = image and self.universe.image(image).digest

        def meaning(reply):
            if reply.status != 200:
                return FAULTS[fault_of(reply)[0]]
            answer = reply.json()
            if failures := answer["failures"]:
                code, reason = failures[0]["failureCode"], failures[0]["failureReason"]
                if code == "ImageNotFound":
                    return "absent"
                return "activating" if "being restored" in reason else "archived" if "archived" in reason else code
            found = answer["images"][0]
            if oci.digest_of(found["imageManifest"].encode()) != (digest or found["imageId"]["imageDigest"]):
                raise Wrong(f"{repository}: BatchGetImage gave wrong bytes: {found}")
            name = self.universe.name(found["imageId"]["imageDigest"])
            return "active" if image is not None else ("image", name)
        kind, args = ("get_tag", (tag,)) if tag else ("get_image", (image,))
        return self.ecr(repository, kind, args, "BatchGetImage", {
            "imageIds": [{"imageTag": tag} if tag else {"imageDigest": digest}]}, meaning)

    def untag(self, repository, tag):
        return self.oci(repository, "untag", (tag,), "DELETE", f"/v2/{repository}/manifests/{tag}", done)

    def delete(self, repository, image):
        return self.oci(repository, "delete", (image,), "DELETE",
                        f"/v2/{repository}/manifests/{self.universe.image(image).digest}", done)

    def batch_delete(self, repository, ids):
        """`ids`: ("tag", tag) or ("image", name)."""
        def meaning(reply):
            if reply.status != 200:
                return FAULTS[fault_of(reply)[0]]
            answer = reply.json()
            deleted = frozenset((self.universe.name(each["imageDigest"]), each.get("imageTag"))
                                for each in answer["imageIds"])
            failed = frozenset((self.id_of(each["imageId"]), each["failureCode"]) for each in answer["failures"])
            return deleted, failed
        asked = [{"imageTag": value} if kind == "tag" else {"imageDigest": self.universe.image(value).digest}
                 for kind, value in ids]
        return self.ecr(repository, "batch_delete", tuple(ids), "BatchDeleteImage", {"imageIds": asked}, meaning)

    def id_of(self, image_id):
        if "imageTag" in image_id:
            return "tag", image_id["imageTag"]
        return "image", self.universe.name(image_id["imageDigest"])

    def storage(self, repository, image, target):
        def meaning(reply):
            return reply.json()["imageStatus"] if reply.status == 200 else done(reply)
        return self.ecr(repository, "storage", (image, target), "UpdateImageStorageClass", {
            "imageId": {"imageDigest": self.universe.image(image).digest}, "targetStorageClass": target}, meaning)

    # lists

    def tags(self, repository, last="", limit=1000):
        def meaning(reply):
            return missing(reply) if reply.status == 404 else tuple(answered(reply, 200).json()["tags"] or ())
        return self.oci(repository, "tags", (last, limit), "GET",
                        f"/v2/{repository}/tags/list?n={limit}" + (f"&last={last}" if last else ""), meaning)

    def list(self, repository):
        def meaning(reply):
            if reply.status != 200:
                return FAULTS[fault_of(reply)[0]]
            answer = reply.json()
            if answer.get("nextToken"):
                raise Wrong(f"{repository} has more than 1000 images")
            return frozenset((self.universe.name(each["imageDigest"]), each.get("imageTag"))
                             for each in answer["imageIds"])
        return self.ecr(repository, "list", (), "ListImages", {"maxResults": 1000}, meaning)

    def referrers(self, repository, subject):
        def meaning(reply):
            if reply.status == 404:
                return missing(reply)
            return frozenset(self.universe.name(each["digest"]) for each in answered(reply, 200).json()["manifests"])
        digest = self.universe.image(subject).digest
        return self.oci(repository, "referrers", (subject,), "GET", f"/v2/{repository}/referrers/{digest}", meaning)


def understood(repository, kind, args, reply, meaning):
    try:
        return meaning(reply)
    except (Wrong, KeyError, ValueError) as error:
        raise Wrong(f"{repository} {kind}{args}: {error!r}, answered {reply.status} {reply.body[:300]!r}") from error


def answered(reply, status):
    if reply.status != status:
        raise Wrong(f"answered {reply.status}, not {status}: {reply.body[:400]!r}")
    return reply


def same(found, wanted):
    if found != wanted:
        raise Wrong(f"the answer is about {found}, not {wanted}")
    return True


def code_of(reply):
    try:
        error = reply.json()["errors"][0]
        return error["code"], error["message"]
    except (ValueError, KeyError) as error:
        raise Wrong(f"an answer that is no error of the spec: {reply.status} {reply.body[:300]!r}") from error


def fault_of(reply):
    value = json.loads(reply.body)
    return value["__type"], value.get("message", "")


def missing(reply):
    return GONE[code_of(reply)[0]]


def archived_or(reply, result):
    message = code_of(reply)[1]
    if "is being restored" in message:
        return "activating"
    return "archived" if "archived" in message else result


def stored(reply):
    return missing(reply) if reply.status == 404 else answered(reply, 201) and "ok"


def done(reply):
    """Of a change that is only done or not."""
    if reply.status in (200, 202):
        return "ok"
    if reply.headers.get("content-type") == "application/x-amz-json-1.1":
        code, message = fault_of(reply)
        if code not in FAULTS:
            raise Wrong(f"answered {reply.status} {code}: {message}")
        return FAULTS[code]
    code, message = code_of(reply)
    if code not in GONE:
        raise Wrong(f"answered {reply.status} {code}: {message}")
    return GONE[code]


def refused(code, message):
    """Why a manifest was not taken."""
    digests = tuple(DIGESTS.findall(message))
    if code in ("NAME_UNKNOWN", "RepositoryNotFoundException"):
        return "no_repository"
    if message.startswith("Layers with digests"):
        return "no_blobs", digests
    if message.startswith("Images with digests"):
        return "no_children"
    raise Wrong(f"the manifest was refused: {code} {message}")

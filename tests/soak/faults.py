"""Faults that a server might have, planted to see that they are found: in what a client is told, on the disk, or by
what the server is started with."""

import json
import random
import re
import time
from dataclasses import dataclass

from support import oci
from support.wire import NoAnswer, Reply

QUIET = 200  # requests before the first lie
SECONDS = 2  # before the disk is hurt
PATH = re.compile(r"^/v2/.+/(manifests|blobs|tags|referrers)/([^/?]+)(?:\?.*)?$")
FLIP = 0.1   # of the answers


@dataclass
class Request:
    method: str
    kind: str
    reference: str
    target: str
    body: bytes
    send: object  # asks the server

    def ask(self, method, kind, *statuses):
        """(the true answer, is it one of these)"""
        reply = self.send()
        return reply, (self.method, self.kind) == (method, kind) and reply.status in statuses


class Liar:
    """A Wire that changes some answers, as the method named `plant` says."""

    def __init__(self, wire, plant, universe):
        self.wire, self.lie, self.universe = wire, getattr(self, plant, None), universe
        self.count = 0
        self.old = {}  # target of a tag -> (when, answer)
        self.random = random.Random(1)

    def ecr(self, operation, payload):
        return self.wire.ecr(operation, payload)

    def oci(self, method, target, body=b"", headers=None):
        def send():
            return self.wire.oci(method, target, body, headers)
        self.count += 1
        match = PATH.match(target)
        if self.lie is None or match is None or self.count < QUIET:
            return send()
        return self.lie(Request(method, match[1], match[2], target, body, send))

    def lost_image(self, request):
        reply, found = request.ask("GET", "manifests", 200)
        return error(404, "MANIFEST_UNKNOWN", "Requested image not found") if found else reply

    def ghost(self, request):
        reply, absent = request.ask("GET", "manifests", 404)
        name = self.universe.name(request.reference)
        if not absent or name == request.reference or b"archive" in reply.body or b"NAME_UNKNOWN" in reply.body:
            return reply
        return Reply(200, {"docker-content-digest": request.reference}, self.universe.image(name).bytes)

    def flipped_byte(self, request):
        reply, found = request.ask("GET", "blobs", 200, 206)
        return self.flipped(reply) if found else reply

    def wrong_manifest(self, request):
        reply, found = request.ask("GET", "manifests", 200)
        return self.flipped(reply) if found else reply

    def flipped(self, reply):
        if self.random.random() < FLIP:
            reply.body = flipped(reply.body)
        return reply

    def stale_tag(self, request):
        reply, found = request.ask("GET", "manifests", 200)
        if not found or ":" in request.reference:
            return reply
        when, old = self.old.setdefault(request.target, (time.monotonic(), reply))
        if old.body == reply.body or time.monotonic() - when < 0.5:
            return reply
        self.old[request.target] = (time.monotonic(), reply)
        return old

    def forgotten_layer(self, request):
        reply, taken = request.ask("PUT", "manifests", 201)
        blobs = self.image_in(request).blobs if taken else ()
        return error(400, "MANIFEST_BLOB_UNKNOWN", f"Layers with digests '[{blobs[0]}]' required") if blobs else reply

    def absent_layer(self, request):
        reply, found = request.ask("HEAD", "blobs", 200)
        return Reply(404, {}, b"") if found else reply

    def undead_layer(self, request):
        reply, absent = request.ask("HEAD", "blobs", 404)
        return Reply(200, {"docker-content-digest": request.reference}, b"") if absent else reply

    def lost_push(self, request):
        if (request.method, request.kind) != ("PUT", "manifests"):
            return request.send()
        return Reply(201, {"docker-content-digest": self.image_in(request).digest}, b"")

    def lost_deletion(self, request):
        return self.not_deleted(request) if ":" in request.reference else request.send()

    def lost_untag(self, request):
        return request.send() if ":" in request.reference else self.not_deleted(request)

    def not_deleted(self, request):
        if (request.method, request.kind) != ("DELETE", "manifests"):
            return request.send()
        there = self.wire.oci("GET", request.target).status == 200
        return Reply(202, {}, b"") if there else request.send()

    def short_list(self, request):
        return edited(request, "tags", "tags", lambda tags: tags[1:])

    def long_list(self, request):
        return edited(request, "tags", "tags", lambda tags: sorted({*tags, "t0"}))

    def lost_referrer(self, request):
        return edited(request, "referrers", "manifests", lambda found: found[1:])

    def server_error(self, request):
        return error(500, "UNKNOWN", "planted") if self.random.random() < FLIP else request.send()

    def silence(self, request):
        """A push is done and not answered."""
        reply, taken = request.ask("PUT", "manifests", 201)
        if taken:
            raise NoAnswer("planted")
        return reply

    def image_in(self, request):
        return self.universe.image(self.universe.name(oci.digest_of(request.body)))


ON_DISK = {"lost_file", "rotten_file"}
# What a server is started with, which believes in other promises than the judge.
OF_THE_SERVER = {"short_lease": ["--uploads-lease=1s"], "kept_garbage": ["--uploads-lease=1s", "--gc-enabled=false"]}
ALL = ON_DISK | OF_THE_SERVER.keys() | {
    name for name, each in vars(Liar).items() if callable(each) and not name.startswith("_")} - {
    "ecr", "oci", "image_in", "flipped", "not_deleted"}


def flipped(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def error(status, code, message):
    return Reply(status, {"content-type": "application/json"},
                 json.dumps({"errors": [{"code": code, "message": message}]}).encode())


def edited(request, kind, member, change):
    reply = request.send()
    if request.kind == kind and reply.status == 200:
        value = reply.json()
        value[member] = change(value[member] or [])
        reply.body = json.dumps(value).encode()
    return reply


def hurt_disk(plant, blobs):
    """Loses or damages every file that is there now."""
    for path in (blobs / "blobs").rglob("*"):
        if path.is_file() and plant == "lost_file":
            path.unlink(missing_ok=True)
        elif path.is_file() and path.stat().st_size:
            with open(path, "r+b") as file:
                first = file.read(1)
                file.seek(0)
                file.write(flipped(first))

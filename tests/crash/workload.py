"""Clients that remember what they were told, and what they asked for when the answer did not come.

Each has repositories of its own, so it knows exactly what must be in them; the layers are everybody's."""

import copy
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field

from support import oci
from support.wire import NoAnswer, Wire

TAGS = [f"v{n}" for n in range(6)]
KINDS = ["push", "push", "push", "retag", "untag", "delete_image", "delete_blob", "mount", "policy", "lifecycle",
         "chunked", "repository"]


LEASE = 250  # seconds: what no image holds goes after that


class Unanswered(Exception):
    """It could not do it, or is gone: whether it was done is unknown."""


class Gone(Unanswered):
    """No server answers."""


@dataclass
class Repository:
    blobs: dict = field(default_factory=dict)  # digest -> when we were told that it is there, by the server's clock
    images: dict = field(default_factory=dict)  # digest -> bytes
    tags: dict = field(default_factory=dict)
    policy: str | None = None
    lifecycle: str | None = None


def content(number):
    """Bytes of the layers that all share; the same in every run."""
    size = [1, 700, 5000, 4096, 40_000, 130_000, 70_001, 65_536, 12, 300_000, 9000, 2][number % 12]
    block = hashlib.sha256(str(number).encode()).digest()
    return (block * (size // len(block) + 1))[:size]


class Client(threading.Thread):
    """One at a time against one server. `state`: {repository: Repository}, what must be; `maybe`: what also may."""

    def __init__(self, name, server, random, broken, clock, read, no_room):
        super().__init__(daemon=True)
        self.read = read  # digests whose bytes were read since the last crash
        self.no_room = no_room  # () -> whether the disk was full since the last crash
        self.client, self.random, self.broken, self.clock = name, random, broken, clock
        self.collected = 0
        self.state, self.maybe = {}, None
        self.known = {}  # repository -> every digest of an image that was ever put there
        self.stop = threading.Event()
        self.wire = Wire(server)
        self.unreadable = None  # why what is there could not be looked at, once
        self.done = 0

    # how to ask

    def ask(self, method, target, body=b"", headers=None, expect=(200,)):
        return self.answered(f"{method} {target}", lambda: self.wire.oci(method, target, body, headers), expect)

    def call(self, operation, payload, expect=(200,)):
        return self.answered(operation, lambda: self.wire.ecr(operation, payload), expect)

    def answered(self, what, ask, expect):
        try:
            reply = ask()
        except NoAnswer as error:
            raise (Gone if self.wire.connection.refused() else Unanswered)(str(error)) from error
        if reply.status >= 500 or reply.status == 429:
            raise Unanswered(f"{what}: {reply.status} {reply.body[:300]!r}")
        if reply.status not in expect:
            self.broken(f"{self.client}: {what} answered {reply.status} {reply.body[:300]!r}, not {expect}")
            raise Unanswered
        return reply

    # what to do

    def run(self):
        try:
            while not self.stop.is_set():
                try:
                    self.one()
                    self.done += 1
                except Gone:
                    raise
                except Unanswered:
                    self.resolve()
        except Gone:
            return

    def resolve(self):
        """After an answer that says nothing: looks what is true, until it is known."""
        names = [self.maybe[0]] if self.maybe else self.random.sample(sorted(self.state), min(1, len(self.state)))
        while not self.stop.is_set():
            try:
                return self.check(names)
            except Gone:
                raise
            except Unanswered as error:
                self.unreadable = str(error)
                time.sleep(0.002)

    def one(self):
        name = f"{self.client}/{self.random.choice('ab')}"
        kind = self.random.choice(KINDS)
        if name not in self.state:
            return self.change(name, lambda _: Repository(), lambda: self.call(
                "CreateRepository", {"repositoryName": name}))
        return getattr(self, kind)(name, self.state[name])

    def change(self, name, make, ask):
        """`make(copy of the repository)` is what it becomes, None: it goes; `ask()` returns only if that was done."""
        after = make(copy.deepcopy(self.state.get(name)))
        self.maybe = (name, after)
        ask()
        self.settle(name, after)

    def settle(self, name, repository):
        if repository is None:
            self.state.pop(name, None)
        else:
            self.state[name] = repository
        self.maybe = None

    def upload(self, name, data, chunked=False):
        digest = oci.digest_of(data)
        there = self.ask("HEAD", f"/v2/{name}/blobs/{digest}", expect=(200, 404)).status == 200
        if digest in self.sure(self.state[name]) and not there and not self.forgettable(name, digest):
            self.broken(f"{self.client}: {digest} was acknowledged in {name} and is not there")
        if there and not chunked:
            self.state[name].blobs[digest] = self.clock()
            return digest
        location = self.ask("POST", f"/v2/{name}/blobs/uploads/", expect=(202,)).headers["location"]
        rest = data
        if chunked:
            middle = len(data) // 2
            sent = {"Content-Type": "application/octet-stream", "Content-Range": f"0-{middle - 1}"}
            if middle:
                location = self.ask("PATCH", location, data[:middle], sent, expect=(202,)).headers["location"]
            rest = data[middle:]
        self.ask("PUT", oci.with_query(location, f"digest={digest}"), rest,
                 {"Content-Type": "application/octet-stream"}, expect=(201,))
        self.state[name].blobs[digest] = self.clock()
        return digest

    def forgettable(self, name, digest):
        """What no image holds counts as absent if its lease is to be renewed and there is no room for that."""
        return self.no_room() and digest not in held_by(self.state[name])

    def sure(self, repository):
        """The layers that must be there: held by an image, or promised not so long ago."""
        if repository is None:
            return set()
        now = self.clock()
        return held_by(repository) | {digest for digest, told in repository.blobs.items() if now - told < LEASE * 0.8}

    def chunked(self, name, _):
        self.upload(name, content(self.random.randrange(12)), chunked=True)

    def push(self, name, _):
        config = oci.to_bytes({"os": "linux", "id": self.random.randrange(1 << 40)})
        layers = [content(n) for n in self.random.sample(range(12), self.random.randrange(1, 4))]
        for data in [config, *layers]:
            self.upload(name, data)
        manifest = oci.to_bytes(oci.image_manifest(oci.descriptor(config, oci.OCI_CONFIG),
                                                   [oci.descriptor(data, oci.OCI_LAYER) for data in layers]))
        self.put(name, manifest, self.random.choice(TAGS))

    def put(self, name, manifest, tag):
        digest = oci.digest_of(manifest)
        self.known.setdefault(name, set()).add(digest)

        def make(repository):
            repository.images[digest] = manifest
            repository.tags[tag] = digest
            return repository
        self.change(name, make, lambda: self.ask("PUT", f"/v2/{name}/manifests/{tag}", manifest,
                                                 {"Content-Type": oci.OCI_MANIFEST}, expect=(201,)))

    def retag(self, name, repository):
        if repository.images:
            self.put(name, self.random.choice(list(repository.images.values())), self.random.choice(TAGS))

    def untag(self, name, repository):
        if not repository.tags:
            return
        tag = self.random.choice(list(repository.tags))

        def make(after):
            del after.tags[tag]
            return after
        self.change(name, make, lambda: self.ask("DELETE", f"/v2/{name}/manifests/{tag}", expect=(202,)))

    def delete_image(self, name, repository):
        if not repository.images:
            return
        digest = self.random.choice(list(repository.images))

        def make(after):
            for each in layers_of(after.images.pop(digest)):
                after.blobs[each["digest"]] = self.clock()
            after.tags = {tag: target for tag, target in after.tags.items() if target != digest}
            return after
        self.change(name, make, lambda: self.ask("DELETE", f"/v2/{name}/manifests/{digest}", expect=(202,)))

    def delete_blob(self, name, repository):
        free = sorted(self.sure(repository) - held_by(repository))
        if not free:
            return
        digest = self.random.choice(free)

        def make(after):
            after.blobs.pop(digest, None)
            return after
        self.change(name, make, lambda: self.ask("DELETE", f"/v2/{name}/blobs/{digest}", expect=(202,)))

    def mount(self, name, repository):
        other = name[:-1] + ("b" if name[-1] == "a" else "a")
        source = self.state.get(other)
        if not source or not source.blobs:
            return
        digest = self.random.choice(sorted(source.blobs))  # or no more
        answer = self.ask("POST", f"/v2/{name}/blobs/uploads/?mount={digest}&from={other}", expect=(201, 202))
        if answer.status == 201:
            repository.blobs[digest] = self.clock()

    def policy(self, name, _):
        text = json.dumps({"Version": "2012-10-17", "Statement": [{
            "Sid": f"s{self.random.randrange(1000)}", "Effect": "Allow", "Principal": "*",
            "Action": "ecr:ListImages"}]})

        def make(after):
            after.policy = text
            return after
        self.change(name, make, lambda: self.call("SetRepositoryPolicy", {"repositoryName": name, "policyText": text}))

    def lifecycle(self, name, _):
        text = json.dumps({"rules": [{"rulePriority": self.random.randrange(1, 900), "selection": {
            "tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 500},
            "action": {"type": "expire"}}]})

        def make(after):
            after.lifecycle = text
            return after
        self.change(name, make, lambda: self.call("PutLifecyclePolicy", {
            "repositoryName": name, "lifecyclePolicyText": text}))

    def repository(self, name, _):
        if self.random.random() < 0.2:
            self.change(name, lambda _: None, lambda: self.call(
                "DeleteRepository", {"repositoryName": name, "force": True}))

    # what is there

    def check(self, names=None):
        """Looks at all of it, or only at these repositories; what was in doubt is known afterwards."""
        doubtful = self.maybe
        for name in names or sorted({*self.state, *([doubtful[0]] if doubtful else [])}):
            found = self.look(name)
            wanted = [self.state.get(name)]
            if doubtful and doubtful[0] == name:
                wanted.append(doubtful[1])
            match = [each for each in wanted if self.same(each, found)]
            if not match:
                self.broken(f"{self.client}: {name} is {short(found)}, but must be {' or '.join(map(short, wanted))}")
            self.settle(name, found if found is None or not match else merged(match[0], found))
        self.maybe = None

    def look(self, name):
        """The repository as the server shows it, or None. The bytes of every layer of its images are read."""
        answer = self.ask("GET", f"/v2/{name}/tags/list", expect=(200, 404))
        if answer.status == 404:
            return None
        found = Repository()
        for tag in answer.json()["tags"] or []:
            reply = self.ask("GET", f"/v2/{name}/manifests/{tag}", headers={"Accept": "*/*"})
            found.tags[tag] = oci.digest_of(reply.body)
        listed = self.call("ListImages", {"repositoryName": name, "maxResults": 1000}).json()["imageIds"]
        images = {each["imageDigest"] for each in listed}
        known = self.known.get(name, set())
        absent = sorted(known - images)
        for digest in sorted(images) + self.random.sample(absent, min(2, len(absent))):
            there = digest in images
            reply = self.ask("GET", f"/v2/{name}/manifests/{digest}", headers={"Accept": "*/*"}, expect=(200, 404))
            if (reply.status == 200) != there:
                self.broken(f"{self.client}: ListImages of {name} and GET of {digest} do not agree: "
                            f"{there}, {reply.status}")
            if reply.status == 200:
                self.right(name, digest, reply.body)
                found.images[digest] = reply.body
        held = held_by(found)
        for digest in sorted(held - self.read):
            # The bytes under a digest are everybody's: read once after each crash, that is enough.
            self.right(name, digest, self.ask("GET", f"/v2/{name}/blobs/{digest}").body)
            self.read.add(digest)
        acknowledged = self.state[name].blobs if name in self.state else {}
        asked = sorted(held | set(acknowledged))
        there = self.available(name, asked)
        for digest in asked:
            if digest in there:
                found.blobs[digest] = self.clock()
            elif digest in self.sure(self.state.get(name)) and self.forgettable(name, digest):
                found.blobs[digest] = acknowledged[digest]
            elif digest in held:
                self.broken(f"{self.client}: {digest} is held by an image in {name} and is not there")
            elif digest not in self.sure(self.state.get(name)):
                self.collected += 1
        found.policy = self.text("GetRepositoryPolicy", name, "policyText")
        found.lifecycle = self.text("GetLifecyclePolicy", name, "lifecyclePolicyText")
        return found

    def available(self, name, digests):
        found = set()
        for at in range(0, len(digests), 100):
            layers = self.call("BatchCheckLayerAvailability", {"repositoryName": name,
                                                               "layerDigests": digests[at:at + 100]}).json()["layers"]
            found |= {each["layerDigest"] for each in layers if each["layerAvailability"] == "AVAILABLE"}
        return found

    def same(self, wanted, found):
        if wanted is None or found is None:
            return wanted is found
        return (wanted.images == found.images and wanted.tags == found.tags and
                self.sure(wanted) <= set(found.blobs) and
                same_json(wanted.policy, found.policy) and same_json(wanted.lifecycle, found.lifecycle))

    def right(self, name, digest, data):
        if oci.digest_of(data) != digest:
            self.broken(f"{self.client}: {digest} in {name} has wrong bytes ({len(data)} of them)")

    def text(self, operation, name, member):
        return self.call(operation, {"repositoryName": name}, expect=(200, 400)).json().get(member)


def layers_of(manifest):
    value = json.loads(manifest)
    return [value["config"], *value["layers"]]


def held_by(repository):
    return {each["digest"] for manifest in repository.images.values() for each in layers_of(manifest)}


def merged(wanted, found):
    wanted.blobs = found.blobs
    return wanted


def same_json(a, b):
    return (a and json.loads(a)) == (b and json.loads(b))


def short(repository):
    if repository is None:
        return "absent"
    return (f"[tags {sorted((t, d[7:15]) for t, d in repository.tags.items())}, images "
            f"{sorted(d[7:15] for d in repository.images)}, blobs {sorted(d[7:15] for d in repository.blobs)}, "
            f"policy {repository.policy}, lifecycle {repository.lifecycle}]")

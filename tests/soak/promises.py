"""Which layers a repository has promised to have, and for how long.

Who is told "I have this layer", by HEAD, by the end of an upload or by a mount, may put a manifest with it within the
lease; an image holds its layers as long as it is there. Layers that archived images hold may be hidden, but are good
for a manifest. Only what is certain is judged: an answer may be wrong if the
promise was over before the promise's own call began, or if anything that could end it was under way."""

import math
from dataclasses import dataclass, field

LINKS = {"blob_put", "mount"}
PROMISED = 0.9  # of a lease: one that has more left is not renewed for each HEAD
ENDS = {"blob_delete", "drop"}
SEEN = {"ok", "changed", "same"}


@dataclass
class Known:
    """Of one layer or image: the moment before which no promise counts any more, and the best one since."""
    ended: float = -math.inf
    ending_began: float = -math.inf  # the beginning of the last call that ended one
    since: float = math.inf   # the end of the first call since then that showed it
    until: float = -math.inf  # of layers: as long as it was promised
    began: float = -math.inf  # the end of the last call that may have brought it


@dataclass
class Repository:
    blobs: dict = field(default_factory=dict)
    images: dict = field(default_factory=dict)
    holders: dict = field(default_factory=dict)  # digest of a layer -> names of images
    dropped: float = -math.inf
    drop_began: float = -math.inf
    pending: dict = field(default_factory=dict)


class Promises:
    """Calls are told in the order of their ends; `begin` in that of their beginnings."""

    def __init__(self, image, lease_ns, holds, hides):
        self.image, self.lease, self.holds, self.hides = image, PROMISED * lease_ns, holds, hides
        self.repositories = {}

    def repository(self, name):
        return self.repositories.setdefault(name, Repository())

    def begin(self, call):
        self.repository(call.repository).pending[call.key] = call

    def end(self, call):
        """What is wrong with the answer, or None."""
        here = self.repository(call.repository)
        wrong = self.judge(here, call)
        del here.pending[call.key]
        self.learn(here, call)
        return wrong

    def judge(self, here, call):
        kind, result = call.op.kind, call.op.result
        if kind in ("blob_head", "blob_get"):
            digest = call.op.args[0]
            hidden = result in ("absent", "archived", "gone") and not self.hides(call.repository)
            if hidden and self.certain(call.repository, digest, call):
                return f"the layer {digest} is not there, but must be"
            if result == "ok" and self.certainly_not(here, digest, call):
                return f"the layer {digest} is there, but was taken away"
        if kind == "put" and isinstance(result, tuple) and result[0] == "no_blobs":
            for digest in result[1]:
                if self.certain(call.repository, digest, call):
                    return f"the manifest was refused for want of the layer {digest}, which was promised"
        if kind == "mount" and result == "upload":
            digest, source = call.op.args
            if source is not None and self.certain(source, digest, call) and not self.hides(source):
                return f"the layer {digest} was not mounted from {source}, which has it"
        return None

    def learn(self, here, call):
        kind, args, result = call.op.kind, call.op.args, call.op.result
        if kind == "drop" and result in ("ok", None):
            here.dropped, here.drop_began = math.inf if result is None else call.end, call.start
        elif kind == "blob_delete" and result in ("ok", None):
            self.over(here.blobs.setdefault(args[0], Known()), call)
        elif kind in ("blob_head", "blob_put", "mount") and result in ("ok", None):
            self.seen(here, here.blobs.setdefault(args[0], Known()), call, result, call.start + self.lease)
        elif kind in ("put", "get_image") and result in SEEN:
            self.seen_image(here, args[0], call)
        elif kind == "get_tag" and isinstance(result, tuple):
            self.seen_image(here, result[1], call)
        elif kind == "delete" and result in ("ok", None):
            self.over(here.images.setdefault(args[0], Known()), call)
        elif kind == "batch_delete" and not isinstance(result, str):
            for image in self.may_delete(here, call):
                self.over(here.images.setdefault(image, Known()), call)
        elif kind == "storage" and result != "no_repository":
            self.over(here.images.setdefault(args[0], Known()), call)

    def may_delete(self, here, call):
        if call.op.result is None:
            return list(here.images)
        return {image for image, _ in call.op.result[0]}

    def seen_image(self, here, name, call):
        self.seen(here, here.images.setdefault(name, Known()), call, "ok", math.inf)
        for digest in self.image(name).blobs:
            here.holders.setdefault(digest, set()).add(name)

    @staticmethod
    def over(known, call):
        known.ended, known.since, known.until = call.end, math.inf, -math.inf
        known.ending_began = max(known.ending_began, call.start)

    def seen(self, here, known, call, result, until):
        if call.op.kind in LINKS:
            known.began = max(known.began, call.end if result is not None else math.inf)
        if result is None or call.start <= max(known.ended, here.dropped):
            return
        if known.since <= here.dropped or known.until < call.end:  # or it had run out meanwhile
            known.since, known.until = math.inf, -math.inf
        known.since, known.until = min(known.since, call.end), max(known.until, until)

    def certain(self, repository, digest, call):
        """Did the repository certainly have the layer all through the call?"""
        here = self.repository(repository)
        if self.ending(here, digest, call):
            return False
        known = here.blobs.get(digest)
        if known and max(known.ended, here.dropped) < known.since < call.start and known.until > call.end:
            return True
        if not self.holds(repository):
            return False
        return any(self.held_by(here, here.images[name], name, call) for name in here.holders.get(digest, ()))

    @staticmethod
    def held_by(here, known, name, call):
        if not max(known.ended, here.dropped) < known.since < call.start:
            return False
        return not any(other.op.kind in ("batch_delete", "storage") or
                       (other.op.kind == "delete" and other.op.args[0] == name)
                       for other in here.pending.values() if other.key != call.key)

    @staticmethod
    def ending(here, digest, call):
        return any(other.op.kind == "drop" or (other.op.kind == "blob_delete" and other.op.args[0] == digest)
                   for other in here.pending.values() if other.key != call.key)

    def certainly_not(self, here, digest, call):
        """Was it certainly taken away before the call, and not brought again?"""
        known = here.blobs.get(digest) or Known()
        ended, began = max(known.ended, here.dropped), max(known.ending_began, here.drop_began)
        if ended == -math.inf or ended >= call.start or known.began >= began:
            return False
        return not any(other.op.kind in LINKS and other.op.args[0] == digest for other in here.pending.values())

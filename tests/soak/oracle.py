"""Judges every call: each repository's history must be one that a sequential repository could have had
(repository.py, linear.py), and every promise about layers must have been kept (promises.py)."""

import collections

from calls import Timeline
from linear import Linearizer
from promises import Promises
from repository import ABSENT, Op, uncovered

KEPT = 3000  # calls of a repository, for its history
SHOWN = 40
LISTS = {"list", "tags", "referrers"}
BLOB_CALLS = {"blob_head", "blob_get", "blob_put", "blob_delete", "mount", "upload"}


class Oracle:
    """`model(repository)`: its Model. `holds(repository)`: images there stay active until somebody deletes them.
    `hides(repository)`: there are archived images, whose layers may be hidden."""

    def __init__(self, universe, clients, model, holds, hides, lease_ns):
        self.timeline = Timeline(clients)
        self.model = model
        self.promises = Promises(universe.image, lease_ns, holds, hides)
        self.repositories = {}
        self.histories = collections.defaultdict(lambda: collections.deque(maxlen=KEPT))
        self.violations = []
        self.began = None

    def add(self, call):
        self.timeline.add(call)

    def advance(self):
        """Judges what is known by now; nothing after a violation, since what follows from it would be another."""
        for ended, call in self.timeline.ready():
            if self.violations:
                return
            if self.began is None:
                self.began = call.start
            if ended:
                self.end(call)
            else:
                self.begin(call)

    def states(self, repository):
        """Those in which it may be; once nothing is under way and all was looked at, one."""
        return self.checker(repository).states()

    def checker(self, repository):
        if repository not in self.repositories:
            self.repositories[repository] = Linearizer(ABSENT, self.model(repository).step, uncovered)
        return self.repositories[repository]

    @staticmethod
    def in_a_sequence(call):
        """What the model of the repository is asked about a call, or None."""
        op = call.op
        if op.kind not in BLOB_CALLS:
            return op if call.answered or not op.pure else None
        if not call.answered or op.result in ("gone", "lost"):
            return None
        return Op("there", (), "no_repository" if op.result == "no_repository" else "ok")

    def begin(self, call):
        self.promises.begin(call)
        op = self.in_a_sequence(call)
        if op:
            self.checker(call.repository).invoke(call.key, op)

    def end(self, call):
        self.histories[call.repository].append(call)
        if wrong := self.promises.end(call):
            self.broken(call, wrong)
        if not self.in_a_sequence(call):
            return
        checker = self.checker(call.repository)
        before = checker.states()
        if not (checker.respond(call.key) if call.answered else checker.give_up(call.key)):
            self.broken(call, "no order of the calls explains this answer", before)

    def broken(self, call, what, states=()):
        lines = [f"VIOLATION in {call.repository}: {what}: {call}"]
        about = call.about() if call.op.kind not in LISTS else unlike(call, states)
        holders = self.promises.repository(call.repository).holders
        about.update(*(holders.get(digest, ()) for digest in about))
        if states:
            lines.append(f"  before it, {len(states)} state(s), among them:")
            for state in list(states)[:3]:
                tags = {tag: image for tag, image in state.tags.items() if tag in about or image in about}
                shown = about.union(tags.values())
                images = {image: status for image, status in state.images.items() if image in shown}
                lines.append(f"    exists {state.exists}, {len(state.images)} images, of them {images}, tags {tags}")
        lines.append(f"  history of {sorted(about)}, in ms since the beginning:")
        history = [each for each in self.histories[call.repository]
                   if each.op.kind in ("create", "drop") or about & each.about()]
        for each in history[-SHOWN:]:
            start, end = ((moment - self.began) / 1e6 for moment in (each.start, each.end))
            lines.append(f"    {start:10.3f} - {end:10.3f}  {each}"[:400])
        self.violations.append("\n".join(lines))


def unlike(call, states):
    """Of a list: the tags and images in which it is unlike a state."""
    found = set()
    for state in states:
        pairs = {(image, tag) for image in state.images for tag in state.tags_of(image) or [None]}
        seen = call.op.result
        if call.op.kind == "tags":
            pairs, seen = {(tag,) for tag in state.tags}, {(tag,) for tag in call.op.result}
        elif call.op.kind == "referrers":
            pairs, seen = set(), {(image,) for image in call.op.result}
        found.update(text for pair in pairs ^ set(seen) for text in pair if text)
    return found | set(call.op.args[:1] if call.op.kind == "referrers" else ())

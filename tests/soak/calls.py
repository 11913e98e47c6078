"""A call as a client saw it, and how all of them get into one order of time."""

import heapq
import itertools
from dataclasses import dataclass

from repository import Op


# In arguments and results, besides names.
WORDS = {"image", "tag", "ok", "changed", "same", "gone", "absent", "held", "lost", "upload", "exists", "active",
         "archived", "activating", "no_repository", "no_blobs", "no_children", "ARCHIVE", "STANDARD", "ACTIVE",
         "ACTIVATING", "ARCHIVED", "ImageNotFound", "ImageReferencedByManifestList"}


@dataclass(slots=True)
class Call:
    """Times are of the monotonic clock, in ns, the same for all processes of a machine."""
    client: int
    repository: str
    op: Op
    start: int
    end: int
    answered: bool = True
    key: int = 0

    def __str__(self):
        return f"client {self.client} {self.op.kind}{self.op.args} -> {self.op.result}"

    def about(self):
        """The tags, images and layers that it names."""
        return {text for text in texts((self.op.args, self.op.result)) if text not in WORDS}


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, frozenset)):
        for each in value:
            yield from texts(each)


class Timeline:
    """Puts the calls of clients that do one thing at a time into the order of time, as far as it is known for sure."""

    def __init__(self, clients):
        self.heard = dict.fromkeys(clients, 0)  # the end of the last call of each
        self.events = []
        self.count = itertools.count(1)

    def add(self, call):
        call.key = next(self.count)
        self.heard[call.client] = call.end
        heapq.heappush(self.events, (call.start, 0, call.key, call))
        heapq.heappush(self.events, (call.end, 1, call.key, call))

    def leave(self, client):
        """No more calls of it."""
        self.heard.pop(client, None)

    def ready(self):
        """(is it the end, call), as they happened, of the time of which nothing more will be heard."""
        until = min(self.heard.values(), default=float("inf"))
        while self.events and self.events[0][0] < until:
            _, kind, _, call = heapq.heappop(self.events)
            yield kind == 1, call

"""A row: one load, measured with each of its peers, round by round; and the ratios that are asked of it."""

import dataclasses
import os
from collections.abc import Callable

from .measure import judged, medians


@dataclasses.dataclass(frozen=True)
class Line:
    """A ratio of Berth's median of `metric` to a peer's, or with peer None the median itself, and what it is to be."""

    metric: str
    peer: str | None
    target: float | None = None
    alarm: float | None = None
    lower: bool = False  # less is better
    inverse: bool = False  # the ratio is the peer's to Berth's: how many times faster, of times
    title: str = ""      # instead of the row's

    def holds(self, value, bound):
        return bound is None or (value <= bound if self.lower else value >= bound)


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    title: str
    run: Callable  # (Bench, peer) -> metrics
    peers: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    tls: bool = False
    fresh: bool = False   # fills the disk: peers begin empty, and are emptied behind it
    each_fresh: bool = False  # and by gigabytes: behind each sample
    extra: bool = False   # runs only when named
    metric: str = "rate"  # that plots show

    @property
    def group(self):
        return self.name.split("-")[0]


class Bench:
    """What a row's run needs: where the load generator is, and the options of this run."""

    def __init__(self, field, options):
        self.field = field
        self.options = options
        self.load = str(options.load)
        self.seconds = options.seconds

    def measure(self, row, rounds, most, say):
        """{peer: [sample of each round]}: peers take turns, each round beginning with another. More rounds, up to
        `most`, until enough samples of everybody are clean."""
        peers = [name for name in row.peers if name in self.field.makers]
        if "docker-registry" in peers:
            peers += [name for name in NEWER if name in self.field.makers]
        if self.options.peers:
            peers = [name for name in peers if name in self.options.peers or name == "berth"]
        if row.fresh:
            for name in peers:
                self.field.drop(name, row.tls)
        samples = {name: [] for name in peers}
        for turn in range(most):
            if turn >= rounds and (row.metric == "mib" or all(judged(each)[1] for each in samples.values())):
                break
            for name in peers[turn % len(peers):] + peers[:turn % len(peers)]:
                peer = self.field.get(name, row.tls)
                if row.fresh:
                    os.sync()
                samples[name].append(row.run(self, peer))
                say(row, turn, name, samples[name][-1])
                if row.each_fresh:
                    self.field.drop(name, row.tls)
        if row.fresh:
            for name in peers:
                self.field.drop(name, row.tls)
        return samples


NEWER = ("distribution", "zot")  # registries given by path: measured wherever docker-registry is, by no target


def _with_newer(lines, peers):
    for line in lines:
        yield line
        if line.peer == "docker-registry":
            for name in NEWER:
                if name in peers:
                    yield dataclasses.replace(line, peer=name, target=None, alarm=None)


def summary(row, samples):
    """{peer: {"medians", "clean", "samples"}} and the lines as [{...}]."""
    by_peer = {}
    for name, all_samples in samples.items():
        chosen, clean = judged(all_samples)
        by_peer[name] = {"medians": medians(chosen), "clean": clean, "samples": all_samples}
    lines = []
    for line in _with_newer(row.lines, by_peer):
        value = by_peer["berth"]["medians"].get(line.metric)
        other = by_peer.get(line.peer, {}).get("medians", {}).get(line.metric)
        if value is None or (line.peer and not other):
            continue
        ratio = (other / value if line.inverse else value / other) if line.peer else value
        clean = line.metric == "mib" or by_peer["berth"]["clean"] and (not line.peer or by_peer[line.peer]["clean"])
        lines.append({**dataclasses.asdict(line), "row": row.name, "title": line.title or row.title, "value": value,
                      "other": other, "ratio": ratio, "clean": clean, "met": line.holds(ratio, line.target),
                      "alarmed": not line.holds(ratio, line.alarm)})
    return {"peers": by_peer, "lines": lines}

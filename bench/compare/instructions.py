"""How many instructions the server takes for one request, by callgrind: no noise, for what is asked most.

Counted is the difference between 2 N and N requests after some to warm up, on one connection, so that starting,
connecting and what runs by itself drop out. The figures are of Debian 12's compiler and libraries.
"""

import collections
import json
import os
import pathlib
import re
import subprocess

from support.server import binary as berth_binary

from . import peers, special
from .field import MANIFEST
from .measure import Load

FILE = pathlib.Path(__file__).resolve().parents[1] / "instructions.json"
TOLERANCE = 0.05
START_SECONDS = 180  # valgrind is slow


class Counted(peers.Berth):
    """A Berth in callgrind."""

    def __init__(self, folder):
        self.turn = 0
        # without what Debian 12's valgrind cannot read; functions keep their names
        stripped = pathlib.Path(folder).parent / "berth"
        subprocess.run(["llvm-strip-19", "--strip-debug", "-o", stripped, berth_binary()], check=True)
        os.environ["BERTH_BINARY"] = str(stripped)
        super().__init__(folder, options=["--http-busy-poll-us=0"], runner=[
            "valgrind", "--tool=callgrind", "--fair-sched=yes", "--compress-strings=no",
            f"--callgrind-out-file={pathlib.Path(folder).parent}/counts"], start_seconds=START_SECONDS)

    def count(self):
        """Instructions since the last call."""
        self.turn += 1
        subprocess.run(["callgrind_control", "--dump", str(self.process.pid)], check=True, capture_output=True)
        text = self.counts().read_text(errors="replace")
        return int(re.search(r"^(?:totals|summary): (\d+)", text, re.M)[1])

    def counts(self):
        """callgrind's file of the last count."""
        return self.folder.parent / f"counts.{self.turn}"

    def profile(self, functions=30):
        """Where the instructions of the last count went: callees not included."""
        costs, function, skip = collections.Counter(), "", False
        for line in self.counts().read_text(errors="replace").splitlines():
            if line.startswith("fn="):
                function = line[3:]
            elif line.startswith("calls="):
                skip = True  # the next line is of the callee
            elif re.match(r"[-+*\d]", line):
                if not skip:
                    costs[function] += int(line.split()[1])
                skip = False
        total = sum(costs.values())
        return "\n".join(f"    {cost / total:6.1%}  {name[:150]}" for name, cost in costs.most_common(functions))


def requests(field, peer):
    """name -> (N, what berth_load is told)"""
    push = {"kind": "push:4096", "repository": "bench/push"}
    describe = {"service": "ecr", "body": json.dumps(special.CALLS["DescribeImages"]),
                "amz_target": special.target("DescribeImages"), **peer.signing()}
    blob = field.blob_target("64k")
    return {
        "ping with a token": (2000, ("get", {"target": "/v2/"})),
        "manifest GET by tag": (2000, ("get", MANIFEST)),
        "manifest HEAD by tag": (2000, ("get", {**MANIFEST, "method": "HEAD"})),
        "blob HEAD": (2000, ("get", {"target": blob, "method": "HEAD"})),
        "blob GET 64 KiB": (2000, ("get", {"target": blob})),
        "push of a 4 KiB layer, config and manifest": (100, ("image", push)),
        "DescribeImages, page of 100": (50, ("call", describe)),
    }


def run_load(binary, peer, what, count, told):
    door = special.WithoutToken(peer) if what == "call" else peer
    with Load(binary, door, what, connections=1, count=count, **told) as load:
        load.begin()
        load.result()
        load.end()


def measure(bench, only, profile):
    """`only`: what the names begin with; `profile`: show the functions as well."""
    peer = Counted(bench.field.folder / "counted")
    try:
        bench.field.seed(peer, "64k")
        special.seed_ecr(bench, peer)
        out = {}
        for name, (count, (what, told)) in requests(bench.field, peer).items():
            if not name.startswith(only):
                continue
            run_load(bench.load, peer, what, count // 5, told)
            peer.count()
            run_load(bench.load, peer, what, count, told)
            once = peer.count()
            run_load(bench.load, peer, what, 2 * count, told)
            out[name] = round((peer.count() - once) / count)
            print(f"  {out[name]:>12,} instructions  {name}", flush=True)
            if profile:
                print(peer.profile())
        return out
    finally:
        peer.stop()


def compare(bench, update, only, profile):
    """Prints what changed; the number of requests that take more than they did, and of all."""
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    now = measure(bench, only, profile)
    if update:
        FILE.write_text(json.dumps({**kept, **now}, indent=1) + "\n")
        return 0, len(now)
    worse = 0
    for name, value in now.items():
        if name not in kept:
            print(f"{name}: not in {FILE.name}")
            worse += 1
            continue
        change = value / kept[name] - 1
        if abs(change) > TOLERANCE:
            worse += change > 0
            print(f"{name}: {kept[name]:,} -> {value:,} instructions, {change:+.1%}; to keep it: "
                  "script/bench instructions --update")
    return worse, len(now)

"""Uses a server as hard as it can in every way at once, and checks each answer.

tests/soak/run [--berth PATH] [--seconds N] [--seed N] [--workers N] [--postgres] [--json] [--keep]

Prints the seed; the same seed asks the same questions, if not in the same order. Ends with 1 after a violation."""

import argparse
import collections
import json
import multiprocessing
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from multiprocessing import connection

import collected
import faults
import load
import settled
import workers
from client import Client, Wrong
from oracle import Oracle
from repository import Model
from support.databases import Postgres
from support.server import Server
from support.wire import Wire
from universe import Universe

LEASE = 1  # the shortest there is
PROCESSES = 3
PROGRESS_SECONDS = 5
OPTIONS = ["--lifecycle-settle=1s", "--lifecycle-images-per-second=100000", "--gc-pause=100ms",
           "--gc-blobs-per-second=100000", "--log-access=false"]


class Soak:
    def __init__(self, options, scratch, postgres):
        self.options = options
        database = ["--db", postgres.fresh()] if postgres else []
        self.server = Server(scratch / "registry", [
            *OPTIONS, *faults.OF_THE_SERVER.get(options.plant, [f"--uploads-lease={LEASE}s"]), *database])
        self.universe = Universe(options.seed)
        self.me = options.workers  # the number of our own client
        self.oracle = Oracle(self.universe, [*range(options.workers), self.me], self.model, load.holds,
                             load.hides, (LEASE if options.plant != "short_lease" else 1000) * 1_000_000_000)
        self.stop = multiprocessing.Event()
        self.actions = collections.defaultdict(list)
        self.kinds, self.statuses = collections.Counter(), collections.Counter()
        self.wrong = []
        self.lag = 0.0   # of the judgement behind the load, in seconds
        self.found = {}  # what the end of it showed
        self.hurt = False

    def model(self, repository):
        return Model(self.universe.image, load.expires if load.role_of(repository) == "lifecycle" else None, True)

    @property
    def violations(self):
        return self.wrong + self.oracle.violations

    def run(self):
        """What is wrong."""
        self.server.init().start()
        self.client = Client(self.me, Wire(self.server), self.universe, self.told)
        try:
            self.prepare()
            self.load()
            if not self.violations:
                settled.check(self)
            if not self.violations:
                collected.check(self)
            if not self.violations:
                settled.fsck(self)
        except Wrong as error:
            self.wrong.append(f"VIOLATION: {error}")
        finally:
            self.finish()
        return self.violations

    def told(self, call):
        self.kinds[call.op.kind] += 1
        self.oracle.add(call)

    def prepare(self):
        for name in load.NAMES:
            self.client.create(name)
            if load.role_of(name) == "lifecycle":
                self.client.put_policy(name, load.policy(2))
        self.oracle.timeline.leave(self.me)

    def wire(self, number):
        wire = Wire(self.server)
        if self.options.plant and number == 0:
            wire = faults.Liar(wire, self.options.plant, self.universe)
        return wire

    def load(self):
        self.began = time.monotonic()
        running = workers.start(self.options.workers, min(PROCESSES, self.options.workers), seed=self.options.seed,
                                began=self.began, epoch_seconds=max(2.0, min(20.0, self.options.seconds / 8)),
                                batch=1 if self.options.postgres else 3, wire=self.wire, stop=self.stop)
        pipes = {pipe for _, pipe in running}
        shown = self.began
        while pipes:
            for pipe in connection.wait(pipes, timeout=0.1):
                if not self.hear(pipe):
                    pipes.discard(pipe)
            if not self.violations:
                self.oracle.advance()
            now = time.monotonic()
            if self.violations or now - self.began >= self.options.seconds:
                self.stop.set()
            if now - shown >= PROGRESS_SECONDS:
                shown = now
                self.progress(now)
            if self.options.plant in faults.ON_DISK and not self.hurt and now - self.began > faults.SECONDS:
                self.hurt = True
                faults.hurt_disk(self.options.plant, self.server.data / "blobs")
            if not self.server.alive():
                self.wrong.append(f"VIOLATION: the server ended with {self.server.process.returncode}")
                self.stop.set()
        self.seconds = time.monotonic() - self.began
        for process, _ in running:
            process.join(10)
        self.judge_all()
        self.found["processor seconds"] = {
            "server": self.server.processor_seconds(), "judge": round(used(resource.RUSAGE_SELF)),
            "clients": round(used(resource.RUSAGE_CHILDREN))}

    def judge_all(self):
        """All that was told is all there is."""
        self.oracle.timeline.heard.clear()
        if not self.violations:
            self.oracle.advance()

    def hear(self, pipe):
        """False: nothing more will come from there."""
        try:
            message = pipe.recv()
        except EOFError:
            self.wrong.append("a process of the load ended")
            return False
        if message[0] == "done":
            self.statuses.update(message[2])
            for number in message[1]:
                self.oracle.timeline.leave(number)
            return False
        _, calls, actions, wrong = message
        for each in calls:
            self.told(workers.unpacked(each))
        for action, seconds in actions:
            self.actions[action].append(seconds)
        self.wrong += wrong
        return True

    def progress(self, now):
        heard = self.oracle.timeline.heard
        self.lag = max(self.lag, time.monotonic() - min(heard.values(), default=0) / 1e9 if heard else 0)
        if sys.stdout.isatty():
            total = sum(self.kinds.values())
            print(f"{now - self.began:6.0f} s  {total:8d} calls  {total / (now - self.began):6.0f}/s  "
                  f"{len(self.violations)} violations", flush=True)

    def finish(self):
        try:
            self.server.stop()
        except AssertionError as error:
            self.wrong.append(f"VIOLATION: {error}")

    def figures(self):
        found = {}
        for action, seconds in sorted(self.actions.items()):
            seconds.sort()
            found[action] = {"count": len(seconds), "per second": round(len(seconds) / self.seconds, 1),
                             "p50 ms": round(1000 * seconds[len(seconds) // 2], 1),
                             "p99 ms": round(1000 * seconds[len(seconds) * 99 // 100], 1),
                             "max ms": round(1000 * seconds[-1], 1)}
        return found


def used(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def show(soak):
    for action, figures in soak.figures().items():
        print(f"{action:16s}" + "".join(f"{value:10} {name}" for name, value in figures.items()))
    total = sum(soak.kinds.values())
    print(f"{total} calls, {total / soak.seconds:.0f}/s: " + ", ".join(f"{count} {kind}" for kind, count
                                                                      in soak.kinds.most_common()))
    print(f"statuses: {dict(sorted(soak.statuses.items()))}; judged at most {soak.lag:.1f} s late")
    for name, value in soak.found.items():
        print(f"{name}: {value}")


def main():
    parser = argparse.ArgumentParser(prog="tests/soak/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--workers", type=int, default=12, help="clients, each of which does one thing at a time")
    parser.add_argument("--postgres", action="store_true", help="metadata in a private PostgreSQL")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the files, to look at them")
    parser.add_argument("--plant", choices=sorted(faults.ALL), help="a fault that must be found")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    multiprocessing.set_start_method("fork")
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="berth-soak."))
    postgres = Postgres(scratch) if options.postgres else None
    soak = Soak(options, scratch, postgres)
    try:
        violations = soak.run()
    finally:
        if postgres:
            postgres.stop()
        if options.keep:
            print(f"kept in {scratch}")
        else:
            shutil.rmtree(scratch)
    for each in violations[:5]:
        print(each)
    total = sum(soak.kinds.values())
    if options.json:
        print(json.dumps({"seed": options.seed, "seconds": round(soak.seconds), "calls": total,
                          "actions": soak.figures(), "statuses": soak.statuses, "violations": violations,
                          **soak.found}))
    else:
        show(soak)
        print("0 passed, 1 failed" if violations else "1 passed, 0 failed")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())

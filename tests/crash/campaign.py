"""Kills the server and cuts its power, again and again, and checks that all it acknowledged is there.

tests/crash/run [--berth PATH] [--seconds N | --crashes N] [--seed N] [--postgres] [--lying-disk] [--json]
    [--report N] [--keep]

Each round goes on with the data of the round before. It may die at any call that changes a file (and, with PostgreSQL,
at any message to the database), also while it starts. Prints the seed; the same seed makes the same choices.
"""

import argparse
import json
import os
import pathlib
import random
import select
import subprocess
import sys
import tempfile
import time

from disk import INTERRUPTED, IO_ERROR, LIE, NO_SPACE, SHORT, Disk, build
from support.server import Server, binary, environment
from support.wire import Connection, NoAnswer
from workload import LEASE, Client, Unanswered

CLIENTS = 3
ROUNDS_PER_FOLDER = 60  # then with an empty registry again
WHOLE_CHECK = 20        # rounds between two runs of berth fsck


class Tested(Server):
    """On a disk of ours."""

    def __init__(self, folder, libraries, sockets, options):
        super().__init__(folder, options)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.disk = Disk(libraries, self.folder, self.data)
        self.sockets = sockets

    def begin(self):
        self.log_path.unlink(missing_ok=True)  # that of one life is enough
        super().begin(self.disk.environment(self.sockets))

    def wait_ready(self):
        """False: it died."""
        deadline = time.monotonic() + 60
        door = Connection(int(self.admin_listen.rsplit(":", 1)[1]))
        while not self.ready_at(door):
            if self.wait_dead(0.002):
                return False
            assert time.monotonic() < deadline, f"the server is not ready:\n{self.log()}"
        door.close()
        return True

    @staticmethod
    def ready_at(door):
        try:
            return door.request("GET", "/readyz", {}).status == 200
        except NoAnswer:
            return False

    def wait_dead(self, seconds):
        """At once when it dies; Popen.wait looks every 50 ms."""
        if self.process.returncode is not None:
            return True
        with open(os.pidfd_open(self.process.pid), "rb", buffering=0) as process:
            if not select.select([process], [], [], seconds)[0]:
                return False
        self.process.wait()
        return True


class Campaign:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.random = random.Random(options.seed)
        self.violations = []
        self.counts = {"crashes": 0, "power cuts": 0, "while starting": 0, "operations": 0, "database hurt": 0,
                       "layers collected": 0, "full": 0}
        self.ahead = 0  # seconds, the server's clock of ours
        self.no_room = False  # the disk was full in this round
        self.folders = 0
        self.story = []  # of this round and the one before

    def broken(self, what):
        self.violations.append(what)
        print(f"VIOLATION (seed {self.options.seed}, crash {self.counts['crashes']}; {', '.join(self.story)}): {what}",
              flush=True)

    def more(self):
        if self.violations:
            return False
        if self.options.crashes:
            return self.counts["crashes"] < self.options.crashes
        return time.monotonic() - self.began < self.options.seconds

    def run(self):
        self.libraries = build(self.scratch)
        self.began = time.monotonic()
        while self.more():
            self.folder()
            if self.options.report and self.folders % self.options.report == 0:
                print(self.summary(), flush=True)
        return self.violations

    def summary(self):
        counts = ", ".join(f"{value} {name}" for name, value in self.counts.items())
        return f"{counts} in {time.monotonic() - self.began:.0f} s"

    def folder(self):
        self.folders += 1
        options = [f"--uploads-lease={LEASE}s", "--gc-pause=100ms"]
        if self.options.postgres:
            options += ["--db", self.options.postgres.fresh()]
        server = Tested(self.scratch / f"registry{self.folders}", self.libraries, bool(self.options.postgres), options)
        server.init()
        server.disk.adopt()
        clients = None
        for number in range(ROUNDS_PER_FOLDER):
            if not self.more():
                break
            clients = self.round(server, clients, number)
        else:
            subprocess.run(["rm", "-rf", str(server.folder)], check=True)

    def round(self, server, clients, number):
        disk = server.disk
        self.story = [*self.story[-1:], f"round {number} of folder {self.folders}"]
        disk.set("random", self.random.getrandbits(60))
        faults = self.random.random() < 0.15
        if not self.start(server):
            return clients
        self.no_room = False
        clients = self.verify(server, clients)
        if number % WHOLE_CHECK == WHOLE_CHECK - 1:
            self.whole_check(server)
        if self.options.lying_disk:
            disk.fail(LIE, 300_000)
        elif faults:
            kinds = self.random.choice([NO_SPACE, SHORT | INTERRUPTED, IO_ERROR, NO_SPACE | SHORT | INTERRUPTED])
            disk.fail(kinds, self.random.choice([2_000, 20_000, 200_000]))
            self.no_room = bool(kinds & NO_SPACE)
            self.story.append(f"faults {kinds}")
        full = not faults and not self.options.lying_disk and self.random.random() < 0.12
        slow = not full and self.random.random() < 0.12
        if slow:
            disk.slow_down(self.random.choice([20, 100, 500]))
        if not full:
            disk.kill_after(int(self.random.lognormvariate(3.5 if slow else 4.4, 1.2)) + 1)
        self.ahead = self.random.choice([0, 0, 0, self.random.randrange(-600, 600)])
        server.disk.move_clock(self.ahead)
        for client in clients:
            client.start()
        if full:
            self.fill(server, clients)
            disk.kill_after(int(self.random.lognormvariate(4.4, 1.2)) + 1)
        if self.options.postgres and self.random.random() < 0.2:
            time.sleep(self.random.random())
            self.counts["database hurt"] += 1
            self.random.choice([self.options.postgres.cut_connections, self.options.postgres.crash])()
        if not server.wait_dead(20):
            if (faults or slow) and server.alive():  # so many calls fail, or take so long, that it cannot get so far
                server.process.kill()
                server.wait_dead(20)
            else:
                self.broken(f"the server did not die within 20 s: {disk.get('operations')} of {disk.get('die_at')}")
                server.process.kill()
        disk.fail(0, 0)
        disk.slow_down(0)
        for client in clients:
            client.stop.set()
            client.join(40)
            self.counts["operations"] += client.done
            self.counts["layers collected"] += client.collected
        if server.process.returncode != -9:
            self.broken(f"the server ended with {server.process.returncode}:\n{server.log()[-3000:]}")
        self.crashed(server, None)
        return clients

    def fill(self, server, clients):
        """The disk is full for a while. What was acknowledged can be read all the time, and pushes work again as soon
        as there is space, without a restart."""
        self.counts["full"] += 1
        self.story.append("full")
        self.no_room = True
        time.sleep(self.random.random() / 5)
        server.disk.fill(True, seen=self.random.random() < 0.5)
        time.sleep(self.random.random() / 2)
        for client in clients:
            if client.unreadable or not client.is_alive():
                self.broken(f"{client.client}: what was acknowledged could not be read while the disk was full: "
                            f"{client.unreadable}")
        server.disk.fill(False)
        probe = self.client("probe", server, set())
        deadline = time.monotonic() + 10
        while True:
            try:
                probe.call("CreateRepository", {"repositoryName": f"probe/{self.random.getrandbits(60):x}"})
                return
            except Unanswered as error:
                if time.monotonic() > deadline or not server.alive():
                    self.broken(f"there is space again, and yet: {error}")
                    return
                time.sleep(0.05)

    def client(self, name, server, read):
        return Client(name, server, random.Random(self.random.getrandbits(60)), self.broken,
                      lambda: time.time() + self.ahead, read, lambda: self.no_room)

    def start(self, server):
        """Now and then it dies while it starts, and must start after that."""
        if self.random.random() < 0.15:
            server.disk.kill_after(self.random.randrange(1, 25))
            server.begin()
            ready = server.wait_ready()
            server.disk.kill_after(0)
            if ready and server.alive():
                return True
            self.crashed(server, "while starting")
        server.disk.kill_after(0)
        server.begin()
        if not server.wait_ready():
            self.broken(f"it does not start any more:\n{server.log()[-3000:]}")
            return False
        return True

    def crashed(self, server, kind):
        server.process.wait()
        self.counts["crashes"] += 1
        if kind:
            self.counts[kind] += 1
        if self.random.random() < 0.6:
            self.counts["power cuts"] += 1
            strict = self.random.random() < 0.5
            self.story.append("strict power cut" if strict else "power cut")
            server.disk.power_cut(self.random, strict)
        else:
            self.story.append("killed")
            server.disk.adopt()  # killed only: what was written is there

    def verify(self, server, before):
        clients, read = [], set()
        for number in range(CLIENTS):
            client = self.client(f"c{number}", server, read)
            if before:
                old = before[number]
                client.state, client.maybe, client.known = old.state, old.maybe, old.known
                client.wire.authorization = old.wire.authorization
            try:
                client.check()
            except Unanswered as error:
                self.broken(f"c{number}: nothing is wrong with the disk, and yet: {error}")
            clients.append(client)
        return clients

    def whole_check(self, server):
        done = subprocess.run([binary(), "fsck", "--data", str(server.data), "--json", *server.database()],
                              capture_output=True, text=True, check=False,
                              env={**environment(), **server.disk.environment()})
        if done.returncode != 0:
            self.broken(f"fsck ended with {done.returncode}: {done.stdout[-3000:]} {done.stderr[-1000:]}")


def main():
    parser = argparse.ArgumentParser(prog="tests/crash/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--crashes", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--postgres", action="store_true", help="metadata in a private PostgreSQL")
    parser.add_argument("--lying-disk", action="store_true",
                        help="a disk that does not sync when it says so: losses must be found, else this fails")
    parser.add_argument("--keep", action="store_true", help="keep the files, to look at them")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--report", type=int, metavar="N", help="print the counts after each N folders")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="berth-crash."))
    if options.postgres:
        from support.databases import Postgres
        options.postgres = Postgres(scratch)
    campaign = Campaign(options, scratch)
    try:
        violations = campaign.run()
    finally:
        if options.postgres:
            options.postgres.stop()
        if options.keep:
            print(f"kept in {scratch}")
        else:
            subprocess.run(["rm", "-rf", str(scratch)], check=True)
    seconds = time.monotonic() - campaign.began
    if options.lying_disk:
        print("1 passed, 0 failed" if violations else "0 passed, 1 failed: no loss was found")
        return 0 if violations else 1
    if options.json:
        print(json.dumps({"seed": options.seed, "seconds": round(seconds), "violations": violations,
                          **campaign.counts}))
    else:
        print(campaign.summary())
        print(f"{campaign.counts['crashes'] - len(violations)} passed, {len(violations)} failed")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())

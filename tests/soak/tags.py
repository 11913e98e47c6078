"""Are the operations on tags linearizable: put, get, delete and list, by many clients, on few tags?

tests/soak/run [--berth PATH] tags [--seconds N] [--seed N] [--clients N] [--postgres] [--no-kills] [--json]

One repository, some images, few tags. Pages of the tag list, whole ones and short ones, are each a look at all tags of
their range at one moment. A BatchDeleteImage here has one entry: on PostgreSQL those of one call are not one moment.
The server is killed now and then: what had no answer may have been done, or not."""

import argparse
import contextlib
import json
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

from client import Client, Unanswered, Wrong
from oracle import Oracle
from repository import Model
from support.databases import Postgres
from support.server import Server
from support.wire import Wire
from universe import PLAIN, Universe, name_of

REPOSITORY = "tags/app"
TAGS = ["a", "b", "c"]
IMAGES = [name_of(0, number) for number in (0, 1, 2, PLAIN)]  # the last is a list of the first two
ACTIONS = {"put": 5, "put_by_api": 1, "get": 6, "get_by_api": 1, "head": 1, "untag": 2, "delete": 1, "batch": 1,
           "tags": 3, "page": 3, "list": 1}
LIFE_SECONDS = (1.0, 4.0)  # of a server, between kills


class User(threading.Thread):
    def __init__(self, client, random, stop):
        super().__init__(daemon=True)
        self.client, self.random, self.stop, self.wrong = client, random, stop, None

    def run(self):
        weights = list(ACTIONS.values())
        while not self.stop.is_set() and self.wrong is None:
            try:
                getattr(self, self.random.choices(list(ACTIONS), weights)[0])()
            except Unanswered:
                time.sleep(0.02)
            except Wrong as error:
                self.wrong = f"VIOLATION seen by client {self.client.number}: {error}"

    def tag(self):
        return self.random.choice(TAGS)

    def image(self):
        return self.random.choice(IMAGES)

    def put(self):
        self.client.put(REPOSITORY, self.image(), self.tag())

    def put_by_api(self):
        self.client.put_by_api(REPOSITORY, self.image(), self.tag())

    def get(self):
        self.client.get(REPOSITORY, tag=self.tag())

    def get_by_api(self):
        self.client.get_by_api(REPOSITORY, tag=self.tag())

    def head(self):
        self.client.get(REPOSITORY, tag=self.tag(), head=True)

    def untag(self):
        self.client.untag(REPOSITORY, self.tag())

    def delete(self):
        self.client.delete(REPOSITORY, self.image())

    def batch(self):
        self.client.batch_delete(REPOSITORY, [("tag", self.tag())])

    def tags(self):
        self.client.tags(REPOSITORY)

    def page(self):
        self.client.tags(REPOSITORY, self.random.choice(["", *TAGS]), self.random.randrange(1, 3))

    def list(self):
        self.client.list(REPOSITORY)


class Check:
    def __init__(self, options, scratch, postgres):
        self.options, self.random = options, random.Random(options.seed)
        database = ["--db", postgres.fresh()] if postgres else []
        # Nothing ends a promise here, so that a manifest is never refused for want of its layers.
        self.server = Server(scratch / "registry", ["--uploads-lease=1d", "--log-access=false", *database])
        self.universe = Universe(options.seed)
        self.me = options.clients
        self.oracle = Oracle(self.universe, range(options.clients + 1), lambda _: Model(self.universe.image),
                             lambda _: True, lambda _: False, 86400 * 1_000_000_000)
        self.lock = threading.Lock()
        self.calls, self.count, self.unanswered, self.kills = [], 0, 0, 0
        self.wrong = []

    def told(self, call):
        with self.lock:
            self.calls.append(call)

    def client(self, number):
        return Client(number, Wire(self.server), self.universe, self.told, not self.options.no_kills)

    def run(self):
        self.server.init().start()
        mine = self.client(self.me)
        self.prepare(mine)
        stop = threading.Event()
        users = [User(self.client(number), random.Random(f"{self.options.seed} {number}"), stop)
                 for number in range(self.options.clients)]
        for user in users:
            user.start()
        self.judge(mine)
        began = killed = time.monotonic()
        life = self.random.uniform(*LIFE_SECONDS)
        while time.monotonic() - began < self.options.seconds and not self.violations(users):
            time.sleep(0.05)
            self.judge(mine)
            if not self.options.no_kills and time.monotonic() - killed > life:
                self.server.kill()
                self.server.start()
                self.kills += 1
                killed, life = time.monotonic(), self.random.uniform(*LIFE_SECONDS)
        self.seconds = time.monotonic() - began
        stop.set()
        for user in users:
            user.join(70)
        self.look(self.client(self.me))
        self.oracle.timeline.heard.clear()
        self.judge(None)
        self.server.stop()
        return self.violations(users)

    def violations(self, users):
        return [user.wrong for user in users if user.wrong] + self.oracle.violations

    def prepare(self, client):
        client.create(REPOSITORY)
        for image in IMAGES:
            for digest in self.universe.image(image).blobs:
                client.upload(REPOSITORY, digest, "one")
            client.put(REPOSITORY, image)

    def look(self, client):
        for tag in TAGS:
            client.get(REPOSITORY, tag=tag)
        for image in IMAGES:
            client.get(REPOSITORY, image=image)
        client.tags(REPOSITORY)

    def judge(self, idle):
        with self.lock:
            calls, self.calls = self.calls, []
        for call in calls:
            self.count += 1
            self.unanswered += not call.answered
            self.oracle.add(call)
        if idle:
            self.oracle.timeline.heard.pop(idle.number, None)
        self.oracle.advance()


def main():
    parser = argparse.ArgumentParser(prog="tests/soak/run tags", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--postgres", action="store_true", help="metadata in a private PostgreSQL")
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="berth-tags."))
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, scratch)
        postgres = Postgres(scratch) if options.postgres else None
        if postgres:
            cleanup.callback(postgres.stop)
        check = Check(options, scratch, postgres)
        violations = check.run()
    for each in violations[:3]:
        print(each)
    if options.json:
        print(json.dumps({"seed": options.seed, "calls": check.count, "unanswered": check.unanswered,
                          "kills": check.kills, "violations": violations}))
    else:
        print(f"{check.count} calls, {check.count / check.seconds:.0f}/s, {check.unanswered} without an answer, "
              f"{check.kills} kills")
        print("0 passed, 1 failed" if violations else "1 passed, 0 failed")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())

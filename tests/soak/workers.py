"""The processes that the load comes from. Each has some clients, a thread each, and tells what they saw."""

import collections
import multiprocessing
import random
import threading
import time
import traceback

from calls import Call
from client import Client, Wrong
from load import Load
from repository import Op
from universe import Universe

TELL_SECONDS = 0.02
BACKLOG = 5000  # calls not told yet; beyond it the clients wait


class Worker:
    """In its own process. `wire(number)` makes a client's connection."""

    def __init__(self, seed, began, epoch_seconds, batch, wire, pipe, stop):
        self.seed, self.began, self.epoch_seconds, self.batch = seed, began, epoch_seconds, batch
        self.wire, self.pipe, self.stop = wire, pipe, stop
        self.calls, self.actions, self.wrong = collections.deque(), collections.deque(), collections.deque()
        self.statuses = []
        self.universe = Universe(seed)

    def epoch(self):
        return int((time.monotonic() - self.began) / self.epoch_seconds)

    def run(self, numbers):
        threads = [threading.Thread(target=self.client, args=(number,), daemon=True) for number in numbers]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(TELL_SECONDS)
            self.send()
        self.send()
        self.pipe.send(("done", numbers, merged(self.statuses)))

    def client(self, number):
        client = Client(number, self.wire(number), self.universe, lambda call: self.calls.append(packed(call)))
        load = Load(client, random.Random(f"{self.seed} {number}"), self.universe, self.epoch, self.batch)
        try:
            while not self.stop.is_set():
                self.actions.append(load.one())
                while len(self.calls) > BACKLOG and not self.stop.is_set():
                    time.sleep(TELL_SECONDS)
        except Wrong as error:
            self.wrong.append(f"VIOLATION seen by client {number}: {error}")
            self.stop.set()
        except Exception:
            self.wrong.append(f"VIOLATION: client {number} died: {traceback.format_exc()}")
            self.stop.set()
        finally:
            self.statuses.append(client.statuses)

    def send(self):
        calls, actions, wrong = taken(self.calls), taken(self.actions), taken(self.wrong)
        if calls or actions or wrong:
            self.pipe.send(("calls", calls, actions, wrong))


def taken(queue):
    """All that is in it, while others put more into it."""
    return [queue.popleft() for _ in range(len(queue))]


def packed(call):
    op = call.op
    return call.client, call.repository, op.kind, op.args, op.result, call.start, call.end, call.answered


def unpacked(values):
    client, repository, kind, args, result, start, end, answered = values
    return Call(client, repository, Op(kind, args, result), start, end, answered)


def merged(counts):
    found = {}
    for each in counts:
        for key, count in each.items():
            found[key] = found.get(key, 0) + count
    return found


def start(count, processes, **worker):
    """[(process, pipe)] of `count` clients, numbered from 0. `stop`: an Event of multiprocessing."""
    made = []
    for index in range(processes):
        here, there = multiprocessing.Pipe(duplex=False)
        numbers = list(range(index, count, processes))
        process = multiprocessing.Process(target=run, args=(there, numbers, worker), daemon=True)
        process.start()
        there.close()
        made.append((process, here))
    return made


def run(pipe, numbers, worker):
    Worker(pipe=pipe, **worker).run(numbers)

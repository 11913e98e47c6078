"""Is a concurrent history one that a sequential object could have had?

Just-in-time linearization (G. Lowe, "Testing for linearizability", 2017): a state of the object is kept for every way
in which the calls so far can have taken effect, and a call is given its place no sooner than its answer needs it. Calls
are told in the order of time, so a history of any length costs memory only for what is under way.

`step(state, op)` gives the states after `op` with the result it had, in a list: none if it cannot have that result in
`state`, `state` itself if nothing changes. States are hashable and never changed. `op.pure`: it changes nothing in any
state."""


class TooComplex(Exception):
    """So much is under way at once that the ways cannot be counted. Says nothing about the history."""


class Linearizer:
    LIMIT = 200_000  # ways at once

    def __init__(self, initial, step, simplify=None, many=2_000):
        """`simplify(ways)`: when there are many, fewer of them by which every answer is judged as by all."""
        self.step, self.simplify, self.many = step, simplify, many
        self.pending = {}  # id -> op
        self.ways = {(initial, frozenset())}  # (state, ids of what is under way and has had its effect)

    def invoke(self, key, op):
        self.pending[key] = op

    def respond(self, key):
        """False: no way is left, so this answer was wrong, or one of those under way."""
        op = self.pending[key]
        found = set()
        for state, done in self.ways:
            if key in done:
                found.add((state, done - {key}))
            else:
                self._lead_to(key, op, state, done, found)
        del self.pending[key]
        return self._settle(found)

    def give_up(self, key):
        """It has had no answer and never will: it took effect before now or never."""
        op = self.pending[key]
        found = set()
        for state, done in self.ways:
            if key in done:
                found.add((state, done - {key}))
            else:
                found.add((state, done))
                self._lead_to(key, op, state, done, found)
        del self.pending[key]
        return self._settle(found)

    def states(self):
        return {state for state, _ in self.ways}

    def _settle(self, found):
        if self.simplify and len(found) > self.many:
            found = self.simplify(found)
        if len(found) > self.LIMIT:
            raise TooComplex(f"{len(found)} ways, {len(self.pending)} calls under way")
        self.ways = found
        return bool(found)

    # Adds to `found` every way from (state, done) in which op `key` takes effect, and no call after it.
    def _lead_to(self, key, op, state, done, found):
        todo, seen = [(state, done)], {(state, done)}
        while todo:
            state, done = todo.pop()
            # What only looks, and sees what it saw, may as well have looked now: nothing is lost by that.
            done = self._looked(state, done)
            if key in done:
                found.add((state, done - {key}))
                continue
            for after in self.step(state, op):
                found.add((after, done))
            for other, each in self.pending.items():
                if other == key or other in done:
                    continue
                with_it = done | {other}
                for after in self.step(state, each):
                    if (after, with_it) not in seen:
                        seen.add((after, with_it))
                        todo.append((after, with_it))
            if len(seen) > self.LIMIT:
                raise TooComplex(f"{len(seen)} ways, {len(self.pending)} calls under way")

    def _looked(self, state, done):
        looked = [key for key, op in self.pending.items()
                  if op.pure and key not in done and any(after is state for after in self.step(state, op))]
        return done.union(looked) if looked else done


def check(initial, step, calls, **simpler):
    """Of a whole history: `calls` are (op, start, end), end None: no answer. The op that has no place, or None."""
    events = []
    for key, (op, start, end) in enumerate(calls):
        events.append((start, 0, key))
        events.append((float("inf") if end is None else end, 1, key))
    checker = Linearizer(initial, step, **simpler)
    for _, kind, key in sorted(events):
        op, _, end = calls[key]
        if kind == 0:
            checker.invoke(key, op)
        elif not (checker.give_up(key) if end is None else checker.respond(key)):
            return op
    return None

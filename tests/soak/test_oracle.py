"""The judges judged: histories that are right, some that are wrong, and small ones at random against all orders."""

import itertools
import random

import pytest

from calls import Call, Timeline
from linear import Linearizer, check
from oracle import Oracle
from repository import ABSENT, EMPTY, Model, Op, uncovered
from universe import PLAIN, Universe, name_of

UNIVERSE = Universe(1)
MODEL = Model(UNIVERSE.image)
A, B, LIST = name_of(0, 0), name_of(0, 1), name_of(0, PLAIN)  # LIST is an index of A and B
NOTE = name_of(0, 20)  # an artifact about A


def put(image, tag=None, result="ok"):
    return Op("put", (image, tag), result)


def get(tag, image=None):
    return Op("get_tag", (tag,), ("image", image) if image else "absent")


def untag(tag, result="ok"):
    return Op("untag", (tag,), result)


def delete(image, result="ok"):
    return Op("delete", (image,), result)


def tags(*found, last="", limit=1000):
    return Op("tags", (last, limit), found)


def listed(*found):
    return Op("list", (), frozenset(found))


def batch(ids, deleted, failed=()):
    return Op("batch_delete", tuple(ids), (frozenset(deleted), frozenset(failed)))


RIGHT = {
    "one after the other": [(put(A, "t"), 0, 1), (get("t", A), 2, 3), (untag("t"), 4, 5), (get("t"), 6, 7)],
    "a read beside a write sees the old": [(put(A, "t"), 0, 1), (put(B, "t"), 2, 9), (get("t", A), 3, 4)],
    "a read beside a write sees the new": [(put(A, "t"), 0, 1), (put(B, "t"), 2, 9), (get("t", B), 3, 4)],
    "first the old, then the new": [(put(A, "t"), 0, 1), (put(B, "t"), 2, 9), (get("t", A), 3, 4), (get("t", B), 5, 6)],
    "one of two untags": [(put(A, "t"), 0, 1), (untag("t"), 2, 5), (untag("t", "absent"), 3, 4)],
    "no answer, done": [(put(A, "t"), 0, None), (get("t", A), 5, 6)],
    "no answer, not done": [(put(A, "t"), 0, None), (get("t"), 5, 6)],
    "no answer, done late": [(put(A, "t"), 0, None), (get("t"), 5, 6), (get("t", A), 7, 8)],
    "a push again after a deletion": [(put(A, "t"), 0, 1), (delete(A), 2, 3), (put(A), 4, 5), (get("t"), 6, 7)],
    "a list beside two puts": [(put(A, "a"), 0, 9), (put(B, "b"), 1, 8), (tags("b"), 2, 3), (tags("a", "b"), 4, 5)],
    "pages": [(put(A, "a"), 0, 1), (put(A, "b"), 2, 3), (tags("a", limit=1), 4, 5),
              (tags("b", last="a", limit=1), 6, 7)],
    "a batch": [(put(A, "a"), 0, 1), (put(A, "b"), 2, 3),
                (batch([("tag", "a"), ("image", B)], [(A, "a")], [(("image", B), "ImageNotFound")]), 4, 5)],
    "members after their list, in any order": [
        (put(A), 0, 1), (put(B), 2, 3), (put(LIST), 4, 5), (delete(A, "held"), 6, 7),
        (batch([("image", A), ("image", LIST)], [(A, None), (LIST, None)]), 8, 9)],
    "a member before its list": [
        (put(A), 0, 1), (put(B), 2, 3), (put(LIST), 4, 5),
        (batch([("image", A)], [], [(("image", A), "ImageReferencedByManifestList")]), 6, 7)],
    "a list of which a member is not there": [(put(A), 0, 1), (put(LIST, None, "no_children"), 2, 3)],
    "referrers": [(put(A), 0, 1), (put(NOTE), 2, 3), (Op("referrers", (A,), frozenset([NOTE])), 4, 5)],
    "the same twice by the API": [(put(A, "t", "changed"), 0, 1), (put(A, "t", "same"), 2, 3)],
}
WRONG = {
    "a read of the old after the write": [(put(A, "t"), 0, 1), (put(B, "t"), 2, 3), (get("t", A), 4, 5)],
    "first the new, then the old": [(put(A, "t"), 0, 1), (put(B, "t"), 2, 9), (get("t", B), 3, 4), (get("t", A), 5, 6)],
    "what nobody put": [(put(A, "t"), 0, 1), (get("t", B), 2, 3)],
    "a lost put": [(put(A, "t"), 0, 1), (get("t"), 2, 3)],
    "an untag that comes back": [(put(A, "t"), 0, 1), (untag("t"), 2, 3), (get("t", A), 4, 5)],
    "both untag it": [(put(A, "t"), 0, 1), (untag("t"), 2, 5), (untag("t"), 3, 4)],
    "an untag and a deletion both have the tag": [
        (put(A, "t"), 0, 1), (untag("t"), 2, 5), (batch([("image", A)], [(A, "t")]), 3, 4)],
    "no answer, undone": [(put(A, "t"), 0, None), (get("t", A), 5, 6), (get("t"), 7, 8)],
    "a deleted image": [(put(A), 0, 1), (delete(A), 2, 3), (Op("get_image", (A,), "active"), 4, 5)],
    "a tag of a deleted image": [(put(A, "t"), 0, 1), (delete(A), 2, 3), (get("t", A), 4, 5)],
    "an image that was not deleted": [(put(A), 0, 1), (Op("get_image", (A,), "absent"), 2, 3)],
    "lists that disagree": [(put(A, "a"), 0, 9), (put(B, "b"), 1, 8), (tags("b"), 2, 3), (tags("a"), 4, 5)],
    "a list without a tag": [(put(A, "a"), 0, 1), (put(A, "b"), 2, 3), (tags("b"), 4, 5)],
    "a list with a tag of nobody": [(put(A, "a"), 0, 1), (tags("a", "b"), 2, 3)],
    "a page that skips": [(put(A, "a"), 0, 1), (put(A, "b"), 2, 3), (tags("b", limit=1), 4, 5)],
    "a list of two moments": [(put(A, "t"), 0, 1), (batch([("image", A)], [(A, "t")]), 2, 3), (put(B, "t"), 4, 5),
                              (listed((A, "t"), (B, None)), 6, 7)],
    "a list with a tag less": [(put(A, "a"), 0, 1), (put(A, "b"), 2, 3), (listed((A, "a")), 4, 5)],
    "a batch takes a member before its list": [
        (put(A), 0, 1), (put(B), 2, 3), (put(LIST), 4, 5), (batch([("image", A)], [(A, None)]), 6, 7)],
    "a member goes before its list": [(put(A), 0, 1), (put(B), 2, 3), (put(LIST), 4, 5), (delete(A), 6, 7)],
    "a lost referrer": [(put(A), 0, 1), (put(NOTE), 2, 3), (Op("referrers", (A,), frozenset()), 4, 5)],
    "archived by nobody": [(put(A), 0, 1), (Op("get_image", (A,), "archived"), 2, 3)],
}


def judged(history, model=MODEL):
    return check(EMPTY, model.step, history)


@pytest.mark.parametrize("name", RIGHT)
def test_right(name):
    assert judged(RIGHT[name]) is None


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name):
    assert judged(WRONG[name]) is not None


def by_all_orders(history):
    """Slow and simple. What has no answer may be left out."""
    unanswered = [at for at, call in enumerate(history) if call[2] is None]
    for count in range(len(unanswered) + 1):
        for out in itertools.combinations(unanswered, count):
            kept = [call for at, call in enumerate(history) if at not in out]
            if any(possible(order) for order in itertools.permutations(kept)):
                return True
    return False


def possible(order):
    for at, (_, start, _) in enumerate(order):
        if any(end is not None and end < start for _, _, end in order[at + 1:]):
            return False
    states = [EMPTY]
    for op, _, _ in order:
        states = [after for state in states for after in MODEL.step(state, op)]
    return bool(states)


def any_op(choice):
    tag, image = choice.choice("ab"), choice.choice([A, B])
    return choice.choice([
        put(image, tag), put(image, tag), put(image, None), untag(tag), untag(tag, "absent"), delete(image),
        delete(image, "absent"), get(tag), get(tag, image), tags(*sorted(choice.sample("ab", choice.randrange(3)))),
        batch([("tag", tag)], [(image, tag)])])


def test_as_all_orders_say():
    choice, outcomes = random.Random(7), set()
    for _ in range(1500):
        history = []
        for _ in range(choice.randrange(2, 6)):
            start = choice.uniform(0, 10)
            op = any_op(choice)
            if choice.random() < 0.2 and not op.pure:
                history.append((Op(op.kind, op.args, None), start, None))
            else:
                history.append((op, start, start + choice.uniform(0, 5)))
        expected = by_all_orders(history)
        assert (judged(history) is None) == expected, history
        outcomes.add(expected)
    assert outcomes == {True, False}


def test_what_is_covered_is_not_missed():
    """With an archive, where an image is active or being restored and only a look decides."""
    model, choice, outcomes, simpler = Model(UNIVERSE.image, archives=True), random.Random(7), set(), []

    def simplify(ways):
        simpler.append(len(ways) - len(uncovered(ways)))
        return uncovered(ways)

    for _ in range(4000):
        history = []
        for _ in range(choice.randrange(3, 9)):
            image, start = choice.choice([A, B]), choice.uniform(0, 10)
            op = choice.choice([
                put(image, choice.choice("ab")), put(image, None), Op("storage", (image, "ARCHIVE"), "ARCHIVED"),
                Op("storage", (image, "ACTIVE"), choice.choice(["ACTIVE", "ACTIVATING"])),
                Op("get_image", (image,), choice.choice(["active", "activating", "archived", "absent"])),
                delete(image)])
            unanswered = choice.random() < 0.2 and not op.pure
            history.append((Op(op.kind, op.args, None), start, None) if unanswered else
                           (op, start, start + choice.uniform(0, 5)))
        expected = check(EMPTY, model.step, history)
        assert check(EMPTY, model.step, history, simplify=simplify, many=0) == expected, history
        outcomes.add(expected is None)
    assert outcomes == {True, False}
    assert sum(simpler) > 100


def test_what_died_has_no_effect_later():
    checker = Linearizer(EMPTY, MODEL.step)
    checker.invoke(1, put(A, "t", None))
    assert checker.give_up(1)  # the server is dead
    for key, op in ((2, get("t")), (3, get("t", A))):
        checker.invoke(key, op)
        assert checker.respond(key) == (key == 2)
    checker = Linearizer(EMPTY, MODEL.step)
    checker.invoke(1, put(A, "t", None))
    assert checker.give_up(1)
    checker.invoke(2, get("t", A))
    assert checker.respond(2)


def test_whole_repositories():
    create, drop = Op("create", (), "ok"), Op("drop", (), "ok")
    gone = Op("get_tag", ("t",), "no_repository")
    assert check(ABSENT, MODEL.step, [(create, 0, 1), (put(A, "t"), 2, 3), (drop, 4, 5), (gone, 6, 7), (create, 8, 9),
                                      (get("t"), 10, 11)]) is None
    assert check(ABSENT, MODEL.step, [(create, 0, 1), (gone, 2, 3)]) is gone
    again = get("t", A)
    assert check(ABSENT, MODEL.step, [(create, 0, 1), (put(A, "t"), 2, 3), (drop, 4, 5), (create, 8, 9),
                                      (again, 10, 11)]) is again


def test_what_a_policy_may_delete():
    model = Model(UNIVERSE.image, expires=lambda image, tags: not tags)
    tagged, untagged = [(put(A, "t"), 0, 1)], [(put(A, "t"), 0, 1), (untag("t"), 2, 3)]
    gone, there = (Op("get_image", (A,), "absent"), 4, 5), (Op("get_image", (A,), "active"), 6, 7)
    assert judged([*tagged, gone], model) is gone[0]
    assert judged([*untagged, gone], model) is None
    assert judged([*untagged, gone, there], model) is there[0]  # it does not come back


def test_what_a_policy_deleted_may_be_pushed_again():
    model = Model(UNIVERSE.image, expires=lambda image, tags: True)
    again = [(put(A, "s"), 0, 1), (put(A, "t"), 2, 3)]
    assert judged([*again, (listed((A, "s"), (A, "t")), 4, 5)], model) is None
    assert judged([*again, (listed((A, "t")), 4, 5)], model) is None
    wrong = listed((A, "s"))
    assert judged([*again, (wrong, 4, 5)], model) is wrong


def test_the_archive():
    model = Model(UNIVERSE.image, archives=True)

    def storage(target, status):
        return Op("storage", (A, target), status)

    def image(seen):
        return Op("get_image", (A,), seen)
    archived = [(put(A, "t"), 0, 1), (storage("ARCHIVE", "ARCHIVED"), 2, 3)]
    assert judged([*archived, (image("archived"), 4, 5), (tags(), 6, 7), (storage("STANDARD", "ACTIVATING"), 8, 9),
                   (image("activating"), 10, 11), (image("active"), 12, 13)], model) is None
    for seen in ("active", "absent", "activating"):
        wrong = image(seen)
        assert judged([*archived, (wrong, 4, 5)], model) is wrong
    back = image("activating")
    assert judged([*archived, (put(A), 4, 5), (image("active"), 6, 7), (back, 8, 9)], model) is back


# promises about layers

LEASE = 1000
LAYER = UNIVERSE.image(A).blobs[1]


def story(*calls, holds=True):
    """`calls`: (kind, args, result, start, end) in the repository "app". The violations."""
    oracle = Oracle(UNIVERSE, range(len(calls) + 1), lambda _: MODEL, lambda _: holds, lambda _: False, LEASE)
    for number, (kind, args, result, start, end) in enumerate([("create", (), "ok", 1, 2), *calls]):
        oracle.add(Call(number, "app", Op(kind, args, result), start, end))
    oracle.timeline.heard.clear()
    oracle.advance()
    return oracle.violations


UPLOAD = ("blob_put", (LAYER,), "ok", 10, 20)
HEAD = ("blob_head", (LAYER,), "ok", 10, 20)
REFUSED = ("put", (A, None), ("no_blobs", (LAYER,)))
GONE = ("blob_head", (LAYER,), "gone")


@pytest.mark.parametrize("shown", [UPLOAD, HEAD])
def test_a_promise_holds_for_the_lease(shown):
    assert "which was promised" in story(shown, (*REFUSED, 30, 40))[0]
    assert "must be" in story(shown, (*GONE, 30, 40))[0]
    assert not story(shown, (*REFUSED, 1000, 1011))  # the lease is counted from the beginning of the call


def test_a_promise_that_ran_out_begins_anew():
    again = ("blob_put", (LAYER,), "ok", 5000, 5100)
    assert not story(UPLOAD, again, (*GONE, 5050, 5101))
    assert story(UPLOAD, again, (*GONE, 5101, 5102))


def test_who_takes_it_away_ends_a_promise():
    for taken in (("blob_delete", (LAYER,), "ok"), ("drop", (), "ok")):
        assert not story(UPLOAD, (*taken, 25, 45), (*GONE, 30, 40))
        assert story(UPLOAD, (*taken, 5, 9), (*GONE, 30, 40))
    assert "was taken away" in story(UPLOAD, ("blob_delete", (LAYER,), "ok", 25, 28),
                                     ("blob_head", (LAYER,), "ok", 30, 40))[0]
    assert not story(("blob_delete", (LAYER,), "ok", 10, 21), UPLOAD, ("blob_head", (LAYER,), "ok", 30, 40))
    assert not story(("blob_delete", (LAYER,), "ok", 4, 5), ("blob_put", (LAYER,), "ok", 6, 50),
                     ("blob_head", (LAYER,), "ok", 30, 40))


def test_an_image_holds_its_layers():
    late = (5000, 5001)
    assert "must be" in story(("put", (A, None), "ok", 10, 20), (*GONE, *late))[0]
    assert not story(("put", (A, None), "ok", 10, 20), ("delete", (A,), "ok", 30, 40), (*GONE, *late))
    assert not story(("put", (A, None), "ok", 10, 20), ("delete", (A,), "ok", 30, 6000), (*GONE, *late))
    assert not story(("put", (A, None), "ok", 10, 20), (*GONE, *late), holds=False)


def test_time_goes_on_only_as_far_as_all_were_heard():
    line = Timeline([1, 2])
    line.add(Call(1, "app", get("t"), 10, 20))
    assert not list(line.ready())
    line.add(Call(2, "app", get("t"), 5, 15))
    assert [(ended, call.client) for ended, call in line.ready()] == [(False, 2), (False, 1)]
    line.leave(2)
    line.add(Call(1, "app", get("t"), 30, 40))
    assert [(ended, call.client, call.start) for ended, call in line.ready()] == [
        (True, 2, 5), (True, 1, 10), (False, 1, 30)]

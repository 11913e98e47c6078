"""A repository as it would be if calls came one after the other: the specification that histories are checked against.

An image is ACTIVE, FRESH (being restored, or active already: a look decides), or ARCHIVED. In a repository with a
lifecycle policy, images that the policy selects may go at any moment: they stay here until a look finds them gone."""

from collections import defaultdict
from dataclasses import dataclass

ACTIVE, FRESH, ARCHIVED = "active", "fresh", "archived"
OF_A_STATUS = {"active": (ACTIVE, FRESH), "activating": (FRESH,), "archived": (ARCHIVED,)}
READS = {"get_tag", "get_image", "tags", "list", "referrers", "there"}
CHANGES = {"ok", "changed"}


@dataclass(frozen=True, slots=True)
class Op:
    """`result`: None, it had no answer. Results: see the methods of Model; "no_repository" is one of each."""
    kind: str
    args: tuple
    result: object

    @property
    def pure(self):
        if self.kind in READS:
            return True
        return self.result is not None and self.result not in CHANGES and self.kind not in ("batch_delete", "storage")


class State:
    __slots__ = ("exists", "images", "tags", "_hash")

    def __init__(self, exists, images, tags):
        self.exists, self.images, self.tags, self._hash = exists, images, tags, None

    def __hash__(self):
        if self._hash is None:
            self._hash = hash((self.exists, frozenset(self.images.items()), frozenset(self.tags.items())))
        return self._hash

    def __eq__(self, other):
        return (self.exists, self.images, self.tags) == (other.exists, other.images, other.tags)

    def tags_of(self, image):
        return [tag for tag, target in self.tags.items() if target == image]

    def with_image(self, image, status):
        if self.images.get(image) == status:
            return self
        return State(True, {**self.images, image: status}, self.tags)

    def with_tag(self, tag, image):
        if self.tags.get(tag) == image:
            return self
        return State(True, self.images, {**self.tags, tag: image})

    def without_tag(self, tag):
        return State(True, self.images, {each: image for each, image in self.tags.items() if each != tag})

    def without_image(self, image):
        return State(True, {each: status for each, status in self.images.items() if each != image},
                     {tag: target for tag, target in self.tags.items() if target != image})


ABSENT = State(False, {}, {})
EMPTY = State(True, {}, {})


def uncovered(ways):
    """Without those that another way covers: all that can be seen of an ACTIVE image can be seen of a FRESH one."""
    alike = defaultdict(list)
    for state, done in ways:
        fresh = {image for image, status in state.images.items() if status == FRESH}
        settled = frozenset((image, ACTIVE if image in fresh else status) for image, status in state.images.items())
        alike[state.exists, settled, frozenset(state.tags.items()), done].append((fresh, state))
    found = set()
    for (*_, done), states in alike.items():
        most = []
        for fresh, state in sorted(states, key=lambda each: -len(each[0])):
            if not any(fresh <= other for other in most):
                most.append(fresh)
                found.add((state, done))
    return found


class Model:
    """`image(name)`: an universe.Image. `expires(name, tags)`: may the policy delete an image with these tags?
    `archives`: there is an archive, from which pushed images may have to come back first."""

    def __init__(self, image, expires=None, archives=False):
        self.image, self.expires, self.archives = image, expires, archives

    def step(self, state, op):
        if op.kind == "create":
            return self.create(state, op.result)
        if op.result == "no_repository":
            return [] if state.exists else [state]
        if op.result == "gone":  # the answer to HEAD does not say what there is not
            return [state] if not state.exists else getattr(self, op.kind)(state, op.result, *op.args)
        if not state.exists:
            return []
        return getattr(self, op.kind)(state, op.result, *op.args)

    # whole repositories

    def create(self, state, result):
        if result == "exists":
            return [state] if state.exists else []
        return [] if state.exists else [EMPTY]

    def drop(self, _, result):
        return [ABSENT]

    def there(self, state, _):
        return [state]

    # looking

    def look(self, state, image, seen):
        """What follows from an image having been `seen` active, activating, archived, absent or gone (not active)."""
        status = state.images.get(image)
        if seen in ("absent", "gone"):
            if status is None or (seen == "gone" and status != ACTIVE):
                return [state]
            return [state.without_image(image)] if self.may_expire(state, image) else []
        if status not in OF_A_STATUS[seen]:
            return []
        return [state.with_image(image, ACTIVE)] if seen == "active" else [state]

    def may_expire(self, state, image):
        return self.expires is not None and self.expires(image, state.tags_of(image))

    def get_image(self, state, seen, image):
        return self.look(state, image, seen)

    def get_tag(self, state, seen, tag):
        """`seen`: as above, or ("image", name)."""
        image = state.tags.get(tag)
        if isinstance(seen, tuple):
            return self.look(state, image, "active") if image == seen[1] else []
        if image is None:
            return [state] if seen in ("absent", "gone") else []
        return self.look(state, image, seen)

    def tags(self, state, seen, last, limit):
        """`seen`: the page after `last`, of at most `limit` tags, read at one moment."""
        bound = seen[-1] if len(seen) == limit else None
        listed = set(seen)
        if not listed <= state.tags.keys():
            return []
        for tag, image in state.tags.items():
            if tag <= last or (bound is not None and tag > bound):
                continue
            state = self.listed(state, image, tag in listed)
            if state is None:
                return []
        return [state]

    def list(self, state, seen):
        """`seen`: {(image, tag or None)} of all active images, read at one moment."""
        shown = {}
        for image, tag in seen:
            shown.setdefault(image, set()).update([] if tag is None else [tag])
        if not shown.keys() <= state.images.keys():
            return []
        for image in list(state.images):
            if image in shown and shown[image] != set(state.tags_of(image)):
                return []
            state = self.listed(state, image, image in shown)
            if state is None:
                return []
        return [state]

    def referrers(self, state, seen, subject):
        for image in list(state.images):
            if self.image(image).subject != subject:
                continue
            state = self.listed(state, image, image in seen)
            if state is None:
                return []
        return [state] if seen <= state.images.keys() else []

    def listed(self, state, image, is_listed):
        """A list of active images shows it or does not."""
        status = state.images.get(image)
        if is_listed:
            found = self.look(state, image, "active")
        elif status != ACTIVE:
            return state
        else:
            found = self.look(state, image, "absent")
        return found[0] if found else None

    # changing

    def put(self, state, result, image, tag):
        """ok; changed (ok, and it was not there like that); same (it was, and nothing is changed); no_children;
        ("no_blobs", digests)."""
        found = self.put_into(state, result, image, tag)
        if image in state.images and self.may_expire(state, image):  # and is made anew
            found += self.put_into(state.without_image(image), result, image, tag)
        return found

    def put_into(self, state, result, image, tag):
        if result == "same":
            return [] if tag is not None and state.tags.get(tag) != image else self.look(state, image, "active")
        if isinstance(result, tuple):
            return self.look(state, image, "absent")
        missing = any(child not in state.images for child in self.image(image).children)
        if result == "no_children":
            return self.look(state, image, "absent") if missing else []
        status = state.images.get(image)
        if status is None and missing:
            return []
        if status == ARCHIVED or (status is None and self.archives):
            after = state.with_image(image, FRESH)
        else:
            after = state.with_image(image, status or ACTIVE)
        if tag is not None:
            after = after.with_tag(tag, image)
        return [] if result == "changed" and after is state and status != FRESH else [after]

    def untag(self, state, result, tag):
        image = state.tags.get(tag)
        if result == "absent":
            return [state] if image is None else self.look(state, image, "absent")
        return [] if image is None else [state.without_tag(tag)]

    def delete(self, state, result, image):
        held = self.held(state, image)
        if result == "held":
            return [state] if held else []
        if result == "absent":
            return self.look(state, image, "absent")
        return [] if held or image not in state.images else [state.without_image(image)]

    def held(self, state, image):
        return any(image in self.image(each).children for each in state.images)

    def batch_delete(self, state, result, *ids):
        """`ids`: ("tag", tag) or ("image", image). `result`: (deleted {(image, tag or None)}, failed {(id, code)})."""
        failed = dict(result[1]) if result else {}
        deleted, todo, held = set(), list(ids), []
        absent = set()
        while todo:
            before, held = len(deleted), []
            for each in todo:
                kind, value = each
                image = state.tags.get(value) if kind == "tag" else value
                if image not in state.images:
                    absent.add(each)
                elif failed.get(each) == "ImageNotFound" and self.may_expire(state, image):
                    state = state.without_image(image)
                    absent.add(each)
                elif kind == "tag" and len(state.tags_of(image)) > 1:
                    deleted.add((image, value))
                    state = state.without_tag(value)
                elif self.held(state, image):
                    held.append(each)
                else:
                    deleted.update((image, tag) for tag in state.tags_of(image) or [None])
                    state = state.without_image(image)
            todo = held if len(deleted) > before else []
        if result is None:
            return [state]
        expected = {each: "ImageNotFound" for each in absent} | {
            each: "ImageReferencedByManifestList" for each in held}
        return [state] if deleted == result[0] and expected == failed else []

    def storage(self, state, result, image, target):
        """`result`: the status that it has now, or absent."""
        status = state.images.get(image)
        if result == "absent":
            return self.look(state, image, "absent")
        if status is None:
            return []
        if target == "ARCHIVE":
            return [state.with_image(image, ARCHIVED)] if result in ("ARCHIVED", None) else []
        if result == "ACTIVE":
            return [state.with_image(image, ACTIVE)]
        if result == "ACTIVATING":
            return [state.with_image(image, FRESH)] if status != ACTIVE else []
        return [state.with_image(image, FRESH)] if result is None else []

"""What the users of a registry do, all of them at once, as fast as it answers."""

import json
import time

from universe import IMAGES, PLAIN, epoch_of, name_of, number_of

KEEPS = 9  # images of an epoch that a lifecycle policy only takes when they have no tag
REPOSITORIES = {"plain": 4, "hot": 1, "lifecycle": 2, "archive": 2, "doomed": 2}
NAMES = [f"soak/{role}{number}" for role, count in REPOSITORIES.items() for number in range(count)]
ACTIONS = {"push": 8, "pull": 8, "retag": 3, "untag": 2, "delete": 2, "batch_delete": 2, "head": 2, "list_tags": 2,
           "list_images": 2, "list_referrers": 1, "forget_layer": 1}
MORE = {"hot": {"retag": 6, "untag": 3, "pull": 4, "list_tags": 4, "list_referrers": 0, "forget_layer": 0},
        "lifecycle": {"policy": 1, "list_referrers": 0},
        "archive": {"archive": 4, "restore": 3, "list_referrers": 0},
        "doomed": {"drop": 1, "create": 1}}


def role_of(repository):
    return repository.split("/")[1].rstrip("0123456789")


def expires(image, tags):
    return number_of(image) >= KEEPS or not tags


def holds(repository):
    """Do images there stay active until somebody deletes them?"""
    return role_of(repository) not in ("lifecycle", "archive")


def hides(repository):
    """May layers be hidden because archived images hold them?"""
    return role_of(repository) == "archive"


def policy(kept):
    """Newest images with a `tmp-` tag, and without one, that stay."""
    def rule(priority, count, **selection):
        return {"rulePriority": priority, "action": {"type": "expire"},
                "selection": {**selection, "countType": "imageCountMoreThan", "countNumber": count}}
    return json.dumps({"rules": [rule(1, kept, tagStatus="tagged", tagPatternList=["tmp-*"]),
                                 rule(2, kept, tagStatus="untagged")]})


class Load:
    """`epoch()`: the present one. `batch`: the most entries of a BatchDeleteImage beside which others work."""

    def __init__(self, client, random, universe, epoch, batch):
        self.client, self.random, self.universe, self.epoch, self.batch = client, random, universe, epoch, batch
        self.actions = {}
        for role in REPOSITORIES:
            weights = ACTIONS | MORE.get(role, {})
            self.actions[role] = (list(weights), list(weights.values()))

    def one(self):
        repository = self.random.choice(NAMES)
        role = role_of(repository)
        action = self.random.choices(*self.actions[role])[0]
        began = time.monotonic()
        if getattr(self, action)(repository, role) == "no_repository":
            self.client.create(repository)
        return action, time.monotonic() - began

    # choices

    def image(self, role):
        if role == "hot":
            return name_of(0, self.random.randrange(4))
        count = PLAIN if role in ("lifecycle", "archive") else IMAGES
        return name_of(max(0, self.epoch() - (self.random.random() < 0.2)), self.random.randrange(count))

    def tag(self, role, image=None):
        if role == "hot":
            return f"h{self.random.randrange(3)}"
        if role != "lifecycle":
            return f"t{self.random.randrange(8)}"
        keeps = number_of(image) < KEEPS if image else self.random.random() < 0.5
        return f"keep-{self.random.randrange(4)}" if keeps else f"tmp-{self.random.randrange(8)}"

    # what they do

    def push(self, repository, role, image=None, tagged=0.8):
        image = image or self.image(role)
        made = self.universe.image(image)
        for child in made.children:
            if self.push(repository, role, child, tagged=0.2) == "no_repository":
                return "no_repository"
        for digest in made.blobs:
            result = self.bring(repository, digest)
            if result != "ok":
                return result
        return self.put(repository, image, self.tag(role, image) if self.random.random() < tagged else None)

    def bring(self, repository, digest):
        """As docker does: only what is not there. Some do not ask."""
        if self.random.random() < 0.7 and self.client.has_layer(repository, digest) == "ok":
            return "ok"
        how = self.random.choice(["one", "put", "chunks", "mount", "api"])
        if how == "api":
            return self.client.upload_by_api(repository, digest)
        if how != "mount":
            return self.client.upload(repository, digest, how)
        source = self.random.choice([None, *NAMES])
        result = self.client.mount(repository, digest, source)
        if result.startswith("/"):
            result = self.client.finish(repository, digest, result, self.universe.bytes_of(digest), False)
        return result

    def put(self, repository, image, tag):
        by = self.client.put_by_api if self.random.random() < 0.2 else self.client.put
        return by(repository, image, tag)

    def pull(self, repository, role):
        get = self.client.get_by_api if self.random.random() < 0.2 else self.client.get
        image = self.image(role)
        if self.random.random() < 0.6:
            seen = get(repository, tag=self.tag(role))
            if not isinstance(seen, tuple):
                return seen
            image = seen[1]
        else:
            seen = get(repository, image=image)
            if seen != "active":
                return seen
        made = self.universe.image(image)
        for child in made.children:
            self.client.get(repository, image=child)
        for digest in made.blobs:
            span = None
            if self.random.random() < 0.1:
                size = len(self.universe.bytes_of(digest))
                first = self.random.randrange(size)
                span = (first, self.random.randrange(first, size))
            self.client.get_layer(repository, digest, span)
        return "ok"

    def retag(self, repository, role):
        image = self.image(role)
        return self.put(repository, image, self.tag(role, image))

    def untag(self, repository, role):
        return self.client.untag(repository, self.tag(role))

    def delete(self, repository, role):
        return self.client.delete(repository, self.image(role))

    def batch_delete(self, repository, role):
        ids = {("tag", self.tag(role)) if self.random.random() < 0.5 else ("image", self.image(role))
               for _ in range(self.random.randint(1, self.batch))}
        return self.client.batch_delete(repository, sorted(ids))

    def head(self, repository, role):
        if self.random.random() < 0.5:
            return self.client.get(repository, tag=self.tag(role), head=True)
        return self.client.get(repository, image=self.image(role), head=True)

    def list_tags(self, repository, role):
        if self.random.random() < 0.5:
            return self.client.tags(repository)
        return self.client.tags(repository, self.tag(role), self.random.randrange(1, 4))

    def list_images(self, repository, role):
        """And deletes what is of old epochs, so that there is garbage."""
        listed = self.client.list(repository)
        if listed == "no_repository":
            return listed
        if role == "hot":
            return "ok"
        old = sorted({image for image, _ in listed if epoch_of(image) < self.epoch() - 1})
        return self.client.batch_delete(repository, [("image", image) for image in old[:40]]) if old else "ok"

    def list_referrers(self, repository, _):
        epoch = max(0, self.epoch() - (self.random.random() < 0.2))
        return self.client.referrers(repository, name_of(epoch, self.random.choice((0, 1, 4))))

    def forget_layer(self, repository, role):
        blobs = self.universe.image(self.image(role)).blobs
        return self.client.delete_layer(repository, self.random.choice(blobs)) if blobs else "ok"

    def policy(self, repository, _):
        return self.client.put_policy(repository, policy(self.random.choice((2, 3))))

    def archive(self, repository, role):
        return self.client.storage(repository, self.image(role), "ARCHIVE")

    def restore(self, repository, role):
        return self.client.storage(repository, self.image(role), "STANDARD")

    def drop(self, repository, _):
        return self.client.drop(repository)

    def create(self, repository, _):
        return self.client.create(repository)

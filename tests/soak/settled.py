"""What must be true when the load has ended and everything that goes on by itself has come to rest."""

import json
import time

import load
from support.server import berth
from universe import IMAGES, epoch_of, name_of

REST_SECONDS = 90
KEPT = 3  # the most images that any of the lifecycle policies keeps of a kind


def check(soak):
    wait_for_rest(soak)
    look_at_all(soak)
    soak.judge_all()


def wait_for_rest(soak):
    deadline = time.monotonic() + REST_SECONDS
    while unrest := [each for name in load.NAMES for each in unrest_in(soak, name)]:
        if time.monotonic() > deadline:
            soak.wrong.append(f"VIOLATION: {REST_SECONDS} s after the load: {'; '.join(unrest)}")
            return
        time.sleep(0.5)


def unrest_in(soak, name):
    def images(**selection):
        reply = soak.client.wire.ecr("DescribeImages", {
            "repositoryName": name, "filter": selection, "maxResults": 1000})
        return reply.json().get("imageDetails", [])
    if waiting := images(imageStatus="ACTIVATING"):
        yield f"{len(waiting)} images of {name} are not back from the archive"
    if load.role_of(name) == "lifecycle":
        untagged = images(tagStatus="UNTAGGED")
        tmp = [each for each in images(tagStatus="TAGGED") if each["imageTags"][0].startswith("tmp-")]
        if len(untagged) > KEPT or len(tmp) > KEPT:
            yield f"{len(untagged)} untagged images and {len(tmp)} tmp- images of {name} are still there"


def look_at_all(soak):
    """Every image that may be there, by every way to ask for it, and every byte of it."""
    client = soak.client
    for name in load.NAMES:
        role = load.role_of(name)
        listed = client.list(name)
        if listed == "no_repository":
            continue
        client.tags(name)
        client.tags(name, "", 2)
        epochs = {epoch_of(image) for image, _ in listed}  # and those of what is archived
        epochs.update(epoch_of(image) for state in soak.oracle.states(name) for image in state.images)
        epochs.add(max(epochs, default=0) + 1)
        for image in [name_of(epoch, number) for epoch in sorted(epochs) for number in range(IMAGES)]:
            made = soak.universe.image(image)
            if client.get(name, image=image) != "active":
                continue
            client.get_by_api(name, image=image)
            client.referrers(name, image)
            for digest in made.blobs:
                client.has_layer(name, digest)
                client.get_layer(name, digest)
        for tag in tags_of(role):
            client.get(name, tag=tag)


def tags_of(role):
    if role == "lifecycle":
        return [f"keep-{n}" for n in range(4)] + [f"tmp-{n}" for n in range(8)]
    return [f"h{n}" for n in range(3)] if role == "hot" else [f"t{n}" for n in range(8)]


def fsck(soak):
    done = berth("fsck", "--data", soak.server.data, "--json", *soak.server.database(), timeout=600)
    if done.returncode != 0:
        soak.wrong.append(f"VIOLATION: berth fsck ended with {done.returncode}: {done.stdout[-3000:]} "
                          f"{done.stderr[-500:]}")
    else:
        report = json.loads(done.stdout)
        soak.found["fsck"] = {name: value for name, value in report.items() if isinstance(value, int)} | {
            "findings": len(report.get("findings", []))}

"""The collector's account, once the load has ended: every byte that no image holds goes, and no other, and the space
that comes back is the space that it says."""

import collections
import re
import time

import load

REST_SECONDS = 30  # a lease, some rounds of the collector, and rows of deleted repositories
IN_METADATA = 16_384  # as `blobs.in_metadata`: bytes of a blob that is no file
FREED = re.compile(r"^berth_gc_freed_bytes_total (\d+)", re.M)


def check(soak):
    if not comes_to_rest(soak):
        return
    before, said = size_on_disk(soak), freed(soak)
    for name in load.NAMES:
        if load.role_of(name) in ("plain", "hot"):
            soak.client.drop(name)
    soak.judge_all()
    if soak.violations or not comes_to_rest(soak):
        return
    returned, said = before - size_on_disk(soak), freed(soak) - said
    soak.found["space"] = {"freed under load": freed(soak) - said, "returned after": returned, "reported after": said}
    if returned != said or not returned:
        soak.wrong.append(f"VIOLATION: {returned} bytes came back, the collector says {said}")


def comes_to_rest(soak):
    """Waits until what is on disk is what images hold, and nothing else."""
    wanted = held(soak)
    deadline = time.monotonic() + REST_SECONDS
    while (found := on_disk(soak)) != wanted:
        if time.monotonic() > deadline:
            soak.wrong.append(f"VIOLATION: {REST_SECONDS} s after the load, no image holds "
                              f"{sorted((found - wanted).elements())[:20]}, which are still there, and "
                              f"{sorted((wanted - found).elements())[:20]} are not")
            return False
        time.sleep(0.5)
    return True


def held(soak):
    """Each layer that an image of any repository holds, active or archived, and that is a file: once."""
    digests = {digest for name in load.NAMES for state in soak.oracle.states(name) for image in state.images
               for digest in soak.universe.image(image).blobs}
    return collections.Counter(digest.split(":")[1] for digest in digests
                               if len(soak.universe.bytes_of(digest)) > IN_METADATA)


def files(soak):
    """Of finished blobs. What is left of uploads into a repository that was deleted goes with the hourly sweep."""
    for store in ("blobs", "archive"):
        yield from (path for path in (soak.server.data / store / "blobs").rglob("*") if path.is_file())


def on_disk(soak):
    """Small ones are files only once they were in the archive."""
    return collections.Counter(path.name.split(".")[0] for path in files(soak) if path.stat().st_size > IN_METADATA)


def size_on_disk(soak):
    return sum(path.stat().st_size for path in files(soak))


def freed(soak):
    return int(FREED.search(soak.server.admin.request("GET", "/metrics").body.decode())[1])

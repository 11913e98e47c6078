"""What there is to push: every layer, config and image by number, the same in every process.

An image is named `epoch.number`. Layers are shared among the images of an epoch; the past epochs' become garbage."""

import functools
import hashlib
import random
import threading
from dataclasses import dataclass

from support import oci

LAYERS = 30  # of an epoch
SIZES = [1, 700, 5000, 4096, 40_000, 130_000, 12, 65_536, 9000, 300]
PLAIN, INDEXES, ARTIFACTS = 18, 2, 4  # images of an epoch, in this order
IMAGES = PLAIN + INDEXES + ARTIFACTS


@dataclass(frozen=True)
class Image:
    name: str
    digest: str
    bytes: bytes
    media_type: str
    blobs: tuple = ()     # digests
    children: tuple = ()  # names
    subject: str | None = None


def name_of(epoch, number):
    return f"{epoch}.{number}"


def epoch_of(name):
    return int(name.split(".")[0])


def number_of(name):
    return int(name.split(".")[1])


class Universe:
    """One for each process and seed; for all its threads. Keeps what is young and makes the rest again."""

    def __init__(self, seed):
        self.seed = seed
        self.blobs = {}    # digest -> function that makes the bytes
        self.digests = {}  # digest of an image -> its name
        self.layer = functools.lru_cache(4 * LAYERS)(self._layer)
        self.known_epochs = 0
        self.lock = threading.Lock()

    def _layer(self, epoch, number):
        block = hashlib.sha256(f"{self.seed} {epoch} {number}".encode()).digest()
        size = SIZES[number % len(SIZES)]
        data = (block * (size // len(block) + 1))[:size]
        if size < 32:  # or small ones would be the same in every epoch
            data += block[:8]
        return data

    def bytes_of(self, digest):
        return self.blobs[digest]()

    def image(self, name):
        self.learn(epoch_of(name) + 1)
        return self._image(name)

    def name(self, digest):
        """Of an image that was made here, or the digest itself: nobody ever pushed such a thing."""
        for _ in range(2):  # others may be in the next epoch already
            if digest in self.digests:
                break
            self.learn(self.known_epochs + 1)
        return self.digests.get(digest, digest)

    def learn(self, epochs):
        """So many of them from the first."""
        with self.lock:
            while self.known_epochs < epochs:
                for number in range(IMAGES):
                    made = self._image(name_of(self.known_epochs, number))
                    self.digests[made.digest] = made.name
                self.known_epochs += 1

    @functools.lru_cache(maxsize=None)  # noqa: B019  (as long as the process)
    def _image(self, name):
        epoch, number = epoch_of(name), number_of(name)
        if PLAIN <= number < PLAIN + INDEXES:
            return self._index(name, epoch, number - PLAIN)
        choice = random.Random(f"{self.seed} {name}")
        numbers = choice.sample(range(LAYERS), choice.randrange(1, 5))
        config = oci.to_bytes({"os": "linux", "id": name, "seed": self.seed})
        self.blobs[oci.digest_of(config)] = lambda: config
        layers = []
        for each in numbers:
            described = oci.descriptor(self.layer(epoch, each), oci.OCI_LAYER)
            self.blobs[described["digest"]] = functools.partial(self.layer, epoch, each)
            layers.append(described)
        more, subject = {}, None
        if number >= PLAIN + INDEXES:
            subject = name_of(epoch, (0, 0, 1, 4)[number - PLAIN - INDEXES])
            about = self._image(subject)
            more = {"artifactType": "application/vnd.example.note",
                    "subject": {"mediaType": about.media_type, "digest": about.digest, "size": len(about.bytes)}}
        data = oci.to_bytes(oci.image_manifest(oci.descriptor(config, oci.OCI_CONFIG), layers, **more))
        return Image(name, oci.digest_of(data), data, oci.OCI_MANIFEST,
                     tuple(dict.fromkeys([oci.digest_of(config), *(layer["digest"] for layer in layers)])), (), subject)

    def _index(self, name, epoch, at):
        children = tuple(name_of(epoch, number) for number in (3 * at, 3 * at + 1))
        data = oci.to_bytes(oci.index_of([self._image(child).bytes for child in children],
                                         annotations={"id": name}))
        return Image(name, oci.digest_of(data), data, oci.OCI_INDEX, (), children)

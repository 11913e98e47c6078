"""The disk of disk.cc from the test's side: when it kills, which calls fail, and (cut.cc) what a power cut leaves."""

import ctypes
import mmap
import os
import pathlib
import struct
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
PAGE = 4096
FIELDS = {name: 8 * at for at, name in enumerate((
    "operations", "die_at", "next_id", "random", "faults", "per_million", "clock_ahead", "full", "sync_ms"))}
NO_SPACE, IO_ERROR, SHORT, INTERRUPTED, LIE = 1, 2, 4, 8, 16


def build(folder):
    """Compiles disk.cc and cut.cc into it."""
    for name in ("disk", "cut"):
        subprocess.run(["clang++-19", "-std=c++20", "-O2", "-g", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror",
                        "-o", f"{folder}/{name}.so", HERE / f"{name}.cc"], check=True)
    return folder


class Disk:
    """`root`: the folder that the server keeps its files in. `libraries`: what build() filled."""

    def __init__(self, libraries, folder, root):
        self.library, self.root = f"{libraries}/disk.so", pathlib.Path(root)
        self.cut = ctypes.CDLL(f"{libraries}/cut.so")
        self.mirror = pathlib.Path(folder) / "mirror"
        self.page_path = pathlib.Path(folder) / "control"
        self.page_path.write_bytes(bytes(PAGE))
        with open(self.page_path, "r+b") as page:
            self.page = mmap.mmap(page.fileno(), PAGE)
        next_id = ctypes.byref(ctypes.c_uint64.from_buffer(self.page, FIELDS["next_id"]))
        self.folders = os.fsencode(self.root), os.fsencode(self.mirror), next_id

    def environment(self, sockets=False):
        found = {"LD_PRELOAD": str(self.library), "DISK_ROOT": str(self.root), "DISK_MIRROR": str(self.mirror),
                 "DISK_CONTROL": str(self.page_path)}
        if sockets:
            found["DISK_SOCKETS"] = "1"
        return found

    def get(self, field):
        return struct.unpack_from("<Q", self.page, FIELDS[field])[0]

    def set(self, field, value):
        struct.pack_into("<Q", self.page, FIELDS[field], value)

    def kill_after(self, operations):
        """The process dies at the operation that comes so many after those already done; 0: never."""
        self.set("die_at", self.get("operations") + operations if operations else 0)

    def fail(self, faults, per_million):
        self.set("per_million", per_million)
        self.set("faults", faults)

    def fill(self, full, seen=False):
        """Nothing grows any more; `seen`: statvfs says so too, else it is as with a quota."""
        self.set("full", 0 if not full else 2 if seen else 1)

    def slow_down(self, milliseconds):
        """So long takes each sync."""
        self.set("sync_ms", milliseconds)

    def move_clock(self, seconds):
        struct.pack_into("<q", self.page, FIELDS["clock_ahead"], seconds)

    def adopt(self):
        """All that is there now is durable. Not while a server runs."""
        self.cut.disk_adopt(*self.folders)

    def power_cut(self, random, strict):
        """What a disk may hold after the power went: what was synced, and of the rest nothing (`strict`) or anything.
        Not while a server runs."""
        self.cut.disk_power_cut(*self.folders, ctypes.c_uint64(random.getrandbits(64)), int(strict))

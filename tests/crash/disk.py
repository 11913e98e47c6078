"""The disk of disk.cc from the test's side: when it kills, which calls fail, and what a power cut leaves."""

import mmap
import os
import pathlib
import shutil
import struct

PAGE = 4096
IDENTITY = "user.berth.disk"
FIELDS = {name: 8 * at for at, name in enumerate((
    "operations", "die_at", "next_id", "random", "faults", "per_million", "clock_ahead", "full", "sync_ms"))}
NO_SPACE, IO_ERROR, SHORT, INTERRUPTED, LIE = 1, 2, 4, 8, 16


class Disk:
    """`root`: the folder that the server keeps its files in. `library`: disk.cc, compiled."""

    def __init__(self, library, folder, root):
        self.library, self.root = library, pathlib.Path(root)
        self.mirror = pathlib.Path(folder) / "mirror"
        self.page_path = pathlib.Path(folder) / "control"
        self.page_path.write_bytes(bytes(PAGE))
        with open(self.page_path, "r+b") as page:
            self.page = mmap.mmap(page.fileno(), PAGE)

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
        shutil.rmtree(self.mirror, ignore_errors=True)
        self.mirror.mkdir(parents=True)
        for path, _, files in os.walk(self.root):
            folder = pathlib.Path(path)
            lines = []
            for name in sorted(os.listdir(folder)):
                kind = "d" if (folder / name).is_dir() else "f"
                lines.append(f"{self.identity(folder / name)} {kind} {name}\n")
            (self.mirror / self.identity(folder)).write_text("".join(lines))
            for name in files:
                shutil.copyfile(folder / name, self.mirror / self.identity(folder / name))

    def identity(self, path):
        try:
            return os.getxattr(path, IDENTITY).decode()
        except OSError:
            number = self.get("next_id")
            self.set("next_id", number + 1)
            made = f"n{number}"
            os.setxattr(path, IDENTITY, made.encode())
            return made

    def power_cut(self, random, strict):
        """What a disk may hold after the power went: what was synced, and of the rest nothing (`strict`) or anything.
        Not while a server runs."""
        now = {}  # identity -> path
        for path, _, files in os.walk(self.root):
            for each in [pathlib.Path(path)] + [pathlib.Path(path) / name for name in files]:
                now[self.identity(each)] = each
        made = self.root.with_name(self.root.name + ".cut")
        shutil.rmtree(made, ignore_errors=True)
        self._folder(self.identity(self.root), made, now, random, strict)
        old = self.root.with_name(self.root.name + ".old")
        self.root.rename(old)
        made.rename(self.root)
        shutil.rmtree(old)
        self.adopt()

    def _names(self, identity, now, random, strict):
        """{name: (identity, kind)} of a folder. A journal keeps changes of names in order: all, or none of them here."""
        durable = self.mirror / identity
        if durable.exists() and (strict or identity not in now or random.random() < 0.5):
            lines = durable.read_text().splitlines()
            return {name: (each, kind) for each, kind, name in (line.split(" ", 2) for line in lines)}
        if identity not in now or (strict and not durable.exists()):
            return {}
        folder = now[identity]
        return {name: (self.identity(folder / name), "d" if (folder / name).is_dir() else "f")
                for name in os.listdir(folder)}

    def _folder(self, identity, made, now, random, strict):
        made.mkdir(mode=0o700)
        os.setxattr(made, IDENTITY, identity.encode())
        for name, (each, kind) in sorted(self._names(identity, now, random, strict).items()):
            if kind == "d":
                self._folder(each, made / name, now, random, strict)
            else:
                path = made / name
                path.write_bytes(self._bytes(each, now, random, strict))
                path.chmod(0o600)
                os.setxattr(path, IDENTITY, each.encode())

    def _bytes(self, identity, now, random, strict):
        durable_path = self.mirror / identity
        durable = durable_path.read_bytes() if durable_path.is_file() else b""
        if strict or identity not in now:
            return durable
        current = now[identity].read_bytes()
        if current == durable:
            return durable
        size = random.choice((len(durable), len(current)))
        pages = []
        for at in range(0, size, PAGE):
            choice = random.choice((durable, current))
            pages.append(choice[at:at + PAGE].ljust(min(PAGE, size - at), b"\0")[:size - at])
        return b"".join(pages)

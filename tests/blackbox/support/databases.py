"""A private PostgreSQL that can be hurt: its connections cut, its processes killed."""

import os
import pathlib
import shutil
import subprocess
import urllib.parse

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "script" / "postgres"


class Postgres:
    def __init__(self, scratch):
        self.folder = scratch / "postgres"
        self.folder.mkdir()
        scratch.chmod(0o755)
        self.folder.chmod(0o755)
        started = subprocess.run([SCRIPT, "start", str(self.folder)], capture_output=True, text=True, check=True)
        self.url = started.stdout.strip().split("=", 1)[1]
        self.count = 0

    def sql(self, text, check=True):
        return subprocess.run([psql(), "--quiet", "--no-psqlrc", self.url, "-c", text], capture_output=True, text=True,
                              check=check)

    def fresh(self):
        """The URL of a database of its own."""
        self.count += 1
        name = f"berth{self.count}"
        self.sql(f"CREATE DATABASE {name}")
        parts = urllib.parse.urlsplit(self.url)
        return urllib.parse.urlunsplit(parts._replace(path=f"/{name}"))

    def cut_connections(self):
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'berth%'", check=False)

    def crash(self):
        """All its processes are killed; it starts again and recovers."""
        subprocess.run([SCRIPT, "crash", str(self.folder)], capture_output=True, text=True, check=True)

    def stop(self):
        subprocess.run([SCRIPT, "stop", str(self.folder)], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def psql():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
    return os.fspath(found[-1]) if found else "psql"

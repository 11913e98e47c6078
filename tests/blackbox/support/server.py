"""A Berth of our own: made, started, measured, stopped. Nothing but the binary's public face is used."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from .http import Http

START_SECONDS = 30
STOP_SECONDS = 30
LOG_SECONDS = 10
LOOPBACK_ISSUERS = ["--fetch-allow", "127.0.0.1"]  # options of a server whose identity providers are the tests' own


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def binary():
    path = os.environ.get("BERTH_BINARY")
    if not path:
        path = pathlib.Path(__file__).resolve().parents[3] / "build" / "release" / "berth"
    assert os.access(path, os.X_OK), f"no server to test at {path}: build it, or give --berth"
    return str(path)


def environment():
    """Ours without BERTH_*: only what a test says configures the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BERTH_")}


def berth(*arguments, env=None, timeout=START_SECONDS):
    """Any command of the binary; does not judge."""
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          env={**environment(), **(env or {})})


class Server:
    """`folder` gets the data, the log, nothing else. `options` go to `berth serve` as they are."""

    def __init__(self, folder, options=(), listen=None, tls=None, name="127.0.0.1"):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.log_path = self.folder / "server.log"
        self.options = list(options)
        self.listen = listen or f"127.0.0.1:{free_port()}"
        self.admin_listen = f"127.0.0.1:{free_port()}"
        self.tls = tls  # (certificate file, key file, CA file)
        self.name = name
        self.process = None
        self.credentials = None
        self.environment = {}  # besides ours
        self.runner = []       # a command that runs the one after it, such as prlimit

    @property
    def port(self):
        return int(self.listen.rsplit(":", 1)[1])

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://{self.name}:{self.port}"

    @property
    def registry(self):
        """What stands before the repository in an image reference."""
        return f"{self.name}:{self.port}"

    @property
    def http(self):
        return Http(self.url, ca_file=self.tls and self.tls[2])

    @property
    def admin(self):
        return Http(f"http://{self.admin_listen}")

    @property
    def account(self):
        return self.credentials["accountId"]

    @property
    def region(self):
        return self.credentials["region"]

    def init(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        done = berth("init", "--data", self.data, "--json", *self.database())
        assert done.returncode == 0, done.stderr
        self.credentials = json.loads(done.stdout)
        return self

    def database(self):
        if "--db" in self.options:
            at = self.options.index("--db")
            return self.options[at:at + 2]
        return []

    def begin(self, env=None):
        """Starts it and does not wait until it is ready."""
        command = [*self.runner, binary(), "serve", "--data", str(self.data), "--listen", self.listen,
                   "--admin-listen", self.admin_listen, *self.options]
        if self.tls:
            command += ["--tls-cert", str(self.tls[0]), "--tls-key", str(self.tls[1])]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env={**environment(), **(env or {})})

    def start(self, seconds=START_SECONDS):
        self.begin(self.environment)
        deadline = time.monotonic() + seconds
        while not self._ready():
            assert self.alive(), f"the server ended with {self.process.returncode}:\n{self.log()}"
            assert time.monotonic() < deadline, f"the server is not ready:\n{self.log()}"
            time.sleep(0.02)
        return self

    def _ready(self):
        try:
            return self.admin.request("GET", "/readyz").status == 200
        except OSError:
            return False

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """Asks politely, and insists on a clean end: exit code 0 and nothing from a sanitizer."""
        if not self.process:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the server did not stop within {STOP_SECONDS} s:\n{self.log()[-4000:]}") from None
        log = self.log()
        assert code == 0, f"the server ended with {code}:\n{log[-4000:]}"
        assert "ERROR: AddressSanitizer" not in log and "runtime error:" not in log, log[-8000:]
        assert self.credentials["secretAccessKey"] not in log, "the secret access key is in the log"

    def kill(self):
        """As a crash would."""
        process, self.process = self.process, None
        process.kill()
        process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def log(self):
        """What is written by now: lines are gathered for a moment before."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def logged(self, *words, seconds=LOG_SECONDS):
        """Waits for a line that has all of them, and returns it."""
        deadline = time.monotonic() + seconds
        while True:
            late = time.monotonic() >= deadline
            log = self.log()
            for line in log.splitlines():
                if all(word in line for word in words):
                    return line
            assert not late, f"no line with {words}:\n{log[-4000:]}"
            time.sleep(0.02)

    def threads(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()))

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) // os.sysconf("SC_CLK_TCK")

    def status_kib(self, field):
        """A line of /proc/PID/status, e.g. VmRSS (now) or VmHWM (the most so far)."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB$", text, re.M)[1])

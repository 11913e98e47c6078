"""The bench itself: that it measures what it says. Needs build/release/berth_load, and the Python of
tests/clients/install."""

import contextlib
import hashlib
import io
import json
import pathlib
import socketserver
import subprocess
import sys
import threading
import time
import types
import unittest
import urllib.parse
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

sys.path.insert(0, str(HERE.parent / "tests" / "blackbox"))

from compare import smoke  # noqa: E402
from compare.measure import judged  # noqa: E402
from compare.row import Bench, Line, Row, summary  # noqa: E402

LOAD = HERE.parent / "build" / "release" / "berth_load"


class Fake(socketserver.ThreadingTCPServer):
    """A server by the test's own rules: `answer(method, target, headers, body)` gives the bytes of an answer."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, answer):
        self.answer = answer
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError):
            while line := self.rfile.readline():
                method, target, _ = line.decode().split()
                headers = {}
                while (line := self.rfile.readline().strip()):
                    name, value = line.decode().split(": ", 1)
                    headers[name.lower()] = value
                body = self.rfile.read(int(headers.get("content-length", 0)))
                answer = self.server.answer(method, target, headers, body)
                self.wfile.write(answer)
                if b"Connection: close" in answer:
                    return


@contextlib.contextmanager
def serving(answer):
    with Fake(answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def run(server, what, *options):
    """(exit code, what it printed)"""
    done = subprocess.run([LOAD, what, "--address", server.address, *map(str, options)],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout)


def ok(body=b"ok", *headers):
    return "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


class LoadTest(unittest.TestCase):
    def stall(self, *options):
        """Two seconds of load on a server that stands still for half a second."""
        begun = time.monotonic()
        lock = threading.Lock()

        def answer(*_):
            with lock:
                if .5 < time.monotonic() - begun < 1:
                    time.sleep(1 - (time.monotonic() - begun))
            return ok()

        with serving(answer) as server:
            code, result = run(server, "get", "--target", "/", "--connections", 4, "--seconds", 2, *options)
        self.assertEqual(code, 0)
        return result

    def test_a_latency_counts_from_when_the_request_was_due(self):
        result = self.stall("--rate", 200)
        self.assertAlmostEqual(result["operations"], 400, delta=20)
        self.assertGreater(result["latency_us"]["p90"], 100_000)
        self.assertLess(result["latency_us"]["p50"], 100_000)

    def test_a_closed_loop_does_not_see_it(self):
        self.assertLess(self.stall()["latency_us"]["p90"], 100_000)

    def test_every_form_of_an_answer(self):
        chunked = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: x\r\n\r\n")
        forms = {"/plain": ok(b"x" * 100_000), "/chunked": chunked, "/empty": ok(b""),
                 "/close": ok(b"bye", "Connection: close")}
        for target, length in {"/plain": 100_000, "/chunked": 6, "/close": 3, "/empty": 0}.items():
            with self.subTest(target), serving(lambda _, target, *__: forms[target]) as server:
                code, result = run(server, "get", "--target", target, "--count", 50, "--connections", 3)
                self.assertEqual((code, result["operations"], result["bytes_in"]), (0, 50, 50 * length))

    def test_a_head_request_has_no_body(self):
        with serving(lambda *_: b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") as server:
            self.assertEqual(run(server, "get", "--target", "/", "--method", "HEAD", "--count", 9)[1]["bytes_in"], 0)

    def test_another_status_is_an_error(self):
        with serving(lambda *_: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
            code, result = run(server, "get", "--target", "/x", "--count", 3)
            self.assertEqual((code, result["operations"], result["errors"]), (1, 0, 3))
            self.assertIn("/x", result["first_error"])

    def test_after_a_thousand_errors_no_more_is_asked(self):
        with serving(lambda *_: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
            self.assertEqual(run(server, "get", "--target", "/", "--count", 2000)[1]["errors"], 1000)

    def test_a_head_without_end_is_an_error(self):
        with serving(lambda *_: b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000) as server:
            result = run(server, "get", "--target", "/", "--count", 1)[1]
            self.assertEqual((result["errors"], result["operations"]), (1, 0))

    def test_a_mistake_of_the_caller_is_told(self):
        for what, why in {"get": "no target", "get --targets /nowhere": "cannot read /nowhere", "image": "no --kind",
                          "image --kind pushed:1": "not push|chunked|pull:BYTES[:WEIGHT]: pushed:1",
                          "handshake --connections 0": "no connection, or no thread",
                          "handshake --connections many": "--connections wants a number",
                          "handshake --seconds 1s": "--seconds wants a number"}.items():
            with self.subTest(what):
                done = subprocess.run([LOAD, *what.split(), "--address", "127.0.0.1:1"], capture_output=True, text=True,
                                      timeout=60)
                self.assertEqual((done.returncode, done.stderr), (2, f"berth_load: {why}\n"))

    def test_uploads_are_what_their_digests_say_and_never_seen_before(self):
        for size in (1, 4096, 3 * (1 << 20) + 1):
            seen = []

            def answer(method, target, _, body, seen=seen, size=size):
                if method == "POST":
                    return (b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n"
                            b"Location: http://other:1/v2/up?state=a%2Fb\r\n\r\n")
                path, query = target.split("?")
                values = urllib.parse.parse_qs(query)
                good = (path == "/v2/up" and values["state"] == ["a/b"] and len(body) == size
                        and values["digest"] == ["sha256:" + hashlib.sha256(body).hexdigest()])
                seen.append(values["digest"][0])
                return f"HTTP/1.1 {201 if good else 400} x\r\nContent-Length: 0\r\n\r\n".encode()

            with self.subTest(size=size), serving(answer) as server:
                code, result = run(server, "upload", "--repository", "r", "--size", size, "--count", 6,
                                   "--connections", 2)
                self.assertEqual((code, result["bytes_out"]), (0, 6 * size), result)
                if size > 1:
                    self.assertEqual(len(set(seen)), 6)


def samples(*pairs):
    return [{"rate": rate, "foreign": foreign} for rate, foreign in pairs]


class JudgementTest(unittest.TestCase):
    def test_disturbed_samples_do_not_count_beside_three_clean_ones(self):
        chosen, clean = judged(samples((1, .5), (2, .1), (3, 0), (4, .12), (5, .13)))
        self.assertEqual(([each["rate"] for each in chosen], clean), ([2, 3, 4], True))

    def test_without_them_the_least_disturbed_do_and_say_so(self):
        chosen, clean = judged(samples((1, .5), (2, .3), (3, 0), (4, .2)))
        self.assertEqual(([each["rate"] for each in chosen], clean), ([3, 4, 2], False))

    def test_ratios_and_their_bounds(self):
        row = Row("r", "t", None, ("berth", "nginx"),
                  (Line("rate", "nginx", 1.0, .8), Line("rate", None, 5, lower=True),
                   Line("rate", "nginx", 1.2, inverse=True)))
        lines = summary(row, {"berth": samples(*[(9, 0)] * 3), "nginx": samples(*[(10, 0)] * 3)})["lines"]
        self.assertEqual([(round(line["ratio"], 3), line["met"], line["alarmed"], line["clean"]) for line in lines],
                         [(.9, False, False, True), (9, False, False, True), (1.111, False, False, True)])


class FieldOfNames:
    """Peers that are only names, and who was wanted and dropped when."""

    makers = {"berth": None, "docker-registry": None}

    def __init__(self):
        self.log = []

    def get(self, name, _tls):
        self.log.append(f"get {name}")
        return name

    def drop(self, name, _tls):
        self.log.append(f"drop {name}")


class RoundsTest(unittest.TestCase):
    def log(self, rounds, **more):
        field = FieldOfNames()
        bench = Bench(field, types.SimpleNamespace(load="", seconds=1, peers=[]))
        row = Row("r", "t", lambda *_: {"foreign": 0}, ("berth", "nginx", "docker-registry"), **more)
        samples = bench.measure(row, rounds, rounds, lambda *_: None)
        self.assertEqual({name: len(each) for name, each in samples.items()}, dict.fromkeys(field.makers, rounds))
        return field.log

    def test_each_round_begins_with_another(self):
        self.assertEqual(self.log(2), ["get berth", "get docker-registry", "get docker-registry", "get berth"])

    def test_what_fills_the_disk_begins_and_ends_empty(self):
        dropped = ["drop berth", "drop docker-registry"]
        self.assertEqual(self.log(1, fresh=True), [*dropped, "get berth", "get docker-registry", *dropped])

    def test_what_fills_it_at_once_is_emptied_behind_each_sample(self):
        log = self.log(2, fresh=True, each_fresh=True)
        self.assertEqual(log[2:-2], ["get berth", "drop berth", "get docker-registry", "drop docker-registry",
                                     "get docker-registry", "drop docker-registry", "get berth", "drop berth"])


class SmokeTest(unittest.TestCase):
    """Of one row, whose measurements are given."""

    def run_smoke(self, *measured):
        row = Row("r", "t", None, ("berth", "nginx"), (Line("rate", "nginx", 1.0, .8),))
        turns = iter(measured)
        bench = types.SimpleNamespace(seconds=1, measure=lambda *_: next(turns))
        with mock.patch.object(smoke, "rows", lambda: [row]), contextlib.redirect_stdout(io.StringIO()) as out:
            failed = smoke.run(bench, types.SimpleNamespace(seconds=1))
        return failed, out.getvalue().splitlines()[-1], list(turns)

    def pair(self, berth, foreign=0.):
        return {"berth": samples(*[(berth, foreign)] * 3), "nginx": samples(*[(10, foreign)] * 3)}

    def test_what_is_good_is_measured_once(self):
        self.assertEqual(self.run_smoke(self.pair(9), self.pair(1)), (0, "1 passed, 0 failed", [self.pair(1)]))

    def test_it_fails_only_twice_in_a_row(self):
        self.assertEqual(self.run_smoke(self.pair(7), self.pair(9)), (0, "1 passed, 0 failed", []))
        self.assertEqual(self.run_smoke(self.pair(7), self.pair(7)), (1, "0 passed, 1 failed", []))

    def test_what_was_disturbed_is_not_judged(self):
        self.assertEqual(self.run_smoke(self.pair(1, .5)), (0, "0 passed, 0 failed", []))


if __name__ == "__main__":
    unittest.main()

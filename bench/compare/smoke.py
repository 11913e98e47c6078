"""The quick look of CI: a few rows, judged by their alarms, and only by samples that nobody disturbed."""

import dataclasses
import time

from . import report
from .row import summary
from .rows import ROWS, image, upload

ROUNDS, MOST, AGAIN = 3, 5, 8
BUDGET = 100  # seconds, after which there are no more rounds than must be
NAMES = ("manifest-1", "manifest-64", "blob-1m", "blob-100m", "tls-1m", "tls-handshakes", "upload-100m", "push-4k")
# Fewer operations than when somebody looks at figures.
SHORTER = {"upload-100m": upload(100 << 20, 1, 3), "push-4k": image(f"push:{4 << 10}", 8, 500, False)}


def rows():
    """With those peers only that an alarm is about."""
    out = []
    for name in NAMES:
        row = next(row for row in ROWS if row.name == name)
        lines = tuple(line for line in row.lines if line.alarm is not None)
        out.append(dataclasses.replace(row, run=SHORTER.get(name, row.run), lines=lines,
                                       peers=("berth", *dict.fromkeys(line.peer for line in lines))))
    return out


def _quiet(*_):
    """No line for each sample."""


def _judge(bench, row, rounds, most):
    result = summary(row, bench.measure(row, rounds, most, _quiet))
    report.say_row(row, result)
    lines = result["lines"]
    alarmed = [line for line in lines if line["clean"] and line["alarmed"]]
    return alarmed, [line for line in lines if not line["clean"]], lines


def run(bench, chosen):
    """The number of ratios beyond their alarm, twice in a row."""
    chosen.seconds = bench.seconds = min(chosen.seconds, 1)
    passed = failed = disturbed = 0
    begun = time.monotonic()
    for row in rows():
        alarmed, unclear, lines = _judge(bench, row, ROUNDS, MOST if time.monotonic() < begun + BUDGET else ROUNDS)
        if alarmed:
            print(f"{row.name}: once more")
            alarmed, unclear, lines = _judge(bench, row, MOST, AGAIN)
        failed += len(alarmed)
        disturbed += len(unclear)
        passed += len(lines) - len(alarmed) - len(unclear)
        for line in alarmed:
            print(f"FAILED: {line['title']}: {report.figure(line['ratio'])} of {line['peer']}, "
                  f"alarm {report.bound(line, 'alarm')}")
    if disturbed:
        print(f"{disturbed} ratios not judged: something else used the processors")
    print(f"{passed} passed, {failed} failed")
    return failed

"""Berth beside its peers. See README.md; started by script/bench."""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "blackbox"))

from compare import instructions, report, smoke  # noqa: E402
from compare.field import Field  # noqa: E402
from compare.measure import Failed  # noqa: E402
from compare.row import Bench, summary  # noqa: E402
from compare.rows import ROWS, select  # noqa: E402


def options():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["compare", "smoke", "instructions"], default="compare",
                        help=argparse.SUPPRESS)
    parser.add_argument("--update", action="store_true", help="with `instructions`: keep the counts")
    parser.add_argument("--profile", action="store_true", help="with `instructions`: the functions that take most")
    parser.add_argument("--only", default="", help="rows, or beginnings of their names, with commas between")
    parser.add_argument("--list", action="store_true", help="the rows there are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--patience", type=int, help="that many rounds more, while too many samples are disturbed; "
                        "as many as --rounds, and none with --dry")
    parser.add_argument("--first", action="store_true", help="servers and clients alike go before other work of this "
                        "machine (nice -10; needs root)")
    parser.add_argument("--seconds", type=float, default=2,
                        help="of one sample, where it is not a number of operations")
    parser.add_argument("--peers", default="", help="only these beside Berth")
    parser.add_argument("--zot", help="its program, to measure it too")
    parser.add_argument("--distribution", help="the program of a newer Distribution, to measure it too")
    parser.add_argument("--work", help="folder for everybody's data, on a disk; a new one in $TMPDIR")
    parser.add_argument("--out", default=ROOT / "bench" / "results", help="folder for the results")
    parser.add_argument("--name", help="of the results; the date")
    parser.add_argument("--publish", action="store_true", help="put the table into docs/performance.md as well")
    parser.add_argument("--dry", action="store_true", help="write no results")
    kernels = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    parser.add_argument("--congestion", default=kernels, help=argparse.SUPPRESS)
    parser.add_argument("--load", default=ROOT / "build" / "release" / "berth_load", help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(bench, chosen):
    rows = select([name for name in chosen.only.split(",") if name])
    results = {}
    for row in rows:
        samples = bench.measure(row, chosen.rounds, chosen.rounds + chosen.patience, report.say_sample)
        results[row.name] = summary(row, samples)
        report.say_row(row, results[row.name])
    if not chosen.dry:
        report.write(results, chosen)


def count(bench, chosen):
    worse, of = instructions.compare(bench, chosen.update, chosen.only, chosen.profile)
    print(f"{of - worse} passed, {worse} failed")
    return worse


def main():
    chosen = options()
    if chosen.list:
        for row in ROWS:
            print(f"{row.name:18}{'  ' if not row.extra else '* '}{row.title}")
        print("* only when named")
        return
    chosen.peers = [name for name in chosen.peers.split(",") if name]
    if chosen.patience is None:
        chosen.patience = 0 if chosen.dry else chosen.rounds
    if chosen.first:
        os.nice(-10)
    work = chosen.work or tempfile.mkdtemp(prefix="berth-bench-")
    field = Field(work, chosen)
    bench = Bench(field, chosen)
    try:
        failed = {"compare": compare, "smoke": smoke.run, "instructions": count}[chosen.what](bench, chosen)
    except Failed as why:
        sys.exit(f"bench: {why}")
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would leave the rest
        try:
            field.close()
        finally:
            shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and stop the servers, take the folder away
    main()

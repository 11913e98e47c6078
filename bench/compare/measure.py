"""One sample: what a load reached, and who used the processors meanwhile."""

import contextlib
import json
import mmap
import os
import pathlib
import statistics
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count()
DISTURBED = 0.12  # of the processors' time, used by neither server nor client
ENOUGH = 3        # samples without disturbance, beside which disturbed ones count no more


def processor_seconds(pid):
    """Of all threads of a process, those that have ended too, to the nanosecond (clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def stat(pid):
    """/proc/PID/stat from the third field on, behind the name."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def ticks(fields):
    """(in the program, in the kernel) of all threads of the process with this stat()."""
    return int(fields[11]), int(fields[12])


def family(pid):
    """A process and its children."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def busy_seconds():
    """Of all processors, and taken by whoever shares them with this machine."""
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _wait, interrupts, soft, steal = map(int, fields)
    return (user + nice + system + interrupts + soft + steal) / TICKS


def kernel_seconds():
    """Of the kernel's own threads: write-back and journals, mostly of what is measured."""
    total = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = stat(entry.name)
                if fields[1] == "2":  # kthreadd's children
                    total += sum(ticks(fields))
    return total / TICKS


def prepare_writes(peer, size=768 << 20):
    """Files written before leave the page cache, and as much free memory as a sample fills is touched. A hypervisor
    takes back what has been free for a while, and whoever writes there next pays several times the copy for it: with
    large writes more than with small ones, so that medians of the same upload differed by a factor of three."""
    peer.forget_files()
    with mmap.mmap(-1, size) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        part = bytes(1 << 20)
        for at in range(0, size, len(part)):
            memory[at:at + len(part)] = part


class Watch:
    """What the processors did between its making and usage()."""

    def __init__(self, pids):
        self.pids = pids
        self.kernel = kernel_seconds()
        self.split = self._split()
        self.server = sum(map(processor_seconds, pids))
        self.busy = busy_seconds()
        self.begun = time.monotonic()

    def _split(self):
        return [sum(each) for each in zip(*(ticks(stat(pid)) for pid in self.pids), strict=True)]

    def usage(self, client_seconds):
        wall = time.monotonic() - self.begun
        busy = busy_seconds() - self.busy
        server = sum(map(processor_seconds, self.pids)) - self.server
        kernel = kernel_seconds() - self.kernel
        program, system = (after - before for after, before in zip(self._split(), self.split, strict=True))
        foreign = max(0.0, busy - server - client_seconds - kernel) / (wall * CORES)
        return {"server_seconds": server, "in_kernel": system / max(1, program + system),
                "client_seconds": client_seconds, "kernel_threads": kernel / (wall * CORES), "foreign": foreign}


class Failed(Exception):
    """A load that did not get the answers that it must."""


class Load:
    """A run of bench/load, begun and waiting for its start; ended at the end of its block."""

    def __init__(self, binary, peer, what, key=None, **options):
        command = [binary, what, "--address", peer.address, "--hold"]
        if peer.tls:
            command.append("--tls")
        for name, value in options.items():
            for each in value if isinstance(value, (list, tuple)) else [value]:
                command += [f"--{name.replace('_', '-')}"] + ([] if each is True else [str(each)])
        for name, value in peer.headers.items():
            command += ["--header", f"{name}: {value}"]
        self.what = f"{peer.name}: {what}"
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if key:
            self._say(key)
        if self.process.stdout.readline() != "ready\n":
            raise Failed(f"{self.what}: the load generator does not begin")

    def _say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def begin(self):
        self._say("")

    def result(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Failed(f"{self.what}: the load generator ended with {self.process.returncode}")
        return json.loads(line)

    def end(self):
        if self.process.wait():
            raise Failed(f"{self.what}: operations failed, see above")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def sample(binary, peer, what, **options):
    """Metrics of one run, and of the processors."""
    with Load(binary, peer, what, **options) as load:
        watch = Watch(peer.pids())
        load.begin()
        result = load.result()
        usage = watch.usage(result["processor_seconds"])
        load.end()
    return metrics(result, usage)


def metrics(result, usage):
    count, seconds, latency = result["operations"], result["seconds"], result["latency_us"]
    moved = result["bytes_in"] + result["bytes_out"]
    out = {"rate": count / seconds, "p50": latency["p50"], "p99": latency["p99"], "p999": latency["p999"],
           "max": latency["max"], "megabytes": moved / seconds / 1e6, "count": count, "seconds": seconds,
           "cpu": usage["server_seconds"] / count * 1e6 if count else 0, **usage}
    if moved > 65536 * count:
        out["cpu_per_gb"] = usage["server_seconds"] / (moved / 1e9) * 1e3
    if len(result["kinds"]) > 1:
        out["kinds"] = result["kinds"]
    return out


def judged(samples):
    """Those that count, the undisturbed ones or if they are too few the least disturbed; and whether they are clean."""
    clean = [each for each in samples if each["foreign"] <= DISTURBED]
    if len(clean) >= ENOUGH:
        return clean, True
    return sorted(samples, key=lambda each: each["foreign"])[:ENOUGH], False


def medians(samples):
    names = {name for each in samples for name, value in each.items() if isinstance(value, (int, float))}
    return {name: statistics.median(each[name] for each in samples if name in each) for name in sorted(names)}

"""What a run says: lines for the terminal, a JSON file, and a Markdown table with plots."""

import datetime
import json
import os
import pathlib
import platform
import subprocess

from . import plot
from .rows import ROWS

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- script/bench --publish: begin -->", "<!-- script/bench --publish: end -->"
UNITS = {"rate": "/s", "megabytes": "MB/s", "p50": "us", "p99": "us", "cpu": "us", "cpu_per_gb": "ms/GB", "mib": "MiB",
         "wall": "s", "zb_rate": "/s"}


def figure(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def bound(line, name):
    return "" if line[name] is None else ("≤ " if line["lower"] else "≥ ") + f"{line[name]:g}"


def verdict(line):
    if not line["clean"]:
        return "disturbed"
    if line["alarmed"]:
        return "ALARM"
    if line["target"] is None:
        return ""
    return "met" if line["met"] else "missed"


def say_sample(row, turn, name, sample):
    shown = " ".join(f"{metric} {figure(sample[metric])}" for metric in
                     ("rate", "megabytes", "p50", "p99", "cpu", "cpu_per_gb", "wall", "mib") if sample.get(metric))
    print(f"  {row.name} {turn + 1} {name:16} {shown} foreign {sample['foreign']:.0%}", flush=True)


def say_row(row, result):
    print(row.title)
    for name, peer in result["peers"].items():
        median = peer["medians"]
        cpu = f"  CPU {figure(median['cpu'])} us/request" if median.get("cpu") else ""
        cpu += f", {figure(median['cpu_per_gb'])} ms/GB" if median.get("cpu_per_gb") else ""
        cpu += f", {median['in_kernel']:.0%} of it in the kernel" if cpu else ""
        p99 = f"  p50 {figure(median['p50'])} us, p99 {figure(median['p99'])} us" if median.get("p50") else ""
        print(f"  {name:16} {figure(median.get(row.metric)):>9} {UNITS.get(row.metric, '')}{cpu}{p99}"
              f"{'' if peer['clean'] else '  (disturbed)'}")
    for line in result["lines"]:
        beside = f"/ {line['peer']}" if line["peer"] else "itself"
        print(f"  {line['metric']:10} {beside:18} {figure(line['ratio']):>8}  target {bound(line, 'target') or '-':8} "
              f"alarm {bound(line, 'alarm') or '-':8} {verdict(line)}")
    print(flush=True)


def machine(congestion):
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    versions = {}
    for name, command in {"nginx": ["nginx", "-v"], "docker-registry": ["docker-registry", "--version"]}.items():
        done = subprocess.run(command, capture_output=True, text=True)
        versions[name] = (done.stdout + done.stderr).strip()
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release(), "tcp_congestion": congestion,
            "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30), 1),
            "versions": versions, "revision": revision}


def _each(results, name):
    return ", ".join(dict.fromkeys(f"{result[name]:g}" if name != "revision" else result[name]
                                   for result in results.values()))


def markdown(results, about, plots):
    done = [line for result in results.values() for line in result["lines"]]
    out = [f"{about['cores']} x {about['processor']}, {about['memory_gib']} GiB, Linux {about['kernel']}, "
           f"congestion control {about['tcp_congestion']}; "
           f"{'; '.join(about['versions'].values())}. "
           f"Medians of {_each(results, 'rounds')} interleaved rounds of {_each(results, 'seconds')} s; "
           f"Berth {_each(results, 'revision')}.", "",
           "| load | beside | Berth | peer | ratio | target | alarm | |", "|---|---|---|---|---|---|---|---|"]
    for line in done:
        unit = UNITS.get(line["metric"], "")
        other, ratio = (f"{figure(line['other'])} {unit}", figure(line["ratio"])) if line["peer"] else ("", "")
        out.append(f"| {line['title']} | {line['peer'] or ''} | {figure(line['value'])} {unit} | {other} | {ratio} | "
                   f"{bound(line, 'target')} | {bound(line, 'alarm')} | {verdict(line)} |")
    out += ["", *(f"![{title}]({path})" for title, path in plots)]
    return "\n".join(out) + "\n"


def publish(page, folder, text):
    """Puts the table into a page of docs, where its marks are."""
    kept = page.read_text()
    head, rest = kept.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    text = text.replace("](", f"]({os.path.relpath(folder, page.parent)}/")
    page.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{tail}")


def _with_kept(path, results, options, about):
    """Rows measured now, and behind them those that the file already has."""
    kept = json.loads(path.read_text())["rows"] if path.exists() else {}
    for result in results.values():
        result |= {"rounds": options.rounds, "seconds": options.seconds, "revision": about["revision"]}
    return {row.name: merged[row.name] for row in ROWS if row.name in (merged := {**kept, **results})}


def write(results, options):
    """bench/results/DATE.json, .md and plots. Rows that are there from another run of that day stay, if not measured
    anew."""
    folder = pathlib.Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    name = options.name or datetime.date.today().isoformat()
    about = machine(options.congestion)
    results = _with_kept(folder / f"{name}.json", results, options, about)
    plots = []
    groups = {}
    for row in ROWS:
        if row.name in results:
            groups.setdefault((row.group, row.metric), []).append(row)
    for (group, metric), members in groups.items():
        path = f"{name}-{group}-{metric}.svg"
        bars = [(row.name, {peer: value["medians"].get(metric, 0) for peer, value in of["peers"].items()})
                for row in members for of in [results[row.name]]]
        (folder / path).write_text(plot.bars(f"{group}, {UNITS.get(metric, metric)}", bars))
        plots.append((f"{group} {metric}", path))
    (folder / f"{name}.json").write_text(json.dumps({"machine": about, "rows": results}, indent=1) + "\n")
    text = markdown(results, about, plots)
    (folder / f"{name}.md").write_text(text)
    if options.publish:
        publish(PAGE, folder, text)
    print(f"written: {folder / name}.json, .md")

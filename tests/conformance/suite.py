"""Builds the suite, runs it, counts. See `run`."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "blackbox"))

from support import aws  # noqa: E402
from support.server import Server  # noqa: E402

MODULE = "github.com/opencontainers/distribution-spec/conformance"
SWITCHES = [
    "API_PING", "API_PULL", "API_PUSH", "API_BLOBS_ATOMIC", "API_BLOBS_DELETE", "API_BLOBS_DIGEST_HEADER",
    "API_BLOBS_MOUNT_ANONYMOUS", "API_BLOBS_UPLOAD_CANCEL", "API_MANIFESTS_ATOMIC", "API_MANIFESTS_DELETE",
    "API_MANIFESTS_DIGEST_HEADER", "API_MANIFESTS_TAG_PARAM", "API_TAGS_ATOMIC", "API_TAGS_DELETE", "API_TAGS_LIST",
    "API_REFERRER", "DATA_IMAGE", "DATA_INDEX", "DATA_INDEX_LIST", "DATA_SPARSE", "DATA_ARTIFACT", "DATA_SUBJECT",
    "DATA_SUBJECT_MISSING", "DATA_ARTIFACT_LIST", "DATA_SUBJECT_LIST", "DATA_DATA_FIELD", "DATA_NONDISTRIBUTABLE",
    "DATA_CUSTOM_FIELDS", "DATA_NO_LAYERS", "DATA_EMPTY_BLOB", "DATA_SHA512",
]
REPOSITORIES = ("conformance/repo1", "conformance/repo2")
SHOWN = 40  # failures printed per run
COUNTS = ("Pass", "FAIL", "Error", "Skip", "Disabled")


def cache():
    return pathlib.Path(os.environ["BERTH_TEST_CACHE"]) / "conformance"


def build():
    """The suite's newest revision, built once: (program, revision)."""
    found = subprocess.run(["go", "mod", "download", "-json", f"{MODULE}@latest"], cwd="/", capture_output=True,
                           text=True, env={**os.environ, "GOFLAGS": "-mod=mod"})
    if found.returncode:
        sys.exit(f"tests/conformance: the suite cannot be fetched:\n{found.stdout}{found.stderr}")
    module = json.loads(found.stdout)
    program = cache() / module["Version"] / "conformance"
    if not program.exists():
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "source"
            shutil.copytree(module["Dir"], source, copy_function=shutil.copyfile)
            for path in [source, *source.rglob("*")]:
                path.chmod(0o755 if path.is_dir() else 0o644)
            subprocess.run(["go", "build", "-o", "conformance", "."], cwd=source, check=True,
                           env={**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"})
            program.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source / "conformance", program)
    return program, module["Version"]


def switched_off(results):
    """The switches that a run had off, by the suite's own account: none that we do not know of may stay off."""
    config = (results / "results.yaml").read_text().partition("  apis:")[2].partition("  roData:")[0]
    return re.findall(r"^ +(\w+): false$", config, re.M)


def run(program, server, version, results, without=(), service="ecr"):
    """One run of the suite; how many of its results have which status."""
    user, password = aws.registry_token(server, service)
    client = aws.client(server, service)
    made = [client.create_repository(repositoryName=name)["repository"]["repositoryUri"] for name in REPOSITORIES]
    repositories = [uri.removeprefix(server.registry + "/") for uri in made]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("OCI_")},
        **{f"OCI_{switch}": "false" if switch in without else "true" for switch in SWITCHES},
        "OCI_REGISTRY": server.registry, "OCI_TLS": "disabled", "OCI_VERSION": version, "OCI_USERNAME": user,
        "OCI_PASSWORD": password, "OCI_REPO1": repositories[0], "OCI_REPO2": repositories[1],
        "OCI_RESULTS_DIR": str(results),
    }
    results.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([program], capture_output=True, text=True, env=environment, timeout=600, cwd=results)
    (results / "output.txt").write_text(done.stdout + done.stderr)
    counts = {name: 0 for name in COUNTS}
    summary = done.stdout.partition("OCI Conformance Result:")[2].partition("API conformance:")[0]
    for name, number in re.findall(r"^ *(\w+)\.+: +(\d+)$", summary, re.M):
        if name in counts:
            counts[name] = int(number)
    for name in REPOSITORIES:
        client.delete_repository(repositoryName=name, force=True)
    if not counts["Pass"] or not (results / "junit.xml").exists():
        sys.exit(f"tests/conformance: the suite did not run:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    if len(switched_off(results)) != len(without):
        sys.exit(f"tests/conformance: switches that are off: {switched_off(results)}")
    return counts


def failures(results):
    """(name, what it said) of each junit case that failed."""
    root = xml.etree.ElementTree.parse(results / "junit.xml").getroot()
    for case in root.iter("testcase"):
        if case.get("status") in ("failure", "error"):
            yield case.get("name"), (case.findtext("system-out") or "").strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--berth")
    parser.add_argument("--results", type=pathlib.Path)
    options = parser.parse_args()
    if options.berth:
        os.environ["BERTH_BINARY"] = str(pathlib.Path(options.berth).resolve())
    program, revision = build()
    print(f"conformance suite {revision}")
    total = {name: 0 for name in COUNTS}
    with tempfile.TemporaryDirectory(prefix="berth-conformance-") as folder:
        out = options.results or pathlib.Path(folder) / "results"
        sparse = ["--registry-sparse-manifests=true"]
        for name, version, serve, without, service in (
                ("1.1", "1.1", sparse, (), "ecr"),
                ("dev", "dev", sparse, (), "ecr"),
                ("dev-defaults", "dev", [], ("DATA_SPARSE",), "ecr"),
                ("public", "dev", [*sparse, "--registry-public-hosts", "127.0.0.1"], (), "ecr-public")):
            server = Server(pathlib.Path(folder) / name, serve).init().start()
            try:
                counts = run(program, server, version, out / name, without, service)
            finally:
                server.stop()
            print(f"{name}: " + ", ".join(f"{counts[key]} {key.lower()}" for key in COUNTS))
            told = list(failures(out / name))
            for case, said in told[:SHOWN]:
                print(f"  {case}: {' | '.join(said.splitlines())[:300]}")
            if len(told) > SHOWN:
                print(f"  ... and {len(told) - SHOWN} more, see --results")
            if not without:
                counts["FAIL"] += counts["Disabled"]
            for key in COUNTS:
                total[key] += counts[key]
    failed = total["FAIL"] + total["Error"]
    print(f"conformance: {total['Pass']} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

"""Shows that the soak can fail: plants each fault and looks whether it is found, and as what.

tests/soak/run [--berth PATH] selftest [FAULT...]"""

import concurrent.futures
import pathlib
import re
import subprocess
import sys

import faults

SOAK = pathlib.Path(__file__).with_name("soak.py")
SECONDS = 60  # a run ends sooner, with the first violation
SHORT = {"kept_garbage": 5}  # but what is found at the end
ORDER = "no order of the calls explains this answer"
FOUND_AS = {
    "lost_image": f"{ORDER}.* -> absent", "ghost": f"{ORDER}.* -> active", "flipped_byte": "gave .* wrong bytes",
    "wrong_manifest": "has wrong bytes", "stale_tag": f"{ORDER}.*get_tag",
    "forgotten_layer": f"which was promised|{ORDER}.*put", "absent_layer": "is not there, but must be",
    "undead_layer": "is there, but was taken away|which was promised", "lost_push": ORDER, "lost_deletion": ORDER,
    "lost_untag": ORDER, "short_list": f"{ORDER}.*tags", "long_list": f"{ORDER}.*tags",
    "lost_referrer": f"{ORDER}.*referrers", "server_error": "was answered 500", "silence": "had no answer",
    "short_lease": "which was promised|must be", "kept_garbage": "which are still there",
    "lost_file": "was answered 500|must be", "rotten_file": "gave .* wrong bytes|was answered 500|fsck ended with 1",
}


def plant(fault):
    """How it was found, or None."""
    done = subprocess.run([sys.executable, str(SOAK), "--plant", fault, "--workers", "4", "--seconds",
                           str(SHORT.get(fault, SECONDS))],
                          capture_output=True, text=True, check=False)
    first = next((line for line in done.stdout.splitlines() if line.startswith("VIOLATION")), "")
    if done.returncode == 1 and re.search(FOUND_AS[fault], first):
        return first
    print(f"FAILED: {fault} was not found as it should be, exit status {done.returncode}:\n"
          f"{done.stdout[-3000:]}{done.stderr[-3000:]}", flush=True)
    return None


def main():
    chosen = sys.argv[1:] or sorted(faults.ALL)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = dict(zip(chosen, pool.map(plant, chosen), strict=True))
    for fault, how in found.items():
        if how:
            print(f"{fault:16s} {how[:150]}")
    passed = sum(how is not None for how in found.values())
    print(f"{passed} passed, {len(found) - passed} failed")
    return 0 if passed == len(found) else 1


if __name__ == "__main__":
    sys.exit(main())

# Where the test tools live; sourced by every script under tests/. Nothing here is inside the tree but node_modules.
# Sets: TESTS, BERTH_TEST_CACHE (kept between runs), VENV, and puts the virtual environment and Go first in PATH.
TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export BERTH_TEST_CACHE=${BERTH_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth-tests}
VENV=$BERTH_TEST_CACHE/venv
PATH=$VENV/bin:$PATH:/usr/sbin:/sbin
go_new_enough() { command -v go >/dev/null && [[ $(go version) =~ go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 24)); }
if ! go_new_enough; then
  for bin in /usr/lib/go-1.*/bin /usr/local/go/bin; do
    if [[ -x $bin/go ]]; then PATH=$bin:$PATH; fi
  done
fi
export PATH

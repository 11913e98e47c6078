# Debian packages for tests and benches; sourced.

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing() {
  for package in "$@"; do installed "$package" || echo "$package"; done
}

# Until this shell ends no daemon of a package that is installed may start: tests start their own.
no_daemons() {
  export DEBIAN_FRONTEND=noninteractive
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]]; then return; fi
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
  # shellcheck disable=SC2064
  trap "rm -f $policy" EXIT
}

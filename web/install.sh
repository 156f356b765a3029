#!/bin/bash
# Installs what the lockfile pins, and Node too, since a distribution's Node may be too old; none of the packages needs an install script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec 8>.install.lock
flock 8
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --ignore-scripts --loglevel=error

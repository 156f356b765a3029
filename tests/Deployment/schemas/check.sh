#!/bin/bash
# Checks documents against schemas from npm.
# usage: tests/Deployment/schemas/check.sh keda|compose FILE
set -euo pipefail
file=$(readlink -f "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"

# The lockfile pins the packages, and Node too, since a distribution's Node may be too old; none of them needs an install script.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2
export PATH=$PWD/node_modules/.bin:$PATH
node check.mjs "$1" "$file"

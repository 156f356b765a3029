#!/bin/bash
# Packs the pipeline CLI: as a dotnet tool, for machines with .NET 10, and as one self-contained file.
# usage: scripts/pack-cli.sh [--rid RID] [--output FOLDER]
#   --rid     the platform of the self-contained file, such as linux-x64 or linux-arm64 (default: this one)
#   --output  where to put both (default: artifacts/cli)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." # for its global.json

die() { printf 'pack-cli.sh: %s\n' "$*" >&2; exit 2; }

rid=
output=artifacts/cli
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
    --rid | --output) [ $# -gt 1 ] || die "$1 needs a value"; if [ "$1" = --rid ]; then rid=$2; else output=$2; fi; shift ;;
    *) die "there is no option '$1'" ;;
    esac
    shift
done
command -v dotnet >/dev/null || die "no .NET SDK; run scripts/install.sh"
[ -n "$rid" ] || rid=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
[[ $rid =~ ^(linux|linux-musl|osx|win)-(x64|arm64)$ ]] || die "'$rid' is not supported: --rid must be a platform such as linux-x64"

# A separate folder, since a restore for one platform would make the next plain build restore again.
build=artifacts/pack-cli
mkdir -p "$output"
rm -rf "$build/tool"
dotnet pack src/Cli -c Release -v q -nologo --artifacts-path "$build" -o "$build/tool"
dotnet publish src/Cli -c Release -v q -nologo --artifacts-path "$build" -r "$rid" --self-contained \
    -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=none -o "$build/file/$rid"

suffix=
[[ $rid != win-* ]] || suffix=.exe
tools=("$build"/tool/Pipeline.Cli.*.nupkg)
cp -f "${tools[@]}" "$output/"
cp -f "$build/file/$rid/pipeline$suffix" "$output/pipeline-$rid$suffix"
version=${tools[-1]##*/Pipeline.Cli.}
cat <<DONE
$output/pipeline-$rid$suffix    copy it to a folder of your PATH as pipeline$suffix
$output/${tools[-1]##*/}    dotnet tool install --global Pipeline.Cli --version ${version%.nupkg} --add-source $output
DONE

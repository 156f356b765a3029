#!/bin/bash
# Installs what Pipeline needs on Debian 12/13 or Ubuntu 22.04/24.04 and this machine lacks. Fast when nothing is missing.
# usage: scripts/install.sh [--tests]     --tests: also what the tests use
# env:   PIPELINE_SKIP_INSTALL=1  install nothing: for those who see to the libraries themselves
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

# The t64 names are the same libraries where time_t has grown to 64 bits.
packages=('libvips42|libvips42t64' 'libturbojpeg0|libturbojpeg' libwebp7 libwebpmux3 libwebpdemux2 curl ca-certificates)
case ${1:-} in
'') ;;
--tests)
    packages+=(libimage-exiftool-perl imagemagick clamav-daemon procps nginx strace systemd)
    # npm, for the checks of the OpenAPI document.
    command -v npm >/dev/null || packages+=(nodejs npm)
    # Codecs of HEIC and AVIF. Releases that still call the library libvips42 have them inside libheif.
    for codec in aomenc dav1d libde265 x265; do packages+=("libheif-plugin-$codec|libvips42"); done
    ;;
*) die "usage: scripts/install.sh [--tests]" ;;
esac

command -v dotnet >/dev/null || die "no .NET SDK: get 10.0 from https://dotnet.microsoft.com/download/dotnet/10.0"
sdks=$(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')
[[ " $sdks" == *' 10.0.'* ]] ||
    die ".NET SDK 10.0 is needed and there is only: ${sdks:-none }. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"

[ "${PIPELINE_SKIP_INSTALL:-}" = 1 ] || "$here/apt.sh" "${packages[@]}" ||
    die "install the above by hand and set PIPELINE_SKIP_INSTALL=1 if this machine has no apt"

#!/bin/bash
# Installs the missing packages that Pipeline needs on Debian 12/13 or Ubuntu 22.04/24.04. Fast if none is missing.
# usage: scripts/install.sh [--tests]     --tests: also the packages that the tests use
# env:   PIPELINE_SKIP_INSTALL=1  install nothing: for users who install the libraries themselves
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

# The t64 names are the same libraries on releases with a 64-bit time_t.
packages=('libvips42|libvips42t64' 'libturbojpeg0|libturbojpeg' libwebp7 libwebpmux3 libwebpdemux2 curl ca-certificates)
case ${1:-} in
'') ;;
--tests)
    packages+=(libimage-exiftool-perl imagemagick clamav-daemon procps nginx strace systemd openssl 'chromium|chromium-browser')
    # npm is for the checks of the OpenAPI document, for the TypeScript client and for pages in Chromium.
    command -v npm >/dev/null || packages+=(nodejs npm)
    # Codecs of HEIC and AVIF. On releases with the package name libvips42, libheif contains them.
    for codec in aomenc dav1d libde265 x265; do packages+=("libheif-plugin-$codec|libvips42"); done
    ;;
*) die "usage: scripts/install.sh [--tests]" ;;
esac

command -v dotnet >/dev/null || die "no .NET SDK: get 10.0 from https://dotnet.microsoft.com/download/dotnet/10.0"
sdks=$(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')
[[ " $sdks" == *' 10.0.'* ]] ||
    die ".NET SDK 10.0 is needed, but this machine has: ${sdks:-none }. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"

[ "${PIPELINE_SKIP_INSTALL:-}" != 1 ] || exit 0
if ! command -v apt-get >/dev/null && [ "${1:-}" != --tests ]; then
    # The build brings libvips from NuGet for machines like this one; the log of the server says which libraries it uses.
    command -v curl >/dev/null || die "curl is missing: install it by hand"
    echo "install.sh: this machine has no apt, so libvips comes from NuGet. It reads no HEIC; libjpeg-turbo and libwebp are used if they are installed" >&2
    exit 0
fi
"$here/apt.sh" "${packages[@]}" ||
    die "if this machine has no apt, install the packages above by hand and set PIPELINE_SKIP_INSTALL=1"

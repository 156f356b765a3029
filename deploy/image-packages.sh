#!/bin/bash
# Lists what an image contains, one a line: where it is from, name, version. For the record beside a release, and to look up known flaws.
# usage: deploy/image-packages.sh FOLDER     the image's unpacked files:
#        docker export $(docker create pipeline-processor) | tar -x -C FOLDER
set -euo pipefail
[ $# = 1 ] && [ -f "$1/var/lib/dpkg/status" ] || { sed -n '3,4s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

# The distribution's packages.
system=$(sed -n 's/^ID=//p' "$1/etc/os-release" | tr -d '"')
awk -v origin="$system" '
    /^Package: / { name = $2 } /^Status: / { installed = / installed$/ } /^Version: / { version = $2 }
    /^$/ { if (installed) print origin, name, version; installed = 0 }
    END { if (installed) print origin, name, version }' "$1/var/lib/dpkg/status"

# .NET itself, which Microsoft does not install as a package.
for runtime in "$1"/usr/share/dotnet/shared/*/*/; do
    runtime=${runtime%/}
    [ ! -d "$runtime" ] || echo "dotnet $(basename "$(dirname "$runtime")") $(basename "$runtime")"
done

# The packages of the program.
for file in "$1"/app/*.deps.json; do
    [ ! -e "$file" ] || grep -B1 '"type": "package"' "$file" | sed -nE 's/^ *"([^"/]+)\/([^"]+)": \{$/nuget \1 \2/p'
done | sort -u

#!/bin/bash
# Checks the whitespace and braces of all C# files by .editorconfig; `tools/format.sh --mend` mends them. It loads no project, so it takes seconds.
# The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
case ${1:-} in
'') check=(--verify-no-changes) ;;
--mend) check=() ;;
*) echo 'usage: tools/format.sh [--mend]' >&2; exit 2 ;;
esac

if dotnet format whitespace . --folder "${check[@]}"; then
    echo '1 passed, 0 failed'
else
    echo 'tools/format.sh: some files are not formatted; tools/format.sh --mend formats them' >&2
    echo '0 passed, 1 failed'
    exit 1
fi

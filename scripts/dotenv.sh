# shellcheck shell=bash
# Sourced by run.sh.

# Exports the NAME=value lines of a file, which is parsed and never executed. Variables that are already set stay, and a name without a value counts as not set.
load_dotenv() { # FILE
    [ -f "$1" ] || return 0
    local line name value number=0
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        line=${line%$'\r'}
        line=${line#"${line%%[![:space:]]*}"}
        line=${line#export }
        case $line in '' | '#'*) continue ;; esac
        name=${line%%=*}
        if ! [[ $line == *=* && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
            # Do not print the line: it may hold a secret.
            printf '%s: line %s is not NAME=value\n' "$1" "$number" >&2
            return 1
        fi
        value=${line#*=}
        value=${value%"${value##*[![:space:]]}"}
        case $value in \"*\" | \'*\') value=${value:1:${#value}-2} ;; esac
        [ -z "$value" ] || [ -n "${!name+set}" ] || export "$name=$value"
    done <"$1"
}

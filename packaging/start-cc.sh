#!/bin/sh
# Links what is shipped: cc (rustc reads that off our name), told to put side by side what a start runs through.
# `packaging/cargo.sh` names it to cargo.
#
# The kernel maps a program 64 KiB at a time as it runs, at some microseconds each: a plain check that hops through ten
# megabytes pays a sixth of its time for that. The functions are those of start.names, written as name.sed leaves them,
# so that they are found whatever the compiler makes of their names. One that is not there is passed over; a list that
# has grown old costs time and nothing else. `packaging/order.sh` makes it anew.
set -eu
here=$(dirname "$0")
lld='' static=''
for word; do
    case $word in
    -fuse-ld=lld) lld=yes ;;
    -static) static=yes ;;
    esac
done
# Other linkers have no such order, and build scripts start once.
[ "$lld$static" = yesyes ] || exec cc "$@"

order=$(mktemp)
trap 'rm -f "$order"' EXIT
trap 'exit 1' HUP INT TERM
# The name as it is and as it is listed.
for word; do
    case $word in *.o | *.rlib) printf '%s\0' "$word" ;; esac
done | xargs -0 nm -P --defined-only 2>/dev/null | sed -n '/^_R\|^_ZN/s/ .*//p' |
    sed -e h -f "$here/name.sed" -e 'x; G; s/\n/ /' |
    awk 'NR == FNR { place[$1] = FNR; if ($1 !~ /^(_R|_ZN)/) print FNR, $1; next }
         $2 in place { print place[$2], $1 }' "$here/start.names" - |
    sort -u -k 1,1n -k 2 | cut -d ' ' -f 2 >"$order"
cc "$@" -Wl,--no-warn-symbol-ordering "-Wl,--symbol-ordering-file=$order"

#!/bin/sh
# Builds the probes with OpenSSL and the C library linked in, one file each: packaging/static.sh PROFILE OUT (`make static`).
#
# Such a file runs wherever the kernel does. Its OpenSSL is of the day on which it was built, and it resolves names by
# /etc/hosts and DNS; where nsswitch.conf names other services, use the package.
set -eu
[ $# -eq 2 ] || { echo 'usage: static.sh PROFILE OUT' >&2; exit 2; }
cd "$(dirname "$0")/.."
mkdir -p "$2"
out=$(cd "$2" && pwd)
folder=$1
case $1 in
dev) folder=debug ;;
# OpenSSL's C, too, without optimisation: the same code in three fifths of the time.
trial)
    CFLAGS="${CFLAGS:-} -O0"
    export CFLAGS
    ;;
esac
packaging/cargo.sh vendored build --quiet --profile "$1" --target-dir "$out" --bins
for main in bin/*.rs; do
    probe=$(basename "$main" .rs)
    install -m 755 "$out"/*/"$folder/$probe" "$out/$probe"
done

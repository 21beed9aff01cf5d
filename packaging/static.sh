#!/bin/sh
# Builds the probes with OpenSSL and the C library linked in, one file each: packaging/static.sh PROFILE OUT (`make static`).
#
# Such a file runs wherever the kernel does. Its OpenSSL is of the day on which it was built, and it resolves names by
# /etc/hosts and DNS; where nsswitch.conf names other services, use the package.
set -eu
[ $# -eq 2 ] || { echo 'usage: static.sh PROFILE OUT' >&2; exit 2; }
cd "$(dirname "$0")/.."
profile=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
target=$(rustc -vV | sed -n 's/^host: //p')
built=$profile
[ "$profile" != dev ] || built=debug

unset CARGO_ENCODED_RUSTFLAGS OPENSSL_DIR OPENSSL_LIB_DIR OPENSSL_INCLUDE_DIR OPENSSL_STATIC
# A target of its own keeps the flags from what runs while we build.
RUSTFLAGS='-C target-feature=+crt-static' \
    "${CARGO:-cargo}" build --quiet --profile "$profile" --features vendored --target "$target" --target-dir "$out" --bins
for main in bin/*.rs; do
    probe=$(basename "$main" .rs)
    install -m 755 "$out/$target/$built/$probe" "$out/$probe"
done

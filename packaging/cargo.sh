#!/bin/sh
# Runs cargo so that what it builds is linked as it is shipped: packaging/cargo.sh system|vendored COMMAND [ARGUMENT ...]
#
# OpenSSL and the C library stand in the file, at their final addresses: most of what a plain check costs is the search
# for libraries and the relocation of their tables, a hundred thousand times a day.
#   system    the distribution's own archives, with its policy and its roots: for its packages, to be built anew with it
#   vendored  OpenSSL from source: for a file that is carried elsewhere
set -eu
[ $# -ge 2 ] || { echo 'usage: cargo.sh system|vendored COMMAND [ARGUMENT ...]' >&2; exit 2; }
openssl=$1 command=$2
shift 2
unset CARGO_ENCODED_RUSTFLAGS OPENSSL_DIR OPENSSL_STATIC OPENSSL_LIB_DIR OPENSSL_INCLUDE_DIR
case $openssl in
system)
    OPENSSL_STATIC=1
    OPENSSL_LIB_DIR=$(pkg-config --variable=libdir libssl)
    OPENSSL_INCLUDE_DIR=$(pkg-config --variable=includedir libssl)
    export OPENSSL_STATIC OPENSSL_LIB_DIR OPENSSL_INCLUDE_DIR
    ;;
vendored) set -- --features vendored "$@" ;;
*)
    echo "cargo.sh: no way to link OpenSSL: $openssl" >&2
    exit 2
    ;;
esac
export RUSTFLAGS='-C target-feature=+crt-static -C relocation-model=static'
here=$(cd "$(dirname "$0")" && pwd)
# A target that is named keeps the flags from what runs while we build.
target=$(rustc -vV | sed -n 's/^host: //p')
linker=$(printf '%s' "$target" | tr 'a-z-' 'A-Z_')
export "CARGO_TARGET_${linker}_LINKER=$here/start-cc.sh"
exec "${CARGO:-cargo}" "$command" --target "$target" "$@"

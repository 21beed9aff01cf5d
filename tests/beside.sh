#!/bin/sh
# Runs the tests, and beside them the single-file build that the last of them wants: tests/beside.sh COMMAND [ARGUMENT ...]
#
# Most suites wait for servers most of the time, and OpenSSL takes minutes. The build gets what they leave of the
# processors. It decides nothing: tests/vendored.rs builds again what is missing here, and says why it cannot be built.
set -eu
[ $# -ge 1 ] || { echo 'usage: beside.sh COMMAND [ARGUMENT ...]' >&2; exit 2; }
cd "$(dirname "$0")/.."
# Of this class, it steps back at once for whatever else wants to run, so that nothing is late for its sake.
behind='chrt --idle 0'
$behind true 2>/dev/null || behind='nice -n 19'
$behind packaging/static.sh trial target/static >/dev/null 2>&1 &
build=$!
trap 'kill "$build" 2>/dev/null || true' EXIT
trap 'exit 1' HUP INT TERM
"$@"

#!/bin/sh
# Writes start.names anew: what checks run through from their start to their end, as callgrind saw it (`make order`).
#
# Plain dialogues first, which are short and many; then what TLS adds.
set -eu
cd "$(dirname "$0")/.."
names=$PWD/packaging/start.names
packaging/cargo.sh system build --quiet --profile dist --config 'profile.dist.strip=false' --target-dir target/order --bins
${CARGO:-cargo} build --quiet --example sandbox
bin=$(dirname target/order/*/dist/check_smtp)
work=$(mktemp -d)
servers=''
trap 'kill $servers; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# serve NAME OPTION ...: a server, until we end; its port is in NAME.port, its authority in NAME.ca.
serve() {
    name=$1
    shift
    target/debug/examples/sandbox serve "$@" >"$work/$name.said" &
    servers="$servers $!"
    until grep -q ^Ctrl-C "$work/$name.said"; do sleep 0.1; done
    sed -n 's/.* on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$work/$name.said" >"$work/$name.port"
    sed -n 's/.* --ca-file \([^ ]*\).*/\1/p' "$work/$name.said" >"$work/$name.ca"
}

# trace PROBE OPTION ...: what of it was not run through before.
trace() {
    probe=$1
    shift
    valgrind -q --tool=callgrind --demangle=no --compress-strings=no --callgrind-out-file="$work/trace" \
        "$bin/$probe" "$@" >&2 || [ $? -le 3 ]
    sed -n "s/^fn=//; T; s/'[0-9]*\$//; /^[(0]/!p" "$work/trace" | sed -f packaging/name.sed | sort -u | add
}

# Those of the input that are not there yet.
add() {
    awk 'NR == FNR { there[$1]; next } !($1 in there) { there[$1]; print $1 }' "$work/names" - >"$work/new"
    cat "$work/new" >>"$work/names"
}

# What valgrind's processor has not: the same functions for others, processor by processor.
others() {
    nm -P "$bin/check_smtp" | sed -n 's/ .*//p' | grep -E '^__(mem|str)[a-z]+_(evex|avx512|avx|sse)[0-9a-z_]*$' |
        sed 's/^__[a-z]*_\([a-z0-9]*\).*/\1 &/' | sort -u | cut -d ' ' -f 2 >"$work/all"
    sed -n 's/^__\(\(mem\|str\)[a-z]*\)_\(avx\|sse\).*/^__\1_/p' "$work/names" |
        sed 's/memcpy/memmove/' | sort -u >"$work/kinds"
    grep -f "$work/kinds" "$work/all" | add
}

# Of itself, awk takes an empty file for none.
echo _start >"$work/names"
for service in smtp imap pop3; do
    serve $service $service
    serve $service.tls $service --tls
done
serve smtp.starttls smtp --starttls
for service in smtp imap pop3; do
    trace check_$service -H 127.0.0.1 -p "$(cat "$work/$service.port")"
done
trace check_mailq -M postfix --command /bin/echo --command-arg 'Mail queue is empty' -w 10 -c 20
trace check_blacklist -H 192.0.2.1 -s bl.example.test -n 127.0.0.1 -t 1
others
SECRET='s3cret sandbox-Pass'
export SECRET
trace check_smtp -H 127.0.0.1 -p "$(cat "$work/smtp.starttls.port")" --starttls --ca-file "$(cat "$work/smtp.starttls.ca")"
for service in smtp imap pop3; do
    trace check_$service -H 127.0.0.1 -p "$(cat "$work/$service.tls.port")" --tls --ca-file "$(cat "$work/$service.tls.ca")" \
        --user probe --password-env SECRET
done
trace check_cert -H 127.0.0.1 -p "$(cat "$work/imap.tls.port")" --ca-file "$(cat "$work/imap.tls.ca")"
cp "$work/names" "$names"
wc -l "$names"

#!/bin/sh
# A validating Unbound in front of `nsd.sh`: see `frame.rs` for who runs this.
#
#   DNS           answers as a resolver, over UDP and TCP
#   PLAIN         the same tree, not validated: no AD bit ever
#   LAB_ADDRESS   a loopback address of this run's own: DNS is there on port 53, too, for programs that know no other
#   LAB_UPSTREAM  NSD's port
#   LAB_ANCHOR    the root's key, a file that nsd.sh wrote
#   LAB_LOCAL     if given: a file with more of Unbound's configuration, such as zones that it refuses
set -eu
umask 022
: "${LAB_ADDRESS:?}" "${PORT_DNS:?}" "${PORT_PLAIN:?}" "${LAB_UPSTREAM:?}" "${LAB_ANCHOR:?}"
PATH=/usr/sbin:/usr/bin:/sbin:/bin
. "$(dirname "$0")/await.sh"
command -v unbound >/dev/null || {
    echo 'unbound.sh: unbound is needed' >&2
    exit 1
}
dir=$1/unbound
mkdir -p "$dir"
cp "$LAB_ANCHOR" "$dir/anchor"

# configuration FILE PORT MODULES [ADDRESS]
configuration() {
    cat >"$1" <<END
server:
    interface: 127.0.0.1@$2
${4:+    interface: $4@53}
    access-control: 127.0.0.0/8 allow
    module-config: "$3"
    trust-anchor-file: "$dir/anchor"
    do-not-query-localhost: no
    do-ip6: no
    unblock-lan-zones: yes
    local-zone: "test." nodefault
    local-zone: "invalid." nodefault
    ede: yes
    # Old dates are what some zones are for, and they must be seen as such.
    val-sig-skew-min: 0
    val-sig-skew-max: 0
    qname-minimisation: no
    username: ""
    chroot: ""
    directory: "$dir"
    pidfile: ""
    use-syslog: no
    logfile: ""
    verbosity: 1
    val-log-level: 2
$(cat "${LAB_LOCAL:-/dev/null}")
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@$LAB_UPSTREAM
END
    unbound-checkconf "$1" >&2
}
configuration "$dir/validating.conf" "$PORT_DNS" 'validator iterator' "$LAB_ADDRESS"
configuration "$dir/plain.conf" "$PORT_PLAIN" iterator
listens() {
    timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"' "$1" 2>/dev/null
}
unbound -d -c "$dir/plain.conf" >&2 2>&1 &
server=$!
await listens "$PORT_PLAIN"
unbound -d -c "$dir/validating.conf" >&2 2>&1 &
server=$!
await listens "$PORT_DNS"
echo ready
wait "$server"

#!/bin/sh
# NSD with a DNS tree of its own, from a signed root down: see `frame.rs` for who runs this.
#
#   DNS         answers for every zone, over UDP and TCP
#   LAB_ZONES   a folder with one file per zone, named as the zone (`example.test`): records in master form, with SOA and NS
#
# The root is made here. Each zone is delegated from the nearest one above it that has a file, or from the root. Its first line may
# say how it is signed (ECDSA P-256, signatures for 30 days unless said otherwise):
#
#   ; lab: signed             with NSEC; `nsec3` for NSEC3
#   ; lab: signed days=2      whose signatures end in two days; hours=3 in three hours
#   ; lab: expired            whose signatures ended a day ago
#   ; lab: tampered TLSA      whose records of this type (hex at the end) are not those that were signed
#   ; lab: foreign            signed by another key than the one above it vouches for
#   ; lab: island             signed, and nobody above vouches for it
#
# No such line: not signed, and the zone above proves it. DIR/nsd/anchor holds the root's key, for `unbound.sh` and others.
set -eu
umask 022
: "${PORT_DNS:?}" "${LAB_ZONES:?}"
PATH=/usr/sbin:/usr/bin:/sbin:/bin
. "$(dirname "$0")/await.sh"
for tool in nsd ldns-keygen ldns-signzone ldns-key2ds; do
    command -v "$tool" >/dev/null || {
        echo "nsd.sh: $tool is needed" >&2
        exit 1
    }
done
dir=$1/nsd
mkdir -p "$dir/zones" "$dir/keys"
cd "$dir/keys"

cat >"$dir/zones/root" <<END
\$ORIGIN .
\$TTL 3600
. IN SOA ns.root.test. hostmaster.root.test. 1 7200 3600 1209600 300
. IN NS ns.root.test.
ns.root.test. IN A 127.0.0.1
END

# Deepest first: what a zone's key is called must stand in the zone above before that one is signed.
zones=$(ls "$LAB_ZONES" | awk -F. '{ print NF, $0 }' | sort -rn | cut -d' ' -f2)
for zone in $zones; do
    cp "$LAB_ZONES/$zone" "$dir/zones/$zone"
    printf '\n' >>"$dir/zones/$zone"
done

# above ZONE: the file of the zone that delegates it.
above() {
    rest=$1
    while [ "$rest" != "${rest#*.}" ]; do
        rest=${rest#*.}
        [ ! -e "$LAB_ZONES/$rest" ] || {
            echo "$rest"
            return
        }
    done
    echo root
}

# sign ORIGIN FILE KIND...: FILE.signed, and its DS in FILE.ds
sign() {
    origin=$1 file=$2 kind=$3
    shift 3
    key=$(ldns-keygen -k -a ECDSAP256SHA256 -r /dev/urandom "$origin")
    ends=$((30 * 24)) starts=24 nsec=
    case $kind in
    nsec3) nsec='-n -t 0' ;;
    expired) ends=-24 starts=$((20 * 24)) ;;
    esac
    for word; do
        case $word in
        days=*) ends=$((${word#days=} * 24)) ;;
        hours=*) ends=${word#hours=} ;;
        esac
    done
    now=$(date +%s)
    # shellcheck disable=SC2086 # options are words
    ldns-signzone $nsec -o "$origin" -f "$file.signed" \
        -i "$(date -u -d "@$((now - starts * 3600))" +%Y%m%d%H%M%S)" \
        -e "$(date -u -d "@$((now + ends * 3600))" +%Y%m%d%H%M%S)" "$file" "$key"
    case $kind in
    tampered)
        # Only the last word of the record: names and numbers stay.
        awk -v type="$1" '
            $4 == type { last = $NF; $NF = ""; gsub(/[0-8a-e]/, "9", last); print $0 last; next } { print }
        ' "$file.signed" >"$file.other" && mv "$file.other" "$file.signed"
        ;;
    foreign) key=$(ldns-keygen -k -a ECDSAP256SHA256 -r /dev/urandom "$origin") ;;
    esac
    cp "$key.key" "$file.anchor"
    if [ "$kind" = island ]; then : >"$file.ds"; else ldns-key2ds -n -2 "$key.key" >"$file.ds"; fi
}

for zone in $zones; do
    file=$dir/zones/$zone
    parent=$dir/zones/$(above "$zone")
    printf '%s. 3600 IN NS ns.%s.\nns.%s. 3600 IN A 127.0.0.1\n' "$zone" "$zone" "$zone" >>"$parent"
    how=$(sed -n '1s/^; lab: *//p' "$file")
    [ -z "$how" ] || {
        # shellcheck disable=SC2086
        sign "$zone." "$file" $how
        cat "$file.ds" >>"$parent"
    }
done
sign . "$dir/zones/root" signed
cp "$dir/zones/root.anchor" "$dir/anchor"

{
    cat <<END
server:
    ip-address: 127.0.0.1@$PORT_DNS
    username: ""
    chroot: ""
    zonesdir: "$dir/zones"
    database: ""
    pidfile: ""
    xfrdfile: "$dir/xfrd.state"
    zonelistfile: "$dir/zone.list"
    cookie-secret-file: ""
    minimal-responses: yes
    rrl-ratelimit: 0
    server-count: 1
    verbosity: 1
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "root.signed"
END
    for zone in $zones; do
        file=$zone
        [ ! -e "$dir/zones/$zone.signed" ] || file=$zone.signed
        printf 'zone:\n    name: "%s"\n    zonefile: "%s"\n' "$zone" "$file"
    done
} >"$dir/nsd.conf"
nsd-checkconf "$dir/nsd.conf" >&2
nsd -d -c "$dir/nsd.conf" >&2 2>&1 &
server=$!
listens() {
    timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"' "$PORT_DNS" 2>/dev/null
}
await listens
echo ready
wait "$server"

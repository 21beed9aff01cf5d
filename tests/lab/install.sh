#!/bin/sh
# Installs what the tests need and the machine lacks: a C compiler and OpenSSL's headers for the build, Postfix and
# Dovecot for the lab, NSD, Unbound and a signer for its zones, the peers and the readers of our formats for comparison.
# Idempotent, and quick when nothing is missing. No service is started, none is left enabled, and no package of this
# machine is removed: where that would be needed (another MTA), apt-get refuses and we say so.
#
#   install.sh          everything
#   install.sh build    only what `cargo build` needs
set -eu
here=$(dirname "$0")

packages='build-essential perl pkg-config libssl-dev ca-certificates'
[ "${1:-all}" = build ] || packages="$packages
    postfix dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-managesieved dovecot-sieve opendkim
    nsd unbound ldnsutils
    monitoring-plugins-basic monitoring-plugins-contrib bc curl file bind9-host iproute2
    libmonitoring-plugin-perl libnet-dns-perl libreadonly-perl libdata-validate-ip-perl
    libdata-validate-domain-perl libcapture-tiny-perl libnet-ip-perl
    libxml2-utils mandoc zsh fish shellcheck faketime
    libmail-imapclient-perl libio-socket-ssl-perl valgrind binutils
"

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit 1
}

missing_of() {
    for package; do
        case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
        ?i*) ;;
        *) printf ' %s' "$package" ;;
        esac
    done
}

command -v cargo >/dev/null || fail 'no cargo: install a Rust toolchain first (rust-version in Cargo.toml)'
command -v dpkg-query >/dev/null ||
    fail "this is not a Debian system; install the equivalents of: $packages"
# shellcheck disable=SC2086 # a list of words
missing=$(missing_of $packages)

if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] || fail "missing:$missing (run as root to install them)"
    command -v apt-get >/dev/null || fail "missing:$missing (and there is no apt-get)"
    echo "installing:$missing" >&2

    work=$(mktemp -d)
    # Packages ask this script before they start a daemon; 101 is "no".
    policy=/usr/sbin/policy-rc.d
    restore() {
        [ -z "${placed:-}" ] || rm -f "$policy"
        [ ! -e "$work/policy-rc.d" ] || mv "$work/policy-rc.d" "$policy"
        rm -rf "$work"
    }
    trap restore EXIT
    trap 'exit 1' HUP INT TERM
    if [ -e "$policy" ]; then mv "$policy" "$work/policy-rc.d"; fi
    placed=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"

    export DEBIAN_FRONTEND=noninteractive
    case $missing in
    *' postfix'*)
        echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
        ;;
    esac
    # shellcheck disable=SC2086
    install() {
        apt-get install -y -q --no-install-recommends --no-remove $missing >"$work/log" 2>&1
    }
    # Package lists may be absent or old: the second try has fresh ones.
    install || { apt-get update -q >>"$work/log" 2>&1 && install; } || {
        tail -n 15 "$work/log" >&2
        fail "apt-get could not install:$missing"
    }
    # Not now (policy-rc.d) and not at the next boot either.
    for service in postfix dovecot nsd unbound opendkim; do
        case $missing in
        *" $service"*)
            if command -v systemctl >/dev/null; then systemctl --quiet disable "$service" >/dev/null 2>&1 || true; fi
            update-rc.d "$service" disable >/dev/null 2>&1 || true
            ;;
        esac
    done
    restore
    trap - EXIT HUP INT TERM
fi

# Servers that cannot be installed beside Postfix and Dovecot are unpacked instead.
if [ "${1:-all}" != build ] && [ -e "$here/unpack.sh" ]; then
    sh "$here/unpack.sh" "$here/../../target/lab"
fi

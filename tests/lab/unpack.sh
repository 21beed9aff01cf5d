#!/bin/sh
# Unpacks the mail servers that cannot be installed beside Postfix and Dovecot, one tree per server.
#
#   tests/lab/unpack.sh ROOT [SERVER...]      makes ROOT/root-exim, root-courier, root-cyrus, root-opensmtpd
#
# Debian allows one MTA and one IMAP server at a time, so these packages are fetched and unpacked, never
# installed: no user is made, no service started, nothing of the host changes. The lab scripts lay a tree over
# /usr, /etc and /var in a mount namespace of their own (see overlay.sh). A tree also holds the libraries that
# the packages need and this host lacks. What is complete is left alone: a second run takes no time.
#
# Needs apt with a package source; root is not needed unless the package lists are missing.
set -eu

# The packages that make up each server. Libraries come by themselves.
packages() {
    case $1 in
    exim) echo exim4-daemon-heavy exim4-base exim4-config sasl2-bin libsasl2-modules libsasl2-modules-db ;;
    courier) echo courier-imap courier-pop courier-base courier-authdaemon courier-authlib courier-authlib-userdb gamin ;;
    cyrus) echo cyrus-imapd cyrus-pop3d cyrus-common sasl2-bin libsasl2-modules libsasl2-modules-db ;;
    opensmtpd) echo opensmtpd ;;
    sendmail) echo sendmail-bin sendmail-base sendmail-cf m4 ;;
    nullmailer) echo nullmailer ;;
    # A peer of check_mailq; the package would bring a dozen others.
    plugins) echo monitoring-plugins-standard monitoring-plugins-common ;;
    prometheus) echo prometheus ;;
    *) echo "unpack.sh: no such server: $1" >&2; return 1 ;;
    esac
}

# The names of what an installation of $@ would bring that is not here in any version. Of the dependencies only
# libraries count: a server in a namespace of its own needs no cron, no second MTA, no debconf.
missing() {
    plan=$(apt-get -s -o Debug::NoLocking=1 install --no-install-recommends "$@") || return
    printf '%s\n' "$plan" |
        awk '$1 == "Inst" && $3 !~ /^\[/ && $2 ~ /^lib/ && $2 !~ /-dev$/ { print $2 }'
}

unpack() {
    name=$1
    tree=$root/root-$name
    # Every step says `|| return`: a function called in a condition has no `set -e`.
    wanted=$(packages "$name") || return
    if [ "$(cat "$tree/.complete" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    rm -rf "$tree" "$tree.part"
    mkdir -p "$tree.part/.deb" || return
    # shellcheck disable=SC2086 # package names are words
    libraries=$(missing $wanted) || return
    # shellcheck disable=SC2086
    all=$(printf '%s\n' $wanted $libraries | sort -u)
    # shellcheck disable=SC2086
    (cd "$tree.part/.deb" && apt-get -qq -o APT::Sandbox::User=root download $all) || return
    for deb in "$tree.part"/.deb/*.deb; do
        dpkg -x "$deb" "$tree.part" || return
    done
    rm -rf "$tree.part/.deb" "$tree.part/usr/share/doc" "$tree.part/usr/share/man" "$tree.part/usr/share/locale"
    # Debian 12 has /lib as a link to /usr/lib, some of its packages still say /lib.
    for old in bin sbin lib lib64; do
        if [ -d "$tree.part/$old" ]; then
            mkdir -p "$tree.part/usr/$old"
            cp -a "$tree.part/$old/." "$tree.part/usr/$old/" || return
            rm -rf "${tree:?}.part/$old"
        fi
    done
    printf '%s\n' "$wanted" >"$tree.part/.complete" && mv "$tree.part" "$tree"
}

if [ $# -lt 1 ]; then
    echo "usage: unpack.sh ROOT [SERVER...]" >&2
    exit 2
fi
mkdir -p "$1"
root=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- exim courier cyrus opensmtpd prometheus sendmail nullmailer plugins
for server in "$@"; do
    # Stale or missing package lists show as a failed download: ask once for new ones.
    if ! unpack "$server"; then
        apt-get -qq update
        unpack "$server"
    fi
done

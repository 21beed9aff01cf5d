#!/bin/sh
# Makes a Debian package of binaries that are built already: packaging/deb.sh BINARIES OUT (`make deb`).
#
# The probes go to /usr/lib/mailprobe and are linked from /usr/bin, so that the package can be installed beside the
# monitoring-plugins, whose names and place are left alone. What it depends on is read off the binaries; where the
# libraries stand in them, the package says which (`packaging/cargo.sh system`).
# COMPRESSION=none makes it at once.
set -eu
[ $# -eq 2 ] || { echo 'usage: deb.sh BINARIES OUT' >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
binaries=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
root=$work/root
make -s -C "$here" install-files BINARIES="$binaries" DESTDIR="$root" PREFIX=/usr PLUGIN_DIR=/usr/lib/mailprobe
install -d "$root/usr/bin" "$root/usr/share/doc/mailprobe" "$root/DEBIAN"
for probe in "$root"/usr/lib/mailprobe/*; do
    ln -s "../lib/mailprobe/${probe##*/}" "$root/usr/bin/${probe##*/}"
done
strip "$root"/usr/lib/mailprobe/*
gzip -9n "$root"/usr/share/man/man?/*
install -m 644 "$here/README.md" "$root/usr/share/doc/mailprobe"
gzip -9nc "$here/CHANGELOG.md" >"$root/usr/share/doc/mailprobe/changelog.gz"
cat "$here/LICENSE-MIT" >"$root/usr/share/doc/mailprobe/copyright"

version_of() {
    dpkg-query -W -f '${Version}' "$1"
}
if readelf -d "$root"/usr/lib/mailprobe/check_smtp | grep -q NEEDED; then
    # dpkg-shlibdeps wants the folder of a source package.
    mkdir "$work/debian"
    printf 'Source: mailprobe\n\nPackage: mailprobe\nArchitecture: any\n' >"$work/debian/control"
    depends=$(cd "$work" && dpkg-shlibdeps -O "$root"/usr/lib/mailprobe/* 2>"$work/log") || { cat "$work/log" >&2; exit 1; }
    depends="Depends: ${depends#shlibs:Depends=}"
else
    # What nsswitch.conf names is loaded at run time and must be of the C library that stands in the binaries.
    glibc=$(version_of libc6-dev)
    series=${glibc%%-*}
    depends="Depends: libc6 (>= $series), libc6 (<< ${series%.*}.$((${series##*.} + 1)))
Static-Built-Using: glibc (= $glibc), openssl (= $(version_of libssl-dev))"
fi

cat >"$root/DEBIAN/control" <<END
Package: mailprobe
Version: $version
Architecture: $architecture
Maintainer: mailprobe <mailprobe@example.org>
Installed-Size: $(du -sk "$root/usr" | cut -f 1)
$depends
Recommends: ca-certificates
Section: net
Priority: optional
Description: probes for mail servers: SMTP, IMAP, POP3, certificates, queues, blocklists
 Small native probes that say in one line whether mail works, and in ten more
 lines why it does not. For Nagios, Icinga, Zabbix and Checkmk, for cron and
 CI, and for the shell.
END
deb=$out/mailprobe_${version}_$architecture.deb
dpkg-deb --root-owner-group "-Z${COMPRESSION:-xz}" --build "$root" "$deb" >/dev/null
printf '%s\n' "$deb"

#!/bin/sh
# nullmailer with 2 messages that wait and 1 that it gave up. No daemon runs. See overlay.sh; DIR/check is a copy of the probe.
set -eu
. "$(dirname "$0")/overlay.sh"
cp "$CHECK" "$1/check"
overlay_begin nullmailer "$1"
overlay_user mail 8
mount -t tmpfs -o mode=755 lab /var/spool
install -d -o mail -g mail -m 750 /var/spool/nullmailer
install -d -o mail -g mail -m 750 /var/spool/nullmailer/queue /var/spool/nullmailer/failed /var/spool/nullmailer/tmp
mkdir -p /etc/nullmailer
echo mail.example.test >/etc/nullmailer/me
echo 127.0.0.1 smtp --port=9 >/etc/nullmailer/remotes
mkfifo /var/spool/nullmailer/trigger
chown mail /var/spool/nullmailer/trigger
send() {
    printf 'From: %s\nTo: %s\nSubject: lab\n\nA message that waits.\n' "$1" "$2" | setpriv --reuid=mail --regid=mail --clear-groups /usr/bin/nullmailer-inject -f "$1" "$2" >&2
}
send sender@example.org a@waits.example
send sender@example.org b@waits.example
send sender@example.org c@failed.example
set -- /var/spool/nullmailer/queue/*
mv "$1" /var/spool/nullmailer/failed/
serve

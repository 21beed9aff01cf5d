#!/bin/sh
# Exim with a queue to look at, in a split spool: 3 messages that wait, 1 bounce that is frozen. No daemon runs; SPLIT=false for a
# spool that is not split. See overlay.sh for what the lab lays over the system; DIR/check is a copy of the probe (CHECK).
set -eu
. "$(dirname "$0")/overlay.sh"
cp "$CHECK" "$1/check"
overlay_begin exim "$1"
overlay_user Debian-exim 64001
mount -t tmpfs -o mode=755 lab /var/spool
install -d -o Debian-exim /var/spool/exim4 "$lab/exim"
cat >/etc/exim4/exim4.conf <<END
primary_hostname = mail.example.test
local_interfaces = 127.0.0.1
spool_directory = /var/spool/exim4
log_file_path = $lab/exim/%slog
split_spool_directory = ${SPLIT:-true}
host_lookup =
keep_environment =
queue_list_requires_admin = true

begin routers
elsewhere:
  driver = redirect
  allow_defer
  data = :defer: 4.7.1 blocked by policy

begin retry
* * F,4d,1h
END
send() {
    printf 'Subject: lab\n\nA message that waits.\n' | /usr/sbin/exim4 -odi -f "$1" "$2" >&2
}
send sender@example.org a@waits.example
send sender@example.org b@waits.example
send other@example.net c@elsewhere.example
send '<>' bounce@waits.example
id=$(/usr/sbin/exim4 -bp | sed -n 's/^.* \([^ ]*\) <>.*/\1/p')
/usr/sbin/exim4 -Mf "$id" >&2
serve

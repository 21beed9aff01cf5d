#!/bin/sh
# Postfix with one smtpd per kind of server that a probe meets: see `frame.rs` for who runs this and what is in DIR. Logins and
# mailboxes are Dovecot's: DOVECOT_AUTH is its SASL socket, DOVECOT_LMTP its LMTP port.
#
#   SMTP        a mail exchanger: STARTTLS offered, no login; relays for nobody, knows its recipients
#   SUBMISSION  STARTTLS and a login required before MAIL
#   SMTPS       the same with implicit TLS
#   SMTPS_CERT  implicit TLS, and only for a client certificate of the lab's authority
#   POSTSCREEN  greets in two lines, two seconds apart
#   PROXY       wants the PROXY protocol first; refuses the client 192.0.2.99
#   OPEN        what must not be: relays for everybody, offers AUTH in clear, no STARTTLS
#
# Recipients: probe and inbox @example.test exist; greylisted@example.test is deferred with 450 on every try, full@example.test is
# over its quota (accepted here, bounced later), every other one is unknown (550). The sender refused@example.org is refused (554).
set -eu
umask 022
dir=$1
# shellcheck source=tests/lab/postfix_parts.sh
. "$(dirname "$0")/postfix_parts.sh"
needs_postfix

mkdir -p "$dir/etc" "$dir/spool" "$dir/data"
chown postfix "$dir/data"
settings "$dir" "$dir/spool" "$dir/data" "$dir/postfix.log" >"$dir/etc/main.cf"
receives "$DOVECOT_LMTP" "$DOVECOT_AUTH" "$dir/pki" >>"$dir/etc/main.cf"
cat >>"$dir/etc/main.cf" <<END
inet_interfaces = 127.0.0.1${LAB_IPV6:+, [$LAB_IPV6]}
virtual_mailbox_maps = inline:{ probe@example.test=x, inbox@example.test=x, full@example.test=x, greylisted@example.test=x }
smtpd_tls_CAfile = $dir/pki/ca.pem
smtpd_sasl_security_options = noanonymous
smtpd_sasl_mechanism_filter = !external, static:rest

smtpd_sender_restrictions = inline:{ { refused@example.org = 554 5.7.1 this sender is refused } }
smtpd_recipient_restrictions =
    check_recipient_access inline:{ { greylisted@example.test = 450 4.2.0 greylisted, come back later } }

postscreen_greet_wait = 2s
postscreen_greet_banner = one moment
# Without a memory, each connection has to wait.
postscreen_cache_map =
END

services=
# service NAME PORT COMMAND: on each address of inet_interfaces.
service() {
    services="$services
$2 inet n - n - - $3"
}
login='-o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject'
service smtp "$PORT_SMTP" smtpd
service submission "$PORT_SUBMISSION" "smtpd -o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes $login"
service smtps "$PORT_SMTPS" "smtpd -o smtpd_tls_wrappermode=yes -o smtpd_tls_security_level=encrypt $login"
service cert "$PORT_SMTPS_CERT" "smtpd -o smtpd_tls_wrappermode=yes -o smtpd_tls_req_ccert=yes -o smtpd_tls_security_level=encrypt"
service proxy "$PORT_PROXY" "smtpd -o smtpd_upstream_proxy_protocol=haproxy -o { smtpd_client_restrictions = check_client_access inline:{ { 192.0.2.99 = 554 5.7.1 this client is refused } } }"
service open "$PORT_OPEN" "smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=yes -o mynetworks=127.0.0.0/8,[::1]/128"
services 60 300 >"$dir/etc/master.cf"
receiving_services >>"$dir/etc/master.cf"
cat >>"$dir/etc/master.cf" <<END
smtpd pass - - n - - smtpd
dnsblog unix - - n - 0 dnsblog
tlsproxy unix - - n - 0 tlsproxy
$PORT_POSTSCREEN inet n - n - 1 postscreen
$services
END

postfix -c "$dir/etc" start >&2
server=$(tr -d ' ' <"$dir/spool/pid/master.pid")

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
await greets 127.0.0.1 "$PORT_SMTP"
await greets 127.0.0.1 "$PORT_SUBMISSION"
await greets_tls 127.0.0.1 "$PORT_SMTPS" QUIT
await greets 127.0.0.1 "$PORT_POSTSCREEN"
await greets 127.0.0.1 "$PORT_OPEN"
# PROXY says nothing by itself; its master has bound all ports at once.

echo ready
exec cat >/dev/null

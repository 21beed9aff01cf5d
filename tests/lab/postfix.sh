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
daemons=$(postconf -d -h daemon_directory 2>/dev/null) || {
    echo 'postfix.sh: postfix is needed' >&2
    exit 1
}

mkdir -p "$dir/etc" "$dir/spool" "$dir/data"
chown postfix "$dir/data"
cat >"$dir/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
myhostname = mail.example.test
mydestination =
alias_maps =
local_recipient_maps =
mynetworks =
inet_interfaces = 127.0.0.1${LAB_IPV6:+, [$LAB_IPV6]}
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
message_size_limit = 20480000

virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{ probe@example.test=x, inbox@example.test=x, full@example.test=x, greylisted@example.test=x }
virtual_transport = lmtp:inet:127.0.0.1:$DOVECOT_LMTP
# Nothing leaves this machine, whatever is accepted. (error: would be refused at RCPT.)
default_transport = discard:

smtpd_tls_chain_files = $dir/pki/server.key, $dir/pki/server.pem
smtpd_tls_CAfile = $dir/pki/ca.pem
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = $DOVECOT_AUTH
smtpd_sasl_security_options = noanonymous
smtpd_sasl_mechanism_filter = !external, static:rest

smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sender_restrictions = inline:{ { refused@example.org = 554 5.7.1 this sender is refused } }
smtpd_recipient_restrictions =
    check_recipient_access inline:{ { greylisted@example.test = 450 4.2.0 greylisted, come back later } }
smtpd_reject_unlisted_recipient = yes

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
cat >"$dir/etc/master.cf" <<END
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
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

#!/bin/sh
# Exim 4.96 (Debian's heavy build, GnuTLS) as a submission and MX host for example.test.
#
#   env: LAB_ROOT LAB_USER LAB_PASSWORD, PORT_SMTP (STARTTLS), PORT_SMTPS (TLS at once); see overlay.sh
#
# Shows: 220 with date and version; SIZE 8BITMIME PIPELINING PIPECONNECT CHUNKING STARTTLS SMTPUTF8 HELP; AUTH only
# after TLS: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 (the last two by Cyrus SASL). Recipients: the account and
# no other at example.test (550 5.1.1); grey@ is greylisted each time (451); other domains 550, after AUTH accepted
# and kept in the queue. Mail comes to DIR/exim/mail/ACCOUNT (Maildir), the log is DIR/exim/mainlog.
# With LAB_LMTP mail for every recipient at example.test is handed to the LMTP server on that port instead.
#
# Quirks it is here for:
#   - QUIT over plain text is answered 200 ms late (it first waits for the client to go away);
#   - replies carry no enhanced status code unless the policy's own text has one; no ENHANCEDSTATUSCODES offered;
#   - AUTH before TLS is 503, not 530 or 538, and so is STARTTLS before EHLO; STARTTLS is gone from the second EHLO, AUTH is new in it;
#   - SCRAM has no room for the server's last message in 235: it is a 334, answered by an empty line;
#   - a client that closes without close_notify is a "TLS error on connection" in its log.
set -eu
. "$(dirname "$0")/overlay.sh"
: "${PORT_SMTP:?}" "${PORT_SMTPS:?}"
overlay_begin exim "$1"
overlay_user Debian-exim 64001
install -d -o Debian-exim "$lab/exim" "$lab/exim/spool" "$lab/exim/mail"
copy_pki Debian-exim
printf '%s: %s\n' "$LAB_USER" "$LAB_PASSWORD" >"$lab/exim/accounts"
printf '%s' "$LAB_PASSWORD" | saslpasswd2 -p -c -u example.test "$LAB_USER"
chown Debian-exim /etc/sasldb2 "$lab/exim/accounts"
chmod 400 /etc/sasldb2 "$lab/exim/accounts"

cat >/etc/exim4/exim4.conf <<END
primary_hostname = mail.example.test
domainlist local_domains = example.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = $PORT_SMTP : $PORT_SMTPS
tls_on_connect_ports = $PORT_SMTPS
tls_advertise_hosts = *
tls_certificate = $lab/exim/server.pem
tls_privatekey = $lab/exim/server.key
auth_advertise_hosts = \${if def:tls_in_cipher{*}}
spool_directory = $lab/exim/spool
log_file_path = $lab/exim/%slog
split_spool_directory = true
queue_run_max = 0
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
message_size_limit = 10M
smtp_accept_max = 200
acl_smtp_rcpt = recipient
acl_smtp_data = accept

begin acl
recipient:
  accept  authenticated = *
          !domains = +local_domains
  deny    !domains = +local_domains
          message = relay not permitted
  defer   local_parts = grey
          message = 4.7.1 Greylisted, try again in 60 seconds
          log_message = greylisted
  deny    !verify = recipient
          message = 5.1.1 Unknown user
  accept

begin routers
elsewhere:
  driver = redirect
  domains = !+local_domains
  allow_defer
  data = :defer: this laboratory sends no mail out
${LAB_LMTP:+onward:
  driver = manualroute
  domains = example.test
  route_list = * 127.0.0.1
  self = send
  transport = lmtp}
probe:
  driver = accept
  local_parts = $LAB_USER
  transport = maildir

begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  hosts_override
  allow_localhost
  port = ${LAB_LMTP:-24}
maildir:
  driver = appendfile
  maildir_format
  directory = $lab/exim/mail/\$local_part_data
  user = Debian-exim
  delivery_date_add
  return_path_add

begin retry
* * F,4d,1h

begin authenticators
PLAIN:
  driver = plaintext
  public_name = PLAIN
  server_set_id = \$auth2
  server_condition = \${if and{{!eq{\$auth3}{}}{eq{\$auth3}{\${lookup{\$auth2}lsearch{$lab/exim/accounts}{\$value}}}}}}
LOGIN:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_set_id = \$auth1
  server_condition = \${if and{{!eq{\$auth2}{}}{eq{\$auth2}{\${lookup{\$auth1}lsearch{$lab/exim/accounts}{\$value}}}}}}
CRAM:
  driver = cram_md5
  public_name = CRAM-MD5
  server_set_id = \$auth1
  server_secret = \${lookup{\$auth1}lsearch{$lab/exim/accounts}{\$value}fail}
SCRAM1:
  driver = cyrus_sasl
  public_name = SCRAM-SHA-1
  server_realm = example.test
  server_set_id = \$auth1
SCRAM256:
  driver = cyrus_sasl
  public_name = SCRAM-SHA-256
  server_realm = example.test
  server_set_id = \$auth1
END
/usr/sbin/exim4 -bdf </dev/null >&2 &
await "$PORT_SMTP" '^220 '
await "$PORT_SMTPS"
serve

#!/bin/sh
# OpenSMTPD 6.8.0p2 (Debian) as an MX host for example.test: it offers STARTTLS and cannot do it.
#
#   env: LAB_ROOT LAB_USER LAB_PASSWORD, PORT_SMTP (STARTTLS offered), PORT_SMTPS (if set: TLS at once, as broken);
#   see overlay.sh
#
# Shows: `220 mail.example.test ESMTP OpenSMTPD`; 8BITMIME ENHANCEDSTATUSCODES SIZE DSN STARTTLS HELP. Recipients: the
# account and no other at example.test; other domains are refused as well, both by 550 without an enhanced code. Mail
# comes to DIR/opensmtpd/mail/ACCOUNT (Maildir), or with LAB_LMTP to the LMTP server on that port.
#
# Quirks it is here for:
#   - `220 2.0.0 Ready to start TLS`, then every handshake ends: internal_error (alert 80), or decrypt_error (51) with
#     RSA key exchange. Its key process hangs the private key on an RSA or EC object that OpenSSL 3 copies without it
#     ("missing private key" in its log). No setting helps: RSA and ECDSA fail in TLS 1.2 and 1.3 alike, with an
#     Ed25519 key it does not start. Later versions are mended, Debian 12 has no later one;
#   - so AUTH, which it offers after TLS only, cannot be had: in plain text it is 503 5.5.1;
#   - no PIPELINING, and a client that pipelines all the same gets one `500 5.5.1 Invalid command: Pipelining not
#     supported` for all its commands; STARTTLS before EHLO is 503.
set -eu
. "$(dirname "$0")/overlay.sh"
: "${PORT_SMTP:?}"
overlay_begin opensmtpd "$1"
overlay_user opensmtpd 64004
overlay_user opensmtpq 64005
overlay_user vmail 64006
overlay_writable /var/lib
overlay_writable /var/spool
mkdir -p /var/lib/opensmtpd/empty
install -d -o vmail "$lab/opensmtpd" "$lab/opensmtpd/mail"
copy_pki root
perl -e 'print "$ENV{LAB_USER}\t", crypt($ENV{LAB_PASSWORD}, q($6$laboratory$)), "\n"' >"$lab/opensmtpd/accounts"
echo "$LAB_USER $(id -u vmail):$(id -g vmail):$lab/opensmtpd/mail" >"$lab/opensmtpd/users"
echo mail.example.test >/etc/mailname

cat >"$lab/opensmtpd/smtpd.conf" <<END
pki mail.example.test cert "$lab/opensmtpd/server.pem"
pki mail.example.test key "$lab/opensmtpd/server.key"
table accounts file:$lab/opensmtpd/accounts
table users file:$lab/opensmtpd/users
smtp max-message-size 10M
listen on 127.0.0.1 port $PORT_SMTP tls pki mail.example.test auth-optional <accounts> hostname mail.example.test
${PORT_SMTPS:+listen on 127.0.0.1 port $PORT_SMTPS smtps pki mail.example.test auth-optional <accounts> hostname mail.example.test}
$(if [ -n "${LAB_LMTP:-}" ]; then
    echo "action \"local\" lmtp \"127.0.0.1:$LAB_LMTP\" rcpt-to userbase <users>"
else
    echo "action \"local\" maildir \"$lab/opensmtpd/mail/$LAB_USER\" userbase <users>"
fi)
action "elsewhere" relay host smtp://127.0.0.1:9
match from any for domain "example.test" action "local"
match auth from any for any action "elsewhere"
END
smtpd -d -f "$lab/opensmtpd/smtpd.conf" </dev/null >&2 &
await "$PORT_SMTP" '^220 '
[ -z "${PORT_SMTPS:-}" ] || await "$PORT_SMTPS"
serve

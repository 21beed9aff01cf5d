#!/bin/sh
# Courier IMAP 5.0.13 and POP3 1.0.16 (Debian, GnuTLS), account in userdb, mail in a Maildir.
#
#   env: LAB_ROOT LAB_USER LAB_PASSWORD, PORT_IMAP (STARTTLS), PORT_POP3 (STLS), PORT_IMAPS and PORT_POP3S (TLS at
#   once); COURIER_FAM=off breaks its file notification. See overlay.sh
#
# Holds: INBOX with 3 new messages, INBOX.Archive with 1. LOGIN and USER/PASS work without TLS too.
# IMAP shows, in the greeting already: IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES
# SORT QUOTA AUTH=CRAM-MD5 AUTH=CRAM-SHA1 AUTH=CRAM-SHA256 IDLE ACL ACL2=UNION STARTTLS ENABLE UTF8=ACCEPT; with TLS
# AUTH=PLAIN comes and STARTTLS goes. After the login the same list stands, no new one is sent.
# POP3 shows: SASL PLAIN LOGIN CRAM-MD5 CRAM-SHA1 CRAM-SHA256, STLS, TOP, USER, LOGIN-DELAY 10, PIPELINING, UIDL,
# UTF8 USER, IMPLEMENTATION; with TLS `SASL LOGIN PLAIN CRAM-MD5` and no STLS. Greeting `+OK Hello there.`, no APOP.
#
# Quirks it is here for:
#   - a refused login is answered after 5 s, by IMAP and POP3 alike;
#   - mechanisms nobody else has (CRAM-SHA1, CRAM-SHA256) stand before the usable ones;
#   - it takes an initial response to AUTHENTICATE without offering SASL-IR;
#   - ID is unknown to it; mailboxes lie below `INBOX.`;
#   - `NO Error in IMAP command received by server.` where others say BAD;
#   - CAPA offers UTF8 with a parameter; bare AUTH (the mechanism list of old) is an error;
#   - COURIER_FAM=off: each LOGIN takes 1.2 s more, and `* OK [ALERT] Filesystem notification initialization error`
#     stands before its OK.
set -eu
. "$(dirname "$0")/overlay.sh"
: "${PORT_IMAP:?}" "${PORT_IMAPS:?}" "${PORT_POP3:?}" "${PORT_POP3S:?}"
overlay_begin courier "$1"
overlay_user courier 64002
# The library for file notification starts this helper; /dev/null in its place is the broken setup.
[ "${COURIER_FAM:-on}" = on ] || mount --bind /dev/null /usr/libexec/gam_server
install -d -o courier "$lab/courier"
copy_pki courier
cat "$lab/courier/server.pem" "$lab/courier/server.key" >"$lab/courier/both.pem"
chown courier "$lab/courier/both.pem"
chmod 400 "$lab/courier/both.pem"

# message FOLDER NUMBER: one message as another server would have delivered it.
message() {
    cat >"$1/new/170000000$2.M$2P$2.mail.example.test" <<END
From: Writer <writer@example.org>
To: $LAB_USER@example.test
Subject: message $2
Date: Tue, 14 Nov 2023 22:13:2$2 +0000
Message-ID: <$2.courier@example.org>

The text of message $2.
END
}
home=$lab/courier/home
mkdir "$home"
maildirmake.courier "$home/Maildir"
maildirmake.courier -f Archive "$home/Maildir"
for number in 1 2 3; do message "$home/Maildir" $number; done
message "$home/Maildir/.Archive" 4
chown -R courier:courier "$home"

secret() { printf '%s\n' "$LAB_PASSWORD" | userdbpw "$@"; }
ids="uid=$(id -u courier)|gid=$(id -g courier)"
(
    umask 077
    printf '%s\thome=%s|mail=%s|%s|systempw=%s|hmac-md5pw=%s|hmac-sha1pw=%s|hmac-sha256pw=%s\n' "$LAB_USER" "$home" \
        "$home/Maildir" "$ids" "$(secret -md5)" "$(secret -hmac-md5)" "$(secret -hmac-sha1)" "$(secret -hmac-sha256)" \
        >/etc/courier/userdb
)
makeuserdb
sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' /etc/courier/authdaemonrc
install -d -o courier -g courier /run/courier /run/courier/authdaemon
(
    set -a
    . /etc/courier/authdaemonrc
    exec /usr/lib/courier/courier-authlib/authdaemond
) </dev/null >&2 &

# listen SERVICE STARTTLS PORT PROGRAM...: the package's own settings, then what the lab wants otherwise.
listen() {
    service=$1
    starttls=$2
    port=$3
    shift 3
    set +u # the package names settings it has not made
    set -a
    export IMAP_TLS POP3_TLS
    . "/etc/courier/$service"
    . "/etc/courier/$service-ssl"
    TLS_CERTFILE=$lab/courier/both.pem
    TLS_TRUSTCERTS=$lab/courier/ca.pem
    TLS_CACHEFILE=
    TLS_DHPARAMS=
    IMAP_CAPABILITY=$IMAP_CAPABILITY_ORIG
    IMAP_CAPABILITY_TLS=$IMAP_CAPABILITY_TLS_ORIG
    POP3AUTH=$POP3AUTH_ORIG
    POP3AUTH_TLS="$POP3AUTH_TLS_ORIG CRAM-MD5"
    # What the package's start scripts decide: STARTTLS has no place where TLS is spoken from the start.
    IMAP_STARTTLS=$starttls
    POP3_STARTTLS=$starttls
    # shellcheck disable=SC2086 # TCPDOPTS is a list of options
    exec couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 $TCPDOPTS "$port" "$@"
}
libexec=/usr/lib/courier/courier
imap="$libexec/imaplogin /usr/bin/imapd Maildir"
pop3="$libexec/courierpop3login $libexec/courierpop3d Maildir"
tls="/usr/bin/couriertls -server -tcpd -user=courier"
# shellcheck disable=SC2086 # command lines of words without blanks
{
    (listen imapd YES "$PORT_IMAP" $imap) </dev/null >&2 &
    (listen pop3d YES "$PORT_POP3" $pop3) </dev/null >&2 &
    (IMAP_TLS=1 && listen imapd NO "$PORT_IMAPS" $tls $imap) </dev/null >&2 &
    (POP3_TLS=1 && listen pop3d NO "$PORT_POP3S" $tls $pop3) </dev/null >&2 &
}
await "$PORT_IMAP" '^\* OK '
await "$PORT_POP3" '^\+OK '
await "$PORT_IMAPS"
await "$PORT_POP3S"
serve

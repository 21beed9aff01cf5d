#!/bin/sh
# Cyrus IMAP 3.6.1 (Debian, OpenSSL): IMAP, POP3 and LMTP, account in sasldb.
#
#   env: LAB_ROOT LAB_USER LAB_PASSWORD, PORT_IMAP (STARTTLS), PORT_POP3 (STLS), PORT_IMAPS and PORT_POP3S (TLS at
#   once), PORT_LMTP (no login asked); see overlay.sh
#
# Holds: INBOX with 3 new messages, Archive with 1 (`/` between the parts, as Cyrus itself has it; Debian's file says
# otherwise). Quota 10 MiB. LMTP takes mail for the account, with or without a domain, and refuses all others (550).
# IMAP's greeting has: IMAP4rev1 LITERAL+ ID ENABLE STARTTLS LOGINDISABLED AUTH=CRAM-MD5 AUTH=DIGEST-MD5
# AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 SASL-IR; with TLS: no STARTTLS, no LOGINDISABLED, AUTH=PLAIN AUTH=LOGIN and both
# SCRAM-...-PLUS. CAPABILITY tells some forty more. OK after the login carries a new list.
# POP3 shows: SASL CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256, STLS, EXPIRE NEVER, LOGIN-DELAY 0, TOP, UIDL,
# PIPELINING, RESP-CODES, AUTH-RESP-CODE, IMPLEMENTATION; with TLS USER, PLAIN, LOGIN and both SCRAM-...-PLUS come.
# Its greeting ends with an APOP time stamp, and APOP works.
# LMTP shows: 8BITMIME ENHANCEDSTATUSCODES PIPELINING SIZE AUTH EXTERNAL IGNOREQUOTA.
#
# Quirks it is here for:
#   - no password in clear before TLS: IMAP `NO Login only available under a layer`, POP3 the same as -ERR [AUTH];
#   - LOGINDISABLED is in the list that follows a login, under TLS too: it means that one cannot log in again;
#   - the greeting's list is shorter than CAPABILITY's: what is missing in it is not missing in the server;
#   - SCRAM-...-PLUS is offered with TLS 1.3 too and means tls-unique, which TLS 1.3 does not have by the book;
#     tls-server-end-point is refused;
#   - SCRAM's last message comes as a continuation, answered by an empty line;
#   - a refused login is answered after 3 s, by IMAP and POP3 alike;
#   - an unknown command before the login is `BAD Please login first`; LMTP's text carries a SESSIONID.
set -eu
. "$(dirname "$0")/overlay.sh"
: "${PORT_IMAP:?}" "${PORT_IMAPS:?}" "${PORT_POP3:?}" "${PORT_POP3S:?}" "${PORT_LMTP:?}"
overlay_begin cyrus "$1"
overlay_user cyrus 64003
overlay_syslog
install -d -o cyrus "$lab/cyrus" "$lab/cyrus/config" "$lab/cyrus/mail" "$lab/cyrus/sieve"
for part in db log msg proc ptclient quota socket sync user; do install -d -o cyrus "$lab/cyrus/config/$part"; done
install -d -o cyrus /run/cyrus /run/cyrus/lock /run/cyrus/proc /run/cyrus/socket
copy_pki cyrus
printf '%s' "$LAB_PASSWORD" | saslpasswd2 -p -c -f "$lab/cyrus/sasldb2" -u mail.example.test "$LAB_USER"
chown cyrus "$lab/cyrus/sasldb2"

cat >/etc/imapd.conf <<END
servername: mail.example.test
configdirectory: $lab/cyrus/config
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: $lab/cyrus/mail
sievedir: $lab/cyrus/sieve
lmtpsocket: /run/cyrus/socket/lmtp
idlesocket: /run/cyrus/socket/idle
notifysocket: /run/cyrus/socket/notify
autocreate_quota: 10240
popminpoll: 0
sync_log: no
tls_server_cert: $lab/cyrus/server.pem
tls_server_key: $lab/cyrus/server.key
tls_sessions_db_path: /run/cyrus/tls_sessions.db
allowplaintext: no
allowapop: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $lab/cyrus/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
END
cat >/etc/cyrus.conf <<END
START {
    recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}
SERVICES {
    imap cmd="imapd" listen="127.0.0.1:$PORT_IMAP" prefork=1
    imaps cmd="imapd -s" listen="127.0.0.1:$PORT_IMAPS" prefork=1
    pop3 cmd="pop3d" listen="127.0.0.1:$PORT_POP3" prefork=1
    pop3s cmd="pop3d -s" listen="127.0.0.1:$PORT_POP3S" prefork=1
    lmtp cmd="lmtpd -a" listen="127.0.0.1:$PORT_LMTP" prefork=1
    fill cmd="imapd -p 256" listen="/run/cyrus/socket/fill" prefork=0
}
EVENTS {
    checkpoint cmd="/usr/sbin/cyrus ctl_cyrusdb -c" period=30
}
END
/usr/lib/cyrus/bin/master </dev/null >&2 &
await "$PORT_IMAP" '^\* OK '
await "$PORT_POP3" '^\+OK '
await "$PORT_LMTP" '^220 '
await "$PORT_IMAPS"
await "$PORT_POP3S"
perl -MIO::Socket::UNIX -e '
    my ($user, $password) = @ENV{"LAB_USER", "LAB_PASSWORD"};
    alarm 20;
    my $server = IO::Socket::UNIX->new("/run/cyrus/socket/fill") or die "cannot reach the mailboxes: $!\n";
    my $count = 0;
    sub command {
        my $tag = "f" . ++$count;
        print $server "$tag $_[0]\r\n";
        while (defined(my $line = <$server>)) {
            return if $line =~ /^$tag OK/;
            die "not filled: $line" if $line =~ /^$tag /;
        }
        die "not filled: end of connection\n";
    }
    sub literal { sprintf "{%d+}\r\n%s", length $_[0], $_[0] }
    <$server>;
    command("LOGIN " . literal($user) . " " . literal($password));
    command("CREATE Archive");
    for my $number (1 .. 4) {
        my $text = join "\r\n", "From: Writer <writer\@example.org>", "To: $user\@example.test", "Subject: message $number",
            "Date: Tue, 14 Nov 2023 22:13:2$number +0000", "Message-ID: <$number.cyrus\@example.org>", "",
            "The text of message $number.", "";
        command("APPEND " . ($number < 4 ? "INBOX " : "Archive ") . literal($text));
    }
    command("LOGOUT");
' || die "the mailboxes could not be filled"
serve

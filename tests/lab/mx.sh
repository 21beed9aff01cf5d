#!/bin/sh
# Postfix with one smtpd per path that a round trip may take: see `frame.rs` for who runs this. Every path ends at the LMTP server
# LAB_LMTP, logins are checked by LAB_AUTH (both are mailstore.sh's); LAB_ACCOUNTS are the recipients.
#
#   SMTP        straight on
#   SUBMISSION  likewise, after STARTTLS and a login
#   GREY        greylisting: whoever is new waits LAB_GREY seconds (a policy server at PORT_POLICY)
#   VIAGREY     takes everything and hands it to GREY, again and again until that takes it
#   VIANEXT     hands everything to the SMTP server LAB_NEXT, with STARTTLS where that offers it
#   FILTER      refuses the EICAR test file at the end of DATA
#   DKIM        OpenDKIM signs for example.test, selector `lab`, by the key LAB_DKIM (a milter at PORT_MILTER)
#   ARCHIVE     a copy of everything goes to archive@example.test
#   LAX         takes mail for whoever, and has to bounce it
#   DISCARD     takes everything and throws it away: the mail that never arrives
#   PROXY       wants the PROXY protocol first, so that its client is on no loopback
#   ALTER       writes another sentence into every text
set -eu
umask 022
dir=$1
: "${LAB_LMTP:?}" "${LAB_AUTH:?}" "${LAB_NEXT:?}" "${LAB_DKIM:?}" "${LAB_GREY:?}" "${PORT_SMTP:?}" "${PORT_POLICY:?}" "${PORT_MILTER:?}"
# shellcheck source=tests/lab/postfix_parts.sh
. "$(dirname "$0")/postfix_parts.sh"
needs_postfix
command -v opendkim >/dev/null || {
    echo 'mx.sh: opendkim is needed' >&2
    exit 1
}
mkdir -p "$dir/etc" "$dir/spool" "$dir/data" "$dir/dkim"
chown postfix "$dir/data"
for account in $LAB_ACCOUNTS; do echo "$account@example.test x"; done >"$dir/etc/recipients"
# The test file as it stands there, and in base64.
cat >"$dir/etc/body_checks" <<'END'
/EICAR-STANDARD-ANTIVIRUS-TEST-FILE/ REJECT 5.7.1 this is the EICAR test file
/^WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FS/ REJECT 5.7.1 this is the EICAR test file
END
cat >"$dir/etc/alter" <<'END'
/^A monitoring check has sent/ REPLACE This text was improved on its way.
END
settings "$dir" "$dir/spool" "$dir/data" "$dir/mx.log" >"$dir/etc/main.cf"
receives "$LAB_LMTP" "$LAB_AUTH" "$dir/pki" >>"$dir/etc/main.cf"
cat >>"$dir/etc/main.cf" <<END
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_maps = texthash:$dir/etc/recipients
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
smtp_tls_security_level = may
smtpd_tls_received_header = yes
END

services=
# service PORT OPTIONS
service() {
    services="$services
127.0.0.1:$1 inet n - n - - smtpd ${2:-}"
}
service "$PORT_SMTP"
service "$PORT_SUBMISSION" '-o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject'
service "$PORT_GREY" "-o myhostname=grey.example.test -o { smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:$PORT_POLICY }"
service "$PORT_VIAGREY" "-o content_filter=smtp:[127.0.0.1]:$PORT_GREY"
service "$PORT_VIANEXT" "-o content_filter=smtp:[127.0.0.1]:$LAB_NEXT"
service "$PORT_FILTER" '-o cleanup_service_name=filter'
service "$PORT_DKIM" "-o smtpd_milters=inet:127.0.0.1:$PORT_MILTER"
service "$PORT_ARCHIVE" '-o cleanup_service_name=archive'
service "$PORT_LAX" '-o smtpd_reject_unlisted_recipient=no'
service "$PORT_DISCARD" '-o content_filter=discard:'
service "$PORT_PROXY" '-o smtpd_upstream_proxy_protocol=haproxy'
service "$PORT_ALTER" '-o cleanup_service_name=alter'
services 60 300 >"$dir/etc/master.cf"
receiving_services >>"$dir/etc/master.cf"
cat >>"$dir/etc/master.cf" <<END
filter unix n - n - 0 cleanup -o body_checks=regexp:$dir/etc/body_checks
archive unix n - n - 0 cleanup -o always_bcc=archive@example.test
alter unix n - n - 0 cleanup -o body_checks=regexp:$dir/etc/alter
$services
END

# A policy server (Postfix's SMTPD_POLICY_README): one request at a time, each ends with an empty line.
perl -MIO::Socket::INET -MIO::Select -MTime::HiRes=time -e '
    my ($port, $delay) = @ARGV;
    my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$port", Listen => 20, ReuseAddr => 1) or die "policy: $!";
    my $waiting = IO::Select->new($server);
    my %first;
    while (my @ready = $waiting->can_read) {
        for my $client (@ready) {
            if ($client == $server) { $waiting->add($server->accept); next }
            my %asked;
            while (defined(my $line = <$client>)) {
                $line =~ s/\n//;
                if ($line eq "") { $asked{end} = 1; last }
                my ($name, $value) = split /=/, $line, 2;
                $asked{$name} = $value;
            }
            if (!$asked{end}) { $waiting->remove($client); close $client; next }
            my $who = join "/", map { lc } @asked{qw(client_address sender recipient)};
            $first{$who} //= time;
            my $left = $first{$who} + $delay - time;
            print $client $left > 0 ? "action=DEFER_IF_PERMIT 4.2.0 Greylisted\n\n" : "action=DUNNO\n\n";
        }
    }
' "$PORT_POLICY" "$LAB_GREY" </dev/null >&2 &

printf '%s' "$LAB_DKIM" >"$dir/dkim/lab.key"
chmod 600 "$dir/dkim/lab.key"
cat >"$dir/dkim/opendkim.conf" <<END
Domain example.test
Selector lab
KeyFile $dir/dkim/lab.key
Socket inet:$PORT_MILTER@127.0.0.1
Mode s
Canonicalization relaxed/simple
OversignHeaders From
Syslog no
RequireSafeKeys no
UserID root
END
opendkim -f -x "$dir/dkim/opendkim.conf" </dev/null >&2 &

postfix -c "$dir/etc" start >&2
server=$(tr -d ' ' <"$dir/spool/pid/master.pid")

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
listens() {
    timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"' "$1" 2>/dev/null
}
await listens "$PORT_POLICY"
await listens "$PORT_MILTER"
await greets 127.0.0.1 "$PORT_SMTP"

echo ready
exec cat >/dev/null

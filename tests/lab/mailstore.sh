#!/bin/sh
# Dovecot as the far end of round trips, with mailboxes that nobody but one test uses: see `frame.rs` for who runs this.
#
#   IMAP POP3   127.0.0.1; STARTTLS offered, clear-text logins too; on 127.0.0.2 its IMAP offers no IDLE
#   IMAPS POP3S implicit TLS
#   LMTP        takes mail for the accounts, and answers 550 to every other recipient
#   LAB_ACCOUNTS  names with blanks between them; all have the password of the lab
#   LAB_CROWD   this many messages are in the mailbox `crowd`, which is no Maildir but sdbox: one that is opened without a look at all
#
# Every INBOX holds mail of others to begin with: one unread, one read and answered, one marked for removal that nobody has removed.
# A Sieve script of the system moves what holds the GTUBE text to Junk.
set -eu
umask 022
dir=$1
: "${LAB_ACCOUNTS:?}" "${PORT_IMAP:?}" "${PORT_IMAPS:?}" "${PORT_POP3:?}" "${PORT_POP3S:?}" "${PORT_LMTP:?}"
# shellcheck source=tests/lab/dovecot_parts.sh
. "$(dirname "$0")/dovecot_parts.sh"
needs_dovecot 'dovecot-imapd, dovecot-pop3d, dovecot-lmtpd and dovecot-sieve' imap pop3 lmtp modules/lib90_sieve_plugin.so

others() {
    mkdir -p "$1/cur" "$1/new" "$1/tmp"
    printf 'From: a@example.org\r\nSubject: unread\r\n\r\nmp1-is no token\r\n' >"$1/new/1000000001.M1P1.lab"
    printf 'From: b@example.org\r\nSubject: read\r\n\r\n1\r\n' >"$1/cur/1000000002.M2P1.lab:2,RS"
    printf 'From: c@example.org\r\nSubject: marked for removal\r\n\r\n2\r\n' >"$1/cur/1000000003.M3P1.lab:2,T"
}
for account in $LAB_ACCOUNTS; do
    others "$dir/mail/$account"
    others "$dir/mail/$account/.Junk"
    printf '%s:{PLAIN}%s::::::\n' "$account" "$LAB_PASSWORD"
done >"$dir/passwd"
printf 'crowd:{PLAIN}%s::::::userdb_mail=sdbox:~/sdbox\n' "$LAB_PASSWORD" >>"$dir/passwd"
if [ -n "${LAB_CROWD:-}" ]; then
    others "$dir/mail/crowd"
    perl -e '
        my ($box, $count) = @ARGV;
        for my $n (1 .. $count) {
            my $path = sprintf "%s/cur/1100000000.M%dP2.lab:2,%s", $box, $n, $n % 3 ? "S" : "";
            open my $file, ">", $path or die "$path: $!";
            printf $file "From: job\@srv5.example.org\r\nTo: crowd\@example.test\r\nMessage-ID: <%d\@srv5.example.org>\r\n"
                . "Subject: job %d done\r\n\r\n%s\r\n", $n, $n, "a line of text\r\n" x 20;
            close $file;
        }' "$dir/mail/crowd" "$LAB_CROWD"
fi
chown -R mail:mail "$dir/mail"
chown root:dovecot "$dir/passwd"
chmod 640 "$dir/passwd"

mkdir "$dir/sieve"
cat >"$dir/sieve/filter.sieve" <<'END'
require ["body", "fileinto"];
if body :raw :contains "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL" {
    fileinto "Junk";
    stop;
}
END

settings "$dir" >"$dir/dovecot.conf"
cat >>"$dir/dovecot.conf" <<END
base_dir = $dir/run
state_dir = $dir/state
instance_name = lab-store
protocols = imap pop3 lmtp
listen = 127.0.0.1, 127.0.0.2
hostname = store.example.test
verbose_proctitle = no
ssl = yes
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = $dir/passwd
}
mail_fsync = never
plugin {
  sieve_before = $dir/sieve/filter.sieve
}
protocol lmtp {
  mail_plugins = \$mail_plugins sieve
}
local 127.0.0.2 {
  protocol imap {
    imap_capability = IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ UIDPLUS SPECIAL-USE LIST-EXTENDED LIST-STATUS
  }
}
service imap-login {
  inet_listener imap {
    port = $PORT_IMAP
  }
  inet_listener imaps {
    port = $PORT_IMAPS
  }
}
service pop3-login {
  inet_listener pop3 {
    port = $PORT_POP3
  }
  inet_listener pop3s {
    port = $PORT_POP3S
  }
}
service lmtp {
  inet_listener lmtp {
    port = $PORT_LMTP
  }
}
END
# Compiled now, by one who may write there.
sievec -c "$dir/dovecot.conf" "$dir/sieve/filter.sieve" >&2
dovecot -F -c "$dir/dovecot.conf" >&2 &
server=$!

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
await greets 127.0.0.1 "$PORT_IMAP"
await greets 127.0.0.2 "$PORT_IMAP"
await greets 127.0.0.1 "$PORT_POP3"
await greets 127.0.0.1 "$PORT_LMTP"
await greets_tls 127.0.0.1 "$PORT_IMAPS" 'a LOGOUT'
await greets_tls 127.0.0.1 "$PORT_POP3S" QUIT
[ -z "${LAB_CROWD:-}" ] || doveadm -c "$dir/dovecot.conf" import -u crowd "maildir:$dir/mail/crowd" "" all >&2 </dev/null

echo ready
exec cat >/dev/null

#!/bin/sh
# OpenSMTPD with 2 messages that wait for 3 recipients, because nobody listens where they go. See opensmtpd.sh and overlay.sh;
# DIR/check is a copy of the probe (CHECK). `touch DIR/stop` stops the daemon, DIR/stopped appears then.
set -eu
. "$(dirname "$0")/overlay.sh"
cp "$CHECK" "$1/check"
overlay_begin opensmtpd "$1"
overlay_user opensmtpd 64004
overlay_user opensmtpq 64005
# Its installation gives the program to that group.
install -g opensmtpq -m 2555 /usr/sbin/smtpctl "$base/smtpctl"
mount --bind "$base/smtpctl" /usr/sbin/smtpctl
overlay_writable /var/lib
mount -t tmpfs -o mode=755 lab /var/spool
mkdir -p /var/lib/opensmtpd/empty
mkdir "$lab/opensmtpd"
echo mail.example.test >/etc/mailname
cat >/etc/smtpd.conf <<END
listen on 127.0.0.1 port $PORT_SMTP hostname mail.example.test
action "elsewhere" relay host smtp://127.0.0.1:9
match from any for any action "elsewhere"
END
smtpd -d -f /etc/smtpd.conf </dev/null >&2 &
daemon=$!
await "$PORT_SMTP" '^220 '
perl -MIO::Socket::INET -e '
    my $smtp = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die $@;
    sub say_it { print $smtp "$_[0]\r\n" if length $_[0]; my $line = <$smtp>; $line = <$smtp> while $line =~ /^\d+-/; $line =~ /^[23]/ or die "$_[0]: $line" }
    say_it(""); say_it("EHLO test.example.org");
    for my $mail (["sender\@example.org", "a\@waits.example", "b\@waits.example"], ["other\@example.net", "c\@elsewhere.example"]) {
        my ($from, @to) = @$mail;
        say_it("MAIL FROM:<$from>"); say_it("RCPT TO:<$_>") for @to;
        say_it("DATA"); say_it("Subject: lab\r\n\r\nA message that waits.\r\n.");
    }
    say_it("QUIT");
' "$PORT_SMTP" >&2
tried=0
until [ "$(smtpctl show queue | grep -c 'refused\|onnection\|pending')" = 3 ] || [ "$tried" = 100 ]; do tried=$((tried + 1)); sleep 0.05; done
echo ready
(
    until [ -e "$lab/stop" ]; do sleep 0.05; done
    kill "$daemon"
    # Nobody waits for it.
    while grep -qs ') [^Z]' "/proc/$daemon/stat"; do sleep 0.05; done
    touch "$lab/stopped"
) >/dev/null &
exec cat >/dev/null

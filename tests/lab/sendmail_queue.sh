#!/bin/sh
# Sendmail with messages that wait in two queue groups and in the queue for submission. No daemon runs. See overlay.sh;
# DIR/check is a copy of the probe (CHECK).
#
#   mqueue/q1, mqueue/q2  3 messages, tried and deferred
#   clientmqueue          1 message, which was submitted while nobody listened
set -eu
. "$(dirname "$0")/overlay.sh"
cp "$CHECK" "$1/check"
overlay_begin sendmail "$1"
overlay_user smmta 64010
overlay_user smmsp 64011
overlay_user mail 8
mount -t tmpfs -o mode=755 lab /var/spool
install -d -o root -g smmsp -m 750 /var/spool/mqueue /var/spool/mqueue/q1 /var/spool/mqueue/q2
install -d -o smmsp -g smmsp -m 770 /var/spool/mqueue-client
mkdir -p /etc/mail
# The rules are those of the package; what is decided here stands before them.
config() {
    m4 -D_CF_DIR_=/usr/share/sendmail/cf/ /usr/share/sendmail/cf/m4/cf.m4 - 2>/dev/null
}
config >/etc/mail/sendmail.cf <<'END'
VERSIONID(`lab')
OSTYPE(`linux')
undefine(`ALIAS_FILE')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
define(`QUEUE_DIR', `/var/spool/mqueue/q*')
define(`SMART_HOST', `smtp:[127.0.0.1]')
define(`confDONT_BLAME_SENDMAIL', `GroupReadableDefaultAuthInfoFile,GroupWritableDirPathSafe,NonRootSafeAddr')
define(`SMTP_MAILER_ARGS', `TCP $h 9')
define(`confPRIVACY_FLAGS', `restrictmailq')
define(`confTO_IDENT', `0')
define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')
MAILER(`smtp')
END
config >/etc/mail/submit.cf <<'END'
VERSIONID(`lab')
define(`_OSTYPE_', `1')
define(`MSP_QUEUE_DIR', `/var/spool/mqueue-client')
define(`confTO_IDENT', `0')
FEATURE(`msp', `[127.0.0.1]', `9')
END
printf 'hosts files\naliases files\n' >/etc/mail/service.switch
[ -s /etc/mail/sendmail.cf ] || die 'm4 made no sendmail.cf'
program=/usr/libexec/sendmail/sendmail
# mailq is a link to it.
mount --bind "$program" /usr/sbin/sendmail
send() {
    printf 'Subject: lab\n\nA message that waits.\n' | "$program" -Am -C/etc/mail/sendmail.cf -odi -f "$1" "$2" >&2 || true
}
send sender@example.org a@waits.example
send sender@example.org b@waits.example
send other@example.net c@elsewhere.example
printf 'Subject: lab\n\nA message that waits.\n' | "$program" -Ac -odq -f sender@example.org d@waits.example >&2 || true
serve

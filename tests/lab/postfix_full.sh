#!/bin/sh
# Postfix with MESSAGES deferred messages, as the machine's own: see `frame.rs` for who runs this and what is in DIR.
#
# One message is sent and deferred for real. The others are its files under more names, in the places where Postfix
# looks for them, a few hundred names to a file: postqueue lists each with its own number. The queue manager leaves them
# alone for an hour, as it would after a failed delivery.
set -eu
umask 022
dir=$1
daemons=$(postconf -d -h daemon_directory 2>/dev/null) || {
    echo 'postfix_full.sh: postfix is needed' >&2
    exit 1
}
etc=$dir/etc
spool=$dir/spool
mkdir -p "$etc" "$spool" "$dir/data"
cp /usr/share/postfix/postfix-files /usr/share/postfix/dynamicmaps.cf "$etc" 2>/dev/null || true
[ ! -d /etc/postfix ] || cp -a /etc/postfix/. "$etc"
chown postfix "$dir/data"
cat >"$etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $spool
data_directory = $dir/data
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
myhostname = mail.example.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
disable_dns_lookups = yes
default_transport = smtp:[127.0.0.1]:9
queue_run_delay = 1d
minimal_backoff_time = 1h
maximal_backoff_time = 2h
smtp_connect_timeout = 5s
END
cat >"$etc/master.cf" <<END
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 86400 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
scache unix - - n - 1 scache
END
[ -d /etc/postfix ] || mkdir /etc/postfix
mount --bind "$etc" /etc/postfix
postfix -c /etc/postfix start >&2

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
# Not killed by await when this is unset.
server=
if [ "$MESSAGES" -gt 0 ]; then
    printf 'Subject: lab\n\nA message that waits.\n' | sendmail -f sender@example.org r@refused.example
    count() { [ "$(find "$1" -type f 2>/dev/null | wc -l)" = "$2" ]; }
    await count "$spool/deferred" 1
    await count "$spool/defer" 1
    perl -e '
        my ($spool, $messages) = @ARGV;
        my ($uid, $gid) = (getpwnam "postfix")[2, 3];
        sub slurp { local (@ARGV, $/) = @_; scalar <> }
        for my $kind ("deferred", "defer") {
            my ($first) = glob "$spool/$kind/*/*";
            my ($bytes, $mode, $touched) = (slurp($first), (stat $first)[2] & 07777, (stat _)[9]);
            my $from;
            for my $number (1 .. $messages - 1) {
                # Microseconds in five digits, of which the first is the folder; then the inode.
                my $id = sprintf "%05X%X", ($number * 9973) % 1000000, 0x100000 + $number;
                my $folder = "$spool/$kind/" . substr $id, 0, 1;
                unless (-d $folder) { mkdir $folder, 0700; chown $uid, $gid, $folder }
                my $path = "$folder/$id";
                if ($number % 500 == 1) {
                    open my $file, ">", $path or die "$path: $!";
                    print $file $bytes;
                    close $file or die "$path: $!";
                    chown $uid, $gid, $path;
                    chmod $mode, $path;
                    utime $touched, $touched, $path;
                    $from = $path;
                } else {
                    link $from, $path or die "$path: $!";
                }
            }
        }
    ' "$spool" "$MESSAGES"
fi
listed=$(postqueue -j | wc -l)
[ "$listed" = "$MESSAGES" ] || {
    echo "postfix_full.sh: postqueue lists $listed messages instead of $MESSAGES" >&2
    exit 1
}
echo ready
exec cat >/dev/null

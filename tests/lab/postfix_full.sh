#!/bin/sh
# Postfix with MESSAGES deferred messages, as the machine's own: see `frame.rs` for who runs this and what is in DIR.
#
# One message is sent and deferred for real. The others are its files under more names, in the places where Postfix
# looks for them, a few hundred names to a file: postqueue lists each with its own number. The queue manager leaves them
# alone for an hour, as it would after a failed delivery.
set -eu
umask 022
dir=$1
# shellcheck source=tests/lab/postfix_parts.sh
. "$(dirname "$0")/postfix_parts.sh"
needs_postfix
etc=$dir/etc
spool=$dir/spool
etc_for_commands "$etc"
mkdir -p "$spool" "$dir/data"
chown postfix "$dir/data"
settings "$dir" "$spool" "$dir/data" "$dir/postfix.log" >"$etc/main.cf"
defers >>"$etc/main.cf"
echo 'queue_run_delay = 1d' >>"$etc/main.cf"
services 1 86400 >"$etc/master.cf"
lay_over "$etc"
postfix -c /etc/postfix start >&2

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
# Not killed by await when this is unset.
server=
if [ "$MESSAGES" -gt 0 ]; then
    printf 'Subject: lab\n\nA message that waits.\n' | sendmail -f sender@example.org r@refused.example
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

#!/bin/sh
# Postfix with a queue to look at, in two instances: see `frame.rs` for who runs this and what is in DIR. Here /etc/postfix is its
# own, so that its commands work for every user as they do on a real host.
#
#   the first instance: 3 messages deferred because nobody listens, 2 because they are blocked (a transport that says so), 1 on
#     hold, 1 active (its server never greets), 1 damaged one that the queue manager has put into corrupt/
#   `out`: 2 messages deferred
#
# DIR/check is a copy of the probe (CHECK), for users who may not see where it was built. `touch DIR/stop` stops the first
# instance; DIR/stopped appears then.
set -eu
umask 022
dir=$1
daemons=$(postconf -d -h daemon_directory 2>/dev/null) || {
    echo 'postfix_queue.sh: postfix is needed' >&2
    exit 1
}
cp "$CHECK" "$dir/check"

# instance DIR NAME SETTING...
instance() {
    etc=$1
    name=$2
    spool=$3
    shift 3
    mkdir -p "$etc" "$spool" "$spool-data"
    cp /usr/share/postfix/postfix-files /usr/share/postfix/dynamicmaps.cf "$etc" 2>/dev/null || true
    [ ! -d /etc/postfix ] || cp -a /etc/postfix/. "$etc"
    chown postfix "$spool-data"
    cat >"$etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $spool
data_directory = $spool-data
maillog_file = $dir/$name.log
maillog_file_prefixes = $dir
multi_instance_name = $name
myhostname = mail.example.test
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
disable_dns_lookups = yes
default_transport = smtp:[127.0.0.1]:9
enable_long_queue_ids = $long
minimal_backoff_time = 1h
maximal_backoff_time = 2h
smtp_connect_timeout = 5s
smtp_helo_timeout = 900s
END
    cat >"$etc/master.cf" <<END
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
retry unix - - n - - error
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
END
    for setting; do echo "$setting" >>"$etc/main.cf"; done
}

# A server that takes connections and never says a word.
perl -MIO::Socket::INET -e '
    my $server = IO::Socket::INET->new(Listen => 5, ReuseAddr => 1, LocalAddr => "127.0.0.1", LocalPort => shift) or die $@;
    my @all; while (my $one = $server->accept) { push @all, $one }
' "$PORT_SILENT" </dev/null >&2 &

long=no
instance "$dir/etc" first "$dir/spool" \
    "multi_instance_enable = yes" \
    "multi_instance_directories = $dir/etc-out" \
    "transport_maps = inline:{ { blocked.example = retry:4.7.1 blocked by policy, see https://policy.example/ }, { silent.example = smtp:[127.0.0.1]:$PORT_SILENT } }"
long=yes
instance "$dir/etc-out" out "$dir/spool-out" "multi_instance_enable = yes"
[ -d /etc/postfix ] || mkdir /etc/postfix
mount --bind "$dir/etc" /etc/postfix

postfix -c /etc/postfix start >&2
postfix -c "$dir/etc-out" start >&2

send() {
    printf 'Subject: lab\n\nA message that waits.\n' | sendmail -C "$1" -f "$2" "$3"
}
for n in 1 2 3; do send /etc/postfix "sender$n@example.org" "r$n@refused.example"; done
send /etc/postfix sender1@example.org a@blocked.example
send /etc/postfix sender1@example.org b@blocked.example
send /etc/postfix sender1@example.org held@refused.example
send /etc/postfix sender1@example.org damaged@refused.example
send /etc/postfix sender1@example.org active@silent.example
for n in 1 2; do send "$dir/etc-out" sender@example.org "r$n@out.example"; done

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
# Not killed by await when this is unset.
server=
count() { [ "$(find "$1" -type f 2>/dev/null | wc -l)" = "$2" ]; }
await count "$dir/spool/deferred" 7
await count "$dir/spool/active" 1
await count "$dir/spool-out/deferred" 2
id_of() { postqueue -j | sed -n "s/.*\"queue_id\": \"\([^\"]*\)\".*\"$1@.*/\1/p"; }
postsuper -h "$(id_of held)" >&2
damaged=$(id_of damaged)
file=$(find "$dir/spool/deferred" -name "$damaged")
printf 'no record begins like this' >"$file"
touch "$file"
postqueue -i "$damaged" >&2 || true
await count "$dir/spool/corrupt" 1
await count "$dir/spool/deferred" 5

echo ready
(
    until [ -e "$dir/stop" ]; do sleep 0.05; done
    postfix -c /etc/postfix stop >&2 || true
    until ! postfix -c /etc/postfix status >/dev/null 2>&1; do sleep 0.05; done
    touch "$dir/stopped"
) >/dev/null &
exec cat >/dev/null

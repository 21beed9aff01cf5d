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
# shellcheck source=tests/lab/postfix_parts.sh
. "$(dirname "$0")/postfix_parts.sh"
needs_postfix
cp "$CHECK" "$dir/check"

# instance DIR NAME SETTING...
instance() {
    etc=$1
    name=$2
    spool=$3
    shift 3
    etc_for_commands "$etc"
    mkdir -p "$spool" "$spool-data"
    chown postfix "$spool-data"
    settings "$dir" "$spool" "$spool-data" "$dir/$name.log" >"$etc/main.cf"
    defers >>"$etc/main.cf"
    cat >>"$etc/main.cf" <<END
multi_instance_name = $name
mynetworks = 127.0.0.0/8
enable_long_queue_ids = $long
smtp_helo_timeout = 900s
END
    services 1 300 >"$etc/master.cf"
    cat >>"$etc/master.cf" <<END
retry unix - - n - - error
anvil unix - - n - 1 anvil
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
lay_over "$dir/etc"

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

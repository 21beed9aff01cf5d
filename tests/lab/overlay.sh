# What exim.sh, courier.sh, cyrus.sh and opensmtpd.sh share: a machine's view in which an unpacked server looks
# installed. Sourced, POSIX sh. Every mount lies in the caller's private mount namespace and ends with it.
#
# The caller is started by the lab as root, in mount and PID namespaces of its own:
#   LAB_ROOT=target/lab LAB_USER=probe LAB_PASSWORD=... PORT_...=... \
#   unshare --mount --pid --fork --kill-child --mount-proc sh tests/lab/NAME.sh DIR
# LAB_ROOT holds the trees that unpack.sh makes, DIR the PKI. The end of standard input is the end of it all.

# Says why on standard error (the server's log) and ends; the lab waits for `ready` and sees the end instead.
die() {
    echo "$server: $*" >&2
    exit 1
}

# overlay_begin NAME DIR: lays root-NAME over /usr and /etc. Sets $lab, the name of DIR in here: one that a
# daemon's user can reach, whatever the permissions of the folders above DIR are.
overlay_begin() {
    server=$1
    PATH=/usr/sbin:/usr/bin:/sbin:/bin
    LC_ALL=C
    export PATH LC_ALL
    umask 022
    : "${LAB_ROOT:?}" "${LAB_USER:?}" "${LAB_PASSWORD:?}"
    tree=$(cd "$LAB_ROOT/root-$server" 2>/dev/null && pwd) || die "no tree root-$server in $LAB_ROOT: run unpack.sh"
    dir=$(cd "$2" && pwd) || die "no directory $2"
    # A mount must not hide the two folders that are still needed.
    for base in /mnt /srv /media /opt ''; do
        case "$tree/ $dir/" in
        *" $base/"* | "$base/"*) continue ;;
        esac
        [ ! -d "$base" ] || break
    done
    [ -n "$base" ] || die "no folder is free to mount the lab on"
    chmod 755 "$dir"
    # Files that change live in memory: an overlay's upper layer may not lie on another overlay, as in a container.
    mount -t tmpfs -o mode=755 lab "$base" || die "cannot mount: is this root in a mount namespace of its own?"
    mkdir "$base/lab" "$base/upper"
    mount --bind "$dir" "$base/lab"
    lab=$base/lab
    for part in "$tree"/usr/*; do
        name=${part##*/}
        mount -t overlay -o "lowerdir=$part:/usr/$name" lab "/usr/$name" || die "cannot lay $part over /usr/$name"
    done
    overlay_writable /etc "$tree/etc:"
    # No daemon of the host is to be found in here, its syslog least of all.
    mount -t tmpfs -o mode=755 lab /run
    # Reverse lookups of loopback must not wait for a name server.
    printf '127.0.0.1 localhost mail.example.test\n::1 localhost\n' >/etc/hosts
    printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >/etc/resolv.conf
}

# overlay_writable PATH [LOWER:]: changes under PATH stay in here and in memory.
overlay_writable() {
    layer=$base/upper$(echo "$1" | tr / -)
    mkdir -p "$layer/upper" "$layer/work"
    mount -t overlay -o "lowerdir=${2:-}$1,upperdir=$layer/upper,workdir=$layer/work" lab "$1" || die "cannot lay over $1"
}

# overlay_user NAME UID: a user and a group of that name, unless the host has them.
overlay_user() {
    grep -q "^$1:" /etc/group || echo "$1:x:$2:" >>/etc/group
    gid=$(sed -n "s/^$1:[^:]*:\([0-9]*\):.*/\1/p" /etc/group)
    grep -q "^$1:" /etc/passwd || echo "$1:x:$2:$gid::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
}

# copy_pki OWNER: server.pem, server.key and ca.pem in $lab/NAME, readable for that user and no other.
copy_pki() {
    for name in ca.pem server.pem server.key; do
        install -o "$1" -m 400 "$lab/pki/$name" "$lab/$server/$name"
    done
}

# overlay_syslog: what is said to the system's log goes to standard error. For daemons that log nowhere else.
overlay_syslog() {
    mkdir "$base/dev"
    mount -t tmpfs -o mode=755 lab "$base/dev"
    for node in null zero full random urandom tty; do
        : >"$base/dev/$node"
        mount --bind "/dev/$node" "$base/dev/$node"
    done
    ln -s /proc/self/fd "$base/dev/fd"
    mkdir -m 1777 "$base/dev/shm"
    mount --move "$base/dev" /dev
    perl -MIO::Socket::UNIX -e '
        umask 0;
        my $log = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "/dev/log") or die "/dev/log: $!";
        while (defined $log->recv(my $line, 8192)) {
            $line =~ s/^<\d+>//;
            $line =~ s/[\0\n]*$/\n/;
            syswrite STDERR, $line;
        }
    ' </dev/null >/dev/null &
    until [ -S /dev/log ]; do sleep 0.01; done
}

# await PORT [PATTERN]: returns when the port's greeting matches the Perl pattern; without one (implicit TLS), when
# it can be connected to. Gives up after 20 s, or when the daemon started last has ended.
await() {
    perl -MIO::Socket::INET -e '
        my ($daemon, $port, $pattern) = @ARGV;
        for (1 .. 1000) {
            my $line = eval {
                local $SIG{ALRM} = sub { die };
                alarm 6;
                my $socket = IO::Socket::INET->new("127.0.0.1:$port") or die;
                my $line = defined $pattern ? <$socket> : "";
                alarm 0;
                $line;
            };
            exit 0 if defined $line && (!defined $pattern || $line =~ $pattern);
            open my $stat, "<", "/proc/$daemon/stat" or last;
            last if time - $^T > 20 || <$stat> =~ /\) Z/;
            select undef, undef, undef, 0.02;
        }
        exit 1;
    ' "$!" "$@" || die "no greeting on port $1"
}

# Says that the server is there, then waits for the end of standard input. This process is the first of its PID
# namespace: with it, every daemon ends.
serve() {
    echo ready
    exec cat >/dev/null
}

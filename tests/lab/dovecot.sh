#!/bin/sh
# Dovecot 2.3 with everything it has: see `frame.rs` for who runs this and what is in DIR.
#
#   IMAP POP3 LMTP           127.0.0.1 and ::1; STARTTLS, every mechanism, clear-text logins too
#   IMAPS POP3S              implicit TLS
#   IMAP_STRICT POP3_STRICT  127.0.0.2: the client counts as remote, so LOGINDISABLED until STARTTLS
#   IMAPS_CERT POP3S_CERT    127.0.0.3, implicit TLS: asks for a client certificate, whose name logs in by EXTERNAL
#   IMAP_PROXY               wants the PROXY protocol first
#   SIEVE                    ManageSieve with STARTTLS
#   DIR/auth DIR/lmtp DIR/imap.sock   Postfix's SASL, LMTP and IMAP over unix sockets
#
# Accounts, all with the password of the lab:
#   probe   INBOX with five messages, Reports, Größe, Junk, Archive with 1000 messages
#   inbox   nothing in it; what Postfix and LMTP deliver may go here
#   full    over its quota
#   closed  may not log in, for a reason that it is told
#   broken  the login succeeds, and the session ends at once (its mailbox needs a plugin that is missing)
#   offline the source of its password is out of order
#   busy    one POP3 session at a time: the second waits for ten seconds and is told [IN-USE]
set -eu
umask 022
dir=$1
# shellcheck source=tests/lab/dovecot_parts.sh
. "$(dirname "$0")/dovecot_parts.sh"
needs_dovecot 'dovecot-imapd, dovecot-pop3d, dovecot-lmtpd and dovecot-managesieved' imap pop3 lmtp managesieve

# --- mailboxes ------------------------------------------------------------------------------------------------------------------

maildir() {
    mkdir -p "$1/cur" "$1/new" "$1/tmp"
}

# message FILE AGE FLAGS: standard input below a few usual header fields; its age is that of Date and of arrival.
number=0
message() {
    number=$((number + 1))
    file=$1/cur/1000000000.M${number}P1.lab:2,$3
    {
        printf 'Return-Path: <root@srv3.example.org>\r\nReceived: from srv3.example.org by mail.example.test; %s\r\n' "$(date -R -d "$2")"
        printf 'Date: %s\r\nMessage-ID: <lab.%s@srv3.example.org>\r\nTo: probe@example.test\r\n' "$(date -R -d "$2")" "$number"
        sed 's/$/\r/'
    } >"$file"
    touch -d "$2" "$file"
}

probe=$dir/mail/probe
for box in "" /.Reports "/.Gr&APYA3w-e" /.Junk /.Archive; do maildir "$probe$box"; done
printf '%s\n' Reports 'Gr&APYA3w-e' Junk Archive >"$probe/subscriptions"
for user in inbox full closed busy; do maildir "$dir/mail/$user"; done

message "$probe" '2 hours ago' '' <<'END'
From: Backup <backup@srv3.example.org>
Subject: Backup srv3 ok

All 12 volumes saved, 48 GiB, 0 errors.
END
message "$probe" '26 hours ago' S <<'END'
From: Backup <backup@srv3.example.org>
Subject: Backup srv3 FAILED

Volume 7: no space left on device.
END
message "$probe" '3 hours ago' S <<'END'
From: =?ISO-8859-1?Q?B=FCro?= <buero@example.org>
Subject: =?UTF-8?B?U2ljaGVydW5nIGbDvHIgR3LDtsOfZQ==?=
 =?UTF-8?Q?_erledigt?=
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Die Gr=C3=B6=C3=9Fe betr=C3=A4gt 48=
 GiB.
END
message "$probe" '4 days ago' S <<'END'
From: nightly@srv4.example.org
Subject: nightly job
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: base64

SGllciBzdGVodDogQXVmdHLkZ2UgZXJsZWRpZ3QuCg==
END
message "$probe" '30 days ago' SF <<'END'
From: list@example.org
Subject: two parts
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_part"

--=_part
Content-Type: text/plain

plain words
--=_part
Content-Type: text/html

<p>marked <b>words</b></p>
--=_part--
END
message "$probe/.Reports" '90 minutes ago' '' <<'END'
From: Backup <backup@srv3.example.org>
Subject: Backup srv3 ok

All 12 volumes saved.
END
message "$probe/.Gr&APYA3w-e" '5 hours ago' S <<'END'
From: nightly@srv4.example.org
Subject: measured

in a mailbox with a name beyond ASCII
END
message "$probe/.Junk" '1 day ago' '' <<'END'
From: someone@example.org
Subject: you have won

nothing
END
message "$dir/mail/full" '1 day ago' S <<END
From: someone@example.org
Subject: too much

$(head -c 6000 /dev/zero | tr '\0' x | fold -w 60)
END
# A thousand files by a thousand children would take seconds.
perl -e '
    my ($box, $now) = @ARGV;
    for my $n (1 .. 1000) {
        my $time = $now - 60 * (1440 + $n);
        my $path = sprintf "%s/cur/1000000000.M%dP2.lab:2,S", $box, $n;
        open my $file, ">", $path or die "$path: $!";
        printf $file "From: job\@srv5.example.org\r\nTo: probe\@example.test\r\nSubject: job %d done\r\n\r\nok\r\n", $n;
        close $file;
        utime $time, $time, $path;
    }' "$probe/.Archive" "$(date +%s)"
chown -R mail:mail "$dir/mail"

# --- accounts -------------------------------------------------------------------------------------------------------------------

for user in probe inbox full broken busy; do printf '%s:{PLAIN}%s::::::\n' "$user" "$LAB_PASSWORD"; done >"$dir/passwd"
printf 'closed:{PLAIN}%s::::::nologin=y reason=closed_for_the_lab\n' "$LAB_PASSWORD" >>"$dir/passwd"
sed -i 's/^full:.*/&userdb_quota_rule=*:storage=4K/
    s/^busy:.*/&userdb_pop3_lock_session=yes/
    s|^broken:.*|&userdb_mail_plugins=nosuch|' "$dir/passwd"

# 111 is checkpassword's word for a temporary failure.
printf '#!/bin/sh\nexit 111\n' >"$dir/out-of-order"
chmod 755 "$dir/out-of-order"

# The key that tokens are signed with: client (azp), algorithm, key id.
mkdir -p "$dir/oauth/default/HS256"
cp "$dir/oauth.key" "$dir/oauth/default/HS256/default"
cat >"$dir/oauth2.conf" <<END
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$dir/oauth/
username_attribute = sub
username_format = %Ln
END

# --- configuration --------------------------------------------------------------------------------------------------------------

mkdir -p "$dir/base" "$dir/state"
settings "$dir" >"$dir/dovecot.conf"
cat >>"$dir/dovecot.conf" <<END
base_dir = $dir/base
state_dir = $dir/state
instance_name = lab
listen = 127.0.0.1${LAB_IPV6:+, $LAB_IPV6}
protocols = imap pop3 lmtp sieve
auth_verbose = yes

ssl = yes
ssl_require_crl = no
ssl_ca = <$dir/pki/ca.pem

auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 apop xoauth2 oauthbearer external
auth_ssl_username_from_cert = yes
passdb {
  driver = checkpassword
  username_filter = offline
  args = $dir/out-of-order
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $dir/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 apop
  args = $dir/passwd
}
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
mail_plugins = quota
haproxy_trusted_networks = 127.0.0.0/8
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=10M
}

# To a server on another address than the client's, the client is remote: no clear-text login there.
local 127.0.0.2 {
  disable_plaintext_auth = yes
  ssl = required
}

local 127.0.0.3 {
  ssl_verify_client_cert = yes
}

protocol imap {
  mail_plugins = \$mail_plugins imap_quota
}

service imap-login {
  inet_listener imap {
    port = $PORT_IMAP
  }
  inet_listener imaps {
    port = $PORT_IMAPS
  }
  inet_listener strict {
    address = 127.0.0.2
    port = $PORT_IMAP_STRICT
  }
  inet_listener cert {
    address = 127.0.0.3
    port = $PORT_IMAPS_CERT
    ssl = yes
  }
  inet_listener proxy {
    port = $PORT_IMAP_PROXY
    haproxy = yes
  }
  unix_listener $dir/imap.sock {
    mode = 0666
  }
}
service pop3-login {
  inet_listener pop3 {
    port = $PORT_POP3
  }
  inet_listener pop3s {
    port = $PORT_POP3S
  }
  inet_listener strict {
    address = 127.0.0.2
    port = $PORT_POP3_STRICT
  }
  inet_listener cert {
    address = 127.0.0.3
    port = $PORT_POP3S_CERT
    ssl = yes
  }
}
service managesieve-login {
  inet_listener sieve {
    port = $PORT_SIEVE
  }
}
service lmtp {
  inet_listener lmtp {
    port = $PORT_LMTP
  }
  unix_listener $dir/lmtp {
    mode = 0666
  }
}
END

# --- run ------------------------------------------------------------------------------------------------------------------------

dovecot -F -c "$dir/dovecot.conf" >&2 &
server=$!

# shellcheck source=tests/lab/await.sh
. "$(dirname "$0")/await.sh"
await greets 127.0.0.1 "$PORT_IMAP"
await greets 127.0.0.2 "$PORT_IMAP_STRICT"
await greets 127.0.0.1 "$PORT_POP3"
await greets 127.0.0.2 "$PORT_POP3_STRICT"
await greets 127.0.0.1 "$PORT_LMTP"
await greets 127.0.0.1 "$PORT_SIEVE"
await greets_tls 127.0.0.1 "$PORT_IMAPS" 'a LOGOUT'
await greets_tls 127.0.0.1 "$PORT_POP3S" QUIT

echo ready
exec cat >/dev/null

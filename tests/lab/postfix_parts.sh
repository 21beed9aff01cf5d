# Read by the scripts that run Postfix: what each of them has.
#
#   needs_postfix                 ends the script where there is none
#   settings DIR SPOOL DATA LOG   main.cf for whoever asks no name server and has no mailboxes of its own; LOG in DIR
#   receives LMTP AUTH PKI        more of it: takes mail for example.test and hands it to the LMTP port LMTP of Dovecot, whose SASL
#                                 socket AUTH checks logins; certificate and key are in PKI
#   defers                        more of it: whatever is sent waits, since nobody listens where it goes
#   services PICKUP QMGR          master.cf; so often pickup and queue manager look for themselves, in seconds
#   receiving_services            more of it, for `receives`
#   etc_for_commands ETC          makes ETC a folder that may stand for /etc/postfix: Postfix's commands find their own files there
#   lay_over ETC                  and puts it there, for whoever is in this namespace
#   count FOLDER NUMBER           whether there are so many files

needs_postfix() {
    daemons=$(postconf -d -h daemon_directory 2>/dev/null) && [ -x "$daemons/master" ] || {
        echo "${0##*/}: postfix is needed" >&2
        exit 1
    }
}

settings() {
    cat <<END
compatibility_level = 3.6
queue_directory = $2
data_directory = $3
maillog_file = $4
maillog_file_prefixes = $1
myhostname = mail.example.test
mydestination =
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
END
}

receives() {
    cat <<END
mynetworks =
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
message_size_limit = 20480000
virtual_mailbox_domains = example.test
virtual_transport = lmtp:inet:127.0.0.1:$1
# Nothing leaves this machine, whatever is accepted. (error: would be refused at RCPT.)
default_transport = discard:
smtpd_tls_chain_files = $3/server.key, $3/server.pem
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = $2
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_reject_unlisted_recipient = yes
END
}

defers() {
    cat <<END
inet_interfaces = 127.0.0.1
default_transport = smtp:[127.0.0.1]:9
minimal_backoff_time = 1h
maximal_backoff_time = 2h
smtp_connect_timeout = 5s
END
}

services() {
    cat <<END
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n $1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n $2 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
smtp unix - - n - - smtp
scache unix - - n - 1 scache
END
}

receiving_services() {
    cat <<END
tlsmgr unix - - n 1000? 1 tlsmgr
verify unix - - n - 1 verify
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
END
}

etc_for_commands() {
    mkdir -p "$1"
    cp /usr/share/postfix/postfix-files /usr/share/postfix/dynamicmaps.cf "$1" 2>/dev/null || true
    [ ! -d /etc/postfix ] || cp -a /etc/postfix/. "$1"
}

lay_over() {
    [ -d /etc/postfix ] || mkdir /etc/postfix
    mount --bind "$1" /etc/postfix
}

count() { [ "$(find "$1" -type f 2>/dev/null | wc -l)" = "$2" ]; }

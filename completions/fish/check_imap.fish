# Completes check_imap. Made from the option table by `make pages`: do not edit.
function __check_imap_port
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    set -l before (string match -r '^.*,' -- $typed)
    printf '%s\n' "$before"{143,143:starttls,993:tls}
end
function __check_imap_unless
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        subject '' \
        from '' \
        to '' \
        body ''
end
function __check_imap_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        time 'the whole session' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        greeting 'waiting for the greeting' \
        capability 'the answers to CAPABILITY' \
        starttls 'the answer to STARTTLS' \
        tls 'the TLS handshake' \
        auth 'the login' \
        command 'the answer to the text of -s' \
        id 'the answer to ID' \
        enable 'the answer to ENABLE' \
        list 'the answers to LIST' \
        status 'the answers to STATUS' \
        append 'storing the message of --write-test' \
        examine 'opening mailboxes' \
        search 'the answers to SEARCH' \
        fetch 'the answers to FETCH' \
        expunge 'removing the message of --write-test' \
        logout 'the answer to LOGOUT, if it came at once; not part of time' \
        messages 'mails, in all mailboxes together' \
        unseen 'mails that nobody has read' \
        size 'all mails together' \
        newest 'age of the newest mail, or of the newest that is like --match' \
        oldest 'age of the oldest mail, or of the oldest that is like --match' \
        matches 'mails that are like --match, of those looked at' \
        quota 'how much of the quota is used' \
        quota_bytes 'the same in bytes' \
        cert_days 'days until the certificate ends'
end
function __check_imap_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        time 'the whole session' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        greeting 'waiting for the greeting' \
        capability 'the answers to CAPABILITY' \
        starttls 'the answer to STARTTLS' \
        tls 'the TLS handshake' \
        auth 'the login' \
        command 'the answer to the text of -s' \
        id 'the answer to ID' \
        enable 'the answer to ENABLE' \
        list 'the answers to LIST' \
        status 'the answers to STATUS' \
        append 'storing the message of --write-test' \
        examine 'opening mailboxes' \
        search 'the answers to SEARCH' \
        fetch 'the answers to FETCH' \
        expunge 'removing the message of --write-test' \
        logout 'the answer to LOGOUT, if it came at once; not part of time' \
        messages 'mails, in all mailboxes together' \
        unseen 'mails that nobody has read' \
        size 'all mails together' \
        newest 'age of the newest mail, or of the newest that is like --match' \
        oldest 'age of the oldest mail, or of the oldest that is like --match' \
        matches 'mails that are like --match, of those looked at' \
        quota 'how much of the quota is used' \
        quota_bytes 'the same in bytes' \
        cert_days 'days until the certificate ends'
end
function __check_imap_on
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        set -l word (string split -m1 = -- $typed)[1]
        printf '%s\n' $word={ok,warning,critical,unknown}
        return
    end
    printf '%s=\t%s\n' \
        host-not-found 'the host name has no address' \
        resolver-failed 'the resolver does not answer, or not usefully' \
        mx-missing 'the domain has no MX host that takes mail' \
        address-fallback 'an address of the host did not answer, the next one did' \
        connect-refused 'nobody listens at the port' \
        connect-failed 'the connection cannot be made: no route, no such socket, no permission' \
        timeout 'the deadline passed (its status is set by -t, too)' \
        connection-closed 'the server closed the connection in mid-session' \
        connection-reset 'the server reset the connection' \
        protocol-error 'what the server sends is not the protocol' \
        limit-exceeded 'the server sends an endless line, an endless reply or a huge literal' \
        service-busy 'the server asks to come back later' \
        service-refused 'the server refuses to serve' \
        starttls-missing 'STARTTLS was asked for and is not offered' \
        starttls-refused 'STARTTLS is offered and refused' \
        starttls-injection 'plain text came after the go-ahead for TLS' \
        tls-failed 'the TLS handshake failed' \
        cert-expired 'the certificate has expired' \
        cert-not-yet-valid 'the certificate is not valid yet' \
        cert-self-signed 'the certificate signs itself' \
        cert-untrusted 'no trusted authority has signed the certificate' \
        cert-name-mismatch 'the certificate is for another name' \
        cert-revoked 'the certificate is revoked' \
        cert-invalid 'the certificate does not verify for another reason' \
        auth-rejected 'the server refuses the login' \
        auth-unavailable 'the server cannot tell now whether the login is right' \
        auth-missing 'the login cannot be tried: no usable mechanism, or no safe channel' \
        auth-broken 'the server breaks the login: bad challenge, wrong signature' \
        login-accepted 'a login that must be refused was accepted' \
        cert-unreadable 'the certificate\'s dates cannot be read' \
        internal-error 'a fault of the probe itself, or no descriptors or memory left for it' \
        threshold 'a metric is outside its range (the range says the status)' \
        expect-mismatch 'the greeting, or the answer to -s, does not hold the text of -e' \
        preauth 'the greeting says that everybody who connects is logged in' \
        server-alert 'the server has something to say to people ([ALERT])' \
        plaintext-auth 'a login that tells the password is possible before TLS (--audit-plaintext)' \
        capability-missing 'a required capability is not offered' \
        capability-forbidden 'a forbidden capability is offered' \
        mechanism-missing 'a required SASL mechanism is not offered' \
        mailbox-missing 'there is no such mailbox' \
        mailbox-unreadable 'the mailbox is there and cannot be read' \
        mailbox-empty 'there is no mail at all whose age could be judged' \
        no-match 'no mail is like --match' \
        bad-news 'a mail that counts is like --match, and like --unless too' \
        date-unreadable 'the age of a mail is judged, and it has no date that can be read' \
        search-refused 'the server does not search; the newest mails were read instead' \
        quota-unknown 'a quota was asked for, and the server tells none' \
        write-failed 'the message of --write-test cannot be stored, found or read again' \
        content-altered 'the message of --write-test comes back changed' \
        write-leftover 'the message of --write-test could not be removed' \
        bare-lf 'lines end with LF alone'
end
complete -c check_imap -f -a '(__fish_print_hostnames)'
complete -c check_imap -s H -l hostname -l host -d 'Host name, address, or /path of a unix socket; repeatable' -x -a '(__fish_print_hostnames)'
complete -c check_imap -s p -l port -d 'Ports; each may say its transport: 25,465:tls,587:starttls' -x -a '(__check_imap_port)'
complete -c check_imap -l mx -d 'Every MX host of this domain' -x -a '(__fish_print_hostnames)'
complete -c check_imap -l all-addresses -d 'Probe each address of a host on its own'
complete -c check_imap -l address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_imap -s 4 -l use-ipv4 -l ipv4 -d 'IPv4 only'
complete -c check_imap -s 6 -l use-ipv6 -l ipv6 -d 'IPv6 only'
complete -c check_imap -l resolver -d 'Ask this name server for MX records and the hosts they name' -x
complete -c check_imap -l mailbox -d 'Count the mails in this mailbox; repeatable; * and % stand for parts of a name. Other checks of mailboxes look here, too [default: INBOX]' -x
complete -c check_imap -l match -d 'A mail like this must be there; repeatable, all must match. FIELD: subject, from, to, header:NAME, body. Upper and lower case are the same; (?-i) before REGEX tells them apart' -x
complete -c check_imap -l unless -d 'Such a mail is bad news when it is like this, too; repeatable' -x -a '(__check_imap_unless)'
complete -c check_imap -l newest -d 'Look at this many of the newest mails at most' -x
complete -c check_imap -l ages -d 'Tell the ages of the newest and the oldest mail (a threshold on them asks, too); of several mailboxes the stalest counts'
complete -c check_imap -l size -d 'Tell the size of all mails (likewise)'
complete -c check_imap -l quota -d 'Tell how much of the quota is used (likewise)'
complete -c check_imap -l write-test -d 'Store a marked mail, find it, read it again, remove it'
complete -c check_imap -l audit-plaintext -d 'Nothing secret may pass before TLS: LOGINDISABLED, STARTTLS offered'
complete -c check_imap -l require-capability -d 'This capability must be offered (after the login, if there is one); repeatable' -x
complete -c check_imap -l forbid-capability -d 'This capability must not be offered; repeatable' -x
complete -c check_imap -l require-auth -d 'This SASL mechanism must be offered; repeatable' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_imap -l id -d 'Say who we are and ask who the server is (ID)'
complete -c check_imap -l utf8 -d 'Turn UTF8=ACCEPT on, which must be offered'
complete -c check_imap -l starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_imap -s S -l tls -l ssl -d 'TLS from the first byte'
complete -c check_imap -s k -l insecure -d 'Do not verify the certificate'
complete -c check_imap -l ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_imap -l ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_imap -l tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_imap -l tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_imap -l tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_imap -l client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_imap -l client-key -d 'Its key (PEM)' -r -F
complete -c check_imap -s D -l certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_imap -l proxy -d 'Send a PROXY protocol header first'
complete -c check_imap -l proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_imap -l proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_imap -l proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_imap -s U -l user -l authuser -d 'Log in as this user' -x
complete -c check_imap -s P -l password -l authpass -d 'The password (everybody can see it in the process list)' -x
complete -c check_imap -l password-file -d 'The password is the first line of this file' -r -F
complete -c check_imap -l password-env -d 'The password is in this environment variable' -x
complete -c check_imap -l password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_imap -l password-credential -d 'The password is this systemd credential' -x
complete -c check_imap -l token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_imap -l token-env -d 'The token is in this environment variable' -x
complete -c check_imap -l token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_imap -l token-credential -d 'The token is this systemd credential' -x
complete -c check_imap -l auth -l authtype -d 'SASL mechanism, or LOGIN-COMMAND [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_imap -l authzid -d 'Act as this user, logged in as --user' -x
complete -c check_imap -l insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_imap -l reject-login -d 'This login must be refused: OK when it is, CRITICAL when not'
complete -c check_imap -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 10s:critical]' -x
complete -c check_imap -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -x -a '(__check_imap_warning)'
complete -c check_imap -s c -l critical -d 'CRITICAL outside this range' -x -a '(__check_imap_critical)'
complete -c check_imap -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_imap_on)'
complete -c check_imap -s e -l expect -d 'The greeting, or the answer to -s, must hold this text; repeatable' -x
complete -c check_imap -s A -l all -d 'Every -e must be there, not only one'
complete -c check_imap -s s -l send -d 'Send this text and look for -e in what comes back' -x
complete -c check_imap -s q -l quit -d 'Send this line at the end' -x
complete -c check_imap -s E -l escape -d '-s and -q may hold \\n, \\r, \\t and \\\\ (-q then gets no line end)'
complete -c check_imap -s d -l delay -d 'Seconds to wait between sending and reading; not part of the time' -x
complete -c check_imap -s m -l maxbytes -d 'Stop reading after this many bytes' -x
complete -c check_imap -s r -l refuse -d 'When the connection cannot be made: ok, warn, crit' -x -a "ok
warn
crit"
complete -c check_imap -s M -l mismatch -d 'When -e is not met: ok, warn, crit [default: warn]' -x -a "ok
warn
crit"
complete -c check_imap -s j -l jail -d 'Do not print what the server said, not even with -v'
complete -c check_imap -n 'string match -q -- "* --critical*" (commandline -cp)' -s C -l critical-codes -d 'Accepted for the old check_tcp, which does nothing with it either' -x
complete -c check_imap -n 'string match -q -- "* --warning*" (commandline -cp)' -s W -l warning-codes -d 'Likewise' -x
complete -c check_imap -n 'string match -q -- "* --sni*" (commandline -cp)' -s N -l sni -d 'The name for TLS in the old check_tcp; asks for TLS, too' -x
complete -c check_imap -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_imap -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_imap -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_imap -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_imap -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_imap -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_imap -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_imap -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_imap -s V -l version -d 'Print the version'
complete -c check_imap -s h -l help -d 'Print this help'
complete -c check_simap -w check_imap

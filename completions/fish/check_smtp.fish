# Completes check_smtp. Made from the option table by `make pages`: do not edit.
function __check_smtp_port
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    set -l before (string match -r '^.*,' -- $typed)
    printf '%s\n' "$before"{25,465:tls,587:starttls}
end
function __check_smtp_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        time 'the whole session' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        greeting 'waiting for the whole greeting' \
        ehlo 'EHLO, both of them with STARTTLS' \
        starttls 'the answer to STARTTLS' \
        tls 'the TLS handshake' \
        auth 'the login' \
        mail 'the answer to MAIL' \
        rcpt 'the answers to RCPT' \
        command 'the commands of -C' \
        quit 'the answer to QUIT, if it came at once; not part of time' \
        size_limit 'the largest message that the server takes' \
        cert_days 'days until the certificate ends'
end
function __check_smtp_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        time 'the whole session' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        greeting 'waiting for the whole greeting' \
        ehlo 'EHLO, both of them with STARTTLS' \
        starttls 'the answer to STARTTLS' \
        tls 'the TLS handshake' \
        auth 'the login' \
        mail 'the answer to MAIL' \
        rcpt 'the answers to RCPT' \
        command 'the commands of -C' \
        quit 'the answer to QUIT, if it came at once; not part of time' \
        size_limit 'the largest message that the server takes' \
        cert_days 'days until the certificate ends'
end
function __check_smtp_on
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
        expect-mismatch 'greeting and EHLO reply do not hold the text of -e' \
        response-mismatch 'a reply does not match its -R' \
        sender-deferred 'MAIL was answered with 4xx' \
        sender-rejected 'MAIL was answered with 5xx, or not with 250' \
        recipient-deferred 'RCPT was answered with 4xx: greylisted, mailbox busy' \
        recipient-rejected 'RCPT was answered with 5xx, or with neither 250 nor 251' \
        recipient-accepted 'a recipient that must be refused was accepted, or not refused' \
        open-relay 'mail from a foreign sender to a foreign recipient is accepted' \
        relay-unclear 'the relay test got answers that neither accept nor refuse: 4xx, 500-504, 252' \
        plaintext-auth 'AUTH is offered or accepted before TLS (--audit-plaintext)' \
        plaintext-mail 'MAIL is accepted before TLS (--require-tls)' \
        capability-missing 'a required extension is not offered' \
        capability-forbidden 'a forbidden extension is offered' \
        mechanism-missing 'a required SASL mechanism is not offered' \
        mixed-codes 'the lines of one reply have different codes' \
        bare-lf 'lines end with LF alone' \
        ehlo-refused 'EHLO is refused, HELO is not'
end
complete -c check_smtp -f -a '(__fish_print_hostnames)'
complete -c check_smtp -s H -l hostname -l host -d 'Host name, address, or /path of a unix socket; repeatable' -x -a '(__fish_print_hostnames)'
complete -c check_smtp -s p -l port -d 'Ports; each may say its transport: 25,465:tls,587:starttls' -x -a '(__check_smtp_port)'
complete -c check_smtp -l mx -d 'Every MX host of this domain' -x -a '(__fish_print_hostnames)'
complete -c check_smtp -l all-addresses -d 'Probe each address of a host on its own'
complete -c check_smtp -l address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_smtp -s 4 -l use-ipv4 -l ipv4 -d 'IPv4 only'
complete -c check_smtp -s 6 -l use-ipv6 -l ipv6 -d 'IPv6 only'
complete -c check_smtp -l resolver -d 'Ask this name server for MX records and the hosts they name' -x
complete -c check_smtp -s e -l expect -d 'Greeting or EHLO reply must hold this text' -x
complete -c check_smtp -s f -l from -d 'MAIL FROM this address must be accepted (nothing is sent)' -x
complete -c check_smtp -l to -d 'RCPT TO this address must be accepted; repeatable' -x
complete -c check_smtp -l reject-to -d 'RCPT TO this address must be refused; repeatable' -x
complete -c check_smtp -s C -l command -d 'Send this command; repeatable' -x
complete -c check_smtp -s R -l response -d 'The reply to the command of the same place must match; repeatable' -x
complete -c check_smtp -l open-relay -d 'Mail from foreign to foreign must be refused'
complete -c check_smtp -l audit-plaintext -d 'Nothing secret may pass before TLS: no AUTH, STARTTLS offered'
complete -c check_smtp -l require-tls -d 'MAIL must be refused before TLS'
complete -c check_smtp -l require-capability -d 'This extension must be offered; repeatable' -x
complete -c check_smtp -l forbid-capability -d 'This extension must not be offered; repeatable' -x
complete -c check_smtp -l require-auth -d 'This SASL mechanism must be offered; repeatable' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_smtp -s S -l starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_smtp -s s -l tls -l ssl -d 'TLS from the first byte'
complete -c check_smtp -s k -l insecure -d 'Do not verify the certificate'
complete -c check_smtp -l ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_smtp -l ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_smtp -l tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_smtp -l tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_smtp -l tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_smtp -l client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_smtp -l client-key -d 'Its key (PEM)' -r -F
complete -c check_smtp -s D -l certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_smtp -s L -l lmtp -d 'Speak LMTP'
complete -c check_smtp -s F -l fqdn -d 'The name for EHLO [default: this host\'s, or its address]' -x
complete -c check_smtp -s r -l proxy -d 'Send a PROXY protocol header first'
complete -c check_smtp -l proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_smtp -l proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_smtp -l proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_smtp -n 'string match -q -- "* --sni*" (commandline -cp)' -l sni -d 'Accepted for the old check_smtp: SNI is always sent'
complete -c check_smtp -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-certificate-expiration -d 'Accepted for the old check_smtp: --on cert-expired=ok'
complete -c check_smtp -s U -l user -l authuser -d 'Log in as this user' -x
complete -c check_smtp -s P -l password -l authpass -d 'The password (everybody can see it in the process list)' -x
complete -c check_smtp -l password-file -d 'The password is the first line of this file' -r -F
complete -c check_smtp -l password-env -d 'The password is in this environment variable' -x
complete -c check_smtp -l password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_smtp -l password-credential -d 'The password is this systemd credential' -x
complete -c check_smtp -l token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_smtp -l token-env -d 'The token is in this environment variable' -x
complete -c check_smtp -l token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_smtp -l token-credential -d 'The token is this systemd credential' -x
complete -c check_smtp -s A -l auth -l authtype -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_smtp -l authzid -d 'Act as this user, logged in as --user' -x
complete -c check_smtp -l insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_smtp -l reject-login -d 'This login must be refused: OK when it is, CRITICAL when not'
complete -c check_smtp -s q -l ignore-quit-failure -d 'Accepted: QUIT never alarms'
complete -c check_smtp -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 10s:critical]' -x
complete -c check_smtp -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -x -a '(__check_smtp_warning)'
complete -c check_smtp -s c -l critical -d 'CRITICAL outside this range' -x -a '(__check_smtp_critical)'
complete -c check_smtp -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_smtp_on)'
complete -c check_smtp -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_smtp -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_smtp -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_smtp -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_smtp -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_smtp -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_smtp -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_smtp -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_smtp -s V -l version -d 'Print the version'
complete -c check_smtp -s h -l help -d 'Print this help'

# Completes check_tcp. Made from the option table by `make pages`: do not edit.
function __check_tcp_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        time 'the whole session' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        tls 'the TLS handshake' \
        command 'what it says, or answers' \
        cert_days 'days until the certificate ends'
end
function __check_tcp_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        time 'the whole session' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        tls 'the TLS handshake' \
        command 'what it says, or answers' \
        cert_days 'days until the certificate ends'
end
function __check_tcp_on
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
        expect-mismatch 'what it says does not hold the text of -e'
end
complete -c check_tcp -f -a '(__fish_print_hostnames)'
complete -c check_tcp -s H -l hostname -l host -d 'Host name, address, or /path of a unix socket; repeatable' -x -a '(__fish_print_hostnames)'
complete -c check_tcp -s p -l port -d 'Ports; each may say its transport: 25,465:tls,587:starttls' -x
complete -c check_tcp -l mx -d 'Every MX host of this domain' -x -a '(__fish_print_hostnames)'
complete -c check_tcp -l all-addresses -d 'Probe each address of a host on its own'
complete -c check_tcp -l address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_tcp -s 4 -l use-ipv4 -l ipv4 -d 'IPv4 only'
complete -c check_tcp -s 6 -l use-ipv6 -l ipv6 -d 'IPv6 only'
complete -c check_tcp -l resolver -d 'Ask this name server for MX records and the hosts they name' -x
complete -c check_tcp -s e -l expect -d 'The greeting, or the answer to -s, must hold this text; repeatable' -x
complete -c check_tcp -s A -l all -d 'Every -e must be there, not only one'
complete -c check_tcp -s s -l send -d 'Send this text and look for -e in what comes back' -x
complete -c check_tcp -s q -l quit -d 'Send this line at the end' -x
complete -c check_tcp -s E -l escape -d '-s and -q may hold \\n, \\r, \\t and \\\\ (-q then gets no line end)'
complete -c check_tcp -s d -l delay -d 'Seconds to wait between sending and reading; not part of the time' -x
complete -c check_tcp -s m -l maxbytes -d 'Stop reading after this many bytes' -x
complete -c check_tcp -s r -l refuse -d 'When the connection cannot be made: ok, warn, crit' -x -a "ok
warn
crit"
complete -c check_tcp -s M -l mismatch -d 'When -e is not met: ok, warn, crit [default: warn]' -x -a "ok
warn
crit"
complete -c check_tcp -s j -l jail -d 'Do not print what the server said, not even with -v'
complete -c check_tcp -n 'string match -q -- "* --critical*" (commandline -cp)' -s C -l critical-codes -d 'Accepted for the old check_tcp, which does nothing with it either' -x
complete -c check_tcp -n 'string match -q -- "* --warning*" (commandline -cp)' -s W -l warning-codes -d 'Likewise' -x
complete -c check_tcp -n 'string match -q -- "* --sni*" (commandline -cp)' -s N -l sni -d 'The name for TLS in the old check_tcp; asks for TLS, too' -x
complete -c check_tcp -s k -l insecure -d 'Do not verify the certificate'
complete -c check_tcp -l ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_tcp -l ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_tcp -l tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_tcp -l tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_tcp -l tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_tcp -l client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_tcp -l client-key -d 'Its key (PEM)' -r -F
complete -c check_tcp -s D -l certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_tcp -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 10s:critical]' -x
complete -c check_tcp -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -x -a '(__check_tcp_warning)'
complete -c check_tcp -s c -l critical -d 'CRITICAL outside this range' -x -a '(__check_tcp_critical)'
complete -c check_tcp -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_tcp_on)'
complete -c check_tcp -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_tcp -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_tcp -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_tcp -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_tcp -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_tcp -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_tcp -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_tcp -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_tcp -s V -l version -d 'Print the version'
complete -c check_tcp -s h -l help -d 'Print this help'
complete -c check_tcp -s S -l tls -l ssl -d 'TLS from the first byte'
complete -c check_tcp -n 'string match -q -- "* --starttls*" (commandline -cp)' -l starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'

# Completes check_cert. Made from the option table by `make pages`: do not edit.
function __check_cert_port
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    set -l before (string match -r '^.*,' -- $typed)
    printf '%s\n' "$before"{25,110,143,465,587,993,995,4190:sieve}
end
function __check_cert_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        expires 'until no valid path to a root exists any more' \
        time 'until the handshake is done' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        greeting 'waiting for the greeting' \
        ehlo 'EHLO or LHLO' \
        capability 'CAPABILITY' \
        capa 'CAPA' \
        starttls 'the answer to STARTTLS' \
        tls 'the TLS handshake' \
        lifetime_left 'the same as a share of the lifetime of what ends it' \
        leaf_expires 'until the server\'s own certificate ends' \
        chain_length 'certificates that are sent' \
        key_bits 'bits of the server\'s key' \
        cipher_bits 'bits of the cipher\'s key' \
        ocsp_next_update 'until the stapled OCSP response ends' \
        lifetime 'the lifetime of the server\'s certificate' \
        tlsa 'asking for TLSA records and their proof' \
        get 'fetching the MTA-STS policy' \
        tlsa_records 'TLSA records of the port' \
        tlsa_matching 'those that vouch for the server' \
        tlsa_ttl 'how long they may be kept' \
        tlsa_signature 'until their signature ends' \
        mta_sts_max_age 'how long senders remember the MTA-STS policy'
end
function __check_cert_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        expires 'until no valid path to a root exists any more' \
        time 'until the handshake is done' \
        dns 'resolving the host' \
        connect 'the TCP connection' \
        greeting 'waiting for the greeting' \
        ehlo 'EHLO or LHLO' \
        capability 'CAPABILITY' \
        capa 'CAPA' \
        starttls 'the answer to STARTTLS' \
        tls 'the TLS handshake' \
        lifetime_left 'the same as a share of the lifetime of what ends it' \
        leaf_expires 'until the server\'s own certificate ends' \
        chain_length 'certificates that are sent' \
        key_bits 'bits of the server\'s key' \
        cipher_bits 'bits of the cipher\'s key' \
        ocsp_next_update 'until the stapled OCSP response ends' \
        lifetime 'the lifetime of the server\'s certificate' \
        tlsa 'asking for TLSA records and their proof' \
        get 'fetching the MTA-STS policy' \
        tlsa_records 'TLSA records of the port' \
        tlsa_matching 'those that vouch for the server' \
        tlsa_ttl 'how long they may be kept' \
        tlsa_signature 'until their signature ends' \
        mta_sts_max_age 'how long senders remember the MTA-STS policy'
end
function __check_cert_on
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
        cert-expiring 'no valid path exists in a while (-w and -c say the status)' \
        cert-chain-incomplete 'the server does not send an intermediate certificate' \
        cert-chain-order 'the chain is sent in another order' \
        cert-extra 'the server sends certificates that nobody needs' \
        cert-wildcard 'the name is covered by a wildcard' \
        no-subject-alt-name 'the certificate has no subjectAltName: clients ignore the common name' \
        key-weak 'a key in the chain is broken or can be' \
        key-small 'a key in the chain is too small for today' \
        signature-weak 'a signature in the chain uses MD5 or SHA-1' \
        lifetime-too-long 'the certificate lives longer than public authorities may issue' \
        tls-old 'TLS older than 1.2 was agreed on' \
        tls-offered-old 'TLS older than 1.2 is offered, too (--probe-versions)' \
        cipher-weak 'the cipher or key exchange is weak' \
        staple-missing 'an OCSP response must be stapled and is not' \
        staple-invalid 'the stapled OCSP response is of no use' \
        pin-mismatch 'no --pin fits' \
        issuer-mismatch '--issuer fits no authority, or --not-issued-by one' \
        subject-mismatch 'organization, mail address or serial number is not the one asked for' \
        san-missing 'the certificate is not for a --san' \
        eku-missing 'the certificate does not allow what it is used for' \
        file-newer 'the file holds a newer certificate than the server serves (--compare-file)' \
        file-differs 'the file holds another certificate, no newer one' \
        file-unreadable 'a file cannot be read or holds no certificate' \
        client-cert-demanded 'the server demands a client certificate' \
        renewal-overdue 'less than a third of the lifetime is left' \
        cert-odd 'the certificate is against a standard, and some clients mind' \
        cert-differs 'addresses of one host serve different certificates (--all-addresses)' \
        no-certificate 'the server shows no certificate' \
        chain-too-large 'the chain is larger than clients take' \
        dane-mismatch 'no TLSA record matches what the server shows: mail servers refuse it' \
        dane-missing 'there is no DANE that anybody could go by (not with --dane try)' \
        dane-insecure 'TLSA records stand in a zone that is not signed: nobody uses them' \
        dane-mx-insecure 'the MX records are not signed: who forges them leads mail past DANE (not with --dane try)' \
        dane-bogus 'the signatures of the zone are wrong: mail servers put mail off' \
        dane-unanswered 'the question for TLSA records fails: mail servers put mail off' \
        dane-unknown 'it cannot be found out whether DANE holds' \
        dane-unusable 'none of the TLSA records can be used: encrypted, but to whom is unknown' \
        dane-rollover 'advice before the next change of key or certificate' \
        dane-next-mismatch 'the certificate of --next-cert matches no TLSA record' \
        dnssec-missing 'the address of the host is not authentic (--require-dnssec)' \
        tlsa-signature-expiring 'the signature of the TLSA records ends soon and is not renewed' \
        mta-sts-missing 'the domain of --mta-sts says nothing of a policy' \
        mta-sts-invalid 'MTA-STS record or policy is wrong: senders do not use it' \
        mta-sts-unreachable 'the MTA-STS policy cannot be fetched by senders' \
        mta-sts-mx-uncovered 'an MX host is not in the MTA-STS policy: senders do not deliver to it' \
        mta-sts-testing 'the MTA-STS policy is in testing: senders report, and deliver all the same' \
        mta-sts-weak 'the MTA-STS policy protects less than it could: mode none, a short max_age' \
        mta-sts-remark 'something odd about the MTA-STS policy that senders pass over' \
        tls-rpt-missing 'the domain does not ask senders for reports (TLS-RPT)'
end
complete -c check_cert -f -a '(__fish_print_hostnames)'
complete -c check_cert -s H -l hostname -l host -d 'Host name, address, or /path of a unix socket; repeatable' -x -a '(__fish_print_hostnames)'
complete -c check_cert -s p -l port -d 'Ports; each may say transport or protocol: 25,465:tls,4190:sieve' -x -a '(__check_cert_port)'
complete -c check_cert -l mx -d 'Every MX host of this domain' -x -a '(__fish_print_hostnames)'
complete -c check_cert -l all-addresses -d 'Probe each address of a host on its own'
complete -c check_cert -l address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_cert -s 4 -l use-ipv4 -l ipv4 -d 'IPv4 only'
complete -c check_cert -s 6 -l use-ipv6 -l ipv6 -d 'IPv6 only'
complete -c check_cert -l resolver -d 'Ask this name server for MX records and the hosts they name' -x
complete -c check_cert -s P -l protocol -d 'Protocol: smtp, smtps, lmtp, imap, imaps, pop3, pop3s, sieve, tls [default: by port]' -x -a "smtp
smtps
lmtp
imap
imaps
pop3
pop3s
sieve
tls"
complete -c check_cert -s f -l file -d 'Certificates in this file (PEM, DER; - is stdin) instead of a server; repeatable' -r -F
complete -c check_cert -l compare-file -d 'The file the server should serve: tell when its certificate is a newer one' -r -F
complete -c check_cert -s m -l san -l match -d 'The certificate must be for this name, too; repeatable' -x
complete -c check_cert -l pin -d 'Certificate or key must have this digest: sha256:HEX or base64; repeatable, one must fit' -x
complete -c check_cert -s i -l issuer -d 'An authority in the chain must match this pattern' -x
complete -c check_cert -l require-eku -d 'The certificate must allow this use: serverAuth, clientAuth, ...; repeatable' -x -a "serverAuth
clientAuth
emailProtection"
complete -c check_cert -l require-staple -l require-ocsp-stapling -d 'An OCSP response must be stapled'
complete -c check_cert -l probe-versions -d 'Try which TLS versions are offered, with a handshake for each'
complete -c check_cert -l at -d 'Judge for this moment instead of now: 2026-12-24, 2026-12-24T18:00:00Z, +30d' -x
complete -c check_cert -l starttls -d 'Begin in plain text, then STARTTLS'
complete -c check_cert -l tls -l ssl -d 'TLS from the first byte'
complete -c check_cert -l tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_cert -l sni -d 'Send this as SNI instead; none for no SNI' -x
complete -c check_cert -l ca-file -d 'Trust these certificates too (PEM or DER)' -r -F
complete -c check_cert -l ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_cert -l ca-only -d 'Trust nothing but --ca-file and --ca-dir'
complete -c check_cert -s r -l rootcert -d 'Trust nothing but this file or directory, as the old check_ssl_cert does' -r -F
complete -c check_cert -l tls-min -d 'The lowest TLS version to offer: 1.0, 1.1, 1.2, 1.3 [default: 1.0]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_cert -l tls-max -d 'The highest TLS version to offer' -x -a "1.0
1.1
1.2
1.3"
complete -c check_cert -s C -l client-cert -l clientcert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_cert -s K -l client-key -l clientkey -d 'Its key (PEM) [default: the same file]' -r -F
complete -c check_cert -l dane -d 'DANE: require (TLSA records must be there and match), try (match if there are any), or the kind that must match: 311, 211' -f -a "require\t'TLSA records must be there and match'
try\t'they must match where there are any'"
complete -c check_cert -l next-cert -d 'Would this certificate (with its chain) match the TLSA records, too?' -r -F
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-dnssec -d 'The address of the host must be authentic'
complete -c check_cert -l dnssec -d 'ad: believe the resolver, validate: do it here [default: ad if it is on this host and does]' -x -a "ad\t'believe the resolver'
validate\t'validate here'"
complete -c check_cert -l trust-anchor -d 'Validate from the DNSKEY records of this file, not from the root\'s keys' -r -F
complete -c check_cert -l mta-sts -d 'MTA-STS of this domain: record, policy, and each of its MX hosts' -x -a '(__fish_print_hostnames)'
complete -c check_cert -n 'string match -q -- "* --mta*" (commandline -cp)' -l mta-sts-address -d 'Fetch the MTA-STS policy from here' -x
complete -c check_cert -l proxy -d 'Send a PROXY protocol header first'
complete -c check_cert -l proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_cert -l proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_cert -l proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_cert -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 10s:critical]' -x
complete -c check_cert -s w -l warning -d 'WARNING when less is left: 28d, 28, 25%, 28d,25% (the smaller) [default: 28d,25%]' -x -a '(__check_cert_warning)'
complete -c check_cert -s c -l critical -d 'CRITICAL when less is left [default: 14d,10%]' -x -a '(__check_cert_critical)'
complete -c check_cert -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_cert_on)'
complete -c check_cert -l policy -d 'mx: name and authority are worth a WARNING, as MTAs encrypt without them' -x -a "mx"
complete -c check_cert -s s -l selfsigned -d 'A self-signed certificate is fine (name, end and pins still count)'
complete -c check_cert -n 'string match -q -- "* --cn*" (commandline -cp)' -s n -l cn -d '' -x
complete -c check_cert -n 'string match -q -- "* --noauth*" (commandline -cp)' -s A -l noauth -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-exp -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-sig-alg -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-incomplete-chain -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-host-cn -d ''
complete -c check_cert -n 'string match -q -- "* --check*" (commandline -cp)' -l check-chain -d ''
complete -c check_cert -n 'string match -q -- "* --allow*" (commandline -cp)' -l allow-empty-san -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-san -d ''
complete -c check_cert -n 'string match -q -- "* --maximum*" (commandline -cp)' -l maximum-validity -d '' -f
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-maximum-validity -d ''
complete -c check_cert -n 'string match -q -- "* --fingerprint*" (commandline -cp)' -l fingerprint -d '' -x
complete -c check_cert -n 'string match -q -- "* --fingerprint*" (commandline -cp)' -l fingerprint-alg -d '' -x
complete -c check_cert -n 'string match -q -- "* --rootcert*" (commandline -cp)' -l rootcert-file -d '' -r -F
complete -c check_cert -n 'string match -q -- "* --rootcert*" (commandline -cp)' -l rootcert-dir -d '' -x -a '(__fish_complete_directories)'
complete -c check_cert -n 'string match -q -- "* --resolve*" (commandline -cp)' -l resolve -d '' -x
complete -c check_cert -n 'string match -q -- "* --inetproto*" (commandline -cp)' -l inetproto -d '' -x
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-connection-problems -d '' -f
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-no-tls1 -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-no-tls1_1 -d ''
complete -c check_cert -n 'string match -q -- "* --tls1*" (commandline -cp)' -l tls1 -d ''
complete -c check_cert -n 'string match -q -- "* --tls1_1*" (commandline -cp)' -l tls1_1 -d ''
complete -c check_cert -n 'string match -q -- "* --tls1_2*" (commandline -cp)' -l tls1_2 -d ''
complete -c check_cert -n 'string match -q -- "* --tls1_3*" (commandline -cp)' -l tls1_3 -d ''
complete -c check_cert -l rsa -d 'Ask for the RSA certificate, where a server has two'
complete -c check_cert -l ecdsa -d 'Ask for the ECDSA certificate'
complete -c check_cert -n 'string match -q -- "* --ocsp*" (commandline -cp)' -l ocsp-warning -d '' -x
complete -c check_cert -n 'string match -q -- "* --ocsp*" (commandline -cp)' -l ocsp-critical -d '' -x
complete -c check_cert -n 'string match -q -- "* --org*" (commandline -cp)' -s o -l org -d '' -x
complete -c check_cert -n 'string match -q -- "* --email*" (commandline -cp)' -s e -l email -d '' -x
complete -c check_cert -n 'string match -q -- "* --serial*" (commandline -cp)' -l serial -d '' -x
complete -c check_cert -n 'string match -q -- "* --not*" (commandline -cp)' -l not-issued-by -d '' -x
complete -c check_cert -n 'string match -q -- "* --not*" (commandline -cp)' -l not-valid-longer-than -d '' -x
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-purpose -d '' -x
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-purpose-critical -d ''
complete -c check_cert -n 'string match -q -- "* --element*" (commandline -cp)' -l element -d '' -x
complete -c check_cert -n 'string match -q -- "* --skip*" (commandline -cp)' -l skip-element -d '' -x
complete -c check_cert -n 'string match -q -- "* --first*" (commandline -cp)' -l first-element-only -d ''
complete -c check_cert -n 'string match -q -- "* --days*" (commandline -cp)' -l days -d '' -x
complete -c check_cert -n 'string match -q -- "* --security*" (commandline -cp)' -l security-level -d '' -x
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-tls1 -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-tls1_1 -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-tls1_2 -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-tls1_3 -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-perf -d ''
complete -c check_cert -n 'string match -q -- "* --prometheus*" (commandline -cp)' -l prometheus -d ''
complete -c check_cert -n 'string match -q -- "* --info*" (commandline -cp)' -l info -d ''
complete -c check_cert -n 'string match -q -- "* --long*" (commandline -cp)' -l long-output -d '' -x
complete -c check_cert -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_cert -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_cert -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_cert -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_cert -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_cert -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_cert -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_cert -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_cert -s V -l version -d 'Print the version'
complete -c check_cert -s h -l help -d 'Print this help'
complete -c check_cert -n 'string match -q -- "* --curl*" (commandline -cp)' -l curl-bin -d '' -x
complete -c check_cert -n 'string match -q -- "* --date*" (commandline -cp)' -l date -d '' -x
complete -c check_cert -n 'string match -q -- "* --dig*" (commandline -cp)' -l dig-bin -d '' -x
complete -c check_cert -n 'string match -q -- "* --file*" (commandline -cp)' -l file-bin -d '' -x
complete -c check_cert -n 'string match -q -- "* --force*" (commandline -cp)' -l force-dconv-date -d ''
complete -c check_cert -n 'string match -q -- "* --force*" (commandline -cp)' -l force-perl-date -d ''
complete -c check_cert -n 'string match -q -- "* --grep*" (commandline -cp)' -l grep-bin -d '' -x
complete -c check_cert -n 'string match -q -- "* --nmap*" (commandline -cp)' -l nmap-bin -d '' -x
complete -c check_cert -n 'string match -q -- "* --openssl*" (commandline -cp)' -l openssl -d '' -x
complete -c check_cert -n 'string match -q -- "* --path*" (commandline -cp)' -l path -d '' -x
complete -c check_cert -n 'string match -q -- "* --python*" (commandline -cp)' -l python-bin -d '' -x
complete -c check_cert -n 'string match -q -- "* --debug*" (commandline -cp)' -l debug-cert -d ''
complete -c check_cert -n 'string match -q -- "* --debug*" (commandline -cp)' -l debug-file -d '' -x
complete -c check_cert -n 'string match -q -- "* --debug*" (commandline -cp)' -l debug-headers -d ''
complete -c check_cert -n 'string match -q -- "* --init*" (commandline -cp)' -l init-host-cache -d ''
complete -c check_cert -n 'string match -q -- "* --issuer*" (commandline -cp)' -l issuer-cert-cache -d '' -x
complete -c check_cert -n 'string match -q -- "* --temp*" (commandline -cp)' -l temp -d '' -x
complete -c check_cert -n 'string match -q -- "* --assume*" (commandline -cp)' -l assume-online -d ''
complete -c check_cert -n 'string match -q -- "* --curl*" (commandline -cp)' -l curl-user-agent -d '' -x
complete -c check_cert -n 'string match -q -- "* --custom*" (commandline -cp)' -l custom-http-header -d '' -x
complete -c check_cert -n 'string match -q -- "* --http*" (commandline -cp)' -l http-use-get -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-http-headers -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-ssl-labs-cache -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-proxy -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-proxy-curl -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-proxy-s_client -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-security-headers-path -d '' -x
complete -c check_cert -n 'string match -q -- "* --url*" (commandline -cp)' -s u -l url -d '' -x
complete -c check_cert -n 'string match -q -- "* --user*" (commandline -cp)' -l user-agent -d '' -x
complete -c check_cert -n 'string match -q -- "* --xmpphost*" (commandline -cp)' -l xmpphost -d '' -x
complete -c check_cert -n 'string match -q -- "* --altnames*" (commandline -cp)' -l altnames -d ''
complete -c check_cert -n 'string match -q -- "* --host*" (commandline -cp)' -s N -l host-cn -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-crl -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-dh -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-ocsp -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-ocsp-errors -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-ocsp-timeout -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-sct -d ''
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-tls-renegotiation -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-ssl2 -d ''
complete -c check_cert -n 'string match -q -- "* --no*" (commandline -cp)' -l no-ssl3 -d ''
complete -c check_cert -n 'string match -q -- "* --debug*" (commandline -cp)' -s d -l debug -d ''
complete -c check_cert -n 'string match -q -- "* --debug*" (commandline -cp)' -l debug-time -d ''
complete -c check_cert -n 'string match -q -- "* --ocsp*" (commandline -cp)' -l ocsp -d ''
complete -c check_cert -n 'string match -q -- "* --precision*" (commandline -cp)' -l precision -d '' -x
complete -c check_cert -n 'string match -q -- "* --terse*" (commandline -cp)' -l terse -d ''
complete -c check_cert -n 'string match -q -- "* --all*" (commandline -cp)' -l all -d ''
complete -c check_cert -n 'string match -q -- "* --all*" (commandline -cp)' -l all-local -d ''
complete -c check_cert -n 'string match -q -- "* --check*" (commandline -cp)' -l check-ciphers -d '' -x
complete -c check_cert -n 'string match -q -- "* --check*" (commandline -cp)' -l check-ciphers-warnings -d ''
complete -c check_cert -n 'string match -q -- "* --check*" (commandline -cp)' -l check-http-headers -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-hsts -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-http-header -d '' -x
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-no-http-header -d '' -x
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-security-header -d '' -x
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-security-headers -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-x-frame-options -d '' -f
complete -c check_cert -n 'string match -q -- "* --check*" (commandline -cp)' -s L -l check-ssl-labs -d '' -x
complete -c check_cert -n 'string match -q -- "* --check*" (commandline -cp)' -l check-ssl-labs-warn -d '' -x
complete -c check_cert -n 'string match -q -- "* --crl*" (commandline -cp)' -l crl -d ''
complete -c check_cert -n 'string match -q -- "* --clientpass*" (commandline -cp)' -l clientpass -d '' -x
complete -c check_cert -n 'string match -q -- "* --configuration*" (commandline -cp)' -l configuration -d '' -x
complete -c check_cert -n 'string match -q -- "* --default*" (commandline -cp)' -l default-format -d ''
complete -c check_cert -n 'string match -q -- "* --dtls*" (commandline -cp)' -l dtls -d ''
complete -c check_cert -n 'string match -q -- "* --dtls1*" (commandline -cp)' -l dtls1 -d ''
complete -c check_cert -n 'string match -q -- "* --dtls1_2*" (commandline -cp)' -l dtls1_2 -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-no-ssl2 -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-no-ssl3 -d ''
complete -c check_cert -n 'string match -q -- "* --ssl2*" (commandline -cp)' -l ssl2 -d ''
complete -c check_cert -n 'string match -q -- "* --ssl3*" (commandline -cp)' -l ssl3 -d ''
complete -c check_cert -n 'string match -q -- "* --jks*" (commandline -cp)' -l jks-alias -d '' -x
complete -c check_cert -n 'string match -q -- "* --password*" (commandline -cp)' -l password -d '' -x
complete -c check_cert -n 'string match -q -- "* --ignore*" (commandline -cp)' -l ignore-altnames -d ''
complete -c check_cert -n 'string match -q -- "* --require*" (commandline -cp)' -l require-client-cert -d '' -f
complete -c check_ssl_cert -w check_cert
complete -c check_ssl_validity -w check_cert

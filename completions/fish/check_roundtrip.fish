# Completes check_roundtrip. Made from the option table by `make pages`: do not edit.
function __check_roundtrip_payload
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    set -l before (string match -r '^.*,' -- $typed)
    printf '%s\n' "$before"{plain,8bit,utf8,long,dots,attachment,all,gtube,eicar}
end
function __check_roundtrip_require_auth
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    set -l before (string match -r '^.*,' -- $typed)
    printf '%s\n' "$before"{spf,dkim,dmarc}
end
function __check_roundtrip_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        transit 'from sending to the mailbox' \
        time 'the whole run' \
        open 'connecting and logging in at both ends' \
        send 'until the message was taken' \
        fetch 'reading it where it arrived' \
        age 'since the newest that arrived was sent' \
        late 'messages of earlier runs that came too late' \
        duplicates 'copies beyond the first' \
        hops 'servers that it passed' \
        hop_max 'the slowest hop' \
        clock_skew 'how wrong the worst clock on the way is at least' \
        spam_score 'what the filter thinks of it' \
        archive 'from sending to the archive' \
        bounce 'from sending to the bounce' \
        smtp_dns 'resolving the sending server' \
        smtp_connect 'the connection to it' \
        smtp_greeting 'its greeting' \
        smtp_ehlo 'its answer to EHLO' \
        smtp_starttls 'its answer to STARTTLS' \
        smtp_tls 'the TLS handshake with it' \
        smtp_auth 'the login there' \
        smtp_mail 'its answer to MAIL' \
        smtp_rcpt 'its answer to RCPT' \
        smtp_data 'its answers to DATA and the message' \
        smtp_cert_days 'days until its certificate ends' \
        imap_dns 'resolving the IMAP server' \
        imap_connect 'the connection to it' \
        imap_greeting 'its greeting' \
        imap_starttls 'its answer to STARTTLS' \
        imap_tls 'the TLS handshake with it' \
        imap_auth 'the login there' \
        imap_search 'searching for old messages' \
        imap_fetch 'all its answers to FETCH' \
        imap_expunge 'removing' \
        imap_cert_days 'days until its certificate ends' \
        pop3_dns 'resolving the POP3 server' \
        pop3_connect 'the connections to it' \
        pop3_greeting 'its greetings' \
        pop3_starttls 'its answers to STLS' \
        pop3_tls 'the TLS handshakes with it' \
        pop3_auth 'the logins there' \
        pop3_list 'its answers to LIST' \
        pop3_top 'its answers to TOP' \
        pop3_retr 'its answers to RETR' \
        pop3_dele 'its answers to DELE' \
        pop3_cert_days 'days until its certificate ends' \
        messages 'messages of earlier runs that were there'
end
function __check_roundtrip_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        transit 'from sending to the mailbox' \
        time 'the whole run' \
        open 'connecting and logging in at both ends' \
        send 'until the message was taken' \
        fetch 'reading it where it arrived' \
        age 'since the newest that arrived was sent' \
        late 'messages of earlier runs that came too late' \
        duplicates 'copies beyond the first' \
        hops 'servers that it passed' \
        hop_max 'the slowest hop' \
        clock_skew 'how wrong the worst clock on the way is at least' \
        spam_score 'what the filter thinks of it' \
        archive 'from sending to the archive' \
        bounce 'from sending to the bounce' \
        smtp_dns 'resolving the sending server' \
        smtp_connect 'the connection to it' \
        smtp_greeting 'its greeting' \
        smtp_ehlo 'its answer to EHLO' \
        smtp_starttls 'its answer to STARTTLS' \
        smtp_tls 'the TLS handshake with it' \
        smtp_auth 'the login there' \
        smtp_mail 'its answer to MAIL' \
        smtp_rcpt 'its answer to RCPT' \
        smtp_data 'its answers to DATA and the message' \
        smtp_cert_days 'days until its certificate ends' \
        imap_dns 'resolving the IMAP server' \
        imap_connect 'the connection to it' \
        imap_greeting 'its greeting' \
        imap_starttls 'its answer to STARTTLS' \
        imap_tls 'the TLS handshake with it' \
        imap_auth 'the login there' \
        imap_search 'searching for old messages' \
        imap_fetch 'all its answers to FETCH' \
        imap_expunge 'removing' \
        imap_cert_days 'days until its certificate ends' \
        pop3_dns 'resolving the POP3 server' \
        pop3_connect 'the connections to it' \
        pop3_greeting 'its greetings' \
        pop3_starttls 'its answers to STLS' \
        pop3_tls 'the TLS handshakes with it' \
        pop3_auth 'the logins there' \
        pop3_list 'its answers to LIST' \
        pop3_top 'its answers to TOP' \
        pop3_retr 'its answers to RETR' \
        pop3_dele 'its answers to DELE' \
        pop3_cert_days 'days until its certificate ends' \
        messages 'messages of earlier runs that were there'
end
function __check_roundtrip_on
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
        sender-deferred 'MAIL was answered with 4xx' \
        sender-rejected 'MAIL was answered with 5xx' \
        recipient-deferred 'RCPT was answered with 4xx: greylisted, mailbox busy' \
        recipient-rejected 'RCPT was answered with 5xx' \
        message-deferred 'DATA or the message was answered with 4xx: quota, busy filter' \
        message-rejected 'DATA or the message was answered with 5xx' \
        send-failed 'the sendmail command failed' \
        not-arrived 'the message was accepted and did not arrive in time' \
        nothing-known 'no message of an earlier run has arrived: a first run, or a broken path (--no-wait)' \
        late 'messages of earlier runs came too late, within the last hour' \
        duplicates 'the message arrived more than once' \
        content-altered 'what arrived is not what was sent' \
        subject-rewritten 'the subject was changed on the way' \
        header-stripped 'a field of the header was removed or changed on the way' \
        in-junk 'the message was taken for junk' \
        not-filtered 'the message must go to the junk mailbox and did not (--expect junk)' \
        not-rejected 'the message must be rejected and was accepted (--expect reject)' \
        auth-failed 'a check of --require-auth did not pass' \
        dkim-invalid 'no DKIM signature verifies (--verify-dkim)' \
        dkim-unclear 'the key of the DKIM signature cannot be had now' \
        hop-not-encrypted 'a hop had no TLS (--require-tls-hops)' \
        clock-skew 'the clock of a server on the way is wrong' \
        archive-missing 'the copy did not reach the archive (--archive)' \
        bounce-missing 'no bounce came back (--bounce-to)' \
        bounce-unclear 'the bounce has no status that says a permanent failure' \
        mailbox-missing 'there is no such mailbox' \
        mailbox-locked 'another session has the mailbox locked' \
        mailbox-broken 'the server cannot open or read the mailbox' \
        reconnected 'the connection to the mailbox was lost while waiting' \
        cleanup-failed 'messages of the probe could not be removed'
end
complete -c check_roundtrip -f -a '(__fish_print_hostnames)'
complete -c check_roundtrip -s f -l from -d 'The sender, in envelope and header' -x
complete -c check_roundtrip -l to -d 'The recipient' -x
complete -c check_roundtrip -l send -d 'Where to send it: smtp://user@host:587?starttls, smtps://, lmtp:/path, sendmail: (or --smtp-host)' -x
complete -c check_roundtrip -l receive -d 'Where it arrives: imaps://user@host/MAILBOX, pop3s://, maildir:/path (or --imap-host, --pop3-host)' -x
complete -c check_roundtrip -l mailbox -d 'The mailbox in which it arrives [default: INBOX]' -x
complete -c check_roundtrip -l junk-mailbox -d 'The mailbox for junk; repeatable [default: as the server says, or by name]' -x
complete -c check_roundtrip -l no-wait -d 'Send one message, then judge those of earlier runs: for paths with greylisting'
complete -c check_roundtrip -l payload -d 'What it holds: plain, 8bit, utf8, long, dots, attachment, all, gtube, eicar [default: plain]' -x -a '(__check_roundtrip_payload)'
complete -c check_roundtrip -l payload-size -d 'How large it is at least' -x
complete -c check_roundtrip -l expect -d 'What must become of it: deliver, junk or reject [default: deliver]' -x -a "deliver
junk
reject"
complete -c check_roundtrip -l require-tls-hops -d 'Every hop between two hosts must have been encrypted'
complete -c check_roundtrip -l require-auth -d 'These checks must have passed at --authserv-id: spf,dkim,dmarc,arc,iprev' -x -a '(__check_roundtrip_require_auth)'
complete -c check_roundtrip -l authserv-id -d 'The server whose Authentication-Results are believed; repeatable' -x
complete -c check_roundtrip -l verify-dkim -d 'Verify the DKIM signature here'
complete -c check_roundtrip -l archive -d 'A copy must reach this mailbox, too' -x
complete -c check_roundtrip -l archive-delete -d 'Remove the copy from the archive'
complete -c check_roundtrip -l bounce-to -d 'The recipient does not exist: a bounce must reach this mailbox' -x
complete -c check_roundtrip -l keep -d 'Keep messages so long [default: none once it has arrived; 1d for lost ones]' -x
complete -c check_roundtrip -l lost-after -d 'With --no-wait: CRITICAL when the newest that arrived is older [default: 1h]' -x
complete -c check_roundtrip -l name -d 'The name of this check: messages of one with another name are left alone' -x
complete -c check_roundtrip -l subject -d 'Its subject' -x
complete -c check_roundtrip -l header -d 'A field on top: "Name: value"; repeatable' -x
complete -c check_roundtrip -l resolver -d 'Ask this name server for DKIM keys' -x
complete -c check_roundtrip -l lmtp -d 'Speak LMTP to --smtp-host'
complete -c check_roundtrip -l poll-interval -d 'The longest pause between two looks, where the server does not tell by itself [default: 2s, POP3 5s]' -x
complete -c check_roundtrip -l key-file -d 'The key of the tokens is the first line of this file: nobody else can make one then' -r -F
complete -c check_roundtrip -l key-env -d 'The key is in this environment variable' -x
complete -c check_roundtrip -l key-command -d 'The key is the first line that this command prints' -r -F
complete -c check_roundtrip -l key-credential -d 'The key is this systemd credential' -x
complete -c check_roundtrip -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 45s]' -x
complete -c check_roundtrip -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -x -a '(__check_roundtrip_warning)'
complete -c check_roundtrip -s c -l critical -d 'CRITICAL outside this range' -x -a '(__check_roundtrip_critical)'
complete -c check_roundtrip -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_roundtrip_on)'
complete -c check_roundtrip -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_roundtrip -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_roundtrip -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_roundtrip -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_roundtrip -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_roundtrip -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_roundtrip -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_roundtrip -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_roundtrip -s V -l version -d 'Print the version'
complete -c check_roundtrip -s h -l help -d 'Print this help'
complete -c check_roundtrip -l smtp-host -d 'Host name, address, or /path of a unix socket' -x -a '(__fish_print_hostnames)'
complete -c check_roundtrip -l smtp-port -d 'Port; may say its transport: 465:tls, 587:starttls' -x
complete -c check_roundtrip -l smtp-address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_roundtrip -l smtp-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l smtp-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l smtp-fqdn -d 'The name for EHLO [default: this host\'s, or its address]' -x
complete -c check_roundtrip -l smtp-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l smtp-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l smtp-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l smtp-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l smtp-ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_roundtrip -l smtp-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_roundtrip -l smtp-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l smtp-tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l smtp-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l smtp-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l smtp-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_roundtrip -l smtp-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l smtp-proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_roundtrip -l smtp-proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_roundtrip -l smtp-proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_roundtrip -l smtp-user -d 'Log in as this user' -x
complete -c check_roundtrip -l smtp-password -d 'The password (everybody can see it in the process list)' -x
complete -c check_roundtrip -l smtp-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l smtp-password-env -d 'The password is in this environment variable' -x
complete -c check_roundtrip -l smtp-password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_roundtrip -l smtp-password-credential -d 'The password is this systemd credential' -x
complete -c check_roundtrip -l smtp-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l smtp-token-env -d 'The token is in this environment variable' -x
complete -c check_roundtrip -l smtp-token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_roundtrip -l smtp-token-credential -d 'The token is this systemd credential' -x
complete -c check_roundtrip -l smtp-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_roundtrip -l smtp-authzid -d 'Act as this user, logged in as --user' -x
complete -c check_roundtrip -l smtp-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l imap-host -d 'Host name, address, or /path of a unix socket' -x -a '(__fish_print_hostnames)'
complete -c check_roundtrip -l imap-port -d 'Port; may say its transport: 465:tls, 587:starttls' -x
complete -c check_roundtrip -l imap-address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_roundtrip -l imap-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l imap-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l imap-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l imap-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l imap-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l imap-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l imap-ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_roundtrip -l imap-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_roundtrip -l imap-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l imap-tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l imap-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l imap-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l imap-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_roundtrip -l imap-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l imap-proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_roundtrip -l imap-proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_roundtrip -l imap-proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_roundtrip -l imap-user -d 'Log in as this user' -x
complete -c check_roundtrip -l imap-password -d 'The password (everybody can see it in the process list)' -x
complete -c check_roundtrip -l imap-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l imap-password-env -d 'The password is in this environment variable' -x
complete -c check_roundtrip -l imap-password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_roundtrip -l imap-password-credential -d 'The password is this systemd credential' -x
complete -c check_roundtrip -l imap-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l imap-token-env -d 'The token is in this environment variable' -x
complete -c check_roundtrip -l imap-token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_roundtrip -l imap-token-credential -d 'The token is this systemd credential' -x
complete -c check_roundtrip -l imap-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_roundtrip -l imap-authzid -d 'Act as this user, logged in as --user' -x
complete -c check_roundtrip -l imap-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l pop3-host -d 'Host name, address, or /path of a unix socket' -x -a '(__fish_print_hostnames)'
complete -c check_roundtrip -l pop3-port -d 'Port; may say its transport: 465:tls, 587:starttls' -x
complete -c check_roundtrip -l pop3-address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_roundtrip -l pop3-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l pop3-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l pop3-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l pop3-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l pop3-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l pop3-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l pop3-ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_roundtrip -l pop3-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_roundtrip -l pop3-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l pop3-tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l pop3-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l pop3-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l pop3-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_roundtrip -l pop3-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l pop3-proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_roundtrip -l pop3-proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_roundtrip -l pop3-proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_roundtrip -l pop3-user -d 'Log in as this user' -x
complete -c check_roundtrip -l pop3-password -d 'The password (everybody can see it in the process list)' -x
complete -c check_roundtrip -l pop3-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l pop3-password-env -d 'The password is in this environment variable' -x
complete -c check_roundtrip -l pop3-password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_roundtrip -l pop3-password-credential -d 'The password is this systemd credential' -x
complete -c check_roundtrip -l pop3-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l pop3-token-env -d 'The token is in this environment variable' -x
complete -c check_roundtrip -l pop3-token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_roundtrip -l pop3-token-credential -d 'The token is this systemd credential' -x
complete -c check_roundtrip -l pop3-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_roundtrip -l pop3-authzid -d 'Act as this user, logged in as --user' -x
complete -c check_roundtrip -l pop3-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l archive-host -d 'Host name, address, or /path of a unix socket' -x -a '(__fish_print_hostnames)'
complete -c check_roundtrip -l archive-port -d 'Port; may say its transport: 465:tls, 587:starttls' -x
complete -c check_roundtrip -l archive-address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_roundtrip -l archive-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l archive-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l archive-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l archive-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l archive-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l archive-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l archive-ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_roundtrip -l archive-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_roundtrip -l archive-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l archive-tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l archive-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l archive-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l archive-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_roundtrip -l archive-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l archive-proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_roundtrip -l archive-proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_roundtrip -l archive-proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_roundtrip -l archive-user -d 'Log in as this user' -x
complete -c check_roundtrip -l archive-password -d 'The password (everybody can see it in the process list)' -x
complete -c check_roundtrip -l archive-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l archive-password-env -d 'The password is in this environment variable' -x
complete -c check_roundtrip -l archive-password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_roundtrip -l archive-password-credential -d 'The password is this systemd credential' -x
complete -c check_roundtrip -l archive-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l archive-token-env -d 'The token is in this environment variable' -x
complete -c check_roundtrip -l archive-token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_roundtrip -l archive-token-credential -d 'The token is this systemd credential' -x
complete -c check_roundtrip -l archive-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_roundtrip -l archive-authzid -d 'Act as this user, logged in as --user' -x
complete -c check_roundtrip -l archive-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l bounce-host -d 'Host name, address, or /path of a unix socket' -x -a '(__fish_print_hostnames)'
complete -c check_roundtrip -l bounce-port -d 'Port; may say its transport: 465:tls, 587:starttls' -x
complete -c check_roundtrip -l bounce-address -d 'Connect to this address; the host stays the name for TLS' -x
complete -c check_roundtrip -l bounce-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l bounce-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l bounce-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l bounce-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l bounce-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l bounce-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l bounce-ca-dir -d 'Trust the certificates in this directory too' -x -a '(__fish_complete_directories)'
complete -c check_roundtrip -l bounce-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -x
complete -c check_roundtrip -l bounce-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l bounce-tls-max -d 'The highest TLS version' -x -a "1.0
1.1
1.2
1.3"
complete -c check_roundtrip -l bounce-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l bounce-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l bounce-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -x
complete -c check_roundtrip -l bounce-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l bounce-proxy-version -d 'Its version: 1 or 2' -x -a "1
2"
complete -c check_roundtrip -l bounce-proxy-source -d 'The client it names [default: our own address]' -x
complete -c check_roundtrip -l bounce-proxy-destination -d 'The server it names [default: the address connected to]' -x
complete -c check_roundtrip -l bounce-user -d 'Log in as this user' -x
complete -c check_roundtrip -l bounce-password -d 'The password (everybody can see it in the process list)' -x
complete -c check_roundtrip -l bounce-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l bounce-password-env -d 'The password is in this environment variable' -x
complete -c check_roundtrip -l bounce-password-command -d 'The password is the first line that this command prints' -r -F
complete -c check_roundtrip -l bounce-password-credential -d 'The password is this systemd credential' -x
complete -c check_roundtrip -l bounce-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l bounce-token-env -d 'The token is in this environment variable' -x
complete -c check_roundtrip -l bounce-token-command -d 'The token is the first line that this command prints' -r -F
complete -c check_roundtrip -l bounce-token-credential -d 'The token is this systemd credential' -x
complete -c check_roundtrip -l bounce-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -x -a "EXTERNAL
OAUTHBEARER
XOAUTH2
SCRAM-SHA-256-PLUS
SCRAM-SHA-1-PLUS
SCRAM-SHA-256
SCRAM-SHA-1
CRAM-MD5
PLAIN
LOGIN"
complete -c check_roundtrip -l bounce-authzid -d 'Act as this user, logged in as --user' -x
complete -c check_roundtrip -l bounce-insecure-auth -d 'Send the password even over a connection that is not verified TLS'

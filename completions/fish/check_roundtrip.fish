complete -c check_roundtrip -s f -l from -d 'The sender, in envelope and header' -r
complete -c check_roundtrip -l to -d 'The recipient' -r
complete -c check_roundtrip -l send -d 'Where to send it: smtp://user@host:587?starttls, smtps://, lmtp:/path, sendmail: (or --smtp-host)' -r
complete -c check_roundtrip -l receive -d 'Where it arrives: imaps://user@host/MAILBOX, pop3s://, maildir:/path (or --imap-host, --pop3-host)' -r
complete -c check_roundtrip -l mailbox -d 'The mailbox in which it arrives [default: INBOX]' -r
complete -c check_roundtrip -l junk-mailbox -d 'The mailbox for junk; repeatable [default: as the server says, or by name]' -r
complete -c check_roundtrip -l payload -d 'What it holds: plain, 8bit, utf8, long, dots, attachment, all, gtube, eicar [default: plain]' -r
complete -c check_roundtrip -l payload-size -d 'How large it is at least' -r
complete -c check_roundtrip -l expect -d 'What must become of it: deliver, junk or reject [default: deliver]' -r
complete -c check_roundtrip -l require-auth -d 'These checks must have passed at --authserv-id: spf,dkim,dmarc,arc,iprev' -r
complete -c check_roundtrip -l authserv-id -d 'The server whose Authentication-Results are believed; repeatable' -r
complete -c check_roundtrip -l archive -d 'A copy must reach this mailbox, too' -r
complete -c check_roundtrip -l bounce-to -d 'The recipient does not exist: a bounce must reach this mailbox' -r
complete -c check_roundtrip -l keep -d 'Keep messages so long [default: none once it has arrived; 1d for lost ones]' -r
complete -c check_roundtrip -l lost-after -d 'With --no-wait: CRITICAL when the newest that arrived is older [default: 1h]' -r
complete -c check_roundtrip -l name -d 'The name of this check: messages of one with another name are left alone' -r
complete -c check_roundtrip -l subject -d 'Its subject' -r
complete -c check_roundtrip -l header -d 'A field on top: "Name: value"; repeatable' -r
complete -c check_roundtrip -l resolver -d 'Ask this name server for DKIM keys' -r
complete -c check_roundtrip -l poll-interval -d 'The longest pause between two looks, where the server does not tell by itself [default: 2s, POP3 5s]' -r
complete -c check_roundtrip -l key-file -d 'The key of the tokens is the first line of this file: nobody else can make one then' -r -F
complete -c check_roundtrip -l key-env -d 'The key is in this environment variable' -r
complete -c check_roundtrip -l key-command -d 'The key is the first line that this command prints' -r
complete -c check_roundtrip -l key-credential -d 'The key is this systemd credential' -r
complete -c check_roundtrip -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -r -f -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_roundtrip -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_roundtrip -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -r
complete -c check_roundtrip -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -r -f -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_roundtrip -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -r
complete -c check_roundtrip -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 45s]' -r
complete -c check_roundtrip -l smtp-host -d 'Host name, address, or /path of a unix socket' -r
complete -c check_roundtrip -l smtp-port -d 'Port; may say its transport: 465:tls, 587:starttls' -r
complete -c check_roundtrip -l smtp-address -d 'Connect to this address; the host stays the name for TLS' -r
complete -c check_roundtrip -l smtp-fqdn -d 'The name for EHLO [default: this host\'s, or its address]' -r
complete -c check_roundtrip -l smtp-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l smtp-ca-dir -d 'Trust the certificates in this directory too' -r -F
complete -c check_roundtrip -l smtp-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -r
complete -c check_roundtrip -l smtp-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -r
complete -c check_roundtrip -l smtp-tls-max -d 'The highest TLS version' -r
complete -c check_roundtrip -l smtp-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l smtp-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l smtp-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -r
complete -c check_roundtrip -l smtp-proxy-version -d 'Its version: 1 or 2' -r
complete -c check_roundtrip -l smtp-proxy-source -d 'The client it names [default: our own address]' -r
complete -c check_roundtrip -l smtp-proxy-destination -d 'The server it names [default: the address connected to]' -r
complete -c check_roundtrip -l smtp-user -d 'Log in as this user' -r
complete -c check_roundtrip -l smtp-password -d 'The password (everybody can see it in the process list)' -r
complete -c check_roundtrip -l smtp-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l smtp-password-env -d 'The password is in this environment variable' -r
complete -c check_roundtrip -l smtp-password-command -d 'The password is the first line that this command prints' -r
complete -c check_roundtrip -l smtp-password-credential -d 'The password is this systemd credential' -r
complete -c check_roundtrip -l smtp-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l smtp-token-env -d 'The token is in this environment variable' -r
complete -c check_roundtrip -l smtp-token-command -d 'The token is the first line that this command prints' -r
complete -c check_roundtrip -l smtp-token-credential -d 'The token is this systemd credential' -r
complete -c check_roundtrip -l smtp-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -r
complete -c check_roundtrip -l smtp-authzid -d 'Act as this user, logged in as --user' -r
complete -c check_roundtrip -l imap-host -d 'Host name, address, or /path of a unix socket' -r
complete -c check_roundtrip -l imap-port -d 'Port; may say its transport: 465:tls, 587:starttls' -r
complete -c check_roundtrip -l imap-address -d 'Connect to this address; the host stays the name for TLS' -r
complete -c check_roundtrip -l imap-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l imap-ca-dir -d 'Trust the certificates in this directory too' -r -F
complete -c check_roundtrip -l imap-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -r
complete -c check_roundtrip -l imap-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -r
complete -c check_roundtrip -l imap-tls-max -d 'The highest TLS version' -r
complete -c check_roundtrip -l imap-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l imap-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l imap-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -r
complete -c check_roundtrip -l imap-proxy-version -d 'Its version: 1 or 2' -r
complete -c check_roundtrip -l imap-proxy-source -d 'The client it names [default: our own address]' -r
complete -c check_roundtrip -l imap-proxy-destination -d 'The server it names [default: the address connected to]' -r
complete -c check_roundtrip -l imap-user -d 'Log in as this user' -r
complete -c check_roundtrip -l imap-password -d 'The password (everybody can see it in the process list)' -r
complete -c check_roundtrip -l imap-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l imap-password-env -d 'The password is in this environment variable' -r
complete -c check_roundtrip -l imap-password-command -d 'The password is the first line that this command prints' -r
complete -c check_roundtrip -l imap-password-credential -d 'The password is this systemd credential' -r
complete -c check_roundtrip -l imap-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l imap-token-env -d 'The token is in this environment variable' -r
complete -c check_roundtrip -l imap-token-command -d 'The token is the first line that this command prints' -r
complete -c check_roundtrip -l imap-token-credential -d 'The token is this systemd credential' -r
complete -c check_roundtrip -l imap-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -r
complete -c check_roundtrip -l imap-authzid -d 'Act as this user, logged in as --user' -r
complete -c check_roundtrip -l pop3-host -d 'Host name, address, or /path of a unix socket' -r
complete -c check_roundtrip -l pop3-port -d 'Port; may say its transport: 465:tls, 587:starttls' -r
complete -c check_roundtrip -l pop3-address -d 'Connect to this address; the host stays the name for TLS' -r
complete -c check_roundtrip -l pop3-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l pop3-ca-dir -d 'Trust the certificates in this directory too' -r -F
complete -c check_roundtrip -l pop3-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -r
complete -c check_roundtrip -l pop3-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -r
complete -c check_roundtrip -l pop3-tls-max -d 'The highest TLS version' -r
complete -c check_roundtrip -l pop3-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l pop3-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l pop3-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -r
complete -c check_roundtrip -l pop3-proxy-version -d 'Its version: 1 or 2' -r
complete -c check_roundtrip -l pop3-proxy-source -d 'The client it names [default: our own address]' -r
complete -c check_roundtrip -l pop3-proxy-destination -d 'The server it names [default: the address connected to]' -r
complete -c check_roundtrip -l pop3-user -d 'Log in as this user' -r
complete -c check_roundtrip -l pop3-password -d 'The password (everybody can see it in the process list)' -r
complete -c check_roundtrip -l pop3-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l pop3-password-env -d 'The password is in this environment variable' -r
complete -c check_roundtrip -l pop3-password-command -d 'The password is the first line that this command prints' -r
complete -c check_roundtrip -l pop3-password-credential -d 'The password is this systemd credential' -r
complete -c check_roundtrip -l pop3-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l pop3-token-env -d 'The token is in this environment variable' -r
complete -c check_roundtrip -l pop3-token-command -d 'The token is the first line that this command prints' -r
complete -c check_roundtrip -l pop3-token-credential -d 'The token is this systemd credential' -r
complete -c check_roundtrip -l pop3-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -r
complete -c check_roundtrip -l pop3-authzid -d 'Act as this user, logged in as --user' -r
complete -c check_roundtrip -l archive-host -d 'Host name, address, or /path of a unix socket' -r
complete -c check_roundtrip -l archive-port -d 'Port; may say its transport: 465:tls, 587:starttls' -r
complete -c check_roundtrip -l archive-address -d 'Connect to this address; the host stays the name for TLS' -r
complete -c check_roundtrip -l archive-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l archive-ca-dir -d 'Trust the certificates in this directory too' -r -F
complete -c check_roundtrip -l archive-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -r
complete -c check_roundtrip -l archive-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -r
complete -c check_roundtrip -l archive-tls-max -d 'The highest TLS version' -r
complete -c check_roundtrip -l archive-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l archive-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l archive-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -r
complete -c check_roundtrip -l archive-proxy-version -d 'Its version: 1 or 2' -r
complete -c check_roundtrip -l archive-proxy-source -d 'The client it names [default: our own address]' -r
complete -c check_roundtrip -l archive-proxy-destination -d 'The server it names [default: the address connected to]' -r
complete -c check_roundtrip -l archive-user -d 'Log in as this user' -r
complete -c check_roundtrip -l archive-password -d 'The password (everybody can see it in the process list)' -r
complete -c check_roundtrip -l archive-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l archive-password-env -d 'The password is in this environment variable' -r
complete -c check_roundtrip -l archive-password-command -d 'The password is the first line that this command prints' -r
complete -c check_roundtrip -l archive-password-credential -d 'The password is this systemd credential' -r
complete -c check_roundtrip -l archive-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l archive-token-env -d 'The token is in this environment variable' -r
complete -c check_roundtrip -l archive-token-command -d 'The token is the first line that this command prints' -r
complete -c check_roundtrip -l archive-token-credential -d 'The token is this systemd credential' -r
complete -c check_roundtrip -l archive-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -r
complete -c check_roundtrip -l archive-authzid -d 'Act as this user, logged in as --user' -r
complete -c check_roundtrip -l bounce-host -d 'Host name, address, or /path of a unix socket' -r
complete -c check_roundtrip -l bounce-port -d 'Port; may say its transport: 465:tls, 587:starttls' -r
complete -c check_roundtrip -l bounce-address -d 'Connect to this address; the host stays the name for TLS' -r
complete -c check_roundtrip -l bounce-ca-file -d 'Trust these certificates too (PEM)' -r -F
complete -c check_roundtrip -l bounce-ca-dir -d 'Trust the certificates in this directory too' -r -F
complete -c check_roundtrip -l bounce-tls-name -d 'The name the certificate must be for, also sent as SNI [default: the host]' -r
complete -c check_roundtrip -l bounce-tls-min -d 'The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]' -r
complete -c check_roundtrip -l bounce-tls-max -d 'The highest TLS version' -r
complete -c check_roundtrip -l bounce-client-cert -d 'Show this certificate to the server (PEM)' -r -F
complete -c check_roundtrip -l bounce-client-key -d 'Its key (PEM)' -r -F
complete -c check_roundtrip -l bounce-certificate -d 'Days the certificate must still be valid: WARNING below, CRITICAL below' -r
complete -c check_roundtrip -l bounce-proxy-version -d 'Its version: 1 or 2' -r
complete -c check_roundtrip -l bounce-proxy-source -d 'The client it names [default: our own address]' -r
complete -c check_roundtrip -l bounce-proxy-destination -d 'The server it names [default: the address connected to]' -r
complete -c check_roundtrip -l bounce-user -d 'Log in as this user' -r
complete -c check_roundtrip -l bounce-password -d 'The password (everybody can see it in the process list)' -r
complete -c check_roundtrip -l bounce-password-file -d 'The password is the first line of this file' -r -F
complete -c check_roundtrip -l bounce-password-env -d 'The password is in this environment variable' -r
complete -c check_roundtrip -l bounce-password-command -d 'The password is the first line that this command prints' -r
complete -c check_roundtrip -l bounce-password-credential -d 'The password is this systemd credential' -r
complete -c check_roundtrip -l bounce-token-file -d 'An OAuth 2.0 access token, likewise' -r -F
complete -c check_roundtrip -l bounce-token-env -d 'The token is in this environment variable' -r
complete -c check_roundtrip -l bounce-token-command -d 'The token is the first line that this command prints' -r
complete -c check_roundtrip -l bounce-token-credential -d 'The token is this systemd credential' -r
complete -c check_roundtrip -l bounce-auth -d 'PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]' -r
complete -c check_roundtrip -l bounce-authzid -d 'Act as this user, logged in as --user' -r
complete -c check_roundtrip -l on -d 'Give a finding another status: --on starttls-missing=critical' -r -f -a "host-not-found=ok\t''
host-not-found=warning\t''
host-not-found=critical\t''
host-not-found=unknown\t''
resolver-failed=ok\t''
resolver-failed=warning\t''
resolver-failed=critical\t''
resolver-failed=unknown\t''
mx-missing=ok\t''
mx-missing=warning\t''
mx-missing=critical\t''
mx-missing=unknown\t''
address-fallback=ok\t''
address-fallback=warning\t''
address-fallback=critical\t''
address-fallback=unknown\t''
connect-refused=ok\t''
connect-refused=warning\t''
connect-refused=critical\t''
connect-refused=unknown\t''
connect-failed=ok\t''
connect-failed=warning\t''
connect-failed=critical\t''
connect-failed=unknown\t''
timeout=ok\t''
timeout=warning\t''
timeout=critical\t''
timeout=unknown\t''
connection-closed=ok\t''
connection-closed=warning\t''
connection-closed=critical\t''
connection-closed=unknown\t''
connection-reset=ok\t''
connection-reset=warning\t''
connection-reset=critical\t''
connection-reset=unknown\t''
protocol-error=ok\t''
protocol-error=warning\t''
protocol-error=critical\t''
protocol-error=unknown\t''
limit-exceeded=ok\t''
limit-exceeded=warning\t''
limit-exceeded=critical\t''
limit-exceeded=unknown\t''
service-busy=ok\t''
service-busy=warning\t''
service-busy=critical\t''
service-busy=unknown\t''
service-refused=ok\t''
service-refused=warning\t''
service-refused=critical\t''
service-refused=unknown\t''
starttls-missing=ok\t''
starttls-missing=warning\t''
starttls-missing=critical\t''
starttls-missing=unknown\t''
starttls-refused=ok\t''
starttls-refused=warning\t''
starttls-refused=critical\t''
starttls-refused=unknown\t''
starttls-injection=ok\t''
starttls-injection=warning\t''
starttls-injection=critical\t''
starttls-injection=unknown\t''
tls-failed=ok\t''
tls-failed=warning\t''
tls-failed=critical\t''
tls-failed=unknown\t''
cert-expired=ok\t''
cert-expired=warning\t''
cert-expired=critical\t''
cert-expired=unknown\t''
cert-not-yet-valid=ok\t''
cert-not-yet-valid=warning\t''
cert-not-yet-valid=critical\t''
cert-not-yet-valid=unknown\t''
cert-self-signed=ok\t''
cert-self-signed=warning\t''
cert-self-signed=critical\t''
cert-self-signed=unknown\t''
cert-untrusted=ok\t''
cert-untrusted=warning\t''
cert-untrusted=critical\t''
cert-untrusted=unknown\t''
cert-name-mismatch=ok\t''
cert-name-mismatch=warning\t''
cert-name-mismatch=critical\t''
cert-name-mismatch=unknown\t''
cert-revoked=ok\t''
cert-revoked=warning\t''
cert-revoked=critical\t''
cert-revoked=unknown\t''
cert-invalid=ok\t''
cert-invalid=warning\t''
cert-invalid=critical\t''
cert-invalid=unknown\t''
auth-rejected=ok\t''
auth-rejected=warning\t''
auth-rejected=critical\t''
auth-rejected=unknown\t''
auth-unavailable=ok\t''
auth-unavailable=warning\t''
auth-unavailable=critical\t''
auth-unavailable=unknown\t''
auth-missing=ok\t''
auth-missing=warning\t''
auth-missing=critical\t''
auth-missing=unknown\t''
auth-broken=ok\t''
auth-broken=warning\t''
auth-broken=critical\t''
auth-broken=unknown\t''
login-accepted=ok\t''
login-accepted=warning\t''
login-accepted=critical\t''
login-accepted=unknown\t''
cert-unreadable=ok\t''
cert-unreadable=warning\t''
cert-unreadable=critical\t''
cert-unreadable=unknown\t''
internal-error=ok\t''
internal-error=warning\t''
internal-error=critical\t''
internal-error=unknown\t''
threshold=ok\t''
threshold=warning\t''
threshold=critical\t''
threshold=unknown\t''
sender-deferred=ok\t''
sender-deferred=warning\t''
sender-deferred=critical\t''
sender-deferred=unknown\t''
sender-rejected=ok\t''
sender-rejected=warning\t''
sender-rejected=critical\t''
sender-rejected=unknown\t''
recipient-deferred=ok\t''
recipient-deferred=warning\t''
recipient-deferred=critical\t''
recipient-deferred=unknown\t''
recipient-rejected=ok\t''
recipient-rejected=warning\t''
recipient-rejected=critical\t''
recipient-rejected=unknown\t''
message-deferred=ok\t''
message-deferred=warning\t''
message-deferred=critical\t''
message-deferred=unknown\t''
message-rejected=ok\t''
message-rejected=warning\t''
message-rejected=critical\t''
message-rejected=unknown\t''
send-failed=ok\t''
send-failed=warning\t''
send-failed=critical\t''
send-failed=unknown\t''
not-arrived=ok\t''
not-arrived=warning\t''
not-arrived=critical\t''
not-arrived=unknown\t''
nothing-known=ok\t''
nothing-known=warning\t''
nothing-known=critical\t''
nothing-known=unknown\t''
late=ok\t''
late=warning\t''
late=critical\t''
late=unknown\t''
duplicates=ok\t''
duplicates=warning\t''
duplicates=critical\t''
duplicates=unknown\t''
content-altered=ok\t''
content-altered=warning\t''
content-altered=critical\t''
content-altered=unknown\t''
subject-rewritten=ok\t''
subject-rewritten=warning\t''
subject-rewritten=critical\t''
subject-rewritten=unknown\t''
header-stripped=ok\t''
header-stripped=warning\t''
header-stripped=critical\t''
header-stripped=unknown\t''
in-junk=ok\t''
in-junk=warning\t''
in-junk=critical\t''
in-junk=unknown\t''
not-filtered=ok\t''
not-filtered=warning\t''
not-filtered=critical\t''
not-filtered=unknown\t''
not-rejected=ok\t''
not-rejected=warning\t''
not-rejected=critical\t''
not-rejected=unknown\t''
auth-failed=ok\t''
auth-failed=warning\t''
auth-failed=critical\t''
auth-failed=unknown\t''
dkim-invalid=ok\t''
dkim-invalid=warning\t''
dkim-invalid=critical\t''
dkim-invalid=unknown\t''
dkim-unclear=ok\t''
dkim-unclear=warning\t''
dkim-unclear=critical\t''
dkim-unclear=unknown\t''
hop-not-encrypted=ok\t''
hop-not-encrypted=warning\t''
hop-not-encrypted=critical\t''
hop-not-encrypted=unknown\t''
clock-skew=ok\t''
clock-skew=warning\t''
clock-skew=critical\t''
clock-skew=unknown\t''
archive-missing=ok\t''
archive-missing=warning\t''
archive-missing=critical\t''
archive-missing=unknown\t''
bounce-missing=ok\t''
bounce-missing=warning\t''
bounce-missing=critical\t''
bounce-missing=unknown\t''
bounce-unclear=ok\t''
bounce-unclear=warning\t''
bounce-unclear=critical\t''
bounce-unclear=unknown\t''
mailbox-missing=ok\t''
mailbox-missing=warning\t''
mailbox-missing=critical\t''
mailbox-missing=unknown\t''
mailbox-locked=ok\t''
mailbox-locked=warning\t''
mailbox-locked=critical\t''
mailbox-locked=unknown\t''
mailbox-broken=ok\t''
mailbox-broken=warning\t''
mailbox-broken=critical\t''
mailbox-broken=unknown\t''
reconnected=ok\t''
reconnected=warning\t''
reconnected=critical\t''
reconnected=unknown\t''
cleanup-failed=ok\t''
cleanup-failed=warning\t''
cleanup-failed=critical\t''
cleanup-failed=unknown\t''"
complete -c check_roundtrip -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -r -f -a "transit=\t''
time=\t''
open=\t''
send=\t''
fetch=\t''
age=\t''
late=\t''
duplicates=\t''
hops=\t''
hop_max=\t''
clock_skew=\t''
spam_score=\t''
archive=\t''
bounce=\t''
smtp_dns=\t''
smtp_connect=\t''
smtp_greeting=\t''
smtp_ehlo=\t''
smtp_starttls=\t''
smtp_tls=\t''
smtp_auth=\t''
smtp_mail=\t''
smtp_rcpt=\t''
smtp_data=\t''
smtp_cert_days=\t''
imap_dns=\t''
imap_connect=\t''
imap_greeting=\t''
imap_starttls=\t''
imap_tls=\t''
imap_auth=\t''
imap_search=\t''
imap_fetch=\t''
imap_expunge=\t''
imap_cert_days=\t''
pop3_dns=\t''
pop3_connect=\t''
pop3_greeting=\t''
pop3_starttls=\t''
pop3_tls=\t''
pop3_auth=\t''
pop3_list=\t''
pop3_top=\t''
pop3_retr=\t''
pop3_dele=\t''
pop3_cert_days=\t''
messages=\t''"
complete -c check_roundtrip -s c -l critical -d 'CRITICAL outside this range' -r -f -a "transit=\t''
time=\t''
open=\t''
send=\t''
fetch=\t''
age=\t''
late=\t''
duplicates=\t''
hops=\t''
hop_max=\t''
clock_skew=\t''
spam_score=\t''
archive=\t''
bounce=\t''
smtp_dns=\t''
smtp_connect=\t''
smtp_greeting=\t''
smtp_ehlo=\t''
smtp_starttls=\t''
smtp_tls=\t''
smtp_auth=\t''
smtp_mail=\t''
smtp_rcpt=\t''
smtp_data=\t''
smtp_cert_days=\t''
imap_dns=\t''
imap_connect=\t''
imap_greeting=\t''
imap_starttls=\t''
imap_tls=\t''
imap_auth=\t''
imap_search=\t''
imap_fetch=\t''
imap_expunge=\t''
imap_cert_days=\t''
pop3_dns=\t''
pop3_connect=\t''
pop3_greeting=\t''
pop3_starttls=\t''
pop3_tls=\t''
pop3_auth=\t''
pop3_list=\t''
pop3_top=\t''
pop3_retr=\t''
pop3_dele=\t''
pop3_cert_days=\t''
messages=\t''"
complete -c check_roundtrip -l no-wait -d 'Send one message, then judge those of earlier runs: for paths with greylisting'
complete -c check_roundtrip -l require-tls-hops -d 'Every hop between two hosts must have been encrypted'
complete -c check_roundtrip -l verify-dkim -d 'Verify the DKIM signature here'
complete -c check_roundtrip -l archive-delete -d 'Remove the copy from the archive'
complete -c check_roundtrip -l lmtp -d 'Speak LMTP to --smtp-host'
complete -c check_roundtrip -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_roundtrip -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_roundtrip -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_roundtrip -s V -l version -d 'Print the version'
complete -c check_roundtrip -s h -l help -d 'Print this help'
complete -c check_roundtrip -l smtp-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l smtp-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l smtp-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l smtp-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l smtp-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l smtp-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l smtp-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l imap-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l imap-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l imap-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l imap-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l imap-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l imap-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l imap-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l pop3-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l pop3-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l pop3-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l pop3-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l pop3-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l pop3-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l pop3-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l archive-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l archive-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l archive-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l archive-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l archive-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l archive-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l archive-insecure-auth -d 'Send the password even over a connection that is not verified TLS'
complete -c check_roundtrip -l bounce-use-ipv4 -d 'IPv4 only'
complete -c check_roundtrip -l bounce-use-ipv6 -d 'IPv6 only'
complete -c check_roundtrip -l bounce-starttls -d 'Begin in plain text, then STARTTLS (it must be offered)'
complete -c check_roundtrip -l bounce-tls -d 'TLS from the first byte'
complete -c check_roundtrip -l bounce-insecure -d 'Do not verify the certificate'
complete -c check_roundtrip -l bounce-proxy -d 'Send a PROXY protocol header first'
complete -c check_roundtrip -l bounce-insecure-auth -d 'Send the password even over a connection that is not verified TLS'

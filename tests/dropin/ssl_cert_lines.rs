//! Lines of check_ssl_cert: event, chain, what is said beside the usual (`RAW`: instead of it; `DNS`, `SIGNED`: with a name
//! server), the exit code; where ours differs, its own behind a stroke, and why.

/// Theirs; ours and the reason, where it is another.
pub type Line = (
    &'static str,
    &'static str,
    &'static str,
    i32,
    Option<(i32, &'static str)>,
);

macro_rules! lines {
    ($($event:literal, $chain:literal, $line:literal => $code:literal $(/ $ours:literal $reason:literal)?;)*) => {
        &[$({
            #[allow(unused_mut, unused_assignments)]
            let mut other = None;
            $(other = Some(($ours, $reason));)?
            ($event, $chain, $line, $code, other)
        }),*]
    };
}

/// What a server shows.
pub const CERTIFICATES: &[Line] = lines! {
    "long names", "full", "--warning 20 --critical 15 --org Example --email postmaster --issuer 'Drop-in Intermediate CA' --not-issued-by Nobody --not-valid-longer-than 70" => 0;
    "a name that is there", "full", "RAW -N --host-cn -H localhost -p {port} -r {roots} --ignore-sct --match mail.example.test -n localhost --cn localhost" => 0;
    "for clients only", "client-only", "" => 2;
    "nobody's, and no matter", "unknown-ca", "-A --noauth --ignore-incomplete-chain" => 0;
    "self-signed, and fine", "self-signed", "-s --selfsigned" => 0;
    "good", "full", "-t 110" => 0;
    "all is as asked", "full", "-w 20 -c 15 --serial 1A2B3C4D -o Example -e post -i 'Drop-in.*' --require-purpose 'Digital Signature'" => 0;
    "another serial number", "full", "--serial 2B3C" => 2;
    "an organization in the middle", "full", "-o Ltd" => 2;
    "another mail address", "full", "-e nobody" => 2;
    "a part of the issuer", "full", "-i Drop-in" => 2;
    "the issuer that is not wanted", "full", "--not-issued-by 'Drop-in Intermediate CA'" => 2;
    "valid for too long", "full", "--not-valid-longer-than 30" => 2;
    "not for this", "full", "--require-purpose 'Key Agreement'" => 2;
    "key usage is critical", "full", "--require-purpose-critical" => 2 / 0 "purpose-critical";
    "the fingerprint", "full", "--fingerprint {fingerprint}" => 2 / 0 "fingerprint";
    "another fingerprint", "full", "--fingerprint AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD" => 2;
    "a name that is not", "full", "-m nope.example.org" => 2;
    "warning", "full", "-w 70 -c 10" => 1;
    "critical", "full", "-w 80 -c 70" => 2;
    "broken days", "full", "-w 63.9 -c 0.5" => 1;
    "days of old", "full", "--days 70 --precision 2" => 1;
    "lives for too long", "full", "--maximum-validity 30" => 2;
    "lives for so long", "full", "--maximum-validity" => 0;
    "lives for as long as it likes", "long-lived", "--ignore-maximum-validity" => 0;
    "no stapled response", "full", "--require-ocsp-stapling --ocsp-warning 1 --ocsp-critical 1" => 2;
    "the first one only", "ending-intermediate", "--first-element-only" => 0;
    "so many", "ending-intermediate", "--element 1" => 0;
    "without the second", "ending-intermediate", "--skip-element 2" => 0;
    "the intermediate ends", "ending-intermediate", "" => 2;
    "over, and not looked at", "expired-intermediate", "--skip-element 2" => 0 / 2 "over";
    "nobody's", "unknown-ca", "" => 2;
    "expired", "expired", "" => 2;
    "expired, and no matter", "expired", "--ignore-exp --ignore-sig-alg" => 0;
    "self-signed", "self-signed", "" => 2;
    "ends soon", "ends-soon", "" => 2;
    "no alternative name", "cn-only", "-m mail.example.test --ignore-host-cn" => 2;
    "no alternative name is fine", "nameless", "--allow-empty-san" => 2;
    "an alternative name", "full", "--require-san --altnames --check-chain" => 0;
    "the root is sent", "root-sent", "--check-chain" => 2;
    "staple demanded by the certificate", "must-staple", "" => 0 / 2 "broken";
    "an expired one that nobody needs", "expired-cross-sign", "" => 2 / 0 "path";
    "without timestamps", "full", "RAW -H localhost -m localhost -p {port} -r {roots}" => 2 / 0 "nobody-else";
    "localhost is a name", "full", "RAW -H localhost -p {port} -r {roots} --ignore-sct" => 3 / 0 "names";
    "an address is a name", "wrong-name", "RAW -H 127.0.0.1 -p {port} -r {roots} --ignore-sct" => 0 / 2 "names";
};

/// How it is reached, and what it is held against.
pub const WAYS: &[Line] = lines! {
    "a TLSA record", "full", "SIGNED --dane 311 --dig-bin {folder}/dig" => 0;
    "no TLSA record of this kind", "full", "SIGNED --dane 302 --dig-bin {folder}/dig" => 2;
    "a TLSA record that anybody may have forged", "full", "DNS --dane --dig-bin {folder}/dig" => 0 / 3 "dane";
    "address and family", "full", "--resolve 127.0.0.1 --sni mail.example.test -4 --inetproto 4 --timeout 60" => 0;
    "no 1.2", "full", "--no-tls1_2 --no_tls1_2" => 2 / 0 "versions";
    "DNSSEC is missing", "full", "DNS --require-dnssec --dig-bin {folder}/nothing" => 2;
    "other roots", "full", "RAW -H localhost -m localhost -p {port} --rootcert {roots} --rootcert-file {roots} --ignore-sct --ignore-ocsp --ignore-ocsp-errors --ignore-ocsp-timeout --ignore-tls-renegotiation --ocsp" => 0;
    "an empty directory of roots", "full", "RAW -H localhost -m localhost -p {port} --rootcert-dir {folder}/roots --ignore-sct" => 2 / 3 "mistakes";
    "no roots", "full", "RAW -H localhost -m localhost -p {port} --ignore-sct" => 2;
    "roots that are not there", "full", "RAW -H localhost -m localhost -p {port} -r /nonexistent" => 2 / 3 "mistakes";
    "the wrong family", "full", "-6" => 2;
    "long host and port", "full", "RAW --host localhost --port {port} -m localhost -r {roots} --ignore-sct --protocol https" => 0;
    "a URL", "full", "RAW -H https://localhost/mail -p {port} -m localhost -r {roots} --ignore-sct" => 0;
    "versions", "full", "--no-tls1 --no-tls1_1 --no_tls1 --no_tls1_1 --security-level 1 --ecdsa" => 0;
    "no 1.3", "full", "--no-tls1_3 --no_tls1_3" => 0;
    "1.2", "full", "--tls1_2" => 0;
    "1.3", "full", "--tls1_3" => 0;
    "two versions at once", "full", "--tls1_1 --tls1_2" => 3;
    "two versions at once, older", "full", "--tls1 --tls1_2" => 3;
    "no key of that kind", "full", "--rsa" => 2;
    "both kinds", "full", "--rsa --ecdsa" => 3;
    "a client's certificate", "full", "-C {chain} -K {chain}" => 2 / 3 "mistakes";
    "a client's certificate, long", "full", "--clientcert /nonexistent --clientkey /nonexistent" => 2 / 3 "mistakes";
    "a client's certificate is demanded", "full", "--require-client-cert" => 2 / 3 "refused";
    "nobody listens, and no matter", "full", "RAW -H localhost -m localhost -p 1 --nmap-bin {folder}/nothing --ignore-connection-problems" => 0;
    "nobody listens, and a warning", "full", "RAW -H localhost -m localhost -p 1 --nmap-bin {folder}/nothing --ignore-connection-problems 1" => 1;
    "nobody listens", "full", "RAW -H localhost -m localhost -p 1" => 2;
    "no old versions", "full", "--require-no-tls1 --require-no-tls1_1 --nmap-bin {folder}/nmap" => 0;
};

/// What is said about tools and output, and mistakes.
pub const SAID: &[Line] = lines! {
    "nothing to print", "full", "-q --quiet" => 0;
    "a file", "full", "RAW -f {chain} --file {chain} -r {roots} --ignore-sct" => 0;
    "what a web server is asked", "full", "-u /mail --url /mail --user-agent me --curl-user-agent me --custom-http-header 'A: b' --http-use-get --ignore-http-headers --ignore-ssl-labs-cache --xmpphost example.test --require-security-headers-path /" => 0;
    // Its help names it, and it does not know it.
    "an option of the help alone", "full", "--http-headers-path /" => 3;
    "other ways to count days", "full", "--force-dconv-date --force-perl-date -P nonsense --nonsense" => 3;
    "its tools", "full", "--curl-bin /usr/bin/curl --date /usr/bin/date --dig-bin /usr/bin/dig --file-bin /usr/bin/file --grep-bin /usr/bin/grep --openssl /usr/bin/openssl --python-bin /usr/bin/python3 --nmap-bin {folder}/nmap --temp {folder} --issuer-cert-cache {folder} --init-host-cache" => 0;
    "its path", "full", "--path /usr/sbin:/usr/bin:/sbin:/bin --terse --no-perf --no-proxy --no-proxy-curl --no-proxy-s_client" => 0;
    "what it prints", "full", "-v --verbose --info --long-output serial,subject -d --debug --debug-time --debug-file {folder}/debug --debug-cert --debug-headers" => 0;
    "metrics", "full", "--prometheus" => 0;
    "a template", "full", "--format '%SHORTNAME% OK %CN%'" => 0;
    "an attribute that is none", "full", "--long-output nonsense" => 3;
    "no such file", "full", "RAW -f /nonexistent" => 2 / 3 "mistakes";
    "help", "full", "RAW -h" => 3;
    "help, long", "full", "RAW --help" => 3;
    "help, in question", "full", "RAW -?" => 3;
    "version", "full", "RAW -V" => 3;
    "version, long", "full", "RAW --version" => 3;
    "no host", "full", "RAW -p {port}" => 3;
    "no option", "full", "nonsense" => 3;
    "no option either", "full", "--nonsense" => 3;
    "no value", "full", "--sni" => 3;
    "warning below critical", "full", "-w 5 -c 15" => 3;
    "no days", "full", "-w x" => 3;
    "no security level", "full", "--security-level 9" => 3;
    "no protocol", "full", "RAW -H localhost -P nonsense" => 3;
    "maximum validity or not", "full", "--maximum-validity --ignore-maximum-validity" => 3;
};

/// What would look at something that is not looked at here.
pub const REFUSED: &[Line] = lines! {
    "headers of no web server", "full", "-P smtps --check-http-headers --require-http-header A --require-no-http-header B --require-security-header C --require-security-headers --require-hsts --require-x-frame-options" => 3;
    "headers of a web server", "full", "--require-hsts" => 2 / 3 "refused";
    "ciphers", "full", "--check-ciphers A --check-ciphers-warnings --nmap-bin {folder}/nmap" => 2 / 3 "refused";
    "all", "full", "-P smtps --all-local" => 0 / 3 "refused";
    "all, and SSL Labs", "full", "-P smtps --all --curl-bin {folder}/false" => 2 / 3 "refused";
    "SSL Labs", "full", "-L A --check-ssl-labs A --check-ssl-labs-warn A --curl-bin {folder}/false" => 2 / 3 "refused";
    "revocation lists", "full", "--crl --rootcert-file {roots}" => 0 / 3 "refused";
    "a passphrase", "full", "--clientpass secret" => 0 / 3 "refused";
    "a file of options", "full", "--configuration {folder}/more" => 0 / 3 "refused";
    "its template", "full", "RAW --default-format" => 0 / 3 "refused";
    "datagrams", "full", "--dtls1 --dtls --dtls1_2" => 3;
    "SSL", "full", "--ssl3 --ssl2" => 3;
    "SSL of old", "full", "-S 1" => 3;
    "SSL of old, long", "full", "--ssl 1" => 3;
    "without SSL", "full", "--no-ssl3 --no_ssl3" => 0;
    "without SSL 2", "full", "--no-ssl2 --no_ssl2" => 3 / 0 "ssl2";
    "SSL is offered", "full", "--require-no-ssl2 --require-no-ssl3 --nmap-bin {folder}/nmap" => 0 / 3 "refused";
    "a key store", "full", "--jks-alias mail --password pass:secret" => 0 / 3 "refused";
    "common names only", "full", "--ignore-altnames -m mail.example.test" => 2 / 3 "refused";
    "a proxy", "full", "--proxy http://127.0.0.1:1" => 2 / 3 "refused";
    "another protocol", "full", "-P ldap" => 2 / 3 "protocols";
};

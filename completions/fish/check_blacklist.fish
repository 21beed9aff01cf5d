complete -c check_blacklist -s H -l hostname -l host -d 'Address, host (each of its addresses) or small net; repeatable' -r
complete -c check_blacklist -l mx -d 'Every address of every MX host of this domain' -r
complete -c check_blacklist -l spf -d 'The addresses that this domain\'s SPF record sends from' -r
complete -c check_blacklist -s U -l domain -l url -d 'A domain, on lists of domains' -r
complete -c check_blacklist -l helo -d 'The server\'s EHLO name and the domains above it, on lists of domains' -r
complete -c check_blacklist -s s -l server -l zone -d 'Ask this zone; repeatable. Without -s and --group: the default group' -r
complete -c check_blacklist -l group -d 'Ask these zones: default, strict, all, or a group of --zones' -r
complete -c check_blacklist -l exclude -d 'Leave this zone out; repeatable' -r
complete -c check_blacklist -l zones -d 'Zones of your own, and changes to those that are known (TOML)' -r -F
complete -c check_blacklist -l key -d 'Key of a paid zone: NAME=@FILE, =env:VAR, =command:CMD, =credential:NAME' -r
complete -c check_blacklist -l require-allowlist -d 'This allowlist must hold every address; repeatable' -r
complete -c check_blacklist -l self-test-cache -d 'Do not test a zone again for an hour unless it lists something; kept here' -r -F
complete -c check_blacklist -s n -l nameserver -l resolver -d 'Ask this name server; repeatable [default: the system\'s]' -r
complete -c check_blacklist -l query-timeout -d 'Give a question up after this time [default: 8s]' -r
complete -c check_blacklist -s r -l retry -d 'Packets for a question that is not answered [default: 3]' -r
complete -c check_blacklist -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 10s:critical]' -r
complete -c check_blacklist -s a -l append -d 'Put this behind the text' -r
complete -c check_blacklist -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -r -f -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_blacklist -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_blacklist -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -r
complete -c check_blacklist -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -r -f -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_blacklist -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -r
complete -c check_blacklist -l workers -d 'Accepted for the old check_rbl: all zones are asked at once' -r
complete -c check_blacklist -l on -d 'Give a finding another status: --on starttls-missing=critical' -r -f -a "listed=ok\t''
listed=warning\t''
listed=critical\t''
listed=unknown\t''
listed-minor=ok\t''
listed-minor=warning\t''
listed-minor=critical\t''
listed-minor=unknown\t''
listed-note=ok\t''
listed-note=warning\t''
listed-note=critical\t''
listed-note=unknown\t''
allowlist-missing=ok\t''
allowlist-missing=warning\t''
allowlist-missing=critical\t''
allowlist-missing=unknown\t''
zones-unknown=ok\t''
zones-unknown=warning\t''
zones-unknown=critical\t''
zones-unknown=unknown\t''
query-refused=ok\t''
query-refused=warning\t''
query-refused=critical\t''
query-refused=unknown\t''
zone-unreachable=ok\t''
zone-unreachable=warning\t''
zone-unreachable=critical\t''
zone-unreachable=unknown\t''
zone-dead=ok\t''
zone-dead=warning\t''
zone-dead=critical\t''
zone-dead=unknown\t''
zone-lists-everything=ok\t''
zone-lists-everything=warning\t''
zone-lists-everything=critical\t''
zone-lists-everything=unknown\t''
zone-bogus=ok\t''
zone-bogus=warning\t''
zone-bogus=critical\t''
zone-bogus=unknown\t''
host-not-found=ok\t''
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
spf-missing=ok\t''
spf-missing=warning\t''
spf-missing=critical\t''
spf-missing=unknown\t''
spf-invalid=ok\t''
spf-invalid=warning\t''
spf-invalid=critical\t''
spf-invalid=unknown\t''
partly-asked=ok\t''
partly-asked=warning\t''
partly-asked=critical\t''
partly-asked=unknown\t''
not-public=ok\t''
not-public=warning\t''
not-public=critical\t''
not-public=unknown\t''
cache-unusable=ok\t''
cache-unusable=warning\t''
cache-unusable=critical\t''
cache-unusable=unknown\t''
timeout=ok\t''
timeout=warning\t''
timeout=critical\t''
timeout=unknown\t''
internal-error=ok\t''
internal-error=warning\t''
internal-error=critical\t''
internal-error=unknown\t''
threshold=ok\t''
threshold=warning\t''
threshold=critical\t''
threshold=unknown\t''"
complete -c check_blacklist -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -r -f -a "listed=\t''
weight=\t''
allowlisted=\t''
unknown=\t''
zones=\t''
time=\t''"
complete -c check_blacklist -s c -l critical -d 'CRITICAL outside this range' -r -f -a "listed=\t''
weight=\t''
allowlisted=\t''
unknown=\t''
zones=\t''
time=\t''"
complete -c check_blacklist -s 4 -l ipv4 -d 'IPv4 addresses of hosts only'
complete -c check_blacklist -s 6 -l ipv6 -d 'IPv6 addresses of hosts only'
complete -c check_blacklist -l no-self-test -d 'Do not prove by their test entries that zones live (RFC 5782)'
complete -c check_blacklist -l perfdata-zones -d 'A metric for each zone: 1 listed, 0 not'
complete -c check_blacklist -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_blacklist -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_blacklist -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_blacklist -s V -l version -d 'Print the version'
complete -c check_blacklist -s h -l help -d 'Print this help'
complete -c check_blacklist -l whitelistings -l wl -d 'Zones are allowlists: count those that do not hold the address'
complete -c check_blacklist -s A -l authoritative -d 'Likewise'
complete -c check_blacklist -s f -l force-ipv4-resolver -d 'Likewise'
complete -c check_blacklist -s d -l debug -d 'Likewise; use -vvv'
complete -c check_rbl -w check_blacklist

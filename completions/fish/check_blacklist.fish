# Completes check_blacklist. Made from the option table by `make pages`: do not edit.
function __check_blacklist_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        listed 'listings: zones that list, for each subject' \
        weight 'what these listings count together' \
        allowlisted 'entries on allowlists' \
        unknown 'zones without a verdict' \
        zones 'zones that were asked' \
        time 'the whole run'
end
function __check_blacklist_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        listed 'listings: zones that list, for each subject' \
        weight 'what these listings count together' \
        allowlisted 'entries on allowlists' \
        unknown 'zones without a verdict' \
        zones 'zones that were asked' \
        time 'the whole run'
end
function __check_blacklist_on
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        set -l word (string split -m1 = -- $typed)[1]
        printf '%s\n' $word={ok,warning,critical,unknown}
        return
    end
    printf '%s=\t%s\n' \
        listed 'a zone lists what was asked about (OK by default when -w/-c judge listed or weight)' \
        listed-minor 'the same, for what few refuse mail for: bad company, suspicion, backscatter' \
        listed-note 'the same, for what nobody should refuse mail for; not counted' \
        allowlist-missing 'an allowlist of --require-allowlist does not hold what was asked about' \
        zones-unknown 'no zone gave a verdict, or fewer than half of them' \
        query-refused 'a zone says that it will not answer us: public resolver, too many queries, no key' \
        zone-unreachable 'a zone cannot be asked: SERVFAIL, REFUSED, silence, an empty answer (judge with -c unknown=N)' \
        zone-dead 'the test entry of a zone is not listed: it is dead, or was never a blocklist' \
        zone-lists-everything 'a zone lists what no zone may list: it lists the world' \
        zone-bogus 'a zone answers with addresses outside 127.0.0.0/8: parked or hijacked' \
        host-not-found 'a host name has no address' \
        resolver-failed 'the name server does not say what is to be asked about' \
        mx-missing 'the domain of --mx takes no mail' \
        spf-missing 'the domain of --spf has no SPF record, or it names no address' \
        spf-invalid 'the SPF record is broken (RFC 7208)' \
        partly-asked 'not every address that was meant is asked about' \
        not-public 'no address that was asked about is public: no list of the world\'s can know it' \
        cache-unusable 'the file of --self-test-cache cannot be read or written; every zone is tested' \
        timeout 'the deadline passed (its status is set by -t, too)' \
        internal-error 'a fault of the probe itself' \
        threshold 'a metric is outside its range (the range says the status)'
end
complete -c check_blacklist -f -a '(__fish_print_hostnames)'
complete -c check_blacklist -s H -l hostname -l host -d 'Address, host (each of its addresses) or small net; repeatable' -x -a '(__fish_print_hostnames)'
complete -c check_blacklist -l mx -d 'Every address of every MX host of this domain' -x -a '(__fish_print_hostnames)'
complete -c check_blacklist -l spf -d 'The addresses that this domain\'s SPF record sends from' -x -a '(__fish_print_hostnames)'
complete -c check_blacklist -s U -l domain -l url -d 'A domain, on lists of domains' -x -a '(__fish_print_hostnames)'
complete -c check_blacklist -l helo -d 'The server\'s EHLO name and the domains above it, on lists of domains' -x
complete -c check_blacklist -s 4 -l ipv4 -d 'IPv4 addresses of hosts only'
complete -c check_blacklist -s 6 -l ipv6 -d 'IPv6 addresses of hosts only'
complete -c check_blacklist -s s -l server -l zone -d 'Ask this zone; repeatable. Without -s and --group: the default group' -x
complete -c check_blacklist -l group -d 'Ask these zones: default, strict, all, or a group of --zones' -x -a "default
strict
all"
complete -c check_blacklist -l exclude -d 'Leave this zone out; repeatable' -x -a "zen.spamhaus.org\t'Spamhaus ZEN'
dbl.spamhaus.org\t'Spamhaus DBL'
sbl.spamhaus.org\t'Spamhaus SBL'
xbl.spamhaus.org\t'Spamhaus XBL'
pbl.spamhaus.org\t'Spamhaus PBL'
sbl-xbl.spamhaus.org\t'Spamhaus SBL and XBL'
cbl.abuseat.org\t'CBL'
bl.spamcop.net\t'SpamCop'
b.barracudacentral.org\t'Barracuda'
psbl.surriel.com\t'PSBL'
bl.mailspike.net\t'Mailspike BL'
z.mailspike.net\t'Mailspike Z'
rep.mailspike.net\t'Mailspike reputation'
bl.score.senderscore.com\t'Validity RPBL'
dnsbl-1.uceprotect.net\t'UCEPROTECT level 1'
dnsbl-2.uceprotect.net\t'UCEPROTECT level 2'
dnsbl-3.uceprotect.net\t'UCEPROTECT level 3'
all.s5h.net\t's5h'
dnsbl.dronebl.org\t'DroneBL'
truncate.gbudb.net\t'GBUdb Truncate'
bl.spameatingmonkey.net\t'SEM-BLACK'
bl.ipv6.spameatingmonkey.net\t'SEM-IPV6BL'
backscatter.spameatingmonkey.net\t'SEM-BACKSCATTER'
ips.backscatterer.org\t'Backscatterer'
all.spamrats.com\t'SpamRATS'
dyna.spamrats.com\t'SpamRATS Dyna'
noptr.spamrats.com\t'SpamRATS NoPtr'
spam.spamrats.com\t'SpamRATS Spam'
auth.spamrats.com\t'SpamRATS Auth'
hostkarma.junkemailfilter.com\t'Hostkarma'
bl.0spam.org\t'0spam'
nbl.0spam.org\t'0spam nets'
dnsbl.justspam.org\t'JustSpam'
rbl.interserver.net\t'InterServer'
bl.nordspam.com\t'NordSpam'
dnsbl.spfbl.net\t'SPFBL'
spam.dnsbl.anonmails.de\t'anonmails'
bip.virusfree.cz\t'VirusFree BIP'
multi.surbl.org\t'SURBL'
multi.uribl.com\t'URIBL'
black.uribl.com\t'URIBL black'
grey.uribl.com\t'URIBL grey'
red.uribl.com\t'URIBL red'
uribl.spameatingmonkey.net\t'SEM-URI'
urired.spameatingmonkey.net\t'SEM-URIRED'
fresh.spameatingmonkey.net\t'SEM-FRESH'
fresh15.spameatingmonkey.net\t'SEM-FRESH15'
dbl.nordspam.com\t'NordSpam DBL'
uribl.swinog.ch\t'SWINOG URIBL'
uribl.abuse.ro\t'abuse.ro URIBL'
bl.blocklist.de\t'blocklist.de'
rbl.efnetrbl.org\t'EFnet RBL'
torexit.dan.me.uk\t'Tor exits (dan.me.uk)'
tor.dan.me.uk\t'Tor nodes (dan.me.uk)'
dnsrbl.swinog.ch\t'SWINOG DNSRBL'
rbl.abuse.ro\t'abuse.ro'
blacklist.woody.ch\t'woody.ch'
black.dnsbl.brukalai.lt\t'brukalai.lt'
bl.nosolicitado.org\t'NoSolicitado'
singular.ttk.pte.hu\t'singular.ttk.pte.hu'
bl.suomispam.net\t'Suomispam'
bogons.cymru.com\t'Team Cymru bogons'
list.dnswl.org\t'DNSWL'
dwl.dnswl.org\t'DNSWL domains'
wl.mailspike.net\t'Mailspike WL'
ips.whitelisted.org\t'whitelisted.org'
dnswl.spfbl.net\t'SPFBL DNSWL'
sa-trusted.bondedsender.org\t'Validity Certified'
sa-accredit.habeas.com\t'Validity Safe'
iadb.isipp.com\t'ISIPP IADB'"
complete -c check_blacklist -l zones -d 'Zones of your own, and changes to those that are known (TOML)' -r -F
complete -c check_blacklist -l key -d 'Key of a paid zone: NAME=@FILE, =env:VAR, =command:CMD, =credential:NAME' -x
complete -c check_blacklist -l require-allowlist -d 'This allowlist must hold every address; repeatable' -x -a "list.dnswl.org\t'DNSWL'
dwl.dnswl.org\t'DNSWL domains'
wl.mailspike.net\t'Mailspike WL'
ips.whitelisted.org\t'whitelisted.org'
dnswl.spfbl.net\t'SPFBL DNSWL'
sa-trusted.bondedsender.org\t'Validity Certified'
sa-accredit.habeas.com\t'Validity Safe'
iadb.isipp.com\t'ISIPP IADB'"
complete -c check_blacklist -l no-self-test -d 'Do not prove by their test entries that zones live (RFC 5782)'
complete -c check_blacklist -l self-test-cache -d 'Do not test a zone again for an hour unless it lists something; kept here' -r -F
complete -c check_blacklist -s n -l nameserver -l resolver -d 'Ask this name server; repeatable [default: the system\'s]' -x
complete -c check_blacklist -l query-timeout -d 'Give a question up after this time [default: 8s]' -x
complete -c check_blacklist -s r -l retry -d 'Packets for a question that is not answered [default: 3]' -x
complete -c check_blacklist -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 10s:critical]' -x
complete -c check_blacklist -s w -l warning -d 'WARNING outside this range; without METRIC= the main metric is meant' -x -a '(__check_blacklist_warning)'
complete -c check_blacklist -s c -l critical -d 'CRITICAL outside this range' -x -a '(__check_blacklist_critical)'
complete -c check_blacklist -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_blacklist_on)'
complete -c check_blacklist -l perfdata-zones -d 'A metric for each zone: 1 listed, 0 not'
complete -c check_blacklist -s a -l append -d 'Put this behind the text' -x
complete -c check_blacklist -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_blacklist -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_blacklist -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_blacklist -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_blacklist -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_blacklist -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_blacklist -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_blacklist -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_blacklist -s V -l version -d 'Print the version'
complete -c check_blacklist -s h -l help -d 'Print this help'
complete -c check_blacklist -l whitelistings -l wl -d 'Zones are allowlists: count those that do not hold the address'
complete -c check_blacklist -n 'string match -q -- "* --workers*" (commandline -cp)' -l workers -d 'Accepted for the old check_rbl: all zones are asked at once' -x
complete -c check_blacklist -n 'string match -q -- "* --authoritative*" (commandline -cp)' -s A -l authoritative -d 'Likewise'
complete -c check_blacklist -n 'string match -q -- "* --force*" (commandline -cp)' -s f -l force-ipv4-resolver -d 'Likewise'
complete -c check_blacklist -n 'string match -q -- "* --debug*" (commandline -cp)' -s d -l debug -d 'Likewise; use -vvv'
complete -c check_rbl -w check_blacklist

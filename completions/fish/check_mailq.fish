# Completes check_mailq. Made from the option table by `make pages`: do not edit.
function __check_mailq_warning
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        total 'messages that wait, in all queues' \
        active 'being delivered now' \
        deferred 'tried, and to be tried again' \
        hold 'on hold' \
        incoming 'come in, not yet scheduled' \
        maildrop 'submitted here, not yet picked up' \
        corrupt 'damaged; not in the total (Postfix)' \
        bounce 'notices to senders; Postfix: logs about messages, not in the total' \
        frozen 'tried no more until thawed (Exim)' \
        failed 'given up and kept (nullmailer)' \
        size 'the size of all that waits' \
        oldest 'how long the oldest has waited' \
        newest 'how long the newest has waited' \
        recipients 'recipients that wait' \
        domain_max 'recipients at the domain that most waits for' \
        sender_domain_max 'messages from the domain that most comes from' \
        growth 'messages a minute since the last run (--rate)' \
        time 'the whole check' \
        listing 'reading the queue'
end
function __check_mailq_critical
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        return
    end
    printf '%s=\t%s\n' \
        total 'messages that wait, in all queues' \
        active 'being delivered now' \
        deferred 'tried, and to be tried again' \
        hold 'on hold' \
        incoming 'come in, not yet scheduled' \
        maildrop 'submitted here, not yet picked up' \
        corrupt 'damaged; not in the total (Postfix)' \
        bounce 'notices to senders; Postfix: logs about messages, not in the total' \
        frozen 'tried no more until thawed (Exim)' \
        failed 'given up and kept (nullmailer)' \
        size 'the size of all that waits' \
        oldest 'how long the oldest has waited' \
        newest 'how long the newest has waited' \
        recipients 'recipients that wait' \
        domain_max 'recipients at the domain that most waits for' \
        sender_domain_max 'messages from the domain that most comes from' \
        growth 'messages a minute since the last run (--rate)' \
        time 'the whole check' \
        listing 'reading the queue'
end
function __check_mailq_on
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    if string match -q '*=*' -- $typed
        set -l word (string split -m1 = -- $typed)[1]
        printf '%s\n' $word={ok,warning,critical,unknown}
        return
    end
    printf '%s=\t%s\n' \
        queue-unreadable 'the queue, or a part of it, may not be looked at: the text says what permission is missing' \
        mta-missing 'no mail system was found, or the program that lists its queue is not there' \
        mta-down 'the mail system is not running' \
        daemon-missing 'mail waits and no daemon of Exim or Sendmail is seen on this host; =ok where cron runs the queue' \
        command-failed 'the mail system\'s own command failed for a reason that is not one of the above' \
        listing-incomplete 'the listing broke off, or holds fewer messages than it says: there are more than were counted' \
        listing-unknown 'what came is no listing of a queue that is known here' \
        corrupt-messages 'damaged messages, which the mail system has put aside' \
        failed-messages 'messages that were given up for good and are kept (nullmailer)' \
        held-messages 'messages on hold: they wait for somebody to release them' \
        frozen-messages 'frozen messages: Exim tries them no more until somebody thaws them' \
        metric-unknown 'a number is judged that this mail system, asked this way, does not tell' \
        state-unusable 'the state of --rate cannot be kept' \
        timeout 'the deadline passed (its status is set by -t, too)' \
        internal-error 'a fault of the probe itself' \
        threshold 'a metric is outside its range (the range says the status)'
end
complete -c check_mailq -f -a '(__fish_print_hostnames)'
complete -c check_mailq -s M -l mailserver -d 'postfix, exim, sendmail, qmail, opensmtpd, nullmailer, courier, exchange [default: what this host has]' -f -a "postfix
exim
sendmail
qmail
opensmtpd
nullmailer
courier
exchange"
complete -c check_mailq -l command -l path -d 'Run this program, an absolute path, instead of the mail system\'s' -r -F
complete -c check_mailq -l command-arg -d 'An argument for --command; repeatable' -x
complete -c check_mailq -s s -l sudo -d 'Run the command by sudo -n'
complete -c check_mailq -l spool -d 'Count the files of the spool; runs nothing [default DIR: the mail system\'s]' -f -a '(__fish_complete_directories)'
complete -c check_mailq -l count-only -d 'With --spool: count the files and read none of them, nearly as quick as find'
complete -c check_mailq -l socket -d 'Ask Postfix\'s showq service at its socket; runs nothing' -F
complete -c check_mailq -l input -d 'Read a listing that was taken elsewhere; - is standard input' -r -F
complete -c check_mailq -l instance -d 'Only this Postfix instance, by name or directory; repeatable [default: all]' -x
complete -c check_mailq -s d -l configdir -d 'Configuration of the mail system: a directory (Postfix) or a file; repeatable' -x -a '(__fish_complete_directories)'
complete -c check_mailq -l domain -d 'Only mail for this domain (.example.org: and its subdomains); repeatable' -x -a '(__fish_print_hostnames)'
complete -c check_mailq -l sender -d 'Only mail of this sender: an address, a domain, <> for bounces; repeatable' -x
complete -c check_mailq -l older-than -d 'Only mail that has waited longer' -x
complete -c check_mailq -l reason -d 'Only mail that waits for this: timeout, refused, greylisted, mailbox-full, user-unknown, policy, rate-limited, dns, tls, ... or /REGEX/; repeatable' -x -a "timeout\t'connection timed out'
refused\t'connection refused'
unreachable\t'host unreachable'
lost\t'connection lost'
greylisted\t'greylisted'
mailbox-full\t'mailbox full'
user-unknown\t'user unknown'
policy\t'policy or blocklist'
rate-limited\t'rate limited'
dns\t'DNS'
tls\t'TLS'
auth\t'login or relaying refused'
unavailable\t'server unavailable'
local\t'local fault'
other\t'other'"
complete -c check_mailq -l queue -d 'Only this queue: active, deferred, hold, frozen, ...; repeatable' -x -a "active
deferred
hold
incoming
maildrop
corrupt
bounce
frozen
failed
shadow
queued"
complete -c check_mailq -l top -d 'List the N most frequent (-v lists 5)' -x
complete -c check_mailq -l top-by -d 'Of domain, sender, sender-domain or reason [default: domain]; repeatable' -x -a "domain\t'Destination domains'
sender\t'Senders'
sender-domain\t'Domains of senders'
reason\t'Classes of reasons'"
complete -c check_mailq -l rate -d 'Measure the growth since the last run: messages a minute'
complete -c check_mailq -l state-dir -d 'Where --rate keeps what it saw [default: /var/lib/mailprobe, or below $HOME or /var/tmp]' -x -a '(__fish_complete_directories)'
complete -c check_mailq -s W -l warning-domain -d 'WARNING when so much waits for, or from, one domain (qmail: is not preprocessed)' -x
complete -c check_mailq -s C -l critical-domain -d 'CRITICAL likewise' -x
complete -c check_mailq -s t -l timeout -d 'One deadline for everything, and the status when it passes [default: 15s:critical]' -x
complete -c check_mailq -s w -l warning -d 'WARNING from N messages on; with a range or METRIC=: outside this range' -x -a '(__check_mailq_warning)'
complete -c check_mailq -s c -l critical -d 'CRITICAL likewise' -x -a '(__check_mailq_critical)'
complete -c check_mailq -l on -d 'Give a finding another status: --on starttls-missing=critical' -x -a '(__check_mailq_on)'
complete -c check_mailq -s v -l verbose -d 'More: -v each check, -vv the phases, -vvv the dialogue'
complete -c check_mailq -l format -d 'nagios, json, prometheus, checkmk (local check), junit' -x -a "nagios\t'One line, perfdata, long output'
json\t'One object'
prometheus\t'Text exposition'
checkmk\t'Local check lines'
junit\t'XML for CI'"
complete -c check_mailq -l output-file -d 'Put the report into this file, at once and whole; nothing is printed then' -r -F
complete -c check_mailq -l quiet -d 'Print nothing when all is well (for cron)'
complete -c check_mailq -l retry-for -d 'Try again until it is up (OK or WARNING), for so long (for CI)' -x
complete -c check_mailq -n 'string match -q -- "* --output*" (commandline -cp)' -l output-format -d 'Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json' -x -a "multi-line\t'Their tree of subchecks; a line with long output here'
mp-test-json\t'Their JSON; ours here'"
complete -c check_mailq -l exit-zero -d 'Always exit with 0, for callers that read the text only'
complete -c check_mailq -l extra-opts -d 'Options from an ini file (section: the probe\'s name)' -f
complete -c check_mailq -s V -l version -d 'Print the version'
complete -c check_mailq -s h -l help -d 'Print this help'

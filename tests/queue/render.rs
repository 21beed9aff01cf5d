//! Writes a model queue the way each MTA does, and says what of it can be read back.

use crate::calendar::civil;
use crate::read::{Kept, NOW};
use mailprobe::queue::Format;
use std::fmt::Write;

#[derive(Clone, Debug)]
pub struct Message {
    pub seed: u64,
    /// 0 active, 1 deferred, 2 hold, 3 incoming, 4 maildrop
    pub queue: usize,
    pub size: u64,
    pub arrival: i64,
    pub sender: String,
    pub recipients: Vec<(String, Option<String>)>,
}

const QUEUES: [&str; 5] = ["active", "deferred", "hold", "incoming", "maildrop"];

/// Each form with the number of one of its variants.
pub fn forms() -> Vec<(Format, usize)> {
    let variants = |format| match format {
        Format::PostfixJson | Format::PostfixShowq | Format::Exim | Format::Courier => 2,
        Format::PostfixText => 2,
        Format::Sendmail => 5,
        Format::ExchangeJson | Format::ExchangeCsv => 4,
        _ => 1,
    };
    Format::ALL
        .into_iter()
        .flat_map(|format| (0..variants(format)).map(move |variant| (format, variant)))
        .collect()
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

fn asctime(when: i64) -> String {
    let (_, month, day, hour, minute, second, weekday) = civil(when);
    format!(
        "{} {} {day:2} {hour:02}:{minute:02}:{second:02}",
        DAYS[weekday], MONTHS[month]
    )
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn kept(message: &Message, id: String, queue: &str) -> Kept {
    Kept {
        id,
        queue: queue.to_owned(),
        count: 1,
        size: Some(message.size),
        arrival: Some(message.arrival),
        sender: Some(message.sender.clone()),
        recipients: message.recipients.clone(),
    }
}

fn without_reasons(mut entry: Kept) -> Kept {
    entry
        .recipients
        .iter_mut()
        .for_each(|(_, reason)| *reason = None);
    entry
}

pub fn render(format: Format, variant: usize, queue: &[Message]) -> (Vec<u8>, Vec<Kept>) {
    let (text, entries) = match format {
        Format::PostfixJson => postfix_json(queue, variant),
        Format::PostfixText => postfix_text(queue, variant == 1),
        Format::PostfixShowq => showq(queue, variant == 1),
        Format::Exim => exim(queue, variant == 1),
        Format::EximCount => (format!("{}\n", queue.len()), count(queue.len(), "queued")),
        Format::Sendmail => sendmail(queue, variant),
        Format::QmailStat => {
            let new = queue.len() / 3;
            let text = format!(
                "messages in queue: {}\nmessages in queue but not yet preprocessed: {new}\n",
                queue.len()
            );
            let mut entries = count(queue.len() - new, "queued");
            entries.extend(count(new, "incoming"));
            (text, entries)
        }
        Format::QmailRead => qmail_read(queue),
        Format::OpenSmtpd => opensmtpd(queue),
        Format::Nullmailer => nullmailer(queue),
        Format::Courier => courier(queue, variant == 1),
        Format::ExchangeJson => return exchange_json(queue, variant),
        Format::ExchangeCsv => return exchange_csv(queue, variant),
    };
    (text.into_bytes(), entries)
}

fn count(count: usize, queue: &str) -> Vec<Kept> {
    let entry = Kept {
        queue: queue.to_owned(),
        count: count as u64,
        ..Kept::default()
    };
    if count == 0 { vec![] } else { vec![entry] }
}

fn postfix_id(message: &Message, long: bool) -> String {
    if long {
        format!("4{:012X}z1", message.seed & 0xffff_ffff_ffff)
    } else {
        format!("{:010X}", message.seed & 0xff_ffff_ffff)
    }
}

fn null(sender: &str) -> &str {
    if sender.is_empty() {
        "MAILER-DAEMON"
    } else {
        sender
    }
}

fn postfix_json(queue: &[Message], variant: usize) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries = Vec::new();
    for message in queue {
        let id = postfix_id(message, variant == 1);
        let name = QUEUES[message.queue];
        let recipients: Vec<String> = message
            .recipients
            .iter()
            .map(|(address, reason)| {
                let orig = if variant == 1 {
                    format!(", \"orig_address\": {}", json(address))
                } else {
                    String::new()
                };
                let reason = reason.as_ref().map_or(String::new(), |reason| {
                    format!(", \"delay_reason\": {}", json(reason))
                });
                format!("{{\"address\": {}{orig}{reason}}}", json(address))
            })
            .collect();
        let forced = if variant == 1 {
            " \"forced_expire\": false,"
        } else {
            ""
        };
        writeln!(
            text,
            "{{\"queue_name\": \"{name}\", \"queue_id\": \"{id}\", \"arrival_time\": {}, \"message_size\": {},{forced} \"sender\": {}, \"recipients\": [{}]}}",
            message.arrival, message.size, json(null(&message.sender)), recipients.join(", ")
        )
        .unwrap();
        entries.push(kept(message, id, name));
    }
    (text, entries)
}

fn postfix_text(queue: &[Message], long: bool) -> (String, Vec<Kept>) {
    if queue.is_empty() {
        return ("Mail queue is empty\n".to_owned(), vec![]);
    }
    let mut text = if long {
        "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------\n".to_owned()
    } else {
        "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n".to_owned()
    };
    let mut entries = Vec::new();
    let mut bytes = 0;
    for (at, message) in queue.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let id = postfix_id(message, long);
        let (mark, name) = [
            ("*", "active"),
            ("", "deferred"),
            ("!#", "hold"),
            ("#", "deferred"),
            ("", "deferred"),
        ][message.queue];
        let marked = format!("{id}{mark}");
        if long {
            writeln!(
                text,
                "{marked:<17} {:>8} {} {}",
                message.size,
                asctime(message.arrival),
                null(&message.sender)
            )
            .unwrap();
        } else {
            writeln!(
                text,
                "{marked:<11} {:>7} {} {}",
                message.size,
                format_args!("{} ", asctime(message.arrival)),
                null(&message.sender)
            )
            .unwrap();
        }
        let mut saved = "";
        for (address, reason) in &message.recipients {
            let reason = reason.as_deref().unwrap_or_default();
            if reason != saved {
                saved = reason;
                let shown = if reason.is_empty() {
                    "reason unavailable"
                } else {
                    reason
                };
                writeln!(
                    text,
                    "{:pad$}({shown})",
                    "",
                    pad = 76_usize.saturating_sub(shown.len())
                )
                .unwrap();
            }
            writeln!(
                text,
                "{:width$}{address}",
                "",
                width = if long { 47 } else { 41 }
            )
            .unwrap();
        }
        bytes += message.size;
        entries.push(kept(message, id, name));
    }
    let plural = if queue.len() == 1 { "" } else { "s" };
    writeln!(
        text,
        "\n-- {} Kbytes in {} Request{plural}.",
        bytes / 1024,
        queue.len()
    )
    .unwrap();
    (text, entries)
}

fn showq(queue: &[Message], new: bool) -> (String, Vec<Kept>) {
    let mut text = String::new();
    if new {
        text.push_str("protocol\0showq_protocol\0\0");
    }
    let mut entries = Vec::new();
    for message in queue {
        let id = postfix_id(message, false);
        let name = QUEUES[message.queue];
        write!(
            text,
            "queue_name\0{name}\0queue_id\0{id}\0time\0{}\0size\0{}\0",
            message.arrival, message.size
        )
        .unwrap();
        if new {
            text.push_str("forced_expire\x000\0");
        }
        write!(text, "sender\0{}\0", null(&message.sender)).unwrap();
        for (address, reason) in &message.recipients {
            let reason = reason.as_deref().unwrap_or_default();
            write!(text, "recipient\0{address}\0reason\0{reason}\0").unwrap();
        }
        text.push('\0');
        entries.push(kept(message, id, name));
    }
    text.push('\0');
    (text, entries)
}

fn exim(queue: &[Message], new: bool) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries = Vec::new();
    for message in queue {
        let minutes = (NOW - message.arrival) / 60;
        let (age, seconds) = if minutes <= 90 {
            (format!("{minutes:2}m"), minutes * 60)
        } else if (minutes + 30) / 60 <= 72 {
            let hours = (minutes + 30) / 60;
            (format!("{hours:2}h"), hours * 3600)
        } else {
            let days = ((minutes + 30) / 60 + 12) / 24;
            (format!("{days:2}d"), days * 86_400)
        };
        let (size, bytes) = if message.size < 1024 {
            (format!("{:5}", message.size), message.size)
        } else if message.size < 10 * 1024 {
            let tenths = message.size * 10 / 1024;
            // As read back, digit by digit.
            (
                format!("{:3}.{}K", tenths / 10, tenths % 10),
                tenths / 10 * 1024 + tenths % 10 * 102,
            )
        } else if message.size < 1024 * 1024 {
            (
                format!("{:4}K", message.size / 1024),
                message.size / 1024 * 1024,
            )
        } else {
            (
                format!("{:4}M", message.size >> 20),
                message.size >> 20 << 20,
            )
        };
        let digits = message.seed % 1_000_000;
        let id = if new {
            format!("1{digits:05}-{digits:011}-3Yfg").replacen(
                &format!("1{digits:05}"),
                &format!("1{:05}", digits % 100_000),
                1,
            )
        } else {
            format!("1{:05}-{digits:06}-Kf", digits % 100_000)
        };
        let frozen = if message.queue == 2 {
            " *** frozen ***"
        } else {
            ""
        };
        writeln!(text, "{age} {size} {id} <{}>{frozen}", message.sender).unwrap();
        writeln!(text, "        D gone@example.com").unwrap();
        for (address, _) in &message.recipients {
            writeln!(text, "          {address}").unwrap();
        }
        text.push('\n');
        let mut entry = without_reasons(kept(
            message,
            id,
            if message.queue == 2 {
                "frozen"
            } else {
                "queued"
            },
        ));
        entry.size = Some(bytes);
        entry.arrival = Some(NOW - seconds);
        entries.push(entry);
    }
    (text, entries)
}

/// 0 plain, 1 verbose, 2 of 8.9, 3 two queues as Debian's wrapper shows them, 4 three groups
fn sendmail(queue: &[Message], variant: usize) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries = Vec::new();
    let empty = if variant == 2 {
        "Mail queue is empty\n"
    } else {
        "/var/spool/mqueue is empty\n"
    };
    let old = variant == 2;
    if variant == 3 {
        text.push_str("MSP Queue status...\n/var/spool/mqueue-client is empty\n\t\tTotal requests: 0\nMTA Queue status...\n");
    }
    let groups: Vec<&[Message]> = if variant == 4 {
        let (first, rest) = queue.split_at(queue.len() / 2);
        vec![first, &[], rest]
    } else {
        vec![queue]
    };
    for (number, group) in groups.iter().enumerate() {
        if group.is_empty() {
            if variant == 4 {
                writeln!(text, "/var/spool/mqueue/q{number} is empty").unwrap();
            } else {
                text.push_str(empty);
            }
            continue;
        }
        let plural = if group.len() == 1 { "" } else { "s" };
        let name = match variant {
            2 => "Mail Queue".to_owned(),
            4 => format!("/var/spool/mqueue/q{number}/df"),
            _ => "/var/spool/mqueue".to_owned(),
        };
        writeln!(text, "\t\t{name} ({} request{plural})", group.len()).unwrap();
        text.push_str(match variant {
            1 => {
                "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n"
            }
            2 => "--Q-ID-- --Size-- -----Q-Time----- ------------Sender/Recipient------------\n",
            _ => {
                "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n"
            }
        });
        for message in *group {
            let id = if old {
                format!("GAA{:05}", message.seed % 100_000)
            } else {
                format!("xAIK3D{:08}", message.seed % 100_000_000)
            };
            let (flag, mut name) = [
                ("*", "active"),
                (" ", "deferred"),
                (" ", "hold"),
                ("X", "deferred"),
                ("-", "deferred"),
            ][message.queue];
            let date = asctime(message.arrival);
            let sender = if message.sender.is_empty() {
                "MAILER-DAEMON".to_owned()
            } else {
                format!("<{}>", message.sender)
            };
            if variant == 1 {
                let mark = if message.seed % 2 == 0 { '+' } else { ' ' };
                write!(
                    text,
                    "{id:>14}{flag}{:8} {:10}{mark}{} {sender}",
                    message.size,
                    30_000 + message.size,
                    &date[4..16]
                )
                .unwrap();
            } else {
                write!(
                    text,
                    "{id:>14}{flag}{:8} {} {sender}",
                    message.size,
                    &date[..16]
                )
                .unwrap();
            }
            let reason = message.recipients[0].1.as_ref().map(|reason| {
                reason
                    .chars()
                    .take(60)
                    .collect::<String>()
                    .trim_end()
                    .to_owned()
            });
            let mut entry = kept(message, id, name);
            if message.queue == 2 && !old {
                text.push_str("\n     QUARANTINE: suspicious");
            } else {
                if let Some(reason) = &reason {
                    write!(
                        text,
                        "\n    {:>10}   ({reason})",
                        if message.seed % 3 == 0 {
                            "8BITMIME"
                        } else {
                            ""
                        }
                    )
                    .unwrap();
                }
                if message.queue == 2 {
                    name = "deferred";
                }
            }
            entry.queue = name.to_owned();
            for (address, own) in &mut entry.recipients {
                let tabs = if variant == 1 {
                    "\t\t\t\t\t      "
                } else {
                    "\t\t\t\t\t       "
                };
                write!(text, "\n{tabs}<{address}>").unwrap();
                *own = if name == "hold" {
                    Some("suspicious".to_owned())
                } else {
                    reason.clone()
                };
            }
            text.push('\n');
            entry.arrival = Some(message.arrival - message.arrival.rem_euclid(60));
            entries.push(entry);
        }
    }
    if !old {
        writeln!(text, "\t\tTotal requests: {}", queue.len()).unwrap();
    }
    (text, entries)
}

fn qmail_read(queue: &[Message]) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries = Vec::new();
    for message in queue {
        let (year, month, day, hour, minute, second, _) = civil(message.arrival);
        let id = (message.seed % 1_000_000).to_string();
        let bounce = message.queue == 2;
        let bouncing = if bounce { " bouncing" } else { "" };
        writeln!(
            text,
            "{day} {} {year} {hour:02}:{minute:02}:{second:02} GMT  #{id}  {}  <{}> {bouncing}",
            MONTHS[month], message.size, message.sender
        )
        .unwrap();
        writeln!(text, "  done\tremote\tgone@example.com").unwrap();
        for (address, _) in &message.recipients {
            writeln!(text, "\tremote\t{address}").unwrap();
        }
        entries.push(without_reasons(kept(
            message,
            id,
            if bounce { "bounce" } else { "queued" },
        )));
    }
    (text, entries)
}

fn opensmtpd(queue: &[Message]) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries: Vec<Kept> = Vec::new();
    for (at, message) in queue.iter().enumerate() {
        let id = format!("{:08x}", (message.seed & 0xffff_ff00) | at as u64);
        let (flags, state, name, tries) = [
            ("", "inflight|3", "active", 1),
            ("auth", "pending|120", "deferred", 4),
            ("auth,hold", "pending|1", "hold", 1),
            ("", "pending|1", "queued", 0),
            ("", "offline|", "deferred", 2),
        ][message.queue];
        for (number, (address, reason)) in message.recipients.iter().enumerate() {
            let sender = if message.sender.is_empty() {
                "@"
            } else {
                &message.sender
            };
            let last = if tries > 0 { message.arrival + 60 } else { 0 };
            writeln!(
                text,
                "{id}{:08x}|inet4|mta|{flags}|{sender}|{address}|{address}|{}|{}|{last}|{tries}|{state}|{}",
                message.seed.rotate_left(7 + u32::try_from(number).unwrap()) as u32, message.arrival, message.arrival + 345_600, reason.as_deref().unwrap_or_default()
            )
            .unwrap();
        }
        let mut entry = kept(message, id, name);
        entry.size = None;
        entries.push(entry);
    }
    (text, entries)
}

fn nullmailer(queue: &[Message]) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries = Vec::new();
    for message in queue {
        let (year, month, day, hour, minute, second, _) = civil(message.arrival);
        write!(
            text,
            "{year:04}-{:02}-{day:02} {hour:02}:{minute:02}:{second:02} {} bytes from <{}>",
            month + 1,
            message.size,
            message.sender
        )
        .unwrap();
        for (address, _) in &message.recipients {
            write!(text, "\n  to <{address}>").unwrap();
        }
        text.push('\n');
        entries.push(without_reasons(kept(message, String::new(), "queued")));
    }
    (text, entries)
}

fn courier(queue: &[Message], batch: bool) -> (String, Vec<Kept>) {
    let mut text = String::new();
    let mut entries = Vec::new();
    if !batch {
        text.push_str("Size             Queue ID                                                  Date\nUser             From\nStatus           Recipient\n---------------- ---------------------------------------------------------\n");
    }
    for message in queue {
        let (_, month, day, hour, minute, ..) = civil(message.arrival);
        let date = format!("{} {day:02} {hour:02}:{minute:02}", MONTHS[month]);
        let id = format!(
            "{:016X}.{:016X}.{:08X}",
            message.seed,
            message.arrival,
            message.seed >> 33
        );
        let (size, bytes) = if message.size < 1024 {
            (message.size.to_string(), message.size)
        } else if message.size < 1 << 20 {
            let tenths = message.size % 1024 * 10 / 1024;
            (
                format!("{}.{tenths}K", message.size / 1024),
                message.size / 1024 * 1024 + tenths * 102,
            )
        } else {
            let hundredths = message.size % (1 << 20) * 100 / (1 << 20);
            let tens = hundredths / 10 * 104_857;
            (
                format!("{}.{hundredths:02}M", message.size >> 20),
                (message.size >> 20 << 20) + tens + hundredths % 10 * 10_485,
            )
        };
        if batch {
            write!(text, "{size:<16};{id};{date};www-data;{};", message.sender).unwrap();
            write!(text, "done;gone@example.com;").unwrap();
            for (address, _) in &message.recipients {
                write!(text, ";{address};").unwrap();
            }
            text.push('\n');
        } else {
            writeln!(text, "{size:<16} {id:<59} {date}").unwrap();
            writeln!(text, "{:<16} {}", "www-data", message.sender).unwrap();
            writeln!(text, "{:<16} gone@example.com", "fail").unwrap();
            for (address, _) in &message.recipients {
                writeln!(text, "{:<16} {address}", "").unwrap();
            }
            text.push('\n');
        }
        let mut entry = without_reasons(kept(message, id, "queued"));
        entry.size = Some(bytes);
        entry.arrival = Some(message.arrival - message.arrival.rem_euclid(60));
        entries.push(entry);
    }
    if batch {
        writeln!(text, "messages: {}", queue.len()).unwrap();
    } else {
        writeln!(text, "{:4} messages.", queue.len()).unwrap();
    }
    (text, entries)
}

const STATUS: [(&str, u8, &str); 5] = [
    ("Active", 1, "active"),
    ("Retry", 6, "deferred"),
    ("Suspended", 2, "hold"),
    ("Ready", 5, "queued"),
    ("Ready", 5, "queued"),
];

/// Rows of Get-Queue: a next hop for each message.
fn hop(message: &Message, at: usize) -> (Kept, String, String, u64) {
    let id = format!("EX01\\{at}");
    let domain = message.recipients[0]
        .0
        .split('@')
        .nth(1)
        .unwrap()
        .to_owned();
    let count = message.size % 1000 + 1;
    let reason = message.recipients[0].1.clone();
    let entry = Kept {
        id: id.clone(),
        queue: STATUS[message.queue].2.to_owned(),
        count,
        recipients: vec![(
            format!("@{domain}"),
            reason.map(|text| text.trim().to_owned()),
        )],
        ..Kept::default()
    };
    (entry, id, domain, count)
}

fn of_message(message: &Message, at: usize) -> (Kept, String) {
    let id = format!("EX01\\12\\{at}");
    let mut entry = kept(message, id.clone(), STATUS[message.queue].2);
    let reason = message.recipients[0].1.clone();
    entry
        .recipients
        .iter_mut()
        .for_each(|(_, own)| *own = reason.clone());
    (entry, id)
}

/// 0 Get-Queue, 1 Get-Message with names and ISO dates, 2 the same as PowerShell 5 writes it, 3 in UTF-16
fn exchange_json(queue: &[Message], variant: usize) -> (Vec<u8>, Vec<Kept>) {
    let mut rows = Vec::new();
    let mut entries = Vec::new();
    for (at, message) in queue.iter().enumerate() {
        let reason = json(message.recipients[0].1.as_deref().unwrap_or_default());
        if variant == 0 {
            let (entry, id, domain, count) = hop(message, at);
            rows.push(format!("  {{\n    \"RunspaceId\": \"0\",\n    \"Identity\": {},\n    \"Status\": \"{}\",\n    \"MessageCount\": {count},\n    \"NextHopDomain\": {},\n    \"LastError\": {reason}\n  }}", json(&id), STATUS[message.queue].0, json(&domain)));
            entries.push(entry);
            continue;
        }
        let (entry, id) = of_message(message, at);
        let recipients: Vec<String> = message
            .recipients
            .iter()
            .map(|(address, _)| json(&format!("{address};2;2;0;CN=x")))
            .collect();
        let (status, date) = if variant == 2 {
            (
                STATUS[message.queue].1.to_string(),
                format!(
                    "{{\"value\": \"\\/Date({})\\/\", \"DateTime\": \"Freitag\"}}",
                    message.arrival * 1000 + 7
                ),
            )
        } else {
            let (year, month, day, hour, minute, second, _) = civil(message.arrival + 3600);
            (
                format!("\"{}\"", STATUS[message.queue].0),
                format!(
                    "\"{year}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.123+01:00\"",
                    month + 1
                ),
            )
        };
        rows.push(format!(
            "{{\"Identity\": {}, \"FromAddress\": {}, \"Status\": {status}, \"Size\": \"1 KB ({} bytes)\", \"Queue\": \"EX01\\\\12\", \"Subject\": \"{{}}\", \"Recipients\": [{}], \"DateReceived\": {date}, \"LastError\": {reason}}}",
            json(&id), json(&if message.sender.is_empty() { "<>".to_owned() } else { message.sender.clone() }), message.size, recipients.join(",")
        ));
        entries.push(entry);
    }
    let text = match (rows.len(), variant) {
        (1, 0 | 1) => format!("{}\r\n", rows[0]),
        (_, 2) => format!(
            "{{\"value\": [{}], \"Count\": {}}}",
            rows.join(",\n"),
            rows.len()
        ),
        _ => format!("[\r\n{}\r\n]\r\n", rows.join(",\r\n")),
    };
    (
        if variant == 3 {
            utf16(&text)
        } else {
            text.into_bytes()
        },
        entries,
    )
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// 0 Get-Queue by Export-Csv of PowerShell 5, 1 Get-Message American, 2 German, 3 in UTF-16
fn exchange_csv(queue: &[Message], variant: usize) -> (Vec<u8>, Vec<Kept>) {
    // The heading comes with the first row.
    if queue.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let delimiter = if variant == 2 { ";" } else { "," };
    let mut rows = vec![];
    if variant == 0 {
        rows.push("#TYPE Microsoft.Exchange.Data.QueueViewer.ExtensibleQueueInfo".to_owned());
        rows.push("\"Identity\",\"DeliveryType\",\"Status\",\"MessageCount\",\"NextHopDomain\",\"LastError\"".to_owned());
    } else {
        let names = [
            "Identity",
            "FromAddress",
            "Status",
            "Size",
            "Queue",
            "DateReceived",
            "LastError",
            "Recipients",
        ];
        rows.push(names.map(quote).join(delimiter));
    }
    let mut entries = Vec::new();
    for (at, message) in queue.iter().enumerate() {
        let reason = message.recipients[0].1.as_deref().unwrap_or_default();
        if variant == 0 {
            let (entry, id, domain, count) = hop(message, at);
            let fields = [
                &id,
                "DnsConnectorDelivery",
                STATUS[message.queue].0,
                &count.to_string(),
                &domain,
                reason,
            ];
            rows.push(fields.map(quote).join(delimiter));
            entries.push(entry);
            continue;
        }
        let (entry, id) = of_message(message, at);
        let (year, month, day, hour, minute, second, _) = civil(message.arrival);
        let date = if variant == 2 {
            format!(
                "{day:02}.{:02}.{year} {hour:02}:{minute:02}:{second:02}",
                month + 1
            )
        } else {
            format!(
                "{}/{day}/{year} {}:{minute:02}:{second:02} {}",
                month + 1,
                if hour % 12 == 0 { 12 } else { hour % 12 },
                if hour < 12 { "AM" } else { "PM" }
            )
        };
        let size = if variant == 2 {
            format!("1,5 KB ({} Bytes)", message.size)
        } else {
            format!("1.5 KB ({} bytes)", message.size)
        };
        let recipients: Vec<String> = message
            .recipients
            .iter()
            .map(|(address, _)| format!("{address};2;2;0"))
            .collect();
        let sender = if message.sender.is_empty() {
            "<>"
        } else {
            &message.sender
        };
        let fields = [
            &id,
            sender,
            STATUS[message.queue].0,
            &size,
            "EX01\\12",
            &date,
            reason,
            &recipients.join(" "),
        ];
        rows.push(fields.map(quote).join(delimiter));
        entries.push(entry);
    }
    let text = rows.join("\r\n") + "\r\n";
    (
        if variant == 3 {
            utf16(&text)
        } else {
            text.into_bytes()
        },
        entries,
    )
}

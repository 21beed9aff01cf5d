use super::*;
use crate::dns::zones::{Category, Reading, Sort};
use std::net::Ipv4Addr;

fn merged(text: &str) -> Table {
    let mut table = Table::shipped();
    table.merge(text).unwrap();
    table
}

fn said(text: &str) -> String {
    let mut table = Table::shipped();
    let before = table.zones().count();
    let said = table.merge(text).unwrap_err().to_string();
    assert_eq!(table.zones().count(), before, "{text}");
    said
}

fn zone<'a>(table: &'a Table, name: &str) -> &'a Zone {
    match table.find(name) {
        Found::Zone(zone) => zone,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_zone_of_ones_own() {
    let table = merged(
        r#"
[groups]
ours = ["bl.example.org", "zen.spamhaus.org"]

[zones."BL.example.org."]
title = "Ours"
codes = [
  { answer = "127.0.0.4-127.0.0.7", category = "exploited", words = "taken over" },
  { bits = 16, words = "phishing", weight = 9 },
]
category = "phishing"
about = ["v4", "domain"]
weight = 5
group = "default"
listed = ["127.0.0.2", "test.example"]
lookup = "https://bl.example.org/?q={ip}"
"#,
    );
    let own = zone(&table, "bl.example.org");
    assert!(own.v4 && !own.v6 && own.domains);
    assert_eq!(own.always(Sort::Domain).count(), 1);
    // The untouched ones are RFC 5782's, of the sorts that it takes.
    assert_eq!(own.never(Sort::V4).count(), 1);
    assert_eq!(own.never(Sort::V6).count(), 0);
    let Reading::Means(codes) = own.read(Ipv4Addr::new(127, 0, 0, 16)) else {
        panic!()
    };
    assert_eq!(codes[0].category, Category::Phishing);
    assert_eq!(own.weight_of(codes[0]), 9);
    let names: Vec<_> = table
        .group("ours")
        .unwrap()
        .iter()
        .map(|zone| zone.name.to_string())
        .collect();
    assert_eq!(names, ["zen.spamhaus.org", "bl.example.org"]);
    assert!(table.group("default").unwrap().contains(&own));
    assert_eq!(table.group_names(), ["default", "strict", "all", "ours"]);
}

#[test]
fn a_shipped_zone_is_changed_and_keeps_the_rest() {
    let table = merged("[zones.'zen.spamhaus.org']\nweight = 1\ngroup = 'none'");
    let zen = zone(&table, "zen.spamhaus.org");
    assert_eq!(zen.weight, 1);
    assert_eq!(zen.group, None);
    assert_eq!(zen.codes.len(), 6);
    assert_eq!(table.zones().count(), Table::shipped().zones().count());
    assert!(!table.group("all").unwrap().contains(&zen));
}

#[test]
fn a_zone_is_dropped_and_a_group_redefined() {
    let table = merged("drop = ['psbl.surriel.com.']\n[groups]\ndefault = ['bl.spamcop.net']");
    assert_eq!(table.find("psbl.surriel.com"), Found::Unknown);
    assert_eq!(table.group("default").unwrap().len(), 1);
}

#[test]
fn an_allowlist_of_ones_own_counts_nothing() {
    let table = merged("[zones.'wl.example.org']\nallow = true");
    let own = zone(&table, "wl.example.org");
    assert_eq!(own.category, Category::Allowed);
    assert_eq!(own.weight, 0);
}

#[test]
fn an_empty_file_changes_nothing() {
    let table = merged("# nothing\n");
    assert_eq!(table.zones().count(), Table::shipped().zones().count());
}

#[test]
fn mistakes_are_named_by_line() {
    for (text, expected) in [
        (
            "zone = 1",
            "line 1: unknown key \"zone\" (known: zones, drop, groups)",
        ),
        (
            "\n[zones.'bl.example.org']\ntitle = 'x'\nwieght = 3",
            "line 4: unknown key \"wieght\" (nearest: weight, ",
        ),
        (
            "[zones.'bl.example.org']\ncodes = [\n  { answer = '127.0.0.2', categori = 'spam', words = 'x' },\n]",
            "line 3: unknown key \"categori\" (nearest: category, ",
        ),
        (
            "[zones.'bl.example.org']\ncategory = 'phising'",
            "line 2: unknown category \"phising\" (nearest: phishing, ",
        ),
        (
            "[zones.'bl.example.org']\nabout = ['v4', 'ipv6']",
            "line 2: unknown sort of entry \"ipv6\" (known: v6, v4, domain)",
        ),
        (
            "[zones.'bl.example.org']\ngroup = 'stict'",
            "line 2: unknown group \"stict\" (nearest: strict, ",
        ),
        (
            "[groups]\nours = [\n'zen.spamhaus.org',\n'zen.spamhouse.org']",
            "line 4: unknown zone \"zen.spamhouse.org\" (nearest: zen.spamhaus.org, ",
        ),
        (
            "drop = ['dnsbl.sorbs.net']",
            "line 1: no zone \"dnsbl.sorbs.net\" to ask: SORBS closed in June 2024",
        ),
        (
            "[zones.'bl.example.org']\nweight = 'much'",
            "line 2: weight wants a whole number from 0 to 10",
        ),
        (
            "[zones.'bl.example.org']\nweight = -1",
            "line 2: weight wants a whole number from 0 to 10",
        ),
        (
            "[zones.'bl.example.org']\nweight = 0xff",
            "line 2: weight wants a whole number from 0 to 10",
        ),
        (
            "[zones.'bl.example.org']\ncodes = [{ answer = '128.0.0.2', words = 'x' }]",
            "line 2: answer is not in 127.0.0.0/8: no other address is a listing",
        ),
        (
            "[zones.'bl.example.org']\ncodes = [{ answer = '127.0.0.7-127.0.0.2', words = 'x' }]",
            "line 2: answer ends before it begins",
        ),
        (
            "[zones.'bl.example.org']\ncodes = [{ words = 'x' }]",
            "line 2: a code wants either an answer or bits",
        ),
        (
            "[zones.'bl.example.org']\ncodes = [{ bits = 0, words = 'x' }]",
            "line 2: bits wants a number above 0",
        ),
        (
            "[zones.'bl.example.org']\ncodes = [{ bits = 2 }]",
            "line 2: a code wants words that say what it means",
        ),
        (
            "[zones.'bl.example.org']\nlookup = 'see our page'",
            "line 2: lookup wants a URL",
        ),
        (
            "[zones.'bl.example.org']\nnote = 'a|b'",
            "line 2: note has a \"|\", which ends the text of a check",
        ),
        (
            "[zones.'bl.example.org']\ntitle = \"a\\nb\"",
            "line 2: title has a control character",
        ),
        (
            "[zones.'bl.example.org']\ntitle = 3",
            "line 2: title wants a string, not an integer",
        ),
        (
            "[zones.'bl.example.org']\nallow = 'yes'",
            "line 2: allow wants true or false, not a string",
        ),
        (
            "[zones.'bl.example.org']\nkey = 'ours'",
            "line 1: a zone with a key has a name that begins with \"{key}.\", and no other zone has",
        ),
        (
            "[zones.'bl.example.org']\nabout = ['v4']\nlisted = ['test']",
            "line 3: listed has test, and the zone is not asked about such",
        ),
        ("[zones.'a zone']\n", "line 1: \"a zone\" is no zone's name"),
        (
            "[groups]\nOurs = ['zen.spamhaus.org']",
            "line 2: a group's name is made of lower-case letters, digits and hyphens",
        ),
        ("[groups]\nours = []", "line 2: the group ours is empty"),
        ("zones = 3", "line 1: zones wants a table, not an integer"),
    ] {
        let said = said(text);
        // Of several nearest names the first one counts.
        if expected.ends_with(", ") {
            assert!(said.starts_with(expected), "{said}");
        } else {
            assert_eq!(said, expected, "{text}");
        }
    }
}

#[test]
fn what_is_no_toml_is_named_by_line() {
    let said = said("[zones.'bl.example.org']\nweight = \n");
    assert!(said.starts_with("line 2: "), "{said}");
}

#[test]
fn a_zone_said_twice_in_two_ways_is_one_zone() {
    let table =
        merged("[zones.'bl.example.org']\nweight = 3\n[zones.'BL.example.org.']\nnote = 'x'");
    let own = zone(&table, "bl.example.org");
    assert_eq!((own.weight, own.note.as_ref()), (3, "x"));
    assert_eq!(table.zones().count(), Table::shipped().zones().count() + 1);
}

#[test]
fn thousands_of_zones_are_a_table_like_any() {
    let mut text = String::from("groups.many = [");
    for number in 0..5000 {
        text += &format!("'l{number}.example.org',");
    }
    text += "]\n";
    for number in 0..5000 {
        text += &format!("[zones.'l{number}.example.org']\nweight = 1\n");
    }
    let table = merged(&text);
    let names: Vec<_> = table
        .group("many")
        .unwrap()
        .iter()
        .map(|zone| zone.name.clone())
        .collect();
    assert_eq!(names.len(), 5000);
    // In the order of the file, not of the alphabet.
    assert_eq!(names[2], "l2.example.org");
}

#[test]
fn depth_is_bounded() {
    let deep = format!("drop = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(said(&deep).starts_with("line 1: "));
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    assert!(said(&dotted).starts_with("line 1: "));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC{0,200}") {
        let _ = Table::shipped().merge(&text);
    }

    /// A good file with something else in one place is good or is refused by a line that it has.
    #[test]
    fn no_slip_breaks_it(at in 0..FILE.len(), cut in 0_usize..12, other in "[\\[\\]{}=\"'.,a-z0-9 \n-]{0,6}") {
        let end = (at + cut).min(FILE.len());
        let text = format!("{}{other}{}", &FILE[..at], &FILE[end..]);
        if let Err(error) = Table::shipped().merge(&text) {
            let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
            proptest::prop_assert!((1..=lines).contains(&error.line), "{error}");
            proptest::prop_assert!(!error.what.contains('\n'), "{error}");
        }
    }
}

const FILE: &str = r#"drop = ["psbl.surriel.com"]
[groups]
ours = ["zen.spamhaus.org", "bl.example.org"]
[zones."bl.example.org"]
title = "Ours"
about = ["v4", "domain"]
weight = 5
group = "default"
listed = ["127.0.0.2", "test"]
codes = [
  { answer = "127.0.0.4-127.0.0.7", category = "exploited", words = "taken over" },
  { bits = 16, words = "phishing", weight = 9 },
]
refusals = [{ answer = "127.0.0.255", words = "no" }]
[zones."{key}.bl.example.net"]
key = "example"
"#;

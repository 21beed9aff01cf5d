//! What the manual says of zones is what the table has.

use std::collections::BTreeSet;

use mailprobe::dns::zones::{Category, Found, Table};

const SECTIONS: &str = include_str!("../../man/sections/check_blacklist.md");

fn section(name: &str) -> &'static str {
    let (_, rest) = SECTIONS
        .split_once(&format!("# {name}\n"))
        .expect("the section");
    rest.split("\n# ").next().unwrap_or(rest)
}

#[test]
fn the_default_group_is_named_zone_by_zone() {
    let table = Table::shipped();
    let of_group: BTreeSet<&str> = table
        .group("default")
        .unwrap()
        .into_iter()
        .map(|zone| zone.name.strip_prefix("{key}.").unwrap_or(&zone.name))
        .collect();
    let named: BTreeSet<&str> = section("ZONES")
        .split_whitespace()
        .map(|word| word.trim_end_matches(['.', ',', ':']))
        .filter(|word| matches!(table.find(word), Found::Zone(_)))
        .collect();
    assert_eq!(named, of_group);
}

#[test]
fn the_zone_file_it_shows_is_one() {
    let lines = section("ZONE FILES").lines();
    // What stands four blanks in, and the blank lines between.
    let file: String = lines
        .filter(|line| line.is_empty() || line.starts_with("    "))
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect();
    let mut table = Table::shipped();
    table
        .merge(&file)
        .unwrap_or_else(|error| panic!("{error}\n{file}"));
    assert_eq!(table.group("ours").unwrap().len(), 2);
    assert_eq!(table.find("dnsbl-1.uceprotect.net"), Found::Unknown);
    assert!(matches!(table.find("bl.example.net"), Found::Zone(zone) if zone.key.is_some()));
    let Found::Zone(ours) = table.find("bl.example.org") else {
        panic!("{file}")
    };
    assert_eq!(
        (ours.codes.len(), ours.refusals.len(), ours.weight),
        (3, 1, 5)
    );
}

#[test]
fn every_category_and_every_key_is_told() {
    let section = section("ZONE FILES");
    let words: BTreeSet<&str> = section
        .split(|c: char| c.is_whitespace() || ",.:;`()".contains(c))
        .collect();
    for category in Category::ALL {
        assert!(words.contains(category.name()), "{category}");
    }
    for key in [
        "title",
        "about",
        "allow",
        "codes",
        "category",
        "refusals",
        "listed",
        "unlisted",
        "lookup",
        "weight",
        "key",
        "instead-of",
        "group",
        "note",
    ] {
        assert!(section.contains(&format!("`{key}`")), "{key}");
    }
}

//! The shipped table, asked over the wire.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use mailprobe::dns::zones::{Code, Entry, Reading, Sort, Table, Zone};
use mailprobe::dns::{Error, Family, Outcome, Resolver};

use crate::sandbox::dns;
use crate::simulated::{KEY, every, subject};

const PATIENCE: Duration = Duration::from_secs(10);

fn ask(resolver: &Resolver, entry: &Entry, zone: &Zone) -> Result<Vec<Ipv4Addr>, Error> {
    let domain = zone.domain(Some(KEY)).expect("a key is given");
    let found = resolver.addresses(&entry.under(&domain), Family::V4, PATIENCE)?;
    let v4 = found.into_iter().filter_map(|address| match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    });
    Ok(v4.collect())
}

#[test]
fn every_test_entry_is_asked_for_and_read_as_the_table_says() {
    let table = Table::shipped();
    let server = dns::Dns::start(every(&table));
    let resolver = Resolver::at(&[server.address()]).unwrap();
    let (mut listed, mut unlisted) = (0, 0);
    for zone in table.zones() {
        for entry in zone.listed.iter() {
            let answers = ask(&resolver, entry, zone).unwrap_or_else(|error| panic!("{error}"));
            let readings: Vec<_> = answers.iter().map(|answer| zone.read(*answer)).collect();
            let fine = readings.iter().all(|reading| {
                matches!(reading, Reading::Means(_)) || {
                    zone.codes.is_empty() && matches!(reading, Reading::Unexplained(_))
                }
            });
            assert!(
                !readings.is_empty() && fine,
                "{}: {entry}: {readings:?}",
                zone.name
            );
            listed += 1;
        }
        for entry in zone.unlisted.iter() {
            let error = ask(&resolver, entry, zone).unwrap_err();
            assert_eq!(error.outcome, Outcome::NxDomain, "{}: {entry}", zone.name);
            unlisted += 1;
        }
    }
    assert!(listed >= 30 && unlisted >= 60, "{listed} and {unlisted}");
}

#[test]
fn every_answer_of_every_zone_comes_back_with_its_meaning() {
    let table = Table::shipped();
    let mut zones = dns::Zone::new();
    let mut wanted: Vec<(&Zone, &Code, Entry)> = Vec::new();
    for zone in table.zones() {
        let domain = zone.domain(Some(KEY)).unwrap();
        for (number, code) in zone.codes.iter().enumerate() {
            // A subject of its own for each code.
            let entry = if zone.takes(Sort::V4) {
                Entry::v4([198, 51, 100, u8::try_from(number + 1).unwrap()])
            } else if zone.takes(Sort::Domain) {
                Entry::Domain(format!("code{number}.example").into())
            } else {
                subject(Sort::V6)
            };
            zones = zones.a(&entry.under(&domain), code.answers.example().octets());
            wanted.push((zone, code, entry));
        }
    }
    let server = dns::Dns::start(zones);
    let resolver = Resolver::at(&[server.address()]).unwrap();
    assert!(wanted.len() >= 80, "{}", wanted.len());
    for (zone, code, entry) in wanted {
        let answers = ask(&resolver, &entry, zone).unwrap();
        let [answer] = answers[..] else {
            panic!("{}: {answers:?}", zone.name)
        };
        let Reading::Means(codes) = zone.read(answer) else {
            panic!("{}: {answer}", zone.name)
        };
        assert!(codes.contains(&code), "{}: {answer}", zone.name);
    }
}

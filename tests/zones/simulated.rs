//! Every zone of a table as a name server would serve it.

use mailprobe::dns::zones::{Code, Entry, Sort, Table, Zone};

use crate::sandbox::dns;

/// The customer's key of every paid zone.
pub const KEY: &str = "0123456789abcdefghijklmnop";

/// An entry of each sort that is listed nowhere until somebody lists it.
pub fn subject(sort: Sort) -> Entry {
    match sort {
        Sort::V4 => Entry::v4([192, 0, 2, 7]),
        Sort::V6 => Entry::Address("2001:db8::7".parse().expect("an address")),
        Sort::Domain => Entry::domain("listed.example"),
    }
}

/// What a zone answers for its own test entries: the first of its codes that says what the list is for.
pub fn first_code(zone: &Zone) -> Option<&Code> {
    let says = |code: &&Code| code.category.is_listing() != zone.allow;
    zone.codes.iter().find(says)
}

/// The same as it stands in an answer.
pub fn first_answer(zone: &Zone) -> [u8; 4] {
    let code = first_code(zone);
    code.map_or([127, 0, 0, 2], |code| code.answers.example().octets())
}

/// Adds what `zone` always lists.
pub fn serve(server: dns::Zone, zone: &Zone) -> dns::Zone {
    let domain = zone.domain(Some(KEY)).expect("a key is given");
    zone.listed.iter().fold(server, |server, entry| {
        let name = entry.under(&domain);
        let server = server.a(&name, first_answer(zone));
        server.txt(&name, &format!("test entry of {}", zone.title))
    })
}

/// Every zone of the table, each with its test entries and nothing else.
pub fn every(table: &Table) -> dns::Zone {
    table.zones().fold(dns::Zone::new(), serve)
}

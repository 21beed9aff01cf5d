//! check_imap in the place of the old check_tcp.

#[path = "../classic/tcp.rs"]
mod tcp;

use crate::sandbox::Scenario;
use tcp::Heir;

const IMAP: Heir = Heir {
    probe: "check_imap",
    server: Scenario::imap,
};

#[test]
fn the_pause_of_d_is_not_part_of_the_time() {
    IMAP.does_not_count_the_pause_of_d();
}

#[test]
fn m_ends_the_reading() {
    IMAP.reads_as_far_as_m();
}

#[test]
fn jail_holds_whatever_the_verbosity() {
    IMAP.jails_whatever_the_verbosity();
}

//! check_pop3 in the place of the old check_tcp.

#[path = "../classic/tcp.rs"]
mod tcp;

use crate::sandbox::Scenario;
use tcp::Heir;

const POP3: Heir = Heir {
    probe: "check_pop3",
    server: Scenario::pop3,
};

#[test]
fn the_pause_of_d_is_not_part_of_the_time() {
    POP3.does_not_count_the_pause_of_d();
}

#[test]
fn m_ends_the_reading() {
    POP3.reads_as_far_as_m();
}

#[test]
fn jail_holds_whatever_the_verbosity() {
    POP3.jails_whatever_the_verbosity();
}

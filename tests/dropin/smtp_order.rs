//! The order of the dialogue, as far as exit codes show it: what is said before the login, after it, before TLS.

use crate::frame::{Row, hold, rows};
use crate::sandbox::Scenario;
use crate::smtp::CHECK_SMTP;

pub fn rows() -> Vec<Row> {
    let plain = Scenario::smtp;
    rows! { &CHECK_SMTP;
        "sender, recipient, data", plain(), "-f probe@example.test -C 'RCPT TO:<probe@example.test>' -C DATA -C . -R 250 -R 354 -R 250" => 0;
        "recipient refused", plain(), "-f probe@example.test -C 'RCPT TO:<nobody@example.test>' -R ^250" => 1;
        "recipient without a sender", plain(), "-C 'RCPT TO:<probe@example.test>' -R ^250" => 1;
        "commands come behind TLS", plain().starttls().require_tls(), "-S -f probe@example.test -C 'RCPT TO:<probe@example.test>' -R ^250" => 0;
        "expected in the second EHLO reply", plain().starttls(), "-S -e 'AUTH '" => 0 ;
        "login, then the sender", plain().require_auth(), "-f probe@example.test -C 'RCPT TO:<probe@example.test>' -R ^250 -A LOGIN -U probe -P 's3cret sandbox-Pass'" => 1 / 0 "order";
    }
}

#[test]
fn the_order_shows() {
    hold(rows());
}

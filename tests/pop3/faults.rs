//! Every fault of POP3, over every transport.

use std::time::Duration;

use crate::meaning::{args, expected};
use crate::sandbox::Service;
use crate::sandbox::matrix::Matrix;

#[test]
fn pop3_meets_every_fault() {
    Matrix {
        probe: "check_pop3",
        service: Service::Pop3,
        deadline: Duration::from_millis(900),
        main_metric: "time",
        args,
        expected,
    }
    .run();
}

//! Every fault of IMAP, over every transport.

use std::time::Duration;

use crate::meaning::{args, expected};
use crate::sandbox::Service;
use crate::sandbox::matrix::Matrix;

#[test]
fn imap_meets_every_fault() {
    Matrix {
        probe: "check_imap",
        service: Service::Imap,
        deadline: Duration::from_millis(1200),
        main_metric: "time",
        args,
        expected,
    }
    .run();
}

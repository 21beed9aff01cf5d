//! Every fault of SMTP and LMTP, over every transport.

use std::time::Duration;

use crate::meaning::{expected, lmtp_args, smtp_args};
use crate::sandbox::Service;
use crate::sandbox::matrix::Matrix;

#[test]
fn smtp_meets_every_fault() {
    Matrix {
        probe: "check_smtp",
        service: Service::Smtp,
        deadline: Duration::from_millis(900),
        main_metric: "time",
        args: smtp_args,
        expected,
    }
    .run();
}

#[test]
fn lmtp_meets_every_fault() {
    Matrix {
        probe: "check_smtp",
        service: Service::Lmtp,
        deadline: Duration::from_millis(900),
        main_metric: "time",
        args: lmtp_args,
        expected,
    }
    .run();
}

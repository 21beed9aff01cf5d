//! TLS as a mail client would get it: verified by default, against the name that was asked for; and as
//! an auditor sees it.

pub mod inspect;
pub mod roots;
mod session;
mod trust;

pub use session::{Alert, Error, Settings, Tls, VerifyFailure, VerifyKind, alert_record, of_io};
pub use trust::{
    Identity, TrustError, certificates_of_dir, certificates_of_file, load_ca_dir, load_ca_file,
    load_identity,
};

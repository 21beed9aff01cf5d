pub mod dns;
pub mod report;

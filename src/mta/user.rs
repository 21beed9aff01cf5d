//! Who we are, for people who have to grant a permission.

/// The name of the user we run as; its number where it has none.
#[must_use]
pub fn user_name() -> String {
    let uid = rustix::process::geteuid().as_raw();
    let table = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    table
        .lines()
        .find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let number = fields.nth(1)?;
            (number.parse() == Ok(uid)).then(|| name.to_owned())
        })
        .unwrap_or_else(|| format!("uid {uid}"))
}

/// The number of the user we run as.
#[must_use]
pub fn identity() -> u32 {
    rustix::process::geteuid().as_raw()
}

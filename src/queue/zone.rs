//! The time zone of dates that do not tell theirs.

/// How far local time is from UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    offset: i64,
}

impl Zone {
    /// Universal time: what an MTA's command prints when it is run with `TZ=UTC`.
    #[must_use]
    pub fn utc() -> Self {
        Self::default()
    }

    /// So many seconds east of UTC.
    #[must_use]
    pub fn fixed(offset: i32) -> Self {
        Self {
            offset: i64::from(offset),
        }
    }

    /// What a local time, counted in seconds since 1970 as if it were UTC, is in UTC.
    #[must_use]
    pub fn to_utc(&self, local: i64) -> i64 {
        local.saturating_sub(self.offset)
    }
}

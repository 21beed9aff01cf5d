//! The time zone of dates that do not tell theirs: a fixed distance from UTC, or a zone of the system (RFC 9636) with its
//! changes between summer and winter. The file is read by whoever makes the zone; leap seconds are passed over.

mod rule;

use rule::Rule;

/// How far local time is from UTC, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Before the first change.
    offset: i64,
    /// (seconds since 1970, distance from then on).
    changes: Vec<(i64, i64)>,
    /// After the last change.
    rule: Option<Rule>,
}

/// More changes than any zone has.
const CHANGE_LIMIT: usize = 20_000;

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
            ..Self::default()
        }
    }

    /// A zone by its rule, as in the environment's `TZ`: `CET-1CEST,M3.5.0,M10.5.0/3`.
    #[must_use]
    pub fn posix(text: &[u8]) -> Option<Self> {
        let rule = Rule::read(text)?;
        Some(Self {
            offset: rule.at(0),
            changes: Vec::new(),
            rule: Some(rule),
        })
    }

    /// A zone from a file of the system's, `/etc/localtime` for example.
    #[must_use]
    pub fn tzif(bytes: &[u8]) -> Option<Self> {
        let first = Header::read(bytes)?;
        if first.version < b'2' {
            return first.zone(4);
        }
        // The second block tells the same in 64 bits, and a rule behind it.
        let second = Header::read(bytes.get(44 + first.length(4)?..)?)?;
        let mut zone = second.zone(8)?;
        let footer = second.data.get(second.length(8)?..)?;
        let footer = footer.strip_prefix(b"\n")?;
        let end = footer.iter().position(|byte| *byte == b'\n')?;
        zone.rule = Rule::read(footer.get(..end)?);
        Some(zone)
    }

    /// What a local time, counted in seconds since 1970 as if it were UTC, is in UTC. Of a time that comes twice it is one of
    /// the two.
    #[must_use]
    pub fn to_utc(&self, local: i64) -> i64 {
        let near = local.saturating_sub(self.at(local));
        local.saturating_sub(self.at(near))
    }

    /// The distance at a moment.
    fn at(&self, when: i64) -> i64 {
        let past = self.changes.partition_point(|(since, _)| *since <= when);
        if let Some(rule) = &self.rule
            && past == self.changes.len()
        {
            return rule.at(when);
        }
        past.checked_sub(1)
            .and_then(|last| self.changes.get(last))
            .map_or(self.offset, |(_, offset)| *offset)
    }
}

/// The counts of a block, and the bytes behind them.
struct Header<'a> {
    version: u8,
    ut: usize,
    standard: usize,
    leaps: usize,
    times: usize,
    types: usize,
    chars: usize,
    data: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"TZif")?;
        let count = |at: usize| {
            let four = rest.get(16 + at * 4..20 + at * 4)?;
            let count = u32::from_be_bytes(four.try_into().ok()?);
            usize::try_from(count)
                .ok()
                .filter(|count| *count <= CHANGE_LIMIT)
        };
        Some(Self {
            version: *rest.first()?,
            ut: count(0)?,
            standard: count(1)?,
            leaps: count(2)?,
            times: count(3)?,
            types: count(4)?,
            chars: count(5)?,
            data: rest.get(40..)?,
        })
    }

    /// The bytes of the block.
    fn length(&self, width: usize) -> Option<usize> {
        let times = self.times.checked_mul(width + 1)?;
        let leaps = self.leaps.checked_mul(width + 4)?;
        Some(times + self.types * 6 + self.chars + leaps + self.standard + self.ut)
    }

    fn zone(&self, width: usize) -> Option<Zone> {
        let kinds = self.data.get(self.times * width..)?;
        let types = kinds.get(self.times..)?;
        let offset = |kind: usize| {
            let four = types.get(..self.types * 6)?.get(kind * 6..kind * 6 + 4)?;
            Some(i64::from(i32::from_be_bytes(four.try_into().ok()?)))
        };
        let mut changes = Vec::with_capacity(self.times);
        let times = self.data.get(..self.times * width)?.chunks_exact(width);
        for (time, kind) in times.zip(kinds) {
            let time = match width {
                8 => i64::from_be_bytes(time.try_into().ok()?),
                _ => i64::from(i32::from_be_bytes(time.try_into().ok()?)),
            };
            changes.push((time, offset(usize::from(*kind))?));
        }
        Some(Zone {
            offset: offset(0)?,
            changes,
            rule: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BERLIN: &[u8] = b"CET-1CEST,M3.5.0,M10.5.0/3";

    #[test]
    fn summer_and_winter() {
        let berlin = Zone::posix(BERLIN).unwrap();
        // 2026-11-20 13:00 and 2026-07-01 14:00 there are 12:00 UTC.
        assert_eq!(berlin.to_utc(1_795_179_600), 1_795_176_000);
        assert_eq!(berlin.to_utc(1_782_914_400), 1_782_907_200);
        // The hours of the change: 2026-03-29 01:59:59 and 03:00:00, 2026-10-25 01:30 and 03:30.
        assert_eq!(berlin.to_utc(1_774_749_599), 1_774_745_999);
        assert_eq!(berlin.to_utc(1_774_753_200), 1_774_746_000);
        assert_eq!(berlin.to_utc(1_792_891_800), 1_792_884_600);
        assert_eq!(berlin.to_utc(1_792_899_000), 1_792_895_400);
    }

    #[test]
    fn south_and_odd_ones() {
        let sydney = Zone::posix(b"AEST-10AEDT,M10.1.0,M4.1.0/3").unwrap();
        assert_eq!(sydney.to_utc(1_795_176_000 + 11 * 3600), 1_795_176_000);
        assert_eq!(sydney.to_utc(1_782_907_200 + 10 * 3600), 1_782_907_200);
        let kathmandu = Zone::posix(b"<+0545>-5:45").unwrap();
        assert_eq!(kathmandu.to_utc(20_700), 0);
        assert_eq!(Zone::posix(b"UTC").unwrap().to_utc(7), 7);
        assert_eq!(Zone::fixed(3600).to_utc(3600), 0);
        for wrong in [
            &b"nonsense!"[..],
            b"",
            b"CET",
            b"CET-1CEST,M13.5.0,M10.5.0",
            b"<+05-5",
        ] {
            assert_eq!(Zone::posix(wrong), None);
        }
    }

    /// A file of one change, in both blocks, with a rule.
    fn file() -> Vec<u8> {
        let block = |wide: bool| {
            let mut bytes = b"TZif2".to_vec();
            bytes.extend([0; 15]);
            for count in [0_u32, 0, 0, 1, 2, 8] {
                bytes.extend(count.to_be_bytes());
            }
            if wide {
                bytes.extend(1_000_000_000_i64.to_be_bytes());
            } else {
                bytes.extend(1_000_000_000_i32.to_be_bytes());
            }
            bytes.push(1);
            for offset in [1800_i32, 3600] {
                bytes.extend(offset.to_be_bytes());
                bytes.extend([0, 0]);
            }
            bytes.extend(b"LMT\0CET\0");
            bytes
        };
        let mut bytes = block(false);
        bytes.extend(block(true));
        bytes.extend(b"\nCET-1CEST,M3.5.0,M10.5.0/3\n");
        bytes
    }

    #[test]
    fn a_file_of_the_system() {
        let zone = Zone::tzif(&file()).unwrap();
        assert_eq!(zone.to_utc(1800), 0);
        assert_eq!(zone.to_utc(1_782_914_400), 1_782_907_200);
        assert_eq!(Zone::tzif(b"TZif"), None);
    }

    proptest! {
        #[test]
        fn never_panics(mut bytes in Just(file()), at in 0..200_usize, byte in any::<u8>(), cut in 0..250_usize, when in any::<i64>()) {
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut);
            if let Some(zone) = Zone::tzif(&bytes) {
                let _ = zone.to_utc(when);
            }
        }

        #[test]
        fn rules_never_panic(text in "[A-Z<>]{0,4}[-+0-9:]{0,5}[A-Z]{0,4}[,MJ./0-9-]{0,20}", when in any::<i64>()) {
            if let Some(zone) = Zone::posix(text.as_bytes()) {
                let _ = zone.to_utc(when);
            }
        }
    }
}

//! A model queue, rendered in each form of listing and read back: whole, in pieces of any size, and cut off anywhere.

use crate::read::{Kept, NOW, given, pieces};
use crate::render::{self, Message};
use mailprobe::queue::{End, Format, Listing, Verdict};
use proptest::prelude::*;

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        (
            "[a-z][a-z0-9.+=-]{0,12}",
            "[a-z][a-z0-9-]{0,8}(\\.[a-z]{2,4}){1,2}"
        )
            .prop_map(|(user, domain)| format!("{user}@{domain}")),
        Just("a'b\u{e9}@example.org".to_owned()),
    ]
}

fn reason() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9:,.\\[\\]\\\\\"-]{0,20}( [a-zA-Z0-9:()<>.-]{1,12}){0,8}",
        Just("host mx.example.net[192.0.2.1] said: 450 4.2.0 <x>: Greylisted (in reply to RCPT TO command)".to_owned()),
        Just("x".repeat(300)),
    ]
}

prop_compose! {
    fn message()(
        seed in any::<u64>(),
        queue in 0..5_usize,
        size in prop_oneof![0..2000_u64, 1000..50_000_000_u64],
        age in 0..300 * 86_400_i64,
        sender in prop_oneof![address(), Just(String::new())],
        recipients in proptest::collection::vec((address(), proptest::option::of(reason())), 1..5),
    ) -> Message {
        Message { seed, queue, size, arrival: NOW - age, sender, recipients }
    }
}

fn queue() -> impl Strategy<Value = Vec<Message>> {
    proptest::collection::vec(message(), 0..8)
}

fn read(format: Format, bytes: &[u8], size: usize) -> (Vec<Kept>, End) {
    pieces(Listing::new(format, given()), bytes, size)
}

fn total(kept: &[Kept]) -> u64 {
    kept.iter().map(|entry| entry.count).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_rendered_is_read(queue in queue(), size in 1..200_usize) {
        for (format, variant) in render::forms() {
            let (text, wanted) = render::render(format, variant, &queue);
            let (seen, end) = read(format, &text, size);
            let shown = String::from_utf8_lossy(&text).into_owned();
            prop_assert_eq!(&end.verdict, &Verdict::Complete, "{:?} {} {}", format, variant, &shown);
            prop_assert_eq!(seen, wanted, "{:?} {} {}", format, variant, &shown);
        }
    }

    #[test]
    fn the_form_shows_itself(queue in queue(), size in 1..200_usize) {
        for (format, variant) in render::forms() {
            let (text, wanted) = render::render(format, variant, &queue);
            if text.is_empty() || format == Format::ExchangeJson && wanted.is_empty() {
                continue;
            }
            let (seen, end) = pieces(Listing::guessed(given()), &text, size);
            let shown = String::from_utf8_lossy(&text).into_owned();
            let found = end.format;
            // Two MTAs say it in the same words.
            let same = format == Format::Sendmail && found == Some(Format::PostfixText) && wanted.is_empty();
            prop_assert!(same || found == Some(format), "{:?} {:?} {}", format, found, &shown);
            prop_assert_eq!(seen, wanted, "{:?} {} {}", format, variant, &shown);
        }
    }

    #[test]
    fn a_beginning_is_never_an_empty_queue(queue in queue(), at in any::<prop::sample::Index>()) {
        for (format, variant) in render::forms() {
            let (text, wanted) = render::render(format, variant, &queue);
            if text.is_empty() || wanted.is_empty() {
                continue;
            }
            let cut = 1 + at.index(text.len() - 1);
            let (seen, end) = read(format, &text[..cut], 64);
            let shown = String::from_utf8_lossy(&text[..cut]).into_owned();
            let whole = end.verdict == Verdict::Complete;
            prop_assert!(!(whole && seen.is_empty()), "{:?} {} {:?} {}", format, variant, end, shown);
            prop_assert!(total(&seen) <= total(&wanted), "{:?} {} {}", format, variant, shown);
            // Where a last line tells the number, half a listing is never a whole one.
            // Sendmail told none before 8.12.
            let counted = !format.silent_when_empty() && (format, variant) != (Format::Sendmail, 2);
            if counted && cut < text.trim_ascii_end().len() {
                prop_assert!(!whole, "{:?} {} {}", format, variant, shown);
            }
        }
    }

    #[test]
    fn noise_changes_nothing(queue in queue()) {
        let noise = b"warning: setlocale: LC_ALL: cannot change locale (xx_XX)\n";
        for (format, variant) in render::forms() {
            let (text, wanted) = render::render(format, variant, &queue);
            if format == Format::PostfixShowq || text.starts_with(b"\xff\xfe") {
                continue;
            }
            let noisy = [noise.as_slice(), &text].concat();
            let (seen, end) = read(format, &noisy, 100);
            prop_assert_eq!(seen, wanted, "{:?}", format);
            prop_assert_eq!(end.verdict, Verdict::Complete, "{:?}", format);
            prop_assert_eq!(end.notices.len(), 1);
        }
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), size in 1..50_usize) {
        for format in Format::ALL {
            let _ = read(format, &bytes, size);
        }
        let _ = pieces(Listing::guessed(given()), &bytes, size);
    }

    #[test]
    fn damage_is_never_an_empty_queue(queue in queue(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for (format, variant) in render::forms() {
            let (mut text, wanted) = render::render(format, variant, &queue);
            // A number that changes is another number.
            let number = matches!(format, Format::EximCount | Format::QmailStat);
            if text.is_empty() || wanted.is_empty() || number {
                continue;
            }
            let at = at.index(text.len());
            text[at] = byte;
            let (seen, end) = read(format, &text, 31);
            prop_assert!(!(seen.is_empty() && end.verdict == Verdict::Complete), "{:?} {:?}", format, String::from_utf8_lossy(&text));
        }
    }
}

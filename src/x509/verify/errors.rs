//! All errors of a path that does not hold, where OpenSSL stops at the first.

use openssl::x509::verify::X509VerifyFlags;

use super::ask::{Answer, is_about_trust, run};
use super::{Link, PathError, PathErrorKind, Purpose, Roots};
use crate::x509::moment::date;

pub(super) fn all_errors(
    first: &Answer,
    path: &[Link],
    purpose: Purpose,
    at: i64,
) -> Vec<PathError> {
    let mut errors = vec![error(first.code, first.depth, first.words, path)];
    let mut add = |new: PathError| {
        if !errors
            .iter()
            .any(|old| old.code == new.code && old.depth == new.depth)
        {
            errors.push(new);
        }
    };
    for (depth, link) in path.iter().enumerate() {
        if at < link.certificate.not_before {
            add(error(9, depth, "", path));
        } else if !link.certificate.valid_at(at) {
            add(error(10, depth, "", path));
        }
        let above = path.get(depth + 1);
        if above.is_some_and(|above| !link.certificate.signed_by(&above.certificate)) {
            add(error(7, depth, "", path));
        }
    }
    for again in peeled(path, purpose, at) {
        add(error(again.code, again.depth, again.words, path));
    }
    errors.sort_by_key(|error| error.depth);
    errors
}

/// What OpenSSL says of the same path once its top is trusted and time does not matter; and once more for any purpose.
fn peeled(path: &[Link], purpose: Purpose, at: i64) -> Vec<Answer> {
    let (Some(leaf), Some(top)) = (path.first(), path.last()) else {
        return Vec::new();
    };
    let roots = Roots::none().certificates([&top.certificate]);
    let flags = X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::NO_CHECK_TIME;
    let ask = |purpose| {
        let rest = path
            .iter()
            .skip(1)
            .map(|link| link.certificate.x509().clone());
        run(leaf.certificate.x509(), rest, &roots, flags, purpose, at)
    };
    let mut answers = vec![ask(purpose)];
    if answers.first().is_some_and(|answer| answer.code == 26) {
        answers.push(ask(Purpose::Any));
    }
    answers.retain(|answer| answer.code != 0 && !is_about_trust(answer.code));
    answers
}

fn error(code: i32, depth: usize, openssl: &str, path: &[Link]) -> PathError {
    use PathErrorKind as Kind;
    let subject = path.get(depth).or(path.last());
    let kind = match code {
        10 => Kind::Expired,
        9 => Kind::NotYetValid,
        18 => Kind::SelfSigned,
        19 => Kind::UntrustedRoot,
        2 | 20 | 21 => Kind::MissingIssuer,
        4 | 6 | 7 => Kind::BadSignature,
        24 | 32 | 79 => Kind::NotAuthority,
        22 | 25 => Kind::PathTooLong,
        26 => Kind::Purpose,
        47..=49 | 51..=53 => Kind::NameConstraint,
        34 => Kind::CriticalExtension,
        27 | 28 => Kind::Rejected,
        _ => Kind::Other,
    };
    let (not_before, not_after, issuer) = subject.map_or((0, 0, String::new()), |link| {
        let certificate = &link.certificate;
        (
            certificate.not_before,
            certificate.not_after,
            certificate.issuer.brief(),
        )
    });
    let words = match kind {
        Kind::Expired => format!("expired on {}", date(not_after)),
        Kind::NotYetValid => format!("is not valid before {}", date(not_before)),
        Kind::SelfSigned => "is signed by itself and not trusted".to_owned(),
        Kind::UntrustedRoot => "is a root that is not trusted".to_owned(),
        Kind::MissingIssuer => format!("is signed by {issuer}, which is neither sent nor trusted"),
        Kind::BadSignature => format!("has a signature that is not by {issuer}"),
        Kind::NotAuthority => "signs certificates but is no authority".to_owned(),
        Kind::PathTooLong => "has more intermediates below it than are allowed".to_owned(),
        Kind::Purpose => "may not be used for this purpose".to_owned(),
        Kind::NameConstraint => {
            format!("has a name that an authority above it does not allow ({openssl})")
        }
        Kind::CriticalExtension => "has a critical extension that nobody understands".to_owned(),
        Kind::Rejected => "is a root that is rejected for this purpose".to_owned(),
        Kind::Other => openssl.to_owned(),
    };
    PathError {
        kind,
        code,
        depth,
        subject: subject.map_or_else(String::new, |link| link.certificate.name()),
        words,
    }
}

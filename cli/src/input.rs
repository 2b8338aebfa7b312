//! Reading mails, and the options that say what of them counts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The engine reads 25 MB of a mail; what little more is read lets it see that there was more.
const MAX_BYTES: u64 = 32 << 20;

/// A mail from a file, or from standard input for `-`.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") { read_all(io::stdin().lock()) } else { read_all(File::open(path)?) }
}

/// `--min-confidence`: a number from 0 to 1.
pub(crate) fn confidence(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number| (0.0..=1.0).contains(number)).ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// `--from`: an address or a domain, without a display name.
pub(crate) fn sender(text: &str) -> Result<String, String> {
    let is_bare = !text.is_empty() && !text.ends_with('@') && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ','));
    if is_bare { Ok(text.to_owned()) } else { Err("expected an address (no-reply@example.org) or a domain (example.org)".to_owned()) }
}

/// `--since`: the first moment of a day in UTC, or a moment (RFC 3339).
pub(crate) fn since(text: &str) -> Result<Timestamp, String> {
    moment(text, false)
}

/// `--until`: the first moment after a day in UTC, or just after a moment (RFC 3339).
pub(crate) fn until(text: &str) -> Result<Timestamp, String> {
    moment(text, true)
}

fn moment(text: &str, after: bool) -> Result<Timestamp, String> {
    let day = text.parse::<Date>().ok().filter(|_| !text.contains(['T', 't', ' ']));
    let moment = match day {
        Some(day) => (if after { day.tomorrow() } else { Ok(day) }).and_then(|day| day.to_zoned(TimeZone::UTC)).map(|moment| moment.timestamp()),
        None => text.parse::<Timestamp>().and_then(|moment| moment.checked_add(SignedDuration::from_secs(after.into()))),
    };
    moment.map_err(|_| "expected a day (2026-01-31) or a moment (2026-01-31T12:00:00Z)".to_owned())
}

fn read_all(from: impl Read) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    from.take(MAX_BYTES).read_to_end(&mut raw)?;
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_or_a_domain() {
        assert_eq!(sender("no-reply@example.org"), Ok("no-reply@example.org".to_owned()));
        for text in ["", "Example <no-reply@example.org>", "example.org, example.net", "no-reply@"] {
            assert!(sender(text).is_err(), "{text}");
        }
    }

    #[test]
    fn until_a_day_is_to_its_end() {
        let text = |moment: Result<Timestamp, String>| moment.map(|moment| moment.to_string());
        assert_eq!(text(since("2026-01-31")), Ok("2026-01-31T00:00:00Z".to_owned()));
        assert_eq!(text(until("2026-01-31")), Ok("2026-02-01T00:00:00Z".to_owned()));
        assert_eq!(text(until("2026-01-31T12:00:00+01:00")), Ok("2026-01-31T11:00:01Z".to_owned()));
        assert!(since("yesterday").is_err() && until("2026-13-01").is_err());
    }

    #[test]
    fn a_confidence_lies_between_zero_and_one() {
        assert_eq!(confidence("0.9"), Ok(0.9));
        for text in ["1.1", "-0.1", "NaN", "high", ""] {
            assert!(confidence(text).is_err(), "{text}");
        }
    }
}

//! Reading mails, and the options that say what of them counts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The engine reads 25 MB of a mail; what little more is read lets it see that there was more.
const MAX_BYTES: u64 = 32 << 20;

/// A mail from a file, or from standard input for `-`.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") { read_all(io::stdin().lock()) } else { read_file(path) }
}

/// A mail from a file, whatever its name.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    read_all(File::open(path)?)
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
    fn a_confidence_lies_between_zero_and_one() {
        assert_eq!(confidence("0.9"), Ok(0.9));
        for text in ["1.1", "-0.1", "NaN", "high", ""] {
            assert!(confidence(text).is_err(), "{text}");
        }
    }
}

//! The origin that a code is bound to.

use super::Report;

/// The web origin that a code is for: whoever fills the code in should fill it in there only.
///
/// Mails borrow the format of short messages, "Origin-bound one-time codes delivered via SMS" (WICG): a line
/// `@example.com #123456`, with `@` and the host of an embedded frame behind it where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BoundOrigin {
    /// The host of the page, in lower case and Punycode.
    pub host: String,
    /// The host of the frame inside it that asks for the code.
    pub embedded: Option<String>,
}

/// The line of this format that holds the code.
pub(super) fn bound_origin(report: &Report, code: &str) -> Option<BoundOrigin> {
    report.views.iter().flat_map(|view| view.text.lines()).find_map(|line| read(line, code))
}

fn read(line: &str, code: &str) -> Option<BoundOrigin> {
    let mut parts = line.trim().strip_prefix('@')?.split(' ');
    let host = host(parts.next()?)?;
    if parts.next()?.strip_prefix('#')? != code {
        return None;
    }
    let embedded = match parts.next() {
        Some(part) => Some(self::host(part.strip_prefix('@')?)?),
        None => None,
    };
    parts.next().is_none().then_some(BoundOrigin { host, embedded })
}

fn host(text: &str) -> Option<String> {
    let host = text.contains('.').then(|| url::Host::parse(text).ok()).flatten()?;
    Some(host.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_format_binds_and_only_the_code_itself() {
        let bound = |line| read(line, "123456").map(|origin| (origin.host, origin.embedded));
        assert_eq!(bound("@Example.com #123456"), Some(("example.com".to_owned(), None)));
        assert_eq!(bound("@shop.example #123456 @bank.example"), Some(("shop.example".to_owned(), Some("bank.example".to_owned()))));
        for line in ["@example.com #654321", "@example.com 123456", "example.com #123456", "@example.com #123456 now", "@localhost #123456", "@a b.example #123456"] {
            assert_eq!(bound(line), None, "{line}");
        }
    }
}

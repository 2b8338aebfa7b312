//! What an href has to be before it may be opened at all.
//!
//! Programs disagree on odd URLs: `https://bank.example\@evil.example/` is one host for a browser and another for a
//! library. What is returned must mean the same to everybody, so whatever two readers could read in two ways is no link.

#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::borrow::Cow;

use url::{ParseError, Url};

/// How often a value inside a URL is decoded in search of a script: servers decode once, at times twice.
const MAX_DECODINGS: usize = 3;

/// The href that a browser would open, if it may be opened.
///
/// Everything stays as sent, but for what a browser does before it reads a URL (WHATWG URL, section 4.4): blanks around it are
/// dropped, and so are line breaks and tabs inside, which mail programs add where they wrap lines. Inside the scheme or the host
/// nobody wraps; a break there is a disguise. Blanks inside are escaped, since other readers cut there.
pub(super) fn openable(href: &str) -> Option<(Cow<'_, str>, Url)> {
    let href = href.trim_matches(|c: char| c <= ' ');
    let is_break = |c: char| matches!(c, '\t' | '\n' | '\r');
    let first_break = href.find(is_break);
    let cleaned = if first_break.is_some() { Cow::Owned(href.replace(is_break, "")) } else { Cow::Borrowed(href) };
    let cleaned = if cleaned.contains(' ') { Cow::Owned(with_blanks_escaped(&cleaned)) } else { cleaned };
    let url = http_url(&cleaned)?;
    let host_ends = cleaned.len() - after_authority(&cleaned).len();
    first_break.is_none_or(|at| at > host_ends).then_some((cleaned, url))
}

/// What a browser makes of blanks in a path, a query or a fragment; in a host they make it none.
pub(super) fn with_blanks_escaped(text: &str) -> String {
    text.replace(' ', "%20")
}

/// A URL that may be opened: http or https with two slashes and a host; no user name, not even an empty one; no
/// characters that are invisible or no part of a URL; no script in a parameter.
pub(super) fn http_url(href: &str) -> Option<Url> {
    let strange = |c: char| c.is_control() || c.is_whitespace() || c == '\\' || crate::body::view::is_invisible(c);
    // Nearly all are graphic ASCII, which is told byte by byte.
    if !href.bytes().all(|c| c.is_ascii_graphic() && c != b'\\') && href.contains(strange) {
        return None;
    }
    let authority = authority(href)?;
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    let url = Url::parse(href).ok()?;
    (url.has_host() && url.username().is_empty() && url.password().is_none() && !carries_script(&url)).then_some(url)
}

/// Whether a browser would take a text for a URL of its own rather than for a path.
pub(super) fn names_scheme(text: &str) -> bool {
    !matches!(Url::parse(text), Err(ParseError::RelativeUrlWithoutBase | ParseError::RelativeUrlWithCannotBeABaseBase))
}

/// Host and port as they are written. `None` unless the scheme is http or https with two slashes after it.
pub(crate) fn authority(href: &str) -> Option<&str> {
    let (scheme, rest) = href.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    rest.split(['/', '?', '#']).next()
}

fn after_authority(href: &str) -> &str {
    let rest = href.split_once("://").map_or(href, |(_, rest)| rest);
    rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
}

/// Whether a value of the query or of the fragment is itself a URL that runs as a script where it is followed.
fn carries_script(url: &Url) -> bool {
    let parts = [url.query(), url.fragment()].into_iter().flatten();
    let parameters = parts.flat_map(|part| part.split(['&', '?'])).map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
    // Gateways put what they wrap into the path, some between underscores.
    let path = url.path();
    let wrapped = path.match_indices('/').map(|(at, _)| path[at + 1..].trim_start_matches('_')).map(|rest| rest.get(..MAX_SCHEME_BYTES).unwrap_or(rest));
    parameters.chain(wrapped).any(is_script)
}

/// Enough for a scheme whose letters are all escaped, and escaped again.
const MAX_SCHEME_BYTES: usize = 96;

fn is_script(value: &str) -> bool {
    // Most values begin as no such scheme does, in no escape.
    if value.bytes().next().is_none_or(|c| c.is_ascii_graphic() && !matches!(c, b'%' | b'j' | b'J' | b'v' | b'V' | b'd' | b'D')) {
        return false;
    }
    let mut value = Cow::Borrowed(value);
    for _ in 0..MAX_DECODINGS {
        let Cow::Owned(decoded) = percent_encoding::percent_decode_str(&value).decode_utf8_lossy() else { break };
        value = Cow::Owned(decoded);
    }
    let start: String = value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(32).flat_map(char::to_lowercase).collect();
    ["javascript:", "vbscript:", "data:text/", "data:application/", "data:image/svg"].iter().any(|scheme| start.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(href: &str) -> Option<String> {
        openable(href).map(|(href, _)| href.into_owned())
    }

    #[test]
    fn what_two_readers_could_read_in_two_ways_is_no_link() {
        for href in [
            // Schemes that run or fetch something else.
            "https://urldefense.com/v3/__data:text/html,*3Cscript*3E__;!!a!b$",
            "javascript:alert(1)",
            "JavaScript://ex.org/%0aalert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "mailto:a@b.example",
            "ftp://ex.org/",
            "view-source:https://ex.org/",
            "blob:https://ex.org/1",
            // User names: what stands before the "@" is not the host.
            "https://bank.example@evil.example/",
            "https://bank.example:443@evil.example/",
            "https://@evil.example/",
            "https://:@evil.example/",
            "https://bank.example%2f@evil.example/",
            // Backslashes: a slash to browsers, a character to others.
            "https:\\\\ex.org",
            "https://ex.org\\@evil.example/",
            "https://evil.example\\.ex.org/",
            "https://ex.org/a\\b",
            // Slashes that one reader needs and another doesn't.
            "https:ex.org/a",
            "https:/ex.org/a",
            "https:///ex.org/a",
            "//ex.org/a",
            "/relative",
            // Hosts that are none.
            "http://",
            "https://?q=1",
            "https://ex.org%2f.evil.example/",
            "https://ex.org%00.evil.example/",
            "https://ex.org:99999/",
            "https://1.2.3.4.5/",
            // Characters that are no part of a URL.
            "https://ex .org/a",
            "https://ex.org /a",
            "https: //ex.org/a",
            "https://ex.org/\u{a0}a",
            "https://ex.org/\u{2028}a",
            "https://ex.org/\u{0}a",
            "https://ex.org/\u{7f}a",
            "https://ex.org/\u{202e}gro.live//:sptth",
            "https://ex\u{200b}ample.org/",
            // Breaks in the scheme or the host are no wrapped line.
            "ht\ntps://ex.org/a",
            "https://ex\n.org/a",
            "https:/\t/ex.org/a",
            // Scripts handed to whoever follows the parameter.
            "https://ex.org/go?u=javascript:alert(1)",
            "https://ex.org/go?u=java%0ascript%3aalert(1)",
            "https://ex.org/go?u=%256aavascript:alert(1)",
            "https://ex.org/go?u=data:text/html;base64,PHNjcmlwdD4",
            "https://ex.org/#/go?u=%20JAVASCRIPT:1",
        ] {
            assert_eq!(opened(href), None, "{href:?}");
        }
    }

    #[test]
    fn other_links_stay_as_sent() {
        for href in [
            "HTTPS://EX.org/a",
            "https://ex.org",
            "https://ex.org./a",
            "http://ex.org:8080/a//b/../c?x=1&y=%20#z",
            "https://ex.org/@user?mail=a@b.example",
            "https://ex.org/?u=https://other.example/a",
            "https://müller.example/ä?ö=ü",
            "https://192.168.1.10/verify",
            "https://[2001:db8::1]/verify",
            "https://ex.org/?q=data:science&lang=javascript",
        ] {
            assert_eq!(opened(href).as_deref(), Some(href));
        }
    }

    #[test]
    fn a_line_that_a_mail_program_wrapped_is_joined_as_browsers_do() {
        assert_eq!(opened(" \n https://ex.org/verify?t=0123\r\n4567\t89 \n").as_deref(), Some("https://ex.org/verify?t=0123456789"));
        assert_eq!(opened("https://ex.org/\nverify").as_deref(), Some("https://ex.org/verify"));
    }

    #[test]
    fn blanks_inside_are_escaped_as_browsers_do() {
        assert_eq!(opened("https://ex.org/a b?next=c https://evil.example/").as_deref(), Some("https://ex.org/a%20b?next=c%20https://evil.example/"));
    }
}

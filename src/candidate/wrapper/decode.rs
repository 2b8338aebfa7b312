//! How services write a destination into their URLs. Each decoder is one pass, and what it gives is no longer than what it
//! reads, but for a scheme; whether it may be opened is for the caller to say.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use crate::body::view::json_strings;

/// Base64 (RFC 4648) as services write it: with padding or without, with the last bits as they fell.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::URL_SAFE, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true));

/// Percent-encoding, once. A "+" stays one: a URL with a blank in it would be none.
pub(super) fn percent(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())
}

/// Base64 in either alphabet, percent-encoded or not, of UTF-8 text.
pub(super) fn base64(text: &str) -> Option<String> {
    let text = percent(text)?.replace('+', "-").replace('/', "_");
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}

/// Version 1: percent-encoded, with the character references of the HTML that it stood in.
pub(super) fn proofpoint_v1(text: &str) -> Option<String> {
    Some(crate::body::view::decode_text(&percent(text)?).into_owned())
}

/// Version 2: "_" for "/", "-" for "%".
pub(super) fn proofpoint_v2(text: &str) -> Option<String> {
    proofpoint_v1(&text.replace('_', "/").replace('-', "%"))
}

/// Version 3: the URL between "__" and "__;", in which "*" stands for the next of the characters listed behind it in
/// base64, and "**" with a letter for as many as the letter says. After the decoder that Proofpoint publishes.
pub(super) fn proofpoint_v3(url: &Url) -> Option<String> {
    let (_, rest) = url.as_str().split_once("/v3/__")?;
    let (text, rest) = rest.split_once("__;")?;
    let replaced = base64(rest.split('!').next()?)?;
    let (mut replaced, text) = (replaced.chars(), percent(text)?);
    let mut out = String::with_capacity(text.len() + replaced.as_str().len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '*' {
            out.push(c);
            continue;
        }
        let count = match chars.as_str().strip_prefix('*').and_then(|rest| rest.chars().next()).map(run_length) {
            Some(count) => {
                chars.nth(1);
                count?
            }
            None => 1,
        };
        for _ in 0..count {
            out.push(replaced.next()?);
        }
    }
    Some(with_two_slashes(out))
}

/// "A" is 2, and so on through the URL alphabet of base64.
fn run_length(letter: char) -> Option<usize> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    LETTERS.find(letter).map(|at| at + 2)
}

/// Servers fold the two slashes of a scheme that stands in a path.
fn with_two_slashes(text: String) -> String {
    match text.split_once(":/") {
        Some((scheme @ ("http" | "https"), rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => text,
    }
}

/// A token and the URL, encoded once or twice: `/1fCCdf/https%3A%2F%2Fex.org`.
pub(super) fn cisco(url: &Url) -> Option<String> {
    let (_, rest) = url.path().strip_prefix('/')?.split_once('/')?;
    whole(percent(rest)?)
}

/// The URL between "___" and "___.", after a region or none, with "*2F" for "%2F" in its path.
pub(super) fn check_point(url: &Url) -> Option<String> {
    let (region, rest) = url.as_str().split_once("/v2/")?.1.split_once("___")?;
    let (text, signature) = rest.rsplit_once("___.")?;
    if region.contains("/.") || signature.contains('/') {
        return None;
    }
    let (path, query) = text.split_at(text.find('?').unwrap_or(text.len()));
    let mut out = String::with_capacity(text.len());
    let mut pieces = path.split('*');
    out.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let is_code = piece.len() >= 2 && piece.bytes().take(2).all(|b| b.is_ascii_hexdigit());
        out.push(if is_code { '%' } else { '*' });
        out.push_str(piece);
    }
    Some(with_two_slashes(out + query))
}

/// A copy of a page: `/c/s/ex.org/a` and `/amp/s/ex.org/a`; without the "s" it is http.
pub(super) fn amp(url: &Url) -> Option<String> {
    let path = url.path();
    let rest = path.strip_prefix("/c/").or(path.strip_prefix("/amp/"))?;
    let (scheme, rest) = rest.strip_prefix("s/").map_or(("http", rest), |rest| ("https", rest));
    Some(format!("{scheme}://{}", percent(rest)?))
}

/// The URL in the segment after the first, its slashes encoded: `/L0/https:%2F%2Fex.org%2F/1/…`.
pub(super) fn second_segment(url: &Url) -> Option<String> {
    percent(url.path().split('/').nth(2)?)
}

/// The URL without its scheme, which the "s" of the version says: `/3s/ex.org%2Fa/…`, `/2/ex.org/…`.
pub(super) fn postmark(url: &Url) -> Option<String> {
    let mut segments = url.path().split('/').skip(1);
    let scheme = if segments.next()?.contains('s') { "https" } else { "http" };
    Some(format!("{scheme}://{}", percent(segments.next()?)?))
}

pub(super) fn last_segment_base64(url: &Url) -> Option<String> {
    whole(base64(url.path().rsplit('/').next()?)?)
}

/// Base64 of the percent-encoded URL, or of the URL.
pub(super) fn active_campaign(text: &str) -> Option<String> {
    whole(base64(text)?)
}

/// A URL that may be encoded once more.
fn whole(text: String) -> Option<String> {
    if text.contains(':') { Some(text) } else { percent(&text) }
}

/// A JSON object in base64, with the URL as "url"; or with an object in a string, as "p", that has it.
pub(super) fn mandrill(text: &str) -> Option<String> {
    let json = base64(text)?;
    json_string(&json_string(&json, "p").unwrap_or(json), "url")
}

/// A JSON object in base64, with the URL as "href".
pub(super) fn customer_io(url: &Url) -> Option<String> {
    json_string(&base64(url.path().strip_prefix("/e/c/")?.split('/').next()?)?, "href")
}

/// The string that follows a key; half of a surrogate pair has no place in a URL.
fn json_string(json: &str, key: &str) -> Option<String> {
    let mut is_next = false;
    for (string, is_key) in json_strings(json) {
        if is_next && !is_key {
            return Some(string).filter(|string| !string.contains(char::REPLACEMENT_CHARACTER));
        }
        is_next = is_key && string == key;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v3(href: &str) -> Option<String> {
        proofpoint_v3(&Url::parse(href).expect("a URL"))
    }

    #[test]
    fn replaced_characters_are_put_back() {
        // "+", and "%%%" for one star each.
        assert_eq!(v3("https://urldefense.com/v3/__https://ex.org/s?q=a*b__;Kw!!a!b$").as_deref(), Some("https://ex.org/s?q=a+b"));
        assert_eq!(v3("https://urldefense.com/v3/__https://ex.org/r?d=https*3A*2F*2Fa.example__;JSUl!!a!b$").as_deref(), Some("https://ex.org/r?d=https%3A%2F%2Fa.example"));
        // "**A" is a run of two, "**B" of three, of characters and not of bytes.
        assert_eq!(v3("https://urldefense.com/v3/__https://ex.org/**A/**B*x__;w6TDtiUlJSs!!a!b$").as_deref(), Some("https://ex.org/äö/%%%+x"));
        assert_eq!(v3("https://urldefense.com/v3/__https://ex.org/*__;!!a!b$"), None);
        assert_eq!(v3("https://urldefense.com/v3/__https://ex.org/**_x__;JSUl!!a!b$"), None);
    }

    #[test]
    fn references_of_the_html_around_are_decoded() {
        assert_eq!(proofpoint_v2("https-3A__ex.org_-3Fa-3D1-26amp-3Bb-3D2").as_deref(), Some("https://ex.org/?a=1&b=2"));
    }

    #[test]
    fn stars_of_check_point_are_percent_signs() {
        let url = Url::parse("https://protect.checkpoint.com/v2/r01/___https://l.ex.org/CL0/https:*2F*2Fex.org/a*b?c=*2F___.YzJ1").expect("a URL");
        assert_eq!(check_point(&url).as_deref(), Some("https://l.ex.org/CL0/https:%2F%2Fex.org/a*b?c=*2F"));
    }

    #[test]
    fn strings_of_json_are_read_as_strings() {
        assert_eq!(json_string(r#"{"a":"\"href\":\"x\"","href" : "https:\/\/ex.org\/?a\u0026b"}"#, "href").as_deref(), Some("https://ex.org/?a&b"));
        assert_eq!(json_string(r#"{"href":1,"b":"c"}"#, "href"), None);
        assert_eq!(json_string(r#"{"href":"x"#, "href"), None);
    }
}

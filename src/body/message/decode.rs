//! From the bytes of a part to its text: transfer encoding (RFC 2045 section 6) and charset.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD as STANDARD;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;

/// Where a `<meta>` may declare the charset of an HTML part, in bytes from its start (HTML standard, 13.2.3.2).
const MAX_META_OFFSET: usize = 1024;
/// Takes padding or none, and bits too many behind the last byte.
const LENIENT_BASE64: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true));
/// Words are some five letters and a blank; what has fewer strays than this is no text.
const LEAST_BASE64_BYTES_A_STRAY: usize = 8;
/// What browsers and mail clients fall back to.
const FALLBACK_CHARSET: &[u8] = b"windows-1252";

/// The bytes without their transfer encoding; as they are where it is unknown or broken.
pub(super) fn transfer_encoding<'x>(bytes: &'x [u8], encoding: Option<&str>) -> Cow<'x, [u8]> {
    let is = |name: &str| encoding.is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case(name));
    let (end, decoded) = match () {
        () if is("base64") => match base64(bytes) {
            Some(decoded) => return Cow::Owned(decoded),
            None => match MessageStream::new(bytes).decode_base64_mime(b"") {
                (usize::MAX, _) => return base64_among_strays(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned),
                decoded => decoded,
            },
        },
        () if is("quoted-printable") => match quoted_printable(bytes) {
            Some(decoded) => return Cow::Owned(decoded),
            None => MessageStream::new(bytes).decode_quoted_printable_mime(b""),
        },
        () => return Cow::Borrowed(bytes),
    };
    if end == usize::MAX { Cow::Borrowed(bytes) } else { decoded }
}

/// Base64 with characters that are none, which decoders must skip (RFC 2045 section 6.8), up to its padding. With more than a few
/// of them it is text that was given a wrong name.
fn base64_among_strays(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memchr(b'=', bytes).unwrap_or(bytes.len());
    let is_base64 = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/');
    let mut plain: Vec<u8> = bytes[..end].iter().copied().filter(is_base64).collect();
    // Blanks at the ends of lines are no strays; between words they are.
    let strays: usize = bytes[..end].split(|c| *c == b'\n').map(|line| line.trim_ascii().iter().filter(|c| !is_base64(c)).count()).sum();
    if strays * LEAST_BASE64_BYTES_A_STRAY > plain.len() {
        return None;
    }
    // A byte takes two characters at least.
    plain.truncate(plain.len() - usize::from(plain.len() % 4 == 1));
    LENIENT_BASE64.decode(plain).ok()
}

/// What is well-formed quoted-printable (RFC 2045 section 6.7), from one special byte to the next; what is not is left to
/// mail-parser, which repairs some of it. The same bytes come out, in an eighth of the instructions.
fn quoted_printable(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut line_end: &[u8] = b"\n";
    let mut rest = bytes;
    // White space before this place was escaped, or ended a line: it stays.
    let mut kept = 0;
    while let Some(at) = memchr::memchr3(b'=', b'\n', b'\r', rest) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        rest = match special {
            [b'\r', rest @ ..] => {
                // Line ends are one sort from the first CR on.
                line_end = b"\r\n";
                rest
            }
            [b'\n', rest @ ..] => {
                out.truncate(kept + out.get(kept..)?.trim_ascii_end().len());
                out.extend_from_slice(line_end);
                kept = out.len();
                rest
            }
            [b'=', b'\n', rest @ ..] => {
                kept = out.len();
                rest
            }
            [b'=', b'\r', b'\n', rest @ ..] => {
                line_end = b"\r\n";
                kept = out.len();
                rest
            }
            [b'=', high, low, rest @ ..] => {
                out.push(hex(*high)? << 4 | hex(*low)?);
                kept = out.len();
                rest
            }
            _ => return None,
        };
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// What is well-formed base64 (RFC 2045 section 6.8) in lines of whole groups, as all programs write it; what is not is left to
/// mail-parser.
fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut is_over = false;
    for line in bytes.split(|c| *c == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        if is_over || line.len() % 4 != 0 {
            return None;
        }
        STANDARD.decode_vec(line, &mut out).ok()?;
        is_over = line.ends_with(b"=");
    }
    Some(out)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Names by which some programs call a charset, beside those that mail-parser knows: of code pages, from Windows and from Python.
const OTHER_NAMES: [(&str, &str); 7] =
    [("cp874", "windows-874"), ("cp932", "windows-31j"), ("cp949", "windows-949"), ("ms949", "windows-949"), ("uhc", "windows-949"), ("cp950", "big5"), ("ms950", "big5")];

fn decoder(name: &[u8]) -> Option<fn(&[u8]) -> String> {
    let other = || OTHER_NAMES.iter().find(|(other, _)| name.eq_ignore_ascii_case(other.as_bytes())).and_then(|(_, known)| charset_decoder(known.as_bytes()));
    charset_decoder(name).or_else(other)
}

/// Text in the charset that the part declares, or else the `<meta>` of its HTML, or else what clients guess.
pub(super) fn charset<'x>(bytes: Cow<'x, [u8]>, declared: Option<&str>) -> Cow<'x, str> {
    let is_utf8 = declared.is_some_and(|name| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8"));
    let is_plain = declared.is_some_and(begins_with_ascii) && bytes.is_ascii();
    match declared.filter(|_| !is_utf8 && !is_plain).and_then(|name| decoder(name.as_bytes())) {
        Some(decode) => Cow::Owned(decoded(decode, &bytes)),
        // A name that nobody knows says as much as none.
        None if !is_utf8 && std::str::from_utf8(&bytes).is_err() => Cow::Owned(undeclared(&bytes)),
        None => utf8(bytes),
    }
}

/// Whether a charset has the characters of ASCII at their places, and is told by its name.
fn begins_with_ascii(name: &str) -> bool {
    ["us-ascii", "iso-8859-", "windows-125"].iter().any(|known| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known)))
}

fn utf8(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        // The check alone is much faster than the one that repairs.
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())),
    }
}

fn undeclared(bytes: &[u8]) -> String {
    let head = bytes[..bytes.len().min(MAX_META_OFFSET)].to_ascii_lowercase();
    let named = memchr::memmem::find(&head, b"charset=").map(|at| &head[at + 8..]);
    let name: Vec<u8> =
        named.unwrap_or(FALLBACK_CHARSET).iter().copied().skip_while(|c| matches!(c, b'"' | b'\'')).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_')).collect();
    match decoder(&name).or_else(|| charset_decoder(FALLBACK_CHARSET)) {
        Some(decode) => decoded(decode, bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Decoders ask for up to four bytes for each byte; what they leave unused is given back.
fn decoded(decode: fn(&[u8]) -> String, bytes: &[u8]) -> String {
    let mut text = decode(bytes);
    text.shrink_to_fit();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_base64(text: &str) -> String {
        String::from_utf8_lossy(&transfer_encoding(text.as_bytes(), Some("base64"))).into_owned()
    }

    #[test]
    fn stray_characters_in_base64_are_skipped() {
        assert_eq!(from_base64("WW91ciBjb2Rl!\r\nIGlzIDQ4MzkyMS4g *\t\r\nSXQgZXhwaXJlcy4=\r\n"), "Your code is 483921. It expires.");
        assert_eq!(from_base64("WW91ciBjb2RlIGlzIDQ4MzkyMS4g!SXQgZXhwaXJlcy4=\nSGVsbG8="), "Your code is 483921. It expires.", "not beyond the padding");
        assert_eq!(from_base64("WW91ciBjb2RlIGlzIDQ4MzkyMS4!g"), "Your code is 483921. ", "padding may be missing");
    }

    #[test]
    fn charsets_that_begin_with_ascii_do() {
        let ascii: Vec<u8> = (0..128).collect();
        let numbered = (1..=16).map(|n| format!("iso-8859-{n}")).chain((0..=8).map(|n| format!("Windows-125{n}")));
        for name in numbered.chain(["us-ascii".to_owned()]) {
            let theirs = charset_decoder(name.as_bytes()).map(|decode| decode(&ascii));
            assert!(begins_with_ascii(&name) && theirs.is_none_or(|text| text.as_bytes() == ascii), "{name}");
        }
        assert!(!begins_with_ascii("iso-2022-jp") && !begins_with_ascii("utf-7"));
    }

    #[test]
    fn charsets_go_by_other_names_too() {
        for (other, known) in OTHER_NAMES {
            assert!(charset_decoder(other.as_bytes()).is_none() && charset_decoder(known.as_bytes()).is_some(), "{other}");
        }
        let text = |bytes: &'static [u8], name| charset(Cow::Borrowed(bytes), Some(name)).into_owned();
        assert_eq!(text(b"\xc3\xcb\xd1\xca", "CP874"), "รหัส");
        assert_eq!(text(b"Code g\xfcltig", "no-such-charset"), "Code gültig");
        assert_eq!(text("Code gültig".as_bytes(), "no-such-charset"), "Code gültig");
        assert_eq!(text(b"Code g\xfcltig", "utf-8"), "Code g\u{fffd}ltig");
    }

    #[test]
    fn text_that_is_called_base64_stays_text() {
        for text in ["Your code is 483921. It expires in 10 minutes.", "<p>no base64!</p>", "!", ""] {
            assert_eq!(from_base64(text), text);
        }
    }

    #[test]
    fn base64_is_what_mail_parser_makes_of_it() {
        let pieces = ["QUJD", "YQ==", "YWI=", "YWJj", "\r\n", "\n", "=", "Y", "w6k=", "+/+/", "-", " ", "QUJDQUJDQUJD"];
        let (mut seed, mut well_formed) = (1u32, 0);
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..seed % 9 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            }
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let Some(ours) = base64(text.as_bytes()) else { continue };
            well_formed += 1;
            let (end, theirs) = MessageStream::new(text.as_bytes()).decode_base64_mime(b"");
            assert!(end != usize::MAX && theirs == ours, "{text:?}: {ours:?}, {theirs:?}");
        }
        assert!(well_formed > 3_000, "{well_formed}");
    }

    #[test]
    fn quoted_printable_is_what_mail_parser_makes_of_it() {
        let pieces = ["a", " ", "\t", "=", "=3D", "=3d", "=20", "=\n", "=\r\n", "\r\n", "\n", "\r", "=E9", "==", "=G1", "-", "--", "\u{e9}"];
        let mut seed = 1u32;
        let mut well_formed = 0;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..seed % 9 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            }
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let Some(ours) = quoted_printable(text.as_bytes()) else { continue };
            well_formed += 1;
            let (end, theirs) = MessageStream::new(text.as_bytes()).decode_quoted_printable_mime(b"");
            assert!(end != usize::MAX && theirs == ours, "{text:?}: {ours:?}, {theirs:?}");
        }
        assert!(well_formed > 5_000, "{well_formed}");
    }
}

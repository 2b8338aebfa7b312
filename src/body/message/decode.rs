//! From the bytes of a part to its text: transfer encoding (RFC 2045 section 6) and charset.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;

/// Where a `<meta>` may declare the charset of an HTML part, in bytes from its start (HTML standard, 13.2.3.2).
const MAX_META_OFFSET: usize = 1024;
/// What browsers and mail clients fall back to.
const FALLBACK_CHARSET: &[u8] = b"windows-1252";

/// The bytes without their transfer encoding; as they are where it is unknown or broken.
pub(super) fn transfer_encoding<'x>(bytes: &'x [u8], encoding: Option<&str>) -> Cow<'x, [u8]> {
    let is = |name: &str| encoding.is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case(name));
    let (end, decoded) = match () {
        () if is("base64") => MessageStream::new(bytes).decode_base64_mime(b""),
        () if is("quoted-printable") => MessageStream::new(bytes).decode_quoted_printable_mime(b""),
        () => return Cow::Borrowed(bytes),
    };
    if end == usize::MAX { Cow::Borrowed(bytes) } else { decoded }
}

/// Text in the charset that the part declares, or else the `<meta>` of its HTML, or else what clients guess.
pub(super) fn charset<'x>(bytes: Cow<'x, [u8]>, declared: Option<&str>) -> Cow<'x, str> {
    let is_utf8 = declared.is_none_or(|name| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8"));
    match declared.filter(|_| !is_utf8).and_then(|name| charset_decoder(name.as_bytes())) {
        Some(decode) => Cow::Owned(decoded(decode, &bytes)),
        None if declared.is_none() && std::str::from_utf8(&bytes).is_err() => Cow::Owned(undeclared(&bytes)),
        None => utf8(bytes),
    }
}

fn utf8(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())),
    }
}

fn undeclared(bytes: &[u8]) -> String {
    let head = bytes[..bytes.len().min(MAX_META_OFFSET)].to_ascii_lowercase();
    let named = memchr::memmem::find(&head, b"charset=").map(|at| &head[at + 8..]);
    let name: Vec<u8> =
        named.unwrap_or(FALLBACK_CHARSET).iter().copied().skip_while(|c| matches!(c, b'"' | b'\'')).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_')).collect();
    match charset_decoder(&name).or_else(|| charset_decoder(FALLBACK_CHARSET)) {
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

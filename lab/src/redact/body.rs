//! Transfer encodings and charsets, undone and done again so that what did not change stays as it was to the byte.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use mail_parser::Encoding as Transfer;

const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent));
/// RFC 2045, section 6.7: an encoded line has at most 76 characters.
const MAX_LINE: usize = 76;

/// A charset that text can be written back in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Charset {
    Known(&'static Encoding),
    /// Each byte is a character of its own: nothing is lost, and ASCII can be read.
    Bytes,
    /// Its bytes are no ASCII: nothing can be told, so nothing of it may stay.
    Unreadable,
}

impl Charset {
    pub(super) fn named(label: &str) -> Self {
        let label = label.trim().trim_matches('"').to_ascii_lowercase();
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == REPLACEMENT || encoding == UTF_16BE || encoding == UTF_16LE => Charset::Unreadable,
            Some(encoding) => Charset::Known(encoding),
            None if label == "cp874" => Charset::Known(encoding_rs::WINDOWS_874),
            None if label.starts_with("utf-7") || label.starts_with("utf-32") || label.starts_with("unicode-1-1") => Charset::Unreadable,
            None => Charset::Bytes,
        }
    }

    /// A part's own charset; without one UTF-8, or what its `<meta>` names.
    pub(super) fn of_part(declared: Option<&str>, bytes: &[u8]) -> Self {
        if let Some(label) = declared {
            return Charset::named(label);
        }
        if std::str::from_utf8(bytes).is_ok() {
            return Charset::Known(UTF_8);
        }
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
        let label = head
            .split_once("charset=")
            .map(|(_, rest)| rest.trim_start_matches(['"', '\'']).chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect::<String>());
        label.map_or(Charset::Bytes, |label| Charset::named(&label))
    }

    /// The characters, and the charset that gives the same bytes back.
    pub(super) fn decode(self, bytes: &[u8]) -> (Vec<char>, Charset) {
        if let Charset::Known(encoding) = self {
            let (text, broken) = encoding.decode_without_bom_handling(bytes);
            if !broken {
                return (text.chars().collect(), self);
            }
        }
        (bytes.iter().map(|byte| char::from(*byte)).collect(), Charset::Bytes)
    }

    pub(super) fn encode(self, chars: &[char]) -> Vec<u8> {
        match self {
            Charset::Known(encoding) => encoding.encode(&chars.iter().collect::<String>()).0.into_owned(),
            Charset::Bytes | Charset::Unreadable => chars.iter().map(|c| u8::try_from(u32::from(*c)).unwrap_or(b'?')).collect(),
        }
    }
}

/// Changes what a body decodes to. `None` where it does not decode.
pub(super) fn recode(raw: &[u8], transfer: Transfer, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    match transfer {
        Transfer::None => Some(change(raw)),
        Transfer::QuotedPrintable => Some(quoted_printable(raw, change)),
        Transfer::Base64 => base64(raw, change),
    }
}

fn quoted_printable(raw: &[u8], change: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (bytes, spans) = quoted_printable_decoded(raw);
    let new = change(&bytes);
    if new.len() != bytes.len() {
        return quoted_printable_encoded(&new, raw);
    }
    let mut out = raw.to_vec();
    for ((old, new), span) in bytes.into_iter().zip(new).zip(spans) {
        if old == new {
            continue;
        }
        if span.len() == 3 {
            out[span].copy_from_slice(format!("={new:02X}").as_bytes());
        } else {
            out[span.start] = new;
        }
    }
    out
}

fn quoted_printable_decoded(raw: &[u8]) -> (Vec<u8>, Vec<Range<usize>>) {
    let (mut bytes, mut spans) = (Vec::with_capacity(raw.len()), Vec::with_capacity(raw.len()));
    let mut at = 0;
    while at < raw.len() {
        let hex = (raw[at] == b'=').then(|| raw.get(at + 1..at + 3)).flatten().and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let soft_break =
            (raw[at] == b'=').then(|| raw[at + 1..].iter().take_while(|c| matches!(c, b' ' | b'\t' | b'\r')).count()).filter(|spaces| raw.get(at + 1 + spaces) == Some(&b'\n'));
        let end = match (hex, soft_break) {
            (Some(byte), _) => {
                bytes.push(byte);
                spans.push(at..at + 3);
                at + 3
            }
            (None, Some(spaces)) => at + spaces + 2,
            (None, None) => {
                bytes.push(raw[at]);
                spans.push(at..at + 1);
                at + 1
            }
        };
        at = end;
    }
    (bytes, spans)
}

fn quoted_printable_encoded(bytes: &[u8], raw: &[u8]) -> Vec<u8> {
    let ending = line_ending(raw);
    let (mut out, mut column) = (Vec::with_capacity(bytes.len()), 0);
    for (at, byte) in bytes.iter().enumerate() {
        let at_end = matches!(bytes.get(at + 1), None | Some(b'\n' | b'\r'));
        let text = match byte {
            b'\n' | b'\r' => {
                out.push(*byte);
                column = 0;
                continue;
            }
            b' ' | b'\t' if at_end => format!("={byte:02X}"),
            b'\t' | b' '..=b'~' if *byte != b'=' => char::from(*byte).to_string(),
            byte => format!("={byte:02X}"),
        };
        if column + text.len() >= MAX_LINE {
            out.push(b'=');
            out.extend(ending.as_bytes());
            column = 0;
        }
        column += text.len();
        out.extend(text.as_bytes());
    }
    out
}

fn base64(raw: &[u8], change: impl FnOnce(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    let is_code = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/');
    let encoded: Vec<u8> = raw.iter().copied().filter(is_code).collect();
    let bytes = BASE64.decode(&encoded).ok()?;
    let new = change(&bytes);
    if new == bytes {
        return Some(raw.to_vec());
    }
    let text = BASE64.encode(&new);
    let plain = text.trim_end_matches('=');
    if plain.len() == encoded.len() {
        let mut chars = plain.bytes();
        return Some(raw.iter().map(|c| if is_code(c) { chars.next().unwrap_or(*c) } else { *c }).collect());
    }
    let ending = line_ending(raw);
    let width = raw.split(|c| *c == b'\n').next().map_or(MAX_LINE, |line| line.iter().filter(|c| is_code(c)).count()).max(4);
    let lines: Vec<&str> = (0..text.len()).step_by(width).map(|at| &text[at..text.len().min(at + width)]).collect();
    Some((lines.join(ending) + if raw.ends_with(b"\n") { ending } else { "" }).into_bytes())
}

fn line_ending(raw: &[u8]) -> &'static str {
    if raw.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" }
}

/// Text of the same length and lines that says nothing: a file can hold anything.
pub(super) fn filler(bytes: &[u8]) -> Vec<u8> {
    let filled = |byte: &u8| match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' => b'X',
        b'a'..=b'z' | 0x80.. => b'x',
        byte => *byte,
    };
    bytes.iter().map(filled).collect()
}

/// Binary content of the same length.
pub(super) fn binary_filler(raw: &[u8]) -> Vec<u8> {
    raw.iter().map(|c| if c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/') { b'A' } else { *c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_keeps_its_lines_and_its_spelling() {
        let raw = b"Gr=FC=DFe, Co=\r\nde =33=38=31=35=39=39\r\n";
        let new = recode(raw, Transfer::QuotedPrintable, |bytes| String::from_utf8_lossy(bytes).replace("381599", "724601").into_bytes().into_iter().collect());
        assert!(new.is_some());
        let same = recode(raw, Transfer::QuotedPrintable, |bytes| bytes.iter().map(|b| if *b == b'3' { b'7' } else { *b }).collect());
        assert_eq!(same.as_deref(), Some(&b"Gr=FC=DFe, Co=\r\nde =37=38=31=35=39=39\r\n"[..]));
    }

    #[test]
    fn base64_keeps_the_width_of_its_lines() {
        let raw = b"WW91ciBjb2Rl\r\nIGlzIDM4MTU5\r\nOQ==\r\n";
        let new = recode(raw, Transfer::Base64, |bytes| String::from_utf8_lossy(bytes).replace("381599", "724601").into_bytes());
        let new = new.expect("it decodes");
        assert_eq!(new.len(), raw.len());
        assert_eq!(new.iter().filter(|c| **c == b'\n').count(), 3);
        assert_ne!(new, raw);
    }

    #[test]
    fn bytes_that_are_no_text_of_their_charset_come_back_as_they_were() {
        let broken = b"caf\xe9 \xff 381599";
        let (chars, charset) = Charset::named("utf-8").decode(broken);
        assert_eq!(charset.encode(&chars), broken);
    }
}

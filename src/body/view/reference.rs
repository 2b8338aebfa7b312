//! Character references of HTML: `&amp;`, `&#39;` (HTML standard, 13.2.5.72 to 13.2.5.80).

#![expect(clippy::string_slice, reason = "offsets come from searches for ASCII in the same text")]

mod names;

use std::borrow::Cow;

use names::{LONGEST, NAMES, UNCLOSED_LENGTHS};

/// Decodes the references of text. Linear.
pub(crate) fn decode_text(raw: &str) -> Cow<'_, str> {
    decode(raw, false)
}

/// Decodes the references of an attribute's value, where `&copy=2` is a parameter.
pub(crate) fn decode_attribute(raw: &str) -> Cow<'_, str> {
    decode(raw, true)
}

fn decode(raw: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    // Up to here all is written.
    let mut written = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        let mut behind = at + 1;
        if let Some((character, length)) = reference(&raw[behind..], in_attribute) {
            out.push_str(&raw[written..at]);
            match character {
                Character::Named(named) => out.push_str(named),
                Character::Numbered(c) => out.push(c),
            }
            behind += length;
            written = behind;
        }
        next = memchr::memchr(b'&', &raw.as_bytes()[behind..]).map(|n| behind + n);
    }
    if written == 0 {
        return Cow::Borrowed(raw);
    }
    out.push_str(&raw[written..]);
    Cow::Owned(out)
}

/// What a reference stands for; a name may stand for two characters.
enum Character {
    Named(&'static str),
    Numbered(char),
}

/// The reference behind an ampersand, and its length.
fn reference(text: &str, in_attribute: bool) -> Option<(Character, usize)> {
    match text.strip_prefix('#') {
        Some(number) => numbered(number).map(|(c, length)| (Character::Numbered(c), length + 1)),
        None => named(text, in_attribute).map(|(named, length)| (Character::Named(named), length)),
    }
}

/// The longest name that is known. Some go without a semicolon; of those, what looks like a parameter's name is none.
fn named(text: &str, in_attribute: bool) -> Option<(&'static str, usize)> {
    let bytes = text.as_bytes();
    let letters = bytes.iter().take(LONGEST).take_while(|c| c.is_ascii_alphanumeric()).count();
    if bytes.get(letters) == Some(&b';')
        && let Some(known) = look_up(&text[..=letters])
    {
        return Some((known, letters + 1));
    }
    let (known, length) = UNCLOSED_LENGTHS.rev().filter(|length| *length <= letters).find_map(|length| Some((look_up(&text[..length])?, length)))?;
    let goes_on = bytes.get(length).is_some_and(|c| *c == b'=' || c.is_ascii_alphanumeric());
    (!(in_attribute && goes_on)).then_some((known, length))
}

fn look_up(name: &str) -> Option<&'static str> {
    let at = NAMES.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    NAMES.get(at).map(|(_, characters)| *characters)
}

/// Decimal digits, or `x` and hexadecimal ones, and a semicolon that may be missing.
fn numbered(text: &str) -> Option<(char, usize)> {
    let (radix, prefix) = if text.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let (mut number, mut length) = (0u32, prefix);
    while let Some(digit) = text.as_bytes().get(length).and_then(|c| char::from(*c).to_digit(radix)) {
        number = number.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    let semicolon = usize::from(text.as_bytes().get(length) == Some(&b';'));
    (length > prefix).then(|| (character(number), length + semicolon))
}

/// What browsers make of numbers that were meant in windows-1252, from 0x80 on (13.2.5.80); 0 stays.
const WINDOWS_1252: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc,
    0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178,
];

fn character(number: u32) -> char {
    let meant = number.checked_sub(0x80).and_then(|n| WINDOWS_1252.get(n as usize)).filter(|meant| **meant != 0);
    let number = meant.map_or(number, |meant| u32::from(*meant));
    char::from_u32(number).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_as_another_decoder_does() {
        let pieces =
            ["&", "#", "x", "X", "amp", "not", "notin", "copy", "lt", "nbsp", "nGg", ";", "=", "a", "4", "41", "80", "9F", "110000", "d800", "0", "99999999999", " ", "\u{e9}"];
        let mut seed = 3u32;
        for _ in 0..60_000 {
            let mut text = String::from("&");
            for _ in 0..seed % 7 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            }
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            assert_eq!(decode_text(&text), htmlize::unescape(text.as_str()), "{text}");
            assert_eq!(decode_attribute(&text), htmlize::unescape_attribute(text.as_str()), "{text}");
        }
    }

    #[test]
    fn every_name_is_decoded_as_another_decoder_does() {
        assert!(NAMES.is_sorted());
        for (name, characters) in NAMES {
            assert_eq!(decode_text(&format!("&{name}")), characters);
            for text in [format!("&{name}"), format!("&{name}x"), format!("&{name}=")] {
                assert_eq!(decode_text(&text), htmlize::unescape(text.as_str()), "{text}");
                assert_eq!(decode_attribute(&text), htmlize::unescape_attribute(text.as_str()), "{text}");
            }
        }
    }
}

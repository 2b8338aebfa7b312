//! Characters as a reader takes them: invisible ones dropped, compatibility forms and digits of every script folded.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]

use unicode_normalization::UnicodeNormalization;

/// What one character becomes.
pub(crate) enum Folded {
    /// Nothing is shown for it.
    Invisible,
    /// A control that changes the direction of the text around it: invisible too, but worth knowing.
    Bidi,
    /// White space of any kind but a line break.
    Space,
    /// One character.
    One(char),
    /// More than one (a ligature).
    Many(char),
}

/// The last character boundary up to an offset, which may lie behind the end.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Letters and digits in lower case, nothing between them: what is left to compare words by.
pub(crate) fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() => letters.push(c.to_ascii_lowercase()),
            _ if !c.is_ascii() && c.is_alphanumeric() => letters.extend(c.to_lowercase()),
            _ => {}
        }
    }
    letters
}

/// Code points of the digit zero of every decimal system (Unicode general category Nd), past ASCII's.
const ZEROS: [u32; 68] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450,
    0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0, 0x1FBFA,
];

/// The value of a decimal digit of any script.
pub(crate) fn decimal_digit(c: char) -> Option<char> {
    let code = c as u32;
    if code < 0x660 {
        return c.is_ascii_digit().then_some(c);
    }
    let at = ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?;
    let value = code - ZEROS[at];
    if value < 10 && ZEROS[at] != 0x1FBFA { char::from_digit(value, 10) } else { None }
}

/// The zero of the digits that a decimal digit belongs to. Typographic forms of ASCII digits are ASCII's, and the two
/// series that Arabic script has are one to a reader.
pub(crate) fn digit_system(c: char) -> Option<u32> {
    decimal_digit(c)?;
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= c as u32)].last().copied().unwrap_or(u32::from('0'));
    Some(match zero {
        0xFF10 | 0x1D7CE.. => u32::from('0'),
        0x6F0 => 0x660,
        zero => zero,
    })
}

pub(crate) fn fold(c: char) -> Folded {
    if c.is_ascii() {
        return match c {
            ' ' | '\t' | '\x0b' | '\x0c' | '\n' | '\r' => Folded::Space,
            '\0'..='\x1f' | '\x7f' => Folded::Invisible,
            _ => Folded::One(c),
        };
    }
    match c {
        // A right-to-left mark between two digits swaps them as an override does; a left-to-right mark moves nothing.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200f}' | '\u{61c}' => Folded::Bidi,
        // Marks between clauses and sentences, which no space follows: as ASCII they would read as decimal marks.
        '，' | '！' | '？' => Folded::One(c),
        // The frame of a keycap, around the digit before it.
        '\u{20e3}' => Folded::Invisible,
        _ if is_invisible(c) => Folded::Invisible,
        _ if c.is_whitespace() || c == '\u{2800}' => Folded::Space,
        _ => match decimal_digit(c) {
            Some(digit) => Folded::One(digit),
            None if has_compatibility_form(c) => {
                let mut forms = std::iter::once(c).nfkc();
                match (forms.next(), forms.next()) {
                    (Some(one), None) if one.is_whitespace() => Folded::Space,
                    (Some(one), None) => Folded::One(one),
                    _ => Folded::Many(c),
                }
            }
            None => Folded::One(c),
        },
    }
}

/// The characters that [`Folded::Many`] stands for.
pub(crate) fn expand(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkc()
}

/// Default_Ignorable_Code_Point, C1 controls, and letters that are drawn as nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Blocks whose compatibility forms are mere typography. Superscripts, subscripts and fractions are not: "4829" with
/// a footnote mark behind it is not 48291.
fn has_compatibility_form(c: char) -> bool {
    matches!(c, '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{3000}'..='\u{303f}' | '\u{3200}'..='\u{33ff}' | '\u{fb00}'..='\u{fb06}'
        | '\u{fb50}'..='\u{fdff}' | '\u{fe30}'..='\u{fe6f}' | '\u{fe70}'..='\u{fefc}' | '\u{ff00}'..='\u{ffef}' | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            match fold(c) {
                Folded::Invisible | Folded::Bidi => {}
                Folded::Space => out.push(' '),
                Folded::One(c) => out.push(c),
                Folded::Many(c) => out.extend(expand(c)),
            }
        }
        out
    }

    #[test]
    fn digits_of_every_script_become_ascii() {
        assert_eq!(folded("٤٩٣ ۴۹۳ ४९३ ４９３ 𝟒𝟗𝟑 ๔๙๓"), "493 493 493 493 493 493");
    }

    #[test]
    fn invisible_characters_vanish() {
        assert_eq!(folded("4\u{200b}8\u{ad}3\u{2060}9\u{feff}21"), "483921");
    }

    #[test]
    fn a_footnote_mark_is_not_a_digit() {
        assert_eq!(folded("4829¹"), "4829¹");
    }

    #[test]
    fn the_table_of_zeros_is_sorted() {
        assert!(ZEROS.is_sorted());
    }
}

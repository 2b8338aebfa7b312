//! The form of a text that phrases are matched against.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A text in lower case, without diacritics, with one space for each run of spaces, hyphens and apostrophes; and the
/// way back to the bytes it was made from.
pub(crate) struct Key {
    pub(crate) text: String,
    /// For each byte of `text`, and one past its end, the byte of the source.
    sources: Vec<u32>,
}

impl Key {
    pub(crate) fn of(source: &str) -> Self {
        let mut key = Key { text: String::with_capacity(source.len()), sources: Vec::with_capacity(source.len() + 1) };
        for (at, c) in source.char_indices() {
            match ASCII.get(c as usize) {
                // Most of most texts, so apart from the rest.
                Some(plain) if *plain != 0 => {
                    key.text.push(char::from(*plain));
                    key.sources.push(at as u32);
                }
                _ => key.push(c, at),
            }
        }
        key.sources.push(source.len() as u32);
        key
    }

    fn push(&mut self, c: char, at: usize) {
        match c {
            '\0' => self.emit(c, at),
            ' ' | '-' | '\'' | '_' | '`' | '’' | '‘' | 'ʼ' | 'ʻ' | '´' | '‐' | '‑' | '–' | '—' | '・' | '\u{a0}' => self.separator(at),
            'ß' => "ss".chars().for_each(|c| self.emit(c, at)),
            'æ' | 'Æ' => "ae".chars().for_each(|c| self.emit(c, at)),
            'œ' | 'Œ' => "oe".chars().for_each(|c| self.emit(c, at)),
            _ => c.to_lowercase().for_each(|c| self.fold(c, at)),
        }
    }

    fn fold(&mut self, c: char, at: usize) {
        match c {
            'ı' => self.emit('i', at),
            'ł' => self.emit('l', at),
            'đ' | 'ð' => self.emit('d', at),
            'ø' => self.emit('o', at),
            // Arabic: forms of alef, ya and kaf, the feminine ending, vowel marks, the stretching stroke.
            'أ' | 'إ' | 'آ' | 'ٱ' => self.emit('ا', at),
            'ى' | 'ی' => self.emit('ي', at),
            'ک' => self.emit('ك', at),
            'ة' => self.emit('ه', at),
            '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' => {}
            // Hebrew points.
            '\u{591}'..='\u{5c7}' => {}
            // Marks on Latin, Greek and Cyrillic letters; in other scripts a mark is a letter of its own.
            '\u{300}'..='\u{36f}' => {}
            '\u{c0}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    self.emit(part, at)
                }
            }),
            // Composed and decomposed spellings of one syllable are one key.
            '\u{900}'..='\u{dff}' => std::iter::once(c).nfd().for_each(|part| self.emit(part, at)),
            _ => self.emit(c, at),
        }
    }

    fn separator(&mut self, at: usize) {
        if !self.text.ends_with(' ') {
            self.emit(' ', at);
        }
    }

    fn emit(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.sources.extend(std::iter::repeat_n(at as u32, c.len_utf8()));
    }

    /// The byte of the source that a byte of the key was made from.
    pub(crate) fn source(&self, at: usize) -> usize {
        self.sources[at] as usize
    }

    /// Whether a word may begin here: no letter stands before, or one of a script without spaces.
    pub(crate) fn is_word_start(&self, at: usize) -> bool {
        let here = self.text[at..].chars().next();
        here.is_none_or(is_unspaced) || self.text[..at].chars().next_back().is_none_or(|c| !c.is_alphabetic() || is_unspaced(c))
    }

    /// Whether a word may end here.
    pub(crate) fn is_word_end(&self, at: usize) -> bool {
        let last = self.text[..at].chars().next_back();
        last.is_none_or(is_unspaced) || self.text[at..].chars().next().is_none_or(|c| !(c.is_alphabetic() || is_combining_mark(c)) || is_unspaced(c))
    }
}

/// What an ASCII character becomes that does not depend on what is before it; 0 for the others.
const ASCII: [u8; 128] = {
    let (mut table, mut byte) = ([0; 128], 0);
    while byte < 128 {
        if !matches!(byte, b' ' | b'-' | b'\'' | b'_' | b'`') {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// Whether a word goes on behind this character.
pub(crate) fn is_in_word(c: char) -> bool {
    c.is_alphabetic() && !is_unspaced(c)
}

/// Letters of scripts written without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

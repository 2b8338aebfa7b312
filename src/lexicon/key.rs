//! The form of a text that phrases are matched against.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A text in lower case, without diacritics, with one space for each run of spaces, hyphens and apostrophes; and the
/// way back to the bytes it was made from.
pub(crate) struct Key {
    pub(crate) text: String,
    /// From which byte of `text` on the bytes are those of the source from which byte on, up to the next such pair. Text in ASCII has
    /// few of them.
    sources: Vec<(u32, u32)>,
}

/// Texts in ASCII have so few.
const USUAL_SOURCES: usize = 16;

impl Key {
    pub(crate) fn of(source: &str) -> Self {
        let mut key = Key::for_texts_of(source.len());
        key.read(source);
        key
    }

    /// An empty one with room for texts of so many bytes.
    pub(crate) fn for_texts_of(bytes: usize) -> Self {
        Key { text: String::with_capacity(bytes), sources: Vec::with_capacity(USUAL_SOURCES) }
    }

    /// Becomes the key of another text.
    pub(crate) fn read(&mut self, source: &str) {
        self.text.clear();
        self.sources.clear();
        let bytes = source.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let plain = plain_run(&bytes[at..]);
            if plain > 0 {
                self.note_source(at);
                self.text.push_str(&source[at..at + plain]);
                at += plain;
            }
            if let Some(c) = source[at..].chars().next() {
                self.push(c, at);
                at += c.len_utf8();
            }
        }
        self.note_source(source.len());
        self.text.make_ascii_lowercase();
    }

    /// Notes that the next byte of the text is that of the source.
    fn note_source(&mut self, at: usize) {
        let next = self.text.len();
        let (from, source) = self.sources.last().copied().unwrap_or((0, 0));
        if at + from as usize != source as usize + next {
            self.sources.push((next as u32, at as u32));
        }
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
        self.note_source(at);
        self.text.push(c);
    }

    /// The byte of the source that a character of the key was made from, by its first byte; and one past the end of both.
    pub(crate) fn source(&self, at: usize) -> usize {
        let behind = self.sources.partition_point(|(from, _)| *from as usize <= at);
        let (from, source) = behind.checked_sub(1).map_or((0, 0), |last| self.sources[last]);
        source as usize + at - from as usize
    }

    /// Whether a word may begin here: no letter stands before, or one of a script without spaces.
    pub(crate) fn is_word_start(&self, at: usize) -> bool {
        let here = self.text[at..].chars().next();
        here.is_none_or(is_unspaced) || self.text[..at].chars().next_back().is_none_or(|c| !is_in_word(c))
    }

    /// Whether a word may end here.
    pub(crate) fn is_word_end(&self, at: usize) -> bool {
        if let [.., last] = &self.text.as_bytes()[..at]
            && let Some(next) = self.text.as_bytes().get(at).filter(|next| last.is_ascii() && next.is_ascii())
        {
            return !next.is_ascii_alphabetic();
        }
        let last = self.text[..at].chars().next_back();
        last.is_none_or(is_unspaced) || self.text[at..].chars().next().is_none_or(|c| is_unspaced(c) || !(is_letter(c) || is_combining_mark(c)))
    }
}

/// The bytes at the start that a key takes over as they are but for their case: ASCII without separators, and single spaces.
fn plain_run(bytes: &[u8]) -> usize {
    let mut after_space = true;
    let is_plain = |byte: &u8| {
        let is_space = *byte == b' ';
        let is_plain = IS_PLAIN[usize::from(*byte)] || is_space && !after_space;
        after_space = is_space;
        is_plain
    };
    bytes.iter().map(is_plain).position(|is_plain| !is_plain).unwrap_or(bytes.len())
}

/// ASCII that does not depend on what is before it.
const IS_PLAIN: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 128 {
        table[byte] = !matches!(byte as u8, 0 | b' ' | b'-' | b'\'' | b'_' | b'`');
        byte += 1;
    }
    table
};

/// Whether a word goes on behind this character.
pub(crate) fn is_in_word(c: char) -> bool {
    !is_unspaced(c) && is_letter(c)
}

/// The same as [`char::is_alphabetic`], which takes a thousand instructions where it has to search its table: letters and marks that
/// mails are full of are told by their ranges.
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        // Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic.
        '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2c1}' | '\u{3b1}'..='\u{3c9}' | '\u{400}'..='\u{481}' | '\u{560}'..='\u{588}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{657}' => true,
        // Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam, Sinhala: consonants, most of their vowel marks.
        '\u{904}'..='\u{93b}' | '\u{93e}'..='\u{94c}' | '\u{995}'..='\u{9a8}' | '\u{9be}'..='\u{9c4}' | '\u{a15}'..='\u{a28}' | '\u{a95}'..='\u{aa8}' | '\u{abe}'..='\u{ac5}' => {
            true
        }
        '\u{bae}'..='\u{bb9}' | '\u{bbe}'..='\u{bc2}' | '\u{c15}'..='\u{c28}' | '\u{c2a}'..='\u{c39}' | '\u{c95}'..='\u{ca8}' | '\u{d12}'..='\u{d3a}' | '\u{d9a}'..='\u{db1}' => {
            true
        }
        // Georgian, Ethiopic, Kana, Han, Hangul.
        '\u{10d0}'..='\u{10fa}' | '\u{1260}'..='\u{1288}' | '\u{1290}'..='\u{12b0}' | '\u{12d8}'..='\u{1310}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{a48c}' | '\u{ac00}'..='\u{d7a3}' => true,
        // ASCII, marks that make one word of two emoji, punctuation of Latin and of Chinese script, symbols and emoji.
        '\0'..='\u{7f}' | '\u{200b}'..='\u{206f}' | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{24b5}' | '\u{2500}'..='\u{2bff}' | '\u{3001}'..='\u{3003}' | '，' | '！' | '？' => {
            false
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{1f300}'..='\u{1faff}' => false,
        _ => c.is_alphabetic(),
    }
}

/// Letters of scripts written without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_standard() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_letter(c), c.is_alphabetic(), "{c:?}");
        }
    }

    #[test]
    fn each_character_of_a_key_leads_back_to_its_source() {
        let source = "A  --B\u{e9}\u{301}\u{df}x\u{130}\u{95c} \u{9a8c}\u{2019}s C";
        let key = Key::of(source);
        let ways: Vec<(char, usize)> = key.text.char_indices().map(|(at, c)| (c, key.source(at))).collect();
        let at = |c: char| source.find(c).expect("there");
        let expected = [
            ('a', 0),
            (' ', 1),
            ('b', at('B')),
            ('e', at('\u{e9}')),
            ('s', at('\u{df}')),
            ('s', at('\u{df}')),
            ('x', at('x')),
            ('i', at('\u{130}')),
            ('\u{921}', at('\u{95c}')),
            ('\u{93c}', at('\u{95c}')),
            (' ', at('\u{95c}') + 3),
            ('\u{9a8c}', at('\u{9a8c}')),
            (' ', at('\u{2019}')),
            ('s', at('\u{2019}') + 3),
            (' ', at('C') - 1),
            ('c', at('C')),
        ];
        assert_eq!((ways.as_slice(), key.source(key.text.len())), (&expected[..], source.len()));
    }
}

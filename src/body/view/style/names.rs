//! The classes and ids that the elements of a part may have: a rule for others never holds, and need not be read.
//!
//! Sheets come with rules for every client and every template of a sender; a mail uses a few of them.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use super::selector::{self, Name};

/// A bit for each hash: real parts have up to some hundred names.
const BITS: usize = 1 << 13;

/// What the attributes of a part may name. A name that is in none of them may be taken to be there; never the other way round.
pub(super) struct Names {
    bits: Vec<u64>,
}

impl Names {
    /// Looks at whatever stands behind `class=` or `id=`, be it markup or not. Linear in `html.len()`.
    pub(super) fn of(html: &str) -> Self {
        let mut names = Self { bits: vec![0; BITS / 64] };
        for at in memchr::memchr_iter(b'=', html.as_bytes()) {
            let before = html.as_bytes()[..at].trim_ascii_end();
            let ends_with = |name: &[u8]| before.len() >= name.len() && before[before.len() - name.len()..].eq_ignore_ascii_case(name);
            if ends_with(b"class") || ends_with(b"id") {
                names.add_value(html[at + 1..].trim_ascii_start());
            }
        }
        names
    }

    /// Whatever there is.
    #[cfg(test)]
    pub(super) fn all() -> Self {
        Self { bits: vec![u64::MAX; BITS / 64] }
    }

    pub(super) fn may_have(&self, name: Name) -> bool {
        let bit = bit(name);
        self.bits[bit / 64] & 1 << (bit % 64) != 0
    }

    fn add_value(&mut self, text: &str) {
        let value = match text.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => text[1..].split(char::from(*quote)).next(),
            _ => text.split(|c: char| c.is_ascii_whitespace() || c == '>').next(),
        };
        let value = value.unwrap_or("");
        if value.contains(['&', '\0']) {
            // What a reference stands for may be any name.
            return self.bits.fill(u64::MAX);
        }
        value.split_ascii_whitespace().for_each(|word| self.add(word));
        // An id is the whole value.
        self.add(value);
    }

    fn add(&mut self, name: &str) {
        let bit = bit(selector::name(name));
        self.bits[bit / 64] |= 1 << (bit % 64);
    }
}

fn bit(name: Name) -> usize {
    (name ^ name >> 32) as usize % BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_notation_are_there() {
        let html = "<p class=a>\n<p CLASS = \"b c\nd\"id='e f'><p iD=\tg><p class='h'><p Class=i\u{e9}>";
        let names = Names::of(html);
        for name in ["a", "b", "c", "d", "e f", "g", "h", "i\u{e9}"] {
            assert!(names.may_have(selector::name(name)), "{name}");
        }
        assert!(!names.may_have(selector::name("j")) && !names.may_have(selector::name("class")));
    }

    #[test]
    fn a_reference_stands_for_any_name() {
        assert!(Names::of("<p class='&#97;'>").may_have(selector::name("a")));
    }
}

//! The book of replacements: the same value is the same value in every part and encoding of the mail.
//!
//! A value is kept by its letters and digits alone, in lower case, so that "381 599" in a heading and "381599" in a link,
//! "KZP-4QD" and "kzp4qd", are one.

use std::collections::{HashMap, HashSet};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::words::{self, Words};

/// What a value is, for the list of replacements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sort {
    Address,
    Name,
    Host,
    Code,
    Number,
    Token,
    Ip,
    FileName,
}

impl Sort {
    pub(super) fn name(self) -> &'static str {
        match self {
            Sort::Address => "mailbox",
            Sort::Name => "name",
            Sort::Host => "host",
            Sort::Code => "code",
            Sort::Number => "number",
            Sort::Token => "token",
            Sort::Ip => "ip",
            Sort::FileName => "file-name",
        }
    }
}

pub(super) struct Entry {
    pub(super) sort: Sort,
    pub(super) old: String,
    pub(super) new: String,
    pub(super) places: usize,
}

pub(super) struct Ledger {
    rng: ChaCha12Rng,
    entries: HashMap<String, Entry>,
    taken: HashSet<String>,
    /// Values to be found inside longer ones: "moreau" in "jmoreau", the code in "c381599x". Longest first.
    inner: Vec<String>,
    pub(super) words: Words,
    pub(super) filled: usize,
}

/// A value of a few characters has few replacements: after this many draws one that is not quite alike is taken.
const MAX_DRAWS: usize = 400;

impl Ledger {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Ledger { rng: ChaCha12Rng::from_seed(seed), entries: HashMap::new(), taken: HashSet::new(), inner: Vec::new(), words: Words::default(), filled: 0 }
    }

    /// Has a value found inside longer ones from now on.
    pub(super) fn track(&mut self, value: &str) {
        let key = key(value.chars());
        if !self.inner.contains(&key) {
            self.inner.push(key);
            self.inner.sort_by_key(|k| std::cmp::Reverse(k.chars().count()));
        }
    }

    pub(super) fn knows(&self, value: &str) -> bool {
        self.entries.contains_key(&key(value.chars()))
    }

    /// Whether a tracked value of some length stands inside.
    pub(super) fn holds(&self, text: &str) -> bool {
        let key = key(text.chars());
        self.inner.iter().any(|inner| inner.chars().count() >= 4 && key.contains(inner.as_str()))
    }

    /// Every entry, in an order that does not depend on the hash.
    pub(super) fn entries(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.values().filter(|entry| entry.places > 0).collect();
        entries.sort_by(|a, b| (a.sort, &a.old).cmp(&(b.sort, &b.old)));
        entries
    }

    /// Sets down what a value becomes, for a caller that knows better than a draw.
    pub(super) fn settle(&mut self, sort: Sort, old: &str, new: &str) {
        let entry = Entry { sort, old: old.to_owned(), new: key(new.chars()), places: 0 };
        self.taken.insert(entry.new.clone());
        self.entries.entry(key(old.chars())).or_insert(entry);
    }

    /// What a value becomes, letters and digits alone.
    pub(super) fn draw(&mut self, sort: Sort, old: &str) -> String {
        let key = key(old.chars());
        if let Some(entry) = self.entries.get(&key) {
            return entry.new.clone();
        }
        let new = self.composed(&key).unwrap_or_else(|| self.fresh(&key));
        self.taken.insert(new.clone());
        self.entries.insert(key, Entry { sort, old: old.to_owned(), new: new.clone(), places: 0 });
        new
    }

    /// Replaces the letters and digits at some positions, in their case and script.
    pub(super) fn put(&mut self, sort: Sort, chars: &mut [char], positions: impl Iterator<Item = usize>) {
        let positions: Vec<usize> = positions.filter(|at| chars[*at].is_alphanumeric()).collect();
        if positions.is_empty() {
            return;
        }
        let old: String = positions.iter().map(|at| chars[*at]).collect();
        let new = self.draw(sort, &old);
        for (at, new) in positions.into_iter().zip(new.chars()) {
            chars[at] = dressed(new, chars[at]);
        }
        if let Some(entry) = self.entries.get_mut(&key(old.chars())) {
            entry.places += 1;
        }
    }

    /// Random characters of the same class, tracked nowhere.
    pub(super) fn fill(&mut self, chars: &mut [char]) {
        for c in chars.iter_mut().filter(|c| c.is_ascii_alphanumeric()) {
            *c = match *c {
                '0'..='9' => self.one_of("0123456789"),
                'A'..='Z' => self.one_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                _ => self.one_of("abcdefghijklmnopqrstuvwxyz"),
            };
        }
        self.filled += 1;
    }

    pub(super) fn below(&mut self, bound: u32) -> u32 {
        self.rng.next_u32() % bound
    }

    fn one_of(&mut self, letters: &str) -> char {
        let count = letters.chars().count() as u32;
        let at = self.below(count) as usize;
        letters.chars().nth(at).unwrap_or('x')
    }

    /// A value with a tracked one inside: the inside goes the way it goes elsewhere.
    fn composed(&mut self, key: &str) -> Option<String> {
        let inner = self.inner.iter().find(|inner| inner.len() < key.len() && key.contains(inner.as_str()))?.clone();
        let at = key.find(&inner)?;
        let (before, after) = (key[..at].to_owned(), key[at + inner.len()..].to_owned());
        let middle = self.draw(Sort::Name, &inner);
        let mut side = |text: &str| if text.is_empty() { String::new() } else { self.composed(text).unwrap_or_else(|| self.fresh(text)) };
        Some(format!("{}{middle}{}", side(&before), side(&after)))
    }

    fn fresh(&mut self, key: &str) -> String {
        let hex = key.len() >= 4 && key.bytes().all(|c| c.is_ascii_hexdigit());
        let letters = key.chars().all(char::is_alphabetic);
        let mut new = String::new();
        for _ in 0..MAX_DRAWS {
            new = key.chars().enumerate().map(|(at, c)| self.alike(c, at == 0 && !letters, hex && !letters)).collect();
            let differs =
                new != key && !self.taken.contains(&new) && !self.entries.contains_key(&new) && !self.inner.iter().any(|inner| inner.len() >= 4 && new.contains(inner.as_str()));
            let says_nothing = !letters || new.chars().count() < 3 || !words::is_lexicon_word(&new) && !self.words.is_url_word(&new);
            if differs && says_nothing && figure_shape(&new) == figure_shape(key) {
                break;
            }
        }
        new
    }

    /// A character of the same class and script. Vowels stay vowels, so that a name can still be read as one.
    fn alike(&mut self, c: char, first: bool, hex: bool) -> char {
        match c {
            '0' if first => '0',
            '0'..='9' if first => self.one_of("123456789"),
            '0'..='9' => self.one_of("0123456789"),
            _ if hex => self.one_of("abcdef"),
            'a' | 'e' | 'i' | 'o' | 'u' => self.one_of("aeiou"),
            'à'..='æ' | 'è'..='ï' | 'ò'..='ö' | 'ø'..='ü' | 'œ' | 'ă' | 'ą' | 'ę' | 'ě' | 'ı' | 'ő' | 'ű' | 'ů' => self.one_of("aeiou"),
            'ß'..='ɏ' | 'ḁ'..='ỿ' | 'a'..='z' => self.one_of("bcdfghjklmnprstvwz"),
            'а'..='ӿ' => self.one_of("абвгдежзиклмнопрстуфхэюя"),
            'ά'..='ώ' => self.one_of("αβγδεζηθικλμνοπρστυφχψω"),
            'א'..='ת' => self.one_of("אבגדהוזחטילמנסעפצקרשת"),
            'ء'..='ي' => self.one_of("بتجحخدرزسشصضطعفقلمنهوي"),
            'ก'..='ฮ' => self.one_of("กขคงจชดตทนบปพมยรลวสห"),
            'अ'..='ह' => self.one_of("कखगघचछजटडतदनपबमयरलवसह"),
            'ぁ'..='ゖ' => self.one_of("あいうえおかきくけこさしすせそたちつてとなにのはひふみむもやゆよらりれわ"),
            'ァ'..='ヶ' => self.one_of("アイウエオカキクケコサシスセソタチツテトナニノハヒフミムモヤユヨラリレワ"),
            '一'..='鿿' => self.one_of("山川田木林石水金土天大小中上下文人口手目日月火心力王玉米竹白"),
            '가'..='힣' => self.one_of("가나다라마바사아자차하고노도로모보소오조호구두무부수우주"),
            other => other,
        }
    }
}

/// What the engine sees in a figure: a year, a date, a round number, a leading zero; and where the others are none.
fn figure_shape(digits: &str) -> Option<(bool, bool, bool)> {
    if !digits.bytes().all(|c| c.is_ascii_digit()) || digits.len() < 4 {
        return None;
    }
    let year = digits.starts_with("19") || digits.starts_with("20");
    let number = |from: usize| digits.get(from..from + 2).and_then(|d| d.parse::<u32>().ok()).unwrap_or(0);
    let day_month = |a: u32, b: u32| (1..=31).contains(&a) && (1..=12).contains(&b) || (1..=12).contains(&a) && (1..=31).contains(&b);
    let date = digits.len() == 8 && (year && day_month(number(6), number(4)) || matches!(number(4), 19 | 20) && day_month(number(0), number(2)));
    Some((year, date, digits.ends_with("00")))
}

/// Letters and digits in lower case, digits of every script as ASCII ones.
pub(super) fn key(text: impl Iterator<Item = char>) -> String {
    text.filter(|c| c.is_alphanumeric()).map(plain).collect()
}

pub(super) fn plain(c: char) -> char {
    if let Some(digit) = digit(c) {
        return char::from(b'0' + digit as u8);
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// First digits of the scripts whose digits are met in mail.
const ZEROS: [char; 17] = ['0', '０', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '၀', '០'];

fn digit(c: char) -> Option<u32> {
    ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero as u32).filter(|digit| *digit < 10))
}

/// A plain character in the case and script of the one that it replaces.
fn dressed(new: char, old: char) -> char {
    if let (Some(value), Some(digit_value)) = (digit(old), new.to_digit(10)) {
        return char::from_u32(old as u32 - value + digit_value).unwrap_or(new);
    }
    if old.is_uppercase() { new.to_uppercase().next().unwrap_or(new) } else { new }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        Ledger::new([7; 32])
    }

    fn put(ledger: &mut Ledger, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let count = chars.len();
        ledger.put(Sort::Token, &mut chars, 0..count);
        chars.into_iter().collect()
    }

    fn shape(text: &str) -> String {
        let class = |c: char| match c {
            c if c.is_numeric() => '9',
            c if c.is_uppercase() => 'A',
            c if c.is_lowercase() => 'a',
            c => c,
        };
        text.chars().map(class).collect()
    }

    #[test]
    fn a_replacement_has_the_shape_of_the_value_and_is_another() {
        for text in ["381599", "KZP-4QD", "KnkR6kE3djHO", "0417", "Moreau", "a1b2c3d4-e5f6", "1234 5678 9012", "Дмитрий", "４８３９２１"] {
            let new = put(&mut ledger(), text);
            assert_eq!(shape(&new), shape(text), "{text} became {new}");
            assert_ne!(new, text);
        }
    }

    #[test]
    fn the_same_value_is_the_same_value_in_every_spelling() {
        let mut ledger = ledger();
        let joined = put(&mut ledger, "381599");
        let grouped = put(&mut ledger, "381 599");
        assert_eq!(grouped.replace(' ', ""), joined);
        assert_eq!(put(&mut ledger, "kzp4qd").to_uppercase(), put(&mut ledger, "KZP-4QD").replace('-', ""));
    }

    #[test]
    fn a_leading_zero_stays_and_no_other_comes() {
        for seed in 0..50 {
            let mut ledger = Ledger::new([seed; 32]);
            assert!(put(&mut ledger, "0417").starts_with('0'));
            assert!(!put(&mut ledger, "4170").starts_with('0'));
        }
    }

    #[test]
    fn a_number_that_is_no_year_does_not_become_one() {
        for seed in 0..200 {
            let new = put(&mut Ledger::new([seed; 32]), "1834");
            assert!(!new.starts_with("19") && !new.starts_with("20"), "{new}");
        }
    }

    #[test]
    fn a_tracked_name_inside_a_longer_word_goes_the_same_way() {
        let mut ledger = ledger();
        ledger.track("Moreau");
        let name = put(&mut ledger, "moreau");
        assert!(put(&mut ledger, "jmoreau").ends_with(&name));
    }

    #[test]
    fn two_values_never_become_one() {
        let mut ledger = ledger();
        let all: HashSet<String> = (1000..1500).map(|n| put(&mut ledger, &n.to_string())).collect();
        assert_eq!(all.len(), 500);
    }
}

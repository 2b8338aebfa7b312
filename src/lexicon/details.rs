//! Durations in words, and phrases of a purpose: what is read when a report is asked for more than its answer.
//!
//! A table of its own (`details.txt`), because these phrases are no evidence: they are looked for on request only.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::collections::HashMap;
use std::ops::Range;

use once_cell::sync::Lazy;

use super::Key;
use super::table::LANGUAGES;

const DATA: &str = include_str!("details.txt");
/// No mail states more digits of a time than these: 1440 minutes.
const MOST_DIGITS: usize = 4;
/// "10 (ten) minutes": no longer than the longest number in words.
const MOST_ASIDE_BYTES: usize = 40;
/// "2 x 24 hours" and the like; nobody writes more.
const MOST_SECONDS: u64 = 366 * 24 * 3600;
const HOUR: u64 = 3600;
/// "1 hour and 30 minutes": the longest word between them.
const MOST_CONJUNCTION_BYTES: usize = 6;
/// Nothing holds for less: "a second factor" is no duration.
const LEAST_SECONDS: u64 = 20;

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) what: What,
    /// Its bytes in the text.
    pub(crate) span: Range<usize>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A duration, in seconds.
    Seconds(u64),
    /// That something holds until the time of day beside it.
    Until,
    /// Words beside a time of this day.
    Today,
    /// That the time of day is of the next day.
    Tomorrow,
    /// That an answer holds for the duration behind it, or is to be used in it.
    Within,
    /// That a number behind it is an hour of the day.
    At,
    /// The name of a month, by its number from 1.
    Month(i64),
    /// The name of a day of the week, by its number from Monday, 1.
    Weekday(i64),
    /// A time of day in a word, in seconds from the day's beginning: midnight is its end.
    TimeOfDay(u64),
    /// Words of a registration or a subscription.
    SignUp,
    /// That the reader has just registered, in so many words.
    NewAccount,
    /// Words of signing in.
    SignIn,
    /// Words of a forgotten password.
    Reset,
    /// Words of a change of address.
    AddressChange,
    /// Words of a payment or of another order that wants approval.
    Approval,
    /// That something is done for the first time: a first password, a first sign-in.
    FirstTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Seconds, and whether the unit stands before its number.
    Unit(u64, bool),
    Number(u64),
    Is(What),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    meaning: Meaning,
    /// A bit for each language of the lexicon.
    languages: u128,
    open_end: bool,
}

struct Table {
    entries: HashMap<String, Vec<Entry>>,
    /// The lengths in bytes of the phrases that begin with two characters, a bit for each: what else need not be looked up.
    lengths: HashMap<[char; 2], u128>,
}

static TABLE: Lazy<Table> = Lazy::new(|| {
    let mut table = Table { entries: HashMap::new(), lengths: HashMap::new() };
    for (phrase, entry) in read(DATA).filter_map(Result::ok) {
        *table.lengths.entry(beginning(&phrase)).or_default() |= 1 << phrase.len();
        table.entries.entry(phrase).or_default().push(entry);
    }
    table
});

/// Behind the only character.
const NOTHING: char = '\0';

fn beginning(text: &str) -> [char; 2] {
    let mut chars = text.chars();
    [chars.next().unwrap_or(NOTHING), chars.next().unwrap_or(NOTHING)]
}

/// The phrases of the data file, each with what it means; a line that is wrong as it stands.
fn read(data: &str) -> impl Iterator<Item = Result<(String, Entry), &str>> {
    let mut languages = 0;
    data.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).flat_map(move |line| {
        if let Some(tag) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            languages = LANGUAGES.iter().position(|known| *known == tag).map_or(0, |number| 1 << number);
            return if languages == 0 { vec![Err(line)] } else { Vec::new() };
        }
        let Some((name, phrases)) = line.split_once(": ") else { return vec![Err(line)] };
        phrases.split(", ").flat_map(|phrase| entries(name, phrase, languages).unwrap_or_else(|| vec![Err(line)])).collect()
    })
}

fn entries(name: &str, phrase: &str, languages: u128) -> Option<Vec<Result<(String, Entry), &'static str>>> {
    let (open_end, phrase) = phrase.strip_suffix('*').map_or((false, phrase), |phrase| (true, phrase));
    let key = Key::of(phrase).text.trim().to_owned();
    let meanings = match (name, name.split_once(' ')) {
        ("unit-first", _) => vec![],
        ("until", _) => vec![Meaning::Is(What::Until)],
        ("today", _) => vec![Meaning::Is(What::Today)],
        ("tomorrow", _) => vec![Meaning::Is(What::Tomorrow)],
        ("within", _) => vec![Meaning::Is(What::Within)],
        ("at", _) => vec![Meaning::Is(What::At)],
        (_, Some(("month", number))) => vec![Meaning::Is(What::Month(number.parse().ok()?))],
        (_, Some(("weekday", number))) => vec![Meaning::Is(What::Weekday(number.parse().ok()?))],
        ("midnight", _) => vec![Meaning::Is(What::TimeOfDay(24 * HOUR))],
        ("noon", _) => vec![Meaning::Is(What::TimeOfDay(12 * HOUR))],
        ("new-account", _) => vec![Meaning::Is(What::NewAccount)],
        ("sign-up", _) => vec![Meaning::Is(What::SignUp)],
        ("sign-in", _) => vec![Meaning::Is(What::SignIn)],
        ("reset", _) => vec![Meaning::Is(What::Reset)],
        ("address-change", _) => vec![Meaning::Is(What::AddressChange)],
        ("first-time", _) => vec![Meaning::Is(What::FirstTime)],
        ("approval", _) => vec![Meaning::Is(What::Approval)],
        (_, Some((number, unit))) => vec![Meaning::Is(What::Seconds(number.parse::<u64>().ok()? * seconds(unit)?))],
        _ => vec![name.parse().ok().map(Meaning::Number).or_else(|| seconds(name).map(|seconds| Meaning::Unit(seconds, is_unit_first(phrase, languages))))?],
    };
    (!key.is_empty()).then(|| meanings.into_iter().map(|meaning| Ok((key.clone(), Entry { meaning, languages, open_end }))).collect())
}

/// Whether the language's section lists the unit as one that stands before its number.
fn is_unit_first(phrase: &str, languages: u128) -> bool {
    let tag = LANGUAGES[languages.trailing_zeros() as usize];
    let section = DATA.split("\n[").find_map(|section| section.strip_prefix(tag)?.strip_prefix(']')).unwrap_or("");
    let listed = section.lines().find_map(|line| line.strip_prefix("unit-first: ")).unwrap_or("");
    listed.split(", ").any(|other| other.trim_end_matches('*') == phrase)
}

fn seconds(unit: &str) -> Option<u64> {
    Some(match unit {
        "second" => 1,
        "minute" => 60,
        "hour" => HOUR,
        "day" => 24 * 3600,
        "week" => 7 * 24 * 3600,
        _ => return None,
    })
}

/// Finds durations and phrases of a purpose, in order of their starts. Words count in the languages `own` alone, units
/// behind digits in any. One pass: from each character as many look-ups as the longest phrase has bytes.
pub(crate) fn find(text: &str, own: u128) -> Vec<Detail> {
    let reader = Reader { key: Key::of(text), own };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = reader.key.text[at..].chars().next() {
        let (what, end) = if c.is_ascii_digit() { reader.digits(at) } else { reader.words(at) };
        let end = end.unwrap_or(at + c.len_utf8());
        let span = reader.key.source(at)..reader.key.source(end);
        // "901 S Main St" is in the south.
        if let Some(what) = what.filter(|_| !text[span.clone()].ends_with(" S")) {
            found.push(Detail { what, span });
        }
        at = end;
    }
    found
}

struct Reader {
    key: Key,
    own: u128,
}

/// What begins at a place, if anything does, and where to go on.
type Step = (Option<What>, Option<usize>);

impl Reader {
    /// A figure and its unit: "10 minutes", "10分", "1.5 h", "2 x 24 jam".
    fn digits(&self, at: usize) -> Step {
        let end = at + self.digits_at(at);
        let text = &self.key.text[..at];
        let before = text.chars().next_back();
        let last = text.trim_end().chars().next_back();
        // A part of a word, a longer figure, a time of day or a date. "888888,5分钟": behind a code a comma ends a clause.
        let figure = text.trim_end_matches(['.', ',']).bytes().rev().take(MOST_DIGITS + 1).take_while(u8::is_ascii_digit).count();
        let is_part = before.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, ':' | '/' | '+') || matches!(c, '.' | ',') && (1..=MOST_DIGITS).contains(&figure))
            || last.is_some_and(|c| matches!(c, '時' | '时' | '點' | '点' | '시'));
        let Some(number) = self.key.text[at..end].parse::<u64>().ok().filter(|_| end - at <= MOST_DIGITS && !is_part) else { return (None, Some(end)) };
        let (tenths, end) = self.tenths(number, end);
        let (factor, unit_at) = self.factor(end);
        match self.unit(unit_at, u128::MAX) {
            Some((seconds, unit_end, languages)) => {
                let (rest, end) = self.rest(unit_end, seconds, languages);
                (self.whole(tenths * factor * seconds / 10 + rest), Some(end))
            }
            None => (None, Some(self.minutes_of_day(unit_at).unwrap_or(end))),
        }
    }

    /// Where "9 óra 51" ends, which is a time of day: its minutes are no duration.
    fn minutes_of_day(&self, unit_at: usize) -> Option<usize> {
        let (seconds, end, _) = self.longest(unit_at, u128::MAX, unit_of)?;
        let minutes_at = end + usize::from(self.key.text[end..].starts_with(' '));
        (seconds == HOUR && self.digits_at(minutes_at) == 2).then_some(minutes_at + 2)
    }

    /// What goes on in a smaller unit of the same language: "1 hour 30 minutes", "1 hour and 30 minutes". The seconds, and where
    /// they end.
    fn rest(&self, at: usize, larger: u64, languages: u128) -> (u64, usize) {
        let text = &self.key.text[at..];
        let word = text.strip_prefix(' ').unwrap_or(text);
        let letters: usize = word.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        let number_at = match word[letters..].strip_prefix(' ') {
            Some(rest) if (1..=MOST_CONJUNCTION_BYTES).contains(&letters) => self.key.text.len() - rest.len(),
            _ => self.key.text.len() - word.len(),
        };
        let digits = self.digits_at(number_at);
        let number = self.key.text[number_at..number_at + digits].parse::<u64>().ok().filter(|_| digits <= 2);
        let unit_at = number_at + digits + usize::from(self.key.text[number_at + digits..].starts_with(' '));
        match number.and_then(|number| Some((number, self.unit(unit_at, languages)?))) {
            Some((number, (seconds, end, _))) if seconds < larger => (number * seconds, end),
            _ => (0, at),
        }
    }

    fn digits_at(&self, at: usize) -> usize {
        self.key.text.as_bytes()[at..].iter().take_while(|c| c.is_ascii_digit()).count()
    }

    /// The number in tenths, with one decimal if there is one; "1,200" is more than a thousand.
    fn tenths(&self, number: u64, end: usize) -> (u64, usize) {
        match self.key.text.as_bytes()[end..] {
            [b'.' | b',', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ref rest @ ..] if number < 10 && !rest.first().is_some_and(u8::is_ascii_digit) => {
                let hundreds = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
                (10 * (1000 * number + hundreds), end + 4)
            }
            [b'.' | b',', digit, ref rest @ ..] if digit.is_ascii_digit() && !rest.first().is_some_and(u8::is_ascii_digit) => (number * 10 + u64::from(digit - b'0'), end + 2),
            _ => (number * 10, end),
        }
    }

    /// What stands between a figure and its unit: a space, the figure in words in brackets, a factor.
    fn factor(&self, end: usize) -> (u64, usize) {
        let rest = |at: usize| &self.key.text[at..];
        let skip = |at: usize| at + usize::from(rest(at).starts_with(' '));
        let mut at = skip(end);
        if rest(at).starts_with('(')
            && let Some(close) = rest(at).bytes().take(MOST_ASIDE_BYTES).position(|c| c == b')')
        {
            at = skip(at + close + 1);
        }
        let times = rest(at).strip_prefix(['x', '×']).map(|after| skip(self.key.text.len() - after.len()));
        match times.map(|times| (times, self.digits_at(times))) {
            Some((times, digits @ 1..=MOST_DIGITS)) => (rest(times)[..digits].parse().unwrap_or(1), skip(times + digits)),
            _ => (1, at),
        }
    }

    /// A number in words and its unit; a whole duration; a unit before its number; a phrase of a purpose.
    fn words(&self, at: usize) -> Step {
        if !self.key.is_word_start(at) {
            return (None, None);
        }
        let phrase = self.longest(at, self.own, |meaning| if let Meaning::Is(what) = meaning { Some(what) } else { None });
        if let Some((number, end, languages)) = self.longest(at, self.own, |meaning| if let Meaning::Number(number) = meaning { Some(number) } else { None }) {
            let unit_at = end + usize::from(self.key.text[end..].starts_with(' '));
            // "an hour and a half" is longer than "an hour".
            if let Some((seconds, end, _)) = self.unit(unit_at, languages).filter(|(_, end, _)| phrase.is_none_or(|(_, other, _)| other <= *end)) {
                return (self.whole(number * seconds), Some(end));
            }
        }
        if let Some((what, end, _)) = phrase {
            return (Some(what), Some(end));
        }
        let Some((seconds, end, languages)) = self.longest(at, self.own, |meaning| if let Meaning::Unit(seconds, true) = meaning { Some(seconds) } else { None }) else {
            return (None, None);
        };
        let number_at = end + self.key.text[end..].bytes().take_while(|c| matches!(c, b' ' | b':')).count();
        let digits = self.digits_at(number_at);
        if (1..=MOST_DIGITS).contains(&digits) {
            let number: u64 = self.key.text[number_at..number_at + digits].parse().unwrap_or(0);
            return (self.whole(number * seconds), Some(number_at + digits));
        }
        match self.longest(number_at, languages, |meaning| if let Meaning::Number(number) = meaning { Some(number) } else { None }) {
            Some((number, end, _)) => (self.whole(number * seconds), Some(end)),
            None => (None, None),
        }
    }

    fn whole(&self, seconds: u64) -> Option<What> {
        (LEAST_SECONDS..=MOST_SECONDS).contains(&seconds).then_some(What::Seconds(seconds))
    }

    fn unit(&self, at: usize, languages: u128) -> Option<(u64, usize, u128)> {
        let unit = self.longest(at, languages & self.own, unit_of).or_else(|| self.longest(at, languages, unit_of))?;
        // "19h36" and "19 h 36" are times of day, "24h/24" is an opening time.
        let after = &self.key.text[unit.1..];
        let minutes = after.strip_prefix(' ').map(|minutes| &minutes[..minutes.bytes().take_while(u8::is_ascii_digit).count()]);
        // "9 óra 51 perckor": nothing holds for 9 hours and 51 minutes.
        let is_odd = minutes.is_some_and(|minutes| minutes.len() == 2 && !minutes.ends_with(['0', '5']));
        let is_h = self.key.text[at..unit.1] == *"h" && minutes.is_some_and(|minutes| !minutes.is_empty());
        let is_time = unit.0 == HOUR && (is_h || is_odd);
        (!is_time && !after.starts_with(|c: char| c.is_ascii_digit() || c == '/')).then_some(unit)
    }

    /// The longest phrase at a place in one of the languages whose meaning is wanted: the meaning, where it ends, and its
    /// languages.
    fn longest<T>(&self, at: usize, languages: u128, wanted: impl Fn(Meaning) -> Option<T>) -> Option<(T, usize, u128)> {
        let table = &*TABLE;
        let rest = &self.key.text[at..];
        let [first, second] = beginning(rest);
        let lengths = |beginning| table.lengths.get(&beginning).copied().unwrap_or(0);
        let mut left = lengths([first, second]) | lengths([first, NOTHING]);
        // The longest first.
        let ends = std::iter::from_fn(|| {
            let length = left.checked_ilog2()?;
            left &= !(1 << length);
            Some(at + length as usize)
        });
        ends.filter(|end| self.key.text.is_char_boundary(*end)).find_map(|end| {
            let is_word_end = self.key.is_word_end(end);
            let entries = table.entries.get(&self.key.text[at..end])?.iter().filter(|entry| entry.languages & languages != 0 && (entry.open_end || is_word_end));
            let mut meant = entries.filter_map(|entry| Some((wanted(entry.meaning)?, entry.languages)));
            let (meaning, first) = meant.next()?;
            Some((meaning, end, meant.fold(first, |all, (_, languages)| all | languages)))
        })
    }
}

fn unit_of(meaning: Meaning) -> Option<u64> {
    if let Meaning::Unit(seconds, _) = meaning { Some(seconds) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds_in(text: &str, tag: &str) -> Vec<u64> {
        let own = LANGUAGES.iter().position(|known| *known == tag).map_or(0, |number| 1u128 << number);
        find(text, own).into_iter().filter_map(|detail| if let What::Seconds(seconds) = detail.what { Some(seconds) } else { None }).collect()
    }

    #[test]
    fn every_line_of_the_data_says_something() {
        assert_eq!(read(DATA).filter_map(Result::err).collect::<Vec<_>>(), Vec::<&str>::new());
        assert!(read(DATA).filter_map(Result::ok).all(|(phrase, _)| phrase.len() < u128::BITS as usize), "a bit for each length");
    }

    #[test]
    fn durations_are_read_in_figures_and_in_words() {
        for (tag, text, seconds) in [
            ("en", "expires in 10 minutes.", 600),
            ("en", "valid for 10 (ten) minutes", 600),
            ("en", "you have half an hour", 1800),
            ("en", "within twenty-four hours", 86400),
            ("en", "a 15-minute window", 900),
            ("de", "Der Link gilt eine Stunde.", 3600),
            ("de", "1,5 Stunden", 5400),
            ("fr", "Valable 15 minutes", 900),
            ("ja", "10分間有効", 600),
            ("zh-Hans", "半小时内有效", 1800),
            ("zh-Hans", "您的验证码是888888,5分钟内有效", 300),
            ("fi", "Koodi vanhenee vartissa.", 900),
            ("he", "היא טובה לעשר דקות", 600),
            ("ar", "صالح لمدة ساعتين", 7200),
            ("ar", "صالح ٦٠ دقيقة", 0),
            ("sw", "baada ya dakika 10", 600),
            ("id", "berlaku 2 x 24 jam", 172_800),
            ("ru", "действует полчаса", 1800),
            ("cs", "Kód vydrží hodinu", 3600),
            ("tr", "on dakika geçerlidir", 600),
            ("fr", "dans les 20 prochaines minutes", 1200),
            ("es", "vence mañana a la misma hora", 86400),
            ("ru", "Кнопка работает трое суток", 259_200),
            ("eu", "sei orduko epean", 21600),
            ("en", "valid for 1 hour and 30 minutes", 5400),
            ("en", "1 day 12 hours", 129_600),
            ("de", "1 Stunde und 15 Minuten", 4500),
            ("en", "an hour and a half", 5400),
            ("br", "hanter-eurvezh pe 20 munut", 1200),
            ("ku", "30 deqe derbasdar e", 1800),
            ("sc", "bàlidu pro 10 minutos", 600),
            ("om", "daqiiqaa 10", 600),
            ("mi", "30 meneti", 1800),
            ("en", "fades in 1,200 seconds", 1200),
            ("en", "Expires: 300 s", 300),
        ] {
            let expected: Vec<u64> = (seconds > 0).then_some(seconds).into_iter().collect();
            assert_eq!(seconds_in(text, tag), expected, "{text}");
        }
    }

    #[test]
    fn times_of_day_dates_and_figures_are_no_durations() {
        for text in [
            "at 10:05 h",
            "9 óra 51 perckor",
            "901 S Main St",
            "24/7",
            "24h/24",
            "19h36",
            "12.345 minutes",
            "17時24分",
            "9시 14분에",
            "19 h 36",
            "a second factor",
            "booking 4711 days",
            "1234567 minutes",
            "h 5",
        ] {
            assert!(seconds_in(text, "en").iter().all(|seconds| *seconds == 4711 * 86400), "{text}");
        }
    }

    #[test]
    fn every_language_of_the_lexicon_knows_minutes_and_hours() {
        for (number, tag) in LANGUAGES.iter().enumerate() {
            for wanted in [60, HOUR] {
                let knows = |entry: &Entry| entry.languages & 1 << number != 0 && unit_of(entry.meaning) == Some(wanted);
                assert!(TABLE.entries.values().flatten().any(knows), "{tag} has no word for {wanted} seconds");
            }
        }
    }

    #[test]
    fn a_smaller_unit_goes_on_with_a_larger_one_only() {
        assert_eq!(seconds_in("10 minutes and 2 hours", "en"), [600, 7200]);
        assert_eq!(seconds_in("valid 1 hour, 30 people asked", "en"), [3600]);
        assert_eq!(seconds_in("within 1 hour or call 30 minutes later", "en"), [3600, 1800]);
    }

    #[test]
    fn a_number_and_its_unit_are_of_one_language() {
        assert!(seconds_in("on dakika", "en").is_empty());
        assert_eq!(seconds_in("10 dakika", "en"), [600], "a unit behind a figure needs no language");
    }
}

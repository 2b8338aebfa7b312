//! A stretch of decoded text: what in it names, addresses or numbers somebody. Every replacement is in place, a
//! character for a character.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Redactor;
use super::ledger::{Sort, key, plain};
use super::url::{is_host, is_token};

macro_rules! pattern {
    ($name:ident = $pattern:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap_or_else(|error| unreachable!("a pattern of ours: {error}")));
    };
}

pattern!(MAILBOX = r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[\p{L}0-9_-]+(?:\.[\p{L}0-9_-]+)*");
pattern!(HOST = r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]*");
pattern!(IP4 = r"(?-u:\b)\d{1,3}(?:\.\d{1,3}){3}(?-u:\b)");
pattern!(IP6 = r"(?-u:\b)(?:[0-9A-Fa-f]{1,4}:){4,7}[0-9A-Fa-f:]*[0-9A-Fa-f]|(?-u:\b)[0-9A-Fa-f]{4}:(?:[0-9A-Fa-f]{0,4}:){1,6}:[0-9A-Fa-f]{1,4}");
// Days and times stay: they tell nobody apart, and the engine looks at them.
pattern!(
    DATE = r"(?x)(?-u:\b)(?:
        (?:19|20)\d\d-\d\d-\d\dT\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)? | (?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2} | \d{1,2}\.\ ?\d{1,2}\.\ ?(?:19|20)\d\d | \d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d | (?:19|20)\d\d\ ?[-–/]\ ?(?:19|20)?\d\d
        | \d{1,2}[./-]\d{1,2}[./-]\d\d | \d{1,2}[:.]\d\d(?::\d\d)?(?:\.\d{3})?(?:\ [+-]\d{4})? | (?:19|20)\d\d
    )(?-u:\b)"
);
// A part is read by what its markup declares.
pattern!(CHARSET = r#"(?i)(?:charset|encoding)=["']?[a-z0-9_-]+|\b(?:iso-8859-\d+|windows-125\d|koi8-[ru]|gb18030|gb2312|iso-2022-jp)\b"#);
// Groups of digits with one to three characters between: telephones, cards, accounts.
pattern!(FIGURE = r"[+(]{0,2}\p{Nd}+(?:[ \x{a0}\x{2009}\x{202f}.‐‑–/()·-]{1,3}\p{Nd}+)*");
pattern!(MIXED = r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*");

/// Separators inside a code, in HTML with the white space of the source between its cells.
const MAX_CODE_GAP: usize = 200;
/// A URL as long as this may have been cut at the end of its line; the engine joins such lines.
const WRAPPED_LINE: usize = 62;

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Sentences: words stay.
    Prose,
    /// Fields and attributes for machines: whatever looks random goes.
    Opaque,
    /// Only URLs: style sheets.
    Urls,
}

impl Redactor {
    pub(super) fn text(&mut self, chars: &mut [char], manner: Manner) {
        let mut done = vec![false; chars.len()];
        for url in urls(chars) {
            self.url(&mut chars[url.clone()]);
            done[url].fill(true);
        }
        if manner == Manner::Urls {
            return;
        }
        self.each(&MAILBOX, chars, &mut done, |redactor, found| redactor.mailbox(found));
        self.each(&IP4, chars, &mut done, |redactor, found| redactor.ip(found));
        self.each(&IP6, chars, &mut done, |redactor, found| redactor.ledger.put(Sort::Ip, found, 0..found.len()));
        self.hosts(chars, &mut done);
        self.codes(chars, &mut done);
        spans(&CHARSET, chars).into_iter().for_each(|charset| done[charset].fill(true));
        spans(&DATE, chars).into_iter().filter(|date| stands_alone(chars, date)).for_each(|date| done[date].fill(true));
        self.names(chars, &mut done);
        if manner == Manner::Opaque {
            return self.pieces(chars, &mut done, false, 0);
        }
        self.mixed(chars, &mut done);
        self.figures(chars, &mut done);
    }

    fn each(&mut self, pattern: &Regex, chars: &mut [char], done: &mut [bool], mut replace: impl FnMut(&mut Self, &mut [char])) {
        for found in spans(pattern, chars) {
            if !done[found.clone()].contains(&true) {
                replace(self, &mut chars[found.clone()]);
                done[found].fill(true);
            }
        }
    }

    fn hosts(&mut self, chars: &mut [char], done: &mut [bool]) {
        for found in spans(&HOST, chars) {
            if is_host(&chars[found.clone()]) && !done[found.clone()].contains(&true) {
                self.host(&mut chars[found.clone()]);
                done[found].fill(true);
            }
        }
    }

    /// Codes that the engine found in what a person sees, however they are spelled here: "381 599", a digit a cell.
    fn codes(&mut self, chars: &mut [char], done: &mut [bool]) {
        let codes = std::mem::take(&mut self.codes);
        let stream: Vec<usize> = (0..chars.len()).filter(|at| chars[*at].is_alphanumeric()).collect();
        let plain: Vec<char> = stream.iter().map(|at| plain(chars[*at])).collect();
        for code in &codes {
            let code: Vec<char> = code.chars().collect();
            let mut at = 0;
            while let Some(found) = plain.get(at..).and_then(|rest| rest.windows(code.len()).position(|window| window == code.as_slice())) {
                let places = &stream[at + found..at + found + code.len()];
                at += found + 1;
                if is_one_code(chars, places) && !places.iter().any(|place| done[*place]) {
                    self.ledger.put(Sort::Code, chars, places.iter().copied());
                    done[places[0]..=places[places.len() - 1]].fill(true);
                    at += code.len() - 1;
                }
            }
        }
        self.codes = codes;
    }

    /// Letters with digits among them, from five characters on: "A4", "24h" and "10min" are words.
    fn mixed(&mut self, chars: &mut [char], done: &mut [bool]) {
        for found in spans(&MIXED, chars) {
            let text: String = chars[found.clone()].iter().collect();
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            if done[found.clone()].contains(&true) || digits < 2 || !text.bytes().any(|c| c.is_ascii_alphabetic()) || text.len() < 5 || is_quantity(&text) {
                continue;
            }
            for run in super::url::runs(&chars[found.clone()]) {
                let run = found.start + run.start..found.start + run.end;
                let part: String = chars[run.clone()].iter().collect();
                let has_digits = part.bytes().any(|c| c.is_ascii_digit());
                if has_digits && (digits >= 4 || part.len() >= 5) && !is_quantity(&part) || is_token(&part) {
                    self.ledger.put(Sort::Number, chars, run);
                }
            }
            done[found].fill(true);
        }
    }

    /// Figures of four digits and more, in one piece or in groups.
    fn figures(&mut self, chars: &mut [char], done: &mut [bool]) {
        for found in spans(&FIGURE, chars) {
            for free in free_runs(&found, done) {
                let digits = key(chars[free.clone()].iter().copied()).len();
                let dotted = chars[free.clone()].contains(&'.') && !chars[free.clone()].contains(&' ');
                if digits >= if dotted { 5 } else { 4 } {
                    self.ledger.put(Sort::Number, chars, free.clone());
                    done[free].fill(true);
                }
            }
        }
    }
}

/// Matches as ranges of characters.
fn spans(pattern: &Regex, chars: &[char]) -> Vec<Range<usize>> {
    let text: String = chars.iter().collect();
    let (mut at, mut byte) = (0, 0);
    let mut seek = |target: usize| {
        while byte < target {
            byte += chars[at].len_utf8();
            at += 1;
        }
        at
    };
    pattern.find_iter(&text).map(|found| seek(found.start())..seek(found.end())).collect()
}

fn free_runs(range: &Range<usize>, done: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in range.clone().filter(|at| !done[*at]) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// No letter or digit touches it, and no group of digits goes on behind it.
fn stands_alone(chars: &[char], span: &Range<usize>) -> bool {
    let touches = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_alphanumeric());
    let near_digit = |joint: Option<usize>, beyond: Option<usize>| {
        joint.and_then(|at| chars.get(at)).is_some_and(|c| matches!(c, '-' | '‑' | '\u{a0}' | ' ' | '.')) && beyond.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit)
    };
    let year = span.len() == 4;
    let in_group = year
        && (near_digit(span.start.checked_sub(1), span.start.checked_sub(2)) && three_before(chars, span.start - 1)
            || near_digit(Some(span.end), Some(span.end + 1)) && three_after(chars, span.end + 1));
    !touches(span.start.checked_sub(1)) && !touches(Some(span.end)) && !in_group
}

fn three_before(chars: &[char], end: usize) -> bool {
    chars[..end].iter().rev().take_while(|c| c.is_ascii_digit()).count() >= 3
}

fn three_after(chars: &[char], start: usize) -> bool {
    chars[start..].iter().take_while(|c| c.is_ascii_digit()).count() >= 3
}

/// A year, a date, a time or a quantity, whole.
pub(super) fn is_everyday(text: &str) -> bool {
    DATE.find(text).is_some_and(|date| date.range() == (0..text.len())) || is_quantity(text)
}

/// "10min", "128GB", "1080p", "14h30".
fn is_quantity(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let unit = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    (1..=3).contains(&digits) && (unit <= 4 && unit == rest.len() || unit <= 2 && rest.len() <= unit + 2)
}

/// Nothing but separators stands between its characters, and nothing longer has it inside.
fn is_one_code(chars: &[char], places: &[usize]) -> bool {
    let (first, last) = (places[0], places[places.len() - 1]);
    let touches = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_alphanumeric());
    let is_joint = |c: &char| {
        c.is_whitespace()
            || matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−' | '.' | '·' | '•' | '|' | '_' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffd}')
    };
    !touches(first.checked_sub(1))
        && !touches(Some(last + 1))
        && places.windows(2).all(|pair| pair[1] - pair[0] <= MAX_CODE_GAP && chars[pair[0] + 1..pair[1]].iter().all(is_joint))
}

/// URLs by their scheme, also with the escaped slashes of JSON.
fn urls(chars: &[char]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match scheme(chars, at) {
            Some(rest) => {
                let end = wrapped(chars, at, end_of_url(chars, rest));
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Where the host begins, if a URL begins here.
fn scheme(chars: &[char], at: usize) -> Option<usize> {
    let is = |word: &str| chars.len() >= at + word.len() && chars[at..].iter().zip(word.chars()).all(|(c, w)| c.to_ascii_lowercase() == w);
    let after = at
        + if is("https:") {
            6
        } else if is("http:") {
            5
        } else {
            return None;
        };
    let slashes = chars[after..].iter().take_while(|c| matches!(c, '/' | '\\')).count();
    (slashes >= 2 && chars[after..after + slashes].contains(&'/')).then_some(after + slashes)
}

fn end_of_url(chars: &[char], from: usize) -> usize {
    let mut end = from;
    let mut in_host = true;
    while let Some(c) = chars.get(end) {
        in_host &= !matches!(c, '/' | '?' | '#');
        let escaped_slash = *c == '\\' && matches!(chars.get(end + 1), Some('/' | '\\'));
        let stops =
            c.is_whitespace() || matches!(c, '<' | '>' | '"' | '|' | '^' | '`' | '{' | '}') || *c == '\\' && !escaped_slash || !(c.is_ascii() || in_host && c.is_alphanumeric());
        if stops {
            break;
        }
        end += 1;
    }
    while end > from && matches!(chars[end - 1], '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*') {
        end -= 1;
    }
    end
}

/// Where a URL ends that goes on in the next lines, as the engine joins them.
fn wrapped(chars: &[char], start: usize, mut end: usize) -> usize {
    let bracketed = start > 0 && chars[start - 1] == '<';
    loop {
        let line_start = chars[..start].iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
        let mut next = end + chars[end..].iter().take_while(|c| matches!(c, ' ' | '\r')).count();
        if chars.get(next) != Some(&'\n') {
            return end;
        }
        next += 1 + chars[next + 1..].iter().take_while(|c| matches!(c, ' ' | '\t')).count();
        let line: Vec<char> = chars[next..].iter().copied().take_while(|c| !matches!(c, '\n' | '\r')).collect();
        let rest: String = line.iter().collect::<String>().trim_end().to_owned();
        let text = rest.trim_end_matches('>');
        let is_url_text =
            !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic() && c != b'<') && !rest.contains("://") && !rest.starts_with(['-', '=', '*', '>', '_', '(', '[']);
        let is_query = text.contains(['=', '&']) || text.starts_with(['/', '?']);
        let looks_like_rest = text.bytes().any(|c| c.is_ascii_digit() || matches!(c, b'=' | b'&' | b'%' | b'/')) || text.len() >= 24;
        if !is_url_text || !(bracketed || is_query || end - line_start.min(end) >= WRAPPED_LINE && looks_like_rest) {
            return end;
        }
        end = next + text.chars().count();
    }
}

//! How long a code or link holds, as the mail states it.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

use std::ops::Range;

use super::words::{Sentence, Words};
use super::{Dated, MOST_PLACES, Report};
use crate::body::view::Role;
use crate::lexicon::Concept;
use crate::lexicon::details::What;

/// What a statement of expiry is about.
const SUBJECTS: [Concept; 13] = [
    Concept::Code,
    Concept::VerificationCode,
    Concept::Enter,
    Concept::Click,
    Concept::Verify,
    Concept::Reset,
    Concept::Password,
    Concept::ChoosePassword,
    Concept::Once,
    Concept::SignIn,
    Concept::Identity,
    Concept::TwoFactor,
    Concept::LetIn,
];
/// What other durations are about.
const OTHERS: [Concept; 16] = [
    Concept::OtherCode,
    Concept::BackupCode,
    Concept::Order,
    Concept::Coupon,
    Concept::Parcel,
    Concept::Meeting,
    Concept::Ticket,
    Concept::Phone,
    Concept::Newsletter,
    Concept::Help,
    Concept::Travel,
    Concept::Finance,
    Concept::Loyalty,
    Concept::Legal,
    Concept::Premises,
    Concept::Street,
];
/// So near a duration is what it is about.
const OTHERS_BYTES: usize = 200;
/// A line that holds hardly more than the duration: "(1 hour)".
const BARE_BYTES: usize = 40;
/// "until 14:05", "until the 14:05".
const UNTIL_BYTES: usize = 3;
/// "until tomorrow at 14:05".
const DAY_BYTES: usize = 20;
/// "14 March 2026 at 14:05".
const DATE_BYTES: usize = 40;
/// "o'clock" and a full stop, and one more that tells a longer word.
const MOST_HOUR_CHARS: usize = 10;
/// ". " and the like between the numbers of a date.
const MOST_GAP_BYTES: usize = 4;
const DAY: i64 = 24 * 3600;
/// A server that stamps its mails in UTC says nothing of the sender's clock: then a time of day is only believed if it is
/// so near that no other zone explains it.
const MOST_IN_UTC: i64 = 3600;
/// A time that was just now is when the mail was asked for, and none of tomorrow's.
const JUST_NOW: i64 = 15 * 60;

pub(super) fn expires_in(report: &Report, words: &Words<'_>) -> Option<u64> {
    let places: Vec<(usize, usize)> = places(report);
    let durations = words.durations().map(|(seconds, span, sentence)| (score(words, span, sentence, &places), seconds));
    let mut best: Option<(i32, u64)> = None;
    // Of two that are as good, the first; a duration says more than a time of day.
    for (score, seconds) in durations.chain(times_of_day(report, words, &places)).filter(|(score, _)| *score > 0) {
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, seconds));
        }
    }
    best.map(|(_, seconds)| seconds)
}

/// Where the answers stand, or what comes nearest to one.
fn places(report: &Report) -> Vec<(usize, usize)> {
    let best = crate::Kind::ALL.into_iter().filter_map(|kind| report.candidates(kind).next());
    best.flat_map(|candidate| candidate.places.iter().take(MOST_PLACES).map(|(view, span)| (*view, span.start))).collect()
}

/// How much speaks for a duration being the one that is asked for.
fn score(words: &Words<'_>, span: &Range<usize>, sentence: Sentence<'_>, places: &[(usize, usize)]) -> i32 {
    let distance = places.iter().filter(|(view, _)| *view == sentence.view).map(|(_, at)| sentence.distance(*at)).min();
    let mut score = 0;
    let mut add = |seen: bool, points: i32| score += if seen { points } else { 0 };
    add(sentence.has(&[Concept::Expires]), 4);
    add(sentence.has(&SUBJECTS), 2);
    add(distance.is_some_and(|distance| distance <= 1), 3);
    add(distance.is_some_and(|distance| distance <= 3), 1);
    add(sentence.is_within(BARE_BYTES), 1);
    add(is_of_others(sentence, span), -3);
    add(words.role(sentence.view, span.start) == Role::Footer, -2);
    score
}

/// Whether the words around a duration are about something else; the duration's own are not ("time" is an appointment in
/// Danish, and an hour).
fn is_of_others(sentence: Sentence<'_>, span: &Range<usize>) -> bool {
    let around = sentence.reach(span, OTHERS_BYTES);
    let beside = |hit: Range<usize>| hit.end <= span.start || hit.start >= span.end;
    sentence.has(&OTHERS) && OTHERS.into_iter().any(|other| sentence.over(other, around.clone()).any(beside))
}

/// The seconds from the mail's `Date` to each time of day until which the mail says that something holds.
fn times_of_day(report: &Report, words: &Words<'_>, places: &[(usize, usize)]) -> Vec<(i32, u64)> {
    let Some(dated) = report.dated else { return Vec::new() };
    let mut found = Vec::new();
    for (view, text) in report.views.iter().enumerate() {
        for clock in clocks(&text.text).into_iter().chain(named_times(words, view)) {
            let sentence = words.sentence(view, clock.span.start);
            let is_tomorrow = words.is_beside(What::Tomorrow, view, &clock.span, DAY_BYTES);
            let is_until = words.is_beside(What::Until, view, &clock.span, if is_tomorrow { DAY_BYTES } else { UNTIL_BYTES });
            if !(is_until || sentence.has(&[Concept::Expires])) {
                continue;
            }
            if let Some(left) = day(words, sentence, &clock, dated).and_then(|day| left(dated, &clock, day)) {
                let of_words = if is_until && !sentence.has(&[Concept::Expires]) { 4 } else { 0 };
                found.push((score(words, &clock.span, sentence, places) + of_words, left));
            }
        }
    }
    found
}

/// Midnight and noon.
fn named_times(words: &Words<'_>, view: usize) -> impl Iterator<Item = Clock> {
    words.details_of(view).iter().filter_map(|detail| match detail.what {
        What::TimeOfDay(seconds) => Some(Clock { seconds: seconds as i64, utc: false, span: detail.span.clone() }),
        _ => None,
    })
}

/// The day of a time, as the mail says.
#[derive(Clone, Copy)]
enum Day {
    /// Nothing is said: the next such time.
    Next,
    /// So many days after the mail's own.
    After(i64),
}

/// The seconds from the mail's `Date` to a time of day, where it is clear on whose clock that is.
fn left(dated: Dated, clock: &Clock, day: Day) -> Option<u64> {
    let now = dated.date + offset(dated, clock);
    let left = match day {
        Day::Next => Some((clock.seconds - now).rem_euclid(DAY)).filter(|left| *left < DAY - JUST_NOW)?,
        Day::After(days) => clock.seconds - now.rem_euclid(DAY) + days * DAY,
    };
    let is_known = clock.utc || dated.offset != 0;
    (left > 0 && (is_known || left <= MOST_IN_UTC)).then(|| u64::try_from(left).ok()).flatten()
}

fn offset(dated: Dated, clock: &Clock) -> i64 {
    if clock.utc { 0 } else { i64::from(dated.offset) }
}

/// Of which day a time is; `None` where that is neither the mail's day nor the next, or not clear.
fn day(words: &Words<'_>, sentence: Sentence<'_>, clock: &Clock, dated: Dated) -> Option<Day> {
    let span = &clock.span;
    if words.is_beside(What::Tomorrow, sentence.view, span, DAY_BYTES) {
        return Some(Day::After(1));
    }
    let around = words.around(sentence, span);
    if around.into_iter().any(has_date) {
        let today = (dated.date + offset(dated, clock)).div_euclid(DAY);
        let days: Vec<i64> = around.into_iter().flat_map(|text| dates(text, today)).map(|date| date - today).collect();
        return [0, 1].into_iter().find(|days_after| days.contains(days_after)).map(Day::After);
    }
    let is_today = |date: &Range<usize>| words.is_beside(What::Today, sentence.view, date, 0);
    let is_dated = sentence.over(Concept::Date, sentence.reach(span, DATE_BYTES)).any(|date| !is_today(&date));
    (!is_dated).then_some(Day::Next)
}

struct Clock {
    seconds: i64,
    utc: bool,
    span: Range<usize>,
}

/// Times of day: "14:05", "16.48", "19h36", "19 h 36", "10:53 PM", "6 PM", "18 Uhr", "21時28分", "02:29 UTC".
fn clocks(text: &str) -> Vec<Clock> {
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes.get(at..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = digits(at);
        if run == 0 {
            at += 1;
            continue;
        }
        // A French hour has a space on both sides, which may be one that does not break.
        let rest = &text[at + run..];
        let spaced = [" h ", "\u{a0}h\u{a0}", "\u{202f}h\u{202f}"].into_iter().find(|mark| rest.starts_with(*mark));
        let minutes_at = at + run + spaced.map_or(1, str::len);
        let is_part = at > 0 && matches!(bytes[at - 1], b'.' | b':' | b'/' | b'-' | b',');
        if run <= 2 && !is_part && (spaced.is_some() || matches!(bytes.get(at + run), Some(b':' | b'.' | b'h'))) && digits(minutes_at) == 2 {
            let after = minutes_at + 2;
            let goes_on = matches!(bytes.get(after..after + 2), Some([b'.' | b':' | b'/' | b'-' | b',', digit]) if digit.is_ascii_digit());
            let value = |range: Range<usize>| text[range].parse::<i64>().unwrap_or(0);
            let (hour, minute) = (value(at..at + run), value(minutes_at..after));
            if !goes_on && (hour < 24 && minute < 60 || (hour, minute) == (24, 0)) {
                found.push(clock(text, hour, minute, at..after));
            }
            at = after;
        } else {
            let hour = text[at..at + run].parse::<i64>().unwrap_or(24);
            if let Some((minute, end)) = minutes_of_east_asia(text, at + run).filter(|_| run <= 2 && hour < 24) {
                found.push(clock(text, hour, minute, at..end));
                at = end;
                continue;
            }
            if run <= 2 && !is_part && hour < 24 && is_hour(rest) {
                found.push(clock(text, hour, 0, at..at + run));
            }
            at += run;
        }
    }
    found
}

/// The minutes behind the hour of "21時28分" and "21시 28분", and where they end.
fn minutes_of_east_asia(text: &str, at: usize) -> Option<(i64, usize)> {
    let rest = text[at..].strip_prefix(['時', '时', '點', '点', '시'])?.trim_start_matches(' ');
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let minute = rest[..digits].parse::<i64>().ok().filter(|minute| *minute < 60)?;
    let after = rest[digits..].strip_prefix(['分', '분'])?;
    Some((minute, text.len() - after.len()))
}

/// Whether what follows a number makes an hour of it: "6 PM", "18 Uhr".
fn is_hour(after: &str) -> bool {
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’')).take(MOST_HOUR_CHARS).filter(|c| c.is_alphabetic()).collect();
    after.len() - after.trim_start().len() <= 2 && ["am", "pm", "uhr", "oclock"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

fn clock(text: &str, hour: i64, minute: i64, span: Range<usize>) -> Clock {
    let after: String = text[span.end..].chars().take(8).filter(|c| !matches!(c, '.' | ' ' | '\u{a0}' | '\u{202f}')).collect::<String>().to_ascii_lowercase();
    let hour = match (after.starts_with("pm"), after.starts_with("am")) {
        (true, _) if hour < 12 => hour + 12,
        (_, true) if hour == 12 => 0,
        _ => hour,
    };
    Clock { seconds: (hour * 60 + minute) * 60, utc: after.starts_with("utc") || after.starts_with("gmt"), span }
}

/// A date in figures: "26/03/2026", "2026-03-10", "10.03.".
fn has_date(sentence: &str) -> bool {
    let bytes = sentence.as_bytes();
    bytes.windows(3).any(|w| w[0].is_ascii_digit() && matches!(w[1], b'/' | b'-') && w[2].is_ascii_digit())
        || bytes.windows(6).any(|w| w[0].is_ascii_digit() && w[1] == b'.' && w[2].is_ascii_digit() && w[3].is_ascii_digit() && w[4] == b'.')
        || ['年', '月', '년', '월'].iter().any(|mark| sentence.contains(*mark))
}

/// The days, counted from 1970-01-01, that the dates in figures of a text may mean: "03/04/2026" is one of two. What has no year is of
/// the year of `today`.
fn dates(text: &str, today: i64) -> Vec<i64> {
    let mut numbers: Vec<(i64, char)> = Vec::new();
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[at..].bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = (rest[at..at + digits].parse().unwrap_or(0), &rest[at + digits..]);
        let mark = after.trim_start().chars().next().unwrap_or(' ');
        // What stands between the numbers of a date is one mark.
        if at > MOST_GAP_BYTES {
            numbers.clear();
        }
        numbers.push((number, mark));
        match numbers[..] {
            [.., (year, '年' | '년'), (month, '月' | '월'), (day, '日' | '일')] => found.extend(day_number(year, month, day)),
            [.., (month, '月' | '월'), (day, '日' | '일')] => found.extend(day_number(year_of(today), month, day)),
            [.., (year @ 1000.., '-' | '/' | '.'), (month, '-' | '/' | '.'), (day, _)] => found.extend(day_number(year, month, day)),
            [.., (first, '-' | '/' | '.'), (second, '-' | '/' | '.'), (year, _)] if !matches!(year, 100..1000) => {
                let year = if year < 100 { 2000 + year } else { year };
                found.extend(day_number(year, second, first));
                found.extend(day_number(year, first, second));
            }
            _ => {}
        }
        rest = after;
    }
    found
}

/// Days from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !((1970..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let days_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + days_of_year - 719_468)
}

fn year_of(day: i64) -> i64 {
    (1970..3000).rev().find(|year| day_number(*year, 1, 1).is_some_and(|first| first <= day)).unwrap_or(1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a mail of Tuesday, 10 March 2026, 09:00 at UTC+1, says of its code's end.
    fn expiry(text: &str) -> Option<u64> {
        let header = "Subject: Your sign-in code\nDate: Tue, 10 Mar 2026 09:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n";
        crate::extract(format!("{header}Your sign-in code is 483921.\n{text}\n").as_bytes()).expires_in().map(|time| time.as_secs())
    }

    #[test]
    fn times_of_this_day_and_the_next_are_seconds_from_the_mail() {
        for (text, seconds) in [
            ("It is valid until 10:30.", 5400),
            ("It is valid until 6 PM.", 9 * 3600),
            ("It is valid until midnight.", 15 * 3600),
            ("It expires at noon.", 3 * 3600),
            ("It is valid until 24:00.", 15 * 3600),
            ("有効期限：本日 21時28分", 44_880),
            ("It is valid until tomorrow 14:00.", 29 * 3600),
            ("It is valid until tomorrow at 08:00.", 23 * 3600),
            ("It is valid until 10:30, 10.03.2026.", 5400),
            ("It is valid until 2026-03-10 10:30.", 5400),
            ("It is valid until 03/11/2026 09:00.", 24 * 3600),
            ("It expires at 10:00 UTC.", 2 * 3600),
        ] {
            assert_eq!(expiry(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn times_of_other_days_are_not_told() {
        for text in ["It is valid until 14.03.2026 10:30.", "It is valid until 10:30 on 10/09/2026.", "It is valid until 10 March 2027 at 10:30.", "We open at 6 PM."] {
            assert_eq!(expiry(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        assert_eq!(day_number(1970, 1, 1), Some(0));
        assert_eq!(day_number(2000, 3, 1), Some(11_017));
        assert_eq!(day_number(2026, 3, 10), Some(20_522));
        assert_eq!(day_number(2026, 13, 10), None);
        assert_eq!(year_of(20_522), 2026);
        assert_eq!(dates("до 09:24, 02.03.2026.", 20_522), [day_number(2026, 3, 2), day_number(2026, 2, 3)].map(|day| day.expect("a day")));
        assert_eq!(dates("3月10日", 20_522), [20_522]);
    }
}

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
const DAY_BYTES: usize = 16;
/// "14 March 2026 at 14:05".
const DATE_BYTES: usize = 40;
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
        for clock in clocks(&text.text) {
            let sentence = words.sentence(view, clock.span.start);
            let is_until = words.is_beside(What::Until, view, &clock.span, UNTIL_BYTES);
            if !(is_until || sentence.has(&[Concept::Expires])) || is_of_another_day(words, sentence, &clock) {
                continue;
            }
            if let Some(left) = left(dated, &clock) {
                let of_words = if is_until && !sentence.has(&[Concept::Expires]) { 4 } else { 0 };
                found.push((score(words, &clock.span, sentence, places) + of_words, left));
            }
        }
    }
    found
}

/// The seconds from the mail's `Date` to a time of day, where it is clear on whose clock that is.
fn left(Dated { date, offset }: Dated, clock: &Clock) -> Option<u64> {
    let offset = if clock.utc { 0 } else { i64::from(offset) };
    let left = (clock.seconds - (date + offset)).rem_euclid(DAY);
    (left > 0 && left < DAY - JUST_NOW && (offset != 0 || left <= MOST_IN_UTC)).then(|| u64::try_from(left).ok()).flatten()
}

/// A date beside it, in figures or in words; "tomorrow".
fn is_of_another_day(words: &Words<'_>, sentence: Sentence<'_>, clock: &Clock) -> bool {
    let span = &clock.span;
    let is_today = |date: &Range<usize>| words.is_beside(What::Today, sentence.view, date, 0);
    words.is_beside(What::Tomorrow, sentence.view, span, DAY_BYTES)
        || sentence.over(Concept::Date, sentence.reach(span, DATE_BYTES)).any(|date| !is_today(&date))
        || words.around(sentence, span).into_iter().any(has_date)
}

struct Clock {
    seconds: i64,
    utc: bool,
    span: Range<usize>,
}

/// Times of day: "14:05", "16.48", "19h36", "19 h 36", "10:53 PM", "02:29 UTC".
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
            if !goes_on && hour < 24 && minute < 60 {
                found.push(clock(text, hour, minute, at..after));
            }
            at = after;
        } else {
            at += run;
        }
    }
    found
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

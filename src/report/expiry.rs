//! How long a code or link holds, as the mail states it.
//!
//! Every duration and every time of day that the mail states competes with "none is stated", each with what it is told by.

#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

mod clock;
mod date;

use std::collections::BTreeSet;
use std::ops::Range;

use super::clue::{Clue, Fact, Spot, Word};
use super::weights::{Told, Weights};
use super::words::{Sentence, Words};
use super::{Dated, MOST_PLACES, Report};
use crate::body::view::Role;
use crate::lexicon::Concept;
use crate::lexicon::details::{Detail, What};
use crate::score::Softmax;
use clock::{Clock, bare_hour, clocks};
use date::{Date, Month, dates};

/// More times than these no mail states; each costs the words of its sentence.
const MOST_TIMES: usize = 200;
/// A line that holds hardly more than the duration: "(1 hour)".
const BARE_BYTES: usize = 40;
/// "until 14:05", "until the 14:05".
const UNTIL_BYTES: usize = 3;
/// "until tomorrow at 14:05", "until Monday, 5pm".
const DAY_BYTES: usize = 20;
/// "14 March 2026 at 14:05".
const DATE_BYTES: usize = 40;
/// Some words.
const BESIDE_BYTES: usize = 30;
/// An answer that holds until a date holds no longer than this.
const MOST_DAYS: i64 = 31;
const DAY: i64 = 24 * 3600;
/// A server that stamps its mails in UTC says nothing of the sender's clock.
const UTC: i32 = 0;
/// A time that was just now is when the mail was asked for, and none of tomorrow's.
const JUST_NOW: i64 = 15 * 60;

/// A time that a mail states, in seconds from when it was sent, with what tells whether it is the one that is asked for.
pub(super) struct Stated {
    pub(super) seconds: u64,
    pub(super) clues: BTreeSet<Clue>,
}

pub(super) fn expires_in(report: &Report, words: &Words<'_>) -> Option<u64> {
    let stated = stated(report, words);
    let weights = Weights::get();
    let log_odds: Vec<f64> = stated.iter().map(|stated| weights.sum(Told::Expiry, &stated.clues)).collect();
    let softmax = Softmax::over(log_odds.iter().copied());
    // Of two that are as good, the first.
    let (best, log_odds) = stated.iter().zip(&log_odds).rev().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    (softmax.share(*log_odds) >= weights.least_expiry()).then_some(best.seconds)
}

/// Every time that a mail states; one that it states twice is one, told by what tells either.
pub(super) fn stated(report: &Report, words: &Words<'_>) -> Vec<Stated> {
    let mut times: Vec<Time> = words.durations().map(|(seconds, view, span)| Time { seconds, view, span: span.clone(), facts: Vec::new(), is_clock: false }).collect();
    times.extend(times_of_day(report, words));
    times.truncate(MOST_TIMES);
    settle(&mut times);
    let places = places(report);
    let mut found: Vec<Stated> = Vec::new();
    for time in &times {
        let clues = clues(words, time, &places);
        match found.iter_mut().find(|stated| stated.seconds == time.seconds) {
            Some(stated) => {
                stated.clues.extend(clues);
                stated.clues.insert(Clue::fact(Fact::Again));
            }
            None => found.push(Stated { seconds: time.seconds, clues }),
        }
    }
    if let [first, rest @ ..] = &mut found[..] {
        first.clues.insert(Clue::fact(Fact::First));
        if rest.is_empty() {
            first.clues.insert(Clue::fact(Fact::Only));
        }
    }
    found
}

/// A duration or a time of day.
struct Time {
    seconds: u64,
    view: usize,
    span: Range<usize>,
    facts: Vec<Fact>,
    is_clock: bool,
}

/// "20 h" is a duration, and an hour of the day; "tomorrow, 20 h" is no duration.
fn settle(times: &mut Vec<Time>) {
    let overlaps = |a: &Time, b: &Time| a.view == b.view && a.is_clock != b.is_clock && a.span.start < b.span.end && b.span.start < a.span.end;
    let others: Vec<(bool, bool)> = times
        .iter()
        .map(|time| {
            let mut others = times.iter().filter(|other| overlaps(time, other)).peekable();
            (others.peek().is_some(), others.any(|other| other.facts.contains(&Fact::Dated)))
        })
        .collect();
    times.iter_mut().zip(&others).filter(|(_, (both, _))| *both).for_each(|(time, _)| time.facts.push(Fact::ReadsOtherwise));
    let mut others = others.into_iter();
    times.retain(|time| others.next().is_none_or(|(_, dated)| time.is_clock || !dated));
}

/// Where the answers stand, or what comes nearest to one.
fn places(report: &Report) -> Vec<(usize, usize)> {
    let best = crate::Kind::ALL.into_iter().filter_map(|kind| report.candidates(kind).next());
    best.flat_map(|candidate| candidate.places.iter().take(MOST_PLACES).map(|(view, span)| (*view, span.start))).collect()
}

/// What tells whether a time is the one that is asked for.
fn clues(words: &Words<'_>, time: &Time, places: &[(usize, usize)]) -> BTreeSet<Clue> {
    let sentence = words.sentence(time.view, time.span.start);
    let mut facts = vec![Fact::Always, length(time)];
    facts.extend(&time.facts);
    let nearest = places.iter().filter(|(view, _)| *view == time.view).map(|(_, at)| (sentence.distance(*at), *at)).min();
    if let Some((distance, at)) = nearest {
        facts.push(match distance {
            0 => Fact::SameSentence,
            1 => Fact::NextSentence,
            2..=3 => Fact::ThreeSentences,
            4..=10 => Fact::TenSentences,
            _ => Fact::FurtherOff,
        });
        if at < time.span.start {
            facts.push(Fact::Behind);
        }
    }
    match words.role(time.view, time.span.start) {
        _ if words.is_subject(time.view) => facts.push(Fact::InSubject),
        Role::Footer | Role::Signature => facts.push(Fact::InFooter),
        Role::Quoted => facts.push(Fact::InQuote),
        _ => {}
    }
    let [until, until_in_sentence] = [UNTIL_BYTES, DATE_BYTES].map(|bytes| words.is_beside(What::Until, time.view, &time.span, bytes));
    let within = words.is_right_before(What::Within, time.view, &time.span, UNTIL_BYTES);
    let is_said = until_in_sentence || within || time.facts.contains(&Fact::Today) || sentence.has(&[Concept::Expires]);
    let mut add = |seen: bool, fact: Fact| facts.extend(seen.then_some(fact));
    add(until, Fact::Until);
    add(until_in_sentence, Fact::UntilInSentence);
    add(within, Fact::Within);
    add(sentence.is_within(BARE_BYTES), if time.is_clock { Fact::ClockBare } else { Fact::Bare });
    add(!is_said, if time.is_clock { Fact::ClockUnsaid } else { Fact::Unsaid });
    let mut clues: BTreeSet<Clue> = facts.into_iter().map(Clue::fact).collect();
    clues.extend(sentence.concepts().map(|concept| Clue::word(Word::Concept(concept), Spot::Sentence)));
    for (concept, span) in sentence.beside(&time.span, BESIDE_BYTES) {
        let spot = if span.end <= time.span.start { Spot::Before } else { Spot::After };
        clues.insert(Clue::word(Word::Concept(concept), spot));
    }
    clues
}

/// How long a time is.
fn length(time: &Time) -> Fact {
    const LENGTHS: [(u64, Fact, Fact); 9] = [
        (60, Fact::OneMinute, Fact::ClockOneMinute),
        (300, Fact::FiveMinutes, Fact::ClockFiveMinutes),
        (900, Fact::QuarterHour, Fact::ClockQuarterHour),
        (3600, Fact::OneHour, Fact::ClockOneHour),
        (6 * 3600, Fact::SomeHours, Fact::ClockSomeHours),
        (86_400, Fact::OneDay, Fact::ClockOneDay),
        (3 * 86_400, Fact::ThreeDays, Fact::ClockThreeDays),
        (7 * 86_400, Fact::OneWeek, Fact::ClockOneWeek),
        (28 * 86_400, Fact::FourWeeks, Fact::ClockFourWeeks),
    ];
    let length = LENGTHS.into_iter().find(|(most, _, _)| time.seconds <= *most);
    let (duration, clock) = length.map_or((Fact::Months, Fact::ClockMonths), |(_, duration, clock)| (duration, clock));
    if time.is_clock { clock } else { duration }
}

/// The seconds from the mail's `Date` to each time of day that the mail states.
fn times_of_day(report: &Report, words: &Words<'_>) -> Vec<Time> {
    let Some(dated) = report.dated else { return Vec::new() };
    let mut found = Vec::new();
    for (view, text) in report.views.iter().enumerate() {
        let named = named_times(words, view, &text.text, dated);
        for clock in clocks(&text.text, i64::from(dated.offset)).into_iter().chain(named).take(MOST_TIMES) {
            let Some((day, from)) = day(words, view, &text.text, &clock, dated) else { continue };
            let Some(left) = left(dated, &clock, day) else { continue };
            let mut facts = if day == Day::Next { Vec::new() } else { vec![Fact::Dated] };
            let mut add = |seen: bool, fact: Fact| facts.extend(seen.then_some(fact));
            add(clock.zone.is_none() && dated.offset == UTC, Fact::NobodysClock);
            add(words.is_beside(What::Today, view, &clock.span, DAY_BYTES), Fact::Today);
            add(text.text[clock.span.clone()].contains('.'), Fact::FullStop);
            found.push(Time { seconds: left, view, span: clock.span.start.min(from.start)..clock.span.end.max(from.end), facts, is_clock: true });
        }
    }
    found
}

/// Midnight and noon, and hours behind "at" and "until".
fn named_times(words: &Words<'_>, view: usize, text: &str, dated: Dated) -> Vec<Clock> {
    let details = words.details_of(view);
    let mut found = Vec::new();
    for detail in details {
        match detail.what {
            What::TimeOfDay(seconds) => found.push(Clock { seconds: seconds as i64, zone: None, span: detail.span.clone() }),
            What::At | What::Until => {
                let rest = &text[detail.span.end..];
                let gap = rest.len() - rest.trim_start_matches([' ', '.', ':', '\u{a0}']).len();
                let at = detail.span.end + gap;
                // "until 5 minutes", "by 21 March": no hour.
                let is_other = |what: What| matches!(what, What::Month(_)) || matches!(what, What::Seconds(seconds) if seconds % 3600 != 0 || seconds >= DAY as u64);
                let is_other = words.from(view, at).take_while(|other| other.span.start <= at + UNTIL_BYTES).any(|other| is_other(other.what));
                if gap <= UNTIL_BYTES && !is_other {
                    // Behind "till 5 past" no hour ends, but behind "kl. 19 i dag".
                    let hour = bare_hour(text, at, i64::from(dated.offset));
                    found.extend(hour.filter(|hour| detail.what == What::At || !goes_on(words, view, text, at, hour.span.end)));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a word stands behind a bare number, and none of a time.
fn goes_on(words: &Words<'_>, view: usize, text: &str, at: usize, end: usize) -> bool {
    let is_word = text[end..].trim_start_matches([' ', '\u{a0}']).starts_with(char::is_alphabetic);
    is_word && words.from(view, at).take_while(|other| other.span.start <= end + UNTIL_BYTES).next().is_none()
}

/// The day of a time, as the mail says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Day {
    /// Nothing is said: the next such time.
    Next,
    /// So many days after the mail's own.
    After(i64),
}

/// The seconds from the mail's `Date` to a time of day.
fn left(dated: Dated, clock: &Clock, day: Day) -> Option<u64> {
    let now = dated.date + offset(dated, clock);
    let left = match day {
        Day::Next => Some((clock.seconds - now).rem_euclid(DAY)).filter(|left| *left < DAY - JUST_NOW)?,
        Day::After(days) => clock.seconds - now.rem_euclid(DAY) + days * DAY,
    };
    u64::try_from(left).ok().filter(|left| *left > 0)
}

fn offset(dated: Dated, clock: &Clock) -> i64 {
    clock.zone.unwrap_or(i64::from(dated.offset))
}

/// Of which day a time is, and where that stands; `None` where the day is past, far off or not clear.
fn day(words: &Words<'_>, view: usize, text: &str, clock: &Clock, dated: Dated) -> Option<(Day, Range<usize>)> {
    let span = &clock.span;
    if words.is_beside(What::Tomorrow, view, span, DAY_BYTES) {
        return Some((Day::After(1), span.clone()));
    }
    let today = (dated.date + offset(dated, clock)).div_euclid(DAY);
    let sentence = words.sentence(view, span.start);
    let (start, around) = around(text, sentence, span);
    let beside = || words.within(view, start..start + around.len());
    let month = |detail: &Detail| if let What::Month(month) = detail.what { Some((month, detail.span.start - start..detail.span.end - start)) } else { None };
    let months: Vec<Month> = beside().filter_map(month).collect();
    let found = dates(around, &months, today).into_iter().map(|date| Date { span: date.span.start + start..date.span.end + start, days: date.days });
    if let Some(date) = found.filter(|date| gap(&date.span, span) > 0).min_by_key(|date| gap(&date.span, span)) {
        let days = date.days.iter().map(|day| day - today).filter(|days| (0..=MOST_DAYS).contains(days)).min()?;
        return Some((Day::After(days), date.span));
    }
    let weekday = |detail: &Detail| if let What::Weekday(weekday) = detail.what { Some((weekday, detail.span.clone())) } else { None };
    if let Some((weekday, at)) = beside().filter(|detail| gap(&detail.span, span) <= DAY_BYTES).find_map(weekday) {
        // 1970-01-01 was a Thursday, the fourth day.
        let days = (weekday - 4 - today).rem_euclid(7);
        let is_over = days == 0 && clock.seconds <= (dated.date + offset(dated, clock)).rem_euclid(DAY);
        return Some((Day::After(if is_over { 7 } else { days }), at));
    }
    // "today", and "kl.", which some languages list among the words of dates.
    let is_today = |date: &Range<usize>| [What::Today, What::At, What::Until].into_iter().any(|what| words.is_beside(what, view, date, 0));
    let is_dated = sentence.over(Concept::Date, sentence.reach(span, DATE_BYTES)).any(|date| !is_today(&date));
    (!is_dated).then_some((Day::Next, span.clone()))
}

/// The text of a sentence around a place, as much as may say of which day it is, and where that begins.
fn around<'t>(text: &'t str, sentence: Sentence<'_>, place: &Range<usize>) -> (usize, &'t str) {
    let boundary = |from: usize| (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let reach = sentence.reach(place, DATE_BYTES);
    let (start, end) = (boundary(reach.start), boundary(reach.end.min(text.len())));
    (start, &text[start..end])
}

fn gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.start.saturating_sub(b.end).max(b.start.saturating_sub(a.end))
}

#[cfg(test)]
mod tests {
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
    fn times_of_the_next_weeks_are_seconds_from_the_mail() {
        for (text, seconds) in [
            ("It is valid until 14.03.2026 10:30.", 4 * 86_400 + 5400),
            ("It is valid until 12 March 2026, 11.15 am.", 2 * 86_400 + 8100),
            ("It is valid until 5 pm on Thursday.", 2 * 86_400 + 8 * 3600),
            ("It expires at 2026-03-11 04:00:30 EST.", 25 * 3600 + 30),
        ] {
            assert_eq!(expiry(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn times_of_other_days_are_not_told() {
        for text in ["It is valid until 10:30 on 10/09/2026.", "It is valid until 10 March 2027 at 10:30.", "We open at 6 PM."] {
            assert_eq!(expiry(text), None, "{text}");
        }
    }
}

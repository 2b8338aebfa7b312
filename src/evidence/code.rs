//! Evidence about codes.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

use std::ops::Range;

use super::words::Phrases;
use super::{Evidence, Observations, Place, Reading, Sign, status};
use crate::body::view::{Prominence, Role, Source, View};
use crate::candidate::code::{CodeCandidate, Form, Occurrence};
use crate::candidate::link::LinkCandidate;
use crate::lexicon::Concept;

/// What a view's typical text looks like, and how much text each box and each styled element holds.
pub(super) struct Layout {
    pub(super) base_size: f32,
    box_bytes: Vec<u32>,
    styled_bytes: Vec<u32>,
}

impl Layout {
    pub(super) fn new(view: &View) -> Self {
        let mut sizes: Vec<(u32, usize)> = Vec::new();
        let counts = |number: fn(&Prominence) -> u32| vec![0; view.runs.iter().map(|run| number(&run.prominence) as usize + 1).max().unwrap_or(0)];
        let (mut box_bytes, mut styled_bytes) = (counts(|p| p.boxed), counts(|p| p.styled));
        let count = |counts: &mut Vec<u32>, index: u32, len: usize| counts[index as usize] += len as u32;
        for run in &view.runs {
            let size = (run.prominence.size * 4.0) as u32;
            match sizes.iter().position(|(s, _)| *s == size) {
                Some(at) => sizes[at].1 += run.span.len(),
                // A hostile mail may use any number of sizes; the first ones tell the typical one.
                None if sizes.len() < 32 => sizes.push((size, run.span.len())),
                None => {}
            }
            count(&mut box_bytes, run.prominence.boxed, run.span.len());
            count(&mut styled_bytes, run.prominence.styled, run.span.len());
        }
        let base = sizes.iter().max_by_key(|(_, total)| *total).map_or(64, |(size, _)| *size);
        Self { base_size: base as f32 / 4.0, box_bytes, styled_bytes }
    }

    fn is_own_box(&self, boxed: u32, len: usize) -> bool {
        boxed != 0 && self.box_bytes.get(boxed as usize).is_some_and(|bytes| *bytes as usize <= len + 12)
    }

    fn is_own_run(&self, styled: u32, len: usize) -> bool {
        styled != 0 && self.styled_bytes.get(styled as usize).is_some_and(|bytes| *bytes as usize <= len + 3)
    }
}

pub(super) fn observe(reading: &Reading<'_>, code: &CodeCandidate, links: &[LinkCandidate]) -> Observations {
    let mut out = Observations::new();
    shape(code, &mut out);
    for occurrence in &code.occurrences {
        let view = &reading.views[occurrence.view];
        let phrases = &reading.phrases[occurrence.view];
        around(view, phrases, occurrence, &mut out);
        line(view, phrases, occurrence, &mut out);
        setting(view, &reading.layouts[occurrence.view], occurrence, &mut out);
        position(view, occurrence, &mut out);
        phrases.observe(occurrence.view, &occurrence.span, &mut out);
    }
    agreement(reading, code, &mut out);
    out.sign_if(status::is_void(reading, code), Sign::SaidToBeVoid);
    out.sign_if(status::is_series(&code.value), Sign::Series);
    out.sign_if(reading.names_no_code && is_number_of_something(&out), Sign::NumberOfSomething);
    reading.observe_age(code.occurrences.iter().map(|o| (o.view, o.span.start)), &mut out);
    let doubtful = [
        Sign::NearCurrency,
        Sign::AfterMask,
        Sign::InPhoneNumber,
        Sign::NumberBefore,
        Sign::NumberAfter,
        Sign::LooksLikeYear,
        Sign::LooksLikeDate,
        Sign::AfterNumberSign,
        Sign::InFooter,
        Sign::InAnchor,
    ];
    out.sign_if(!doubtful.iter().any(|sign| out.has(*sign)), Sign::Clean);
    if code.value.len() >= 5 {
        let value = memchr::memmem::Finder::new(&code.value);
        out.sign_if(links.iter().any(|link| value.find(link.href.as_bytes()).is_some()), Sign::InLinkOfMail);
    }
    out
}

/// "Your invoice number:" on the line above, or right before it.
fn is_number_of_something(seen: &Observations) -> bool {
    let adjacent = |concept| seen.holds(Evidence::Word(concept, Place::Adjacent).index());
    let is_label = seen.has(Sign::LineAboveEndsWithColon) || seen.has(Sign::AfterColon);
    is_label && adjacent(Concept::Number) && [Concept::Payment, Concept::Order, Concept::Ticket].into_iter().any(adjacent)
}

fn shape(code: &CodeCandidate, out: &mut Observations) {
    let value = code.value.as_str();
    let forms = |form| code.occurrences.iter().any(|o| o.form == form);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if digits == value.len() {
        out.sign(match digits {
            0..=4 => Sign::Digits4,
            5 => Sign::Digits5,
            6 => Sign::Digits6,
            7 => Sign::Digits7,
            8 => Sign::Digits8,
            _ => Sign::Digits9,
        });
        out.sign_if(digits == 4 && (value.starts_with("19") || value.starts_with("20")), Sign::LooksLikeYear);
        out.sign_if(is_date(value), Sign::LooksLikeDate);
        out.sign_if(value.ends_with("00"), Sign::LooksRound);
        out.sign_if(value.starts_with('0'), Sign::LeadingZero);
    }
    // "2026-5518": a case of a year.
    out.sign_if(forms(Form::Grouped) && digits >= 7 && (value.starts_with("202") || value.starts_with("201")), Sign::LooksLikeYear);
    out.sign_if(forms(Form::Grouped), Sign::Grouped);
    out.sign_if(forms(Form::Grouped) && digits == 6, Sign::Grouped3And3);
    out.sign_if(forms(Form::Spelled), Sign::Spelled);
    out.sign_if(forms(Form::Hyphenated), Sign::Hyphenated);
    out.sign_if(forms(Form::Prefixed), Sign::Prefixed);
    out.sign_if(forms(Form::Letters), Sign::Letters);
    out.sign_if(forms(Form::Words), Sign::Words);
    if digits > 0 && digits < value.len() {
        out.sign(Sign::Mixed);
        out.sign_if(matches!(value.len(), 6 | 8), Sign::MixedOf6Or8);
        out.sign_if(value.len() > 8, Sign::MixedLong);
        let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
        out.sign_if(letters + digits == value.len() && letters > 0 && value[letters..].bytes().all(|c| c.is_ascii_digit()), Sign::LettersThenDigits);
    }
    let (lower, upper) = (value.bytes().any(|c| c.is_ascii_lowercase()), value.bytes().any(|c| c.is_ascii_uppercase()));
    out.sign_if(lower, Sign::LowerCase);
    out.sign_if(lower && upper, Sign::BothCases);
}

/// YYYYMMDD, DDMMYYYY, MMDDYYYY.
fn is_date(value: &str) -> bool {
    if value.len() != 8 {
        return false;
    }
    let number = |range: Range<usize>| value[range].parse::<u32>().unwrap_or(0);
    let year = |y: u32| (1900..2100).contains(&y);
    let day_month = |a: u32, b: u32| (1..=31).contains(&a) && (1..=12).contains(&b) || (1..=12).contains(&a) && (1..=31).contains(&b);
    year(number(0..4)) && day_month(number(6..8), number(4..6)) || year(number(4..8)) && day_month(number(0..2), number(2..4))
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₺' | '₩' | '₪' | '₫' | '₴' | '฿' | '₦' | '₱' | '﷼' | '元' | '円' | '원')
}

/// Currency words of three letters as amounts carry them (ISO 4217), and their usual short forms.
fn is_currency_word(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "EUR", "USD", "GBP", "CHF", "PLN", "CZK", "HUF", "RON", "SEK", "NOK", "DKK", "TRY", "TL", "INR", "Rs", "AED", "SAR", "EGP", "MAD", "BRL", "MXN", "ARS", "COP", "CLP",
        "CAD", "AUD", "VND", "IDR", "Rp", "RM", "THB", "KRW", "JPY", "CNY", "RUB", "UAH",
    ];
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_ascii() {
        return WORDS.iter().chain(&["ft", "lei", "kr", "bs", "r$"]).any(|known| known.eq_ignore_ascii_case(word));
    }
    word.len() <= MAX_MARK_BYTES && matches!(word.to_lowercase().as_str(), "zł" | "kč" | "ft" | "lei" | "kr" | "лв" | "руб" | "грн" | "đ" | "bs" | "r$")
}

/// Bytes of a mark or a short word before it is in lower case; what is longer is none.
const MAX_MARK_BYTES: usize = 16;

fn is_number_sign(word: &str) -> bool {
    if word.is_ascii() {
        return ["no", "no.", "nr", "nr.", "num.", "id"].iter().any(|known| known.eq_ignore_ascii_case(word));
    }
    word.len() <= MAX_MARK_BYTES && matches!(word.to_lowercase().as_str(), "no" | "no." | "nr" | "nr." | "№" | "n°" | "nº" | "num." | "id" | "núm.")
}

fn around(view: &View, phrases: &Phrases, occurrence: &Occurrence, out: &mut Observations) {
    let text = view.text.as_str();
    let line = phrases.line(occurrence.span.start, text.len());
    let before = &text[line.start.min(occurrence.span.start)..occurrence.span.start];
    let line_end = phrases.line(occurrence.span.end.min(text.len()), text.len()).end;
    let after = &text[occurrence.span.end..line_end];
    let (b, a) = (before.trim_end(), after.trim_start());
    let (last, first) = (b.chars().next_back(), a.chars().next());
    let word_before = b.rsplit(' ').next().unwrap_or("");
    let word_after = a.split([' ', '.', ',', ')']).next().unwrap_or("");
    out.sign_if(matches!(last, Some(':' | '：' | '﹕' | '=')), Sign::AfterColon);
    out.sign_if(matches!(first, Some(':' | '：')), Sign::BeforeColon);
    out.sign_if(last == Some('#'), Sign::AfterHash);
    out.sign_if(last == Some('#') && b.trim_end_matches('#').trim_end().rsplit(' ').next().is_some_and(|word| word.starts_with('@') && word.contains('.')), Sign::OriginBound);
    out.sign_if(is_number_sign(word_before), Sign::AfterNumberSign);
    out.sign_if(matches!(last, Some('(' | '[' | '【' | '「' | '"' | '“' | '„' | '«' | '\'' | '‘' | '『' | '<')), Sign::InBrackets);
    out.sign_if(last.is_some_and(is_currency) || first.is_some_and(is_currency) || is_currency_word(word_before) || is_currency_word(word_after), Sign::NearCurrency);
    out.sign_if(matches!(last, Some('*' | '•' | '●' | '…' | '∗' | '·')) || word_before.len() >= 2 && word_before.bytes().all(|c| matches!(c, b'x' | b'X' | b'*')), Sign::AfterMask);
    out.sign_if(
        matches!(last, Some('+' | ')')) && last == Some('+') || (matches!(last, Some(')' | '/')) && b.bytes().rev().nth(1).is_some_and(|c| c.is_ascii_digit())),
        Sign::InPhoneNumber,
    );
    let digit_before = last.is_some_and(|c| c.is_ascii_digit()) || matches!(last, Some('-' | '.' | '/' | '–')) && b.chars().rev().nth(1).is_some_and(|c| c.is_ascii_digit());
    let digit_after = first.is_some_and(|c| c.is_ascii_digit()) || matches!(first, Some('-' | '/' | '–')) && a.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    out.sign_if(digit_before, Sign::NumberBefore);
    out.sign_if(digit_after, Sign::NumberAfter);
    out.sign_if(matches!(first, Some('.' | '。' | '।')), Sign::BeforeFullStop);
    out.sign_if(b.is_empty() && !a.is_empty(), Sign::BeginsLine);
    out.sign_if(a.is_empty() && !b.is_empty(), Sign::EndsLine);
    out.sign_if((2..=4).contains(&word_before.len()) && word_before.bytes().all(|c| c.is_ascii_uppercase()) && !is_currency_word(word_before), Sign::AfterCapitals);
    let bare = |text: &str| text.chars().all(|c| !c.is_alphanumeric());
    let alone = bare(b) && bare(a);
    out.sign_if(alone, Sign::AloneInItsLine);
    let block = view.blocks.get(view.block_at(occurrence.span.start));
    let block_end = view.blocks.get(view.block_at(occurrence.span.end.saturating_sub(1))).map_or(0, |b| b.span.end);
    out.sign_if(alone && block.is_some_and(|b| b.span.start >= line.start) && block_end <= line_end, Sign::AloneInItsBlock);
}

fn line(view: &View, phrases: &Phrases, occurrence: &Occurrence, out: &mut Observations) {
    let span = phrases.line(occurrence.span.start, view.text.len());
    let text = &view.text[span.clone()];
    let length = text.chars().take(201).count();
    out.sign_if(length <= 40, Sign::ShortLine);
    out.sign_if(length > 200, Sign::LongLine);
    if length <= 200 {
        let other = |from: usize, to: usize| view.text[from..to].split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 4);
        let end = occurrence.span.end.min(span.end).max(span.start);
        out.sign_if(other(span.start, occurrence.span.start.max(span.start)) || other(end, span.end), Sign::OtherNumbersOnLine);
        out.sign_if(text.contains('%') || text.chars().any(is_currency) || has_time_or_date(text), Sign::FiguresOnLine);
    }
    let number = phrases.line_of(span.start);
    if number > 0 {
        let above = phrases.line(span.start - 1, view.text.len());
        out.sign_if(view.text[above].trim_end().ends_with([':', '：']), Sign::LineAboveEndsWithColon);
    }
}

/// "12:30", "31.12.", "12/31": two digits, a mark, two digits.
fn has_time_or_date(text: &str) -> bool {
    text.as_bytes()
        .windows(5)
        .any(|w| w[0].is_ascii_digit() && w[1].is_ascii_digit() && matches!(w[2], b':' | b'.' | b'/' | b'-') && w[3].is_ascii_digit() && w[4].is_ascii_digit())
}

fn setting(view: &View, layout: &Layout, occurrence: &Occurrence, out: &mut Observations) {
    if view.source != Source::Html {
        return;
    }
    let Some(run) = view.run_at(occurrence.span.start) else { return };
    let (p, len) = (run.prominence, occurrence.span.len());
    out.sign_if(p.bold, Sign::Bold);
    out.sign_if(layout.is_own_run(p.styled, len), Sign::OwnRun);
    out.sign_if(layout.is_own_box(p.boxed, len), Sign::OwnBox);
    out.sign_if(p.boxed != 0, Sign::Boxed);
    out.sign_if(p.spaced, Sign::Spaced);
    out.sign_if(p.monospace, Sign::Monospace);
    out.sign_if(p.centered, Sign::Centered);
    out.sign_if(p.alt, Sign::InAlt);
    out.sign_if(p.link.is_some(), Sign::InAnchor);
    let ratio = p.size / layout.base_size.max(1.0);
    out.sign_if(ratio >= 1.2, Sign::Larger12);
    out.sign_if(ratio >= 1.5, Sign::Larger15);
    out.sign_if(ratio >= 2.0, Sign::Larger20);
    out.sign_if(ratio < 0.9, Sign::Smaller);
}

fn position(view: &View, occurrence: &Occurrence, out: &mut Observations) {
    out.sign_if(view.source == Source::Subject, Sign::InSubject);
    out.sign_if(view.depth > 0, Sign::InNestedMessage);
    if view.source == Source::Subject {
        return;
    }
    out.sign(Sign::InBody);
    let at = view.block_at(occurrence.span.start);
    if let Some(block) = view.blocks.get(at) {
        match block.role {
            Role::Heading => out.sign(Sign::Heading),
            Role::Footer => out.sign(Sign::InFooter),
            Role::Quoted => out.sign(Sign::InQuoted),
            Role::Forwarded => out.sign(Sign::InForwarded),
            Role::Signature => out.sign(Sign::InSignature),
            Role::ListItem => out.sign(Sign::InListItem),
            Role::Cell => {
                out.sign(Sign::InCell);
                out.sign_if(at > 0 && view.blocks[at - 1].row == block.row, Sign::InCellAfterLabel);
            }
            Role::Paragraph | Role::Button => {}
        }
    }
    out.sign_if(occurrence.span.start * 4 < view.text.len(), Sign::FirstQuarter);
    out.sign_if(occurrence.span.start * 4 > view.text.len() * 3, Sign::LastQuarter);
    out.sign_if(occurrence.span.start < 400, Sign::Early);
}

fn agreement(reading: &Reading<'_>, code: &CodeCandidate, out: &mut Observations) {
    let sources: Vec<(usize, Source)> = code.occurrences.iter().map(|o| (o.view, reading.views[o.view].source)).collect();
    let has = |source| sources.iter().any(|(_, s)| *s == source);
    let in_body = has(Source::Text) || has(Source::Html);
    out.sign_if(has(Source::Subject) && in_body, Sign::InSubjectAndBody);
    out.sign_if(has(Source::Subject) && !in_body, Sign::SubjectOnly);
    reading.observe_parts(has(Source::Text), has(Source::Html), out);
    out.sign_if(sources.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != Source::Subject), Sign::Repeated);
}

/// What only the comparison with the other candidates shows.
pub(super) fn compare(reading: &Reading<'_>, codes: &[CodeCandidate], all: &mut [Observations]) {
    only(all, |_, o| !o.has(Sign::Letters), Sign::OnlyCode);
    let digits = |o: &Observations| !(o.has(Sign::Mixed) || o.has(Sign::Letters) || o.has(Sign::Words) || o.has(Sign::Prefixed) || o.has(Sign::Hyphenated));
    only(all, |_, o| digits(o) && !o.has(Sign::LooksLikeYear), Sign::OnlyDigits);
    only(all, |_, o| o.has(Sign::Digits6), Sign::OnlySixDigits);
    only(all, |_, o| o.has(Sign::AloneInItsLine), Sign::OnlyAlone);
    only(all, |_, o| o.has(Sign::OwnBox) || o.has(Sign::Spaced) || o.has(Sign::Larger15) && o.has(Sign::OwnRun), Sign::OnlySetApart);
    only(all, |_, o| o.has(Sign::Clean) && !o.has(Sign::Letters), Sign::OnlyClean);
    older(all);
    largest(reading, codes, all);
    nearest_to_code_noun(reading, codes, all);
    if let Some(first) = codes.iter().position(|code| code.occurrences.iter().any(|o| reading.views[o.view].source != Source::Subject)) {
        all[first].sign(Sign::FirstCode);
    }
    for (at, code) in codes.iter().enumerate() {
        let form = |c: &CodeCandidate| (c.occurrences[0].form, c.value.len());
        let alike = codes.iter().enumerate().filter(|(other, c)| *other != at && form(c) == form(code)).take(3).count();
        all[at].sign_if(alike == 3, Sign::ManyAlike);
    }
    for observations in all {
        if observations.has(Sign::AloneInItsLine) && reading.phrases.iter().map(|p| p.hits().len()).sum::<usize>() < 3 {
            observations.sign(Sign::UnknownLanguageAlone);
        }
    }
}

/// Adds a sign to the one candidate that a test holds of.
fn only(all: &mut [Observations], test: impl Fn(usize, &Observations) -> bool, sign: Sign) {
    let mut holding = all.iter().enumerate().filter(|(at, o)| test(*at, o)).map(|(at, _)| at);
    if let (Some(one), None) = (holding.next(), holding.next()) {
        all[one].sign(sign);
    }
}

/// A code in an older mail below, where the new text names another.
fn older(all: &mut [Observations]) {
    let is_named = |o: &Observations| [Concept::Code, Concept::VerificationCode].iter().any(|noun| o.holds(Evidence::Word(*noun, Place::Adjacent).index()));
    let is_old = |o: &Observations| o.has(Sign::OnlyInOlderMail);
    if all.iter().any(|o| !is_old(o) && !o.has(Sign::Letters) && is_named(o)) {
        all.iter_mut().filter(|o| is_old(o)).for_each(|o| o.sign(Sign::OlderThanAnother));
    }
}

fn largest(reading: &Reading<'_>, codes: &[CodeCandidate], all: &mut [Observations]) {
    let size = |code: &CodeCandidate| code.occurrences.iter().filter_map(|o| reading.views[o.view].run_at(o.span.start)).map(|run| run.prominence.size).fold(0.0, f32::max);
    let sizes: Vec<f32> = codes.iter().map(size).collect();
    let most = sizes.iter().copied().fold(0.0, f32::max);
    if codes.len() > 1 && sizes.iter().filter(|size| **size == most).count() == 1 {
        sizes.iter().zip(all).filter(|(size, _)| **size == most).for_each(|(_, o)| o.sign(Sign::Largest));
    }
}

fn nearest_to_code_noun(reading: &Reading<'_>, codes: &[CodeCandidate], all: &mut [Observations]) {
    let nouns = [Concept::Code, Concept::VerificationCode];
    let distance = |code: &CodeCandidate| code.occurrences.iter().filter_map(|o| reading.phrases[o.view].distance(&o.span, &nouns)).min();
    let distances: Vec<Option<usize>> = codes.iter().map(distance).collect();
    let Some(least) = distances.iter().flatten().min() else { return };
    for (distance, observations) in distances.iter().zip(all.iter_mut()) {
        observations.sign_if(*distance == Some(*least), Sign::NearestToCodeNoun);
    }
    for (place, sign) in [(Place::Near, Sign::OnlyNearCodeNoun), (Place::Adjacent, Sign::OnlyAdjacentToCodeNoun)] {
        let there = |o: &Observations| nouns.iter().any(|noun| o.holds(Evidence::Word(*noun, place).index()));
        only(all, |_, o| there(o) && !o.has(Sign::Letters), sign);
    }
}

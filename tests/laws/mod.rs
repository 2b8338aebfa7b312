//! The laws that hold for every report, whatever the mail. Tests and fuzz targets share them.

use mailpick::view::View;
use mailpick::{Candidate, Kind, Message, Oddity, Report, Target};

/// Reads a mail twice and holds every law against the report.
///
/// Panics with the name of the law that was broken; values are secrets in mails, but not in tests.
#[allow(dead_code)] // Not every user of this module reads mails twice.
pub(crate) fn assert_laws(raw: &[u8]) -> Report {
    let report = mailpick::extract(raw);
    same_bytes_same_report(&report, &mailpick::extract(raw));
    assert_laws_of(&report);
    report
}

/// The laws that need no second reading.
pub(crate) fn assert_laws_of(report: &Report) {
    for kind in Kind::ALL {
        for candidate in report.candidates(kind) {
            confidence_is_a_probability(candidate);
            value_is_seen(candidate, report.views());
            debug_says_nothing_of_the_value(candidate);
        }
        ranked_by_confidence(report, kind);
    }
    for answer in report.answers() {
        assert!(answer.value.len() <= 2 << 10, "an answer has no more than 2 KB");
        assert!(!report.oddities().contains(&Oddity::Disagreement(answer.kind)), "text and HTML agree on an answer");
        assert!(
            report.candidates(answer.kind).any(|candidate| candidate.answer == *answer && candidate.veto.is_none()),
            "an answer is one of the candidates, and none that a rule forbids"
        );
    }
    let shown = format!("{report:?}{:?}", report.answers());
    assert!(!shown.contains("://"), "Debug of a report shows a link: {shown}");
    for view in report.views() {
        view_is_sound(view);
    }
    details_are_sound(report);
}

/// What is read on request is the same each time, and within bounds.
fn details_are_sound(report: &Report) {
    assert_eq!((report.purpose(), report.expires_in()), (report.purpose(), report.expires_in()), "the same report tells the same");
    assert!(report.expires_in().is_none_or(|time| !time.is_zero() && time.as_secs() <= 366 * 24 * 3600), "an answer holds for some time");
    let code = report.best(Kind::Otp).map(|answer| answer.value.len());
    assert!(report.digits().is_none_or(|digits| Some(digits) == code), "the digits are the code's");
    assert!(report.bound_origin().is_none_or(|origin| code.is_some() && !origin.host.is_empty()), "a code is bound to an origin");
}

/// The message alone: what was cut is said, the parts hold no more than was sent.
#[allow(dead_code)] // Not every user of this module reads messages by themselves.
pub(crate) fn assert_message_laws(raw: &[u8]) {
    let message = Message::parse(raw);
    let again = Message::parse(raw);
    assert_eq!(message.subject, again.subject, "same bytes, same subject");
    assert_eq!(message.parts, again.parts, "same bytes, same parts");
    let shown = format!("{message:?}");
    for part in &message.parts {
        let content = part.content.trim();
        // Shorter texts may be digits of a length, or a word of the struct's own field names.
        if content.len() >= 32 {
            assert!(!shown.contains(content), "Debug of a message shows its body");
        }
        // The longest character that a charset's single byte becomes takes four bytes of UTF-8.
        assert!(part.content.len() <= 4 * raw.len(), "a part is longer than the mail that holds it");
    }
}

/// Spans lie inside the text, in order, on character boundaries; links point at text and at blocks that exist.
pub(crate) fn view_is_sound(view: &View) {
    let whole = |span: &std::ops::Range<usize>| view.text.get(span.clone()).is_some();
    assert!(view.blocks.iter().all(|block| whole(&block.span)), "a block is a piece of the text");
    assert!(view.blocks.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "blocks do not overlap");
    assert!(view.runs.iter().all(|run| whole(&run.span)), "a run is a piece of the text");
    assert!(view.runs.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "runs do not overlap");
    for link in &view.links {
        assert!(whole(&link.span), "an anchor is a piece of the text");
        assert!(link.block < view.blocks.len().max(1), "a link's block exists");
    }
    assert!(view.runs.iter().filter_map(|run| run.prominence.link).all(|link| (link as usize) < view.links.len()), "a run's link exists");
}

/// What a person types when told a code: its letters and digits.
pub(crate) fn without_separators(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[allow(dead_code)] // As above.
fn same_bytes_same_report(first: &Report, second: &Report) {
    let list = |report: &Report| -> Vec<(Kind, String, u64)> {
        Kind::ALL
            .into_iter()
            .flat_map(|kind| report.candidates(kind))
            .map(|candidate| (candidate.answer.kind, candidate.answer.value.clone(), candidate.answer.confidence.to_bits()))
            .collect()
    };
    assert_eq!(list(first), list(second), "same bytes, same report");
    assert_eq!(first.limits_hit(), second.limits_hit(), "same bytes, same limits");
}

fn confidence_is_a_probability(candidate: &Candidate) {
    assert!((0.0..=1.0).contains(&candidate.answer.confidence), "confidence within 0..=1: {}", candidate.answer.confidence);
}

/// A candidate that a rule forbids has no confidence and stands where its evidence alone would rank it.
fn ranked_by_confidence(report: &Report, kind: Kind) {
    let confidences: Vec<f64> = report.candidates(kind).filter(|candidate| candidate.veto.is_none()).map(|candidate| candidate.answer.confidence).collect();
    assert!(confidences.is_sorted_by(|a, b| a >= b), "most confident first: {confidences:?}");
}

/// A person could see it: a link is the target of a link on some view, but for what browsers do to it (blanks around and
/// breaks inside dropped, blanks inside escaped); a code stands in a view's text.
fn value_is_seen(candidate: &Candidate, views: &[View]) {
    let value = &candidate.answer.value;
    if candidate.answer.kind != Kind::Otp {
        assert!(views.iter().flat_map(|view| &view.links).any(|link| as_opened(&link.href) == *value), "the link is none of the views': {value}");
        assert!(value.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")), "only http and https links: {value}");
        return;
    }
    // Whoever is handed an answer may be a program that takes text for orders: what can be said in one is bounded.
    assert!(value.len() <= 36 && value.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-'), "a code is letters, digits and hyphens: {value:?}");
    let plain = without_separators(value);
    assert!(!plain.is_empty(), "a code has letters or digits: {value:?}");
    assert!(!candidate.places.is_empty(), "a code stands somewhere: {value}");
    for (view, span) in &candidate.places {
        let place = views.get(*view).and_then(|view| view.text.get(span.clone())).expect("a place is a piece of a view's text");
        assert_eq!(without_separators(place), plain, "the code stands in its place");
    }
}

/// `Debug` is the same for any other value of that length: it may tell the length and nothing else.
///
/// Looking for the value in the text instead would find codes such as "1000" in offsets and weights.
fn debug_says_nothing_of_the_value(candidate: &Candidate) {
    let mut other = candidate.clone();
    other.answer.value = "\u{1f512}".repeat(candidate.answer.value.chars().count());
    other.target = candidate.target.as_ref().map(|target| Target("\u{1f512}".repeat(target.0.chars().count())));
    assert_eq!(format!("{candidate:?}{:?}", candidate.answer), format!("{other:?}{:?}", other.answer), "Debug depends on the value");
}

/// What a browser makes of an href before it parses it (URL standard, 4.4): blanks around it and breaks inside go, blanks inside are
/// escaped.
pub(crate) fn as_opened(href: &str) -> String {
    href.trim_matches(|c| c <= ' ').replace(['\t', '\n', '\r'], "").replace(' ', "%20")
}

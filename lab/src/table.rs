//! Tables in Markdown, as they are checked in.

use std::fmt::Write;

use mailpick::Kind;

use crate::metrics::{ENOUGH_MAILS, Language, Scores, Tally};
use crate::reliability::{BINS, FLOOR, THRESHOLDS, at_threshold, bins, brier, calibration_error, wilson};

pub(crate) fn percent(part: u32, whole: u32) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", 100.0 * f64::from(part) / f64::from(whole)) }
}

fn mean(share: f64) -> String {
    if share.is_nan() { "-".to_owned() } else { format!("{:.1} %", 100.0 * share) }
}

fn cells(tally: &Tally) -> String {
    let n = tally.positives();
    format!(
        "{n} | {} | {} | {} | {} | {}",
        percent(tally.right, n),
        percent(tally.wrong, n),
        percent(tally.missed, n),
        tally.negatives,
        percent(tally.false_alarms, tally.negatives)
    )
}

const HEAD: &str = "positives | right | wrong value | missed | negatives | false alarms";
const RULE: &str = "---: | ---: | ---: | ---: | ---: | ---:";

/// Right, wrong, missed, false alarms for each kind, and the means over families.
pub(crate) fn by_kind(scores: &Scores) -> String {
    let mut out = format!("| kind | {HEAD} | right, mean over families | wrong value, mean over families |\n| --- | {RULE} | ---: | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let _ = writeln!(out, "| {kind} | {} | {} | {} |", cells(&scores.by_kind[at]), mean(scores.family_mean(at)), mean(scores.family_mean_wrong(at)));
    }
    let (mails, answered) = scores.empty;
    let _ = writeln!(out, "\nMails with nothing in them: {mails}; answered: {answered} ({}; mean over families {}).", percent(answered, mails), mean(scores.family_mean_empty()));
    out
}

/// The columns of a table that compares ways of fitting, after the first.
pub(crate) const COMPARISON_HEAD: &str =
    "otp right | wrong | magic_link right | wrong | password_reset right | wrong | empty mails answered |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

/// A line of it.
pub(crate) fn comparison(name: &str, scores: &Scores) -> String {
    let cells: Vec<String> = scores.by_kind.iter().map(|t| format!("{} | {}", percent(t.right, t.positives()), percent(t.wrong, t.positives()))).collect();
    format!("| {name} | {} | {} |\n", cells.join(" | "), percent(scores.empty.1, scores.empty.0))
}

pub(crate) fn by_corpus(scores: &Scores) -> String {
    let mut out = format!("| corpus | kind | {HEAD} |\n| --- | --- | {RULE} |\n");
    for (corpus, tallies) in &scores.by_corpus {
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            let _ = writeln!(out, "| {corpus} | {kind} | {} |", cells(&tallies[at]));
        }
    }
    out.push_str("\n| corpus | mails with nothing in them | answered |\n| --- | ---: | ---: |\n");
    for (corpus, (count, answered)) in &scores.empty_by_corpus {
        let _ = writeln!(out, "| {corpus} | {count} | {} |", percent(*answered, *count));
    }
    out
}

/// Languages with enough mails first: the others' shares are anecdotes.
pub(crate) fn by_language(scores: &Scores) -> String {
    let mut out = String::new();
    for (title, enough) in [(format!("Languages with {ENOUGH_MAILS} or more labelled mails"), true), ("The others".to_owned(), false)] {
        let _ = write!(
            out,
            "## {title}\n\n| language | labelled mails | right, all kinds | otp right | wrong | magic_link right | wrong | password_reset right | wrong | false alarms |\n| --- |{}\n",
            " ---: |".repeat(9)
        );
        for (name, language) in scores.by_language.iter().filter(|(_, language)| language.has_enough() == enough) {
            out.push_str(&language_row(name, language));
        }
        if enough {
            out.push('\n');
        }
    }
    out
}

fn language_row(name: &str, language: &Language) -> String {
    let right = |t: &Tally| if t.positives() == 0 { "-".to_owned() } else { format!("{}/{}", t.right, t.positives()) };
    let [o, m, r] = &language.by_kind;
    let total = language.total();
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
        language.labelled,
        percent(total.right, total.positives()),
        right(o),
        o.wrong,
        right(m),
        m.wrong,
        right(r),
        r.wrong,
        total.false_alarms
    )
}

/// Families with a mistake.
pub(crate) fn by_family(scores: &Scores) -> String {
    let mut out = String::from("| kind | family | positives | right | wrong value | missed | false alarms |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        for (family, t) in scores.by_family[at].iter().filter(|(_, t)| t.wrong + t.missed + t.false_alarms > 0) {
            let _ = writeln!(out, "| {kind} | {family} | {} | {} | {} | {} | {} |", t.positives(), t.right, t.wrong, t.missed, t.false_alarms);
        }
    }
    out
}

/// How far confidences can be believed: in figures, bin by bin, and as a choice of threshold.
pub(crate) fn calibration(scores: &Scores) -> String {
    let mut out = String::from("| kind | calibration error | Brier score | Brier score, all mails | stated at 0.9 or more | of them wrong | as a share of all wrong answers |\n");
    let _ = writeln!(out, "| --- |{}", " ---: |".repeat(6));
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let stated = &scores.stated[at];
        let answers = at_threshold(stated, mailpick::DEFAULT_THRESHOLD);
        let sure = at_threshold(stated, 0.9);
        let wrong = |t: &Tally| t.wrong + t.false_alarms;
        let _ = writeln!(
            out,
            "| {kind} | {:.3} | {:.3} | {:.4} | {} | {} ({}) | {} |",
            calibration_error(&bins(stated, BINS, FLOOR)),
            brier(stated, FLOOR),
            brier(stated, 0.0),
            sure.answers(),
            wrong(&sure),
            percent(wrong(&sure), sure.answers()),
            percent(wrong(&sure), wrong(&answers))
        );
    }
    let _ = write!(out, "\n## Stated against observed\n\nBest candidates stated at {FLOOR} or more, {BINS} bins of equal mass.\n\n{}", reliability(scores));
    let _ = write!(out, "\n## Thresholds\n\n{}", thresholds(scores));
    out
}

fn reliability(scores: &Scores) -> String {
    let mut out = String::from("| kind | mails | stated | observed | 95 % interval |\n| --- | ---: | ---: | ---: | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        for bin in bins(&scores.stated[at], BINS, FLOOR) {
            let (low, high) = wilson(bin.right, bin.count);
            let _ = writeln!(out, "| {kind} | {} | {:.3} | {:.3} | {low:.2} to {high:.2} |", bin.count, bin.stated, bin.observed());
        }
    }
    out
}

fn thresholds(scores: &Scores) -> String {
    let mut out = String::from("| kind | threshold | coverage | right | wrong value | false alarms | precision |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        for threshold in THRESHOLDS {
            let t = at_threshold(&scores.stated[at], threshold);
            let n = t.positives();
            let [coverage, right, wrong] = [t.right + t.wrong, t.right, t.wrong].map(|part| percent(part, n));
            let _ = writeln!(out, "| {kind} | {threshold} | {coverage} | {right} | {wrong} | {} | {} |", percent(t.false_alarms, t.negatives), percent(t.right, t.answers()));
        }
    }
    out
}

/// The block of the README: each kind as read by the engine and by the baselines.
pub(crate) fn for_readme(scores: &Scores, baselines: &[(&str, Scores)]) -> String {
    let readers: Vec<(&str, &Scores)> = std::iter::once(("mailpick", scores)).chain(baselines.iter().map(|(name, scores)| (*name, scores))).collect();
    let mut out = String::from("| type | read by | right | wrong value | missed | false alarms |\n| --- | --- | ---: | ---: | ---: | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        for (name, scores) in &readers {
            let t = &scores.by_kind[at];
            let [right, wrong, missed] = [t.right, t.wrong, t.missed].map(|part| percent(part, t.positives()));
            let _ = writeln!(out, "| `{kind}` | {name} | {right} | {wrong} | {missed} | {} |", percent(t.false_alarms, t.negatives));
        }
    }
    let answered: Vec<String> = readers.iter().map(|(name, scores)| format!("{name} {}", percent(scores.empty.1, scores.empty.0))).collect();
    let _ = writeln!(out, "\nShare of the {} mails with nothing in them that got an answer: {}.", scores.empty.0, answered.join("; "));
    out
}

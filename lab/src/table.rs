//! Tables in Markdown, as they are checked in.

use std::fmt::Write;

use mailpick::Kind;

use crate::metrics::{Scores, Tally, bins, calibration_error};

pub(crate) fn percent(part: u32, whole: u32) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", 100.0 * f64::from(part) / f64::from(whole)) }
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

/// Right, wrong, missed, false alarms for each kind, and the mean over families.
pub(crate) fn by_kind(scores: &Scores) -> String {
    let mut out = format!("| kind | {HEAD} | right, mean over families |\n| --- | {RULE} | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let _ = writeln!(out, "| {kind} | {} | {:.1} % |", cells(&scores.by_kind[at]), 100.0 * scores.family_mean(at));
    }
    let _ = writeln!(out, "\nMails with nothing in them: {}; answered: {} ({}).", scores.empty.0, scores.empty.1, percent(scores.empty.1, scores.empty.0));
    out
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

pub(crate) fn by_language(scores: &Scores) -> String {
    let mut out = String::from(
        "| language | otp right | wrong | magic_link right | wrong | password_reset right | wrong | false alarms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (language, tallies) in &scores.by_language {
        let right = |t: &Tally| if t.positives() == 0 { "-".to_owned() } else { format!("{}/{}", t.right, t.positives()) };
        let alarms: u32 = tallies.iter().map(|t| t.false_alarms).sum();
        let [o, m, r] = tallies;
        let _ = writeln!(out, "| {language} | {} | {} | {} | {} | {} | {} | {alarms} |", right(o), o.wrong, right(m), m.wrong, right(r), r.wrong);
    }
    out
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

/// Stated against observed, in bins of equal mass over the answers' range and over fixed ranges.
pub(crate) fn calibration(scores: &Scores) -> String {
    let mut out = String::from("Best candidates stated at 0.05 or more, ten bins of equal mass.\n\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let bins = bins(&scores.stated[at], 10, 0.05);
        let _ = writeln!(out, "**{kind}**: expected calibration error {:.3}\n\n| mails | stated | observed |\n| ---: | ---: | ---: |", calibration_error(&bins));
        for bin in bins {
            let _ = writeln!(out, "| {} | {:.2} | {:.2} |", bin.count, bin.stated, bin.observed);
        }
        let sure: Vec<bool> = scores.stated[at].iter().filter(|(p, _)| *p >= 0.9).map(|(_, right)| *right).collect();
        let wrong = sure.iter().filter(|right| !**right).count() as u32;
        let _ = writeln!(out, "\nStated at 0.9 or more: {}; wrong: {} ({}).\n", sure.len(), wrong, percent(wrong, sure.len() as u32));
    }
    out
}

//! Mails that try to make the engine hand out what a person does not see, or what is disguised, and their harmless twins.

use std::fmt::Write;

use mailpick::Kind;
use rayon::prelude::*;

use crate::baseline::{self, BASELINES};
use crate::corpus::Case;
use crate::table::percent;

/// What a reader answers, of each kind.
type Answers = [Option<String>; 3];

/// Attacks: how many forbidden values are answered. Twins: how many are read right, so that silence is no defence. Then each
/// failure of the engine, a line of its own.
pub(crate) fn table(cases: &[Case]) -> String {
    let ours = read(cases, |raw| {
        let report = mailpick::extract(raw);
        Kind::ALL.map(|kind| report.best(kind).map(|answer| answer.value.clone()))
    });
    let mut out = String::from(
        "# Attacks\n\nThe engine as it ships. These mails take no part in fitting.\n\n| read by | attacks | a forbidden value answered | harmless twins | read right |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    row("mailpick", cases, &ours, &mut out);
    for (name, extract) in BASELINES {
        row(name, cases, &read(cases, |raw| baseline::answers(raw, extract)), &mut out);
    }
    out.push_str("\n## Attacks that got a forbidden value\n\n| attack | file | type |\n| --- | --- | --- |\n");
    for (case, answers) in cases.iter().zip(&ours) {
        let Some(kind) = forbidden(case, answers) else { continue };
        let _ = writeln!(out, "| {} | {} | {kind} |", case.label.attack.as_deref().unwrap_or_default(), case.label.file);
    }
    out.push_str("\n## Twins that were misread\n\n| file |\n| --- |\n");
    for (case, _) in cases.iter().zip(&ours).filter(|(case, answers)| case.label.twin.is_some() && !is_right(case, answers)) {
        let _ = writeln!(out, "| {} |", case.label.file);
    }
    out
}

fn read(cases: &[Case], answers: impl Fn(&[u8]) -> Answers + Sync) -> Vec<Answers> {
    cases.par_iter().map(|case| answers(&case.raw)).collect()
}

fn row(name: &str, cases: &[Case], answers: &[Answers], out: &mut String) {
    let of = |test: fn(&Case) -> bool| cases.iter().zip(answers).filter(move |(case, _)| test(case));
    let (attacks, twins) = (|| of(|case| case.label.attack.is_some()), || of(|case| case.label.twin.is_some()));
    let fooled = attacks().filter(|(case, answers)| forbidden(case, answers).is_some()).count();
    let (count, right) = (twins().count() as u32, twins().filter(|(case, answers)| is_right(case, answers)).count() as u32);
    let _ = writeln!(out, "| {name} | {} | {fooled} | {count} | {right} ({}) |", attacks().count(), percent(right, count));
}

/// The kind of a forbidden answer, if there is one.
fn forbidden(case: &Case, answers: &Answers) -> Option<Kind> {
    Kind::ALL.into_iter().zip(answers).find(|(_, answer)| answer.as_deref().is_some_and(|value| case.label.forbids(value))).map(|(kind, _)| kind)
}

/// Every labelled value is answered, and nothing else.
fn is_right(case: &Case, answers: &Answers) -> bool {
    Kind::ALL.into_iter().zip(answers).all(|(kind, answer)| match (case.label.accepted(kind), answer) {
        (Some(accepted), Some(value)) => accepted.contains(value),
        (accepted, value) => accepted.is_none() && value.is_none(),
    })
}

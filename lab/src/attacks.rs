//! Mails that try to make the engine hand out what a person does not see, or what is disguised, and their harmless twins.

use std::fmt::Write;

use mailpick::{DEFAULT_THRESHOLD, Kind};

use crate::corpus::Case;
use crate::cross::Prediction;
use crate::table::percent;

/// Attacks: how many forbidden values are answered. Twins: how many are read right, so that silence is no defence. Then
/// each failure of the first reader, a line of its own.
pub(crate) fn table(cases: &[Case], readers: &[(&str, &[[Prediction; 3]])]) -> String {
    let mut out = String::from("| read by | attacks | a forbidden value answered | harmless twins | read right |\n| --- | ---: | ---: | ---: | ---: |\n");
    for (name, predictions) in readers {
        let (attacks, twins) = of_attacks(cases, predictions);
        let fooled = attacks.iter().filter(|(_, predictions)| forbidden(predictions).is_some()).count();
        let right = twins.iter().filter(|(case, predictions)| is_right(case, predictions)).count();
        let _ = writeln!(out, "| {name} | {} | {fooled} | {} | {right} ({}) |", attacks.len(), twins.len(), percent(right as u32, twins.len() as u32));
    }
    let Some((_, predictions)) = readers.first() else { return out };
    let (attacks, twins) = of_attacks(cases, predictions);
    out.push_str("\n## Attacks that got a forbidden value\n\n| attack | file | type | stated |\n| --- | --- | --- | ---: |\n");
    for (case, predictions) in attacks {
        let Some((kind, confidence)) = forbidden(predictions) else { continue };
        let _ = writeln!(out, "| {} | {} | {kind} | {confidence:.1} |", case.label.attack.as_deref().unwrap_or_default(), case.label.file);
    }
    out.push_str("\n## Twins that were misread\n\n| file |\n| --- |\n");
    for (case, _) in twins.iter().filter(|(case, predictions)| !is_right(case, predictions)) {
        let _ = writeln!(out, "| {} |", case.label.file);
    }
    out
}

type Read<'c> = (&'c Case, &'c [Prediction; 3]);

fn of_attacks<'c>(cases: &'c [Case], predictions: &'c [[Prediction; 3]]) -> (Vec<Read<'c>>, Vec<Read<'c>>) {
    cases.iter().zip(predictions).filter(|(case, _)| case.label.is_of_attacks()).partition(|(case, _)| case.label.attack.is_some())
}

/// The forbidden answer, if there is one.
fn forbidden(predictions: &[Prediction; 3]) -> Option<(Kind, f64)> {
    let answers = Kind::ALL.into_iter().zip(predictions).filter(|(_, p)| p.confidence >= DEFAULT_THRESHOLD);
    answers.filter(|(_, p)| p.forbidden).map(|(kind, p)| (kind, p.confidence)).next()
}

/// Every labelled value is answered, and nothing else.
fn is_right(case: &Case, predictions: &[Prediction; 3]) -> bool {
    Kind::ALL.into_iter().zip(predictions).all(|(kind, p)| match case.label.accepted(kind) {
        Some(_) => p.right && p.confidence >= DEFAULT_THRESHOLD,
        None => p.confidence < DEFAULT_THRESHOLD,
    })
}

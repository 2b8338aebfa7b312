//! What waiting for an answer is worth: every mail read as by a caller who takes an answer of the kind for as likely as not.

use std::fmt::Write;

use mailpick::{DEFAULT_THRESHOLD, Hints, Kind};

use crate::corpus::Case;
use crate::cross::{Model, Prediction};
use crate::metrics::Tally;
use crate::sample::Observed;
use crate::table::percent;

/// What models say of one mail whose reader waits for an answer of the kind, one kind at a time.
pub(crate) fn predict(models: &[Model], observed: &Observed, predictions: &[Prediction; 3]) -> [Prediction; 3] {
    let mut waited = *predictions;
    for (prediction, kind) in waited.iter_mut().zip(Kind::ALL) {
        if let Some(model) = models.iter().find(|model| model.contest.kinds().contains(&kind)) {
            let some = model.confidences(observed.sample(model.contest), kind).iter().sum();
            prediction.confidence = condition(prediction.confidence, some, model.prior(kind), Hints::WAITED_FOR);
        }
    }
    waited
}

/// As the library does it: a confidence among those of its kind, which sum up to `some`, carried over from one prior to
/// another.
fn condition(confidence: f64, some: f64, from: f64, to: f64) -> f64 {
    let odds = |probability: f64| probability / (1.0 - probability);
    let (some, factor) = (some.min(1.0), odds(to) / odds(from));
    confidence * factor / (1.0 - some + factor * some)
}

/// Outcomes for each kind, with the ordinary prior and waited for.
pub(crate) fn table(cases: &[Case], predictions: &[[Prediction; 3]], waited: &[[Prediction; 3]]) -> String {
    let mut out = String::from("| kind | read | positives | right | wrong value | missed | negatives | false alarms |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        for (how, predictions) in [("as any mail", predictions), ("waited for", waited)] {
            let tally = tally(cases, predictions, at);
            let (positives, negatives) = (tally.positives(), tally.negatives);
            let [right, wrong, missed] = [tally.right, tally.wrong, tally.missed].map(|part| percent(part, positives));
            let _ = writeln!(out, "| {kind} | {how} | {positives} | {right} | {wrong} | {missed} | {negatives} | {} |", percent(tally.false_alarms, negatives));
        }
    }
    out
}

fn tally(cases: &[Case], predictions: &[[Prediction; 3]], at: usize) -> Tally {
    let mut tally = Tally::default();
    for (case, predictions) in cases.iter().zip(predictions).filter(|(case, _)| !case.label.ambiguous) {
        tally.add(case.label.accepted(Kind::ALL[at]).is_some(), predictions[at], DEFAULT_THRESHOLD);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailpick::{Extractor, Report};

    const WEIGHTS: &str = include_str!("../../src/score/weights.tsv");

    fn shipped_prior(kind: Kind) -> f64 {
        let row = WEIGHTS.lines().find_map(|line| line.strip_prefix(&format!("{kind}\t=prior\t"))).expect("a prior");
        row.parse().expect("a number")
    }

    #[test]
    fn confidences_are_carried_over_as_the_library_does_it() {
        let mail = b"Subject: Hello again\r\n\r\n48151 or 62342\r\nhttps://example.org/login?token=8f3e9a7c1b5d\r\n";
        let confidences = |report: &Report, kind| report.candidates(kind).map(|candidate| candidate.answer.confidence).collect::<Vec<_>>();
        for kind in Kind::ALL {
            let plain = confidences(&mailpick::extract(mail), kind);
            let library = confidences(&Extractor::new().extract_with(mail, &Hints::new().expect(kind, Hints::WAITED_FOR)), kind);
            let some = plain.iter().sum();
            assert!(!plain.is_empty());
            for (plain, library) in plain.iter().zip(library) {
                let ours = condition(*plain, some, shipped_prior(kind), Hints::WAITED_FOR);
                // The library's confidences are rounded, and the factor multiplies that.
                assert!((ours - library).abs() < 2e-3, "{kind}: {ours} and {library}");
            }
        }
    }
}

//! Counting right answers, wrong values, misses and false alarms.

use std::collections::BTreeMap;

use mailpick::Kind;

use crate::corpus::Case;
use crate::cross::Prediction;
use crate::reliability::Stated;

/// The four outcomes of one kind, and the negatives without an alarm.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) right: u32,
    pub(crate) wrong: u32,
    pub(crate) missed: u32,
    /// Misses whose right value was not even among the candidates.
    pub(crate) unreachable: u32,
    pub(crate) false_alarms: u32,
    pub(crate) negatives: u32,
}

impl Tally {
    pub(crate) fn positives(&self) -> u32 {
        self.right + self.wrong + self.missed
    }

    pub(crate) fn answers(&self) -> u32 {
        self.right + self.wrong + self.false_alarms
    }

    pub(crate) fn add(&mut self, positive: bool, prediction: Prediction, threshold: f64) {
        let answered = prediction.confidence >= threshold;
        match (positive, answered) {
            (true, true) if prediction.right => self.right += 1,
            (true, true) => self.wrong += 1,
            (true, false) => {
                self.missed += 1;
                self.unreachable += u32::from(!prediction.reachable);
            }
            (false, answered) => {
                self.negatives += 1;
                self.false_alarms += u32::from(answered);
            }
        }
    }
}

/// What is counted in one language.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Language {
    /// Mails with a value of at least one kind.
    pub(crate) labelled: u32,
    pub(crate) by_kind: [Tally; 3],
}

/// Fewer labelled mails than this say nothing about a language.
pub(crate) const ENOUGH_MAILS: u32 = 10;

impl Language {
    pub(crate) fn has_enough(&self) -> bool {
        self.labelled >= ENOUGH_MAILS
    }

    /// The outcomes of all kinds together.
    pub(crate) fn total(&self) -> Tally {
        let sum = |part: fn(&Tally) -> u32| self.by_kind.iter().map(part).sum();
        Tally {
            right: sum(|t| t.right),
            wrong: sum(|t| t.wrong),
            missed: sum(|t| t.missed),
            unreachable: sum(|t| t.unreachable),
            false_alarms: sum(|t| t.false_alarms),
            negatives: sum(|t| t.negatives),
        }
    }
}

/// All that is counted over a set of mails; ambiguous ones are left out.
#[derive(Default)]
pub(crate) struct Scores {
    pub(crate) by_kind: [Tally; 3],
    pub(crate) by_language: BTreeMap<String, Language>,
    pub(crate) by_corpus: BTreeMap<String, [Tally; 3]>,
    pub(crate) by_family: [BTreeMap<String, Tally>; 3],
    /// Mails with nothing in them, and how many of them got an answer.
    pub(crate) empty: (u32, u32),
    pub(crate) empty_by_corpus: BTreeMap<String, (u32, u32)>,
    pub(crate) empty_by_family: BTreeMap<String, (u32, u32)>,
    /// What was stated of each kind, of one mail after the other.
    pub(crate) stated: [Vec<Stated>; 3],
    pub(crate) misses: Vec<String>,
}

pub(crate) fn score(cases: &[Case], predictions: &[[Prediction; 3]], threshold: f64) -> Scores {
    let mut scores = Scores::default();
    for (case, predictions) in cases.iter().zip(predictions).filter(|(case, _)| !case.label.ambiguous) {
        let language = scores.by_language.entry(case.label.lang.split('-').next().unwrap_or("").to_owned()).or_default();
        language.labelled += u32::from(!case.label.is_negative());
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            let positive = case.label.accepted(kind).is_some();
            let p = predictions[at];
            scores.by_kind[at].add(positive, p, threshold);
            language.by_kind[at].add(positive, p, threshold);
            for row in rows(case) {
                scores.by_corpus.entry(row).or_default()[at].add(positive, p, threshold);
            }
            scores.by_family[at].entry(case.label.sender.clone()).or_default().add(positive, p, threshold);
            scores.stated[at].push(Stated { positive, prediction: p });
            let outcome = match (positive, p.confidence >= threshold, p.right) {
                (true, true, true) | (false, false, _) => None,
                (true, true, false) => Some("wrong value"),
                (true, false, right) if p.reachable => Some(if right { "missed, ranked first" } else { "missed, ranked below" }),
                (true, false, _) => Some("missed, no candidate"),
                (false, true, _) => Some("false alarm"),
            };
            if let Some(outcome) = outcome {
                scores.misses.push(format!("{kind}\t{outcome}\t{:.1}\t{}/{}", p.confidence, case.corpus, case.label.file));
            }
        }
        if case.label.is_negative() {
            let answered = u32::from(predictions.iter().any(|p| p.confidence >= threshold));
            let of_family = scores.empty_by_family.entry(case.label.sender.clone()).or_default();
            for count in [&mut scores.empty, of_family] {
                *count = (count.0 + 1, count.1 + answered);
            }
            for row in rows(case) {
                let count = scores.empty_by_corpus.entry(row).or_default();
                *count = (count.0 + 1, count.1 + answered);
            }
        }
    }
    scores.misses.sort();
    scores
}

/// The corpus of this repository, as its folder is called.
const OWN_CORPUS: &str = "corpus";

/// The rows that a mail counts in: its corpus, and the drawer (the first folder of its file) where the corpus is ours.
/// Drawers of others are single programs or senders, which `by_family` has.
fn rows(case: &Case) -> impl Iterator<Item = String> {
    let drawer = case.label.file.split_once('/').filter(|_| case.corpus == OWN_CORPUS).map(|(drawer, _)| format!("{OWN_CORPUS}/{drawer}"));
    std::iter::once(case.corpus.clone()).chain(drawer)
}

impl Scores {
    /// The share of right answers, averaged over sender families that have positives.
    pub(crate) fn family_mean(&self, kind: usize) -> f64 {
        self.mean_over_families(kind, |tally| tally.right)
    }

    /// The same for wrong values.
    pub(crate) fn family_mean_wrong(&self, kind: usize) -> f64 {
        self.mean_over_families(kind, |tally| tally.wrong)
    }

    fn mean_over_families(&self, kind: usize, part: impl Fn(&Tally) -> u32) -> f64 {
        mean(self.by_family[kind].values().filter(|t| t.positives() > 0).map(|t| f64::from(part(t)) / f64::from(t.positives())))
    }

    /// The share of empty mails that got an answer, averaged over sender families that have such mails.
    pub(crate) fn family_mean_empty(&self) -> f64 {
        mean(self.empty_by_family.values().map(|(mails, answered)| f64::from(*answered) / f64::from(*mails)))
    }
}

fn mean(shares: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = shares.fold((0.0, 0u32), |(sum, count), share| (sum + share, count + 1));
    if count == 0 { f64::NAN } else { sum / f64::from(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_told_apart() {
        let p = |confidence, right| Prediction { confidence, right, reachable: true };
        let mut tally = Tally::default();
        tally.add(true, p(0.9, true), 0.5);
        tally.add(true, p(0.9, false), 0.5);
        tally.add(true, p(0.4, true), 0.5);
        tally.add(false, p(0.6, false), 0.5);
        tally.add(false, p(0.1, false), 0.5);
        assert_eq!((tally.right, tally.wrong, tally.missed, tally.false_alarms, tally.negatives), (1, 1, 1, 1, 2));
    }

    fn case(corpus: &str, file: &str, otp: bool, sender: &str, lang: &str) -> Case {
        let label = serde_json::from_value(serde_json::json!({ "file": file, "otp": otp.then_some(["1234"]), "sender": sender, "lang": lang })).expect("a label");
        Case { corpus: corpus.to_owned(), label, raw: Vec::new() }
    }

    fn of_code(confidence: f64, right: bool) -> [Prediction; 3] {
        [Prediction { confidence, right, reachable: right }, Prediction::default(), Prediction::default()]
    }

    #[test]
    fn families_count_once_whatever_their_number_of_mails() {
        let mails =
            [("one", true, 0.9, true), ("one", true, 0.9, true), ("one", true, 0.9, true), ("other", true, 0.9, false), ("one", false, 0.9, false), ("third", false, 0.1, false)];
        let cases: Vec<Case> = mails.iter().map(|(sender, otp, _, _)| case("corpus", "lookalike/a.eml", *otp, sender, "de")).collect();
        let predictions: Vec<_> = mails.iter().map(|(_, _, confidence, right)| of_code(*confidence, *right)).collect();
        let scores = score(&cases, &predictions, 0.5);
        assert_eq!((scores.family_mean(0), scores.family_mean_wrong(0), scores.family_mean_empty()), (0.5, 0.5, 0.5));
        assert!(scores.family_mean(1).is_nan());
        assert_eq!(scores.empty, (2, 1));
        assert_eq!(scores.stated[0].len(), 6);
    }

    #[test]
    fn only_our_corpus_has_rows_by_drawer() {
        let cases = [
            case("corpus", "lookalike/a.eml", false, "a", "de"),
            case("corpus, unusual wording", "lookalike/b.eml", false, "b", "de"),
            case("templates", "ghost/c.eml", true, "c", "de"),
        ];
        let scores = score(&cases, &[of_code(0.0, false); 3], 0.5);
        assert_eq!(scores.by_corpus.keys().collect::<Vec<_>>(), ["corpus", "corpus, unusual wording", "corpus/lookalike", "templates"]);
        assert_eq!(scores.empty_by_corpus.len(), 3);
    }

    #[test]
    fn a_language_counts_mails_that_hold_something() {
        let cases = [case("corpus", "a.eml", true, "a", "pt-BR"), case("corpus", "b.eml", false, "b", "pt"), case("corpus", "c.eml", true, "c", "pt")];
        let scores = score(&cases, &[of_code(0.9, true), of_code(0.9, false), of_code(0.1, true)], 0.5);
        let portuguese = scores.by_language["pt"];
        assert_eq!(portuguese.labelled, 2);
        assert!(!portuguese.has_enough());
        let total = portuguese.total();
        assert_eq!((total.right, total.missed, total.positives(), total.false_alarms), (1, 1, 2, 1));
    }
}

//! Counting right answers, wrong values, misses and false alarms.

use std::collections::BTreeMap;

use mailpick::Kind;

use crate::corpus::Case;
use crate::cross::Prediction;

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

/// All that is counted over a set of mails; ambiguous ones are left out.
#[derive(Default)]
pub(crate) struct Scores {
    pub(crate) by_kind: [Tally; 3],
    pub(crate) by_language: BTreeMap<String, [Tally; 3]>,
    pub(crate) by_corpus: BTreeMap<String, [Tally; 3]>,
    pub(crate) by_family: [BTreeMap<String, Tally>; 3],
    /// Mails with nothing in them, and how many of them got an answer.
    pub(crate) empty: (u32, u32),
    pub(crate) empty_by_corpus: BTreeMap<String, (u32, u32)>,
    /// Confidence and rightness of each kind's best candidate.
    pub(crate) stated: [Vec<(f64, bool)>; 3],
    pub(crate) misses: Vec<String>,
}

pub(crate) fn score(cases: &[Case], predictions: &[[Prediction; 3]], threshold: f64) -> Scores {
    let mut scores = Scores::default();
    for (case, predictions) in cases.iter().zip(predictions).filter(|(case, _)| !case.label.ambiguous) {
        let language = case.label.lang.split('-').next().unwrap_or("").to_owned();
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            let positive = case.label.accepted(kind).is_some();
            let p = predictions[at];
            scores.by_kind[at].add(positive, p, threshold);
            scores.by_language.entry(language.clone()).or_default()[at].add(positive, p, threshold);
            scores.by_corpus.entry(case.corpus.clone()).or_default()[at].add(positive, p, threshold);
            scores.by_family[at].entry(case.label.sender.clone()).or_default().add(positive, p, threshold);
            if p.confidence > 0.0 {
                scores.stated[at].push((p.confidence, p.right));
            }
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
            let per_corpus = scores.empty_by_corpus.entry(case.corpus.clone()).or_default();
            for count in [&mut scores.empty, per_corpus] {
                *count = (count.0 + 1, count.1 + answered);
            }
        }
    }
    scores.misses.sort();
    scores
}

impl Scores {
    /// The share of right answers, averaged over sender families that have positives.
    pub(crate) fn family_mean(&self, kind: usize) -> f64 {
        let shares: Vec<f64> = self.by_family[kind].values().filter(|t| t.positives() > 0).map(|t| f64::from(t.right) / f64::from(t.positives())).collect();
        if shares.is_empty() { f64::NAN } else { shares.iter().sum::<f64>() / shares.len() as f64 }
    }
}

/// One bin of a reliability table.
pub(crate) struct Bin {
    pub(crate) count: usize,
    pub(crate) stated: f64,
    pub(crate) observed: f64,
}

/// Bins of equal mass over the predictions at or above `floor`, lowest first.
pub(crate) fn bins(points: &[(f64, bool)], count: usize, floor: f64) -> Vec<Bin> {
    let mut points: Vec<(f64, bool)> = points.iter().copied().filter(|(p, _)| *p >= floor).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = points.len().div_ceil(count).max(1);
    points
        .chunks(size)
        .map(|chunk| {
            let n = chunk.len() as f64;
            Bin { count: chunk.len(), stated: chunk.iter().map(|(p, _)| p).sum::<f64>() / n, observed: chunk.iter().filter(|(_, right)| *right).count() as f64 / n }
        })
        .collect()
}

/// Expected calibration error over bins of equal mass.
pub(crate) fn calibration_error(bins: &[Bin]) -> f64 {
    let total: usize = bins.iter().map(|bin| bin.count).sum();
    bins.iter().map(|bin| bin.count as f64 / total.max(1) as f64 * (bin.stated - bin.observed).abs()).sum()
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

    #[test]
    fn a_perfect_forecast_has_no_calibration_error() {
        let points: Vec<(f64, bool)> = (0..100).map(|n| (0.5, n % 2 == 0)).collect();
        assert!(calibration_error(&bins(&points, 1, 0.0)) < 1e-9);
    }
}

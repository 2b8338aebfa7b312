//! The fitted weights: one readable file, parsed on first use.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::collections::HashMap;

use once_cell::sync::Lazy;

use crate::evidence::{Evidence, Observations};
use crate::report::Kind;

/// Rows of `kind TAB term TAB weight TAB ...`: a term is a piece of evidence, or two joined by `PAIR` that were seen of
/// one candidate. Rows whose term begins with `=` belong to the calibration.
const FILE: &str = include_str!("weights.tsv");
const PAIR: &str = " & ";

pub(crate) struct Weights {
    single: [Vec<f64>; Kind::ALL.len()],
    /// Two pieces of evidence, by their numbers, and what they weigh together, in order of the first.
    pairs: [Vec<Pair>; Kind::ALL.len()],
    /// Slope and shift of the calibration, on the logit of the share.
    calibration: [(f64, f64); Kind::ALL.len()],
    /// The share of the mails of the calibration that hold an answer of the kind.
    priors: [f64; Kind::ALL.len()],
}

/// Two pieces of evidence that weigh something together, beyond what each does.
pub(crate) struct Pair {
    pub(crate) first: usize,
    pub(crate) second: usize,
    pub(crate) weight: f64,
}

static WEIGHTS: Lazy<Weights> = Lazy::new(|| Weights::parse(FILE));

impl Weights {
    pub(crate) fn get() -> &'static Self {
        &WEIGHTS
    }

    fn parse(file: &str) -> Self {
        let names: HashMap<String, usize> = Evidence::all().map(|evidence| (evidence.name(), evidence.index())).collect();
        let mut weights = Self {
            single: std::array::from_fn(|_| vec![0.0; Evidence::COUNT]),
            pairs: std::array::from_fn(|_| Vec::new()),
            calibration: [(1.0, 0.0); Kind::ALL.len()],
            priors: [0.5; Kind::ALL.len()],
        };
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(kind), Some(name), Some(weight)) = (columns.next(), columns.next(), columns.next()) else { continue };
            let (Ok(kind), Ok(weight)) = (kind.parse::<Kind>(), weight.parse::<f64>()) else { continue };
            match name {
                "=slope" => weights.calibration[kind as usize].0 = weight,
                "=shift" => weights.calibration[kind as usize].1 = weight,
                "=prior" if weight > 0.0 && weight < 1.0 => weights.priors[kind as usize] = weight,
                name => {
                    let mut parts = name.split(PAIR).map(|part| names.get(part).copied());
                    match (parts.next().flatten(), parts.next()) {
                        (Some(index), None) => weights.single[kind as usize][index] = weight,
                        (Some(first), Some(Some(second))) => weights.pairs[kind as usize].push(Pair { first, second, weight }),
                        _ => {}
                    }
                }
            }
        }
        weights.pairs.iter_mut().for_each(|pairs| pairs.sort_by_key(|pair| pair.first));
        weights
    }

    /// The weights of each piece of evidence on its own, by number.
    pub(crate) fn singles(&self, kind: Kind) -> &[f64] {
        &self.single[kind as usize]
    }

    /// The pairs of which both were seen. There are some dozens of pairs of a kind.
    pub(crate) fn pairs<'w>(&'w self, kind: Kind, seen: &'w Observations) -> impl Iterator<Item = &'w Pair> {
        self.pairs[kind as usize].iter().filter(|pair| seen.holds(pair.first) && seen.holds(pair.second))
    }

    /// How likely a mail was to hold an answer of the kind, among those of the calibration.
    pub(crate) fn prior(&self, kind: Kind) -> f64 {
        self.priors[kind as usize]
    }

    /// The confidence for a share of the softmax: monotone, 0 stays 0 and 1 stays 1.
    pub(crate) fn calibrate(&self, kind: Kind, share: f64) -> f64 {
        let (slope, shift) = self.calibration[kind as usize];
        let share = share.clamp(1e-12, 1.0 - 1e-12);
        1.0 / (1.0 + (-(slope * (share / (1.0 - share)).ln() + shift)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_evidence_that_exists() {
        let names: std::collections::HashSet<String> = Evidence::all().map(|evidence| evidence.name()).collect();
        for line in FILE.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert!(columns.len() >= 3 && columns[0].parse::<Kind>().is_ok() && columns[2].parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            assert!(columns[1].starts_with('=') || columns[1].split(PAIR).all(|name| names.contains(name)), "{line}");
        }
    }

    #[test]
    fn every_kind_has_its_calibration() {
        for (kind, term) in Kind::ALL.into_iter().flat_map(|kind| ["=slope", "=shift", "=prior"].map(|term| (kind, term))) {
            assert_eq!(FILE.lines().filter(|line| line.starts_with(&format!("{kind}\t{term}\t"))).count(), 1, "{kind} {term}");
        }
        assert!(Kind::ALL.into_iter().all(|kind| (0.0..0.5).contains(&Weights::get().prior(kind))));
    }

    #[test]
    fn calibration_rises_with_the_share() {
        let weights = Weights::get();
        for kind in Kind::ALL {
            let said: Vec<f64> = (0..=20).map(|n| weights.calibrate(kind, f64::from(n) / 20.0)).collect();
            assert!(said.is_sorted() && said.iter().all(|p| (0.0..=1.0).contains(p)));
        }
    }
}

//! The weights of clues: one readable file, parsed on first use.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::collections::{BTreeSet, HashMap};

use once_cell::sync::Lazy;

use super::clue::Clue;
use super::purpose::Purpose;

/// Rows of `what is told TAB clue TAB weight TAB ...`; a row whose clue is `=least` has the least share that is told.
const FILE: &str = include_str!("details.tsv");
const LEAST: &str = "=least";
/// The rows of the expiry.
const EXPIRY: &str = "expiry";
/// The row of the least share of a purpose.
const PURPOSE: &str = "purpose";

/// Whose weights.
#[derive(Debug, Clone, Copy)]
pub(super) enum Told {
    Purpose(Purpose),
    Expiry,
}

const TOLD: usize = Purpose::ALL.len() + 1;

impl Told {
    fn index(self) -> usize {
        match self {
            Told::Purpose(purpose) => purpose as usize,
            Told::Expiry => Purpose::ALL.len(),
        }
    }
}

pub(super) struct Weights {
    of: [HashMap<Clue, f64>; TOLD],
    least_purpose: f64,
    least_expiry: f64,
}

static WEIGHTS: Lazy<Weights> = Lazy::new(|| Weights::parse(FILE));

impl Weights {
    pub(super) fn get() -> &'static Self {
        &WEIGHTS
    }

    fn parse(file: &str) -> Self {
        let clues: HashMap<String, Clue> = Clue::all().map(|clue| (clue.name(), clue)).collect();
        let mut weights = Self { of: std::array::from_fn(|_| HashMap::new()), least_purpose: 0.0, least_expiry: 0.0 };
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(told), Some(name), Some(Ok(weight))) = (columns.next(), columns.next(), columns.next().map(str::parse::<f64>)) else { continue };
            let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == told).map(Told::Purpose);
            match (purpose.or((told == EXPIRY).then_some(Told::Expiry)), clues.get(name)) {
                (Some(told), Some(clue)) => drop(weights.of[told.index()].insert(*clue, weight)),
                (Some(Told::Expiry), None) if name == LEAST => weights.least_expiry = weight,
                (None, None) if told == PURPOSE && name == LEAST => weights.least_purpose = weight,
                _ => {}
            }
        }
        weights
    }

    /// The log-odds against "none is told".
    pub(super) fn sum(&self, told: Told, clues: &BTreeSet<Clue>) -> f64 {
        let weights = &self.of[told.index()];
        clues.iter().filter_map(|clue| weights.get(clue)).sum()
    }

    /// The least share of a purpose that is told.
    pub(super) fn least_purpose(&self) -> f64 {
        self.least_purpose
    }

    /// The least share of a time that is told.
    pub(super) fn least_expiry(&self) -> f64 {
        self.least_expiry
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_names_a_clue_that_exists() {
        let names: HashSet<String> = Clue::all().map(Clue::name).collect();
        for line in FILE.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert!(columns.len() >= 3 && columns[2].parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            assert!(Purpose::ALL.iter().any(|purpose| purpose.name() == columns[0]) || [EXPIRY, PURPOSE].contains(&columns[0]), "{line}");
            assert!(columns[1] == LEAST || names.contains(columns[1]), "{line}");
        }
    }

    #[test]
    fn the_least_shares_are_those_of_the_file() {
        for least in [Weights::get().least_purpose(), Weights::get().least_expiry()] {
            assert!(least > 0.0 && least < 1.0, "{least}");
        }
    }
}

//! Conditional logit with the outside option "there is none", L2, by L-BFGS; over single pieces of evidence and over the
//! pairs of them that the singles leave most to explain.

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Result, anyhow};
use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use mailpick::Kind;

use crate::design::{Design, Lesson, softmax};
use crate::deviation::standard_errors;
use crate::sample::Sample;

/// Penalty on the weight of a single piece of evidence, and of a pair. Pairs pay more: they have to earn what the
/// singles do not say.
pub(crate) const L2_SINGLE: f64 = 1.5;
pub(crate) const L2_PAIR: f64 = 5.0;

const MAX_ITERATIONS: u64 = 200;
const ITERATIONS_BETWEEN: u64 = 40;
const MEMORY: usize = 8;
const GRADIENT_TOLERANCE: f64 = 1e-3;
const COST_TOLERANCE: f64 = 1e-4;

/// Pairs are taken in rounds, each round's judged by what the fit so far leaves; within a round a piece of evidence may
/// be in few, so that one surprise is not explained by its twenty aliases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairSearch {
    pub(crate) rounds: usize,
    pub(crate) per_round: usize,
}

pub(crate) const PAIRS: PairSearch = PairSearch { rounds: 6, per_round: 60 };
const PAIRS_OF_ONE: usize = 6;
/// A pair seen of fewer candidates is an anecdote.
const LEAST_CARRIED: u32 = 15;
/// The gain in log-likelihood that a pair must promise, by a second-order estimate.
const LEAST_GAIN: f64 = 1.0;
/// Added to a pair's curvature in that estimate.
const DAMPING: f64 = 4.0;

/// A candidate whose share times what is left of it is below this takes no part in the search for pairs.
const OUT_OF_THE_QUESTION: f64 = 2e-4;

/// Two columns that were seen of one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) first: u32,
    pub(crate) second: u32,
}

/// Weights of a contest's terms: singles first, then pairs.
pub(crate) struct Fitted {
    pub(crate) weights: Vec<f64>,
    pub(crate) pairs: Vec<Pair>,
    partners: Partners,
}

/// Weights smaller than this say nothing.
pub(crate) const LEAST_WEIGHT: f64 = 0.005;

impl Fitted {
    /// How far each weight could be off, for those that say something; the others are 0.
    pub(crate) fn standard_errors(&self, lessons: &[Lesson<'_>], singles: usize) -> Vec<f64> {
        let design = Design::new(lessons, singles).widened(self.pairs.len(), |columns, more| self.partners.add(columns, more));
        let columns: Vec<usize> = (0..design.width()).filter(|column| self.weights[*column].abs() >= LEAST_WEIGHT).collect();
        let mut out = vec![0.0; design.width()];
        let errors = standard_errors(&design, &self.weights, &penalties(singles, design.width()), &columns);
        columns.into_iter().zip(errors).for_each(|(column, error)| out[column] = error);
        out
    }

    /// The shares of a mail's candidates in the softmax; what is left of 1 is "there is none".
    pub(crate) fn shares(&self, sample: &Sample) -> Vec<f64> {
        let mut sums: Vec<f64> = sample
            .options
            .iter()
            .map(|option| {
                let mut columns = option.features.clone();
                self.partners.add(&option.features, &mut columns);
                crate::design::sum(&columns, &self.weights)
            })
            .collect();
        softmax(&mut sums);
        sums
    }
}

/// For each column that begins a pair: the other's column, and the pair's own.
#[derive(Default)]
struct Partners {
    of: HashMap<u32, Vec<(u32, u32)>>,
}

impl Partners {
    fn new(pairs: &[Pair], first_column: usize) -> Self {
        let mut of: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
        for (number, pair) in pairs.iter().enumerate() {
            of.entry(pair.first).or_default().push((pair.second, (first_column + number) as u32));
        }
        Self { of }
    }

    /// Adds the columns of the pairs that both stand among a row's columns.
    fn add(&self, columns: &[u32], out: &mut Vec<u32>) {
        for first in columns {
            for (second, column) in self.of.get(first).into_iter().flatten() {
                if columns.contains(second) {
                    out.push(*column);
                }
            }
        }
    }
}

/// Fits the weights of one contest, whose singles are the first `singles` columns.
pub(crate) fn fit(lessons: &[Lesson<'_>], singles: usize, search: PairSearch) -> Result<Fitted> {
    let mut design = Design::new(lessons, singles);
    let mut weights = minimise(&design, vec![0.0; singles], if search.rounds == 0 { MAX_ITERATIONS } else { 2 * ITERATIONS_BETWEEN })?;
    if search.rounds > 0 {
        // Most candidates are out of the question by then: they would cost most of the time and move nothing.
        let residuals = design.residuals(&weights);
        design = design.only(|row| design.is_right(row) || residuals[row].spread >= OUT_OF_THE_QUESTION);
    }
    let mut pairs: Vec<Pair> = Vec::new();
    let mut finder = Finder::new(&design);
    for round in 0..search.rounds {
        let found = finder.best(&design, &weights, search.per_round);
        let partners = Partners::new(&found, design.width());
        design = design.widened(found.len(), |columns, more| partners.add(columns, more));
        pairs.extend(&found);
        weights.resize(design.width(), 0.0);
        weights = minimise(&design, weights, if round + 1 == search.rounds { MAX_ITERATIONS } else { ITERATIONS_BETWEEN })?;
    }
    let partners = Partners::new(&pairs, singles);
    Ok(Fitted { weights, pairs, partners })
}

/// The penalty on each column.
pub(crate) fn penalties(singles: usize, width: usize) -> Vec<f64> {
    (0..width).map(|column| if column < singles { L2_SINGLE } else { L2_PAIR }).collect()
}

fn minimise(design: &Design, start: Vec<f64>, iterations: u64) -> Result<Vec<f64>> {
    let l2 = penalties(design.singles(), design.width());
    let problem = Problem { design, l2, last: RefCell::default() };
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY).with_tolerance_grad(GRADIENT_TOLERANCE)?.with_tolerance_cost(COST_TOLERANCE)?;
    let result = Executor::new(problem, solver).configure(|state| state.param(start).max_iters(iterations)).run()?;
    result.state().get_best_param().cloned().ok_or_else(|| anyhow!("the optimiser gave no weights"))
}

/// The optimiser asks for cost and gradient one after the other at the same point: both are computed once.
struct Problem<'d> {
    design: &'d Design,
    l2: Vec<f64>,
    last: RefCell<Option<Evaluated>>,
}

/// Where it was, the cost there and the gradient.
type Evaluated = (Vec<f64>, f64, Vec<f64>);

impl Problem<'_> {
    fn at<T>(&self, weights: &[f64], take: impl Fn(f64, &[f64]) -> T) -> T {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(at, _, _)| at != weights) {
            let (cost, gradient) = self.design.cost(weights, &self.l2);
            *last = Some((weights.to_vec(), cost, gradient));
        }
        let (_, cost, gradient) = last.as_ref().unwrap_or_else(|| unreachable!("just computed"));
        take(*cost, gradient)
    }
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.at(weights, |cost, _| cost))
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, weights: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(weights, |_, gradient| gradient.to_vec()))
    }
}

/// Finds the pairs that a fit lacks most: by the square of their residual over their curvature, for all pairs at once.
struct Finder {
    kinds: Vec<Kind>,
    /// For each single column its place among the columns that are carried often enough, for each kind.
    places: Vec<Option<u32>>,
    columns: Vec<Vec<u32>>,
    carried: Vec<Vec<u32>>,
    taken: Vec<Vec<bool>>,
}

impl Finder {
    fn new(design: &Design) -> Self {
        let mut kinds: Vec<Kind> = Vec::new();
        let mut count = vec![0u32; design.width()];
        let mut kind_of = vec![None; design.width()];
        for row in 0..design.rows() {
            if !kinds.contains(&design.kind(row)) {
                kinds.push(design.kind(row));
            }
            for column in design.columns(row) {
                count[*column as usize] += 1;
                kind_of[*column as usize] = Some(design.kind(row));
            }
        }
        kinds.sort();
        let mut places = vec![None; design.width()];
        let mut columns: Vec<Vec<u32>> = vec![Vec::new(); kinds.len()];
        for (column, kind) in kind_of.iter().enumerate().filter(|(column, _)| count[*column] >= LEAST_CARRIED) {
            let at = kinds.iter().position(|k| Some(*k) == *kind).unwrap_or_default();
            places[column] = Some(columns[at].len() as u32);
            columns[at].push(column as u32);
        }
        let mut finder = Self { kinds, places, columns, carried: Vec::new(), taken: Vec::new() };
        finder.carried = finder.table(|_| 1u32, design);
        finder.taken = finder
            .carried
            .iter()
            .map(|carried| {
                let n = side(carried.len());
                (0..carried.len())
                    .map(|cell| {
                        let (a, b) = (cell / n, cell % n);
                        let both = carried[cell];
                        // What nearly always comes with the other says nothing more than it.
                        let least = carried[a * n + a].min(carried[b * n + b]);
                        a >= b || both < LEAST_CARRIED || f64::from(both) > 0.98 * f64::from(least)
                    })
                    .collect()
            })
            .collect();
        finder
    }

    /// The sum of a figure of rows over all pairs of places that stand in a row, a square table for each kind; only the
    /// cells with first <= second are filled.
    fn table<T: Copy + Default + std::ops::AddAssign + PartialEq>(&self, figure: impl Fn(usize) -> T, design: &Design) -> Vec<Vec<T>> {
        let mut tables: Vec<Vec<T>> = self.columns.iter().map(|columns| vec![T::default(); columns.len() * columns.len()]).collect();
        let mut places: Vec<u32> = Vec::new();
        for row in 0..design.rows() {
            let value = figure(row);
            if value == T::default() {
                continue;
            }
            let kind = self.kinds.iter().position(|kind| *kind == design.kind(row)).unwrap_or_default();
            places.clear();
            places.extend(design.columns(row).iter().filter_map(|column| self.places.get(*column as usize).copied().flatten()));
            places.sort_unstable();
            let n = self.columns[kind].len();
            let table = &mut tables[kind];
            for (at, a) in places.iter().enumerate() {
                let line = &mut table[*a as usize * n..][..n];
                places[at..].iter().for_each(|b| line[*b as usize] += value);
            }
        }
        tables
    }

    fn best(&mut self, design: &Design, weights: &[f64], count: usize) -> Vec<Pair> {
        /// Candidates that the fit is this sure about have nothing to teach.
        const SETTLED: f64 = 1e-3;
        let residuals = design.residuals(weights);
        let figure = |value: f64| if value.abs() < SETTLED { 0.0 } else { value as f32 };
        let pulls = self.table(|row| figure(residuals[row].pull), design);
        let spreads = self.table(|row| figure(residuals[row].spread), design);
        let mut ranked: Vec<(f64, usize, usize)> = Vec::new();
        for kind in 0..self.kinds.len() {
            for cell in (0..pulls[kind].len()).filter(|cell| !self.taken[kind][*cell]) {
                let pull = f64::from(pulls[kind][cell]);
                let gain = pull * pull / (f64::from(spreads[kind][cell]) + DAMPING) / 2.0;
                if gain >= LEAST_GAIN {
                    ranked.push((gain, kind, cell));
                }
            }
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut used: HashMap<u32, usize> = HashMap::new();
        let mut found = Vec::new();
        for (_, kind, cell) in ranked {
            let columns = &self.columns[kind];
            let pair = Pair { first: columns[cell / columns.len()], second: columns[cell % columns.len()] };
            if [pair.first, pair.second].iter().any(|column| used.get(column).is_some_and(|n| *n >= PAIRS_OF_ONE)) {
                continue;
            }
            [pair.first, pair.second].iter().for_each(|column| *used.entry(*column).or_default() += 1);
            self.taken[kind][cell] = true;
            found.push(pair);
            if found.len() == count {
                break;
            }
        }
        found
    }
}

fn side(cells: usize) -> usize {
    (cells as f64).sqrt().round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Option_;

    fn sample(right: Option<usize>, options: &[&[u32]]) -> Sample {
        let options = options.iter().enumerate().map(|(at, features)| Option_ { kind: Kind::Otp, features: features.to_vec(), right: right == Some(at) }).collect();
        Sample { options, positive: right.is_some() }
    }

    fn lessons(samples: &[Sample]) -> Vec<Lesson<'_>> {
        samples.iter().map(|sample| Lesson { sample, weight: 1.0 }).collect()
    }

    #[test]
    fn fitting_finds_the_telling_feature() {
        let samples: Vec<Sample> = (0..80).map(|n| if n % 2 == 0 { sample(Some(0), &[&[0, 1], &[0]]) } else { sample(None, &[&[0], &[0]]) }).collect();
        let fitted = fit(&lessons(&samples), 2, PairSearch { rounds: 0, per_round: 0 }).expect("fitted");
        assert!(fitted.weights[1] > 1.5 && fitted.weights[0] < -0.5, "{:?}", fitted.weights);
        assert!(fitted.shares(&samples[0])[0] > 0.6);
    }

    #[test]
    fn a_pair_is_found_where_neither_piece_tells_alone() {
        // Right only with both of 1 and 2: a table that no sum of singles gives.
        let kinds: [(&[u32], bool); 4] = [(&[0], false), (&[0, 1], false), (&[0, 2], false), (&[0, 1, 2], true)];
        let samples: Vec<Sample> = (0..400).map(|n| kinds[n % 4]).map(|(features, right)| sample(right.then_some(0), &[features])).collect();
        let fitted = fit(&lessons(&samples), 3, PairSearch { rounds: 1, per_round: 1 }).expect("fitted");
        assert_eq!(fitted.pairs, [Pair { first: 1, second: 2 }]);
        assert!(fitted.shares(&samples[3])[0] > 0.8 && fitted.shares(&samples[1])[0] < 0.2);
    }
}

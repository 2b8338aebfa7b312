//! Mails as the optimiser sees them: one flat table of candidates and their terms.

use libm::{exp, log};
use mailpick::Kind;

use crate::sample::Sample;

/// A mail to learn from.
#[derive(Clone, Copy)]
pub(crate) struct Lesson<'s> {
    pub(crate) sample: &'s Sample,
    /// Its share in the sum.
    pub(crate) weight: f64,
}

/// The candidates of one mail: a range of rows.
struct Group {
    rows: std::ops::Range<usize>,
    positive: bool,
    weight: f64,
}

/// Rows are candidates, columns are terms: pieces of evidence for each kind, then pairs of them.
pub(crate) struct Design {
    groups: Vec<Group>,
    right: Vec<bool>,
    kinds: Vec<Kind>,
    starts: Vec<usize>,
    columns: Vec<u32>,
    singles: usize,
    width: usize,
}

/// What a fit leaves of one candidate: how far its share is from what the label says, and how much it could move.
pub(crate) struct Residual {
    pub(crate) pull: f64,
    pub(crate) spread: f64,
}

impl Design {
    pub(crate) fn new(lessons: &[Lesson<'_>], width: usize) -> Self {
        let mut design = Self { groups: Vec::new(), right: Vec::new(), kinds: Vec::new(), starts: vec![0], columns: Vec::new(), singles: width, width };
        for lesson in lessons.iter().filter(|lesson| lesson.sample.teaches() && !lesson.sample.options.is_empty()) {
            let first = design.right.len();
            for option in &lesson.sample.options {
                design.columns.extend_from_slice(&option.features);
                design.starts.push(design.columns.len());
                design.right.push(option.right);
                design.kinds.push(option.kind);
            }
            design.groups.push(Group { rows: first..design.right.len(), positive: lesson.sample.positive, weight: lesson.weight });
        }
        design
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// How many of the columns are single pieces of evidence; the others are pairs.
    pub(crate) fn singles(&self) -> usize {
        self.singles
    }

    pub(crate) fn rows(&self) -> usize {
        self.right.len()
    }

    pub(crate) fn kind(&self, row: usize) -> Kind {
        self.kinds[row]
    }

    pub(crate) fn columns(&self, row: usize) -> &[u32] {
        &self.columns[self.starts[row]..self.starts[row + 1]]
    }

    /// The same rows with more columns: `more` gives those of a row from the ones that it has.
    pub(crate) fn widened(&self, by: usize, mut more: impl FnMut(&[u32], &mut Vec<u32>)) -> Self {
        let mut columns = Vec::with_capacity(self.columns.len() + self.columns.len() / 4);
        let mut starts = vec![0];
        for row in 0..self.rows() {
            let own = self.columns(row);
            columns.extend_from_slice(own);
            more(own, &mut columns);
            starts.push(columns.len());
        }
        let groups = self.groups.iter().map(|g| Group { rows: g.rows.clone(), ..*g }).collect();
        Self { groups, right: self.right.clone(), kinds: self.kinds.clone(), starts, columns, singles: self.singles, width: self.width + by }
    }

    /// The rows that a test holds of; a mail without any left has nothing more to teach.
    pub(crate) fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut out = Self { groups: Vec::new(), right: Vec::new(), kinds: Vec::new(), starts: vec![0], columns: Vec::new(), ..*self };
        for group in &self.groups {
            let first = out.rows();
            for row in group.rows.clone().filter(|row| keep(*row)) {
                out.columns.extend_from_slice(self.columns(row));
                out.starts.push(out.columns.len());
                out.right.push(self.right[row]);
                out.kinds.push(self.kinds[row]);
            }
            if out.rows() > first {
                out.groups.push(Group { rows: first..out.rows(), ..*group });
            }
        }
        out
    }

    pub(crate) fn is_right(&self, row: usize) -> bool {
        self.right[row]
    }

    /// Minus the log-likelihood, its gradient, and each row's residual.
    fn likelihood(&self, weights: &[f64], mut each: impl FnMut(usize, f64, f64)) -> f64 {
        let mut cost = 0.0;
        let mut shares: Vec<f64> = Vec::new();
        for group in &self.groups {
            shares.clear();
            shares.extend(group.rows.clone().map(|row| sum(self.columns(row), weights)));
            softmax(&mut shares);
            let right: f64 = match group.positive {
                true => group.rows.clone().zip(&shares).filter(|(row, _)| self.right[*row]).map(|(_, share)| share).sum(),
                false => 1.0 - shares.iter().sum::<f64>(),
            };
            let right = right.max(1e-300);
            cost -= group.weight * log(right);
            for (row, share) in group.rows.clone().zip(&shares) {
                let given_right = if group.positive && self.right[row] { share / right } else { 0.0 };
                each(row, group.weight * (share - given_right), group.weight * share * (1.0 - share));
            }
        }
        cost
    }

    /// Calls back for each mail with its weight and, for each row, its share and its share given that the label is right
    /// (for a mail without an answer, no candidate is right).
    pub(crate) fn each_group(&self, weights: &[f64], mut each: impl FnMut(f64, &[(usize, [f64; 2])])) {
        let mut rows: Vec<(usize, [f64; 2])> = Vec::new();
        for group in &self.groups {
            let mut shares: Vec<f64> = group.rows.clone().map(|row| sum(self.columns(row), weights)).collect();
            softmax(&mut shares);
            let is_right = |row: usize| group.positive && self.right[row];
            let right: f64 = group.rows.clone().zip(&shares).filter(|(row, _)| is_right(*row)).map(|(_, share)| share).sum::<f64>().max(1e-300);
            rows.clear();
            rows.extend(group.rows.clone().zip(&shares).map(|(row, share)| (row, [*share, if is_right(row) { share / right } else { 0.0 }])));
            each(group.weight, &rows);
        }
    }

    /// Minus the log-likelihood plus the penalty (half of `l2[c]` times the square of each weight), and its gradient.
    pub(crate) fn cost(&self, weights: &[f64], l2: &[f64]) -> (f64, Vec<f64>) {
        let mut gradient: Vec<f64> = weights.iter().zip(l2).map(|(w, l2)| l2 * w).collect();
        let penalty: f64 = weights.iter().zip(l2).map(|(w, l2)| l2 * w * w).sum::<f64>() / 2.0;
        let likelihood = self.likelihood(weights, |row, slope, _| {
            if slope.abs() > 1e-12 {
                self.columns(row).iter().for_each(|column| gradient[*column as usize] += slope);
            }
        });
        (penalty + likelihood, gradient)
    }

    /// What a fit leaves of every row.
    pub(crate) fn residuals(&self, weights: &[f64]) -> Vec<Residual> {
        let mut out: Vec<Residual> = (0..self.rows()).map(|_| Residual { pull: 0.0, spread: 0.0 }).collect();
        self.likelihood(weights, |row, slope, spread| out[row] = Residual { pull: -slope, spread });
        out
    }
}

/// The sum of a row.
pub(crate) fn sum(columns: &[u32], weights: &[f64]) -> f64 {
    columns.iter().map(|column| weights[*column as usize]).sum()
}

/// Sums to shares; what is left of 1 is "there is none", whose sum is 0.
pub(crate) fn softmax(sums: &mut [f64]) {
    let most = sums.iter().copied().fold(0.0, f64::max);
    let total = exp(-most) + sums.iter().map(|sum| exp(sum - most)).sum::<f64>();
    sums.iter_mut().for_each(|sum| *sum = exp(*sum - most) / total);
}

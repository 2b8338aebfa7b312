//! Conditional logit with the outside option "there is none", L2, by L-BFGS; and the calibration of its shares.

use anyhow::{Result, anyhow};
use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use crate::sample::Sample;

const MAX_ITERATIONS: u64 = 300;
const MEMORY: usize = 8;
const GRADIENT_TOLERANCE: f64 = 1e-5;

struct Problem<'s> {
    samples: &'s [&'s Sample],
    parameters: usize,
    l2: f64,
}

impl Problem<'_> {
    /// Minus the log-likelihood plus the penalty; adds the gradient to `gradient` where one is wanted.
    fn evaluate(&self, weights: &[f64], mut gradient: Option<&mut [f64]>) -> f64 {
        let mut cost = weights.iter().map(|w| w * w).sum::<f64>() * self.l2 / 2.0;
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.iter_mut().zip(weights).for_each(|(g, w)| *g = self.l2 * w);
        }
        for sample in self.samples {
            let shares = shares(sample, weights);
            let right: f64 = if sample.positive { sample.options.iter().zip(&shares).filter(|(o, _)| o.right).map(|(_, s)| s).sum() } else { 1.0 - shares.iter().sum::<f64>() };
            let right = right.max(1e-300);
            cost -= right.ln();
            if let Some(gradient) = gradient.as_deref_mut() {
                for (option, share) in sample.options.iter().zip(&shares) {
                    let given_right = if sample.positive && option.right { share / right } else { 0.0 };
                    let slope = share - given_right;
                    if slope.abs() > 1e-12 {
                        option.features.iter().for_each(|feature| gradient[*feature as usize] += slope);
                    }
                }
            }
        }
        cost
    }
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.evaluate(weights, None))
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, weights: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let mut gradient = vec![0.0; self.parameters];
        self.evaluate(weights, Some(&mut gradient));
        Ok(gradient)
    }
}

/// The shares of a mail's candidates in the softmax; what is left of 1 is "there is none".
pub(crate) fn shares(sample: &Sample, weights: &[f64]) -> Vec<f64> {
    let mut sums: Vec<f64> = sample.options.iter().map(|option| option.features.iter().map(|f| weights[*f as usize]).sum()).collect();
    let most = sums.iter().copied().fold(0.0, f64::max);
    let total = (-most).exp() + sums.iter().map(|sum| (sum - most).exp()).sum::<f64>();
    sums.iter_mut().for_each(|sum| *sum = (*sum - most).exp() / total);
    sums
}

/// Fits the weights of one contest.
pub(crate) fn fit(samples: &[&Sample], parameters: usize, l2: f64) -> Result<Vec<f64>> {
    let samples: Vec<&Sample> = samples.iter().copied().filter(|sample| sample.teaches() && !sample.options.is_empty()).collect();
    let problem = Problem { samples: &samples, parameters, l2 };
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY).with_tolerance_grad(GRADIENT_TOLERANCE)?.with_tolerance_cost(1e-7)?;
    let result = Executor::new(problem, solver).configure(|state| state.param(vec![0.0; parameters]).max_iters(MAX_ITERATIONS)).run()?;
    result.state().get_best_param().cloned().ok_or_else(|| anyhow!("the optimiser gave no weights"))
}

/// A monotone map of shares: slope and shift on the logit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calibration {
    pub(crate) slope: f64,
    pub(crate) shift: f64,
}

impl Calibration {
    pub(crate) fn apply(self, share: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * logit(share) + self.shift)).exp())
    }

    /// Logistic regression of "was right" on the logit of the share, by Newton's method; a weak pull towards leaving
    /// the shares as they are keeps it defined where every prediction was right.
    pub(crate) fn fit(predictions: &[(f64, bool)]) -> Self {
        const PULL: f64 = 1.0;
        let (mut slope, mut shift) = (1.0, 0.0);
        for _ in 0..50 {
            let (mut g0, mut g1) = (PULL * (slope - 1.0), PULL * shift);
            let (mut h00, mut h01, mut h11) = (PULL, 0.0, PULL);
            for (share, right) in predictions {
                let x = logit(*share);
                let p = 1.0 / (1.0 + (-(slope * x + shift)).exp());
                let (error, spread) = (p - f64::from(u8::from(*right)), p * (1.0 - p));
                g0 += error * x;
                g1 += error;
                h00 += spread * x * x;
                h01 += spread * x;
                h11 += spread;
            }
            let determinant = h00 * h11 - h01 * h01;
            let (d0, d1) = ((g0 * h11 - g1 * h01) / determinant, (g1 * h00 - g0 * h01) / determinant);
            slope = (slope - d0.clamp(-0.5, 0.5)).max(0.05);
            shift -= d1.clamp(-0.5, 0.5);
            if d0.abs() + d1.abs() < 1e-9 {
                break;
            }
        }
        Self { slope, shift }
    }
}

fn logit(share: f64) -> f64 {
    let share = share.clamp(1e-12, 1.0 - 1e-12);
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Option_;
    use mailpick::Kind;

    fn sample(right: Option<usize>, options: &[&[u32]]) -> Sample {
        let options = options.iter().enumerate().map(|(at, features)| Option_ { kind: Kind::Otp, features: features.to_vec(), right: right == Some(at) }).collect();
        Sample { options, positive: right.is_some() }
    }

    #[test]
    fn fitting_finds_the_telling_feature() {
        let samples: Vec<Sample> = (0..40).map(|n| if n % 2 == 0 { sample(Some(0), &[&[0, 1], &[0]]) } else { sample(None, &[&[0], &[0]]) }).collect();
        let weights = fit(&samples.iter().collect::<Vec<_>>(), 2, 0.1).expect("fitted");
        assert!(weights[1] > 2.0 && weights[0] < -1.0, "{weights:?}");
        assert!(shares(&samples[0], &weights)[0] > 0.7);
    }

    #[test]
    fn calibration_learns_overconfidence() {
        let predictions: Vec<(f64, bool)> = (0..1000).map(|n| (0.95, n % 10 < 7)).chain((0..1000).map(|n| (0.05, n % 10 < 3))).collect();
        let calibration = Calibration::fit(&predictions);
        assert!((calibration.apply(0.95) - 0.7).abs() < 0.02);
    }
}

//! Conditional logit with the outside option "there is none", L2, by L-BFGS; and the calibration of its shares.

use anyhow::{Result, anyhow};
use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

// Not the platform's: its results differ in the last bit from one processor to the next, and the weights with them.
use libm::{exp, log};
use mailpick::evidence::Evidence;

use crate::sample::Sample;

const MAX_ITERATIONS: u64 = 300;
const MEMORY: usize = 8;
const GRADIENT_TOLERANCE: f64 = 1e-4;
const COST_TOLERANCE: f64 = 1e-5;

/// How often each mail is seen in fitting, and the share of the kinds of evidence that each time are left out.
///
/// The prototype was underconfident because its families looked alike: what one sender always shows together is taken
/// for one thing. Seen with other pieces missing each time, no piece is leaned on alone. Figures are never made on them.
const VARIANTS: u64 = 4;
const LEFT_OUT: f64 = 0.15;

/// A mail to learn from.
pub(crate) struct Lesson<'s> {
    pub(crate) sample: &'s Sample,
    /// Its share in the sum.
    pub(crate) weight: f64,
    /// Decides what is left out in each variant: the same for every run.
    pub(crate) seed: u64,
}

struct Variant {
    options: Vec<(Vec<u32>, bool)>,
    positive: bool,
    weight: f64,
}

struct Problem {
    variants: Vec<Variant>,
    parameters: usize,
    l2: f64,
}

fn variants<'l>(lesson: &'l Lesson<'_>) -> impl Iterator<Item = Variant> + use<'l> {
    (0..VARIANTS).map(|number| {
        let is_kept = |feature: u32| number == 0 || random(lesson.seed, number, u64::from(feature) % Evidence::COUNT as u64) >= LEFT_OUT;
        let options = lesson.sample.options.iter().map(|option| (option.features.iter().copied().filter(|f| is_kept(*f)).collect(), option.right)).collect();
        Variant { options, positive: lesson.sample.positive, weight: lesson.weight / VARIANTS as f64 }
    })
}

/// A number from 0 to 1 (SplitMix64).
fn random(seed: u64, variant: u64, evidence: u64) -> f64 {
    let mut z = seed.wrapping_add(variant.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(evidence.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

impl Problem {
    /// Minus the log-likelihood plus the penalty; adds the gradient to `gradient` where one is wanted.
    fn evaluate(&self, weights: &[f64], mut gradient: Option<&mut [f64]>) -> f64 {
        let mut cost = weights.iter().map(|w| w * w).sum::<f64>() * self.l2 / 2.0;
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.iter_mut().zip(weights).for_each(|(g, w)| *g = self.l2 * w);
        }
        for variant in &self.variants {
            let shares = softmax(variant.options.iter().map(|(features, _)| sum(features, weights)).collect());
            let right: f64 = if variant.positive { variant.options.iter().zip(&shares).filter(|(o, _)| o.1).map(|(_, s)| s).sum() } else { 1.0 - shares.iter().sum::<f64>() };
            let right = right.max(1e-300);
            cost -= variant.weight * log(right);
            if let Some(gradient) = gradient.as_deref_mut() {
                for ((features, is_right), share) in variant.options.iter().zip(&shares) {
                    let given_right = if variant.positive && *is_right { share / right } else { 0.0 };
                    let slope = variant.weight * (share - given_right);
                    if slope.abs() > 1e-12 {
                        features.iter().for_each(|feature| gradient[*feature as usize] += slope);
                    }
                }
            }
        }
        cost
    }
}

impl CostFunction for Problem {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.evaluate(weights, None))
    }
}

impl Gradient for Problem {
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
    softmax(sample.options.iter().map(|option| sum(&option.features, weights)).collect())
}

fn sum(features: &[u32], weights: &[f64]) -> f64 {
    features.iter().map(|feature| weights[*feature as usize]).sum()
}

fn softmax(mut sums: Vec<f64>) -> Vec<f64> {
    let most = sums.iter().copied().fold(0.0, f64::max);
    let total = exp(-most) + sums.iter().map(|sum| exp(sum - most)).sum::<f64>();
    sums.iter_mut().for_each(|sum| *sum = exp(*sum - most) / total);
    sums
}

/// Fits the weights of one contest.
pub(crate) fn fit(lessons: &[Lesson<'_>], parameters: usize, l2: f64) -> Result<Vec<f64>> {
    let variants = lessons.iter().filter(|lesson| lesson.sample.teaches() && !lesson.sample.options.is_empty()).flat_map(variants).collect();
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY).with_tolerance_grad(GRADIENT_TOLERANCE)?.with_tolerance_cost(COST_TOLERANCE)?;
    let result = Executor::new(Problem { variants, parameters, l2 }, solver).configure(|state| state.param(vec![0.0; parameters]).max_iters(MAX_ITERATIONS)).run()?;
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
        1.0 / (1.0 + exp(-(self.slope * logit(share) + self.shift)))
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
                let p = 1.0 / (1.0 + exp(-(slope * x + shift)));
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
    log(share / (1.0 - share))
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
        let lessons: Vec<Lesson<'_>> = samples.iter().enumerate().map(|(n, sample)| Lesson { sample, weight: 1.0, seed: n as u64 }).collect();
        let weights = fit(&lessons, 2, 0.1).expect("fitted");
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

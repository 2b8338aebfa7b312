//! From the shares of the softmax to confidences: a monotone map, fitted on predictions for families that had no part in
//! fitting the weights.

// Not the platform's: its results differ in the last bit from one processor to the next, and the weights with them.
use libm::{exp, log};

/// Slope and shift on the logit of a share.
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

    #[test]
    fn calibration_learns_overconfidence() {
        let predictions: Vec<(f64, bool)> = (0..1000).map(|n| (0.95, n % 10 < 7)).chain((0..1000).map(|n| (0.05, n % 10 < 3))).collect();
        let calibration = Calibration::fit(&predictions);
        assert!((calibration.apply(0.95) - 0.7).abs() < 0.02);
    }
}

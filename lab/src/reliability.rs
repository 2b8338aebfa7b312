//! What stated confidences are worth: against what came true, and as a choice of threshold.

use libm::exp;

use crate::cross::Prediction;
use crate::metrics::Tally;

/// What was predicted of one mail for one kind, and whether the mail holds that kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stated {
    pub(crate) positive: bool,
    pub(crate) prediction: Prediction,
}

/// Best candidates stated below this say no more than that there is nothing, and there are thousands of them: left in, they
/// would fill nine bins of ten and make any engine look calibrated.
pub(crate) const FLOOR: f64 = 0.05;

/// Bins of a reliability table.
pub(crate) const BINS: usize = 10;

/// One bin of a reliability table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bin {
    pub(crate) count: u32,
    pub(crate) right: u32,
    /// The mean of the stated confidences.
    pub(crate) stated: f64,
}

impl Bin {
    pub(crate) fn observed(&self) -> f64 {
        f64::from(self.right) / f64::from(self.count)
    }
}

/// Bins of equal mass over the predictions at or above `floor`, lowest first. Equal confidences share a bin: divided, the
/// order of the mails would decide which bin is right how often. A bin that such a run swallows is left out.
pub(crate) fn bins(stated: &[Stated], count: usize, floor: f64) -> Vec<Bin> {
    let mut points: Vec<Prediction> = stated.iter().map(|s| s.prediction).filter(|p| p.confidence >= floor).collect();
    points.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let mut bins = Vec::new();
    let mut begin = 0;
    for number in 1..=count {
        let mut end = (points.len() * number).div_ceil(count);
        while 0 < end && end < points.len() && points[end].confidence == points[end - 1].confidence {
            end += 1;
        }
        if end > begin {
            bins.push(bin(&points[begin..end]));
            begin = end;
        }
    }
    bins
}

fn bin(points: &[Prediction]) -> Bin {
    let sum: f64 = points.iter().map(|p| p.confidence).sum();
    Bin { count: points.len() as u32, right: points.iter().filter(|p| p.right).count() as u32, stated: sum / points.len() as f64 }
}

/// Expected calibration error: how far stated and observed are apart, averaged over mails.
pub(crate) fn calibration_error(bins: &[Bin]) -> f64 {
    let total: u32 = bins.iter().map(|bin| bin.count).sum();
    bins.iter().map(|bin| f64::from(bin.count) / f64::from(total.max(1)) * (bin.stated - bin.observed()).abs()).sum()
}

/// Brier score over the predictions at or above `floor`: the mean square of stated minus what came true.
pub(crate) fn brier(stated: &[Stated], floor: f64) -> f64 {
    let squares: Vec<f64> = stated.iter().map(|s| s.prediction).filter(|p| p.confidence >= floor).map(|p| p.confidence - f64::from(u8::from(p.right))).map(|d| d * d).collect();
    squares.iter().sum::<f64>() / squares.len().max(1) as f64
}

/// Wilson's 95 % interval of a share (E. B. Wilson, 1927): unlike the textbook's, it keeps a width when all were right.
pub(crate) fn wilson(part: u32, whole: u32) -> (f64, f64) {
    /// Standard deviations around the middle that hold 95 %.
    const Z: f64 = 1.959_963_984_540_054;
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (f64::from(whole), f64::from(part) / f64::from(whole));
    let scale = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / scale;
    let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The thresholds of the table.
pub(crate) const THRESHOLDS: [f64; 10] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

/// The outcomes at another threshold.
pub(crate) fn at_threshold(stated: &[Stated], threshold: f64) -> Tally {
    let mut tally = Tally::default();
    for s in stated {
        tally.add(s.positive, s.prediction, threshold);
    }
    tally
}

/// One threshold's place on the curve of coverage against risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trade {
    /// The share of positives that get an answer.
    pub(crate) coverage: f64,
    /// The share of answers that are wrong values or false alarms.
    pub(crate) risk: f64,
}

/// None where nothing is answered, or nothing is there to answer.
pub(crate) fn trade(tally: &Tally) -> Option<Trade> {
    let share = |part: u32, whole: u32| (whole > 0).then(|| f64::from(part) / f64::from(whole));
    Some(Trade { coverage: share(tally.right + tally.wrong, tally.positives())?, risk: share(tally.wrong + tally.false_alarms, tally.answers())? })
}

/// The curve from the highest threshold to the lowest, in even steps of log-odds: near 1, where most answers are stated,
/// even steps of the confidence itself would leave a gap.
pub(crate) fn risk_curve(stated: &[Stated]) -> Vec<Trade> {
    /// Log-odds in twentieths: from 0.999 down to 0.05.
    const STEPS: std::ops::RangeInclusive<i32> = -58..=138;
    STEPS.rev().filter_map(|step| trade(&at_threshold(stated, 1.0 / (1.0 + exp(-f64::from(step) / 20.0))))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(positive: bool, confidence: f64, right: bool) -> Stated {
        Stated { positive, prediction: Prediction { confidence, right, reachable: right } }
    }

    fn counts(bins: &[Bin]) -> Vec<u32> {
        bins.iter().map(|bin| bin.count).collect()
    }

    #[test]
    fn a_perfect_forecast_has_no_calibration_error() {
        let points: Vec<Stated> = (0..100).map(|n| stated(true, 0.5, n % 2 == 0)).collect();
        assert!(calibration_error(&bins(&points, 1, 0.0)) < 1e-9);
    }

    #[test]
    fn calibration_error_is_weighed_by_the_mails_in_a_bin() {
        let bins = [Bin { count: 30, right: 30, stated: 0.9 }, Bin { count: 10, right: 0, stated: 0.2 }];
        assert!((calibration_error(&bins) - (0.75 * 0.1 + 0.25 * 0.2)).abs() < 1e-9);
        assert!(calibration_error(&[]).abs() < 1e-9);
    }

    #[test]
    fn bins_have_equal_mass() {
        let points: Vec<Stated> = (0..25).rev().map(|n| stated(true, f64::from(n) / 25.0, n >= 20)).collect();
        let bins = bins(&points, 10, 0.0);
        assert_eq!(counts(&bins), [3, 2, 3, 2, 3, 2, 3, 2, 3, 2]);
        assert_eq!(bins.iter().map(|bin| bin.right).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 0, 0, 3, 2]);
        assert!(bins.windows(2).all(|pair| pair[0].stated < pair[1].stated));
    }

    #[test]
    fn equal_confidences_share_a_bin_whatever_the_order_of_the_mails() {
        let mut points: Vec<Stated> = (0..60).map(|n| stated(true, 0.7, n < 30)).chain((0..40).map(|n| stated(true, 0.8 + f64::from(n) / 1000.0, true))).collect();
        let ahead = bins(&points, 10, 0.0);
        points.reverse();
        let behind = bins(&points, 10, 0.0);
        assert_eq!(counts(&ahead), [60, 10, 10, 10, 10]);
        assert_eq!(ahead[0].right, 30);
        assert_eq!(behind[0].right, 30);
        assert_eq!(counts(&bins(&[stated(true, 0.5, true); 7], 10, 0.0)), [7]);
    }

    #[test]
    fn what_is_below_the_floor_is_in_no_bin() {
        let points = [stated(false, 0.0, false), stated(false, 0.04, false), stated(true, 0.05, true)];
        assert_eq!(counts(&bins(&points, 10, FLOOR)), [1]);
        assert!(bins(&points[..2], 10, FLOOR).is_empty());
    }

    #[test]
    fn the_brier_score_is_a_mean_of_squares() {
        let points = [stated(true, 0.9, true), stated(true, 0.6, false), stated(false, 0.0, false)];
        assert!((brier(&points, 0.0) - (0.01 + 0.36) / 3.0).abs() < 1e-9);
        assert!((brier(&points, FLOOR) - (0.01 + 0.36) / 2.0).abs() < 1e-9);
        assert!(brier(&[], 0.0).abs() < 1e-9);
    }

    #[test]
    fn wilson_intervals_are_the_published_ones() {
        let near = |(low, high): (f64, f64), (l, h): (f64, f64)| (low - l).abs() < 5e-4 && (high - h).abs() < 5e-4;
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        assert!(near(wilson(81, 263), (0.2553, 0.3662)));
        assert!(near(wilson(15, 148), (0.0624, 0.1605)));
        assert!(near(wilson(0, 20), (0.0, 0.1611)));
        assert!(near(wilson(1, 29), (0.0061, 0.1718)));
        assert!(near(wilson(20, 20), (0.8389, 1.0)));
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn a_higher_threshold_answers_less_and_is_wrong_less() {
        let points = [stated(true, 0.95, true), stated(true, 0.7, false), stated(true, 0.4, true), stated(false, 0.6, false), stated(false, 0.1, false)];
        let low = at_threshold(&points, 0.5);
        assert_eq!((low.right, low.wrong, low.missed, low.false_alarms, low.negatives), (1, 1, 1, 1, 2));
        let risk = trade(&low).expect("there are answers");
        assert!((risk.coverage - 2.0 / 3.0).abs() < 1e-9 && (risk.risk - 2.0 / 3.0).abs() < 1e-9);
        let high = at_threshold(&points, 0.95);
        assert_eq!((high.right, high.wrong, high.missed, high.false_alarms), (1, 0, 2, 0));
        assert_eq!(trade(&high).expect("there is an answer").risk, 0.0);
        assert_eq!(trade(&at_threshold(&points, 0.99)), None);
        let curve = risk_curve(&points);
        assert_eq!(curve.first().map(|t| t.risk), Some(0.0));
        assert!(curve.windows(2).all(|pair| pair[0].coverage <= pair[1].coverage));
    }
}

//! An axis with ticks of our choice.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

/// A linear axis. Plotters' own ticks fall where they like, and its axis of chosen ticks has no labels for `f64`.
pub(super) struct Axis {
    range: Range<f64>,
    ticks: Vec<f64>,
}

impl Axis {
    /// From the first tick to the last.
    pub(super) fn over(ticks: Vec<f64>) -> Self {
        let end = |tick: Option<&f64>| tick.copied().unwrap_or_default();
        Self { range: end(ticks.first())..end(ticks.last()), ticks }
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (low, high): (i32, i32)) -> i32 {
        low + ((value - self.range.start) / (self.range.end - self.range.start) * f64::from(high - low)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

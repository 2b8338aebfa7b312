//! What a scan says at its end.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

use mailpick::{Kind, Status};
use serde_json::{Value, json};

use super::line::Line;

/// Bars of the histogram are no longer than this.
const BAR: u64 = 40;

/// Confidence in tenths.
const BINS: usize = 10;

/// No more reasons are told apart than this; the rest is counted together.
const MAX_REASONS: usize = 20;

/// Counts; memory does not grow with the mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) mails: u64,
    pub(super) found: u64,
    pub(super) ambiguous: u64,
    of_kind: [u64; Kind::ALL.len()],
    confidence: [u64; BINS],
    pub(super) unreadable: u64,
    reasons: BTreeMap<String, u64>,
    /// Not of the days asked for.
    pub(super) left_out: u64,
    pub(super) bytes: u64,
}

impl Summary {
    pub(super) fn count(&mut self, line: &Line) {
        let reading = match &line.reading {
            Ok(reading) => reading,
            Err(error) => {
                self.unreadable += 1;
                let known = self.reasons.contains_key(error) || self.reasons.len() < MAX_REASONS;
                *self.reasons.entry(if known { error.clone() } else { "other reasons".to_owned() }).or_default() += 1;
                return;
            }
        };
        self.mails += 1;
        self.found += u64::from(!reading.answers.is_empty());
        self.ambiguous += u64::from(reading.status == Status::Ambiguous);
        for answer in &reading.answers {
            for (count, kind) in self.of_kind.iter_mut().zip(Kind::ALL) {
                *count += u64::from(answer.kind == kind);
            }
            self.confidence[((answer.confidence * BINS as f64) as usize).min(BINS - 1)] += 1;
        }
    }

    /// Answers of a kind.
    pub(super) fn of_kind(&self, kind: Kind) -> u64 {
        Kind::ALL.iter().zip(self.of_kind).filter(|(known, _)| **known == kind).map(|(_, count)| count).sum()
    }

    /// Answers by confidence, in tenths.
    pub(super) fn confidence(&self) -> &[u64; BINS] {
        &self.confidence
    }

    /// Why things could not be read, and how many.
    pub(super) fn reasons(&self) -> &BTreeMap<String, u64> {
        &self.reasons
    }

    /// How many lines were written, in all parts of a scan that was killed.
    pub(super) fn lines(&self) -> u64 {
        self.mails + self.unreadable
    }

    /// All of it, for people. One line if nothing was found and nothing failed.
    pub(super) fn told(&self, took: Duration, read_now: u64) -> String {
        let mut text = format!("{self}, {:.1} s, {:.1} MB/s", took.as_secs_f64(), read_now as f64 / 1e6 / took.as_secs_f64().max(1e-3));
        if self.left_out > 0 {
            let _ = write!(text, "\n  {} mails of other days, or without a date, left out", self.left_out);
        }
        if let Some(most) = self.confidence.into_iter().max().filter(|&most| most > 0) {
            text.push_str("\n  confidence of what was found:");
            for (bin, count) in self.confidence.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let bar = "#".repeat(usize::try_from((count * BAR).div_ceil(most)).unwrap_or_default());
                let _ = write!(text, "\n    0.{bin} to {:.1}  {count:>8}  {bar}", (bin + 1) as f64 / BINS as f64);
            }
        }
        if self.unreadable > 0 {
            text.push_str("\n  unreadable:");
        }
        for (reason, count) in &self.reasons {
            let _ = write!(text, "\n    {count:>8}  {reason}");
        }
        text
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"mails": self.mails, "found": self.found, "ambiguous": self.ambiguous, "of_kind": self.of_kind, "confidence": self.confidence, "unreadable": self.unreadable, "reasons": self.reasons, "left_out": self.left_out, "bytes": self.bytes})
    }

    pub(super) fn of_json(value: &Value) -> Option<Self> {
        let number = |name: &str| value[name].as_u64();
        let numbers = |name: &str| value[name].as_array()?.iter().map(Value::as_u64).collect::<Option<Vec<u64>>>();
        let reasons = value["reasons"].as_object()?.iter().map(|(reason, count)| Some((reason.clone(), count.as_u64()?))).collect::<Option<_>>()?;
        Some(Self {
            mails: number("mails")?,
            found: number("found")?,
            ambiguous: number("ambiguous")?,
            of_kind: numbers("of_kind")?.try_into().ok()?,
            confidence: numbers("confidence")?.try_into().ok()?,
            unreadable: number("unreadable")?,
            reasons,
            left_out: number("left_out")?,
            bytes: number("bytes")?,
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mails, found, ambiguous, unreadable] = [self.mails, self.found, self.ambiguous, self.unreadable];
        let of_kind: Vec<String> = Kind::ALL.iter().zip(self.of_kind).map(|(kind, count)| format!("{kind} {count}")).collect();
        write!(f, "{mails} mails, {found} found ({}), {unreadable} unreadable, {ambiguous} ambiguous", of_kind.join(", "))
    }
}

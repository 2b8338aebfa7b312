//! `--report`: one page for a person, of the summary and of the mails worth a look.

mod page;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use mailpick::{Answer, Kind};
use serde_json::{Value, json};

use super::line::{Line, Reading};
use super::summary::Summary;

/// Mails of each sort that a person is shown.
const LOOKS: usize = 20;

/// Senders that are told apart: a mailbox of a million senders must not fill memory, nor the state of a scan. Those that come
/// later are counted together.
const MAX_SENDERS: usize = 2000;

/// The page and what it shows beyond the summary. Memory does not grow with the mails.
pub(super) struct Report {
    path: PathBuf,
    title: String,
    highlights: Highlights,
}

/// What a page shows beyond the summary; kept in the state of a scan.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Highlights {
    show_values: bool,
    /// By domain: answers of each kind.
    senders: BTreeMap<String, [u64; Kind::ALL.len()]>,
    other_senders: [u64; Kind::ALL.len()],
    /// Answers, the least confident first.
    least_confident: Vec<Look>,
    /// Mails that are ambiguous, the most confident first.
    ambiguous: Vec<Look>,
}

/// A mail that is worth one.
#[derive(Debug, Clone, PartialEq)]
struct Look {
    file: String,
    message: u64,
    date: String,
    sender: String,
    kind: Kind,
    /// Masked unless values are asked for.
    value: String,
    confidence: f64,
}

impl Report {
    /// A file that cannot be written is told before a scan of hours, not after.
    pub(super) fn new(path: PathBuf, paths: &[PathBuf], highlights: Highlights) -> Result<Self> {
        OpenOptions::new().create(true).append(true).open(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
        let names: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        Ok(Self { path, title: names.join(", "), highlights })
    }

    pub(super) fn highlights(&self) -> &Highlights {
        &self.highlights
    }

    pub(super) fn count(&mut self, line: &Line) {
        if let Ok(reading) = &line.reading {
            self.highlights.count(line, reading);
        }
    }

    pub(super) fn write(&self, summary: &Summary, took: Duration, read_now: u64) -> Result<()> {
        let page = page::page(&self.title, summary, &self.highlights, took, read_now);
        fs::write(&self.path, page).with_context(|| format!("cannot write `{}`", self.path.display()))
    }
}

impl Highlights {
    pub(super) fn new(show_values: bool) -> Self {
        Self { show_values, ..Self::default() }
    }

    fn count(&mut self, line: &Line, reading: &Reading) {
        for answer in &reading.answers {
            let sender = reading.sender.clone().unwrap_or_default();
            let full = self.senders.len() >= MAX_SENDERS && !self.senders.contains_key(&sender);
            let counts = if full { &mut self.other_senders } else { self.senders.entry(sender).or_default() };
            counts[place(answer.kind)] += 1;
            let look = self.look(line, reading, answer);
            keep(&mut self.least_confident, look, |new, old| new < old);
        }
        if let Some(answer) = &reading.runner_up {
            let look = self.look(line, reading, answer);
            keep(&mut self.ambiguous, look, |new, old| new > old);
        }
    }

    fn look(&self, line: &Line, reading: &Reading, answer: &Answer) -> Look {
        let value = if self.show_values { answer.value.clone() } else { masked(answer) };
        let date = reading.date.map(|date| date.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
        let sender = reading.sender.clone().unwrap_or_default();
        Look { file: line.file.clone(), message: line.message, date, sender, kind: answer.kind, value, confidence: answer.confidence }
    }

    /// The domains that sent most answers of a kind, most first, and how many came from all others.
    fn top_senders(&self, kind: Kind, count: usize) -> (Vec<(&str, u64)>, u64) {
        let of_kind = |counts: &[u64; Kind::ALL.len()]| counts[place(kind)];
        let mut senders: Vec<(&str, u64)> = self.senders.iter().map(|(sender, counts)| (sender.as_str(), of_kind(counts))).filter(|(_, count)| *count > 0).collect();
        senders.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let rest = senders.iter().skip(count).map(|(_, count)| count).sum::<u64>() + of_kind(&self.other_senders);
        senders.truncate(count);
        (senders, rest)
    }

    pub(super) fn to_json(&self) -> Value {
        let looks = |looks: &[Look]| looks.iter().map(Look::to_json).collect::<Value>();
        json!({"show_values": self.show_values, "senders": self.senders, "other_senders": self.other_senders, "least_confident": looks(&self.least_confident), "ambiguous": looks(&self.ambiguous)})
    }

    pub(super) fn of_json(value: &Value) -> Option<Self> {
        let counts = |value: &Value| value.as_array()?.iter().map(Value::as_u64).collect::<Option<Vec<u64>>>()?.try_into().ok();
        let looks = |value: &Value| value.as_array()?.iter().map(Look::of_json).collect::<Option<Vec<Look>>>();
        Some(Self {
            show_values: value["show_values"].as_bool()?,
            senders: value["senders"].as_object()?.iter().map(|(sender, of)| Some((sender.clone(), counts(of)?))).collect::<Option<_>>()?,
            other_senders: counts(&value["other_senders"])?,
            least_confident: looks(&value["least_confident"])?,
            ambiguous: looks(&value["ambiguous"])?,
        })
    }
}

impl Look {
    fn to_json(&self) -> Value {
        let Self { file, message, date, sender, kind, value, confidence } = self;
        json!({"file": file, "message": message, "date": date, "sender": sender, "type": kind.name(), "value": value, "confidence": confidence})
    }

    fn of_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let (message, confidence) = (value["message"].as_u64()?, value["confidence"].as_f64()?);
        Some(Self { file: text("file")?, message, date: text("date")?, sender: text("sender")?, kind: text("type")?.parse().ok()?, value: text("value")?, confidence })
    }
}

fn place(kind: Kind) -> usize {
    Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default()
}

/// Puts a mail in its place among those kept; of equals, those that came first stay.
fn keep(kept: &mut Vec<Look>, look: Look, comes_before: fn(f64, f64) -> bool) {
    let at = kept.partition_point(|old| !comes_before(look.confidence, old.confidence));
    if at < LOOKS {
        kept.truncate(LOOKS - 1);
        kept.insert(at.min(kept.len()), look);
    }
}

/// What may be seen by whoever sees the page: how long a code is, and where a link leads to.
fn masked(answer: &Answer) -> String {
    match answer.kind {
        Kind::Otp => "•".repeat(answer.value.chars().count().min(12)),
        _ => {
            let host = answer.value.split(['/', '?', '#']).nth(2).unwrap_or_default();
            format!("{host}/…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(confidence: f64, message: u64) -> Look {
        Look { file: "a".to_owned(), message, date: String::new(), sender: String::new(), kind: Kind::Otp, value: "•".to_owned(), confidence }
    }

    #[test]
    fn the_least_confident_answers_are_kept_in_order() {
        let mut kept = Vec::new();
        for number in 0..100_u32 {
            keep(&mut kept, look(f64::from((number * 37) % 50) / 50.0, number.into()), |new, old| new < old);
        }
        assert_eq!(kept.len(), LOOKS);
        assert!(kept.is_sorted_by(|a, b| a.confidence < b.confidence || a.confidence == b.confidence && a.message < b.message), "{kept:?}");
        assert_eq!((kept[0].confidence, kept[0].message), (0.0, 0));
    }

    #[test]
    fn highlights_are_kept_in_a_state() {
        let highlights = Highlights { senders: BTreeMap::from([("a".to_owned(), [1, 2, 3])]), ambiguous: vec![look(0.4, 1)], ..Highlights::new(true) };
        assert_eq!(Highlights::of_json(&highlights.to_json()), Some(highlights));
    }
}

//! One message's line of the output, as JSON or CSV.

use std::io::{self, Write};

use clap::ValueEnum;
use jiff::Timestamp;
use mailpick::{Answer, Extractor, Kind, Limit, Message, Report, Status};
use mailpick_mailbox::{Record, Unreadable};
use serde_json::{Value, json};

use crate::output;

/// What was found in one message, or why it could not be read.
pub(super) struct Line {
    pub(super) file: String,
    /// It is a path of the command line, and nothing of it could be read.
    pub(super) whole: bool,
    message: u64,
    offset: u64,
    /// Bytes of the file that it takes up.
    pub(super) length: u64,
    pub(super) reading: Result<Reading, String>,
}

pub(super) struct Reading {
    message_id: Option<String>,
    date: Option<Timestamp>,
    status: Status,
    /// At most one of each kind, best first.
    pub(super) answers: Vec<Answer>,
    /// What was cut.
    limits: Vec<Limit>,
}

/// What of a mail is wanted.
pub(super) struct Wanted {
    pub(super) extractor: Extractor,
    pub(super) min_confidence: f64,
    /// None for all.
    pub(super) kinds: Vec<Kind>,
    pub(super) since: Option<Timestamp>,
    /// The first moment that is too late.
    pub(super) before: Option<Timestamp>,
}

impl Wanted {
    /// What a mail holds; nothing if it is of another day.
    pub(super) fn read(&self, record: &Record) -> Option<Reading> {
        let message = Message::parse(&record.raw);
        let date = message.date.and_then(|seconds| Timestamp::from_second(seconds).ok());
        if !self.is_of_day(date) {
            return None;
        }
        let report = self.extractor.extract_message(&message);
        let answers = report.answers().into_iter().filter(|answer| self.wants(answer.kind)).cloned().collect();
        Some(Reading { status: self.status(&report), answers, limits: report.limits_hit().to_vec(), message_id: message.message_id, date })
    }

    fn is_of_day(&self, date: Option<Timestamp>) -> bool {
        let since = self.since.is_none_or(|since| date.is_some_and(|date| date >= since));
        since && self.before.is_none_or(|before| date.is_some_and(|date| date < before))
    }

    fn wants(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The report's, as far as it is about the types that are wanted.
    fn status(&self, report: &Report) -> Status {
        if self.kinds.is_empty() {
            return report.status();
        }
        let found = self.kinds.iter().any(|kind| report.best(*kind).is_some());
        let sum = |kind: &Kind| report.candidates(*kind).map(|candidate| candidate.answer.confidence).sum::<f64>();
        if found {
            Status::Found
        } else if self.kinds.iter().any(|kind| sum(kind) >= self.min_confidence) {
            Status::Ambiguous
        } else {
            Status::None
        }
    }
}

impl Line {
    pub(super) fn of_record(record: &Record, reading: Reading) -> Self {
        Self { file: record.origin.to_string(), whole: false, message: record.index, offset: record.offset, length: record.length, reading: Ok(reading) }
    }

    pub(super) fn unreadable(unreadable: &Unreadable) -> Self {
        let Unreadable { origin, index, offset, whole, error, .. } = unreadable;
        Self { file: origin.to_string(), whole: *whole, message: *index, offset: *offset, length: 0, reading: Err(output::reason(error)) }
    }
}

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header (RFC 4180 quoting), one row for each result.
    Csv,
}

impl Format {
    /// What comes before the first line.
    pub(super) fn write_header(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Format::Jsonl => Ok(()),
            Format::Csv => write_row(out, COLUMNS),
        }
    }

    pub(super) fn write(self, out: &mut impl Write, line: &Line) -> io::Result<()> {
        match self {
            Format::Jsonl => writeln!(out, "{}", to_json(line)),
            Format::Csv => write_csv(out, line),
        }
    }
}

/// New columns come last: scripts count them.
const COLUMNS: [&str; 11] = ["file", "message", "message_id", "status", "type", "value", "confidence", "error", "offset", "length", "date"];

fn to_json(line: &Line) -> Value {
    let Line { file, message, offset, length, .. } = line;
    match &line.reading {
        Ok(reading) => {
            let results: Vec<Value> = reading.answers.iter().map(|a| json!({"type": a.kind.name(), "value": a.value, "confidence": a.confidence})).collect();
            let date = reading.date.map(|date| date.to_string());
            let (id, status) = (&reading.message_id, reading.status.name());
            let mut object = json!({"file": file, "message": message, "offset": offset, "length": length, "message_id": id, "date": date, "status": status, "results": results});
            if !reading.limits.is_empty() {
                object["limits"] = reading.limits.iter().map(|limit| limit.name()).collect();
            }
            object
        }
        Err(error) => json!({"file": file, "message": message, "offset": offset, "message_id": null, "error": error}),
    }
}

fn write_csv(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let (file, message) = (line.file.as_str(), line.message.to_string());
    let (offset, length) = (line.offset.to_string(), line.length.to_string());
    let reading = match &line.reading {
        Err(error) => return write_row(out, [file, &message, "", "", "", "", "", error, &offset, "", ""]),
        Ok(reading) => reading,
    };
    let (id, status) = (reading.message_id.as_deref().unwrap_or_default(), reading.status.name());
    let date = reading.date.map(|date| date.to_string()).unwrap_or_default();
    let mut row = |kind: &str, value: &str, confidence: &str| write_row(out, [file, &message, id, status, kind, value, confidence, "", &offset, &length, &date]);
    if reading.answers.is_empty() {
        return row("", "", "");
    }
    reading.answers.iter().try_for_each(|answer| row(answer.kind.name(), &answer.value, &answer.confidence.to_string()))
}

fn write_row(out: &mut impl Write, fields: [&str; COLUMNS.len()]) -> io::Result<()> {
    writeln!(out, "{}", fields.map(quoted).join(","))
}

/// RFC 4180 section 2, rules 5 to 7.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_separators_are_quoted() {
        assert_eq!(quoted("plain text"), "plain text");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"hi\"\n"), "\"say \"\"hi\"\"\n\"");
    }
}

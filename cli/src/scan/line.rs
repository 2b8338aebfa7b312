//! One message's line of the output, as JSON or CSV.

use std::io::{self, Write};

use clap::ValueEnum;
use mailpick::{Answer, Extractor, Limit, Message, Status};
use serde_json::{Value, json};

use super::inputs::Input;
use crate::input;
use crate::output;

/// What was found in one message, or why it could not be read.
pub(super) struct Line {
    pub(super) file: String,
    /// It was named on the command line.
    pub(super) named: bool,
    message_id: Option<String>,
    pub(super) reading: Result<Reading, String>,
}

pub(super) struct Reading {
    status: Status,
    /// At most one of each kind, best first.
    pub(super) answers: Vec<Answer>,
    /// What was cut.
    limits: Vec<Limit>,
}

impl Line {
    /// Reads a mail and lets go of its bytes.
    pub(super) fn read(input: Input, extractor: &Extractor) -> Self {
        let file = output::path_name(&input.path);
        let raw = match input.error {
            Some(error) => Err(error),
            None => input::read_file(&input.path).map_err(|error| output::reason(&error)),
        };
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => return Self { file, named: input.named, message_id: None, reading: Err(error) },
        };
        let message = Message::parse(&raw);
        let report = extractor.extract_message(&message);
        let reading = Reading { status: report.status(), answers: report.answers().into_iter().cloned().collect(), limits: report.limits_hit().to_vec() };
        Self { file, named: input.named, message_id: message.message_id, reading: Ok(reading) }
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

/// A file holds one message, its first.
const FIRST: usize = 0;

impl Format {
    /// What comes before the first line.
    pub(super) fn write_header(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Format::Jsonl => Ok(()),
            Format::Csv => write_row(out, ["file", "message", "message_id", "status", "type", "value", "confidence", "error"]),
        }
    }

    pub(super) fn write(self, out: &mut impl Write, line: &Line) -> io::Result<()> {
        match self {
            Format::Jsonl => writeln!(out, "{}", to_json(line)),
            Format::Csv => write_csv(out, line),
        }
    }
}

fn to_json(line: &Line) -> Value {
    match &line.reading {
        Ok(reading) => {
            let results: Vec<Value> = reading.answers.iter().map(|a| json!({"type": a.kind.name(), "value": a.value, "confidence": a.confidence})).collect();
            let mut object = json!({"file": line.file, "message": FIRST, "message_id": line.message_id, "status": reading.status.name(), "results": results});
            if !reading.limits.is_empty() {
                object["limits"] = reading.limits.iter().map(|limit| limit.name()).collect();
            }
            object
        }
        Err(error) => json!({"file": line.file, "message": FIRST, "message_id": null, "error": error}),
    }
}

fn write_csv(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let (file, first, id) = (line.file.as_str(), FIRST.to_string(), line.message_id.as_deref().unwrap_or_default());
    match &line.reading {
        Err(error) => write_row(out, [file, &first, "", "", "", "", "", error]),
        Ok(reading) if reading.answers.is_empty() => write_row(out, [file, &first, id, reading.status.name(), "", "", "", ""]),
        Ok(reading) => reading
            .answers
            .iter()
            .try_for_each(|answer| write_row(out, [file, &first, id, reading.status.name(), answer.kind.name(), &answer.value, &answer.confidence.to_string(), ""])),
    }
}

fn write_row(out: &mut impl Write, fields: [&str; 8]) -> io::Result<()> {
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

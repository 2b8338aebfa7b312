//! A line as JSON or CSV.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::super::line::Line;

/// New columns come last: scripts count them.
const COLUMNS: [&str; 11] = ["file", "message", "message_id", "status", "type", "value", "confidence", "error", "offset", "length", "date"];

/// What comes before the first line.
pub(super) fn write_header(out: &mut Vec<u8>) -> io::Result<()> {
    write_row(out, COLUMNS)
}

/// Keys in the order in which scripts know them.
pub(super) fn to_json(line: &Line) -> Value {
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

/// One row for each answer, or one that is empty.
pub(super) fn write_csv(out: &mut impl Write, line: &Line) -> io::Result<()> {
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

//! `mailpick extract`: one JSON object a line for each answer.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use mailpick::{Answer, DEFAULT_THRESHOLD, Extractor, Hints, Kind};
use serde_json::json;

use crate::input;
use crate::output::{self, Exit};

const EXAMPLE: &str = r#"Example:
  $ mailpick extract --type otp mail.eml
  {"type":"otp","value":"483921","confidence":0.98}

With `--type`, the confidence is that of somebody who waits for such an answer; with `--from` as well, only in mails
from there.

With several files, each line begins with the file: {"file":"mail.eml","type":"otp",…}

Exit code: 0 when something was found, 1 when nothing was, 2 when a file could not be read."#;

/// Print the answers in some mails, one JSON object a line, best first.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// Wait for an answer of this type: print no other, and take it for as likely as not that a mail holds one.
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| name.parse::<Kind>()))]
    kind: Option<Kind>,
    /// Who sends what is waited for: mails of other senders are read as any mail. Needs `--type`.
    #[arg(long = "from", value_name = "ADDRESS|DOMAIN", value_parser = input::sender, requires = "kind")]
    sender: Option<String>,
    /// The least confidence of an answer, from 0 to 1.
    #[arg(long, value_name = "P", default_value_t = DEFAULT_THRESHOLD, value_parser = input::confidence)]
    min_confidence: f64,
    /// Raw mails; `-` is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let extractor = Extractor::new().min_confidence(arguments.min_confidence);
    let hints = hints(arguments);
    let several = arguments.files.len() > 1;
    let mut out = io::stdout().lock();
    let mut exit = Exit::Nothing;
    for path in &arguments.files {
        let file = output::path_name(path);
        let raw = match input::read(path) {
            Ok(raw) => raw,
            Err(error) => {
                output::warn_unreadable(&file, &output::reason(&error));
                exit = Exit::Failed;
                continue;
            }
        };
        let report = extractor.extract_with(&raw, &hints);
        for answer in report.answers().into_iter().filter(|answer| arguments.kind.is_none_or(|kind| kind == answer.kind)) {
            writeln!(out, "{}", line(several.then_some(&file), answer))?;
            if exit == Exit::Nothing {
                exit = Exit::Done;
            }
        }
    }
    out.flush()?;
    Ok(exit)
}

fn hints(arguments: &Arguments) -> Hints<'_> {
    let hints = arguments.kind.map_or(Hints::new(), |kind| Hints::new().expect(kind, Hints::WAITED_FOR));
    arguments.sender.as_deref().map_or(hints, |sender| hints.expect_sender(sender))
}

fn line(file: Option<&String>, answer: &Answer) -> serde_json::Value {
    let (kind, value, confidence) = (answer.kind.name(), &answer.value, answer.confidence);
    match file {
        Some(file) => json!({"file": file, "type": kind, "value": value, "confidence": confidence}),
        None => json!({"type": kind, "value": value, "confidence": confidence}),
    }
}

//! `mailpick explain`: for a person, what the engine sees in a mail and why it answers as it does.

mod paint;
mod ranking;
mod views;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use mailpick::Kind;

use crate::input;
use crate::output::{self, Exit};
use paint::Paint;

const EXAMPLE: &str = "Example:
  $ mailpick explain mail.eml

The answer is marked where it stands in the mail. Weights are log-odds: positive ones speak for a candidate,
+1 makes it about 2.7 times as likely. Marks are `>>>` and `<<<` where there is no terminal or NO_COLOR is set.

Exit code: 0 when something was found, 1 when nothing was, 2 when the file could not be read.";

/// Show a mail as the engine sees it, and the evidence for and against each candidate.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// How many runners-up to show for each type.
    #[arg(long, value_name = "N", default_value_t = 3)]
    show: usize,
    /// A raw mail; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let raw = match input::read(&arguments.file) {
        Ok(raw) => raw,
        Err(error) => {
            output::warn_unreadable(&output::path_name(&arguments.file), &output::reason(&error));
            return Ok(Exit::Failed);
        }
    };
    let report = mailpick::extract(&raw);
    let paint = Paint::for_stdout();
    let mut out = BufWriter::new(io::stdout().lock());
    views::write(&mut out, &report, paint)?;
    for limit in report.limits_hit() {
        writeln!(out, "limit: {limit}")?;
    }
    for oddity in report.oddities() {
        writeln!(out, "odd: {oddity}")?;
    }
    writeln!(out, "{} {}", paint.heading("status:"), report.status().name())?;
    for kind in Kind::ALL {
        ranking::write(&mut out, &report, kind, arguments.show, paint)?;
    }
    out.flush()?;
    Ok(if report.answers().is_empty() { Exit::Nothing } else { Exit::Done })
}

//! `mailpick scan`: one line for each mail of a folder, found or not.

mod inputs;
mod line;

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use mailpick::{DEFAULT_THRESHOLD, Extractor, Kind};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::input;
use crate::output::{self, Exit};
use inputs::Input;
use line::{Format, Line};

/// So many mails are read side by side before their lines are written: enough for every core, little to keep.
const CHUNK: usize = 256;

const EXAMPLE: &str = r#"Example:
  $ mailpick scan inbox
  {"file":"inbox/1.eml","message":0,"message_id":"1@example.org","status":"found","results":[{"type":"otp","value":"483921","confidence":0.98}]}
  {"file":"inbox/2.eml","message":0,"message_id":null,"status":"none","results":[]}

Status: found, none, or ambiguous (something is there, but no single candidate is likely enough).
A mail that was cut at a limit has its "limits" (JSON only): {…,"limits":["text_bytes"]}.
A mail that cannot be read is a line with an "error". A summary goes to standard error.

Exit code: 0, or 2 when a path given could not be read at all."#;

/// Read many mails, and print one line for each, in the order of the input.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// How many mails to read side by side [default: one for each core].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// How lines are written.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// The least confidence of an answer, from 0 to 1.
    #[arg(long, value_name = "P", default_value_t = DEFAULT_THRESHOLD, value_parser = input::confidence)]
    min_confidence: f64,
    /// Raw mails, and folders of .eml files (hidden ones are skipped).
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let started = Instant::now();
    let extractor = Extractor::new().min_confidence(arguments.min_confidence);
    let pool = ThreadPoolBuilder::new().num_threads(arguments.jobs.map_or(0, NonZeroUsize::get)).build().context("cannot start threads")?;
    let progress = Progress::new();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut summary = Summary::default();
    let mut exit = Exit::Done;

    arguments.format.write_header(&mut out)?;
    let mut inputs = arguments.paths.iter().flat_map(|path| inputs::at(path));
    loop {
        let chunk: Vec<Input> = inputs.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        let lines: Vec<Line> = pool.install(|| chunk.into_par_iter().map(|input| Line::read(input, &extractor)).collect());
        progress.clear();
        for line in &lines {
            if let Err(error) = &line.reading {
                output::warn_unreadable(&line.file, error);
                if line.named {
                    exit = Exit::Failed;
                }
            }
            summary.count(line);
            arguments.format.write(&mut out, line)?;
        }
        out.flush()?;
        progress.show(summary.mails);
    }
    out.flush()?;
    progress.clear();
    output::warn(&format!("{summary}, {:.1} s", started.elapsed().as_secs_f64()));
    Ok(exit)
}

/// What the last line on standard error says.
#[derive(Default)]
struct Summary {
    mails: usize,
    found: usize,
    of_kind: [usize; Kind::ALL.len()],
    unreadable: usize,
}

impl Summary {
    fn count(&mut self, line: &Line) {
        let Ok(reading) = &line.reading else {
            self.unreadable += 1;
            return;
        };
        self.mails += 1;
        self.found += usize::from(!reading.answers.is_empty());
        for (count, kind) in self.of_kind.iter_mut().zip(Kind::ALL) {
            *count += reading.answers.iter().filter(|answer| answer.kind == kind).count();
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mails, found, unreadable] = [self.mails, self.found, self.unreadable];
        let of_kind: Vec<String> = Kind::ALL.iter().zip(self.of_kind).map(|(kind, count)| format!("{kind} {count}")).collect();
        write!(f, "{mails} mails, {found} found ({}), {unreadable} unreadable", of_kind.join(", "))
    }
}

/// A counter on standard error, when a person looks at it and the lines go elsewhere.
struct Progress {
    shown: bool,
}

impl Progress {
    fn new() -> Self {
        Self { shown: io::stderr().is_terminal() && !io::stdout().is_terminal() }
    }

    fn show(&self, mails: usize) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{mails} mails");
        }
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

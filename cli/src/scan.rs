//! `mailpick scan`: one line for each mail of mailboxes, found or not.

mod line;
mod lines;
mod progress;
mod report;
mod resume;
mod summary;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use mailpick::{DEFAULT_THRESHOLD, Extractor, Kind};
use mailpick_mailbox::{Options, Position, Scanned, Unreadable, scan_after};

use crate::input;
use crate::output::{self, Exit};
use line::{Line, Reading, Wanted};
use lines::{Format, Lines};
use progress::Progress;
use report::{Highlights, Report};
use resume::{Begun, State};
use summary::Summary;

/// What shells take for the exit code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Lines and the state are written at least so often: at most so much work is done again after a kill.
const SAVE_INTERVAL: Duration = Duration::from_millis(200);

const EXAMPLE: &str = r#"Examples:
  $ mailpick scan inbox
  {"file":"inbox/1.eml","message":0,"offset":0,"length":2184,"message_id":"1@example.org","date":"2026-01-31T12:00:00Z","status":"found","results":[{"type":"otp","value":"483921","confidence":0.98}]}
  {"file":"inbox/2.eml","message":0,"offset":0,"length":914,"message_id":null,"date":null,"status":"none","results":[]}
  $ mailpick scan --resume scan.state --output scan.jsonl takeout.zip Maildir old.mbox.gz

Reads .eml, .emlx, mbox, Maildir, MH; ZIP and tar archives of them; any of them as .gz or .zst; `-` is standard input.
Status: found, none, or ambiguous (something is there, but no single candidate is likely enough).
A mail that was cut at a limit has its "limits" (JSON only): {…,"limits":["text_bytes"]}.
What cannot be read is a line with an "error". A summary goes to standard error.

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
    /// Answers of this type only; may be given more than once.
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| name.parse::<Kind>()))]
    kinds: Vec<Kind>,
    /// Leave out mails whose Date is earlier than a day (UTC) or a moment, or is missing.
    #[arg(long, value_name = "DATE", value_parser = input::since)]
    since: Option<Timestamp>,
    /// Leave out mails whose Date is later than a day (UTC) or a moment, or is missing.
    #[arg(long, value_name = "DATE", value_parser = input::until)]
    until: Option<Timestamp>,
    /// End after so many lines.
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// End at the first thing that cannot be read, with exit code 2.
    #[arg(long)]
    fail_fast: bool,
    /// Write lines to a file in place of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Keep in a file what is done, so that the same command goes on after it was killed.
    #[arg(long, value_name = "STATE", requires = "output")]
    resume: Option<PathBuf>,
    /// Write a page for a browser, with charts, senders, and the mails worth a look.
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Show codes and links in the page of `--report`, which masks them otherwise.
    #[arg(long, requires = "report")]
    show_values: bool,
    /// Mails, mailboxes, archives, and folders of them (hidden ones are skipped).
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let started = Instant::now();
    arguments.check()?;
    let (state, begun) = match &arguments.resume {
        Some(path) => State::open(path, arguments.lines_depend_on()).map(|(state, begun)| (Some(state), begun))?,
        None => (None, Begun::default()),
    };
    let read_before = begun.summary.bytes;
    let progress = Progress::new(&arguments.paths, arguments.output.is_some());
    let mut scan = Scan {
        arguments,
        state,
        lines: arguments.open(&begun)?,
        report: arguments.report(begun.highlights)?,
        position: begun.position,
        summary: begun.summary,
        saved: started,
        exit: Exit::Done,
        progress,
    };
    if !begun.complete {
        scan.read()?;
    }
    scan.progress.end();
    let (took, read_now) = (started.elapsed(), scan.summary.bytes - read_before);
    if let Some(report) = &scan.report {
        report.write(&scan.summary, took, read_now)?;
    }
    scan.lines.close().with_context(|| arguments.cannot_write())?;
    output::warn(&scan.summary.told(took, read_now));
    Ok(scan.exit)
}

impl Arguments {
    /// What clap cannot tell.
    fn check(&self) -> Result<()> {
        if self.resume.is_some() && self.paths.iter().any(|path| path.as_os_str() == "-") {
            bail!("standard input cannot be read again: give files to `--resume`, or leave it out");
        }
        if !self.format.goes_on() && self.output.is_none() {
            bail!("a table is one file: give `--output FILE` with `--format {}`", self.format.name());
        }
        if !self.format.goes_on() && self.resume.is_some() {
            bail!("a table cannot be gone on with: leave out `--resume`, or take another `--format`");
        }
        Ok(())
    }

    fn wanted(&self) -> Wanted {
        let extractor = Extractor::new().min_confidence(self.min_confidence);
        Wanted { extractor, min_confidence: self.min_confidence, kinds: self.kinds.clone(), since: self.since, before: self.until }
    }

    fn open(&self, begun: &Begun) -> Result<Lines> {
        let out: Box<dyn Write + Send> = match &self.output {
            Some(path) => Box::new(resume::open_output(path, begun.output_bytes)?),
            None => Box::new(io::stdout()),
        };
        Lines::after(begun.output_bytes, self.format, out)
    }

    /// A disk that is full ends hours of work, unless there is a state to go on from.
    fn cannot_write(&self) -> String {
        let path = self.output.as_deref().map_or("standard output".into(), Path::to_string_lossy);
        let advice = if self.resume.is_some() { " (the same command goes on from here)" } else { "" };
        format!("cannot write `{path}`{advice}")
    }

    fn report(&self, begun: Option<Highlights>) -> Result<Option<Report>> {
        let highlights = begun.unwrap_or_else(|| Highlights::new(self.show_values));
        self.report.clone().map(|path| Report::new(path, &self.paths, highlights)).transpose()
    }

    /// What must be the same for a scan to go on.
    fn lines_depend_on(&self) -> serde_json::Value {
        let name = |path: &PathBuf| path.to_string_lossy().into_owned();
        let paths: Vec<String> = self.paths.iter().map(name).collect();
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        let day = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
        let output = self.output.as_ref().map(name);
        serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "paths": paths, "types": kinds, "min_confidence": self.min_confidence, "since": day(self.since), "before": day(self.until), "output": output, "format": self.format.name(), "report": [self.report.is_some(), self.show_values]})
    }
}

/// A scan that runs: what is written, and how far it came.
struct Scan<'a> {
    arguments: &'a Arguments,
    state: Option<State>,
    lines: Lines,
    report: Option<Report>,
    position: Position,
    summary: Summary,
    saved: Instant,
    exit: Exit,
    progress: Progress,
}

/// What a mail gave; nothing if it is of another day.
type Found = Result<Scanned<Option<Reading>>, Unreadable>;

impl Scan<'_> {
    fn read(&mut self) -> Result<()> {
        let jobs = self.arguments.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let wanted = self.arguments.wanted();
        let mut mails = scan_after(self.position.clone(), &self.arguments.paths, jobs, &Options::default(), move |record| wanted.read(record))?;
        listen(mails.stop())?;
        while !self.is_over() {
            let Some(found) = mails.next() else {
                let interrupted = mails.stop().load(Ordering::Relaxed);
                return self.save(!interrupted);
            };
            self.take(found)?;
            self.position = mails.position().clone();
            if self.saved.elapsed() >= SAVE_INTERVAL {
                self.save(false)?;
            }
        }
        self.save(false)
    }

    /// Whether what was asked for is done before the input is.
    fn is_over(&self) -> bool {
        self.arguments.limit.is_some_and(|limit| self.summary.lines() >= limit) || self.arguments.fail_fast && self.exit == Exit::Failed
    }

    /// One result, in its turn.
    fn take(&mut self, found: Found) -> Result<()> {
        let line = match found {
            Ok(Scanned { record, found: Some(reading), .. }) => Line::of_record(&record, reading),
            Ok(Scanned { record, .. }) => {
                self.summary.left_out += 1;
                self.summary.bytes += record.length;
                return Ok(());
            }
            Err(unreadable) => Line::unreadable(&unreadable),
        };
        self.lines.write(&line).with_context(|| self.arguments.cannot_write())?;
        self.summary.count(&line);
        if let Some(report) = &mut self.report {
            report.count(&line);
        }
        self.summary.bytes += line.length;
        self.warn(&line);
        self.progress.show(&self.summary);
        Ok(())
    }

    fn warn(&mut self, line: &Line) {
        if let Err(error) = &line.reading {
            self.progress.aside(|| output::warn_unreadable(&line.file, error));
            if line.whole || self.arguments.fail_fast {
                self.exit = Exit::Failed;
            }
        }
    }

    /// Lines first, then the state that knows of them.
    fn save(&mut self, complete: bool) -> Result<()> {
        let bytes = self.lines.flush().with_context(|| self.arguments.cannot_write())?;
        self.saved = Instant::now();
        match &self.state {
            Some(state) => state.save(&self.position, bytes, &self.summary, self.report.as_ref().map(Report::highlights), complete),
            None => Ok(()),
        }
    }
}

/// Ctrl-C ends a scan with its summary. The second time nobody waits for it.
fn listen(stop: Arc<AtomicBool>) -> Result<()> {
    let handler = move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED)
        }
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")
}

//! `--resume`: what a scan has done, in a file, so that a killed one goes on without a line lost or doubled.
//!
//! Lines go to the output first, then the state says how long the output is and how far the input was read. A scan that
//! goes on cuts the output to that length and reads from there. Whatever was killed in between is done again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mailpick_mailbox::Position;
use serde_json::{Value, json};

use super::report::Highlights;
use super::summary::Summary;

pub(super) struct State {
    path: PathBuf,
    /// The options that decide what lines say: a scan goes on with the same ones only.
    options: Value,
}

/// Where a scan goes on.
#[derive(Default)]
pub(super) struct Begun {
    pub(super) position: Position,
    pub(super) output_bytes: u64,
    pub(super) summary: Summary,
    /// If the scan makes a page.
    pub(super) highlights: Option<Highlights>,
    pub(super) complete: bool,
}

impl State {
    /// The state in a file, or that of a scan that begins.
    pub(super) fn open(path: &Path, options: Value) -> Result<(Self, Begun)> {
        let state = Self { path: path.to_owned(), options };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((state, Begun::default())),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        let begun = Begun::of_json(&value).with_context(|| format!("`{}` is no state of a scan: remove it to begin anew", path.display()))?;
        if value["options"] != state.options {
            bail!("`{}` is the state of a scan with other paths or options: give the same, or remove it to begin anew", path.display());
        }
        Ok((state, begun))
    }

    /// Takes the place of the old state at once: a reader sees the one or the other.
    pub(super) fn save(&self, position: &Position, output_bytes: u64, summary: &Summary, highlights: Option<&Highlights>, complete: bool) -> Result<()> {
        let value = json!({"options": self.options, "position": position_to_json(position), "output_bytes": output_bytes, "summary": summary.to_json(), "highlights": highlights.map(Highlights::to_json), "complete": complete});
        let mut new = self.path.clone().into_os_string();
        new.push(".new");
        fs::write(&new, value.to_string()).and_then(|()| fs::rename(&new, &self.path)).with_context(|| format!("cannot write `{}`", self.path.display()))?;
        Ok(())
    }
}

impl Begun {
    fn of_json(value: &Value) -> Option<Self> {
        let (position, summary) = (position_of_json(&value["position"])?, Summary::of_json(&value["summary"])?);
        Some(Self {
            position,
            output_bytes: value["output_bytes"].as_u64()?,
            summary,
            highlights: Highlights::of_json(&value["highlights"]),
            complete: value["complete"].as_bool()?,
        })
    }
}

fn position_to_json(position: &Position) -> Value {
    json!({"sources": position.sources, "file": &*position.file, "done": position.done, "end": position.end})
}

fn position_of_json(value: &Value) -> Option<Position> {
    let number = |name: &str| value[name].as_u64();
    Some(Position { sources: number("sources")?, file: value["file"].as_str()?.into(), done: number("done")?, end: number("end")? })
}

/// The output, cut to what the state knows of.
pub(super) fn open_output(path: &Path, length: u64) -> Result<File> {
    let cut = || -> io::Result<File> {
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(file);
        }
        if metadata.len() < length {
            return Err(io::Error::other("it is shorter than the state says; remove the state to begin anew"));
        }
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(file)
    };
    cut().with_context(|| format!("cannot write `{}`", path.display()))
}

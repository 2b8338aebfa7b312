//! How lines are written.

#[cfg(feature = "parquet")]
mod table;
mod text;

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use clap::ValueEnum;

use super::line::Line;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header (RFC 4180 quoting), one row for each result.
    Csv,
    /// One Parquet file, with results as a list; needs `--output`.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// Whether a file that was cut can be gone on with. A Parquet file has its directory at the end.
    pub(super) fn goes_on(self) -> bool {
        matches!(self, Format::Jsonl | Format::Csv)
    }

    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Where lines go.
pub(super) enum Lines {
    Text {
        csv: bool,
        out: BufWriter<Box<dyn Write + Send>>,
        /// So many are written, those of earlier runs too.
        bytes: u64,
    },
    #[cfg(feature = "parquet")]
    Table(Box<table::Table>),
}

impl Lines {
    /// Lines after so many bytes of them.
    pub(super) fn after(bytes: u64, format: Format, out: Box<dyn Write + Send>) -> Result<Self> {
        let csv = match format {
            Format::Jsonl => false,
            Format::Csv => true,
            #[cfg(feature = "parquet")]
            Format::Parquet => return Ok(Lines::Table(Box::new(table::Table::new(out)?))),
        };
        let mut lines = Lines::Text { csv, out: BufWriter::new(out), bytes };
        if csv && bytes == 0 {
            lines.put(text::write_header)?;
        }
        Ok(lines)
    }

    pub(super) fn write(&mut self, line: &Line) -> Result<()> {
        match self {
            Lines::Text { csv: false, .. } => self.put(|out| writeln!(out, "{}", text::to_json(line))),
            Lines::Text { csv: true, .. } => self.put(|out| text::write_csv(out, line)),
            #[cfg(feature = "parquet")]
            Lines::Table(table) => table.write(line),
        }
    }

    fn put(&mut self, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Result<()> {
        let mut text = Vec::new();
        write(&mut text)?;
        match self {
            Lines::Text { out, bytes, .. } => {
                *bytes += text.len() as u64;
                out.write_all(&text)?;
            }
            #[cfg(feature = "parquet")]
            Lines::Table(_) => {}
        }
        Ok(())
    }

    /// What is written reaches the file; how long it is.
    pub(super) fn flush(&mut self) -> Result<u64> {
        match self {
            Lines::Text { out, bytes, .. } => {
                out.flush()?;
                Ok(*bytes)
            }
            #[cfg(feature = "parquet")]
            Lines::Table(_) => Ok(0),
        }
    }

    /// Nothing more comes.
    pub(super) fn close(self) -> Result<()> {
        match self {
            Lines::Text { mut out, .. } => Ok(out.flush()?),
            #[cfg(feature = "parquet")]
            Lines::Table(table) => table.close(),
        }
    }
}

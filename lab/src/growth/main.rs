//! Does the engine's work grow no faster than its input? Mails of many hostile families, each at several sizes.
//!
//! Work is counted in instructions (by callgrind), memory in bytes of live allocations: both are the same on every run, so
//! the table can be checked in. Times are not; only whether one stays below its bound is written down.

mod family;
mod measure;
mod table;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use rayon::prelude::*;

use family::Family;
use measure::{Cost, instructions};
use table::Row;

/// Sizes of the inputs: each twice the one before.
const STEPS: usize = 4;
/// What mail servers take at most, and what it may cost.
const LARGEST_BYTES: usize = 25 << 20;
const LARGEST_SECONDS: f64 = 2.0;

#[derive(Parser)]
#[command(name = "growth", about = "Measures how the engine's work grows with hostile mails")]
struct Arguments {
    /// Write the table into this file too.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Only families whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// The largest mails in bytes of which allocations are counted; the others are a half, a quarter and an eighth.
    #[arg(long, default_value_t = 4 << 20)]
    bytes: usize,
    /// The larger of two mails in bytes of which instructions are counted, which is some fifty times as slow; the other is
    /// a quarter. 0 counts none.
    #[arg(long, default_value_t = 256 << 10)]
    instructions: usize,
    /// Read one mail of this family and size, for callgrind to look at.
    #[arg(long, hide = true, num_args = 2, value_names = ["FAMILY", "BYTES"])]
    read: Option<Vec<String>>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some([name, bytes]) = arguments.read.as_deref() {
        let family = family::all().find(|family| family.name == name).context("no such family")?;
        return measure::read_once(&(family.make)(bytes.parse()?));
    }
    let families: Vec<&Family> = family::all().filter(|family| family.name.contains(&arguments.only)).collect();
    let sizes = |largest: usize| (0..STEPS).rev().map(move |step| largest >> step);
    // Instructions do not depend on what else the machine does, so these runs go side by side; the others do not.
    let counts: Vec<Vec<u64>> = families
        .par_iter()
        .map(|family| {
            [arguments.instructions / 4, arguments.instructions].into_iter().filter(|bytes| *bytes > 0).map(|bytes| instructions(family.name, bytes)).collect::<Result<_>>()
        })
        .collect::<Result<_>>()?;
    let mut rows = Vec::new();
    for (family, instructions) in families.iter().zip(counts) {
        let costs: Vec<Cost> = sizes(arguments.bytes).map(|bytes| Cost::of(&(family.make)(bytes))).collect();
        let largest = Cost::of(&(family.make)(LARGEST_BYTES));
        let row = Row { name: family.name, instructions, costs, largest };
        eprintln!("{}", row.progress());
        rows.push(row);
    }
    let table = table::of(&rows, &arguments);
    println!("{table}");
    if let Some(path) = &arguments.out {
        std::fs::write(path, table).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

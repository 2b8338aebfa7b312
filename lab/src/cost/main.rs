//! What a mail costs: instructions, allocations and memory, stage by stage, beside others'. All of these are the same on every
//! run, so the table can be checked in, and a slow-down shows in review.

mod measure;
#[path = "../../../benches/naive/mod.rs"]
mod naive;
mod set;
mod stage;
mod table;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Parser;
use rayon::prelude::*;

use measure::Cost;
use stage::Stage;

#[derive(Parser)]
#[command(name = "cost", about = "Counts what a mail costs, stage by stage")]
struct Arguments {
    /// Write the table into this file too.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Fail where the engine costs other than this table says.
    #[arg(long)]
    check: Option<PathBuf>,
    /// The labelled mails.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// Received mails, which are a set of their own where they are there.
    #[arg(long, default_value = "../shared/corpus/real")]
    real: PathBuf,
    /// Run one stage on the mails that a file lists, for callgrind to look at.
    #[arg(long, hide = true, num_args = 2, value_names = ["STAGE", "LIST"])]
    read: Option<Vec<String>>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some([name, list]) = arguments.read.as_deref() {
        let stage = Stage::ALL.into_iter().find(|stage| stage.name() == name).context("no such stage")?;
        return measure::run_once(stage, list.as_ref());
    }
    let costs = costs(&arguments)?;
    let table = table::of(&costs);
    println!("{table}");
    if let Some(path) = &arguments.out {
        fs::write(path, &table).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if let Some(path) = &arguments.check {
        let known = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let differences = table::differences(&costs, &known);
        if !differences.is_empty() {
            bail!("{} says otherwise; refresh it with --out, and review the difference:\n{}", path.display(), differences.join("\n"));
        }
    }
    Ok(())
}

fn costs(arguments: &Arguments) -> Result<Vec<Cost>> {
    let lists = tempfile::tempdir().context("cannot make a folder for lists of files")?;
    let mut work = Vec::new();
    for (number, name) in set::SETS.iter().map(|set| set.name).chain([set::REAL]).enumerate() {
        let files = set::files(name, &arguments.corpus, &arguments.real)?;
        if files.is_empty() {
            eprintln!("no mails: {name}");
            continue;
        }
        let list = lists.path().join(number.to_string());
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        fs::write(&list, names.join("\n")).context("cannot write a list of files")?;
        work.extend(Stage::ALL.into_iter().map(|stage| (name, stage, files.clone(), list.clone())));
    }
    work.par_iter().map(|(name, stage, files, list)| Cost::of(name, *stage, files, list)).collect()
}

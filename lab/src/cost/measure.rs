//! Counts instructions, in another process, and allocations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::stage::{Stage, warm_up};

/// What one stage costs on a set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cost {
    pub(crate) set: String,
    pub(crate) stage: Stage,
    /// A mail's instructions, in the mean.
    pub(crate) instructions: u64,
    /// The median mail's allocations.
    pub(crate) allocations: u64,
    /// The median mail's peak of live bytes, for each byte of the mail.
    pub(crate) peak: f64,
}

impl Cost {
    pub(crate) fn of(set: &str, stage: Stage, files: &[PathBuf], list: &Path) -> Result<Self> {
        warm_up();
        let (mut allocations, mut peaks) = (Vec::new(), Vec::new());
        for file in files {
            let raw = read(file)?;
            let counted = stage.run(&raw, |work| allocation_counter::measure(work));
            allocations.push(counted.count_total);
            peaks.push(counted.bytes_max as f64 / raw.len().max(1) as f64);
        }
        allocations.sort_unstable();
        peaks.sort_by(f64::total_cmp);
        let instructions = instructions(stage, list)? / files.len().max(1) as u64;
        Ok(Self { set: set.to_owned(), stage, instructions, allocations: allocations[allocations.len() / 2], peak: peaks[peaks.len() / 2] })
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))
}

/// What callgrind is told to look at. It has a name of its own, and is never inlined, so that it can be told.
#[inline(never)]
fn counted_by_callgrind(work: &mut dyn FnMut()) {
    work();
}

/// Runs a stage once on each mail of a list of files, once everything is built.
pub(crate) fn run_once(stage: Stage, list: &Path) -> Result<()> {
    warm_up();
    for file in fs::read_to_string(list)?.lines() {
        stage.run(&read(Path::new(file))?, counted_by_callgrind);
    }
    Ok(())
}

fn instructions(stage: Stage, list: &Path) -> Result<u64> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted_by_callgrind*"])
        .arg(program)
        .args(["--read", stage.name()])
        .arg(list)
        .output()
        .context("cannot run valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind on {}: {said}", stage.name());
    let collected = said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    collected.and_then(|count| count.parse().ok()).with_context(|| format!("valgrind: expected `Collected : COUNT`, met {said}"))
}

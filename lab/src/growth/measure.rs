//! What reading one mail costs.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cpu_time::ThreadTime;
use mailpick::Limit;

/// What one mail costs.
pub(crate) struct Cost {
    pub(crate) bytes: usize,
    pub(crate) allocations: u64,
    /// The most that was allocated at once.
    pub(crate) peak: u64,
    /// The thread's time, counting included.
    pub(crate) time: Duration,
    pub(crate) limits_hit: Vec<Limit>,
}

impl Cost {
    pub(crate) fn of(raw: &[u8]) -> Self {
        warm_up();
        let mut limits_hit = Vec::new();
        let start = ThreadTime::now();
        let counted = allocation_counter::measure(|| limits_hit = mailpick::extract(raw).limits_hit().to_vec());
        Self { bytes: raw.len(), allocations: counted.count_total, peak: counted.bytes_max, time: start.elapsed(), limits_hit }
    }
}

/// Builds the tables that are built on first use.
fn warm_up() {
    mailpick::extract(b"Subject: Your code\n\n483921 https://example.org/");
}

/// What callgrind is told to look at. It has a name of its own, and is never inlined, so that it can be told.
#[inline(never)]
fn counted_by_callgrind(raw: &[u8]) {
    std::hint::black_box(mailpick::extract(raw));
}

/// Reads one mail and nothing else, once everything is built.
pub(crate) fn read_once(raw: &[u8]) -> Result<()> {
    warm_up();
    counted_by_callgrind(raw);
    Ok(())
}

/// How many instructions it takes to read a mail of a family, as valgrind's callgrind counts them in another process.
pub(crate) fn instructions(family: &str, bytes: usize) -> Result<u64> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted_by_callgrind*"])
        .arg(program)
        .args(["--read", family, &bytes.to_string()])
        .output()
        .context("cannot run valgrind; `--instructions 0` counts none")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind on `{family}`: {said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    collected.and_then(|count| count.parse().ok()).with_context(|| format!("valgrind on `{family}`: expected `Collected : COUNT`, met {said}"))
}

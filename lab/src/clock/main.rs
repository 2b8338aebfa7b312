//! What a mail takes of the processor's time: ratios to mail-parser's bare parse of the same mails, taken in turns in one run, so that
//! what else the machine does falls on all of them alike. Beside them what a process pays once, and what a program that calls the engine
//! weighs. Instructions (`cost`) decide; this is a dated record for people.

#[path = "../../../benches/naive/mod.rs"]
mod naive;
#[path = "../cost/set.rs"]
mod set;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use cpu_time::ThreadTime;

/// Processes of which each pays for the first call.
const PROCESSES: usize = 11;
/// Calls in each of them.
const CALLS: usize = 30;

#[derive(Parser)]
#[command(name = "clock", about = "Takes times of the engine beside mail-parser and a naive pipeline, in turns")]
struct Arguments {
    /// The folder that the record is written into, under today's date.
    #[arg(long, default_value = "benches/record")]
    out: PathBuf,
    /// How often each set is read by each.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Build a program that does nothing but call the engine, from nothing, and say what it takes.
    #[arg(long)]
    build: bool,
    /// The labelled mails.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// Received mails, which are a set of their own where they are there.
    #[arg(long, default_value = "../shared/corpus/real")]
    real: PathBuf,
    /// Say in microseconds what the first call takes on a mail more than the median of those after it.
    #[arg(long, hide = true, value_name = "MAIL")]
    first: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(mail) = &arguments.first {
        println!("{}", first_call(&read(mail)?));
        return Ok(());
    }
    let date = mail_parser::DateTime::from_timestamp(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs() as i64).to_rfc3339();
    let date = date.split('T').next().context("no date")?;
    let mut out = format!("# {date}, {}\n\nWritten by `cargo run --release -p mailpick-lab --bin clock -- --build`.\n\n", processor());
    out.push_str("The processor's time, medians over rounds in which each reads all mails of a set in turn.\n\n");
    out.push_str("| set | mails | mailpick, µs a mail | x mail-parser | naive x mail-parser | naive x mailpick |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
    let mut first = None;
    for name in set::SETS.iter().map(|set| set.name).chain([set::REAL]) {
        let files = set::files(name, &arguments.corpus, &arguments.real)?;
        if files.is_empty() {
            eprintln!("no mails: {name}");
            continue;
        }
        first = first.or_else(|| files.get(files.len() / 2).cloned());
        let mails: Vec<Vec<u8>> = files.iter().map(|file| read(file)).collect::<Result<_>>()?;
        let row = ratios(&mails, arguments.rounds);
        writeln!(out, "| {name} | {} | {:.0} | {:.2} | {:.2} | {:.1} |", mails.len(), row.microseconds, row.ours, row.naive, row.naive / row.ours)?;
    }
    if let Some(mail) = first {
        writeln!(out, "\nThe first call of a process takes {:.1} ms more than those after it (median of {PROCESSES} processes).", first_of_processes(&mail)? / 1e3)?;
    }
    if arguments.build {
        let (seconds, bytes) = minimal_program()?;
        writeln!(out, "\nA program that does nothing but call `extract` is built from nothing in {seconds:.0} s and has {:.1} MB, stripped.", bytes as f64 / 1e6)?;
    }
    print!("{out}");
    fs::create_dir_all(&arguments.out).with_context(|| format!("cannot make `{}`", arguments.out.display()))?;
    let path = arguments.out.join(format!("{date}.md"));
    fs::write(&path, out).with_context(|| format!("cannot write `{}`", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// The first processor's name, and how many there are.
fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = known.lines().find_map(|line| line.strip_prefix("model name")).map_or("unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    format!("{name}, {} at work", std::thread::available_parallelism().map_or(1, usize::from))
}

struct Ratios {
    microseconds: f64,
    ours: f64,
    naive: f64,
}

fn ratios(mails: &[Vec<u8>], rounds: usize) -> Ratios {
    let work: [fn(&[u8]); 3] =
        [|raw| drop(black_box(mail_parser::MessageParser::default().parse(raw))), |raw| drop(black_box(mailpick::extract(raw))), |raw| drop(black_box(naive::extract(raw)))];
    let seconds = |reader: usize| {
        let start = ThreadTime::now();
        mails.iter().for_each(|raw| work[reader](raw));
        start.elapsed().as_secs_f64()
    };
    // Tables are built and memory is there.
    for reader in [0, 1, 2] {
        seconds(reader);
    }
    let rounds: Vec<[f64; 3]> = (0..rounds.max(1)).map(|_| [0, 1, 2].map(seconds)).collect();
    let of = |value: fn(&[f64; 3]) -> f64| median(rounds.iter().map(value).collect());
    Ratios { microseconds: of(|round| round[1]) * 1e6 / mails.len().max(1) as f64, ours: of(|round| round[1] / round[0]), naive: of(|round| round[2] / round[0]) }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn first_call(raw: &[u8]) -> f64 {
    let times: Vec<f64> = (0..CALLS)
        .map(|_| {
            let start = ThreadTime::now();
            drop(black_box(mailpick::extract(raw)));
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times[0] - median(times[1..].to_vec())
}

fn first_of_processes(mail: &Path) -> Result<f64> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let one = || -> Result<f64> {
        let output = Command::new(&program).arg("--first").arg(mail).output().context("cannot run this program")?;
        String::from_utf8_lossy(&output.stdout).trim().parse().context("expected microseconds")
    };
    Ok(median((0..PROCESSES).map(|_| one()).collect::<Result<_>>()?))
}

/// Seconds to build it, and its bytes.
fn minimal_program() -> Result<(f64, u64)> {
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no workspace")?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"minimal\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nmailpick = {{ path = {:?} }}\n[profile.release]\nstrip = true\n",
        root.display().to_string()
    );
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock"))?;
    fs::create_dir(folder.path().join("src"))?;
    let main = "fn main() {\n    let raw = std::fs::read(std::env::args().nth(1).unwrap_or_default()).unwrap_or_default();\n    println!(\"{:?}\", mailpick::extract(&raw).status());\n}\n";
    fs::write(folder.path().join("src/main.rs"), main)?;
    let start = Instant::now();
    let status =
        Command::new("cargo").args(["build", "--release", "--offline", "--quiet"]).current_dir(folder.path()).env("CARGO_TARGET_DIR", folder.path().join("target")).status()?;
    ensure!(status.success(), "cargo build of a program that calls the engine: {status}");
    Ok((start.elapsed().as_secs_f64(), fs::metadata(folder.path().join("target/release/minimal"))?.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 9.0, 1.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}

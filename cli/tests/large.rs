//! A mailbox far larger than memory, made of the corpora: bounded memory, the answers of each mail alone whatever the number of
//! jobs, and the speed of single mails times the jobs, as far as there are cores for them. Linux only: figures of processes are read from /proc.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mailpick_mailbox::read;
use serde_json::{Value, json};

/// `MAILPICK_LARGE_MB=10000` makes it 10 GB.
const DEFAULT_MB: u64 = 1000;
const MAX_PEAK_KB: u64 = 150 << 10;

/// What a scan may cost at most, in processor time, against single mails: 1 / 0.8.
const MAX_COST: f64 = 1.25;

/// Jobs other than one for each core are tried on a mailbox of this size.
const SMALL_BYTES: u64 = 200 << 20;

#[test]
#[ignore = "writes a mailbox of 1 GB and reads it: minutes with --release, hours without"]
fn a_large_mailbox_gives_what_its_mails_give_alone_in_bounded_memory() {
    let mails = corpora();
    let (alone, alone_speed) = extracted_alone(&mails);
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let megabytes = std::env::var("MAILPICK_LARGE_MB").ok().map_or(DEFAULT_MB, |text| text.parse().expect("a number"));
    let runs = [(SMALL_BYTES, 1), (SMALL_BYTES, 2), (SMALL_BYTES, 8), (megabytes * 1_000_000, 2)];
    let (mut made, mut count) = (0, 0);
    for (bytes, jobs) in runs {
        if made != bytes {
            made = bytes;
            count = write_mbox(&folder.path().join("all.mbox"), &mails, bytes);
        }
        let run = scan(folder.path(), jobs);
        assert_eq!(assert_lines(&folder.path().join("lines"), &alone), count);
        let size = fs::metadata(folder.path().join("all.mbox")).expect("a file").len() as f64 / 1e6;
        let speed = size / run.processor;
        // By the clock, of what as many cores as the jobs keep busy would read, one mail after the other. Means something on a machine
        // that does nothing else, so it is shown and not asserted.
        let share = size / run.took.as_secs_f64() / (alone_speed * jobs.min(cores) as f64);
        println!(
            "{jobs} jobs: {count} mails, {size:.0} MB, peak {} MB, {:.1} s, {:.1} s of processor; {speed:.2} MB/s of processor, {:.2} of single \
             mails; {share:.2} of them by the clock, times the cores",
            run.peak_kb >> 10,
            run.took.as_secs_f64(),
            run.processor,
            speed / alone_speed
        );
        assert!(run.peak_kb > 0 && run.peak_kb < MAX_PEAK_KB, "{} KB", run.peak_kb);
        assert!(alone_speed / speed < MAX_COST, "{speed} MB/s against {alone_speed} MB/s");
    }
}

/// Every mail of the corpora, as an mbox keeps it: with an end of line at its end.
fn corpora() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["corpus", "../shared/corpus"].map(|name| root.join(name)).into_iter().filter(|folder| folder.exists());
    let mails = folders.flat_map(|folder| read(&folder)).map(|mail| {
        let mut raw = mail.expect("readable").raw;
        if !raw.ends_with(b"\n") {
            raw.push(b'\n');
        }
        raw
    });
    mails.collect()
}

/// The answers of each mail, and megabytes per second of processor time.
fn extracted_alone(mails: &[Vec<u8>]) -> (Vec<Value>, f64) {
    let before = processor_seconds("self").expect("a process");
    let mut answers = Vec::new();
    for raw in mails {
        let report = mailpick::extract(raw);
        answers.push(json!([report.status().name(), report.answers()]));
    }
    let took = processor_seconds("self").expect("a process") - before;
    let speed = mails.iter().map(Vec::len).sum::<usize>() as f64 / 1e6 / took;
    println!("{} mails alone: {speed:.2} MB/s of processor", mails.len());
    (answers, speed)
}

/// The mails again and again, as an mboxrd of so many bytes, or little more; how many they are.
fn write_mbox(path: &Path, mails: &[Vec<u8>], bytes: u64) -> usize {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    let (mut written, mut count) = (0, 0);
    for mail in mails.iter().cycle() {
        if written >= bytes {
            break;
        }
        out.write_all(b"From a@example.org Thu Jan  1 00:00:00 1970\n").expect("written");
        for line in mail.split_inclusive(|&byte| byte == b'\n') {
            let marks = line.iter().take_while(|&&byte| byte == b'>').count();
            if line[marks..].starts_with(b"From ") {
                out.write_all(b">").expect("written");
            }
            out.write_all(line).expect("written");
        }
        out.write_all(b"\n").expect("written");
        written += mail.len() as u64;
        count += 1;
    }
    out.flush().expect("written");
    count
}

/// What a scan took.
struct Run {
    peak_kb: u64,
    processor: f64,
    took: Duration,
}

fn scan(folder: &Path, jobs: usize) -> Run {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mailpick"))
        .args(["scan", "--jobs", &jobs.to_string(), "--output", "lines", "all.mbox"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn()
        .expect("mailpick runs");
    let (mut peak_kb, mut processor) = (0, 0.0);
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        // Both grow; what was read last is what they were at the end.
        peak_kb = self::peak_kb(child.id()).unwrap_or(peak_kb);
        processor = processor_seconds(&child.id().to_string()).unwrap_or(processor);
        thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success());
    Run { peak_kb, processor, took: started.elapsed() }
}

/// The lines say what the mails gave alone, one after the other. How many they are.
fn assert_lines(path: &Path, alone: &[Value]) -> usize {
    let mut count = 0;
    for (line, expected) in BufReader::new(File::open(path).expect("lines")).lines().zip(alone.iter().cycle()) {
        let line: Value = serde_json::from_str(&line.expect("text")).expect("JSON");
        assert_eq!((&line["status"], &line["results"]), (&expected[0], &expected[1]), "{} at {}", line["message"], line["offset"]);
        assert_eq!(line["message"], count);
        count += 1;
    }
    count
}

/// `VmHWM` of proc_pid_status(5): the most memory that the process ever had.
fn peak_kb(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// User and system time of proc_pid_stat(5), in ticks of a hundredth of a second.
fn processor_seconds(process: &str) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

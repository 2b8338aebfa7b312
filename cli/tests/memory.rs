//! Memory does not grow with the mailbox. Linux only: the peak is read from /proc.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

const MAILBOX_BYTES: u64 = 200 << 20;
const MAX_PEAK_KB: u64 = 150 << 10;

#[test]
#[ignore = "writes 200 MB and reads them: half a minute with --release, minutes without"]
fn a_mailbox_of_200_mb_is_read_in_less_than_150_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.mbox");
    let mut out = BufWriter::new(File::create(&path).expect("a file"));
    let text = "Shall we have lunch tomorrow? I found a nice place by the river.\n".repeat(60);
    let (mut written, mut mails) = (0, 0_u64);
    while written < MAILBOX_BYTES {
        let mail = format!(
            "From a@example.org Thu Jan  1 00:00:00 1970\nSubject: Your code\nMessage-ID: <{mails}@example.org>\n\nYour verification code is {}.\n{text}\n",
            100_000 + mails
        );
        out.write_all(mail.as_bytes()).expect("written");
        written += mail.len() as u64;
        mails += 1;
    }
    drop(out);
    let mut child = Command::new(env!("CARGO_BIN_EXE_mailpick"))
        .args(["scan", "--output", "lines", "all.mbox"])
        .current_dir(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .expect("mailpick runs");
    let mut peak = 0;
    while child.try_wait().expect("a child").is_none() {
        peak = peak.max(peak_kb(child.id()).unwrap_or_default());
        thread::sleep(Duration::from_millis(20));
    }
    let lines = fs::read_to_string(folder.path().join("lines")).expect("lines").lines().count();
    println!("{mails} mails, {written} bytes, peak {peak} KB");
    assert_eq!(lines as u64, mails);
    assert!(peak > 0 && peak < MAX_PEAK_KB, "{peak} KB");
}

/// `VmHWM` of proc_pid_status(5): the most memory that the process ever had.
fn peak_kb(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

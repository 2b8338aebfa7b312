//! A scan gives what one reader from start to end gives, whatever is read side by side.

mod common;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use common::{SEPARATOR, gzip, tar};
use mailpick_mailbox::{Options, Position, read_with, scan, scan_after};
use proptest::collection::vec;
use proptest::prelude::*;

/// A mail as a scan tells it: index, offset, length, and what the work gave.
type Told = Result<(u64, u64, u64, Vec<u8>), String>;

fn options(range_bytes: u64) -> Options {
    Options { range_bytes, ..Options::default() }
}

fn alone(paths: &[PathBuf], options: &Options) -> Vec<Told> {
    let told = |found: Result<mailpick_mailbox::Record, mailpick_mailbox::Unreadable>| match found {
        Ok(mail) => Ok((mail.index, mail.offset, mail.length, mail.raw)),
        Err(unreadable) => Err(unreadable.to_string()),
    };
    paths.iter().flat_map(|path| read_with(path, options).map(told)).collect()
}

fn scanned(paths: &[PathBuf], position: Position, jobs: usize, options: &Options) -> Vec<(Told, Position)> {
    let mut scan = scan_after(position, paths, jobs, options, |mail| mail.raw.clone()).expect("unchanged");
    let mut all = Vec::new();
    while let Some(found) = scan.next() {
        let told = match found {
            Ok(mail) => Ok((mail.record.index, mail.record.offset, mail.record.length, mail.found)),
            Err(unreadable) => Err(unreadable.to_string()),
        };
        all.push((told, scan.position().clone()));
    }
    all
}

/// Lines of an mbox in any order: separators that are text, lengths that are right, lengths that lie.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let text = |text: &'static str| Just(text.as_bytes().to_vec());
    let piece = prop_oneof![
        4 => Just(format!("\n{SEPARATOR}\n").into_bytes()),
        2 => Just(format!("\r\n{SEPARATOR}\r\n").into_bytes()),
        1 => Just(format!("{SEPARATOR}\n").into_bytes()),
        2 => text("Subject: x\n\nbody\n"),
        1 => text("\n"),
        1 => text(">From x\n"),
        1 => text("a long line without end"),
        2 => (0_u32..200).prop_map(|length| format!("\n{SEPARATOR}\nContent-Length: {length}\n\n").into_bytes()),
        // Right, and over a separator.
        2 => Just(format!("\n{SEPARATOR}\nContent-Length: {}\n\n\n{SEPARATOR}\n\n\n{SEPARATOR}\n", SEPARATOR.len() + 3).into_bytes()),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn ranges_give_the_mails_of_one_reader(bytes in pieces(), range_bytes in 0_u64..300, jobs in 1_usize..5) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.mbox");
        fs::write(&path, &bytes).expect("written");
        let options = options(range_bytes);
        let paths = [path];
        let told: Vec<Told> = scanned(&paths, Position::default(), jobs, &options).into_iter().map(|(told, _)| told).collect();
        prop_assert_eq!(told, alone(&paths, &options));
    }
}

proptest! {
    // Each case is as many scans as it has mails.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_scan_goes_on_after_any_mail(bytes in pieces(), range_bytes in 1_u64..300) {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.eml"), "Subject: a\n\n").expect("written");
        fs::write(at("b.mbox"), &bytes).expect("written");
        fs::write(at("c.mbox.gz"), gzip(&bytes)).expect("written");
        fs::write(at("d.tar"), tar(&[("1.eml", b"Subject: 1\n\n"), ("2.mbox", &bytes)])).expect("written");
        fs::write(at("e.zip"), "PK\x03\x04").expect("written");
        let (paths, options) = ([folder.path().to_owned()], options(range_bytes));
        let all = scanned(&paths, Position::default(), 2, &options);
        for (number, (_, position)) in all.iter().enumerate() {
            prop_assert_eq!(&scanned(&paths, position.clone(), 2, &options)[..], &all[number + 1..]);
        }
    }
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mbox");
    fs::write(&path, bytes).expect("written");
    (folder, path)
}

#[test]
fn a_mailbox_of_many_ranges_keeps_its_order() {
    let bytes: Vec<u8> = (0..20_000).flat_map(|number| format!("{SEPARATOR}\nSubject: {number}\n\n{}\n\n", "text\n".repeat(number % 50)).into_bytes()).collect();
    let (_folder, path) = written(&bytes);
    for jobs in [1, 2, 8] {
        let subjects: Vec<u64> = scan(std::slice::from_ref(&path), jobs, &options(10_000), |mail| mail.raw.len() as u64).map(|mail| mail.expect("readable").record.index).collect();
        assert!(subjects == (0..20_000).collect::<Vec<_>>(), "{jobs} jobs");
    }
}

#[test]
fn mails_that_span_many_ranges_cost_two_reads_and_no_more() {
    let mut bytes = Vec::new();
    for _ in 0..3 {
        bytes.extend_from_slice(format!("{SEPARATOR}\nSubject: x\n\n").as_bytes());
        bytes.resize(bytes.len() + (8 << 20), b'a');
        bytes.extend_from_slice(b"\n\n");
    }
    let (_folder, path) = written(&bytes);
    let started = Instant::now();
    assert_eq!(scan(&[path], 2, &options(100_000), |mail| mail.raw.len()).count(), 3);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_panic_is_passed_on() {
    let (_folder, path) = written(format!("{SEPARATOR}\nSubject: x\n\n\n").repeat(100).as_bytes());
    for range_bytes in [100, 1 << 20] {
        let paths = [path.clone()];
        let panicked = catch_unwind(AssertUnwindSafe(|| scan(&paths, 2, &options(range_bytes), |mail| assert!(mail.offset < 2000)).count()));
        assert!(panicked.is_err());
    }
}

#[test]
fn a_scan_that_is_stopped_gives_nothing_more() {
    let (_folder, path) = written(format!("{SEPARATOR}\nSubject: x\n\n\n").repeat(100_000).as_bytes());
    let mut mails = scan(&[path], 2, &options(1000), |_| ());
    assert!(mails.next().is_some());
    mails.stop().store(true, Ordering::Relaxed);
    assert!(mails.next().is_none());
}

#[test]
fn files_that_came_or_went_are_noticed() {
    let position = Position { sources: 0, file: "elsewhere".into(), done: 1, end: 0 };
    let changed = scan_after(position, &[Path::new("Cargo.toml").to_owned()], 1, &Options::default(), |_| ()).err().expect("another file");
    assert_eq!(changed.to_string(), "expected `elsewhere` next: files came or went since");
}

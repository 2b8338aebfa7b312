//! Mailboxes that lie, break or attack: what can be read of them is read, and what cannot is said.

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{SEPARATOR, gzip, tar, zip, zstd};
use mailpick_mailbox::{Options, Record, Unreadable, read, read_with};

/// Far more than any of these takes, far less than a quadratic reader does.
const SOON: Duration = Duration::from_secs(20);

fn all(path: &Path) -> (Vec<Record>, Vec<Unreadable>) {
    let (mut mails, mut unreadable) = (Vec::new(), Vec::new());
    for found in read(path) {
        match found {
            Ok(mail) => mails.push(mail),
            Err(error) => unreadable.push(error),
        }
    }
    (mails, unreadable)
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    (folder, path)
}

#[test]
fn a_sentence_that_begins_with_from_does_not_split() {
    let (_folder, path) = written("a.mbox", format!("{SEPARATOR}\nSubject: x\n\nHi.\n\nFrom here on\n{SEPARATOR}\n\n").as_bytes());
    let (mails, _) = all(&path);
    assert_eq!(mails.len(), 1, "a separator without a blank line before it is text");
}

#[test]
fn a_file_without_separators_is_one_mail() {
    let (_folder, path) = written("a.mbox", b"Subject: x\n\nbody\n");
    assert_eq!(all(&path).0[0].raw, b"Subject: x\n\nbody\n");
}

#[test]
fn an_mbox_with_a_separator_in_every_line_is_read_once() {
    let (_folder, path) = written("a.mbox", format!("{SEPARATOR}\n\n").repeat(100_000).as_bytes());
    let started = Instant::now();
    let (mails, _) = all(&path);
    assert!(mails.len() == 100_000 && mails.iter().all(|mail| mail.raw.is_empty()));
    let (_folder, path) = written("b.mbox", format!("{SEPARATOR}\n").repeat(100_000).as_bytes());
    assert_eq!(all(&path).0.len(), 1);
    assert!(started.elapsed() < SOON);
}

#[test]
fn a_line_without_end_is_cut_to_its_head() {
    let mut bytes = format!("{SEPARATOR}\nSubject: x\n\n").into_bytes();
    bytes.resize(50 << 20, b'a');
    bytes.extend_from_slice(format!("\n\n{SEPARATOR}\nSubject: y\n\n").as_bytes());
    let (_folder, path) = written("a.mbox", &bytes);
    let (mails, _) = all(&path);
    assert!(mails[0].cut && mails[0].raw.len() == 32 << 20 && mails[0].length > 49 << 20);
    assert!(mails[1].raw == b"Subject: y\n" && !mails[1].cut, "{mails:?}");
}

#[test]
fn lengths_that_lie_change_nothing_and_cost_little() {
    // All mails are as long, so that a claim can be made to end anywhere but between two of them. That of the first is right.
    let mail = |claim: u64| format!("{SEPARATOR}\nContent-Length: {claim:020}\n\nbody\n\n");
    let length = mail(0).len() as u64;
    let claim = |number: u64| if number == 0 { 5 } else { [number * length + 11, u64::MAX, 0, 31 << 20][number as usize % 4] };
    let bytes: String = (0..50_000).map(|number| mail(claim(number))).collect();
    let (_folder, path) = written("a.mbox", bytes.as_bytes());
    let started = Instant::now();
    let (mails, _) = all(&path);
    assert_eq!(mails.len(), 50_000);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[test]
fn a_sender_cannot_swallow_other_mails_by_a_length() {
    let swallowed = format!("{SEPARATOR}\nSubject: y\n\nbody\n\n");
    let (_folder, path) = written("a.mbox", format!("{SEPARATOR}\nSubject: x\n\n\n{SEPARATOR}\nContent-Length: {}\n\n\n{swallowed}{swallowed}", 1 + swallowed.len()).as_bytes());
    assert_eq!(all(&path).0.len(), 4);
}

#[test]
fn bombs_are_stopped_and_the_next_member_is_read() {
    let zeros = vec![b'0'; 64 << 20];
    let mail = b"Subject: x\n\nbody\n";
    for bomb in [gzip(&zeros), zstd(&zeros)] {
        let members: &[(&str, &[u8])] = &[("a/bomb.eml.gz", &bomb), ("a/good.eml", mail)];
        for (name, archive) in [("a.zip", zip(members)), ("a.tar", tar(members)), ("a.tgz", gzip(&tar(members)))] {
            let (_folder, path) = written(name, &archive);
            let (mails, unreadable) = all(&path);
            assert_eq!(unreadable.len(), 1, "{name}: {mails:?}");
            assert_eq!(unreadable[0].error.to_string(), "inflates to more than 200 times its size");
            assert_eq!(unreadable[0].origin.member.as_deref(), Some("a/bomb.eml.gz"));
            assert!(mails.len() == 1 && mails[0].raw == mail, "{name}: {mails:?}");
        }
    }
}

#[test]
fn compressed_data_that_inflates_too_far_is_stopped() {
    let (_folder, path) = written("a.mbox.gz", &gzip(format!("{SEPARATOR}\nSubject: x\n\n").repeat(1000).as_bytes()));
    let options = Options { max_inflated_bytes: 10_000, ..Options::default() };
    let last = read_with(&path, &options).last().expect("an item").expect_err("too much");
    assert_eq!(last.error.to_string(), "inflates to more than 10000 bytes");
    assert!(last.index > 0 && !last.whole);
}

#[test]
fn broken_archives_say_so_and_the_other_files_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    let packed = gzip(&vec![b'x'; 100_000]);
    put("a.zip", b"PK\x03\x04 and nothing else");
    put("b.tgz", &gzip(&[b'x'; 2048]));
    put("c.eml.gz", &packed[..packed.len() / 2]);
    put("d.tar", &tar(&[("1.eml", b"Subject: in d\n\n"), ("2.eml", &[b'y'; 2000])])[..2000]);
    put("e.eml", b"Subject: e\n\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("f.eml")).expect("a link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(".", folder.path().join("circle")).expect("a link");
    let (mails, unreadable) = all(folder.path());
    let raw: Vec<&[u8]> = mails.iter().map(|mail| mail.raw.as_slice()).collect();
    assert_eq!(raw, [&b"Subject: in d\n\n"[..], b"Subject: e\n\n"]);
    let names: Vec<String> = unreadable.iter().map(|unreadable| unreadable.origin.path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
    assert_eq!(names, if cfg!(unix) { &["a.zip", "b.tgz", "c.eml.gz", "d.tar", "f.eml"][..] } else { &["a.zip", "b.tgz", "c.eml.gz", "d.tar"] });
    assert_eq!(unreadable[2].error.to_string(), "the compressed data ends early");
    assert!(unreadable.iter().all(|unreadable| !unreadable.whole));
}

#[test]
fn a_path_that_is_not_there_is_wholly_unreadable() {
    let (mails, unreadable) = all(Path::new("no such folder"));
    assert!(mails.is_empty() && unreadable.len() == 1 && unreadable[0].whole);
}

#[test]
fn the_flags_of_a_maildir_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".cache"] {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
    }
    for name in ["cur/1.M1.host:2,RS", "new/2.M2.host", "tmp/3.M3.host", ".Sent/cur/4.M4.host:2,S", ".cache/5.eml", "cur/dovecot.index.log"] {
        fs::write(folder.path().join(name), "Subject: x\n\n").expect("written");
    }
    let (mails, unreadable) = all(folder.path());
    let flags: Vec<String> = mails.iter().map(|mail| mail.flags.to_string()).collect();
    assert_eq!(flags, ["S", "RS", ""]);
    assert!(unreadable.is_empty());
}

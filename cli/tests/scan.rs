//! `mailpick scan` over whole mailboxes: one line for each mail, in order, whatever happens.

use std::fmt::Write as _;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// An mbox with a code in every third mail, a day apart.
fn mbox(mails: usize) -> String {
    (0..mails).fold(String::new(), |mut text, number| {
        let (day, code) = (number % 28 + 1, 100_003 + number * 7);
        let body = if number.is_multiple_of(3) { format!("Your verification code is {code}. It expires in 10 minutes.") } else { "Shall we have lunch?\n\nFrom here it is not far.".to_owned() };
        let subject = if number.is_multiple_of(3) { "Your verification code" } else { "Lunch" };
        let _ = write!(
            text,
            "From a@example.org Thu Jan  1 00:00:00 1970\nFrom: Example <no-reply@example.org>\nSubject: {subject}\nMessage-ID: <{number}@example.org>\nDate: {day} Jan 2026 12:00:00 +0000\n\n{body}\n\n"
        );
        text
    })
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("written");
    }
    folder
}

fn scan(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mailpick")).arg("scan").args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("mailpick runs")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("text")
}

#[test]
fn every_mail_of_an_mbox_is_a_line_that_says_where_it_stands() {
    let text = mbox(30);
    let folder = folder(&[("all.mbox", &text)]);
    let output = scan(folder.path(), &["all.mbox"]);
    let lines = lines(&output);
    assert_eq!(lines.len(), 30);
    for (number, line) in lines.iter().enumerate() {
        assert_eq!((&line["file"], line["message"].as_u64()), (&"all.mbox".into(), Some(number as u64)));
        assert_eq!(line["message_id"], format!("{number}@example.org"));
        assert_eq!(line["date"], format!("2026-01-{:02}T12:00:00Z", number % 28 + 1));
        let [start, length] = ["offset", "length"].map(|name| line[name].as_u64().expect("a number") as usize);
        let raw = &text[start..start + length];
        assert!(raw.starts_with("From: Example") && raw.contains(&format!("<{number}@example.org>")));
        // The line says what the mail alone gives.
        let alone = mailpick::extract(raw.as_bytes());
        assert_eq!(line["status"], alone.status().name());
        assert_eq!(line["results"], serde_json::to_value(alone.answers()).expect("JSON"));
    }
    let summary = stderr(&output);
    assert!(summary.contains("30 mails, 10 found (otp 10, ") && summary.contains("confidence of what was found:") && summary.contains("MB/s"), "{summary}");
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let folder = folder(&[("a/1.eml", "Subject: x\n\nhi\n"), ("a/all.mbox", &mbox(1200)), ("a/z/cur/1.M1.h:2,S", "Subject: y\n\nhi\n"), ("a/broken.zip", "PK\x03\x04")]);
    let one = scan(folder.path(), &["--jobs", "1", "a"]).stdout;
    assert_eq!(one.iter().filter(|&&byte| byte == b'\n').count(), 1203);
    for jobs in ["2", "8"] {
        assert!(scan(folder.path(), &["--jobs", jobs, "a"]).stdout == one, "{jobs} jobs");
    }
}

#[test]
fn standard_input_is_one_mail_or_an_mbox() {
    for (text, mails) in [(mbox(5), 5), ("Subject: one\n\nFrom here on\n".to_owned(), 1)] {
        let mut child =
            Command::new(env!("CARGO_BIN_EXE_mailpick")).args(["scan", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("mailpick runs");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
        let lines = lines(&child.wait_with_output().expect("mailpick ends"));
        assert_eq!((lines.len(), &lines[0]["file"]), (mails, &"-".into()));
    }
}

#[test]
fn days_and_types_choose_what_is_shown() {
    let folder = folder(&[("all.mbox", &mbox(30)), ("undated.eml", "Subject: x\n\nhi\n")]);
    let output = scan(folder.path(), &["--since", "2026-01-03", "--until", "2026-01-05", "all.mbox", "undated.eml"]);
    let days: Vec<String> = lines(&output).iter().filter_map(|line| line["date"].as_str().map(|date| date[8..10].to_owned())).collect();
    assert_eq!(days, ["03", "04", "05"]);
    assert!(stderr(&output).contains("28 mails of other days, or without a date, left out"), "{}", stderr(&output));
    let links = lines(&scan(folder.path(), &["--type", "magic_link", "all.mbox"]));
    assert!(links.len() == 30 && links.iter().all(|line| line["status"] == "none" && line["results"] == Value::Array(vec![])));
    assert_eq!(lines(&scan(folder.path(), &["--limit", "7", "all.mbox"])).len(), 7);
}

#[test]
fn a_scan_fails_fast_when_it_is_told_to() {
    let folder = folder(&[("in/a.zip", "PK\x03\x04"), ("in/b.eml", "Subject: x\n\nhi\n")]);
    let output = scan(folder.path(), &["in"]);
    assert_eq!((lines(&output).len(), output.status.code()), (2, Some(0)));
    let output = scan(folder.path(), &["--fail-fast", "in"]);
    assert_eq!((lines(&output).len(), output.status.code()), (1, Some(2)));
}

#[test]
fn a_scan_killed_at_twenty_random_moments_goes_on_without_a_line_lost_or_doubled() {
    let mut big = mbox(1500);
    // Large enough to be read from several places at once.
    for number in 0..300 {
        let attachment = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz\n".repeat(500);
        let _ = write!(
            big,
            "From a@example.org Thu Jan  1 00:00:00 1970\nMessage-ID: <attached{number}@example.org>\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n{attachment}\n"
        );
    }
    let folder = folder(&[("in/a.mbox", &big), ("in/b.eml", "Subject: x\n\nhi\n"), ("in/c.mbox", &mbox(500))]);
    let undisturbed = scan(folder.path(), &["in"]).stdout;
    let arguments = ["scan", "--resume", "state", "--output", "lines", "--jobs", "2", "in"];
    let written = || fs::read(folder.path().join("lines")).expect("lines");
    let (mut killed, mut goes_on) = (0, 0);
    while killed < 20 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mailpick")).args(arguments).current_dir(folder.path()).stderr(Stdio::null()).spawn().expect("mailpick runs");
        thread::sleep(Duration::from_millis(random() % 500));
        if child.try_wait().expect("a child").is_some() {
            // It came to its end: the next begins anew.
            assert!(written() == undisturbed, "after {killed} kills");
            fs::remove_file(folder.path().join("state")).expect("removed");
            continue;
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        killed += 1;
        goes_on += u32::from(folder.path().join("state").exists());
    }
    let output = scan(folder.path(), &arguments[1..]);
    assert!(output.status.success() && written() == undisturbed, "{}", stderr(&output));
    assert!(stderr(&output).contains("2301 mails, 667 found"), "{}", stderr(&output));
    assert!(goes_on > 0, "no scan was killed after it had begun");
    let other = scan(folder.path(), &["--resume", "state", "--output", "lines", "in/a.mbox"]);
    assert!(other.status.code() == Some(2) && stderr(&other).contains("other paths or options"), "{}", stderr(&other));
}

/// Another number at each call and in each run.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

#[cfg(unix)]
#[test]
fn an_interrupted_scan_ends_with_its_summary() {
    let folder = folder(&[("all.mbox", &mbox(20_000))]);
    let child = Command::new(env!("CARGO_BIN_EXE_mailpick"))
        .args(["scan", "--output", "lines", "all.mbox"])
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .expect("mailpick runs");
    thread::sleep(Duration::from_millis(700));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let output = child.wait_with_output().expect("mailpick ends");
    let written = fs::read_to_string(folder.path().join("lines")).expect("lines").lines().count();
    assert!(output.status.success() && stderr(&output).contains(&format!("{written} mails, ")), "{written}: {}", stderr(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_its_file() {
    let folder = folder(&[("all.mbox", &mbox(3))]);
    let output = scan(folder.path(), &["--output", "/dev/full", "all.mbox"]);
    assert!(output.status.code() == Some(2) && stderr(&output).contains("cannot write `/dev/full`: No space left"), "{}", stderr(&output));
}

#[test]
fn a_report_is_one_page_that_masks_values_unless_they_are_asked_for() {
    let doubtful = "From: b@other.example\nSubject: <i>Hello</i>\n\nYour order 483921 is on its way. Code 771204.\n";
    let folder = folder(&[("in/a.mbox", &mbox(30)), ("in/<b>.eml", doubtful), ("in/c.zip", "PK\x03\x04")]);
    let page = |arguments: &[&str]| {
        let output = scan(folder.path(), &[&["--report", "page.html", "in"], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(folder.path().join("page.html")).expect("a page")
    };
    let masked = page(&[]);
    for part in ["<dt>Mails</dt><dd>31</dd>", "<dt>Unreadable</dt><dd>1</dd>", "example.org", "One-time code", "••••••", "in/a.mbox"] {
        assert!(masked.contains(part), "{part}: {masked}");
    }
    // Nothing is fetched or run, and a name is no markup.
    for part in ["100003", "100024", "<script", "src=", "url(", "@import", "href", "<b>"] {
        assert!(!masked.contains(part), "{part}: {masked}");
    }
    assert!(page(&["--show-values"]).contains("100003"));
    // A page of a scan that goes on counts what was read before.
    let arguments = ["--report", "page.html", "--output", "lines", "--resume", "state", "in"];
    assert!(scan(folder.path(), &[&["--limit", "7"], &arguments[..]].concat()).status.success());
    assert!(scan(folder.path(), &arguments).status.success());
    let at = |page: &str| page.find("<div class=\"pair\">").expect("charts");
    let resumed = fs::read_to_string(folder.path().join("page.html")).expect("a page");
    assert_eq!(resumed[at(&resumed)..], masked[at(&masked)..]);
}

#[test]
fn completions_and_a_manual_page_are_printed() {
    let print = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_mailpick")).args(arguments).output().expect("mailpick runs").stdout;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(String::from_utf8_lossy(&print(&["completions", shell])).contains("min-confidence"), "{shell}");
    }
    let page = String::from_utf8_lossy(&print(&["man"])).replace("\\-", "-");
    assert!(page.contains(".TH") && page.contains("COMMAND SCAN") && page.contains("--resume"), "{page}");
}

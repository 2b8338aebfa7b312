//! `lab redact` as a person calls it: what goes where, and the exit codes.

use std::io::Write;
use std::process::{Command, Output, Stdio};

const MAIL: &str = "From: Kestrel <no-reply@kestrel.example>\nTo: Alex Moreau <alex.moreau@inbox.example>\nSubject: Your verification code\n\nHello Alex,\n\nyour verification code is 381599. It expires in 10 minutes.\n";

fn lab(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    let mut child = command.arg("redact").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_mail_goes_to_standard_output_and_no_value_is_shown() {
    let output = lab(&["-"], MAIL);
    let (mail, listing) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{listing}");
    assert!(mail.starts_with("From: ") && !mail.contains("381599") && !mail.contains("Alex"), "{mail}");
    assert!(listing.contains("kind code") && listing.contains("kind name"), "{listing}");
    let code = mailpick::extract(&output.stdout).best(mailpick::Kind::Otp).expect("a code").value.clone();
    assert!(!listing.contains("381599") && !listing.contains(&code), "{listing}");
}

#[test]
fn values_are_shown_when_asked_for() {
    assert!(text(&lab(&["--show-values", "-"], MAIL).stderr).contains("381599 -> "));
}

#[test]
fn a_seed_gives_the_same_mail_and_none_another() {
    assert_eq!(lab(&["--seed", "7", "-"], MAIL).stdout, lab(&["--seed", "7", "-"], MAIL).stdout);
    assert_ne!(lab(&["-"], MAIL).stdout, lab(&["-"], MAIL).stdout);
}

#[test]
fn the_sender_stays_when_asked_for() {
    let mail = text(&lab(&["--keep-sender", "-"], MAIL).stdout);
    assert!(mail.contains("From: Kestrel <no-reply@kestrel.example>") && !mail.contains("Moreau"), "{mail}");
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    assert_eq!(lab(&["no-such-file.eml"], "").status.code(), Some(2));
    assert_eq!(lab(&["-"], "").status.code(), Some(2));
}

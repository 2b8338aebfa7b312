//! Every example runs to its end, says what it promises, and has its command in the README.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Each is done in well under a second; an example that hangs must not hang the tests.
const MOST_SECONDS: u64 = 60;

/// Runs a program and returns what it printed, and how long it took.
fn run(name: &str, program: &str, arguments: &[&str]) -> (String, Duration) {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("cargo run --release -p mailpick-examples --bin {name}\n")), "README.md does not say how to run {name}");
    let begun = Instant::now();
    let mut child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let printed = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if begun.elapsed().as_secs() > MOST_SECONDS {
            child.kill().expect("a child");
            panic!("{name} did not end");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let took = begun.elapsed();
    assert!(status.success(), "{name} ended with {status}");
    (printed.join().expect("a reader").expect("text"), took)
}

#[test]
fn a_code_is_mailed_waited_for_and_printed() {
    let (printed, took) = run("inline_2fa", env!("CARGO_BIN_EXE_inline_2fa"), &[]);
    assert!(printed.contains("the code is 483921") && printed.contains(r#""status":"completed""#), "{printed}");
    assert!(printed.contains("Some(SignIn) of Kestrel Bikes, expires in Some(600s)"), "{printed}");
    println!("took {took:?}");
}

#[test]
fn stored_mails_are_sorted_without_their_secrets() {
    let mail = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/verification/wardenpass-vault-code.eml");
    let (printed, _) = run("offline_classify", env!("CARGO_BIN_EXE_offline_classify"), &[mail]);
    assert!(printed.starts_with("wardenpass-vault-code.eml\totp ") && !printed.contains("467159"), "{printed}");
}

#[test]
fn waits_are_created_completed_and_canceled_over_http() {
    let (printed, _) = run("embed_in_server", env!("CARGO_BIN_EXE_embed_in_server"), &[]);
    for part in [
        r#""status":"pending""#,
        r#"completed {"id":"wait_0","inboxId":"inb_1","type":"otp","status":"completed","result":{"type":"otp","value":"483921""#,
        r#""status":"canceled""#,
    ] {
        assert!(printed.contains(part), "{part} is not in {printed}");
    }
}

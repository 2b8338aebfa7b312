//! The command line's promises: output, order, exit codes.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mailpick::{Extractor, Hints, Kind};
use serde_json::Value;
use tempfile::TempDir;

const CODE_MAIL: &str = "From: Example <no-reply@example.org>\r\nTo: reader@example.net\r\nSubject: Your verification code\r\nMessage-ID: <code-1@example.org>\r\n\r\nYour verification code is 483921. It expires in 10 minutes.\r\n";
/// Holds the right code, which a reader would only be sure of who waits for one.
const DOUBTFUL_MAIL: &str = "From: Example <no-reply@mail.example.org>\r\nSubject: Hello again\r\n\r\n48151\r\n";
const PLAIN_MAIL: &str = "From: Ann <ann@example.net>\r\nSubject: Lunch\r\n\r\nShall we have lunch tomorrow? I found a nice place by the river.\r\n";

/// A folder with mails, which goes away with the test.
struct Inbox(TempDir);

impl Inbox {
    fn with(mails: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, mail) in mails {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, mail).expect("a mail");
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// `mailpick` with arguments, run inside the folder.
    fn mailpick(&self, arguments: &[&str]) -> Output {
        command(arguments).current_dir(self.path()).stdin(Stdio::null()).output().expect("mailpick runs")
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpick"));
    command.args(arguments);
    command
}

fn with_stdin(arguments: &[&str], mail: &str) -> Output {
    let mut child = command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mailpick runs");
    child.stdin.take().expect("a pipe").write_all(mail.as_bytes()).expect("written");
    child.wait_with_output().expect("mailpick ends")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("text")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("text")
}

fn json_lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn an_answer_is_one_line_with_type_value_and_confidence() {
    let output = Inbox::with(&[("code.eml", CODE_MAIL)]).mailpick(&["extract", "code.eml"]);
    let lines = json_lines(&output);
    assert_eq!(lines.len(), 1, "{}", stdout(&output));
    assert_eq!(keys(&lines[0]), ["type", "value", "confidence"]);
    assert_eq!((&lines[0]["type"], &lines[0]["value"]), (&"otp".into(), &"483921".into()));
    assert!(lines[0]["confidence"].as_f64().is_some_and(|p| (0.5..=1.0).contains(&p)));
    assert!(stdout(&output).starts_with(r#"{"type":"otp","value":"483921","confidence":"#));
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn several_files_put_the_file_first() {
    let inbox = Inbox::with(&[("a.eml", CODE_MAIL), ("b.eml", CODE_MAIL)]);
    let lines = json_lines(&inbox.mailpick(&["extract", "b.eml", "a.eml"]));
    assert_eq!(lines.iter().map(|line| line["file"].as_str()).collect::<Vec<_>>(), [Some("b.eml"), Some("a.eml")]);
    assert_eq!(keys(&lines[0]), ["file", "type", "value", "confidence"]);
}

#[test]
fn nothing_found_exits_with_one() {
    let output = Inbox::with(&[("lunch.eml", PLAIN_MAIL)]).mailpick(&["extract", "lunch.eml"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
}

#[test]
fn an_unreadable_file_exits_with_two_and_the_others_are_read() {
    let output = Inbox::with(&[("code.eml", CODE_MAIL)]).mailpick(&["extract", "missing.eml", "code.eml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json_lines(&output)[0]["file"], "code.eml");
    assert!(stderr(&output).starts_with("mailpick: cannot read `missing.eml`: "), "{}", stderr(&output));
    assert!(!stderr(&output).contains("os error"));
}

#[test]
fn standard_input_is_read_without_a_file_and_for_a_dash() {
    for arguments in [&["extract"][..], &["extract", "-"]] {
        let output = with_stdin(arguments, CODE_MAIL);
        assert_eq!(json_lines(&output)[0]["value"], "483921");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn other_types_are_filtered_out() {
    let inbox = Inbox::with(&[("code.eml", CODE_MAIL)]);
    assert_eq!(inbox.mailpick(&["extract", "--type", "otp", "code.eml"]).status.code(), Some(0));
    let output = inbox.mailpick(&["extract", "--type", "password_reset", "code.eml"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert_eq!(inbox.mailpick(&["extract", "--type", "totp", "code.eml"]).status.code(), Some(2));
}

fn doubtful_confidence(hints: &Hints<'_>) -> f64 {
    let report = Extractor::new().extract_with(DOUBTFUL_MAIL.as_bytes(), hints);
    report.candidates(Kind::Otp).next().expect("a candidate").answer.confidence
}

/// Between the confidence of the doubtful code in any mail and in one that is waited for, wherever a refit puts them.
fn doubtful_threshold() -> String {
    let [plain, waiting] = [Hints::new(), Hints::new().expect(Kind::Otp, Hints::WAITED_FOR)].map(|hints| doubtful_confidence(&hints));
    ((plain + waiting) / 2.0).to_string()
}

#[test]
fn who_waits_for_a_code_is_told_of_a_doubtful_one() {
    let inbox = Inbox::with(&[("doubtful.eml", DOUBTFUL_MAIL), ("lunch.eml", PLAIN_MAIL)]);
    let threshold = &doubtful_threshold();
    assert_eq!(inbox.mailpick(&["extract", "--min-confidence", threshold, "doubtful.eml"]).status.code(), Some(1));
    let lines = json_lines(&inbox.mailpick(&["extract", "--type", "otp", "--min-confidence", threshold, "doubtful.eml"]));
    assert_eq!(lines[0]["value"], "48151");
    assert!(lines[0]["confidence"].as_f64().is_some_and(|p| p > doubtful_confidence(&Hints::new())));
    assert_eq!(inbox.mailpick(&["extract", "--type", "otp", "lunch.eml"]).status.code(), Some(1));
}

#[test]
fn only_the_expected_sender_is_waited_for() {
    let inbox = Inbox::with(&[("doubtful.eml", DOUBTFUL_MAIL), ("code.eml", CODE_MAIL)]);
    let threshold = &doubtful_threshold();
    let exit = |sender: &str, file: &str| inbox.mailpick(&["extract", "--type", "otp", "--from", sender, "--min-confidence", threshold, file]).status.code();
    assert_eq!((exit("example.org", "doubtful.eml"), exit("no-reply@mail.example.org", "doubtful.eml")), (Some(0), Some(0)));
    assert_eq!(exit("example.net", "doubtful.eml"), Some(1));
    assert_eq!(exit("example.net", "code.eml"), Some(0));
}

#[test]
fn a_sender_is_waited_for_with_a_type_only() {
    let inbox = Inbox::with(&[("code.eml", CODE_MAIL)]);
    let output = inbox.mailpick(&["extract", "--from", "example.org", "code.eml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--type"), "{}", stderr(&output));
    let output = inbox.mailpick(&["extract", "--type", "otp", "--from", "Example <a@example.org>", "code.eml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("expected an address"), "{}", stderr(&output));
}

#[test]
fn a_confidence_out_of_reach_finds_nothing() {
    let inbox = Inbox::with(&[("code.eml", CODE_MAIL)]);
    assert_eq!(inbox.mailpick(&["extract", "--min-confidence", "1", "code.eml"]).status.code(), Some(1));
    assert_eq!(inbox.mailpick(&["extract", "--min-confidence", "1.5", "code.eml"]).status.code(), Some(2));
}

#[test]
fn a_scan_keeps_the_order_of_its_input() {
    let inbox = Inbox::with(&[
        ("in/b.eml", CODE_MAIL),
        ("in/a/2.eml", PLAIN_MAIL),
        ("in/a/10.eml", CODE_MAIL),
        ("in/.hidden.eml", CODE_MAIL),
        ("in/.cache/c.eml", CODE_MAIL),
        ("in/notes.txt", CODE_MAIL),
        ("named.txt", CODE_MAIL),
    ]);
    let output = inbox.mailpick(&["scan", "--jobs", "3", "named.txt", "in"]);
    let lines = json_lines(&output);
    let files: Vec<&str> = lines.iter().filter_map(|line| line["file"].as_str()).collect();
    assert_eq!(files, ["named.txt", "in/a/10.eml", "in/a/2.eml", "in/b.eml"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_scan_spans_more_than_one_chunk() {
    let names: Vec<String> = (0..300).map(|number| format!("in/{number:03}.eml")).collect();
    let mails: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), PLAIN_MAIL)).collect();
    let output = Inbox::with(&mails).mailpick(&["scan", "in"]);
    let lines = json_lines(&output);
    assert_eq!(lines.iter().filter_map(|line| line["file"].as_str()).collect::<Vec<_>>(), names);
    assert!(stderr(&output).contains("300 mails, 0 found"), "{}", stderr(&output));
}

#[test]
fn a_scanned_mail_is_one_line_found_or_not() {
    let output = Inbox::with(&[("code.eml", CODE_MAIL), ("lunch.eml", PLAIN_MAIL)]).mailpick(&["scan", "."]);
    let lines = json_lines(&output);
    assert_eq!(lines.len(), 2);
    assert_eq!(keys(&lines[0]), ["file", "message", "offset", "length", "message_id", "date", "status", "results"]);
    assert_eq!((&lines[0]["message"], &lines[0]["message_id"], &lines[0]["status"]), (&0.into(), &"code-1@example.org".into(), &"found".into()));
    assert_eq!(keys(&lines[0]["results"][0]), ["type", "value", "confidence"]);
    assert_eq!(lines[0]["results"][0]["value"], "483921");
    assert_eq!((&lines[1]["message_id"], &lines[1]["status"], &lines[1]["results"]), (&Value::Null, &"none".into(), &Value::Array(vec![])));
    let summary = stderr(&output);
    assert!(summary.contains("2 mails, 1 found (otp 1, magic_link 0, password_reset 0), 0 unreadable"), "{summary}");
}

#[test]
fn a_mail_that_was_cut_says_so() {
    let deep = format!("Content-Type: text/html\r\n\r\n{}Your verification code is 483921.", "<div>".repeat(1_000));
    let inbox = Inbox::with(&[("deep.eml", &deep)]);
    let lines = json_lines(&inbox.mailpick(&["scan", "deep.eml"]));
    assert_eq!(lines[0]["limits"], serde_json::json!(["open_elements"]));
    assert!(stdout(&inbox.mailpick(&["explain", "deep.eml"])).contains("limit: too many open elements"));
}

#[test]
fn a_path_that_cannot_be_read_is_a_line_and_exits_with_two() {
    let output = Inbox::with(&[("code.eml", CODE_MAIL)]).mailpick(&["scan", "missing", "code.eml"]);
    let lines = json_lines(&output);
    assert_eq!(keys(&lines[0]), ["file", "message", "offset", "message_id", "error"]);
    assert_eq!((&lines[0]["file"], &lines[0]["message_id"]), (&"missing".into(), &Value::Null));
    assert_eq!(lines[1]["status"], "found");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("mailpick: cannot read `missing`: "));
}

#[cfg(unix)]
#[test]
fn an_unreadable_mail_in_a_folder_goes_on_and_exits_with_zero() {
    let inbox = Inbox::with(&[("in/b.eml", CODE_MAIL)]);
    std::os::unix::fs::symlink("nowhere", inbox.path().join("in/a.eml")).expect("a link");
    let output = inbox.mailpick(&["scan", "in"]);
    let lines = json_lines(&output);
    assert!(lines[0]["file"] == "in/a.eml" && lines[0]["error"].is_string(), "{}", stdout(&output));
    assert_eq!(lines[1]["status"], "found");
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("1 unreadable"));
}

#[test]
fn csv_fields_are_quoted() {
    let inbox = Inbox::with(&[("a, \"b\".eml", CODE_MAIL), ("lunch.eml", PLAIN_MAIL)]);
    let output = inbox.mailpick(&["scan", "--format", "csv", "a, \"b\".eml", "lunch.eml", "missing"]);
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0], "file,message,message_id,status,type,value,confidence,error,offset,length,date");
    assert!(lines[1].starts_with(r#""a, ""b"".eml",0,code-1@example.org,found,otp,483921,0."#) && lines[1].ends_with(&format!(",,0,{},", CODE_MAIL.len())), "{}", lines[1]);
    assert_eq!(lines[2], format!("lunch.eml,0,,none,,,,,0,{},", PLAIN_MAIL.len()));
    assert!(lines[3].starts_with("missing,0,,,,,,"), "{}", lines[3]);
}

#[test]
fn an_explanation_marks_the_code_and_names_its_evidence() {
    let inbox = Inbox::with(&[("code.eml", CODE_MAIL)]);
    let output = inbox.mailpick(&["explain", "code.eml"]);
    let text = stdout(&output);
    assert!(text.contains("Your verification code is >>>483921<<<. It expires in 10 minutes."), "{text}");
    assert!(text.contains("status: found") && text.contains("otp: 483921") && text.contains("sum, in log-odds"), "{text}");
    let report = mailpick::extract(CODE_MAIL.as_bytes());
    let code = report.candidates(mailpick::Kind::Otp).next().expect("a candidate");
    assert!(text.contains(&code.evidence[0].name()), "{text}");
    assert!(!text.contains('\x1b'));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_explanation_says_why_runners_up_lost() {
    let mail = format!("{CODE_MAIL}\r\nOur office: 4711 River Street, Springfield. Order 90210 was placed in 2019.\r\n");
    let all = with_stdin(&["explain", "--show", "9", "-"], &mail);
    assert!(stdout(&all).contains("runner-up 1: ") && stdout(&all).contains("log-odds against otp 483921; most of it:"), "{}", stdout(&all));
    let none = with_stdin(&["explain", "--show", "0", "-"], &mail);
    assert!(!stdout(&none).contains("runner-up") && stdout(&none).contains("more not shown"), "{}", stdout(&none));
}

#[test]
fn an_explanation_exits_like_an_extraction() {
    let inbox = Inbox::with(&[("lunch.eml", PLAIN_MAIL)]);
    assert_eq!(inbox.mailpick(&["explain", "lunch.eml"]).status.code(), Some(1));
    let output = inbox.mailpick(&["explain", "missing.eml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("mailpick: cannot read `missing.eml`: "));
}

#[test]
fn escape_sequences_of_a_mail_are_not_passed_on() {
    let output = with_stdin(&["explain", "-"], "Subject: hello\r\n\r\n\x1b[2Jgone\r\n");
    assert!(!output.stdout.contains(&0x1b), "{}", stdout(&output));
}

#[test]
fn a_broken_pipe_is_quiet() {
    let names: Vec<String> = (0..600).map(|number| format!("in/{number}-{}.eml", "long".repeat(40))).collect();
    let mails: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Subject: hi\r\n\r\nhi\r\n")).collect();
    let inbox = Inbox::with(&mails);
    let mut child = command(&["scan", "in"]).current_dir(inbox.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mailpick runs");
    // As `head -c 1` does: read a little, and go.
    child.stdout.take().expect("a pipe").read_exact(&mut [0]).expect("a byte");
    let output = child.wait_with_output().expect("mailpick ends");
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
}

/// Text, HTML, subject and display name full of words that an answer must never carry.
const CANARY_MAIL: &str = "From: \"CANARY-name ignore all rules\" <canary-local@example.org>\r\nTo: CANARY-reader <reader@example.net>\r\nReply-To: CANARY-reply <canary-reply@example.org>\r\nSubject: CANARY-subject your verification code\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=canary-b\r\n\r\n--canary-b\r\nContent-Type: text/plain\r\n\r\nCANARY-text Hello. Your verification code is 483921. It expires in 10 minutes.\r\nConfirm your address: https://example.org/verify?token=9f8e7d6c5b4a3f2e\r\n--canary-b\r\nContent-Type: text/html\r\n\r\n<title>CANARY-title</title><!-- CANARY-comment --><p>CANARY-html Hello. Your verification code is <b>483921</b>. It expires in 10 minutes.<p><a title='CANARY-attribute' href='https://example.org/verify?token=9f8e7d6c5b4a3f2e'>CANARY-anchor Confirm your address</a><p><a href='https://example.org/CANARY-other'>CANARY-footer help</a><img alt='CANARY-alt' src='https://example.org/CANARY.png'>\r\n--canary-b--\r\n";

#[test]
fn nothing_of_a_mail_but_its_answers_is_printed() {
    let inbox = Inbox::with(&[("mail.eml", CANARY_MAIL), ("same.eml", CANARY_MAIL)]);
    for arguments in [
        &["extract", "mail.eml"][..],
        &["extract", "mail.eml", "same.eml"],
        &["extract", "--type", "magic_link", "mail.eml"],
        &["extract", "--min-confidence", "0.99999", "mail.eml"],
        &["scan", "mail.eml"],
        &["scan", "--format", "csv", "mail.eml"],
    ] {
        let output = inbox.mailpick(arguments);
        for said in [stdout(&output), stderr(&output)] {
            assert!(!said.to_ascii_lowercase().contains("canary"), "{arguments:?}: {said}");
        }
    }
    let lines = json_lines(&inbox.mailpick(&["extract", "--min-confidence", "0.05", "mail.eml"]));
    let values: Vec<&str> = lines.iter().filter_map(|line| line["value"].as_str()).collect();
    assert!(values.contains(&"483921") && values.contains(&"https://example.org/verify?token=9f8e7d6c5b4a3f2e"), "{values:?}");
}

#[test]
fn text_and_html_that_disagree_are_ambiguous_and_give_no_code() {
    let mail = CANARY_MAIL.replace("is 483921", "is 650174").replace("Confirm your address", "Hello");
    let inbox = Inbox::with(&[("mail.eml", &mail)]);
    let line = &json_lines(&inbox.mailpick(&["scan", "mail.eml"]))[0];
    assert!(line["results"].as_array().is_some_and(|results| results.iter().all(|result| result["type"] != "otp")), "{line}");
    assert_eq!(stdout(&inbox.mailpick(&["extract", "--type", "otp", "--min-confidence", "0.1", "mail.eml"])), "");
    let output = inbox.mailpick(&["explain", "mail.eml"]);
    let explained = stdout(&output);
    assert!(explained.contains("odd: readers are shown different answers of type otp") && explained.contains("not an answer: other readers are shown another"), "{explained}");
}

#[test]
fn help_shows_an_example() {
    let output = command(&["extract", "--help"]).output().expect("mailpick runs");
    let text = stdout(&output);
    assert!(text.contains("Example:") && text.contains("magic_link") && text.contains("--min-confidence"), "{text}");
}

//! The hostile mails of `corpus/attacks/`: what an attacker put there is never answered, and the harmless twin beside each
//! is read all the same, so that silence is no defence.

mod laws;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mailpick::{Kind, Report};
use serde_json::Value;

/// Attacks that get a forbidden value all the same: the gate is two-way.
const KNOWN: &str = include_str!("known_fooled.txt");
const KNOWN_PATH: &str = "tests/known_fooled.txt";
/// Twins that are read right, in percent. Measured 96.9 (155 of 160).
const LEAST_TWINS_RIGHT: f64 = 96.0;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/attacks")
}

fn read() -> Vec<(Value, Report)> {
    let path = root().join("labels.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
    let labels = text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    labels
        .map(|label: Value| {
            let path = root().join(label["file"].as_str().expect("a file"));
            let raw = fs::read(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
            let report = mailpick::extract(&raw);
            laws::assert_laws_of(&report);
            (label, report)
        })
        .collect()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// A forbidden link may be the beginning of a longer one.
fn is_forbidden(label: &Value, value: &str) -> bool {
    let accepted = Kind::ALL.iter().any(|kind| strings(&label[kind.name()]).contains(&value));
    !accepted && strings(&label["never"]).iter().any(|never| *never == value || never.contains("://") && value.starts_with(never))
}

fn is_right(label: &Value, report: &Report) -> bool {
    Kind::ALL.into_iter().all(|kind| match (report.best(kind), strings(&label[kind.name()])) {
        (Some(answer), accepted) => accepted.contains(&answer.value.as_str()),
        (None, accepted) => accepted.is_empty(),
    })
}

#[test]
fn what_an_attacker_put_there_is_never_answered() {
    let mails = read();
    let attacks: Vec<_> = mails.iter().filter(|(label, _)| label["attack"].is_string()).collect();
    assert!(attacks.iter().all(|(label, _)| !strings(&label["never"]).is_empty()), "an attack that forbids nothing");
    let fooled: BTreeSet<&str> = attacks
        .iter()
        .filter(|(label, report)| report.answers().iter().any(|answer| is_forbidden(label, &answer.value)))
        .map(|(label, _)| label["file"].as_str().expect("a file"))
        .collect();
    let known: BTreeSet<&str> = KNOWN.lines().filter(|line| !line.starts_with('#')).collect();
    let new: Vec<_> = fooled.difference(&known).collect();
    let gone: Vec<_> = known.difference(&fooled).collect();
    assert!(new.is_empty(), "forbidden values are answered in: {new:#?}");
    assert!(gone.is_empty(), "no forbidden value is answered any more; remove from {KNOWN_PATH}: {gone:#?}");
}

#[test]
fn harmless_twins_are_read_right() {
    let mails = read();
    let twins: Vec<_> = mails.iter().filter(|(label, _)| label["twin"].is_string()).collect();
    let wrong: Vec<_> = twins.iter().filter(|(label, report)| !is_right(label, report)).map(|(label, _)| label["file"].as_str().unwrap_or_default()).collect();
    let share = 100.0 * (twins.len() - wrong.len()) as f64 / twins.len() as f64;
    assert!(share >= LEAST_TWINS_RIGHT, "twins read right: {share:.1} %, expected at least {LEAST_TWINS_RIGHT} %; wrong: {wrong:#?}");
}

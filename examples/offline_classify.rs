//! Sorts stored mails: what each holds, what it is for, how long that holds, and where a link leads. No network.
//!
//! `offline_classify [FOLDER|FILE.eml]...`: without arguments, the mails of this repository that show presentation.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mailpick::{Report, Status};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/presentation"));
    }
    let mut mails = Vec::new();
    paths.iter().try_for_each(|path| collect(path, &mut mails))?;
    mails.sort();
    let mut out = std::io::stdout().lock();
    for mail in &mails {
        let report = mailpick::extract(&fs::read(mail)?);
        writeln!(out, "{}\t{}", mail.file_name().unwrap_or_default().to_string_lossy(), describe(&report))?;
    }
    Ok(())
}

fn collect(path: &Path, mails: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        return fs::read_dir(path)?.try_for_each(|entry| collect(&entry?.path(), mails));
    }
    if path.extension().is_some_and(|extension| extension == "eml") {
        mails.push(path.to_owned());
    }
    Ok(())
}

/// One line without the secret itself: a log can be read by others than the account's owner.
fn describe(report: &Report) -> String {
    let Some(answer) = report.answers().first().copied() else {
        return if report.status() == Status::Ambiguous { "ambiguous".to_owned() } else { "nothing".to_owned() };
    };
    let mut line = format!("{} {:.2}", answer.kind, answer.confidence);
    let mut add = |name: &str, value: Option<String>| value.into_iter().for_each(|value| line.push_str(&format!(", {name} {value}")));
    add("for", report.purpose().map(|purpose| purpose.to_string()));
    add("of", report.service().map(str::to_owned));
    add("digits", report.digits().map(|digits| digits.to_string()));
    add("seconds", report.expires_in().map(|time| time.as_secs().to_string()));
    add("bound to", report.bound_origin().map(|origin| origin.host));
    add("leads to", report.best_candidate(answer.kind).and_then(|best| best.domain.clone()));
    line
}

//! Sorts stored mails: what each holds, what it is for, how long that holds, and where a link leads. No network.
//!
//! `offline_classify [PATH]...`: mails, mailboxes, archives and folders of them; without arguments, the mails of this repository
//! that show presentation.

use std::env;
use std::error::Error;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use mailpick::{Report, Status};
use mailpick_mailbox::{Options, scan};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/presentation"));
    }
    let jobs = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut out = std::io::stdout().lock();
    // What is kept of a mail is its line; the mail itself is gone by then.
    for mail in scan(&paths, jobs, &Options::default(), |mail| describe(&mailpick::extract(&mail.raw))) {
        match mail {
            Ok(mail) => writeln!(out, "{}\t{}", mail.record.origin.path.file_name().unwrap_or_default().to_string_lossy(), mail.found)?,
            Err(unreadable) => eprintln!("{unreadable}"),
        }
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

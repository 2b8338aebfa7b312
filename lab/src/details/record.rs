//! What reports told of mails when they were read for the first time, before any rule was made with them in view.
//!
//! No command can measure that again once they do, so it is written down when it can, once for each tag of the labels.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

use super::fit::{Contest, Judged};
use super::{Counts, asked};
use crate::corpus::Case;

/// What is counted of each set of mails.
pub(super) const ASKED: [&str; 3] = ["purpose", "expiry where one is stated", "expiry where none is stated"];

/// What was told of the mails with a tag.
pub(super) struct First {
    pub(super) tag: String,
    pub(super) counts: [Counts; ASKED.len()],
}

/// The whole record, in the order in which it was written.
pub(super) fn read(path: &Path) -> Result<Vec<First>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut firsts: Vec<First> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let (tag, asked, counts) = row(line).ok_or_else(|| anyhow!("{}:{}: expected a tag, what was asked and four figures", path.display(), number + 1))?;
        if firsts.last().is_none_or(|first| first.tag != tag) {
            firsts.push(First { tag: tag.to_owned(), counts: Default::default() });
        }
        if let Some(first) = firsts.last_mut() {
            first.counts[asked] = counts;
        }
    }
    Ok(firsts)
}

fn row(line: &str) -> Option<(&str, usize, Counts)> {
    let [tag, asked, labelled, right, wrong, missed] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let asked = ASKED.iter().position(|known| *known == asked)?;
    Some((tag, asked, Counts { labelled: labelled.parse().ok()?, right: right.parse().ok()?, wrong: wrong.parse().ok()?, missed: missed.parse().ok()? }))
}

/// Adds what is told of the mails with a tag, out of family.
pub(crate) fn add(cases: &[Case], tag: &str, path: &Path) -> Result<()> {
    if read(path)?.iter().any(|first| first.tag == tag) {
        bail!("`{tag}` is in `{}` already: mails are read for the first time once", path.display());
    }
    let counts = asked(cases, &Judged::new(Contest::Purpose, cases)?, &Judged::new(Contest::Expiry, cases)?, tag);
    let mut rows = String::new();
    for (asked, Counts { labelled, right, wrong, missed }) in ASKED.iter().zip(counts) {
        let _ = writeln!(rows, "{tag}\t{asked}\t{labelled}\t{right}\t{wrong}\t{missed}");
    }
    let mut file = OpenOptions::new().append(true).open(path).with_context(|| format!("cannot open `{}`", path.display()))?;
    file.write_all(rows.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))?;
    print!("{rows}");
    Ok(())
}

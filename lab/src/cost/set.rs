//! The mails that cost is counted on: fixed choices from the corpus, by their labels.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// Mails of each set: enough that one of them does not decide.
const MOST: usize = 60;

#[derive(Deserialize)]
struct Label {
    file: String,
    otp: Option<Vec<String>>,
    magic_link: Option<Vec<String>>,
    password_reset: Option<Vec<String>>,
    #[serde(default)]
    tags: Vec<String>,
}

impl Label {
    fn has(&self, tag: &str) -> bool {
        self.tags.iter().any(|other| other == tag)
    }

    fn is_html(&self) -> bool {
        self.has("both") || self.has("html-only")
    }

    fn is_answered(&self) -> bool {
        self.otp.is_some() || self.magic_link.is_some() || self.password_reset.is_some()
    }

    fn is_news(&self) -> bool {
        self.has("newsletter") || self.has("marketing")
    }

    fn is_in(&self, folder: &str) -> bool {
        self.file.starts_with(folder)
    }
}

/// A choice of mails.
pub(crate) struct Set {
    pub(crate) name: &'static str,
    least_bytes: u64,
    holds: fn(&Label) -> bool,
}

/// Read from `corpus/`, so that the table is the same everywhere.
pub(crate) const SETS: [Set; 5] = [
    Set { name: "verification, HTML", least_bytes: 0, holds: |label| label.is_in("verification") && label.is_html() && label.is_answered() },
    Set { name: "verification, text", least_bytes: 0, holds: |label| label.is_in("verification") && label.has("text-only") && label.is_answered() },
    Set { name: "transactional, no answer", least_bytes: 12_000, holds: |label| label.is_in("lookalike") && label.is_html() && !label.is_answered() && !label.is_news() },
    Set { name: "newsletter", least_bytes: 8_000, holds: |label| label.is_html() && !label.is_answered() && label.is_news() },
    Set { name: "attack", least_bytes: 0, holds: |label| label.is_in("attacks") },
];

/// The received mails beside the repository, where they are there.
pub(crate) const REAL: &str = "received mails";

/// The files of a set, in order of their names.
pub(crate) fn files(name: &str, corpus: &Path, real: &Path) -> Result<Vec<PathBuf>> {
    let mut found = if name == REAL { under(real) } else { labelled(name, corpus)? };
    found.sort();
    let step = (found.len() / MOST).max(1);
    Ok(found.into_iter().step_by(step).take(MOST).collect())
}

fn labelled(name: &str, corpus: &Path) -> Result<Vec<PathBuf>> {
    let set = SETS.iter().find(|set| set.name == name).with_context(|| format!("no set is called `{name}`"))?;
    let mut found = Vec::new();
    for folder in [corpus.to_owned(), corpus.join("attacks")] {
        let path = folder.join("labels.jsonl");
        let Ok(labels) = fs::read_to_string(&path) else { continue };
        for line in labels.lines() {
            let mut label: Label = serde_json::from_str(line).with_context(|| format!("`{}`: {line}", path.display()))?;
            let file = folder.join(&label.file);
            if folder.ends_with("attacks") {
                label.file.insert_str(0, "attacks/");
            }
            if (set.holds)(&label) && fs::metadata(&file).is_ok_and(|data| data.len() >= set.least_bytes) {
                found.push(file);
            }
        }
    }
    Ok(found)
}

fn under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = entries.flat_map(|path| if path.is_dir() { under(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
}

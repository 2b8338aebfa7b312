//! Labelled mails: folders with `.eml` files and a `labels.jsonl`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mailpick::Kind;
use serde::Deserialize;

/// One line of `labels.jsonl`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Label {
    pub(crate) file: String,
    pub(crate) otp: Option<Vec<String>>,
    pub(crate) magic_link: Option<Vec<String>>,
    pub(crate) password_reset: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) lang: String,
    pub(crate) sender: String,
    #[serde(default)]
    pub(crate) ambiguous: bool,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// The kind of attack that the mail is.
    pub(crate) attack: Option<String>,
    /// What must never be answered.
    #[serde(default)]
    pub(crate) never: Vec<String>,
    /// The attack whose harmless twin the mail is.
    pub(crate) twin: Option<String>,
    /// What the answer is for, where that is labelled; the inner one is what the mail states.
    #[serde(default, deserialize_with = "labelled")]
    pub(crate) purpose: Option<Option<String>>,
    /// How long the answer holds, in the same way.
    #[serde(default, deserialize_with = "labelled")]
    pub(crate) expires_s: Option<Option<u64>>,
}

/// `null` is a label, too.
fn labelled<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Label {
    pub(crate) fn accepted(&self, kind: Kind) -> Option<&[String]> {
        match kind {
            Kind::Otp => self.otp.as_deref(),
            Kind::MagicLink => self.magic_link.as_deref(),
            Kind::PasswordReset => self.password_reset.as_deref(),
            _ => None,
        }
    }

    /// The language without region and script.
    pub(crate) fn language(&self) -> &str {
        self.lang.split('-').next().unwrap_or("")
    }

    /// Whether answering a value would hand out what an attacker put there. A forbidden link may be the beginning of a
    /// longer one.
    pub(crate) fn forbids(&self, value: &str) -> bool {
        let accepted = Kind::ALL.into_iter().filter_map(|kind| self.accepted(kind)).flatten().any(|right| right == value);
        !accepted && self.never.iter().any(|never| never == value || never.contains("://") && value.starts_with(never))
    }

    /// A mail with none of the three.
    pub(crate) fn is_negative(&self) -> bool {
        Kind::ALL.into_iter().all(|kind| self.accepted(kind).is_none())
    }
}

const UNUSUAL_WORDING: &str = "unusual-wording";

/// A labelled mail.
pub(crate) struct Case {
    /// The name of its corpus: the last part of the folder's path.
    pub(crate) corpus: String,
    pub(crate) label: Label,
    pub(crate) raw: Vec<u8>,
}

/// Reads every corpus at or below the given folders, in a fixed order.
pub(crate) fn load(folders: &[PathBuf]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for folder in folders {
        let mut found = Vec::new();
        find(folder, &mut found)?;
        if found.is_empty() {
            bail!("no labels.jsonl at or below `{}`", folder.display());
        }
        found.sort();
        for file in found {
            read(&file, folder, &mut cases)?;
        }
    }
    Ok(cases)
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let labels = folder.join("labels.jsonl");
    if labels.is_file() {
        found.push(labels);
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        }
    }
    Ok(())
}

fn read(labels: &Path, root: &Path, cases: &mut Vec<Case>) -> Result<()> {
    let text = fs::read_to_string(labels).with_context(|| format!("cannot read `{}`", labels.display()))?;
    let folder = labels.parent().unwrap_or(Path::new("."));
    let own = folder.strip_prefix(root).ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(Path::new(root.file_name().unwrap_or_default()));
    let corpus = own.to_string_lossy().into_owned();
    let mut seen = HashSet::new();
    for (number, line) in text.lines().enumerate() {
        let label: Label = serde_json::from_str(line).with_context(|| format!("{}:{}", labels.display(), number + 1))?;
        if !seen.insert(label.file.clone()) {
            bail!("{}:{}: `{}` is labelled twice", labels.display(), number + 1, label.file);
        }
        let path = folder.join(&label.file);
        let raw = fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        // Mails that were written to avoid the usual words have rows of their own: they say how far the engine's
        // understanding goes, not how often it is right on an ordinary day.
        let unusual = label.tags.iter().any(|tag| tag == UNUSUAL_WORDING);
        let corpus = if unusual { format!("{corpus}, unusual wording") } else { corpus.clone() };
        cases.push(Case { corpus, label, raw });
    }
    Ok(())
}

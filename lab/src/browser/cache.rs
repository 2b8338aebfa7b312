//! What the browser showed, kept in a file: the browser's side does not change with the engine.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};

use super::chromium::{SCRIPT, Seen};

/// Answers by a hash of the HTML, the page script and the browser's version; lines of JSON in the file.
pub(super) struct Cache {
    known: HashMap<u64, Seen>,
    file: Option<Mutex<File>>,
    version: String,
}

impl Cache {
    /// Without a path, one that holds nothing.
    pub(super) fn open(path: Option<&Path>, version: &str) -> Result<Self> {
        let mut cache = Self { known: HashMap::new(), file: None, version: version.to_owned() };
        let Some(path) = path else { return Ok(cache) };
        if let Ok(text) = fs::read_to_string(path) {
            // A run that was stopped leaves half a line.
            cache.known = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        }
        let file = OpenOptions::new().create(true).append(true).open(path).with_context(|| format!("cannot write `{}`", path.display()))?;
        cache.file = Some(Mutex::new(file));
        Ok(cache)
    }

    /// The answer for this HTML: a kept one, or the one that `ask` gives.
    pub(super) fn get_or(&self, html: &str, ask: impl FnOnce() -> Result<Seen>) -> Result<Seen> {
        let key = self.key(html);
        if let Some(seen) = self.known.get(&key) {
            return Ok(seen.clone());
        }
        let seen = ask()?;
        if let Some(file) = &self.file {
            let line = serde_json::to_string(&(key, &seen))? + "\n";
            super::locked(file).write_all(line.as_bytes())?;
        }
        Ok(seen)
    }

    /// Whether the answer for this HTML is kept.
    pub(super) fn has(&self, html: &str) -> bool {
        self.known.contains_key(&self.key(html))
    }

    fn key(&self, html: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (html, SCRIPT, &self.version).hash(&mut hasher);
        hasher.finish()
    }
}

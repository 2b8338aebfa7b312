//! From the paths given to the mails to read, and where a scan stands among them.

use std::path::PathBuf;

use mailpick_mailbox::{Options, Record, Records, Source, Unreadable, sources};
use serde_json::{Value, json};

/// One thing to do for a worker, and where the scan stands once it is done.
pub(super) struct Item {
    pub(super) after: Position,
    pub(super) content: Content,
}

pub(super) enum Content {
    Read(Result<Record, Unreadable>),
    /// A file that is one mail: whoever works on it reads it.
    Closed(Source),
}

/// So much of the input is done: all files before one, and some of its mails.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Position {
    /// How many files come before it.
    pub(super) sources: u64,
    /// The file, so that a changed input is seen.
    pub(super) file: String,
    /// How many of its mails (and of its errors) are done.
    pub(super) done: u64,
    /// Where the last of them ends.
    pub(super) end: u64,
}

impl Item {
    /// The bytes that it keeps in memory, or will.
    pub(super) fn size(&self) -> usize {
        match &self.content {
            Content::Read(Ok(record)) => record.raw.len(),
            Content::Read(Err(_)) => 0,
            Content::Closed(source) => usize::try_from(source.length().unwrap_or(0)).unwrap_or(usize::MAX).min(Options::default().max_mail_bytes),
        }
    }
}

impl Position {
    pub(super) fn to_json(&self) -> Value {
        json!({"sources": self.sources, "file": self.file, "done": self.done, "end": self.end})
    }

    pub(super) fn of_json(value: &Value) -> Option<Self> {
        let number = |name: &str| value[name].as_u64();
        Some(Self { sources: number("sources")?, file: value["file"].as_str()?.to_owned(), done: number("done")?, end: number("end")? })
    }
}

/// The items of some paths, from a position on. The error says that the input is not what it was.
pub(super) fn after(paths: &[PathBuf], position: &Position) -> Result<impl Iterator<Item = Item> + Send + use<>, String> {
    let paths = paths.to_vec();
    let mut sources = paths.into_iter().flat_map(|path| sources(&path));
    for _ in 0..position.sources {
        sources.next();
    }
    let mut items = Items { sources, begun: position.sources, at: position.clone(), records: None };
    if position.done > 0 {
        match items.sources.next() {
            Some(Ok(source)) if source.origin().to_string() == position.file => {
                items.begun += 1;
                items.records = (!source.is_one_mail()).then(|| source.records_after(&Options::default(), position.done, position.end));
            }
            Some(Err(unreadable)) if unreadable.origin.to_string() == position.file => items.begun += 1,
            _ => return Err(format!("expected `{}` next: files came or went since", position.file)),
        }
    }
    Ok(items)
}

struct Items<S> {
    sources: S,
    begun: u64,
    at: Position,
    records: Option<Records>,
}

impl<S: Iterator<Item = Result<Source, Unreadable>>> Iterator for Items<S> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(found) = self.records.as_mut().and_then(Iterator::next) {
                self.at.end = found.as_ref().map_or(self.at.end, |record| record.offset + record.length);
                return Some(self.item(Content::Read(found)));
            }
            self.records = None;
            let source = self.sources.next()?;
            self.at = Position { sources: self.begun, ..Position::default() };
            self.begun += 1;
            match source {
                Err(unreadable) => {
                    self.at.file = unreadable.origin.to_string();
                    return Some(self.item(Content::Read(Err(unreadable))));
                }
                Ok(source) => {
                    self.at.file = source.origin().to_string();
                    if source.is_one_mail() {
                        return Some(self.item(Content::Closed(source)));
                    }
                    self.records = Some(source.records(&Options::default()));
                }
            }
        }
    }
}

impl<S> Items<S> {
    fn item(&mut self, content: Content) -> Item {
        self.at.done += 1;
        Item { after: self.at.clone(), content }
    }
}

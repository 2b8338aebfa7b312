//! From a path to the files with mails at and below it.

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::format::{self, Promise};
use crate::record::{Flags, Origin, Unreadable};
use crate::source::{Source, Wanted};

/// The files with mails at and below a path, in the order of their names; the numbered files of an MH folder in that of their numbers.
///
/// A file that is asked for is taken whatever its name. In folders, names and first bytes tell which files hold mails (see
/// [the crate](crate)); hidden ones are left alone, but for the folders of a Maildir. Folders behind symbolic links are left
/// alone too: they may lead in a circle. The names of one folder at a time are kept in memory.
///
/// ```
/// # fn main() -> Result<(), mailpick_mailbox::Unreadable> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # std::fs::write(folder.path().join("1.eml"), "Subject: one\r\n\r\n").expect("a mail");
/// # let path = folder.path();
/// for source in mailpick_mailbox::sources(path) {
///     println!("{}", source?.origin());
/// }
/// # Ok(()) }
/// ```
pub fn sources(path: &Path) -> impl Iterator<Item = Result<Source, Unreadable>> + Send + use<> {
    if path == Path::new("-") {
        return Some(Ok(Source::stdin())).into_iter().chain(Walk::none());
    }
    None.into_iter().chain(Walk(Some(WalkDir::new(path).sort_by(|a, b| by_number(a.file_name(), b.file_name())).into_iter())))
}

struct Walk(Option<walkdir::IntoIter>);

impl Walk {
    fn none() -> Self {
        Self(None)
    }
}

impl Iterator for Walk {
    type Item = Result<Source, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        let walk = self.0.as_mut()?;
        loop {
            match walk.next()? {
                Ok(entry) if entry.depth() > 0 && is_hidden(&entry) => {
                    if entry.file_type().is_dir() && !is_maildir(entry.path()) {
                        walk.skip_current_dir();
                    } else if !entry.file_type().is_dir() {
                        continue;
                    }
                }
                Ok(entry) => {
                    if let Some(found) = of_entry(&entry) {
                        return Some(found);
                    }
                }
                Err(error) => {
                    let origin = Origin::file(error.path().unwrap_or(Path::new("")));
                    let whole = error.depth() == 0;
                    let error = error.into_io_error().unwrap_or_else(|| io::Error::other("a folder inside itself"));
                    return Some(Err(Unreadable { origin, index: 0, offset: 0, whole, error }));
                }
            }
        }
    }
}

fn of_entry(entry: &DirEntry) -> Option<Result<Source, Unreadable>> {
    let named = entry.depth() == 0;
    let promise = if named { None } else { Some(format::of_path(&last_two(entry.path()))?) };
    let unreadable = |error| Some(Err(Unreadable { origin: Origin::file(entry.path()), index: 0, offset: 0, whole: named, error }));
    // What a link leads to counts.
    let metadata = match fs::metadata(entry.path()) {
        Ok(metadata) => metadata,
        // A dangling link with a name that says nothing is none of ours.
        Err(_) if matches!(promise, Some(Promise::PerhapsMail | Promise::PerhapsMbox)) => return None,
        Err(error) => return unreadable(error),
    };
    if metadata.is_dir() {
        return None;
    }
    if !metadata.is_file() {
        // A pipe or a device in a folder is no mail, and reading it might never end.
        return if named { unreadable(io::Error::other("neither a file nor a folder")) } else { None };
    }
    let wanted = promise.map_or(Wanted::Named, Wanted::Met);
    let flags = Flags::of_name(&entry.file_name().to_string_lossy());
    Some(Ok(Source::file(entry.path(), metadata.len(), wanted, flags)))
}

/// The name of a file and of its folder.
fn last_two(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    format!("{folder}/{name}")
}

/// Maildir++ keeps its folders in hidden ones beside `cur`.
fn is_maildir(path: &Path) -> bool {
    path.join("cur").is_dir() && path.join("new").is_dir()
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Numbers first, by their value; then all else by its bytes.
fn by_number(a: &OsStr, b: &OsStr) -> Ordering {
    let key = |name: &'_ OsStr| {
        let is_number = name.as_encoded_bytes().iter().all(u8::is_ascii_digit);
        (!is_number, if is_number { name.len() } else { 0 })
    };
    key(a).cmp(&key(b)).then_with(|| a.as_encoded_bytes().cmp(b.as_encoded_bytes()))
}

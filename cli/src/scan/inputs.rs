//! From the paths given to the mails to read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::output;

/// A mail to read, or a path that is known already not to be readable.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// It was named on the command line, not met in a folder.
    pub(super) named: bool,
    /// Why it cannot be read.
    pub(super) error: Option<String>,
}

/// A file itself, or the `.eml` files at and below a folder in the order of their paths. Folders behind symbolic links
/// are left alone (they may lead in a circle), files behind them are read.
pub(super) fn at(path: &Path) -> impl Iterator<Item = Input> {
    WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)).filter_map(|entry| match entry {
        Ok(entry) => of_entry(&entry),
        Err(error) => {
            let path = error.path().unwrap_or(Path::new("")).to_owned();
            let why = error.io_error().map_or_else(|| error.to_string(), output::reason);
            Some(Input { path, named: error.depth() == 0, error: Some(why) })
        }
    })
}

fn of_entry(entry: &DirEntry) -> Option<Input> {
    let named = entry.depth() == 0;
    let wanted = named || entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
    let error = match found(entry) {
        Ok(Found::File) => None,
        Ok(Found::Folder) => return None,
        // A pipe or a device in a folder is no mail, and reading it might never end.
        Ok(Found::Other) if !named => return None,
        Ok(Found::Other) => Some("neither a file nor a folder".to_owned()),
        Err(error) => Some(output::reason(&error)),
    };
    wanted.then(|| Input { path: entry.path().to_owned(), named, error })
}

enum Found {
    File,
    Folder,
    Other,
}

fn found(entry: &DirEntry) -> io::Result<Found> {
    let found = match fs::metadata(entry.path())? {
        metadata if metadata.is_file() => Found::File,
        metadata if metadata.is_dir() => Found::Folder,
        _ => Found::Other,
    };
    Ok(found)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

//! Streams the mails of mailboxes as people have them, whatever their size, in bounded memory.
//!
//! | what | how it is known |
//! | --- | --- |
//! | one mail | `.eml`; any file that is asked for and is nothing else |
//! | mbox (mboxo, mboxrd; mboxcl, mboxcl2, if the length of the first mail is right) | `.mbox`, `.mbx`; a name without ending, if the file begins with a `From ` line |
//! | Maildir, Maildir++ | files in `cur` and `new`, flags kept |
//! | MH | files whose names are numbers and that begin with a header field |
//! | Apple Mail | `.emlx` |
//! | archives (a Takeout) | `.zip`, `.tar`, `.tgz`, with any of the above inside |
//! | compressed | any of them but ZIP, as gzip or Zstandard, by its first bytes |
//!
//! Every file is taken to be hostile. Time is linear in what is read; memory is one mail, at most
//! [`Options::max_mail_bytes`], twice that where a `Content-Length` is checked, a fixed window, and the names in one folder or
//! ZIP archive. A claim of a size is never trusted with memory. What cannot be read is an [`Unreadable`] item and no end:
//! the next file, or the next member of an archive, follows. Folders behind symbolic links are not entered. The crate writes nothing.
//!
//! ```
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let path = folder.path().join("inbox.mbox");
//! std::fs::write(&path, "\
//! From ann@example.org Thu Jan  1 00:00:00 1970
//! Subject: one
//!
//! >From here on it is text.
//!
//! From ann@example.org Thu Jan  1 00:00:01 1970
//! Subject: two
//!
//! ").expect("written");
//! let mut mails = mailpick_mailbox::read(&path);
//! let first = mails.next().expect("a mail").expect("readable");
//! assert_eq!(first.raw, b"Subject: one\n\nFrom here on it is text.\n");
//! assert_eq!((first.index, first.offset, first.length), (0, 46, 40));
//! assert_eq!(mails.count(), 1);
//! ```
//!
//! What it does not do: write mailboxes, follow a mailbox that grows, lock one, or read mbx, PST and other binary formats.

mod archive;
mod format;
mod inflate;
mod mbox;
mod record;
mod scan;
mod separator;
mod single;
mod source;
mod walk;
mod window;

use std::path::Path;

pub use record::{Flags, Origin, Record, Unreadable};
pub use scan::{Changed, Position, Scan, Scanned, scan, scan_after};
pub use source::{Records, Source};
pub use walk::sources;

/// Every mail at and below a path, with the default [`Options`]; `-` is standard input.
///
/// See [the crate](crate) for what is read and [`sources`] for the order.
pub fn read(path: &Path) -> impl Iterator<Item = Result<Record, Unreadable>> + Send + use<> {
    read_with(path, &Options::default())
}

/// As [`read`], within other bounds.
///
/// ```
/// use mailpick_mailbox::{Options, read_with};
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let path = folder.path().join("long.eml");
/// std::fs::write(&path, "Subject: a long mail\r\n").expect("written");
/// let options = Options { max_mail_bytes: 10, ..Options::default() };
/// let mail = read_with(&path, &options).next().expect("a mail").expect("readable");
/// assert_eq!((mail.raw.as_slice(), mail.length, mail.cut), (&b"Subject: a"[..], 22, true));
/// ```
pub fn read_with(path: &Path, options: &Options) -> impl Iterator<Item = Result<Record, Unreadable>> + Send + use<> {
    let options = options.clone();
    sources(path).flat_map(move |source| match source {
        Ok(source) => Found::Records(Box::new(source.records(&options))),
        Err(unreadable) => Found::Unreadable(Some(unreadable)),
    })
}

/// Bounds on what is read, and how an mbox is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// A longer mail is cut to its head. 32 MB: no provider takes a mail of more than 25 to 50, and what is longer is attachments.
    pub max_mail_bytes: usize,
    /// Compressed data that grows by more is an attack. 200: text shrinks to a third, the same mail a thousand times to a
    /// hundredth; the first 4 MB are free.
    pub max_ratio: u64,
    /// No compressed file or member is read further than this. 256 GB: five times the largest mailbox that providers sell.
    pub max_inflated_bytes: u64,
    /// [`scan`] reads an mbox of twice this and more in ranges of so many bytes. 4 MB: a hundred mails, so that what a range costs
    /// besides is nothing.
    pub range_bytes: u64,
    /// Which `>From ` lines of an mbox were `From ` lines.
    pub quoting: Quoting,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_mail_bytes: 32 << 20, max_ratio: 200, max_inflated_bytes: 256 << 30, range_bytes: 4 << 20, quoting: Quoting::Mboxrd }
    }
}

/// How lines that begin with `From ` were written into an mbox. Nothing in the file says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// `From `, `>From `, `>>From `, ... got another `>`: one is taken off. Right for mboxo and mboxcl as well, but for a mail
    /// with a line that began with `>>From `.
    Mboxrd,
    /// Only `From ` got one: mboxo, mboxcl.
    Mboxo,
    /// None did: mboxcl2.
    None,
}

enum Found {
    Records(Box<Records>),
    Unreadable(Option<Unreadable>),
}

impl Iterator for Found {
    type Item = Result<Record, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Found::Records(records) => records.next(),
            Found::Unreadable(unreadable) => unreadable.take().map(Err),
        }
    }
}

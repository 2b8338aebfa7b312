//! What a mailbox gives: mails, and what could not be read of it.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Where mails come from: a file, or a member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file; `-` is standard input.
    pub path: Arc<Path>,
    /// The name inside the archive that the file is.
    pub member: Option<Arc<str>>,
}

impl Origin {
    pub(crate) fn file(path: &Path) -> Self {
        Self { path: path.into(), member: None }
    }

    pub(crate) fn member(&self, name: &str) -> Self {
        Self { path: Arc::clone(&self.path), member: Some(name.into()) }
    }
}

/// `inbox.mbox`, or `takeout.zip!/Takeout/Mail/All mail.mbox`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "!/{member}"))
    }
}

/// One mail.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The file that holds it.
    pub origin: Origin,
    /// Its number in that file, from 0.
    pub index: u64,
    /// Where it begins in that file (inflated, if the file is compressed): after its `From ` line in an mbox.
    pub offset: u64,
    /// The bytes that it takes up there: before `>From ` is unquoted, and all of them if it was cut.
    pub length: u64,
    /// What its name says of it, in a Maildir.
    pub flags: Flags,
    /// The mail, as it was before the format quoted it. No more than [`Options::max_mail_bytes`](crate::Options) of it.
    pub raw: Vec<u8>,
    /// It was longer than [`Options::max_mail_bytes`](crate::Options), and `raw` is its head.
    pub cut: bool,
}

/// Mails are private: shows their size.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, index, offset, length, flags, raw, cut } = self;
        write!(f, "Record {{ {origin}, index: {index}, offset: {offset}, length: {length}, flags: {flags}, raw: {} bytes, cut: {cut} }}", raw.len())
    }
}

/// Something that could not be read; what comes after it is read all the same, where the format allows.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unreadable {
    /// The file, folder or member.
    pub origin: Origin,
    /// How many mails of it were read before.
    pub index: u64,
    /// Where the first mail begins that was not read.
    pub offset: u64,
    /// It is the path that was asked for, and nothing of it could be read.
    pub whole: bool,
    /// Why.
    pub error: io::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read `{}` from byte {}: {}", self.origin, self.offset, self.error)
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// The flags that a Maildir keeps in the name of a file, after `:2,`.
///
/// ```
/// let flags = mailpick_mailbox::Flags::of_name("1700000000.M1P2.host:2,RS");
/// assert!(flags.contains('S') && !flags.contains('T'));
/// assert_eq!(flags.to_string(), "RS");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u32);

impl Flags {
    /// The flags in the name of a Maildir's file: `P` passed, `R` replied, `S` seen, `T` trashed, `D` draft, `F` flagged.
    /// Capitals only; other letters are a server's own.
    pub fn of_name(name: &str) -> Self {
        // `!` and `;` stand for the colon where a file system has none.
        let info = [":2,", "!2,", ";2,"].into_iter().find_map(|mark| name.rsplit_once(mark)).map_or("", |(_, info)| info);
        Self(info.bytes().filter(u8::is_ascii_uppercase).fold(0, |bits, letter| bits | 1 << (letter - b'A')))
    }

    /// Whether the mail has a flag, by its letter.
    pub fn contains(self, letter: char) -> bool {
        letter.is_ascii_uppercase() && self.0 & 1 << (letter as u8 - b'A') != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The letters in alphabetical order, as a Maildir writes them.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ('A'..='Z').filter(|letter| self.contains(*letter)).try_for_each(|letter| write!(f, "{letter}"))
    }
}

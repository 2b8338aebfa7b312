//! What a file is, by its name and by how it begins.

use crate::inflate::Compression;
use crate::separator::{self, is_separator};
use memchr::memchr;

/// So much of a file tells its format: the mark of a tar archive stands at byte 257.
pub(crate) const SNIFF_BYTES: usize = separator::MAX_BYTES;

/// What is inside a file, once inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One mail.
    Mail,
    /// One mail of Apple Mail: its length in a line, the mail, a property list.
    Emlx,
    Mbox,
    Zip,
    Tar,
}

/// What a name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    Is(Format),
    /// A mail if it begins as one, else nothing of ours: the numbered files of an MH folder.
    PerhapsMail,
    /// An mbox if it begins as one, else nothing of ours: Unix keeps them under the user's or the folder's name alone.
    PerhapsMbox,
}

/// Endings of names, once `.gz` or `.zst` is off. Files that end otherwise are no mail, unless they are asked for.
const ENDINGS: [(&str, Format); 8] = [
    ("eml", Format::Mail),
    ("emlx", Format::Emlx),
    ("mbox", Format::Mbox),
    ("mbx", Format::Mbox),
    ("mboxrd", Format::Mbox),
    ("zip", Format::Zip),
    ("tar", Format::Tar),
    ("tgz", Format::Tar),
];

/// What a file in a folder, or a member of an archive, is by its path; nothing if it holds no mails. Parts are divided by `/`.
pub(crate) fn of_path(path: &str) -> Option<Promise> {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    if name.is_empty() || name.starts_with('.') {
        return None;
    }
    if matches!(parts.next(), Some("cur" | "new")) && !name.ends_with(".eml") && is_maildir_name(name) {
        return Some(Promise::Is(Format::Mail));
    }
    let lower = name.to_ascii_lowercase();
    let plain = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
    match plain.rsplit_once('.') {
        Some((_, ending)) => ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| Promise::Is(*format)),
        None if plain.bytes().all(|byte| byte.is_ascii_digit()) => Some(Promise::PerhapsMail),
        None => Some(Promise::PerhapsMbox),
    }
}

/// `1700000000.M1P2.host:2,S`: time first, then what makes it unique. Files of other programs in such a folder are left alone.
fn is_maildir_name(name: &str) -> bool {
    name.split_once('.').is_some_and(|(time, _)| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit())) || name.contains(":2,")
}

/// What a file is that somebody asked for, by how it begins (inflated): whatever is nothing else is taken for a mail.
pub(crate) fn of_content(head: &[u8], name: &str) -> Format {
    let lower = name.to_ascii_lowercase();
    let named = |ending: &str| lower.ends_with(ending) || lower.ends_with(&format!("{ending}.gz")) || lower.ends_with(&format!("{ending}.zst"));
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Format::Zip
    } else if head.get(257..262) == Some(b"ustar") {
        Format::Tar
    } else if named(".emlx") {
        Format::Emlx
    } else if named(".mbox") || begins_as_mbox(head) && !named(".eml") {
        Format::Mbox
    } else {
        Format::Mail
    }
}

impl Promise {
    /// The format, now that the beginning of the file is known.
    pub(crate) fn keep(self, head: &[u8]) -> Option<Format> {
        match self {
            // "tgz" says tar; ".tar" may be anything, and a broken archive is told as one.
            Promise::Is(format) => Some(format),
            Promise::PerhapsMail => begins_as_mail(head).then_some(Format::Mail),
            Promise::PerhapsMbox => begins_as_mbox(head).then_some(Format::Mbox),
        }
    }
}

/// Magic numbers in names are not needed: content says how a file is compressed.
pub(crate) fn compression(head: &[u8]) -> Compression {
    Compression::of_content(head)
}

fn begins_as_mbox(head: &[u8]) -> bool {
    let blank = head.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    is_separator(first_line(&head[blank..]))
}

/// A header field, or the `From ` line that some programs put before it.
fn begins_as_mail(head: &[u8]) -> bool {
    let line = first_line(head);
    let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    is_separator(line) || name > 0 && line.get(name) == Some(&b':')
}

fn first_line(head: &[u8]) -> &[u8] {
    &head[..memchr(b'\n', head).unwrap_or(head.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_files_are() {
        let cases = [
            ("in/a.eml", Some(Promise::Is(Format::Mail))),
            ("in/A.EML.gz", Some(Promise::Is(Format::Mail))),
            ("Takeout/Mail/All mail.mbox", Some(Promise::Is(Format::Mbox))),
            ("a.mbox.zst", Some(Promise::Is(Format::Mbox))),
            ("Messages/12.partial.emlx", Some(Promise::Is(Format::Emlx))),
            ("a.tar.gz", Some(Promise::Is(Format::Tar))),
            ("Maildir/cur/1700000000.M1P2.host:2,S", Some(Promise::Is(Format::Mail))),
            ("Maildir/new/1700000000.M1P2.host", Some(Promise::Is(Format::Mail))),
            ("Maildir/tmp/1700000000.M1P2.host", None),
            ("Maildir/cur/dovecot.index", None),
            ("Mail/inbox/12", Some(Promise::PerhapsMail)),
            ("mail/sent", Some(Promise::PerhapsMbox)),
            ("notes.txt", None),
            (".hidden.eml", None),
        ];
        for (path, promise) in cases {
            assert_eq!(of_path(path), promise, "{path}");
        }
    }

    #[test]
    fn beginnings_say_what_files_are() {
        assert_eq!(of_content(b"From a@b Thu Jan  1 00:00:00 1970\nSubject: x\n\n", "-"), Format::Mbox);
        assert_eq!(of_content(b"From here on\n", "-"), Format::Mail);
        assert_eq!(of_content(b"PK\x03\x04", "mail"), Format::Zip);
        assert_eq!(Promise::PerhapsMail.keep(b"Subject: x\n"), Some(Format::Mail));
        assert_eq!(Promise::PerhapsMail.keep(b"3 files\n"), None);
    }
}

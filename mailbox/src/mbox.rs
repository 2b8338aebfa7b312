//! Mails of an mbox, one after the other.
//!
//! mail-parser reads mboxes too (`mail_parser::mailbox::mbox`), but a line there is as long as the file if the file has no line end, every
//! `From ` line at the start of a line splits, and `Content-Length` is not read; the tests of this module show what that costs.

use std::io::{self, Read};

use memchr::memchr;

use crate::separator::{self, is_separator};
use crate::window::Window;
use crate::{Options, Quoting};

/// So far is looked ahead: a blank line, and a separator with one byte more, so that what is too long for one is seen to be.
const LOOK_BYTES: usize = separator::MAX_BYTES + 3;

/// A separator has a blank line before it, with the end of the line before that.
pub(crate) const LOOK_BACK: u64 = 3;

/// One mail of an mbox: what [`crate::Record`] says of it.
pub(crate) struct Mail {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) raw: Vec<u8>,
    pub(crate) cut: bool,
}

pub(crate) struct Mbox<R> {
    input: Window<R>,
    options: Options,
    lengths: Lengths,
    /// A mail may begin here without a line of its own: what stands before the first separator is a mail too.
    at_start: bool,
    /// Where the mail begins that was read last, or is being read.
    pub(crate) offset: u64,
}

/// Whether a `Content-Length` says where a mail ends (mboxcl, mboxcl2).
///
/// The header of a sender may have one too, by which one mail would swallow others, by chance or on purpose. A program that writes them
/// does so in every mail, so they count where that of the first mail is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lengths {
    /// The first mail is still to be read.
    Unknown,
    Count,
    Ignored,
}

/// The mail that is being read.
struct Reading {
    offset: u64,
    raw: Vec<u8>,
    /// The bytes that `raw` would have if none were cut.
    unquoted: u64,
    header: Header,
    /// Up to here (a position in the file) a separator is text: `Content-Length` says so, and it was right.
    text_until: u64,
    /// The length of the blank line just before, which belongs to the format and not to the mail.
    blank: usize,
}

/// What is known of `Content-Length` (mboxcl, mboxcl2).
enum Header {
    Open {
        length: Option<u64>,
    },
    /// Where the body ends, if the header says so.
    Done {
        body_end: Option<u64>,
    },
}

impl<R: Read> Mbox<R> {
    /// Reads from the start.
    pub(crate) fn new(input: R, options: &Options) -> Self {
        Self::after(input, 0, Lengths::Unknown, options)
    }

    /// Reads from a position where a mail ends.
    pub(crate) fn after(input: R, position: u64, lengths: Lengths, options: &Options) -> Self {
        Self { input: Window::new(input, position), options: options.clone(), lengths, at_start: true, offset: position }
    }

    /// Reads from the first separator at `from` or after it, if one stands before `end`. The input begins [`LOOK_BACK`] earlier, within a mail.
    ///
    /// The separator may be text of a mail with a `Content-Length` (see [`Mbox::is_text`]), which is not known here.
    pub(crate) fn within(input: R, from: u64, end: u64, lengths: Lengths, options: &Options) -> io::Result<Option<Self>> {
        let mut mbox = Self { at_start: false, ..Self::after(input, from - LOOK_BACK, lengths, options) };
        let (mut line_start, mut blank) = (false, false);
        loop {
            let at = mbox.input.position;
            let seen = mbox.input.peek(LOOK_BYTES)?;
            if seen.is_empty() || at >= end {
                return Ok(None);
            }
            let (length, ends) = first_line(seen);
            let line = &seen[..length];
            if blank && at >= from && is_end_of_mail(line, ends) {
                return Ok(Some(mbox));
            }
            blank = line_start && is_blank(line);
            mbox.input.consume(length);
            line_start = ends;
        }
    }

    /// Known once the first mail was read.
    pub(crate) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// Where the next mail begins, or the file ends.
    pub(crate) fn position(&self) -> u64 {
        self.input.position
    }

    /// The next mail. Its lines are copied once; memory is that of one mail, no more than the options allow, and of the
    /// window, which grows to the size of a mail only where a `Content-Length` is checked.
    pub(crate) fn next_mail(&mut self) -> io::Result<Option<Mail>> {
        if self.at_start {
            self.skip_blank_lines()?;
            self.at_start = false;
        }
        let head = self.input.peek(LOOK_BYTES)?;
        if head.is_empty() {
            return Ok(None);
        }
        // The first line of a file needs no date: some programs write none, and no mail begins with "From ".
        if head.starts_with(b"From ") || is_cut_separator(head) {
            let line = memchr(b'\n', head).map_or(head.len(), |at| at + 1);
            self.input.consume(line);
        }
        self.offset = self.input.position;
        let mut mail = Reading { offset: self.offset, raw: Vec::new(), unquoted: 0, header: Header::Open { length: None }, text_until: 0, blank: 0 };
        let mut line_start = true;
        loop {
            let seen = self.input.peek(LOOK_BYTES)?;
            if seen.is_empty() {
                break;
            }
            let (length, ends) = first_line(seen);
            let line = &seen[..length];
            if line_start && mail.blank > 0 && is_end_of_mail(line, ends) && !self.is_text(&mut mail)? {
                break;
            }
            self.take(&mut mail, length, line_start)?;
            line_start = ends;
            if let (Lengths::Unknown, Header::Done { body_end }) = (self.lengths, &mail.header) {
                let is_right = body_end.map_or(Ok(false), |body_end| self.is_end(body_end))?;
                self.lengths = if is_right { Lengths::Count } else { Lengths::Ignored };
            }
        }
        if self.lengths == Lengths::Unknown {
            self.lengths = Lengths::Ignored;
        }
        Ok(Some(self.finish(mail)))
    }

    /// Adds a line, or a piece of one, to the mail.
    fn take(&mut self, mail: &mut Reading, length: usize, line_start: bool) -> io::Result<()> {
        let position = self.input.position;
        let line = &self.input.peek(length)?[..length];
        let blank = if line_start && is_blank(line) { length } else { 0 };
        if line_start {
            mail.header.read(line, blank > 0, position + length as u64);
        }
        let quoted = line_start && self.options.quoting.is_quoted(line) && position >= mail.text_until;
        let line = &line[usize::from(quoted)..];
        let room = self.options.max_mail_bytes.saturating_sub(mail.raw.len());
        mail.raw.extend_from_slice(&line[..line.len().min(room)]);
        mail.unquoted += line.len() as u64;
        mail.blank = blank;
        self.input.consume(length);
        Ok(())
    }

    /// Whether the separator at hand is text of the mail: its `Content-Length` goes on, and ends where it says.
    ///
    /// The claim is checked only where it matters, and costs a look at one place: a mailbox full of lies is read in linear time,
    /// and what is kept is bounded by the size of a mail.
    fn is_text(&mut self, mail: &mut Reading) -> io::Result<bool> {
        let position = self.input.position;
        if position < mail.text_until {
            return Ok(true);
        }
        let Header::Done { body_end: Some(body_end) } = mail.header else { return Ok(false) };
        if self.lengths != Lengths::Count || body_end <= position {
            return Ok(false);
        }
        let is_right = self.is_end(body_end)?;
        if is_right {
            mail.text_until = body_end;
        } else {
            // It lied once.
            mail.header = Header::Done { body_end: None };
        }
        Ok(is_right)
    }

    /// Whether a mail may end at a position ahead, no further than the size of a mail.
    fn is_end(&mut self, position: u64) -> io::Result<bool> {
        let ahead = position.saturating_sub(self.input.position);
        if ahead > self.options.max_mail_bytes as u64 {
            return Ok(false);
        }
        let ahead = ahead as usize;
        Ok(self.input.peek(ahead + LOOK_BYTES)?.get(ahead..).is_some_and(is_boundary))
    }

    /// Takes off the blank line before a separator, or at the end of the file.
    fn finish(&self, mut mail: Reading) -> Mail {
        let blank = mail.blank as u64;
        let whole = mail.unquoted - blank;
        mail.raw.truncate(usize::try_from(whole).unwrap_or(usize::MAX));
        mail.raw.shrink_to_fit();
        Mail { offset: mail.offset, length: self.input.position - mail.offset - blank, cut: whole > mail.raw.len() as u64, raw: mail.raw }
    }

    fn skip_blank_lines(&mut self) -> io::Result<()> {
        loop {
            let seen = self.input.peek(2)?;
            match seen {
                [b'\n', ..] => self.input.consume(1),
                [b'\r', b'\n', ..] => self.input.consume(2),
                _ => return Ok(()),
            }
        }
    }
}

impl Header {
    fn read(&mut self, line: &[u8], blank: bool, line_end: u64) {
        let Header::Open { length } = self else { return };
        if blank {
            let body_end = length.and_then(|length| line_end.checked_add(length));
            *self = Header::Done { body_end };
        } else if let Some(claim) = content_length(line) {
            *length = Some(claim);
        }
    }
}

/// The length of the first line, or of what is there of it, and whether it ends.
fn first_line(seen: &[u8]) -> (usize, bool) {
    memchr(b'\n', seen).map_or((seen.len(), false), |at| (at + 1, true))
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// Whether a line after a blank one is no text of the mail.
fn is_end_of_mail(line: &[u8], ends: bool) -> bool {
    line.first() == Some(&b'F') && (is_separator(line) || !ends && is_cut_separator(line))
}

fn content_length(line: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"content-length:";
    if !line.get(..NAME.len())?.eq_ignore_ascii_case(NAME) {
        return None;
    }
    std::str::from_utf8(&line[NAME.len()..]).ok()?.trim().parse().ok()
}

/// What is left of a separator at the end of a file that was cut: it is no text of the mail before it.
fn is_cut_separator(line: &[u8]) -> bool {
    const BEGINS: &[u8] = b"From ";
    line.len() < LOOK_BYTES && (line.starts_with(BEGINS) || BEGINS.starts_with(line))
}

/// The end of the file, or a separator, each with or without the blank line before it.
fn is_boundary(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")).unwrap_or(bytes);
    let line = &bytes[..memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)];
    line.is_empty() || is_separator(line)
}

impl Quoting {
    /// Whether the line has a `>` that the format put there.
    fn is_quoted(self, line: &[u8]) -> bool {
        if line.first() != Some(&b'>') {
            return false;
        }
        let marks = line.iter().take_while(|&&byte| byte == b'>').count();
        let quoted = line[marks..].starts_with(b"From ");
        match self {
            Quoting::Mboxrd => quoted,
            Quoting::Mboxo => quoted && marks == 1,
            Quoting::None => false,
        }
    }
}

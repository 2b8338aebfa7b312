//! A file that is one mail.

use std::io::{self, Read};

use memchr::memchr;

use crate::Options;
use crate::mbox::Mail;
use crate::window::Window;

/// A line that tells a length has no more digits than this.
const LENGTH_LINE: usize = 24;

/// The whole file, its head if it is too long. `length` is told where the file system knows it; else the file is read to its end.
pub(crate) fn read(mut input: impl Read, length: Option<u64>, options: &Options) -> io::Result<Mail> {
    let mut raw = Vec::new();
    let limit = options.max_mail_bytes as u64;
    let read = input.by_ref().take(limit).read_to_end(&mut raw)? as u64;
    let rest = match length {
        _ if read < limit => 0,
        Some(length) => length.saturating_sub(read),
        None => io::copy(&mut input, &mut io::sink())?,
    };
    raw.shrink_to_fit();
    Ok(Mail { offset: 0, length: read + rest, raw, cut: rest > 0 })
}

/// Apple Mail's form: a line with the mail's length, the mail, a property list. A length that is none, or is longer than the file, makes
/// the rest of the file the mail.
pub(crate) fn read_emlx(input: impl Read, options: &Options) -> io::Result<Mail> {
    let mut input = Window::new(input, 0);
    let head = input.peek(LENGTH_LINE)?;
    let line = memchr(b'\n', head).map_or(0, |at| at + 1);
    let told = std::str::from_utf8(&head[..line]).ok().and_then(|line| line.trim().parse::<u64>().ok());
    if told.is_some() {
        input.consume(line);
    }
    let offset = input.position;
    let mut left = told.unwrap_or(u64::MAX);
    let mut raw = Vec::new();
    while left > 0 {
        let seen = input.peek(1)?;
        if seen.is_empty() {
            break;
        }
        let count = seen.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let room = options.max_mail_bytes - raw.len();
        raw.extend_from_slice(&seen[..count.min(room)]);
        input.consume(count);
        left -= count as u64;
    }
    raw.shrink_to_fit();
    let length = input.position - offset;
    Ok(Mail { offset, length, cut: length > raw.len() as u64, raw })
}

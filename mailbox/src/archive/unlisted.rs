//! A ZIP archive without its directory, which stands at its end: a download that broke off. Its members are known by the headers
//! before them (APPNOTE.TXT 4.3.7), and only the one that was cut is lost.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;

use super::zip::{Entry, content};
use super::{Member, Members};
use crate::Options;
use crate::inflate::Compression;

const HEADER_MARK: &[u8] = b"PK\x03\x04";
const DIRECTORY_MARK: &[u8] = b"PK\x01\x02";

/// Lengths of what follows a member whose sizes were not known before (4.3.9): with and without a mark, with sizes of 4 and 8 bytes.
const DESCRIPTORS: [u64; 4] = [12, 16, 20, 24];

/// A size that stands in the extra field (4.5.3).
const ELSEWHERE: u64 = 0xffff_ffff;

/// The first bytes may inflate by more than the ratio, as everywhere.
const FREE_BYTES: u64 = 4 << 20;

pub(crate) struct Unlisted {
    file: File,
    length: u64,
    at: u64,
    /// Told after the last member.
    why: Option<io::Error>,
    options: Options,
}

impl Unlisted {
    pub(super) fn new(file: File, length: u64, why: io::Error, options: &Options) -> Self {
        Self { file, length, at: 0, why: Some(why), options: options.clone() }
    }

    /// The member that begins here, and where it ends; nothing if none does.
    fn entry(&mut self) -> io::Result<Option<(String, Entry)>> {
        let mut header = [0; 30];
        if !self.read_at(self.at, &mut header)? || !header.starts_with(HEADER_MARK) {
            return Ok(None);
        }
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let (flags, compression, crc) = (short(6), compression(short(8)), long(14));
        let mut name = vec![0; usize::from(short(26))];
        let mut extra = vec![0; usize::from(short(28))];
        if !self.read_at(self.at + 30, &mut name)? || !self.read_at(self.at + 30 + name.len() as u64, &mut extra)? {
            return Ok(None);
        }
        let start = self.at + 30 + (name.len() + extra.len()) as u64;
        let size_is_told = flags & 8 == 0;
        let told = match u64::from(long(18)) {
            ELSEWHERE => long_size(&extra).unwrap_or(ELSEWHERE),
            size => size,
        };
        let rest = self.length.saturating_sub(start);
        let (compressed, crc) = match (size_is_told, compression) {
            (true, _) => (told, Some(crc)),
            (false, Some(Compression::Deflate)) => (self.deflated(start)?.unwrap_or(rest), None),
            (false, _) => (rest, None),
        };
        let end = start.saturating_add(compressed);
        self.at = if size_is_told { end } else { self.after_descriptor(end)? };
        let entry = Entry { start, compressed, crc, compression, encrypted: flags & 1 != 0 };
        Ok(Some((String::from_utf8_lossy(&name).into_owned(), entry)))
    }

    /// The length of the deflated data at a place, which only inflating tells; nothing if it breaks off, is damaged or a bomb.
    fn deflated(&mut self, start: u64) -> io::Result<Option<u64>> {
        self.file.seek(SeekFrom::Start(start))?;
        let mut inflated = DeflateDecoder::new(BufReader::with_capacity(64 << 10, &self.file));
        let mut buffer = [0; 16 << 10];
        loop {
            match inflated.read(&mut buffer) {
                Ok(0) => return Ok(Some(inflated.total_in())),
                Ok(_) if inflated.total_out() > inflated.total_in().saturating_mul(self.options.max_ratio).saturating_add(FREE_BYTES) => return Ok(None),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Ok(None),
            }
        }
    }

    /// Where the next header stands, or the end of the file.
    fn after_descriptor(&mut self, end: u64) -> io::Result<u64> {
        for length in DESCRIPTORS {
            let mut mark = [0; 4];
            let at = end.saturating_add(length);
            if self.read_at(at, &mut mark)? && (mark == HEADER_MARK || mark == DIRECTORY_MARK) {
                return Ok(at);
            }
        }
        Ok(self.length)
    }

    /// Whether all of it is there.
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<bool> {
        if at.saturating_add(into.len() as u64) > self.length {
            return Ok(false);
        }
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(into)?;
        Ok(true)
    }
}

impl Members for Unlisted {
    fn next_member(&mut self, wanted: &dyn Fn(&str) -> bool) -> io::Result<Option<Member>> {
        while let Some((name, entry)) = self.entry()? {
            if !name.ends_with('/') && wanted(&name) {
                return Ok(Some(Member { name, content: content(&self.file, &entry, &self.options) }));
            }
        }
        self.why.take().map_or(Ok(None), Err)
    }
}

/// Methods of 4.4.5.
fn compression(method: u16) -> Option<Compression> {
    match method {
        0 => Some(Compression::None),
        8 => Some(Compression::Deflate),
        93 => Some(Compression::Zstd),
        _ => None,
    }
}

/// The compressed size in the extra field of ZIP64: after the size before, both of 8 bytes.
fn long_size(mut extra: &[u8]) -> Option<u64> {
    while let [id0, id1, length0, length1, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*length0, *length1]));
        let field = rest.get(..length)?;
        if [*id0, *id1] == [1, 0] {
            return Some(u64::from_le_bytes(field.get(8..16)?.try_into().ok()?));
        }
        extra = &rest[length..];
    }
    None
}

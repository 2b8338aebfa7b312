//! ZIP: the directory is at the end of the file, read by the crate `zip`; members are inflated here, within bounds.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::unlisted::Unlisted;
use super::{Member, Members};
use crate::Options;
use crate::inflate::{Bytes, Compression};

pub(crate) struct Zip {
    archive: ZipArchive<BufReader<File>>,
    /// The same file, for what members hold.
    file: File,
    next: usize,
    /// Compressed bytes of members that were not opened yet: their sum is no more than the file, or they overlap.
    left: u64,
    options: Options,
}

impl Zip {
    /// The members that the directory lists, or those that stand in the file if there is no directory.
    pub(crate) fn open(file: File, options: &Options) -> io::Result<Box<dyn Members + Send>> {
        let left = file.metadata()?.len();
        match ZipArchive::new(BufReader::new(file.try_clone()?)) {
            Ok(archive) => Ok(Box::new(Self { archive, file, next: 0, left, options: options.clone() })),
            Err(ZipError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            Err(error) => Ok(Box::new(Unlisted::new(file, left, io::Error::new(io::ErrorKind::InvalidData, format!("the ZIP archive is cut or damaged: {error}")), options))),
        }
    }

    fn content(&mut self, entry: &Entry) -> io::Result<Bytes> {
        // A bomb of few bytes that many members share (D. Fifield, "A better zip bomb").
        self.left = self.left.checked_sub(entry.compressed).ok_or_else(|| io::Error::other("members of the archive overlap"))?;
        content(&self.file, entry, &self.options)
    }
}

/// What a directory, or the header before a member, says of it.
pub(super) struct Entry {
    pub(super) start: u64,
    pub(super) compressed: u64,
    pub(super) crc: Option<u32>,
    /// Nothing for a method that is not known here.
    pub(super) compression: Option<Compression>,
    pub(super) encrypted: bool,
}

pub(super) fn content(file: &File, entry: &Entry, options: &Options) -> io::Result<Bytes> {
    if entry.encrypted {
        return Err(io::Error::other("the member is encrypted"));
    }
    let compression = entry.compression.ok_or_else(|| io::Error::other("the member is compressed by another method than deflate and zstd: unpack it first"))?;
    let content = Box::new(Part { file: file.try_clone()?, at: entry.start, left: entry.compressed });
    Ok(Box::new(Checked { content: compression.inflate(content, options)?, crc: Crc::new(), wanted: entry.crc }))
}

fn compression(method: CompressionMethod) -> Option<Compression> {
    match method {
        CompressionMethod::Stored => Some(Compression::None),
        CompressionMethod::DEFLATE => Some(Compression::Deflate),
        CompressionMethod::ZSTD => Some(Compression::Zstd),
        _ => None,
    }
}

/// Some bytes of a file. The place is sought at each read: clones of a file have one place between them, and whoever looks for the
/// next member moves it.
struct Part {
    file: File,
    at: u64,
    left: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        self.file.seek(SeekFrom::Start(self.at))?;
        let count = self.file.by_ref().take(self.left).read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the ZIP archive ends early"));
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Members for Zip {
    fn next_member(&mut self, wanted: &dyn Fn(&str) -> bool) -> io::Result<Option<Member>> {
        while self.next < self.archive.len() {
            let number = self.next;
            self.next += 1;
            let name = self.archive.name_for_index(number).and_then(Result::ok).unwrap_or_default().into_owned();
            if name.ends_with('/') || !wanted(&name) {
                continue;
            }
            let entry = self.archive.by_index_raw(number).map_err(io::Error::other).and_then(|member| {
                let start = member.data_start().ok_or_else(|| io::Error::other("the member is nowhere"))?;
                Ok(Entry { start, compressed: member.compressed_size(), crc: Some(member.crc32()), compression: compression(member.compression()), encrypted: member.encrypted() })
            });
            let content = entry.and_then(|entry| self.content(&entry));
            return Ok(Some(Member { name, content }));
        }
        Ok(None)
    }
}

/// Fails at the end where the content is not what was put in.
struct Checked {
    content: Bytes,
    crc: Crc,
    /// Nothing if it stands where the archive was cut.
    wanted: Option<u32>,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.crc.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.wanted.is_some_and(|wanted| wanted != self.crc.sum()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the member is damaged: its checksum is another"));
        }
        Ok(count)
    }
}

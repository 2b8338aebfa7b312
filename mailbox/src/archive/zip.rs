//! ZIP: the directory is at the end of the file, read by the crate `zip`; members are inflated here, within bounds.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use zip::{CompressionMethod, ZipArchive};

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
    pub(crate) fn open(file: File, options: &Options) -> io::Result<Self> {
        let left = file.metadata()?.len();
        let archive = ZipArchive::new(BufReader::new(file.try_clone()?)).map_err(io::Error::other)?;
        Ok(Self { archive, file, next: 0, left, options: options.clone() })
    }

    fn content(&mut self, entry: &Entry) -> io::Result<Bytes> {
        if entry.encrypted {
            return Err(io::Error::other("the member is encrypted"));
        }
        // A bomb of few bytes that many members share (D. Fifield, "A better zip bomb").
        self.left = self.left.checked_sub(entry.compressed).ok_or_else(|| io::Error::other("members of the archive overlap"))?;
        let compression = match entry.method {
            CompressionMethod::Stored => Compression::None,
            CompressionMethod::DEFLATE => Compression::Deflate,
            CompressionMethod::ZSTD => Compression::Zstd,
            other => return Err(io::Error::other(format!("compressed by {other}: expected deflate, zstd or none"))),
        };
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(entry.start))?;
        let content = compression.inflate(Box::new(file.take(entry.compressed)), &self.options)?;
        Ok(Box::new(Checked { content, crc: Crc::new(), wanted: entry.crc }))
    }
}

/// What the directory says of a member.
struct Entry {
    start: u64,
    compressed: u64,
    crc: u32,
    method: CompressionMethod,
    encrypted: bool,
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
                Ok(Entry { start, compressed: member.compressed_size(), crc: member.crc32(), method: member.compression(), encrypted: member.encrypted() })
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
    wanted: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.crc.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.crc.sum() != self.wanted {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the member is damaged: its checksum is another"));
        }
        Ok(count)
    }
}

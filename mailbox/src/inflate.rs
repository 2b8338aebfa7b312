//! Compressed bytes, inflated within bounds.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use crate::Options;

pub(crate) type Bytes = Box<dyn Read + Send>;

/// The first bytes may inflate by more than the ratio: a small file of one long line is no attack.
const FREE_BYTES: u64 = 4 << 20;

/// A Zstandard window of at most 64 MB: `zstd --long=26`. The format allows terabytes.
const MAX_WINDOW_LOG: u32 = 26;

/// How a file or a member is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    /// RFC 1952; members in a row are one stream.
    Gzip,
    /// RFC 8878; frames in a row are one stream.
    Zstd,
    /// RFC 1951, inside ZIP.
    Deflate,
}

impl Compression {
    pub(crate) fn of_content(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }

    /// The inflated bytes. Reading them fails where they grow past the bounds, or the input ends early.
    pub(crate) fn inflate(self, input: Bytes, options: &Options) -> io::Result<Bytes> {
        let read = Arc::new(AtomicU64::new(0));
        let counted = BufReader::with_capacity(64 << 10, Counted { input, read: Arc::clone(&read) });
        let output: Bytes = match self {
            Compression::None => return Ok(counted.into_inner().input),
            Compression::Gzip => Box::new(MultiGzDecoder::new(counted)),
            Compression::Deflate => Box::new(DeflateDecoder::new(counted)),
            Compression::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(counted)?;
                decoder.window_log_max(MAX_WINDOW_LOG)?;
                Box::new(decoder)
            }
        };
        Ok(Box::new(Bounded { output, read, written: 0, max_ratio: options.max_ratio, max_bytes: options.max_inflated_bytes }))
    }
}

struct Counted {
    input: Bytes,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

struct Bounded {
    output: Bytes,
    read: Arc<AtomicU64>,
    written: u64,
    max_ratio: u64,
    max_bytes: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Checked before more is inflated: what came within the bounds is still read.
        let ratio_bytes = self.read.load(Ordering::Relaxed).saturating_mul(self.max_ratio);
        if self.written > ratio_bytes.saturating_add(FREE_BYTES) {
            return Err(too_large(format!("inflates to more than {} times its size", self.max_ratio)));
        }
        if self.written > self.max_bytes {
            return Err(too_large(format!("inflates to more than {} bytes", self.max_bytes)));
        }
        let count = self.output.read(buffer).map_err(told)?;
        self.written += count as u64;
        Ok(count)
    }
}

/// A kind that no decoder uses, so that a stream around this one does not take it for damage.
fn too_large(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, why)
}

/// The same error, in words that say what to look at.
fn told(error: io::Error) -> io::Error {
    let why = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed data ends early",
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => "the compressed data is damaged",
        // zstd has one kind for whatever its format does not allow.
        io::ErrorKind::Other if error.to_string().contains("memory") => "the compressed data asks for a window of more than 64 MB",
        io::ErrorKind::Other => "the compressed data is damaged",
        _ => return error,
    };
    io::Error::new(error.kind(), why)
}

//! tar: members stand one after the other, each after its header. The crate `tar` reads headers; its own walk lends members
//! and keeps long names without a bound, so the walk is here.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use tar::{EntryType, Header, PaxExtensions};

use super::{Member, Members};
use crate::inflate::Bytes;

const BLOCK: usize = 512;

/// Of a long name, or of the extensions of one member (POSIX.1-2001, pax). Paths are 4 KB at most.
const MAX_EXTENSION_BYTES: u64 = 64 << 10;

pub(crate) struct Tar(Arc<Mutex<Stream>>);

struct Stream {
    input: Bytes,
    /// What is left of the member at hand.
    left: u64,
    /// Up to the next header.
    padding: u64,
    /// A member could not be read to its end: there is no next one, and the member has said why.
    broken: bool,
}

impl Tar {
    pub(crate) fn new(input: Bytes) -> Self {
        Self(Arc::new(Mutex::new(Stream { input, left: 0, padding: 0, broken: false })))
    }
}

impl Members for Tar {
    fn next_member(&mut self, wanted: &dyn Fn(&str) -> bool) -> io::Result<Option<Member>> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut long_name = None;
        let mut long_size = None;
        while let Some(header) = stream.next_header()? {
            let kind = header.entry_type();
            match kind {
                EntryType::GNULongName => {
                    let name = stream.extension()?;
                    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
                    long_name = Some(String::from_utf8_lossy(&name[..end]).into_owned());
                }
                EntryType::XHeader => {
                    for extension in PaxExtensions::new(&stream.extension()?).flatten() {
                        match extension.key_bytes() {
                            b"path" => long_name = Some(String::from_utf8_lossy(extension.value_bytes()).into_owned()),
                            b"size" => long_size = extension.value().ok().and_then(|size| size.parse().ok()),
                            _ => {}
                        }
                    }
                }
                _ => {
                    if let Some(size) = long_size.take() {
                        stream.expect(size);
                    }
                    let name = long_name.take().unwrap_or_else(|| String::from_utf8_lossy(&header.path_bytes()).into_owned());
                    let is_file = matches!(kind, EntryType::Regular | EntryType::Continuous);
                    if is_file && wanted(&name) {
                        return Ok(Some(Member { name, content: Ok(Box::new(Content(Arc::clone(&self.0)))) }));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl Stream {
    /// The next header, once the member at hand is skipped. Nothing after the block of zeros that ends an archive.
    fn next_header(&mut self) -> io::Result<Option<Header>> {
        if self.broken {
            return Ok(None);
        }
        let rest = self.left + self.padding;
        if io::copy(&mut self.input.by_ref().take(rest), &mut io::sink())? < rest {
            return Err(ends_early());
        }
        (self.left, self.padding) = (0, 0);
        let mut header = Header::new_old();
        let mut read = 0;
        while read < BLOCK {
            match self.input.read(&mut header.as_mut_bytes()[read..])? {
                0 if read == 0 => return Ok(None),
                0 => return Err(ends_early()),
                count => read += count,
            }
        }
        if header.as_bytes().iter().all(|&byte| byte == 0) {
            return Ok(None);
        }
        let sum = header.as_bytes().iter().enumerate().map(|(at, &byte)| u32::from(if (148..156).contains(&at) { b' ' } else { byte })).sum::<u32>();
        if header.cksum().ok() != Some(sum) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the tar archive is damaged: a header's checksum is another"));
        }
        self.expect(header.entry_size()?);
        Ok(Some(header))
    }

    /// A member of so many bytes follows.
    fn expect(&mut self, size: u64) {
        // No archive is that long; sums must not overflow.
        self.left = size.min(u64::MAX / 4);
        self.padding = self.left.next_multiple_of(BLOCK as u64) - self.left;
    }

    fn extension(&mut self) -> io::Result<Vec<u8>> {
        if self.left > MAX_EXTENSION_BYTES {
            return Err(io::Error::other("the tar archive has a name of more than 64 KB"));
        }
        let mut bytes = Vec::new();
        self.left -= self.input.by_ref().take(self.left).read_to_end(&mut bytes)? as u64;
        if self.left > 0 { Err(ends_early()) } else { Ok(bytes) }
    }
}

struct Content(Arc<Mutex<Stream>>);

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = stream.left;
        let count = match stream.input.by_ref().take(left).read(buffer) {
            Ok(0) if left > 0 && !buffer.is_empty() => Err(ends_early()),
            read => read,
        };
        stream.broken |= count.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        let count = count?;
        stream.left -= count as u64;
        Ok(count)
    }
}

fn ends_early() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the tar archive ends early")
}

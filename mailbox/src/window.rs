//! A view of a stream that can look ahead as far as it is told, and keeps no more than that.

use std::io::{self, Read};

/// What is read at once: enough that a call costs nothing against what it brings.
const READ_BYTES: usize = 128 << 10;

/// The unread part of a stream, from `position` on.
pub(crate) struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Of the first byte in the window, in the stream.
    pub(crate) position: u64,
    ended: bool,
    /// Why it ended; told once all that was read before is consumed.
    failed: Option<io::Error>,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(input: R, position: u64) -> Self {
        Self { input, buffer: Vec::new(), start: 0, end: 0, position, ended: false, failed: None }
    }

    /// All that is in memory, at least `wanted` bytes of it unless the stream ends before. Bytes are moved only when as
    /// many were consumed before, so the cost of a stream is linear whatever is asked for.
    pub(crate) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.end - self.start < wanted && !self.ended {
            if let Err(error) = self.fill() {
                (self.ended, self.failed) = (true, Some(error));
            }
        }
        if self.start == self.end
            && let Some(error) = self.failed.take()
        {
            return Err(error);
        }
        Ok(&self.buffer[self.start..self.end])
    }

    pub(crate) fn consume(&mut self, count: usize) {
        debug_assert!(count <= self.end - self.start);
        self.start += count;
        self.position += count as u64;
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start >= self.end - self.start {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            // What a long look ahead needed is given back.
            if self.buffer.len() > 4 * READ_BYTES && self.end < READ_BYTES {
                self.buffer.truncate(2 * READ_BYTES);
                self.buffer.shrink_to_fit();
            }
        }
        if self.buffer.len() - self.end < READ_BYTES {
            // Grows by what was read, never by what a header claims.
            self.buffer.resize((self.end + READ_BYTES).max(self.buffer.len() + self.buffer.len() / 2), 0);
        }
        let read = loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        self.end += read;
        self.ended = read == 0;
        Ok(())
    }
}

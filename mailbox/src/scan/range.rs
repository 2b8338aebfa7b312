//! A big mbox in ranges, each read on its own.
//!
//! Where a mail ends depends on what stands before it: a `Content-Length` may say that a separator is text. So a range is
//! begun at the first separator in it, which is nearly always one, and the scan checks that the range before ended
//! just there. If not, the range is read again from the right place: the mails are those of one reader from start to end, and no
//! byte is read more than twice.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

use crate::mbox::{Lengths, Mbox};
use crate::record::{Flags, Origin, Record, Unreadable};
use crate::{Options, mbox};

/// Mails of an mbox that begin in a range of it.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    origin: Origin,
    start: Start,
    end: u64,
    lengths: Lengths,
}

#[derive(Debug, Clone, Copy)]
enum Start {
    /// A mail ends here, or the file begins.
    Exact(u64),
    /// Somewhere in a mail.
    Within(u64),
}

impl Range {
    /// The ranges of an mbox from a position on, where a mail ends or the file begins. The last has no end: the file may grow.
    pub(crate) fn all(origin: &Origin, position: u64, (length, lengths): (u64, Lengths), bytes: u64) -> impl Iterator<Item = Range> + Send + use<> {
        let origin = origin.clone();
        let bytes = bytes.max(mbox::LOOK_BACK);
        let count = (length.saturating_sub(position) / bytes).max(1);
        (0..count).map(move |number| {
            let at = position + number * bytes;
            let start = if number == 0 { Start::Exact(at) } else { Start::Within(at) };
            let end = if number + 1 == count { u64::MAX } else { at + bytes };
            Range { origin: origin.clone(), start, end, lengths }
        })
    }

    pub(crate) fn is_exact(&self) -> bool {
        matches!(self.start, Start::Exact(_))
    }

    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// The same, where a mail begins.
    pub(crate) fn from(self, position: u64) -> Self {
        Self { start: Start::Exact(position), ..self }
    }

    pub(crate) fn open(self, options: &Options) -> RangeReader {
        let (mbox, failed) = match self.mbox(options) {
            Ok(mbox) => (mbox, None),
            Err(error) => (None, Some(error)),
        };
        let (Start::Exact(start) | Start::Within(start)) = self.start;
        RangeReader { origin: self.origin, start, end: self.end, mbox, failed }
    }

    fn mbox(&self, options: &Options) -> io::Result<Option<Mbox<File>>> {
        let mut file = File::open(&self.origin.path)?;
        match self.start {
            Start::Exact(position) => {
                file.seek(SeekFrom::Start(position))?;
                Ok(Some(Mbox::after(file, position, self.lengths, options)))
            }
            Start::Within(position) => {
                file.seek(SeekFrom::Start(position - mbox::LOOK_BACK))?;
                Mbox::within(file, position, self.end, self.lengths, options)
            }
        }
    }
}

/// The mails of a range.
pub(crate) struct RangeReader {
    origin: Origin,
    start: u64,
    end: u64,
    mbox: Option<Mbox<File>>,
    failed: Option<io::Error>,
}

impl RangeReader {
    /// Where its first mail begins, if one does.
    pub(crate) fn begun(&self) -> Option<u64> {
        self.mbox.as_ref().map(Mbox::position)
    }

    /// Where the first mail after it begins, once all were given; the end of numbers if there is none, or none can be read.
    pub(crate) fn end(&self) -> u64 {
        self.mbox.as_ref().map_or(u64::MAX, Mbox::position)
    }

    /// The next mail, its index not set.
    pub(crate) fn next_record(&mut self) -> Option<Result<Record, Unreadable>> {
        let origin = self.origin.clone();
        if let Some(error) = self.failed.take() {
            return Some(Err(Unreadable { origin, index: 0, offset: self.start, whole: false, error }));
        }
        let mbox = self.mbox.as_mut().filter(|mbox| mbox.position() < self.end)?;
        match mbox.next_mail() {
            Ok(Some(mail)) => Some(Ok(Record { origin, index: 0, offset: mail.offset, length: mail.length, flags: Flags::default(), raw: mail.raw, cut: mail.cut })),
            Ok(None) => {
                self.mbox = None;
                None
            }
            Err(error) => {
                let offset = mbox.offset;
                self.mbox = None;
                Some(Err(Unreadable { origin, index: 0, offset, whole: false, error }))
            }
        }
    }
}

//! A file with mails in it, opened when it is its turn.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use crate::Options;
use crate::archive::{Members, Tar, Zip};
use crate::format::{self, Format, Promise, SNIFF_BYTES};
use crate::inflate::{Bytes, Compression};
use crate::mbox::{Lengths, Mbox};
use crate::record::{Flags, Origin, Record, Unreadable};
use crate::single;

/// A file that holds one mail or many; see [`sources`](crate::sources). Nothing of it is read yet.
#[derive(Debug, Clone)]
pub struct Source {
    origin: Origin,
    length: Option<u64>,
    wanted: Wanted,
    flags: Flags,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// Asked for: whatever it is, mails are in it.
    Named,
    /// Met in a folder or an archive, under a name that promises mails.
    Met(Promise),
}

impl Source {
    /// Standard input: one mail, an mbox, or what tar makes of files; compressed or not.
    pub fn stdin() -> Self {
        Self { origin: Origin::file(Path::new("-")), length: None, wanted: Wanted::Named, flags: Flags::default() }
    }

    pub(crate) fn file(path: &Path, length: u64, wanted: Wanted, flags: Flags) -> Self {
        Self { origin: Origin::file(path), length: Some(length), wanted, flags }
    }

    /// The file.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Its size in bytes, when it was found; unknown for standard input.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Whether its name says that it is one mail, so that it can be left to another thread to open.
    pub fn is_one_mail(&self) -> bool {
        matches!(self.wanted, Wanted::Met(Promise::Is(Format::Mail)))
    }

    /// An mbox that is big enough to be read from many places, and is not compressed: its length, and whether those of its mails count.
    pub(crate) fn big_mbox(&self, options: &Options) -> Option<(u64, Lengths)> {
        let length = self.length.filter(|length| *length / 2 >= options.range_bytes)?;
        // What cannot be opened or read is told by whoever reads the mails.
        let mut file = File::open(&self.origin.path).ok()?;
        let head = Head::read(&mut file).ok()?.bytes;
        let is_mbox = format::compression(&head) == Compression::None && self.wanted.format(&head, &self.origin) == Some(Format::Mbox);
        if !is_mbox {
            return None;
        }
        file.seek(SeekFrom::Start(0)).ok()?;
        Some((length, lengths(&file, options).ok()?))
    }

    /// The mails in it, in their order.
    pub fn records(self, options: &Options) -> Records {
        self.records_after(options, 0, 0)
    }

    /// The mails in it but for the first `done` items that [`Source::records`] gives, the last of which ended at `position`
    /// (its offset and length added). An mbox that is not compressed is read from there; everything else from its start.
    pub fn records_after(self, options: &Options, done: u64, position: u64) -> Records {
        let mut records =
            Records { named: matches!(self.wanted, Wanted::Named), origin: self.origin.clone(), options: options.clone(), members: None, mails: None, closed: None, begun: false };
        let mut skip = done;
        match self.open(options, done, position) {
            Ok(None) => {}
            Ok(Some(Opened::Mails(mails))) => {
                skip -= mails.index;
                records.mails = Some(mails);
            }
            Ok(Some(Opened::Members(members))) => records.members = Some(members),
            Err(error) => records.closed = Some(error),
        }
        for _ in 0..skip {
            records.next();
        }
        records
    }

    fn open(self, options: &Options, done: u64, position: u64) -> io::Result<Option<Opened>> {
        if self.origin.path.as_ref() == Path::new("-") {
            return open(Box::new(io::stdin()), self.origin, self.wanted, self.flags, None, options);
        }
        let mut file = File::open(&self.origin.path)?;
        let head = Head::read(&mut file)?.bytes;
        let compression = format::compression(&head);
        let format = self.wanted.format(&head, &self.origin);
        file.seek(SeekFrom::Start(0))?;
        match format {
            Some(Format::Zip) if compression == Compression::None => Ok(Some(Opened::Members(Zip::open(file, options)?))),
            Some(Format::Mbox) if compression == Compression::None && done > 0 => {
                let lengths = lengths(&file, options)?;
                file.seek(SeekFrom::Start(position))?;
                let reader = Reader::Mbox(Mbox::after(Box::new(file), position, lengths, options));
                Ok(Some(Opened::Mails(Mails { origin: self.origin, flags: self.flags, index: done, reader })))
            }
            _ => {
                let length = if compression == Compression::None { self.length } else { None };
                open(Box::new(file), self.origin, self.wanted, self.flags, length, options)
            }
        }
    }
}

/// The mails of a [`Source`], in their order; see [`Source::records`]. What cannot be read is an item too.
pub struct Records {
    origin: Origin,
    named: bool,
    options: Options,
    /// Of an archive, those not read yet.
    members: Option<Box<dyn Members + Send>>,
    /// Those of the file, or of the member at hand.
    mails: Option<Mails>,
    /// It could not be opened.
    closed: Option<io::Error>,
    /// Something of it was given.
    begun: bool,
}

/// An archive's members come first, so that reading mails knows no archives.
enum Opened {
    Mails(Mails),
    Members(Box<dyn Members + Send>),
}

struct Mails {
    origin: Origin,
    flags: Flags,
    index: u64,
    reader: Reader,
}

enum Reader {
    Mail(Bytes, Option<u64>),
    Emlx(Bytes),
    Mbox(Mbox<Bytes>),
    Done,
}

impl Iterator for Records {
    type Item = Result<Record, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.closed.take() {
            return Some(Err(Unreadable { origin: self.origin.clone(), index: 0, offset: 0, whole: self.named, error }));
        }
        loop {
            if let Some(mails) = &mut self.mails {
                match mails.next_record(&self.options) {
                    Some(Err(unreadable)) => {
                        let whole = self.named && unreadable.index == 0 && self.members.is_none();
                        return Some(Err(Unreadable { whole, ..unreadable }));
                    }
                    Some(Ok(record)) => {
                        self.begun = true;
                        return Some(Ok(record));
                    }
                    None => self.mails = None,
                }
            }
            match self.open_member()? {
                Ok(mails) => self.mails = mails,
                Err(unreadable) => return Some(Err(unreadable)),
            }
        }
    }
}

impl Records {
    /// The next member's mails; nothing if there is no member left.
    fn open_member(&mut self) -> Option<Result<Option<Mails>, Unreadable>> {
        let next = self.members.as_mut()?.next_member(&|name| format::of_path(name).is_some());
        let member = match next {
            Ok(member) => member?,
            Err(error) => {
                self.members = None;
                let whole = self.named && !self.begun;
                return Some(Err(Unreadable { origin: self.origin.clone(), index: 0, offset: 0, whole, error }));
            }
        };
        let origin = self.origin.member(&member.name);
        let wanted = Wanted::Met(format::of_path(&member.name)?);
        let name = member.name.rsplit('/').next().unwrap_or_default();
        let opened = member.content.and_then(|content| match open(content, origin.clone(), wanted, Flags::of_name(name), None, &self.options)? {
            Some(Opened::Members(_)) => Err(io::Error::other("an archive in an archive: unpack the outer one first")),
            Some(Opened::Mails(mails)) => Ok(Some(mails)),
            None => Ok(None),
        });
        Some(opened.map_err(|error| Unreadable { origin, index: 0, offset: 0, whole: false, error }))
    }
}

impl Mails {
    fn next_record(&mut self, options: &Options) -> Option<Result<Record, Unreadable>> {
        let mail = match std::mem::replace(&mut self.reader, Reader::Done) {
            Reader::Done => return None,
            Reader::Mail(input, length) => single::read(input, length, options).map(Some).map_err(|error| (0, error)),
            Reader::Emlx(input) => single::read_emlx(input, options).map(Some).map_err(|error| (0, error)),
            Reader::Mbox(mut mbox) => {
                let mail = mbox.next_mail().map_err(|error| (mbox.offset, error));
                if matches!(mail, Ok(Some(_))) {
                    self.reader = Reader::Mbox(mbox);
                }
                mail
            }
        };
        let index = self.index;
        self.index += 1;
        match mail {
            Ok(mail) => mail.map(|mail| {
                let (offset, length) = (mail.offset, mail.length);
                Ok(Record { origin: self.origin.clone(), index, offset, length, flags: self.flags, raw: mail.raw, cut: mail.cut })
            }),
            Err((offset, error)) => Some(Err(Unreadable { origin: self.origin.clone(), index, offset, whole: false, error })),
        }
    }
}

impl Wanted {
    /// What a file is that begins so, once inflated; nothing if it holds no mails after all.
    fn format(self, head: &[u8], origin: &Origin) -> Option<Format> {
        match self {
            Wanted::Named => Some(format::of_content(head, &origin.path.to_string_lossy())),
            Wanted::Met(promise) => promise.keep(head),
        }
    }
}

/// Whether the lengths of an mbox count, by its first mail.
fn lengths(file: &File, options: &Options) -> io::Result<Lengths> {
    let mut mbox = Mbox::new(file, options);
    mbox.next_mail()?;
    Ok(mbox.lengths())
}

/// Inflates, looks at the first bytes, and hands the stream to its reader.
fn open(mut input: Bytes, origin: Origin, wanted: Wanted, flags: Flags, length: Option<u64>, options: &Options) -> io::Result<Option<Opened>> {
    let mut head = Head::read(&mut input)?;
    let compression = format::compression(&head.bytes);
    if compression != Compression::None {
        input = compression.inflate(head.before(input), options)?;
        head = Head::read(&mut input)?;
    }
    let Some(format) = wanted.format(&head.bytes, &origin) else { return Ok(None) };
    let input = head.before(input);
    let reader = match format {
        Format::Mail => Reader::Mail(input, length),
        Format::Emlx => Reader::Emlx(input),
        Format::Mbox => Reader::Mbox(Mbox::new(input, options)),
        Format::Tar => return Ok(Some(Opened::Members(Box::new(Tar::new(input))))),
        Format::Zip => return Err(io::Error::other("a ZIP archive is read from a file only: save or unpack it first")),
    };
    Ok(Some(Opened::Mails(Mails { origin, flags, index: 0, reader })))
}

/// The first bytes of a stream, taken off to look at them.
struct Head {
    bytes: Vec<u8>,
    /// Why there are no more: what came before is read all the same.
    failed: Option<io::Error>,
}

impl Head {
    fn read(input: &mut impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        match input.take(SNIFF_BYTES as u64).read_to_end(&mut bytes) {
            Err(error) if bytes.is_empty() => Err(error),
            read => Ok(Self { bytes, failed: read.err() }),
        }
    }

    /// The whole stream again.
    fn before(self, input: Bytes) -> Bytes {
        Box::new(Cursor::new(self.bytes).chain(Failing(self.failed)).chain(input))
    }
}

/// Fails once, if at all, and is empty.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

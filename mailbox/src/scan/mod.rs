//! Mails worked on side by side, given in the order of the input.
//!
//! One thread feeds: it walks the paths and reads what can only be read from its start (archives, compressed files, standard
//! input). Files of one mail, and ranges of a big mbox, are read by the threads that work. Each piece of the input answers through
//! a channel of its own, and the channels are emptied in the order of the pieces.

mod feed;
mod gate;
pub(crate) mod range;
mod worker;

use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::{Options, Record, Unreadable};
use feed::{Feed, Turn};
use gate::Gate;
use range::{Range, RangeReader};
use worker::{Answer, Work};

/// Whether somebody wants the scan to end is looked at so often while nothing comes.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// A mail, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scanned<T> {
    /// The mail without its bytes: `raw` is empty.
    pub record: Record,
    /// What the work on it gave.
    pub found: T,
}

/// How far a scan came: all files before one, and some of its mails. It can be kept, and the scan goes on from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// How many files come before it.
    pub sources: u64,
    /// The file, so that a changed input is seen.
    pub file: Arc<str>,
    /// How many of its mails, and of its errors, are done.
    pub done: u64,
    /// Where the last of them ends.
    pub end: u64,
}

/// The input is not what it was when a [`Position`] was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    file: Arc<str>,
}

impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected `{}` next: files came or went since", self.file)
    }
}

impl std::error::Error for Changed {}

/// Works on every mail at and below some paths with `jobs` threads; what they give comes in the order of the input, and does not
/// depend on their number. `-` is standard input. A big mbox is read from many places at once.
///
/// What is on the way is bounded in bytes and number; each thread holds one mail more. A panic of `work` is passed on to whoever
/// asks for the next result. Dropping the scan ends it.
///
/// ```
/// use mailpick_mailbox::{Options, scan};
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let path = folder.path().join("inbox.mbox");
/// # std::fs::write(&path, "From a@b Thu Jan  1 00:00:00 1970\nSubject: one\n\n\nFrom a@b Thu Jan  1 00:00:01 1970\nSubject: two\n\n").expect("written");
/// let lengths = scan(&[path], 2, &Options::default(), |mail| mail.raw.len());
/// for mail in lengths {
///     let mail = mail.expect("readable");
///     println!("{} {}: {} bytes", mail.record.origin, mail.record.index, mail.found);
/// }
/// ```
pub fn scan<T, W>(paths: &[PathBuf], jobs: usize, options: &Options, work: W) -> Scan<T>
where
    T: Send + 'static,
    W: Fn(&Record) -> T + Send + Sync + 'static,
{
    let feed = Feed::new(paths, options);
    Scan::start(feed, Position::default(), jobs, options, Box::new(work))
}

/// As [`scan`], for what comes after a position. All files before it are listed again, and none is read again; of the file
/// itself, an mbox that is not compressed is read from there, everything else from its start.
///
/// # Errors
///
/// The paths lead to other files than they did.
pub fn scan_after<T, W>(position: Position, paths: &[PathBuf], jobs: usize, options: &Options, work: W) -> Result<Scan<T>, Changed>
where
    T: Send + 'static,
    W: Fn(&Record) -> T + Send + Sync + 'static,
{
    let feed = Feed::after(&position, paths, options)?;
    Ok(Scan::start(feed, position, jobs, options, Box::new(work)))
}

/// Mails and what was made of them, in their order; see [`scan`].
pub struct Scan<T> {
    turns: Receiver<Turn<T>>,
    feeder: Option<JoinHandle<()>>,
    gate: Arc<Gate>,
    work: Arc<Work<T>>,
    options: Options,
    position: Position,
    /// The piece of the input whose results are being given, and its room at the gate.
    piece: Option<Piece<T>>,
    places: usize,
    /// Of the mbox that is read in ranges: where its next mail begins.
    next_mail: u64,
}

enum Piece<T> {
    /// What cannot be read, and needs no work.
    Known(Unreadable),
    Answers(Receiver<Answer<T>>),
    RangeAnswers(Range, Receiver<Answer<T>>),
    /// A range that was begun at a separator that was none: once more, from the right place.
    RangeAgain(Box<RangeReader>),
}

impl<T: Send + 'static> Scan<T> {
    fn start(feed: Feed, position: Position, jobs: usize, options: &Options, work: Box<Work<T>>) -> Self {
        let jobs = jobs.max(1);
        let gate = Arc::new(Gate::new(jobs));
        let work: Arc<Work<T>> = Arc::from(work);
        let (to_scan, turns) = mpsc::channel();
        let to_workers = worker::start(jobs, &gate, &work, options);
        let at_gate = Arc::clone(&gate);
        let feeder = thread::spawn(move || feed.run(&at_gate, &to_workers, &to_scan));
        Self { turns, feeder: Some(feeder), gate, work, options: options.clone(), position, piece: None, places: 0, next_mail: 0 }
    }
}

impl<T> Scan<T> {
    /// After the mails that were given so far.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Once this is set, by another thread or a signal, the scan gives nothing more, even where it waits for standard input.
    pub fn stop(&self) -> Arc<AtomicBool> {
        self.gate.stop()
    }

    /// The next result of the piece at hand, `None` at its end.
    fn next_of_piece(&mut self) -> Result<Option<Found<T>>, Stopped> {
        while let Some(piece) = self.piece.take() {
            match piece {
                Piece::Known(unreadable) => return Ok(Some(Err(unreadable))),
                Piece::Answers(answers) => {
                    if let Some(Answer::Found(found)) = self.receive(&answers)? {
                        self.piece = Some(Piece::Answers(answers));
                        return Ok(Some(found));
                    }
                }
                Piece::RangeAnswers(range, answers) => match self.receive(&answers)? {
                    Some(Answer::Found(found)) => {
                        self.piece = Some(Piece::RangeAnswers(range, answers));
                        return Ok(Some(self.numbered(found)));
                    }
                    Some(Answer::Begun(at)) => self.piece = self.checked(range, at, answers),
                    Some(Answer::Ended(at)) => self.next_mail = at,
                    Some(Answer::Panicked(_)) | None => {}
                },
                Piece::RangeAgain(mut reader) => match reader.next_record() {
                    Some(found) => {
                        self.piece = Some(Piece::RangeAgain(reader));
                        let found = found.map(|record| worker::work_on(record, &*self.work));
                        return Ok(Some(self.numbered(found)));
                    }
                    None => self.next_mail = reader.end(),
                },
            }
        }
        Ok(None)
    }

    /// A range is right if it was begun where the one before it ended, which is known only now.
    fn checked(&self, range: Range, begun: Option<u64>, answers: Receiver<Answer<T>>) -> Option<Piece<T>> {
        if range.is_exact() || begun == Some(self.next_mail) {
            Some(Piece::RangeAnswers(range, answers))
        } else if range.end() <= self.next_mail {
            // A mail that began before the range spans all of it.
            None
        } else {
            Some(Piece::RangeAgain(Box::new(range.from(self.next_mail).open(&self.options))))
        }
    }

    /// A range does not know how many mails come before it.
    fn numbered(&self, mut found: Found<T>) -> Found<T> {
        match &mut found {
            Ok(scanned) => scanned.record.index = self.position.done,
            Err(unreadable) => unreadable.index = self.position.done,
        }
        found
    }

    fn next_turn(&mut self) -> Result<Option<Turn<T>>, Stopped> {
        let turn = wait(&self.turns, &self.gate)?;
        if turn.is_none()
            && let Some(Err(panic)) = self.feeder.take().map(JoinHandle::join)
        {
            panic::resume_unwind(panic);
        }
        Ok(turn)
    }

    fn receive(&self, answers: &Receiver<Answer<T>>) -> Result<Option<Answer<T>>, Stopped> {
        match wait(answers, &self.gate)? {
            Some(Answer::Panicked(panic)) => panic::resume_unwind(panic),
            answer => Ok(answer),
        }
    }

    fn take(&mut self, turn: Turn<T>) {
        if turn.source != self.position.sources || self.position.done == 0 {
            self.position = Position { sources: turn.source, file: turn.file, done: 0, end: 0 };
        }
        self.piece = Some(turn.piece);
        self.places = turn.places;
    }

    fn try_next(&mut self) -> Result<Option<Found<T>>, Stopped> {
        loop {
            if let Some(found) = self.next_of_piece()? {
                self.position.done += 1;
                self.position.end = found.as_ref().map_or(self.position.end, |scanned| scanned.record.offset + scanned.record.length);
                return Ok(Some(found));
            }
            self.gate.leave(std::mem::take(&mut self.places), 0);
            match self.next_turn()? {
                Some(turn) => self.take(turn),
                None => return Ok(None),
            }
        }
    }
}

impl<T> Iterator for Scan<T> {
    type Item = Result<Scanned<T>, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.gate.is_closed() {
            return None;
        }
        self.try_next().unwrap_or_default()
    }
}

impl<T> Drop for Scan<T> {
    fn drop(&mut self) {
        self.gate.close();
    }
}

type Found<T> = Result<Scanned<T>, Unreadable>;

/// The scan was asked to end.
struct Stopped;

/// The next item, `None` if there is none.
fn wait<I>(items: &Receiver<I>, gate: &Gate) -> Result<Option<I>, Stopped> {
    loop {
        match items.recv_timeout(LOOK_INTERVAL) {
            Ok(item) => return Ok(Some(item)),
            Err(RecvTimeoutError::Disconnected) if gate.is_closed() => return Err(Stopped),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if gate.is_closed() => return Err(Stopped),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

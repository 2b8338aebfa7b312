//! The thread that cuts the input into pieces.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, SendError, Sender};

use super::gate::Gate;
use super::range::Range;
use super::worker::{Order, Task};
use super::{Changed, Piece, Position};
use crate::record::Unreadable;
use crate::source::Source;
use crate::{Options, sources};

/// A range's results that may wait for their turn. A range holds more only if its mails are of 2 KB and less on average; then a
/// thread that is ahead waits.
const RANGE_ANSWERS: usize = 2048;

/// The results of one piece, in the order of the input.
pub(super) struct Turn<T> {
    /// The number of the file that it belongs to.
    pub(super) source: u64,
    pub(super) file: Arc<str>,
    pub(super) piece: Piece<T>,
    /// What it takes at the gate until all its results are given.
    pub(super) places: usize,
}

type Sources = Box<dyn Iterator<Item = Result<Source, Unreadable>> + Send>;

/// The files that are left to read.
pub(super) struct Feed {
    sources: Sources,
    /// How many files come before them.
    before: u64,
    /// The first is done up to here.
    position: Position,
    options: Options,
}

/// Nobody takes results any more.
struct Unwanted;

impl<I> From<SendError<I>> for Unwanted {
    fn from(_: SendError<I>) -> Self {
        Self
    }
}

impl Feed {
    pub(super) fn new(paths: &[PathBuf], options: &Options) -> Self {
        let paths = paths.to_vec();
        let sources = Box::new(paths.into_iter().flat_map(|path| sources(&path)));
        Self { sources, before: 0, position: Position::default(), options: options.clone() }
    }

    /// What is left after a position.
    pub(super) fn after(position: &Position, paths: &[PathBuf], options: &Options) -> Result<Self, Changed> {
        let mut feed = Self::new(paths, options);
        for _ in 0..position.sources {
            feed.sources.next();
        }
        feed.before = position.sources;
        if position.done > 0 {
            let next = feed.sources.next().filter(|source| *name(source) == *position.file);
            let next = next.ok_or_else(|| Changed { file: Arc::clone(&position.file) })?;
            feed.sources = Box::new(std::iter::once(next).chain(feed.sources));
            feed.position = position.clone();
        }
        Ok(feed)
    }

    pub(super) fn run<T>(self, gate: &Gate, orders: &Sender<Order<T>>, turns: &Sender<Turn<T>>) {
        let mut position = self.position;
        for (source, number) in self.sources.zip(self.before..) {
            let to = To { source: number, file: name(&source).into(), gate, orders, turns };
            let Position { done, end, .. } = std::mem::take(&mut position);
            if to.feed(source, done, end, &self.options).is_err() {
                return;
            }
        }
    }
}

/// Where the pieces of a file go.
struct To<'a, T> {
    source: u64,
    file: Arc<str>,
    gate: &'a Gate,
    orders: &'a Sender<Order<T>>,
    turns: &'a Sender<Turn<T>>,
}

impl<T> To<'_, T> {
    /// A file but for its first `done` results, the last of which ended at `end`.
    fn feed(&self, source: Result<Source, Unreadable>, done: u64, end: u64, options: &Options) -> Result<(), Unwanted> {
        match source {
            Err(_) if done > 0 => Ok(()),
            Err(unreadable) => self.tell(unreadable),
            Ok(source) if source.is_one_mail() && done > 0 => Ok(()),
            Ok(source) if source.is_one_mail() => {
                let bytes = source.length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
                self.order(Task::File(source), bytes.min(options.max_mail_bytes))
            }
            Ok(source) => match source.big_mbox(options) {
                Some(big) => Range::all(source.origin(), end, big, options.range_bytes).try_for_each(|range| self.order(Task::Range(range), 0)),
                None => source.records_after(options, done, end).try_for_each(|found| match found {
                    Ok(record) => {
                        let bytes = record.raw.len();
                        self.order(Task::Mail(record), bytes)
                    }
                    Err(unreadable) => self.tell(unreadable),
                }),
            },
        }
    }

    fn order(&self, task: Task, bytes: usize) -> Result<(), Unwanted> {
        let (places, room) = if matches!(task, Task::Range(_)) { (self.gate.range_places, RANGE_ANSWERS) } else { (1, 1) };
        let (answers, taken) = mpsc::sync_channel(room);
        let piece = match &task {
            Task::Range(range) => Piece::RangeAnswers(range.clone(), taken),
            Task::Mail(_) | Task::File(_) => Piece::Answers(taken),
        };
        if !self.gate.enter(places, bytes) {
            return Err(Unwanted);
        }
        self.orders.send(Order { task, bytes, answers })?;
        Ok(self.turns.send(self.turn(piece, places))?)
    }

    fn tell(&self, unreadable: Unreadable) -> Result<(), Unwanted> {
        if !self.gate.enter(1, 0) {
            return Err(Unwanted);
        }
        Ok(self.turns.send(self.turn(Piece::Known(unreadable), 1))?)
    }

    fn turn(&self, piece: Piece<T>, places: usize) -> Turn<T> {
        Turn { source: self.source, file: Arc::clone(&self.file), piece, places }
    }
}

fn name(source: &Result<Source, Unreadable>) -> String {
    match source {
        Ok(source) => source.origin().to_string(),
        Err(unreadable) => unreadable.origin.to_string(),
    }
}

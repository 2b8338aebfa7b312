//! The threads that work, and what they answer.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, SendError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Scanned;
use super::gate::Gate;
use super::range::Range;
use crate::Options;
use crate::record::{Record, Unreadable};
use crate::source::Source;

pub(super) type Work<T> = dyn Fn(&Record) -> T + Send + Sync;

/// A piece of the input.
pub(super) enum Task {
    Mail(Record),
    /// A file that is one mail, not opened yet.
    File(Source),
    Range(Range),
}

/// A task, the bytes that it holds at the gate, and where its answers go.
pub(super) struct Order<T> {
    pub(super) task: Task,
    pub(super) bytes: usize,
    pub(super) answers: SyncSender<Answer<T>>,
}

pub(super) enum Answer<T> {
    Found(Result<Scanned<T>, Unreadable>),
    /// Before the first mail of a range: where it begins.
    Begun(Option<u64>),
    /// After the last: where the next mail begins.
    Ended(u64),
    /// To be passed on: a mail must not be missing without a word.
    Panicked(Box<dyn Any + Send>),
}

/// Threads that take orders until there are no more, or the gate is closed.
pub(super) fn start<T: Send + 'static>(jobs: usize, gate: &Arc<Gate>, work: &Arc<Work<T>>, options: &Options) -> Sender<Order<T>> {
    let (orders, taken) = mpsc::channel::<Order<T>>();
    let taken = Arc::new(Mutex::new(taken));
    for _ in 0..jobs {
        let (taken, gate, work, options) = (Arc::clone(&taken), Arc::clone(gate), Arc::clone(work), options.clone());
        thread::spawn(move || {
            while let Some(Order { task, bytes, answers }) = receive(&taken) {
                if gate.is_closed() {
                    return;
                }
                // A scan that needs no more of a range lets go of its answers: no reason to stop.
                match panic::catch_unwind(AssertUnwindSafe(|| task.run(&*work, &options, &answers))) {
                    Ok(Ok(()) | Err(SendError(_))) => {}
                    Err(panic) => drop(answers.send(Answer::Panicked(panic))),
                }
                gate.leave(0, bytes);
            }
        });
    }
    orders
}

impl Task {
    fn run<T>(self, work: &Work<T>, options: &Options, answers: &SyncSender<Answer<T>>) -> Result<(), SendError<Answer<T>>> {
        match self {
            Task::Mail(record) => answers.send(Answer::Found(Ok(work_on(record, work)))),
            Task::File(source) => source.records(options).try_for_each(|found| answers.send(Answer::Found(found.map(|record| work_on(record, work))))),
            Task::Range(range) => {
                let mut reader = range.open(options);
                answers.send(Answer::Begun(reader.begun()))?;
                while let Some(found) = reader.next_record() {
                    answers.send(Answer::Found(found.map(|record| work_on(record, work))))?;
                }
                answers.send(Answer::Ended(reader.end()))
            }
        }
    }
}

/// The work, after which the bytes of the mail are let go.
pub(super) fn work_on<T>(mut record: Record, work: &Work<T>) -> Scanned<T> {
    let found = work(&record);
    record.raw = Vec::new();
    Scanned { record, found }
}

fn receive<T>(from: &Mutex<Receiver<T>>) -> Option<T> {
    from.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

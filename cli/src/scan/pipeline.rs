//! Work done side by side, with its results in the order of the input.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// So many items may be on the way, from being read to being written: enough that a slow one keeps no core idle.
const MAX_ITEMS: usize = 1024;

/// So many bytes may be read and not worked on. One item may always be, whatever its size.
const MAX_BYTES: usize = 16 << 20;

/// Set to end a scan early: nothing more is read, and what was read is left.
pub(super) type Stop = AtomicBool;

/// Reads `items` on a thread, does `work` on `jobs` threads, and hands the results to `write` on this one, in the order of the items. What is
/// on the way is bounded in number and bytes. An error of `write` ends it; so does `stop`, once `write` has come to a whole result.
pub(super) fn run<T: Send, R: Send, E>(
    jobs: usize,
    stop: &Stop,
    items: impl Iterator<Item = T> + Send,
    size: impl Fn(&T) -> usize + Sync,
    work: impl Fn(T) -> R + Sync,
    mut write: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let gate = &Gate::new(stop);
    let (to_workers, from_reader) = mpsc::channel::<(usize, usize, T)>();
    let from_reader = &Mutex::new(from_reader);
    let (to_writer, results) = mpsc::channel::<(usize, R)>();
    let (size, work) = (&size, &work);
    thread::scope(|scope| {
        scope.spawn(move || {
            for (number, item) in items.enumerate() {
                let bytes = size(&item);
                if !gate.enter(bytes) || to_workers.send((number, bytes, item)).is_err() {
                    return;
                }
            }
        });
        for _ in 0..jobs {
            let to_writer = to_writer.clone();
            scope.spawn(move || {
                while let Some((number, bytes, item)) = receive(from_reader) {
                    if gate.is_closed() {
                        return;
                    }
                    let result = work(item);
                    gate.leave(0, bytes);
                    if to_writer.send((number, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(to_writer);
        let written = write_in_order(results, gate, &mut write);
        // The reader may wait for room that nobody makes any more.
        gate.close();
        written
    })
}

fn write_in_order<R, E>(results: mpsc::Receiver<(usize, R)>, gate: &Gate<'_>, write: &mut impl FnMut(R) -> Result<(), E>) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, result) in results {
        early.insert(number, result);
        while let Some(result) = early.remove(&next) {
            if gate.is_closed() {
                return Ok(());
            }
            write(result)?;
            gate.leave(1, 0);
            next += 1;
        }
    }
    Ok(())
}

fn receive<T>(from: &Mutex<mpsc::Receiver<T>>) -> Option<T> {
    from.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Counts what is on the way, and lets the reader wait.
struct Gate<'a> {
    inside: Mutex<Inside>,
    changed: Condvar,
    stop: &'a Stop,
    closed: AtomicBool,
}

#[derive(Default)]
struct Inside {
    items: usize,
    bytes: usize,
}

impl<'a> Gate<'a> {
    fn new(stop: &'a Stop) -> Self {
        Self { inside: Mutex::default(), changed: Condvar::new(), stop, closed: AtomicBool::new(false) }
    }

    /// Waits for room; `false` if nothing more is wanted.
    fn enter(&self, bytes: usize) -> bool {
        let mut inside = self.lock();
        while !self.is_closed() && (inside.items >= MAX_ITEMS || inside.bytes > 0 && inside.bytes + bytes > MAX_BYTES) {
            inside = self.changed.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        inside.items += 1;
        inside.bytes += bytes;
        !self.is_closed()
    }

    fn is_closed(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.closed.load(Ordering::Relaxed)
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.leave(0, 0);
    }

    fn leave(&self, items: usize, bytes: usize) {
        let mut inside = self.lock();
        inside.items = inside.items.saturating_sub(items);
        inside.bytes = inside.bytes.saturating_sub(bytes);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_items() {
        for jobs in [1, 2, 8] {
            let mut written = Vec::new();
            // The first of ten takes longest.
            let work = |number: usize| {
                if number.is_multiple_of(10) {
                    thread::sleep(std::time::Duration::from_millis(1));
                }
                number * 2
            };
            let done: Result<(), ()> = run(
                jobs,
                &Stop::default(),
                0..5_000,
                |_| 100_000,
                work,
                |result| {
                    written.push(result);
                    Ok(())
                },
            );
            assert!(done.is_ok() && written == (0..5_000).map(|number| number * 2).collect::<Vec<_>>(), "{jobs} jobs");
        }
    }

    #[test]
    fn an_error_ends_an_endless_input() {
        let done = run(2, &Stop::default(), 0.., |_| MAX_BYTES, |number| number, |number| if number < 100 { Ok(()) } else { Err(number) });
        assert_eq!(done, Err(100));
    }
}

//! What is on the way between the input and whoever takes the results, within bounds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// So many mails may be on the way: enough that a slow one keeps no core idle.
const PLACES: usize = 1024;

/// So many ranges of an mbox for each thread.
const RANGES: usize = 4;

/// So many bytes may be read and not worked on. One mail may always be, whatever its size.
const MAX_BYTES: usize = 16 << 20;

/// Counts what is on the way, and lets the feeding thread wait.
pub(super) struct Gate {
    /// How many places a range takes.
    pub(super) range_places: usize,
    inside: Mutex<Inside>,
    changed: Condvar,
    closed: Arc<AtomicBool>,
}

#[derive(Default)]
struct Inside {
    places: usize,
    bytes: usize,
}

impl Gate {
    pub(super) fn new(jobs: usize) -> Self {
        let range_places = (PLACES / jobs.saturating_mul(RANGES)).max(1);
        Self { range_places, inside: Mutex::default(), changed: Condvar::new(), closed: Arc::default() }
    }

    /// Waits for room; `false` if nothing more is wanted.
    pub(super) fn enter(&self, places: usize, bytes: usize) -> bool {
        let mut inside = self.lock();
        while !self.is_closed() && (inside.places > 0 && inside.places + places > PLACES || inside.bytes > 0 && inside.bytes + bytes > MAX_BYTES) {
            inside = self.changed.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        inside.places += places;
        inside.bytes += bytes;
        !self.is_closed()
    }

    pub(super) fn leave(&self, places: usize, bytes: usize) {
        let mut inside = self.lock();
        inside.places -= places;
        inside.bytes -= bytes;
        self.changed.notify_one();
    }

    pub(super) fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.closed)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // Under the lock, so that it comes after whoever looked at `closed` before waits.
        let _inside = self.lock();
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

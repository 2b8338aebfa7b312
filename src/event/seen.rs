//! Which events were seen before.

use std::collections::{HashSet, VecDeque};

/// Remembers the ids of the last events: a stream that reconnects, and a backfill beside it, bring some of them twice.
///
/// ```
/// use mailpick::event::Seen;
/// let mut seen = Seen::of_last(2);
/// assert!(seen.first("evt_1"));
/// assert!(!seen.first("evt_1"));
/// assert!(seen.first("evt_2") && seen.first("evt_3"));
/// assert!(seen.first("evt_1"), "forgotten by then");
/// ```
#[derive(Debug, Clone)]
pub struct Seen {
    most: usize,
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Seen {
    /// Remembers so many events, at least one.
    pub fn of_last(most: usize) -> Self {
        Self { most: most.max(1), ids: HashSet::new(), order: VecDeque::new() }
    }

    /// Whether an id comes for the first time; it is remembered from now on.
    pub fn first(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

//! The waits of many inboxes.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use super::{Arrival, Status, Wait, WaitType};

/// The waits of many inboxes, by id: routes each mail to all waits of its inbox, and says when to look again.
///
/// A mail costs as much as its inbox has waits; [`WaitSet::tick`] as many as have ended.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use mailpick::wait::{Arrival, Wait, WaitSet, WaitType};
/// use mailpick::Message;
///
/// let now = SystemTime::UNIX_EPOCH;
/// let mut waits = WaitSet::new();
/// waits.insert("wait_1", "inb_1", Wait::new(WaitType::Otp, Wait::DEFAULT_TIMEOUT, now));
/// waits.insert("wait_2", "inb_2", Wait::new(WaitType::Otp, Duration::from_secs(5), now));
///
/// let message = Message::new().subject("Your login code").text("Your login code is 483921. It expires in 10 minutes.");
/// assert_eq!(waits.observe("inb_1", &Arrival::of(&message, now)), ["wait_1"]);
/// assert_eq!(waits.next_deadline(), Some(now + Duration::from_secs(5)));
/// assert_eq!(waits.tick(now + Duration::from_secs(5)), ["wait_2"]);
/// assert_eq!(waits.next_deadline(), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct WaitSet {
    waits: HashMap<String, Kept>,
    pending: HashMap<String, Vec<String>>,
    deadlines: BTreeSet<(SystemTime, String)>,
}

#[derive(Debug, Clone)]
struct Kept {
    inbox: String,
    wait: Wait,
}

impl WaitSet {
    /// No waits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a wait of an inbox. A wait of the same id is replaced, and returned.
    pub fn insert(&mut self, id: impl Into<String>, inbox: impl Into<String>, wait: Wait) -> Option<Wait> {
        let (id, inbox) = (id.into(), inbox.into());
        let before = self.remove(&id);
        if let Some(deadline) = wait.deadline() {
            self.pending.entry(inbox.clone()).or_default().push(id.clone());
            self.deadlines.insert((deadline, id.clone()));
        }
        self.waits.insert(id, Kept { inbox, wait });
        before
    }

    /// A wait, pending or ended; ended ones stay until they are removed.
    pub fn get(&self, id: &str) -> Option<&Wait> {
        self.waits.get(id).map(|kept| &kept.wait)
    }

    /// Takes a wait out.
    pub fn remove(&mut self, id: &str) -> Option<Wait> {
        self.retire(id);
        self.waits.remove(id).map(|kept| kept.wait)
    }

    /// A mail arrived in an inbox. Returns the ids of the waits that it ended, oldest first.
    pub fn observe(&mut self, inbox: &str, arrival: &Arrival<'_>) -> Vec<String> {
        let waiting = self.pending.get(inbox).cloned().unwrap_or_default();
        let completed = |id: &String| self.waits.get_mut(id).is_some_and(|kept| kept.wait.observe(arrival).is_some());
        let ended: Vec<String> = waiting.into_iter().filter(completed).collect();
        ended.iter().for_each(|id| self.forget(id));
        ended
    }

    /// Time passed. Returns the ids of the waits that it ended, by their deadlines.
    pub fn tick(&mut self, now: SystemTime) -> Vec<String> {
        let due: Vec<String> = self.deadlines.iter().take_while(|(deadline, _)| *deadline <= now).map(|(_, id)| id.clone()).collect();
        for id in &due {
            self.forget(id);
            if let Some(kept) = self.waits.get_mut(id) {
                kept.wait.tick(now);
            }
        }
        due
    }

    /// A caller no longer waits. Returns the status that the wait has now; `None` if there is no such wait.
    pub fn cancel(&mut self, id: &str, now: SystemTime) -> Option<Status> {
        self.retire(id);
        self.waits.get_mut(id).map(|kept| kept.wait.cancel(now))
    }

    /// When [`WaitSet::tick`] should be called next.
    pub fn next_deadline(&self) -> Option<SystemTime> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    fn retire(&mut self, id: &str) {
        if self.get(id).is_some_and(|wait| wait.status() == Status::Pending) {
            self.forget(id);
        }
    }

    /// Takes a wait off the lists of the pending ones.
    fn forget(&mut self, id: &str) {
        let Some(kept) = self.waits.get(id) else { return };
        // An ended wait has no deadline any more, so this is what it was.
        let deadline = if kept.wait.wait_type() == WaitType::Check { kept.wait.created_at() } else { kept.wait.expires_at() };
        if let Some(ids) = self.pending.get_mut(&kept.inbox) {
            ids.retain(|other| other != id);
            if ids.is_empty() {
                self.pending.remove(&kept.inbox);
            }
        }
        self.deadlines.remove(&(deadline, id.to_owned()));
    }
}

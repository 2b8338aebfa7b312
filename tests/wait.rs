//! Waits under any interleaving of mails, ticks and cancellations.

use std::time::{Duration, SystemTime};

use mailpick::Message;
use mailpick::wait::{Arrival, Status, Wait, WaitSet, WaitType};
use proptest::prelude::*;

/// What may happen to a wait, at a second after a fixed moment. Times are not in order: clocks jump, and mails are late.
#[derive(Debug, Clone, Copy)]
enum Step {
    Mail(usize, u64),
    Tick(u64),
    Cancel(u64),
}

const MAILS: [&[u8]; 4] = [
    b"From: no-reply@example.org\r\nSubject: Your login code\r\n\r\nYour login code is 483921. It expires in 10 minutes.\r\n",
    b"From: no-reply@example.org\r\nSubject: Your login code\r\n\r\nYour login code is 771204. It expires in 10 minutes.\r\n",
    b"From: no-reply@example.org\r\nSubject: Reset your password\r\n\r\nYou asked to reset your password. Choose a new one here:\r\nhttps://example.org/reset?token=8f3e9a7c1b5d4e6f\r\nThe link expires in one hour.\r\n",
    b"From: ann@example.net\r\nSubject: Lunch\r\n\r\nShall we have lunch tomorrow?\r\n",
];

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![(0..MAILS.len(), 0..300u64).prop_map(|(mail, seconds)| Step::Mail(mail, seconds)), (0..300u64).prop_map(Step::Tick), (0..300u64).prop_map(Step::Cancel),]
}

fn wait_type() -> impl Strategy<Value = WaitType> {
    prop::sample::select(WaitType::ALL.to_vec())
}

fn messages() -> Vec<Message<'static>> {
    MAILS.iter().map(|raw| Message::parse(raw)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_wait_ends_once_and_has_a_result_exactly_when_completed(wait_type in wait_type(), timeout in 1..200u64, steps in prop::collection::vec(step(), 0..12)) {
        let messages = messages();
        let mut wait = Wait::new(wait_type, Duration::from_secs(timeout), at(100));
        let mut end = None;
        for step in steps {
            match step {
                Step::Mail(mail, seconds) => { wait.observe(&Arrival::of(&messages[mail], at(seconds))); }
                Step::Tick(seconds) => { wait.tick(at(seconds)); }
                Step::Cancel(seconds) => { wait.cancel(at(seconds)); }
            }
            prop_assert_eq!(wait.result().is_some(), wait.status() == Status::Completed);
            prop_assert_eq!(wait.deadline().is_some(), wait.status() == Status::Pending);
            if let Some(end) = &end {
                prop_assert_eq!(end, &wait);
            } else if wait.status() != Status::Pending {
                end = Some(wait.clone());
            }
        }
    }

    #[test]
    fn a_set_ends_every_wait_at_its_deadline(timeouts in prop::collection::vec((1..200u64, 0..3usize, wait_type()), 1..8), steps in prop::collection::vec(step(), 0..12)) {
        let messages = messages();
        let mut waits = WaitSet::new();
        for (number, (timeout, inbox, wait_type)) in timeouts.iter().enumerate() {
            waits.insert(number.to_string(), inbox.to_string(), Wait::new(*wait_type, Duration::from_secs(*timeout), at(100)));
        }
        let mut ended = Vec::new();
        for (turn, step) in steps.into_iter().enumerate() {
            match step {
                Step::Mail(mail, seconds) => ended.extend(waits.observe(&(turn % 3).to_string(), &Arrival::of(&messages[mail], at(seconds)))),
                Step::Tick(seconds) => {
                    ended.extend(waits.tick(at(seconds)));
                    prop_assert!(waits.next_deadline().is_none_or(|deadline| deadline > at(seconds)));
                }
                Step::Cancel(_) => {
                    let id = (turn % timeouts.len()).to_string();
                    if waits.get(&id).is_some_and(|wait| wait.status() == Status::Pending) {
                        ended.push(id.clone());
                    }
                    waits.cancel(&id, at(100));
                }
            }
        }
        ended.extend(waits.tick(at(1_000)));
        ended.sort();
        let mut all: Vec<String> = (0..timeouts.len()).map(|number| number.to_string()).collect();
        all.sort();
        prop_assert_eq!(ended, all, "each ends exactly once");
        prop_assert_eq!(waits.next_deadline(), None);
    }
}

//! The life of a wait: what an inbox promises to tell as soon as a mail brings it.
//!
//! A [`Wait`] is a state machine without I/O and without a clock: the caller hands in mails and the time, and asks for the
//! next [`Wait::deadline`]. Its status only moves forward, from pending to one of three ends; nothing changes an end.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use mailpick::wait::{Arrival, Status, Wait, WaitType};
//! use mailpick::Message;
//!
//! let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_718_188_200);
//! let mut wait = Wait::new(WaitType::Otp, Wait::DEFAULT_TIMEOUT, start).expect_sender("example.org");
//! assert_eq!(wait.deadline(), Some(start + Duration::from_secs(120)));
//!
//! let message = Message::parse(b"From: no-reply@example.org\r\nSubject: Your login code\r\n\r\nYour login code is 483921. It expires in 10 minutes.\r\n");
//! let result = wait.observe(&Arrival::of(&message, start + Duration::from_secs(15))).expect("an answer");
//! assert_eq!(result.value, "483921");
//! assert_eq!(wait.status(), Status::Completed);
//! assert_eq!(wait.deadline(), None);
//! ```
//!
//! A [`WaitSet`] keeps the waits of many inboxes. With the feature `serde`, `WaitRecord` and `WaitRequest` are what a
//! server sends and receives.

#[cfg(feature = "serde")]
mod record;
#[cfg(feature = "serde")]
pub(crate) mod rfc3339;
mod set;

#[cfg(feature = "serde")]
pub use record::{InvalidRequest, WaitRecord, WaitRequest};
pub use set::WaitSet;

use std::fmt;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use crate::body::message::Message;
use crate::evidence::is_from;
use crate::report::{Answer, DEFAULT_THRESHOLD, Kind, Report};
use crate::{Extractor, Hints};

/// What a wait waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum WaitType {
    /// A one-time code.
    Otp,
    /// A link that signs in, or verifies an address.
    MagicLink,
    /// A link to set a new password.
    PasswordReset,
    /// Any mail.
    Email,
    /// Whatever the inbox holds at this moment: it ends at the first [`Wait::tick`], whatever the time.
    Check,
}

impl WaitType {
    /// Every type.
    pub const ALL: [WaitType; 5] = [WaitType::Otp, WaitType::MagicLink, WaitType::PasswordReset, WaitType::Email, WaitType::Check];

    /// Its name on the wire: `otp`, `magic_link`, `password_reset`, `email`, `check`.
    pub fn name(self) -> &'static str {
        match self {
            WaitType::Otp => Kind::Otp.name(),
            WaitType::MagicLink => Kind::MagicLink.name(),
            WaitType::PasswordReset => Kind::PasswordReset.name(),
            WaitType::Email => "email",
            WaitType::Check => "check",
        }
    }

    /// The kind of answer that completes it, where only one does.
    pub fn kind(self) -> Option<Kind> {
        match self {
            WaitType::Otp => Some(Kind::Otp),
            WaitType::MagicLink => Some(Kind::MagicLink),
            WaitType::PasswordReset => Some(Kind::PasswordReset),
            WaitType::Email | WaitType::Check => None,
        }
    }
}

impl From<Kind> for WaitType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Otp => WaitType::Otp,
            Kind::MagicLink => WaitType::MagicLink,
            Kind::PasswordReset => WaitType::PasswordReset,
        }
    }
}

/// Where a wait is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Status {
    /// No mail has completed it yet.
    Pending,
    /// A mail did; there is a result.
    Completed,
    /// Its time is over without a result.
    TimedOut,
    /// The caller gave up; no result.
    Canceled,
}

/// What completed a wait: on the wire `{"type":"otp","value":"123456","confidence":0.98}`.
#[derive(Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct WaitResult {
    /// What it is: the kind of the answer, or [`WaitType::Email`] for a mail as such.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub wait_type: WaitType,
    /// The code or link, a secret; for a mail as such its `Message-ID`, empty where it has none.
    pub value: String,
    /// The answer's confidence, 0 to 1; 1 for a mail as such.
    pub confidence: f64,
}

// The value is a secret: only its length is shown.
impl fmt::Debug for WaitResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = format_args!("<{} characters>", self.value.chars().count()).to_string();
        f.debug_struct("WaitResult").field("wait_type", &self.wait_type).field("value", &value).field("confidence", &self.confidence).finish()
    }
}

impl From<&Answer> for WaitResult {
    fn from(answer: &Answer) -> Self {
        Self { wait_type: answer.kind.into(), value: answer.value.clone(), confidence: answer.confidence }
    }
}

/// A mail that arrived in an inbox, read once for all waits.
#[derive(Debug, Clone)]
pub struct Arrival<'m> {
    message: &'m Message<'m>,
    report: Report,
    received_at: SystemTime,
}

impl<'m> Arrival<'m> {
    /// Reads a mail with the default options. Linear in its length.
    pub fn of(message: &'m Message<'m>, received_at: SystemTime) -> Self {
        // Which answers are good enough is each wait's own question.
        Self::read(message, Extractor::new().extract_message_with(message, &Hints::new()), received_at)
    }

    /// A mail that was read already, with options of the caller's.
    pub fn read(message: &'m Message<'m>, report: Report, received_at: SystemTime) -> Self {
        Self { message, report, received_at }
    }

    /// What the engine says of it.
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// A wait. See the [module](self) for an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    wait_type: WaitType,
    timeout: Duration,
    created_at: SystemTime,
    since: SystemTime,
    min_confidence: f64,
    sender: Option<String>,
    end: Option<End>,
}

#[derive(Debug, Clone, PartialEq)]
struct End {
    status: Status,
    at: SystemTime,
    result: Option<WaitResult>,
}

impl Wait {
    /// How long a wait lasts unless its creator says otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);
    /// How long a wait may last; longer and shorter ones are clamped to it.
    pub const TIMEOUTS: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(600);

    /// A wait that begins now. Only mails received from now on complete it, except for a [`WaitType::Check`], which looks at
    /// what is there already.
    pub fn new(wait_type: WaitType, timeout: Duration, now: SystemTime) -> Self {
        let since = if wait_type == WaitType::Check { SystemTime::UNIX_EPOCH } else { now };
        let timeout = timeout.clamp(*Self::TIMEOUTS.start(), *Self::TIMEOUTS.end());
        Self { wait_type, timeout, created_at: now, since, min_confidence: DEFAULT_THRESHOLD, sender: None, end: None }
    }

    /// Accepts mails received from this moment on, also before the wait began: for who asks for the mail first and waits
    /// afterwards.
    pub fn since(mut self, since: SystemTime) -> Self {
        self.since = since;
        self
    }

    /// The least confidence that completes it, 0 to 1 (default 0.5).
    pub fn min_confidence(mut self, min_confidence: f64) -> Self {
        self.min_confidence = min_confidence;
        self
    }

    /// Accepts mails of this sender only: an address, or a domain with all that its owner registered (as
    /// [`Hints::expect_sender`]). `From` is what the mail says of itself: nobody checks it here.
    pub fn expect_sender(mut self, sender: impl Into<String>) -> Self {
        self.sender = Some(sender.into());
        self
    }

    /// A mail arrived. The first acceptable answer completes the wait; a better one later does not change it, and after any
    /// end nothing does. Mails may come in any order and more than once. Returns the result, once there is one.
    ///
    /// A mail received at or after the deadline does not count, whether or not [`Wait::tick`] was called in between.
    pub fn observe(&mut self, arrival: &Arrival<'_>) -> Option<&WaitResult> {
        if self.end.is_none() && self.accepts(arrival) {
            let result = self.result_of(arrival);
            if result.is_some() {
                self.finish(Status::Completed, arrival.received_at.max(self.created_at), result);
            }
        }
        self.result()
    }

    fn accepts(&self, arrival: &Arrival<'_>) -> bool {
        let in_time = self.wait_type == WaitType::Check || arrival.received_at < self.expires_at();
        in_time && arrival.received_at >= self.since && self.sender.as_deref().is_none_or(|sender| is_from(arrival.message, sender))
    }

    fn result_of(&self, arrival: &Arrival<'_>) -> Option<WaitResult> {
        let acceptable = |kind| arrival.report.best_from(kind, self.min_confidence).map(|candidate| &candidate.answer);
        match self.wait_type {
            WaitType::Email => Some(WaitResult { wait_type: WaitType::Email, value: arrival.message.message_id.clone().unwrap_or_default(), confidence: 1.0 }),
            WaitType::Check => Kind::ALL.into_iter().filter_map(acceptable).max_by(|a, b| a.confidence.total_cmp(&b.confidence)).map(WaitResult::from),
            wait_type => wait_type.kind().and_then(acceptable).map(WaitResult::from),
        }
    }

    /// Time passed. Ends the wait when its deadline is reached.
    pub fn tick(&mut self, now: SystemTime) -> Status {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.finish(Status::TimedOut, now, None);
        }
        self.status()
    }

    /// The caller no longer waits.
    pub fn cancel(&mut self, now: SystemTime) -> Status {
        self.finish(Status::Canceled, now, None);
        self.status()
    }

    fn finish(&mut self, status: Status, at: SystemTime, result: Option<WaitResult>) {
        self.end.get_or_insert(End { status, at, result });
    }

    /// When [`Wait::tick`] should be called next; `None` once it has ended. A [`WaitType::Check`] never blocks: its deadline
    /// is its beginning.
    pub fn deadline(&self) -> Option<SystemTime> {
        self.end.is_none().then(|| if self.wait_type == WaitType::Check { self.created_at } else { self.expires_at() })
    }

    /// What it waits for.
    pub fn wait_type(&self) -> WaitType {
        self.wait_type
    }

    /// How long it lasts.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// When it began.
    pub fn created_at(&self) -> SystemTime {
        self.created_at
    }

    /// When its time is over.
    pub fn expires_at(&self) -> SystemTime {
        self.created_at.checked_add(self.timeout).unwrap_or(self.created_at)
    }

    /// When it ended, whatever the end.
    pub fn ended_at(&self) -> Option<SystemTime> {
        self.end.as_ref().map(|end| end.at)
    }

    /// Where it is in its life.
    pub fn status(&self) -> Status {
        self.end.as_ref().map_or(Status::Pending, |end| end.status)
    }

    /// What completed it: there is one exactly when the status is [`Status::Completed`].
    pub fn result(&self) -> Option<&WaitResult> {
        self.end.as_ref().and_then(|end| end.result.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &[u8] =
        b"From: Example <no-reply@mail.example.org>\r\nMessage-ID: <1@example.org>\r\nSubject: Your login code\r\n\r\nYour login code is 483921. It expires in 10 minutes.\r\n";
    const LUNCH: &[u8] = b"From: Ann <ann@example.net>\r\nMessage-ID: <2@example.net>\r\nSubject: Lunch\r\n\r\nShall we have lunch tomorrow?\r\n";

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
    }

    fn observe(wait: &mut Wait, raw: &[u8], seconds: u64) -> Option<String> {
        let message = Message::parse(raw);
        wait.observe(&Arrival::of(&message, at(seconds))).map(|result| result.value.clone())
    }

    fn otp() -> Wait {
        Wait::new(WaitType::Otp, Wait::DEFAULT_TIMEOUT, at(0))
    }

    #[test]
    fn the_first_acceptable_answer_completes_and_stays() {
        let mut wait = otp();
        assert_eq!(observe(&mut wait, LUNCH, 1), None);
        assert_eq!(observe(&mut wait, CODE, 2).as_deref(), Some("483921"));
        assert_eq!(observe(&mut wait, &String::from_utf8_lossy(CODE).replace("483921", "771204").into_bytes(), 3).as_deref(), Some("483921"));
        assert_eq!((wait.cancel(at(4)), wait.tick(at(500)), wait.ended_at()), (Status::Completed, Status::Completed, Some(at(2))));
    }

    #[test]
    fn mails_from_before_and_after_do_not_count() {
        let mut wait = Wait::new(WaitType::Otp, Duration::from_secs(10), at(100));
        assert_eq!(observe(&mut wait, CODE, 99), None);
        assert_eq!(observe(&mut wait, CODE, 110), None);
        assert_eq!(wait.tick(at(109)), Status::Pending);
        assert_eq!(wait.tick(at(110)), Status::TimedOut);
        assert_eq!(observe(&mut wait, CODE, 105), None);
        assert_eq!(observe(&mut Wait::new(WaitType::Otp, Duration::from_secs(10), at(100)).since(at(50)), CODE, 99).as_deref(), Some("483921"));
    }

    #[test]
    fn who_expects_a_sender_takes_no_other() {
        assert_eq!(observe(&mut otp().expect_sender("example.net"), CODE, 1), None);
        assert_eq!(observe(&mut otp().expect_sender("example.org"), CODE, 1).as_deref(), Some("483921"));
    }

    #[test]
    fn confidence_below_what_is_asked_for_does_not_complete() {
        assert_eq!(observe(&mut otp().min_confidence(1.01), CODE, 1), None);
    }

    #[test]
    fn a_mail_that_contradicts_itself_completes_no_wait_however_low_it_asks() {
        let code = |code| format!("Your verification code is {code}. It expires in 10 minutes.");
        let message = Message::new().subject("Your verification code").text(code("483921")).html(code("650174"));
        assert_eq!(otp().min_confidence(0.0).observe(&Arrival::of(&message, at(1))), None);
    }

    #[test]
    fn any_mail_completes_a_wait_for_mail() {
        let mut wait = Wait::new(WaitType::Email, Wait::DEFAULT_TIMEOUT, at(0));
        assert_eq!(observe(&mut wait, LUNCH, 1).as_deref(), Some("2@example.net"));
        assert_eq!(wait.result().map(|result| result.wait_type), Some(WaitType::Email));
    }

    #[test]
    fn a_check_takes_what_is_there_and_never_blocks() {
        let mut wait = Wait::new(WaitType::Check, Wait::DEFAULT_TIMEOUT, at(100));
        assert_eq!(observe(&mut wait, CODE, 10).as_deref(), Some("483921"));
        let mut empty = Wait::new(WaitType::Check, Wait::DEFAULT_TIMEOUT, at(100));
        assert_eq!(empty.tick(at(100)), Status::TimedOut);
    }

    #[test]
    fn timeouts_are_clamped() {
        assert_eq!(Wait::new(WaitType::Otp, Duration::ZERO, at(0)).timeout(), Duration::from_secs(1));
        assert_eq!(Wait::new(WaitType::Otp, Duration::MAX, at(0)).timeout(), Duration::from_secs(600));
    }

    #[test]
    fn debug_masks_the_result() {
        let mut wait = otp();
        observe(&mut wait, CODE, 1);
        assert!(!format!("{wait:?}").contains("483921"));
    }
}

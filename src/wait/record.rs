//! Waits on the wire: what a server receives and sends.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::rfc3339;
use super::{Status, Wait, WaitResult, WaitType};

/// The body of a request to create a wait.
///
/// ```
/// use mailpick::wait::{WaitRequest, WaitType};
/// let request: WaitRequest = serde_json::from_str(r#"{"inboxId":"inb_123","type":"otp"}"#).unwrap();
/// let wait = request.wait(std::time::SystemTime::UNIX_EPOCH).unwrap();
/// assert_eq!((wait.wait_type(), wait.timeout().as_secs()), (WaitType::Otp, 120));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WaitRequest {
    /// The inbox to wait at.
    #[serde(alias = "inbox_id")]
    pub inbox_id: String,
    /// What to wait for.
    #[serde(rename = "type")]
    pub wait_type: WaitType,
    /// How long, 1 to 600 seconds; 120 unless said.
    #[serde(alias = "timeout_seconds", default = "default_timeout")]
    pub timeout_seconds: u64,
    /// The session that the wait belongs to.
    #[serde(alias = "session_id", default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

fn default_timeout() -> u64 {
    Wait::DEFAULT_TIMEOUT.as_secs()
}

/// Why a request creates no wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// `timeoutSeconds` is not from 1 to 600.
    Timeout(u64),
    /// `inboxId` is empty.
    NoInbox,
}

impl std::fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            InvalidRequest::Timeout(seconds) => {
                write!(f, "timeoutSeconds: expected {} to {}, got {seconds}", Wait::TIMEOUTS.start().as_secs(), Wait::TIMEOUTS.end().as_secs())
            }
            InvalidRequest::NoInbox => f.write_str("inboxId: expected the id of an inbox, got an empty string"),
        }
    }
}

impl std::error::Error for InvalidRequest {}

impl WaitRequest {
    /// The wait that it asks for, from now on.
    ///
    /// # Errors
    /// When the timeout is out of bounds, or the inbox has no id.
    pub fn wait(&self, now: SystemTime) -> Result<Wait, InvalidRequest> {
        let timeout = Duration::from_secs(self.timeout_seconds);
        if self.inbox_id.is_empty() {
            return Err(InvalidRequest::NoInbox);
        }
        if !Wait::TIMEOUTS.contains(&timeout) {
            return Err(InvalidRequest::Timeout(self.timeout_seconds));
        }
        Ok(Wait::new(self.wait_type, timeout, now))
    }
}

/// A wait as a server shows it. Times are RFC 3339, in UTC. Fields that it does not know are skipped on reading, and the
/// snake_case spelling of a name is read too.
///
/// ```
/// use mailpick::wait::{Status, WaitRecord};
/// let json = r#"{"id":"wait_789","inboxId":"inb_123","type":"otp","status":"timed_out","result":null}"#;
/// let record: WaitRecord = serde_json::from_str(json).unwrap();
/// assert_eq!(record.status, Status::TimedOut);
/// assert_eq!(serde_json::to_string(&record).unwrap(), json);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WaitRecord {
    /// The wait's id.
    pub id: String,
    /// The inbox that it waits at.
    #[serde(alias = "inbox_id")]
    pub inbox_id: String,
    /// The session that it belongs to.
    #[serde(alias = "session_id", default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// What it waits for.
    #[serde(rename = "type")]
    pub wait_type: WaitType,
    /// Where it is in its life.
    pub status: Status,
    /// How long it lasts, in seconds; shown while it is pending.
    #[serde(alias = "timeout_seconds", default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// What completed it; `null` unless it is completed.
    #[serde(default)]
    pub result: Option<WaitResult>,
    /// When it began; shown while it is pending, and when it is completed.
    #[serde(alias = "created_at", default, skip_serializing_if = "Option::is_none", with = "rfc3339")]
    pub created_at: Option<SystemTime>,
    /// When its time is over; shown while it is pending.
    #[serde(alias = "expires_at", default, skip_serializing_if = "Option::is_none", with = "rfc3339")]
    pub expires_at: Option<SystemTime>,
    /// When it was completed.
    #[serde(alias = "completed_at", default, skip_serializing_if = "Option::is_none", with = "rfc3339")]
    pub completed_at: Option<SystemTime>,
}

impl WaitRecord {
    /// A wait at this moment.
    pub fn of(wait: &Wait, id: impl Into<String>, inbox_id: impl Into<String>) -> Self {
        let (pending, completed) = (wait.status() == Status::Pending, wait.status() == Status::Completed);
        Self {
            id: id.into(),
            inbox_id: inbox_id.into(),
            session_id: None,
            wait_type: wait.wait_type(),
            status: wait.status(),
            timeout_seconds: pending.then(|| wait.timeout().as_secs()),
            result: wait.result().cloned(),
            created_at: (pending || completed).then(|| wait.created_at()),
            expires_at: pending.then(|| wait.expires_at()),
            completed_at: wait.ended_at().filter(|_| completed),
        }
    }

    /// With the session that it belongs to.
    pub fn session(mut self, session_id: impl Into<String>) -> Self {
        self.session_id = Some(session_id.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;
    use crate::wait::Arrival;

    /// The protocol's own samples.
    const COMPLETED: &str = r#"{"id":"wait_789","inboxId":"inb_123","type":"otp","status":"completed","result":{"type":"otp","value":"123456","confidence":0.98},"createdAt":"2024-06-12T10:30:00Z","completedAt":"2024-06-12T10:30:15Z"}"#;
    const PENDING: &str = r#"{"id":"wait_789","inboxId":"inb_123","sessionId":"ses_1","type":"magic_link","status":"pending","timeoutSeconds":120,"result":null,"createdAt":"2024-06-12T10:30:00Z","expiresAt":"2024-06-12T10:32:00Z"}"#;

    fn same(json: &str) -> WaitRecord {
        let record: WaitRecord = serde_json::from_str(json).expect("a wait");
        assert_eq!(serde_json::to_value(&record).expect("JSON"), serde_json::from_str::<serde_json::Value>(json).expect("JSON"));
        record
    }

    #[test]
    fn samples_of_every_status_and_type_are_read_and_written_alike() {
        assert_eq!(same(COMPLETED).result.map(|result| result.value).as_deref(), Some("123456"));
        assert_eq!(same(PENDING).session_id.as_deref(), Some("ses_1"));
        for wait_type in WaitType::ALL {
            for status in ["pending", "timed_out", "canceled"] {
                let record = same(&format!(r#"{{"id":"w","inboxId":"i","type":"{}","status":"{status}","result":null}}"#, wait_type.name()));
                assert_eq!(record.wait_type, wait_type);
            }
        }
    }

    #[test]
    fn snake_case_and_unknown_fields_are_read() {
        let record: WaitRecord =
            serde_json::from_str(r#"{"id":"w","inbox_id":"i","type":"otp","status":"pending","created_at":"2024-06-12T10:30:00.5+02:00","colour":[1]}"#).expect("a wait");
        assert_eq!(record.created_at, Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_718_181_000_500)));
        assert!(serde_json::from_str::<WaitRecord>(r#"{"id":"w","inboxId":"i","type":"otp","status":"pending","createdAt":"soon"}"#).is_err());
        assert!(serde_json::from_str::<WaitRequest>(r#"{"inboxId":"i","type":"letter"}"#).is_err());
    }

    #[test]
    fn a_wait_is_shown_as_the_protocol_shows_it() {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_718_188_200);
        let request: WaitRequest = serde_json::from_str(r#"{"inboxId":"inb_123","type":"otp","timeoutSeconds":60}"#).expect("a request");
        let mut wait = request.wait(start).expect("a wait");
        let show = |wait: &Wait| serde_json::to_string(&WaitRecord::of(wait, "wait_789", "inb_123")).expect("JSON");
        assert_eq!(
            show(&wait),
            r#"{"id":"wait_789","inboxId":"inb_123","type":"otp","status":"pending","timeoutSeconds":60,"result":null,"createdAt":"2024-06-12T10:30:00Z","expiresAt":"2024-06-12T10:31:00Z"}"#
        );
        let message = Message::new().subject("Your login code").text("Your login code is 123456. It expires in 10 minutes.");
        wait.observe(&Arrival::of(&message, start + Duration::from_secs(15)));
        let confidence = wait.result().expect("a code").confidence;
        assert_eq!(show(&wait), COMPLETED.replace("0.98", &confidence.to_string()));
        let mut canceled = request.wait(start).expect("a wait");
        canceled.cancel(start);
        assert_eq!(show(&canceled), r#"{"id":"wait_789","inboxId":"inb_123","type":"otp","status":"canceled","result":null}"#);
    }

    #[test]
    fn requests_out_of_bounds_say_what_was_expected() {
        let request = |json| serde_json::from_str::<WaitRequest>(json).expect("a request").wait(SystemTime::UNIX_EPOCH);
        assert_eq!(
            request(r#"{"inboxId":"i","type":"otp","timeoutSeconds":601}"#).map_err(|error| error.to_string()),
            Err("timeoutSeconds: expected 1 to 600, got 601".to_owned())
        );
        assert_eq!(request(r#"{"inboxId":"","type":"otp"}"#), Err(InvalidRequest::NoInbox));
    }
}

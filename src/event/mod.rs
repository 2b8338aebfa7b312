//! An inbox's event stream: the JSON frames of both directions, what a client may subscribe to, and what of it reaches it.
//!
//! A frame is one JSON object with a `type`. A server sends [`ServerFrame`]s, a client [`ClientFrame`]s. Fields that are not
//! known are skipped on reading, and so are frames of a type that is not known.
//!
//! ```
//! use mailpick::event::{ClientFrame, Scope, ServerFrame, Subscription};
//! use mailpick::{Extractor, Kind};
//!
//! let ClientFrame::Subscribe(filter) = serde_json::from_str(r#"{"type":"subscribe","inbox_ids":["inb_1"]}"#)? else { panic!("another frame") };
//! let subscription = Subscription::new(Scope::Tenant, filter, |_| None)?;
//!
//! let frame = r#"{"type":"event","event_type":"message.received","event_id":"evt_1","message":{"inbox_id":"inb_1","thread_id":"thr_1",
//!     "message_id":"<1@example.org>","from":"Example <no-reply@example.org>","to":["me@example.net"],"subject":"Your login code",
//!     "plain_body":"Your login code is 483921. It expires in 10 minutes.","timestamp":"2024-06-12T10:30:00Z"}}"#;
//! let ServerFrame::Event(event) = serde_json::from_str(frame)? else { panic!("another frame") };
//! assert!(subscription.matches(&event, None));
//!
//! let report = Extractor::new().extract_message(&event.message.to_message());
//! assert_eq!(report.best(Kind::Otp).map(|answer| answer.value.as_str()), Some("483921"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod filter;
mod seen;

pub use filter::{Filter, InvalidFilter, KeyKind, Scope, Subscription};
pub use seen::Seen;

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::body::message::Message;
use crate::wait::rfc3339;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventType {
    /// A mail came in.
    #[serde(rename = "message.received")]
    MessageReceived,
    /// A mail went out.
    #[serde(rename = "message.sent")]
    MessageSent,
    /// A mail that went out came back.
    #[serde(rename = "message.bounced")]
    MessageBounced,
}

/// A frame that a server sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServerFrame {
    /// The connection is open. A key of one inbox is told which.
    Connected {
        /// The inbox of the key, if it has one.
        #[serde(rename = "inboxId", alias = "inbox_id", default, skip_serializing_if = "Option::is_none")]
        inbox_id: Option<String>,
        /// The inbox's address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
    },
    /// The subscription holds from now on.
    Subscribed(Filter),
    /// Something happened.
    Event(Box<Event>),
    /// The server asks whether the client is there; the answer is [`ClientFrame::Pong`].
    Ping,
    /// What the client sent was refused.
    Error {
        /// Why, for a person.
        message: String,
    },
    /// A frame of a type that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A frame that a client sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientFrame {
    /// Asks for events.
    Subscribe(Filter),
    /// The answer to [`ServerFrame::Ping`].
    Pong,
    /// A frame of a type that this version does not know.
    #[serde(other)]
    Unknown,
}

impl From<&InvalidFilter> for ServerFrame {
    fn from(error: &InvalidFilter) -> Self {
        ServerFrame::Error { message: error.to_string() }
    }
}

/// One event. Its id is unique: after a reconnect the same mail can come a second time, and [`Seen`] tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub event_type: EventType,
    /// The event's id.
    pub event_id: String,
    /// The mail that it happened to.
    pub message: EventMessage,
    /// The conversation that the mail belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Thread {
    /// Its id.
    pub thread_id: String,
    /// Its subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A mail as an event carries it: decoded, without raw MIME.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventMessage {
    /// The inbox that it is in.
    pub inbox_id: String,
    /// The conversation that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Its id.
    pub message_id: String,
    /// `Name <address>` or a bare address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The recipients, each as `from`.
    #[serde(default)]
    pub to: Vec<String>,
    /// The subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The plain text part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_body: Option<String>,
    /// The HTML part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html_body: Option<String>,
    /// When it came in or went out (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339")]
    pub timestamp: Option<SystemTime>,
}

// Bodies and subjects hold codes and links, which are secrets.
impl fmt::Debug for EventMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventMessage").field("inbox_id", &self.inbox_id).field("message_id", &self.message_id).field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

impl EventMessage {
    /// The mail, for [`crate::Extractor::extract_message`]. Bodies are borrowed.
    pub fn to_message(&self) -> Message<'_> {
        let mut message = Message::new();
        if let Some(from) = &self.from {
            message = message.from(from);
        }
        if let Some(subject) = &self.subject {
            message = message.subject(subject.as_str());
        }
        if let Some(text) = &self.plain_body {
            message = message.text(text.as_str());
        }
        if let Some(html) = &self.html_body {
            message = message.html(html.as_str());
        }
        message.message_id = Some(self.message_id.trim_matches(['<', '>']).to_owned());
        message.date = self.timestamp.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()).and_then(|since| i64::try_from(since.as_secs()).ok());
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_server(json: &str) -> ServerFrame {
        let frame: ServerFrame = serde_json::from_str(json).expect("a frame");
        assert_eq!(serde_json::to_value(&frame).expect("JSON"), serde_json::from_str::<serde_json::Value>(json).expect("JSON"));
        frame
    }

    #[test]
    fn every_frame_is_read_and_written_alike() {
        same_server(r#"{"type":"connected","inboxId":"inb_1","email":"me@example.net"}"#);
        same_server(r#"{"type":"subscribed","event_types":["message.received","message.sent","message.bounced"],"inbox_ids":["inb_1"],"workspace_ids":["ws_1"]}"#);
        same_server(r#"{"type":"ping"}"#);
        same_server(r#"{"type":"error","message":"no"}"#);
        let event = same_server(
            r#"{"type":"event","event_type":"message.received","event_id":"evt_1","message":{"inbox_id":"inb_1","thread_id":"thr_1","message_id":"<1@example.org>","from":"a@example.org","to":["b@example.net"],"subject":"s","plain_body":"p","html_body":"<p>h","timestamp":"2024-06-12T10:30:00Z"},"thread":{"thread_id":"thr_1","subject":"s"}}"#,
        );
        let ServerFrame::Event(event) = event else { panic!("another frame") };
        let message = event.message.to_message();
        assert_eq!((message.message_id.as_deref(), message.date, message.parts.len()), (Some("1@example.org"), Some(1_718_188_200), 2));
        for json in [r#"{"type":"pong"}"#, r#"{"type":"subscribe","inbox_ids":["inb_1"]}"#, r#"{"type":"subscribe"}"#] {
            let frame: ClientFrame = serde_json::from_str(json).expect("a frame");
            assert_eq!(serde_json::to_string(&frame).expect("JSON"), json);
        }
    }

    #[test]
    fn frames_of_tomorrow_are_no_error() {
        assert_eq!(serde_json::from_str::<ServerFrame>(r#"{"type":"goodbye","why":1}"#).expect("a frame"), ServerFrame::Unknown);
        assert_eq!(serde_json::from_str::<ClientFrame>(r#"{"type":"ack","id":"evt_1"}"#).expect("a frame"), ClientFrame::Unknown);
        assert!(serde_json::from_str::<ServerFrame>("[]").is_err());
    }

    #[test]
    fn debug_shows_no_body() {
        let json = r#"{"inbox_id":"i","message_id":"m","subject":"483921 is your code","plain_body":"483921"}"#;
        let message: EventMessage = serde_json::from_str(json).expect("a mail");
        assert!(!format!("{message:?}").contains("483921"));
    }
}

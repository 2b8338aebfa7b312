//! Header fields, body parts and nested messages of one mail (RFC 5322, RFC 2045 to 2049).
//!
//! [`Message::parse`] is total: what is broken is read as far as it goes, and what was cut at a limit is named in
//! [`Message::limits_hit`]. Only `text/plain` and `text/html` parts that a reader's client shows are kept; attachments
//! are left alone. A [`Message`] can as well be built from parts that somebody else decoded:
//!
//! ```
//! use mailpick::Message;
//! let message = Message::new().subject("Your code").from("Example <no-reply@example.org>").text("483921 is your code");
//! assert_eq!(message.subject.as_deref(), Some("Your code"));
//! ```

mod authentication;
mod decode;
mod header;
mod oddity;
mod parse;

use std::borrow::Cow;

use crate::limits::{Limit, Limits};
use crate::report::Oddity;

pub use authentication::{Authentication, MethodResult};

/// A mailbox of an address field: display name and address, either of which may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mailbox {
    /// The display name, encoded-words decoded.
    pub name: Option<String>,
    /// The `addr-spec`, as sent.
    pub address: Option<String>,
}

impl Mailbox {
    /// The part of the address after the last `@`, in lower case.
    pub fn domain(&self) -> Option<String> {
        let (_, domain) = self.address.as_deref()?.rsplit_once('@')?;
        let domain = domain.trim().trim_end_matches('.');
        (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
    }

    /// The part of the address before the last `@`.
    pub fn local_part(&self) -> Option<&str> {
        self.address.as_deref()?.rsplit_once('@').map(|(local, _)| local)
    }
}

/// A host in one spelling: lower case, other scripts in Punycode. One that is none stays as it is.
pub(crate) fn ascii_host(host: &str) -> String {
    url::Host::parse(host).map_or_else(|_| host.to_ascii_lowercase(), |host| host.to_string())
}

/// The media type of a body part that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// `text/plain`.
    Text,
    /// `text/html`.
    Html,
}

/// One decoded body part: charset and transfer encoding undone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyPart<'x> {
    /// Plain text or HTML.
    pub kind: BodyKind,
    /// The text.
    pub content: Cow<'x, str>,
    /// `format=flowed` (RFC 3676): lines ending in a space go on in the next.
    pub flowed: bool,
    /// `delsp=yes` (RFC 3676): that space is not part of the text.
    pub delsp: bool,
}

// The body holds codes and links, which are secrets: only its size is shown.
impl std::fmt::Debug for BodyPart<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BodyPart").field("kind", &self.kind).field("bytes", &self.content.len()).finish_non_exhaustive()
    }
}

/// One mail, decoded as far as the engine needs it.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Message<'x> {
    /// `From`, all of its mailboxes.
    pub from: Vec<Mailbox>,
    /// `Sender`.
    pub sender: Option<Mailbox>,
    /// `Reply-To`.
    pub reply_to: Vec<Mailbox>,
    /// `To`.
    pub to: Vec<Mailbox>,
    /// `Subject`, encoded-words decoded.
    pub subject: Option<String>,
    /// `Date`, in seconds since 1970-01-01 UTC.
    pub date: Option<i64>,
    /// The zone that `Date` is given in, in seconds east of UTC.
    pub utc_offset: Option<i32>,
    /// `Message-ID`, without its angle brackets.
    pub message_id: Option<String>,
    /// `List-Unsubscribe`, `List-ID` or another `List-*` field is there (RFC 2369, RFC 2919).
    pub list: bool,
    /// `Auto-Submitted` says something other than `no` (RFC 3834).
    pub auto_submitted: bool,
    /// `Auto-Submitted: auto-replied`, or another sign of a vacation reply.
    pub auto_replied: bool,
    /// `Precedence`, in lower case.
    pub precedence: Option<String>,
    /// `In-Reply-To` or `References` is there.
    pub in_reply_to: bool,
    /// `Authentication-Results` fields, topmost first, as sent (RFC 8601). Whether to believe one is the caller's choice:
    /// see [`Message::authentication`].
    pub authentication_results: Vec<String>,
    /// The parts that a client shows, in order.
    pub parts: Vec<BodyPart<'x>>,
    /// The body once more as AMP (`text/x-amp-html`), which some clients show in place of the other parts.
    pub amp: Vec<BodyPart<'x>>,
    /// Messages inside this one (`message/rfc822`), in order.
    pub nested: Vec<Message<'x>>,
    /// How many parts are files to a reader: attachments, and whatever else is no body; pictures that the HTML shows do
    /// not count.
    pub attachments: usize,
    /// The mail is a `multipart/report`: a bounce or another notice about a mail (RFC 6522).
    pub is_report: bool,
    /// Header fields that contradict each other, if any do. Of `From` and `Subject` the first is believed, which is what most
    /// clients show; of `Content-Type` the last.
    pub oddities: Vec<Oddity>,
    /// What was cut, if anything.
    pub limits_hit: Vec<Limit>,
}

impl std::fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("message_id", &self.message_id)
            .field("parts", &self.parts)
            .field("nested", &self.nested)
            .field("limits_hit", &self.limits_hit)
            .finish_non_exhaustive()
    }
}

impl<'x> Message<'x> {
    /// An empty message, to be filled with parts that are already decoded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one raw mail within the default [`Limits`]. Total: any bytes give a message. Time and memory are linear in
    /// `raw.len()`.
    ///
    /// ```
    /// let message = mailpick::Message::parse(b"Subject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nhello");
    /// assert_eq!(message.subject.as_deref(), Some("Café"));
    /// assert_eq!(message.parts[0].content, "hello");
    /// ```
    pub fn parse(raw: &'x [u8]) -> Self {
        Self::parse_within(raw, &Limits::new())
    }

    /// The same within other limits.
    pub fn parse_within(raw: &'x [u8], limits: &Limits) -> Self {
        parse::parse(raw, limits)
    }

    /// The message without what it borrows: one that was read from bytes that are about to go.
    fn into_owned(self) -> Message<'static> {
        let own = |parts: Vec<BodyPart<'_>>| {
            let own = |part: BodyPart<'_>| BodyPart { kind: part.kind, content: Cow::Owned(part.content.into_owned()), flowed: part.flowed, delsp: part.delsp };
            parts.into_iter().map(own).collect()
        };
        Message { parts: own(self.parts), amp: own(self.amp), nested: self.nested.into_iter().map(Message::into_owned).collect(), ..self }
    }

    /// What the servers with these authserv-ids found out about the sender (RFC 8601); names are compared but for case.
    ///
    /// Name only servers that remove fields of their own name from what they take in (RFC 8601 section 5): everybody else
    /// could have written the field. Of several fields of theirs, the topmost that reports on a method decides. Linear in the
    /// fields' length.
    ///
    /// ```
    /// use mailpick::Message;
    /// use mailpick::message::MethodResult;
    /// let message = Message::parse(b"Authentication-Results: mx.example.net; dmarc=pass header.from=example.org\r\nFrom: a@example.org\r\n\r\nhello");
    /// assert_eq!(message.authentication(&["mx.example.net"]).dmarc, Some(MethodResult::Pass));
    /// assert_eq!(message.authentication(&["mx.example.com"]).dmarc, None);
    /// ```
    pub fn authentication(&self, trusted: &[&str]) -> Authentication {
        authentication::read(&self.authentication_results, trusted, &self.from, self.oddities.contains(&Oddity::ConflictingFrom))
    }

    /// Sets the subject.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds a mailbox to `From`, given as `Name <address>` or as a bare address.
    pub fn from(mut self, mailbox: &str) -> Self {
        let (name, address) = match mailbox.rsplit_once('<') {
            Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim_end().trim_end_matches('>')),
            None => ("", mailbox.trim()),
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        self.from.push(Mailbox { name: some(name), address: some(address) });
        self
    }

    /// Adds a plain text part.
    pub fn text(self, content: impl Into<Cow<'x, str>>) -> Self {
        self.part(BodyKind::Text, content.into())
    }

    /// Adds an HTML part.
    pub fn html(self, content: impl Into<Cow<'x, str>>) -> Self {
        self.part(BodyKind::Html, content.into())
    }

    fn part(mut self, kind: BodyKind, content: Cow<'x, str>) -> Self {
        self.parts.push(BodyPart { kind, content, flowed: false, delsp: false });
        self
    }
}

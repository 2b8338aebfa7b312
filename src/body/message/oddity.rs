//! Header fields that stand twice and say different things.
//!
//! RFC 5322 section 3.6 allows one `From` and one `Subject`, RFC 2045 section 3 one `Content-Type`
//! and one `Content-Transfer-Encoding`. Where there are two,
//! programs choose differently: a signature covers the last (RFC 6376 section 5.4.2), most clients show the first. That
//! is how one sender is checked and another one shown.

use mail_parser::{Header, HeaderName};

use crate::report::Oddity;

/// Which fields are looked at, and what is said of them.
const ONCE: [(HeaderName<'_>, Oddity); 4] = [
    (HeaderName::From, Oddity::ConflictingFrom),
    (HeaderName::Subject, Oddity::ConflictingSubject),
    (HeaderName::ContentType, Oddity::ConflictingContentType),
    (HeaderName::ContentTransferEncoding, Oddity::ConflictingTransferEncoding),
];

/// The fields with more than one value. One value twice, as some list servers send it, says nothing new.
pub(super) fn conflicts(headers: &[Header<'_>]) -> Vec<Oddity> {
    let conflicts = |name: &HeaderName<'_>| {
        let mut values = headers.iter().filter(|header| header.name == *name).map(|header| &header.value);
        values.next().is_some_and(|first| values.any(|other| other != first))
    };
    ONCE.iter().filter(|(name, _)| conflicts(name)).map(|(_, oddity)| *oddity).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    fn oddities(head: &str) -> Vec<Oddity> {
        Message::parse(format!("{head}\r\n\r\nhello").as_bytes()).oddities
    }

    #[test]
    fn fields_that_contradict_each_other_are_noted() {
        assert_eq!(oddities("From: a@example.org\r\nFrom: b@example.net"), [Oddity::ConflictingFrom]);
        assert_eq!(oddities("Subject: one\r\nFrom: a@example.org\r\nsubject: two"), [Oddity::ConflictingSubject]);
        assert_eq!(oddities("Content-Type: text/plain\r\nContent-Type: text/html"), [Oddity::ConflictingContentType]);
    }

    #[test]
    fn the_same_field_twice_is_not() {
        assert_eq!(oddities("From: a@example.org\r\nFrom: a@example.org\r\nSubject: one\r\nSubject: one\r\nTo: a@example.org\r\nTo: b@example.org"), []);
    }

    #[test]
    fn the_first_from_and_subject_and_the_last_content_type_are_believed() {
        let raw = b"From: a@example.org\r\nFrom: b@example.net\r\nSubject: one\r\nSubject: two\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<p>hello";
        let message = Message::parse(raw);
        assert_eq!(message.from[0].address.as_deref(), Some("a@example.org"));
        assert_eq!((message.from.len(), message.subject.as_deref()), (1, Some("one")));
        assert_eq!(message.parts[0].kind, crate::message::BodyKind::Html);
    }
}

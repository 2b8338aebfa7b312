//! The service's name, as the sender states it.

use std::fmt;

use crate::body::message::Message;

/// Display names that name no service.
const NAMELESS: [&str; 14] = [
    "noreply",
    "no reply",
    "no-reply",
    "donotreply",
    "do not reply",
    "do-not-reply",
    "info",
    "support",
    "notifications",
    "notification",
    "security",
    "account",
    "accounts",
    "admin",
];
const BRACKETS: [(char, char); 3] = [('[', ']'), ('【', '】'), ('〔', '〕')];
/// Longer than any name.
const MOST_BYTES: usize = 80;

/// A name that anybody can state: it may hold a code or a link, so `Debug` shows none of it.
#[derive(Clone)]
pub(crate) struct ServiceName(String);

impl ServiceName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} characters>", self.0.chars().count())
    }
}

/// The display name of `From`; where it names nobody, what stands in brackets at the head of the subject.
pub(crate) fn service(message: &Message<'_>) -> Option<ServiceName> {
    let stated = message.from.first().and_then(|from| from.name.as_deref()).and_then(name);
    stated.or_else(|| message.subject.as_deref().and_then(bracketed).and_then(name)).map(|name| ServiceName(name.to_owned()))
}

fn name(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let is_name = !text.is_empty() && text.len() <= MOST_BYTES && !text.contains('@') && !text.contains("://") && !NAMELESS.contains(&text.to_lowercase().as_str());
    is_name.then_some(text)
}

fn bracketed(subject: &str) -> Option<&str> {
    let subject = subject.trim_start();
    BRACKETS.into_iter().find_map(|(open, close)| subject.strip_prefix(open)?.split_once(close).map(|(inside, _)| inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_or_the_subject_names_the_service() {
        let service = |from: &str, subject: &str| service(&Message::new().from(from).subject(subject)).map(|name| name.0);
        assert_eq!(service("\"Example Shop\" <no-reply@example.org>", "x").as_deref(), Some("Example Shop"));
        assert_eq!(service("no-reply <no-reply@example.org>", "【例の店】認証コード").as_deref(), Some("例の店"));
        assert_eq!(service("no-reply@example.org", "[Example] Your code").as_deref(), Some("Example"));
        assert_eq!(service("a@example.org <a@example.org>", "Your code"), None);
        assert_eq!(service("\"https://example.org/verify?t=9f8e7d6c5b4a\" <a@example.org>", "x"), None);
    }

    #[test]
    fn a_name_that_is_a_code_is_not_shown_by_debug() {
        let name = service(&Message::new().from("\"Your code 483921\" <a@example.org>")).expect("a name");
        assert_eq!((name.as_str(), format!("{name:?}").as_str()), ("Your code 483921", "<16 characters>"));
    }
}

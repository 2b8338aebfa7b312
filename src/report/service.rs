//! The service's name, as the sender states it.

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

/// The display name of `From`; where it names nobody, what stands in brackets at the head of the subject.
pub(crate) fn service(message: &Message<'_>) -> Option<String> {
    let stated = message.from.first().and_then(|from| from.name.as_deref()).and_then(name);
    stated.or_else(|| message.subject.as_deref().and_then(bracketed).and_then(name)).map(str::to_owned)
}

fn name(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let is_name = !text.is_empty() && text.len() <= MOST_BYTES && !text.contains('@') && !NAMELESS.contains(&text.to_lowercase().as_str());
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
        let service = |from: &str, subject: &str| service(&Message::new().from(from).subject(subject));
        assert_eq!(service("\"Example Shop\" <no-reply@example.org>", "x").as_deref(), Some("Example Shop"));
        assert_eq!(service("no-reply <no-reply@example.org>", "【例の店】認証コード").as_deref(), Some("例の店"));
        assert_eq!(service("no-reply@example.org", "[Example] Your code").as_deref(), Some("Example"));
        assert_eq!(service("a@example.org <a@example.org>", "Your code"), None);
    }
}

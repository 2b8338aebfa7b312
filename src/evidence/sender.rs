//! Who sends: the relation between From, Reply-To and the host of a link, by registrable domain.
//!
//! The registrable domain is the public suffix and one label more, after the Public Suffix List.

use super::{Observations, Sign};
use crate::body::message::Message;
use crate::candidate::link::LinkCandidate;

/// The registrable domain of a host, in lower case.
pub(super) fn registrable(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Addresses that nobody reads.
pub(super) fn is_unattended(message: &Message<'_>) -> bool {
    const WORDS: [&str; 22] = [
        "noreply",
        "no-reply",
        "no_reply",
        "no.reply",
        "donotreply",
        "do-not-reply",
        "do_not_reply",
        "notif",
        "security",
        "account",
        "verif",
        "auth",
        "mailer",
        "automat",
        "system",
        "alert",
        "support",
        "service",
        "login",
        "info",
        "hello",
        "team",
    ];
    message.from.iter().filter_map(|from| from.local_part()).any(|local| {
        let local = local.to_ascii_lowercase();
        WORDS.iter().any(|word| local.contains(word))
    })
}

/// A display name of two or three capitalised words and a local part made of them: a person, not a service.
pub(super) fn is_free_mail_person(message: &Message<'_>) -> bool {
    message.from.iter().any(|from| {
        let (Some(name), Some(local)) = (from.name.as_deref(), from.local_part()) else { return false };
        let local = local.to_ascii_lowercase();
        let words: Vec<&str> = name.split_whitespace().collect();
        (2..=3).contains(&words.len()) && words.last().is_some_and(|last| last.len() >= 3 && local.contains(&last.to_ascii_lowercase()))
    })
}

/// What the link's host is to the sender.
pub(super) fn observe_host(message: &Message<'_>, link: &LinkCandidate, out: &mut Observations) {
    let Some(host) = link.url.host_str() else { return };
    let Some(domain) = registrable(host) else {
        out.sign(Sign::HostIsNoPublicDomain);
        return;
    };
    let from: Vec<String> = message.from.iter().chain(&message.reply_to).chain(&message.sender).filter_map(|mailbox| mailbox.domain()).collect();
    let same = from.iter().any(|sender| registrable(sender) == Some(domain));
    out.sign_if(same, Sign::HostIsSenders);
    // "mail-brand.com" and "brand.io": the same name under another suffix, or within it.
    let label = domain.split('.').next().unwrap_or(domain);
    let kin = !same
        && from
            .iter()
            .any(|sender| registrable(sender).and_then(|s| s.split('.').next()).is_some_and(|s| label.len() >= 4 && s.contains(label) || s.len() >= 4 && label.contains(s)));
    out.sign_if(kin, Sign::HostResemblesSenders);
}

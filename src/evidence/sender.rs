//! Who sends: the relation between From, Reply-To and the host of a link, by registrable domain; and whether a mail is
//! from whom the caller expects.
//!
//! The registrable domain is the public suffix and one label more, after the Public Suffix List.

use url::Host;

use super::{Observations, Sign};
use crate::body::message::{Mailbox, Message};
use crate::candidate::link::LinkCandidate;

/// The registrable domain of a host, in lower case.
pub(super) fn registrable(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Whether `From` has an address, or one within a domain. Addresses are compared whole, but for case: no sender tells
/// two mailboxes apart by it.
pub(crate) fn is_from(message: &Message<'_>, expected: &str) -> bool {
    let expected = expected.trim();
    let (local, domain) = expected.rsplit_once('@').unwrap_or(("", expected));
    let domain = domain.trim_end_matches('.');
    let is_it = |from: &Mailbox| {
        let Some(host) = from.domain() else { return false };
        if local.is_empty() { is_same_owner(&host, domain) } else { ascii(&host) == ascii(domain) && from.local_part().is_some_and(|own| own.eq_ignore_ascii_case(local)) }
    };
    message.from.iter().any(is_it)
}

/// Whether two hosts are of one registrable domain, or the same where there is none: `localhost`, an IP address.
fn is_same_owner(one: &str, other: &str) -> bool {
    let (one, other) = (ascii(one), ascii(other));
    let is_name = |host: &str| matches!(Host::parse(host), Ok(Host::Domain(_)));
    let domain = |host| registrable(host).filter(|_| is_name(host));
    one == other || domain(&one).is_some_and(|domain_of_one| domain(&other) == Some(domain_of_one))
}

/// A host in one spelling: lower case, other scripts in Punycode.
fn ascii(host: &str) -> String {
    Host::parse(host).map_or_else(|_| host.to_ascii_lowercase(), |host| host.to_string())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_known_by_address_or_by_domain() {
        let is = |from: &str, expected: &str| is_from(&Message::new().from(from), expected);
        for (from, expected) in [
            ("Example <no-reply@example.org>", "no-reply@example.org"),
            ("No-Reply@Example.org", " no-reply@example.ORG. "),
            ("no-reply@mail.example.co.uk", "example.co.uk"),
            ("no-reply@example.co.uk", "mail.example.co.uk"),
            ("no-reply@example.org", "@example.org"),
            ("hallo@bücher.example", "xn--bcher-kva.example"),
            ("root@localhost", "localhost"),
            ("root@[192.0.2.1]", "[192.0.2.1]"),
        ] {
            assert!(is(from, expected), "{from} is {expected}");
        }
        for (from, expected) in [
            ("no-reply@mail.example.org", "no-reply@example.org"),
            ("hello@example.org", "no-reply@example.org"),
            ("no-reply@example.org.example.net", "example.org"),
            ("no-reply@notexample.org", "example.org"),
            ("no-reply@other.co.uk", "example.co.uk"),
            ("no-reply@other.co.uk", "co.uk"),
            ("one@alice.github.io", "bob.github.io"),
            ("root@[192.0.2.1]", "[198.51.2.1]"),
            ("root@192.0.2.1", "198.51.2.1"),
            ("no-reply@example.org", ""),
            ("no-reply@", ""),
            ("Example", "Example"),
            ("Example", ""),
        ] {
            assert!(!is(from, expected), "{from} is not {expected}");
        }
        assert!(!is_from(&Message::new(), ""));
    }
}

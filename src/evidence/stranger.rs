//! Links that lead away from the sender, in mails that show where the sender is at home.
//!
//! Many senders leave verification to somebody else, whose host has nothing to do with their name: alone, a foreign host says
//! little. A copy of a mail of somebody's keeps the help and imprint of the original, or its address in the text, and changes the
//! one link that matters. So a host counts as a stranger's where it stands beside the sender's own: the mail links to the sender's
//! site or names it, no other link of the mail leads where this one does, and the names have nothing in common.
//!
//! Where the display name, the domain of `From` and the link are of three owners, somebody writes in the name of another from the
//! mailbox of a third.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::sender::label;
use super::{Observations, Reading, Sign, mail};
use crate::body::view::{Source, letters};
use crate::candidate::link::LinkCandidate;

/// Shorter names are parts of many others.
const LEAST_NAME: usize = 4;
/// "gbarn.example" of grainbarn.example: a short domain for links. Two letters could be anybody's.
const LEAST_SHORT_NAME: usize = 3;

/// Linear in the visible text and the number of links.
pub(super) fn compare(reading: &Reading<'_>, links: &[LinkCandidate], all: &mut [Observations]) {
    beside_own(reading, links, all);
    if reading.senders.is_shown_as_another() && !mail::is_forward(reading.message) {
        for (link, seen) in links.iter().zip(all) {
            let is_kin =
                [Sign::HostIsSenders, Sign::HostResemblesSenders, Sign::HostIsInternal, Sign::OnlyInPassedOnMail, Sign::OnlyInOlderMail].iter().any(|sign| seen.has(*sign));
            seen.sign_if(!is_kin && link.domain().is_some() && !reading.senders.has_to_do_with(link.url.host_str().unwrap_or("")), Sign::HostIsThirdOwners);
        }
    }
}

fn beside_own(reading: &Reading<'_>, links: &[LinkCandidate], all: &mut [Observations]) {
    let own = [Sign::HostIsSenders, Sign::HostIsNamesOnly, Sign::HostIsInternal];
    let is_stranger = |seen: &Observations| !own.iter().any(|sign| seen.has(*sign)) && (links.len() == 1 || seen.has(Sign::OnlyLinkToHost));
    let strangers: Vec<(usize, &str)> = (0..links.len()).filter(|at| is_stranger(&all[*at])).filter_map(|at| Some((at, links[at].domain().map(label)?))).collect();
    if strangers.is_empty() {
        return;
    }
    let links_own = all.iter().any(|seen| seen.has(Sign::HostIsSenders));
    let shows_own = links_own || names_own_site(reading);
    for (at, name) in strangers {
        let names = || reading.senders.names().map(label).filter(|own| own.len() >= LEAST_NAME);
        if links_own && names().any(|own| name.len() > own.len() && name.contains(own)) {
            all[at].sign(Sign::HostExtendsSenders);
        }
        let is_kin = all[at].has(Sign::HostResemblesSenders) || names().any(|own| is_short_for(name, own)) || reading.senders.is_shown_as(&letters(name));
        all[at].sign_if(shows_own && !is_kin, Sign::HostIsStrangers);
    }
}

/// Whether a name is made of some letters of another one, in their order, from the first one on.
fn is_short_for(short: &str, long: &str) -> bool {
    let mut rest = long.bytes();
    short.len() >= LEAST_SHORT_NAME && short.as_bytes().first() == long.as_bytes().first() && short.bytes().all(|letter| rest.any(|other| other == letter))
}

/// Whether the visible text names a host of the sender's: in a sentence, not as part of an address of e-mail.
fn names_own_site(reading: &Reading<'_>) -> bool {
    let bodies = || reading.views.iter().filter(|view| view.source != Source::Subject && view.depth == 0);
    let is_name = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'@' | b'+');
    bodies().any(|view| {
        let text = view.text.to_ascii_lowercase();
        let text = text.as_bytes();
        reading.senders.names().any(|own| {
            memchr::memmem::find_iter(text, own.as_bytes()).any(|at| {
                // The labels before it, and what follows them: "help@example.org" names no site, "id.example.org" does.
                let before = &text[..at];
                let labels = before.iter().rev().take(MAX_HOST_BYTES).take_while(|c| is_name(c)).count();
                let goes_on = match &text[at + own.len()..] {
                    [b'.', next, ..] | [next, ..] => next.is_ascii_alphanumeric() || matches!(next, b'-' | b'@'),
                    [] => false,
                };
                !goes_on && !before[at - labels..].contains(&b'@') && (labels == 0 || before.ends_with(b"."))
            })
        })
    })
}

/// RFC 1035, section 2.3.4.
const MAX_HOST_BYTES: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extractor, Kind, Message};

    /// Whether the link to `host` of a mail from `from`, with this text and these other links, is a stranger's, or one that extends the
    /// sender's name.
    fn seen(from: &str, text: &str, host: &str, others: &str) -> [bool; 2] {
        let html = format!("<p>{text}<p><a href='https://{host}/verify?token=9f8e7d6c5b4a3f2e'>Verify</a><p>{others}");
        let report = Extractor::new().extract_message(&Message::new().from(from).html(html));
        let link = report.candidates(Kind::MagicLink).find(|link| link.answer.value.contains("token")).expect("a link").clone();
        [Sign::HostIsStrangers, Sign::HostExtendsSenders].map(|sign| link.evidence.iter().any(|c| c.evidence == super::super::Evidence::Sign(sign)))
    }

    const HELP: &str = "<a href='https://www.bankhaus.example/help'>Help</a>";

    #[test]
    fn a_strangers_host_beside_the_senders_own_is_seen() {
        let from = "Bankhaus <no-reply@bankhaus.example>";
        assert_eq!(seen(from, "Verify your address", "cdn-check.test", HELP), [true, false]);
        assert_eq!(seen(from, "Verify at id.bankhaus.example:", "cdn-check.test", ""), [true, false]);
        assert_eq!(seen(from, "Verify your address", "bankhaus-login.test", HELP), [false, true]);
    }

    #[test]
    fn hosts_that_have_to_do_with_the_sender_are_not() {
        for (from, host) in [
            ("Bankhaus <no-reply@bankhaus.example>", "id.bankhaus.example"),
            ("Bankhaus <no-reply@bankhaus.example>", "bankhaus.test"),
            ("Bankhaus <no-reply@bankhaus.example>", "bkhs.test"),
            ("Bankhaus <no-reply@bankhaus-mail.example>", "bankhaus.test"),
            ("Grants Service <no-reply@notify.example>", "grants-service.test"),
            ("Bankhaus <no-reply@bankhaus.example>", "localhost:3000"),
        ] {
            assert_eq!(seen(from, "Verify at bankhaus.example or notify.example", host, ""), [false, false], "{from} {host}");
        }
    }

    #[test]
    fn three_owners_are_one_too_many() {
        let third = |from: &str, subject: &str, host: &str| {
            let html = format!("<a href='https://{host}/verify?token=9f8e7d6c5b4a3f2e'>Verify</a>");
            let report = Extractor::new().extract_message(&Message::new().from(from).subject(subject).html(html));
            report.candidates(Kind::MagicLink).next().expect("a link").evidence.iter().any(|c| c.evidence == super::super::Evidence::Sign(Sign::HostIsThirdOwners))
        };
        assert!(third("Banco Monte Claro <orders@flores.example>", "Verify", "bmc-clientes.test"));
        for (from, subject, host) in [
            ("Banco Monte Claro <orders@flores.example>", "Fwd: Verify", "bmc-clientes.test"),
            ("Banco Monte Claro <no-reply@monteclaro.example>", "Verify", "project-4711.test"),
            ("Banco Monte Claro <no-reply@mailer.example>", "Verify", "www.monte-claro.test"),
            ("Banco Monte Claro <no-reply@mailer.example>", "Verify", "project.mailer.test"),
            ("Ann Miller <ann.miller@freemail.example>", "Verify", "club.test"),
            ("Traperío <hola@traperio.example>", "Verify", "project-4711.test"),
            ("Banco Monte Claro <no-reply@ory.example>", "Verify", "bmc.oryapis.test"),
            ("<no-reply@flores.example>", "Verify", "bmc-clientes.test"),
        ] {
            assert!(!third(from, subject, host), "{from} {subject} {host}");
        }
    }

    #[test]
    fn a_foreign_host_alone_says_nothing() {
        let from = "Bankhaus <no-reply@bankhaus.example>";
        for text in ["Verify your address", "Write to help@bankhaus.example", "See xbankhaus.example, bankhaus.example.org", "Write to help@id.bankhaus.example"] {
            assert_eq!(seen(from, text, "project-4711.test", ""), [false, false], "{text}");
        }
        assert_eq!(seen(from, "Verify", "click.mailer.test", &format!("{HELP}<a href='https://click.mailer.test/x'>News</a>")), [false, false]);
    }
}

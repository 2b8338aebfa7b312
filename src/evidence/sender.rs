//! Who sends: the relation between the display name, From, Reply-To, Sender and the host of a link, by registrable
//! domain; what trusted servers say of the sender; and whether a mail is from whom the caller expects.
//!
//! The registrable domain is the public suffix and one label more, after the Public Suffix List. Only relations are looked
//! at: no name and no domain is known here.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use url::Host;

use super::{Observations, Sign};
use crate::body::message::{Authentication, Mailbox, Message, MethodResult, ascii_host};
use crate::body::view::letters;
use crate::candidate::host::{self, is_same_owner, registrable_name};
use crate::candidate::link::LinkCandidate;
use crate::lexicon;

/// Mails have one sender, some a few. A list of thousands is no reason to compare each with each link.
const MAX_MAILBOXES: usize = 16;

/// Whom a mail says it is from: hosts as URLs spell them, each read once.
pub(crate) struct Senders {
    from: Vec<String>,
    reply_to: Vec<String>,
    sender: Vec<String>,
    /// Those that the display names of `From` show.
    shown: Vec<String>,
    /// The display names of `From`, in letters only, and their longer words.
    display: Vec<String>,
    name_words: Vec<String>,
    /// The first labels of the registrable domains of `From`, and the local parts, in letters only.
    labels: Vec<String>,
    locals: Vec<String>,
}

impl Senders {
    pub(super) fn of(message: &Message<'_>) -> Self {
        let hosts = |mailboxes: &[Mailbox]| mailboxes.iter().take(MAX_MAILBOXES).filter_map(Mailbox::domain).map(|host| ascii_host(&host)).collect();
        let mailboxes = || message.from.iter().take(MAX_MAILBOXES);
        let names = || mailboxes().filter_map(|from| from.name.as_deref());
        let words = |name: &str| -> Vec<String> { name_words(name).take(MAX_NAME_WORDS).map(plain).filter(|word| word.len() >= LEAST_LIKENESS).collect() };
        let from: Vec<String> = hosts(&message.from);
        Self {
            labels: from.iter().filter_map(|host| registrable_name(host)).map(|domain| plain(domain.split('.').next().unwrap_or(domain))).collect(),
            locals: mailboxes().filter_map(|from| from.local_part()).map(plain).filter(|local| local.len() >= LEAST_LIKENESS).collect(),
            display: names().map(plain).collect(),
            name_words: names().flat_map(words).collect(),
            from,
            reply_to: hosts(&message.reply_to),
            sender: hosts(message.sender.as_slice()),
            shown: shown_domains(message),
        }
    }

    /// Whether a host is of an owner that `From` names.
    pub(super) fn own(&self, host: &str) -> bool {
        self.from.iter().any(|own| is_same_owner(own, host))
    }

    /// The registrable domains of `From`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.from.iter().filter_map(|host| registrable_name(host))
    }

    /// Whether a name, in letters only, is part of a display name of `From`.
    pub(super) fn is_shown_as(&self, name: &str) -> bool {
        name.len() >= LEAST_LIKENESS && self.display.iter().any(|shown| shown.contains(name))
    }

    /// Whether the display names have nothing in common with the addresses that they stand before.
    pub(super) fn is_shown_as_another(&self) -> bool {
        let is_own = |name: &String| self.labels.iter().chain(&self.locals).any(|word| name.contains(word.as_str()) || word.contains(name.as_str()));
        let addresses = || self.labels.iter().chain(&self.locals);
        let is_shared = self.name_words.iter().any(|word| addresses().any(|part| part.contains(word.as_str())));
        !self.labels.is_empty() && !self.display.is_empty() && !is_shared && self.display.iter().all(|name| name.len() >= LEAST_LIKENESS && !is_own(name))
    }

    /// Whether a host holds the sender's name, a word of its display names or of its mailboxes.
    pub(super) fn has_to_do_with(&self, host: &str) -> bool {
        let label = registrable_name(host).and_then(|domain| domain.split('.').next()).unwrap_or(host);
        // "ory.sh" and "oryapis.com": a short name counts where the other one begins with it.
        if self.labels.iter().any(|own| own.len() + 1 >= LEAST_LIKENESS && label.starts_with(own.as_str())) {
            return true;
        }
        let host = letters(host);
        let known = self.labels.iter().chain(&self.locals).chain(&self.name_words).chain(&self.display);
        known.filter(|word| word.len() >= LEAST_LIKENESS).any(|word| host.contains(word.as_str()))
    }

    /// A list that sends in the name of a member shows the member's address, and answers go there: "ann@example.com via
    /// Walkers <walkers@lists.example.org>", Reply-To: ann@example.com.
    fn is_members(&self, message: &Message<'_>, shown: &str) -> bool {
        message.list && self.reply_to.iter().any(|reply| is_same_owner(reply, shown))
    }

    /// Whether `From` is made to be read as another sender than it names: several authors of different owners, of whom clients
    /// show the first; an address in the display name that is somebody else's; a name or an address with letters turned
    /// round, cut off or hidden inside it. Honest twins: a list that sends for a member, a name that shows the own domain.
    pub(crate) fn is_disguised(&self, message: &Message<'_>) -> bool {
        let several_owners = self.from.iter().any(|host| !is_same_owner(host, &self.from[0]));
        let names = || message.from.iter().take(MAX_MAILBOXES).filter_map(|from| from.name.as_deref());
        let addresses = names().flat_map(name_words).take(MAX_NAME_WORDS).filter(|word| word.contains('@')).filter_map(shown_domain);
        let shows_other = addresses.into_iter().any(|shown| !self.own(&shown) && !self.is_members(message, &shown));
        let turned = names().any(|name| name.contains(['\u{202d}', '\u{202e}']));
        several_owners || shows_other || turned || message.from.iter().take(MAX_MAILBOXES).any(is_odd_address)
    }
}

/// Letters and digits without diacritics, as domains are spelled.
fn plain(name: &str) -> String {
    letters(&lexicon::Key::of(name).text)
}

/// An address that clients may cut where it seems to end, or that looks like another one.
fn is_odd_address(from: &Mailbox) -> bool {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '@' | '<' | '>');
    let local_is_odd = from.local_part().is_some_and(|local| !local.starts_with('"') && local.contains(is_odd));
    local_is_odd || from.address.as_deref().is_some_and(|address| address.contains("=?"))
}

/// Whether `From` has an address, or one within a domain. Addresses are compared whole, but for case: no sender tells
/// two mailboxes apart by it.
pub(crate) fn is_from(message: &Message<'_>, expected: &str) -> bool {
    let expected = expected.trim();
    let (local, domain) = expected.rsplit_once('@').unwrap_or(("", expected));
    let domain = domain.trim_end_matches('.');
    let is_it = |from: &Mailbox| {
        let Some(host) = from.domain() else { return false };
        let (host, domain) = (ascii_host(&host), ascii_host(domain));
        if local.is_empty() { is_same_owner(&host, &domain) } else { host == domain && from.local_part().is_some_and(|own| own.eq_ignore_ascii_case(local)) }
    };
    message.from.iter().any(is_it)
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

/// What the sender's fields are to each other, and what trusted servers say of them.
pub(super) fn observe_sender(message: &Message<'_>, senders: &Senders, authentication: &Authentication, sign: &mut impl FnMut(bool, Sign)) {
    let is_other = |host: &String| !senders.from.is_empty() && !senders.own(host);
    sign(senders.reply_to.iter().any(is_other), Sign::ReplyToOtherDomain);
    sign(senders.sender.iter().any(is_other), Sign::SenderOtherDomain);
    sign(message.from.len() > 1, Sign::SeveralAuthors);
    sign(authentication.dmarc == Some(MethodResult::Pass), Sign::DmarcPass);
    sign(authentication.dmarc == Some(MethodResult::Fail), Sign::DmarcFail);
    sign(senders.shown.iter().any(|shown| senders.own(shown)), Sign::NameShowsOwnDomain);
    sign(senders.shown.iter().any(|shown| !senders.own(shown) && !senders.is_members(message, shown)), Sign::NameShowsOtherDomain);
    sign(message.from.iter().take(MAX_MAILBOXES).any(name_resembles_domain), Sign::NameResemblesDomain);
}

/// Display names of a mailbox or two; a longer one is a text.
const MAX_NAME_WORDS: usize = 32;

/// The hosts that the display names of `From` show: of addresses, and of words that are domains under a suffix of the
/// Public Suffix List ("Example.com", but not "Dr.Miller").
fn shown_domains(message: &Message<'_>) -> Vec<String> {
    let names = message.from.iter().take(MAX_MAILBOXES).filter_map(|from| from.name.as_deref());
    names.flat_map(name_words).take(MAX_NAME_WORDS).filter_map(shown_domain).collect()
}

fn name_words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | ',' | ';' | ':' | '|' | '/'))
}

fn shown_domain(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let (host, is_address) = word.rsplit_once('@').map_or((word.as_str(), false), |(_, host)| (host, true));
    let domain = psl::domain(host.as_bytes())?;
    let parsed = Host::parse(host).ok().filter(|host| matches!(host, Host::Domain(_)))?;
    (is_address || domain.suffix().is_known()).then(|| parsed.to_string())
}

/// Four letters or digits in a row say something; "the" and "app" are in many names.
const LEAST_LIKENESS: usize = 4;

/// The display name without its spaces holds the domain's own label, or one of its words is part of the label.
fn name_resembles_domain(from: &Mailbox) -> bool {
    let (Some(name), Some(host)) = (from.name.as_deref(), from.domain()) else { return false };
    let Some(label) = registrable_name(&host).and_then(|domain| domain.split('.').next()).map(letters) else { return false };
    let is_part = |part: &str| part.chars().count() >= LEAST_LIKENESS && label.contains(part);
    label.chars().count() >= LEAST_LIKENESS && letters(name).contains(&label) || name.split_whitespace().take(MAX_NAME_WORDS).any(|word| is_part(&letters(word)))
}

/// What the link's host is to the sender.
pub(super) fn observe_host(senders: &Senders, link: &LinkCandidate, out: &mut Observations) {
    let Some(domain) = host::registrable(&link.url) else {
        out.sign(Sign::HostIsNoPublicDomain);
        return;
    };
    let names = || senders.from.iter().chain(&senders.reply_to).chain(&senders.sender).filter_map(|host| registrable_name(host));
    let (same, is_froms) = (names().any(|name| name == domain), senders.names().any(|name| name == domain));
    out.sign_if(same, Sign::HostIsSenders);
    out.sign_if(same && !is_froms, Sign::HostIsReplyTosOnly);
    out.sign_if(!is_froms && senders.shown.iter().any(|shown| registrable_name(shown) == Some(domain)), Sign::HostIsNamesOnly);
    // "mail-brand.com" and "brand.io": the same name under another suffix, or within it.
    let own = label(domain);
    let is_kin = |name: &str| own.len() >= 4 && label(name).contains(own) || label(name).len() >= 4 && own.contains(label(name));
    out.sign_if(!same && names().any(is_kin), Sign::HostResemblesSenders);
}

/// What an owner is called: the first label of a registrable domain.
pub(super) fn label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(message: &Message<'_>) -> Vec<Sign> {
        let mut seen = Vec::new();
        observe_sender(message, &Senders::of(message), &Authentication::default(), &mut |holds, sign| seen.extend(holds.then_some(sign)));
        seen
    }

    fn of_name(from: &str) -> Vec<Sign> {
        signs(&Message::new().from(from))
    }

    #[test]
    fn a_name_that_shows_another_domain_is_seen() {
        for from in [
            "service@example.com <x4711@example.net>",
            "Example.com <x4711@mailer.example.net>",
            "\"(example.com) Support\" <a@example.net>",
            "help@example.com via Surveys <member@surveys.example.net>",
        ] {
            assert!(of_name(from).contains(&Sign::NameShowsOtherDomain), "{from}");
        }
    }

    #[test]
    fn a_name_that_is_the_senders_own_domain_is_harmless() {
        for from in ["Example.com <hello@mail.example.com>", "hello@example.com <hello@example.com>", "EXAMPLE.COM team <hello@example.com>"] {
            assert!(of_name(from).contains(&Sign::NameShowsOwnDomain) && !of_name(from).contains(&Sign::NameShowsOtherDomain), "{from}");
        }
        for from in [
            "Dr.Miller <miller@example.com>",
            "Ann O. Lee <ann@example.com>",
            "v2.0 <a@example.com>",
            "1.2.3.4 <a@example.com>",
            "@ <a@example.com>",
            "root@localhost <a@example.com>",
            "hello@example.com",
        ] {
            assert!(!of_name(from).contains(&Sign::NameShowsOtherDomain) && !of_name(from).contains(&Sign::NameShowsOwnDomain), "{from}");
        }
    }

    #[test]
    fn a_list_that_sends_for_a_member_is_harmless() {
        let member = Mailbox { name: None, address: Some("ann@example.com".to_owned()) };
        let via = Message { reply_to: vec![member], list: true, ..Message::new().from("ann@example.com via Walkers <walkers@lists.example.org>") };
        assert!(!signs(&via).contains(&Sign::NameShowsOtherDomain));
        assert!(signs(&Message { list: false, ..via }).contains(&Sign::NameShowsOtherDomain));
    }

    #[test]
    fn a_name_like_the_domain_is_seen() {
        for (from, is_like) in [
            ("Example <no-reply@mail.example.com>", true),
            ("Exam Ple Accounts <no-reply@example.com>", true),
            ("Example <no-reply@example-mail.com>", true),
            ("Example <x4711@anything.net>", false),
            ("The App <a@theapp.net>", true),
            ("The Cat <a@thebigcat.net>", false),
            ("<a@example.com>", false),
        ] {
            assert_eq!(of_name(from).contains(&Sign::NameResemblesDomain), is_like, "{from}");
        }
    }

    #[test]
    fn answers_that_go_elsewhere_are_seen() {
        let mailbox = |address: &str| Mailbox { name: None, address: Some(address.to_owned()) };
        let to = |address: &str| Message { reply_to: vec![mailbox(address)], sender: Some(mailbox(address)), ..Message::new().from("a@mail.example.com") };
        assert!([Sign::ReplyToOtherDomain, Sign::SenderOtherDomain].iter().all(|sign| signs(&to("a@example.net")).contains(sign)));
        assert!(![Sign::ReplyToOtherDomain, Sign::SenderOtherDomain].iter().any(|sign| signs(&to("help@desk.example.com")).contains(sign)));
        assert_eq!(signs(&Message { reply_to: vec![mailbox("a@example.net")], ..Message::new() }), []);
    }

    #[test]
    fn a_host_of_reply_to_is_told_from_one_of_from() {
        let mailbox = |address: &str| Mailbox { name: None, address: Some(address.to_owned()) };
        let message = Message { reply_to: vec![mailbox("a@example.net")], ..Message::new().from("Example.org <a@example.com>") };
        for (host, expected) in [("example.com", [true, false, false]), ("example.net", [true, true, false]), ("www.example.org", [false, false, true])] {
            let view = crate::view::View::of_html(&format!("<a href=https://{host}/login>Sign in</a>"));
            let (links, _) = crate::candidate::link::find_links(&[view], &crate::Limits::new());
            let mut seen = Observations::new();
            observe_host(&Senders::of(&message), &links[0], &mut seen);
            assert_eq!([Sign::HostIsSenders, Sign::HostIsReplyTosOnly, Sign::HostIsNamesOnly].map(|sign| seen.has(sign)), expected, "{host}");
        }
    }

    #[test]
    fn dmarc_is_evidence_only_from_a_trusted_server() {
        use crate::{Extractor, Hints};
        let read = |result: &str, hints: &Hints<'_>| {
            let raw = format!("Authentication-Results: mx.example.net; dmarc={result}\r\nFrom: a@example.com\r\nSubject: Your code\r\n\r\nYour code is 483921\r\n");
            let report = Extractor::new().extract_with(raw.as_bytes(), hints);
            let code = report.candidates(crate::Kind::Otp).next().expect("a code").clone();
            let seen: Vec<&str> = [Sign::DmarcPass, Sign::DmarcFail]
                .into_iter()
                .filter(|sign| code.evidence.iter().any(|c| c.evidence == super::super::Evidence::Sign(*sign)))
                .map(Sign::name)
                .collect();
            (seen, code.answer.confidence, report.authentication().dmarc)
        };
        let trusting = Hints::new().trust_authserv_ids(&["mx.example.net"]);
        assert_eq!((read("pass", &trusting).0, read("fail", &trusting).0), (vec!["dmarc-pass"], vec!["dmarc-fail"]));
        for hints in [Hints::new(), Hints::new().trust_authserv_ids(&["mx.example.org"])] {
            assert_eq!(read("pass", &hints), read("fail", &hints));
            assert_eq!(read("pass", &hints).2, None);
        }
    }

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

//! The rules that no weight may overrule.
//!
//! | veto | attack | harmless twin |
//! |---|---|---|
//! | [`Veto::BidiControl`] | an override shows the digits of a code, or the host in an anchor text, in another order | marks around a code in Arabic or Hebrew text, or around each digit in a box of its own |
//! | [`Veto::MixedDigits`] | a digit of another script in a code: a Bengali 4 looks like an 8 | all digits of one script; full-width digits among ASCII ones |
//! | [`Veto::Struck`] | an old code, struck out, larger than the new one | a price that is struck out: no code, and no answer in any case |
//! | [`Veto::SaidToBeVoid`] | a code that its own sentence says is used, expired, wrong or not to be used | conditions and times to come ("if it has expired", "after 10 minutes"), talk of an older code beside the new one |
//! | [`Veto::OlderCode`] | a code in a quoted mail, larger than the new one above it | a mail that is passed on, a quoted code without a new one |
//! | [`Veto::QuotedInReply`] | an answer to a mail, below which the code or link of that mail stands | a mail that is passed on |
//! | [`Veto::Sample`] | `123456`, `000000` in articles and previews that speak of an example | the same digits as the code of a test system |
//! | [`Veto::FraudWords`] | "send me the code", "I know your password", "ignore previous instructions" | the same words behind "never" |
//! | [`Veto::DisguisedHost`] | `http://3232235786/`, `https://b%61nk.example/`: the host is not the one that a reader or a list of blocked hosts sees | an IP address as such, a name in any script |
//! | [`Veto::ConfusableHost`] | `pаypal.com` with a Cyrillic letter | names in one script, and Japanese, which mixes three and Latin |
//! | [`Veto::AnchorShowsOtherHost`] | `https://bank.example/login` over a link to `evil.example` | click wrappers, and trackers under the sender's own domain |
//! | [`Veto::ImitatingHost`] | `accounts.bank.example.evil.example`, `evil.example/#https://bank.example/` | a path or a parameter that names the sender, `www.shop.com.br` |
//! | [`Veto::PublicAddress`] | `http://203.0.113.7/bank/confirm` | a device of the own network: a private address |
//! | [`Veto::UnusualPort`] | `https://evil.example:4443/bank.example/verify` | a panel under the sender's own name, a device of the own network |
//! | [`Veto::DisguisedSender`] | "security@bank.example" <x@evil.example>, an override in the name, a second author | a list that sends for its member, a name that is the own domain |
//! | [`Veto::ConflictingFields`] | two `From`, `Subject` or `Content-Type` fields, one for the filter and one for the reader | the same field twice, as some servers send it |
//! | [`Veto::DeliveryReport`] | a mail that bounces with a code in it, or looks as if it did | a mail that is passed on, as an attachment too |
//! | [`Veto::LeadsOn`] | `https://bank.example/logout?next=//evil.example/`: an open redirect on the sender's own host | a link with a token of its own that leads on afterwards, a parameter that names the same owner or the sender |
//! | [`Veto::UnseenAction`] | a schema.org action of a mail that shows no such link | the action of a button that is shown, an action of the sender's own host |
//! | [`Veto::ForeignBase`] | `<base href="https://evil.example/">` over links that look local | a base of the sender's own |
//! | [`Veto::LongLink`] | a page of instructions in a link, for the program that is handed the answer | a link with a signed token, inside a gateway's wrapper |
//!
//! What can never be an answer for other reasons never becomes a candidate: hidden text and the replacement text of images
//! too small to see (the view leaves them out), links that are not http or https, that carry user names or control
//! characters, or that wrap such (`candidate/href.rs`, `candidate/wrapper.rs`), codes with letters that only look like Latin ones (`candidate/code.rs` takes none
//! that touches a letter of another script).
//!
//! Not vetoed, because real senders do it and a weight can say it: an invisible character inside a code (it keeps phones from
//! dialling it; it is dropped, and the value is what a person sees); a code in the replacement text of an image that is shown;
//! a link to a host that has nothing to do with the sender's, which is what every service that signs in for others sends
//! (`project.auth.example/verify` in a mail of `shop.example`, whose footer links to `shop.example`); words about doors,
//! lockers and discounts; `123456`, which is what a developer sends first.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::ops::Range;

use crate::body::view::View;
use crate::candidate::code::{CodeCandidate, Occurrence};
use crate::candidate::link::LinkCandidate;
use crate::evidence::{Evidence, LinkFlag, Observations, Place, Reading, Sign};
use crate::lexicon::Concept;
use crate::report::Veto;

/// The longest link that is an answer. Of the links that mails of the corpora ask to follow the longest has 506 bytes, and
/// of all links that could be followed 1,451; a signed token of a kilobyte inside a gateway's wrapper stays below this.
const MAX_LINK_BYTES: usize = 2 << 10;

/// What forbids every answer of a mail.
pub(super) fn of_mail(reading: &Reading<'_>) -> Option<Veto> {
    match () {
        () if reading.senders.is_disguised(reading.message) => Some(Veto::DisguisedSender),
        () if !reading.message.oddities.is_empty() => Some(Veto::ConflictingFields),
        () if reading.message.is_report => Some(Veto::DeliveryReport),
        () => None,
    }
}

pub(super) fn of_code(views: &[View], code: &CodeCandidate, seen: &Observations) -> Option<Veto> {
    let is_said = |concept| [Place::Subject, Place::Body].iter().any(|place| seen.holds(Evidence::Word(concept, *place).index()));
    let any = |holds: fn(&View, &Occurrence) -> bool| code.occurrences.iter().any(|o| holds(&views[o.view], o));
    match () {
        () if any(has_bidi_control) || any(|view, code| is_overridden(view, &code.span)) => Some(Veto::BidiControl),
        () if any(has_mixed_digits) => Some(Veto::MixedDigits),
        () if any(is_struck) => Some(Veto::Struck),
        () if seen.has(Sign::FraudWords) => Some(Veto::FraudWords),
        () if seen.has(Sign::SaidToBeVoid) => Some(Veto::SaidToBeVoid),
        () if seen.has(Sign::OlderThanAnother) => Some(Veto::OlderCode),
        () if is_quoted_in_reply(seen) => Some(Veto::QuotedInReply),
        () if seen.has(Sign::Series) && is_said(Concept::Sample) => Some(Veto::Sample),
        () => None,
    }
}

/// Whoever answers a mail, a program that tells of an absence included, sends it back; whoever passes it on says so.
fn is_quoted_in_reply(seen: &Observations) -> bool {
    (seen.has(Sign::SubjectIsReply) || seen.has(Sign::AutoReplied)) && seen.has(Sign::OnlyInOlderMail)
}

/// The places inside a code, in a list of offsets that rises.
fn inside<'o>(offsets: &'o [usize], code: &Occurrence) -> &'o [usize] {
    let from = offsets.partition_point(|at| *at <= code.span.start);
    &offsets[from..from + offsets[from..].partition_point(|at| *at < code.span.end)]
}

/// Whether a text is shown in another order than it is sent.
fn is_overridden(view: &View, span: &Range<usize>) -> bool {
    view.overridden.iter().any(|range| range.start < span.end && span.start < range.end)
}

/// A control works up to the end of its paragraph (UAX #9, rule X8): at the edge of a line it moves nothing.
fn has_bidi_control(view: &View, code: &Occurrence) -> bool {
    inside(&view.bidi_controls, code).iter().any(|at| view.text.as_bytes()[*at] != b'\n')
}

fn is_struck(view: &View, code: &Occurrence) -> bool {
    view.run_at(code.span.start).is_some_and(|run| run.prominence.struck)
}

fn has_mixed_digits(view: &View, code: &Occurrence) -> bool {
    !inside(&view.digit_changes, code).is_empty()
}

pub(super) fn of_link(views: &[View], link: &LinkCandidate, flags: &[LinkFlag], seen: &Observations) -> Option<Veto> {
    let has = |flag| flags.contains(&flag);
    let links = || link.occurrences.iter().map(|o| &views[o.view].links[o.link]);
    let anchors = || link.occurrences.iter().map(|o| (&views[o.view], &views[o.view].links[o.link].span));
    match () {
        () if seen.has(Sign::FraudWords) => Some(Veto::FraudWords),
        () if is_quoted_in_reply(seen) => Some(Veto::QuotedInReply),
        () if has(LinkFlag::DisguisedHost) => Some(Veto::DisguisedHost),
        () if has(LinkFlag::ConfusableHost) => Some(Veto::ConfusableHost),
        () if has(LinkFlag::ImitatingHost) => Some(Veto::ImitatingHost),
        () if has(LinkFlag::AnchorShowsOtherHost) => Some(Veto::AnchorShowsOtherHost),
        () if has(LinkFlag::IpHost) && !has(LinkFlag::InternalHost) => Some(Veto::PublicAddress),
        () if has(LinkFlag::OtherPort) && !has(LinkFlag::InternalHost) && !seen.has(Sign::HostIsSenders) => Some(Veto::UnusualPort),
        () if anchors().any(|(view, span)| is_overridden(view, span)) => Some(Veto::BidiControl),
        () if link.href.len() > MAX_LINK_BYTES => Some(Veto::LongLink),
        () if seen.has(Sign::OnlyLeadsOn) => Some(Veto::LeadsOn),
        () if !seen.has(Sign::HostIsSenders) && links().all(|link| link.action) => Some(Veto::UnseenAction),
        () if !seen.has(Sign::HostIsSenders) && links().any(|link| link.relative) => Some(Veto::ForeignBase),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::code::find_codes;
    use crate::candidate::link::find_links;

    fn veto_in(view: View) -> Option<Veto> {
        let views = [view];
        let (codes, _) = find_codes(&views, &crate::Limits::new());
        of_code(&views, &codes[0], &Observations::new())
    }

    fn veto(text: &str) -> Option<Veto> {
        veto_in(View::of_text(text, false, false))
    }

    #[test]
    fn an_override_inside_a_code_forbids_it() {
        for text in ["code 12\u{202e}3456", "code 12\u{200f}3456", "code 123\u{2067} 456", "code \u{202e}123456\u{202c} is yours"] {
            assert_eq!(veto(text), Some(Veto::BidiControl), "{text:?}");
        }
    }

    #[test]
    fn marks_around_a_code_do_not() {
        for text in ["code \u{2066}123456\u{2069}", "code \u{200f}123456\u{200f}.", "G-\u{200e}123456"] {
            assert_eq!(veto(text), None, "{text:?}");
        }
        assert_eq!(veto_in(View::of_html("<table><tr><td>&rlm;1&rlm;<td>&rlm;2&rlm;<td>&rlm;3&rlm;<td>&rlm;4&rlm;</table>")), None);
    }

    #[test]
    fn digits_of_two_scripts_in_a_code_forbid_it() {
        for text in ["code 12345\u{9ea}", "code \u{9ea}12345", "code \u{662}3 45 67"] {
            assert_eq!(veto(text), Some(Veto::MixedDigits), "{text:?}");
        }
    }

    #[test]
    fn digits_of_one_script_do_not() {
        for text in ["code ١٢٣٤٥٦", "order 12, code ١٢٣٤٥٦, 10 minutes", "code １２3456", "code 𝟏23456", "code ۱۲٣۴۵۶"] {
            assert_eq!(veto(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_code_with_letters_that_only_look_latin_is_no_candidate() {
        for text in ["code А1B2C3", "code A1В2C3", "code A1B2С", "code A1B2\u{391}"] {
            assert_eq!(find_codes(&[View::of_text(text, false, false)], &crate::Limits::new()).0, [], "{text:?}");
        }
        assert_eq!(veto("код123456"), None);
    }

    #[test]
    fn an_invisible_character_inside_a_code_is_harmless() {
        assert_eq!(veto("code 12\u{200b}34\u{ad}56"), None);
    }

    #[test]
    fn a_link_that_carries_a_text_is_forbidden() {
        let veto = |bytes: usize| {
            let views = [View::of_html(&format!("<a href='https://example.org/v?token={}'>Verify", "a".repeat(bytes)))];
            let (links, _) = find_links(&views, &crate::Limits::new());
            of_link(&views, &links[0], &[], &Observations::new())
        };
        assert_eq!(veto(MAX_LINK_BYTES), Some(Veto::LongLink));
        assert_eq!(veto(1_500), None);
    }

    fn veto_of_link(href: &str, anchor: &str) -> Option<Veto> {
        let html = format!("<p>Please confirm your e-mail address.</p><p><a href=\"{href}\">{anchor}</a></p><p>The link expires in 24 hours.</p>");
        let message = crate::Message::new().from("Example <no-reply@example.org>").subject("Confirm your e-mail address").html(html);
        let report = crate::Extractor::new().extract_message(&message);
        let candidate = report.candidates(crate::Kind::MagicLink).next().expect("a candidate").clone();
        assert_eq!(report.best(crate::Kind::MagicLink).is_some(), candidate.veto.is_none(), "{href} {anchor}");
        candidate.veto
    }

    #[test]
    fn a_host_in_disguise_forbids_a_link() {
        for href in ["https://3232235786/confirm?token=8f3e9a7c1b5d", "https://ex%61mple.org/confirm?token=8f3e9a7c1b5d"] {
            assert_eq!(veto_of_link(href, "Confirm"), Some(Veto::DisguisedHost), "{href}");
        }
        assert_eq!(veto_of_link("https://192.168.2.7/confirm?token=8f3e9a7c1b5d", "Confirm"), None);
    }

    #[test]
    fn a_link_that_only_leads_on_is_forbidden() {
        assert_eq!(veto_of_link("https://example.org/logout?next=//evil.example/", "Confirm"), Some(Veto::LeadsOn));
        for does_more in ["https://example.org/v/8f3e9a7c1b5d?next=https://shop.example/", "https://example.org/verify?token=55f0b6&type=signup&redirect_to=http://localhost:3000"]
        {
            assert_eq!(veto_of_link(does_more, "Confirm"), None, "{does_more}");
        }
    }

    #[test]
    fn a_host_that_looks_like_another_forbids_a_link() {
        assert_eq!(veto_of_link("https://exаmple.org/confirm?token=8f3e9a7c1b5d", "Confirm"), Some(Veto::ConfusableHost));
        assert_eq!(veto_of_link("https://пример.example/confirm?token=8f3e9a7c1b5d", "Confirm"), None);
    }

    #[test]
    fn an_anchor_that_shows_another_host_forbids_a_link() {
        let anchor = "https://example.org/confirm";
        assert_eq!(veto_of_link("https://evil.example/confirm?token=8f3e9a7c1b5d", anchor), Some(Veto::AnchorShowsOtherHost));
        assert_eq!(veto_of_link("https://id.example.org/confirm?token=8f3e9a7c1b5d", anchor), None);
        assert_eq!(veto_of_link("https://url7.tracker.example/ls/click?upn=u001.8f3e9a7c1b5d", anchor), None);
    }

    #[test]
    fn an_address_on_the_internet_or_a_strange_port_forbids_a_link() {
        assert_eq!(veto_of_link("https://192.0.2.7/confirm?token=8f3e9a7c1b5d", "Confirm"), Some(Veto::PublicAddress));
        assert_eq!(veto_of_link("https://evil.example:4443/confirm?token=8f3e9a7c1b5d", "Confirm"), Some(Veto::UnusualPort));
        assert_eq!(veto_of_link("https://panel.example.org:4443/confirm?token=8f3e9a7c1b5d", "Confirm"), None);
        assert_eq!(veto_of_link("http://localhost:3000/confirm?token=8f3e9a7c1b5d", "Confirm"), None);
    }

    #[test]
    fn an_imitated_host_or_a_turned_anchor_forbids_a_link() {
        assert_eq!(veto_of_link("https://id.example.org.evil.example/confirm?token=8f3e9a7c1b5d", "Confirm"), Some(Veto::ImitatingHost));
        assert_eq!(veto_of_link("https://evil.example/confirm?token=8f3e9a7c1b5d", "&#x202e;gro.elpmaxe"), Some(Veto::BidiControl));
    }

    fn veto_of_sender(head: &str) -> Option<Veto> {
        let raw = format!("{head}\r\nSubject: Your login code\r\n\r\nYour login code is 483921. It expires in 10 minutes.\r\n");
        crate::extract(raw.as_bytes()).candidates(crate::Kind::Otp).next().expect("a candidate").veto
    }

    #[test]
    fn a_disguised_sender_forbids_every_answer() {
        for head in [
            "From: \"security@bank.example\" <x@evil.example>",
            "From: x@evil.example (Bank (security@bank.example))",
            "From: Bank <security@bank.example>, <x@evil.example>",
            "From: =?utf-8?B?4oCuZWxwbWF4ZQ==?= <x@evil.example>",
            "From: \"Bank <alerts@bank.example>\": x@evil.example;",
            "From: =?utf-8?Q?a=40bank.example_?=@evil.example",
        ] {
            assert_eq!(veto_of_sender(head), Some(Veto::DisguisedSender), "{head}");
        }
        for head in
            ["From: Example <no-reply@example.org>", "From: \"no-reply@example.org\" <no-reply@mail.example.org>", "From: Example.org <a@example.org>, <b@mail.example.org>"]
        {
            assert_eq!(veto_of_sender(head), None, "{head}");
        }
        let of_list = "List-Id: <w.lists.example.org>\r\nReply-To: ann@example.com\r\nFrom: \"ann@example.com via Walkers\" <w@lists.example.org>";
        assert_eq!(veto_of_sender(of_list), None);
    }

    #[test]
    fn what_a_reply_quotes_is_no_answer() {
        let veto = |head: &str| {
            let text = "Thank you.\n\n> Your login code is 483921.\n> It expires in 10 minutes.\n> Or sign in: https://example.net/in?token=8f3e9a7c1b5d\n";
            let report = crate::extract(format!("From: Ann <ann@example.org>\r\n{head}\r\n\r\n{text}").as_bytes());
            [crate::Kind::Otp, crate::Kind::MagicLink].map(|kind| report.candidates(kind).next().expect("a candidate").veto)
        };
        assert_eq!(veto("Subject: Re: Your login code"), [Some(Veto::QuotedInReply); 2]);
        assert_eq!(veto("Subject: I am away\r\nAuto-Submitted: auto-replied"), [Some(Veto::QuotedInReply); 2]);
        assert_eq!(veto("Subject: Fwd: Your login code"), [None; 2]);
        assert_eq!(veto("Subject: Your login code"), [None; 2]);
    }

    #[test]
    fn what_a_delivery_report_returns_is_no_answer() {
        let returned = |kind: &str| {
            let head = format!("From: mailer-daemon@example.org\r\nSubject: Undelivered\r\nContent-Type: multipart/{kind}; boundary=b\r\n\r\n");
            let raw = format!(
                "{head}--b\r\n\r\nSee below.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: no-reply@example.net\r\nSubject: Your login code\r\n\r\nYour login code is 483921.\r\n--b--\r\n"
            );
            crate::extract(raw.as_bytes()).candidates(crate::Kind::Otp).next().expect("a candidate").veto
        };
        assert_eq!(returned("report; report-type=delivery-status"), Some(Veto::DeliveryReport));
        assert_eq!(returned("mixed"), None);
    }

    #[test]
    fn fields_that_contradict_each_other_forbid_every_answer() {
        assert_eq!(veto_of_sender("From: a@example.org\r\nFrom: b@example.net"), Some(Veto::ConflictingFields));
        assert_eq!(veto_of_sender("From: a@example.org\r\nFrom: a@example.org"), None);
    }
}

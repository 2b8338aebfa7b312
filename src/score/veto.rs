//! The rules that no weight may overrule.
//!
//! | veto | attack | harmless twin |
//! |---|---|---|
//! | [`Veto::BidiControl`] | an override inside a code shows its digits in another order | marks around a code in Arabic or Hebrew text |
//! | [`Veto::DisguisedHost`] | `http://3232235786/`, `https://b%61nk.example/`: the host is not the one that a reader or a list of blocked hosts sees | an IP address as such, a name in any script |
//! | [`Veto::ConfusableHost`] | `pаypal.com` with a Cyrillic letter | names in one script, and Japanese, which mixes three and Latin |
//! | [`Veto::AnchorShowsOtherHost`] | "https://bank.example/login" over a link to `evil.example` | click wrappers, and trackers under the sender's own domain |
//!
//! What can never be an answer for other reasons never becomes a candidate: hidden text (the view leaves it out), links
//! that are not http or https, that carry user names or control characters, or that wrap such (`candidate/href.rs`,
//! `candidate/wrapper.rs`).

use crate::body::view::View;
use crate::candidate::code::CodeCandidate;
use crate::evidence::LinkFlag;
use crate::report::Veto;

pub(super) fn of_code(views: &[View], code: &CodeCandidate) -> Option<Veto> {
    let inside = code.occurrences.iter().any(|o| views[o.view].bidi_controls.iter().any(|at| (o.span.start + 1..o.span.end).contains(at)));
    inside.then_some(Veto::BidiControl)
}

pub(super) fn of_link(flags: &[LinkFlag]) -> Option<Veto> {
    flags.iter().find_map(|flag| match flag {
        LinkFlag::DisguisedHost => Some(Veto::DisguisedHost),
        LinkFlag::ConfusableHost => Some(Veto::ConfusableHost),
        LinkFlag::AnchorShowsOtherHost => Some(Veto::AnchorShowsOtherHost),
        LinkFlag::InternalHost | LinkFlag::IpHost | LinkFlag::RedirectParameter | LinkFlag::OtherPort | LinkFlag::PlainHttp => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::code::find_codes;

    fn veto(text: &str) -> Option<Veto> {
        let views = [View::of_text(text, false, false)];
        let (codes, _) = find_codes(&views);
        of_code(&views, &codes[0])
    }

    #[test]
    fn an_override_inside_a_code_forbids_it() {
        assert_eq!(veto("code 12\u{202e}3456"), Some(Veto::BidiControl));
    }

    #[test]
    fn marks_around_a_code_do_not() {
        assert_eq!(veto("code \u{2066}123456\u{2069}"), None);
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
        assert_eq!(veto_of_link("https://192.0.2.7/confirm?token=8f3e9a7c1b5d", "Confirm"), None);
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
}

//! The rules that no weight may overrule.
//!
//! | veto | attack | harmless twin |
//! |---|---|---|
//! | [`Veto::BidiControl`] | an override inside a code shows its digits in another order | marks around a code in Arabic or Hebrew text, or around each digit in a box of its own |
//! | [`Veto::MixedDigits`] | a digit of another script in a code: a Bengali 4 looks like an 8 | all digits of one script; full-width digits among ASCII ones |
//! | [`Veto::DisguisedHost`] | `http://3232235786/`, `https://b%61nk.example/`: the host is not the one that a reader or a list of blocked hosts sees | an IP address as such, a name in any script |
//! | [`Veto::ConfusableHost`] | `pаypal.com` with a Cyrillic letter | names in one script, and Japanese, which mixes three and Latin |
//! | [`Veto::AnchorShowsOtherHost`] | "https://bank.example/login" over a link to `evil.example` | click wrappers, and trackers under the sender's own domain |
//! | [`Veto::LongLink`] | a page of instructions in a link, for the program that is handed the answer | a link with a signed token, inside a gateway's wrapper |
//!
//! What can never be an answer for other reasons never becomes a candidate: hidden text and the replacement text of images
//! too small to see (the view leaves them out), links that are not http or https, that carry user names or control
//! characters, or that wrap such (`candidate/href.rs`, `candidate/wrapper.rs`), codes with letters that only look like Latin ones (`candidate/code.rs` takes none
//! that touches a letter of another script).
//!
//! Not vetoed, because real senders do it and a weight can say it: an invisible character inside a code (it keeps phones from
//! dialling it; it is dropped, and the value is what a person sees); a code in the replacement text of an image that is shown.

use crate::body::view::View;
use crate::candidate::code::{CodeCandidate, Occurrence};
use crate::candidate::link::LinkCandidate;
use crate::evidence::LinkFlag;
use crate::report::Veto;

/// The longest link that is an answer. Of the links that mails of the corpora ask to follow the longest has 506 bytes, and
/// of all links that could be followed 1,451; a signed token of a kilobyte inside a gateway's wrapper stays below this.
const MAX_LINK_BYTES: usize = 2 << 10;

pub(super) fn of_code(views: &[View], code: &CodeCandidate) -> Option<Veto> {
    let any = |holds: fn(&View, &Occurrence) -> bool| code.occurrences.iter().any(|o| holds(&views[o.view], o));
    match () {
        () if any(has_bidi_control) => Some(Veto::BidiControl),
        () if any(has_mixed_digits) => Some(Veto::MixedDigits),
        () => None,
    }
}

/// The places inside a code, in a list of offsets that rises.
fn inside<'o>(offsets: &'o [usize], code: &Occurrence) -> &'o [usize] {
    let from = offsets.partition_point(|at| *at <= code.span.start);
    &offsets[from..from + offsets[from..].partition_point(|at| *at < code.span.end)]
}

/// A control works up to the end of its paragraph (UAX #9, rule X8): at the edge of a line it moves nothing.
fn has_bidi_control(view: &View, code: &Occurrence) -> bool {
    inside(&view.bidi_controls, code).iter().any(|at| view.text.as_bytes()[*at] != b'\n')
}

fn has_mixed_digits(view: &View, code: &Occurrence) -> bool {
    !inside(&view.digit_changes, code).is_empty()
}

pub(super) fn of_link(link: &LinkCandidate, flags: &[LinkFlag]) -> Option<Veto> {
    let of_flags = flags.iter().find_map(|flag| match flag {
        LinkFlag::DisguisedHost => Some(Veto::DisguisedHost),
        LinkFlag::ConfusableHost => Some(Veto::ConfusableHost),
        LinkFlag::AnchorShowsOtherHost => Some(Veto::AnchorShowsOtherHost),
        LinkFlag::InternalHost | LinkFlag::IpHost | LinkFlag::RedirectParameter | LinkFlag::OtherPort | LinkFlag::PlainHttp => None,
    });
    of_flags.or_else(|| (link.href.len() > MAX_LINK_BYTES).then_some(Veto::LongLink))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::code::find_codes;
    use crate::candidate::link::find_links;

    fn veto_in(view: View) -> Option<Veto> {
        let views = [view];
        let (codes, _) = find_codes(&views, &crate::Limits::new());
        of_code(&views, &codes[0])
    }

    fn veto(text: &str) -> Option<Veto> {
        veto_in(View::of_text(text, false, false))
    }

    #[test]
    fn an_override_inside_a_code_forbids_it() {
        for text in ["code 12\u{202e}3456", "code 12\u{200f}3456", "code 123\u{2067} 456"] {
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
            let (links, _) = find_links(&[View::of_html(&format!("<a href='https://example.org/v?token={}'>Verify", "a".repeat(bytes)))], &crate::Limits::new());
            of_link(&links[0], &[])
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

//! Answers that only some clients show.
//!
//! A style sheet may hide one code and show another on a phone or in dark mode, and an AMP part is shown in place of the HTML by
//! some clients. No single value is then what the reader sees. Mails that show one code in two layouts, or that have a version
//! without the code, contradict nothing.
//!
//! Only a mail with an answer is read again, so that others cost nothing.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::disagreement::{MOST_OF_EITHER, shows};
use crate::body::view::{self, Source, View};
use crate::candidate::code::{Form, find_codes};
use crate::candidate::link::find_links;
use crate::evidence::Reading;
use crate::limits::Limits;
use crate::report::{Candidate, Kind};

/// The kinds of which the best candidate is contradicted elsewhere. It keeps what confidence one of two may have.
pub(super) fn settle(reading: &Reading<'_>, candidates: &mut [Candidate], limits: &Limits) -> Vec<Kind> {
    let best = |kind: Kind| {
        let of_kind = candidates.iter().enumerate().filter(|(_, candidate)| candidate.answer.kind == kind);
        of_kind.max_by(|(_, a), (_, b)| a.answer.confidence.total_cmp(&b.answer.confidence)).filter(|(_, c)| c.answer.confidence > MOST_OF_EITHER).map(|(at, _)| at)
    };
    let best: Vec<usize> = Kind::ALL.into_iter().filter_map(best).collect();
    if best.is_empty() {
        return Vec::new();
    }
    let elsewhere = view::elsewhere(reading.message, reading.views, limits);
    let contradicted = best.into_iter().filter(|at| elsewhere.iter().any(|other| contradicts(other, &candidates[*at], reading.views, limits)));
    let contradicted: Vec<usize> = contradicted.collect();
    contradicted
        .into_iter()
        .map(|at| {
            let answer = &mut candidates[at].answer;
            answer.confidence = (answer.confidence / 2.0).min(MOST_OF_EITHER);
            answer.kind
        })
        .collect()
}

/// Whether a view lacks an answer and shows another one that the mail's own views do not.
fn contradicts(other: &View, best: &Candidate, views: &[View], limits: &Limits) -> bool {
    let other = std::slice::from_ref(other);
    if best.answer.kind == Kind::Otp {
        let is_new = |code: &str| !views.iter().any(|view| view.source != Source::Subject && shows(view, code));
        let alike = |value: &str| value.len() == best.answer.value.len() && value.bytes().any(|c| c.is_ascii_digit());
        return !shows(&other[0], &best.answer.value)
            && find_codes(other, limits).0.iter().any(|code| code.occurrences[0].form != Form::Letters && alike(&code.value) && is_new(&code.value));
    }
    let (links, _) = find_links(other, limits);
    let is_same = |domain: Option<&str>| domain.is_none() || best.domain.is_none() || domain == best.domain.as_deref();
    !links.is_empty() && !links.iter().any(|link| link.href == best.answer.value || is_same(link.domain()))
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Oddity, extract};

    fn read(kind: &str, html: &str, amp: &str) -> (Option<String>, Vec<Oddity>) {
        let amp = if amp.is_empty() { String::new() } else { format!("--b\r\nContent-Type: text/x-amp-html\r\n\r\n{amp}\r\n") };
        let raw = format!(
            "From: Example <no-reply@example.org>\r\nSubject: Your {kind}\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n{amp}--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
        );
        let report = extract(raw.as_bytes());
        (report.answers().first().map(|answer| answer.value.clone()), report.oddities().to_vec())
    }

    fn two(media: &str, one: &str, other: &str) -> String {
        format!(
            "<style>.b{{display:none}}@media {media}{{.a{{display:none}}.b{{display:block}}}}</style><p>Your verification code is<p class=a>{one}<p class=b>{other}<p>It expires in 10 minutes. Do not share it."
        )
    }

    #[test]
    fn a_code_that_depends_on_the_screen_is_no_answer() {
        for media in ["(max-width:480px)", "(prefers-color-scheme:dark)"] {
            assert_eq!(read("verification code", &two(media, "483921", "650174"), ""), (None, vec![Oddity::Disagreement(Kind::Otp)]), "{media}");
        }
    }

    #[test]
    fn one_code_in_two_layouts_is() {
        for html in [two("(max-width:480px)", "483921", "<big>483 921"), two("print", "483921", "650174"), two("(max-width:480px)", "483921", "Order 12")] {
            assert_eq!(read("verification code", &html, ""), (Some("483921".to_owned()), vec![]), "{html}");
        }
    }

    #[test]
    fn an_amp_part_with_another_code_contradicts_and_one_without_does_not() {
        let sentence = |code: &str| format!("<style amp4email-boilerplate>body{{visibility:hidden}}</style><p>Your verification code is {code}. It expires in 10 minutes.");
        assert_eq!(read("verification code", &sentence("483921"), &sentence("650174")), (None, vec![Oddity::Disagreement(Kind::Otp)]));
        for amp in [sentence("483921"), "<p>Open the app to sign in.".to_owned()] {
            assert_eq!(read("verification code", &sentence("483921"), &amp), (Some("483921".to_owned()), vec![]), "{amp}");
        }
    }

    #[test]
    fn a_link_that_depends_on_the_screen_is_no_answer() {
        let link = |class: &str, host: &str| {
            format!("<p class={class}><a href='https://{host}/verify?token=9f8e7d6c5b4a3f2e' style='background:#06c;padding:9px'>Verify e-mail address</a>")
        };
        let mail = |one: &str, other: &str| {
            format!(
                "<style>.b{{display:none}}@media (max-width:480px){{.a{{display:none}}.b{{display:block}}}}</style><p>Please verify your e-mail address to finish signing up.{}{}<p>The link expires in 24 hours.",
                link("a", one),
                link("b", other)
            )
        };
        assert_eq!(read("e-mail address: verify it", &mail("example.org", "evil.example"), ""), (None, vec![Oddity::Disagreement(Kind::MagicLink)]));
        assert!(read("e-mail address: verify it", &mail("example.org", "id.example.org"), "").0.is_some());
    }
}

//! Parts of a mail that show different answers: text and HTML, subject and body.
//!
//! Clients show one of the two and programs read the other: draft-chen-email-mime-ambiguity-defense advises to look at all
//! and to give up where they contradict each other. A mail disagrees with itself if its best candidate of a kind stands in
//! one alternative only, the best one of the other alternative would be an answer too if it were alone, and neither has
//! support elsewhere: in the subject, or in the other alternative. Codes disagree by value; links by the registrable
//! domain that they lead to, because tokens and tracking differ between the parts of honest mails, and a wrapper that
//! does not say where it leads contradicts nothing.
//!
//! The subject is held against the body in the same way, for codes: where each names one, nobody can tell which is meant.
//!
//! A text part that leaves the code out, several codes in one part, and digests do not disagree.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::weights::Weights;
use crate::body::view::{Source, View};
use crate::evidence::{Evidence, Place, Sign};
use crate::lexicon::Concept;
use crate::report::{Candidate, DEFAULT_THRESHOLD, Kind};

/// Of two candidates that are equally good neither is more likely than not.
pub(super) const MOST_OF_EITHER: f64 = 0.4999;

/// The kinds on which parts disagree. The two candidates share the confidence that they have together.
pub(super) fn settle(views: &[View], candidates: &mut [Candidate], weights: &Weights) -> Vec<Kind> {
    let disagrees = |kind: &Kind| {
        let Some([one, other]) = rivals(views, candidates, *kind, weights) else { return false };
        let each = ((candidates[one].answer.confidence + candidates[other].answer.confidence) / 2.0).min(MOST_OF_EITHER);
        for at in [one, other] {
            candidates[at].answer.confidence = each;
        }
        true
    };
    Kind::ALL.into_iter().filter(disagrees).collect()
}

/// Parts that are held against each other.
const SIDES: [[&[Source]; 2]; 2] = [[&[Source::Text], &[Source::Html]], [&[Source::Subject], &[Source::Text, Source::Html]]];

/// The two candidates that contradict each other, if two do.
fn rivals(views: &[View], candidates: &[Candidate], kind: Kind, weights: &Weights) -> Option<[usize; 2]> {
    SIDES.iter().find_map(|sides| rivals_between(sides, views, candidates, kind, weights))
}

fn rivals_between(sides: &[&[Source]; 2], views: &[View], candidates: &[Candidate], kind: Kind, weights: &Weights) -> Option<[usize; 2]> {
    let of_kind = || (0..candidates.len()).filter(|at| candidates[*at].answer.kind == kind && candidates[*at].veto.is_none());
    let best = |among: &mut dyn Iterator<Item = usize>| among.max_by(|a, b| candidates[*a].share.total_cmp(&candidates[*b].share).then(b.cmp(a)));
    let [one, other] = sides.map(|side| best(&mut of_kind().filter(|at| stands_only_in(side, views, &candidates[*at]))));
    let rivals = [one?, other?];
    let one_leads = best(&mut of_kind()).is_some_and(|leader| rivals.contains(&leader));
    let [one, other] = rivals.map(|at| &candidates[at]);
    if !one_leads || [one, other].into_iter().any(|rival| alone(rival, weights) < DEFAULT_THRESHOLD) {
        return None;
    }
    let contradict = match kind {
        Kind::Otp if sides[0] == [Source::Subject] && !(is_named(one, &[Place::Adjacent]) && is_named(other, &[Place::Adjacent, Place::JustBefore])) => false,
        Kind::Otp => !is_shown(&one.answer.value, sides[1], views) && !is_shown(&other.answer.value, sides[0], views),
        _ => sides[0] == [Source::Text] && lead_elsewhere(one, other),
    };
    contradict.then_some(rivals)
}

/// Whether a noun for a code stands right beside it: a subject and a body hold other numbers too.
fn is_named(code: &Candidate, places: &[Place]) -> bool {
    let has = |concept, place| code.evidence.seen().holds(Evidence::Word(concept, place).index());
    // "You find the code in the subject of this message": the number in the body is another one.
    let points_to_subject = has(Concept::SubjectLine, Place::Body);
    !points_to_subject && places.iter().any(|place| has(Concept::Code, *place) || has(Concept::VerificationCode, *place))
}

/// Messages inside the mail have parts of their own.
fn stands_only_in(sources: &[Source], views: &[View], candidate: &Candidate) -> bool {
    !candidate.places.is_empty() && candidate.places.iter().all(|(view, _)| sources.contains(&views[*view].source) && views[*view].depth == 0)
}

/// Its confidence if there were neither other candidates nor another part.
fn alone(candidate: &Candidate, weights: &Weights) -> f64 {
    let (kind, seen) = (candidate.answer.kind, candidate.evidence.seen());
    let of_parts = [Sign::OnlyInHiddenText, Sign::OnlyInHtml, Sign::SubjectOnly].map(|sign| Evidence::Sign(sign).index());
    let single: f64 = of_parts.iter().filter(|number| seen.holds(**number)).map(|number| weights.singles(kind)[*number]).sum();
    let pairs: f64 = weights.pairs(kind, seen).filter(|pair| of_parts.contains(&pair.first) || of_parts.contains(&pair.second)).map(|pair| pair.weight).sum();
    let parts = single + pairs;
    let odds = (candidate.log_odds - parts).exp();
    weights.calibrate(kind, odds / (1.0 + odds))
}

/// Whether a code stands in a part after all, as a piece of something longer.
fn is_shown(value: &str, sources: &[Source], views: &[View]) -> bool {
    views.iter().filter(|view| sources.contains(&view.source) && view.depth == 0).any(|view| shows(view, value))
}

/// Whether a code stands in a view, however it is grouped: "G-483921" and "483921" are one code.
pub(super) fn shows(view: &View, value: &str) -> bool {
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_ascii_alphanumeric()).collect() };
    let value = bare(value);
    let rest = value.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let is_number = rest.len() >= 4 && rest.bytes().all(|c| c.is_ascii_digit());
    bare(&view.text).contains(if is_number { rest } else { &value })
}

/// Where an opaque wrapper leads is not known.
fn lead_elsewhere(one: &Candidate, other: &Candidate) -> bool {
    one.domain.as_ref().zip(other.domain.as_ref()).is_some_and(|(one, other)| one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extractor, Hints, Message, Oddity, Report, Status};

    fn read(subject: &str, text: &str, html: &str) -> Report {
        Extractor::new().extract_message(&Message::new().from("Example <no-reply@example.org>").subject(subject).text(text).html(html))
    }

    fn sentence(code: &str) -> String {
        format!("Your verification code is {code}. It expires in 10 minutes. Do not share it with anyone.")
    }

    fn best(report: &Report, kind: Kind) -> Option<&str> {
        report.best(kind).map(|answer| answer.value.as_str())
    }

    fn codes(subject: &str, text: &str, html: &str) -> (Report, Vec<Oddity>) {
        let report = read(subject, text, html);
        let oddities = report.oddities().to_vec();
        (report, oddities)
    }

    #[test]
    fn two_codes_that_contradict_each_other_give_none() {
        let (report, oddities) = codes("Your verification code", &sentence("483921"), &format!("<p>{}", sentence("650174")));
        assert_eq!(oddities, [Oddity::Disagreement(Kind::Otp)]);
        assert_eq!((report.status(), best(&report, Kind::Otp)), (Status::Ambiguous, None));
        let mut first: Vec<(&str, f64)> = report.candidates(Kind::Otp).take(2).map(|c| (c.answer.value.as_str(), c.answer.confidence)).collect();
        first.sort_by_key(|(value, _)| *value);
        assert!(matches!(first[..], [("483921", one), ("650174", other)] if one == other && one > 0.0 && one < DEFAULT_THRESHOLD), "{first:?}");
    }

    #[test]
    fn no_threshold_and_no_hint_makes_an_answer_of_a_contradiction() {
        let message = Message::new().subject("Your verification code").text(sentence("483921")).html(sentence("650174"));
        let report = Extractor::new().min_confidence(0.0).extract_message_with(&message, &Hints::new().expect(Kind::Otp, 0.99));
        assert_eq!((report.status(), best(&report, Kind::Otp)), (Status::Ambiguous, None));
        assert!(report.candidates(Kind::Otp).all(|code| code.answer.confidence < DEFAULT_THRESHOLD));
    }

    #[test]
    fn a_subject_settles_which_code_is_right() {
        let (report, oddities) = codes("650174 is your verification code", &sentence("483921"), &format!("<p>{}", sentence("650174")));
        assert_eq!((oddities, best(&report, Kind::Otp)), (vec![], Some("650174")));
    }

    #[test]
    fn a_subject_and_a_body_that_name_different_codes_give_none() {
        let (report, oddities) = codes("Your verification code: 650174", &sentence("483921"), &format!("<p>{}", sentence("483921")));
        assert_eq!((oddities, best(&report, Kind::Otp)), (vec![Oddity::Disagreement(Kind::Otp)], None));
        let (report, oddities) = codes("Order 650174", &sentence("483921"), &format!("<p>{}", sentence("483921")));
        assert_eq!((oddities, best(&report, Kind::Otp)), (vec![], Some("483921")));
    }

    #[test]
    fn the_same_code_written_otherwise_is_no_contradiction() {
        for (text, html) in [("483921", "483 921"), ("483921", "<b>4</b><b>8</b><b>3</b><b>9</b><b>2</b><b>1</b>")] {
            let (report, oddities) = codes("Your verification code", &sentence(text), &format!("<p>{}", sentence(html)));
            assert_eq!(oddities, [], "{text} and {html}");
            assert!(report.best(Kind::Otp).is_some(), "{text} and {html}");
        }
        // With a prefix and without it are two candidates that share the confidence.
        let (_, oddities) = codes("Your verification code", &sentence("G-483921"), &format!("<p>{}", sentence("483921")));
        assert_eq!(oddities, []);
    }

    #[test]
    fn a_text_part_without_the_code_is_no_contradiction() {
        for text in ["Please view this mail in a client that shows HTML.", "Order 90210 was confirmed. We are open from 2026 on.", ""] {
            let (report, oddities) = codes("Your verification code", text, &format!("<p>{}", sentence("650174")));
            assert_eq!((oddities, best(&report, Kind::Otp)), (vec![], Some("650174")), "{text}");
        }
    }

    #[test]
    fn two_codes_in_one_part_are_no_contradiction() {
        let both = format!("{} {}", sentence("650174"), sentence("483921"));
        assert_eq!(codes("Your verification codes", &sentence("650174"), &format!("<p>{both}")).1, []);
        assert_eq!(codes("Your verification codes", &both, &format!("<p>{both}")).1, []);
    }

    fn links(text: &str, html: &str) -> Vec<Oddity> {
        let text = format!("Confirm your e-mail address to finish signing up:\n{text}\nThe link expires in 24 hours.");
        let html = format!(
            "<p>Confirm your e-mail address to finish signing up.<p><a href='{html}' style='background:#06c;padding:9px'>Confirm e-mail address</a><p>The link expires in 24 hours."
        );
        read("Confirm your e-mail address", &text, &html).oddities().to_vec()
    }

    #[test]
    fn links_to_different_owners_contradict_each_other() {
        assert_eq!(links("https://example.org/verify?token=9f8e7d6c5b4a3f2e", "https://example.net/verify?token=1b5d8f3e9a7c0d2f"), [Oddity::Disagreement(Kind::MagicLink)]);
    }

    #[test]
    fn links_to_one_owner_do_not() {
        for html in ["https://app.example.org/verify?token=1b5d8f3e9a7c0d2f", "https://example.org/verify?token=9f8e7d6c5b4a3f2e&utm_source=mail"] {
            assert_eq!(links("https://example.org/verify?token=9f8e7d6c5b4a3f2e", html), [], "{html}");
        }
    }
}

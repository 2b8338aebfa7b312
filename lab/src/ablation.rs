//! What each group of evidence is worth: the figures without it.

use anyhow::Result;
use mailpick::DEFAULT_THRESHOLD;
use mailpick::evidence::{Evidence, Place, Sign};

use crate::corpus::Case;
use crate::cross::{Setting, UNCALIBRATED, cross_validate_with, predict};
use crate::fit::PairSearch;
use crate::metrics::{self, Scores};
use crate::sample::Observed;
use crate::table;

type Group = (&'static str, fn(Evidence) -> bool);

/// Signs are grouped by where they stand in their list.
const GROUPS: [Group; 12] = [
    ("the shape of a code", |evidence| between(evidence, Sign::Digits4, Sign::AfterColon)),
    ("what stands directly around it", |evidence| between(evidence, Sign::AfterColon, Sign::AloneInItsLine)),
    ("layout", |evidence| between(evidence, Sign::AloneInItsLine, Sign::OnlyCode)),
    ("beside the other candidates", |evidence| between(evidence, Sign::OnlyCode, Sign::NearVerification1)),
    ("concepts counted", |evidence| between(evidence, Sign::NearVerification1, Sign::OnlyLink)),
    ("links' forms, hosts and tokens", |evidence| between(evidence, Sign::OnlyLink, Sign::HasHtml)),
    ("the mail: sizes, fields, sender", |evidence| between(evidence, Sign::HasHtml, Sign::ALL[Sign::ALL.len() - 1]) || evidence == Evidence::Sign(Sign::ALL[Sign::ALL.len() - 1])),
    ("words near", |evidence| is_word(evidence, |place| !matches!(place, Place::Anchor | Place::Body | Place::Subject))),
    ("words in the anchor text", |evidence| is_word(evidence, |place| place == Place::Anchor)),
    ("words in the subject", |evidence| is_word(evidence, |place| place == Place::Subject)),
    ("words in the body", |evidence| is_word(evidence, |place| place == Place::Body)),
    ("words in the URL", |evidence| matches!(evidence, Evidence::Url(_))),
];

/// Whether a sign stands in the list from `first` on and before `end`.
fn between(evidence: Evidence, first: Sign, end: Sign) -> bool {
    matches!(evidence, Evidence::Sign(sign) if (first as usize..end as usize).contains(&(sign as usize)))
}

fn is_word(evidence: Evidence, at: impl Fn(Place) -> bool) -> bool {
    matches!(evidence, Evidence::Word(_, place) if at(place))
}

/// One line for all evidence, one without pairs, and one without each group.
pub(crate) fn table(cases: &[Case], observed: &[Observed]) -> Result<String> {
    let mut out = String::from(
        "# What each group of evidence is worth\n\nOut of family, fitted without the group. Shares of the softmax are taken for confidences, so the figures are a little off those of the other tables.\n\n",
    );
    out.push_str(&format!("| without | {}\n", table::COMPARISON_HEAD));
    let measure = |observed: &[Observed], setting: &Setting<'_>| -> Result<Scores> {
        Ok(metrics::score(cases, &cross_validate_with(cases, observed, setting, |_| true, predict)?, DEFAULT_THRESHOLD))
    };
    let mut add = |name: &str, scores: &Scores| out.push_str(&table::comparison(name, scores));
    add("nothing", &measure(observed, &UNCALIBRATED)?);
    add("pairs", &measure(observed, &Setting { search: PairSearch { rounds: 0, per_round: 0 }, ..UNCALIBRATED })?);
    for (name, is_hidden) in GROUPS {
        let blind: Vec<Observed> = observed.iter().map(|o| o.without(is_hidden)).collect();
        add(name, &measure(&blind, &UNCALIBRATED)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_of_evidence_is_in_one_group() {
        let of = |evidence: Evidence| GROUPS.iter().filter(|(_, holds)| holds(evidence)).count();
        assert!(Evidence::all().filter(|evidence| *evidence != Evidence::Sign(Sign::Always)).all(|evidence| of(evidence) == 1));
        assert_eq!(of(Evidence::Sign(Sign::Always)), 0, "it is the level, not an observation");
        assert!(GROUPS.iter().all(|(_, holds)| Evidence::all().any(holds)));
    }
}

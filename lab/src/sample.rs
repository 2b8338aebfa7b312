//! What fitting sees of a mail: its candidates as lists of evidence, and which of them are right.

use mailpick::{Kind, Report};
use rayon::prelude::*;

use crate::corpus::Case;

/// The two competitions: codes among themselves, pairs of link and purpose among themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contest {
    Codes,
    Links,
}

impl Contest {
    pub(crate) const ALL: [Contest; 2] = [Contest::Codes, Contest::Links];

    pub(crate) fn kinds(self) -> &'static [Kind] {
        match self {
            Contest::Codes => &[Kind::Otp],
            Contest::Links => &[Kind::MagicLink, Kind::PasswordReset],
        }
    }
}

/// One candidate: its parameters' numbers, and whether it is right.
pub(crate) struct Option_ {
    pub(crate) kind: Kind,
    pub(crate) features: Vec<u32>,
    pub(crate) right: bool,
}

/// One mail in one contest.
pub(crate) struct Sample {
    pub(crate) options: Vec<Option_>,
    /// Whether the label has an answer of one of the contest's kinds.
    pub(crate) positive: bool,
}

impl Sample {
    /// What can be learned from: a negative, or a positive whose answer is among the candidates.
    pub(crate) fn teaches(&self) -> bool {
        !self.positive || self.options.iter().any(|option| option.right)
    }
}

/// A mail as the laboratory keeps it.
pub(crate) struct Observed {
    pub(crate) codes: Sample,
    pub(crate) links: Sample,
}

impl Observed {
    pub(crate) fn sample(&self, contest: Contest) -> &Sample {
        match contest {
            Contest::Codes => &self.codes,
            Contest::Links => &self.links,
        }
    }
}

/// How many parameters a contest has: one for each pair of kind and evidence.
pub(crate) fn parameters(contest: Contest) -> usize {
    contest.kinds().len() * mailpick::evidence::Evidence::COUNT
}

pub(crate) fn observe(cases: &[Case]) -> Vec<Observed> {
    cases
        .par_iter()
        .map(|case| {
            let report = mailpick::extract(&case.raw);
            Observed { codes: sample(case, &report, Contest::Codes), links: sample(case, &report, Contest::Links) }
        })
        .collect()
}

fn sample(case: &Case, report: &Report, contest: Contest) -> Sample {
    let mut options = Vec::new();
    for (number, kind) in contest.kinds().iter().enumerate() {
        let accepted = case.label.accepted(*kind).unwrap_or_default();
        for candidate in report.candidates(*kind).filter(|candidate| candidate.veto.is_none()) {
            let features = candidate.evidence.iter().filter(|c| c.with.is_none()).map(|c| (number * mailpick::evidence::Evidence::COUNT + c.evidence.index()) as u32).collect();
            options.push(Option_ { kind: *kind, features, right: accepted.contains(&candidate.answer.value) });
        }
    }
    Sample { options, positive: contest.kinds().iter().any(|kind| case.label.accepted(*kind).is_some()) }
}

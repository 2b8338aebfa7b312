//! What fitting sees of a mail: its candidates as lists of evidence, and which of them are right.

use mailpick::evidence::Evidence;
use mailpick::lexicon::Languages;
use mailpick::{Extractor, Kind, Message, Report};
use rayon::prelude::*;

use crate::corpus::{Case, Label};
use crate::cross::hash;
use crate::variant::{Change, is_withheld, vary};

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

    /// The same candidates with only the columns that a test holds of.
    fn only(&self, keep: impl Fn(u32) -> bool) -> Self {
        let options = self.options.iter().map(|o| Option_ { features: o.features.iter().copied().filter(|column| keep(*column)).collect(), ..*o }).collect();
        Self { options, positive: self.positive }
    }
}

/// A mail as the laboratory keeps it: both contests, and both again for each of its variants.
pub(crate) struct Observed {
    pub(crate) codes: Sample,
    pub(crate) links: Sample,
    variants: Vec<(Change, [Sample; 2])>,
}

impl Observed {
    pub(crate) fn sample(&self, contest: Contest) -> &Sample {
        match contest {
            Contest::Codes => &self.codes,
            Contest::Links => &self.links,
        }
    }

    /// What an engine that does not see some of the evidence would see.
    pub(crate) fn without(&self, is_hidden: impl Fn(Evidence) -> bool) -> Self {
        let hidden: Vec<bool> = Evidence::all().map(is_hidden).collect();
        let blind = |sample: &Sample| sample.only(|column| !hidden[column as usize % Evidence::COUNT]);
        let variants = self.variants.iter().map(|(change, samples)| (*change, [blind(&samples[0]), blind(&samples[1])])).collect();
        Self { codes: blind(&self.codes), links: blind(&self.links), variants }
    }

    /// The variants that were made with one of these changes.
    pub(crate) fn variants(&self, contest: Contest, changes: &[Change]) -> impl Iterator<Item = &Sample> {
        self.variants.iter().filter(|(change, _)| changes.contains(change)).map(move |(_, samples)| &samples[contest as usize])
    }
}

/// How many parameters a contest has: one for each pair of kind and evidence.
pub(crate) fn parameters(contest: Contest) -> usize {
    contest.kinds().len() * Evidence::COUNT
}

/// Reads every mail, as it is and varied.
pub(crate) fn observe(cases: &[Case]) -> Vec<Observed> {
    cases
        .par_iter()
        .map(|case| {
            let message = Message::parse(&case.raw);
            let as_is = samples(&case.label, &Extractor::new().extract_message(&message));
            let variants = if case.label.ambiguous { Vec::new() } else { variants(case, &message, &as_is) };
            let [codes, links] = as_is;
            Observed { codes, links, variants }
        })
        .collect()
}

/// Every mail as it reads to an engine whose lexicon lacks the mail's language; no variants.
pub(crate) fn observe_without_its_language(cases: &[Case]) -> Vec<Observed> {
    cases
        .par_iter()
        .map(|case| {
            let engine = Extractor::new().languages(Languages::ALL.without(case.label.language()));
            let [codes, links] = samples(&case.label, &engine.extract(&case.raw));
            Observed { codes, links, variants: Vec::new() }
        })
        .collect()
}

/// A mail is seen in so many other clothes, of the six: each costs as much fitting as the mail itself. There are more
/// mails without an answer, and they need less variety.
const VARIANTS: usize = 2;
const VARIANTS_OF_NEGATIVES: usize = 1;
/// And so often with part of the evidence withheld, another part each time.
const WITHHELD: u64 = 2;

fn variants(case: &Case, message: &Message<'_>, as_is: &[Sample; 2]) -> Vec<(Change, [Sample; 2])> {
    let seed = hash(&case.label.file, 3);
    let mut order = Change::ALL;
    // The one that buys most first (accuracy/variants.md), the others in a fixed shuffle for each mail.
    order.sort_by_key(|change| (*change != Change::NoLexicon, hash(change.name(), seed)));
    let made = order.into_iter().filter_map(|change| Some((change, vary(message, &case.label, change, seed)?)));
    let made = made
        .take(if case.label.is_negative() { VARIANTS_OF_NEGATIVES } else { VARIANTS })
        .map(|(change, v)| (change, samples(&v.label, &Extractor::new().languages(v.languages).extract_message(&v.message))));
    let evidence: Vec<Evidence> = Evidence::all().collect();
    let blind = (0..WITHHELD).map(|number| {
        let seed = hash(&case.label.file, 5 + number);
        let keep = |column: u32| !is_withheld(evidence[column as usize % Evidence::COUNT], seed);
        (Change::Withheld, [as_is[0].only(keep), as_is[1].only(keep)])
    });
    made.chain(blind).collect()
}

fn samples(label: &Label, report: &Report) -> [Sample; 2] {
    Contest::ALL.map(|contest| sample(label, report, contest))
}

fn sample(label: &Label, report: &Report, contest: Contest) -> Sample {
    let mut options = Vec::new();
    for (number, kind) in contest.kinds().iter().enumerate() {
        let accepted = label.accepted(*kind).unwrap_or_default();
        // The report ranks candidates and evidence by the shipped weights: a fit must not depend on those, not even in the
        // order of its sums.
        let mut candidates: Vec<_> = report.candidates(*kind).filter(|candidate| candidate.veto.is_none()).collect();
        candidates.sort_by(|a, b| a.answer.value.cmp(&b.answer.value));
        for candidate in candidates {
            let mut features: Vec<u32> = candidate.evidence.iter().filter(|c| c.with.is_none()).map(|c| (number * Evidence::COUNT + c.evidence.index()) as u32).collect();
            features.sort_unstable();
            options.push(Option_ { kind: *kind, features, right: accepted.contains(&candidate.answer.value) });
        }
    }
    Sample { options, positive: contest.kinds().iter().any(|kind| label.accepted(*kind).is_some()) }
}

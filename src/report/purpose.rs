//! What the reader is asked to do with the answer.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::collections::BTreeSet;
use std::fmt;

use super::clue::{Clue, Fact, Phrase, Spot, Word};
use super::weights::{Told, Weights};
use super::words::Words;
use super::{DEFAULT_THRESHOLD, Kind, MOST_PLACES, Report};
use crate::body::view::Role;
use crate::evidence::Evidence;
use crate::lexicon::Concept;
use crate::lexicon::details::What;
use crate::score::Softmax;

/// What a code or link is for, as the mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Purpose {
    /// To open an account, confirm its address for the first time, or begin a subscription.
    SignUp,
    /// To sign in, a new device and a second factor included.
    SignIn,
    /// To set a new password, or get back into an account.
    Reset,
    /// To put another e-mail address or telephone number into an account.
    AddressChange,
    /// To approve a payment, a transfer or another order.
    Approval,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 5] = [Purpose::SignUp, Purpose::SignIn, Purpose::Reset, Purpose::AddressChange, Purpose::Approval];

    /// Its name on the wire: `sign_up`, `sign_in`, `reset`, `address_change`, `approval`.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::SignUp => "sign_up",
            Purpose::SignIn => "sign_in",
            Purpose::Reset => "reset",
            Purpose::AddressChange => "address_change",
            Purpose::Approval => "approval",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Sentences from the answer that are still about it.
const NEAR_SENTENCES: usize = 2;

/// What a sentence to whoever asked for nothing holds.
const DISOWNED: [Concept; 2] = [Concept::DidNotRequest, Concept::Deny];

/// The purpose with the largest share, where it is large enough.
pub(super) fn purpose(report: &Report, words: &Words<'_>) -> Option<Purpose> {
    let clues = clues(report, words)?;
    let weights = Weights::get();
    let log_odds = Purpose::ALL.map(|purpose| weights.sum(Told::Purpose(purpose), &clues));
    let softmax = Softmax::over(log_odds.iter().copied());
    let (purpose, log_odds) = Purpose::ALL.into_iter().zip(log_odds).max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    (softmax.share(log_odds) >= weights.least_purpose()).then_some(purpose)
}

/// What a mail tells its purpose by; `None` of a mail without a candidate.
pub(super) fn clues(report: &Report, words: &Words<'_>) -> Option<BTreeSet<Clue>> {
    let best = Kind::ALL.map(|kind| report.candidates(kind).next());
    let answer = best.into_iter().flatten().max_by(|a, b| a.answer.confidence.total_cmp(&b.answer.confidence))?;
    let kind = answer.answer.kind;
    let mut clues = BTreeSet::from([Clue::fact(Fact::Always), Clue::fact(KINDS[kind as usize])]);
    let also = best.into_iter().flatten().filter(|other| other.answer.kind != kind && other.answer.confidence >= DEFAULT_THRESHOLD);
    clues.extend(also.map(|other| Clue::fact(KINDS_TOO[other.answer.kind as usize])));
    clues.extend(answer.evidence.seen().iter().filter_map(|seen| if let Evidence::Url(word) = seen.evidence { Some(Clue::url(word)) } else { None }));
    let mut hear = |word: Word, view: usize, at: usize, disowned: bool| {
        let near = || answer.places.iter().take(MOST_PLACES).any(|(other, place)| *other == view && words.sentence(view, at).distance(place.start) <= NEAR_SENTENCES);
        let spot = match words.role(view, at) {
            _ if words.is_subject(view) => Spot::Subject,
            Role::Footer | Role::Signature => return,
            _ if disowned => Spot::Disowned,
            _ if near() => Spot::Near,
            _ => Spot::Body,
        };
        clues.insert(Clue::word(word, spot));
        if spot != Spot::Disowned {
            clues.extend([Clue::word(word, Spot::Anywhere), Clue::word(word, Spot::with(kind))]);
        }
    };
    // An address or account that is to be confirmed is a new one unless the mail says otherwise.
    let changes = words.details().any(|(view, detail)| detail.what == What::AddressChange && !matches!(words.role(view, detail.span.start), Role::Footer | Role::Signature));
    for (concept, view, span) in words.concepts() {
        let sentence = words.sentence(view, span.start);
        let disowned = sentence.has(&DISOWNED);
        let overlaps = |other: Concept| sentence.over(other, span.clone()).next().is_some();
        // "Create your password" stands under both; so do "to sign" and "to sign in".
        if concept == Concept::Reset && overlaps(Concept::ChoosePassword) || concept == Concept::AuthorizePayment && overlaps(Concept::SignIn) {
            continue;
        }
        hear(Word::Concept(concept), view, span.start, disowned);
        let verifies = match concept {
            Concept::Address => Phrase::VerifiesAddress,
            Concept::Account => Phrase::VerifiesAccount,
            _ => continue,
        };
        if !changes && sentence.has(&[Concept::Verify]) {
            hear(Word::Phrase(verifies), view, span.start, disowned);
        }
    }
    for (view, detail) in words.details() {
        let phrase = match detail.what {
            What::SignUp => Phrase::SignUp,
            What::NewAccount => Phrase::NewAccount,
            What::SignIn => Phrase::SignIn,
            What::Reset => Phrase::Reset,
            What::AddressChange => Phrase::AddressChange,
            What::Approval => Phrase::Approval,
            What::FirstTime => Phrase::FirstTime,
            _ => continue,
        };
        hear(Word::Phrase(phrase), view, detail.span.start, words.sentence(view, detail.span.start).has(&DISOWNED));
    }
    Some(clues)
}

/// In the order of [`Kind::ALL`].
const KINDS: [Fact; Kind::ALL.len()] = [Fact::Otp, Fact::MagicLink, Fact::PasswordReset];
const KINDS_TOO: [Fact; Kind::ALL.len()] = [Fact::OtpToo, Fact::MagicLinkToo, Fact::PasswordResetToo];

//! What the reader is asked to do with the answer.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use super::words::{Sentence, Words};
use super::{Candidate, Kind, MOST_PLACES, Report};
use crate::body::view::Role;
use crate::lexicon::Concept;
use crate::lexicon::details::What;

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

/// Where a phrase stands: what it counts for, as a multiple.
const SUBJECT: i32 = 3;
const NEAR: i32 = 2;
const BODY: i32 = 1;
/// Sentences from the answer that are still about it.
const NEAR_SENTENCES: usize = 2;
/// Words of another address or of an order are rarer than those of an account, and say more.
const ADDRESS_CHANGE: i32 = 4;
const APPROVAL: i32 = 2;
/// That the reader has just registered says more than the words of signing in that stand beside it.
const NEW_ACCOUNT: i32 = 4;
/// Most of these are phrases of the lexicon, too.
const OTHER_PURPOSE: i32 = 1;

/// What a sentence to whoever asked for nothing holds.
const DISOWNED: [Concept; 2] = [Concept::DidNotRequest, Concept::Deny];

/// What a phrase speaks for, and how much.
fn meaning(concept: Concept, kind: Kind) -> Option<(Purpose, i32)> {
    Some(match (concept, kind) {
        (Concept::SignUp | Concept::AlmostDone, _) => (Purpose::SignUp, 2),
        (Concept::Subscription, _) => (Purpose::SignUp, 3),
        (Concept::SignIn | Concept::TwoFactor | Concept::Passwordless, _) => (Purpose::SignIn, 2),
        (Concept::Reset, _) => (Purpose::Reset, 3),
        (Concept::ChoosePassword, _) => (Purpose::Reset, 1),
        (Concept::AuthorizePayment, _) => (Purpose::Approval, 3),
        // A code lets somebody into an account that is there; a link mostly confirms a new one.
        (Concept::LetIn, Kind::Otp | Kind::MagicLink) | (Concept::Account, Kind::Otp) => (Purpose::SignIn, 1),
        (Concept::Account, _) => (Purpose::SignUp, 1),
        (Concept::Newsletter, Kind::MagicLink) => (Purpose::SignUp, 3),
        _ => return None,
    })
}

/// What a phrase of the table of details speaks for, and how much.
fn phrase(what: What) -> Option<(Purpose, i32)> {
    Some(match what {
        What::AddressChange => (Purpose::AddressChange, ADDRESS_CHANGE),
        What::Approval => (Purpose::Approval, APPROVAL),
        What::SignUp => (Purpose::SignUp, OTHER_PURPOSE),
        What::NewAccount => (Purpose::SignUp, NEW_ACCOUNT),
        What::SignIn => (Purpose::SignIn, OTHER_PURPOSE),
        What::Reset => (Purpose::Reset, OTHER_PURPOSE),
        _ => return None,
    })
}

pub(super) fn purpose(report: &Report, words: &Words<'_>) -> Option<Purpose> {
    let best = Kind::ALL.into_iter().filter_map(|kind| report.candidates(kind).next());
    let answer = best.max_by(|a, b| a.answer.confidence.total_cmp(&b.answer.confidence))?;
    let said = Said::of(answer, words);
    if answer.answer.kind == Kind::PasswordReset { said.reset() } else { said.most() }
}

/// What the mail's phrases say together.
#[derive(Default)]
struct Said {
    points: [i32; Purpose::ALL.len()],
    /// For a new address or account, because one is to be confirmed.
    confirms: i32,
    /// That a password was forgotten, or is to be reset.
    resets: bool,
    /// Somebody may have asked for nothing.
    disowned: bool,
    /// Of an account, near the answer.
    account: bool,
    /// Of registering.
    signs_up: bool,
}

impl Said {
    fn of(answer: &Candidate, words: &Words<'_>) -> Self {
        let factor = |view: usize, at: usize| {
            let near = || answer.places.iter().take(MOST_PLACES).any(|(other, place)| *other == view && words.sentence(view, at).distance(place.start) <= NEAR_SENTENCES);
            match words.role(view, at) {
                _ if words.is_subject(view) => SUBJECT,
                Role::Footer | Role::Signature => 0,
                _ if near() => NEAR,
                _ => BODY,
            }
        };
        let mut said = Said::default();
        let mut seen = HashSet::new();
        for (concept, view, span) in words.concepts() {
            said.hear(concept, words.sentence(view, span.start), span, factor(view, span.start), answer.answer.kind, &mut seen);
        }
        let mut seen = HashSet::new();
        for (view, detail) in words.details() {
            let Some((purpose, weight)) = phrase(detail.what) else { continue };
            let disowned = words.sentence(view, detail.span.start).has(&DISOWNED);
            // "If you have not forgotten your password"; "if you have created no account".
            if (purpose == Purpose::Reset || detail.what == What::NewAccount) && disowned {
                continue;
            }
            said.resets |= purpose == Purpose::Reset;
            said.signs_up |= purpose == Purpose::SignUp && !disowned;
            let factor = factor(view, detail.span.start);
            if seen.insert((purpose, weight, factor)) {
                said.points[purpose as usize] += weight * factor;
            }
        }
        // An address or account that is to be confirmed is a new one unless the mail says otherwise.
        if said.points[Purpose::AddressChange as usize] == 0 {
            said.points[Purpose::SignUp as usize] += said.confirms;
        }
        said
    }

    /// One phrase; each concept counts once at each distance.
    fn hear(&mut self, concept: Concept, sentence: Sentence<'_>, span: &Range<usize>, factor: i32, kind: Kind, seen: &mut HashSet<(Concept, i32)>) {
        let disowned = sentence.has(&DISOWNED);
        let overlaps = |other: Concept| sentence.over(other, span.clone()).next().is_some();
        self.disowned |= disowned;
        let counts = match concept {
            // "Create your password" stands under both; and: "If this was not you, change your password."
            Concept::Reset => !disowned && !overlaps(Concept::ChoosePassword),
            Concept::ChoosePassword | Concept::Account | Concept::Newsletter | Concept::LetIn => !disowned,
            // "To sign" and "to sign in".
            Concept::AuthorizePayment => !overlaps(Concept::SignIn),
            _ => true,
        };
        if !counts {
            return;
        }
        self.resets |= concept == Concept::Reset;
        self.signs_up |= concept == Concept::SignUp && !disowned;
        self.account |= concept == Concept::Account && factor >= NEAR;
        let confirms = matches!(concept, Concept::Address | Concept::Account) && !disowned && sentence.has(&[Concept::Verify]);
        let meaning = meaning(concept, kind);
        if (confirms || meaning.is_some()) && seen.insert((concept, factor)) {
            meaning.into_iter().for_each(|(purpose, weight)| self.points[purpose as usize] += weight * factor);
            self.confirms += if confirms { factor } else { 0 };
        }
    }

    /// Of a link to set a password: the first one of a new account, or another one. A link that the mail calls nothing but a
    /// way to sign in is that.
    fn reset(&self) -> Option<Purpose> {
        let of = |purpose: Purpose| self.points[purpose as usize];
        if of(Purpose::Reset) == 0 && of(Purpose::SignIn) > of(Purpose::SignUp) {
            return Some(Purpose::SignIn);
        }
        let is_first = !self.resets && (self.signs_up || self.account && !self.disowned);
        Some(if is_first { Purpose::SignUp } else { Purpose::Reset })
    }

    /// What most is said of; of two, the more frequent among mails.
    fn most(&self) -> Option<Purpose> {
        let most = self.points.iter().copied().max().filter(|most| *most > 0)?;
        let by_frequency = [Purpose::SignIn, Purpose::SignUp, Purpose::Reset, Purpose::Approval, Purpose::AddressChange];
        by_frequency.into_iter().find(|purpose| self.points[*purpose as usize] == most)
    }
}

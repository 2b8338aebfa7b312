//! What the purpose of an answer, and how long it holds, are told by.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::Kind;
use crate::evidence::UrlWord;
use crate::lexicon::Concept;

macro_rules! facts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What is no phrase.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Fact { $($(#[$doc])* $variant,)+ }

        impl Fact {
            const NAMES: &'static [&'static str] = &[$($name,)+];
        }
    };
}

facts! {
    /// Holds of everything.
    Always = "always",
    /// What the answer is.
    Otp = "otp",
    MagicLink = "magic-link",
    PasswordReset = "password-reset",
    /// What else the mail answers.
    OtpToo = "otp-too",
    MagicLinkToo = "magic-link-too",
    PasswordResetToo = "password-reset-too",
    /// A duration: so long at most.
    OneMinute = "one-minute",
    FiveMinutes = "five-minutes",
    QuarterHour = "quarter-hour",
    OneHour = "one-hour",
    SomeHours = "some-hours",
    OneDay = "one-day",
    ThreeDays = "three-days",
    OneWeek = "one-week",
    FourWeeks = "four-weeks",
    Months = "months",
    /// A time of day: so far off at most.
    ClockOneMinute = "clock-one-minute",
    ClockFiveMinutes = "clock-five-minutes",
    ClockQuarterHour = "clock-quarter-hour",
    ClockOneHour = "clock-one-hour",
    ClockSomeHours = "clock-some-hours",
    ClockOneDay = "clock-one-day",
    ClockThreeDays = "clock-three-days",
    ClockOneWeek = "clock-one-week",
    ClockFourWeeks = "clock-four-weeks",
    ClockMonths = "clock-months",
    /// A time of day, and whose clock it is on is not clear.
    NobodysClock = "nobodys-clock",
    /// A date, a weekday or "tomorrow" stands beside the time.
    Dated = "dated",
    /// "today" stands beside it.
    Today = "today",
    /// A full stop stands between hour and minutes, as in "16.48" and in many other figures.
    FullStop = "full-stop",
    /// "until" stands beside the time, or in its sentence.
    Until = "until",
    UntilInSentence = "until-in-sentence",
    /// "within", "for" stands right before it.
    Within = "within",
    /// It can be read as a duration and as an hour of the day.
    ReadsOtherwise = "reads-otherwise",
    /// The mail states it again.
    Again = "again",
    /// How many sentences from an answer.
    SameSentence = "same-sentence",
    NextSentence = "next-sentence",
    ThreeSentences = "three-sentences",
    TenSentences = "ten-sentences",
    FurtherOff = "further-off",
    /// It stands behind the answer.
    Behind = "behind",
    InSubject = "in-subject",
    InFooter = "in-footer",
    InQuote = "in-quote",
    /// Its line holds hardly more.
    Bare = "bare",
    ClockBare = "clock-bare",
    /// No word of an end stands in its sentence.
    Unsaid = "unsaid",
    ClockUnsaid = "clock-unsaid",
    /// No other time or duration stands in the mail.
    Only = "only",
    /// None stands before it.
    First = "first",
}

/// A concept of the lexicon, a phrase of the table of details, or a relation of some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Concept(Concept),
    Phrase(Phrase),
}

/// What the table of details, or a relation, adds to the concepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrase {
    SignUp,
    NewAccount,
    SignIn,
    Reset,
    AddressChange,
    Approval,
    FirstTime,
    /// An address that is to be verified, in one sentence of a mail that speaks of no change.
    VerifiesAddress,
    /// An account, in the same way.
    VerifiesAccount,
}

const PHRASES: [&str; 9] =
    ["says-sign-up", "says-new-account", "says-sign-in", "says-reset", "says-address-change", "says-approval", "says-first-time", "verifies-address", "verifies-account"];

/// Where a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Subject,
    /// Within some sentences of the answer.
    Near,
    Body,
    /// In a sentence to whoever asked for nothing.
    Disowned,
    /// Anywhere but there.
    Anywhere,
    /// The same, in a mail with an answer of this kind.
    WithOtp,
    WithMagicLink,
    WithPasswordReset,
    /// In the sentence of a time.
    Sentence,
    /// There, right before the time.
    Before,
    /// There, right behind it.
    After,
}

const SPOTS: [&str; 11] = ["subject", "near", "body", "disowned", "anywhere", "with-otp", "with-magic-link", "with-password-reset", "sentence", "before", "after"];

impl Spot {
    pub(super) fn with(kind: Kind) -> Self {
        match kind {
            Kind::Otp => Spot::WithOtp,
            Kind::MagicLink => Spot::WithMagicLink,
            Kind::PasswordReset => Spot::WithPasswordReset,
        }
    }
}

const WORDS: usize = Concept::ALL.len() + PHRASES.len();

/// Something that tells a purpose, or that a duration is the one that is asked for: a row of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clue(u16);

const _: () = assert!(Clue::COUNT <= u16::MAX as usize);

impl Clue {
    /// How many there are.
    pub const COUNT: usize = Fact::NAMES.len() + UrlWord::ALL.len() + WORDS * SPOTS.len();

    /// Its number, below [`Clue::COUNT`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Every clue, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Clue> {
        (0..Clue::COUNT).map(Clue::at)
    }

    /// Its name in the weights.
    pub fn name(self) -> String {
        let at = self.index();
        let (facts, urls) = (Fact::NAMES.len(), UrlWord::ALL.len());
        if at < facts {
            return Fact::NAMES[at].to_owned();
        }
        if at < facts + urls {
            return format!("url/{}", UrlWord::ALL[at - facts].name());
        }
        let (word, spot) = ((at - facts - urls) / SPOTS.len(), (at - facts - urls) % SPOTS.len());
        let word = Concept::ALL.get(word).map_or_else(|| PHRASES[word - Concept::ALL.len()], |concept| concept.name());
        format!("{word}/{}", SPOTS[spot])
    }

    fn at(index: usize) -> Self {
        Clue(index as u16)
    }

    pub(super) fn fact(fact: Fact) -> Self {
        Clue::at(fact as usize)
    }

    pub(super) fn url(word: UrlWord) -> Self {
        Clue::at(Fact::NAMES.len() + word as usize)
    }

    pub(super) fn word(word: Word, spot: Spot) -> Self {
        let word = match word {
            Word::Concept(concept) => concept as usize,
            Word::Phrase(phrase) => Concept::ALL.len() + phrase as usize,
        };
        Clue::at(Fact::NAMES.len() + UrlWord::ALL.len() + word * SPOTS.len() + spot as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_clue_has_a_name_of_its_own() {
        assert_eq!(Clue::all().map(Clue::name).collect::<HashSet<_>>().len(), Clue::COUNT);
        assert_eq!(Clue::word(Word::Phrase(Phrase::VerifiesAccount), Spot::After).index() + 1, Clue::COUNT);
        assert_eq!(Clue::word(Word::Concept(Concept::Reset), Spot::Subject).name(), "reset/subject");
    }
}

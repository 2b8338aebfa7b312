//! mailpick reads one raw e-mail and answers one question: what is the one-time code or link in it that the reader is
//! meant to use, and how sure are we?
//!
//! ```
//! let raw = b"From: Example <no-reply@example.org>\r\nSubject: 483921 is your sign-in code\r\n\r\nEnter this code to sign in: 483921\r\nIt expires in 10 minutes.\r\n";
//! let report = mailpick::extract(raw);
//! let best = report.best(mailpick::Kind::Otp).expect("a code");
//! assert_eq!(best.value, "483921");
//! assert!(best.confidence > 0.5);
//! ```
//!
//! Data flows one way: [`message`] (headers and body parts) to [`view`] (what a person sees) to [`candidate`] (every
//! string that could be a code, every link) to [`evidence`] (named observations, with the help of the [`lexicon`]) to a
//! score (one fitted linear model with "there is none" among the alternatives) to a [`Report`].
//!
//! Beside that flow stand [`wait`], what an inbox promises to tell as soon as a mail brings it, and with the feature `serde`
//! `event`, the frames of an inbox's event stream.
//!
//! The library is pure: no I/O, no clock, no network, no global state but tables built on first use; the same bytes give
//! the same report. Any bytes give one: a mail that is cut at a limit yields a report that says so. Time and memory are
//! linear in the input. No link is ever opened: opening one may spend it. Codes and links are secrets, so `Debug` masks
//! them.

// No input may end the program that calls the library. What cannot be written without an index says why at the head of its file.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]

// The stages, in the order data moves.
mod body;
pub mod candidate;
#[cfg(feature = "serde")]
pub mod event;
pub mod evidence;
pub mod lexicon;
mod score;
pub mod wait;

mod hints;
mod limits;
mod report;

pub use body::message::Message;
pub use body::{message, view};
pub use candidate::wrapper::Wrapper;
pub use evidence::LinkFlag;
pub use hints::Hints;
pub use limits::{Limit, Limits};
pub use report::{Answer, BoundOrigin, Candidate, Clue, Contribution, Contributions, DEFAULT_THRESHOLD, Kind, Oddity, Purpose, Report, Status, Target, UnknownKind, Veto};

/// Reads one raw mail with the default options. Total: any bytes give a report. Linear in `raw.len()`.
///
/// ```
/// assert_eq!(mailpick::extract(b"\xff\0 not a mail").status(), mailpick::Status::None);
/// ```
pub fn extract(raw: &[u8]) -> Report {
    Extractor::new().extract(raw)
}

/// An engine with options; cheap to make, `Send + Sync`.
///
/// ```
/// use mailpick::{Extractor, Kind, Message};
/// static STRICT: Extractor = Extractor::new().min_confidence(0.9);
/// let message = Message::new().subject("Your login code").text("Your login code is 483921.");
/// assert!(STRICT.extract_message(&message).candidates(Kind::Otp).next().is_some());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Extractor {
    min_confidence: f64,
    languages: lexicon::Languages,
    limits: Limits,
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Extractor {
    /// The default options.
    pub const fn new() -> Self {
        Self { min_confidence: DEFAULT_THRESHOLD, languages: lexicon::Languages::ALL, limits: Limits::new() }
    }

    /// The least confidence of an answer, 0 to 1 (default 0.5).
    pub const fn min_confidence(mut self, min_confidence: f64) -> Self {
        self.min_confidence = min_confidence;
        self
    }

    /// The languages whose phrases are looked for (default: all). Fewer make sense where the mails' languages are known,
    /// and to measure how far layout carries a language that the lexicon does not know.
    pub const fn languages(mut self, languages: lexicon::Languages) -> Self {
        self.languages = languages;
        self
    }

    /// How much of a mail is read (default: [`Limits::new`]).
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads one raw mail. Total: any bytes give a report. Linear in `raw.len()`.
    pub fn extract(&self, raw: &[u8]) -> Report {
        self.extract_message(&Message::parse_within(raw, &self.limits))
    }

    /// The same for a mail of which the caller knows something: that it waits for it, who sends it.
    ///
    /// ```
    /// use mailpick::{Extractor, Hints, Kind};
    /// let raw = b"From: Example <no-reply@example.org>\r\nSubject: Hello\r\n\r\nYour login code is 483921.\r\n";
    /// let waiting = Hints::new().expect(Kind::Otp, Hints::WAITED_FOR).expect_sender("example.org");
    /// assert_eq!(Extractor::new().extract_with(raw, &waiting).best(Kind::Otp).expect("a code").value, "483921");
    /// ```
    pub fn extract_with(&self, raw: &[u8], hints: &Hints<'_>) -> Report {
        self.extract_message_with(&Message::parse_within(raw, &self.limits), hints)
    }

    /// Reads a mail whose parts are decoded already. Linear in their length.
    pub fn extract_message(&self, message: &Message<'_>) -> Report {
        self.extract_message_with(message, &Hints::new())
    }

    /// The same for a mail of which the caller knows something.
    pub fn extract_message_with(&self, message: &Message<'_>, hints: &Hints<'_>) -> Report {
        let views = view::views_within(message, &self.limits);
        let (codes, codes_cut) = candidate::code::find_codes(&views, &self.limits);
        let (links, links_cut) = candidate::link::find_links(&views, &self.limits);
        let authentication = message.authentication(hints.authserv_ids());
        let (candidates, disagreements, phrases_cut) = {
            let reading = evidence::Reading::new(message, &views, self.languages, authentication, self.limits.phrases);
            let (candidates, disagreements) = score::candidates(&reading, &codes, &links, &hints.priors(message), &self.limits);
            (candidates, disagreements, reading.phrases_cut)
        };
        let mut oddities = message.oddities.clone();
        oddities.extend(disagreements.into_iter().map(Oddity::Disagreement));
        let mut cuts = limits::Cuts::default();
        cuts.extend(&message.limits_hit);
        views.iter().for_each(|view| cuts.extend(&view.limits_hit));
        cuts.extend(phrases_cut.then_some(Limit::Phrases).as_slice());
        cuts.extend(codes_cut.as_slice());
        cuts.extend(&links_cut);
        Report {
            views,
            candidates,
            authentication,
            oddities,
            limits_hit: cuts.into_vec(),
            threshold: self.min_confidence,
            service: report::service(message),
            dated: message.date.zip(message.utc_offset).map(|(date, offset)| report::Dated { date, offset }),
            languages: self.languages,
            most_phrases: self.limits.phrases,
            texts: std::sync::OnceLock::new(),
        }
    }
}

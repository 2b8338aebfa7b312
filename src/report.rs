//! What the engine says of a mail.

mod clue;
mod contributions;
mod expiry;
mod origin;
mod purpose;
mod service;
mod weights;
mod words;

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::Duration;

use crate::body::message::Authentication;
use crate::body::view::View;
use crate::candidate::wrapper::Wrapper;
use crate::evidence::{Evidence, LinkFlag};
use crate::lexicon::Languages;
use crate::limits::Limit;

pub use clue::Clue;
pub use contributions::Contributions;
pub use origin::BoundOrigin;
pub use purpose::Purpose;
pub(crate) use service::service;

/// The confidence from which a candidate is an answer unless the caller says otherwise.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Kind {
    /// A one-time code that proves control of an address, an account or a payment.
    Otp,
    /// A link that signs in, or verifies an address.
    MagicLink,
    /// A link to set a new password, asked for.
    PasswordReset,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::Otp, Kind::MagicLink, Kind::PasswordReset];

    /// Its name on the wire: `otp`, `magic_link`, `password_reset`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Otp => "otp",
            Kind::MagicLink => "magic_link",
            Kind::PasswordReset => "password_reset",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownKind)
    }
}

/// A name that is no [`Kind`]'s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownKind;

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown kind: expected otp, magic_link or password_reset")
    }
}

impl std::error::Error for UnknownKind {}

/// An answer: with the feature `serde`, exactly `{"type":"otp","value":"483921","confidence":0.98}`.
#[derive(Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Answer {
    /// What it is.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: Kind,
    /// The code as a person would type it, or the link as it was sent. A secret: never log it.
    pub value: String,
    /// The probability that it is right, 0 to 1: of the answers given near 0.9, nine in ten are. Rounded to four
    /// decimal places. With [`crate::Hints`], the probability given what they say.
    pub confidence: f64,
}

// The value is a secret: only its length is shown.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = format_args!("<{} characters>", self.value.chars().count()).to_string();
        f.debug_struct("Answer").field("kind", &self.kind).field("value", &value).field("confidence", &self.confidence).finish()
    }
}

/// One piece of evidence in the sum that made a confidence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Contribution {
    /// What was seen.
    pub evidence: Evidence,
    /// For what two pieces of evidence say together, beyond what each says alone: the other one.
    pub with: Option<Evidence>,
    /// Its weight, in log-odds: positive speaks for the candidate.
    pub weight: f64,
    /// Where the first was seen: index into [`Report::views`] and bytes of its text; `None` for what concerns the whole mail.
    pub at: Option<(usize, Range<usize>)>,
}

impl Contribution {
    /// Its row in the weights file: the name of the evidence, or both names joined by `" & "`.
    pub fn name(&self) -> String {
        match self.with {
            Some(other) => format!("{} & {}", self.evidence.name(), other.name()),
            None => self.evidence.name(),
        }
    }
}

/// A candidate and all that speaks for and against it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// The answer that it would be.
    pub answer: Answer,
    /// The sum of its contributions, in log-odds against "there is none", before the other candidates are looked at. Hints
    /// do not change it.
    pub log_odds: f64,
    /// The probability before calibration: its share of the softmax with the other candidates and "there is none". Hints
    /// do not change it: they act on the calibrated confidence, the same way for all candidates of a kind.
    pub share: f64,
    /// The evidence, strongest first.
    pub evidence: Contributions,
    /// Where it stands: indices into [`Report::views`] and bytes of their texts.
    pub places: Vec<(usize, Range<usize>)>,
    /// The rule that keeps it from ever being an answer.
    pub veto: Option<Veto>,
    /// The click wrapper around a link.
    pub wrapper: Option<Wrapper>,
    /// The destination inside the wrapper, where it can be read offline. A secret like the value.
    pub target: Option<Target>,
    /// The registrable domain (public suffix and one label more) that a link leads to in the end, in Punycode. `None` where
    /// it is not known, behind an opaque wrapper, and where there is none: an IP address, `localhost`.
    ///
    /// ```
    /// use mailpick::{Kind, extract};
    /// let raw = b"Subject: Confirm your e-mail address\r\n\r\nTo confirm your address, open\r\n\r\nhttps://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fid.example.co.uk%2Fconfirm%3Ft%3D9f8e7d6c5b4a&data=05\r\n";
    /// let report = extract(raw);
    /// let link = report.candidates(Kind::MagicLink).next().expect("a link");
    /// assert_eq!(link.domain.as_deref(), Some("example.co.uk"));
    /// assert_eq!(link.wrapper.map(|wrapper| wrapper.to_string()).as_deref(), Some("Microsoft Safe Links"));
    /// assert!(link.flags.is_empty());
    /// ```
    pub domain: Option<String>,
    /// What a link has in common with links that deceive, worst first. A flag alone forbids nothing: where it does, there is
    /// a `veto` too.
    pub flags: Vec<LinkFlag>,
}

/// A link's destination; `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(pub String);

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} characters>", self.0.chars().count())
    }
}

/// Rules that no weight may overrule; `score/veto.rs` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Veto {
    /// A bidirectional control stands inside the value: what is shown is not what would be copied.
    BidiControl,
    /// The host of a link is written in disguise.
    DisguisedHost,
    /// The host of a link looks like another name.
    ConfusableHost,
    /// The anchor text of a link shows another host than the one it leads to.
    AnchorShowsOtherHost,
    /// Digits of different scripts stand in one code: what looks like an 8 may be a 4 of another script.
    MixedDigits,
    /// The host of a link begins with, or is followed by, the name of another owner's: `bank.example.evil.example`.
    ImitatingHost,
    /// The host of a link is an IP address on the internet.
    PublicAddress,
    /// The port of a link is unusual, and its host neither the sender's nor of the own network.
    UnusualPort,
    /// `From` shows another sender than it names: an address of somebody else's in the display name, several authors of
    /// different owners, a name whose letters are turned round.
    DisguisedSender,
    /// A header field that may stand once stands twice and says two things: programs differ on which they read.
    ConflictingFields,
    /// The mail is a `multipart/report` (RFC 6522): what it returns never arrived, or arrived elsewhere.
    DeliveryReport,
    /// The link is longer than one that a person is meant to follow: it carries a text.
    LongLink,
    /// It is struck out.
    Struck,
    /// The mail says that the code is used, expired, wrong or not to be used.
    SaidToBeVoid,
    /// The code stands in an older mail below, and the text above names another.
    OlderCode,
    /// It stands in an older mail that this one answers.
    QuotedInReply,
    /// The code is a series of digits such as `123456`, and the mail speaks of an example.
    Sample,
    /// The mail says what only frauds say.
    FraudWords,
    /// The link does nothing but lead on to somebody else's host.
    LeadsOn,
    /// A structured action that nobody sees leads to another owner than the sender.
    UnseenAction,
    /// The href is relative, and `<base href>` makes it lead to another owner than the sender.
    ForeignBase,
}

impl fmt::Display for Veto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Veto::BidiControl => "a bidirectional control stands inside the value",
            Veto::DisguisedHost => "the host is written in disguise",
            Veto::ConfusableHost => "the host looks like another name",
            Veto::AnchorShowsOtherHost => "the anchor text shows another host",
            Veto::MixedDigits => "digits of different scripts stand in it",
            Veto::ImitatingHost => "the host shows another owner's name",
            Veto::PublicAddress => "the host is an IP address on the internet",
            Veto::UnusualPort => "the port is unusual, and the host is not the sender's",
            Veto::DisguisedSender => "From shows another sender than it names",
            Veto::ConflictingFields => "header fields contradict each other",
            Veto::DeliveryReport => "a delivery report returns it",
            Veto::LongLink => "it is longer than links to follow are",
            Veto::Struck => "it is struck out",
            Veto::SaidToBeVoid => "the mail says that it does not hold",
            Veto::OlderCode => "it is of an older mail, and a newer one is named",
            Veto::QuotedInReply => "it is of an older mail, which this one answers",
            Veto::Sample => "it is an example",
            Veto::FraudWords => "the mail says what only frauds say",
            Veto::LeadsOn => "it only leads on to another host",
            Veto::UnseenAction => "an action that nobody sees leads to another owner",
            Veto::ForeignBase => "a base makes it lead to another owner",
        })
    }
}

/// Something odd about a mail. None is a reason not to read it; fields that contradict each other are one not to answer
/// ([`Veto::ConflictingFields`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// `From` stands twice, with different values. The first is believed, which is what most clients show.
    ConflictingFrom,
    /// `Subject` stands twice, with different values. The first is believed.
    ConflictingSubject,
    /// `Content-Type` stands twice, with different values. The last is believed.
    ConflictingContentType,
    /// `Content-Transfer-Encoding` stands twice, with different values. The last is believed.
    ConflictingTransferEncoding,
    /// Two `Authentication-Results` fields of one server say opposite things: one of them is forged.
    ConflictingAuthentication,
    /// A line break is encoded into `Subject` (RFC 2047, section 5 forbids it): programs differ on what follows it.
    BrokenSubject,
    /// One part shows one answer of this kind and another part another (text and HTML, subject and body), or the mail shows one on a
    /// phone, in dark mode or in AMP and another elsewhere, and nothing in the mail says which is right: there is no answer of the
    /// kind, whatever the threshold.
    Disagreement(Kind),
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Oddity::ConflictingFrom => f.write_str("two different From fields: the first is believed"),
            Oddity::ConflictingSubject => f.write_str("two different Subject fields: the first is believed"),
            Oddity::ConflictingContentType => f.write_str("two different Content-Type fields: the last is believed"),
            Oddity::ConflictingTransferEncoding => f.write_str("two different Content-Transfer-Encoding fields: the last is believed"),
            Oddity::ConflictingAuthentication => f.write_str("two opposite Authentication-Results of one server: one is forged"),
            Oddity::BrokenSubject => f.write_str("a line break inside Subject"),
            Oddity::Disagreement(kind) => write!(f, "readers are shown different answers of type {kind}: none is given"),
        }
    }
}

/// Whether a mail holds an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Status {
    /// A candidate reaches the threshold.
    Found,
    /// No candidate does.
    None,
    /// Something is there, but no single candidate reaches the threshold, or the mail disagrees on it with itself
    /// ([`Oddity::Disagreement`]).
    Ambiguous,
}

impl Status {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Status::Found => "found",
            Status::None => "none",
            Status::Ambiguous => "ambiguous",
        }
    }
}

/// What the engine says of a mail: every candidate of every kind, ranked.
///
/// ```
/// use mailpick::{extract, Kind};
/// let report = extract(b"Subject: Your verification code\r\n\r\nYour verification code is 483921. It expires in 10 minutes.\r\n");
/// let best = report.best(Kind::Otp).expect("a code");
/// assert_eq!(best.value, "483921");
/// assert!(report.best(Kind::MagicLink).is_none());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    pub(crate) views: Vec<View>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) authentication: Authentication,
    pub(crate) oddities: Vec<Oddity>,
    pub(crate) limits_hit: Vec<Limit>,
    pub(crate) threshold: f64,
    pub(crate) service: Option<service::ServiceName>,
    pub(crate) dated: Option<Dated>,
    pub(crate) languages: Languages,
    pub(crate) most_phrases: usize,
    pub(crate) texts: OnceLock<Vec<words::Text>>,
}

/// Of a code that stands in more places than any sender writes it, the first ones.
const MOST_PLACES: usize = 16;

/// When the mail was sent, and on whose clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dated {
    /// Seconds since 1970-01-01 UTC.
    pub(crate) date: i64,
    /// Seconds east of UTC.
    pub(crate) offset: i32,
}

impl Report {
    /// The best answer of a kind, if one reaches the threshold (0.5 unless the [`crate::Extractor`] says otherwise).
    pub fn best(&self, kind: Kind) -> Option<&Answer> {
        self.best_candidate(kind).map(|candidate| &candidate.answer)
    }

    /// The candidate behind [`Report::best`], with its evidence.
    pub fn best_candidate(&self, kind: Kind) -> Option<&Candidate> {
        self.best_from(kind, self.threshold)
    }

    /// The same at another threshold. A vetoed candidate, and one of two that contradict each other, is none at any.
    pub(crate) fn best_from(&self, kind: Kind, threshold: f64) -> Option<&Candidate> {
        if self.disagrees(kind) {
            return None;
        }
        self.candidates(kind).find(|candidate| candidate.veto.is_none()).filter(|candidate| candidate.answer.confidence >= threshold)
    }

    /// The best answers of all kinds that reach the threshold, at most one of each, best first.
    pub fn answers(&self) -> Vec<&Answer> {
        let mut answers: Vec<&Answer> = Kind::ALL.into_iter().filter_map(|kind| self.best(kind)).collect();
        answers.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        answers
    }

    /// Every candidate of a kind, most confident first, below the threshold too.
    pub fn candidates(&self, kind: Kind) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(move |candidate| candidate.answer.kind == kind)
    }

    /// Whether the mail holds an answer.
    pub fn status(&self) -> Status {
        if Kind::ALL.into_iter().any(|kind| self.best(kind).is_some()) {
            return Status::Found;
        }
        let some = Kind::ALL.into_iter().any(|kind| self.disagrees(kind) || self.candidates(kind).map(|c| c.answer.confidence).sum::<f64>() >= self.threshold);
        if some { Status::Ambiguous } else { Status::None }
    }

    /// What a person sees of the mail: its subject, then its parts, then those of the messages inside it.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// What the servers that the caller trusts say of the sender ([`crate::Hints::trust_authserv_ids`]); nothing if none is
    /// trusted.
    pub fn authentication(&self) -> Authentication {
        self.authentication
    }

    /// What is odd about the mail, if anything.
    ///
    /// ```
    /// use mailpick::{Kind, Message, Oddity, Status};
    /// let message = Message::new()
    ///     .subject("Your verification code")
    ///     .text("Your verification code is 483921. It expires in 10 minutes.")
    ///     .html("<p>Your verification code is <b>650174</b>. It expires in 10 minutes.");
    /// let report = mailpick::Extractor::new().extract_message(&message);
    /// assert_eq!(report.oddities(), [Oddity::Disagreement(Kind::Otp)]);
    /// assert_eq!((report.status(), report.best(Kind::Otp)), (Status::Ambiguous, None));
    /// ```
    pub fn oddities(&self) -> &[Oddity] {
        &self.oddities
    }

    fn disagrees(&self, kind: Kind) -> bool {
        self.oddities.contains(&Oddity::Disagreement(kind))
    }

    /// What the answer is for, where the mail says so: the purpose with the largest share, by fitted weights, from the share on at which
    /// most mails are told rightly. Of a mail without an answer it says little: ask for it beside one.
    ///
    /// The first call of this or [`Report::expires_in`] looks for the mail's phrases again (linear in its text, about what the
    /// evidence costs); the report keeps them for the next.
    ///
    /// ```
    /// use mailpick::{Purpose, extract};
    /// let report = extract(b"Subject: Your login code\r\n\r\nEnter this code to sign in: 483921\r\nIt expires in 10 minutes.\r\n");
    /// assert_eq!(report.purpose(), Some(Purpose::SignIn));
    /// ```
    pub fn purpose(&self) -> Option<Purpose> {
        purpose::purpose(self, &self.words())
    }

    /// What the purpose is told by, in the order of the numbers: [`Report::purpose`] sums their weights. Empty for a mail without a
    /// candidate. Costs as [`Report::purpose`].
    pub fn purpose_clues(&self) -> Vec<Clue> {
        purpose::clues(self, &self.words()).into_iter().flatten().collect()
    }

    /// Every duration and every end that the mail states, in seconds from when it was sent, with what tells [`Report::expires_in`] which of
    /// them is how long the answer holds. Costs as [`Report::purpose`].
    pub fn stated_times(&self) -> Vec<(Duration, Vec<Clue>)> {
        expiry::stated(self, &self.words()).into_iter().map(|stated| (Duration::from_secs(stated.seconds), stated.clues.into_iter().collect())).collect()
    }

    /// How long the answer holds from when the mail was sent, where the mail says so: as a duration ("expires in 10 minutes")
    /// in any language of the lexicon, or as a time of day ("valid until 14:05", "until 12 March, 9 am CET"), which is counted from the
    /// `Date` field and on its clock unless a zone is named. A day without a time gives `None`. Costs as [`Report::purpose`].
    ///
    /// ```
    /// let report = mailpick::extract("Subject: Code\r\n\r\nIhr Code: 483921\r\nEr ist eine Viertelstunde gültig.\r\n".as_bytes());
    /// assert_eq!(report.expires_in().map(|time| time.as_secs()), Some(900));
    /// ```
    pub fn expires_in(&self) -> Option<Duration> {
        expiry::expires_in(self, &self.words()).map(Duration::from_secs)
    }

    /// The origin that the code is bound to, where a line of the mail binds it: `@example.com #483921`.
    ///
    /// ```
    /// let report = mailpick::extract(b"Subject: Your login code\r\n\r\nYour login code is 483921. It expires in 10 minutes.\r\n\r\n@example.com #483921\r\n");
    /// assert_eq!(report.bound_origin().map(|origin| origin.host).as_deref(), Some("example.com"));
    /// ```
    pub fn bound_origin(&self) -> Option<BoundOrigin> {
        origin::bound_origin(self, &self.best(Kind::Otp)?.value)
    }

    /// The service's name as the sender states it: the display name of `From`, or what stands in brackets at the head of the
    /// subject. Anybody can state any name: nobody checks it.
    pub fn service(&self) -> Option<&str> {
        self.service.as_ref().map(service::ServiceName::as_str)
    }

    /// How many digits the code has, where it has nothing else.
    pub fn digits(&self) -> Option<usize> {
        let code = &self.best(Kind::Otp)?.value;
        code.bytes().all(|c| c.is_ascii_digit()).then_some(code.len())
    }

    /// Looked for when they are first asked for, and kept.
    fn words(&self) -> words::Words<'_> {
        let texts = self.texts.get_or_init(|| words::texts(&self.views, self.languages, self.most_phrases));
        words::Words::new(&self.views, texts)
    }

    /// What was cut, if anything.
    pub fn limits_hit(&self) -> &[Limit] {
        &self.limits_hit
    }
}

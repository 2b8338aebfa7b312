//! What a caller knows of a mail before it is read.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::ops::RangeInclusive;

use crate::body::message::Message;
use crate::evidence;
use crate::report::Kind;

/// What a caller knows of a mail before it is read: that it waits for an answer of some kind, perhaps who sends it, and
/// which server's word on the sender it trusts.
///
/// Confidences are made for the mails that the engine was calibrated on; of those, a fixed share holds an answer of each
/// kind. A caller that waits for a code shows mails of which more do. Bayes' theorem says what a confidence becomes when
/// the share is another; nothing else changes. The candidates of the kind keep their order, those of other kinds their
/// confidences, a vetoed candidate stays at 0, and where there is no candidate there is no answer.
///
/// ```
/// use mailpick::{Extractor, Hints, Kind};
///
/// static WAITING: Hints = Hints::new().expect(Kind::Otp, Hints::WAITED_FOR).expect_sender("example.org");
///
/// let raw = b"From: Example <no-reply@mail.example.org>\r\nSubject: Hello again\r\n\r\n48151\r\n";
/// let engine = Extractor::new();
/// let confidence = |hints: &Hints| engine.extract_with(raw, hints).candidates(Kind::Otp).next().map(|code| code.answer.confidence);
/// assert!(confidence(&WAITING) > confidence(&Hints::new()));
///
/// // The mail of another sender is read as without hints.
/// assert_eq!(confidence(&WAITING.expect_sender("example.net")), confidence(&Hints::new()));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hints<'a> {
    priors: Priors,
    sender: Option<&'a str>,
    authserv_ids: &'a [&'a str],
}

/// For each kind how likely a mail is to hold an answer of it, where the caller says so.
pub(crate) type Priors = [Option<f64>; Kind::ALL.len()];

impl<'a> Hints<'a> {
    /// The prior of a kind that the caller waits for: as likely as not, the least that waiting says.
    pub const WAITED_FOR: f64 = 0.5;

    /// The priors that [`Hints::expect`] takes. Beyond them the far tails of the calibration would decide, of which too
    /// few mails say anything.
    pub const PRIORS: RangeInclusive<f64> = LEAST_PRIOR..=MOST_PRIOR;

    /// No hints: every mail is read as [`crate::extract`] reads it.
    pub const fn new() -> Self {
        Self { priors: [None; Kind::ALL.len()], sender: None, authserv_ids: &[] }
    }

    /// How likely a mail is to hold an answer of a kind, before it is read; [`Hints::WAITED_FOR`] if all that is known is
    /// that the caller waits for one. A prior below the ordinary one lowers confidences. Several kinds may be expected.
    ///
    /// The prior is clamped to [`Hints::PRIORS`]; one that is not a number says nothing.
    pub const fn expect(mut self, kind: Kind, prior: f64) -> Self {
        self.priors[kind as usize] = if prior.is_nan() { None } else { Some(prior.clamp(LEAST_PRIOR, MOST_PRIOR)) };
        self
    }

    /// Who sends what is waited for: an address (`no-reply@example.org`) or a domain (`example.org`). What is expected
    /// holds for mails from there only; those of other senders are read as without hints.
    ///
    /// An address is compared with those of `From` as it is, but for case; a domain by what its owner registered, so
    /// `example.org` covers `mail.example.org` and the other way round. `From` is what the mail says of itself: nobody
    /// checks it here.
    pub const fn expect_sender(mut self, sender: &'a str) -> Self {
        self.sender = Some(sender);
        self
    }

    /// The servers whose `Authentication-Results` fields are believed (RFC 8601), by their authserv-id: mostly the caller's
    /// own mail server, `mx.example.net`. None are unless they are named here, because anybody can write such a field.
    ///
    /// Name only servers that remove fields of their own name from the mails that they take in (RFC 8601 section 5). What
    /// they found is in [`crate::Report::authentication`]. Fields without an authserv-id, as some servers write them, cannot
    /// be trusted this way.
    ///
    /// ```
    /// use mailpick::message::MethodResult;
    /// use mailpick::{Extractor, Hints};
    /// let raw = b"Authentication-Results: mx.example.net; dmarc=fail header.from=example.org\r\nFrom: a@example.org\r\n\r\nhello";
    /// let report = Extractor::new().extract_with(raw, &Hints::new().trust_authserv_ids(&["mx.example.net"]));
    /// assert_eq!(report.authentication().dmarc, Some(MethodResult::Fail));
    /// assert_eq!(Extractor::new().extract(raw).authentication().dmarc, None);
    /// ```
    pub const fn trust_authserv_ids(mut self, authserv_ids: &'a [&'a str]) -> Self {
        self.authserv_ids = authserv_ids;
        self
    }

    pub(crate) fn authserv_ids(&self) -> &'a [&'a str] {
        self.authserv_ids
    }

    /// The priors that hold for a mail.
    pub(crate) fn priors(&self, message: &Message<'_>) -> Priors {
        if self.sender.is_none_or(|sender| evidence::is_from(message, sender)) { self.priors } else { Priors::default() }
    }
}

const LEAST_PRIOR: f64 = 0.01;
const MOST_PRIOR: f64 = 0.99;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Answer, Extractor, Report, Status};

    /// The right code, too plainly put to be sure of.
    const DOUBTFUL: &[u8] = b"From: Example <no-reply@mail.example.org>\r\nSubject: Hello again\r\n\r\n48151\r\n";
    const EVERYTHING: &[u8] = b"From: Example <no-reply@example.org>\r\nSubject: Sign in to Example\r\n\r\nYour code is 483921, order 90210, room 4711.\r\n\r\nOr sign in: https://example.org/login?token=8f3e9a7c1b5d\r\nReset your password: https://example.org/reset?token=1b5d8f3e9a7c\r\n";

    fn read(raw: &[u8], hints: &Hints<'_>) -> Report {
        Extractor::new().extract_with(raw, hints)
    }

    fn answers(report: &Report, kind: Kind) -> Vec<&Answer> {
        report.candidates(kind).map(|candidate| &candidate.answer).collect()
    }

    fn confidences(report: &Report, kind: Kind) -> Vec<f64> {
        report.candidates(kind).map(|candidate| candidate.answer.confidence).collect()
    }

    #[test]
    fn a_doubtful_code_is_an_answer_to_who_waits_for_it() {
        let hints = Hints::new().expect(Kind::Otp, Hints::WAITED_FOR);
        let (plain, waiting) = (confidences(&read(DOUBTFUL, &Hints::new()), Kind::Otp)[0], confidences(&read(DOUBTFUL, &hints), Kind::Otp)[0]);
        // Between the two, wherever a refit puts them.
        let extractor = Extractor::new().min_confidence((plain + waiting) / 2.0);
        assert_eq!(extractor.extract(DOUBTFUL).best(Kind::Otp), None);
        let waiting = extractor.extract_with(DOUBTFUL, &hints);
        assert_eq!(waiting.best(Kind::Otp).map(|answer| answer.value.as_str()), Some("48151"));
        assert_eq!(waiting.status(), Status::Found);
    }

    #[test]
    fn a_mail_without_candidates_stays_empty_at_any_prior() {
        for prior in [0.0, 0.5, 1.0, f64::INFINITY] {
            let hints = Kind::ALL.into_iter().fold(Hints::new(), |hints, kind| hints.expect(kind, prior));
            let report = read(b"From: Ann <ann@example.net>\r\nSubject: Lunch\r\n\r\nShall we have lunch tomorrow?\r\n", &hints);
            assert!(report.answers().is_empty() && Kind::ALL.into_iter().all(|kind| report.candidates(kind).next().is_none()));
        }
    }

    #[test]
    fn a_vetoed_code_stays_at_zero() {
        let mail = "Subject: Your code\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour verification code is 483\u{202e}921\r\n";
        let report = read(mail.as_bytes(), &Hints::new().expect(Kind::Otp, 1.0));
        let vetoed: Vec<f64> = report.candidates(Kind::Otp).filter(|candidate| candidate.veto.is_some()).map(|candidate| candidate.answer.confidence).collect();
        assert!(!vetoed.is_empty() && vetoed.iter().all(|confidence| *confidence == 0.0), "{vetoed:?}");
    }

    #[test]
    fn confidences_rise_with_the_prior_and_never_pass_one_together() {
        for kind in Kind::ALL {
            let mut before = vec![0.0; confidences(&read(EVERYTHING, &Hints::new()), kind).len()];
            let plain: f64 = confidences(&read(EVERYTHING, &Hints::new()), kind).iter().sum();
            for prior in [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99] {
                let now = confidences(&read(EVERYTHING, &Hints::new().expect(kind, prior)), kind);
                assert!(!now.is_empty() && now.iter().zip(&before).all(|(now, before)| now >= before), "{kind} at {prior}: {now:?} after {before:?}");
                assert!(now.iter().sum::<f64>() <= plain.max(1.0) + 1e-4 * now.len() as f64);
                before = now;
            }
        }
    }

    #[test]
    fn order_and_other_kinds_are_left_alone() {
        let (plain, waiting) = (read(EVERYTHING, &Hints::new()), read(EVERYTHING, &Hints::new().expect(Kind::MagicLink, 0.9)));
        let values = |report: &Report| answers(report, Kind::MagicLink).into_iter().map(|answer| answer.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&plain), values(&waiting));
        for kind in [Kind::Otp, Kind::PasswordReset] {
            assert_eq!(answers(&plain, kind), answers(&waiting, kind));
        }
    }

    #[test]
    fn priors_are_clamped_and_what_is_no_number_says_nothing() {
        let otp = |prior| Hints::new().expect(Kind::Otp, prior);
        assert_eq!((otp(2.0), otp(-1.0)), (otp(*Hints::PRIORS.end()), otp(*Hints::PRIORS.start())));
        assert_eq!(otp(f64::NAN), Hints::new());
    }

    #[test]
    fn mails_of_other_senders_are_read_as_without_hints() {
        let plain = read(DOUBTFUL, &Hints::new());
        let waiting = Hints::new().expect(Kind::Otp, Hints::WAITED_FOR);
        for (sender, is_it) in [("example.org", true), ("no-reply@mail.example.org", true), ("hello@mail.example.org", false), ("example.net", false), ("", false)] {
            let report = read(DOUBTFUL, &waiting.expect_sender(sender));
            assert_eq!(confidences(&report, Kind::Otp) != confidences(&plain, Kind::Otp), is_it, "{sender}");
        }
    }
}

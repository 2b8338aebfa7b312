//! One message's line of the output: what is wanted of a mail, and what it gave.

use jiff::Timestamp;
use mailpick::{Answer, Extractor, Kind, Limit, Message, Report, Status};
use mailpick_mailbox::{Record, Unreadable};

use crate::output;

/// What was found in one message, or why it could not be read.
pub(super) struct Line {
    pub(super) file: String,
    /// It is a path of the command line, and nothing of it could be read.
    pub(super) whole: bool,
    pub(super) message: u64,
    pub(super) offset: u64,
    /// Bytes of the file that it takes up.
    pub(super) length: u64,
    pub(super) reading: Result<Reading, String>,
}

pub(super) struct Reading {
    pub(super) message_id: Option<String>,
    pub(super) date: Option<Timestamp>,
    /// The domain of the address in `From`.
    pub(super) sender: Option<String>,
    pub(super) status: Status,
    /// At most one of each kind, best first.
    pub(super) answers: Vec<Answer>,
    /// Of an ambiguous mail, what is likeliest.
    pub(super) runner_up: Option<Answer>,
    /// What was cut.
    pub(super) limits: Vec<Limit>,
}

/// What of a mail is wanted.
pub(super) struct Wanted {
    pub(super) extractor: Extractor,
    pub(super) min_confidence: f64,
    /// None for all.
    pub(super) kinds: Vec<Kind>,
    pub(super) since: Option<Timestamp>,
    /// The first moment that is too late.
    pub(super) before: Option<Timestamp>,
}

impl Wanted {
    /// What a mail holds; nothing if it is of another day.
    pub(super) fn read(&self, record: &Record) -> Option<Reading> {
        let message = Message::parse(&record.raw);
        let date = message.date.and_then(|seconds| Timestamp::from_second(seconds).ok());
        if !self.is_of_day(date) {
            return None;
        }
        let report = self.extractor.extract_message(&message);
        let answers = report.answers().into_iter().filter(|answer| self.wants(answer.kind)).cloned().collect();
        let status = self.status(&report);
        let runner_up = (status == Status::Ambiguous).then(|| self.runner_up(&report)).flatten();
        let sender = message.from.first().and_then(|from| from.domain());
        Some(Reading { message_id: message.message_id, date, sender, status, answers, runner_up, limits: report.limits_hit().to_vec() })
    }

    fn is_of_day(&self, date: Option<Timestamp>) -> bool {
        let since = self.since.is_none_or(|since| date.is_some_and(|date| date >= since));
        since && self.before.is_none_or(|before| date.is_some_and(|date| date < before))
    }

    fn runner_up(&self, report: &Report) -> Option<Answer> {
        let kinds = Kind::ALL.into_iter().filter(|kind| self.wants(*kind));
        let candidates = kinds.flat_map(|kind| report.candidates(kind)).filter(|candidate| candidate.veto.is_none());
        candidates.map(|candidate| &candidate.answer).max_by(|a, b| a.confidence.total_cmp(&b.confidence)).cloned()
    }

    fn wants(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The report's, as far as it is about the types that are wanted.
    fn status(&self, report: &Report) -> Status {
        if self.kinds.is_empty() {
            return report.status();
        }
        let found = self.kinds.iter().any(|kind| report.best(*kind).is_some());
        let sum = |kind: &Kind| report.candidates(*kind).map(|candidate| candidate.answer.confidence).sum::<f64>();
        if found {
            Status::Found
        } else if self.kinds.iter().any(|kind| sum(kind) >= self.min_confidence) {
            Status::Ambiguous
        } else {
            Status::None
        }
    }
}

impl Line {
    pub(super) fn of_record(record: &Record, reading: Reading) -> Self {
        Self { file: record.origin.to_string(), whole: false, message: record.index, offset: record.offset, length: record.length, reading: Ok(reading) }
    }

    pub(super) fn unreadable(unreadable: &Unreadable) -> Self {
        let Unreadable { origin, index, offset, whole, error, .. } = unreadable;
        Self { file: origin.to_string(), whole: *whole, message: *index, offset: *offset, length: 0, reading: Err(output::reason(error)) }
    }
}

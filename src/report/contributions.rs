//! What made a candidate's log-odds, put together when somebody asks.
//!
//! A mail has some dozens of candidates of some hundred contributions each, and whoever reads mails in bulk looks at none of them. So a
//! candidate keeps what was seen of it, in a few bytes each, and the list is made and sorted on first use.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{Contribution, Kind};
use crate::evidence::Observations;
use crate::score;

/// The contributions to a candidate's log-odds, strongest first: a slice, made on first use. Linear but for sorting.
///
/// ```
/// use mailpick::{Kind, extract};
/// let report = extract(b"Subject: Your login code\r\n\r\nYour login code is 483921. It expires in 10 minutes.\r\n");
/// let code = report.candidates(Kind::Otp).next().expect("a code");
/// let sum: f64 = code.evidence.iter().map(|contribution| contribution.weight).sum();
/// assert!((sum - code.log_odds).abs() < 1e-9);
/// ```
#[derive(Clone)]
pub struct Contributions {
    kind: Kind,
    /// Both kinds of a link share it.
    seen: Arc<Observations>,
    list: OnceLock<Vec<Contribution>>,
}

impl Contributions {
    pub(crate) fn new(kind: Kind, seen: Arc<Observations>) -> Self {
        Self { kind, seen, list: OnceLock::new() }
    }

    /// What was seen of the candidate, without the weights.
    pub(crate) fn seen(&self) -> &Observations {
        &self.seen
    }
}

impl Deref for Contributions {
    type Target = [Contribution];

    fn deref(&self) -> &[Contribution] {
        self.list.get_or_init(|| score::contributions(self.kind, &self.seen))
    }
}

impl<'c> IntoIterator for &'c Contributions {
    type Item = &'c Contribution;
    type IntoIter = std::slice::Iter<'c, Contribution>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Contributions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl PartialEq for Contributions {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

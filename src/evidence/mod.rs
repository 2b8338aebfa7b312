//! Named observations for and against a candidate, each with the place where it was seen.
//!
//! An observation says what is there ([`Sign::AloneInItsLine`], a [`Concept`] at a [`Place`]), never what to conclude:
//! the weights under `score/` do that. Words are seen coarsely and finely at once ([`Place::Near`] with
//! [`Place::JustBefore`]), so that fitting pays for the coarse first.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

mod code;
mod flag;
mod link;
mod mail;
mod sender;
mod sign;
mod status;
mod stranger;
mod words;

use std::ops::Range;
use std::sync::Arc;

use crate::body::message::{Authentication, Message};
use crate::body::view::{Role, Source, View};
use crate::candidate::code::CodeCandidate;
use crate::candidate::link::LinkCandidate;
use crate::lexicon::{self, Concept, Hit};

pub use flag::LinkFlag;
pub use link::UrlWord;
pub(crate) use sender::is_from;
pub use sign::Sign;
pub(crate) use words::sentence_starts;

/// A text part that only points to the HTML ("please use another client") is about as long.
const FEW_WORDS: usize = 160;

/// Where a phrase stands, seen from a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Within two lines and some 250 bytes.
    Near,
    /// In the same sentence.
    SameSentence,
    /// On the same line, within some words before.
    JustBefore,
    /// On the same line, within some words after.
    JustAfter,
    /// On the line above.
    LineAbove,
    /// On the line below.
    LineBelow,
    /// Directly beside it, with hardly more than a colon or a verb between: "code: 483921", "483921 is your code", or on
    /// the end of the line above.
    Adjacent,
    /// In the anchor text of the link.
    Anchor,
    /// Anywhere in the body.
    Body,
    /// In the subject.
    Subject,
}

impl Place {
    const ALL: [Place; 10] =
        [Place::Near, Place::SameSentence, Place::JustBefore, Place::JustAfter, Place::LineAbove, Place::LineBelow, Place::Adjacent, Place::Anchor, Place::Body, Place::Subject];

    fn name(self) -> &'static str {
        match self {
            Place::Near => "near",
            Place::SameSentence => "same-sentence",
            Place::JustBefore => "just-before",
            Place::JustAfter => "just-after",
            Place::LineAbove => "line-above",
            Place::LineBelow => "line-below",
            Place::Adjacent => "adjacent",
            Place::Anchor => "anchor",
            Place::Body => "body",
            Place::Subject => "subject",
        }
    }
}

/// One kind of observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// Something about shape, layout, the link or the mail.
    Sign(Sign),
    /// A phrase of a concept at a place.
    Word(Concept, Place),
    /// A word of a concept in the link's URL.
    Url(UrlWord),
}

impl Evidence {
    /// How many there are.
    pub const COUNT: usize = Sign::ALL.len() + Concept::ALL.len() * Place::ALL.len() + UrlWord::ALL.len();

    /// Its number, below [`Evidence::COUNT`].
    pub fn index(self) -> usize {
        match self {
            Evidence::Sign(sign) => sign as usize,
            Evidence::Word(concept, place) => Sign::ALL.len() + concept as usize * Place::ALL.len() + place as usize,
            Evidence::Url(word) => Sign::ALL.len() + Concept::ALL.len() * Place::ALL.len() + word as usize,
        }
    }

    /// The one with this number, if there is one.
    pub fn from_index(index: usize) -> Option<Evidence> {
        let (signs, words) = (Sign::ALL.len(), Concept::ALL.len() * Place::ALL.len());
        match index {
            _ if index < signs => Some(Evidence::Sign(Sign::ALL[index])),
            _ if index < signs + words => Some(Evidence::Word(Concept::ALL[(index - signs) / Place::ALL.len()], Place::ALL[(index - signs) % Place::ALL.len()])),
            _ => UrlWord::ALL.get(index - signs - words).map(|word| Evidence::Url(*word)),
        }
    }

    /// Every kind, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Evidence> {
        (0..Evidence::COUNT).filter_map(Evidence::from_index)
    }

    /// Its row in the weights file.
    pub fn name(self) -> String {
        match self {
            Evidence::Sign(sign) => sign.name().to_owned(),
            Evidence::Word(concept, place) => format!("{}/{}", concept.name(), place.name()),
            Evidence::Url(word) => format!("url/{}", word.name()),
        }
    }
}

/// A piece of evidence and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What was seen.
    pub evidence: Evidence,
    /// The view and the bytes of its text; `None` for what concerns the whole mail.
    pub at: Option<(usize, Range<usize>)>,
}

/// Observations of one candidate, each kind at most once, and those of the whole mail, which all candidates share.
#[derive(Clone)]
pub(crate) struct Observations {
    own: Seen,
    of_mail: Option<Arc<Seen>>,
}

impl Observations {
    pub(crate) fn new() -> Self {
        Self { own: Seen::default(), of_mail: None }
    }

    fn add(&mut self, evidence: Evidence, at: Option<(usize, Range<usize>)>) {
        self.own.add(evidence, at);
    }

    fn sign(&mut self, sign: Sign) {
        self.add(Evidence::Sign(sign), None);
    }

    fn sign_if(&mut self, seen: bool, sign: Sign) {
        if seen {
            self.sign(sign);
        }
    }

    pub(crate) fn has(&self, sign: Sign) -> bool {
        self.holds(Evidence::Sign(sign).index())
    }

    /// Whether the evidence with this number was seen.
    pub(crate) fn holds(&self, index: usize) -> bool {
        self.own.holds(index) || self.of_mail.as_ref().is_some_and(|of_mail| of_mail.holds(index))
    }

    /// The numbers of what was seen of this candidate and not of the mail.
    pub(crate) fn own(&self) -> impl Iterator<Item = usize> + '_ {
        let is_of_mail = |index: usize| self.of_mail.as_ref().is_some_and(|of_mail| of_mail.holds(index));
        self.own.list.iter().map(|noted| usize::from(noted.evidence)).filter(move |index| !is_of_mail(*index))
    }

    /// All of them, the candidate's own first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Observation> + '_ {
        let of_mail = self.of_mail.iter().flat_map(|of_mail| &of_mail.list).filter(|noted| !self.own.holds(usize::from(noted.evidence)));
        self.own.list.iter().chain(of_mail).filter_map(Noted::observation)
    }
}

/// Pieces of evidence, each at most once: in the order in which they were seen, and as a set.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    list: Vec<Noted>,
    set: [u64; Evidence::COUNT.div_ceil(64)],
}

/// So many observations most candidates have: one allocation for each of them.
const USUAL: usize = 48;

impl Seen {
    fn add(&mut self, evidence: Evidence, at: Option<(usize, Range<usize>)>) {
        let index = evidence.index();
        if !self.holds(index) {
            self.set[index / 64] |= 1 << (index % 64);
            if self.list.is_empty() {
                self.list.reserve(USUAL);
            }
            self.list.push(Noted::new(index, at));
        }
    }

    fn holds(&self, index: usize) -> bool {
        self.set[index / 64] & 1 << (index % 64) != 0
    }

    /// The numbers of what was seen.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.list.iter().map(|noted| usize::from(noted.evidence))
    }
}

/// An observation in sixteen bytes: there are some thousand of a mail.
#[derive(Clone, Copy)]
struct Noted {
    evidence: u16,
    /// One more than the view's number; 0 for what concerns the whole mail.
    view: u32,
    start: u32,
    end: u32,
}

const _: () = assert!(Evidence::COUNT <= u16::MAX as usize);

impl Noted {
    fn new(index: usize, at: Option<(usize, Range<usize>)>) -> Self {
        let (view, span) = at.map_or((0, 0..0), |(view, span)| (view + 1, span));
        Self { evidence: index as u16, view: view as u32, start: span.start as u32, end: span.end as u32 }
    }

    fn observation(&self) -> Option<Observation> {
        let at = self.view.checked_sub(1).map(|view| (view as usize, self.start as usize..self.end as usize));
        Evidence::from_index(usize::from(self.evidence)).map(|evidence| Observation { evidence, at })
    }
}

/// What the later stages look at: the mail, its views, and the phrases in each.
pub(crate) struct Reading<'m> {
    pub(crate) message: &'m Message<'m>,
    pub(crate) views: &'m [View],
    pub(crate) senders: sender::Senders,
    authentication: Authentication,
    phrases: Vec<words::Phrases>,
    layouts: Vec<code::Layout>,
    /// Nothing in the mail is a noun for a code.
    names_no_code: bool,
    /// Some view has more phrases than were looked at.
    pub(crate) phrases_cut: bool,
}

impl<'m> Reading<'m> {
    pub(crate) fn new(message: &'m Message<'m>, views: &'m [View], languages: lexicon::Languages, authentication: Authentication, most_phrases: usize) -> Self {
        let (mut hits, cut): (Vec<Vec<Hit>>, Vec<bool>) = lexicon::find_in_each(views.iter().map(|view| view.text.as_str()), most_phrases).into_iter().unzip();
        lexicon::keep_own_language(&mut hits, languages);
        let names_no_code = !hits.iter().flatten().any(|hit| matches!(hit.concept, Concept::Code | Concept::VerificationCode));
        let phrases = views.iter().zip(hits).map(|(view, hits)| words::Phrases::new(view, hits)).collect();
        let layouts = views.iter().map(code::Layout::new).collect();
        Self { message, views, senders: sender::Senders::of(message), authentication, phrases, layouts, names_no_code, phrases_cut: cut.contains(&true) }
    }

    /// In which of the mail's text and HTML parts a candidate stands.
    fn observe_parts(&self, in_text: bool, in_html: bool, out: &mut Observations) {
        let has = |source, bytes| self.views.iter().any(|view| view.source == source && view.text.len() > bytes);
        out.sign_if(in_text && in_html, Sign::InTextAndHtml);
        out.sign_if(in_text && !in_html && has(Source::Html, 0), Sign::OnlyInHiddenText);
        out.sign_if(in_html && !in_text && has(Source::Text, FEW_WORDS), Sign::OnlyInHtml);
    }

    /// Whether a candidate's places in the body are all in older mails: quoted, passed on or attached. `starts` are views
    /// and offsets.
    fn observe_age(&self, starts: impl Iterator<Item = (usize, usize)>, out: &mut Observations) {
        let is_old = |(index, at): (usize, usize)| {
            let view = &self.views[index];
            view.depth > 0 || view.blocks.get(view.block_at(at)).is_some_and(|block| matches!(block.role, Role::Quoted | Role::Forwarded))
        };
        let mut in_body = starts.filter(|(index, _)| self.views[*index].source != Source::Subject || self.views[*index].depth > 0).peekable();
        if in_body.peek().is_some() && in_body.all(is_old) {
            out.sign(if mail::is_forward(self.message) { Sign::OnlyInPassedOnMail } else { Sign::OnlyInOlderMail });
        }
    }

    fn hits(&self, view: usize) -> &[Hit] {
        self.phrases[view].hits()
    }
}

/// The evidence for each code and for each link, and what the whole mail adds to every one of them.
pub(crate) fn of_candidates(reading: &Reading<'_>, codes: &[CodeCandidate], links: &[LinkCandidate]) -> (Vec<Observations>, Vec<Observations>, Arc<Seen>) {
    let mut of_codes: Vec<Observations> = codes.iter().map(|code| code::observe(reading, code, links)).collect();
    code::compare(reading, codes, &mut of_codes);
    let mut of_links: Vec<Observations> = links.iter().map(|link| link::observe(reading, link)).collect();
    link::compare(reading, links, &mut of_links);
    stranger::compare(reading, links, &mut of_links);
    let mut of_mail = Seen::default();
    mail::observe(reading, codes, links).into_iter().for_each(|evidence| of_mail.add(evidence, None));
    let of_mail = Arc::new(of_mail);
    of_codes.iter_mut().chain(&mut of_links).for_each(|seen| seen.of_mail = Some(of_mail.clone()));
    (of_codes, of_links, of_mail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_one_to_one() {
        let names: std::collections::HashSet<String> = Evidence::all().map(Evidence::name).collect();
        assert_eq!(names.len(), Evidence::COUNT);
        assert!(Evidence::all().enumerate().all(|(index, evidence)| evidence.index() == index));
        assert!(Evidence::from_index(Evidence::COUNT).is_none());
    }
}

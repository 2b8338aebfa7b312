//! A mail's words by sentence, for what a report tells beyond its answer.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "sentences begin between characters")]

use std::ops::Range;

use crate::body::view::{Role, Source, View, urls};
use crate::evidence::sentence_starts;
use crate::lexicon::details::{self, Detail, What};
use crate::lexicon::{self, Concept, Hit, Languages};

/// A set of concepts, a bit for each.
type Concepts = u128;
const _: () = assert!(Concept::ALL.len() <= Concepts::BITS as usize);
/// No phrase is longer, but for blanks; so far back may one begin that overlaps a place.
const PHRASE_BYTES: usize = 256;
/// "kl. 19", "23. januar": a mark behind no more letters than these, or behind the figures of a day, ends no sentence.
const MOST_SHORT_LETTERS: usize = 5;
const MOST_DAY_DIGITS: usize = 2;
/// "2026. 03. 10."
const YEAR_DIGITS: usize = 4;

/// The phrases of every view.
#[derive(Clone, Copy)]
pub(super) struct Words<'r> {
    views: &'r [View],
    texts: &'r [Text],
}

/// What stands in a view, once it has been looked for.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// In order of their starts.
    hits: Vec<Hit>,
    /// In order of their starts; they do not overlap.
    details: Vec<Detail>,
    sentences: Vec<usize>,
    /// What each sentence holds.
    concepts: Vec<Concepts>,
}

/// A sentence: the text of its view, and its number there.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'w> {
    text: &'w Text,
    number: usize,
}

/// Looks for the phrases of every view.
pub(super) fn texts(views: &[View], languages: Languages, most_phrases: usize) -> Vec<Text> {
    let mut hits: Vec<Vec<Hit>> = lexicon::find_in_each(views.iter().map(|view| view.text.as_str()), most_phrases).into_iter().map(|(hits, _)| hits).collect();
    let own = lexicon::keep_own_language(&mut hits, languages);
    views.iter().zip(hits).map(|(view, hits)| Text::of(&view.text, hits, own)).collect()
}

impl<'r> Words<'r> {
    pub(super) fn new(views: &'r [View], texts: &'r [Text]) -> Self {
        Self { views, texts }
    }

    /// Durations in seconds, each with its view and its bytes there, in reading order.
    pub(super) fn durations(&self) -> impl Iterator<Item = (u64, usize, &Range<usize>)> {
        self.details().filter_map(|(view, detail)| if let What::Seconds(seconds) = detail.what { Some((seconds, view, &detail.span)) } else { None })
    }

    /// Everything of the table of details, with its view.
    pub(super) fn details(&self) -> impl Iterator<Item = (usize, &Detail)> {
        self.texts.iter().enumerate().flat_map(|(view, text)| text.details.iter().map(move |detail| (view, detail)))
    }

    /// Everything of the table of details in one view.
    pub(super) fn details_of(&self, view: usize) -> &'r [Detail] {
        &self.texts[view].details
    }

    /// Every phrase of the lexicon, with its view.
    pub(super) fn concepts(&self) -> impl Iterator<Item = (Concept, usize, &Range<usize>)> {
        self.texts.iter().enumerate().flat_map(|(view, text)| text.hits.iter().map(move |hit| (hit.concept, view, &hit.span)))
    }

    /// Whether something of this sort stands within some bytes before or behind a place.
    pub(super) fn is_beside(&self, what: What, view: usize, place: &Range<usize>, bytes: usize) -> bool {
        self.texts[view].is_beside(what, place, bytes)
    }

    pub(super) fn is_subject(&self, view: usize) -> bool {
        self.views[view].source == Source::Subject && self.views[view].depth == 0
    }

    pub(super) fn role(&self, view: usize, at: usize) -> Role {
        let view = &self.views[view];
        view.blocks.get(view.block_at(at)).map(|block| block.role).unwrap_or_default()
    }

    pub(super) fn sentence(&self, view: usize, at: usize) -> Sentence<'_> {
        let text = &self.texts[view];
        Sentence { text, number: text.sentence_at(at) }
    }

    /// The same, right before a place.
    pub(super) fn is_right_before(&self, what: What, view: usize, place: &Range<usize>, bytes: usize) -> bool {
        let before = &self.texts[view].details[..self.texts[view].details.partition_point(|detail| detail.span.start < place.start)];
        before.last().is_some_and(|detail| detail.what == what && detail.span.end + bytes >= place.start)
    }

    /// Everything of the table of details that begins at a byte of a view or behind it.
    pub(super) fn from(&self, view: usize, at: usize) -> impl Iterator<Item = &Detail> {
        let details = &self.texts[view].details;
        details[details.partition_point(|detail| detail.span.start < at)..].iter()
    }

    /// Everything of the table of details that begins and ends within some bytes of a view.
    pub(super) fn within(&self, view: usize, bytes: Range<usize>) -> impl Iterator<Item = &Detail> {
        self.from(view, bytes.start).take_while(move |detail| detail.span.end <= bytes.end)
    }
}

impl Text {
    fn of(text: &str, mut hits: Vec<Hit>, own: u128) -> Self {
        hits.sort_by_key(|hit| (hit.span.start, hit.span.end));
        let mut sentences = sentence_starts(text);
        sentences.retain(|start| !goes_on(text, *start));
        let concepts = vec![0; sentences.len()];
        let mut read = Self { hits, details: details_of(text, own), sentences, concepts };
        for hit in &read.hits {
            read.concepts[sentence_at(&read.sentences, hit.span.start)] |= 1 << hit.concept as u32;
        }
        read
    }

    fn sentence_at(&self, at: usize) -> usize {
        sentence_at(&self.sentences, at)
    }

    fn is_beside(&self, what: What, place: &Range<usize>, bytes: usize) -> bool {
        let from = self.details.partition_point(|detail| detail.span.end + bytes < place.start);
        self.details[from..].iter().take_while(|detail| detail.span.start <= place.end + bytes).any(|detail| detail.what == what)
    }
}

fn sentence_at(sentences: &[usize], at: usize) -> usize {
    sentences.partition_point(|start| *start <= at).saturating_sub(1)
}

/// Whether what begins here goes on with a date or a time of day: "kl. 19", "23. januar", "17. 3. 2026".
fn goes_on(text: &str, start: usize) -> bool {
    let Some(before) = text[..start].strip_suffix(". ") else { return false };
    let last = |is_part: fn(char) -> bool| before.chars().rev().take(MOST_SHORT_LETTERS + 1).take_while(|c| is_part(*c)).count();
    let (digits, letters) = (last(|c| c.is_ascii_digit()), last(char::is_alphabetic));
    let Some(next) = text[start..].chars().next() else { return false };
    let (is_day, is_year, is_short) = ((1..=MOST_DAY_DIGITS).contains(&digits), digits == YEAR_DIGITS, (1..=MOST_SHORT_LETTERS).contains(&letters));
    is_day && next.is_lowercase() || (is_day || is_year || is_short) && next.is_ascii_digit()
}

/// What a URL spells says nothing.
fn details_of(text: &str, own: u128) -> Vec<Detail> {
    let mut urls = urls(text).peekable();
    let mut found = details::find(text, own);
    found.retain(|detail| {
        while urls.peek().is_some_and(|url| url.end <= detail.span.start) {
            urls.next();
        }
        urls.peek().is_none_or(|url| detail.span.end <= url.start)
    });
    found
}

impl<'w> Sentence<'w> {
    /// Its bytes in its view, which is so long.
    fn span(self, end: usize) -> Range<usize> {
        self.text.sentences[self.number]..self.text.sentences.get(self.number + 1).copied().unwrap_or(end)
    }

    /// Whether it is no longer than so many bytes.
    pub(super) fn is_within(self, bytes: usize) -> bool {
        self.span(usize::MAX).len() <= bytes
    }

    /// How many sentences it stands from a place of its view.
    pub(super) fn distance(self, at: usize) -> usize {
        self.number.abs_diff(self.text.sentence_at(at))
    }

    /// The concepts of the phrases in it.
    pub(super) fn concepts(self) -> impl Iterator<Item = Concept> + use<'w> {
        Concept::ALL.iter().copied().filter(move |concept| self.has(&[*concept]))
    }

    /// The phrases in it within some bytes before or behind a place, but for those that overlap the place.
    pub(super) fn beside(self, place: &Range<usize>, bytes: usize) -> impl Iterator<Item = (Concept, &'w Range<usize>)> + use<'w> {
        let (start, end, reach) = (place.start, place.end, self.reach(place, bytes));
        let from = self.text.hits.partition_point(|hit| hit.span.start + PHRASE_BYTES < reach.start);
        let near = self.text.hits[from..].iter().take_while(move |hit| hit.span.start < reach.end).filter(move |hit| hit.span.end > reach.start);
        near.filter(move |hit| hit.span.end <= start || hit.span.start >= end).map(|hit| (hit.concept, &hit.span))
    }

    /// Whether a phrase of one of these concepts is in it.
    pub(super) fn has(self, concepts: &[Concept]) -> bool {
        concepts.iter().any(|concept| self.text.concepts[self.number] & 1 << *concept as u32 != 0)
    }

    /// A place and what is around it in the sentence, within some bytes.
    pub(super) fn reach(self, place: &Range<usize>, bytes: usize) -> Range<usize> {
        let span = self.span(usize::MAX);
        span.start.max(place.start.saturating_sub(bytes))..span.end.min(place.end + bytes)
    }

    /// The phrases of a concept that overlap a place of its view.
    pub(super) fn over(self, concept: Concept, place: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'w> {
        let hits = &self.text.hits;
        let from = hits.partition_point(|hit| hit.span.start + PHRASE_BYTES < place.start);
        let until = place.end;
        hits[from..].iter().take_while(move |hit| hit.span.start < until).filter(move |hit| hit.concept == concept && hit.span.end > place.start).map(|hit| hit.span.clone())
    }
}

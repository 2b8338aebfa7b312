//! A mail's words by sentence, for what a report tells beyond its answer.

use std::ops::Range;

use crate::body::view::{Role, Source, View, urls};
use crate::evidence::sentence_starts;
use crate::lexicon::details::{self, Detail, What};
use crate::lexicon::{self, Concept, Hit, Languages};

/// The phrases of every view.
pub(super) struct Words<'r> {
    views: &'r [View],
    texts: Vec<Text>,
}

struct Text {
    hits: Vec<Hit>,
    details: Vec<Detail>,
    sentences: Vec<usize>,
}

/// A sentence, and what is in it.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'w> {
    pub(super) view: usize,
    text: &'w Text,
    /// Its number in the view.
    number: usize,
}

impl<'r> Words<'r> {
    pub(super) fn of(views: &'r [View], languages: Languages, most_phrases: usize) -> Self {
        let mut hits: Vec<Vec<Hit>> = views.iter().map(|view| lexicon::find_within(&view.text, most_phrases).0).collect();
        let own = lexicon::keep_own_language(&mut hits, languages);
        let texts = views.iter().zip(hits).map(|(view, hits)| Text { hits, details: details_of(&view.text, own), sentences: sentence_starts(&view.text) });
        Self { views, texts: texts.collect() }
    }

    /// Durations in seconds, each with the sentence that it stands in, in reading order.
    pub(super) fn durations(&self) -> impl Iterator<Item = (u64, Range<usize>, Sentence<'_>)> {
        let seconds = |detail: &Detail| if let What::Seconds(seconds) = detail.what { Some((seconds, detail.span.clone())) } else { None };
        let of_text = move |(view, text): (usize, &'_ Text)| {
            let found: Vec<_> = text.details.iter().filter_map(seconds).collect();
            found.into_iter().map(move |(seconds, span)| (seconds, span.clone(), self.sentence(view, span.start)))
        };
        self.texts.iter().enumerate().flat_map(of_text)
    }

    /// Every phrase of the lexicon with its view, and whether it stands in the subject.
    pub(super) fn concepts(&self) -> impl Iterator<Item = (Concept, usize, &Range<usize>)> {
        self.texts.iter().enumerate().flat_map(|(view, text)| text.hits.iter().map(move |hit| (hit.concept, view, &hit.span)))
    }

    /// Every phrase of a purpose with its view.
    pub(super) fn purposes(&self) -> impl Iterator<Item = (What, usize, &Range<usize>)> {
        let is_purpose = |detail: &&Detail| matches!(detail.what, What::AddressChange | What::Approval);
        self.texts.iter().enumerate().flat_map(move |(view, text)| text.details.iter().filter(is_purpose).map(move |detail| (detail.what, view, &detail.span)))
    }

    /// Whether something of this sort stands within some bytes before or behind a place.
    pub(super) fn is_beside(&self, what: What, view: usize, place: &Range<usize>, bytes: usize) -> bool {
        let near = |span: &Range<usize>| span.start <= place.end + bytes && span.end + bytes >= place.start;
        self.texts[view].details.iter().any(|detail| detail.what == what && near(&detail.span))
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
        Sentence { view, text, number: text.sentences.partition_point(|start| *start <= at).saturating_sub(1) }
    }

    /// A sentence's text before and behind a place in it.
    pub(super) fn around(&self, sentence: Sentence<'_>, place: &Range<usize>) -> [&str; 2] {
        let text = &self.views[sentence.view].text;
        let span = sentence.span(text.len());
        [text.get(span.start..place.start).unwrap_or(""), text.get(place.end..span.end).unwrap_or("")]
    }

    pub(super) fn text_of(&self, sentence: Sentence<'_>) -> &str {
        let text = &self.views[sentence.view].text;
        text.get(sentence.span(text.len())).unwrap_or("")
    }
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
    /// Its bytes in its view.
    pub(super) fn span(self, end: usize) -> Range<usize> {
        self.text.sentences[self.number]..self.text.sentences.get(self.number + 1).copied().unwrap_or(end)
    }

    /// How many sentences it stands from a place of its view.
    pub(super) fn distance(self, at: usize) -> usize {
        self.number.abs_diff(self.text.sentences.partition_point(|start| *start <= at).saturating_sub(1))
    }

    /// The phrases of a concept in it.
    pub(super) fn spans(self, concept: Concept) -> impl Iterator<Item = &'w Range<usize>> {
        let span = self.span(usize::MAX);
        self.text.hits.iter().filter(move |hit| hit.concept == concept && span.contains(&hit.span.start)).map(|hit| &hit.span)
    }

    /// Whether a phrase of one of these concepts is in it, but for those inside `except`.
    pub(super) fn has(self, concepts: &[Concept], except: &Range<usize>) -> bool {
        let span = self.span(usize::MAX);
        let outside = |hit: &Hit| hit.span.start < except.start || hit.span.end > except.end;
        self.text.hits.iter().any(|hit| concepts.contains(&hit.concept) && span.contains(&hit.span.start) && outside(hit))
    }
}

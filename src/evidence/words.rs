//! Phrases around a candidate: which concept stands at which place.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::ops::Range;

use super::{Evidence, Observations, Place, Sign};
use crate::body::view::View;
use crate::lexicon::{Concept, Hit};

/// Further than this, a phrase is about something else.
const NEAR_BYTES: usize = 250;
/// A colon, a copula, the end of a line.
const ADJACENT_BYTES: usize = 14;
/// Some words in most scripts.
const JUST_BYTES: usize = 36;
const NEAR_LINES: usize = 2;

/// Concepts of mails that verify something.
pub(super) const VERIFICATION: [Concept; 16] = [
    Concept::Code,
    Concept::VerificationCode,
    Concept::Verify,
    Concept::SignIn,
    Concept::Reset,
    Concept::Enter,
    Concept::Expires,
    Concept::DoNotShare,
    Concept::DidNotRequest,
    Concept::Requested,
    Concept::TwoFactor,
    Concept::Identity,
    Concept::LetIn,
    Concept::Once,
    Concept::Digits,
    Concept::Security,
];

/// Concepts of trade, travel and talk.
pub(super) const OTHER: [Concept; 14] = [
    Concept::OtherCode,
    Concept::BackupCode,
    Concept::Order,
    Concept::Payment,
    Concept::Coupon,
    Concept::Parcel,
    Concept::Meeting,
    Concept::Ticket,
    Concept::Newsletter,
    Concept::Survey,
    Concept::ConfirmOther,
    Concept::Invitation,
    Concept::Quoted,
    Concept::Visit,
];

/// Concepts as a set, a bit for each.
const fn set(concepts: &[Concept]) -> u128 {
    let (mut set, mut at) = (0, 0);
    while at < concepts.len() {
        set |= 1 << concepts[at] as u32;
        at += 1;
    }
    set
}

const VERIFICATION_SET: u128 = set(&VERIFICATION);
const OTHER_SET: u128 = set(&OTHER);

/// Adds the signs whose counts are reached.
pub(super) fn count_signs(count: usize, signs: &[(usize, Sign)], mut add: impl FnMut(Sign)) {
    signs.iter().filter(|(least, _)| count >= *least).for_each(|(_, sign)| add(*sign));
}

/// The phrases of a view, and its lines.
pub(super) struct Phrases {
    hits: Vec<Hit>,
    /// For each phrase, the line and the sentence that it begins in: a phrase is looked at for every candidate near it.
    places: Vec<HitPlace>,
    line_starts: Vec<usize>,
    sentence_starts: Vec<usize>,
}

struct HitPlace {
    line: u32,
    sentence: u32,
}

impl Phrases {
    /// Of phrases in order of their starts and then of their ends.
    pub(super) fn new(view: &View, mut hits: Vec<Hit>) -> Self {
        drop_words_in_urls(&mut hits, &view.text);
        let line_starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', view.text.as_bytes()).map(|at| at + 1)).collect();
        let mut phrases = Self { hits, places: Vec::new(), line_starts, sentence_starts: sentence_starts(&view.text) };
        phrases.places = phrases.places_of_hits();
        phrases
    }

    /// One walk over phrases, lines and sentences, all of which are in order. A phrase is on one line.
    fn places_of_hits(&self) -> Vec<HitPlace> {
        let (mut line, mut sentence) = (0, 0);
        let behind = |starts: &[usize], from: usize, offset: usize| starts[from + 1..].iter().take_while(|start| **start <= offset).count();
        let place = |hit: &Hit| {
            line += behind(&self.line_starts, line, hit.span.start);
            sentence += behind(&self.sentence_starts, sentence, hit.span.start);
            HitPlace { line: line as u32, sentence: sentence as u32 }
        };
        self.hits.iter().map(place).collect()
    }

    pub(super) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) - 1
    }

    /// The bytes of the line that an offset lies in, of a text of `len` bytes: what [`View::line_at`] gives, without a walk over the
    /// line for each candidate in it.
    pub(super) fn line(&self, offset: usize, len: usize) -> Range<usize> {
        let number = self.line_of(offset);
        self.line_starts[number]..self.line_starts.get(number + 1).map_or(len, |next| next - 1)
    }

    pub(super) fn sentence_of(&self, offset: usize) -> usize {
        self.sentence_starts.partition_point(|start| *start <= offset) - 1
    }

    /// The bytes of the sentence that an offset lies in, of a text of `len` bytes.
    pub(super) fn sentence(&self, offset: usize, len: usize) -> Range<usize> {
        let number = self.sentence_of(offset);
        self.sentence_starts[number]..self.sentence_starts.get(number + 1).copied().unwrap_or(len)
    }

    /// Phrases within reach of a span, in order of their starts.
    pub(super) fn around(&self, span: &Range<usize>) -> impl Iterator<Item = &Hit> {
        let from = self.hits.partition_point(|hit| hit.span.start + NEAR_BYTES < span.start);
        self.hits[from..].iter().take_while(move |hit| hit.span.start < span.end + NEAR_BYTES)
    }

    /// How many bytes lie between a span and the nearest phrase of one of these concepts.
    pub(super) fn distance(&self, span: &Range<usize>, concepts: &[Concept]) -> Option<usize> {
        self.around(span).filter(|hit| concepts.contains(&hit.concept)).map(|hit| gap(&hit.span, span)).min()
    }

    /// Adds what stands around `span` in view number `view`.
    pub(super) fn observe(&self, view: usize, span: &Range<usize>, out: &mut Observations) {
        let (first_line, last_line) = (self.line_of(span.start), self.line_of(span.end.saturating_sub(1).max(span.start)));
        // The concepts that are near.
        let mut near = 0u128;
        let from = self.hits.partition_point(|hit| hit.span.start + NEAR_BYTES < span.start);
        let sentences = self.sentence_of(span.start)..=self.sentence_of(span.end.saturating_sub(1).max(span.start));
        for (hit, place) in self.hits[from..].iter().zip(&self.places[from..]).take_while(|(hit, _)| hit.span.start < span.end + NEAR_BYTES) {
            let at = || Some((view, hit.span.clone()));
            let mut add = |place| out.add(Evidence::Word(hit.concept, place), at());
            if hit.span.start >= span.start && hit.span.end <= span.end {
                add(Place::Anchor);
                continue;
            }
            let line = place.line as usize;
            let gap = gap(&hit.span, span);
            if line + NEAR_LINES < first_line || line > last_line + NEAR_LINES || gap > NEAR_BYTES {
                continue;
            }
            add(Place::Near);
            if gap <= ADJACENT_BYTES {
                add(Place::Adjacent);
            }
            near |= 1 << hit.concept as u32;
            if line >= first_line && line <= last_line {
                if sentences.contains(&(place.sentence as usize)) {
                    add(Place::SameSentence);
                }
                if gap <= JUST_BYTES {
                    add(if hit.span.start < span.start { Place::JustBefore } else { Place::JustAfter });
                }
            } else if line + 1 == first_line {
                add(Place::LineAbove);
            } else if line == last_line + 1 {
                add(Place::LineBelow);
            }
        }
        let count = |concepts: u128| (near & concepts).count_ones() as usize;
        let signs = [(1, Sign::NearVerification1), (2, Sign::NearVerification2), (3, Sign::NearVerification3), (5, Sign::NearVerification5)];
        count_signs(count(VERIFICATION_SET), &signs, |sign| out.sign(sign));
        let signs = [(1, Sign::NearOther1), (2, Sign::NearOther2), (3, Sign::NearOther3)];
        count_signs(count(OTHER_SET), &signs, |sign| out.sign(sign));
    }
}

/// What a URL spells is the URL's evidence, not the text's.
fn drop_words_in_urls(hits: &mut Vec<Hit>, text: &str) {
    let mut urls = crate::body::view::urls(text).peekable();
    hits.retain(|hit| {
        while urls.peek().is_some_and(|url| url.end <= hit.span.start) {
            urls.next();
        }
        urls.peek().is_none_or(|url| hit.span.end <= url.start)
    });
}

/// A line begins a sentence, and so does what follows a full stop, question or exclamation mark and a space (in scripts
/// without spaces, the mark alone).
pub(crate) fn sentence_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::with_capacity((text.len() / USUAL_SENTENCE).min(MOST_RESERVED) + 8);
    starts.push(0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| MAY_END_SENTENCE[usize::from(*byte)]) {
        at += next;
        let rest = &bytes[at..];
        let mark = ENDS_BEFORE_A_SPACE.iter().find(|mark| rest.starts_with(mark.as_bytes()));
        let end = ENDS.iter().find(|mark| rest.starts_with(mark.as_bytes()));
        match (mark, end) {
            (Some(mark), _) if rest.get(mark.len()) == Some(&b' ') => {
                at += mark.len() + 1;
                starts.push(at);
            }
            (_, Some(end)) => {
                at += end.len();
                starts.push(at);
            }
            _ => at += 1,
        }
    }
    starts
}

/// Bytes of most sentences, lines counted as such.
const USUAL_SENTENCE: usize = 24;
/// Sentences of a long mail.
const MOST_RESERVED: usize = 256;
const ENDS: [&str; 6] = ["\n", "。", "！", "？", "।", "؟"];
const ENDS_BEFORE_A_SPACE: [&str; 4] = [".", "!", "?", "…"];

/// The first bytes of what may end a sentence.
const MAY_END_SENTENCE: [bool; 256] = {
    let (mut table, mut at) = ([false; 256], 0);
    while at < ENDS.len() {
        table[ENDS[at].as_bytes()[0] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < ENDS_BEFORE_A_SPACE.len() {
        table[ENDS_BEFORE_A_SPACE[at].as_bytes()[0] as usize] = true;
        at += 1;
    }
    table
};

fn gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.start.saturating_sub(b.end).max(b.start.saturating_sub(a.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_line_of_the_view() {
        for text in ["", "one", "one\n", "\n\none\ntwo three\n\nfour", "a\n\n"] {
            let view = View::of_text(text, false, false);
            let phrases = Phrases::new(&view, Vec::new());
            for offset in 0..=view.text.len() {
                assert_eq!(phrases.line(offset, view.text.len()), view.line_at(offset), "{text:?} at {offset}");
            }
        }
    }
}

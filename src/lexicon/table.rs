//! The lexicon as the build script packed it: read in place, with nothing to build or parse at start.
//!
//! `phrases.trie` leads from the key of a phrase to its first posting (`trie.rs`), `inside.trie` does so for the phrases alone that may
//! begin inside a word, and a filter beside each (`filter.rs`) says where a walk is worth while. Postings are [`POSTING_BYTES`] each: concept, flags, and the number of a set of languages, of which
//! `languages.bin` has the bits.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]

use once_cell::sync::Lazy;

use super::Concept;
use super::filter::Filter;
use super::trie::Trie;

// `LANGUAGES`, and how postings are packed.
include!(concat!(env!("OUT_DIR"), "/lexicon.rs"));

static POSTINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/postings.bin"));
static LANGUAGE_SETS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/languages.bin"));

/// Phrases, and the test whether one of them may begin at a place.
pub(super) struct Phrases {
    pub(super) trie: Trie<'static>,
    pub(super) filter: Filter<'static>,
}

/// All phrases: for walks that begin where a word does.
pub(super) static PHRASES: Lazy<Phrases> =
    Lazy::new(|| open(include_bytes!(concat!(env!("OUT_DIR"), "/phrases.trie")), include_bytes!(concat!(env!("OUT_DIR"), "/phrases.filter"))));
/// Those that may begin inside a word: for the other walks.
pub(super) static INSIDE: Lazy<Phrases> = Lazy::new(|| open(include_bytes!(concat!(env!("OUT_DIR"), "/inside.trie")), include_bytes!(concat!(env!("OUT_DIR"), "/inside.filter"))));

fn open(trie: &'static [u8], filter: &'static [u8]) -> Phrases {
    Phrases { trie: Trie::new(trie), filter: Filter::new(filter) }
}

/// What a phrase means, in which languages, and whether a word may go on after it.
pub(super) struct Posting {
    pub(super) concept: Concept,
    pub(super) languages: u128,
    pub(super) open_end: bool,
}

/// The postings of a phrase, from its first one. Those of one key are few: a concept and its stars is one.
pub(super) fn postings(first: usize) -> impl Iterator<Item = Posting> {
    let mut more = true;
    POSTINGS[first * POSTING_BYTES..].chunks_exact(POSTING_BYTES).map_while(move |posting| {
        let flags = posting[1];
        std::mem::replace(&mut more, flags & LAST == 0).then(|| Posting {
            concept: Concept::ALL[usize::from(posting[0])],
            languages: languages(u16::from_le_bytes([posting[2], posting[3]])),
            open_end: flags & OPEN_END != 0,
        })
    })
}

fn languages(set: u16) -> u128 {
    let mut bytes = [0; size_of::<u128>()];
    let at = usize::from(set) * bytes.len();
    bytes.copy_from_slice(&LANGUAGE_SETS[at..at + size_of::<u128>()]);
    u128::from_le_bytes(bytes)
}

//! The search for phrases that the packed tables are held against: one automaton of all phrases, built from the data
//! files. It takes a second to build, so tests alone have it.

use std::collections::BTreeMap;
use std::path::Path;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use once_cell::sync::Lazy;
use proptest::prelude::*;

use super::data_file::{self, Phrase};
use super::{Hit, Key, LANGUAGES, find, unmask};
use crate::{Message, view};

/// Every language, with its phrases.
pub(super) fn data() -> impl Iterator<Item = (&'static str, Vec<Phrase>)> {
    LANGUAGES.iter().map(|tag| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/lexicon/data/{tag}.txt"));
        let text = std::fs::read_to_string(path).expect("a data file for each language");
        (*tag, data_file::parse(tag, &text).expect("the build script read it"))
    })
}

struct Automaton {
    matcher: AhoCorasick,
    phrases: Vec<(Phrase, u128)>,
}

static AUTOMATON: Lazy<Automaton> = Lazy::new(|| {
    let mut phrases: BTreeMap<Phrase, u128> = BTreeMap::new();
    for (number, (_, found)) in data().enumerate() {
        found.into_iter().for_each(|phrase| *phrases.entry(phrase).or_default() |= 1 << number);
    }
    let matcher = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(phrases.keys().map(|phrase| &phrase.key)).expect("far below the limits");
    Automaton { matcher, phrases: phrases.into_iter().collect() }
});

fn find_by_automaton(text: &str) -> Vec<Hit> {
    let key = Key::of(text);
    let mut hits = Vec::new();
    for found in AUTOMATON.matcher.find_overlapping_iter(&key.text) {
        let (phrase, languages) = &AUTOMATON.phrases[found.pattern().as_usize()];
        let (start, end) = (found.start(), found.end());
        if (phrase.open_start || key.is_word_start(start)) && (phrase.open_end || key.is_word_end(end)) {
            hits.push(Hit { concept: phrase.concept, span: key.source(start)..key.source(end), languages: *languages });
        }
    }
    unmask(&mut hits);
    hits
}

/// The mails of the corpus; none where there is only the package.
fn mails(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { mails(&path) } else { vec![path] }).filter(|path| path.extension().is_some_and(|end| end == "eml")).collect()
}

#[test]
fn the_tables_give_what_the_automaton_gives_on_every_mail() {
    for path in mails(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")) {
        let raw = std::fs::read(&path).expect("a mail");
        for view in view::views(&Message::parse(&raw)) {
            assert!(find(&view.text) == find_by_automaton(&view.text), "{}", path.display());
        }
    }
}

#[test]
fn every_phrase_is_found_where_it_stands_alone() {
    for (tag, phrases) in data() {
        for phrase in phrases {
            assert_eq!(find(&phrase.key), find_by_automaton(&phrase.key), "{tag}: {phrase:?}");
        }
    }
}

/// Every piece of every phrase, cut anywhere.
static KEYS: Lazy<Vec<Vec<char>>> = Lazy::new(|| data().flat_map(|(_, phrases)| phrases).map(|phrase| phrase.key.chars().collect()).collect());

fn piece() -> impl Strategy<Value = String> {
    let cut = |(at, from, to): (prop::sample::Index, prop::sample::Index, prop::sample::Index)| {
        let key = at.get(&KEYS);
        let (from, to) = (from.index(key.len() + 1), to.index(key.len() + 1));
        key[from.min(to)..from.max(to)].iter().collect::<String>()
    };
    prop_oneof![
        4 => any::<prop::sample::Index>().prop_map(|at| at.get(&KEYS).iter().collect::<String>()),
        2 => any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>().prop_map(cut),
        2 => prop::sample::select(vec![" ", "  ", "-", "’", ".", "\n", "1", "ß", "æ", "é", "İ", "\u{301}", "\u{94d}", "\u{200d}", "验", "の"]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_tables_give_what_the_automaton_gives_on_pieces_of_phrases(pieces in prop::collection::vec(piece(), 0..24), upper in any::<bool>()) {
        let text = pieces.concat();
        let text = if upper { text.to_uppercase() } else { text };
        prop_assert_eq!(find(&text), find_by_automaton(&text));
    }
}

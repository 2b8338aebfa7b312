//! Packs the phrases of `src/lexicon/data/` into tables that the library reads in place (`src/lexicon/table.rs`).

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use concept::Concept;
use data_file::Phrase;
use key::Key;

#[allow(dead_code, unreachable_pub)]
#[path = "src/lexicon/concept.rs"]
mod concept;
#[path = "src/lexicon/data_file.rs"]
mod data_file;
#[allow(dead_code)]
#[path = "src/lexicon/filter.rs"]
mod filter;
#[allow(dead_code)]
#[path = "src/lexicon/key.rs"]
mod key;
#[allow(dead_code)]
#[path = "src/lexicon/trie.rs"]
mod trie;

const DATA: &str = "src/lexicon/data";
/// One bit of a hit's languages for each.
const MAX_LANGUAGES: usize = u128::BITS as usize;

/// A posting: concept, flags, number of the set of languages (two bytes, the lower first).
const POSTING_BYTES: usize = 4;
const OPEN_END: u8 = 1;
/// No other posting of this phrase follows.
const LAST: u8 = 2;

/// Concept, open start, open end: the order of the hits of one phrase.
type Meaning = (Concept, bool, bool);

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DATA}");
    println!("cargo::rerun-if-changed=build.rs");
    match read(Path::new(DATA))? {
        Ok((tags, phrases)) => write(&tags, &phrases, &PathBuf::from(env::var("OUT_DIR")?)),
        Err(errors) => {
            errors.iter().for_each(|error| println!("cargo::error={error}"));
            Ok(())
        }
    }
}

type Languages = Vec<String>;
type Phrases = BTreeMap<String, BTreeMap<Meaning, u128>>;

/// The tags of the languages in order, and all their phrases; or what is wrong with the files.
type Reading = Result<(Languages, Phrases), Vec<String>>;

fn read(data: &Path) -> Result<Reading, Box<dyn Error>> {
    let mut tags = Languages::new();
    let mut errors = Vec::new();
    for entry in fs::read_dir(data)? {
        let path = entry?.path();
        match (path.file_stem().and_then(|stem| stem.to_str()), path.extension().is_some_and(|end| end == "txt")) {
            (Some(tag), true) => tags.push(tag.to_owned()),
            _ => errors.push(format!("{}: expected only files named by a language, such as en.txt", path.display())),
        }
    }
    tags.sort();
    if tags.len() > MAX_LANGUAGES {
        errors.push(format!("{}: {} languages; expected at most {MAX_LANGUAGES}", data.display(), tags.len()));
        return Ok(Err(errors));
    }
    let mut phrases = Phrases::new();
    for (number, tag) in tags.iter().enumerate() {
        let path = data.join(format!("{tag}.txt"));
        match data_file::parse(&path.display().to_string(), &fs::read_to_string(&path)?) {
            Ok(found) => found.into_iter().for_each(|Phrase { key, concept, open_start, open_end }| {
                *phrases.entry(key).or_default().entry((concept, open_start, open_end)).or_default() |= 1 << number;
            }),
            Err(found) => errors.extend(found),
        }
    }
    Ok(if errors.is_empty() { Ok((tags, phrases)) } else { Err(errors) })
}

fn write(tags: &[String], phrases: &Phrases, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut postings = Postings::default();
    let (mut all, mut inside) = (Vec::new(), Vec::new());
    let is_inside = |meanings: &BTreeMap<Meaning, u128>| meanings.keys().any(|(_, open_start, _)| *open_start);
    let mut all_filter = filter::Writer::new(phrases.len());
    let mut inside_filter = filter::Writer::new(phrases.values().filter(|meanings| is_inside(meanings)).count());
    // In order of their bytes, as a tree wants them: that is how strings compare.
    for (key, meanings) in phrases {
        all_filter.add(key.as_bytes());
        all.push((key.as_bytes(), postings.list(meanings.iter())?));
        if is_inside(meanings) {
            inside_filter.add(key.as_bytes());
            inside.push((key.as_bytes(), postings.list(meanings.iter().filter(|((_, open_start, _), _)| *open_start))?));
        }
    }
    let pack = |phrases: &[(&[u8], usize)]| trie::write(phrases).ok_or("the phrases take more room than a tree has");
    fs::write(out.join("phrases.trie"), pack(&all)?)?;
    fs::write(out.join("inside.trie"), pack(&inside)?)?;
    fs::write(out.join("phrases.filter"), all_filter.into_bytes())?;
    fs::write(out.join("inside.filter"), inside_filter.into_bytes())?;
    fs::write(out.join("postings.bin"), &postings.bytes)?;
    fs::write(out.join("languages.bin"), &postings.language_sets)?;
    let source = format!(
        "/// BCP 47 tags of the languages.\n\
         pub(super) const LANGUAGES: &[&str] = &{tags:?};\n\
         const POSTING_BYTES: usize = {POSTING_BYTES};\n\
         const OPEN_END: u8 = {OPEN_END};\n\
         const LAST: u8 = {LAST};\n"
    );
    fs::write(out.join("lexicon.rs"), source)?;
    Ok(())
}

/// Lists of postings, each list and each set of languages once.
#[derive(Default)]
struct Postings {
    bytes: Vec<u8>,
    lists: HashMap<Vec<u8>, usize>,
    language_sets: Vec<u8>,
    numbers: HashMap<u128, u16>,
}

impl Postings {
    /// The number of the first posting of a phrase with these meanings.
    fn list<'a>(&mut self, meanings: impl Iterator<Item = (&'a Meaning, &'a u128)>) -> Result<usize, Box<dyn Error>> {
        let mut list = Vec::new();
        for ((concept, _, open_end), languages) in meanings {
            let flags = if *open_end { OPEN_END } else { 0 };
            list.extend([u8::try_from(*concept as usize)?, flags]);
            list.extend(self.language_set(*languages)?.to_le_bytes());
        }
        let last = list.len() - POSTING_BYTES;
        list[last + 1] |= LAST;
        let next = self.bytes.len() / POSTING_BYTES;
        Ok(*self.lists.entry(list).or_insert_with_key(|list| {
            self.bytes.extend(list);
            next
        }))
    }

    fn language_set(&mut self, languages: u128) -> Result<u16, Box<dyn Error>> {
        let next = u16::try_from(self.numbers.len())?;
        Ok(*self.numbers.entry(languages).or_insert_with(|| {
            self.language_sets.extend(languages.to_le_bytes());
            next
        }))
    }
}

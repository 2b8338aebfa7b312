//! How a data file of the lexicon reads. Compiled into the build script, which makes the tables, and into the tests.

use std::collections::HashSet;

use super::{Concept, Key};

/// No sender writes a longer one, and a search takes up to as many steps from each character of a text.
pub(crate) const MAX_KEY_BYTES: usize = 128;

/// A line of a data file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Phrase {
    /// The form that is matched against the key of a text.
    pub(crate) key: String,
    pub(crate) concept: Concept,
    /// Whether a word may begin before it.
    pub(crate) open_start: bool,
    /// Whether a word may go on after it.
    pub(crate) open_end: bool,
}

/// The phrases of a data file; or, for each line that is wrong, `name:line:` and what was expected there.
pub(crate) fn parse(name: &str, text: &str) -> Result<Vec<Phrase>, Vec<String>> {
    let (mut phrases, mut errors) = (Vec::new(), Vec::new());
    let mut section = Err("a phrase before any section; expected a concept in brackets, such as [code], above it".to_owned());
    let mut seen = HashSet::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut wrong = |error: &str| errors.push(format!("{name}:{}: {error}", number + 1));
        if let Some(heading) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let concept = Concept::ALL.iter().copied().find(|concept| concept.name() == heading);
            if concept.is_none() {
                wrong(&format!("unknown concept [{heading}]; expected one that src/lexicon/concept.rs names"));
            }
            section = Ok(concept);
            continue;
        }
        match &section {
            Err(error) => wrong(error),
            // The heading was wrong, and said so.
            Ok(None) => {}
            Ok(Some(concept)) => match phrase(line, *concept) {
                Err(error) => wrong(&error),
                Ok(_) if !seen.insert((*concept, line)) => wrong(&format!("{line:?} stands twice in [{}]; expected it once", concept.name())),
                Ok(phrase) => phrases.push(phrase),
            },
        }
    }
    if errors.is_empty() { Ok(phrases) } else { Err(errors) }
}

fn phrase(line: &str, concept: Concept) -> Result<Phrase, String> {
    let (open_start, rest) = line.strip_prefix('*').map_or((false, line), |rest| (true, rest));
    let (open_end, rest) = rest.strip_suffix('*').map_or((false, rest), |rest| (true, rest));
    if rest.contains('*') {
        return Err(format!("{line:?} has a star inside; expected one at its start or end only"));
    }
    let lower = rest.to_lowercase();
    if rest != lower {
        return Err(format!("{line:?} has upper case; expected {lower:?}"));
    }
    let key = Key::of(rest).text.trim().to_owned();
    if key.is_empty() {
        return Err(format!("{line:?} has nothing to match; expected letters or digits"));
    }
    if key.len() > MAX_KEY_BYTES {
        return Err(format!("{line:?} has {} bytes; expected at most {MAX_KEY_BYTES}: give its decisive words", key.len()));
    }
    Ok(Phrase { key, concept, open_start, open_end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_has_its_concept_and_its_stars() {
        let phrases = parse("xx.txt", "# A language\n[code]\nÇode\u{2019}s*\n\n[verify]\n*m\n").expect_err("upper case");
        assert_eq!(phrases, ["xx.txt:3: \"Çode’s*\" has upper case; expected \"çode’s\""]);
        let phrases = parse("xx.txt", "# A language\n[code]\nçode\u{2019}s*\n\n[verify]\n*m\n").expect("right");
        let phrase = |key: &str, concept, open_start, open_end| Phrase { key: key.to_owned(), concept, open_start, open_end };
        assert_eq!(phrases, [phrase("code s", Concept::Code, false, true), phrase("m", Concept::Verify, true, false)]);
    }

    #[test]
    fn a_wrong_line_is_named_with_what_was_expected() {
        for (text, line, expected) in [
            ("code\n", 1, "expected a concept"),
            ("[code]\ncode\n[cods]\nx\n", 3, "unknown concept [cods]"),
            ("[code]\nCode\n", 2, "expected \"code\""),
            ("[code]\nco*de\n", 2, "star inside"),
            ("[code]\ncode**\n", 2, "star inside"),
            ("[code]\n*\n", 2, "nothing to match"),
            ("[code]\ncode\n[verify]\ncode\n[code]\ncode\n", 6, "twice in [code]"),
        ] {
            let errors = parse("xx.txt", text).expect_err(text);
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert!(errors[0].starts_with(&format!("xx.txt:{line}: ")) && errors[0].contains(expected), "{errors:?}");
        }
        assert!(parse("xx.txt", &format!("[code]\n{}\n", "x".repeat(MAX_KEY_BYTES + 1))).is_err());
    }
}

//! Words that turn a statement into a condition, a time to come or a prohibition. "If this code has expired" says nothing of the code.
//!
//! A table of its own (`condition.txt`), because these words are no evidence: they are looked for in one sentence, beside a phrase.

use once_cell::sync::Lazy;

const DATA: &str = include_str!("condition.txt");

struct Words {
    /// Each between spaces.
    conditions: Vec<String>,
    conditions_anywhere: Vec<&'static str>,
    /// Each between spaces.
    never: Vec<String>,
}

static WORDS: Lazy<Words> = Lazy::new(|| {
    let padded = |name| section(name).map(|word| format!(" {word} ")).collect();
    Words { conditions: padded("[condition]"), conditions_anywhere: section("[condition-anywhere]").collect(), never: padded("[never]") }
});

/// The lines below a heading, up to the next one.
fn section(heading: &str) -> impl Iterator<Item = &'static str> {
    let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.skip_while(move |line| *line != heading).skip(1).take_while(|line| !line.starts_with('['))
}

/// Whether a sentence states something that need not hold: a condition, a question, a time to come. Linear.
pub(crate) fn is_conditional(sentence: &str) -> bool {
    let sentence = sentence.trim_end();
    sentence.ends_with(['?', '？', '؟']) || WORDS.conditions_anywhere.iter().any(|word| sentence.contains(word)) || holds_word(sentence, &WORDS.conditions)
}

/// Whether a text forbids what comes behind it. Linear.
pub(crate) fn is_forbidding(text: &str) -> bool {
    holds_word(text, &WORDS.never)
}

fn holds_word(text: &str, padded_words: &[String]) -> bool {
    let key = super::Key::of(text);
    let padded = format!(" {} ", key.text.replace(|c: char| !c.is_alphanumeric(), " "));
    padded_words.iter().any(|word| padded.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_and_questions_are_told_from_statements() {
        for conditional in [
            "If this code has expired, ask for another.",
            "After 10 minutes the code is no longer valid",
            "Wenn der Code abgelaufen ist",
            "Code expired?",
            "コードが無効になった場合",
            "Après 10 minutes",
        ] {
            assert!(is_conditional(conditional), "{conditional}");
        }
        for statement in ["Your code has expired.", "Der Code ist abgelaufen", "Код уже использован", "Iffy code", "验证码已过期"] {
            assert!(!is_conditional(statement), "{statement}");
        }
    }

    #[test]
    fn a_prohibition_is_seen() {
        assert!(is_forbidding("We will never ask you to") && is_forbidding("Please don't") && !is_forbidding("Please"));
    }

    #[test]
    fn words_are_written_as_keys_are() {
        let words = || section("[condition]").chain(section("[never]"));
        assert!(words().count() > 100 && section("[condition-anywhere]").count() > 10);
        for word in words() {
            assert_eq!(super::super::Key::of(word).text.trim(), word);
        }
    }
}

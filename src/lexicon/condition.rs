//! Words that turn a statement into a condition, a time to come or a prohibition. "If this code has expired" says nothing of the code.

/// Words that open a condition or name a time after which something will hold, in the languages whose phrases they stand beside.
/// Lower case, and in the form of keys.
const CONDITIONS: &[&str] = &[
    "if",
    "once",
    "when",
    "whenever",
    "after",
    "unless",
    "until",
    "before",
    "should",
    "will",
    "would",
    "may",
    "can",
    "wenn",
    "falls",
    "sobald",
    "nach",
    "sofern",
    "bis",
    "wird dann",
    "si",
    "quand",
    "apres",
    "lorsque",
    "des que",
    "une fois",
    "cuando",
    "despues",
    "tras",
    "una vez",
    "hasta",
    "se",
    "quando",
    "apos",
    "depois",
    "caso",
    "dopo",
    "una volta",
    "als",
    "wanneer",
    "zodra",
    "na",
    "indien",
    "om",
    "nar",
    "efter",
    "hvis",
    "etter",
    "jos",
    "kun",
    "jalkeen",
    "jesli",
    "jezeli",
    "gdy",
    "kiedy",
    "po",
    "pokud",
    "kdyz",
    "jestlize",
    "az",
    "если",
    "когда",
    "после",
    "через",
    "якщо",
    "коли",
    "пiсля",
    "eger",
    "sonra",
    "jika",
    "bila",
    "apabila",
    "setelah",
    "kalau",
    "sesudah",
    "neu",
    "khi",
    "sau",
    "اذا",
    "بعد",
    "عند",
];
/// The same in scripts without spaces, wherever they stand.
const UNSPACED_CONDITIONS: &[&str] = &["場合", "もし", "後に", "たら", "すると", "如果", "若", "后", "後", "만약", "경우", "후"];
/// Words that forbid what follows for all time.
const NEVER: &[&str] = &[
    "never",
    "not",
    "don t",
    "won t",
    "nie",
    "niemals",
    "nicht",
    "jamais",
    "nunca",
    "jamas",
    "no",
    "mai",
    "non",
    "nooit",
    "niet",
    "aldrig",
    "aldri",
    "koskaan",
    "nigdy",
    "nikdy",
    "никогда",
    "не",
    "ніколи",
    "asla",
    "jangan",
    "dung",
    "nao",
];

/// Whether a sentence states something that need not hold: a condition, a question, a time to come. Linear.
pub(crate) fn is_conditional(sentence: &str) -> bool {
    let sentence = sentence.trim_end();
    sentence.ends_with(['?', '？', '؟']) || UNSPACED_CONDITIONS.iter().any(|word| sentence.contains(word)) || holds_word(sentence, CONDITIONS)
}

/// Whether a text forbids what comes behind it.
pub(crate) fn is_forbidding(text: &str) -> bool {
    holds_word(text, NEVER)
}

fn holds_word(text: &str, words: &[&str]) -> bool {
    let key = super::Key::of(text);
    let padded = format!(" {} ", key.text.replace(|c: char| !c.is_alphanumeric(), " "));
    words.iter().any(|word| padded.contains(&format!(" {word} ")))
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
        for word in CONDITIONS.iter().chain(NEVER) {
            assert_eq!(super::super::Key::of(word).text.trim(), *word);
        }
    }
}

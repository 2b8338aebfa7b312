//! What the fuzz targets assert (`fuzzed/`), without a fuzzer: on inputs that once broke a law, found by fuzzing or reported
//! (`fuzz/regressions/README.md` says how one is added), and on the fuzzers' dictionaries in any order.

mod fuzzed;
mod laws;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Tokens of one input.
const MAX_TOKENS: usize = 40;

#[test]
fn every_regression_keeps_the_laws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    let readme = folder.join("README.md");
    assert!(readme.is_file(), "`{}` is missing: is this a whole checkout?", readme.display());
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry").path()).filter(|path| *path != readme) {
        // Named before it is read, so that the output of a crash ends with it.
        println!("{}", path.display());
        let raw = fs::read(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
        // Each as what any of the targets may have been given.
        for target in [fuzzed::message, fuzzed::html, fuzzed::text, fuzzed::css, fuzzed::url, fuzzed::extract] {
            target(&raw);
        }
        #[cfg(feature = "serde")]
        for target in [fuzzed::wait, fuzzed::event] {
            target(&raw);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))), ..ProptestConfig::default() })]

    #[test]
    fn any_tokens_of_mime_keep_the_laws(input in tokens("mime")) {
        fuzzed::message(&input);
        fuzzed::extract(&input);
    }

    #[test]
    fn any_tokens_of_html_keep_the_laws(input in tokens("html")) {
        fuzzed::html(&input);
    }

    #[test]
    fn any_phrases_keep_the_laws(input in tokens("words")) {
        fuzzed::text(&input);
    }

    #[test]
    fn any_tokens_of_css_keep_the_laws(input in tokens("css")) {
        fuzzed::css(&input);
    }

    #[test]
    fn any_tokens_of_urls_keep_the_laws(input in tokens("url")) {
        fuzzed::url(&input);
        fuzzed::url(&[b"https://ex.example/", input.as_slice()].concat());
    }
}

#[cfg(feature = "serde")]
proptest! {
    #[test]
    fn any_fields_of_json_keep_the_laws(fields in prop::collection::vec((json_token(), json_token()), 0..10), of_message in prop::collection::vec((json_token(), json_token()), 0..6)) {
        let object = |fields: &[(String, String)]| fields.iter().filter(|(name, _)| name.ends_with(':')).map(|(name, value)| format!("{name}{}", value.trim_end_matches(':'))).collect::<Vec<_>>().join(",");
        let inner = format!(r#""inbox_id":"i","message_id":"m",{}"#, object(&of_message));
        for json in [format!("{{{}}}", object(&fields)), format!(r#"{{"type":"event","event_type":"message.received","event_id":"e","message":{{{}}}}}"#, inner.trim_end_matches(','))] {
            fuzzed::wait(json.as_bytes());
            fuzzed::event(json.as_bytes());
        }
    }

    #[test]
    fn any_tokens_of_json_keep_the_laws(input in tokens("json")) {
        fuzzed::wait(&input);
        fuzzed::event(&input);
    }
}

#[cfg(feature = "serde")]
fn json_token() -> impl Strategy<Value = String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/dict/json.dict");
    let lines = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
    let whole = |token: &String| token.len() > 2 && !token.starts_with('\\');
    let known: Vec<String> = lines.lines().filter(|line| line.starts_with('"')).map(|line| String::from_utf8(unquoted(line)).expect("text")).filter(whole).collect();
    prop::sample::select(known)
}

/// Tokens of a fuzzer's dictionary in any order, and bytes between them.
fn tokens(dictionary: &str) -> impl Strategy<Value = Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz/dict/{dictionary}.dict"));
    let lines = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
    let known: Vec<Vec<u8>> = lines.lines().filter(|line| line.starts_with('"')).map(unquoted).collect();
    let token = prop_oneof![4 => prop::sample::select(known), 1 => "[a-z0-9 ]{1,6}".prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 1..3)];
    prop::collection::vec(token, 0..MAX_TOKENS).prop_map(|tokens| tokens.concat())
}

/// A line of a dictionary as libFuzzer reads it: `"..."` with `\\`, `\"` and `\xHH`.
fn unquoted(line: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).expect("a quoted token").bytes();
    while let Some(byte) = bytes.next() {
        match (byte, (byte == b'\\').then(|| bytes.next()).flatten()) {
            (_, Some(b'x')) => {
                let digits: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"));
            }
            (_, Some(escaped)) => out.push(escaped),
            (plain, None) => out.push(plain),
        }
    }
    out
}

//! The tokenizer cases of html5lib-tests (<https://github.com/html5lib/html5lib-tests>), held against the scanner.
//!
//! The suite is not part of this repository: its MIT licence lets it be shared, its size does not pay. Where it lies at
//! `../shared/html5lib-tests` beside the checkout the test runs, and elsewhere it says that it did not.
//!
//! A mail scanner tells tags, attributes and text, so of each case these are compared, and comments, doctypes and parse
//! errors are left aside. Names are in lower case in the suite and as sent in the scanner, whose users compare them without
//! regard to case; line ends are normalised, and U+0000 replaced in names and raw text, by the standard and by nobody here,
//! because neither changes what a person sees. [`NotApplicable`] says by rule what else is not compared.
//!
//! `differences.txt` lists the cases that are read otherwise, both ways: a listed case that agrees has to leave it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{RAW_TEXT, Scanner, Token, decode_attribute, decode_text};

/// Applicable cases that agree, in percent.
const LEAST_AGREEING: f64 = 98.0;

/// Why a case is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NotApplicable {
    /// CDATA sections exist in SVG and MathML only, whose content is not shown.
    CdataSection,
    /// The suite leaves the switch to raw text to the tree builder; here the start tag does it.
    StartTagOfRawText,
    /// Lone surrogates: a mail's text is Unicode by the time it is scanned.
    NotUnicode,
    /// Script data starts after `script` and nothing else, and ends with it.
    ScriptOfAnotherName,
    /// What becomes of text that XML cannot hold.
    Xml,
}

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Text(String),
    Start { name: String, attributes: BTreeMap<String, String>, self_closing: bool },
    End(String),
}

struct Case {
    /// The file, the state that it starts in, and the input as JSON writes it: what `differences.txt` lists.
    name: String,
    /// The raw-text element that the case starts in, and whether its content has character references.
    inside: Option<(&'static str, bool)>,
    input: String,
    expected: Vec<Seen>,
}

#[test]
fn tokens_are_those_of_the_standard() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("../shared/html5lib-tests/tokenizer");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no html5lib-tests at `{}`", folder.display());
        return;
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.extension().is_some_and(|extension| extension == "test")).collect();
    files.sort();
    let (mut cases, mut left_out) = (Vec::new(), BTreeMap::<NotApplicable, usize>::new());
    for case in files.iter().flat_map(|file| cases_of(file)) {
        match case {
            Ok(case) => cases.push(case),
            Err(reason) => *left_out.entry(reason).or_default() += 1,
        }
    }
    let mut seen = BTreeMap::new();
    for case in &cases {
        let scanned = scan(case);
        if scanned != case.expected {
            seen.insert(case.name.as_str(), format!("{}\n  expected {:?}\n  scanned  {scanned:?}", case.name, case.expected));
        }
    }
    let listed: BTreeSet<&str> = include_str!("differences.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let unexpected: Vec<&str> = seen.iter().filter(|(name, _)| !listed.contains(*name)).map(|(_, told)| told.as_str()).collect();
    let gone: Vec<&&str> = listed.iter().filter(|name| !seen.contains_key(*name)).collect();
    let agreeing = 100.0 * (cases.len() - seen.len()) as f64 / cases.len() as f64;
    println!("{} of {} cases agree ({agreeing:.2} %); not applicable: {left_out:?}", cases.len() - seen.len(), cases.len());
    assert!(unexpected.is_empty(), "{} cases differ that are not in differences.txt:\n{}", unexpected.len(), unexpected.join("\n"));
    assert!(gone.is_empty(), "{} cases in differences.txt agree, or are no cases; take them out:\n{gone:#?}", gone.len());
    assert!(agreeing >= LEAST_AGREEING, "{agreeing:.2} % of the cases agree, expected {LEAST_AGREEING} %");
}

fn cases_of(file: &Path) -> Vec<Result<Case, NotApplicable>> {
    let json = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", file.display()));
    let suite: Value = serde_json::from_str(&json).unwrap_or_else(|error| panic!("`{}` is not JSON: {error}", file.display()));
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let xml = suite["xmlViolationTests"].as_array().into_iter().flatten().map(|_| Err(NotApplicable::Xml));
    let data = Value::from(vec!["Data state"]);
    let mut all: Vec<_> = xml.collect();
    for test in suite["tests"].as_array().into_iter().flatten() {
        let states = test.get("initialStates").unwrap_or(&data).as_array().expect("a list of states");
        all.extend(states.iter().map(|state| case(&stem, state.as_str().expect("a state"), test)));
    }
    all
}

fn case(file: &str, state: &str, test: &Value) -> Result<Case, NotApplicable> {
    let last = test["lastStartTag"].as_str();
    let element = |otherwise| {
        let name = last.unwrap_or(otherwise);
        RAW_TEXT.into_iter().find(|raw| *raw == name).unwrap_or_else(|| panic!("`{name}` holds no raw text"))
    };
    let inside = match state {
        "Data state" => None,
        "RCDATA state" => Some((element("title"), true)),
        "RAWTEXT state" => Some((element("xmp"), false)),
        "PLAINTEXT state" => Some((element("plaintext"), false)),
        "Script data state" if last.is_some_and(|name| name != "script") => return Err(NotApplicable::ScriptOfAnotherName),
        "Script data state" => Some(("script", false)),
        "CDATA section state" => return Err(NotApplicable::CdataSection),
        other => panic!("`{other}` is a state that this test does not know"),
    };
    let escaped = test["doubleEscaped"].as_bool().unwrap_or(false);
    let string = |value: &Value| {
        let text = value.as_str().expect("a string");
        if escaped { unescaped(text).ok_or(NotApplicable::NotUnicode) } else { Ok(text.to_owned()) }
    };
    let input = string(&test["input"])?;
    let mut expected = Vec::new();
    for token in test["output"].as_array().expect("a list of tokens") {
        match token[0].as_str().expect("the kind of a token") {
            "Character" => push(&mut expected, Seen::Text(string(&token[1])?)),
            "StartTag" => {
                let attributes = token[2].as_object().expect("attributes").iter().map(|(name, value)| Ok((string(&Value::from(name.as_str()))?, string(value)?)));
                let start = Seen::Start { name: string(&token[1])?, attributes: attributes.collect::<Result<_, _>>()?, self_closing: token[3].as_bool().unwrap_or(false) };
                push(&mut expected, start);
            }
            "EndTag" => push(&mut expected, Seen::End(string(&token[1])?)),
            "Comment" | "DOCTYPE" => {}
            other => panic!("`{other}` is a token that this test does not know"),
        }
    }
    if expected.iter().any(|token| matches!(token, Seen::Start { name, .. } if RAW_TEXT.contains(&name.as_str()))) {
        return Err(NotApplicable::StartTagOfRawText);
    }
    Ok(Case { name: format!("{file}: {state}: {}", serde_json::to_string(&input).expect("JSON")), inside, input, expected })
}

/// `\uXXXX` inside strings that JSON could not hold otherwise; `None` for a lone surrogate.
fn unescaped(text: &str) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        units.push(u16::from_str_radix(rest.get(at + 2..at + 6)?, 16).ok()?);
        rest = &rest[at + 6..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16(&units).ok()
}

fn scan(case: &Case) -> Vec<Seen> {
    let mut scanner = Scanner::new(&case.input, crate::Limits::new().attributes);
    scanner.raw = case.inside.map(|(name, _)| name);
    let mut out = Vec::new();
    while let Some(token) = scanner.next() {
        let seen = match token {
            Token::Text(raw) => Seen::Text(decode_text(&with_line_feeds(raw)).into_owned()),
            Token::Raw(raw) => {
                let raw = with_line_feeds(raw).replace('\0', "\u{fffd}");
                Seen::Text(if case.inside.is_some_and(|(_, has_references)| has_references) { decode_text(&raw).into_owned() } else { raw })
            }
            Token::Start { name, self_closing } => {
                let mut attributes = BTreeMap::new();
                for (name, value) in &scanner.attributes {
                    attributes.entry(lower(name)).or_insert_with(|| decode_attribute(&with_line_feeds(value)).into_owned());
                }
                Seen::Start { name: lower(name), attributes, self_closing }
            }
            Token::End { name } => Seen::End(lower(name)),
        };
        push(&mut out, seen);
    }
    out
}

/// Text in a row is one text, as in the suite.
fn push(tokens: &mut Vec<Seen>, token: Seen) {
    match (tokens.last_mut(), token) {
        (Some(Seen::Text(before)), Seen::Text(text)) => before.push_str(&text),
        (_, token) => tokens.push(token),
    }
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase().replace('\0', "\u{fffd}")
}

fn with_line_feeds(raw: &str) -> String {
    raw.replace("\r\n", "\n").replace('\r', "\n")
}

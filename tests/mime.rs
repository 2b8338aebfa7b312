//! The walk over MIME parts held against mail-parser's own reading of the whole mail.
//!
//! The walk (`src/body/message/parse.rs`) is there because it keeps limits by construction; on mails that break none, and whose
//! boundaries are sound, both must find the same text.

use std::fs;
use std::path::{Path, PathBuf};

use mail_parser::{MessageParser, MimeHeaders, PartType};
use mailpick::Message;
use mailpick::message::BodyKind;

/// Mails of `corpus/` with the same texts, in percent. Measured 100.
const LEAST_SAME: f64 = 99.9;
/// Those of outside corpora, which hold test mails with broken boundaries and encodings. Measured 99.3.
const LEAST_SAME_OUTSIDE: f64 = 99.0;

/// Kind and text of each body part, line ends and blank edges apart: who reads a part decides where its last line ends.
type Texts = Vec<(bool, String)>;

fn by_walk(message: &Message<'_>, out: &mut Texts) {
    out.extend(message.parts.iter().map(|part| (part.kind == BodyKind::Html, plain(&part.content))));
    message.nested.iter().for_each(|nested| by_walk(nested, out));
}

fn by_parser(message: &mail_parser::Message<'_>, out: &mut Texts) {
    for part in &message.parts {
        let is_text = |name: &str| part.content_type().is_none_or(|t| t.ctype() == "text" && t.subtype().is_none_or(|s| s == name));
        let is_attached = part.content_disposition().is_some_and(|d| d.is_attachment());
        match &part.body {
            PartType::Text(text) if is_text("plain") && !is_attached => out.push((false, plain(text))),
            PartType::Html(text) if is_text("html") && !is_attached => out.push((true, plain(text))),
            _ => {}
        }
    }
    for part in &message.parts {
        if let PartType::Message(nested) = &part.body {
            by_parser(nested, out);
        }
    }
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn differs(file: &Path) -> bool {
    let raw = fs::read(file).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", file.display()));
    let (mut ours, mut theirs) = (Texts::new(), Texts::new());
    by_walk(&Message::parse(&raw), &mut ours);
    if let Some(message) = MessageParser::default().parse(&raw) {
        by_parser(&message, &mut theirs);
    }
    // A charset that only the markup names is read by the walk alone.
    ours != theirs && !theirs.iter().any(|(_, text)| text.contains(char::REPLACEMENT_CHARACTER))
}

fn share_of_same(folder: &Path) -> Option<f64> {
    let mut files = Vec::new();
    mails(folder, &mut files);
    let differing: Vec<&PathBuf> = files.iter().filter(|file| differs(file)).collect();
    println!("{} of {} mails differ: {differing:#?}", differing.len(), files.len());
    (!files.is_empty()).then(|| 100.0 * (files.len() - differing.len()) as f64 / files.len() as f64)
}

fn mails(folder: &Path, out: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            // Attacks are made to be read in two ways.
            if !path.ends_with("attacks") {
                mails(&path, out);
            }
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            out.push(path);
        }
    }
}

#[test]
fn the_walk_reads_what_mail_parser_reads() {
    let share = share_of_same(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).expect("mails in corpus/");
    assert!(share >= LEAST_SAME, "{share:.2} % of the mails have the same texts, expected {LEAST_SAME} %");
}

#[test]
fn outside_corpora_are_read_alike_too() {
    match share_of_same(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")) {
        Some(share) => assert!(share >= LEAST_SAME_OUTSIDE, "{share:.2} % of the mails have the same texts, expected {LEAST_SAME_OUTSIDE} %"),
        None => println!("skipped: no outside corpora beside the repository"),
    }
}

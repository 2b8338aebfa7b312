//! Whether a mail still says what it said, and whether something of the old one is left in it.

use std::fmt;
use std::sync::LazyLock;

use mail_parser::{Message, MessageParser, PartType};
use mailpick::{Kind, Report};
use regex::Regex;

use super::Redactor;
use super::ledger::{Sort, key};

/// Confidences move a little with the letters of a token and the sizes of a part.
const TOLERANCE: f64 = 0.05;

/// Style sheets and colours: "family" in "font-family" is nobody's name.
static STYLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?is)<style.*?</style>|\s(?:style|class|face)=(?:"[^"]*"|'[^']*')|\#[0-9a-f]{6}\b"#;
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("a pattern of ours: {error}"))
});

/// What the engine says of the redacted mail that it did not say of the original. Values are not shown: they are secrets.
pub(super) enum Change {
    Lost(Kind, f64),
    Gained(Kind, f64),
    OtherValue(Kind),
    Confidence(Kind, f64, f64),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Lost(kind, was) => write!(f, "{kind}: the answer (confidence {was:.2}) is lost"),
            Change::Gained(kind, is) => write!(f, "{kind}: there is an answer (confidence {is:.2}) where there was none"),
            Change::OtherValue(kind) => write!(f, "{kind}: the answer is another value than the replaced one"),
            Change::Confidence(kind, was, is) => write!(f, "{kind}: confidence {was:.2} became {is:.2}"),
        }
    }
}

pub(super) fn changes(redactor: &mut Redactor, before: &Report, after: &Report) -> Vec<Change> {
    let change = |kind: Kind| match (before.best(kind), after.best(kind)) {
        (None, None) => None,
        (Some(was), None) => Some(Change::Lost(kind, was.confidence)),
        (None, Some(is)) => Some(Change::Gained(kind, is.confidence)),
        (Some(was), Some(is)) if redactor.answer(kind, &was.value) != is.value => Some(Change::OtherValue(kind)),
        (Some(was), Some(is)) => ((was.confidence - is.confidence).abs() > TOLERANCE).then_some(Change::Confidence(kind, was.confidence, is.confidence)),
    };
    Kind::ALL.into_iter().filter_map(change).collect()
}

/// Replaced values that can still be read somewhere in the new mail: short ones only where they stand by themselves.
pub(super) fn survivors(redactor: &Redactor, raw: &[u8]) -> Vec<(Sort, String)> {
    let all = STYLE.replace_all(&readable(raw), " ").to_lowercase();
    let words: std::collections::HashSet<String> = all.split(|c: char| !c.is_alphanumeric()).map(|word| key(word.chars())).collect();
    let entries = redactor.ledger.entries();
    let new: std::collections::HashSet<&str> = entries.iter().map(|entry| entry.new.as_str()).collect();
    let survives = |old: &str| words.contains(&key(old.chars())) || old.chars().count() >= 8 && all.contains(&old.to_lowercase());
    // Without a digit a label or a mailbox is often a word of the mail ("reminders").
    // A short number is often another thing elsewhere: a year, a colour, a time zone.
    let shows = |sort: Sort, old: &str| match sort {
        Sort::Name => old.chars().count() >= 3,
        Sort::FileName => old.chars().count() >= 6 && old.bytes().any(|c| c.is_ascii_digit()),
        _ => old.chars().count() >= 5 && old.bytes().any(|c| c.is_ascii_digit()),
    };
    let left = entries.iter().filter(|entry| shows(entry.sort, &entry.old) && survives(&entry.old) && !new.contains(key(entry.old.chars()).as_str()));
    left.map(|entry| (entry.sort, entry.old.clone())).collect()
}

/// Everything that can be read in a mail: header fields as they are and decoded, text parts, HTML with its markup.
pub(super) fn readable(raw: &[u8]) -> String {
    let mut texts = Vec::new();
    if let Some(message) = MessageParser::default().parse(raw) {
        collect(&message, &mut texts);
    }
    texts.join("\n")
}

fn collect(message: &Message<'_>, texts: &mut Vec<String>) {
    for part in &message.parts {
        for header in &part.headers {
            let raw = message.raw_message.get(header.offset_start as usize..header.offset_end as usize).map(String::from_utf8_lossy).unwrap_or_default();
            // Boundaries stay.
            let boundary = header.value.as_content_type().and_then(|t| t.attribute("boundary")).filter(|boundary| !boundary.is_empty());
            texts.push(boundary.map_or(raw.to_string(), |boundary| raw.replace(boundary, "")));
        }
        match &part.body {
            PartType::Text(text) => texts.push(text.to_string()),
            PartType::Html(html) => texts.extend([html.to_string(), htmlize::unescape(html.as_ref()).into_owned()]),
            PartType::Message(nested) => collect(nested, texts),
            PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_) => {}
        }
    }
    texts.extend(message.subject().map(str::to_owned));
    for address in [message.from(), message.to(), message.cc(), message.reply_to()].into_iter().flatten() {
        texts.extend(address.iter().flat_map(|a| [a.name(), a.address()]).flatten().map(str::to_owned));
    }
}

//! Header fields: encoded words undone and done again, each field by what it is for.

use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::{Captures, Regex};

use super::Redactor;
use super::body::Charset;
use super::ledger::Sort;
use super::text::Manner;

/// Fields that tell nobody apart.
const KEPT: &[&str] = &[
    "date",
    "mime-version",
    "content-transfer-encoding",
    "auto-submitted",
    "precedence",
    "x-priority",
    "priority",
    "importance",
    "x-msmail-priority",
    "list-unsubscribe-post",
    "content-language",
    "resent-date",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-ms-has-attach",
    "sensitivity",
];
/// Fields that a person reads.
const READ: &[&str] = &[
    "subject",
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "sender",
    "return-path",
    "list-id",
    "list-unsubscribe",
    "list-help",
    "list-post",
    "list-archive",
    "list-owner",
    "list-subscribe",
    "comments",
    "keywords",
    "organization",
    "thread-topic",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "resent-from",
    "resent-to",
    "disposition-notification-to",
    "errors-to",
    "content-description",
    "x-forwarded-to",
];
/// Fields whose parameters name files.
const MIME: &[&str] = &["content-type", "content-disposition"];

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"=\?([^?\s]+)\?([BbQq])\?([^?]*)\?="));
static FILE_NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)\b(?:file)?name(?:\*\d*)?\*?=("[^"]*"|[^;\s]+)"#));
static SIGNATURE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)\b(?:b|bh|h\.b)=([A-Za-z0-9+/=\s]{20,})"));
/// A field that is one long run of base64, folded or not.
static BLOB: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[A-Za-z0-9+/]{16,}[A-Za-z0-9+/\s]*=*\s*$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a pattern of ours: {error}"))
}

impl Redactor {
    /// A block of header fields, with the empty line behind it.
    pub(super) fn header(&mut self, raw: &[u8]) -> Vec<u8> {
        let (chars, charset) = Charset::of_part(None, raw).decode(raw);
        let text: String = chars.into_iter().collect();
        let mut out = String::with_capacity(text.len());
        for field in fields(&text) {
            let field = &text[field];
            match field.split_once(':') {
                Some((name, value)) => {
                    out.push_str(name);
                    out.push(':');
                    out.push_str(&self.field(&name.trim().to_ascii_lowercase(), value));
                }
                None => out.push_str(field),
            }
        }
        charset.encode(&out.chars().collect::<Vec<_>>())
    }

    fn field(&mut self, name: &str, value: &str) -> String {
        let is = |fields: &[&str]| fields.contains(&name);
        match () {
            () if is(KEPT) => value.to_owned(),
            () if is(MIME) => self.file_names(value),
            () if is(READ) => self.words(value, Manner::Prose),
            () if BLOB.is_match(value) => self.filled(value),
            () => {
                let signed = SIGNATURE.replace_all(value, |found: &Captures<'_>| found[0].replace(&found[1], &self.filled(&found[1])));
                self.words(&signed, Manner::Opaque)
            }
        }
    }

    fn filled(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        self.ledger.fill(&mut chars);
        chars.into_iter().collect()
    }

    /// `name="..."` and `filename*=UTF-8''...`; the ending stays.
    fn file_names(&mut self, value: &str) -> String {
        let replaced = FILE_NAME.replace_all(value, |found: &Captures<'_>| {
            let name = &found[1];
            let new = if name.contains("=?") { self.encoded_words(name, |redactor, chars| redactor.file_name(chars)) } else { self.plain_file_name(name) };
            found[0].replace(name, &new)
        });
        replaced.into_owned()
    }

    fn plain_file_name(&mut self, name: &str) -> String {
        static ESCAPED: LazyLock<Regex> = LazyLock::new(|| pattern("%[0-9A-Fa-f]{2}"));
        let charset = name.find("''").map_or(0, |at| at + 2);
        let escaped = ESCAPED.replace_all(&name[charset..], "%78");
        let mut chars: Vec<char> = escaped.chars().collect();
        if escaped.contains('%') {
            chars.iter_mut().filter(|c| c.is_ascii_lowercase()).for_each(|c| *c = 'x');
        } else {
            self.file_name(&mut chars);
        }
        name[..charset].chars().chain(chars).collect()
    }

    fn file_name(&mut self, chars: &mut [char]) {
        let stem = chars.iter().rposition(|c| *c == '.').unwrap_or(chars.len());
        for run in super::url::runs(&chars[..stem]) {
            self.ledger.put(Sort::FileName, chars, run);
        }
    }

    fn words(&mut self, value: &str, manner: Manner) -> String {
        self.encoded_words(value, |redactor, chars| redactor.text(chars, manner))
    }

    /// Does something to a value with its encoded words undone (RFC 2047), and writes each of them as it was written.
    fn encoded_words(&mut self, value: &str, change: impl FnOnce(&mut Self, &mut [char])) -> String {
        let (mut chars, segments) = segments(value);
        let before = chars.clone();
        change(self, &mut chars);
        segments.into_iter().map(|segment| segment.written(&before, &chars)).collect()
    }
}

/// The fields of a block; lines that begin with white space go on with the field above.
fn fields(text: &str) -> Vec<Range<usize>> {
    let mut fields: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        match fields.last_mut() {
            Some(field) if line.starts_with([' ', '\t']) => field.end = range.end,
            _ => fields.push(range),
        }
    }
    fields
}

/// A stretch of a value; ranges are characters of the decoded value.
enum Segment {
    Plain(Range<usize>),
    /// White space between two encoded words is none of the text.
    Gap(String),
    Word {
        range: Range<usize>,
        raw: String,
        label: String,
        charset: Charset,
        quoted: bool,
    },
}

impl Segment {
    fn written(self, before: &[char], after: &[char]) -> String {
        match self {
            Segment::Gap(gap) => gap,
            Segment::Plain(range) => after[range].iter().collect(),
            Segment::Word { range, raw, .. } if before[range.clone()] == after[range.clone()] => raw,
            Segment::Word { range, label, charset, quoted, .. } => {
                let bytes = charset.encode(&after[range]);
                let text = if quoted { q_encoded(&bytes) } else { STANDARD.encode(&bytes) };
                format!("=?{label}?{}?{text}?=", if quoted { 'Q' } else { 'B' })
            }
        }
    }
}

fn segments(value: &str) -> (Vec<char>, Vec<Segment>) {
    let (mut chars, mut segments): (Vec<char>, Vec<Segment>) = (Vec::new(), Vec::new());
    let mut at = 0;
    let plain = |text: &str, chars: &mut Vec<char>| {
        let start = chars.len();
        chars.extend(text.chars());
        Segment::Plain(start..chars.len())
    };
    for found in WORD.captures_iter(value) {
        let (Some(whole), label, quoted, text) = (found.get(0), &found[1], found[2].eq_ignore_ascii_case("q"), &found[3]) else { continue };
        let between = &value[at..whole.start()];
        let after_word = matches!(segments.last(), Some(Segment::Word { .. }));
        segments.push(if after_word && between.trim().is_empty() { Segment::Gap(between.to_owned()) } else { plain(between, &mut chars) });
        at = whole.end();
        let bytes = if quoted { Some(q_decoded(text)) } else { STANDARD.decode(text.trim_end()).ok() };
        let charset = Charset::named(label.split('*').next().unwrap_or(""));
        match bytes {
            Some(bytes) => {
                let start = chars.len();
                let (decoded, charset) = charset.decode(&bytes);
                chars.extend(decoded);
                segments.push(Segment::Word { range: start..chars.len(), raw: whole.as_str().to_owned(), label: label.to_owned(), charset, quoted });
            }
            None => segments.push(plain(whole.as_str(), &mut chars)),
        }
    }
    segments.push(plain(&value[at..], &mut chars));
    (chars, segments)
}

fn q_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'=').then(|| text.get(at + 1..at + 3)).flatten().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (hex, bytes[at]) {
            (Some(byte), _) => out.push(byte),
            (None, b'_') => out.push(b' '),
            (None, byte) => out.push(byte),
        }
        at += if hex.is_some() { 3 } else { 1 };
    }
    out
}

fn q_encoded(bytes: &[u8]) -> String {
    let encoded = |byte: &u8| match byte {
        b' ' => "_".to_owned(),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'*' | b'+' | b'-' | b'/' | b'.' | b':' => char::from(*byte).to_string(),
        byte => format!("={byte:02X}"),
    };
    bytes.iter().map(encoded).collect()
}

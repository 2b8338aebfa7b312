//! The same mail, presented otherwise.
//!
//! Families look alike in ways that mean nothing: one writes six digits, the next has styles, the third a language that the
//! lexicon knows well. Fitting sees each mail in other clothes too, inside its own family, so that no habit of a sender is
//! taken for the thing itself. Figures are never made on variants.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use mailpick::Message;
use mailpick::evidence::{Evidence, Sign};
use mailpick::lexicon::Languages;
use mailpick::message::BodyKind;
use mailpick::view::View;
use regex::{Captures, Regex};

use crate::corpus::Label;
use crate::cross::hash;

/// What is presented otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Another code, of another shape.
    CodeShape,
    /// Colours, sizes and weights gone.
    NoStyles,
    /// No HTML.
    TextOnly,
    /// Every link behind a wrapper that says nothing.
    OpaqueLinks,
    /// Other numbers before or after the text.
    OtherNumbers,
    /// The mail's language is unknown to the lexicon.
    NoLexicon,
    /// Part of the evidence, drawn by lot, is not seen.
    Withheld,
}

impl Change {
    pub(crate) const ALL: [Change; 7] = [Change::CodeShape, Change::NoStyles, Change::TextOnly, Change::OpaqueLinks, Change::OtherNumbers, Change::NoLexicon, Change::Withheld];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Change::CodeShape => "another code shape",
            Change::NoStyles => "styles stripped",
            Change::TextOnly => "text only",
            Change::OpaqueLinks => "opaque links",
            Change::OtherNumbers => "other numbers around",
            Change::NoLexicon => "lexicon withheld",
            Change::Withheld => "part of the evidence withheld",
        }
    }
}

/// A mail in other clothes, with the label that goes with it.
pub(crate) struct Variant<'m> {
    pub(crate) message: Message<'m>,
    pub(crate) label: Label,
    pub(crate) languages: Languages,
}

/// The mail with one change; `None` where there is nothing to change in the mail itself. The same seed gives the same variant.
pub(crate) fn vary<'m>(message: &Message<'m>, label: &Label, change: Change, seed: u64) -> Option<Variant<'m>> {
    let mut variant = Variant { message: message.clone(), label: label.clone(), languages: Languages::ALL };
    let mut draw = Draw(seed);
    let changed = match change {
        Change::CodeShape => other_code(&mut variant, &mut draw),
        Change::NoStyles => each_html(&mut variant.message, strip_styles),
        Change::TextOnly => text_only(&mut variant.message, &mut draw),
        Change::OpaqueLinks => opaque_links(&mut variant, &mut draw),
        Change::OtherNumbers => other_numbers(&mut variant.message, &mut draw),
        Change::NoLexicon => {
            variant.languages = Languages::ALL.without(label.language());
            variant.languages != Languages::ALL
        }
        // What is seen changes, and not the mail: `is_withheld`.
        Change::Withheld => false,
    };
    changed.then_some(variant)
}

/// Whether a piece of evidence is among those withheld by a draw: half of the concepts, wherever they stand, because no lexicon has
/// all words of the next mail, and a quarter of the signs.
pub(crate) fn is_withheld(evidence: Evidence, seed: u64) -> bool {
    let draw = |name: &str| (hash(name, seed) >> 16) % 100;
    match evidence {
        Evidence::Word(concept, _) => draw(concept.name()) < 50,
        Evidence::Sign(sign) => sign != Sign::Always && draw(sign.name()) < 25,
        _ => false,
    }
}

/// Random numbers (SplitMix64), the same on every machine.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn of(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| alphabet[(self.next() % alphabet.len() as u64) as usize]).collect()
    }

    /// One of some patterns, filled in.
    fn one_of(&mut self, patterns: &[&str]) -> String {
        let at = self.next() % patterns.len() as u64;
        self.shaped(patterns[at as usize])
    }

    /// `0` becomes a digit, `A` a capital letter or digit, the rest stays.
    fn shaped(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|c| match c {
                '0' => self.of("0123456789", 1),
                'A' => self.of("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 1),
                c => c.to_string(),
            })
            .collect()
    }
}

/// Shapes of codes; spaces are groups and no part of the value, and neither are hyphens between digits.
const SHAPES: [&str; 12] = ["0000", "00000", "000000", "0000000", "00000000", "000 000", "000-000", "0000 0000", "AAAAAA", "AAAAAAAA", "AAA-AAA", "00 00 00"];

fn other_code(variant: &mut Variant<'_>, draw: &mut Draw) -> bool {
    let Some(old) = variant.label.otp.clone() else { return false };
    let in_link = |link: &String| old.iter().any(|code| link.contains(code.as_str()));
    if [&variant.label.magic_link, &variant.label.password_reset].into_iter().flatten().flatten().any(in_link) {
        return false;
    }
    let printed = draw.one_of(&SHAPES);
    let is_digits = printed.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
    let value = if is_digits { printed.replace([' ', '-'], "") } else { printed.clone() };
    let mut spellings = old;
    spellings.sort_by_key(|code| std::cmp::Reverse(code.len()));
    let replace = |text: &str| spellings.iter().fold(text.to_owned(), |text, code| replace_word(&text, code, &printed));
    let mut changed = false;
    if let Some(subject) = &mut variant.message.subject {
        *subject = replace(subject);
    }
    for part in &mut variant.message.parts {
        let new = replace(&part.content);
        changed |= new != part.content;
        part.content = Cow::Owned(new);
    }
    variant.label.otp = Some(if printed == value { vec![value] } else { vec![value, printed] });
    changed
}

/// Replaces a word where no letter or digit stands beside it.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let free = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        let end = at + word.len();
        let alone = free(rest[..at].chars().next_back()) && free(rest[end..].chars().next());
        out.push_str(&rest[..at]);
        out.push_str(if alone { by } else { word });
        rest = &rest[end..];
    }
    out + rest
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("a fixed pattern: {error}"))
}

static STYLE_ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?is)\sstyle\s*=\s*("[^"]*"|'[^']*')"#));
static LOOKS: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?is)\s(?:bgcolor|color|face|size|align|class)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)"#));
static EMPHASIS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?is)</?(?:b|strong|font|center|big|code|tt|em|u)(?:\s[^>]*)?>"));
static HEADING: LazyLock<Regex> = LazyLock::new(|| regex(r"(?is)<(/?)h[1-6]\b[^>]*>"));
/// A style that may hide something stays: what was invisible must not come to light.
static HIDES: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)none|hidden|opacity|:\s*0|max-height|indent|clip|#f|white"));

fn strip_styles(html: &str) -> String {
    let without = STYLE_ATTRIBUTE.replace_all(html, |found: &Captures<'_>| if HIDES.is_match(&found[1]) { found[0].to_owned() } else { String::new() });
    let without = LOOKS.replace_all(&without, "");
    let without = EMPHASIS.replace_all(&without, "");
    HEADING.replace_all(&without, "<${1}p>").into_owned()
}

fn each_html(message: &mut Message<'_>, change: impl Fn(&str) -> String) -> bool {
    let mut changed = false;
    for part in message.parts.iter_mut().filter(|part| part.kind == BodyKind::Html) {
        let new = change(&part.content);
        changed |= new != part.content;
        part.content = Cow::Owned(new);
    }
    changed
}

/// Drops the HTML where a text part stands beside it, and else turns it into text, in one of the ways that senders do.
fn text_only(message: &mut Message<'_>, draw: &mut Draw) -> bool {
    if !message.parts.iter().any(|part| part.kind == BodyKind::Html) {
        return false;
    }
    if message.parts.iter().any(|part| part.kind == BodyKind::Text && part.content.trim().len() > 80) {
        message.parts.retain(|part| part.kind == BodyKind::Text);
        return true;
    }
    let (before, after) = [(" ( ", " )"), ("\n", "\n"), (": ", "\n"), (" <", ">")][(draw.next() % 4) as usize];
    for part in message.parts.iter_mut().filter(|part| part.kind == BodyKind::Html) {
        part.content = Cow::Owned(as_text(&View::of_html(&part.content), before, after));
        part.kind = BodyKind::Text;
    }
    true
}

fn as_text(view: &View, before: &str, after: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for link in view.links.iter().filter(|link| !link.bare && !link.action && link.href.starts_with("http")) {
        let end = link.span.end.max(at);
        out.push_str(&view.text[at..end]);
        at = end;
        if !view.text[link.span.clone()].contains("://") {
            out.push_str(before);
            out.push_str(&link.href);
            out.push_str(after);
        }
    }
    out + &view.text[at..]
}

fn opaque_links(variant: &mut Variant<'_>, draw: &mut Draw) -> bool {
    let mut wrapped: BTreeMap<String, String> = BTreeMap::new();
    let domain = variant.message.from.first().and_then(|from| from.domain()).unwrap_or_else(|| "mail.example".to_owned());
    let host = format!("{}.{domain}", ["click", "url2044", "email", "links"][(draw.next() % 4) as usize]);
    for part in &variant.message.parts {
        let view = match part.kind {
            BodyKind::Text => View::of_text(&part.content, part.flowed, part.delsp),
            BodyKind::Html => View::of_html(&part.content),
        };
        for link in view.links.iter().filter(|link| link.href.starts_with("http")) {
            let token = || format!("https://{host}/ls/click?upn={}", draw.of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", 90));
            wrapped.entry(link.href.clone()).or_insert_with(token);
        }
    }
    if wrapped.is_empty() {
        return false;
    }
    // The longest first: one address may begin with another.
    let mut order: Vec<(&String, &String)> = wrapped.iter().collect();
    order.sort_by_key(|(href, _)| std::cmp::Reverse(href.len()));
    for part in &mut variant.message.parts {
        let mut content = part.content.to_string();
        for (href, wrapper) in &order {
            content = content.replace(&href.replace('&', "&amp;"), wrapper).replace(href.as_str(), wrapper);
        }
        part.content = Cow::Owned(content);
    }
    for links in [&mut variant.label.magic_link, &mut variant.label.password_reset] {
        *links = links.as_ref().map(|links| links.iter().map(|link| wrapped.get(link).unwrap_or(link).clone()).collect());
    }
    true
}

/// Figures as footers and headers have them, in no language.
const FIGURES: [&str; 8] = ["0000-0000", "+00 00 0000 0000", "00.00.2026", "000,00", "00000", "A0000000", "000 000 00 00", "#00000000"];

fn other_numbers(message: &mut Message<'_>, draw: &mut Draw) -> bool {
    let line: Vec<String> = (0..3).map(|_| draw.one_of(&FIGURES)).collect();
    let (line, first) = (line.join(" · "), draw.next().is_multiple_of(2));
    for part in &mut message.parts {
        let content = &part.content;
        part.content = Cow::Owned(match (part.kind, first) {
            (BodyKind::Text, true) => format!("{line}\n\n{content}"),
            (BodyKind::Text, false) => format!("{content}\n\n{line}\n"),
            (BodyKind::Html, first) => in_html(content, &format!("<p>{line}</p>"), first),
        });
    }
    !message.parts.is_empty()
}

static BODY_START: LazyLock<Regex> = LazyLock::new(|| regex(r"(?is)<body\b[^>]*>"));
static BODY_END: LazyLock<Regex> = LazyLock::new(|| regex(r"(?is)</body>"));

fn in_html(html: &str, piece: &str, first: bool) -> String {
    let at = match first {
        true => BODY_START.find(html).map_or(0, |found| found.end()),
        false => BODY_END.find(html).map_or(html.len(), |found| found.start()),
    };
    format!("{}{piece}{}", &html[..at], &html[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> Label {
        serde_json::from_str(r#"{"file":"a.eml","otp":["483921","483 921"],"magic_link":["https://ex.example/a?b=1&c=2"],"password_reset":null,"lang":"de","sender":"a"}"#)
            .expect("a label")
    }

    fn message() -> Message<'static> {
        let html = r#"<body><h1 style="color:red">Hi</h1><p style="display:none">111111</p><p><b>483 921</b> <a href="https://ex.example/a?b=1&amp;c=2">Weiter</a></p></body>"#;
        Message::new().subject("483921 ist dein Code").from("A <a@ex.example>").html(html)
    }

    fn html(variant: &Variant<'_>) -> String {
        variant.message.parts[0].content.to_string()
    }

    #[test]
    fn another_code_stands_wherever_the_old_one_stood() {
        let variant = vary(&message(), &label(), Change::CodeShape, 5).expect("it has a code");
        let codes = variant.label.otp.clone().expect("still");
        let printed = codes.last().expect("one");
        assert!(!html(&variant).contains("483") && html(&variant).contains(printed));
        assert!(variant.message.subject.expect("a subject").starts_with(printed.as_str()));
    }

    #[test]
    fn what_hides_stays_when_styles_go() {
        let variant = vary(&message(), &label(), Change::NoStyles, 1).expect("it has styles");
        assert_eq!(html(&variant), r#"<body><p>Hi</p><p style="display:none">111111</p><p>483 921 <a href="https://ex.example/a?b=1&amp;c=2">Weiter</a></p></body>"#);
    }

    #[test]
    fn text_keeps_the_links() {
        let variant = vary(&message(), &label(), Change::TextOnly, 1).expect("it has html");
        assert_eq!(variant.message.parts[0].kind, BodyKind::Text);
        assert!(html(&variant).contains("https://ex.example/a?b=1&c=2"), "{}", html(&variant));
        assert!(!html(&variant).contains("111111"));
    }

    #[test]
    fn the_label_follows_its_link() {
        let variant = vary(&message(), &label(), Change::OpaqueLinks, 1).expect("it has links");
        let link = &variant.label.magic_link.as_ref().expect("still")[0];
        assert!(link.contains("/ls/click?upn=") && html(&variant).contains(link.as_str()));
    }
}

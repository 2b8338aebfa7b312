//! What a competent user writes in an hour: mail-parser, scraper, six regexes, and `url` on every link. It is what the
//! engine's cost is held against; shared by the benches and by the laboratory's table of cost.

use std::sync::LazyLock;

use mail_parser::MessageParser;
use regex::Regex;
use scraper::{Html, Selector};
use url::Url;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The first code that stands near a telling word.
    pub(crate) code: Option<String>,
    /// The first link with a telling word in its URL or its text.
    pub(crate) link: Option<String>,
    /// The first link to set a password.
    pub(crate) reset: Option<String>,
}

struct Patterns {
    keyword: Regex,
    code: Regex,
    url: Regex,
    verify: Regex,
    reset: Regex,
    other: Regex,
    anchor: Selector,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).expect("a fixed pattern");
    Patterns {
        keyword: regex(r"(?i)verification|security code|one[- ]time|passcode|\bcode\b|\botp\b|\bpin\b|código|codice|\bcode\b|kod|код|验证码|認証コード|인증"),
        code: regex(r"\b(?:\d{4,8}|\d{3}[ -]\d{3}|[A-Z0-9]{6,8})\b"),
        url: regex(r#"https?://[^\s"'<>\])]+"#),
        verify: regex(r"(?i)verif|confirm|activat|login|signin|sign-in|magic|auth|token"),
        reset: regex(r"(?i)reset|recover|forgot|new password"),
        other: regex(r"(?i)unsubscribe|preferences|privacy|terms|help|support|view in browser"),
        anchor: Selector::parse("a[href]").expect("a fixed selector"),
    }
});

/// Reads one mail.
pub(crate) fn extract(raw: &[u8]) -> Found {
    let Some(message) = MessageParser::default().parse(raw) else { return Found::default() };
    let patterns = &*PATTERNS;
    let mut text = message.subject().unwrap_or_default().to_owned();
    let mut links: Vec<(Url, String)> = Vec::new();
    for at in 0..message.html_body_count() {
        let Some(html) = message.body_html(at) else { continue };
        let document = Html::parse_document(&html);
        for piece in document.root_element().text() {
            text.push(' ');
            text.push_str(piece);
        }
        for anchor in document.select(&patterns.anchor) {
            if let Some(url) = anchor.value().attr("href").and_then(|href| Url::parse(href).ok()) {
                links.push((url, anchor.text().collect()));
            }
        }
    }
    for found in patterns.url.find_iter(&text) {
        links.extend(Url::parse(found.as_str()).ok().map(|url| (url, String::new())));
    }
    let tells = |pattern: &Regex, (url, words): &&(Url, String)| {
        matches!(url.scheme(), "http" | "https") && (pattern.is_match(url.as_str()) || pattern.is_match(words)) && !patterns.other.is_match(words)
    };
    let first = |pattern: &Regex| links.iter().find(|link| tells(pattern, link)).map(|(url, _)| url.to_string());
    let keywords: Vec<usize> = patterns.keyword.find_iter(&text).map(|found| found.start()).collect();
    let near = |at: usize| keywords.iter().map(|keyword| keyword.abs_diff(at)).min();
    let code = patterns.code.find_iter(&text).filter_map(|found| Some((near(found.start()).filter(|distance| *distance < 200)?, found.as_str()))).min();
    Found { code: code.map(|(_, code)| code.to_owned()), link: first(&patterns.verify), reset: first(&patterns.reset) }
}

//! What people do today, under the same harness.

use std::sync::LazyLock;

use mail_parser::MessageParser;
use mailpick::Kind;
use rayon::prelude::*;
use regex::Regex;

use crate::corpus::Case;
use crate::cross::Prediction;

type Extract = fn(subject: &str, text: &str) -> [Option<String>; 3];

/// A baseline's name and what it does.
pub(crate) const BASELINES: [(&str, Extract); 2] = [(r"`\b\d{4,8}\b` and first link with a telling word", plain), ("keyword-proximity regex", proximity)];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("a fixed pattern: {error}"))
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"\b\d{4,8}\b"));
static URL: LazyLock<Regex> = LazyLock::new(|| regex(r#"https?://[^\s"'<>\])]+"#));
static MAGIC: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)verif|confirm|activat|login|signin|sign-in|magic|auth"));
static RESET: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)reset|recover|forgot|password"));
static KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix) \b(?: (?:verification|security|confirmation|authentication|login|sign-?in|access|one[- ]time|activation)\s+(?:code|pin|password|passcode) | otp | passcode | code | pin
        | code\s+de\s+(?:vérification|confirmation|sécurité) | c[oó]digo | codice | código | (?:bestätigungs|sicherheits|verifizierungs|anmelde)?code | kod | kode | код | κωδικός | koodi | kód )\b
        | 验证码 | 驗證碼 | 認証コード | 確認コード | 인증\s?번호 | رمز | קוד | รหัส",
    )
});
static CODE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:[A-Z]{1,3}-\d{4,8}|\d{3}[ -]\d{3}|\d{4,8}|[A-Z0-9]{5,8})\b"));
static ANCHOR: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?is)<a\b[^>]*?href\s*=\s*["']?(https?://[^"'\s>]+)[^>]*>(.*?)</a>"#));
/// Words of a link's URL or anchor text.
static MAGIC_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)verif|confirm|activat|log ?in|sign ?in|magic|bestätig|anmeld|vérifi|connexion|confirmar|acced|conferm|accedi|bevestig|potwierd|подтверд|войти|验证|確認|登录|ログイン|인증|onayla",
    )
});
static RESET_WORDS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)reset|recover|forgot|new password|passwor|passwort|mot de passe|contraseña|senha|wachtwoord|hasł|парол|密码|密碼|パスワード|비밀번호|şifre"));
static DENY: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)unsubscribe|preferences|privacy|terms|help|support|view in browser|abmelden|désinscri"));

/// What a baseline answers, of each kind: from subject and text by mail-parser's own conversion of HTML; the first hit.
pub(crate) fn answers(raw: &[u8], extract: Extract) -> [Option<String>; 3] {
    let message = MessageParser::default().parse(raw);
    let (subject, text) = message.as_ref().map_or_else(Default::default, |m| (m.subject().unwrap_or("").to_owned(), body(m)));
    extract(&subject, &text)
}

pub(crate) fn predict(cases: &[Case], extract: Extract) -> Vec<[Prediction; 3]> {
    let of = |case: &Case| {
        let found = answers(&case.raw, extract);
        let mut out = [Prediction::default(); 3];
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            if let Some(value) = &found[at] {
                let right = case.label.accepted(kind).unwrap_or_default().contains(value);
                out[at] = Prediction { confidence: 1.0, right, reachable: right };
            }
        }
        out
    };
    cases.par_iter().map(of).collect()
}

/// The text as a person sees it, as far as the parser's conversion goes, with the anchors of the HTML behind it.
fn body(message: &mail_parser::Message<'_>) -> String {
    let mut text = message.body_text(0).map(|t| t.into_owned()).unwrap_or_default();
    if let Some(html) = message.body_html(0) {
        for anchor in ANCHOR.captures_iter(&html) {
            text.push_str(&format!("\n\u{1}{}\u{1}{}", anchor[1].replace("&amp;", "&"), &anchor[2]));
        }
    }
    text
}

fn without_anchors(text: &str) -> &str {
    text.split("\n\u{1}").next().unwrap_or(text)
}

fn plain(subject: &str, text: &str) -> [Option<String>; 3] {
    let visible = without_anchors(text);
    let code = NUMBER.find(subject).or_else(|| NUMBER.find(visible)).map(|m| m.as_str().to_owned());
    let link = |word: &Regex| URL.find_iter(text).map(|m| m.as_str().trim_end_matches(['.', ',', '\u{1}'])).find(|url| word.is_match(url)).map(str::to_owned);
    [code, link(&MAGIC), link(&RESET)]
}

fn proximity(subject: &str, text: &str) -> [Option<String>; 3] {
    let visible = without_anchors(text);
    let code = near_keyword(subject).or_else(|| near_keyword(visible));
    let mut links: Vec<(String, String)> = ANCHOR_LINE.captures_iter(text).map(|c| (c[1].to_owned(), c[2].to_owned())).collect();
    links.extend(URL.find_iter(visible).map(|m| (m.as_str().trim_end_matches(['.', ',']).to_owned(), String::new())));
    let link = |wanted: &Regex, other: &Regex| {
        links
            .iter()
            .find(|(url, anchor)| (wanted.is_match(url) || wanted.is_match(anchor)) && !DENY.is_match(anchor) && !DENY.is_match(url) && !other.is_match(anchor))
            .map(|(url, _)| url.clone())
    };
    let reset = link(&RESET_WORDS, &regex("^\u{0}$"));
    let magic = if reset.is_some() { None } else { link(&MAGIC_WORDS, &RESET_WORDS) };
    [code, magic, reset]
}

static ANCHOR_LINE: LazyLock<Regex> = LazyLock::new(|| regex("\u{1}([^\u{1}\n]+)\u{1}([^\u{1}]*)"));

/// The candidate nearest to a keyword within 60 characters; years, prices and clock times are none.
fn near_keyword(text: &str) -> Option<String> {
    let keywords: Vec<(usize, usize)> = KEYWORD.find_iter(text).map(|m| (m.start(), m.end())).collect();
    CODE.find_iter(text)
        .filter(|m| m.as_str().bytes().any(|c| c.is_ascii_digit()))
        .filter(|m| !(m.len() == 4 && (m.as_str().starts_with("19") || m.as_str().starts_with("20"))))
        .filter(|m| !text[..m.start()].ends_with(['$', '€', '£', '#', '/', '.', ',']))
        .filter_map(|m| keywords.iter().map(|(start, end)| start.saturating_sub(m.end()).max(m.start().saturating_sub(*end))).min().filter(|d| *d <= 60).map(|d| (d, m)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, m)| if m.as_str().bytes().all(|c| c.is_ascii_digit() || c == b' ' || c == b'-') { m.as_str().replace([' ', '-'], "") } else { m.as_str().to_owned() })
}

//! Hosts, mailboxes, and what stands behind the host of a URL.
//!
//! Words of a path and names of parameters stay: they say what a link does. Whatever could be a token, a number or a name
//! goes. Percent-encoding is undone for the look and kept for the writing, as deep as it goes; JSON in base64 (Mandrill,
//! tokens in JWT form) is opened, so that a link inside a wrapper stays the link that it is elsewhere.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::Redactor;
use super::ledger::Sort;
use super::words;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Shorter text in base64 holds no address and no link.
const MIN_BASE64: usize = 16;
/// Base64 in base64, met in wrappers around wrappers.
const MAX_LAYERS: usize = 3;

/// Characters with their encoding undone, and where each stands in the encoded text.
struct Decoded {
    chars: Vec<char>,
    spans: Vec<Range<usize>>,
}

impl Decoded {
    fn of(encoded: &[char]) -> Self {
        let proofpoint = is_proofpoint_v2(encoded);
        let mut decoded = Decoded { chars: Vec::new(), spans: Vec::new() };
        let mut at = 0;
        while at < encoded.len() {
            let (c, end) = escape(encoded, at, proofpoint).unwrap_or((encoded[at], at + 1));
            // A URL that was cut at the end of a line is one URL.
            if !c.is_whitespace() {
                decoded.chars.push(c);
                decoded.spans.push(at..end);
            }
            at = end;
        }
        decoded
    }

    fn write(self, before: &[char], encoded: &mut [char]) {
        for ((old, new), span) in before.iter().zip(self.chars).zip(self.spans) {
            if *old == new {
                continue;
            }
            if span.len() == 1 {
                encoded[span.start] = new;
            } else {
                let hex: Vec<char> = format!("{:02X}", u32::from(new) & 0xff).chars().collect();
                encoded[span.end - 2..span.end].copy_from_slice(&hex);
            }
        }
    }
}

/// `%41`, `%2541` and so on; Proofpoint's second version writes `-41`. Bytes beyond ASCII are no characters here.
fn escape(encoded: &[char], at: usize, proofpoint: bool) -> Option<(char, usize)> {
    if proofpoint && encoded[at] == '_' {
        return Some(('/', at + 1));
    }
    let mark = if proofpoint { '-' } else { '%' };
    (encoded[at] == mark).then_some(())?;
    let mut hex = at + 1;
    while encoded.get(hex..hex + 2) == Some(&['2', '5']) && encoded.get(hex + 2..hex + 4).is_some_and(|next| next.iter().all(char::is_ascii_hexdigit)) {
        hex += 2;
    }
    let digits: String = encoded.get(hex..hex + 2)?.iter().collect();
    let byte = u8::from_str_radix(&digits, 16).ok()?;
    Some((if byte.is_ascii() && !byte.is_ascii_whitespace() { char::from(byte) } else { '\u{fffd}' }, hex + 2))
}

fn is_proofpoint_v2(encoded: &[char]) -> bool {
    let head: String = encoded.iter().take(48).collect();
    head.contains("://urldefense.") && head.contains("/v2/")
}

impl Redactor {
    /// A URL with its scheme, or a relative one.
    pub(super) fn url(&mut self, chars: &mut [char]) {
        self.url_in(chars, 0);
    }

    fn url_in(&mut self, chars: &mut [char], layer: usize) {
        let mut decoded = Decoded::of(chars);
        let before = decoded.chars.clone();
        let mut done = vec![false; before.len()];
        self.hosts_of_urls(&mut decoded.chars, &mut done);
        self.mailboxes_of_url(&mut decoded.chars, &mut done);
        self.pieces(&mut decoded.chars, &mut done, true, layer);
        decoded.write(&before, chars);
    }

    /// The hosts of a URL and of those inside it; in JSON its slashes may be escaped.
    fn hosts_of_urls(&mut self, chars: &mut [char], done: &mut [bool]) {
        let mut at = 0;
        while let Some(colon) = chars[at..].iter().position(|c| *c == ':').map(|found| found + at) {
            at = colon + 1;
            let slashes = chars[at..].iter().take_while(|c| matches!(c, '/' | '\\')).count();
            if slashes < 2 || colon < 4 {
                continue;
            }
            let start = at + slashes;
            let end = start + chars[start..].iter().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')).count();
            self.host(&mut chars[start..end]);
            done[colon - 4..end].fill(true);
            at = end;
        }
    }

    fn mailboxes_of_url(&mut self, chars: &mut [char], done: &mut [bool]) {
        for sign in 1..chars.len() {
            let start = sign - chars[..sign].iter().rev().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-')).count();
            let end = sign + 1 + chars[sign + 1..].iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).count();
            if chars[sign] == '@' && start < sign && chars[sign..end].contains(&'.') && !done[start] {
                self.mailbox(&mut chars[start..end]);
                done[start..end].fill(true);
            }
        }
    }

    /// Everything that is left: pieces between separators.
    pub(super) fn pieces(&mut self, chars: &mut [char], done: &mut [bool], in_url: bool, layer: usize) {
        let mut at = 0;
        while at < chars.len() {
            let len = chars[at..].iter().zip(&done[at..]).take_while(|(c, done)| !**done && (c.is_alphanumeric() || matches!(c, '-' | '_' | '~'))).count();
            let end = at + len;
            if len > 0 {
                let dotted = end + chars[end..].iter().zip(&done[end..]).take_while(|(c, done)| !**done && (c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).count();
                if dotted > end && is_host(&chars[at..dotted]) {
                    self.host(&mut chars[at..dotted]);
                    at = dotted;
                    continue;
                }
                let named = in_url && chars.get(end) == Some(&'=') && chars.get(end + 1).is_some_and(|c| *c != '=') && len <= 40;
                if !named || is_token(&chars[at..end].iter().filter(|c| c.is_alphanumeric()).collect::<String>()) {
                    self.piece(&mut chars[at..end], layer);
                }
            }
            at = end + 1;
        }
    }

    fn piece(&mut self, chars: &mut [char], layer: usize) {
        if self.packed(chars, layer) {
            return;
        }
        let whole: String = chars.iter().filter(|c| c.is_alphanumeric()).collect();
        if self.ledger.knows(&whole) && whole.chars().count() >= 3 && !self.ledger.words.is_url_word(&whole) {
            return self.ledger.put(Sort::Token, chars, 0..chars.len());
        }
        if whole.bytes().all(|c| c.is_ascii_digit()) {
            if whole.len() >= 4 && !is_year_or_date(chars) {
                self.ledger.put(Sort::Number, chars, 0..chars.len());
            }
            return;
        }
        let atoms = atoms(chars);
        let text = |atom: &Range<usize>| chars[atom.clone()].iter().collect::<String>();
        let texts: Vec<String> = atoms.iter().map(text).collect();
        let tokens = texts.iter().filter(|atom| is_token(atom)).count();
        let slug = texts.iter().filter(|atom| !is_token(atom)).count() >= tokens;
        for (atom, text) in atoms.into_iter().zip(texts) {
            let is_word = text.chars().all(|c| c.is_ascii_alphabetic());
            let stays = if is_word { slug || self.ledger.words.is_url_word(&text) } else { slug && !is_token(&text) };
            let says_more = is_token(&text) && !self.ledger.words.is_url_word(&text);
            if says_more || !stays || self.ledger.holds(&text) {
                self.ledger.put(Sort::Token, chars, atom);
            }
        }
    }

    /// JSON in base64, and other text that holds addresses. The length stays, because every replacement keeps it.
    fn packed(&mut self, chars: &mut [char], layer: usize) -> bool {
        if chars.len() < MIN_BASE64 || layer >= MAX_LAYERS {
            return false;
        }
        let encoded: String = chars.iter().collect();
        let Some(text) = BASE64.decode(&encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return false };
        if !text.chars().all(|c| !c.is_control()) || !text.contains(['{', ':', '@', '/', '=', '.']) || text.chars().filter(|c| c.is_ascii_graphic()).count() * 10 < text.len() * 9 {
            return false;
        }
        let mut inner: Vec<char> = text.chars().collect();
        self.url_in(&mut inner, layer + 1);
        let packed = BASE64.encode(inner.into_iter().collect::<String>());
        if packed.len() != chars.len() {
            return false;
        }
        chars.iter_mut().zip(packed.chars()).for_each(|(old, new)| *old = new);
        true
    }

    pub(super) fn mailbox(&mut self, chars: &mut [char]) {
        let sign = chars.iter().rposition(|c| *c == '@').unwrap_or(0);
        for run in runs(&chars[..sign]) {
            let text = chars[run.clone()].iter().collect::<String>().to_lowercase();
            if !words::is_role(&text) && !words::is_phrase(&text) {
                self.ledger.put(Sort::Address, chars, run);
            }
        }
        self.host(&mut chars[sign + 1..]);
    }

    pub(super) fn host(&mut self, chars: &mut [char]) {
        let host = chars.iter().collect::<String>().to_lowercase();
        if host.parse::<std::net::Ipv4Addr>().is_ok() {
            return self.ip(chars);
        }
        let registrable = psl::domain_str(&host).unwrap_or(&host);
        if self.kept_domains.contains(registrable) {
            return;
        }
        let own = host[..host.len() - registrable.len()].chars().count();
        let label = registrable.split('.').next().unwrap_or("").chars().count();
        for run in runs(chars) {
            let text = chars[run.clone()].iter().collect::<String>().to_lowercase();
            let says_role = words::is_role(&text) || text.len() <= 3 && text.bytes().all(|c| c.is_ascii_alphabetic());
            let goes = if words::is_well_known(&host) {
                run.start < own && is_token(&text)
            } else if run.start < own {
                !(says_role || words::is_role(text.trim_end_matches(|c: char| c.is_ascii_digit())) || self.ledger.words.is_url_word(&text) || words::is_lexicon_word(&text))
            } else {
                // A label that is a word alone is somebody's name still, except where nobody can own it.
                let word = words::is_role(&text) || words::is_phrase(&text);
                run.start < own + label && !(word && (run.len() < label || words::is_reserved(&host)))
            };
            if goes {
                self.ledger.put(Sort::Host, chars, run);
            }
        }
    }

    /// Each number of an address stays as long as it is, and below 200, so that it is an address still.
    pub(super) fn ip(&mut self, chars: &mut [char]) {
        let old: String = chars.iter().collect();
        if !self.ledger.knows(&old) {
            let number = |ledger: &mut super::ledger::Ledger, octet: &str| match octet.len() {
                1 => ledger.below(9) + 1,
                2 => ledger.below(90) + 10,
                _ => ledger.below(100) + 100,
            };
            let new: Vec<String> = old.split('.').map(|octet| number(&mut self.ledger, octet).to_string()).collect();
            self.ledger.settle(Sort::Ip, &old, &new.join("."));
        }
        self.ledger.put(Sort::Ip, chars, 0..chars.len());
    }
}

/// Runs of letters and digits.
pub(super) fn runs(chars: &[char]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..chars.len()).filter(|at| chars[*at].is_alphanumeric()) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn atoms(chars: &[char]) -> Vec<Range<usize>> {
    runs(chars)
}

/// Whether no person would have named something so.
pub(super) fn is_token(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let upper = text.bytes().filter(u8::is_ascii_uppercase).count();
    match () {
        () if digits > 0 => digits >= 4 || letters > 0 && (digits >= 2 && text.len() >= 5 || upper > 0 && letters > upper && text.len() >= 6),
        () if letters == text.len() && upper >= 2 && letters - upper >= 2 => !is_camel_case(text),
        () => letters >= MIN_LETTERS && letters == text.len() && !words::is_wordlike(text),
    }
}

/// "resetPassword", "AmazonSES": words of three letters or more, and capitals in a row.
fn is_camel_case(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: &usize| {
        let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
        upper(*at) && (!upper(at - 1) || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase))
    };
    let mut starts: Vec<usize> = std::iter::once(0).chain((1..bytes.len()).filter(begins)).collect();
    starts.push(bytes.len());
    starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).all(|word| {
        let shouted = word.bytes().all(|c| c.is_ascii_uppercase());
        if shouted { word.len() >= 2 } else { word.len() >= 3 && words::is_wordlike(word) }
    })
}

/// Fewer letters than this may be an abbreviation ("ESMTPS"); a code so short is one that the engine finds.
const MIN_LETTERS: usize = 8;

fn is_year_or_date(digits: &[char]) -> bool {
    let text: String = digits.iter().collect();
    let year = (text.starts_with("19") || text.starts_with("20")) && text.len() >= 4;
    year && (text.len() == 4 || text.len() == 10 && text.matches('-').count() == 2 || text.len() == 7 && text.as_bytes()[4] == b'-')
}

/// Endings of files that are top-level domains as well.
const FILE_ENDINGS: [&str; 6] = ["zip", "py", "sh", "pl", "md", "rs"];
/// Reserved top-level domains (RFC 2606), and those of machines at home.
const LOCAL_ENDINGS: [&str; 6] = ["example", "test", "invalid", "local", "internal", "lan"];

/// Whether it ends as hosts do.
pub(super) fn is_host(chars: &[char]) -> bool {
    let host = chars.iter().collect::<String>().to_lowercase();
    let Some((rest, ending)) = host.trim_end_matches('.').rsplit_once('.') else { return false };
    let known = psl::suffix(host.trim_end_matches('.').as_bytes()).is_some_and(|suffix| suffix.is_known()) && !FILE_ENDINGS.contains(&ending);
    !rest.is_empty() && ending.len() >= 2 && ending.chars().all(char::is_alphabetic) && rest.chars().any(char::is_alphabetic) && (known || LOCAL_ENDINGS.contains(&ending))
}

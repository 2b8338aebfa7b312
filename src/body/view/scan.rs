//! HTML tokens in one pass, after the tokenization stage of the HTML standard
//! (<https://html.spec.whatwg.org/multipage/parsing.html#tokenization>).
//!
//! The scanner gives tags with their attributes, text as it stands (character references are decoded by whoever
//! shows it) and skips comments, conditional comments and doctypes. Text of raw-text elements comes as one token.
//! Every byte is looked at a bounded number of times: what is unclosed ends with the input, as the standard says, and
//! is never scanned for twice.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::borrow::Cow;

use super::reference;
pub(crate) use super::reference::decode_text;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'h> {
    /// Text with its character references.
    Text(&'h str),
    /// The content of a raw-text element (`script`, `style`, ...), without references.
    Raw(&'h str),
    /// A start tag; its attributes are in [`Scanner::attribute`].
    Start { name: &'h str, self_closing: bool },
    /// An end tag.
    End { name: &'h str },
}

/// Elements whose content is not markup. `noscript` is absent: mail clients run no script and show its content.
const RAW_TEXT: [&str; 9] = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Few tags have more.
const USUAL_ATTRIBUTES: usize = 12;
/// More letters than the box of one digit holds.
pub(crate) const MANY_LETTERS: usize = 3;
/// The markup of one digit in its box.
const MAX_BYTES_AHEAD: usize = 256;
/// `&#x00000034;` and some room.
const MAX_REFERENCE: usize = 16;

pub(crate) struct Scanner<'h> {
    html: &'h str,
    at: usize,
    attributes: Vec<(&'h str, &'h str)>,
    /// The lengths of their names, a bit for each: most of what is asked for is not there.
    name_lengths: u32,
    /// How many attributes are kept of one tag, and whether one had more.
    max_attributes: usize,
    attributes_cut: bool,
    /// The raw-text element that was just opened.
    raw: Option<&'static str>,
}

impl<'h> Scanner<'h> {
    pub(crate) fn new(html: &'h str, max_attributes: usize) -> Self {
        Self { html, at: 0, attributes: Vec::with_capacity(USUAL_ATTRIBUTES), name_lengths: 0, max_attributes, attributes_cut: false, raw: None }
    }

    /// The value of an attribute of the last start tag, character references decoded. The first of two equal names wins.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'h, str>> {
        if !self.may_have(name) {
            return None;
        }
        self.attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| decode_attribute(value))
    }

    fn may_have(&self, name: &str) -> bool {
        self.name_lengths & length_bit(name) != 0
    }

    /// The attributes of the last start tag, in order, character references decoded.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'h str, Cow<'h, str>)> {
        self.attributes.iter().map(|(name, value)| (*name, decode_attribute(value)))
    }

    /// Where the next token begins, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// How many letters the element that was just opened holds, up to [`MANY_LETTERS`]; what is no text counts as many. Looks at
    /// [`MAX_BYTES_AHEAD`] bytes at most.
    pub(crate) fn letters_ahead(&self) -> usize {
        let bytes = self.html.as_bytes();
        let ahead = &bytes[self.at..bytes.len().min(self.at + MAX_BYTES_AHEAD)];
        let (mut at, mut depth, mut letters) = (0, 0usize, 0);
        while letters < MANY_LETTERS {
            let Some(c) = ahead.get(at) else { return if self.at + at == bytes.len() { letters } else { MANY_LETTERS } };
            match c {
                b'<' => {
                    let Some(end) = memchr::memchr(b'>', &ahead[at..]) else { return MANY_LETTERS };
                    let tag = &ahead[at + 1..at + end];
                    match (tag.first(), depth) {
                        (Some(b'/'), 0) => return letters,
                        (Some(b'/'), _) => depth -= 1,
                        (Some(b'!'), _) => {}
                        _ if ["img", "input", "br", "hr"].iter().any(|void| is_tag(&ahead[at + 1..], void)) => return MANY_LETTERS,
                        _ => depth += 1,
                    }
                    at += end;
                }
                b'&' => {
                    letters += 1;
                    at += ahead[at..].iter().take(MAX_REFERENCE).position(|c| *c == b';').unwrap_or(0);
                }
                // Not the bytes in the middle of a character.
                c => letters += usize::from(!is_space(*c) && (c & 0xc0) != 0x80),
            }
            at += 1;
        }
        MANY_LETTERS
    }

    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.may_have(name) && self.attributes.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    }

    /// Whether a tag had more attributes than are kept.
    pub(crate) fn attributes_cut(&self) -> bool {
        self.attributes_cut
    }

    pub(crate) fn next(&mut self) -> Option<Token<'h>> {
        if let Some(name) = self.raw.take() {
            let content = self.raw_text(name);
            if !content.is_empty() {
                return Some(Token::Raw(content));
            }
        }
        let bytes = self.html.as_bytes();
        while self.at < bytes.len() {
            let start = self.at;
            if bytes[start] != b'<' {
                let end = memchr::memchr(b'<', &bytes[start..]).map_or(bytes.len(), |n| start + n);
                self.at = end;
                return Some(Token::Text(&self.html[start..end]));
            }
            match bytes.get(start + 1) {
                Some(c) if c.is_ascii_alphabetic() => return self.start_tag(),
                Some(b'/') => match bytes.get(start + 2) {
                    Some(c) if c.is_ascii_alphabetic() => return self.end_tag(),
                    Some(b'>') => self.at = start + 3,
                    Some(_) => self.bogus_comment(start + 2),
                    None => return self.text_to(bytes.len()),
                },
                Some(b'!') if bytes[start..].starts_with(b"<!--") => self.comment(start + 4),
                Some(b'!' | b'?') => self.bogus_comment(start + 2),
                // "<" before anything else is text.
                _ => {
                    let end = memchr::memchr(b'<', &bytes[start + 1..]).map_or(bytes.len(), |n| start + 1 + n);
                    return self.text_to(end);
                }
            }
        }
        None
    }

    fn text_to(&mut self, end: usize) -> Option<Token<'h>> {
        let start = std::mem::replace(&mut self.at, end);
        Some(Token::Text(&self.html[start..end]))
    }

    /// 13.2.5.43 and following: ends at `-->` or `--!>`; `<!-->` and `<!--->` are whole comments.
    fn comment(&mut self, from: usize) {
        let bytes = self.html.as_bytes();
        let rest = &bytes[from..];
        if rest.starts_with(b">") {
            self.at = from + 1;
            return;
        }
        if rest.starts_with(b"->") {
            self.at = from + 2;
            return;
        }
        let mut at = 0;
        while let Some(dashes) = memchr::memmem::find(&rest[at..], b"--") {
            // Any number of dashes above one may stand before the end.
            at += dashes + 2;
            while rest.get(at) == Some(&b'-') {
                at += 1;
            }
            if let Some(end) = [&b">"[..], b"!>"].into_iter().find(|end| rest[at..].starts_with(end)) {
                self.at = from + at + end.len();
                return;
            }
        }
        self.at = bytes.len();
    }

    /// Declarations, processing instructions, `<![if !mso]>` and `</ >`: up to the next `>`.
    fn bogus_comment(&mut self, from: usize) {
        let bytes = self.html.as_bytes();
        self.at = memchr::memchr(b'>', &bytes[from.min(bytes.len())..]).map_or(bytes.len(), |n| from + n + 1);
    }

    fn tag_name(&mut self, from: usize) -> &'h str {
        let bytes = self.html.as_bytes();
        let end = bytes[from..].iter().position(|c| matches!(c, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>')).map_or(bytes.len(), |n| from + n);
        self.at = end;
        &self.html[from..end]
    }

    fn end_tag(&mut self) -> Option<Token<'h>> {
        let name = self.tag_name(self.at + 2);
        self.attributes_and_close().map(|_| Token::End { name })
    }

    fn start_tag(&mut self) -> Option<Token<'h>> {
        let name = self.tag_name(self.at + 1);
        let self_closing = self.attributes_and_close()?;
        self.raw = RAW_TEXT.into_iter().find(|raw| raw.eq_ignore_ascii_case(name));
        Some(Token::Start { name, self_closing })
    }

    /// 13.2.5.32 to 13.2.5.40. `None` when the input ends inside the tag: the standard drops such a tag.
    fn attributes_and_close(&mut self) -> Option<bool> {
        self.attributes.clear();
        self.name_lengths = 0;
        let bytes = self.html.as_bytes();
        loop {
            while bytes.get(self.at).is_some_and(|c| is_space(*c)) {
                self.at += 1;
            }
            match bytes.get(self.at)? {
                b'>' => {
                    self.at += 1;
                    return Some(false);
                }
                b'/' => {
                    self.at += 1;
                    if bytes.get(self.at) == Some(&b'>') {
                        self.at += 1;
                        return Some(true);
                    }
                }
                _ => self.one_attribute()?,
            }
        }
    }

    fn one_attribute(&mut self) -> Option<()> {
        let bytes = self.html.as_bytes();
        let name_start = self.at;
        // A name may begin with "=".
        self.at += 1;
        while bytes.get(self.at).is_some_and(|c| !is_space(*c) && !matches!(c, b'/' | b'>' | b'=')) {
            self.at += 1;
        }
        let name = self.html.get(name_start..self.at).unwrap_or("");
        let name_end = self.at;
        while bytes.get(self.at).is_some_and(|c| is_space(*c)) {
            self.at += 1;
        }
        let mut value = "";
        if bytes.get(self.at) == Some(&b'=') {
            self.at += 1;
            while bytes.get(self.at).is_some_and(|c| is_space(*c)) {
                self.at += 1;
            }
            match bytes.get(self.at)? {
                quote @ (b'"' | b'\'') => {
                    let from = self.at + 1;
                    let end = from + memchr::memchr(*quote, &bytes[from..])?;
                    value = &self.html[from..end];
                    self.at = end + 1;
                }
                b'>' => {}
                _ => {
                    let from = self.at;
                    let end = bytes[from..].iter().position(|c| is_space(*c) || *c == b'>').map(|n| from + n)?;
                    value = &self.html[from..end];
                    self.at = end;
                }
            }
        } else {
            self.at = self.at.max(name_end);
        }
        if self.attributes.len() >= self.max_attributes {
            self.attributes_cut = true;
        } else if !name.is_empty() {
            self.attributes.push((name, value));
            self.name_lengths |= length_bit(name);
        }
        Some(())
    }

    /// Up to the matching end tag, which is left to be read; to the end of the input where there is none.
    fn raw_text(&mut self, name: &'static str) -> &'h str {
        let start = self.at;
        let bytes = self.html.as_bytes();
        let end = match name {
            "plaintext" => None,
            "script" => script_end(&bytes[start..]),
            _ => memchr::memmem::find_iter(&bytes[start..], b"</").find(|&n| is_tag(&bytes[start + n + 2..], name)),
        };
        self.at = end.map_or(bytes.len(), |end| start + end);
        &self.html[start..self.at]
    }
}

/// Where the end tag of a script stands. 13.2.5.15 to 13.2.5.31: after `<!--`, a `<script>` takes the next `</script>` for
/// its own, until `-->`; else markup could be shown that a client takes for script, or the other way round.
fn script_end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut escaped, mut doubly) = (0, false, false);
    loop {
        at += if escaped { memchr::memchr2(b'<', b'-', &bytes[at..])? } else { memchr::memchr(b'<', &bytes[at..])? };
        let rest = &bytes[at..];
        if rest.starts_with(b"-->") {
            (escaped, doubly) = (false, false);
        } else if rest.starts_with(b"</") && is_tag(&rest[2..], "script") {
            if !doubly {
                return Some(at);
            }
            doubly = false;
        } else if rest.starts_with(b"<!--") {
            // On to its dashes, which may end it: "<!-->".
            escaped = true;
            at += 1;
        } else if escaped && rest[0] == b'<' && is_tag(&rest[1..], "script") {
            doubly = true;
        }
        at += 1;
    }
}

/// Whether what stands behind `<` or `</` is this tag.
fn is_tag(after: &[u8], name: &str) -> bool {
    after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) && after.get(name.len()).is_some_and(|c| is_space(*c) || matches!(c, b'/' | b'>'))
}

fn length_bit(name: &str) -> u32 {
    1 << (name.len() % u32::BITS as usize)
}

fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn decode_attribute(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', 0, raw.as_bytes()).is_none() { Cow::Borrowed(raw) } else { decode_special(raw) }
}

/// Apart from the look-up, which is small enough to be inlined without it.
#[cold]
fn decode_special(raw: &str) -> Cow<'_, str> {
    let decoded = reference::decode_attribute(raw);
    if decoded.contains('\0') { Cow::Owned(decoded.replace('\0', "\u{fffd}")) } else { decoded }
}

#[cfg(test)]
mod conformance;

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(html: &str) -> Vec<String> {
        let mut scanner = Scanner::new(html, usize::MAX);
        let mut out = Vec::new();
        while let Some(token) = scanner.next() {
            out.push(match token {
                Token::Text(text) => decode_text(text).into_owned(),
                Token::Raw(text) => format!("raw:{text}"),
                Token::Start { name, .. } => {
                    let attributes: Vec<_> = scanner.attributes.iter().map(|(n, v)| format!("{n}={}", decode_attribute(v))).collect();
                    format!("<{name}{}{}>", if attributes.is_empty() { "" } else { " " }, attributes.join(" "))
                }
                Token::End { name } => format!("</{name}>"),
            });
        }
        out
    }

    #[test]
    fn comments_end_where_the_standard_says() {
        assert_eq!(tokens("a<!-->b<!--->c<!-- x -- y --!>d<!--[if mso]>no<![endif]-->e<![if !mso]>f<!--x--->g"), ["a", "b", "c", "d", "e", "f", "g"]);
    }

    #[test]
    fn any_number_of_dashes_ends_a_comment() {
        assert_eq!(tokens("a<!-- x ---!>b<!------>c<!----!>d<!-- -- -->e"), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn attributes_are_read_in_every_notation() {
        assert_eq!(tokens("<a href=x?a=1&amp;b=2 title='q\"' b C = \"z\"/>t"), ["<a href=x?a=1&b=2 title=q\" b= C=z>", "t"]);
    }

    #[test]
    fn a_legacy_reference_inside_a_query_stays() {
        assert_eq!(tokens("<a href='/?x=1&copy=2&lt;'>&copy</a>"), ["<a href=/?x=1&copy=2<>", "©", "</a>"]);
    }

    #[test]
    fn style_and_script_are_raw_text() {
        assert_eq!(tokens("<style>a<b></style>x<script>'</scrip'</script>y"), ["<style>", "raw:a<b>", "</style>", "x", "<script>", "raw:'</scrip'", "</script>", "y"]);
    }

    #[test]
    fn a_script_inside_the_comment_of_a_script_keeps_its_end_tag() {
        assert_eq!(tokens("<script><!--<script></script>x</script>y"), ["<script>", "raw:<!--<script></script>x", "</script>", "y"]);
        for script in ["<!--x-->", "<!--><script>", "<!---><script>", "--><!-", "<script>", "<!--<scripts>"] {
            assert_eq!(tokens(&format!("<script>{script}</script>y")), ["<script>", &format!("raw:{script}"), "</script>", "y"]);
        }
    }

    #[test]
    fn an_end_tag_cut_by_the_end_is_raw_text() {
        assert_eq!(tokens("<style>a</style"), ["<style>", "raw:a</style"]);
    }

    #[test]
    fn a_tag_cut_by_the_end_is_dropped() {
        assert_eq!(tokens("x<a href=\"y>z"), ["x"]);
    }

    #[test]
    fn a_lone_angle_bracket_is_text() {
        assert_eq!(tokens("1 < 2 <3"), ["1 ", "< 2 ", "<3"]);
    }
}

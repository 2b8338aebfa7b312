//! The rules of a style sheet of ordinary form, split at their braces without tokenizing what is between.
//!
//! Tokens of a whole sheet were a quarter of the instructions that a mail with one costs. Nearly all sheets of mails have a form
//! that can be split byte by byte: brackets that match, strings on one line, no escapes. Where a rule has another form,
//! [`next`] gives up, and the tokenizer reads the sheet from there on: it alone knows how errors are recovered
//! (CSS Syntax 3, section 5.4). What is split here is split as the tokenizer would.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rule<'c> {
    /// Selectors, and the declarations of the block.
    Style { prelude: &'c str, block: &'c str },
    /// An at-rule; one without a block ends at its semicolon.
    At { name: &'c str, prelude: &'c str, block: Option<&'c str> },
}

/// What comes next in a list of rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'c> {
    /// A rule, and what follows it.
    Rule(Rule<'c>, &'c str),
    /// Nothing: white space and comments at most.
    End,
    /// A rule of another form, from here on.
    Unusual(&'c str),
}

/// The next rule.
pub(super) fn next(css: &str) -> Next<'_> {
    let Some(css) = after_blanks(css) else { return Next::Unusual(css) };
    if css.is_empty() {
        return Next::End;
    }
    let rule = match css.strip_prefix('@') {
        Some(rest) => at_rule(rest),
        None => style_rule(css),
    };
    rule.map_or(Next::Unusual(css), |(rule, rest)| Next::Rule(rule, rest))
}

/// Without the white space, comments and marks of HTML comments in front; `None` for a comment without an end.
pub(super) fn after_blanks(mut css: &str) -> Option<&str> {
    loop {
        css = css.trim_ascii_start();
        css = match () {
            () if css.starts_with("/*") => &css[comment_end(css.as_bytes(), 0)?..],
            () if css.starts_with("<!--") => &css[4..],
            () if css.starts_with("-->") => &css[3..],
            () => return Some(css),
        };
    }
}

fn at_rule(rest: &str) -> Option<(Rule<'_>, &str)> {
    let end = rest.bytes().position(|c| !(c.is_ascii_alphabetic() || c == b'-'))?;
    let (name, rest) = rest.split_at(end);
    // A name that begins as a number does, or that goes on in ways that are not read here.
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !rest.starts_with([' ', '\t', '\r', '\n', '{', '(', ';']) {
        return None;
    }
    let end = end_of(rest.as_bytes(), b"{;")?;
    let (prelude, rest) = (&rest[..end], &rest[end..]);
    match rest.strip_prefix(';') {
        Some(rest) => Some((Rule::At { name, prelude, block: None }, rest)),
        None => {
            let (block, rest) = block(rest)?;
            Some((Rule::At { name, prelude, block: Some(block) }, rest))
        }
    }
}

/// Passes over rules that nothing is read of.
pub(super) struct Skipper<'c> {
    css: &'c str,
    /// At or behind the last rule: the next of each group of bytes that may make a block unusual, or the end.
    next: [usize; SPECIAL_IN_BLOCKS.len()],
}

/// Brackets but braces, what begins strings, comments and escapes.
const SPECIAL_IN_BLOCKS: [[u8; 3]; 3] = [*b"([/", *b"\"'\\", *b")])"];

impl<'c> Skipper<'c> {
    pub(super) fn new(css: &'c str) -> Self {
        Self { css, next: [0; SPECIAL_IN_BLOCKS.len()] }
    }

    /// What follows the style rule that `rest`, the end of the sheet, begins with, of which the selectors are the first `prelude` bytes;
    /// `None` where its block is unusual. Each byte of the sheet is searched once, whatever the number of rules.
    pub(super) fn after_rule(&mut self, rest: &'c str, prelude: usize) -> Option<&'c str> {
        let inside = rest.get(prelude..)?.strip_prefix('{')?;
        let start = self.css.len() - inside.len();
        let end = memchr::memchr2(b'{', b'}', inside.as_bytes()).filter(|end| inside.as_bytes()[*end] == b'}');
        match end {
            Some(end) if self.is_plain(start, start + end) => Some(&inside[end + 1..]),
            _ => block(&rest[prelude..]).map(|(_, rest)| rest),
        }
    }

    fn is_plain(&mut self, start: usize, end: usize) -> bool {
        let bytes = self.css.as_bytes();
        for (next, [a, b, c]) in self.next.iter_mut().zip(SPECIAL_IN_BLOCKS) {
            if *next < start {
                *next = memchr::memchr3(a, b, c, &bytes[start..]).map_or(bytes.len(), |at| start + at);
            }
        }
        self.next.iter().all(|next| *next >= end)
    }
}

fn style_rule(css: &str) -> Option<(Rule<'_>, &str)> {
    let end = end_of(css.as_bytes(), b"{")?;
    let prelude = &css[..end];
    // What looks like a custom property, or like a declaration outside any block.
    if prelude.starts_with("--") || memchr::memchr2(b';', b'<', prelude.as_bytes()).is_some() {
        return None;
    }
    let (block, rest) = block(&css[end..])?;
    Some((Rule::Style { prelude, block }, rest))
}

/// What stands in the braces at the start, and what follows them.
fn block(css: &str) -> Option<(&str, &str)> {
    let inside = css.strip_prefix('{')?;
    let end = plain_end(inside.as_bytes()).or_else(|| end_of(inside.as_bytes(), b"}"))?;
    Some((&inside[..end], &inside[end + 1..]))
}

/// The end of a block that has no brackets but braces, no strings, comments and escapes, as most: found many bytes at a time.
fn plain_end(inside: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let end = memchr::memchr2_iter(b'{', b'}', inside).find(|at| {
        let is_end = inside[*at] == b'}' && depth == 0;
        depth = if inside[*at] == b'{' { depth + 1 } else { depth.saturating_sub(1) };
        is_end
    })?;
    let is_special = |[a, b, c]: [u8; 3]| memchr::memchr3(a, b, c, &inside[..end]).is_some();
    (!SPECIAL_IN_BLOCKS.into_iter().any(is_special)).then_some(end)
}

/// Bytes that mean something besides themselves.
const SPECIAL: [bool; 256] = {
    let (mut table, mut at) = ([false; 256], 0);
    let special = b"{}()[];/\"'\\";
    while at < special.len() {
        table[special[at] as usize] = true;
        at += 1;
    }
    table
};

/// Where the first of some bytes stands outside of all brackets, strings and comments. `None` where there is none, or where brackets do
/// not match, a string or a comment has no end, or an escape stands.
fn end_of(css: &[u8], ends: &[u8]) -> Option<usize> {
    let (mut braces, mut round, mut square) = (0usize, 0usize, 0usize);
    let mut at = 0;
    loop {
        at += css[at..].iter().position(|c| SPECIAL[usize::from(*c)])?;
        let c = css[at];
        if braces == 0 && round == 0 && square == 0 && ends.contains(&c) {
            return Some(at);
        }
        match c {
            b'"' | b'\'' => at = string_end(css, at)?,
            b'/' if css[at + 1..].starts_with(b"*") => {
                at = comment_end(css, at)?;
                continue;
            }
            b'(' if square == 0 && is_url(&css[..at]) => {
                at = url_end(css, at)?;
                continue;
            }
            b'(' if square == 0 => round += 1,
            b')' if square == 0 => round = round.checked_sub(1)?,
            b'[' if round == 0 => square += 1,
            b']' if round == 0 => square = square.checked_sub(1)?,
            b'{' if round == 0 && square == 0 => braces += 1,
            b'}' if round == 0 && square == 0 => braces = braces.checked_sub(1)?,
            b'/' | b';' => {}
            _ => return None,
        }
        at += 1;
    }
}

/// The closing quote of the string that begins here.
fn string_end(css: &[u8], at: usize) -> Option<usize> {
    let quote = css[at];
    let end = at + 1 + memchr::memchr(quote, &css[at + 1..])?;
    let is_plain = css[at..end].iter().all(|c| !matches!(c, b'\\' | b'\n' | b'\r' | b'\x0c'));
    is_plain.then_some(end)
}

/// Behind the comment that begins here.
fn comment_end(css: &[u8], at: usize) -> Option<usize> {
    memchr::memmem::find(css.get(at + 2..)?, b"*/").map(|end| at + 2 + end + 2)
}

/// Whether the bracket behind this may be that of an address without quotes.
fn is_url(before: &[u8]) -> bool {
    before.len() >= 3 && before[before.len() - 3..].eq_ignore_ascii_case(b"url")
}

/// Behind the bracket that closes an address. Nothing may stand in it that another function would read otherwise, but for quotes
/// around the whole.
fn url_end(css: &[u8], at: usize) -> Option<usize> {
    let inside = &css[at + 1..];
    let quoted = inside.trim_ascii_start();
    if let [b'"' | b'\'', ..] = quoted {
        let start = css.len() - quoted.len();
        let end = string_end(css, start)? + 1;
        let rest = css[end..].trim_ascii_start();
        return rest.starts_with(b")").then(|| css.len() - rest.len() + 1);
    }
    let end = memchr::memchr(b')', inside)?;
    let is_plain = inside[..end].iter().all(|c| !matches!(c, b'"' | b'\'' | b'(' | b'\\' | b'{' | b'}' | b'[' | b']') && !(0..0x20).contains(c))
        && memchr::memmem::find(&inside[..end], b"/*").is_none();
    is_plain.then_some(at + 1 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(css: &str) -> (Vec<String>, Option<&str>) {
        let (mut rest, mut out) = (css, Vec::new());
        loop {
            match next(rest) {
                Next::End => return (out, None),
                Next::Unusual(rest) => return (out, Some(rest)),
                Next::Rule(rule, after) => {
                    out.push(match rule {
                        Rule::Style { prelude, block } => format!("{prelude}|{block}"),
                        Rule::At { name, prelude, block } => format!("@{name}|{prelude}|{}", block.unwrap_or("-")),
                    });
                    rest = after;
                }
            }
        }
    }

    #[test]
    fn ordinary_rules_are_split() {
        let css = " <!-- /* x} */ p, a[href^=\"a}\"] {color:red;b:url(data:x;y)} @import url( 'x{' ) ; @media (max-width:1px){a{b:c}d{e:'}'}} -->";
        let expected = ["p, a[href^=\"a}\"] |color:red;b:url(data:x;y)", "@import| url( 'x{' ) |-", "@media| (max-width:1px)|a{b:c}d{e:'}'}"];
        assert_eq!(rules(css), (expected.map(str::to_owned).to_vec(), None));
    }

    #[test]
    fn what_is_unusual_is_left() {
        for css in ["a{b:c", "a{b:(}", "a{b:[(]}", "a\\{{b:c}", "a{b:'\n'}", "a;b{c:d}", "--a:b{c:d}", "}a{b:c}", "a{b:url(x'y)}", "@-x y{}", "@media", "/* x", "a{b:c)}"] {
            assert_eq!(rules(&format!("p{{q:r}}{css}")), (vec!["p|q:r".to_owned()], Some(css)), "{css}");
        }
    }
}

//! Selectors: parsed once, compared by hashes.
//!
//! Read are types, `*`, classes, ids, attributes, `:root`, `:first-child`, `:link`, `:any-link`, `:checked` (as the mail
//! arrives), and all four combinators. A selector with another pseudo-class or a pseudo-element matches nothing here:
//! what depends on the pointer (`:hover`) or on what was visited, generated content (`::before`), and, left out for their cost or
//! rarity in mail, `:not()`, `:is()`, `:where()`, `:has()`, `:nth-child()` and their kin. A selector that no client
//! understands makes its whole rule void (Selectors 4, section 3.9).
//!
//! Names are kept as 64-bit hashes. Two names that collide would take each other's rules, which gives a sender nothing that
//! writing the rule for both would not.

#![expect(clippy::indexing_slicing, reason = "tables have an entry for every byte")]

use cssparser::{Parser, Token};
use smallvec::SmallVec;

use super::names::Names;

/// Real selectors have up to some six compounds; more makes the selector, and not the rule, void.
const MAX_COMPOUNDS: usize = 16;
const MAX_SIMPLES: usize = 16;

/// A name as compared: a hash of it.
pub(super) type Name = u64;

/// FNV-1a, short names being the rule.
pub(super) fn name(text: &str) -> Name {
    text.bytes().fold(NAME_OF_NOTHING, with_byte)
}

const NAME_OF_NOTHING: Name = 0xcbf2_9ce4_8422_2325;

fn with_byte(hash: Name, byte: u8) -> Name {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// The name of an element or of an attribute: its case does not matter.
pub(super) fn name_ignoring_case(text: &str) -> Name {
    text.bytes().fold(NAME_OF_NOTHING, |hash, byte| with_byte(hash, byte.to_ascii_lowercase()))
}

/// How a compound stands to the one on its right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Combinator {
    Descendant,
    Child,
    NextSibling,
    LaterSibling,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Simple {
    Type(Name),
    Id(Name),
    Class(Name),
    Attribute(Box<AttributeTest>),
    Root,
    FirstChild,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct AttributeTest {
    pub(super) name: Name,
    how: How,
    value: String,
    ignores_case: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    IsThere,
    Equals,
    HasWord,
    BeginsWithPart,
    StartsWith,
    EndsWith,
    Contains,
}

impl AttributeTest {
    fn is_there(attribute: &str) -> Simple {
        Simple::Attribute(Box::new(Self { name: name(attribute), how: How::IsThere, value: String::new(), ignores_case: false }))
    }

    /// Selectors 4, sections 6.1 to 6.3.
    pub(super) fn accepts(&self, value: &str) -> bool {
        let lower;
        let value = if self.ignores_case {
            lower = value.to_ascii_lowercase();
            &lower
        } else {
            value
        };
        let wanted = &*self.value;
        match self.how {
            How::IsThere => true,
            How::Equals => value == wanted,
            How::HasWord => !wanted.is_empty() && value.split_ascii_whitespace().any(|word| word == wanted),
            How::BeginsWithPart => value.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
            How::StartsWith => !wanted.is_empty() && value.starts_with(wanted),
            How::EndsWith => !wanted.is_empty() && value.ends_with(wanted),
            How::Contains => !wanted.is_empty() && memchr::memmem::find(value.as_bytes(), wanted.as_bytes()).is_some(),
        }
    }
}

// Most selectors have one or two compounds of one or two simple selectors: these need no allocation.
type Simples = SmallVec<[Simple; 2]>;
type Compounds = SmallVec<[Compound; 2]>;

/// What holds of one element.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Compound {
    pub(super) simples: Simples,
    /// How the next compound, to the left of it, stands to this one.
    pub(super) combinator: Option<Combinator>,
}

/// A selector, rightmost compound first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selector {
    pub(super) compounds: Compounds,
    pub(super) specificity: u32,
}

impl Selector {
    fn new(mut compounds: Compounds) -> Self {
        compounds.reverse();
        let simples = || compounds.iter().flat_map(|compound| &compound.simples);
        let count = |test: fn(&Simple) -> bool| simples().filter(|simple| test(simple)).count() as u32;
        let ids = count(|simple| matches!(simple, Simple::Id(_)));
        let types = count(|simple| matches!(simple, Simple::Type(_)));
        // At most 16 x 16 simple selectors: no digit runs into the next.
        let specificity = (ids << 20) | ((simples().count() as u32 - ids - types) << 10) | types;
        Self { compounds, specificity }
    }
}

/// What a list of selectors comes to.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) selectors: SmallVec<[Selector; 1]>,
    /// A selector was longer than the limits allow.
    pub(super) cut: bool,
}

/// No client understands it.
pub(super) struct Invalid;

/// The selectors before a block that may hold of an element of the part, which has these names.
pub(super) fn of(prelude: &str, names: &Names) -> Result<List, Invalid> {
    plain(prelude, names).map_or_else(|| parse(&mut Parser::new(prelude), names), Ok)
}

/// What a byte is in a list of selectors that is read in one go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    /// Of a name: letters, digits, hyphens and underscores.
    InName,
    /// White space and combinators.
    Between,
    /// `.` and `#`.
    Mark,
    Star,
    Bracket,
    Colon,
    Comma,
    Brace,
    Other,
}

const BYTES: [Byte; 256] = {
    let (mut table, mut at) = ([Byte::Other; 256], 0);
    while at < 128 {
        table[at] = match at as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | b'-' => Byte::InName,
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'>' | b'+' | b'~' => Byte::Between,
            b'.' | b'#' => Byte::Mark,
            b'*' => Byte::Star,
            b'[' => Byte::Bracket,
            b':' => Byte::Colon,
            b',' => Byte::Comma,
            b'{' => Byte::Brace,
            _ => Byte::Other,
        };
        at += 1;
    }
    table
};

/// The length of the selectors that a sheet begins with, up to the brace, where none of them can hold: each asks for a class or an id
/// that no element has, or for a pseudo-class that never holds. `None` where one may, and where they have more in them than is read here.
///
/// Sheets are for more than the mail has, and this is where most of their rules end. Whether what is skipped is valid makes no
/// difference: an invalid rule does not hold either.
pub(super) fn unmet(css: &str, names: &Names) -> Option<usize> {
    let bytes = css.as_bytes();
    // Of the selector at hand: how many simple ones it has, and whether one of them never holds.
    let (mut count, mut is_unmet) = (0, false);
    let mut at = 0;
    loop {
        let byte = BYTES[usize::from(*bytes.get(at)?)];
        match byte {
            Byte::Between => {
                at += 1;
                continue;
            }
            Byte::Comma | Byte::Brace if !is_unmet || count > MAX_SIMPLES => return None,
            Byte::Brace => return Some(at),
            Byte::Comma => (count, is_unmet, at) = (0, false, at + 1),
            Byte::Star => (count, at) = (count + 1, at + 1),
            Byte::InName => {
                // A type: names of elements are not looked at. One with a number in front is none.
                let (_, end) = hashed(bytes, at);
                (count, at) = (count + 1, end);
            }
            Byte::Mark => {
                let (name, end) = hashed(bytes, at + 1);
                if !bytes.get(at + 1)?.is_ascii_alphabetic() {
                    return None;
                }
                is_unmet |= !names.may_have(name);
                (count, at) = (count + 1, end);
            }
            Byte::Bracket => {
                let inside = bytes.get(at + 1..)?;
                let length = inside.iter().position(|c| !matches!(BYTES[usize::from(*c)], Byte::InName) && *c != b'=')?;
                if inside[length] != b']' {
                    return None;
                }
                (count, at) = (count + 1, at + length + 2);
            }
            Byte::Colon => {
                let from = at + if bytes.get(at + 1) == Some(&b':') { 2 } else { 1 };
                let (_, end) = hashed(bytes, from);
                let word = css.get(from..end).filter(|word| !word.is_empty())?;
                if bytes.get(end) == Some(&b'(') {
                    return None;
                }
                is_unmet |= !MAY_HOLD.iter().any(|known| word.eq_ignore_ascii_case(known));
                (count, at) = (count + 1, end);
            }
            Byte::Other => return None,
        }
    }
}

/// The hash of the name that begins here, and where it ends.
fn hashed(bytes: &[u8], from: usize) -> (Name, usize) {
    let (mut hash, mut at) = (NAME_OF_NOTHING, from);
    while let Some(c) = bytes.get(at).filter(|c| IS_IN_NAME[usize::from(**c)]) {
        hash = with_byte(hash, *c);
        at += 1;
    }
    (hash, at)
}

/// Pseudo-classes that are read.
const MAY_HOLD: [&str; 5] = ["root", "first-child", "checked", "link", "any-link"];

/// Lists of types, classes and ids as most selectors are: read without tokens, in a quarter of the instructions. `None` for
/// whatever has more in it.
fn plain(prelude: &str, names: &Names) -> Option<List> {
    let mut list = List::default();
    for selector in prelude.split(',') {
        // Most sheets are for more than the mail has: what holds of nothing is not built.
        if selector.len() <= MOST_UNBUILT && !may_hold(selector, names)? {
            continue;
        }
        let mut reader = Reader::new(names);
        for compound in selector.split_ascii_whitespace() {
            if reader.open {
                reader.close(Combinator::Descendant);
            }
            reader.plain_compound(compound)?;
        }
        reader.finish(&mut list).ok()?;
    }
    Some(list)
}

/// Bytes of a selector that cannot be too long for the limits.
const MOST_UNBUILT: usize = 32;

/// Whether a selector of types, classes and ids asks for no name that no element has. `None` for any other.
fn may_hold(selector: &str, names: &Names) -> Option<bool> {
    let (mut is_empty, mut may_hold) = (true, true);
    for compound in selector.split_ascii_whitespace() {
        is_empty = false;
        let mut rest = plain_identifier(compound).map_or(compound, |(_, rest)| rest);
        while !rest.is_empty() {
            let (identifier, after) = plain_identifier(rest.strip_prefix(['.', '#'])?)?;
            may_hold = may_hold && names.may_have(name(identifier));
            rest = after;
        }
    }
    (!is_empty).then_some(may_hold)
}

/// The identifier at the start of a text that is written without escapes and in ASCII, and what follows it.
fn plain_identifier(text: &str) -> Option<(&str, &str)> {
    let first = text.as_bytes().first().filter(|c| c.is_ascii_alphabetic() || **c == b'_');
    first?;
    let end = text.bytes().position(|c| !IS_IN_NAME[usize::from(c)]).unwrap_or(text.len());
    text.split_at_checked(end)
}

/// ASCII letters, digits, hyphens and underscores.
const IS_IN_NAME: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 128 {
        table[byte] = matches!(byte as u8, b'-' | b'_') || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// The same where there are tokens.
pub(super) fn parse(input: &mut Parser<'_>, names: &Names) -> Result<List, Invalid> {
    let mut list = List::default();
    let mut reader = Reader::new(names);
    loop {
        let token = match input.next_including_whitespace() {
            Ok(token) => token.clone(),
            Err(_) => {
                reader.finish(&mut list)?;
                return Ok(list);
            }
        };
        match token {
            Token::Comma => std::mem::replace(&mut reader, Reader::new(names)).finish(&mut list)?,
            token => reader.token(token, input)?,
        }
    }
}

/// A selector being read.
struct Reader<'n> {
    /// The names that elements may have.
    names: &'n Names,
    compounds: Compounds,
    compound: Simples,
    /// There is a compound, which may be `*` alone.
    open: bool,
    /// The combinator since the last compound, white space counting as one.
    pending: Option<Combinator>,
    never: bool,
    too_long: bool,
}

impl<'n> Reader<'n> {
    fn new(names: &'n Names) -> Self {
        Self { names, compounds: Compounds::new(), compound: Simples::new(), open: false, pending: None, never: false, too_long: false }
    }

    fn token(&mut self, token: Token<'_>, input: &mut Parser<'_>) -> Result<(), Invalid> {
        match token {
            Token::WhiteSpace(_) => {
                if self.open {
                    self.close(Combinator::Descendant);
                }
            }
            Token::Delim(c @ ('>' | '+' | '~')) => return self.combinator(c),
            Token::Delim('*') if !self.open => self.open_compound(),
            Token::Ident(text) if !self.open => self.simple(Simple::Type(name_ignoring_case(&text))),
            Token::IDHash(text) => self.simple(Simple::Id(name(&text))),
            Token::Delim('.') => {
                let class = name(input.expect_ident().map_err(|_| Invalid)?);
                self.simple(Simple::Class(class));
            }
            Token::SquareBracketBlock => {
                let test = input.parse_nested_block(|input| attribute_test(input).map_err(|_| input.new_error_for_next_token::<()>())).map_err(|_| Invalid)?;
                self.simple(Simple::Attribute(Box::new(test)));
            }
            Token::Colon => return self.pseudo(input),
            _ => return Err(Invalid),
        }
        Ok(())
    }

    /// A type, classes and ids.
    fn plain_compound(&mut self, text: &str) -> Option<()> {
        let mut rest = match plain_identifier(text) {
            Some((element, rest)) => {
                self.simple(Simple::Type(name_ignoring_case(element)));
                rest
            }
            None => text,
        };
        while !rest.is_empty() {
            let (is_class, after) = rest.strip_prefix('.').map(|after| (true, after)).or_else(|| Some((false, rest.strip_prefix('#')?)))?;
            let (identifier, after) = plain_identifier(after)?;
            self.simple(if is_class { Simple::Class(name(identifier)) } else { Simple::Id(name(identifier)) });
            rest = after;
        }
        Some(())
    }

    fn combinator(&mut self, c: char) -> Result<(), Invalid> {
        let combinator = match c {
            '>' => Combinator::Child,
            '+' => Combinator::NextSibling,
            _ => Combinator::LaterSibling,
        };
        if self.open {
            self.close(combinator);
        } else if self.pending == Some(Combinator::Descendant) {
            self.pending = Some(combinator);
        } else {
            return Err(Invalid);
        }
        Ok(())
    }

    /// The compound is complete; the next one stands to it as `combinator` says.
    fn close(&mut self, combinator: Combinator) {
        let linked_by = self.pending.replace(combinator);
        self.push(linked_by);
    }

    fn push(&mut self, linked_by: Option<Combinator>) {
        self.open = false;
        self.too_long |= self.compounds.len() >= MAX_COMPOUNDS;
        let simples = std::mem::take(&mut self.compound);
        if !self.too_long {
            self.compounds.push(Compound { simples, combinator: linked_by });
        }
    }

    fn open_compound(&mut self) {
        self.open = true;
    }

    fn simple(&mut self, simple: Simple) {
        self.open = true;
        if let Simple::Class(name) | Simple::Id(name) = simple {
            self.never |= !self.names.may_have(name);
        }
        self.too_long |= self.compound.len() >= MAX_SIMPLES;
        if !self.too_long {
            self.compound.push(simple);
        }
    }

    fn pseudo(&mut self, input: &mut Parser<'_>) -> Result<(), Invalid> {
        self.open = true;
        let token = input.next_including_whitespace().map_err(|_| Invalid)?.clone();
        match token {
            Token::Ident(text) => match &*text.to_ascii_lowercase() {
                "root" => self.simple(Simple::Root),
                "first-child" => self.simple(Simple::FirstChild),
                "checked" => self.simple(AttributeTest::is_there("checked")),
                "link" | "any-link" => self.simple(AttributeTest::is_there("href")),
                known if NEVER.contains(&known) => self.never = true,
                _ => return Err(Invalid),
            },
            Token::Function(text) => {
                let known = NEVER_FUNCTIONS.iter().any(|function| text.eq_ignore_ascii_case(function));
                self.never = true;
                return if known { Ok(()) } else { Err(Invalid) };
            }
            // Pseudo-elements: none is an element of the mail.
            Token::Colon => {
                self.never = true;
                let token = input.next_including_whitespace().map_err(|_| Invalid)?.clone();
                return match token {
                    Token::Ident(text) if NEVER.iter().any(|known| text.eq_ignore_ascii_case(known)) || text.to_ascii_lowercase().starts_with("-webkit-") => Ok(()),
                    Token::Function(_) => Ok(()),
                    _ => Err(Invalid),
                };
            }
            _ => return Err(Invalid),
        }
        Ok(())
    }

    fn finish(mut self, list: &mut List) -> Result<(), Invalid> {
        if self.open {
            let linked_by = self.pending.take();
            self.push(linked_by);
        } else if self.pending.is_some_and(|combinator| combinator != Combinator::Descendant) || (self.compounds.is_empty() && !self.too_long) {
            return Err(Invalid);
        }
        list.cut |= self.too_long;
        if !self.never && !self.too_long {
            list.selectors.push(Selector::new(self.compounds));
        }
        Ok(())
    }
}

/// Pseudo-classes that do not hold of a mail that was just opened or are not read here, and pseudo-elements.
const NEVER: [&str; 40] = [
    "hover",
    "active",
    "focus",
    "focus-visible",
    "focus-within",
    "visited",
    "target",
    "enabled",
    "disabled",
    "default",
    "indeterminate",
    "required",
    "optional",
    "valid",
    "invalid",
    "in-range",
    "out-of-range",
    "read-only",
    "read-write",
    "placeholder-shown",
    "empty",
    "last-child",
    "only-child",
    "first-of-type",
    "last-of-type",
    "only-of-type",
    "open",
    "scope",
    "defined",
    "fullscreen",
    "before",
    "after",
    "first-line",
    "first-letter",
    "selection",
    "placeholder",
    "marker",
    "backdrop",
    "file-selector-button",
    "autofill",
];

const NEVER_FUNCTIONS: [&str; 11] = ["not", "is", "where", "has", "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type", "lang", "dir", "-webkit-any"];

/// The inside of `[...]`.
fn attribute_test(input: &mut Parser<'_>) -> Result<AttributeTest, Invalid> {
    let attribute = name_ignoring_case(input.expect_ident().map_err(|_| Invalid)?);
    let how = match input.next() {
        Err(_) => return Ok(AttributeTest { name: attribute, how: How::IsThere, value: String::new(), ignores_case: false }),
        Ok(Token::Delim('=')) => How::Equals,
        Ok(Token::IncludeMatch) => How::HasWord,
        Ok(Token::DashMatch) => How::BeginsWithPart,
        Ok(Token::PrefixMatch) => How::StartsWith,
        Ok(Token::SuffixMatch) => How::EndsWith,
        Ok(Token::SubstringMatch) => How::Contains,
        Ok(_) => return Err(Invalid),
    };
    let mut value = input.expect_ident_or_string().map_err(|_| Invalid)?.to_string();
    let ignores_case = match input.next() {
        Err(_) => false,
        Ok(Token::Ident(flag)) if flag.eq_ignore_ascii_case("i") => true,
        Ok(Token::Ident(flag)) if flag.eq_ignore_ascii_case("s") => false,
        Ok(_) => return Err(Invalid),
    };
    if ignores_case {
        value.make_ascii_lowercase();
    }
    Ok(AttributeTest { name: attribute, how, value, ignores_case })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Specificities of the selectors that can match, or `None` where the rule is void.
    fn specificities(text: &str) -> Option<Vec<(u32, u32, u32)>> {
        let list = of(text, &Names::all()).ok()?;
        Some(list.selectors.iter().map(|selector| (selector.specificity >> 20, selector.specificity >> 10 & 1023, selector.specificity & 1023)).collect())
    }

    #[test]
    fn specificity_counts_ids_classes_and_types() {
        assert_eq!(specificities("*").unwrap_or_default(), [(0, 0, 0)]);
        assert_eq!(specificities("td.a#b[c] , p > a:link"), Some(vec![(1, 2, 1), (0, 1, 2)]));
    }

    #[test]
    fn a_selector_that_depends_on_the_reader_matches_nothing_and_leaves_the_others() {
        assert_eq!(specificities("a:hover, p::before, b:not(.x), .a"), Some(vec![(0, 1, 0)]));
    }

    #[test]
    fn what_nobody_understands_voids_the_rule() {
        for void in ["", ",", "a,", "> a", "a >", "a > > b", "a:made-up", "a b|c", "1a", "#1", ".", "[a", "a[=b]", "a[b=]", "a[b~c]", "&", "a:", "a::"] {
            let list = specificities(void);
            assert!(list.is_none() || void == "[a", "{void}");
        }
    }

    #[test]
    fn a_selector_over_the_limit_is_left_out_and_said() {
        let list = of(&format!("{}a, b", "p ".repeat(40)), &Names::all()).unwrap_or_default();
        assert!(list.cut && list.selectors.len() == 1);
    }

    impl std::fmt::Debug for Invalid {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Invalid")
        }
    }

    impl Default for Invalid {
        fn default() -> Self {
            Invalid
        }
    }
}

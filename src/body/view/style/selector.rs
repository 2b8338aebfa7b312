//! Selectors: parsed once, compared by hashes.
//!
//! Read are types, `*`, classes, ids, attributes, `:root`, `:link`, `:any-link`, `:checked` (as the mail arrives), the place among
//! the siblings before (`:first-child`, `:nth-child()`, `:first-of-type`, `:nth-of-type()`), `:is()`, `:where()` and `:not()` over
//! lists of compounds, and all four combinators. A selector with another pseudo-class or a pseudo-element matches nothing here:
//! what depends on the pointer (`:hover`) or on what was visited, generated content (`::before`), and what one pass cannot know,
//! because it depends on what follows (`:last-child`, `:empty`, `:has()`). A selector that no client understands makes its whole rule
//! void (Selectors 4, section 3.9).
//!
//! Names are kept as 64-bit hashes. Two names that collide would take each other's rules, which gives a sender nothing that
//! writing the rule for both would not.

#![expect(clippy::indexing_slicing, reason = "tables have an entry for every byte")]

use cssparser::{ParseError, Parser, Token, parse_nth};
use smallvec::SmallVec;

use super::names::Names;

/// Real selectors have up to some six compounds; more makes the selector, and not the rule, void.
const MAX_COMPOUNDS: usize = 16;
const MAX_SIMPLES: usize = 16;
/// `:not(:is(...))`: lists in lists.
const MAX_DEPTH: usize = 3;
/// Ids, classes or types that count for specificity: as many as there is room for.
const MOST_OF_A_SORT: u32 = 1023;

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
    /// The place among the siblings, or among those of its type: `step` times some number from 0 on, plus `offset`.
    Nth {
        step: i32,
        offset: i32,
        of_type: bool,
    },
    Matches(Box<Matches>),
}

impl Simple {
    /// Ids; classes, attributes and pseudo-classes; types (Selectors 4, section 17).
    fn specificity(&self) -> [u32; 3] {
        match self {
            Simple::Id(_) => [1, 0, 0],
            Simple::Type(_) => [0, 0, 1],
            Simple::Class(_) | Simple::Attribute(_) | Simple::Root | Simple::Nth { .. } => [0, 1, 0],
            Simple::Matches(list) => list.specificity,
        }
    }

    /// The attributes that it asks for.
    pub(super) fn attributes(&self, found: &mut Vec<Name>) {
        match self {
            Simple::Attribute(test) => found.push(test.name),
            Simple::Matches(list) => list.alternatives.iter().flatten().for_each(|simple| simple.attributes(found)),
            _ => {}
        }
    }
}

/// `:is()`, `:where()`, and `:not()`, which is `negated`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matches {
    pub(super) alternatives: Vec<Simples>,
    pub(super) negated: bool,
    specificity: [u32; 3],
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
pub(super) type Simples = SmallVec<[Simple; 2]>;
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
        let simples = compounds.iter().flat_map(|compound| &compound.simples);
        let [ids, others, types] = simples.map(Simple::specificity).fold([0; 3], sum).map(|count| count.min(MOST_OF_A_SORT));
        let specificity = (ids << 20) | (others << 10) | types;
        Self { compounds, specificity }
    }
}

fn sum(one: [u32; 3], other: [u32; 3]) -> [u32; 3] {
    [one[0] + other[0], one[1] + other[1], one[2] + other[2]]
}

/// What a list of selectors comes to.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) selectors: SmallVec<[Selector; 1]>,
    /// A selector was longer than the limits allow.
    pub(super) cut: bool,
    /// Of a selector that was left out it is not known whether it holds.
    unread: bool,
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

fn is_in_name(byte: u8) -> bool {
    BYTES[usize::from(byte)] == Byte::InName
}

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
                is_unmet |= read_pseudo_class(word).is_none();
                (count, at) = (count + 1, end);
            }
            Byte::Other => return None,
        }
    }
}

/// The hash of the name that begins here, and where it ends.
fn hashed(bytes: &[u8], from: usize) -> (Name, usize) {
    let (mut hash, mut at) = (NAME_OF_NOTHING, from);
    while let Some(c) = bytes.get(at).filter(|c| is_in_name(**c)) {
        hash = with_byte(hash, *c);
        at += 1;
    }
    (hash, at)
}

/// Makes what a pseudo-class asks.
type Ask = fn() -> Simple;

/// Pseudo-classes that are read.
const READ: [(&str, Ask); 6] = [
    ("root", || Simple::Root),
    ("first-child", || Simple::Nth { step: 0, offset: 1, of_type: false }),
    ("first-of-type", || Simple::Nth { step: 0, offset: 1, of_type: true }),
    ("checked", || AttributeTest::is_there("checked")),
    ("link", || AttributeTest::is_there("href")),
    ("any-link", || AttributeTest::is_there("href")),
];

fn read_pseudo_class(name: &str) -> Option<Ask> {
    READ.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, ask)| *ask)
}

/// Lists of types, classes and ids as most selectors are: read without tokens, in a quarter of the instructions. `None` for
/// whatever has more in it.
fn plain(prelude: &str, names: &Names) -> Option<List> {
    let mut list = List::default();
    for selector in prelude.split(',') {
        // Most sheets are for more than the mail has: what holds of nothing is not built.
        if selector.len() <= MOST_UNBUILT && !may_hold(selector, names)? {
            continue;
        }
        let mut reader = Reader::new(Lists { names, depth: 0 });
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
    let end = text.bytes().position(|c| !is_in_name(c)).unwrap_or(text.len());
    text.split_at_checked(end)
}

/// The same where there are tokens.
pub(super) fn parse(input: &mut Parser<'_>, names: &Names) -> Result<List, Invalid> {
    Lists { names, depth: 0 }.parse(input)
}

/// Where a list of selectors stands.
#[derive(Clone, Copy)]
struct Lists<'n> {
    /// The names that elements may have.
    names: &'n Names,
    /// It is inside so many others.
    depth: usize,
}

impl Lists<'_> {
    fn parse(self, input: &mut Parser<'_>) -> Result<List, Invalid> {
        let mut list = List::default();
        while self.selector(input, &mut list)? {}
        Ok(list)
    }

    /// A list of `:is()` or `:where()`: what is invalid is left out (Selectors 4, section 3.9.1).
    fn parse_forgiving(self, input: &mut Parser<'_>) -> List {
        let mut list = List::default();
        loop {
            match self.selector(input, &mut list) {
                Ok(true) => {}
                Ok(false) => return list,
                Err(Invalid) => loop {
                    match input.next() {
                        Ok(Token::Comma) => break,
                        Ok(_) => {}
                        Err(_) => return list,
                    }
                },
            }
        }
    }

    /// The next selector; whether another one follows.
    fn selector(self, input: &mut Parser<'_>, list: &mut List) -> Result<bool, Invalid> {
        let mut reader = Reader::new(self);
        loop {
            match input.next_including_whitespace().cloned() {
                Err(_) => return reader.finish(list).map(|()| false),
                Ok(Token::Comma) => return reader.finish(list).map(|()| true),
                Ok(token) => reader.token(token, input)?,
            }
        }
    }
}

/// A selector being read.
struct Reader<'n> {
    lists: Lists<'n>,
    compounds: Compounds,
    compound: Simples,
    /// There is a compound, which may be `*` alone.
    open: bool,
    /// The combinator since the last compound, white space counting as one.
    pending: Option<Combinator>,
    /// It holds of nothing.
    never: bool,
    /// It may hold, and that is not known here.
    unread: bool,
    too_long: bool,
}

impl<'n> Reader<'n> {
    fn new(lists: Lists<'n>) -> Self {
        Self { lists, compounds: Compounds::new(), compound: Simples::new(), open: false, pending: None, never: false, unread: false, too_long: false }
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
            self.never |= !self.lists.names.may_have(name);
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
            Token::Ident(text) => {
                let is_in = |list: &[&str]| list.iter().any(|known| text.eq_ignore_ascii_case(known));
                match read_pseudo_class(&text) {
                    Some(ask) => self.simple(ask()),
                    None if is_in(&NEVER) => self.never = true,
                    None if is_in(&UNREAD) => self.unread = true,
                    None => return Err(Invalid),
                }
            }
            Token::Function(text) => return self.function(&text.to_ascii_lowercase(), input),
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

    /// A pseudo-class with an argument.
    fn function(&mut self, name: &str, input: &mut Parser<'_>) -> Result<(), Invalid> {
        match name {
            "nth-child" | "nth-of-type" => {
                let nth = input.parse_nested_block(|input| Ok::<_, ParseError<()>>((parse_nth(input)?, input.is_exhausted())));
                let ((step, offset), is_all) = nth.map_err(|_| Invalid)?;
                // "2 of .a": another selector decides who counts.
                self.unread |= !is_all;
                self.simple(Simple::Nth { step, offset, of_type: name == "nth-of-type" });
            }
            "is" | "where" | "not" if self.lists.depth < MAX_DEPTH => {
                let lists = Lists { depth: self.lists.depth + 1, ..self.lists };
                let inner = input.parse_nested_block(|input| Ok::<_, ParseError<()>>(if name == "not" { lists.parse(input) } else { Ok(lists.parse_forgiving(input)) }));
                self.list(name, inner.map_err(|_| Invalid)??);
            }
            known if UNREAD_FUNCTIONS.contains(&known) => self.unread = true,
            _ => return Err(Invalid),
        }
        Ok(())
    }

    fn list(&mut self, function: &str, inner: List) {
        let negated = function == "not";
        let is_complex = inner.selectors.iter().any(|selector| selector.compounds.len() > 1);
        // Of the others it is enough that one is known to hold.
        self.unread |= negated && (inner.unread || inner.cut || is_complex);
        let mut specificity = [0; 3];
        let mut alternatives = Vec::new();
        for Selector { compounds, .. } in inner.selectors {
            if let [Compound { simples, .. }] = &*compounds {
                specificity = specificity.max(simples.iter().map(Simple::specificity).fold([0; 3], sum));
                alternatives.push(simples.clone());
            }
        }
        self.never |= !negated && alternatives.is_empty();
        let specificity = if function == "where" { [0; 3] } else { specificity };
        self.simple(Simple::Matches(Box::new(Matches { alternatives, negated, specificity })));
    }

    fn finish(mut self, list: &mut List) -> Result<(), Invalid> {
        if self.open {
            let linked_by = self.pending.take();
            self.push(linked_by);
        } else if self.pending.is_some_and(|combinator| combinator != Combinator::Descendant) || (self.compounds.is_empty() && !self.too_long) {
            return Err(Invalid);
        }
        list.cut |= self.too_long;
        list.unread |= self.unread && !self.never;
        if !self.never && !self.unread && !self.too_long {
            list.selectors.push(Selector::new(self.compounds));
        }
        Ok(())
    }
}

/// Pseudo-classes that do not hold of a mail that was just opened, and pseudo-elements.
const NEVER: [&str; 18] = [
    "hover",
    "active",
    "focus",
    "focus-visible",
    "focus-within",
    "visited",
    "target",
    "fullscreen",
    "autofill",
    "before",
    "after",
    "first-line",
    "first-letter",
    "selection",
    "placeholder",
    "marker",
    "backdrop",
    "file-selector-button",
];

/// Pseudo-classes that may hold, and are not read.
const UNREAD: [&str; 21] = [
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
    "last-of-type",
    "only-of-type",
    "open",
    "scope",
    "defined",
];

const UNREAD_FUNCTIONS: [&str; 9] = ["is", "where", "not", "has", "nth-last-child", "nth-last-of-type", "lang", "dir", "-webkit-any"];

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
        assert_eq!(specificities("a:hover, p::before, b:last-child, .a"), Some(vec![(0, 1, 0)]));
    }

    #[test]
    fn a_list_counts_as_its_most_specific_selector_and_where_as_nothing() {
        assert_eq!(specificities("p:is(#a, .b), p:where(#a), p:not(.a.b), p:nth-child(2n+1)"), Some(vec![(1, 0, 1), (0, 0, 1), (0, 2, 1), (0, 1, 1)]));
    }

    #[test]
    fn a_list_of_what_is_not_read_is_not_taken_for_none() {
        // `:hover` holds of nothing now; `:last-child` may hold, and a list in too many lists too.
        assert_eq!(specificities("p:not(:hover), p:not(:last-child), p:is(:last-child, .a), p:is(:hover), p:not(a b)"), Some(vec![(0, 0, 1), (0, 1, 1)]));
        assert_eq!(specificities(&format!("p{}.a{}", ":not(".repeat(9), ")".repeat(9))), Some(vec![]));
    }

    #[test]
    fn what_nobody_understands_voids_the_rule() {
        for void in [
            "",
            ",",
            "a,",
            "> a",
            "a >",
            "a > > b",
            "a:made-up",
            "a b|c",
            "1a",
            "#1",
            ".",
            "[a",
            "a[=b]",
            "a[b=]",
            "a[b~c]",
            "&",
            "a:",
            "a::",
            "a:not(1)",
            "a:nth-child(x)",
            "a:made-up(b)",
        ] {
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

//! The style sheets of one part: `<style>` elements to rules, indexed by what a selector's last compound asks for.
//!
//! All of them are read before the first element, wherever they stand, as clients do. Applied are style rules and
//! `@media`; every other at-rule is skipped with its block, `@import` and `@font-face` because nothing is fetched, `@supports` and
//! `@layer` because clients for mail hardly know them. Blocks in blocks (CSS Nesting) are skipped as well.
//!
//! Time is linear in the bytes of the sheets: each is split into rules once for each `@media` around it (`skeleton.rs`; what has
//! no ordinary form is tokenized), and blocks that do not apply are skipped. Only declarations that decide what is seen are
//! kept, and a rule without any is no rule, nor is one that asks for a class or an id that no element has (`names.rs`).

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::ops::Range;

use cssparser::{AtRuleParser, BasicParseErrorKind, CowRcStr, ParseError, Parser, ParserState, QualifiedRuleParser, StyleSheetParser};
use smallvec::SmallVec;

use super::declaration::{Declaration, each};
use super::media::{self, Screen};
use super::names::Names;
use super::selector::{self, List, Name, Selector, Simple};
use super::skeleton::{self, Next, Skipper};
use crate::body::view::floor;
use crate::body::view::scan::{Scanner, Token};
use crate::limits::{Limit, Limits};

/// Kept declarations for each rule that there may be; real rules have two or three.
const DECLARATIONS_PER_RULE: usize = 4;
/// `@media` inside `@media`: real sheets have one in another at most.
const MAX_MEDIA_DEPTH: usize = 8;

/// A selector and its declarations.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) selector: Selector,
    normal: Range<u32>,
    important: Range<u32>,
}

/// The rules of all sheets of a part, in order.
#[derive(Debug, Default)]
pub(in crate::body::view) struct Sheet {
    pub(super) rules: Vec<Rule>,
    declarations: Vec<Declaration>,
    /// Those of the block at hand that are `!important`.
    importants: Vec<Declaration>,
    /// What the last compound of a selector asks for, and the rule; sorted.
    index: Vec<(Name, u32)>,
    /// Rules that may hold of any element.
    pub(super) anywhere: Vec<u32>,
    /// Attributes that some selector asks for, sorted.
    pub(super) attributes: Vec<Name>,
    pub(super) limits_hit: Vec<Limit>,
    max_rules: usize,
    /// Some rules may be for one screen and not for the other.
    pub(in crate::body::view) asks_for_screen: bool,
}

/// Keys of ids, classes and types do not meet in the index.
#[derive(Clone, Copy)]
pub(super) enum Key {
    Type,
    Class,
    Id,
}

impl Key {
    fn of(self, name: Name) -> Name {
        name.rotate_left(self as u32)
    }
}

impl Sheet {
    /// Reads the `<style>` elements of a part. Linear in `html.len()`; only markup up to the last of them is looked at.
    pub(in crate::body::view) fn of(html: &str, limits: &Limits, screen: Screen) -> Self {
        let mut sheet = Self { max_rules: limits.style_rules, ..Self::default() };
        let names = Names::of(html);
        let target = Target { names: &names, screen };
        each_sheet(html, limits, |css, screens, is_cut| {
            sheet.asks_for_screen |= screens.differ();
            if !screens.has(screen) {
                return false;
            }
            sheet.read(css, target, 0);
            if is_cut {
                sheet.limit(Limit::StyleBytes);
            }
            true
        });
        sheet.finish()
    }

    /// Whether a part has rules for one screen that may hold of its elements and are not for the other one. In doubt it has. No longer
    /// than reading the sheets.
    pub(in crate::body::view) fn depends_on_screen(html: &str, limits: &Limits) -> bool {
        let names = Names::of(html);
        let mut depends = false;
        each_sheet(html, limits, |css, screens, is_cut| {
            depends = depends || is_cut || has_rule_for_one(css, &names, screens, 0);
            true
        });
        depends
    }

    pub(super) fn normal(&self, rule: u32) -> &[Declaration] {
        self.slice(rule, |rule| &rule.normal)
    }

    pub(super) fn important(&self, rule: u32) -> &[Declaration] {
        self.slice(rule, |rule| &rule.important)
    }

    /// The rules whose selectors end in this name.
    pub(super) fn ending_in(&self, key: Key, name: Name) -> impl Iterator<Item = u32> + use<'_> {
        let name = key.of(name);
        let from = self.index.partition_point(|(key, _)| *key < name);
        self.index[from..].iter().take_while(move |(key, _)| *key == name).map(|(_, rule)| *rule)
    }

    fn slice(&self, rule: u32, range: impl Fn(&Rule) -> &Range<u32>) -> &[Declaration] {
        let range = self.rules.get(rule as usize).map_or(0..0, |rule| range(rule).clone());
        &self.declarations[range.start as usize..range.end as usize]
    }

    /// Reads the rules of a sheet, or of an `@media` so deep in others.
    fn read(&mut self, css: &str, target: Target<'_>, media_depth: usize) {
        let mut rest = css;
        let (mut answers, mut skipper) = (Answers::default(), Skipper::new(css));
        loop {
            rest = skeleton::after_blanks(rest).unwrap_or(rest);
            if let Some(after) = selector::unmet(rest, target.names).and_then(|prelude| skipper.after_rule(rest, prelude)) {
                rest = after;
                continue;
            }
            match skeleton::next(rest) {
                Next::End => return,
                Next::Unusual(css) => {
                    let mut reader = Reader { sheet: self, target, media_depth };
                    StyleSheetParser::new(&mut Parser::new(css), &mut reader).for_each(drop);
                    return;
                }
                Next::Rule(rule, after) => {
                    rest = after;
                    match rule {
                        skeleton::Rule::Style { prelude, block } => {
                            if let Ok(list) = selector::of(prelude, target.names) {
                                self.add(list, block);
                            }
                        }
                        skeleton::Rule::At { name, prelude, block: Some(block) } if media_depth < MAX_MEDIA_DEPTH && name.eq_ignore_ascii_case("media") => {
                            let screens = answers.to(prelude);
                            self.asks_for_screen |= screens.differ();
                            if screens.has(target.screen) {
                                self.read(block, target, media_depth + 1);
                            }
                        }
                        skeleton::Rule::At { .. } => {}
                    }
                }
            }
        }
    }

    /// Adds the rules of one block.
    fn add(&mut self, list: List, block: &str) {
        if list.cut {
            self.limit(Limit::StyleRules);
        }
        if list.selectors.is_empty() {
            return;
        }
        let start = self.declarations.len();
        self.importants.clear();
        each(block, |declaration, is_important| if is_important { self.importants.push(declaration) } else { self.declarations.push(declaration) });
        let end_of_normal = self.declarations.len();
        self.declarations.append(&mut self.importants);
        let end = self.declarations.len();
        if end == start {
            return;
        }
        if self.rules.len() + list.selectors.len() > self.max_rules || end > DECLARATIONS_PER_RULE * self.max_rules {
            self.declarations.truncate(start);
            return self.limit(Limit::StyleRules);
        }
        let range = |from: usize, to: usize| from as u32..to as u32;
        self.rules.extend(list.selectors.into_iter().map(|selector| Rule { selector, normal: range(start, end_of_normal), important: range(end_of_normal, end) }));
    }

    fn finish(mut self) -> Self {
        for (at, rule) in self.rules.iter().enumerate() {
            let simples = rule.selector.compounds.first().map_or(&[][..], |compound| &compound.simples);
            let find = |test: fn(&Simple) -> Option<Name>| simples.iter().find_map(test);
            let key = find(|simple| if let Simple::Id(name) = simple { Some(Key::Id.of(*name)) } else { None })
                .or_else(|| find(|simple| if let Simple::Class(name) = simple { Some(Key::Class.of(*name)) } else { None }))
                .or_else(|| find(|simple| if let Simple::Type(name) = simple { Some(Key::Type.of(*name)) } else { None }));
            match key {
                Some(key) => self.index.push((key, at as u32)),
                None => self.anywhere.push(at as u32),
            }
            let all = rule.selector.compounds.iter().flat_map(|compound| &compound.simples);
            all.for_each(|simple| simple.attributes(&mut self.attributes));
        }
        self.index.sort_unstable();
        self.attributes.sort_unstable();
        self.attributes.dedup();
        self
    }

    fn limit(&mut self, limit: Limit) {
        if !self.limits_hit.contains(&limit) {
            self.limits_hit.push(limit);
        }
    }
}

/// The screens that something is for.
#[derive(Clone, Copy)]
struct Screens {
    desktop: bool,
    phone: bool,
}

impl Screens {
    fn asked_for(media: &str) -> Self {
        Self { desktop: media::list_matches(media, Screen::Desktop), phone: media::list_matches(media, Screen::DarkPhone) }
    }

    fn has(self, screen: Screen) -> bool {
        if screen == Screen::Desktop { self.desktop } else { self.phone }
    }

    fn differ(self) -> bool {
        self.desktop != self.phone
    }
}

/// Sheets ask the same of the screen again and again: the first few media queries, and which screens they match.
#[derive(Default)]
struct Answers<'c>(SmallVec<[(&'c str, Screens); 4]>);

impl<'c> Answers<'c> {
    fn to(&mut self, media: &'c str) -> Screens {
        let known = self.0.iter().find(|(asked, _)| *asked == media).map(|(_, screens)| *screens);
        known.unwrap_or_else(|| {
            let screens = Screens::asked_for(media);
            if self.0.len() < self.0.inline_size() {
                self.0.push((media, screens));
            }
            screens
        })
    }
}

/// Whether a sheet has a rule for one of two screens alone, for elements with these names.
fn has_rule_for_one(css: &str, names: &Names, screens: Screens, media_depth: usize) -> bool {
    let mut rest = css;
    let (mut answers, mut skipper) = (Answers::default(), Skipper::new(css));
    loop {
        rest = skeleton::after_blanks(rest).unwrap_or(rest);
        if let Some(after) = selector::unmet(rest, names).and_then(|prelude| skipper.after_rule(rest, prelude)) {
            rest = after;
            continue;
        }
        match skeleton::next(rest) {
            Next::End => return false,
            Next::Unusual(_) => return true,
            Next::Rule(rule, after) => {
                rest = after;
                let is_one = match rule {
                    skeleton::Rule::Style { prelude, block } => screens.differ() && says_something(prelude, block, names),
                    skeleton::Rule::At { name, prelude, block: Some(block) } if media_depth < MAX_MEDIA_DEPTH && name.eq_ignore_ascii_case("media") => {
                        let inside = answers.to(prelude);
                        let screens = Screens { desktop: screens.desktop && inside.desktop, phone: screens.phone && inside.phone };
                        (screens.desktop || screens.phone) && has_rule_for_one(block, names, screens, media_depth + 1)
                    }
                    skeleton::Rule::At { .. } => false,
                };
                if is_one {
                    return true;
                }
            }
        }
    }
}

fn says_something(prelude: &str, block: &str, names: &Names) -> bool {
    let mut says = false;
    if selector::of(prelude, names).is_ok_and(|list| list.cut || !list.selectors.is_empty()) {
        each(block, |_, _| says = true);
    }
    says
}

/// Hands over the `<style>` elements that are for some screen, and whether they were cut: `found` says whether they count. Only markup
/// up to the last of them is looked at.
fn each_sheet(html: &str, limits: &Limits, mut found: impl FnMut(&str, Screens, bool) -> bool) {
    let end = last_style(html);
    let mut scanner = Scanner::new(html, limits.attributes);
    let mut bytes_left = limits.style_bytes;
    // Those inside a template are no part of the document.
    let (mut screens, mut templates) = (None, 0usize);
    while let Some(token) = scanner.next() {
        match token {
            Token::Raw(css) => {
                if let Some(screens) = screens
                    && found(&css[..floor(css, bytes_left)], screens, css.len() > bytes_left)
                {
                    bytes_left = bytes_left.saturating_sub(css.len());
                }
            }
            Token::Start { name, .. } => {
                templates += usize::from(name.eq_ignore_ascii_case("template"));
                screens = if templates == 0 && name.eq_ignore_ascii_case("style") { screens_of(&scanner) } else { None };
                continue;
            }
            Token::End { name } => templates = templates.saturating_sub(usize::from(name.eq_ignore_ascii_case("template"))),
            _ => {}
        }
        screens = None;
        if scanner.position() > end {
            break;
        }
    }
}

/// Where the last `<style` stands.
fn last_style(html: &str) -> usize {
    let bytes = html.as_bytes();
    let is_style = |at: &usize| bytes[at + 1..].get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"style"));
    memchr::memrchr_iter(b'<', bytes).find(is_style).unwrap_or(0)
}

/// Sheets that hide an AMP page until its script has run (AMP for Email, "Required markup").
const UNTIL_LOADED: [&str; 2] = ["amp4email-boilerplate", "amp-boilerplate"];

/// `type` and `media` of a `<style>` start tag (HTML standard, 4.2.6); `None` for one that is no sheet.
fn screens_of(scanner: &Scanner<'_>) -> Option<Screens> {
    let kind = scanner.attribute("type").unwrap_or_default();
    let is_css = kind.is_empty() || kind.eq_ignore_ascii_case("text/css");
    (is_css && !UNTIL_LOADED.iter().any(|name| scanner.has_attribute(name)))
        .then(|| scanner.attribute("media").map_or(Screens { desktop: true, phone: true }, |media| Screens::asked_for(&media)))
}

/// What a sheet is read for: the names that elements of the part have, and the screen that it is shown on.
#[derive(Clone, Copy)]
struct Target<'n> {
    names: &'n Names,
    screen: Screen,
}

struct Reader<'s> {
    sheet: &'s mut Sheet,
    target: Target<'s>,
    media_depth: usize,
}

impl<'i> QualifiedRuleParser<'i> for Reader<'_> {
    type Prelude = List;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<List, ParseError<()>> {
        selector::parse(input, self.target.names).map_err(|_| ParseError::from_basic_kind(BasicParseErrorKind::QualifiedRuleInvalid))
    }

    fn parse_block(&mut self, list: List, _: &ParserState, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        let start = input.position();
        while input.next().is_ok() {}
        let block = input.slice_from(start);
        self.sheet.add(list, block);
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Reader<'_> {
    /// Whether it applies.
    type Prelude = bool;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<bool, ParseError<()>> {
        let is_media = name.eq_ignore_ascii_case("media");
        // Read once, for one screen: what the other one answers is not known.
        self.sheet.asks_for_screen |= is_media;
        let applies = is_media && media::matches(input, self.target.screen);
        while input.next().is_ok() {}
        Ok(applies)
    }

    fn rule_without_block(&mut self, _: bool, _: &ParserState) -> Result<(), ()> {
        Ok(())
    }

    fn parse_block(&mut self, applies: bool, _: &ParserState, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        if applies && self.media_depth < MAX_MEDIA_DEPTH {
            self.media_depth += 1;
            StyleSheetParser::new(input, self).for_each(drop);
            self.media_depth -= 1;
        }
        while input.next().is_ok() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(css: &str, names: &Names) -> Sheet {
        let mut sheet = Sheet { max_rules: 100, ..Sheet::default() };
        sheet.read(css, Target { names, screen: Screen::Desktop }, 0);
        sheet.finish()
    }

    /// The sheet as the tokenizer alone reads it.
    fn by_tokens(css: &str, names: &Names) -> Sheet {
        let mut sheet = Sheet { max_rules: 100, ..Sheet::default() };
        StyleSheetParser::new(&mut Parser::new(css), &mut Reader { sheet: &mut sheet, target: Target { names, screen: Screen::Desktop }, media_depth: 0 }).for_each(drop);
        sheet.finish()
    }

    fn rules(sheet: &Sheet) -> String {
        format!("{:?} {:?}", sheet.rules, sheet.declarations)
    }

    #[test]
    fn sheets_are_read_as_the_tokenizer_reads_them() {
        let pieces = [
            "a",
            ".b",
            "#c",
            "*",
            " ",
            ",",
            ">",
            ":hover",
            "[d]",
            "[d=\"}\"]",
            "{",
            "}",
            "{color:red}",
            "{display:none}",
            "@media print",
            "@media screen",
            "@import url(x)",
            "@x",
            ";",
            "(",
            ")",
            "url(",
            "'",
            "\"",
            "\n",
            "\\",
            "/*",
            "*/",
            "<!--",
            "-->",
            "--e:f",
            "-",
            "1",
            ".x",
            ".x .b",
            "+",
            "::before",
            ":root",
            ":not(",
            "@media (max-width:9px)",
            "width:0",
            "background:url(x;y)",
        ];
        let (mut seed, mut found) = (7u32, 0);
        for _ in 0..30_000 {
            let mut css = String::new();
            for _ in 0..seed % 14 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                css.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            }
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // With whatever names, and where only some are.
            for names in [Names::all(), Names::of("<p class=b><p id=c>")] {
                let (ours, theirs) = (read(&css, &names), by_tokens(&css, &names));
                found += ours.rules.len();
                assert_eq!(rules(&ours), rules(&theirs), "{css}");
            }
        }
        assert!(found > 600, "{found}");
    }

    #[test]
    fn rules_for_one_screen_are_told_from_rules_for_both() {
        let depends = |css: &str| Sheet::depends_on_screen(&format!("<style>{css}</style><p class=a>"), &Limits::new());
        for css in ["@media (max-width:480px){.a{display:none}}", "@media (min-width:480px){p{color:red}}", "@media screen{@media (prefers-color-scheme:dark){.a{width:0}}}"] {
            assert!(depends(css), "{css}");
        }
        for css in
            ["@media (max-width:480px){.b{display:none}}", "@media print{.a{display:none}}", ".a{display:none}@media (max-width:480px){.a{x:y}}", "@media screen{.a{width:0}}"]
        {
            assert!(!depends(css), "{css}");
        }
        assert!(Sheet::depends_on_screen("<style media='(max-width:480px)'>.a{display:none}</style><p class=a>", &Limits::new()));
    }
}

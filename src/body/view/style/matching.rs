//! Which rules hold of an element.
//!
//! Rules are looked up by the element's id, classes and type, so that most are never tried (elements times rules would be a trap:
//! 4,096 rules on 100,000 elements). What is tried costs steps: one for each compound that is compared and each
//! declaration that is applied. An element has at most [`MAX_STEPS_PER_ELEMENT`] of them, a part [`Limits::style_steps`] for each byte
//! of its markup and [`FREE_STEPS`] besides. So time is linear in the markup whatever the sheet says; where the steps run out, the rules
//! left are not applied, and [`Limit::StyleSteps`] says so.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::borrow::Cow;

use super::Cascade;
use super::selector::{Combinator, Compound, Name, Simple, name, name_ignoring_case};
use super::sheet::{Key, Sheet};
use crate::body::view::scan::Scanner;
use crate::limits::{Limit, Limits};

/// Heavy newsletters take some 50.
const MAX_STEPS_PER_ELEMENT: usize = 2_048;
/// Steps that every part has.
const FREE_STEPS: usize = 1 << 16;
/// Bytes of an attribute's value that are compared in one step.
const BYTES_PER_STEP: usize = 64;
/// Elements that are remembered for those after them and inside them; a newsletter has some 5,000.
const MAX_NODES: usize = 1 << 16;
/// Classes and asked-for attributes kept of one element, and of all.
const MAX_CLASSES: usize = 64;
const MAX_NAMES: usize = 1 << 17;

/// No element: above the root, before the first child.
pub(in crate::body::view) const NO_NODE: u32 = u32::MAX;

/// What selectors can ask of an element.
#[derive(Debug, Clone, Copy)]
struct Node {
    name: Name,
    id: Option<Name>,
    /// Where its classes and attributes are.
    classes: (u32, u32),
    attributes: (u32, u32),
    parent: u32,
    previous: u32,
    /// Its number among its siblings, from 1 on.
    number: u32,
}

/// The sheets of a part with the elements seen so far.
pub(in crate::body::view) struct Matcher<'h> {
    sheet: Sheet,
    nodes: Vec<Node>,
    classes: Vec<Name>,
    attributes: Vec<(Name, Cow<'h, str>)>,
    steps_left: usize,
    /// Rules that hold of the element at hand: specificity and rule, which counts up in order.
    matched: Vec<(u32, u32)>,
    limits_hit: Vec<Limit>,
}

impl<'h> Matcher<'h> {
    pub(in crate::body::view) fn new(mut sheet: Sheet, html_bytes: usize, limits: &Limits) -> Self {
        let limits_hit = std::mem::take(&mut sheet.limits_hit);
        let steps_left = html_bytes.saturating_mul(limits.style_steps).saturating_add(FREE_STEPS);
        Self { sheet, nodes: Vec::new(), classes: Vec::new(), attributes: Vec::new(), steps_left, matched: Vec::new(), limits_hit }
    }

    /// There are no rules, and none were left out.
    pub(in crate::body::view) fn is_idle(&self) -> bool {
        self.sheet.rules.is_empty() && self.limits_hit.is_empty()
    }

    pub(in crate::body::view) fn limits_hit(&self) -> &[Limit] {
        &self.limits_hit
    }

    /// Remembers an element, with the attributes of the start tag that was just read where it has one.
    pub(in crate::body::view) fn open(&mut self, element: &str, tag: Option<&Scanner<'h>>, parent: u32, previous: u32) -> u32 {
        if self.nodes.len() >= MAX_NODES {
            self.limit();
            return NO_NODE;
        }
        let (first_class, first_attribute) = (self.classes.len(), self.attributes.len());
        let mut id = None;
        if let Some(tag) = tag {
            id = tag.attribute("id").map(|id| name(&id));
            if let Some(classes) = tag.attribute("class") {
                let room = MAX_CLASSES.min(MAX_NAMES.saturating_sub(first_class));
                self.classes.extend(classes.split_ascii_whitespace().take(room).map(name));
                if self.classes.len() - first_class == room && classes.split_ascii_whitespace().nth(room).is_some() {
                    self.limit();
                }
            }
            if !self.sheet.attributes.is_empty() {
                self.remember_attributes(tag);
            }
        }
        let range = |from: usize, to: usize| (from as u32, to as u32);
        let number = self.number_after(previous);
        self.nodes.push(Node {
            name: name_ignoring_case(element),
            id,
            classes: range(first_class, self.classes.len()),
            attributes: range(first_attribute, self.attributes.len()),
            parent,
            previous,
            number,
        });
        self.nodes.len() as u32 - 1
    }

    fn number_after(&self, previous: u32) -> u32 {
        self.nodes.get(previous as usize).map_or(0, |node| node.number) + 1
    }

    fn remember_attributes(&mut self, tag: &Scanner<'h>) {
        for (attribute, value) in tag.attributes() {
            let attribute = name_ignoring_case(attribute);
            if self.sheet.attributes.binary_search(&attribute).is_ok() {
                if self.attributes.len() >= MAX_NAMES {
                    return self.limit();
                }
                self.attributes.push((attribute, value));
            }
        }
    }

    /// The same element once more, in another place.
    pub(in crate::body::view) fn reopen(&mut self, node: u32, parent: u32, previous: u32) -> u32 {
        match self.nodes.get(node as usize).copied() {
            Some(known) if self.nodes.len() < MAX_NODES => {
                self.nodes.push(Node { parent, previous, number: self.number_after(previous), ..known });
                self.nodes.len() as u32 - 1
            }
            _ => NO_NODE,
        }
    }

    /// Finds the rules that hold of an element, in the order of the cascade, and says whether there are any.
    pub(in crate::body::view) fn find(&mut self, node: u32) -> bool {
        self.matched.clear();
        let Some(element) = self.nodes.get(node as usize).copied() else { return false };
        let allowed = self.steps_left.min(MAX_STEPS_PER_ELEMENT);
        let mut search = Search { sheet: &self.sheet, nodes: &self.nodes, classes: &self.classes, attributes: &self.attributes, steps: allowed, matched: &mut self.matched };
        search.candidates(&element, node);
        let left = search.steps;
        self.steps_left -= allowed - left;
        if left == 0 {
            self.limit();
        }
        self.matched.sort_unstable();
        self.matched.dedup();
        !self.matched.is_empty()
    }

    /// Declares what the rules found say without `!important`.
    pub(in crate::body::view) fn declare(&self, cascade: &mut Cascade) {
        self.matched.iter().flat_map(|(_, rule)| self.sheet.normal(*rule)).for_each(|declaration| cascade.declare(*declaration));
    }

    /// Declares what they say with it.
    pub(in crate::body::view) fn declare_important(&self, cascade: &mut Cascade) {
        self.matched.iter().flat_map(|(_, rule)| self.sheet.important(*rule)).for_each(|declaration| cascade.declare(*declaration));
    }

    fn limit(&mut self) {
        if !self.limits_hit.contains(&Limit::StyleSteps) {
            self.limits_hit.push(Limit::StyleSteps);
        }
    }
}

/// A look for the rules of one element.
struct Search<'s, 'h> {
    sheet: &'s Sheet,
    nodes: &'s [Node],
    classes: &'s [Name],
    attributes: &'s [(Name, Cow<'h, str>)],
    steps: usize,
    matched: &'s mut Vec<(u32, u32)>,
}

/// How a comparison of the compounds from some place on ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Holds,
    Fails,
    /// It fails here and from every ancestor or earlier sibling: none of those above is what is asked for.
    FailsEverywhere,
}

impl Search<'_, '_> {
    fn candidates(&mut self, element: &Node, node: u32) {
        for rule in &self.sheet.anywhere {
            if self.steps == 0 {
                return;
            }
            self.attempt(*rule, node);
        }
        self.bucket(Key::Type, element.name, node);
        for class in &self.classes[element.classes.0 as usize..element.classes.1 as usize] {
            self.bucket(Key::Class, *class, node);
        }
        if let Some(id) = element.id {
            self.bucket(Key::Id, id, node);
        }
    }

    fn bucket(&mut self, key: Key, name: Name, node: u32) {
        for rule in self.sheet.ending_in(key, name) {
            if self.steps == 0 {
                return;
            }
            self.attempt(rule, node);
        }
    }

    fn attempt(&mut self, rule: u32, node: u32) {
        let selector = &self.sheet.rules[rule as usize].selector;
        if !self.compound_holds(&selector.compounds[0], node) || self.rest_holds(&selector.compounds, node) != Outcome::Holds {
            return;
        }
        let cost = self.sheet.normal(rule).len() + self.sheet.important(rule).len();
        if cost > self.steps {
            self.steps = 0;
            return;
        }
        self.steps -= cost;
        self.matched.push((selector.specificity, rule));
    }

    /// Whether the compounds left of the first hold, given that the first does of `node`. Recursion is no deeper than a selector has
    /// compounds.
    fn rest_holds(&mut self, compounds: &[Compound], node: u32) -> Outcome {
        let Some(combinator) = compounds[0].combinator.filter(|_| compounds.len() > 1) else { return Outcome::Holds };
        let mut at = node;
        loop {
            let here = self.nodes[at as usize];
            at = match combinator {
                Combinator::Descendant | Combinator::Child => here.parent,
                Combinator::NextSibling | Combinator::LaterSibling => here.previous,
            };
            if at as usize >= self.nodes.len() || self.steps == 0 {
                return if combinator == Combinator::Descendant { Outcome::FailsEverywhere } else { Outcome::Fails };
            }
            if self.compound_holds(&compounds[1], at) {
                match self.rest_holds(&compounds[1..], at) {
                    Outcome::Fails => {}
                    outcome => return outcome,
                }
            }
            if matches!(combinator, Combinator::Child | Combinator::NextSibling) {
                return Outcome::Fails;
            }
        }
    }

    fn compound_holds(&mut self, compound: &Compound, node: u32) -> bool {
        self.simples_hold(&compound.simples, node)
    }

    /// Recursion is no deeper than lists of selectors may be in each other.
    fn simples_hold(&mut self, simples: &[Simple], node: u32) -> bool {
        let element = self.nodes[node as usize];
        let classes = &self.classes[element.classes.0 as usize..element.classes.1 as usize];
        let attributes = &self.attributes[element.attributes.0 as usize..element.attributes.1 as usize];
        self.pay(1 + simples.len() / 4 * (1 + classes.len() / 8));
        simples.iter().all(|simple| match simple {
            Simple::Type(name) => element.name == *name,
            Simple::Id(name) => element.id == Some(*name),
            Simple::Class(name) => classes.contains(name),
            Simple::Attribute(test) => attributes.iter().find(|(name, _)| *name == test.name).is_some_and(|(_, value)| {
                self.pay(value.len() / BYTES_PER_STEP);
                self.steps > 0 && test.accepts(value)
            }),
            Simple::Root => element.parent == NO_NODE && element.name == ROOT,
            Simple::Nth { step, offset, of_type } => {
                let number = if *of_type { self.number_of_type(&element) } else { Some(element.number) };
                element.parent != NO_NODE && number.is_some_and(|number| is_nth(number, *step, *offset))
            }
            Simple::Matches(list) => {
                let any = list.alternatives.iter().any(|simples| self.simples_hold(simples, node));
                self.steps > 0 && any != list.negated
            }
        })
    }

    /// Its number among the siblings of its type; `None` if the steps run out.
    fn number_of_type(&mut self, element: &Node) -> Option<u32> {
        let (mut number, mut at) = (1, element.previous);
        while let Some(sibling) = self.nodes.get(at as usize) {
            self.pay(1);
            number += u32::from(sibling.name == element.name);
            at = sibling.previous;
        }
        (self.steps > 0).then_some(number)
    }

    fn pay(&mut self, steps: usize) {
        self.steps = self.steps.saturating_sub(steps);
    }
}

/// Whether a number is one of `offset`, `offset + step`, `offset + 2 * step`, ... (CSS Syntax 3, section 6).
fn is_nth(number: u32, step: i32, offset: i32) -> bool {
    let (beyond, step) = (i64::from(number) - i64::from(offset), i64::from(step));
    if step == 0 { beyond == 0 } else { beyond % step == 0 && beyond / step >= 0 }
}

/// `html`, hashed.
const ROOT: Name = {
    let (mut hash, mut at) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while at < 4 {
        hash = (hash ^ b"html"[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::view::scan::Token;
    use crate::body::view::style::Screen;

    /// The steps taken for the elements of some markup, all of them siblings.
    fn steps(css: &str, html: &str) -> usize {
        let mut matcher = Matcher::new(Sheet::of(&format!("<style>{css}</style>{html}"), &Limits::new(), Screen::Desktop), 1 << 30, &Limits::new());
        let before = matcher.steps_left;
        let mut scanner = Scanner::new(html, Limits::new().attributes);
        let mut previous = NO_NODE;
        while let Some(token) = scanner.next() {
            if let Token::Start { name, .. } = token {
                previous = matcher.open(name, Some(&scanner), NO_NODE, previous);
                matcher.find(previous);
            }
        }
        before - matcher.steps_left
    }

    #[test]
    fn rules_for_other_classes_cost_nothing() {
        let rules: String = (0..4_000).map(|n| format!(".a{n} .b, #i{n}, t{n}, .a{n}{{color:red}}")).collect();
        // One comparison and one declaration for each element.
        assert_eq!(steps(&rules, &"<p class=a5>".repeat(1_000)), 2_000);
    }

    #[test]
    fn an_element_has_a_bounded_number_of_steps() {
        let rules = "p ~ p ~ p ~ p ~ p ~ p ~ i{color:red}".repeat(4_000);
        let elements = 3_000;
        assert!(steps(&rules, &format!("{}{}", "<p>".repeat(elements), "<i>".repeat(elements))) <= elements * MAX_STEPS_PER_ELEMENT);
        let value = "x".repeat(100_000);
        assert!(steps(&"[a*=y]{color:red}".repeat(4_000), &format!("<p a={value}>")) <= MAX_STEPS_PER_ELEMENT);
    }

    #[test]
    fn a_compound_that_no_ancestor_is_ends_the_search() {
        // Were every ancestor tried for every compound, 12 compounds on 300 elements would be more than any limit.
        let sheet = Sheet::of(&format!("<style>x {}i{{color:red}}</style>", "p ".repeat(11)), &Limits::new(), Screen::Desktop);
        let mut matcher = Matcher::new(sheet, 1 << 20, &Limits::new());
        let deepest = (0..300).fold(NO_NODE, |parent, _| matcher.open("p", None, parent, NO_NODE));
        let before = matcher.steps_left;
        let element = matcher.open("i", None, deepest, NO_NODE);
        assert!(!matcher.find(element));
        assert!(before - matcher.steps_left <= 302);
    }
}

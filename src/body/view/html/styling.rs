//! The style of an element: what its kind, its attributes, the sheets and its own declarations say together.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::borrow::Cow;
use std::ops::Range;

use super::Reader;
use super::element::{Element, Kind};
use crate::body::view::scan::MANY_LETTERS;
use crate::body::view::style::{self, BASE_SIZE, Cascade, Declaration, Display, Hints, Ink, Own, Style};

/// The size of text in a field, whatever that around it.
const FIELD_SIZE: f32 = 13.333;
/// In font sizes: the box of one large letter with some room around it. What is wider is a column.
const WIDEST_LETTER: f32 = 3.0;

impl<'h> Reader<'h> {
    /// The style of an element: `style` is its parent's with what its kind and its attributes change.
    pub(super) fn computed(&mut self, kind: Kind, node: u32, parent: Style, style: Style, hints: Hints, inline: Option<Cow<'h, str>>) -> (Style, Own) {
        let has_rules = self.matcher.as_mut().is_some_and(|matcher| matcher.find(node));
        if inline.is_none() && !has_rules && hints == Hints::default() {
            return (style, Own::default());
        }
        let mut cascade = Cascade::new(parent, style, hints);
        let rules = self.matcher.as_ref().filter(|_| has_rules);
        rules.inspect(|matcher| matcher.declare(&mut cascade));
        let inline = inline.map_or(0..0, |inline| self.inline.read(inline));
        let inline = &self.inline.declarations[inline];
        cascade.inline(inline);
        rules.inspect(|matcher| matcher.declare_important(&mut cascade));
        inline.iter().filter(|(_, is_important)| *is_important).for_each(|(declaration, _)| cascade.declare(*declaration));
        let (mut style, own) = cascade.finish(kind.flow());
        if kind == Kind::Html {
            style.root_size = style.size;
        }
        (style, own)
    }

    /// The style of an element without content.
    pub(super) fn void_style(&mut self, kind: Kind, name: &str) -> (Style, Own) {
        let node = self.remember(name, true);
        let parent = self.style();
        let mut style = parent;
        defaults(kind, name, &mut style);
        let mut hints = Hints { hidden: self.scanner.has_attribute("hidden"), ..Hints::default() };
        if kind == Kind::Img {
            let side = |name| self.scanner.attribute(name).filter(|value| !value.contains('%')).and_then(|value| style::attribute_length(&value));
            (hints.width, hints.height) = (side("width"), side("height"));
        }
        let inline = self.scanner.attribute("style");
        self.computed(kind, node, parent, style, hints, inline)
    }

    /// `bgcolor`, `color`, `size`, `align`, `hidden`: HTML's presentational hints.
    pub(super) fn presentational_attributes(&mut self, kind: Kind, name: &str, style: &mut Style) -> Hints {
        let right_to_left =
            self.scanner.attribute("dir").and_then(|dir| if dir.eq_ignore_ascii_case("rtl") { Some(true) } else { dir.eq_ignore_ascii_case("ltr").then_some(false) });
        let mut hints = Hints { hidden: self.scanner.has_attribute("hidden"), right_to_left, ..Hints::default() };
        match kind {
            Kind::Table | Kind::Row | Kind::Cell | Kind::Body | Kind::RowGroup => {
                hints.background = self.scanner.attribute("bgcolor").and_then(|value| style::attribute_color(&value));
                hints.background_image = self.scanner.has_attribute("background");
                if let Some(text) = self.scanner.attribute("text").filter(|_| kind == Kind::Body) {
                    style.color = style::attribute_color(&text).map(Ink::opaque).or(style.color);
                }
                if let Some(align) = self.scanner.attribute("align") {
                    style.centered = align.eq_ignore_ascii_case("center");
                }
            }
            Kind::Font => {
                if let Some(color) = self.scanner.attribute("color").and_then(|value| style::attribute_color(&value)) {
                    style.color = Some(Ink::opaque(color));
                }
                const SIZES: [f32; 7] = [10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0];
                if let Some(size) = self.scanner.attribute("size").and_then(|value| value.trim().parse::<i32>().ok().map(|n| (n, value.trim().starts_with(['+', '-'])))) {
                    let step = if size.1 { size.0.saturating_add(3) } else { size.0 };
                    style.size = SIZES[step.clamp(1, 7) as usize - 1];
                    hints.font = true;
                }
            }
            // Browsers give a link a colour of its own.
            Kind::Other if name.eq_ignore_ascii_case("bdo") => {
                style.letters_turned = self.scanner.attribute("dir").map_or(style.right_to_left, |dir| dir.eq_ignore_ascii_case("rtl"));
            }
            Kind::Anchor if self.scanner.has_attribute("href") => style.color = None,
            Kind::Block if name.eq_ignore_ascii_case("dialog") => hints.hidden |= !self.scanner.has_attribute("open"),
            _ => {}
        }
        hints
    }

    /// Whether the element is a box beside what stands around it. Boxes of one letter are read as one word: codes are set so.
    pub(super) fn set_apart(&mut self, kind: Kind, own: Own, parent: &Element, element: &mut Element) {
        (element.holds_items, element.items_in_other_order, element.items_reversed) = (own.holds_items, own.items_in_other_order, own.items_reversed);
        element.apart = kind.is_field() && !element.style.hidden;
        if matches!(kind, Kind::Table | Kind::RowGroup | Kind::Row | Kind::Cell) || kind.is_field() || element.undisplayed || !element.style.shows_box_itself() {
            return;
        }
        let in_line = own.apart || own.display == Some(Display::InlineBlock);
        if parent.holds_items && parent.items_in_other_order {
            element.breaks = true;
        } else if own.apart || parent.holds_items || (in_line && element.breaks) {
            let most = if own.width.is_some() { MANY_LETTERS } else { 2 };
            let is_letter = own.width.is_none_or(|width| width <= WIDEST_LETTER * element.style.size) && self.scanner.letters_ahead() < most;
            element.breaks &= !is_letter;
            element.apart = !is_letter;
        }
    }

    /// Quirks mode: a table has the colour of `body` and a size of its own (HTML standard, 15.3.11; Quirks Mode standard).
    pub(super) fn forget_in_table(&self, style: &mut Style) {
        style.color = self.body_color;
        if style.takes_no_room() {
            style.size = BASE_SIZE;
        }
    }
}

/// What inline styles declare: mails write the same ones on cell after cell, and each of the first few is read once.
pub(super) struct InlineStyles<'h> {
    /// With whether they are `!important`.
    declarations: Vec<(Declaration, bool)>,
    known: Vec<(&'h str, Range<usize>)>,
    /// The one that was read last of those with a hash, counted from 1.
    last: [u8; InlineStyles::HASHES],
    /// How many declarations those that are known have.
    kept: usize,
}

impl<'h> InlineStyles<'h> {
    const HASHES: usize = 64;
    const MOST_KNOWN: usize = 128;
    /// Longer ones are not written twice.
    const MOST_BYTES: usize = 512;

    pub(super) fn new() -> Self {
        Self { declarations: Vec::new(), known: Vec::new(), last: [0; Self::HASHES], kept: 0 }
    }

    /// Where the declarations of a style are.
    fn read(&mut self, style: Cow<'h, str>) -> Range<usize> {
        let hash = hash(style.as_bytes());
        let last = usize::from(self.last[hash]).checked_sub(1).and_then(|at| self.known.get(at));
        if let Some((_, range)) = last.filter(|(known, _)| *known == style) {
            return range.clone();
        }
        self.declarations.truncate(self.kept);
        style::each_declaration(&style, |declaration, is_important| self.declarations.push((declaration, is_important)));
        let range = self.kept..self.declarations.len();
        if let Cow::Borrowed(style) = style
            && style.len() <= Self::MOST_BYTES
            && self.known.len() < Self::MOST_KNOWN
        {
            self.known.push((style, range.clone()));
            self.last[hash] = self.known.len() as u8;
            self.kept = self.declarations.len();
        }
        range
    }
}

fn hash(style: &[u8]) -> usize {
    let at = |place: usize| style.get(place).map_or(0, |byte| usize::from(*byte));
    let places = [style.len() / 4, style.len() / 2, style.len().saturating_sub(4), style.len().saturating_sub(2)];
    places.into_iter().fold(style.len(), |hash, place| hash.wrapping_mul(31) + at(place)) % InlineStyles::HASHES
}

/// Elements whose text is struck out.
fn is_struck(name: &str) -> bool {
    ["s", "strike", "del"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What the standard's rendering section says of elements before any style.
pub(super) fn defaults(kind: Kind, name: &str, style: &mut Style) {
    match kind {
        Kind::Heading => {
            style.bold = true;
            style.size *= match name.as_bytes().get(1) {
                Some(b'1') => 2.0,
                Some(b'2') => 1.5,
                Some(b'3') => 1.17,
                Some(b'4') => 1.0,
                Some(b'5') => 0.83,
                _ => 0.67,
            };
        }
        Kind::Bold => style.bold = true,
        Kind::Italic | Kind::Other if is_struck(name) => style.struck = true,
        Kind::Code => style.monospace = true,
        Kind::Pre => (style.monospace, style.preformatted) = (true, true),
        Kind::Small => style.size /= 1.2,
        Kind::Big => style.size *= 1.2,
        Kind::Center => style.centered = true,
        // Quirks mode, in which nearly all mail is shown: a table does not inherit weight.
        Kind::Table => (style.bold, style.centered) = (false, style.centered),
        // Their colours are their own, and so is the size of what is filled in.
        Kind::Button => style.color = None,
        Kind::Input | Kind::Textarea | Kind::Select => (style.color, style.size) = (None, FIELD_SIZE),
        Kind::Cell if name.eq_ignore_ascii_case("th") => (style.bold, style.centered) = (true, true),
        _ => {}
    }
    style.size = style.size.min(style::LARGEST_SIZE);
}

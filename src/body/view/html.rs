//! HTML to a [`View`]: tokens, a bounded stack of open elements, and what each of them makes of the text inside.
//!
//! This is not a tree builder. It keeps what decides visibility and reading order: implied end tags of `p`, `li`, cells
//! and rows, the scope that cells set, and the reopening of formatting elements that a block closed
//! (<https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements>). Foster parenting
//! (text in a table outside its cells moves before the table) changes order only and is left out.
//!
//! Style sheets are read before the first element, and where the pass meets a `<style>` that was not seen before (in capitals) it
//! begins again. A part without one pays nothing. Where `html` or `body` are not written they are implied once there are rules,
//! because rules name them.
//!
//! What has content of its own kind is shown as clients for mail show it, which clean markup before they draw it:
//!
//! | element | read as | because |
//! | --- | --- | --- |
//! | `noscript` | shown | clients for mail run no script |
//! | `template`, `datalist` | not shown | no browser draws them |
//! | `svg` with its `text`, `title`, `desc`; `math` | not shown | clients that clean markup drop them whole |
//! | `object`, `iframe` | not shown, nor what stands in for them | dropped whole; nothing is loaded |
//! | `video`, `audio`, `canvas` | not shown, nor what stands in for them | it depends on the client which of the two is seen |
//! | `select` | its chosen `option` is shown | a closed list shows one item |
//! | `textarea`, `input` | their value or placeholder is shown | a field shows what it holds |
//! | `meter`, `progress`, `rp` | not shown | browsers that know them show no content of theirs |
//! | `area` | a link where an image uses its `map` | without the image there is nothing to press |
//! | `details` | its `summary` is shown, the rest with `open` only | a closed one shows no more until it is pressed |
//! | `dialog` | shown with `open` only | browsers draw no closed dialog |
//!
//! Time is linear: the stack is bounded, and so is what an end tag looks at (`nesting.rs`).

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

mod action;
mod choice;
mod element;
mod mode;
mod nesting;
mod replaced;
mod styling;

use std::borrow::Cow;

use super::build::{Builder, Look};
use super::scan::{self, Scanner, Token};
use super::style::{self, BASE_SIZE, Display, Hints, Ink, Matcher, NO_NODE, Own, Rgb, Screen, Sheet, Style};
use super::{Link, Prominence, Role, Source, View};
use crate::limits::{Limit, Limits};
use choice::Choice;
use element::{Element, Kind, is_head_content, kind_of};
use styling::{InlineStyles, defaults};

/// Elements that are open at once in most mails.
const USUAL_DEPTH: usize = 32;
/// Of the markup of mails so much is text, and so much makes a run of it.
const BYTES_PER_LETTER: usize = 12;
const BYTES_PER_RUN: usize = 400;

pub(super) fn view(html: &str, limits: &Limits, screen: Screen) -> View {
    // Where this is in a comment there is no sheet, and none is read.
    let has_sheet = memchr::memmem::find(html.as_bytes(), b"<style").is_some();
    let mut reader = if has_sheet { Reader::with_sheet(html, limits, screen) } else { Reader::new(html, limits) };
    if reader.run() == Ended::AtStyleSheet {
        reader = Reader::with_sheet(html, limits, screen);
        reader.run();
    }
    reader.finish()
}

#[derive(PartialEq, Eq)]
enum Ended {
    AtTheEnd,
    /// There is a style sheet that was not read yet.
    AtStyleSheet,
}

struct Reader<'h> {
    scanner: Scanner<'h>,
    max_open: usize,
    out: Builder,
    stack: Vec<Element>,
    /// How many of each kind are open: an end tag with none is skipped at once.
    open: [u16; Kind::COUNT],
    /// Start tags that were not pushed because the stack was full.
    overflow: usize,
    reopen: Vec<Element>,
    boxes: u32,
    styles: u32,
    rows: u32,
    /// Style sheets were looked for.
    sheet_read: bool,
    asks_for_screen: bool,
    /// Their rules, where there are any.
    matcher: Option<Matcher<'h>>,
    inline: InlineStyles<'h>,
    base: Option<::url::Url>,
    /// What is chosen in the `select` that is open.
    choice: Choice,
    /// Names of maps, which of them is open, the links of all areas with theirs, and what images use.
    maps: Vec<Cow<'h, str>>,
    map: Option<usize>,
    areas: Vec<(usize, u32)>,
    maps_in_use: Vec<Cow<'h, str>>,
    /// Quirks mode, and the colour of the text in `body`, which its tables have.
    quirks: bool,
    body_color: Option<Ink>,
}

impl<'h> Reader<'h> {
    fn new(html: &'h str, limits: &Limits) -> Self {
        let mut out = Builder::new(Source::Html, limits);
        out.reserve(html.len() / BYTES_PER_LETTER, html.len() / BYTES_PER_RUN);
        Self {
            scanner: Scanner::new(html, limits.attributes),
            max_open: limits.open_elements,
            out,
            stack: Vec::with_capacity(USUAL_DEPTH),
            open: [0; Kind::COUNT],
            overflow: 0,
            reopen: Vec::new(),
            boxes: 0,
            styles: 0,
            rows: 0,
            sheet_read: false,
            asks_for_screen: false,
            matcher: None,
            inline: InlineStyles::new(),
            base: None,
            choice: Choice::default(),
            maps: Vec::new(),
            map: None,
            areas: Vec::new(),
            maps_in_use: Vec::new(),
            quirks: mode::is_quirks(html),
            body_color: Style::default().color,
        }
    }

    fn with_sheet(html: &'h str, limits: &Limits, screen: Screen) -> Self {
        let sheet = Sheet::of(html, limits, screen);
        let asks_for_screen = sheet.asks_for_screen;
        let matcher = Some(Matcher::new(sheet, html.len(), limits)).filter(|matcher| !matcher.is_idle());
        Self { sheet_read: true, asks_for_screen, matcher, ..Self::new(html, limits) }
    }

    fn finish(mut self) -> View {
        for limit in self.matcher.iter().flat_map(Matcher::limits_hit) {
            self.out.limit(*limit);
        }
        View { asks_for_screen: self.asks_for_screen, ..self.out.finish() }
    }

    fn run(&mut self) -> Ended {
        let mut script_is_data = false;
        while let Some(token) = self.scanner.next() {
            if self.out.is_full() {
                break;
            }
            match token {
                Token::Text(raw) => self.text(raw),
                Token::Raw(raw) => {
                    if std::mem::take(&mut script_is_data) {
                        self.actions(raw);
                    } else if self.stack.last().is_some_and(|element| element.kind == Kind::Textarea) {
                        self.text(raw);
                    }
                }
                Token::Start { name, .. } if !self.sheet_read && name.eq_ignore_ascii_case("style") => return Ended::AtStyleSheet,
                Token::Start { name, self_closing } => {
                    script_is_data = name.eq_ignore_ascii_case("script") && self.scanner.attribute("type").is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json"));
                    self.start(name, self_closing);
                }
                Token::End { name } => self.end(kind_of(name)),
            }
        }
        if self.scanner.attributes_cut() {
            self.out.limit(Limit::Attributes);
        }
        while !self.stack.is_empty() {
            self.pop();
        }
        self.show_areas();
        Ended::AtTheEnd
    }

    fn style(&self) -> Style {
        self.stack.last().map_or_else(Style::default, |element| element.style)
    }

    fn prominence(&self, alt: bool) -> Prominence {
        let Some(element) = self.stack.last() else { return Prominence { size: BASE_SIZE, alt, ..Prominence::default() } };
        let style = &element.style;
        Prominence {
            size: style.size,
            bold: style.bold,
            spaced: style.spaced,
            monospace: style.monospace,
            centered: style.centered,
            boxed: element.boxed,
            styled: element.styled,
            alt,
            struck: style.struck,
            link: element.link,
        }
    }

    fn text(&mut self, raw: &str) {
        if self.open[Kind::Select as usize] > 0 && self.in_undisplayed() {
            return self.choice.text(raw);
        }
        if raw.trim_ascii().is_empty() {
            if self.is_without_room() {
                return;
            }
            if self.style().preformatted {
                self.out.text(raw, self.prominence(false), true);
            } else if !raw.is_empty() {
                self.out.text(" ", self.prominence(false), false);
            }
            return;
        }
        if self.stack.last().is_some_and(|element| element.kind == Kind::Head) {
            self.close_within(Kind::Head, &[]);
        }
        self.reopen();
        self.imply_body();
        let mut style = self.style();
        if let Some(background) = self.fostered_background() {
            style.background = background;
        }
        let link = self.stack.last().and_then(|element| element.link);
        if self.in_undisplayed() || !style.shows_text() {
            link.inspect(|link| self.out.look(*link, Look::HiddenText));
            // A blank has no colour to be seen by, and takes its room.
            if !self.is_without_room() && scan::decode_text(raw).trim().is_empty() {
                self.out.gap();
            }
            return;
        }
        self.announce();
        let text = scan::decode_text(raw);
        // A blank that is underlined can be seen and pressed.
        if let Some(link) = link.filter(|_| text.contains('\u{a0}')) {
            self.out.look(link, Look::Box);
        }
        if style.letters_turned {
            return self.out.turned_text(&text, self.prominence(false), style.preformatted);
        }
        self.out.text(&text, self.prominence(false), style.preformatted);
    }

    /// What stands in a table and in none of its cells is laid out before the table: what lies behind it is what lies behind
    /// the table (13.2.6.1, foster parenting).
    fn fostered_background(&self) -> Option<Option<Rgb>> {
        let is_part = |element: &&Element| matches!(element.kind, Kind::RowGroup | Kind::Row);
        let mut around = self.stack.iter().rev().skip_while(is_part);
        around.next().filter(|element| element.kind == Kind::Table)?;
        Some(around.next().map_or(Style::default(), |element| element.style).background)
    }

    fn in_undisplayed(&self) -> bool {
        self.stack.last().is_some_and(|element| element.undisplayed || element.folded)
    }

    /// Whether nothing stands here, not even a gap: the text before and after it touches.
    fn is_without_room(&self) -> bool {
        // In a box around other boxes (`font-size: 0` on the cell of a layout) a space still keeps words apart.
        self.stack.last().is_some_and(|element| element.undisplayed || element.folded || element.style.boxless || (!element.breaks && element.style.takes_no_room()))
    }

    /// Tells the builder what the next block is, should text come.
    fn announce(&mut self) {
        let (role, row) = self.stack.last().map_or((Role::Paragraph, None), |element| (element.role, element.row));
        self.out.set_role(role, row);
    }

    fn start(&mut self, name: &str, self_closing: bool) {
        let kind = kind_of(name);
        if self.open[Kind::Head as usize] > 0 && !is_head_content(name) {
            self.close_within(Kind::Head, &[]);
        }
        if !matches!(kind, Kind::Html | Kind::Head | Kind::Body) && !is_head_content(name) {
            self.imply_body();
        }
        match kind {
            // Text has come already: 13.2.6.4.7 ignores the tag.
            Kind::Head if self.out.text_len() > 0 => return,
            Kind::Br | Kind::Hr => return self.separator(kind, name),
            Kind::Img => return self.image("img"),
            Kind::Area => return self.area(),
            Kind::Base => {
                if self.base.is_none() {
                    self.base = self.scanner.attribute("href").and_then(|href| ::url::Url::parse(href.trim()).ok());
                }
                return;
            }
            Kind::Meta | Kind::Link => return self.microdata(),
            Kind::Void => {
                self.remember(name, true);
                return;
            }
            Kind::Input => return self.input(),
            _ => {}
        }
        // 13.2.6.4.7: a list in a list, or a field, ends the list.
        if matches!(kind, Kind::Select | Kind::Textarea) {
            self.close_within(Kind::Select, &[Kind::Cell, Kind::Table]);
        }
        self.close_implied(kind);
        if !matches!(kind, Kind::Table | Kind::Row | Kind::RowGroup | Kind::Cell) {
            self.reopen();
        }
        if self.stack.len() >= self.max_open {
            self.overflow += 1;
            self.out.limit(Limit::OpenElements);
            if kind.is_block() {
                self.out.block_break();
            }
            return;
        }
        let element = self.element(kind, name);
        self.push(element);
        // Void in SVG and in habit only: HTML ignores the slash on ordinary elements.
        if self_closing && (kind == Kind::Foreign || name.eq_ignore_ascii_case("svg") || name.eq_ignore_ascii_case("math")) {
            self.pop();
        }
    }

    /// Makes the element known to the rules of the style sheets; `tag` says that the start tag just read is its own.
    fn remember(&mut self, name: &str, tag: bool) -> u32 {
        let Some(matcher) = &mut self.matcher else { return NO_NODE };
        let (parent, previous) = self.stack.last().map_or((NO_NODE, NO_NODE), |parent| (parent.node, parent.last_child));
        let node = matcher.open(name, tag.then_some(&self.scanner), parent, previous);
        if let Some(parent) = self.stack.last_mut() {
            parent.last_child = node;
        }
        node
    }

    /// 13.2.6.4.3 and 13.2.6.4.6, where there are rules that might hold of `html` and `body`.
    fn imply_body(&mut self) {
        if self.matcher.is_none() || self.open[Kind::Body as usize] > 0 || self.stack.last().is_some_and(|element| element.kind != Kind::Html) {
            return;
        }
        if self.stack.is_empty() {
            self.push_implied(Kind::Html, "html");
        }
        self.push_implied(Kind::Body, "body");
    }

    fn push_implied(&mut self, kind: Kind, name: &str) {
        let parent = self.stack.last().copied().unwrap_or_else(Element::root);
        let node = self.remember(name, false);
        let (style, own) = self.computed(kind, node, parent.style, parent.style, Hints::default(), None);
        let own_box = own.background || own.border;
        self.boxes += u32::from(own_box);
        let boxed = if own_box { self.boxes } else { parent.boxed };
        let (holds_items, items_in_other_order, items_reversed) = (own.holds_items, own.items_in_other_order, own.items_reversed);
        self.push(Element { kind, style, breaks: true, holds_items, items_in_other_order, items_reversed, own_box, boxed, node, last_child: NO_NODE, ..parent });
    }

    /// `br` ends a line and `hr` a block, unless they are not there for a reader.
    fn separator(&mut self, kind: Kind, name: &str) {
        let (style, _) = self.void_style(kind, name);
        match kind {
            _ if style.boxless || self.in_undisplayed() => {}
            Kind::Br => self.out.line_break(),
            _ => self.out.block_break(),
        }
    }

    /// The element that a start tag opens, its style computed.
    fn element(&mut self, kind: Kind, name: &str) -> Element {
        let mut parent = self.stack.last().copied().unwrap_or_else(Element::root);
        if !matches!(kind, Kind::RowGroup | Kind::Row | Kind::Cell)
            && let Some(background) = self.fostered_background()
        {
            parent.style.background = background;
        }
        let mut element = Element { kind, breaks: kind.is_block(), last_child: NO_NODE, folded: false, ..parent };
        element.undisplayed |= parent.folded && !name.eq_ignore_ascii_case("summary");
        element.folded = kind == Kind::Block && name.eq_ignore_ascii_case("details") && !self.scanner.has_attribute("open");
        element.undisplayed |= matches!(kind, Kind::Undisplayed | Kind::Head) || (kind == Kind::RubyPart && name.eq_ignore_ascii_case("rp")) || self.is_closed_list(kind);
        defaults(kind, name, &mut element.style);
        if kind == Kind::Table && self.quirks {
            self.forget_in_table(&mut element.style);
        }
        self.note_choice(kind);
        let hints = self.presentational_attributes(kind, name, &mut element.style);
        element.node = self.remember(name, true);
        let inline = self.scanner.attribute("style");
        let (style, own) = self.computed(kind, element.node, parent.style, element.style, hints, inline);
        element.style = style;
        match own.display {
            Some(Display::Block) => element.breaks = true,
            Some(Display::Inline | Display::InlineBlock) if !matches!(kind, Kind::Cell | Kind::Row | Kind::Table) => {
                element.breaks = kind.is_block() && own.display != Some(Display::Inline)
            }
            _ => {}
        }
        self.set_apart(kind, own, &parent, &mut element);
        self.mark_seam(kind, own, &parent);
        element.breaks &= !element.undisplayed && !element.style.boxless;
        // Rules were left out: what a class sets is not known.
        let rules_missing = self.matcher.as_ref().is_some_and(|matcher| !matcher.limits_hit().is_empty());
        if rules_missing && !own.background && (self.scanner.has_attribute("class") || self.scanner.has_attribute("id")) {
            element.style.background = None;
        }
        element.own_box = own.background || own.border;
        if element.own_box || kind == Kind::Code {
            self.boxes += 1;
            element.boxed = self.boxes;
        }
        element.action |= self.scanner.attribute("itemtype").is_some_and(|t| ["ConfirmAction", "SaveAction", "ViewAction"].iter().any(|name| t.ends_with(name)));
        if own.font || own.background || own.border || kind.is_emphasis() {
            self.styles += 1;
            element.styled = self.styles;
        }
        self.place(kind, &mut element);
        if kind.opens_link() {
            self.open_link(own, &mut element);
        }
        if let Some(link) = element.link.filter(|_| own.has_size && element.style.shows_box_itself()) {
            self.out.look(link, Look::Box);
        }
        element
    }

    /// Notes where a reader does not read on from what stands before the element: boxes in another order, or far away.
    fn mark_seam(&mut self, kind: Kind, own: Own, parent: &Element) {
        let is_box = kind == Kind::Cell || parent.holds_items || own.apart || own.display == Some(Display::InlineBlock);
        if own.displaced || (is_box && (parent.items_reversed || parent.style.right_to_left)) {
            self.out.seam();
        }
    }

    /// Where in the mail's structure the element stands.
    fn place(&mut self, kind: Kind, element: &mut Element) {
        match kind {
            Kind::Heading => element.role = stronger(element.role, Role::Heading),
            Kind::ListItem => element.role = stronger(element.role, Role::ListItem),
            Kind::Cell => element.role = stronger(element.role, Role::Cell),
            Kind::Row => {
                self.rows += 1;
                element.row = Some(self.rows);
            }
            Kind::Quote => element.role = Role::Quoted,
            Kind::Footer => element.role = stronger(Role::Footer, element.role),
            Kind::Table => element.row = None,
            _ => {}
        }
        if matches!(kind, Kind::Block | Kind::Table | Kind::Row | Kind::Cell | Kind::P) && !matches!(element.role, Role::Quoted | Role::Forwarded) {
            for attribute in ["class", "id"] {
                let Some(value) = self.scanner.attribute(attribute) else { continue };
                if ["gmail_quote", "yahoo_quoted", "moz-cite", "protonmail_quote", "divRplyFwdMsg", "reply-intro"].iter().any(|name| value.contains(name)) {
                    element.role = Role::Quoted;
                } else if style::contains_ignoring_case(&value, "footer") {
                    element.role = stronger(Role::Footer, element.role);
                }
            }
        }
    }

    fn open_link(&mut self, own: Own, element: &mut Element) {
        let (href, relative) = match self.scanner.attribute("href") {
            Some(href) => self.resolve(href.trim()),
            None => return,
        };
        if element.undisplayed || !element.style.shows_boxes() {
            element.link = None;
            return;
        }
        let class_says_button = self.scanner.attribute("class").is_some_and(|class| ["btn", "button", "cta"].iter().any(|word| style::contains_ignoring_case(&class, word)));
        let parent_is_box = self.stack.last().is_some_and(|parent| parent.boxed != 0 && matches!(parent.kind, Kind::Cell | Kind::Block | Kind::P) && parent.own_box);
        let button = class_says_button
            || ((own.background || own.border) && (own.padding || own.display.is_some()))
            || (own.padding && own.display == Some(Display::InlineBlock))
            || (parent_is_box && own.display.is_some());
        let (start, block) = self.out.next_position();
        element.link = self.out.link(Link { href, span: start..start, image: false, button, block, bare: false, action: false, relative });
    }

    /// A relative href with a base is resolved (a person's client does), which is said; everything else stays byte for byte.
    fn resolve(&self, href: &str) -> (String, bool) {
        match &self.base {
            Some(base) if ::url::Url::parse(href) == Err(::url::ParseError::RelativeUrlWithoutBase) => (base.join(href).map_or_else(|_| href.to_owned(), String::from), true),
            _ => (href.to_owned(), false),
        }
    }

    fn actions(&mut self, json: &str) {
        for href in action::targets(json) {
            self.action(href);
        }
    }

    /// `<link itemprop="url" href>` and `<meta itemprop="url" content>` inside a ConfirmAction or its kin.
    fn microdata(&mut self) {
        let Some(element) = self.stack.last() else { return };
        let is_url = self.scanner.attribute("itemprop").is_some_and(|name| matches!(name.as_ref(), "url" | "target"));
        if !element.action || !is_url {
            return;
        }
        if let Some(href) = self.scanner.attribute("href").or_else(|| self.scanner.attribute("content")) {
            self.action(href.trim().to_owned());
        }
    }

    fn action(&mut self, href: String) {
        let (start, block) = self.out.next_position();
        self.out.link(Link { href, span: start..start, image: false, button: false, block, bare: false, action: true, relative: false });
    }
}

/// Quoted text stays quoted, and a footer stays one, whatever stands inside.
fn stronger(outer: Role, inner: Role) -> Role {
    if matches!(outer, Role::Quoted | Role::Forwarded | Role::Footer) { outer } else { inner }
}

#[cfg(test)]
mod tests {
    use crate::view::View;

    fn view(html: &str) -> View {
        View::of_html(html)
    }

    #[test]
    fn headings_in_headings_have_a_largest_size() {
        let seen = View::of_html(&format!("{}a", "<h1><div>".repeat(200)));
        assert_eq!(seen.runs[0].prominence.size, crate::body::view::style::LARGEST_SIZE);
    }

    #[test]
    fn an_unclosed_head_ends_with_the_first_text() {
        assert_eq!(view("<head>n").text, "n");
        assert_eq!(view("<html><head><title>t</title><style>p{}</style><p>a</p>").text, "a");
    }

    #[test]
    fn misnesting_does_not_show_what_is_hidden() {
        assert_eq!(view("a<b><div style='display:none'></b>secret 483921</div>b").text.replace('\n', ""), "ab");
        let seen = view("<a href=https://x.ex/>in<div style='display:none'><a href=https://evil.ex/>code 483921</a></div></a>");
        assert_eq!((seen.text.as_str(), seen.links.len()), ("in", 1));
    }

    #[test]
    fn hidden_images_and_fields_show_nothing() {
        assert_eq!(view("<img hidden alt=483921><input style='display:none' value=483921><input hidden value=483921>").text, "");
    }

    #[test]
    fn an_anchor_around_a_table_keeps_its_text() {
        let seen = view("<a href=https://x.ex/><table><tr><td>Sign in</td></tr></table></a>");
        assert_eq!(&seen.text[seen.links[0].span.clone()], "Sign in");
    }
}

//! HTML to a [`View`]: tokens, a bounded stack of open elements, and what each of them makes of the text inside.
//!
//! This is not a tree builder. It keeps what decides visibility and reading order: implied end tags of `p`, `li`, cells
//! and rows, the scope that cells set, and the reopening of formatting elements that a block closed
//! (<https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements>). Foster parenting
//! (text in a table outside its cells moves before the table) changes order only and is left out.
//!
//! Time is linear: the stack is bounded, an end tag without an open element costs one look, and one with looks at most
//! through the elements that it closes or up to the cell around it.

mod action;
mod element;

use super::build::Builder;
use super::scan::{self, Scanner, Token};
use super::style::{self, BASE_SIZE, Display, Own, Style};
use super::{Link, Prominence, Role, Source, View};
use crate::limits::{Limit, Limits};
use element::{Element, Kind, is_head_content, kind_of};

/// Where style sheets are looked for.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// Formatting elements that a closed block leaves to be opened again.
const MAX_REOPENED: usize = 8;

pub(super) fn view(html: &str, limits: &Limits) -> View {
    let mut reader = Reader::new(html, limits);
    reader.run();
    reader.out.finish()
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
    /// There is a style sheet: what a class sets cannot be known here.
    has_sheet: bool,
    base: Option<::url::Url>,
}

impl<'h> Reader<'h> {
    fn new(html: &'h str, limits: &Limits) -> Self {
        let has_sheet = style::contains_ignoring_case(&html[..floor(html, MAX_HEAD_BYTES)], "<style");
        Self {
            scanner: Scanner::new(html, limits.attributes),
            max_open: limits.open_elements,
            out: Builder::new(Source::Html, limits),
            stack: Vec::with_capacity(64),
            open: [0; Kind::COUNT],
            overflow: 0,
            reopen: Vec::new(),
            boxes: 0,
            styles: 0,
            rows: 0,
            has_sheet,
            base: None,
        }
    }

    fn run(&mut self) {
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
                    }
                }
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
            link: element.link,
        }
    }

    fn text(&mut self, raw: &str) {
        if raw.trim_ascii().is_empty() {
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
        let style = self.style();
        if self.in_undisplayed() || !style.shows_text() {
            return;
        }
        self.announce();
        self.out.text(&scan::decode_text(raw), self.prominence(false), style.preformatted);
    }

    fn in_undisplayed(&self) -> bool {
        self.stack.last().is_some_and(|element| element.undisplayed)
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
        match kind {
            // Text has come already: 13.2.6.4.7 ignores the tag.
            Kind::Head if self.out.text_len() > 0 => return,
            Kind::Br => return self.out.line_break(),
            Kind::Img => return self.image(),
            Kind::Hr => return self.out.block_break(),
            Kind::Base => {
                if self.base.is_none() {
                    self.base = self.scanner.attribute("href").and_then(|href| ::url::Url::parse(href.trim()).ok());
                }
                return;
            }
            Kind::Meta | Kind::Link => return self.microdata(),
            Kind::Void => return,
            Kind::Input => return self.input(),
            _ => {}
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
        if self_closing && kind == Kind::Foreign {
            self.pop();
        }
    }

    /// 13.2.6.4.7, the start tags that close what is open.
    fn close_implied(&mut self, kind: Kind) {
        match kind {
            Kind::Cell => self.close_within(Kind::Cell, &[Kind::Row, Kind::Table]),
            Kind::Row => {
                self.close_within(Kind::Row, &[Kind::Table]);
            }
            Kind::RowGroup => self.close_within(Kind::RowGroup, &[Kind::Table]),
            Kind::ListItem => self.close_within(Kind::ListItem, &[Kind::List, Kind::Cell, Kind::Table]),
            Kind::Definition => self.close_within(Kind::Definition, &[Kind::List, Kind::Cell, Kind::Table]),
            Kind::Option => self.close_within(Kind::Option, &[Kind::Cell, Kind::Table]),
            Kind::Anchor => self.close_within(Kind::Anchor, &[Kind::Cell]),
            _ => {}
        }
        if kind.closes_paragraph() {
            self.close_within(Kind::P, &[Kind::Cell, Kind::Table, Kind::Button]);
        }
    }

    /// Closes the innermost open element of this kind unless one of `barriers` stands between.
    fn close_within(&mut self, kind: Kind, barriers: &[Kind]) {
        if self.open[kind as usize] == 0 {
            return;
        }
        for at in (0..self.stack.len()).rev() {
            let open = self.stack[at].kind;
            if open == kind {
                return self.close_down_to(at, kind);
            }
            if barriers.contains(&open) {
                return;
            }
        }
    }

    fn end(&mut self, kind: Kind) {
        match kind {
            Kind::Br | Kind::P if self.open[kind as usize] == 0 => return if kind == Kind::Br { self.out.line_break() } else { self.out.block_break() },
            Kind::Br | Kind::Img | Kind::Hr | Kind::Base | Kind::Meta | Kind::Link | Kind::Void | Kind::Input => return,
            _ => {}
        }
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        if let Some(at) = self.reopen.iter().rposition(|element| element.kind == kind) {
            self.reopen.remove(at);
            return;
        }
        if matches!(kind, Kind::Body | Kind::Html) {
            return;
        }
        let barriers: &[Kind] = match kind {
            Kind::Table | Kind::RowGroup | Kind::Row | Kind::Cell => &[],
            _ => &[Kind::Cell, Kind::Table],
        };
        let barriers = if matches!(kind, Kind::Row | Kind::RowGroup | Kind::Cell) { &[Kind::Table][..] } else { barriers };
        self.close_within(kind, barriers);
    }

    /// Closes everything from the top down to and including `at`; formatting elements above it open again later.
    ///
    /// A formatting element closes alone where a block was opened inside it: what the block hides stays hidden
    /// (13.2.6.4.7, the adoption agency algorithm).
    fn close_down_to(&mut self, at: usize, closed: Kind) {
        if closed.is_formatting()
            && let Some(block) = (at + 1..self.stack.len()).find(|above| self.stack[*above].kind.is_block() || self.stack[*above].undisplayed)
        {
            return self.close_between(at, block);
        }
        let keep_formatting = !matches!(closed, Kind::Cell | Kind::Row | Kind::RowGroup | Kind::Table) && !closed.is_formatting();
        let first = self.reopen.len();
        while self.stack.len() > at {
            let element = self.pop();
            if keep_formatting && self.stack.len() > at && element.kind.is_formatting() && self.reopen.len() < MAX_REOPENED {
                self.reopen.insert(first, element);
            }
        }
    }

    /// Takes the elements from `at` up to `block` off the stack and leaves those above open.
    fn close_between(&mut self, at: usize, block: usize) {
        let above = self.stack.split_off(block);
        let links: Vec<u32> = self.stack[at..].iter().filter(|element| element.kind.opens_link()).filter_map(|element| element.link).collect();
        while self.stack.len() > at {
            self.pop();
        }
        self.stack.extend(above.into_iter().map(|element| Element { link: element.link.filter(|link| !links.contains(link)), ..element }));
    }

    /// Opens again the formatting elements that a block closed before their own end tags came.
    fn reopen(&mut self) {
        if self.reopen.is_empty() {
            return;
        }
        for element in std::mem::take(&mut self.reopen) {
            if self.stack.len() >= self.max_open {
                return;
            }
            let parent = self.stack.last().copied();
            let mut again = element;
            again.role = parent.map_or(Role::Paragraph, |p| p.role);
            again.row = parent.and_then(|p| p.row);
            if let Some(parent) = parent {
                again.style.hidden |= parent.style.hidden;
                again.undisplayed |= parent.undisplayed;
            }
            self.push(again);
        }
    }

    fn push(&mut self, element: Element) {
        if element.breaks {
            self.out.block_break();
        }
        self.open[element.kind as usize] += 1;
        self.stack.push(element);
    }

    fn pop(&mut self) -> Element {
        let Some(element) = self.stack.pop() else { return Element::root() };
        self.open[element.kind as usize] -= 1;
        if element.breaks {
            self.out.block_break();
        }
        if element.kind.opens_link()
            && let Some(link) = element.link
        {
            let end = self.out.text_len();
            self.out.link_mut(link).span.end = end;
        }
        element
    }

    /// The element that a start tag opens, its style computed.
    fn element(&mut self, kind: Kind, name: &str) -> Element {
        let parent = self.stack.last().copied().unwrap_or_else(Element::root);
        let mut element = Element { kind, breaks: kind.is_block(), ..parent };
        element.undisplayed |= matches!(kind, Kind::Undisplayed | Kind::Head);
        defaults(kind, name, &mut element.style);
        let inline = self.scanner.attribute("style");
        let own = inline.as_deref().map(|declarations| style::apply(declarations, &mut element.style)).unwrap_or_default();
        let own = self.presentational_attributes(kind, own, &mut element.style, parent.style);
        match own.display {
            Some(Display::Block) => element.breaks = true,
            Some(Display::Inline | Display::InlineBlock) if !matches!(kind, Kind::Cell | Kind::Row | Kind::Table) => {
                element.breaks = kind.is_block() && own.display != Some(Display::Inline)
            }
            _ => {}
        }
        if self.has_sheet && !own.background && (self.scanner.has_attribute("class") || self.scanner.has_attribute("id")) {
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
            self.open_link(kind, own, &mut element);
        }
        element
    }

    /// `bgcolor`, `color`, `size`, `align`, `hidden`: HTML's presentational hints.
    fn presentational_attributes(&mut self, kind: Kind, mut own: Own, style: &mut Style, parent: Style) -> Own {
        style.hidden |= self.scanner.has_attribute("hidden");
        if matches!(kind, Kind::Table | Kind::Row | Kind::Cell | Kind::Body | Kind::RowGroup) {
            if !own.background
                && let Some(color) = self.scanner.attribute("bgcolor").and_then(|value| style::attribute_color(&value))
            {
                own.background = parent.background != Some(color);
                style.background = Some(color);
            }
            if self.scanner.has_attribute("background") {
                style.background = None;
            }
            if let Some(align) = self.scanner.attribute("align") {
                style.centered = align.eq_ignore_ascii_case("center");
            }
        }
        if kind == Kind::Font {
            if let Some(color) = self.scanner.attribute("color").and_then(|value| style::attribute_color(&value))
                && style.color == parent.color
            {
                style.color = Some(color);
            }
            const SIZES: [f32; 7] = [10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0];
            if let Some(size) = self.scanner.attribute("size").and_then(|value| value.trim().parse::<i32>().ok().map(|n| (n, value.trim().starts_with(['+', '-'])))) {
                let step = if size.1 { 3 + size.0 } else { size.0 };
                style.size = SIZES[step.clamp(1, 7) as usize - 1];
                own.font = true;
            }
        }
        own
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

    fn open_link(&mut self, kind: Kind, own: Own, element: &mut Element) {
        let href = match self.scanner.attribute("href") {
            Some(href) => self.resolve(href.trim()),
            None => return,
        };
        if element.undisplayed || element.style.hidden || element.style.invisible {
            element.link = None;
            return;
        }
        let class_says_button = self.scanner.attribute("class").is_some_and(|class| ["btn", "button", "cta"].iter().any(|word| style::contains_ignoring_case(&class, word)));
        let parent_is_box = self.stack.last().is_some_and(|parent| parent.boxed != 0 && matches!(parent.kind, Kind::Cell | Kind::Block | Kind::P) && parent.own_box);
        let button = kind != Kind::Area
            && (class_says_button
                || ((own.background || own.border) && (own.padding || own.display.is_some()))
                || (own.padding && own.display == Some(Display::InlineBlock))
                || (parent_is_box && own.display.is_some()));
        let (start, block) = self.out.next_position();
        element.link = self.out.link(Link { href, span: start..start, image: false, button, block, bare: false, action: false });
    }

    /// A relative href with a base is resolved (a person's client does); everything else stays byte for byte.
    fn resolve(&self, href: &str) -> String {
        match &self.base {
            Some(base) if ::url::Url::parse(href) == Err(::url::ParseError::RelativeUrlWithoutBase) => base.join(href).map_or_else(|_| href.to_owned(), String::from),
            _ => href.to_owned(),
        }
    }

    fn image(&mut self) {
        self.reopen();
        let parent = self.style();
        let mut own = parent;
        let inline = self.scanner.attribute("style");
        if let Some(declarations) = inline.as_deref() {
            style::apply(declarations, &mut own);
        }
        let tiny = ["width", "height"].iter().any(|side| self.scanner.attribute(side).is_some_and(|value| matches!(value.trim().trim_end_matches("px"), "0" | "1")));
        if tiny || own.hidden || own.invisible || self.scanner.has_attribute("hidden") || self.in_undisplayed() {
            return;
        }
        self.out.image();
        if let Some(link) = self.stack.last().and_then(|element| element.link) {
            self.out.link_mut(link).image = true;
        }
        if let Some(alt) = self.scanner.attribute("alt").filter(|alt| !alt.trim().is_empty()) {
            self.announce();
            let prominence = Prominence { size: own.size.max(BASE_SIZE), ..self.prominence(true) };
            self.out.text(" ", prominence, false);
            self.out.text(&alt, prominence, false);
            self.out.text(" ", prominence, false);
        }
    }

    /// A form's submit button or read-only field shows its value.
    fn input(&mut self) {
        let kind = self.scanner.attribute("type").unwrap_or_default().to_ascii_lowercase();
        if matches!(kind.as_str(), "hidden" | "password" | "checkbox" | "radio") || self.in_undisplayed() {
            return;
        }
        let mut own = self.style();
        if let Some(declarations) = self.scanner.attribute("style") {
            style::apply(&declarations, &mut own);
        }
        if self.scanner.has_attribute("hidden") || !own.shows_text() {
            return;
        }
        if let Some(value) = self.scanner.attribute("value") {
            self.announce();
            self.out.text(&value, self.prominence(false), false);
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
        self.out.link(Link { href, span: start..start, image: false, button: false, block, bare: false, action: true });
    }
}

/// Quoted text stays quoted, and a footer stays one, whatever stands inside.
fn stronger(outer: Role, inner: Role) -> Role {
    if matches!(outer, Role::Quoted | Role::Forwarded | Role::Footer) { outer } else { inner }
}

/// What the standard's rendering section says of elements before any style.
fn defaults(kind: Kind, name: &str, style: &mut Style) {
    match kind {
        Kind::Heading => {
            style.bold = true;
            style.size = BASE_SIZE
                * match name.as_bytes().get(1) {
                    Some(b'1') => 2.0,
                    Some(b'2') => 1.5,
                    Some(b'3') => 1.17,
                    Some(b'4') => 1.0,
                    Some(b'5') => 0.83,
                    _ => 0.67,
                };
        }
        Kind::Bold => style.bold = true,
        Kind::Code => style.monospace = true,
        Kind::Pre => (style.monospace, style.preformatted) = (true, true),
        Kind::Small => style.size /= 1.2,
        Kind::Big => style.size *= 1.2,
        Kind::Center => style.centered = true,
        // Quirks mode, in which nearly all mail is shown: a table inherits neither weight nor size nor colour.
        Kind::Table => (style.bold, style.centered) = (false, style.centered),
        Kind::Cell if name.eq_ignore_ascii_case("th") => (style.bold, style.centered) = (true, true),
        _ => {}
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use crate::view::View;

    fn view(html: &str) -> View {
        View::of_html(html)
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

//! The stack of open elements: what opens and closes what (HTML standard, 13.2.4.2 and 13.2.6.4.7).
//!
//! Time is linear: the stack is bounded, an end tag without an open element costs one look, and one with looks at most
//! through the elements that it closes or up to the cell around it.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::Reader;
use super::element::{Element, Kind};
use crate::body::view::Role;
use crate::body::view::style::NO_NODE;

/// Formatting elements that a closed block leaves to be opened again.
const MAX_REOPENED: usize = 8;

impl Reader<'_> {
    /// 13.2.6.4.7, the start tags that close what is open.
    pub(super) fn close_implied(&mut self, kind: Kind) {
        match kind {
            Kind::Cell => self.close_within(Kind::Cell, &[Kind::Row, Kind::Table]),
            Kind::Row => {
                self.close_within(Kind::Row, &[Kind::Table]);
            }
            Kind::RowGroup => self.close_within(Kind::RowGroup, &[Kind::Table]),
            Kind::ListItem => self.close_within(Kind::ListItem, &[Kind::List, Kind::Cell, Kind::Table]),
            Kind::Definition => self.close_within(Kind::Definition, &[Kind::List, Kind::Cell, Kind::Table]),
            Kind::RubyPart => self.close_within(Kind::RubyPart, &[Kind::Ruby, Kind::Cell, Kind::Table]),
            Kind::Option => self.close_within(Kind::Option, &[Kind::Cell, Kind::Table]),
            Kind::Anchor => self.close_within(Kind::Anchor, &[Kind::Cell]),
            _ => {}
        }
        if kind.closes_paragraph() {
            self.close_within(Kind::P, &[Kind::Cell, Kind::Table, Kind::Button]);
        }
    }

    /// Closes the innermost open element of this kind unless one of `barriers` stands between.
    pub(super) fn close_within(&mut self, kind: Kind, barriers: &[Kind]) {
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

    pub(super) fn end(&mut self, kind: Kind) {
        match kind {
            Kind::Br | Kind::P if self.open[kind as usize] == 0 => return if kind == Kind::Br { self.out.line_break() } else { self.out.block_break() },
            Kind::Br | Kind::Img | Kind::Area | Kind::Hr | Kind::Base | Kind::Meta | Kind::Link | Kind::Void | Kind::Input => return,
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
    pub(super) fn reopen(&mut self) {
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
            again.last_child = NO_NODE;
            if let (Some(matcher), Some(parent)) = (&mut self.matcher, self.stack.last_mut()) {
                again.node = matcher.reopen(again.node, parent.node, parent.last_child);
                parent.last_child = again.node;
            }
            if let Some(parent) = parent {
                again.style.hidden |= parent.style.hidden;
                again.style.boxless |= parent.style.boxless;
                if !again.own_box {
                    again.style.background = parent.style.background;
                }
                again.undisplayed |= parent.undisplayed;
            }
            self.push(again);
        }
    }

    pub(super) fn push(&mut self, element: Element) {
        if element.breaks {
            self.out.block_break();
        } else if element.apart {
            self.out.gap();
        }
        if element.kind == Kind::Body {
            self.body_color = element.style.color;
        }
        self.open[element.kind as usize] += 1;
        self.stack.push(element);
    }

    pub(super) fn pop(&mut self) -> Element {
        let Some(element) = self.stack.pop() else { return Element::root() };
        self.open[element.kind as usize] -= 1;
        match element.kind {
            Kind::Select => self.chosen(&element.style),
            Kind::Map => self.map = None,
            _ => {}
        }
        if element.breaks {
            self.out.block_break();
        } else if element.apart {
            self.out.gap();
        }
        if element.kind.opens_link()
            && let Some(link) = element.link
        {
            let end = self.out.text_len();
            self.out.link_mut(link).span.end = end;
        }
        element
    }
}

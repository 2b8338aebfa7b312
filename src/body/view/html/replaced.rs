//! Elements that show something other than their content: images and their maps, fields, lists.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use std::borrow::Cow;

use super::choice::Choice;
use super::element::Kind;
use super::{Reader, scan};
use crate::body::view::build::Look;
use crate::body::view::style::{BASE_SIZE, Style};
use crate::body::view::{Link, Prominence};

impl Reader<'_> {
    pub(super) fn image(&mut self, name: &str) {
        self.reopen();
        let (style, own) = self.void_style(Kind::Img, name);
        if own.flat || !style.shows_boxes() || self.in_undisplayed() {
            return;
        }
        self.out.image();
        if let Some(link) = self.stack.last().and_then(|element| element.link) {
            self.out.link_mut(link).image = true;
        }
        if let Some(map) = self.scanner.attribute("usemap") {
            self.maps_in_use.push(map);
        }
        self.out.gap();
        if let Some(alt) = self.scanner.attribute("alt").filter(|alt| !alt.trim().is_empty()) {
            self.announce();
            let prominence = Prominence { size: style.size.max(BASE_SIZE), ..self.prominence(true) };
            self.out.text(&alt, prominence, false);
            self.out.gap();
        }
    }

    /// The link of a region of an image; it counts where an image has that map.
    pub(super) fn area(&mut self) {
        let (style, _) = self.void_style(Kind::Area, "area");
        let (Some(href), Some(map)) = (self.scanner.attribute("href"), self.map) else { return };
        if self.in_undisplayed() || !style.shows_boxes() {
            return;
        }
        let (start, block) = self.out.next_position();
        let (href, relative) = self.resolve(href.trim());
        let link = Link { href, span: start..start, image: false, button: false, block, bare: false, action: false, relative };
        self.areas.extend(self.out.link(link).map(|link| (map, link)));
    }

    pub(super) fn show_areas(&mut self) {
        self.maps_in_use.sort_unstable();
        let is_used = |map: &Cow<'_, str>| self.maps_in_use.binary_search_by(|used| used.strip_prefix('#').unwrap_or("").cmp(map)).is_ok();
        let used: Vec<bool> = self.maps.iter().map(is_used).collect();
        for (_, link) in self.areas.iter().filter(|(map, _)| used[*map]) {
            self.out.look(*link, Look::Box);
        }
    }

    /// A button or a field shows its value, or what it asks for.
    pub(super) fn input(&mut self) {
        let kind = self.scanner.attribute("type").unwrap_or_default().to_ascii_lowercase();
        self.close_within(Kind::Select, &[Kind::Cell, Kind::Table]);
        if kind == "image" {
            return self.image("input");
        }
        let (style, _) = self.void_style(Kind::Input, "input");
        if matches!(kind.as_str(), "hidden" | "password" | "checkbox" | "radio" | "color" | "range" | "file") || self.in_undisplayed() || !style.shows_text() {
            return;
        }
        let shown = ["value", "placeholder"].iter().filter_map(|name| self.scanner.attribute(name)).find(|text| !text.is_empty()).unwrap_or_default();
        self.announce();
        self.field(&shown);
        // A field in an anchor is pressed with it.
        if let Some(link) = self.stack.last().and_then(|element| element.link) {
            self.out.look(link, Look::Box);
        }
    }

    /// A `select` that opens on a press; others show all their options.
    pub(super) fn is_closed_list(&self, kind: Kind) -> bool {
        kind == Kind::Select && !self.scanner.has_attribute("multiple") && self.scanner.attribute("size").is_none_or(|size| size.trim().parse::<u32>().unwrap_or(1) <= 1)
    }

    pub(super) fn note_choice(&mut self, kind: Kind) {
        match kind {
            Kind::Select => self.choice = Choice::default(),
            Kind::Option => self.choice.option(self.scanner.has_attribute("selected"), self.scanner.has_attribute("disabled")),
            Kind::Map => {
                self.map = self.scanner.attribute("name").map(|name| {
                    self.maps.push(name);
                    self.maps.len() - 1
                });
            }
            _ => {}
        }
    }

    /// Shows what is chosen in the `select` that was just closed.
    pub(super) fn chosen(&mut self, style: &Style) {
        let choice = std::mem::take(&mut self.choice);
        if !self.in_undisplayed() && style.shows_text() {
            self.announce();
            self.field(&scan::decode_text(choice.shown()));
        }
    }

    /// What a field shows, apart from the text around it.
    fn field(&mut self, text: &str) {
        self.out.gap();
        self.out.text(text, self.prominence(false), false);
        self.out.gap();
    }
}

//! The reference reading of HTML: scraper's tree (html5ever, the standard's own algorithm) and a plain walk over it.
//!
//! It follows the visibility rules of `src/body/view/style.rs` where they are simple: `hidden`, `display`, `visibility`,
//! `opacity`, font sizes, flat clipped boxes, boxes far off the screen; not colours. Fit for trusted input only: the tree of a hostile mail takes hundreds of megabytes.

use mailpick::view::View;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};
use url::Url;

/// What a browser would show and let a person follow.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The visible text and the replacement texts of images, folded as a [`View`] folds, without white space.
    pub(crate) text: String,
    /// The targets of visible anchors, sorted.
    pub(crate) hrefs: Vec<String>,
}

impl Seen {
    /// What the library sees.
    pub(crate) fn by_view(html: &str) -> Self {
        let view = View::of_html(html);
        let links = view.links.iter().filter(|link| !link.bare && !link.action);
        Self::new(&view.text, links.map(|link| link.href.clone()).collect())
    }

    /// What the reference sees.
    pub(crate) fn by_tree(html: &str) -> Self {
        let document = Html::parse_document(&without_noscript(html));
        let mut walk = Walk { text: String::new(), hrefs: Vec::new(), base: None };
        walk.element(document.root_element(), Style::default());
        // A subject's view is its folded text and nothing else.
        Self::new(&View::of_subject(&walk.text).text, walk.hrefs)
    }

    fn new(text: &str, mut hrefs: Vec<String>) -> Self {
        hrefs.sort_unstable();
        hrefs.dedup();
        Self { text: text.chars().filter(|c| !c.is_whitespace()).collect(), hrefs }
    }
}

/// scraper parses as a browser that runs scripts, which takes the content of `noscript` for raw text; mail clients run
/// none. The other name is one that HTML does not know.
fn without_noscript(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.to_ascii_lowercase().find("noscript") {
        out.push_str(&rest[..at]);
        out.push_str("x-script");
        rest = &rest[at + "noscript".len()..];
    }
    out.push_str(rest);
    out
}

/// What an element hands down to those inside it.
#[derive(Debug, Clone, Copy)]
struct Style {
    hidden: bool,
    invisible: bool,
    size: f32,
}

impl Default for Style {
    fn default() -> Self {
        Self { hidden: false, invisible: false, size: 16.0 }
    }
}

impl Style {
    fn shows_text(&self) -> bool {
        self.shows_boxes() && self.size >= 2.0
    }

    fn shows_boxes(&self) -> bool {
        !self.hidden && !self.invisible
    }

    fn inside(mut self, element: &Element) -> Self {
        self.hidden |= element.attr("hidden").is_some();
        let outer = self.size;
        let (mut flat, mut clipped, mut positioned, mut shifted) = (false, false, false, false);
        for declaration in element.attr("style").unwrap_or("").split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().to_ascii_lowercase();
            let value = value.trim_end_matches("!important").trim_end();
            match name.trim().to_ascii_lowercase().as_str() {
                "display" => self.hidden |= value == "none",
                "visibility" => self.invisible = matches!(value, "hidden" | "collapse"),
                "opacity" => self.hidden |= length(value).is_some_and(|n| n < 0.1),
                "font-size" => self.size = font_size(value, outer),
                "font" => self.size = value.split([' ', '/']).find(|word| length(word).is_some_and(|n| n < 100.0)).map_or(self.size, |word| font_size(word, outer)),
                "max-height" | "max-width" | "height" | "width" => flat |= length(value).is_some_and(|n| n <= 1.0),
                "overflow" | "overflow-x" | "overflow-y" => clipped |= matches!(value, "hidden" | "clip"),
                "position" => positioned |= matches!(value, "absolute" | "fixed"),
                "left" | "top" | "right" | "bottom" => shifted |= length(value).is_some_and(|n| n <= -400.0),
                "margin-left" | "margin-top" | "text-indent" => self.hidden |= length(value).is_some_and(|n| n <= -400.0),
                _ => {}
            }
        }
        self.hidden |= (flat && clipped) || (positioned && shifted);
        self
    }
}

/// The number at the start of a length, its unit left aside.
fn length(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(value.len());
    value[..end].parse().ok()
}

fn font_size(value: &str, parent: f32) -> f32 {
    let Some(n) = length(value) else { return if value.contains("small") || value.contains("medium") || value.contains("large") { 16.0 } else { parent } };
    match value.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+')).trim() {
        "em" => n * parent,
        "%" => n * parent / 100.0,
        "rem" => n * 16.0,
        _ => n,
    }
}

/// Elements whose content is not shown, whatever their style.
const UNDISPLAYED: [&str; 18] =
    ["head", "template", "script", "style", "title", "iframe", "noembed", "noframes", "object", "audio", "video", "canvas", "select", "datalist", "textarea", "math", "svg", "xmp"];

struct Walk {
    text: String,
    hrefs: Vec<String>,
    base: Option<Url>,
}

impl Walk {
    fn element(&mut self, element: ElementRef<'_>, outer: Style) {
        let style = outer.inside(element.value());
        let attribute = |name: &str| element.value().attr(name);
        match element.value().name() {
            "base" if self.base.is_none() => self.base = attribute("href").and_then(|href| Url::parse(href.trim()).ok()),
            "a" | "area" | "button" if style.shows_boxes() => {
                if let Some(href) = attribute("href") {
                    self.hrefs.push(self.resolved(href.trim()));
                }
            }
            "img" if style.shows_boxes() && !is_pixel(element.value()) => self.text.push_str(attribute("alt").unwrap_or("")),
            "input" if style.shows_text() && !is_without_text(element.value()) => self.text.push_str(attribute("value").unwrap_or("")),
            _ => {}
        }
        let is_head = element.value().name() == "head";
        if UNDISPLAYED.contains(&element.value().name()) && !is_head {
            return;
        }
        for child in element.children() {
            match (ElementRef::wrap(child), child.value()) {
                (Some(inner), _) if !is_head || inner.value().name() == "base" => self.element(inner, style),
                (None, Node::Text(text)) if !is_head && style.shows_text() => self.text.push_str(text),
                _ => {}
            }
        }
    }

    fn resolved(&self, href: &str) -> String {
        match &self.base {
            Some(base) if Url::parse(href) == Err(url::ParseError::RelativeUrlWithoutBase) => base.join(href).map_or_else(|_| href.to_owned(), String::from),
            _ => href.to_owned(),
        }
    }
}

/// A picture that nobody sees: it counts openings.
fn is_pixel(image: &Element) -> bool {
    ["width", "height"].iter().filter_map(|side| image.attr(side)).any(|value| matches!(value.trim().trim_end_matches("px"), "0" | "1"))
}

fn is_without_text(input: &Element) -> bool {
    ["hidden", "password", "checkbox", "radio"].iter().any(|kind| input.attr("type").unwrap_or("").eq_ignore_ascii_case(kind))
}

//! What a person sees: blocks of visible text in reading order, and links.
//!
//! A [`View`] is made from the subject, from a plain text part or from an HTML part. Later stages know neither MIME nor
//! HTML. Its text is folded: invisible characters are gone, digits of every script are ASCII, full-width letters are
//! plain ones; lines and blocks are separated by `\n`.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

mod build;
pub(crate) mod fold;
mod html;
mod json;
mod quote;
mod reference;
mod scan;
mod style;
mod text;
mod url;

pub(crate) use fold::{floor, is_invisible, letters};
pub(crate) use json::strings as json_strings;
pub(crate) use reference::decode_text;
pub(crate) use url::urls;

use std::ops::Range;

use crate::body::message::{BodyKind, BodyPart, Message};
use crate::limits::{Limit, Limits};
use style::{Screen, Sheet};

/// Where a view comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The subject line.
    Subject,
    /// A `text/plain` part.
    Text,
    /// A `text/html` part.
    Html,
}

/// What a block is in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Running text.
    #[default]
    Paragraph,
    /// `h1` to `h6`.
    Heading,
    /// A cell of a table row that has more than one cell with text.
    Cell,
    /// The anchor text of a button and nothing else.
    Button,
    /// An item of a list.
    ListItem,
    /// The end of the mail: imprint, address, unsubscribe lines.
    Footer,
    /// Below the signature mark `-- ` (RFC 3676 section 4.3).
    Signature,
    /// Text of an older mail that a reply quotes.
    Quoted,
    /// Text of a mail that this one passes on.
    Forwarded,
}

/// A block of visible text: nothing of another block stands on its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// Its bytes in [`View::text`].
    pub span: Range<usize>,
    /// What it is.
    pub role: Role,
    /// The table row it stands in, counted through the mail.
    pub row: Option<u32>,
}

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Prominence {
    /// Font size in CSS pixels.
    pub size: f32,
    /// Bold or heavier.
    pub bold: bool,
    /// Letters are spaced out.
    pub spaced: bool,
    /// A monospace font.
    pub monospace: bool,
    /// Centred.
    pub centered: bool,
    /// The innermost element around it with a background or border of its own, counted through the mail; 0 is none.
    pub boxed: u32,
    /// The innermost inline or block element that set any of the above, counted through the mail; 0 is none.
    pub styled: u32,
    /// The replacement text of an image.
    pub alt: bool,
    /// Struck out.
    pub struck: bool,
    /// The link that the run belongs to: index into [`View::links`].
    pub link: Option<u32>,
}

/// Adjacent text set alike.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// Its bytes in [`View::text`].
    pub span: Range<usize>,
    /// How it is set.
    pub prominence: Prominence,
}

/// A link that a person could follow.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The target as sent, character references decoded and nothing else touched.
    pub href: String,
    /// The anchor text's bytes in [`View::text`] (empty where an image without text is the anchor).
    pub span: Range<usize>,
    /// The anchor holds an image.
    pub image: bool,
    /// It is set like a button: padded with a background or border, or a button element.
    pub button: bool,
    /// The block it begins in: index into [`View::blocks`].
    pub block: usize,
    /// It is a bare URL in plain text, not an anchor.
    pub bare: bool,
    /// It is no link on the page but a structured action (schema.org `ConfirmAction`, `SaveAction`, `ViewAction`).
    pub action: bool,
    /// The href was relative: `<base href>` says which host it leads to.
    pub relative: bool,
}

// A link is a secret: its host says enough to follow a trace.
impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("span", &self.span).field("block", &self.block).field("button", &self.button).finish_non_exhaustive()
    }
}

/// One part of the mail as a person sees it.
#[derive(Clone)]
#[non_exhaustive]
pub struct View {
    /// Where it comes from.
    pub source: Source,
    /// How deep in nested messages it stands (0 is the mail itself).
    pub depth: usize,
    /// The visible text, folded.
    pub text: String,
    /// Blocks in reading order; they do not overlap.
    pub blocks: Vec<Block>,
    /// Runs in reading order; they do not overlap.
    pub runs: Vec<Run>,
    /// Links in reading order.
    pub links: Vec<Link>,
    /// Offsets in `text` at which a bidirectional control stood.
    pub bidi_controls: Vec<usize>,
    /// Bytes of `text` that are shown in another order than they are sent: inside a directional override (UAX #9, section 2.2).
    pub overridden: Vec<Range<usize>>,
    /// Offsets in `text` at which a reader does not read on: the boxes on both sides are shown in another order, or far apart.
    pub seams: Vec<usize>,
    /// Offsets in `text` of digits that were sent in another script's digits than the digit before them.
    pub digit_changes: Vec<usize>,
    /// How many images the part shows.
    pub images: usize,
    /// What was cut, if anything.
    pub limits_hit: Vec<Limit>,
    /// Its style sheets may be others on another screen.
    asks_for_screen: bool,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("source", &self.source).field("blocks", &self.blocks.len()).field("links", &self.links.len()).finish_non_exhaustive()
    }
}

impl View {
    /// The view of a subject line: one block.
    pub fn of_subject(subject: &str) -> Self {
        Self::of_subject_within(subject, &Limits::new())
    }

    fn of_subject_within(subject: &str, limits: &Limits) -> Self {
        let mut builder = build::Builder::new(Source::Subject, limits);
        builder.text(subject, Prominence { size: style::BASE_SIZE, ..Prominence::default() }, false);
        builder.finish()
    }

    /// The view of a plain text part. Linear in `text.len()`.
    ///
    /// ```
    /// use mailpick::view::View;
    /// let view = View::of_text("Your code:\n\n483 921\n", false, false);
    /// assert_eq!(view.text, "Your code:\n483 921");
    /// ```
    pub fn of_text(text: &str, flowed: bool, delsp: bool) -> Self {
        text::view(text, flowed, delsp, &Limits::new())
    }

    /// The view of an HTML part. Linear in `html.len()`, malformed markup included.
    ///
    /// ```
    /// use mailpick::view::View;
    /// let view = View::of_html(r#"<p>Hi<div style="display:none">123456</div><a href="https://ex.org/?a=1&amp;b=2">Sign in</a>"#);
    /// assert_eq!(view.text, "Hi\nSign in");
    /// assert_eq!(view.links[0].href, "https://ex.org/?a=1&b=2");
    /// ```
    pub fn of_html(html: &str) -> Self {
        html::view(html, &Limits::new(), Screen::Desktop)
    }

    /// The block that a byte of the text stands in.
    pub fn block_at(&self, offset: usize) -> usize {
        self.blocks.partition_point(|block| block.span.end <= offset).min(self.blocks.len().saturating_sub(1))
    }

    /// The run that a byte of the text stands in.
    pub fn run_at(&self, offset: usize) -> Option<&Run> {
        let at = self.runs.partition_point(|run| run.span.end <= offset);
        self.runs.get(at).filter(|run| run.span.start <= offset)
    }

    /// The line around a byte of the text, without its line break.
    pub fn line_at(&self, offset: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..offset]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &bytes[offset..]).map_or(bytes.len(), |at| offset + at);
        start..end
    }
}

/// Every view of a mail: its subject, then its parts in order, then those of the messages inside it.
pub fn views(message: &Message<'_>) -> Vec<View> {
    views_within(message, &Limits::new())
}

pub(crate) fn views_within(message: &Message<'_>, limits: &Limits) -> Vec<View> {
    let mut collector = Collector { limits, text_left: limits.total_text_bytes, views: Vec::new() };
    collector.collect(message, 0);
    collector.views
}

/// The mail's HTML as other clients show it: on a small, dark screen where its style sheets have other rules for that, and the AMP
/// version. Messages inside the mail are left out, as are parts that look the same there. As long as the reading of [`views`] again, at
/// most twice.
pub(crate) fn elsewhere(message: &Message<'_>, views: &[View], limits: &Limits) -> Vec<View> {
    let asks_for_screen = views.iter().any(|view| view.asks_for_screen);
    let differs = |part: &&BodyPart<'_>| asks_for_screen && part.kind == BodyKind::Html && Sheet::depends_on_screen(&part.content, limits);
    let on_phone = message.parts.iter().filter(differs).map(|part| html::view(&part.content, limits, Screen::DarkPhone));
    let amp = message.amp.iter().map(|part| html::view(&part.content, limits, Screen::Desktop));
    on_phone.chain(amp).collect()
}

struct Collector<'l> {
    limits: &'l Limits,
    text_left: usize,
    views: Vec<View>,
}

impl Collector<'_> {
    /// Recursion as deep as messages were read inside messages.
    fn collect(&mut self, message: &Message<'_>, depth: usize) {
        if let Some(subject) = message.subject.as_deref().filter(|subject| !subject.trim().is_empty()) {
            self.add(depth, |limits| View::of_subject_within(subject, limits));
        }
        for part in &message.parts {
            self.add(depth, |limits| match part.kind {
                BodyKind::Text => text::view(&part.content, part.flowed, part.delsp, limits),
                BodyKind::Html => html::view(&part.content, limits, Screen::Desktop),
            });
        }
        for nested in &message.nested {
            self.collect(nested, depth + 1);
        }
    }

    /// Adds a view with what is left of the mail's text.
    fn add(&mut self, depth: usize, view: impl FnOnce(&Limits) -> View) {
        let mut view = view(&Limits { text_bytes: self.limits.text_bytes.min(self.text_left), ..*self.limits });
        if self.text_left < self.limits.text_bytes {
            view.limits_hit.iter_mut().filter(|limit| **limit == Limit::TextBytes).for_each(|limit| *limit = Limit::TotalTextBytes);
        }
        view.depth = depth;
        self.text_left = self.text_left.saturating_sub(view.text.len());
        self.views.push(view);
    }
}

//! Puts text, blocks, runs and links together; shared by subject, plain text and HTML.

#![expect(clippy::string_slice, reason = "what is cut off at the start is a character, or ASCII")]
#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]

use super::fold::{self, Folded};
use super::{Block, Link, Prominence, Role, Run, Source, View, quote, url};
use crate::limits::{Limit, Limits};

pub(super) struct Builder {
    view: View,
    limits: Limits,
    /// White space that is shown only if text follows on the same line.
    space: bool,
    /// A line break inside the block, shown only if text follows.
    line_break: bool,
    block_open: bool,
    role: Role,
    row: Option<u32>,
    /// Whose digits the last digit was of: the code point of their zero.
    digits: Option<u32>,
    /// Where a directional override began that has not ended.
    override_from: Option<usize>,
    /// The next text does not follow on what stands before it.
    seam: bool,
    /// What there is to see of each link besides text.
    looks: Vec<Look>,
}

/// What a person sees of a link that holds no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Nothing,
    /// A box with a size: a button drawn by its background, a blank that is underlined.
    Box,
    /// Text that cannot be seen: a box around it may be there for its own sake no less than for the text.
    HiddenText,
}

/// Runs of a long newsletter.
const MOST_RESERVED: usize = 256;
const RIGHT_TO_LEFT_OVERRIDE: char = '\u{202e}';
const LEFT_TO_RIGHT_OVERRIDE: char = '\u{202d}';
const POP_DIRECTIONAL_FORMATTING: char = '\u{202c}';

impl Builder {
    pub(super) fn new(source: Source, limits: &Limits) -> Self {
        let view = View {
            source,
            depth: 0,
            text: String::new(),
            blocks: Vec::new(),
            runs: Vec::new(),
            links: Vec::new(),
            bidi_controls: Vec::new(),
            overridden: Vec::new(),
            seams: Vec::new(),
            digit_changes: Vec::new(),
            images: 0,
            limits_hit: Vec::new(),
            asks_for_screen: false,
        };
        Self {
            view,
            limits: *limits,
            space: false,
            line_break: false,
            block_open: false,
            role: Role::Paragraph,
            row: None,
            digits: None,
            override_from: None,
            seam: false,
            looks: Vec::new(),
        }
    }

    /// Makes room for so many bytes of text, and for so many runs, but for no more than most mails have.
    pub(super) fn reserve(&mut self, bytes: usize, runs: usize) {
        self.view.text.reserve(bytes.min(self.limits.text_bytes));
        self.view.runs.reserve(runs.min(MOST_RESERVED));
        self.view.blocks.reserve(runs.min(MOST_RESERVED) / 2);
    }

    /// Appends text; white space collapses to one space unless `preformatted`, where line breaks are kept.
    pub(super) fn text(&mut self, text: &str, prominence: Prominence, preformatted: bool) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (words, after) = rest.split_at(plain_length(rest.as_bytes()));
            if !words.is_empty() {
                if !self.push_plain(words, prominence) {
                    words.chars().for_each(|c| self.character(c, prominence));
                }
                rest = after;
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if c == '\n' && preformatted {
                self.line_break();
                continue;
            }
            // Folding may take long; ASCII is quick, and what of it is no text is no cut.
            if !c.is_ascii() && self.is_full() {
                return;
            }
            self.character(c, prominence);
        }
    }

    fn character(&mut self, c: char, prominence: Prominence) {
        match fold::fold(c) {
            Folded::Space => self.space = true,
            Folded::Invisible => {}
            Folded::Bidi => self.bidi(c),
            Folded::One(folded) => {
                self.push(folded, prominence);
                if folded.is_ascii_digit() {
                    self.note_digit(c);
                }
            }
            Folded::Many(c) => fold::expand(c).for_each(|c| if c.is_whitespace() { self.space = true } else { self.push(c, prominence) }),
        }
    }

    /// Appends words of ASCII with one space between them, as all its characters one by one would be. Says whether it did: not where one
    /// of them may be cut, nor where digits follow on those of another script.
    fn push_plain(&mut self, words: &str, prominence: Prominence) -> bool {
        let has_digit = words.bytes().any(|c| c.is_ascii_digit());
        let digits = u32::from('0');
        let is_cut = self.view.text.len() + words.len() + 2 > self.limits.text_bytes || self.view.runs.len() + 1 >= self.limits.runs;
        if is_cut || has_digit && self.digits.is_some_and(|before| before != digits) {
            return false;
        }
        let (first, more) = words.split_at(1);
        first.chars().for_each(|c| self.push(c, prominence));
        self.view.text.push_str(more);
        let end = self.view.text.len();
        if let (Some(block), Some(run)) = (self.view.blocks.last_mut(), self.view.runs.last_mut()) {
            (block.span.end, run.span.end) = (end, end);
        }
        if has_digit {
            self.digits = Some(digits);
        }
        true
    }

    /// Notes a bidirectional control. An override lasts to its end or to that of the paragraph.
    fn bidi(&mut self, control: char) {
        let at = self.view.text.len();
        self.view.bidi_controls.push(at);
        match control {
            RIGHT_TO_LEFT_OVERRIDE | LEFT_TO_RIGHT_OVERRIDE => self.override_from = self.override_from.or(Some(at)),
            POP_DIRECTIONAL_FORMATTING => self.end_override(),
            _ => {}
        }
    }

    fn end_override(&mut self) {
        if let Some(from) = self.override_from.take() {
            self.view.overridden.push(from..self.view.text.len());
        }
    }

    /// Text of which all but the order is known: a style turns its letters round. Ranges come in order.
    pub(super) fn turned_text(&mut self, text: &str, prominence: Prominence, preformatted: bool) {
        let from = self.view.text.len();
        self.text(text, prominence, preformatted);
        let to = self.view.text.len();
        match self.view.overridden.last_mut() {
            Some(last) if last.end == from => last.end = to,
            _ => self.view.overridden.push(from..to),
        }
    }

    /// What comes next does not follow on what stands before it.
    pub(super) fn seam(&mut self) {
        self.seam = true;
    }

    /// Notes where the script of the digits changes; `sent` is the digit just pushed, before folding.
    fn note_digit(&mut self, sent: char) {
        let Some(system) = fold::digit_system(sent) else { return };
        if self.digits.replace(system).is_some_and(|before| before != system) {
            self.view.digit_changes.push(self.view.text.len().saturating_sub(1));
        }
    }

    fn push(&mut self, c: char, prominence: Prominence) {
        if self.is_full() {
            return;
        }
        if !self.block_open {
            if !self.view.text.is_empty() {
                self.view.text.push('\n');
            }
            let start = self.view.text.len();
            self.view.blocks.push(Block { span: start..start, role: self.role, row: self.row });
            self.block_open = true;
        } else if self.line_break {
            self.view.text.push('\n');
        } else if self.space {
            self.view.text.push(' ');
        }
        (self.space, self.line_break) = (false, false);
        let start = self.view.text.len();
        if std::mem::take(&mut self.seam) {
            self.view.seams.push(start);
        }
        self.view.text.push(c);
        let end = self.view.text.len();
        if let Some(block) = self.view.blocks.last_mut() {
            block.span.end = end;
        }
        match self.view.runs.last_mut() {
            // A run goes on over spaces, not over line breaks.
            Some(run) if run.prominence == prominence && run.span.end + 1 >= start && self.view.text.as_bytes()[run.span.end] != b'\n' => run.span.end = end,
            _ => self.view.runs.push(Run { span: start..end, prominence }),
        }
    }

    pub(super) fn line_break(&mut self) {
        self.line_break = true;
        self.space = false;
    }

    /// White space between what stands beside one another.
    pub(super) fn gap(&mut self) {
        self.space = true;
    }

    /// Ends the block; the next text opens another.
    pub(super) fn block_break(&mut self) {
        self.end_override();
        self.block_open = false;
        (self.space, self.line_break) = (false, false);
    }

    /// What the next block will be.
    pub(super) fn set_role(&mut self, role: Role, row: Option<u32>) {
        (self.role, self.row) = (role, row);
    }

    /// Where the next text will stand: its offset, and its block.
    pub(super) fn next_position(&self) -> (usize, usize) {
        if self.block_open { (self.view.text.len(), self.view.blocks.len() - 1) } else { (self.view.text.len() + usize::from(!self.view.text.is_empty()), self.view.blocks.len()) }
    }

    pub(super) fn text_len(&self) -> usize {
        self.view.text.len()
    }

    /// Adds a link and says its index; past the limit, none.
    pub(super) fn link(&mut self, link: Link) -> Option<u32> {
        if self.view.links.len() >= self.limits.links_in_part {
            self.limit(Limit::LinksInPart);
            return None;
        }
        self.view.links.push(link);
        self.looks.push(Look::Nothing);
        Some(self.view.links.len() as u32 - 1)
    }

    pub(super) fn link_mut(&mut self, index: u32) -> &mut Link {
        &mut self.view.links[index as usize]
    }

    /// Notes what there is to see of a link; hidden text once noted stays.
    pub(super) fn look(&mut self, link: u32, look: Look) {
        let known = &mut self.looks[link as usize];
        if *known != Look::HiddenText {
            *known = look;
        }
    }

    pub(super) fn image(&mut self) {
        self.view.images += 1;
    }

    pub(super) fn limit(&mut self, limit: Limit) {
        if !self.view.limits_hit.contains(&limit) {
            self.view.limits_hit.push(limit);
        }
    }

    /// Whether the text is at a limit, so that what comes now is cut.
    pub(super) fn is_full(&mut self) -> bool {
        let limit = match () {
            () if self.view.text.len() >= self.limits.text_bytes => Limit::TextBytes,
            // Each block begins a run, so this bounds the blocks too.
            () if self.view.runs.len() >= self.limits.runs => Limit::Runs,
            () => return false,
        };
        self.limit(limit);
        true
    }

    pub(super) fn finish(mut self) -> View {
        self.end_override();
        settle_cells(&mut self.view.blocks);
        drop_unseen_links(&mut self.view, &self.looks);
        settle_links(&mut self.view);
        if self.view.source != Source::Subject {
            quote::mark_passed_on(&mut self.view);
            url::find_bare(&mut self.view, self.limits.links_in_part);
        }
        self.view
    }
}

/// The length of the words of printable ASCII at the start, with one space between each two.
fn plain_length(text: &[u8]) -> usize {
    let (mut at, mut end) = (0, 0);
    while let Some(c) = text.get(at) {
        match c {
            b'!'..=b'~' => end = at + 1,
            b' ' if end == at && at > 0 => {}
            _ => break,
        }
        at += 1;
    }
    end
}

/// Layout tables put nearly all text in cells: a cell alone in its row is a paragraph like any other.
fn settle_cells(blocks: &mut [Block]) {
    for at in 0..blocks.len() {
        let row = blocks[at].row;
        let has_neighbour = row.is_some() && ((at > 0 && blocks[at - 1].row == row) || blocks.get(at + 1).is_some_and(|next| next.row == row));
        if blocks[at].role == Role::Cell && !has_neighbour {
            blocks[at].role = Role::Paragraph;
        }
    }
}

/// A link that shows neither text nor an image nor a box cannot be followed by a person, so it is none: an answer must not be
/// a target that nobody can press.
fn drop_unseen_links(view: &mut View, looks: &[Look]) {
    let seen = |(link, look): (&Link, &Look)| link.span.start < link.span.end || link.image || link.action || *look == Look::Box;
    let mut kept = 0;
    let places: Vec<Option<u32>> = view
        .links
        .iter()
        .zip(looks)
        .map(|pair| {
            let place = seen(pair).then_some(kept);
            kept += u32::from(place.is_some());
            place
        })
        .collect();
    if kept as usize == places.len() {
        return;
    }
    let mut place = places.iter();
    view.links.retain(|_| place.next().is_some_and(Option::is_some));
    for run in &mut view.runs {
        run.prominence.link = run.prominence.link.and_then(|link| places[link as usize]);
    }
}

/// Anchor spans are cut to the text that came, and a block that is nothing but a button's text is a button.
fn settle_links(view: &mut View) {
    let (len, blocks) = (view.text.len(), view.blocks.len());
    for link in &mut view.links {
        link.span.start = link.span.start.min(len);
        link.span.end = link.span.end.clamp(link.span.start, len);
        link.block = link.block.min(blocks.saturating_sub(1));
        if let Some(block) = view.blocks.get_mut(link.block)
            && link.button
            && block.span == link.span
            && matches!(block.role, Role::Paragraph | Role::Cell)
        {
            block.role = Role::Button;
        }
    }
}

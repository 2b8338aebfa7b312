//! Styles: what they make invisible, and how prominent they make the rest.
//!
//! One cascade for all sources (CSS Cascade 4, section 6): presentational attributes, rules of style sheets by specificity
//! and order, inline declarations, then what is `!important` of the sheets and of the inline style. Later ones overrule
//! earlier ones property by property; only then it is decided what the sum hides.
//!
//! References: CSS 2.2 (display, visibility, overflow), CSS Fonts 4 (`font-size` keywords), CSS Color 4 (alpha), WCAG 2.2
//! (contrast).

#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

mod cascade;
mod color;
mod declaration;
mod matching;
mod media;
mod names;
mod selector;
mod sheet;
mod skeleton;

pub(super) use cascade::Cascade;
pub(super) use color::attribute as attribute_color;
pub(super) use color::{Ink, Rgb};
pub(super) use declaration::Declaration;
pub(super) use declaration::each as each_declaration;
pub(super) use matching::{Matcher, NO_NODE};
pub(super) use media::Screen;
pub(super) use sheet::Sheet;

/// The size that a client shows text in when nothing says another.
pub(super) const BASE_SIZE: f32 = 16.0;
/// The window that media queries and lengths are read for: a client on a desktop screen in light mode (see [`Screen`]).
const VIEWPORT_WIDTH: f32 = 1024.0;
const VIEWPORT_HEIGHT: f32 = 768.0;
/// Browsers have a largest size too; without one, elements inside one another could make it grow past all numbers.
pub(super) const LARGEST_SIZE: f32 = 10_000.0;
/// Text below this size cannot be read.
const SMALLEST_VISIBLE_SIZE: f32 = 2.0;
/// Contrast that a person cannot see, and one that cannot be read where the letters are small.
const LEAST_CONTRAST: f32 = 1.15;
const LEAST_CONTRAST_SMALL: f32 = 1.4;
/// Colours that differ by more than this in some channel are told apart.
const MOST_HIDDEN_DISTANCE: u8 = 40;
const SMALL_SIZE: f32 = 8.0;
/// Below this opacity nothing is seen.
const LEAST_OPACITY: f32 = 0.1;
/// A box of this many pixels shows no letter.
const FLAT: f32 = 1.0;
/// Text this far from what stands before it is another word.
const WIDE_MARGIN: f32 = 32.0;
/// Text this far from what stands before it has nothing to do with it.
const FAR_MARGIN: f32 = 64.0;
/// An empty anchor of this many pixels can be seen and pressed.
const SMALLEST_ANCHOR: f32 = 3.0;
/// Shifted by this much, text is off the screen.
const OFF_SCREEN: f32 = -400.0;
/// No mail is so wide that this is on the screen.
const FAR_RIGHT: f32 = 3_000.0;

/// The computed style of an element, as far as it decides what is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// The element and all inside it are not shown.
    pub(super) hidden: bool,
    /// It takes no room either: text before and after it touches.
    pub(super) boxless: bool,
    /// `visibility: hidden`, which a child may undo.
    pub(super) invisible: bool,
    /// Moved away by `text-indent`, which a child may undo.
    indented: bool,
    /// Lines without height, which a child may undo, and a box that cuts them off.
    flat_lines: bool,
    cut_lines: bool,
    opacity: f32,
    pub(super) size: f32,
    /// What `rem` is.
    pub(super) root_size: f32,
    pub(super) bold: bool,
    pub(super) spaced: bool,
    pub(super) monospace: bool,
    pub(super) centered: bool,
    pub(super) preformatted: bool,
    pub(super) struck: bool,
    /// Boxes in it are set from right to left, and letters too where that is forced upon them (UAX #9, HL3).
    pub(super) right_to_left: bool,
    pub(super) letters_turned: bool,
    pub(super) color: Option<Ink>,
    /// `-webkit-text-fill-color`, which goes before the colour.
    fill: Option<Ink>,
    /// A shadow, or a background cut out by the letters, shows even transparent text.
    shadow: bool,
    background_in_letters: bool,
    /// What lies behind; `None` where that cannot be known (an image).
    pub(super) background: Option<Rgb>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            hidden: false,
            boxless: false,
            invisible: false,
            indented: false,
            flat_lines: false,
            cut_lines: false,
            opacity: 1.0,
            size: BASE_SIZE,
            root_size: BASE_SIZE,
            bold: false,
            spaced: false,
            monospace: false,
            centered: false,
            preformatted: false,
            struck: false,
            right_to_left: false,
            letters_turned: false,
            color: Some(Ink::opaque([0, 0, 0])),
            fill: None,
            shadow: false,
            background_in_letters: false,
            background: Some([255, 255, 255]),
        }
    }
}

impl Style {
    /// Whether text set so can be seen.
    pub(super) fn shows_text(&self) -> bool {
        self.shows_boxes() && !self.cut_lines && self.size >= SMALLEST_VISIBLE_SIZE && !self.blends_in()
    }

    /// Whether an image or a link in it can be seen.
    pub(super) fn shows_boxes(&self) -> bool {
        !self.hidden && !self.invisible && !self.indented
    }

    /// Whether the box itself can be seen: text is moved out of it by an indent, its background is not.
    pub(super) fn shows_box_itself(&self) -> bool {
        !self.hidden && !self.invisible
    }

    /// Whether text set so leaves no gap.
    pub(super) fn takes_no_room(&self) -> bool {
        self.hidden || self.size < SMALLEST_VISIBLE_SIZE
    }

    fn blends_in(&self) -> bool {
        let Some(ink) = self.fill.or(self.color) else { return false };
        if ink.is_transparent() || self.background_in_letters {
            return !self.shadow && !self.background_in_letters;
        }
        let Some(background) = self.background else { return false };
        let Some(color) = ink.over(self.background) else { return false };
        // Luminance alone would call grey on blue invisible.
        let distance = color.iter().zip(background).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        if distance > MOST_HIDDEN_DISTANCE {
            return false;
        }
        let contrast = color::contrast(color, background);
        contrast < LEAST_CONTRAST || (self.size <= SMALL_SIZE && contrast < LEAST_CONTRAST_SMALL)
    }

    /// How the letters are set.
    fn font(&self) -> (f32, bool, bool, bool) {
        (self.size, self.bold, self.spaced, self.monospace)
    }
}

/// What an element's declarations say that is not inherited.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Own {
    /// `display`, where it says something of use.
    pub(super) display: Option<Display>,
    /// A background other than its parent's.
    pub(super) background: bool,
    /// A border on some side other than `none` and `0`.
    pub(super) border: bool,
    /// Padding of at least some pixels.
    pub(super) padding: bool,
    /// It sets the size, weight, spacing or font of its text.
    pub(super) font: bool,
    /// It is a box beside the text around it: a column, a float, a cell, a padded label.
    pub(super) apart: bool,
    /// The width that it is given, in pixels.
    pub(super) width: Option<f32>,
    /// It has a height even when nothing is in it.
    pub(super) has_size: bool,
    /// It is given a width or height of nothing.
    pub(super) flat: bool,
    /// What is in it stands in boxes of their own (flex and grid containers), and not in a row from first to last.
    pub(super) holds_items: bool,
    pub(super) items_in_other_order: bool,
    /// What is in it is shown from last to first.
    pub(super) items_reversed: bool,
    /// It is shown elsewhere than between what stands before and after it: `order`, a float to the right, a margin that no letter
    /// goes over.
    pub(super) displaced: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    None,
    /// The element has no box, those inside have.
    Contents,
    Inline,
    InlineBlock,
    Block,
    /// Flex and grid containers.
    Flex,
    InlineFlex,
    /// A cell, a row, a caption, ...
    TablePart,
}

/// What an element is before `display` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Widths, heights, indents and transforms do not apply to it (CSS 2.2, 10.2).
    Inline,
    Block,
    /// Tables and what they are made of are never smaller than their content (CSS 2.2, 17.5).
    Table,
}

/// What an element's attributes say before any declaration (HTML standard, 15.2 to 15.4).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Hints {
    pub(super) hidden: bool,
    pub(super) background: Option<Rgb>,
    pub(super) background_image: bool,
    /// It sets the size of its text.
    pub(super) font: bool,
    /// `dir` says `rtl`, or something else.
    pub(super) right_to_left: Option<bool>,
    /// In pixels.
    pub(super) width: Option<f32>,
    pub(super) height: Option<f32>,
}

/// A font size before the parent's is known (CSS Fonts 4, section 2.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Size {
    Pixels(f32),
    /// A multiple of the parent's.
    OfParent(f32),
    OfRoot(f32),
}

impl Size {
    /// Keywords, lengths and percentages; negative ones are none.
    fn parse(value: &str) -> Option<Self> {
        if let Some((n, unit)) = number(value) {
            let size = match () {
                () if unit.is_empty() || is(unit, "px") => Self::Pixels(n),
                () if is(unit, "pt") => Self::Pixels(n * 4.0 / 3.0),
                () if is(unit, "em") => Self::OfParent(n),
                () if is(unit, "%") => Self::OfParent(n / 100.0),
                () if is(unit, "rem") => Self::OfRoot(n),
                () if is(unit, "ex") || is(unit, "ch") => Self::OfParent(n / 2.0),
                () if is(unit, "vw") || is(unit, "vh") => Self::Pixels(n * 6.0),
                () => return None,
            };
            return (n >= 0.0).then_some(size);
        }
        const KEYWORDS: [(&str, Size); 10] = [
            ("xx-small", Size::Pixels(9.0)),
            ("x-small", Size::Pixels(10.0)),
            ("small", Size::Pixels(13.0)),
            ("medium", Size::Pixels(16.0)),
            ("large", Size::Pixels(18.0)),
            ("x-large", Size::Pixels(24.0)),
            ("xx-large", Size::Pixels(32.0)),
            ("xxx-large", Size::Pixels(48.0)),
            ("smaller", Size::OfParent(1.0 / 1.2)),
            ("larger", Size::OfParent(1.2)),
        ];
        KEYWORDS.iter().find(|(keyword, _)| is(value, keyword)).map(|(_, size)| *size)
    }

    fn in_pixels(self, parent: &Style) -> f32 {
        let size = match self {
            Self::Pixels(n) => n,
            Self::OfParent(n) => n * parent.size,
            Self::OfRoot(n) => n * parent.root_size,
        };
        size.min(LARGEST_SIZE)
    }
}

/// The number of a `width` or `height` attribute (HTML standard, 2.3.4.4).
pub(super) fn attribute_length(value: &str) -> Option<f32> {
    number(value.trim()).map(|(n, _)| n)
}

fn is(value: &str, keyword: &str) -> bool {
    value.eq_ignore_ascii_case(keyword)
}

/// A number and its unit at the start of a value.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.bytes().position(|c| !c.is_ascii_digit() && !matches!(c, b'.' | b'-' | b'+')).unwrap_or(value.len());
    let n = value[..end].parse().ok()?;
    let unit = value[end..].trim_start();
    let unit_end = unit.bytes().position(|c| !c.is_ascii_alphabetic() && c != b'%').unwrap_or(unit.len());
    Some((n, &unit[..unit_end]))
}

pub(super) fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_every_unit() {
        let parent = Style { size: 10.0, ..Style::default() };
        let size = |value| Size::parse(value).map(|size| size.in_pixels(&parent).round());
        assert_eq!(size("12pt"), Some(16.0));
        assert_eq!(size("2em"), Some(20.0));
        assert_eq!(size("150%"), Some(15.0));
        assert_eq!(size("1.5rem"), Some(24.0));
        assert_eq!(size("x-large"), Some(24.0));
        assert_eq!(size("calc(1px)"), None);
        assert_eq!(size("-1px"), None);
    }
}

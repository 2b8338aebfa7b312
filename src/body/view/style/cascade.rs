//! The cascade of one element: its declarations summed up, and what the sum hides.

#[cfg(test)]
use super::declaration::each;
use super::declaration::{Declaration, Position, Property, Value};
use super::{BASE_SIZE, Display, FAR_MARGIN, FAR_RIGHT, FLAT, Flow, Hints, Ink, LEAST_OPACITY, OFF_SCREEN, Own, SMALLEST_ANCHOR, SMALLEST_VISIBLE_SIZE, Style, WIDE_MARGIN};

/// The declarations of one element, summed up: start with what it inherits, declare in the order of the cascade, finish.
pub(in crate::body::view) struct Cascade {
    parent: Style,
    /// How letters were set before the first declaration.
    font: (f32, bool, bool, bool),
    style: Style,
    own: Own,
    placing: Placing,
    display: Option<Display>,
    background: Option<Ink>,
    background_image: bool,
}

/// Where the box is and how large, and what is done to it as a whole.
#[derive(Debug, Clone, Copy)]
struct Placing {
    width: f32,
    height: f32,
    max_width: f32,
    max_height: f32,
    min_width: f32,
    min_height: f32,
    clips: bool,
    position: Position,
    floats: bool,
    floats_right: bool,
    order: bool,
    letters_forced: bool,
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    margin_left: f32,
    margin_top: f32,
    indent: Option<f32>,
    flat_lines: Option<bool>,
    clip: bool,
    clip_path: bool,
    transform: bool,
    scale: bool,
    translate: bool,
    content_hidden: bool,
    opacity: f32,
    filter_opacity: f32,
}

impl Placing {
    const NORMAL: Self = Self {
        width: f32::INFINITY,
        height: f32::INFINITY,
        max_width: f32::INFINITY,
        max_height: f32::INFINITY,
        min_width: 0.0,
        min_height: 0.0,
        clips: false,
        position: Position::Static,
        floats: false,
        floats_right: false,
        order: false,
        letters_forced: false,
        left: 0.0,
        top: 0.0,
        right: 0.0,
        bottom: 0.0,
        margin_left: 0.0,
        margin_top: 0.0,
        indent: None,
        flat_lines: None,
        clip: false,
        clip_path: false,
        transform: false,
        scale: false,
        translate: false,
        content_hidden: false,
        opacity: 1.0,
        filter_opacity: 1.0,
    };

    /// What of the box tells its content from what stands beside it.
    fn measure(&self, own: &mut Own, display: Option<Display>, flow: Flow) {
        let width = if self.width.is_finite() { self.width.min(self.max_width) } else { 0.0 }.max(if self.min_width.is_finite() { self.min_width } else { 0.0 });
        own.width = (flow == Flow::Block && width > 0.0).then_some(width);
        own.has_size = own.padding || own.border || (flow != Flow::Inline && (self.height.is_finite() && self.height.max(self.min_height) >= SMALLEST_ANCHOR));
        own.flat = self.width.min(self.max_width).max(self.min_width) <= FLAT || self.height.min(self.max_height).max(self.min_height) <= FLAT;
        own.apart = self.floats
            || self.position == Position::Absolute
            || display == Some(Display::TablePart)
            || (self.margin_left >= WIDE_MARGIN && (flow == Flow::Inline || display == Some(Display::InlineBlock)))
            || (display == Some(Display::InlineBlock) && (own.padding || own.border || own.width.is_some()));
        own.displaced = self.floats_right || self.order || (self.margin_left >= FAR_MARGIN && own.apart);
    }

    /// Whether the box shows nothing of what is in it; `sized` says that widths and transforms apply.
    fn hides(&self, sized: bool, flow: Flow) -> bool {
        let flat = self.width.min(self.max_width).max(self.min_width) <= FLAT || self.height.min(self.max_height).max(self.min_height) <= FLAT;
        let off = |n: f32| n <= OFF_SCREEN;
        let moved_away = self.position != Position::Static && (off(self.left) || off(self.top) || off(self.right) || off(self.bottom));
        let far_right = self.position == Position::Absolute && self.left >= FAR_RIGHT;
        let pulled_away = flow != Flow::Table && (off(self.margin_left) || off(self.margin_top));
        let transformed_away = (sized || flow == Flow::Table) && (self.transform || self.scale || self.translate);
        (sized && self.clips && flat)
            || moved_away
            || far_right
            || pulled_away
            || transformed_away
            || (self.clip && self.position == Position::Absolute)
            || self.clip_path
            || (self.content_hidden && (sized || flow == Flow::Table))
    }
}

impl Cascade {
    /// `style` is the parent's, with what the kind of element changes.
    pub(in crate::body::view) fn new(parent: Style, style: Style, hints: Hints) -> Self {
        let own = Own { font: hints.font, ..Own::default() };
        let background = hints.background.map(Ink::opaque);
        let display = hints.hidden.then_some(Display::None);
        let style = Style { right_to_left: hints.right_to_left.unwrap_or(style.right_to_left), ..style };
        let (width, height) = (hints.width.unwrap_or(f32::INFINITY), hints.height.unwrap_or(f32::INFINITY));
        let placing = Placing { width, height, ..Placing::NORMAL };
        Self { parent, font: style.font(), style, own, placing, display, background, background_image: hints.background_image }
    }

    /// Applies an inline style but for what is `!important` in it.
    pub(in crate::body::view) fn inline(&mut self, declarations: &[(Declaration, bool)]) {
        for (declaration, is_important) in declarations {
            // A person who writes it inline means this very element, whether it changes anything or not.
            self.own.font |= matches!(declaration.property, Property::FontSize | Property::Font | Property::FontWeight | Property::FontFamily)
                || (declaration.property == Property::LetterSpacing && declaration.value == Value::Is(true));
            if !is_important {
                self.declare(*declaration);
            }
        }
    }

    /// Applies a declaration over those before it.
    pub(in crate::body::view) fn declare(&mut self, Declaration { property, value }: Declaration) {
        match value {
            Value::Inherit => return self.inherit(property, self.parent),
            Value::Initial => return self.inherit(property, Style::default()),
            Value::Unknown => return self.forget(property),
            _ => {}
        }
        let (style, own, placing) = (&mut self.style, &mut self.own, &mut self.placing);
        match (property, value) {
            (Property::Display, Value::Display(display)) => self.display = Some(display),
            (Property::Visibility, Value::Is(hidden)) => style.invisible = hidden,
            (Property::ContentVisibility, Value::Is(hidden)) => placing.content_hidden = hidden,
            (Property::Opacity, Value::Number(n)) => placing.opacity = n.clamp(0.0, 1.0),
            (Property::Filter, Value::Number(n)) => placing.filter_opacity = n.clamp(0.0, 1.0),
            (Property::Font, Value::Font { size, bold, monospace, flat_lines }) => {
                (style.bold, style.monospace, placing.flat_lines) = (bold, monospace, Some(flat_lines));
                style.size = size.map_or(style.size, |size| size.in_pixels(&self.parent));
            }
            (Property::FontSize, Value::Size(size)) => style.size = size.in_pixels(&self.parent),
            (Property::FontWeight, Value::Is(bold)) => style.bold = bold,
            (Property::FontFamily, Value::Is(monospace)) => style.monospace = monospace,
            (Property::LetterSpacing, Value::Is(spaced)) => style.spaced = spaced,
            (Property::LineHeight, Value::Is(flat)) => placing.flat_lines = Some(flat),
            (Property::TextAlign, Value::Is(centered)) => style.centered = centered,
            (Property::TextIndent, Value::Number(n)) => placing.indent = Some(n),
            (Property::TextShadow, Value::Is(shadow)) => style.shadow = shadow,
            (Property::WhiteSpace, Value::Is(preformatted)) => style.preformatted = preformatted,
            (Property::Color, Value::Ink(ink)) => style.color = Some(ink),
            (Property::TextFill, Value::Ink(ink)) => style.fill = Some(ink),
            (Property::Background, Value::Background { color, image, clips_to_text }) => {
                (self.background, self.background_image, style.background_in_letters) = (color, image, clips_to_text);
            }
            (Property::BackgroundColor, Value::Ink(ink)) => self.background = Some(ink),
            (Property::BackgroundImage, Value::Is(image)) => self.background_image = image,
            (Property::BackgroundClip, Value::Is(text)) => style.background_in_letters = text,
            (Property::Border, Value::Is(drawn)) => own.border = drawn,
            (Property::BorderSide, Value::Is(drawn)) => own.border |= drawn,
            (Property::Padding, Value::Is(wide)) => own.padding = wide,
            (Property::PaddingSide, Value::Is(wide)) => own.padding |= wide,
            (Property::FlexDirection, Value::Items { in_other_order, reversed }) => (own.items_in_other_order, own.items_reversed) = (in_other_order, reversed),
            (Property::Order, Value::Is(moved)) => placing.order = moved,
            (Property::Direction, Value::Is(right_to_left)) => style.right_to_left = right_to_left,
            (Property::UnicodeBidi, Value::Is(forced)) => placing.letters_forced = forced,
            (Property::TextDecoration, Value::Is(struck)) => style.struck = struck || self.parent.struck,
            (Property::Width, Value::Number(n)) => placing.width = n,
            (Property::Height, Value::Number(n)) => placing.height = n,
            (Property::MaxWidth, Value::Number(n)) => placing.max_width = n,
            (Property::MaxHeight, Value::Number(n)) => placing.max_height = n,
            (Property::MinWidth, Value::Number(n)) => placing.min_width = n,
            (Property::MinHeight, Value::Number(n)) => placing.min_height = n,
            (Property::Overflow, Value::Is(clips)) => placing.clips = clips,
            (Property::Position, Value::Position(position)) => placing.position = position,
            (Property::Float, Value::Float { floats, right }) => (placing.floats, placing.floats_right) = (floats, right),
            (Property::Left, Value::Number(n)) => placing.left = n,
            (Property::Top, Value::Number(n)) => placing.top = n,
            (Property::Right, Value::Number(n)) => placing.right = n,
            (Property::Bottom, Value::Number(n)) => placing.bottom = n,
            (Property::Margin, Value::Margin { top, left }) => (placing.margin_top, placing.margin_left) = (top, left),
            (Property::MarginLeft, Value::Number(n)) => placing.margin_left = n,
            (Property::MarginTop, Value::Number(n)) => placing.margin_top = n,
            (Property::Clip, Value::Is(clip)) => placing.clip = clip,
            (Property::ClipPath, Value::Is(clip)) => placing.clip_path = clip,
            (Property::Transform, Value::Is(away)) => placing.transform = away,
            (Property::Scale, Value::Is(away)) => placing.scale = away,
            (Property::Translate, Value::Is(away)) => placing.translate = away,
            _ => {}
        }
    }

    /// A value that cannot be told: it is taken for one that hides nothing.
    fn forget(&mut self, property: Property) {
        let (style, placing) = (&mut self.style, &mut self.placing);
        match property {
            Property::Background | Property::BackgroundColor | Property::BackgroundImage => self.background_image = true,
            Property::Color => style.color = None,
            Property::TextFill => style.fill = None,
            Property::FontSize | Property::Font if style.size < SMALLEST_VISIBLE_SIZE => style.size = BASE_SIZE,
            Property::Width => placing.width = f32::INFINITY,
            Property::Height => placing.height = f32::INFINITY,
            Property::MaxWidth => placing.max_width = f32::INFINITY,
            Property::MaxHeight => placing.max_height = f32::INFINITY,
            Property::Opacity => placing.opacity = 1.0,
            _ => {}
        }
    }

    /// `inherit` and `initial`: the property as `from` has it. What is not inherited by itself goes back to where it starts.
    fn inherit(&mut self, property: Property, from: Style) {
        let (style, placing, normal) = (&mut self.style, &mut self.placing, Placing::NORMAL);
        match property {
            Property::Display => self.display = Some(Display::Inline),
            Property::Visibility => style.invisible = from.invisible,
            Property::ContentVisibility => placing.content_hidden = false,
            Property::Opacity => placing.opacity = normal.opacity,
            Property::Filter => placing.filter_opacity = normal.filter_opacity,
            Property::Font => (style.size, style.bold, style.monospace, placing.flat_lines) = (from.size, from.bold, from.monospace, Some(from.flat_lines)),
            Property::FontSize => style.size = from.size,
            Property::FontWeight => style.bold = from.bold,
            Property::FontFamily => style.monospace = from.monospace,
            Property::LetterSpacing => style.spaced = from.spaced,
            Property::LineHeight => placing.flat_lines = Some(from.flat_lines),
            Property::TextAlign => style.centered = from.centered,
            Property::TextIndent => placing.indent = Some(if from.indented { OFF_SCREEN } else { 0.0 }),
            Property::TextShadow => style.shadow = from.shadow,
            Property::WhiteSpace => style.preformatted = from.preformatted,
            Property::Color => style.color = from.color,
            Property::TextFill => style.fill = from.fill,
            Property::Background => (self.background, self.background_image, style.background_in_letters) = (None, false, false),
            Property::BackgroundColor => self.background = None,
            Property::BackgroundImage => self.background_image = false,
            Property::BackgroundClip => style.background_in_letters = false,
            Property::Border | Property::BorderSide => self.own.border = false,
            Property::Padding | Property::PaddingSide => self.own.padding = false,
            Property::FlexDirection => (self.own.items_in_other_order, self.own.items_reversed) = (false, false),
            Property::Order => placing.order = false,
            Property::Direction => style.right_to_left = from.right_to_left,
            Property::UnicodeBidi => placing.letters_forced = false,
            Property::TextDecoration => style.struck = self.parent.struck,
            Property::Width => placing.width = normal.width,
            Property::Height => placing.height = normal.height,
            Property::MaxWidth => placing.max_width = normal.max_width,
            Property::MaxHeight => placing.max_height = normal.max_height,
            Property::MinWidth => placing.min_width = normal.min_width,
            Property::MinHeight => placing.min_height = normal.min_height,
            Property::Overflow => placing.clips = false,
            Property::Position => placing.position = Position::Static,
            Property::Float => (placing.floats, placing.floats_right) = (false, false),
            Property::Left => placing.left = 0.0,
            Property::Top => placing.top = 0.0,
            Property::Right => placing.right = 0.0,
            Property::Bottom => placing.bottom = 0.0,
            Property::Margin => (placing.margin_top, placing.margin_left) = (0.0, 0.0),
            Property::MarginLeft => placing.margin_left = 0.0,
            Property::MarginTop => placing.margin_top = 0.0,
            Property::Clip => placing.clip = false,
            Property::ClipPath => placing.clip_path = false,
            Property::Transform => placing.transform = false,
            Property::Scale => placing.scale = false,
            Property::Translate => placing.translate = false,
        }
    }

    /// The computed style, and what is the element's own.
    pub(in crate::body::view) fn finish(self, flow: Flow) -> (Style, Own) {
        let Self { font, mut style, mut own, placing, display, .. } = self;
        own.font |= style.font() != font;
        own.holds_items = matches!(display, Some(Display::Flex | Display::InlineFlex));
        let display = display.map(|display| match display {
            Display::Flex => Display::Block,
            Display::InlineFlex => Display::InlineBlock,
            display => display,
        });
        own.display = display.filter(|display| matches!(display, Display::Inline | Display::InlineBlock | Display::Block));
        if display == Some(Display::Contents) {
            // What belongs to a box goes with it; what is inherited stays.
            own = Own { font: own.font, display: Some(Display::Inline), ..Own::default() };
            return (style, own);
        }
        if display == Some(Display::None) {
            (style.hidden, style.boxless) = (true, true);
        }
        if placing.letters_forced {
            style.letters_turned = style.right_to_left;
        }
        let flow = match display {
            Some(Display::Inline) if flow != Flow::Table => Flow::Inline,
            Some(Display::Block | Display::InlineBlock) => Flow::Block,
            Some(Display::TablePart) => Flow::Table,
            _ => flow,
        };
        let flow = if placing.position == Position::Absolute || placing.floats { Flow::Block } else { flow };
        let sized = flow == Flow::Block;
        placing.measure(&mut own, display, flow);
        style.hidden |= placing.hides(sized, flow);
        style.opacity *= placing.opacity * placing.filter_opacity;
        style.hidden |= style.opacity < LEAST_OPACITY;
        if let Some(indent) = placing.indent.filter(|_| flow != Flow::Inline) {
            style.indented = indent <= OFF_SCREEN;
        }
        if let Some(flat) = placing.flat_lines {
            style.flat_lines = flat;
            style.cut_lines &= flat;
        }
        style.cut_lines |= style.flat_lines && sized && placing.clips && placing.height.is_infinite() && placing.min_height <= FLAT;
        self.paint(&mut style, &mut own);
        (style, own)
    }

    /// The background over the parent's.
    fn paint(&self, style: &mut Style, own: &mut Own) {
        if let Some(ink) = self.background {
            let seen = ink.over(self.parent.background);
            own.background = seen != self.parent.background;
            style.background = seen;
        }
        if self.background_image {
            style.background = None;
            own.background = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(declarations: &str, flow: Flow) -> Style {
        let mut cascade = Cascade::new(Style::default(), Style::default(), Hints::default());
        let mut inline = Vec::new();
        each(declarations, |declaration, is_important| inline.push((declaration, is_important)));
        cascade.inline(&inline);
        inline.into_iter().filter(|(_, is_important)| *is_important).for_each(|(declaration, _)| cascade.declare(declaration));
        cascade.finish(flow).0
    }

    fn shows(declarations: &str) -> bool {
        computed(declarations, Flow::Block).shows_text()
    }

    #[test]
    fn every_way_to_hide_hides() {
        for hidden in [
            "display:none",
            "DISPLAY : None !important",
            "display:none!important;display:block",
            "visibility:hidden",
            "opacity:0",
            "opacity:5%",
            "filter:opacity(0)",
            "font-size:0",
            "font-size:1px",
            "font:0/0 a",
            "color:#fff",
            "color:transparent",
            "color:rgba(0,0,0,.01)",
            "color:#fff;background:rgba(0,0,0,0)",
            "-webkit-text-fill-color:transparent",
            "color:#fefefe;font-size:6px",
            "max-height:0;overflow:hidden",
            "height:0px;overflow:hidden",
            "width:0;overflow:hidden",
            "height:1px;overflow:auto",
            "line-height:0;overflow:hidden",
            "position:absolute;left:-9999px",
            "position:fixed;top:-999em",
            "position:absolute;left:9999px",
            "position:absolute;clip:rect(0,0,0,0)",
            "position:absolute;clip:rect(1px 1px 1px 1px)",
            "clip-path:inset(100%)",
            "clip-path:inset(50%)",
            "clip-path:circle(0)",
            "clip-path:polygon(0 0, 0 0, 0 0)",
            "transform:scale(0)",
            "transform:translateX(-9999px)",
            "transform:rotateX(90deg)",
            "margin:-9999px 0 0 -9999px",
            "text-indent:-9999px",
            "content-visibility:hidden",
            "mso-hide:all;display:none",
            "color:#f7f7f7;font-size:6px",
        ] {
            assert!(!shows(hidden), "{hidden}");
        }
    }

    #[test]
    fn ordinary_styles_show() {
        for shown in [
            "display:block",
            "display:none;display:table-cell",
            "display:none;display:block!important",
            "color:#fff;background:#06c",
            "color:#999999;font-size:11px",
            "height:0",
            "max-height:0",
            "height:1em;overflow:hidden",
            "width:1px;min-width:100%;overflow:hidden",
            "height:0;min-height:30px;overflow:hidden",
            "font:bold 14px/1.5 Arial",
            "opacity:.8",
            "opacity:0;opacity:1",
            "color:white;background-image:url(x)",
            "color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text",
            "color:transparent;text-shadow:0 0 0 #000",
            "color:rgba(0,0,0,.5)",
            "background:rgba(0,0,0,.05);color:#888",
            "background:#3271c0;color:#777",
            "background:#06c;color:#fff;mso-hide:all",
            "clip:rect(0,0,0,0)",
            "clip-path:inset(10px)",
            "transform:scale(1.2)",
            "transform:translate(-50%,-50%)",
            "position:relative;left:-20px",
            "margin-left:-100%",
            "line-height:0",
            "text-indent:-20px",
            "filter:opacity(80%)",
        ] {
            assert!(shows(shown), "{shown}");
        }
    }

    #[test]
    fn sizes_and_transforms_do_not_apply_to_inline_boxes() {
        for declarations in ["height:0;overflow:hidden", "transform:scale(0)", "text-indent:-9999px"] {
            assert!(computed(declarations, Flow::Inline).shows_text(), "{declarations}");
            assert!(!computed(&format!("{declarations};display:inline-block"), Flow::Inline).shows_text(), "{declarations}");
        }
        assert!(computed("height:0;overflow:hidden", Flow::Table).shows_text());
    }
}

//! Elements by what they do to the text, and the open elements of the stack.

use crate::body::view::Role;
use crate::body::view::style::{Flow, NO_NODE, Style};

/// Elements that behave alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Head,
    Body,
    Block,
    P,
    Heading,
    List,
    ListItem,
    Definition,
    Table,
    RowGroup,
    Row,
    Cell,
    Quote,
    Footer,
    Center,
    Pre,
    Anchor,
    Area,
    Button,
    Bold,
    Italic,
    Font,
    Code,
    Small,
    Big,
    Span,
    Map,
    Ruby,
    /// `rt`, `rp`: each ends the one before.
    RubyPart,
    Select,
    Option,
    Textarea,
    /// Its content is not shown: `head`, `template`, `script`, `style`, ...
    Undisplayed,
    Foreign,
    Br,
    Hr,
    Img,
    Input,
    Base,
    Meta,
    Link,
    Void,
    /// Anything else: inline, without meaning of its own.
    Other,
}

impl Kind {
    pub(super) const COUNT: usize = Kind::Other as usize + 1;

    pub(super) fn is_block(self) -> bool {
        use Kind::*;
        matches!(self, Html | Body | Block | P | Heading | List | ListItem | Definition | Table | RowGroup | Row | Cell | Quote | Footer | Center | Pre | Option)
    }

    /// The start tags that close an open `p` (13.2.6.4.7). Tables do not in quirks mode.
    pub(super) fn closes_paragraph(self) -> bool {
        use Kind::*;
        matches!(self, Block | P | Heading | List | ListItem | Definition | Quote | Footer | Center | Pre)
    }

    pub(super) fn is_formatting(self) -> bool {
        matches!(self, Kind::Anchor | Kind::Bold | Kind::Italic | Kind::Font | Kind::Code | Kind::Small | Kind::Big)
    }

    pub(super) fn is_emphasis(self) -> bool {
        matches!(self, Kind::Bold | Kind::Code | Kind::Heading | Kind::Big)
    }

    /// The box that elements of this kind have before any style.
    pub(super) fn flow(self) -> Flow {
        match self {
            Kind::Table | Kind::RowGroup | Kind::Row | Kind::Cell => Flow::Table,
            Kind::Button | Kind::Img | Kind::Input | Kind::Hr | Kind::Textarea | Kind::Select => Flow::Block,
            kind if kind.is_block() => Flow::Block,
            _ => Flow::Inline,
        }
    }

    /// Fields and buttons stand beside text, never in a word.
    pub(super) fn is_field(self) -> bool {
        matches!(self, Kind::Button | Kind::Textarea | Kind::Select | Kind::Input)
    }

    pub(super) fn opens_link(self) -> bool {
        matches!(self, Kind::Anchor | Kind::Button)
    }
}

/// Elements that may stand in `head` (13.2.6.4.4); any other start tag ends it.
pub(super) fn is_head_content(name: &str) -> bool {
    ["base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style", "template", "title"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

pub(super) fn kind_of(name: &str) -> Kind {
    use Kind::*;
    let mut buffer = [0u8; 12];
    let Some(lower) = buffer.get_mut(..name.len()) else { return Other };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"html" => Html,
        b"head" => Head,
        b"body" => Body,
        b"div" | b"section" | b"article" | b"main" | b"header" | b"aside" | b"nav" | b"address" | b"form" | b"fieldset" | b"figure" | b"figcaption" | b"details" | b"summary"
        | b"caption" | b"legend" | b"hgroup" | b"dialog" | b"search" => Block,
        b"p" => P,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Heading,
        b"ul" | b"ol" | b"dl" | b"menu" | b"dir" => List,
        b"li" => ListItem,
        b"dt" | b"dd" => Definition,
        b"table" => Table,
        b"tbody" | b"thead" | b"tfoot" => RowGroup,
        b"tr" => Row,
        b"td" | b"th" => Cell,
        b"blockquote" => Quote,
        b"footer" => Footer,
        b"center" => Center,
        b"pre" | b"listing" => Pre,
        b"a" => Anchor,
        b"area" => Area,
        b"button" => Button,
        b"b" | b"strong" => Bold,
        b"i" | b"em" | b"u" | b"s" | b"strike" => Italic,
        b"font" => Font,
        b"code" | b"tt" | b"kbd" | b"samp" => Code,
        b"small" => Small,
        b"big" => Big,
        b"span" => Span,
        b"map" => Map,
        b"ruby" => Ruby,
        b"rt" | b"rp" | b"rb" | b"rtc" => RubyPart,
        b"select" => Select,
        b"option" => Option,
        b"textarea" => Textarea,
        b"template" | b"script" | b"style" | b"title" | b"iframe" | b"noembed" | b"noframes" | b"object" | b"audio" | b"video" | b"canvas" | b"datalist" | b"meter"
        | b"progress" | b"math" | b"svg" | b"xmp" => Undisplayed,
        b"path" | b"circle" | b"rect" | b"g" | b"use" | b"o:p" => Foreign,
        b"br" => Br,
        b"hr" => Hr,
        b"img" | b"image" => Img,
        b"input" => Input,
        b"base" => Base,
        b"meta" => Meta,
        b"link" => Link,
        b"col" | b"colgroup" | b"embed" | b"source" | b"track" | b"wbr" | b"param" | b"bgsound" | b"keygen" | b"frame" => Void,
        _ => Other,
    }
}

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub(super) kind: Kind,
    pub(super) style: Style,
    /// Its content is never shown, whatever its style.
    pub(super) undisplayed: bool,
    /// A block of its own: text before and after does not run into it.
    pub(super) breaks: bool,
    /// A box of its own in a line: white space on both sides.
    pub(super) apart: bool,
    /// What stands in it stands in boxes of its own, and perhaps not in a row from first to last.
    pub(super) holds_items: bool,
    pub(super) items_in_other_order: bool,
    pub(super) items_reversed: bool,
    /// A closed `details`: of what stands directly in it only its `summary` is shown.
    pub(super) folded: bool,
    pub(super) role: Role,
    pub(super) row: Option<u32>,
    /// See [`crate::view::Prominence::boxed`].
    pub(super) boxed: u32,
    /// See [`crate::view::Prominence::styled`].
    pub(super) styled: u32,
    /// The box is the element's own, not one inherited.
    pub(super) own_box: bool,
    pub(super) link: Option<u32>,
    /// Inside a schema.org action that confirms something.
    pub(super) action: bool,
    /// What the style sheet knows it by, and the last element in it.
    pub(super) node: u32,
    pub(super) last_child: u32,
}

impl Element {
    pub(super) fn root() -> Self {
        Self {
            kind: Kind::Html,
            style: Style::default(),
            undisplayed: false,
            breaks: false,
            apart: false,
            holds_items: false,
            items_in_other_order: false,
            items_reversed: false,
            folded: false,
            role: Role::Paragraph,
            row: None,
            boxed: 0,
            styled: 0,
            own_box: false,
            link: None,
            action: false,
            node: NO_NODE,
            last_child: NO_NODE,
        }
    }
}

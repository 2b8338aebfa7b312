//! How much of a mail is read, and which bound cut something off.

use std::fmt;

/// The bounds within which a mail is read. What lies beyond one is left out, and [`crate::Report::limits_hit`] says so.
///
/// | field | default | what is cut | why this much |
/// | --- | ---: | --- | --- |
/// | [`message_bytes`](Limits::message_bytes) | 25 MB | the end of the mail | mail servers refuse more than 25 to 50 MB |
/// | [`header_bytes`](Limits::header_bytes) | 64 KB | the end of one header | long real ones have 40 KB, most of it traces of servers |
/// | [`field_bytes`](Limits::field_bytes) | 32 KB | the end of one header field | some thousand recipients |
/// | [`fields`](Limits::fields) | 1,000 | the last fields of one header | real ones have up to 200 |
/// | [`continuations`](Limits::continuations) | 256 | the fields from there on | a long file name takes a dozen (RFC 2231 section 3); joining them takes the parser quadratic time |
/// | [`parts`](Limits::parts) | 1,000 | the last parts | real mails have some dozens; servers stop at 1,000 to 10,000 |
/// | [`multipart_depth`](Limits::multipart_depth) | 32 | multiparts inside | real mails nest 5 deep; servers stop at 40 to 100 |
/// | [`message_depth`](Limits::message_depth) | 4 | messages inside | a bounce of a forwarded mail is 2 deep; up to 8 are read |
/// | [`part_bytes`](Limits::part_bytes) | 8 MB | the end of a text part, as sent | HTML that carries its pictures inside has some megabytes |
/// | [`text_bytes`](Limits::text_bytes) | 256 KB | the end of a part's visible text | codes and buttons stand in the first kilobytes |
/// | [`total_text_bytes`](Limits::total_text_bytes) | 512 KB | the last visible text of the mail | a text and an HTML version, both at their limit |
/// | [`open_elements`](Limits::open_elements) | 512 | elements: what is inside counts as their parent's | browsers stop at 512 |
/// | [`attributes`](Limits::attributes) | 64 | the last attributes of a tag | real tags have up to 20 |
/// | [`style_bytes`](Limits::style_bytes) | 256 KB | the end of a part's style sheets | real mails have up to 60 KB; clients drop far smaller ones |
/// | [`style_rules`](Limits::style_rules) | 4,096 | the last style rules of a part, and selectors of over 16 compounds | frameworks for mail come with some 300 |
/// | [`style_steps`](Limits::style_steps) | 8 | style rules that would take more steps to match, for each byte of the part | heavy newsletters take less than one |
/// | [`runs`](Limits::runs) | 16,384 | the end of a part's text that changes its looks this often | a newsletter has some thousand |
/// | [`phrases`](Limits::phrases) | 8,192 | the last phrases of a part that the lexicon knows | a newsletter has some hundred |
/// | [`links_in_part`](Limits::links_in_part) | 1,024 | the last links of a part | a newsletter has some hundred |
/// | [`links`](Limits::links) | 256 | the last different links of the mail, as candidates | past this no link stands out |
/// | [`url_bytes`](Limits::url_bytes) | 8 KB | links that are longer, as candidates | browsers and servers refuse longer ones |
/// | [`codes`](Limits::codes) | 256 | the last different strings that could be a code | past this no code stands out |
///
/// Time is linear and memory bounded (8 bytes for each byte of the mail and 2 MB) within the defaults and within
/// smaller bounds; whoever raises one raises those with it.
///
/// ```
/// use mailpick::{Extractor, Limit, Limits};
/// const NARROW: Limits = { let mut limits = Limits::new(); limits.text_bytes = 20; limits };
/// static PREVIEW: Extractor = Extractor::new().limits(NARROW);
/// let report = PREVIEW.extract(b"Subject: Hi\r\n\r\nThis text is longer than twenty bytes.\r\n");
/// assert_eq!(report.limits_hit(), [Limit::TextBytes]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the mail.
    pub message_bytes: usize,
    /// Bytes of one header, be it a message's or a part's.
    pub header_bytes: usize,
    /// Bytes of one header field.
    pub field_bytes: usize,
    /// Fields of one header.
    pub fields: usize,
    /// Continued parameters (RFC 2231) in one header.
    pub continuations: usize,
    /// Parts of the mail, those of messages inside it included.
    pub parts: usize,
    /// Multiparts inside multiparts.
    pub multipart_depth: usize,
    /// Messages inside messages.
    pub message_depth: usize,
    /// Bytes of a text part as sent, before its encoding is undone.
    pub part_bytes: usize,
    /// Bytes of visible text of one part.
    pub text_bytes: usize,
    /// Bytes of visible text of the whole mail.
    pub total_text_bytes: usize,
    /// Open HTML elements.
    pub open_elements: usize,
    /// Attributes of one HTML tag.
    pub attributes: usize,
    /// Bytes of the style sheets of one part.
    pub style_bytes: usize,
    /// Style rules of one part, counted by selectors.
    pub style_rules: usize,
    /// Steps that matching style rules to elements may take, for each byte of a part's markup.
    pub style_steps: usize,
    /// Runs of text set alike, in one part.
    pub runs: usize,
    /// Phrases of the lexicon in one part.
    pub phrases: usize,
    /// Links of one part.
    pub links_in_part: usize,
    /// Different links of the mail.
    pub links: usize,
    /// Bytes of a link.
    pub url_bytes: usize,
    /// Different strings of the mail that could be a code.
    pub codes: usize,
}

impl Limits {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            message_bytes: 25 << 20,
            header_bytes: 64 << 10,
            field_bytes: 32 << 10,
            fields: 1_000,
            continuations: 256,
            parts: 1_000,
            multipart_depth: 32,
            message_depth: 4,
            part_bytes: 8 << 20,
            text_bytes: 256 << 10,
            total_text_bytes: 512 << 10,
            open_elements: 512,
            attributes: 64,
            style_bytes: 256 << 10,
            style_rules: 4_096,
            style_steps: 8,
            runs: 16_384,
            phrases: 8_192,
            links_in_part: 1_024,
            links: 256,
            url_bytes: 8 << 10,
            codes: 256,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// A bound of [`Limits`] at which something was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::message_bytes`].
    MessageBytes,
    /// [`Limits::header_bytes`].
    HeaderBytes,
    /// [`Limits::field_bytes`].
    FieldBytes,
    /// [`Limits::fields`].
    Fields,
    /// [`Limits::continuations`].
    Continuations,
    /// [`Limits::parts`].
    Parts,
    /// [`Limits::multipart_depth`].
    MultipartDepth,
    /// [`Limits::message_depth`].
    MessageDepth,
    /// [`Limits::part_bytes`].
    PartBytes,
    /// [`Limits::text_bytes`].
    TextBytes,
    /// [`Limits::total_text_bytes`].
    TotalTextBytes,
    /// [`Limits::open_elements`].
    OpenElements,
    /// [`Limits::attributes`].
    Attributes,
    /// [`Limits::style_bytes`].
    StyleBytes,
    /// [`Limits::style_rules`].
    StyleRules,
    /// [`Limits::style_steps`].
    StyleSteps,
    /// [`Limits::runs`].
    Runs,
    /// [`Limits::phrases`].
    Phrases,
    /// [`Limits::links_in_part`].
    LinksInPart,
    /// [`Limits::links`].
    Links,
    /// [`Limits::url_bytes`].
    UrlBytes,
    /// [`Limits::codes`].
    Codes,
}

impl Limit {
    /// The name of its field in [`Limits`].
    pub fn name(self) -> &'static str {
        match self {
            Limit::MessageBytes => "message_bytes",
            Limit::HeaderBytes => "header_bytes",
            Limit::FieldBytes => "field_bytes",
            Limit::Fields => "fields",
            Limit::Continuations => "continuations",
            Limit::Parts => "parts",
            Limit::MultipartDepth => "multipart_depth",
            Limit::MessageDepth => "message_depth",
            Limit::PartBytes => "part_bytes",
            Limit::TextBytes => "text_bytes",
            Limit::TotalTextBytes => "total_text_bytes",
            Limit::OpenElements => "open_elements",
            Limit::Attributes => "attributes",
            Limit::StyleBytes => "style_bytes",
            Limit::StyleRules => "style_rules",
            Limit::StyleSteps => "style_steps",
            Limit::Runs => "runs",
            Limit::Phrases => "phrases",
            Limit::LinksInPart => "links_in_part",
            Limit::Links => "links",
            Limit::UrlBytes => "url_bytes",
            Limit::Codes => "codes",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Limit::MessageBytes => "the message is too long: its end was not read",
            Limit::HeaderBytes => "a header is too long: its end was not read",
            Limit::FieldBytes => "a header field is too long: its end was not read",
            Limit::Fields => "a header has too many fields: the last ones were not read",
            Limit::Continuations => "a header has too many continued parameters: the fields from there on were not read",
            Limit::Parts => "too many parts: the last ones were not read",
            Limit::MultipartDepth => "multiparts are nested too deep: the inner ones were not read",
            Limit::MessageDepth => "messages are nested too deep: the inner ones were not read",
            Limit::PartBytes => "a part is too long: its end was not read",
            Limit::TextBytes => "a part shows too much text: the rest was not read",
            Limit::TotalTextBytes => "the mail shows too much text: the rest was not read",
            Limit::OpenElements => "too many open elements: deeper ones were taken for their parents",
            Limit::Attributes => "a tag has too many attributes: the last ones were not read",
            Limit::StyleBytes => "the style sheets of a part are too long: the rest was not read",
            Limit::StyleRules => "a part has too many style rules, or one too long: they were not applied",
            Limit::StyleSteps => "too many style rules for too many elements: some were not applied",
            Limit::Runs => "a part's text changes its looks too often: the rest was not read",
            Limit::Phrases => "a part has too many known phrases: the last ones were not looked at",
            Limit::LinksInPart => "a part has too many links: the last ones were not looked at",
            Limit::Links => "too many different links: the last ones were not looked at",
            Limit::UrlBytes => "a link is too long: it was not looked at",
            Limit::Codes => "too many different numbers: the last ones were not looked at",
        })
    }
}

/// The bounds that were met, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts(Vec<Limit>);

impl Cuts {
    pub(crate) fn add(&mut self, limit: Limit) {
        if !self.0.contains(&limit) {
            self.0.push(limit);
        }
    }

    pub(crate) fn extend(&mut self, limits: &[Limit]) {
        limits.iter().for_each(|limit| self.add(*limit));
    }

    pub(crate) fn into_vec(self) -> Vec<Limit> {
        self.0
    }
}

//! Strings that could be a one-time code.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

use std::collections::HashMap;
use std::ops::Range;

use crate::body::view::View;
use crate::limits::{Limit, Limits};

const MAX_OCCURRENCES: usize = 8;
/// A longer line is read in pieces: whether letters are a code depends on the line around them, so time would grow with its
/// square.
const MAX_LINE_BYTES: usize = 2 << 10;
/// Codes are 4 to 10 digits, 4 to 12 letters and digits, or two to four short words.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=10;
const LETTERS_AND_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
const LETTERS: std::ops::RangeInclusive<usize> = 4..=10;
const MAX_HYPHENATED: usize = 36;
/// "255.255.255.255", and one byte before it.
const MAX_IPV4_BYTES: usize = 16;

/// How a code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Form {
    /// Digits in one piece.
    Digits,
    /// Groups of digits: "123 456", "123-456".
    Grouped,
    /// Digits one by one: "1 2 3 4 5 6", or each in its own cell.
    Spelled,
    /// Letters and digits.
    Mixed,
    /// Letters and digits with hyphens: "KZP-4QD".
    Hyphenated,
    /// One letter or a few, a hyphen and digits: "G-123456".
    Prefixed,
    /// Letters only.
    Letters,
    /// Words: "tulip-orbit-lantern".
    Words,
}

impl Form {
    /// Whether some strings of the form are codes only where the layout sets them apart.
    fn may_need_layout(self) -> bool {
        matches!(self, Form::Grouped | Form::Mixed | Form::Hyphenated | Form::Letters | Form::Words)
    }
}

/// One place where a code stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occurrence {
    /// Index of the view.
    pub view: usize,
    /// Bytes in the view's text.
    pub span: Range<usize>,
    /// How it is written there.
    pub form: Form,
}

/// A string that could be a code, and everywhere it stands.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeCandidate {
    /// What a person would type.
    pub value: String,
    /// Where it stands, in reading order.
    pub occurrences: Vec<Occurrence>,
}

impl std::fmt::Debug for CodeCandidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeCandidate").field("value", &format_args!("<{} characters>", self.value.chars().count())).field("occurrences", &self.occurrences.len()).finish()
    }
}

/// All code candidates of a mail, and the limit that left some out. Linear in the visible text.
///
/// The text is read once. A word or a group of digits that nothing sets apart is no candidate by itself, but it is a place of one whose
/// layout shows in another part, or in a later line, that it is a code. Such plain places are kept, twelve bytes each, until all is read.
pub fn find_codes(views: &[View], limits: &Limits) -> (Vec<CodeCandidate>, Option<Limit>) {
    let mut found = Found { codes: Vec::new(), by_value: HashMap::new(), shapes: Shapes::default(), plain: String::new(), most: limits.codes, cut: None };
    let mut plain_places: Vec<Vec<PlainPlace>> = Vec::with_capacity(views.len());
    let mut buffers = Buffers::default();
    for (index, view) in views.iter().enumerate() {
        taken_spans(view, &mut buffers.taken);
        let mut finder = Finder { view, index, found: &mut found, buffers: &mut buffers, next_taken: 0, next_run: 0, plain_places: Vec::new() };
        finder.run();
        plain_places.push(finder.plain_places);
    }
    // What its layout shows to be a code in one part stands as a plain word in another, or in an earlier line.
    if found.codes.iter().any(|code| code.occurrences.iter().any(|o| o.form.may_need_layout())) {
        for (index, (view, places)) in views.iter().zip(plain_places).enumerate() {
            places.into_iter().for_each(|place| found.add_if_known(view, index, &place));
        }
        found.codes.iter_mut().for_each(|code| code.occurrences.sort_by_key(|o| (o.view, o.span.start)));
    }
    (found.codes, found.cut)
}

struct Found {
    codes: Vec<CodeCandidate>,
    /// By their letters and digits alone.
    by_value: HashMap<String, usize>,
    /// What most words are told by that are no value known.
    shapes: Shapes,
    /// The letters and digits of the value at hand.
    plain: String,
    most: usize,
    cut: Option<Limit>,
}

impl Found {
    /// Whether the letters and digits of a text stand elsewhere in the mail as what could be a code.
    fn knows(&mut self, text: &str) -> bool {
        if !self.shapes.may_hold(text) {
            return false;
        }
        self.plain.clear();
        self.plain.extend(text.chars().filter(|c| c.is_alphanumeric()));
        self.by_value.contains_key(&self.plain)
    }

    fn add_if_known(&mut self, view: &View, index: usize, place: &PlainPlace) {
        let span = place.start as usize..place.end as usize;
        let text = &view.text[span.clone()];
        if self.knows(text) {
            // The candidate is there already: only the place is new.
            self.add(text.to_owned(), Occurrence { view: index, span, form: place.form });
        }
    }

    fn add(&mut self, value: String, occurrence: Occurrence) {
        self.plain.clear();
        self.plain.extend(value.chars().filter(|c| c.is_alphanumeric()));
        if let Some(&at) = self.by_value.get(&self.plain) {
            let candidate = &mut self.codes[at];
            if candidate.occurrences.len() < MAX_OCCURRENCES && !candidate.occurrences.iter().any(|o| o.view == occurrence.view && o.span == occurrence.span) {
                candidate.occurrences.push(occurrence);
            }
            return;
        }
        if self.codes.len() >= self.most {
            self.cut = Some(Limit::Codes);
            return;
        }
        self.shapes.add(&self.plain);
        self.by_value.insert(self.plain.clone(), self.codes.len());
        self.codes.push(CodeCandidate { value, occurrences: vec![occurrence] });
    }
}

/// A bit for the first and the last byte of each value: a look at two bytes in place of one into a table of strings.
#[derive(Default)]
struct Shapes {
    bits: [u64; 16],
}

impl Shapes {
    fn bit(text: &str) -> usize {
        let ends = text.as_bytes().first().zip(text.as_bytes().last());
        ends.map_or(0, |(first, last)| usize::from(first & 31) << 5 | usize::from(last & 31))
    }

    fn add(&mut self, plain: &str) {
        let bit = Self::bit(plain);
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    /// Of a text that begins and ends with a letter or digit. Separators inside do not matter.
    fn may_hold(&self, text: &str) -> bool {
        let bit = Self::bit(text);
        self.bits[bit / 64] & 1 << (bit % 64) != 0
    }
}

/// Where something stands that is a place of a code if the mail shows elsewhere that it is one.
struct PlainPlace {
    start: u32,
    end: u32,
    form: Form,
}

/// What is allocated once for all views and lines.
#[derive(Default)]
struct Buffers {
    /// Spans that no code comes from, in order.
    taken: Vec<Range<usize>>,
    /// The pieces of the line at hand.
    pieces: Vec<Piece>,
    /// Lines of one character each.
    singles: Vec<Range<usize>>,
}

/// Spans of URLs, e-mail addresses and domains: a code never comes from inside one.
fn taken_spans(view: &View, taken: &mut Vec<Range<usize>>) {
    let text = view.text.as_str();
    taken.clear();
    taken.extend(crate::body::view::urls(text));
    let mut end = 0;
    // A word without one of these marks is neither address nor domain.
    for mark in memchr::memchr2_iter(b'.', b'@', text.as_bytes()) {
        if mark < end {
            continue;
        }
        let start = mark - text[end..mark].chars().rev().take_while(|c| is_in_address(*c)).map(char::len_utf8).sum::<usize>();
        end = mark + text[mark..].chars().take_while(|c| is_in_address(*c)).map(char::len_utf8).sum::<usize>();
        let word = text[start..end].trim_end_matches(['.', '-', '_', '?']);
        if is_address_or_domain(word) {
            taken.push(start..start + word.len());
        }
    }
    taken.sort_by_key(|span| span.start);
}

fn is_in_address(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+' | '%' | '/' | '=' | '&' | '?' | '~')
}

/// "a@b.example", "www.example.org/path1234", "image001.png": a label, a dot, and an ending that begins with a letter.
fn is_address_or_domain(word: &str) -> bool {
    if let Some((local, domain)) = word.split_once('@') {
        return !local.is_empty() && domain.contains('.') || !domain.is_empty() && domain.contains('.');
    }
    let host = word.split(['/', '?']).next().unwrap_or(word);
    let Some((label, ending)) = host.rsplit_once('.') else { return false };
    let ending_is_name = (2..=12).contains(&ending.len()) && ending.bytes().all(|c| c.is_ascii_lowercase());
    !label.is_empty() && ending_is_name && label.bytes().any(|c| c.is_ascii_alphabetic())
}

/// Whether four numbers with dots between them end here, and nothing that is longer.
fn ends_with_ipv4(bytes: &[u8]) -> bool {
    let start = bytes.iter().rposition(|c| !(c.is_ascii_digit() || *c == b'.')).map_or(0, |at| at + 1);
    let mut numbers = 0;
    bytes[start..].split(|c| *c == b'.').all(|number| {
        numbers += 1;
        (1..=3).contains(&number.len())
    }) && numbers == 4
}

/// Where a long line is parted: behind a space, if there is one.
fn window_end(text: &str, start: usize) -> usize {
    let most = (start..=start + MAX_LINE_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    memchr::memrchr(b' ', &text.as_bytes()[start..most]).map_or(most, |space| start + space + 1)
}

struct Finder<'v> {
    view: &'v View,
    index: usize,
    found: &'v mut Found,
    buffers: &'v mut Buffers,
    /// The taken span and the run from which on those of the next pieces are looked for: both come in order.
    next_taken: usize,
    next_run: usize,
    plain_places: Vec<PlainPlace>,
}

/// A maximal run of ASCII letters and digits.
#[derive(Clone)]
struct Piece {
    span: Range<usize>,
    digits: usize,
    upper: usize,
    lower: usize,
    /// What alone stands between it and the piece before.
    joint: Joint,
}

impl Piece {
    fn len(&self) -> usize {
        self.span.len()
    }

    fn is_digits(&self) -> bool {
        self.digits == self.len()
    }

    fn is_letters(&self) -> bool {
        self.digits == 0
    }
}

/// A single character that holds two pieces together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Hyphen,
    Space,
    Dot,
    MiddleDot,
    /// Anything else, or more.
    None,
}

impl Joint {
    fn of(between: &str) -> Self {
        match between {
            "-" | "‐" | "‑" | "–" | "−" => Self::Hyphen,
            " " => Self::Space,
            "." => Self::Dot,
            "·" => Self::MiddleDot,
            _ => Self::None,
        }
    }
}

/// What a byte is to a piece.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Digit,
    Upper,
    Lower,
}

const CLASSES: [Class; 256] = {
    let (mut table, mut byte) = ([Class::Other; 256], 0);
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => Class::Digit,
            b'A'..=b'Z' => Class::Upper,
            b'a'..=b'z' => Class::Lower,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
};

fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

impl Finder<'_> {
    fn run(&mut self) {
        let view = self.view;
        let mut start = 0;
        self.buffers.singles.clear();
        for end in memchr::memchr_iter(b'\n', view.text.as_bytes()).chain([view.text.len()]) {
            let mut window = start;
            while end - window > MAX_LINE_BYTES {
                let next = window_end(&view.text, window);
                self.line(window..next);
                window = next;
            }
            self.line(window..end);
            self.spelled_in_blocks(start..end);
            start = end + 1;
        }
        self.flush_spelled();
    }

    fn text(&self, span: &Range<usize>) -> &str {
        &self.view.text[span.clone()]
    }

    fn add(&mut self, value: String, span: Range<usize>, form: Form) {
        if !self.is_over_seam(&span) {
            self.found.add(value, Occurrence { view: self.index, span, form });
        }
    }

    /// Nobody reads on over a seam, so nobody reads such a code.
    fn is_over_seam(&self, span: &Range<usize>) -> bool {
        let next = self.view.seams.partition_point(|seam| *seam <= span.start);
        self.view.seams.get(next).is_some_and(|seam| *seam < span.end)
    }

    /// Keeps a place for when all is read.
    fn keep_plain(&mut self, span: Range<usize>, form: Form) {
        if let (Ok(start), Ok(end), false) = (u32::try_from(span.start), u32::try_from(span.end), self.is_over_seam(&span)) {
            self.plain_places.push(PlainPlace { start, end, form });
        }
    }

    fn before(&self, at: usize) -> Option<char> {
        self.view.text[..at].chars().next_back()
    }

    fn after(&self, at: usize) -> Option<char> {
        self.view.text[at..].chars().next()
    }

    /// Lines that hold one or a few characters each: a digit a cell, or groups in neighbouring cells.
    fn spelled_in_blocks(&mut self, line: Range<usize>) {
        let text = self.view.text[line.clone()].trim();
        if text.len() == 1 && text.as_bytes()[0].is_ascii_alphanumeric() {
            self.buffers.singles.push(line);
            return;
        }
        // A separator in a cell of its own, as in [1][2][3][-][4][5][6], belongs to the row of boxes.
        if matches!(text, "-" | "–" | "·" | "•") && !self.buffers.singles.is_empty() {
            return;
        }
        self.flush_spelled();
        // A group fills its block, so it fills its line.
        if group_size(&self.view.text, &line).is_some() {
            self.groups_in_cells(line);
        }
    }

    fn flush_spelled(&mut self) {
        let singles = &self.buffers.singles;
        if DIGITS.contains(&singles.len()) {
            let value: String = singles.iter().map(|span| self.text(span).trim()).collect();
            if value.bytes().any(|c| c.is_ascii_digit()) || value.bytes().all(|c| c.is_ascii_uppercase()) {
                self.add(value, singles[0].start..singles[singles.len() - 1].end, Form::Spelled);
            }
        }
        self.buffers.singles.clear();
    }

    /// "123" and "456" in neighbouring cells of one row.
    fn groups_in_cells(&mut self, line: Range<usize>) {
        let at = self.view.block_at(line.start);
        let Some(block) = self.view.blocks.get(at) else { return };
        let Some(row) = block.row else { return };
        let group = |span: &Range<usize>| group_size(&self.view.text, span);
        let Some(size) = group(&block.span) else { return };
        // Only from the row's first group on.
        if at > 0 && self.view.blocks[at - 1].row == Some(row) && group(&self.view.blocks[at - 1].span).is_some() {
            return;
        }
        let cells: Vec<&Range<usize>> = self.view.blocks[at..].iter().take(5).take_while(|b| b.row == Some(row) && group(&b.span) == Some(size)).map(|b| &b.span).collect();
        if (2..=4).contains(&cells.len()) && DIGITS.contains(&(size * cells.len())) {
            let value: String = cells.iter().map(|span| self.text(span)).collect();
            let span = cells[0].start..cells[cells.len() - 1].end;
            self.add(value, span, Form::Grouped);
        }
    }

    fn line(&mut self, line: Range<usize>) {
        let mut pieces = std::mem::take(&mut self.buffers.pieces);
        let may_be_spaced = self.read_pieces(&line, &mut pieces);
        let mut at = 0;
        while at < pieces.len() {
            // A chain: pieces joined by single hyphens, spaces, dots.
            let end = chain_end(&pieces, at, Joint::Hyphen);
            if end > at + 1 {
                self.hyphenated(&pieces[at..end], &line);
                at = end;
                continue;
            }
            self.single(&pieces[at], &line);
            at += 1;
        }
        if may_be_spaced {
            self.spaced_groups(&pieces, &line);
        }
        self.buffers.pieces = pieces;
    }

    /// The pieces of a line that stand in nothing longer. Says whether some of them may be groups that belong together: digits, or
    /// letters one by one.
    fn read_pieces(&mut self, line: &Range<usize>, pieces: &mut Vec<Piece>) -> bool {
        pieces.clear();
        let text = self.view.text.as_str();
        let bytes = &text.as_bytes()[..line.end];
        let (mut at, mut may_be_spaced) = (line.start, false);
        while let Some(byte) = bytes.get(at) {
            if class(*byte) == Class::Other {
                at += 1;
                continue;
            }
            let start = at;
            let mut counts = [0; 4];
            while let Some(class) = bytes.get(at).map(|byte| class(*byte)).filter(|class| *class != Class::Other) {
                counts[class as usize] += 1;
                at += 1;
            }
            let span = start..at;
            if self.is_taken(&span) || counts[Class::Digit as usize] == span.len() && self.is_port(&span) {
                continue;
            }
            let joint = pieces.last().map_or(Joint::None, |last| Joint::of(&text[last.span.end..start]));
            let [_, digits, upper, lower] = counts;
            may_be_spaced |= digits > 0 || span.len() == 1;
            pieces.push(Piece { span, digits, upper, lower, joint });
        }
        may_be_spaced
    }

    /// Whether a piece stands in a taken span. Pieces come in order.
    fn is_taken(&mut self, span: &Range<usize>) -> bool {
        let taken = &self.buffers.taken;
        self.next_taken += taken[self.next_taken..].iter().take_while(|taken| taken.end <= span.start).count();
        taken.get(self.next_taken).is_some_and(|taken| taken.start < span.end)
    }

    /// "git.example.org:8443", "192.0.2.7:8443": whether digits are the port of a host.
    fn is_port(&self, digits: &Range<usize>) -> bool {
        if self.before(digits.start) != Some(':') || self.text(digits).parse::<u16>().is_err() {
            return false;
        }
        let host_end = digits.start - 1;
        let taken = &self.buffers.taken;
        let is_host = taken.get(taken.partition_point(|taken| taken.end < host_end)).is_some_and(|taken| taken.end == host_end && !self.text(taken).contains(['@', '/']));
        let address = &self.view.text.as_bytes()[host_end.saturating_sub(MAX_IPV4_BYTES)..host_end];
        is_host || ends_with_ipv4(address)
    }

    /// Whether nothing on either side makes the span part of something longer.
    fn stands_free(&self, span: &Range<usize>, has_letters: bool) -> bool {
        let bytes = self.view.text.as_bytes();
        let is_blank = |byte: Option<&u8>| matches!(byte, None | Some(b' ' | b'\n'));
        // Most pieces are words between spaces.
        if is_blank(bytes.get(span.end)) && is_blank(span.start.checked_sub(1).and_then(|at| bytes.get(at))) {
            return true;
        }
        let joins = |c: char| c.is_ascii_alphanumeric() || (c.is_lowercase() || c.is_uppercase()) && has_letters || matches!(c, '_' | '@' | '\\' | '%' | '=' | '&' | '~');
        let before = self.before(span.start);
        let after = self.after(span.end);
        let second_after = after.and_then(|c| self.view.text[span.end + c.len_utf8()..].chars().next());
        let second_before = before.and_then(|c| self.view.text[..span.start - c.len_utf8()].chars().next_back());
        // A decimal, an amount, a date or a version on either side: ".", "," or "/" with a digit beyond.
        let number_before = matches!(before, Some('.' | ',' | '/')) && second_before.is_some_and(|c| c.is_ascii_digit());
        let number_after = matches!(after, Some('.' | ',' | '/')) && second_after.is_some_and(|c| c.is_ascii_digit());
        let hyphen_before = matches!(before, Some('-')) && second_before.is_some_and(char::is_alphanumeric);
        // "--otp=123456": URLs and addresses are left out already.
        !before.is_some_and(|c| joins(c) && c != '=') && !after.is_some_and(|c| joins(c) && c != '=') && !number_before && !number_after && !hyphen_before
    }

    fn single(&mut self, piece: &Piece, line: &Range<usize>) {
        let (span, len) = (piece.span.clone(), piece.len());
        if piece.is_digits() {
            if DIGITS.contains(&len) && self.stands_free(&span, false) {
                self.add(self.text(&span).to_owned(), span, Form::Digits);
            }
        } else if piece.is_letters() {
            if !LETTERS.contains(&len) || !self.stands_free(&span, true) {
                return;
            }
            if self.letters_may_be_a_code(piece, line) || self.found.knows(&self.view.text[span.clone()]) {
                self.add(self.text(&span).to_owned(), span, Form::Letters);
            } else {
                self.keep_plain(span, Form::Letters);
            }
        } else if LETTERS_AND_DIGITS.contains(&len) && self.stands_free(&span, true) {
            self.add(self.text(&span).to_owned(), span, Form::Mixed);
        }
    }

    /// Letters alone are a word unless the layout sets them apart, or their case is no word's.
    fn letters_may_be_a_code(&mut self, piece: &Piece, line: &Range<usize>) -> bool {
        let no_word = piece.lower > 0 && piece.upper > 1 || piece.lower > 0 && piece.upper == 1 && !self.text(&piece.span).starts_with(|c: char| c.is_ascii_uppercase());
        no_word
            || self.run_sets_apart(piece)
            || self.is_after_colon(&piece.span, line)
            || self.is_quoted(&piece.span)
            || piece.lower == 0 && self.shouted_may_be_a_code(piece, line)
    }

    /// Whether a run sets a piece apart. Pieces come in order, so the runs behind are not looked for again.
    fn run_sets_apart(&mut self, piece: &Piece) -> bool {
        let runs = &self.view.runs;
        self.next_run += runs[self.next_run..].iter().take_while(|run| run.span.end <= piece.span.start).count();
        runs.get(self.next_run).filter(|run| run.span.start <= piece.span.start).is_some_and(|run| {
            let p = run.prominence;
            (p.bold || p.monospace || p.spaced || p.boxed != 0) && run.span.len() <= piece.len() + 2
        })
    }

    /// Capitals alone in their line, or in a line of words in lower case, or without vowels.
    fn shouted_may_be_a_code(&self, piece: &Piece, line: &Range<usize>) -> bool {
        let text = self.text(line);
        let alone = text.trim().len() == piece.len();
        alone || piece.len() >= 5 && (!self.text(&piece.span).bytes().any(|c| b"AEIOUY".contains(&c)) || text.bytes().filter(u8::is_ascii_lowercase).take(4).count() == 4)
    }

    /// Whether a span ends its line, and a colon stands before it.
    fn is_after_colon(&self, span: &Range<usize>, line: &Range<usize>) -> bool {
        line.end == span.end && self.view.text[line.start..span.start].trim_end().ends_with([':', '：'])
    }

    /// Between quotation marks or brackets.
    fn is_quoted(&self, span: &Range<usize>) -> bool {
        matches!(self.before(span.start), Some('"' | '“' | '„' | '«' | '「' | '【' | '[' | '\''))
            && matches!(self.after(span.end), Some('"' | '”' | '“' | '»' | '」' | '】' | ']' | '\''))
    }

    fn hyphenated(&mut self, pieces: &[Piece], line: &Range<usize>) {
        let span = pieces[0].span.start..pieces[pieces.len() - 1].span.end;
        if !self.stands_free(&span, !pieces.iter().all(Piece::is_digits)) || span.len() > MAX_HYPHENATED {
            return;
        }
        let total: usize = pieces.iter().map(Piece::len).sum();
        if pieces.iter().all(Piece::is_digits) {
            if is_grouping(pieces) {
                let form = if pieces[0].len() == 1 { Form::Spelled } else { Form::Grouped };
                self.add(self.joined(pieces, ""), span, form);
            }
            return;
        }
        let (digits, letters_total) = (pieces.iter().map(|p| p.digits).sum::<usize>(), pieces.iter().map(|p| p.upper + p.lower).sum::<usize>());
        let last = &pieces[pieces.len() - 1];
        let short_prefix = pieces[0].is_letters() && pieces[0].len() <= 4 && pieces[1..].iter().all(Piece::is_digits);
        if short_prefix && (pieces.len() == 2 && DIGITS.contains(&last.len()) || is_grouping(&pieces[1..])) {
            self.add(self.joined(pieces, "-"), span, Form::Prefixed);
        } else if digits > 0 && letters_total > 0 && total <= 16 && pieces.iter().all(|p| p.len() <= 8) {
            self.add(self.joined(pieces, "-"), span, Form::Hyphenated);
        } else if digits == 0 && pieces.len() <= 5 {
            let form = if pieces.iter().all(|p| p.lower == 0) && total <= 12 { Form::Hyphenated } else { Form::Words };
            if self.is_set_apart(&span, line) || self.is_quoted(&span) || is_word_code(pieces) || self.found.knows(&self.view.text[span.clone()]) {
                self.add(self.joined(pieces, "-"), span, form);
            } else {
                self.keep_plain(span, form);
            }
        } else if last.is_digits() && pieces.len() <= 5 && is_word_code(&pieces[..pieces.len() - 1]) {
            // Words and a number at their end: "tulip-orbit-lantern-42".
            self.add(self.joined(pieces, "-"), span, Form::Words);
        }
        // A digit run before a word ("123456-os kód", "6-digit"): the number may be the code.
        for piece in pieces.iter().filter(|p| p.is_digits() && DIGITS.contains(&p.len())) {
            let is_edge = piece.span.start == pieces[0].span.start;
            if is_edge && pieces.len() == 2 && last.is_letters() && last.lower == last.len() {
                self.add(self.text(&piece.span).to_owned(), piece.span.clone(), Form::Digits);
            }
        }
    }

    fn joined(&self, pieces: &[Piece], separator: &str) -> String {
        pieces.iter().map(|piece| self.text(&piece.span)).collect::<Vec<_>>().join(separator)
    }

    /// Alone in its line, or in a run of its own, or after the line's colon.
    fn is_set_apart(&self, span: &Range<usize>, line: &Range<usize>) -> bool {
        let text = self.text(line);
        text.trim().len() == span.len()
            || self.is_after_colon(span, line)
            || self.view.run_at(span.start).is_some_and(|run| run.prominence.styled != 0 && run.span.len() <= span.len() + 2)
    }

    /// "123 456", "12 34 56", "1 2 3 4 5 6", "123.456", "KZP 4QD".
    fn spaced_groups(&mut self, pieces: &[Piece], line: &Range<usize>) {
        for joint in [Joint::Space, Joint::Dot, Joint::MiddleDot] {
            let mut at = 0;
            while at < pieces.len() {
                let end = chain_end(pieces, at, joint);
                if end > at + 1 {
                    self.spaced_chain(&pieces[at..end], joint, line);
                }
                at = end;
            }
        }
    }

    fn spaced_chain(&mut self, chain: &[Piece], joint: Joint, line: &Range<usize>) {
        let mut at = 0;
        while at < chain.len() {
            if !chain[at].is_digits() {
                at += 1;
                continue;
            }
            let size = chain[at].len();
            let end = at + chain[at..].iter().take_while(|p| p.is_digits() && p.len() == size).count();
            let group = &chain[at..end];
            let span = group[0].span.start..group[group.len() - 1].span.end;
            let next_is_longer_number = joint == Joint::Dot && chain.get(end).is_some_and(Piece::is_digits);
            if group.len() > 1 && is_grouping(group) && self.stands_free(&span, false) && !next_is_longer_number {
                self.add(self.joined(group, ""), span, if size == 1 { Form::Spelled } else { Form::Grouped });
            }
            at = end;
        }
        self.uneven_groups(chain, joint, line);
        // Letters and digits in equal groups, the only thing in their line or run.
        let span = chain[0].span.start..chain[chain.len() - 1].span.end;
        let total: usize = chain.iter().map(Piece::len).sum();
        let all_single = chain.iter().all(|p| p.len() == 1);
        let grouped = chain.iter().all(|p| (2..=5).contains(&p.len())) && chain.iter().any(|p| p.digits > 0);
        if joint == Joint::Space
            && (grouped || all_single)
            && chain.iter().all(|p| p.lower == 0 || all_single)
            && chain.iter().any(|p| !p.is_digits())
            && LETTERS_AND_DIGITS.contains(&total)
            && (all_single || chain.len() <= 4)
        {
            let form = if all_single { Form::Spelled } else { Form::Mixed };
            if self.is_set_apart(&span, line) || self.found.knows(&self.view.text[span.clone()]) {
                self.add(self.joined(chain, ""), span, form);
            } else {
                self.keep_plain(span, form);
            }
        }
    }

    /// Two groups of digits of unequal length, set apart only ("90 318": telephone numbers are written so too), and groups
    /// of three from the right, anywhere ("27 481 903").
    fn uneven_groups(&mut self, chain: &[Piece], joint: Joint, line: &Range<usize>) {
        if joint != Joint::Space {
            return;
        }
        for run in chain.split(|piece| !piece.is_digits()).filter(|run| run.len() > 1) {
            let from_the_right = matches!(run, [a, b, c] if matches!([a.len(), b.len(), c.len()], [1 | 2, 3, 3]));
            let pair = matches!(run, [a, b] if matches!([a.len(), b.len()], [2, 3] | [3, 2] | [3, 4] | [4, 3] | [4, 2] | [2, 4]));
            let span = run[0].span.start..run[run.len() - 1].span.end;
            if !(from_the_right || pair) || !self.stands_free(&span, false) {
                continue;
            }
            if from_the_right || self.is_set_apart(&span, line) || self.found.knows(&self.view.text[span.clone()]) {
                self.add(self.joined(run, ""), span, Form::Grouped);
            } else {
                self.keep_plain(span, Form::Grouped);
            }
        }
    }
}

/// The end of a run of pieces each separated from the next by exactly one `joint`.
fn chain_end(pieces: &[Piece], from: usize, joint: Joint) -> usize {
    from + 1 + pieces[from + 1..].iter().take_while(|piece| piece.joint == joint).count()
}

/// The number of digits where a span is one of the groups that a code is parted into, and nothing else.
fn group_size(text: &str, span: &Range<usize>) -> Option<usize> {
    let text = &text[span.clone()];
    ((2..=4).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit())).then_some(text.len())
}

/// Three words or more, each long enough to be no particle of a compound: "tulip-orbit-lantern", not "out-of-date".
fn is_word_code(pieces: &[Piece]) -> bool {
    pieces.len() >= 3 && pieces.iter().all(|piece| piece.lower == piece.len() && piece.len() >= 3)
}

/// Groups that people write codes in: equal ones of two to five digits, single digits, or groups of three with a rest.
fn is_grouping(pieces: &[Piece]) -> bool {
    let size = pieces[0].len();
    let total: usize = pieces.iter().map(Piece::len).sum();
    let equal = pieces.iter().all(|piece| piece.len() == size);
    let near_equal = match pieces {
        [a, b] => matches!([a.len(), b.len()], [3, 4] | [4, 3] | [2, 3] | [3, 2]),
        [a, b, c] => matches!([a.len(), b.len(), c.len()], [3, 3, 2] | [2, 3, 3]),
        _ => false,
    };
    pieces.len() > 1 && DIGITS.contains(&total) && (equal && size <= 5 || near_equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(view: View) -> Vec<String> {
        find_codes(&[view], &Limits::new()).0.into_iter().map(|candidate| candidate.value).collect()
    }

    fn of_text(text: &str) -> Vec<String> {
        values(View::of_text(text, false, false))
    }

    #[test]
    fn codes_are_found_in_every_form() {
        for (text, value) in [
            ("Your code is 123456.", "123456"),
            ("code: 123 456", "123456"),
            ("code 123-456", "123456"),
            ("12 34 56", "123456"),
            ("1 2 3 4 5 6", "123456"),
            ("G-123456 is your code", "G-123456"),
            ("code KZP-4QD", "KZP-4QD"),
            ("2FK7M", "2FK7M"),
            ("code vM8xw", "vM8xw"),
            ("您的验证码：123456请勿泄露", "123456"),
            ("인증 코드: 456789입니다", "456789"),
            ("One-Time Code:12345", "12345"),
            ("@example.com #123456", "123456"),
            ("٤٩٣٠٢١", "493021"),
            ("４９３０２１", "493021"),
            ("Code: KXWQPL", "KXWQPL"),
            ("tulip-orbit-lantern", "tulip-orbit-lantern"),
            ("код 4821", "4821"),
            ("Use 123456 10 minutes", "123456"),
            ("Your code 123 456 expires", "123456"),
            ("Kod: 123456'yı girin", "123456"),
            ("is 123456.Please", "123456"),
            ("48 21 93", "482193"),
            ("digite o código 27 481 903 na página", "27481903"),
            ("login code is 518-204-36.", "51820436"),
            ("X7 4K Q9 2B", "X74KQ92B"),
            ("say \"qmtr-zbha\" there", "qmtr-zbha"),
            ("sag lupine-achse-mond-17 dazu", "lupine-achse-mond-17"),
            ("TYPE BRNWKXD AT THE PROMPT", "BRNWKXD"),
        ] {
            assert!(of_text(text).contains(&value.to_owned()), "{text}: {:?}", of_text(text));
        }
    }

    #[test]
    fn what_the_layout_sets_apart_once_is_seen_where_it_is_not() {
        for (html, text, value) in [
            ("<p>Type <b>RIVERS</b> there</p>", "Type rivers or RIVERS there", "RIVERS"),
            ("<p>It is <b>815 07</b> now</p>", "It is 815 07 now", "81507"),
            ("<p><b>kopa-mure</b></p>", "Say kopa-mure at the door", "kopa-mure"),
        ] {
            let views = [View::of_text(text, false, false), View::of_html(html)];
            let (codes, _) = find_codes(&views, &Limits::new());
            let code = codes.iter().find(|code| code.value == value).unwrap_or_else(|| panic!("{value}: {codes:?}"));
            assert_eq!(code.occurrences.iter().map(|o| o.view).collect::<Vec<_>>(), [0, 1], "{value}");
        }
    }

    #[test]
    fn nothing_comes_from_inside_a_longer_token() {
        for text in ["https://ex.org/123456", "x@123456.xyz", "a123456b@ex.org", "img_123456.png", "1,234,567.89", "10.20.3000.4", "800-531-8722", "www.ex.org/123456", "12:30"] {
            assert!(of_text(text).is_empty(), "{text}: {:?}", of_text(text));
        }
    }

    #[test]
    fn a_port_behind_a_host_is_no_code() {
        for text in ["get started on git.falke.example:8443, please", "Panel: http on 192.0.2.7:8443", "srv14.example.org:65535"] {
            assert!(of_text(text).is_empty(), "{text}: {:?}", of_text(text));
        }
        for (text, code) in [("Falke.example: 8443", "8443"), ("shop.example:839201", "839201"), ("for a@b.example:4839", "4839"), ("at 10:8443", "8443")] {
            assert_eq!(of_text(text), [code], "{text}");
        }
    }

    #[test]
    fn a_digit_a_cell_is_one_code() {
        assert_eq!(values(View::of_html("<table><tr><td>7<td>7<td>1<td>6<td>0<td>4</table>")), ["771604"]);
        assert!(values(View::of_html("<table><tr><td>482<td>193</table>")).contains(&"482193".to_owned()));
        assert_eq!(values(View::of_html("<p><span>7</span><span>7</span><span>1</span><span>6</span>")), ["7716"]);
    }

    #[test]
    fn hidden_digits_do_not_join() {
        assert_eq!(values(View::of_html("<p>12<span style='display:none'>99</span>3456</p>")), ["123456"]);
    }
}

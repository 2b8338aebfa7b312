//! The mail as the engine sees it, with the answers marked where they stand.

use std::io::{self, Write};
use std::ops::Range;

use mailpick::view::{Source, View};
use mailpick::{Kind, Report};

use super::paint::{Paint, cut};

/// Codes and buttons stand at the top of a mail; below it, only what is near an answer is shown.
const HEAD_LINES: usize = 40;
/// Lines shown before and after an answer.
const CONTEXT_LINES: usize = 3;
/// A newsletter's paragraph fits; a part on a single line does not.
const MAX_SEGMENT: usize = 600;

pub(super) fn write(out: &mut impl Write, report: &Report, paint: Paint) -> io::Result<()> {
    for (index, view) in report.views().iter().enumerate() {
        writeln!(out, "{}", paint.heading(&title(view)))?;
        write_text(out, &view.text, &marks(report, index), paint)?;
        writeln!(out)?;
    }
    Ok(())
}

fn title(view: &View) -> String {
    let source = match view.source {
        Source::Subject => "subject",
        Source::Text => "text part",
        Source::Html => "html part",
    };
    match view.depth {
        0 => format!("{source}:"),
        depth => format!("{source} of a message inside, {depth} deep:"),
    }
}

/// Where answers stand in a view, in order and without overlaps.
fn marks(report: &Report, view: usize) -> Vec<Range<usize>> {
    let answers = Kind::ALL.into_iter().filter_map(|kind| report.best_candidate(kind));
    let mut spans: Vec<Range<usize>> = answers.flat_map(|answer| &answer.places).filter(|(at, _)| *at == view).map(|(_, span)| span.clone()).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, last| {
        let overlap = next.start < last.end || next == last;
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    spans
}

fn write_text(out: &mut impl Write, text: &str, marks: &[Range<usize>], paint: Paint) -> io::Result<()> {
    let lines = lines(text);
    let marked: Vec<bool> = lines.iter().map(|line| marks_in(marks, line).next().is_some()).collect();
    let is_shown = |at: usize| at < HEAD_LINES || marked[at.saturating_sub(CONTEXT_LINES)..(at + CONTEXT_LINES + 1).min(lines.len())].contains(&true);
    let mut left_out = 0;
    for (at, line) in lines.iter().enumerate() {
        if !is_shown(at) {
            left_out += 1;
            continue;
        }
        write_gap(out, &mut left_out)?;
        writeln!(out, "  {}", painted(text, line, marks, paint))?;
    }
    write_gap(out, &mut left_out)
}

fn write_gap(out: &mut impl Write, left_out: &mut usize) -> io::Result<()> {
    match std::mem::take(left_out) {
        0 => Ok(()),
        count => writeln!(out, "  [… {count} lines …]"),
    }
}

/// The marks that touch a line, found by bisection: a hostile mail repeats its code on each of many thousand lines.
fn marks_in<'a>(marks: &'a [Range<usize>], line: &'a Range<usize>) -> impl Iterator<Item = &'a Range<usize>> {
    let first = marks.partition_point(|mark| mark.end < line.start);
    let end = marks.partition_point(|mark| mark.start <= line.end);
    marks[first..end].iter().filter(move |mark| touches(mark, line))
}

/// A mark around no text (an image is the anchor) belongs to the line that it begins in.
fn touches(mark: &Range<usize>, line: &Range<usize>) -> bool {
    if mark.is_empty() { (line.start..=line.end).contains(&mark.start) } else { mark.start < line.end && line.start < mark.end }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let range_of = |line: &str| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    };
    text.split('\n').map(range_of).collect()
}

/// One line, its marks painted and its long stretches cut.
fn painted(text: &str, line: &Range<usize>, marks: &[Range<usize>], paint: Paint) -> String {
    let slice = |range: Range<usize>| cut(text.get(range).unwrap_or_default(), MAX_SEGMENT);
    let (mut out, mut at) = (String::new(), line.start);
    for mark in marks_in(marks, line) {
        let (start, end) = (mark.start.max(line.start), mark.end.min(line.end));
        out += &slice(at..start);
        out += &paint.mark(&if mark.is_empty() { "(image)".to_owned() } else { slice(start..end) });
        at = end;
    }
    out + &slice(at..line.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, mark: Range<usize>) -> String {
        let mut out = Vec::new();
        write_text(&mut out, text, &[mark], Paint::Plain).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn marks_may_span_lines_or_nothing() {
        assert_eq!(written("ab\ncd\nef", 1..4), "  a>>>b<<<\n  >>>c<<<d\n  ef\n");
        assert_eq!(written("ab\n", 3..3), "  ab\n  >>>(image)<<<\n");
    }

    #[test]
    fn a_long_text_is_cut_but_its_answer_is_shown() {
        let text = vec!["line"; 100].join("\n");
        let out = written(&text, 350..354);
        assert!(out.contains(">>>line<<<") && out.contains("[… 27 lines …]") && out.contains("[… 26 lines …]"), "{out}");
    }
}

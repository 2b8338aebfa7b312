//! The candidates of a kind: the best with its evidence, the others with what they lack.

use std::collections::BTreeMap;
use std::io::{self, Write};

use mailpick::{Candidate, DEFAULT_THRESHOLD, Kind, Oddity, Report};

use super::paint::{Paint, cut_line};
use crate::output::plain;

/// A weight that two decimals would show as nothing.
const NOTHING: f64 = 0.005;
/// Pieces of evidence that tell why a candidate lost.
const REASONS: usize = 5;
const MAX_WORDS: usize = 60;
const MAX_VALUE: usize = 120;

/// Everything about one kind.
pub(super) fn write(out: &mut impl Write, report: &Report, kind: Kind, show: usize, paint: Paint) -> io::Result<()> {
    writeln!(out)?;
    let Some(best) = report.best_candidate(kind).or_else(|| report.candidates(kind).find(|c| c.veto.is_none())).or_else(|| report.candidates(kind).next()) else {
        return writeln!(out, "{} no candidates", paint.heading(&format!("{kind}:")));
    };
    writeln!(out, "{} {}", paint.heading(&format!("{kind}:")), plain(&best.answer.value))?;
    writeln!(out, "  confidence {}, {}", best.answer.confidence, verdict(report, best))?;
    write_wrapper(out, best)?;
    for flag in &best.flags {
        writeln!(out, "  caution: {flag}")?;
    }
    write_evidence(out, report, best)?;

    let winner = winner(report, kind);
    if let Some(winner) = winner.filter(|winner| winner.answer.kind != kind) {
        write_loss(out, best, Some(winner))?;
    }
    let others: Vec<&Candidate> = report.candidates(kind).filter(|candidate| !std::ptr::eq(*candidate, best)).collect();
    for (number, other) in others.iter().take(show).enumerate() {
        writeln!(out, "\n  runner-up {}: {}", number + 1, cut_line(&other.answer.value, MAX_VALUE))?;
        writeln!(out, "  confidence {}, {}", other.answer.confidence, verdict(report, other))?;
        write_loss(out, other, winner)?;
    }
    match others.len().saturating_sub(show) {
        0 => Ok(()),
        more => writeln!(out, "\n  {more} more not shown"),
    }
}

/// Whom the candidates of a kind lost to. A link competes with itself for the other purpose: a reset link is no magic
/// link.
fn winner(report: &Report, kind: Kind) -> Option<&Candidate> {
    let rivals: &[Kind] = match kind {
        Kind::MagicLink => &[Kind::MagicLink, Kind::PasswordReset],
        Kind::PasswordReset => &[Kind::PasswordReset, Kind::MagicLink],
        _ => &[kind],
    };
    rivals.iter().find_map(|kind| report.best_candidate(*kind))
}

fn verdict(report: &Report, candidate: &Candidate) -> String {
    let is_answer = report.best_candidate(candidate.answer.kind).is_some_and(|answer| std::ptr::eq(answer, candidate));
    match candidate.veto {
        Some(veto) => format!("never an answer: {veto}"),
        None if is_answer => "found".to_owned(),
        None if disagrees(report, candidate) => "not an answer: other readers are shown another".to_owned(),
        None if candidate.answer.confidence < DEFAULT_THRESHOLD => format!("not an answer: below {DEFAULT_THRESHOLD}"),
        None => "not an answer: another is more likely".to_owned(),
    }
}

fn disagrees(report: &Report, candidate: &Candidate) -> bool {
    report.oddities().contains(&Oddity::Disagreement(candidate.answer.kind))
}

fn write_wrapper(out: &mut impl Write, candidate: &Candidate) -> io::Result<()> {
    match (candidate.wrapper, &candidate.target) {
        (Some(wrapper), Some(target)) => writeln!(out, "  click wrapper ({wrapper}) that leads to {}", plain(&target.0)),
        (Some(wrapper), None) => writeln!(out, "  click wrapper ({wrapper}) that does not say where it leads"),
        (None, _) => Ok(()),
    }
}

fn write_evidence(out: &mut impl Write, report: &Report, candidate: &Candidate) -> io::Result<()> {
    let (heavy, light): (Vec<_>, Vec<_>) = candidate.evidence.iter().partition(|seen| seen.weight.abs() >= NOTHING);
    let rows: Vec<Row> = heavy
        .into_iter()
        .map(|seen| {
            let words = seen.at.as_ref().and_then(|(view, span)| report.views().get(*view)?.text.get(span.clone()));
            Row { weight: seen.weight, name: seen.name(), note: words.filter(|words| !words.trim().is_empty()).map(|words| format!("\"{}\"", cut_line(words, MAX_WORDS))) }
        })
        .collect();
    write_table(out, &rows)?;
    writeln!(out, "  {:+7.2}  sum, in log-odds against \"there is none\"", candidate.log_odds)?;
    match light.len() {
        0 => Ok(()),
        count => writeln!(out, "           {count} more without weight"),
    }
}

/// The difference to the winner (`None`: to "there is none", which has no evidence), and what makes it up.
fn write_loss(out: &mut impl Write, loser: &Candidate, winner: Option<&Candidate>) -> io::Result<()> {
    let (difference, name) = match winner {
        Some(winner) => (loser.log_odds - winner.log_odds, format!("{} {}", winner.answer.kind, cut_line(&winner.answer.value, MAX_WORDS))),
        None => (loser.log_odds, "\"there is none\"".to_owned()),
    };
    let rows = differences(loser, winner);
    let introduction = if rows.is_empty() { "; no evidence differs" } else { "; most of it:" };
    writeln!(out, "  {difference:+.2} log-odds against {name}{introduction}")?;
    write_table(out, &rows)
}

/// The pieces of evidence whose weights differ most, largest difference first.
fn differences(loser: &Candidate, winner: Option<&Candidate>) -> Vec<Row> {
    let mut weights: BTreeMap<String, (Option<f64>, Option<f64>)> = BTreeMap::new();
    for seen in &loser.evidence {
        weights.entry(seen.name()).or_default().0 = Some(seen.weight);
    }
    for seen in winner.into_iter().flat_map(|winner| &winner.evidence) {
        weights.entry(seen.name()).or_default().1 = Some(seen.weight);
    }
    let row = |(name, (lost, won)): (String, (Option<f64>, Option<f64>))| {
        let note = match (lost, won, winner) {
            (_, _, None) => None,
            (Some(lost), Some(won), _) => Some(format!("here {lost:+.2}, there {won:+.2}")),
            (Some(_), None, _) => Some("only here".to_owned()),
            (None, _, _) => Some("only there".to_owned()),
        };
        Row { weight: lost.unwrap_or(0.0) - won.unwrap_or(0.0), name, note }
    };
    let mut rows: Vec<Row> = weights.into_iter().map(row).filter(|row| row.weight.abs() >= NOTHING).collect();
    rows.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    rows.truncate(REASONS);
    rows
}

/// A row of a table of evidence.
struct Row {
    weight: f64,
    name: String,
    note: Option<String>,
}

fn write_table(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    rows.iter().try_for_each(|Row { weight, name, note }| match note {
        Some(note) => writeln!(out, "  {weight:+7.2}  {name:width$}  {note}"),
        None => writeln!(out, "  {weight:+7.2}  {name}"),
    })
}

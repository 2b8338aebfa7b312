//! The table of cost, in Markdown, and what it says less than it did.

use std::fmt::Write as _;

use super::measure::Cost;
use super::stage::Stage;

/// The same source gave up to 9 % fewer instructions for a stage when it was built again: what is inlined changes with what else
/// is compiled. A fifth is more than that, and less than a stage that does its work twice.
const TOLERANCE: f64 = 0.2;

pub(crate) fn of(costs: &[Cost]) -> String {
    let mut out = String::from(
        "# Cost of a mail\n\n\
         Written by `cargo run --release -p mailpick-lab --bin cost -- --out accuracy/cost.md`; `--check accuracy/cost.md` compares.\n\n\
         Instructions are counted by valgrind's callgrind, so they do not depend on what else the machine does: the mean over a set, in\n\
         thousands, and as a multiple of what mail-parser's bare parse of the same mails takes. Allocations and the peak of live bytes, for each\n\
         byte of the mail, are those of the median mail. A stage is counted without those before it; the rest of the whole is evidence and score.\n\n\
         | set | stage | instructions (thousand) | x mail-parser | allocations | peak |\n| --- | --- | ---: | ---: | ---: | ---: |\n",
    );
    for cost in costs {
        let unit = costs.iter().find(|other| other.set == cost.set && other.stage == Stage::Unit).map_or(1, |unit| unit.instructions.max(1));
        let _ = writeln!(
            out,
            "| {} | {} | {:.0} | {:.2} | {} | {:.2} |",
            cost.set,
            cost.stage.name(),
            cost.instructions as f64 / 1e3,
            cost.instructions as f64 / unit as f64,
            cost.allocations,
            cost.peak
        );
    }
    out
}

/// The rows of the engine that cost more than a table says, or that are cheaper by so much that the table is out of date.
pub(crate) fn differences(costs: &[Cost], table: &str) -> Vec<String> {
    let ours = costs.iter().filter(|cost| !matches!(cost.stage, Stage::Unit | Stage::Naive));
    ours.filter_map(|cost| {
        let row = table.lines().find_map(|line| line.strip_prefix(&format!("| {} | {} | ", cost.set, cost.stage.name())));
        let Some(row) = row else { return Some(format!("{}, {}: no row", cost.set, cost.stage.name())) };
        let cells: Vec<f64> = row.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        let [thousands, _, allocations, ..] = cells[..] else { return Some(format!("{}, {}: a row that cannot be read", cost.set, cost.stage.name())) };
        let is_other = |now: f64, then: f64| (now - then).abs() > TOLERANCE * then + 1.0;
        let now = cost.instructions as f64 / 1e3;
        let said = format!("{}, {}: {now:.0} thousand instructions and {} allocations, not {thousands} and {allocations}", cost.set, cost.stage.name(), cost.allocations);
        (is_other(now, thousands) || is_other(cost.allocations as f64, allocations)).then_some(said)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_down_is_a_difference() {
        let cost = |instructions, allocations| Cost { set: "s".to_owned(), stage: Stage::Whole, instructions, allocations, peak: 1.0 };
        let table = of(&[cost(100_000, 50)]);
        assert!(differences(&[cost(115_000, 52)], &table).is_empty());
        for other in [cost(125_000, 50), cost(100_000, 65), cost(75_000, 50)] {
            assert_eq!(differences(&[other], &table).len(), 1);
        }
        assert_eq!(differences(&[Cost { set: "t".to_owned(), ..cost(100_000, 50) }], &table).len(), 1);
    }
}

//! The table of growth, in Markdown.

use std::fmt::Write as _;

use crate::measure::Cost;
use crate::{Arguments, LARGEST_BYTES, LARGEST_SECONDS};

/// Linear, and a little for caches and allocators that grow in steps.
const MOST_EXPONENT: f64 = 1.1;
/// Peak memory: so many bytes for each byte of the mail, and so many besides.
const MOST_BYTES_PER_BYTE: u64 = 8;
const MOST_BYTES_BESIDES: u64 = 2 << 20;

/// One family.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) instructions: Vec<u64>,
    pub(crate) costs: Vec<Cost>,
    pub(crate) largest: Cost,
}

impl Row {
    /// How work grows with size, by instructions where they were counted, else by time.
    fn exponent(&self) -> f64 {
        let times = || self.costs.iter().step_by(2).map(|cost| cost.time.as_nanos() as u64).collect();
        let work: Vec<u64> = if self.instructions.is_empty() { times() } else { self.instructions.clone() };
        // Two doublings apart.
        (work[1] as f64 / work[0].max(1) as f64).log2() / 2.0
    }

    fn is_linear(&self) -> bool {
        self.exponent() <= MOST_EXPONENT
    }

    /// The most memory over the sizes, as if what is allowed besides were free.
    fn bytes_per_byte(&self) -> f64 {
        let worst = |cost: &Cost| cost.peak.saturating_sub(MOST_BYTES_BESIDES) as f64 / cost.bytes as f64;
        self.costs.iter().chain([&self.largest]).map(worst).fold(0.0, f64::max)
    }

    fn is_small(&self) -> bool {
        self.bytes_per_byte() <= MOST_BYTES_PER_BYTE as f64
    }

    fn is_fast(&self) -> bool {
        self.largest.time.as_secs_f64() < LARGEST_SECONDS
    }

    fn limits(&self) -> String {
        let names: Vec<&str> = self.largest.limits_hit.iter().map(|limit| limit.name()).collect();
        names.join(", ")
    }

    /// For whoever waits.
    pub(crate) fn progress(&self) -> String {
        let last = &self.costs[self.costs.len() - 1];
        format!(
            "{}{:55} exponent {:.2}, {:.2} peak bytes a byte, {} allocations, {:.0} ms; {} MB: {:.2} s, {:.2} peak; {}",
            if self.is_linear() && self.is_small() && self.is_fast() { "" } else { "!! " },
            self.name,
            self.exponent(),
            last.peak as f64 / last.bytes as f64,
            last.allocations,
            last.time.as_secs_f64() * 1e3,
            LARGEST_BYTES >> 20,
            self.largest.time.as_secs_f64(),
            self.largest.peak as f64 / self.largest.bytes as f64,
            self.limits()
        )
    }
}

pub(crate) fn of(rows: &[Row], arguments: &Arguments) -> String {
    let mut out = String::from("# Growth with hostile mails\n\n");
    let share = |test: fn(&Row) -> bool| format!("{} of {}", rows.iter().filter(|row| test(row)).count(), rows.len());
    let basis =
        if arguments.instructions > 0 { format!("instructions of mails of {} and {} KB", arguments.instructions >> 12, arguments.instructions >> 10) } else { "time".to_owned() };
    let _ = write!(
        out,
        "Written by `cargo run --release -p mailpick-lab --bin growth -- --out accuracy/growth.md`.\n\n\
         - Growth: the exponent between two sizes ({basis}); linear is {MOST_EXPONENT} or less: {}.\n\
         - Memory: the most bytes allocated at once, mails up to {} MB; bounded is {MOST_BYTES_PER_BYTE} for each byte of the mail and {} MB: {}.\n\
         - Time: a mail of {} MB in less than {LARGEST_SECONDS} s of one core: {}.\n\n\
         Peak and allocations are those of a mail of {} KB, limits those that one of {} MB meets.\n\n\
         | family | growth | memory | {} MB in time | peak bytes for each byte | allocations | limits |\n| --- | --- | --- | --- | ---: | ---: | --- |\n",
        share(Row::is_linear),
        LARGEST_BYTES >> 20,
        MOST_BYTES_BESIDES >> 20,
        share(Row::is_small),
        LARGEST_BYTES >> 20,
        share(Row::is_fast),
        arguments.bytes >> 10,
        LARGEST_BYTES >> 20,
        LARGEST_BYTES >> 20,
    );
    for row in rows {
        let last = &row.costs[row.costs.len() - 1];
        let growth = if row.is_linear() { "linear".to_owned() } else { format!("**{:.1}**", row.exponent()) };
        let memory = if row.is_small() { "bounded".to_owned() } else { format!("**{:.1}**", row.bytes_per_byte()) };
        let _ = writeln!(
            out,
            "| {} | {growth} | {memory} | {} | {:.2} | {} | {} |",
            row.name,
            if row.is_fast() { "yes" } else { "**no**" },
            last.peak as f64 / last.bytes as f64,
            last.allocations,
            row.limits()
        );
    }
    out
}

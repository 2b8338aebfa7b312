//! What a report tells beyond its answer, held against the labels that say it: `purpose` and `expires_s`.

use std::fmt::Write as _;

use mailpick::{Purpose, extract};

use crate::corpus::Case;
use crate::table::percent;

/// How often something is told rightly.
#[derive(Default)]
struct Counts {
    labelled: u32,
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Counts {
    /// `stated` is what the mail states, if anything; silence is right where it states nothing.
    fn add<T: PartialEq>(&mut self, stated: Option<&T>, said: Option<&T>) -> bool {
        self.labelled += 1;
        match said {
            _ if stated == said => self.right += 1,
            Some(_) => self.wrong += 1,
            None => self.missed += 1,
        }
        stated == said
    }

    fn row(&self, name: &str) -> String {
        let Counts { labelled, right, wrong, missed } = self;
        format!("| {name} | {labelled} | {} | {wrong} | {missed} |\n", percent(*right, *labelled))
    }
}

/// Mails that were labelled after the rules were made, from mails that no rule had seen.
struct Fresh {
    tag: &'static str,
    drawn: &'static str,
    /// How these mails were read before any rule was mended for them: an estimate for mails to come, which the figures of today
    /// are not.
    at_first: [Counts; 3],
}

const FRESH: [Fresh; 3] = [
    Fresh {
        tag: "details-fresh",
        drawn: "drawn by a hash from two additions to the corpus",
        at_first: [
            Counts { labelled: 199, right: 164, wrong: 23, missed: 12 },
            Counts { labelled: 146, right: 110, wrong: 9, missed: 27 },
            Counts { labelled: 39, right: 35, wrong: 4, missed: 0 },
        ],
    },
    Fresh {
        tag: "details-fresh-2",
        drawn: "drawn by a hash, one of a family, from all families without such a label, once the rules had been mended for the first",
        at_first: [
            Counts { labelled: 142, right: 125, wrong: 12, missed: 5 },
            Counts { labelled: 117, right: 111, wrong: 0, missed: 6 },
            Counts { labelled: 24, right: 24, wrong: 0, missed: 0 },
        ],
    },
    Fresh {
        tag: "details-fresh-3",
        drawn: "the next of the same draw, once the rules had been mended for the second",
        at_first: [
            Counts { labelled: 42, right: 36, wrong: 3, missed: 3 },
            Counts { labelled: 32, right: 28, wrong: 1, missed: 3 },
            Counts { labelled: 8, right: 4, wrong: 4, missed: 0 },
        ],
    },
];
const ASKED: [&str; 3] = ["purpose", "expiry where one is stated", "expiry where none is stated"];
const HEAD: &str = "labelled | right | another told | none told |\n| --- | ---: | ---: | ---: | ---: |\n";

/// The counts over some mails.
#[derive(Default)]
struct Told {
    purposes: [Counts; Purpose::ALL.len()],
    unstated: Counts,
    expiries: Counts,
    endless: Counts,
}

impl Told {
    /// Counts one mail; each mistake is a line of `misses`.
    fn add(&mut self, case: &Case, misses: &mut String) {
        let (report, label) = (extract(&case.raw), &case.label);
        if let Some(stated) = &label.purpose {
            let said = report.purpose().map(|purpose| purpose.name().to_owned());
            let counts = match Purpose::ALL.iter().position(|purpose| stated.as_deref() == Some(purpose.name())) {
                Some(number) => &mut self.purposes[number],
                None => &mut self.unstated,
            };
            if !counts.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: purpose {}, expected {}", label.file, shown(said), shown(stated.clone()));
            }
        }
        if let Some(stated) = &label.expires_s {
            let said = report.expires_in().map(|time| time.as_secs());
            let counts = if stated.is_some() { &mut self.expiries } else { &mut self.endless };
            if !counts.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: expiry {}, expected {}", label.file, shown(said), shown(*stated));
            }
        }
    }

    /// All purposes together.
    fn any(&self) -> Counts {
        self.purposes.iter().fold(Counts::default(), |all, counts| Counts {
            labelled: all.labelled + counts.labelled,
            right: all.right + counts.right,
            wrong: all.wrong + counts.wrong,
            missed: all.missed + counts.missed,
        })
    }
}

/// The tables over all mails with such a label, and over the fresh ones; a line for each mistake.
pub(crate) fn table(cases: &[Case]) -> String {
    let (mut all, mut fresh, mut misses) = (Told::default(), FRESH.map(|_| Told::default()), String::new());
    for case in cases.iter().filter(|case| case.label.purpose.is_some() || case.label.expires_s.is_some()) {
        all.add(case, &mut misses);
        for (Fresh { tag, .. }, told) in FRESH.iter().zip(&mut fresh) {
            if case.label.tags.iter().any(|other| other == tag) {
                told.add(case, &mut String::new());
            }
        }
    }
    let mut out =
        format!("# What a report tells beyond its answer\n\nThe rules were made with these mails in view: no estimate for others.\n\n## Purpose\n\n| the mail states | {HEAD}");
    for (purpose, counts) in Purpose::ALL.iter().zip(&all.purposes) {
        out.push_str(&counts.row(&format!("`{purpose}`")));
    }
    let _ = write!(out, "{}{}", all.any().row("any of them"), all.unstated.row("none"));
    let _ = write!(out, "\n## Expiry, in seconds\n\n| the mail states | {HEAD}{}{}", all.expiries.row("one"), all.endless.row("none"));
    out.push_str(
        "\n## Mails that no rule had seen\n\nLabelled by reading them before the engine was asked. *At first* is what it said then, before any rule was mended: the\n\
         estimate for mails to come. *Now* is what it says since, with these mails in view.\n",
    );
    for (Fresh { tag, drawn, at_first }, told) in FRESH.iter().zip(fresh) {
        let _ = write!(out, "\nTag `{tag}`, {drawn}:\n\n| | {HEAD}");
        let now = [told.any(), told.expiries, told.endless];
        for ((asked, first), now) in ASKED.iter().zip(at_first).zip(&now) {
            let _ = write!(out, "{}{}", first.row(&format!("{asked}, at first")), now.row(&format!("{asked}, now")));
        }
    }
    let _ = write!(out, "\n## Mistakes\n\n{misses}");
    out
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

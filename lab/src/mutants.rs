//! What the tests notice: the outcome of a run of cargo-mutants as a table.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::table::percent;

#[derive(Deserialize)]
struct Run {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: String,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant { name: String, file: String },
}

#[derive(Default)]
struct Counts {
    caught: u32,
    missed: u32,
    unviable: u32,
}

impl Counts {
    fn row(&self, name: &str) -> String {
        let viable = self.caught + self.missed;
        format!("| {name} | {viable} | {} | {} | {} |\n", self.caught, percent(self.caught, viable), self.unviable)
    }
}

/// The table of a run, from its `outcomes.json`. A mutant that no longer ends is caught.
pub(crate) fn table(outcomes: &Path) -> Result<String> {
    let text = std::fs::read(outcomes).with_context(|| format!("cannot read `{}`", outcomes.display()))?;
    let run: Run = serde_json::from_slice(&text).with_context(|| format!("`{}` is no outcome of cargo-mutants", outcomes.display()))?;
    let (mut files, mut all, mut missed): (BTreeMap<String, Counts>, _, _) = (BTreeMap::new(), Counts::default(), String::new());
    for Outcome { scenario, summary } in run.outcomes {
        let Scenario::Mutant { name, file } = scenario else { continue };
        for counts in [files.entry(file).or_default(), &mut all] {
            match &*summary {
                "CaughtMutant" | "Timeout" => counts.caught += 1,
                "MissedMutant" => counts.missed += 1,
                _ => counts.unviable += 1,
            }
        }
        if summary == "MissedMutant" {
            let _ = writeln!(missed, "- {name}");
        }
    }
    let mut out = format!("{HEAD}| file | viable | caught | share | do not build |\n| --- | ---: | ---: | ---: | ---: |\n");
    files.iter().for_each(|(file, counts)| out.push_str(&counts.row(file)));
    let _ = write!(out, "{}\n## Not caught\n\n{missed}", all.row("**all**"));
    Ok(out)
}

const HEAD: &str = "# What the tests notice

Faults that cargo-mutants put into candidates, evidence and score one at a time, a sample of all, and the share that three of the tests caught (those of the modules, which take longest, were left out):

```sh
cargo mutants -p mailpick -f 'src/candidate/**' -f 'src/evidence/**' -f 'src/score/**' --sharding round-robin --shard 3/16 -- --test census --test attacks --test links
cargo run --release -p mailpick-lab -- mutants --out accuracy/mutants.md mutants.out/outcomes.json
```

Hours of work; not rebuilt by `.ci/run`.

";

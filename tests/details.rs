//! What a report tells beyond its answer, held against the mails whose labels say it.
//!
//! The labels' `purpose` and `expires_s` were written by reading the mails. The weights were fitted on these mails, so the shares
//! gate against breakage; `accuracy/details.md` has those out of family.

use std::path::Path;

use serde_json::Value;

/// Purposes right where the mail states one, in percent.
const LEAST_PURPOSES: f64 = 95.0;
/// Expiries right where the mail states one, in percent; and silence where it states none. The least share that is told is where most of
/// both together are right.
const LEAST_EXPIRIES: f64 = 97.5;
const LEAST_SILENCES: f64 = 94.0;

#[derive(Default)]
struct Count {
    right: u32,
    all: u32,
    misses: Vec<String>,
}

impl Count {
    fn add(&mut self, file: &str, stated: &Value, said: &Value) {
        self.right += u32::from(stated == said);
        self.all += 1;
        if stated != said {
            self.misses.push(format!("{file}: {said}, expected {stated}"));
        }
    }

    fn assert_at_least(&self, what: &str, least: f64) {
        assert!(self.all >= 300, "labels state {what}: {} do", self.all);
        let percent = 100.0 * f64::from(self.right) / f64::from(self.all);
        println!("{what}: {} of {} right = {percent:.1} %", self.right, self.all);
        assert!(percent >= least, "{what} right: {percent:.1} %, expected at least {least} %:\n{}", self.misses.join("\n"));
    }
}

#[test]
fn purpose_and_expiry_are_what_the_labels_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let labels = std::fs::read_to_string(root.join("labels.jsonl")).expect("the labels");
    let (mut purposes, mut expiries, mut silences) = (Count::default(), Count::default(), Count::default());
    for line in labels.lines().filter(|line| line.contains("\"purpose\"") || line.contains("\"expires_s\"")) {
        let label: Value = serde_json::from_str(line).expect("JSON");
        let file = label["file"].as_str().expect("a file");
        let report = mailpick::extract(&std::fs::read(root.join(file)).expect("a mail"));
        if let Some(stated) = label.get("purpose").filter(|stated| !stated.is_null()) {
            purposes.add(file, stated, &report.purpose().map_or(Value::Null, |purpose| purpose.name().into()));
        }
        if let Some(stated) = label.get("expires_s") {
            let counts = if stated.is_null() { &mut silences } else { &mut expiries };
            counts.add(file, stated, &report.expires_in().map_or(Value::Null, |time| time.as_secs().into()));
        }
    }
    purposes.assert_at_least("purposes", LEAST_PURPOSES);
    expiries.assert_at_least("expiries", LEAST_EXPIRIES);
    silences.assert_at_least("silences", LEAST_SILENCES);
}

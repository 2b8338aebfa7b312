//! `mailpick scan --format parquet` says what the JSON lines say.
#![cfg(feature = "parquet")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampSecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

fn scan(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mailpick")).arg("scan").args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("mailpick runs")
}

fn lines(folder: &Path) -> Vec<Value> {
    let text = scan(folder, &["in"]).stdout;
    std::str::from_utf8(&text).expect("text").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn batches(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file")).expect("Parquet").build().expect("a reader");
    reader.map(|batch| batch.expect("a batch")).collect()
}

#[test]
fn a_table_holds_what_lines_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    let mail = |number: usize| {
        format!("From a@example.org Thu Jan  1 00:00:00 1970\nSubject: Your code\nDate: 1 Jan 2026 12:00:00 +0000\n\nYour verification code is {}.\n\n", 100_003 + number)
    };
    // More than one batch.
    fs::write(folder.path().join("in/a.mbox"), (0..1100).map(mail).collect::<String>()).expect("written");
    fs::write(folder.path().join("in/b.eml"), "Subject: Lunch\n\nhi\n").expect("written");
    fs::write(folder.path().join("in/c.zip"), "PK\x03\x04").expect("written");
    let output = scan(folder.path(), &["--format", "parquet", "--output", "lines.parquet", "in"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut lines = lines(folder.path()).into_iter();
    for batch in batches(&folder.path().join("lines.parquet")) {
        let column = |name: &str| batch.column_by_name(name).expect("a column");
        let text = |name: &str, row: usize| {
            let column = column(name).as_string::<i32>();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        for row in 0..batch.num_rows() {
            let line = lines.next().expect("a line");
            let of_line = |name: &str| line[name].as_str().map(str::to_owned);
            for name in ["file", "message_id", "status", "error"] {
                assert_eq!(text(name, row), of_line(name), "{name}");
            }
            for name in ["message", "offset", "length"] {
                assert_eq!(column(name).as_primitive::<UInt64Type>().value(row), line[name].as_u64().unwrap_or_default(), "{name}");
            }
            let dates = column("date").as_primitive::<TimestampSecondType>();
            assert_eq!(dates.is_valid(row).then(|| dates.value(row)), of_line("date").map(|_| 1_767_268_800));
            let results = column("results").as_list::<i32>().value(row);
            let results = results.as_struct();
            let expected = line["results"].as_array().cloned().unwrap_or_default();
            assert_eq!(results.len(), expected.len());
            for (at, answer) in expected.iter().enumerate() {
                for (field, name) in ["type", "value"].into_iter().enumerate() {
                    assert_eq!(results.column(field).as_string::<i32>().value(at), answer[name], "{name}");
                }
                assert_eq!(results.column(2).as_primitive::<Float64Type>().value(at), answer["confidence"]);
            }
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn a_table_needs_a_file_and_cannot_be_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, told) in [(&["--format", "parquet", "."][..], "--output FILE"), (&["--format", "parquet", "--output", "a", "--resume", "b", "."], "leave out `--resume`")] {
        let output = scan(folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && error.contains(told), "{error}");
    }
}

//! Lines as a Parquet file.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;
use arrow_array::builder::{Float64Builder, ListBuilder, StringBuilder, StructBuilder, TimestampSecondBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::super::line::Line;

/// Lines that are turned into columns at once.
const BATCH: usize = 1024;

/// Lines of a row group, which is kept in memory until it is written: some megabytes.
const ROW_GROUP: usize = 64 * BATCH;

/// A table that is being written. Only its columns so far are in memory.
pub(in super::super) struct Table {
    writer: ArrowWriter<Box<dyn Write + Send>>,
    schema: Arc<Schema>,
    columns: Columns,
    rows: usize,
}

impl Table {
    pub(super) fn new(out: Box<dyn Write + Send>) -> Result<Self> {
        let schema = Arc::new(schema());
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_max_row_group_row_count(Some(ROW_GROUP)).build();
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties))?;
        Ok(Self { writer, schema, columns: Columns::new(), rows: 0 })
    }

    pub(super) fn write(&mut self, line: &Line) -> Result<()> {
        self.columns.add(line);
        self.rows += 1;
        if self.rows >= BATCH { self.write_batch() } else { Ok(()) }
    }

    pub(super) fn close(mut self) -> Result<()> {
        self.write_batch()?;
        self.writer.into_inner()?.flush()?;
        Ok(())
    }

    fn write_batch(&mut self) -> Result<()> {
        self.rows = 0;
        self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), self.columns.finish())?)?;
        Ok(())
    }
}

/// The same names as in JSON; a result is a struct in a list.
fn schema() -> Schema {
    let list = |name: &str, item: DataType| Field::new(name, DataType::List(Arc::new(Field::new_list_field(item, true))), false);
    Schema::new(vec![
        Field::new("file", DataType::Utf8, false),
        Field::new("message", DataType::UInt64, false),
        Field::new("offset", DataType::UInt64, false),
        Field::new("length", DataType::UInt64, false),
        Field::new("message_id", DataType::Utf8, true),
        Field::new("date", DataType::Timestamp(TimeUnit::Second, Some("UTC".into())), true),
        Field::new("status", DataType::Utf8, true),
        list("results", DataType::Struct(result())),
        list("limits", DataType::Utf8),
        Field::new("error", DataType::Utf8, true),
    ])
}

fn result() -> Fields {
    let fields = [("type", DataType::Utf8), ("value", DataType::Utf8), ("confidence", DataType::Float64)];
    fields.into_iter().map(|(name, kind)| Field::new(name, kind, false)).collect()
}

/// In the order of the schema.
struct Columns {
    file: StringBuilder,
    message: UInt64Builder,
    offset: UInt64Builder,
    length: UInt64Builder,
    message_id: StringBuilder,
    date: TimestampSecondBuilder,
    status: StringBuilder,
    results: ListBuilder<StructBuilder>,
    limits: ListBuilder<StringBuilder>,
    error: StringBuilder,
}

impl Columns {
    fn new() -> Self {
        Self {
            file: StringBuilder::new(),
            message: UInt64Builder::new(),
            offset: UInt64Builder::new(),
            length: UInt64Builder::new(),
            message_id: StringBuilder::new(),
            date: TimestampSecondBuilder::new().with_timezone("UTC"),
            status: StringBuilder::new(),
            results: ListBuilder::new(StructBuilder::from_fields(result(), 0)),
            limits: ListBuilder::new(StringBuilder::new()),
            error: StringBuilder::new(),
        }
    }

    fn add(&mut self, line: &Line) {
        self.file.append_value(&line.file);
        self.message.append_value(line.message);
        self.offset.append_value(line.offset);
        self.length.append_value(line.length);
        let reading = line.reading.as_ref().ok();
        self.message_id.append_option(reading.and_then(|reading| reading.message_id.as_deref()));
        self.date.append_option(reading.and_then(|reading| reading.date).map(|date| date.as_second()));
        self.status.append_option(reading.map(|reading| reading.status.name()));
        for answer in reading.into_iter().flat_map(|reading| &reading.answers) {
            let results = self.results.values();
            // Strings and a number: the builders of `result`.
            if let Some(kind) = results.field_builder::<StringBuilder>(0) {
                kind.append_value(answer.kind.name());
            }
            if let Some(value) = results.field_builder::<StringBuilder>(1) {
                value.append_value(&answer.value);
            }
            if let Some(confidence) = results.field_builder::<Float64Builder>(2) {
                confidence.append_value(answer.confidence);
            }
            results.append(true);
        }
        self.results.append(true);
        for limit in reading.into_iter().flat_map(|reading| &reading.limits) {
            self.limits.values().append_value(limit.name());
        }
        self.limits.append(true);
        self.error.append_option(line.reading.as_ref().err());
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.file.finish()),
            Arc::new(self.message.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.length.finish()),
            Arc::new(self.message_id.finish()),
            Arc::new(self.date.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.results.finish()),
            Arc::new(self.limits.finish()),
            Arc::new(self.error.finish()),
        ]
    }
}

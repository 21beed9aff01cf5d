//! The schema that is shipped for `--format json`. Every JSON output that a test looks at is held against it.

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

static SCHEMA: LazyLock<(Schemas, SchemaIndex)> = LazyLock::new(|| {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/integrations/report.schema.json"
    );
    let mut schemas = Schemas::new();
    let index = Compiler::new()
        .compile(file, &mut schemas)
        .unwrap_or_else(|error| panic!("{error}"));
    (schemas, index)
});

/// What is wrong with a report.
pub fn validate(report: &Value) -> Result<(), String> {
    let (schemas, index) = &*SCHEMA;
    schemas
        .validate(report, *index)
        .map_err(|error| error.to_string())
}

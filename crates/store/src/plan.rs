//! How SQLite means to run a statement, for tests.

use rusqlite::Connection;

use crate::migrations::STEPS;

/// Returns the steps of a statement's plan on an empty database of the newest version.
pub(crate) fn plan(sql: &str) -> String {
    let conn = Connection::open_in_memory().expect("memory");
    for sql in STEPS {
        conn.execute_batch(sql).expect("the schema");
    }
    let mut statement = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("a statement");
    // Raw, since a plan needs no values.
    let mut steps = statement.raw_query();
    let mut plan = Vec::new();
    while let Some(step) = steps.next().expect("a step") {
        plan.push(step.get::<_, String>(3).expect("its description"));
    }
    plan.join("; ")
}

//! The process itself.

use std::sync::Arc;

use serde_json::json;

use super::params::{Args, Kind, Method};
use super::{Outcome, RpcError, find, methods};
use crate::http::App;

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "help",
        params: &[("command", Kind::Text, false)],
        help: "Lists all commands, or explains one.",
        run: help,
    },
    Method {
        name: "stop",
        params: &[("wait", Kind::Number, false)],
        help: "Shuts the sandbox down.",
        run: stop,
    },
    Method {
        name: "uptime",
        params: &[],
        help: "Returns the seconds since the start.",
        run: |app, _| Ok(json!(app.node.uptime())),
    },
    Method {
        name: "getrpcinfo",
        params: &[],
        help: "Returns details of the RPC server.",
        run: |_, _| {
            Ok(json!({
                "active_commands": [{ "method": "getrpcinfo", "duration": 0 }],
                "logpath": "",
            }))
        },
    },
];

fn help(_: &Arc<App>, args: &Args) -> Outcome {
    match args.text(0) {
        Some(name) => Ok(match find(name) {
            Some(method) => json!(method.full_help()),
            None => json!(format!("help: unknown command: {name}\n")),
        }),
        None => {
            let mut lines: Vec<String> = methods().map(Method::usage).collect();
            lines.sort();
            Ok(json!(lines.join("\n")))
        }
    }
}

fn stop(app: &Arc<App>, _: &Args) -> Result<serde_json::Value, RpcError> {
    app.stop.cancel();
    Ok(json!("satchel-sandbox stopping"))
}

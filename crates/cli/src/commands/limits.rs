//! What may leave.

use satchel_app::spending_limits::Limits;
use satchel_wire::IpcError;

use crate::args::LimitArg;
use crate::compose::Session;
use crate::output::Output;

pub async fn run(
    per_payment: Option<LimitArg>,
    per_day: Option<LimitArg>,
    by_presence: Option<LimitArg>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let known = app.limits()?;
    let wanted = Limits {
        per_payment: per_payment.map_or(known.per_payment, |limit| limit.0),
        per_day: per_day.map_or(known.per_day, |limit| limit.0),
        by_presence: by_presence.map_or(known.by_presence, |limit| limit.0),
    };
    if wanted != known {
        app.set_limits(wanted).await?;
    }
    output.answer(&satchel_wire::limits::Limits::from(app.limits()?))
}

//! What the owner has to hear of.

use satchel_wire::notice::NoticeList;
use satchel_wire::{IpcError, parse};

use crate::args::NoticeCommand;
use crate::compose::Session;
use crate::human::Done;
use crate::output::Output;

pub async fn run(
    command: Option<NoticeCommand>,
    all: bool,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    match command {
        None => output.answer(&NoticeList::from(app.notices(all)?)),
        Some(NoticeCommand::Dismiss { notice }) => {
            app.dismiss_notice(parse::notice_id(&notice)?)?;
            output.answer(&Done {})
        }
    }
}

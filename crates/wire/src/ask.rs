//! From the edge's requests to the core's.

use satchel_app::bump::BumpPayment;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::draft::CreateDraft;
use satchel_wallet::CoinChoice;

use crate::convert::parse;
use crate::draft::{BumpRequest, CreateDraftRequest};
use crate::wallet::CreateWalletRequest;
use crate::{Code, IpcError, Sats, address, coin, history};

impl TryFrom<CreateWalletRequest> for CreateWallet {
    type Error = IpcError;

    fn try_from(request: CreateWalletRequest) -> Result<Self, IpcError> {
        Ok(Self {
            request: parse::request_id(&request.request_id)?,
            name: parse::wallet_name(&request.name)?,
            network: request.network.into(),
            script_type: request.script_type.unwrap_or_default().into(),
        })
    }
}

impl TryFrom<CreateDraftRequest> for CreateDraft {
    type Error = IpcError;

    fn try_from(request: CreateDraftRequest) -> Result<Self, IpcError> {
        let coins = match request.coins {
            None => CoinChoice::Auto,
            Some(coins) if coins.is_empty() => {
                return Err(IpcError::new(
                    Code::BadInput,
                    "coins: at least one coin expected",
                ));
            }
            Some(coins) => CoinChoice::Manual(
                coins
                    .iter()
                    .map(|coin| parse::outpoint(coin))
                    .collect::<Result<_, _>>()?,
            ),
        };
        Ok(Self {
            request: parse::request_id(&request.request_id)?,
            wallet: parse::wallet_id(request.wallet_id.as_deref())?,
            recipients: request
                .recipients
                .into_iter()
                .map(|r| (r.address, r.amount.map(Sats::to_amount)))
                .collect(),
            fee_rate: request.fee_rate.map(parse::fee_rate).transpose()?,
            coins,
            label: parse::label(request.label.as_deref())?,
            replaces: request
                .replaces
                .as_deref()
                .map(parse::draft_id)
                .transpose()?,
        })
    }
}

impl TryFrom<BumpRequest> for BumpPayment {
    type Error = IpcError;

    fn try_from(request: BumpRequest) -> Result<Self, IpcError> {
        Ok(Self {
            request: parse::request_id(&request.request_id)?,
            wallet: parse::wallet_id(request.wallet_id.as_deref())?,
            txid: parse::txid(&request.txid)?,
            fee_rate: parse::fee_rate(request.fee_rate)?,
        })
    }
}

impl From<address::AddressQuery> for satchel_types::AddressQuery {
    fn from(query: address::AddressQuery) -> Self {
        Self {
            side: query.side.into(),
            after: query.after,
            size: parse::page_size(query.limit),
            unused_only: query.unused_only,
        }
    }
}

impl From<history::HistoryQuery> for satchel_types::HistoryQuery {
    fn from(query: history::HistoryQuery) -> Self {
        Self {
            after: query.after,
            size: parse::page_size(query.limit),
            direction: query.direction.map(Into::into),
            search: query.search.filter(|text| !text.trim().is_empty()),
        }
    }
}

impl From<coin::CoinQuery> for satchel_types::CoinQuery {
    fn from(query: coin::CoinQuery) -> Self {
        Self {
            after: query.after,
            size: parse::page_size(query.limit),
            search: query.search.filter(|text| !text.trim().is_empty()),
        }
    }
}

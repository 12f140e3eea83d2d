//! What a PSBT says of itself, honest or not.

use bitcoin::psbt::PsbtSighashType;
use bitcoin::{Amount, Psbt, ScriptBuf, TxOut};
use satchel_types::{FeeRate, ScriptType};
use satchel_wallet::{
    CoinChoice, ExtractError, PaymentSpec, SummaryError, Unusual, extract, summarize,
};

use crate::flows::funded;
use crate::world::{NETWORK, World, foreign, foreign_address, pay, sign};

fn draft(kind: ScriptType) -> (World, Psbt) {
    let world = funded(kind, &[100_000, 100_000]);
    let spec = PaymentSpec {
        recipients: vec![pay(1, 150_000)],
        fee_rate: "3".parse().unwrap(),
        send_all: false,
        coins: CoinChoice::Auto,
        change: None,
        tip_height: world.height(),
    };
    let psbt = world
        .engine
        .plan_payment(&spec, &world.coins(), 1)
        .unwrap()
        .psbt;
    (world, psbt)
}

fn sum_up(world: &World, psbt: &Psbt) -> Result<satchel_wallet::SpendSummary, SummaryError> {
    summarize(psbt, NETWORK, |script| {
        world.engine.is_mine(script).is_some()
    })
}

#[test]
fn an_ordinary_payment_is_summed_up_without_a_remark() {
    for kind in ScriptType::ALL {
        let (world, psbt) = draft(kind);
        let summary = sum_up(&world, &psbt).unwrap();
        assert_eq!(summary.recipients.len(), 1);
        assert_eq!(summary.recipients[0].address, Some(foreign_address(1)));
        assert_eq!(summary.recipients[0].amount, Amount::from_sat(150_000));
        assert_eq!(
            summary.total_out_of_wallet,
            Amount::from_sat(150_000) + summary.fee
        );
        assert_eq!(summary.change, Amount::from_sat(50_000) - summary.fee);
        assert!(summary.unusual.is_empty(), "{:?}", summary.unusual);
        assert!(summary.fee_rate >= "3".parse::<FeeRate>().unwrap());
        // Signed, it says the same; only the size is exact now.
        let signed = sign(&psbt);
        let after = sum_up(&world, &signed).unwrap();
        assert_eq!(
            (after.fee, &after.recipients),
            (summary.fee, &summary.recipients)
        );
        let tx = extract(signed).unwrap();
        assert_eq!(after.vsize, tx.vsize() as u64);
    }
}

#[test]
fn a_psbt_that_lies_about_its_inputs_is_refused() {
    let (world, psbt) = draft(ScriptType::Segwit);
    let refused = |change: fn(&mut Psbt)| {
        let mut psbt = psbt.clone();
        change(&mut psbt);
        assert!(extract(psbt.clone()).is_err());
        sum_up(&world, &psbt).expect_err("a lie")
    };
    let false_input = SummaryError::FalseInput { index: 0 };
    assert_eq!(
        refused(|p| p.inputs[0].witness_utxo.as_mut().unwrap().value = Amount::from_sat(1)),
        false_input
    );
    assert_eq!(
        refused(|p| p.inputs[0].non_witness_utxo.as_mut().unwrap().output[0].value = Amount::ZERO),
        false_input
    );
    assert_eq!(
        refused(|p| {
            let other = p.inputs[1].non_witness_utxo.clone();
            p.inputs[0].non_witness_utxo = other;
        }),
        false_input
    );
    assert_eq!(
        refused(|p| {
            // An output that its previous transaction does not have.
            let previous = p.inputs[0].non_witness_utxo.as_mut().unwrap();
            previous.output.clear();
            p.unsigned_tx.input[0].previous_output.txid = previous.compute_txid();
        }),
        false_input
    );
    assert_eq!(
        refused(|p| {
            p.inputs[0].non_witness_utxo = None;
            p.inputs[0].witness_utxo = None;
        }),
        SummaryError::UnknownInput { index: 0 }
    );
    assert_eq!(
        refused(|p| p.unsigned_tx.input[1] = p.unsigned_tx.input[0].clone()),
        SummaryError::DoubleInput { index: 1 }
    );
    assert_eq!(refused(|p| drop(p.inputs.pop())), SummaryError::Misshapen);
    assert_eq!(
        refused(|p| {
            p.unsigned_tx.output.clear();
            p.outputs.clear();
        }),
        SummaryError::Empty
    );
    assert_eq!(
        refused(|p| p.unsigned_tx.output[0].value = Amount::MAX_MONEY),
        SummaryError::Amounts
    );
    assert_eq!(
        refused(|p| p.unsigned_tx.output[0].value = Amount::MAX),
        SummaryError::Amounts
    );
}

#[test]
fn a_legacy_input_must_bring_its_previous_transaction() {
    let (world, mut psbt) = draft(ScriptType::Legacy);
    let previous = psbt.inputs[0].non_witness_utxo.take().unwrap();
    let vout = psbt.unsigned_tx.input[0].previous_output.vout as usize;
    psbt.inputs[0].witness_utxo = Some(previous.output[vout].clone());
    assert_eq!(
        sum_up(&world, &psbt).err(),
        Some(SummaryError::UnknownInput { index: 0 })
    );
}

#[test]
fn what_a_person_should_notice_is_noticed() {
    let (world, honest) = draft(ScriptType::Segwit);
    let noticed = |change: &dyn Fn(&mut Psbt)| {
        let mut psbt = honest.clone();
        change(&mut psbt);
        sum_up(&world, &psbt).unwrap().unusual
    };
    let add = |psbt: &mut Psbt, script: ScriptBuf, sats: u64| {
        psbt.unsigned_tx.output.push(TxOut {
            value: Amount::from_sat(sats),
            script_pubkey: script,
        });
        psbt.outputs.push(Default::default());
    };
    let shrink_change = |psbt: &mut Psbt, sats: u64| {
        let change = psbt
            .unsigned_tx
            .output
            .iter_mut()
            .find(|out| world.engine.is_mine(&out.script_pubkey).is_some())
            .unwrap();
        change.value -= Amount::from_sat(sats);
    };
    assert_eq!(
        noticed(&|p| {
            shrink_change(p, 1_000);
            add(p, ScriptBuf::new_op_return([7; 5]), 0);
            add(p, ScriptBuf::from_bytes(vec![0x51]), 900);
            add(p, foreign(1), 10);
        }),
        [
            Unusual::Data { index: 2, bytes: 6 },
            Unusual::NoAddress { index: 3 },
            Unusual::Dust { index: 4 },
            Unusual::RepeatedRecipient { index: 4 },
        ]
    );
    assert_eq!(
        noticed(&|p| shrink_change(p, 40_000)),
        [Unusual::FeeShare { percent: 27 }]
    );
    assert_eq!(
        noticed(&|p| p.inputs[1].non_witness_utxo = None),
        [Unusual::UnprovenAmount { index: 1 }]
    );
    assert_eq!(
        noticed(&|p| p.inputs[0].sighash_type = Some(PsbtSighashType::from_u32(0x83))),
        [Unusual::PartialSighash { index: 0 }]
    );
    assert_eq!(
        noticed(&|p| p.unsigned_tx.lock_time =
            bitcoin::absolute::LockTime::from_consensus(1_700_000_000)),
        [Unusual::LockTime {
            value: 1_700_000_000
        }]
    );
    // Change that somebody turned away, and left looking like change.
    let away = noticed(&|p| {
        let is_mine = |out: &TxOut| world.engine.is_mine(&out.script_pubkey).is_some();
        let at = p.unsigned_tx.output.iter().position(is_mine).unwrap();
        p.unsigned_tx.output[at].script_pubkey = foreign(9);
    });
    assert_eq!(away.len(), 1, "{away:?}");
    assert!(matches!(away[0], Unusual::ForeignChange { .. }));
    let to_self = noticed(&|p| {
        let own = world.script(satchel_types::ChainSide::Receive, 0);
        for out in &mut p.unsigned_tx.output {
            out.script_pubkey = own.clone();
        }
    });
    assert_eq!(to_self, [Unusual::OnlyToSelf]);
    let strange = summarize(&honest, NETWORK, |_| false).unwrap().unusual;
    assert_eq!(
        strange,
        [
            Unusual::ForeignInput { index: 0 },
            Unusual::ForeignInput { index: 1 },
            // Its origins say that it is change.
            Unusual::ForeignChange { index: 1 },
        ]
    );
}

#[test]
fn a_fee_above_a_sum_a_rate_or_a_share_is_noticed_and_one_at_it_is_not() {
    let world = funded(ScriptType::Segwit, &[3_000_000, 3_000_000]);
    let unusual = |pays: u64, fee: u64| {
        let spec = PaymentSpec {
            recipients: vec![pay(1, pays)],
            fee_rate: "3".parse().unwrap(),
            send_all: false,
            coins: CoinChoice::Auto,
            change: None,
            tip_height: world.height(),
        };
        let plan = world.engine.plan_payment(&spec, &world.coins(), 1).unwrap();
        let mut psbt = plan.psbt;
        let more = Amount::from_sat(fee) - sum_up(&world, &psbt).unwrap().fee;
        let is_mine = |out: &&mut TxOut| world.engine.is_mine(&out.script_pubkey).is_some();
        let change = psbt.unsigned_tx.output.iter_mut().find(is_mine).unwrap();
        change.value -= more;
        let summary = sum_up(&world, &psbt).unwrap();
        assert_eq!(summary.fee, Amount::from_sat(fee));
        (summary.unusual, summary.vsize)
    };
    // Two inputs, so that so much is not too high a rate yet.
    assert_eq!(unusual(5_000_000, 100_000).0, []);
    assert_eq!(unusual(5_000_000, 100_001).0, [Unusual::FeeSum]);
    let (_, vsize) = unusual(5_000_000, 1_000);
    let dear = 500 * vsize;
    let at_the_rate: Vec<_> = unusual(5_000_000, dear).0;
    assert!(
        !at_the_rate
            .iter()
            .any(|u| matches!(u, Unusual::FeeRate { .. }))
    );
    let above: Vec<_> = unusual(5_000_000, dear + vsize).0;
    assert!(
        above.iter().any(|u| matches!(u, Unusual::FeeRate { .. })),
        "{above:?}"
    );
    // One input: 5 % of what leaves, and not of it with the fee.
    assert_eq!(unusual(100_000, 4_999).0, []);
    assert_eq!(
        unusual(100_000, 5_000).0,
        [Unusual::FeeShare { percent: 5 }]
    );
}

#[test]
fn an_unsigned_or_absurdly_dear_transaction_is_not_handed_out() {
    let (_, psbt) = draft(ScriptType::Taproot);
    let mut half = sign(&psbt);
    half.inputs[1].final_script_witness = None;
    assert_eq!(
        extract(half).err(),
        Some(ExtractError::NotSigned { index: 1 })
    );
    let mut dear = psbt.clone();
    for input in &mut dear.inputs {
        input.witness_utxo.as_mut().unwrap().value = Amount::from_sat(1_000_000_000_000);
        input.final_script_witness = Some(bitcoin::Witness::from_slice(&[[0; 64]]));
    }
    assert!(matches!(
        extract(dear),
        Err(ExtractError::FeeTooHigh { .. })
    ));
}

//! A sandbox with an HTTP client and a key that can sign.

use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::consensus::encode;
use bitcoin::key::{CompressedPublicKey, PrivateKey};
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
use bitcoin::sighash::{EcdsaSighashType, SighashCache};
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness,
};
use satchel_sandbox::{Sandbox, SandboxConfig};
use serde_json::{Value, json};

/// An answer of the server.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }
}

/// Blocking HTTP.
pub struct Http {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Http {
    pub fn new() -> Self {
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            client: reqwest::Client::new(),
        }
    }

    pub fn get(&self, url: &str) -> Answer {
        self.send(self.client.get(url))
    }

    pub fn post(&self, url: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.send(self.client.post(url).body(body))
    }

    pub fn request(&self) -> &reqwest::Client {
        &self.client
    }

    pub fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            let kind = response
                .headers()
                .get("content-type")
                .map_or(String::new(), |kind| kind.to_str().unwrap().to_owned());
            Answer {
                status: response.status().as_u16(),
                kind,
                body: response.bytes().await.unwrap().to_vec(),
            }
        })
    }

    /// Sends and does not mind if the server goes away meanwhile.
    pub fn try_send(&self, request: reqwest::RequestBuilder) -> Option<u16> {
        self.runtime
            .block_on(async { Some(request.send().await.ok()?.status().as_u16()) })
    }

    /// The headers of the answer.
    pub fn headers(&self, request: reqwest::RequestBuilder) -> reqwest::header::HeaderMap {
        self.runtime
            .block_on(async { request.send().await.unwrap().headers().clone() })
    }

    pub fn rpc(
        &self,
        url: &str,
        cookie: &str,
        method: &str,
        params: Value,
    ) -> Result<Value, (i64, String)> {
        let (user, password) = cookie.split_once(':').unwrap();
        let body = json!({ "jsonrpc": "1.0", "id": "test", "method": method, "params": params });
        let answer = self.send(
            self.client
                .post(url)
                .basic_auth(user, Some(password))
                .body(body.to_string()),
        );
        let reply = answer.json();
        assert_eq!(reply["id"], "test");
        if reply["error"].is_null() {
            assert_eq!(answer.status, 200);
            Ok(reply["result"].clone())
        } else {
            assert!(reply["result"].is_null());
            let error = &reply["error"];
            Err((
                error["code"].as_i64().unwrap(),
                error["message"].as_str().unwrap().to_owned(),
            ))
        }
    }
}

/// A sandbox and its client.
pub struct World {
    pub sandbox: Sandbox,
    pub http: Http,
}

impl World {
    pub fn new() -> Self {
        Self::with(SandboxConfig::default())
    }

    pub fn with(config: SandboxConfig) -> Self {
        Self {
            sandbox: Sandbox::start(config).unwrap(),
            http: Http::new(),
        }
    }

    /// `GET /api…`.
    pub fn api(&self, path: &str) -> Answer {
        self.http
            .get(&format!("{}{path}", self.sandbox.esplora_url()))
    }

    /// `GET /api…`, which must be JSON.
    pub fn api_json(&self, path: &str) -> Value {
        let answer = self.api(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.kind, "application/json", "{path}");
        answer.json()
    }

    /// `GET /api…`, which must be plain text.
    pub fn api_text(&self, path: &str) -> String {
        let answer = self.api(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.kind, "text/plain", "{path}");
        answer.text()
    }

    pub fn try_rpc(&self, method: &str, params: Value) -> Result<Value, (i64, String)> {
        self.http.rpc(
            &self.sandbox.url(),
            self.sandbox.rpc_cookie(),
            method,
            params,
        )
    }

    pub fn rpc(&self, method: &str, params: Value) -> Value {
        self.try_rpc(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    pub fn post_tx(&self, tx: &Transaction) -> Answer {
        self.http.post(
            &format!("{}/tx", self.sandbox.esplora_url()),
            encode::serialize_hex(tx),
        )
    }

    /// Gives the key a confirmed coin.
    pub fn fund(&self, key: &Key, amount: u64) -> Coin {
        let payment = self
            .sandbox
            .faucet(key.script(), Amount::from_sat(amount))
            .unwrap();
        Coin {
            outpoint: OutPoint {
                txid: payment.txid,
                vout: payment.vout,
            },
            output: TxOut {
                value: Amount::from_sat(amount),
                script_pubkey: key.script(),
            },
        }
    }

    /// Gives any script a confirmed coin.
    pub fn fund_script(&self, script: &ScriptBuf, amount: u64) -> Coin {
        let amount = Amount::from_sat(amount);
        let payment = self.sandbox.faucet(script.clone(), amount).unwrap();
        Coin {
            outpoint: OutPoint {
                txid: payment.txid,
                vout: payment.vout,
            },
            output: TxOut {
                value: amount,
                script_pubkey: script.clone(),
            },
        }
    }

    pub fn send(&self, tx: &Transaction) -> Txid {
        let answer = self.post_tx(tx);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text().parse().unwrap()
    }
}

/// A coin to spend.
#[derive(Debug, Clone)]
pub struct Coin {
    pub outpoint: OutPoint,
    pub output: TxOut,
}

impl Coin {
    pub fn of(tx: &Transaction, vout: u32) -> Self {
        Self {
            outpoint: OutPoint {
                txid: tx.compute_txid(),
                vout,
            },
            output: tx.output[vout as usize].clone(),
        }
    }
}

/// A key whose coins are P2WPKH.
#[derive(Clone)]
pub struct Key {
    secret: SecretKey,
    secp: Arc<Secp256k1<bitcoin::secp256k1::All>>,
}

impl Key {
    pub fn new(number: u8) -> Self {
        Self {
            secret: SecretKey::from_slice(&[number; 32]).unwrap(),
            secp: Arc::new(Secp256k1::new()),
        }
    }

    pub fn public(&self) -> CompressedPublicKey {
        let private = PrivateKey::new(self.secret, Network::Regtest);
        CompressedPublicKey::from_private_key(&self.secp, &private).unwrap()
    }

    pub fn address(&self) -> Address {
        Address::p2wpkh(&self.public(), Network::Regtest)
    }

    pub fn script(&self) -> ScriptBuf {
        self.address().script_pubkey()
    }

    /// The key's taproot output (BIP-0086).
    pub fn taproot_script(&self) -> ScriptBuf {
        let (key, _) = self.secret.x_only_public_key(&self.secp);
        ScriptBuf::new_p2tr(&self.secp, key, None)
    }

    /// A signature for the first input, which spends a P2WSH coin.
    pub fn sign_p2wsh(&self, tx: &Transaction, coin: &Coin, script: &ScriptBuf) -> Vec<u8> {
        let hash = SighashCache::new(tx)
            .p2wsh_signature_hash(0, script, coin.output.value, EcdsaSighashType::All)
            .unwrap();
        let signature = bitcoin::ecdsa::Signature {
            signature: self.secp.sign_ecdsa(&Message::from(hash), &self.secret),
            sighash_type: EcdsaSighashType::All,
        };
        signature.to_vec()
    }

    /// An unsigned transaction.
    pub fn draft(&self, coins: &[Coin], outputs: &[(ScriptBuf, u64)]) -> Transaction {
        Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: coins
                .iter()
                .map(|coin| TxIn {
                    previous_output: coin.outpoint,
                    script_sig: ScriptBuf::new(),
                    sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
                    witness: Witness::new(),
                })
                .collect(),
            output: outputs
                .iter()
                .map(|(script_pubkey, value)| TxOut {
                    value: Amount::from_sat(*value),
                    script_pubkey: script_pubkey.clone(),
                })
                .collect(),
        }
    }

    pub fn sign(&self, mut tx: Transaction, coins: &[Coin]) -> Transaction {
        let mut cache = SighashCache::new(&mut tx);
        for (number, coin) in coins.iter().enumerate() {
            let hash = cache
                .p2wpkh_signature_hash(
                    number,
                    &coin.output.script_pubkey,
                    coin.output.value,
                    EcdsaSighashType::All,
                )
                .unwrap();
            let message = Message::from(hash);
            // Always 70 bytes, so that sizes and fees in the tests are the same in every run.
            let signature = (0u64..)
                .map(|number| {
                    let mut extra = [0; 32];
                    extra[..8].copy_from_slice(&number.to_le_bytes());
                    self.secp
                        .sign_ecdsa_with_noncedata(&message, &self.secret, &extra)
                })
                .find(|signature| signature.serialize_der().len() == 70)
                .unwrap();
            let signature = bitcoin::ecdsa::Signature {
                signature,
                sighash_type: EcdsaSighashType::All,
            };
            *cache.witness_mut(number).unwrap() = Witness::p2wpkh(&signature, &self.public().0);
        }
        tx
    }

    /// A signed transaction.
    pub fn spend(&self, coins: &[Coin], outputs: &[(ScriptBuf, u64)]) -> Transaction {
        self.sign(self.draft(coins, outputs), coins)
    }

    /// The same as [`Key::pay`] with version 3 (BIP-0431): with a child that pays, it may pay nothing itself.
    pub fn pay_by_child(&self, coin: &Coin, to: &ScriptBuf, fee: u64) -> Transaction {
        let value = coin.output.value.to_sat() - fee;
        let mut tx = self.draft(std::slice::from_ref(coin), &[(to.clone(), value)]);
        tx.version = Version(3);
        self.sign(tx, std::slice::from_ref(coin))
    }

    /// A signed transaction of one coin to one script, paying `fee`.
    pub fn pay(&self, coin: &Coin, to: &ScriptBuf, fee: u64) -> Transaction {
        let value = coin.output.value.to_sat() - fee;
        self.spend(std::slice::from_ref(coin), &[(to.clone(), value)])
    }
}

"""One session of each Python client against a sandbox: mine, wallet, send, pool, confirm, reorganise.

Arguments: address of the sandbox, user, password.
"""

import sys
from decimal import Decimal

from bitcoin_core_rpc import BitcoinCoreRpcClient, RpcError
from bitcoinrpc.authproxy import AuthServiceProxy, JSONRPCException

URL, USER, PASSWORD = sys.argv[1:]


class Explicit:
    """bitcoin-core-rpc: a method is an argument."""

    name = "bitcoin-core-rpc"
    error = RpcError

    def __init__(self, wallet=None):
        client = BitcoinCoreRpcClient(URL, user=USER, password=PASSWORD)
        self.client = client if wallet is None else client.for_wallet(wallet)

    def call(self, method, *args):
        return self.client.call(method, list(args))


class Proxy:
    """python-bitcoinrpc: a method is an attribute."""

    name = "python-bitcoinrpc"
    error = JSONRPCException

    def __init__(self, wallet=None):
        path = "" if wallet is None else f"/wallet/{wallet}"
        address = URL.replace("http://", f"http://{USER}:{PASSWORD}@")
        self.client = AuthServiceProxy(address + path, timeout=60)

    def call(self, method, *args):
        return getattr(self.client, method)(*args)


def amount(value):
    return Decimal(str(value))


def session(kind):
    node = kind()
    name = f"of {kind.name}".replace(" ", "-")
    assert node.call("createwallet", name)["name"] == name
    wallet, faucet = kind(name), kind("faucet")
    address = wallet.call("getnewaddress", "rent", "bech32m")
    assert wallet.call("getaddressinfo", address)["ismine"]
    funding = faucet.call("sendtoaddress", address, 2)
    before = node.call("getblockcount")
    miner = faucet.call("getnewaddress")
    (block,) = node.call("generatetoaddress", 1, miner)
    assert node.call("getblockcount") == before + 1
    assert funding in node.call("getblock", block)["tx"]
    assert amount(wallet.call("getbalance")) == 2
    (coin,) = wallet.call("listunspent")
    assert coin["txid"] == funding and coin["address"] == address

    txid = wallet.call("sendtoaddress", miner, 0.75)
    assert txid in node.call("getrawmempool")
    entry = node.call("getmempoolentry", txid)
    seen = wallet.call("gettransaction", txid)
    assert amount(seen["fee"]) == -amount(entry["fees"]["base"])
    assert amount(seen["amount"]) == Decimal("-0.75") and seen["confirmations"] == 0
    (block,) = node.call("generatetoaddress", 1, miner)
    assert wallet.call("gettransaction", txid)["blockhash"] == block

    node.call("invalidateblock", block)
    assert wallet.call("gettransaction", txid)["confirmations"] == 0
    assert txid in node.call("getrawmempool")
    node.call("generatetoaddress", 2, miner)
    assert wallet.call("gettransaction", txid)["confirmations"] == 2
    page = wallet.call("listtransactions", "*", 10)
    assert [entry["category"] for entry in page] == ["receive", "send"], page

    try:
        wallet.call("sendtoaddress", miner, 5000)
        raise AssertionError("it paid what it has not")
    except kind.error as error:
        assert error.code == -6, error
    try:
        kind("nobody").call("getbalance")
        raise AssertionError("nobody has a wallet")
    except kind.error as error:
        assert error.code == -18, error
    wallet.call("unloadwallet")
    assert name not in node.call("listwallets")
    print(kind.name)


for client in (Explicit, Proxy):
    session(client)

import { Route } from "@solidjs/router";
import { lazy } from "solid-js";
import Overview from "./views/overview";

const Blocks = lazy(() => import("./views/blocks"));
const Block = lazy(() => import("./views/block"));
const Mempool = lazy(() => import("./views/mempool"));
const Transaction = lazy(() => import("./views/transaction"));
const Address = lazy(() => import("./views/address"));
const Search = lazy(() => import("./views/search"));
const Mine = lazy(() => import("./views/mine"));
const Wallets = lazy(() => import("./views/wallets"));
const Connection = lazy(() => import("./views/connection"));

/** Every view and where it is. */
export function Routes() {
  return (
    <>
      <Route path="/" component={Overview} />
      <Route path="/blocks" component={Blocks} />
      <Route path="/block/:name" component={Block} />
      <Route path="/mempool" component={Mempool} />
      <Route path="/tx/:txid" component={Transaction} />
      <Route path="/address/:address" component={Address} />
      <Route path="/search/:typed" component={Search} />
      <Route path="/mine" component={Mine} />
      <Route path="/wallets" component={Wallets} />
      <Route path="/connection" component={Connection} />
      <Route path="*" component={Overview} />
    </>
  );
}

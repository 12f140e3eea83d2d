import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Details } from "../../components/layout";
import { Switch } from "../../components/switch";
import { makeIntent } from "../../lib/request-id";
import { t } from "../i18n";
import { Failure } from "../parts/failure";
import { useCommand } from "../query/use";
import { CID } from "../testids";

/** What the node takes as a name. */
const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Makes a wallet in the node. */
export function WalletCreate(props: { onMade: (name: string) => void; open?: boolean }) {
  const intent = makeIntent();
  const [name, setName] = createSignal("");
  const [watch, setWatch] = createSignal(false);
  const make = useCommand("cmd_create_wallet_admin", {
    intent,
    onDone: () => {
      props.onMade(name());
      setName("");
    },
  });
  const fits = () => NAME.test(name());
  return (
    <Details label={t("wallets.create")} data-testid={CID.walletCreate} open={props.open ?? false}>
      <Card>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (fits()) make.mutate([{ request_id: intent.id(), name: name(), watch_only: watch() }]);
          }}
        >
          <TextField
            label={t("wallets.name")}
            hint={t("wallets.name.hint")}
            error={name() === "" || fits() ? undefined : t("wallets.name.fault")}
            value={name()}
            maxLength={64}
            data-testid={CID.walletName}
            onInput={(text) => {
              intent.done();
              make.reset();
              setName(text);
            }}
          />
          <Switch
            label={t("wallets.make_watch_only")}
            checked={watch()}
            onChange={(on) => {
              intent.done();
              setWatch(on);
            }}
          />
          <Show when={make.error}>{(error) => <Failure error={error()} />}</Show>
          <div>
            <Button type="submit" busy={make.isPending} disabled={!fits()} data-testid={CID.walletCreateSubmit}>
              {t("wallets.create.act")}
            </Button>
          </div>
        </form>
      </Card>
    </Details>
  );
}

import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Bytes, Details, Pill } from "../../components/layout";
import { Amount } from "../../parts/amount";
import { AddressText } from "../../parts/address";
import { locale, t } from "../i18n";
import type { NodeInput, NodeOutput, NodeScript } from "../ipc/types";
import { shortId } from "../lib/format";
import "./script.css";

/** Below it, an input says that its transaction may be replaced (BIP-0125). */
const REPLACEABLE = 0xffff_fffe;

function Script(props: { script: NodeScript }) {
  return (
    <div class="script">
      <Show when={props.script.address} fallback={<span class="quiet">{t("script.no_address")}</span>}>
        {(address) => (
          <A class="script-address" href={`/address/${address()}`}>
            <AddressText address={address()} />
          </A>
        )}
      </Show>
    </div>
  );
}

/** The script as the node decoded it. */
function Decoded(props: { script: NodeScript }) {
  return (
    <>
      <p class="field-label">{t("script.asm")}</p>
      <Bytes text={props.script.asm} />
      <p class="field-label">{t("script.hex")}</p>
      <Bytes text={props.script.hex} />
    </>
  );
}

export function Inputs(props: { inputs: readonly NodeInput[]; more: number }) {
  return (
    <ol class="legs" aria-label={t("tx.inputs")}>
      <For each={props.inputs}>
        {(input) => (
          <li class="leg">
            <Show
              when={input.outpoint}
              fallback={
                <>
                  <div class="leg-top">
                    <Pill tone="accent">{t("tx.coinbase")}</Pill>
                  </div>
                  <Details label={t("script.written")}>
                    <Bytes text={input.coinbase ?? ""} />
                  </Details>
                </>
              }
            >
              {(outpoint) => (
                <>
                  <div class="leg-top">
                    <A class="mono id-link small" href={`/tx/${outpoint().split(":")[0] ?? ""}`} title={outpoint()}>
                      {shortId(outpoint().split(":")[0] ?? "")}:{outpoint().split(":")[1] ?? ""}
                    </A>
                    <Amount sats={input.spends?.amount} size="small" why={t("node.untold")} />
                  </div>
                  <Show when={input.spends}>{(spends) => <Script script={spends().script} />}</Show>
                  <div class="line">
                    <Show when={input.spends}>{(spends) => <Pill>{spends().script.kind}</Pill>}</Show>
                    <Show when={input.sequence < REPLACEABLE}>
                      <Pill tone="pending">{t("tx.replaceable")}</Pill>
                    </Show>
                  </div>
                  <Details label={t("script.title")}>
                    <Show when={input.spends}>{(spends) => <Decoded script={spends().script} />}</Show>
                    <Show when={input.asm !== ""}>
                      <p class="field-label">{t("script.unlocking")}</p>
                      <Bytes text={input.asm} />
                    </Show>
                    <Show when={input.witness.length > 0}>
                      <p class="field-label">{t("script.witness")}</p>
                      <For each={input.witness}>{(item) => <Bytes text={item === "" ? "—" : item} />}</For>
                    </Show>
                    <Show when={input.more_witness > 0}>
                      <p class="quiet small">{t("tx.more", { number: input.more_witness.toLocaleString(locale()) })}</p>
                    </Show>
                    <p class="quiet small">{t("script.sequence", { number: `0x${input.sequence.toString(16).padStart(8, "0")}` })}</p>
                  </Details>
                </>
              )}
            </Show>
          </li>
        )}
      </For>
      <Show when={props.more > 0}>
        <li class="leg quiet">{t("tx.more", { number: props.more.toLocaleString(locale()) })}</li>
      </Show>
    </ol>
  );
}

export function Outputs(props: { outputs: readonly NodeOutput[]; more: number }) {
  return (
    <ol class="legs" aria-label={t("tx.outputs")}>
      <For each={props.outputs}>
        {(output) => (
          <li class="leg">
            <div class="leg-top">
              <span class="quiet small mono">{output.index}</span>
              <Amount sats={output.amount} size="small" />
            </div>
            <Script script={output.script} />
            <div class="line">
              <Pill>{output.script.kind}</Pill>
            </div>
            <Details label={t("script.title")}>
              <Decoded script={output.script} />
            </Details>
          </li>
        )}
      </For>
      <Show when={props.more > 0}>
        <li class="leg quiet">{t("tx.more", { number: props.more.toLocaleString(locale()) })}</li>
      </Show>
    </ol>
  );
}

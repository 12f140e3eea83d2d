import { useNavigate } from "@solidjs/router";
import { createSignal } from "solid-js";
import { TextField } from "../../components/field";
import { t } from "../i18n";
import { pathOf, soughtOf } from "../lib/search";
import { CID } from "../testids";

/** Finds blocks by height and hash, transactions by their id, and what was paid to an address. */
export function SearchBox(props: { ref: (element: HTMLInputElement) => void }) {
  const navigate = useNavigate();
  let field: HTMLInputElement | undefined;
  const [typed, setTyped] = createSignal("");
  const go = (event: SubmitEvent): void => {
    event.preventDefault();
    const path = pathOf(soughtOf(typed()), typed());
    if (path === undefined) return;
    setTyped("");
    // The view that opens gets the focus.
    field?.blur();
    navigate(path);
  };
  return (
    <form class="console-search" role="search" onSubmit={go}>
      <TextField
        label={t("search.title")}
        bare
        type="search"
        enterkeyhint="search"
        placeholder={t("search.hint")}
        value={typed()}
        onInput={setTyped}
        ref={(element) => {
          field = element;
          props.ref(element);
        }}
        data-testid={CID.search}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        trailing={<kbd aria-hidden="true">/</kbd>}
      />
    </form>
  );
}

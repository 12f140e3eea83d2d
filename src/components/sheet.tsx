import { Dialog } from "@kobalte/core/dialog";
import { createEffect, on, onCleanup, Show, type ParentProps } from "solid-js";
import { pushLayer } from "./back";
import { IconButton } from "./button";
import "./sheet.css";

/** Gives the focus back to what had it before, also when the sheet goes away whole instead of being closed. */
function useFocusBack(open: () => boolean): void {
  let opener: Element | null = null;
  const giveBack = (): void => {
    const back = opener;
    opener = null;
    if (!(back instanceof HTMLElement)) return;
    queueMicrotask(() => {
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && back.isConnected) back.focus({ preventScroll: true });
    });
  };
  createEffect(
    on(open, (now) => {
      if (now) opener = document.activeElement;
      else giveBack();
    }),
  );
  onCleanup(giveBack);
}

/** Has the way back close the sheet instead of leaving the screen under it. */
function useLayer(open: () => boolean, back: () => void): void {
  let gone: (() => void) | undefined;
  const remove = (): void => {
    gone?.();
    gone = undefined;
  };
  createEffect(
    on(open, (now) => {
      remove();
      if (now) gone = pushLayer({ back });
    }),
  );
  onCleanup(remove);
}

/** A dialog on a wide screen, a sheet from below on a narrow one. */
export function Sheet(
  props: ParentProps<{
    open: boolean;
    onClose: () => void;
    title: string;
    /** One sentence below the title. */
    text?: string | undefined;
    closeLabel: string;
    /** It cannot be closed from here, because something else has to be answered. */
    held?: boolean;
    /** What gets the focus when it opens, in place of the first control in it. */
    first?: () => HTMLElement | undefined;
    testId?: string;
    what?: string;
  }>,
) {
  useFocusBack(() => props.open);
  useLayer(
    () => props.open,
    () => {
      if (props.held !== true) props.onClose();
    },
  );
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => {
        if (!open && props.held !== true) props.onClose();
      }}
      modal
    >
      <Dialog.Portal>
        <Dialog.Overlay class="sheet-scrim" />
        <div class="sheet-place">
          <Dialog.Content
            class="sheet"
            data-testid={props.testId}
            data-what={props.what}
            onOpenAutoFocus={(event) => {
              const first = props.first?.();
              if (!first) return;
              event.preventDefault();
              first.focus();
            }}
          >
            <div class="sheet-head">
              <Dialog.Title class="sheet-title">{props.title}</Dialog.Title>
              <Show when={props.held !== true}>
                <IconButton icon="close" label={props.closeLabel} onClick={() => props.onClose()} />
              </Show>
            </div>
            <Show when={props.text}>
              {(text) => <Dialog.Description class="sheet-text">{text()}</Dialog.Description>}
            </Show>
            <div class="sheet-body">{props.children}</div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

import { createContext, createSignal, For, Show, useContext, type Accessor, type ParentProps } from "solid-js";
import { IconButton } from "./button";
import { Icon, type IconName } from "./icon";
import "./toast.css";

export interface ToastText {
  title: string;
  text?: string;
  icon?: IconName;
  tone?: "plain" | "received" | "pending" | "danger";
  /** What it is about: a newer toast about the same takes its place. */
  about?: string;
  /** What can be done about it. */
  action?: { label: string; run: () => void };
}

interface Shown extends ToastText {
  id: number;
}

export interface Toasts {
  show: (toast: ToastText) => void;
  clear: () => void;
  shown: Accessor<Shown[]>;
  drop: (id: number) => void;
}

const STAY = 6_000;
const STAY_TO_ACT = 12_000;
const MOST = 3;

/** Short notes that go by themselves. None of them is the only place where something is told. */
export function makeToasts(): Toasts {
  const [shown, setShown] = createSignal<Shown[]>([]);
  let last = 0;
  const drop = (id: number): void => void setShown((all) => all.filter((toast) => toast.id !== id));
  return {
    shown,
    drop,
    clear: () => void setShown([]),
    show: (toast) => {
      const id = (last += 1);
      const others = (all: Shown[]): Shown[] => (toast.about === undefined ? all : all.filter((each) => each.about !== toast.about));
      setShown((all) => [...others(all), { ...toast, id }].slice(-MOST));
      setTimeout(() => drop(id), toast.action ? STAY_TO_ACT : STAY);
    },
  };
}

const ToastContext = createContext<Toasts>();

export function ToastProvider(props: ParentProps<{ toasts: Toasts; closeLabel: string; regionLabel: string }>) {
  return (
    // What is provided does not change while the page lives.
    // eslint-disable-next-line solid/reactivity
    <ToastContext.Provider value={props.toasts}>
      {props.children}
      <div class="toasts" role="region" aria-label={props.regionLabel} aria-live="polite">
        <For each={props.toasts.shown()}>
          {(toast) => (
            <div class="toast" data-tone={toast.tone ?? "plain"} data-testid="toast">
              <Icon name={toast.icon ?? "info"} class="toast-icon" />
              <div class="toast-body">
                <p class="toast-title">{toast.title}</p>
                <Show when={toast.text}>
                  <p class="toast-text">{toast.text}</p>
                </Show>
              </div>
              <Show when={toast.action}>
                {(action) => (
                  <button
                    type="button"
                    class="toast-action"
                    onClick={() => {
                      action().run();
                      props.toasts.drop(toast.id);
                    }}
                  >
                    {action().label}
                  </button>
                )}
              </Show>
              <IconButton icon="close" label={props.closeLabel} onClick={() => props.toasts.drop(toast.id)} />
            </div>
          )}
        </For>
      </div>
    </ToastContext.Provider>
  );
}

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error("useToasts is called outside ToastProvider");
  return toasts;
}

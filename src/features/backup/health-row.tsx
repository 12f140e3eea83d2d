import type { JSX } from "solid-js";
import { Icon, type IconName } from "../../components/icon";
import type { Health } from "./model";
import "./backup.css";

const ICON: Readonly<Record<Health, IconName>> = { good: "check", due: "clock", missing: "warning", none: "info" };

/** One thing that keeps the money safe, and how it stands. */
export function HealthRow(props: { health: Health; title: string; text: JSX.Element; children?: JSX.Element }) {
  return (
    <div class="health" data-health={props.health}>
      <span class="health-mark">
        <Icon name={ICON[props.health]} />
      </span>
      <div class="health-text">
        <p class="row-title">{props.title}</p>
        <p class="quiet small">{props.text}</p>
      </div>
      <div class="health-acts">{props.children}</div>
    </div>
  );
}

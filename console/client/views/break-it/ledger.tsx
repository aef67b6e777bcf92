/** The results of a run's orders, large enough to be read from a distance. */
import type { RunState } from "@orders/stack/break-it";
import type { VNode } from "preact";
import { run } from "./calls.ts";

export function LedgerPanel(): VNode {
  const ledger = run.value?.ledger;
  return <div role="status">{ledger && <Ledger ledger={ledger} />}</div>;
}

function Ledger({ ledger }: { readonly ledger: NonNullable<RunState["ledger"]> }): VNode {
  const { accepted, settled, confirmed, rejected, lost, doubled, oversold, units } = ledger;
  const kept = lost === 0 && doubled === 0 && oversold === 0;
  const number = (value: number) => value.toLocaleString("en");
  return (
    <section class={`panel-box ledger ${kept ? "kept" : "broken"}`} aria-labelledby="ledger-heading">
      <h2 id="ledger-heading">{kept ? "Nothing was lost" : "A guarantee was broken"}</h2>
      <dl>
        <Figure name="accepted" value={accepted} />
        <Figure name="settled" value={settled} good={settled === accepted} />
        <Figure name="lost" value={lost} good={lost === 0} />
        <Figure name="doubled" value={doubled} good={doubled === 0} />
        <Figure name="oversold" value={oversold} good={oversold === 0} />
      </dl>
      <p class="muted">
        {number(confirmed)} confirmed, {number(rejected)} rejected because stock ran out. Of{" "}
        {number(units.received)} units received, {number(units.sold)} were sold and {number(units.left)} are
        left.
      </p>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: number;
  readonly good?: boolean;
}

function Figure({ name, value, good }: FigureProps): VNode {
  return (
    <div class={good === undefined ? "" : good ? "good" : "bad"} data-figure={name}>
      <dd>{value.toLocaleString("en")}</dd>
      <dt>{name}</dt>
    </div>
  );
}

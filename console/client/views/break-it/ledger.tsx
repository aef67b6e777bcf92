/** The results of a run's orders, large enough to be read from a distance. */
import type { VNode } from "preact";
import type { Run } from "./calls.ts";

export function LedgerPanel({ ledger }: { readonly ledger: Run["ledger"] | undefined }): VNode {
  return <div role="status">{ledger && <Ledger ledger={ledger} />}</div>;
}

function Ledger({ ledger }: { readonly ledger: NonNullable<Run["ledger"]> }): VNode {
  const { accepted, settled, confirmed, rejected, lost, doubled, oversold, units } = ledger;
  const kept = lost === 0 && doubled === 0 && oversold === 0;
  const figures = [
    ["accepted", accepted, undefined],
    ["settled", settled, settled === accepted],
    ["lost", lost, lost === 0],
    ["doubled", doubled, doubled === 0],
    ["oversold", oversold, oversold === 0],
  ] as const;
  const number = (value: number) => value.toLocaleString("en");
  return (
    <section class={`panel-box ledger ${kept ? "kept" : "broken"}`} aria-labelledby="ledger-heading">
      <h2 id="ledger-heading">{kept ? "Nothing was lost" : "A guarantee was broken"}</h2>
      <dl>
        {figures.map(([name, value, good]) => (
          <div key={name} class={good === undefined ? "" : good ? "good" : "bad"} data-figure={name}>
            <dd>{number(value)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <p class="muted">
        {number(confirmed)} confirmed, {number(rejected)} rejected because stock ran out. Of{" "}
        {number(units.received)} units received, {number(units.sold)} were sold and {number(units.left)} are
        left.
      </p>
    </section>
  );
}

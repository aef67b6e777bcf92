/** What the picture shows, as tables: for screen readers, and for exact numbers. */
import type { VNode } from "preact";
import type { FlowState } from "../../../src/shapes.ts";
import { rate } from "./words.ts";

export function FlowTables({ state }: { readonly state: FlowState | undefined }): VNode | null {
  if (state === undefined) return null;
  return (
    <details class="flow-tables">
      <summary>Show as tables</summary>
      <div class="scroll">
        <table>
          <caption>Queues</caption>
          <thead>
            <tr>
              <th scope="col">queue</th>
              <th scope="col">ready</th>
              <th scope="col">in hand</th>
              <th scope="col">consumers</th>
              <th scope="col">in</th>
              <th scope="col">out</th>
              <th scope="col">awaiting retry</th>
              <th scope="col">dead letters</th>
            </tr>
          </thead>
          <tbody>
            {state.queues.map((queue) => (
              <tr key={queue.name} data-queue={queue.name}>
                <th scope="row">{queue.name}</th>
                <td>{queue.ready}</td>
                <td>{queue.inHand}</td>
                <td>{queue.consumers}</td>
                <td>{rate(queue.inPerSecond)}</td>
                <td>{rate(queue.outPerSecond)}</td>
                <td>{queue.retryTiers.reduce((sum, tier) => sum + tier.messages, 0)}</td>
                <td>{queue.deadLetters.messages}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <caption>Routes</caption>
          <thead>
            <tr>
              <th scope="col">message</th>
              <th scope="col">from</th>
              <th scope="col">exchange and routing key</th>
              <th scope="col">to</th>
              <th scope="col">rate</th>
            </tr>
          </thead>
          <tbody>
            {state.routes.map((route) => (
              <tr key={`${route.exchange} ${route.routingKey} ${route.from}`}>
                <th scope="row">{route.message}</th>
                <td>{route.from}</td>
                <td>
                  {route.exchange}, {route.routingKey}
                </td>
                <td>{route.to.join(", ")}</td>
                <td>{rate(route.perSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

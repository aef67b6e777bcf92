/** Calls that break things on this machine: each needs the machine's secret. */

import type {
  Duplicates,
  DuplicatesRequest,
  OrdersRequest,
  Part,
  PartAction,
  Parts,
  RunState,
} from "@orders/stack/break-it";
import { signal } from "@preact/signals";
import { machineHeader } from "../../../src/shapes.ts";
import { followEvents } from "../../api/event-stream.ts";
import { request } from "../../api/request.ts";
import { machineSecret } from "../../session/local.ts";

const secret = () => ({ [machineHeader]: machineSecret.get() ?? "" });

export const partsQuery = {
  queryKey: ["break-it", "parts"],
  queryFn: () => call<Parts>("parts"),
  refetchInterval: 1_000,
};
export const act = (part: string, action: PartAction) => call<Part>(`parts/${part}/${action}`, {});
export const placeOrders = (request: OrdersRequest) => call<RunState>("orders", request);
export const sendDuplicates = (request: DuplicatesRequest) => call<Duplicates>("duplicates", request);

/** The current run, else the last one. */
export const run = signal<RunState | null>(null);

/** @returns a function that stops following */
export function followRun(): () => void {
  return followEvents({
    path: "/break-it/run",
    headers: secret(),
    onEvent({ data }) {
      run.value = JSON.parse(data);
    },
  });
}

/** @throws CallError */
async function call<Answer>(path: string, body?: object): Promise<Answer> {
  const response = await request(`/break-it/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { ...secret(), ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await response.json();
}

/** (6) Validation: the checks that the generator compiles ahead of time, next to Ajv and to no validation. */

import { orderCreatedMessage } from "@orders/generated/messages";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { costOf } from "../costs.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { ratios, summary } from "../statistics.ts";
import { inTurns } from "../turns.ts";
import { ordersCreated } from "./messages.ts";

const rounds = 7;
const checks = 200_000;

export const validation: Measurement = {
  name: "validation",
  title: "(6) Validation: compiled ahead of time, next to Ajv and to none",
  quick: false,
  async run(bench): Promise<Findings> {
    const texts = ordersCreated(1_000).map(({ content }) => content);
    const ajv = new Ajv({ strict: false });
    addFormats(ajv);
    const ajvCheck = ajv.compile(orderCreatedMessage.payload);
    const count = bench.scaled(checks);
    const each = async (check: (payload: unknown) => boolean) => {
      let valid = 0;
      const cost = await costOf(count, async () => {
        for (let index = 0; index < count; index++)
          if (check(JSON.parse(texts[index % texts.length] ?? ""))) valid++;
      });
      if (valid !== count) throw new Error(`${count - valid} of ${count} messages were refused`);
      return cost.cpu;
    };
    const sides = {
      none: () => each((payload) => payload !== null),
      ours: () => each((payload) => orderCreatedMessage.checkPayload(payload, false) === undefined),
      ajv: () => each((payload) => ajvCheck(payload) === true),
    };
    for (const warmUp of Object.values(sides)) await warmUp();
    const costs = await inTurns(bench, bench.scaled(rounds), sides);
    return {
      rows: [
        { what: "parsing and our check, CPU ÷ parsing alone", value: ratios(costs.ours, costs.none) },
        { what: "parsing and Ajv, CPU ÷ parsing alone", value: ratios(costs.ajv, costs.none) },
        { what: "parsing and our check, CPU ÷ parsing and Ajv", value: ratios(costs.ours, costs.ajv) },
        { what: "parsing and our check", unit: "µs", value: summary(costs.ours) },
      ],
      details: costs,
    };
  },
};

import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { counted } from "../listed.ts";
import { definitionsOf } from "../topology/definitions.ts";
import { diffTopology } from "../topology/diff.ts";
import { brokerOptions, brokerPlace } from "./broker.ts";
import { defineCommand, documentParameter, remoteOption, UsageError } from "./command.ts";

export const command = defineCommand({
  summary: "compare a broker with the contract",
  parameters: documentParameter,
  options: {
    ...brokerOptions,
    apply: {
      type: "boolean",
      about: "apply the safe changes: create what is missing, bind, set permissions",
    },
    prune: { type: "boolean", about: "with --apply: also remove bindings that the contract does not name" },
    ...remoteOption,
  },
  exitCodes: { 0: "no difference, or all fixed", 1: "differences", 2: "cannot be told" },
  onFindings: 2,
  examples: {
    "topology diff my.yaml --broker http://localhost:15672": "Show what differs, and what to do about it",
    "topology diff my.yaml --broker http://localhost:15672 --apply": "Make the changes that are safe",
  },
  async run(values, named) {
    if (values.prune && !values.apply) throw new UsageError("--prune needs --apply");
    const place = brokerPlace(values);
    const definitions = definitionsOf(await checkedContract(await projectOf(named, values["allow-remote"])));
    const differences = await diffTopology({ ...place, definitions });
    let left = 0;
    for (const { kind, what, detail, change, steps } of differences) {
      const isDone = change !== undefined && values.apply === true && (values.prune || !change.prunes);
      if (isDone) await change.apply();
      else left += 1;
      console.log(`${isDone ? "fixed" : kind}: ${what}${detail === "" ? "" : `: ${detail}`}`);
      for (const step of isDone ? [] : steps) console.log(`  - ${step}`);
    }
    const host = `virtual host "${place.virtualHost}"`;
    console.log(
      left === 0
        ? `${host} is as the contract says`
        : `${host} differs from the contract in ${counted(left, "place")}`,
    );
    return left > 0 ? 1 : 0;
  },
});

import { readDefinitions } from "../topology/apply.ts";
import { diffTopology } from "../topology/diff.ts";
import { brokerOptions, brokerPlace, defineCommand } from "./command.ts";

export const command = defineCommand({
  summary: "compare the broker with the contract; exit code 0 no difference, 1 differences, 2 unknown",
  failure: 2,
  options: {
    ...brokerOptions,
    apply: {
      type: "boolean",
      about: "apply the safe changes: create what is missing, bind, set permissions",
    },
    prune: { type: "boolean", about: "with --apply: also remove bindings that the contract does not name" },
  },
  async run(values) {
    const { definitionsFile, ...place } = brokerPlace(values);
    const differences = await diffTopology({ ...place, definitions: readDefinitions(definitionsFile) });
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
      left === 0 ? `${host} is as the contract says` : `${host} differs from the contract in ${left} places`,
    );
    return left > 0 ? 1 : 0;
  },
});

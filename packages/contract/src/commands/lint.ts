import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { defineCommand, documentParameter } from "./command.ts";

export const command = defineCommand({
  summary: "check the contract: AsyncAPI, its bindings, and the rules",
  parameters: documentParameter,
  options: {},
  exitCodes: { 0: "no findings", 1: "findings", 2: "cannot be read" },
  examples: { "lint my.yaml": "Check a contract" },
  async run(_, named) {
    const { document } = await projectOf(named);
    const { source, messages, queues } = await checkedContract(document);
    console.log(`${source.file}: no findings (${messages.length} messages, ${queues.length} queues)`);
    return 0;
  },
});

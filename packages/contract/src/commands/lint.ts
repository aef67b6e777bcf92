import { checkedContract } from "../checked-contract.ts";
import { contractFile, contractOption, defineCommand } from "./command.ts";

export const command = defineCommand({
  summary: "check the contract: AsyncAPI, x-rabbitmq and the rules",
  options: contractOption,
  async run(values) {
    const { source, messages, queues } = await checkedContract(contractFile(values));
    console.log(`${source.file}: no findings (${messages.length} messages, ${queues.length} queues)`);
    return 0;
  },
});

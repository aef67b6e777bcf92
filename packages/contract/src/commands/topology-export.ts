import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { definitionsOf } from "../topology/definitions.ts";
import { defineCommand, documentParameter, remoteOption, UsageError } from "./command.ts";

/** Each format, and its text of the definitions. */
const formats = {
  definitions: (definitions: object) => JSON.stringify(definitions, null, 2),
};

export const command = defineCommand({
  summary:
    "print the contract's topology and permissions in RabbitMQ's own format, without users and passwords",
  parameters: documentParameter,
  options: {
    format: {
      type: "string",
      value: "FORMAT",
      about: `${Object.keys(formats).join(", ")} (default definitions)`,
    },
    ...remoteOption,
  },
  exitCodes: { 0: "printed", 1: "findings", 2: "cannot be done" },
  examples: {
    "topology export my.yaml > definitions.json": "Write a file for rabbitmqctl import_definitions",
  },
  async run({ format = "definitions", ...values }, named) {
    const write = Object.entries(formats).find(([name]) => name === format)?.[1];
    if (!write) throw new UsageError(`unknown format "${format}": use ${Object.keys(formats).join(", ")}`);
    console.log(write(definitionsOf(await checkedContract(await projectOf(named, values["allow-remote"])))));
    return 0;
  },
});

import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { applyTopology, passwordVariable } from "../topology/apply.ts";
import { definitionsOf } from "../topology/definitions.ts";
import { brokerOptions, brokerPlace } from "./broker.ts";
import { defineCommand, documentParameter, remoteOption } from "./command.ts";

export const command = defineCommand({
  summary:
    "bring exchanges, queues and bindings to a broker, and for each service a user with its permissions",
  details: "The user of the service front-desk gets the password in FRONT_DESK_AMQP_PASSWORD, and so on.",
  parameters: documentParameter,
  options: { ...brokerOptions, ...remoteOption },
  exitCodes: { 0: "the broker has it all", 1: "findings", 2: "cannot be done" },
  examples: {
    "topology apply my.yaml --broker http://localhost:15672": "Prepare a broker",
  },
  async run(values, named) {
    const place = brokerPlace(values);
    const definitions = definitionsOf(await checkedContract(await projectOf(named, values["allow-remote"])));
    await applyTopology({
      ...place,
      definitions,
      passwords: Object.fromEntries(
        definitions.permissions.map(({ user }) => [user, process.env[passwordVariable(user)] ?? ""]),
      ),
      progress: (line) => console.log(line),
    });
    return 0;
  },
});

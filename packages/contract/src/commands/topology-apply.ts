import { applyTopology, passwordVariable, readDefinitions } from "../topology/apply.ts";
import { brokerOptions, brokerPlace, defineCommand } from "./command.ts";

export const command = defineCommand({
  summary:
    "apply exchanges, queues, bindings, users and permissions to the broker at RABBITMQ_MANAGEMENT_URL, with the passwords in <SERVICE>_AMQP_PASSWORD",
  options: brokerOptions,
  async run(values) {
    const { definitionsFile, ...place } = brokerPlace(values);
    const definitions = readDefinitions(definitionsFile);
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

import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import type { Contract } from "../contract.ts";
import { definitionsOf } from "../topology/definitions.ts";
import { definitionsOn } from "../topology/definitions-on.ts";
import { type KubernetesPlace, kubernetesTopology } from "../topology/kubernetes.ts";
import { brokerOptions, brokerPlace } from "./broker.ts";
import { defineCommand, documentParameter, remoteOption, UsageError } from "./command.ts";

/** Each format, with the function that writes a contract in it. */
const formats = {
  definitions: (contract: Contract) => textOf(definitionsOf(contract)),
  kubernetes: (contract: Contract, place: KubernetesPlace) => kubernetesTopology(contract, place).trimEnd(),
};

const textOf = (definitions: object) => JSON.stringify(definitions, null, 2);

export const command = defineCommand({
  summary:
    "print the topology and permissions of the contract, or with --broker those that a broker has, as RabbitMQ's definitions",
  details:
    "Without passwords. With --broker no document is read, and the output is what the virtual host has, whether or not " +
    "the contract names it. In Kubernetes, the Messaging Topology Operator takes name and password of the user of the " +
    "service front-desk from the Secret front-desk-broker, keys username and password.",
  parameters: documentParameter,
  options: {
    ...brokerOptions,
    broker: {
      type: "string",
      value: "URL",
      about: "print what this broker has: its management API, e.g. http://localhost:15672",
    },
    format: {
      type: "string",
      value: "FORMAT",
      about: `${Object.keys(formats).join(", ")} (default definitions)`,
    },
    cluster: {
      type: "string",
      value: "NAME",
      about: "kubernetes: the RabbitmqCluster (default as configured, else rabbitmq)",
    },
    "virtual-host": {
      type: "string",
      value: "NAME",
      about: 'with --broker or kubernetes: virtual host on the broker (default as configured, else "/")',
    },
    "user-prefix": {
      ...brokerOptions["user-prefix"],
      about: "with --broker: only users with it, without it (default none)",
    },
    ...remoteOption,
  },
  exitCodes: { 0: "printed", 1: "findings", 2: "cannot be done" },
  examples: {
    "topology export my.yaml > definitions.json": "Write a file for rabbitmqctl import_definitions",
    "topology export --broker http://localhost:15672 > before.json":
      "Save what a broker has before you change it",
    "topology export my.yaml --format kubernetes | kubectl apply -f -": "Create the users in a cluster",
  },
  async run({ format = "definitions", ...values }, named) {
    const write = Object.entries(formats).find(([name]) => name === format)?.[1];
    if (!write) throw new UsageError(`unknown format "${format}": use ${Object.keys(formats).join(", ")}`);
    if (values.broker !== undefined) {
      if (named !== undefined) {
        throw new UsageError(
          `--broker prints what the broker has, and reads no document: leave out ${named} or --broker; topology diff compares the two`,
        );
      }
      if (format === "kubernetes" || values.cluster !== undefined)
        throw new UsageError("--broker prints RabbitMQ's definitions: leave out --format and --cluster");
      console.log(textOf(await definitionsOn(brokerPlace(values))));
      return 0;
    }
    if (values["user-prefix"] !== undefined)
      throw new UsageError("--user-prefix needs --broker: a contract's users have the names of its services");
    const project = await projectOf(named, values["allow-remote"]);
    const {
      cluster = project.kubernetes?.cluster,
      "virtual-host": virtualHost = project.kubernetes?.virtualHost,
    } = values;
    console.log(write(await checkedContract(project), { cluster, virtualHost }));
    return 0;
  },
});

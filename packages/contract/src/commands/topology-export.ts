import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import type { Contract } from "../contract.ts";
import { definitionsOf } from "../topology/definitions.ts";
import { type KubernetesPlace, kubernetesTopology } from "../topology/kubernetes.ts";
import { defineCommand, documentParameter, remoteOption, UsageError } from "./command.ts";

/** Each format, with the function that writes a contract in it. */
const formats = {
  definitions: (contract: Contract) => JSON.stringify(definitionsOf(contract), null, 2),
  kubernetes: (contract: Contract, place: KubernetesPlace) => kubernetesTopology(contract, place).trimEnd(),
};

export const command = defineCommand({
  summary:
    "print the contract's topology and permissions for RabbitMQ, or its users and permissions for Kubernetes",
  details:
    "Neither has passwords. In Kubernetes, the Messaging Topology Operator takes name and password of the user of the " +
    "service front-desk from the Secret front-desk-broker, keys username and password.",
  parameters: documentParameter,
  options: {
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
      about: 'kubernetes: virtual host on the broker (default as configured, else "/")',
    },
    ...remoteOption,
  },
  exitCodes: { 0: "printed", 1: "findings", 2: "cannot be done" },
  examples: {
    "topology export my.yaml > definitions.json": "Write a file for rabbitmqctl import_definitions",
    "topology export my.yaml --format kubernetes | kubectl apply -f -": "Create the users in a cluster",
  },
  async run({ format = "definitions", ...values }, named) {
    const write = Object.entries(formats).find(([name]) => name === format)?.[1];
    if (!write) throw new UsageError(`unknown format "${format}": use ${Object.keys(formats).join(", ")}`);
    const project = await projectOf(named, values["allow-remote"]);
    const {
      cluster = project.kubernetes?.cluster,
      "virtual-host": virtualHost = project.kubernetes?.virtualHost,
    } = values;
    console.log(write(await checkedContract(project), { cluster, virtualHost }));
    return 0;
  },
});

/**
 * The broker users of a contract and their permissions as objects of RabbitMQ's Messaging Topology Operator, which
 * keeps them in this state. Exchanges, queues and bindings are left out: each service declares what it owns, and a
 * queue that is an object in Kubernetes would be deleted with that object, messages included.
 */
import { stringify } from "yaml";
import type { Contract } from "../contract.ts";
import { definitionsOf } from "./definitions.ts";

export interface KubernetesPlace {
  /** Name of the RabbitmqCluster, in the namespace of the objects. @default "rabbitmq" */
  readonly cluster?: string | undefined;
  /** Created unless it is the one that every broker has. @default "/" */
  readonly virtualHost?: string | undefined;
}

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/**
 * The objects as one YAML text. The name and the password of a user are in the Secret `<service>-broker`, under the
 * keys `username` and `password`.
 * @throws Error when two of them would have the same name
 */
export function kubernetesTopology(contract: Contract, place: KubernetesPlace = {}): string {
  const objects = objectsOf(contract, place);
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(
      `two services or exchanges would both be the Kubernetes object ${twice}, since its names have no capitals ` +
        "and no signs but - and .: rename one in the contract",
    );
  }
  return objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join("");
}

function objectsOf(
  contract: Contract,
  { cluster = "rabbitmq", virtualHost = "/" }: KubernetesPlace,
): KubernetesObject[] {
  const { permissions, topic_permissions: topics = [] } = definitionsOf(contract);
  const object = (kind: string, name: string, spec: object): KubernetesObject => ({
    apiVersion: "rabbitmq.com/v1beta1",
    kind,
    metadata: { name },
    spec: { ...spec, rabbitmqClusterReference: { name: cluster } },
  });
  return [
    // Retained, since its queues and their messages would be deleted with it.
    ...(virtualHost === "/"
      ? []
      : [object("Vhost", nameOf(virtualHost), { name: virtualHost, deletionPolicy: "retain" })]),
    ...permissions.flatMap(({ user, configure, write, read }) => {
      const name = nameOf(user);
      return [
        object("User", name, { importCredentialsSecret: { name: `${name}-broker` } }),
        object("Permission", name, {
          vhost: virtualHost,
          userReference: { name },
          permissions: { configure, write, read },
        }),
      ];
    }),
    ...topics.map(({ user, exchange, write, read }) =>
      object("TopicPermission", nameOf(`${user}-${exchange}`), {
        vhost: virtualHost,
        userReference: { name: nameOf(user) },
        permissions: { exchange, write, read },
      }),
    ),
  ];
}

/** As a DNS name, which the names of objects are. */
function nameOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, "-")
    .replaceAll(/^[.-]+|[.-]+$/g, "");
}

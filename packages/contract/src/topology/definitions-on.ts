/** What a virtual host has, in RabbitMQ's own format, like the definitions of a contract. */
import type { Definitions } from "./apply.ts";
import {
  type Binding,
  Broker,
  type BrokerPlace,
  type Exchange,
  type Permission,
  type Queue,
  type TopicPermission,
} from "./broker.ts";

/**
 * Users without the prefix are left out, and the names of the others are without it. Exchanges and queues that the broker
 * makes or removes itself are left out as well.
 * @throws ManagementError when the broker cannot be asked
 */
export async function definitionsOn(place: BrokerPlace): Promise<Definitions> {
  const broker = new Broker(place);
  const { virtualHost: vhost, userPrefix: prefix } = broker;
  const withoutPrefix = <Item extends { readonly user: string }>(items: readonly Item[]) =>
    items
      .filter(({ user }) => user.startsWith(prefix))
      .map((item) => ({ ...item, user: item.user.slice(prefix.length) }));
  const exchanges = await broker.list<Exchange & { readonly internal: boolean }>("exchanges");
  const queues = await broker.list<Queue & { readonly exclusive: boolean }>("queues");
  const bindings = await broker.list<Binding & { readonly destination_type: string }>("bindings");
  const permissions = withoutPrefix(await broker.list<Permission>("permissions"));
  const topics = withoutPrefix(await broker.list<TopicPermission>("topic-permissions"));
  return {
    permissions: permissions.map(({ user, configure, write, read }) => ({
      user,
      vhost,
      configure,
      write,
      read,
    })),
    ...(topics.length > 0 && {
      topic_permissions: topics.map(({ user, exchange, write, read }) => ({
        user,
        vhost,
        exchange,
        write,
        read,
      })),
    }),
    exchanges: exchanges
      .filter(({ name }) => name !== "" && !name.startsWith("amq."))
      .map(({ name, type, durable, auto_delete, internal, arguments: own = {} }) => {
        return { name, vhost, type, durable, auto_delete, internal, arguments: own };
      }),
    queues: queues
      .filter(({ exclusive }) => !exclusive)
      .map(({ name, durable, auto_delete, arguments: own = {} }) => {
        return { name, vhost, durable, auto_delete, arguments: own };
      }),
    bindings: bindings
      .filter(({ source }) => source !== "")
      .map(({ source, destination, destination_type, routing_key, arguments: own = {} }) => {
        return { source, vhost, destination, destination_type, routing_key, arguments: own };
      }),
  };
}

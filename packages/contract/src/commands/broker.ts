/** Which broker the topology commands connect to. */
import type { BrokerPlace } from "../topology/broker.ts";
import { UsageError, type Values } from "./command.ts";

export const brokerOptions = {
  broker: {
    type: "string",
    value: "URL",
    about: "its management API, e.g. http://localhost:15672 (default RABBITMQ_MANAGEMENT_URL)",
  },
  "virtual-host": { type: "string", value: "NAME", about: 'virtual host on the broker (default "/")' },
  "user-prefix": {
    type: "string",
    value: "TEXT",
    about: "before the name of each service's user, where systems share a broker (default none)",
  },
} as const;

/** Credentials are in the URL, or in RABBITMQ_USERNAME and RABBITMQ_PASSWORD, which no process list shows. */
export function brokerPlace(values: Values<typeof brokerOptions>): Required<BrokerPlace> {
  const { RABBITMQ_MANAGEMENT_URL, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
  const text = values.broker ?? RABBITMQ_MANAGEMENT_URL;
  if (!text)
    throw new UsageError(
      "which broker? Name its management API with --broker, or in RABBITMQ_MANAGEMENT_URL",
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    // Not quoted: it may have a password.
    throw new UsageError("the broker's URL must be that of its management API, e.g. http://localhost:15672");
  }
  if (url.username === "") {
    if (!RABBITMQ_USERNAME || !RABBITMQ_PASSWORD) {
      throw new UsageError(
        `who asks ${url.host}? Set RABBITMQ_USERNAME and RABBITMQ_PASSWORD, or put them into RABBITMQ_MANAGEMENT_URL`,
      );
    }
    url.username = encodeURIComponent(RABBITMQ_USERNAME);
    url.password = encodeURIComponent(RABBITMQ_PASSWORD);
  }
  return {
    managementUrl: url.href,
    virtualHost: values["virtual-host"] ?? "/",
    userPrefix: values["user-prefix"] ?? "",
  };
}

import type { Observability } from "../containers/observability.ts";
import type { Ports } from "../local/parts.ts";
import { table } from "../table.ts";

export interface Addresses {
  readonly ports: Ports;
  /** With the password in it: it is a local one, made up for this stack. */
  readonly managementUrl: string;
  readonly databaseUrl: string;
  readonly observability?: Observability;
}

/** A broker, and what the system is called there. */
export interface BrokerPlace {
  readonly managementUrl: string;
  readonly virtualHost: string;
  /** Before the names of the services' users. */
  readonly prefix: string;
}

/** What a user sees once the system is up: where everything is, and something to try. */
export function welcome({ ports, managementUrl, databaseUrl, observability }: Addresses): string {
  const at = (port: number, path = "/") => `http://127.0.0.1:${port}${path}`;
  const management = new URL(managementUrl);
  const database = new URL(databaseUrl);
  const rows = [
    ["orders", at(ports.order, "/openapi"), "REST calls, to read and to try"],
    ["inventory", at(ports.inventory, "/openapi")],
    ["notifications", at(ports.notification, "/openapi")],
    ["catalogue", at(ports.catalogue), "every message, exchange and queue"],
    ["e-mails", at(ports.maildev), "what was sent, caught by maildev"],
    ["RabbitMQ", `${management.origin}/`, `user ${management.username}, password ${management.password}`],
    [
      "PostgreSQL",
      `postgres://${database.host}/`,
      `user ${database.username}, password ${database.password}`,
    ],
    ...(observability
      ? [
          ["Grafana", observability.grafana, "the dashboard"],
          [
            "Prometheus",
            `${observability.prometheus}alerts`,
            "the alerts; docs/operations.md says what to do",
          ],
          [
            "Jaeger",
            observability.jaeger,
            "traces of one order in twenty (OTEL_TRACES_SAMPLER_ARG=1: of all)",
          ],
        ]
      : []),
  ];
  return `The system is ready.

${table(rows)}

Every call needs a token; the local stack takes those that \`make token\` prints. As operator, make a product and put
ten of it in stock; as customer, order two:

${firstCalls(ports)}

More: make demo, make status, make logs SERVICE=order, make down`;
}

function firstCalls(ports: Ports): string {
  const json = "-H 'content-type: application/json'";
  const operator = '-H "authorization: Bearer $(make -s token ROLE=operator)"';
  const customer = '-H "authorization: Bearer $(make -s token ROLE=customer SUB=customer-1)"';
  const inventory = `http://127.0.0.1:${ports.inventory}/products`;
  const product = '{"sku": "TEA-1", "name": "Green tea", "unitPrice": {"amount": 450, "currency": "EUR"}}';
  const order = '{"customerId": "customer-1", "lines": [{"sku": "TEA-1", "quantity": 2}]}';
  return [
    `  curl -sS ${inventory} ${operator} ${json} -d '${product}'`,
    `  curl -sS ${inventory}/TEA-1/stock-movements ${operator} ${json} -d '{"quantity": 10, "reason": "receipt"}'`,
    `  curl -sS http://127.0.0.1:${ports.order}/orders ${customer} ${json} -H 'prefer: wait=5' -d '${order}'`,
  ].join("\n");
}

import type { Ports } from "../local/parts.ts";
import { serviceNames } from "../names.ts";
import type { Addresses } from "../stack.ts";
import { table } from "../table.ts";

/**
 * What a user sees once the system runs: the address of each part, calls to try, and at the end the console's link.
 * @param notes paragraphs before the link
 */
export function welcome(
  { ports, servers, observability }: Addresses,
  link: string,
  ...notes: string[]
): string {
  const at = (port: number, path = "/") => `http://127.0.0.1:${port}${path}`;
  const management = new URL(servers.RABBITMQ_MANAGEMENT_URL);
  const database = new URL(servers.DATABASE_URL);
  const rows = [
    ...serviceNames.map((name) => [name, at(ports[name], "/openapi"), "its REST API"]),
    ["catalogue", at(ports.console, "/catalogue/"), "every message, exchange and queue"],
    ["e-mails", at(ports.maildev), "every e-mail sent, caught by maildev"],
    ["RabbitMQ", `${management.origin}/`, `user ${management.username}, password ${management.password}`],
    [
      "PostgreSQL",
      `postgres://${database.host}/`,
      `user ${database.username}, password ${database.password}`,
    ],
    ...(observability
      ? [
          ["Grafana", observability.grafana, "the dashboard"],
          ["Prometheus", `${observability.prometheus}alerts`, "the alerts; docs/operations.md explains each"],
          [
            "Jaeger",
            observability.jaeger,
            "traces of one order in twenty (OTEL_TRACES_SAMPLER_ARG=1: of all)",
          ],
        ]
      : []),
  ];
  const text = `The system is ready.

${table(rows)}

Every call needs a token; the local stack accepts those that \`make token\` prints. As operator, create a product and
receive ten of it; as customer, order two:

${firstCalls(ports)}

More: make demo, make status, make logs SERVICE=order, make down`;
  const end = `Watch it, operate it and try to break it in the console, signed in as operator:

  ${link}`;
  return [text, ...notes, end].join("\n\n");
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

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";
import { buildContract, Source } from "@rabbit-contract/contract";
import { cataloguePages } from "@rabbit-contract/contract/catalogue";

/** RabbitMQ's format; see `topology apply`. */
interface Definitions {
  readonly exchanges: readonly { readonly name: string; readonly type: string }[];
  readonly queues: readonly {
    readonly name: string;
    readonly arguments: Readonly<Record<string, string | number>>;
  }[];
  readonly bindings: readonly {
    readonly source: string;
    readonly destination: string;
    readonly routing_key: string;
  }[];
}

describe("page of the topology", () => {
  const { exchanges, queues, bindings }: Definitions = JSON.parse(
    readFileSync(join(root, "generated/rabbitmq/definitions.json"), "utf8"),
  );
  const contract = buildContract(Source.read(join(root, "asyncapi/asyncapi.yaml")));
  const page = String(
    cataloguePages(contract, { pacts: "none", releases: "none", stories: "none" }).get("index.html"),
  );

  /** The page's text about one exchange or queue, without markup. */
  function about(id: string): string {
    const [, after = ""] = page.split(`id="${id}"`);
    const [section = ""] = after.split(/id="(?:queue|exchange)-/, 1);
    return section.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  }

  it("describes every argument of each queue", () => {
    assert.ok(queues.length > 20);
    for (const { name, arguments: told } of queues) {
      const text = about(`queue-${name}`);
      for (const [argument, value] of Object.entries(told)) {
        assert.ok(text.includes(` ${argument} ${value} `), `${name}: ${argument} ${value}`);
      }
    }
  });

  it("describes the bindings of each queue and the type of each exchange", () => {
    assert.ok(bindings.length > 30);
    for (const { source, destination, routing_key } of bindings) {
      assert.ok(
        about(`queue-${destination}`).includes(` ${source} ${routing_key} `),
        `${destination} ${routing_key}`,
      );
    }
    for (const { name, type } of exchanges)
      assert.match(about(`exchange-${name}`), new RegExp(`Type ${type} `));
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { root } from "@orders/stack";
import { readWorkspace, type SourceFile, type Workspace } from "@orders/stack/testing/workspace";
import { everythingIsWired } from "./wiring.ts";

const workspace = readWorkspace(root);

/** The findings once the files whose paths start with `place` are changed. */
function found(place: string, change: (file: SourceFile) => SourceFile): string[] {
  const files = new Map(
    [...workspace.files].map(([path, file]) => [path, path.startsWith(place) ? change(file) : file] as const),
  );
  return messagesOf({ ...workspace, files });
}

function messagesOf(changed: Workspace): string[] {
  return everythingIsWired(changed).map(({ path, message }) => `${path} ${message}`);
}

const without =
  (text: string) =>
  (file: SourceFile): SourceFile => ({ ...file, text: file.text.replaceAll(text, "") });

describe("the services of this repository", () => {
  it("consume every queue and send every message that their generated code describes", () => {
    assert.deepEqual(messagesOf(workspace), []);
  });

  it("are named with the queue that main.ts no longer consumes", () => {
    const line = "broker.consume(orderProductsQueue, inbox, productHandlers);\n";
    assert.match(workspace.files.get("services/order/src/main.ts")?.text ?? "", /orderProductsQueue, inbox/);
    assert.deepEqual(found("services/order/src/main.ts", without(line)), [
      'services/order/src/main.ts does not consume the queue "order.products": ' +
        "call broker.consume(orderProductsQueue, …), or change the contract",
    ]);
  });

  it("are named with the message that only the outbox itself still mentions", () => {
    // The remaining one is metrics.ts, whose outbox only passes each call on.
    assert.deepEqual(found("services/order/src/commands", without("outbox.orderShipped")), [
      "services/order/src/main.ts reaches no code that calls outbox.orderShipped: " +
        "send the message in a command, or change the contract",
    ]);
  });

  it("are named with the message whose command nothing imports any more", () => {
    const notReached = found("services/inventory/src/", (file) => ({
      ...file,
      imports: file.imports.filter(({ specifier }) => !specifier.endsWith("/stock.ts")),
    }));
    assert.deepEqual(notReached, [
      "services/inventory/src/main.ts reaches no code that calls outbox.stockLow: " +
        "send the message in a command, or change the contract",
    ]);
  });

  it("are named with the request that no code makes", () => {
    const requests = "  requests: { checkStock: {} },\n  queues: [orderStockQueue";
    const found = (place: string, text: string) => {
      const files = new Map(
        [...workspace.files].map(([path, file]) => {
          const asking =
            path === "generated/order.ts" && file.text.replace("  queues: [orderStockQueue", requests);
          return [
            path,
            { ...file, text: asking || (path === place ? file.text + text : file.text) },
          ] as const;
        }),
      );
      return messagesOf({ ...workspace, files });
    };
    assert.deepEqual(found("", ""), [
      "services/order/src/main.ts reaches no code that calls client.checkStock: " +
        "send the message in a command, or change the contract",
    ]);
    const calls = "await inventoryClient.checkStock({}, {});";
    assert.deepEqual(found("services/order/src/commands/cancel-order.ts", calls), []);
  });

  it("are named with everything in the contract when there is no main.ts", () => {
    const files = new Map(
      [...workspace.files].filter(([path]) => path !== "services/notification/src/main.ts"),
    );
    assert.deepEqual(messagesOf({ ...workspace, files }), [
      'services/notification/src/main.ts does not consume the queue "notification.orders": ' +
        "call broker.consume(notificationOrdersQueue, …), or change the contract",
      'services/notification/src/main.ts does not consume the queue "notification.stock": ' +
        "call broker.consume(notificationStockQueue, …), or change the contract",
    ]);
  });
});

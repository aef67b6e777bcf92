import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UsageError } from "../command-line.ts";
import { readOptions } from "./options.ts";

describe("the options of make dead-letters", () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [["lst"], /"lst" is not a command: use list, show, replay, delete, history/],
    [["list", "--reson", "x"], /reson/],
    [["list", "--older-than", "soon"], /such as 30s, 15m, 2h or 7d, got "soon"/],
    [["list", "--service", "orders"], /no service "orders": use inventory, order, notification/],
    [["replay", "--all"], /replay needs --service or --queue/],
    [["delete", "--service", "order"], /exactly one way to choose/],
    [["replay", "--service", "order", "--all", "--id", "x"], /exactly one way to choose/],
    [["show", "--id", "x"], /show needs --queue and --id/],
  ];
  for (const [args, message] of cases) {
    it(`explain what is wrong with ${args.join(" ")}`, () => {
      assert.throws(
        () => readOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});

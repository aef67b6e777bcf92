/**
 * Validates that the document is AsyncAPI and that its `x-rabbitmq` extensions have version 1, which the rules assume.
 */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import type { Finding } from "./finding.ts";
import { bindQueuesInstead } from "./model/exchange-types.ts";
import { Node } from "./model/node.ts";
import { asyncApiProblems } from "./reading/asyncapi-schema.ts";
import { problemsOf } from "./reading/schema-problems.ts";
import type { Source } from "./source.ts";

export { ContractError, type Finding, formatFinding } from "./finding.ts";

/** Everything that AsyncAPI's JSON Schema does not allow. */
export function checkDocument(source: Source): Finding[] {
  const specification = `https://www.asyncapi.com/docs/reference/specification/v${source.written.asyncapi}`;
  return asyncApiProblems(source.written).map(({ pointer, message, fix }) => ({
    rule: "asyncapi",
    ...source.place(pointer),
    message,
    fix: fix ?? `see ${specification}`,
  }));
}

const extensionSchema: object = JSON.parse(
  readFileSync(new URL("./x-rabbitmq.schema.json", import.meta.url), "utf8"),
);

/** Validates each `x-rabbitmq` against the definition for its place. */
export function checkExtensions(source: Source): Finding[] {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true }).addSchema(
    extensionSchema,
  );
  const findings: Finding[] = [];

  function check(definition: "document" | "queue" | "send" | "receive", owner: string): void {
    const pointer = `${owner}/x-rabbitmq`;
    const validate = ajv.getSchema(`x-rabbitmq.schema.json#/definitions/${definition}`);
    if (!validate) throw new Error(`x-rabbitmq.schema.json has no definition "${definition}"`);
    const extension = source.at(pointer);
    if (extension === undefined || validate(extension)) return;
    for (const problem of problemsOf(validate.errors ?? [])) {
      findings.push({
        rule: "x-rabbitmq",
        ...source.place(pointer + problem.pointer),
        message: problem.message,
        fix: /^\/exchange\/bind/i.test(problem.pointer)
          ? bindQueuesInstead
          : (problem.fix ?? `see the definition "${definition}" in x-rabbitmq.schema.json`),
      });
    }
  }

  check("document", "");
  for (const [, channel] of new Node(source, "/channels").entries()) check("queue", channel.pointer);
  for (const [, operation] of new Node(source, "/operations").entries()) {
    check(operation.text("action") === "send" ? "send" : "receive", operation.pointer);
  }
  return findings;
}

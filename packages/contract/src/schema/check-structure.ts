/** Checks of objects and arrays. */
import { counted } from "../listed.ts";
import { pointerOf } from "../source.ts";
import type { CheckFunction } from "./check-module.ts";
import { statement } from "./check-scalar.ts";
import { camelCase, pascalCase } from "./names.ts";
import type { ArrayNode, ObjectNode, Property, SchemaNode } from "./node.ts";

export function objectBody(node: ObjectNode, check: CheckFunction): string[] {
  const { minProperties = 0, maxProperties } = node;
  const size = () => `${check.module.use("countKeys")}(value)`;
  const lines = [wrongType("isObject", "an object", check)];
  for (const property of node.properties) lines.push(...propertyLines(property, check));
  if (minProperties > 0) {
    lines.push(
      limit(`${size()} < ${minProperties}`, `at least ${counted(minProperties, "property")}`, check),
    );
  }
  if (maxProperties !== undefined) {
    lines.push(limit(`${size()} > ${maxProperties}`, `at most ${counted(maxProperties, "property")}`, check));
  }
  return [...lines, ...otherKeys(node, check)];
}

function propertyLines({ name, required, schema }: Property, check: CheckFunction): string[] {
  const pointer = JSON.stringify(pointerOf(name));
  const value = check.local(camelCase(name));
  const checks = check.statements(schema, { value, pointer, path: check.path + pascalCase(name) });
  if (checks.length === 0 && !required) return [];

  const own = `${check.module.use("own")}(value, ${JSON.stringify(name)})`;
  const declaration = `const ${value} = ${own};`;
  if (!required) return [declaration, `if (${value} !== undefined) {`, ...checks, "}"];
  const absent = `=== undefined) return ${check.module.use("missing")}(${pointer});`;
  return checks.length === 0 ? [`if (${own} ${absent}`] : [declaration, `if (${value} ${absent}`, ...checks];
}

/** Statements for keys that `properties` does not name; they return. */
function otherKeys({ additional, properties }: ObjectNode, check: CheckFunction): string[] {
  if (additional === true) return ["return undefined;"];
  const names = properties.map((property) => JSON.stringify(property.name));
  const set = `new Set${check.module.type("<string>")}([${names.join(", ")}])`;
  const keys = () => check.module.constant(`${check.path}Keys`, set);
  if (typeof additional === "object")
    return mapEntries(additional, properties.length > 0 ? keys : undefined, check);
  const refuse = `${check.module.use("unknownKey")}(value, ${keys()})`;
  return [`return ${additional === false ? refuse : `${check.closed()} ? ${refuse} : undefined`};`];
}

function mapEntries(schema: SchemaNode, keys: (() => string) | undefined, check: CheckFunction): string[] {
  const entry = check.local("entry");
  const pointer = `${check.module.use("segment")}(key)`;
  const checks = check.statements(schema, { value: entry, pointer, path: `${check.path}Entry` });
  if (checks.length === 0) return ["return undefined;"];
  return [
    "for (const key in value) {",
    ...(keys ? [`if (${keys()}.has(key)) continue;`] : []),
    `const ${entry} = ${check.module.use("own")}(value, key);`,
    `if (${entry} === undefined) continue;`,
    ...checks,
    "}",
    "return undefined;",
  ];
}

export function arrayBody(node: ArrayNode, check: CheckFunction): string[] {
  const { minItems = 0, maxItems, items, uniqueItems } = node;
  const lines = [wrongType("isArray", "an array", check)];
  if (minItems > 0)
    lines.push(limit(`value.length < ${minItems}`, `at least ${counted(minItems, "item")}`, check));
  if (maxItems !== undefined) {
    lines.push(limit(`value.length > ${maxItems}`, `at most ${counted(maxItems, "item")}`, check));
  }
  const element = check.local("element");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the emitted code
  const pointer = "`/${index}`";
  const checks = check.statements(items, { value: element, pointer, path: `${check.path}Item` });
  if (checks.length > 0) {
    lines.push("for (let index = 0; index < value.length; index++) {");
    lines.push(`const ${element} = value[index];`, ...checks, "}");
  }
  if (uniqueItems) {
    const duplicate = check.local("duplicate");
    const problem = `${check.module.use("mustBe")}("different from the items before it", value[${duplicate}], \`/\${${duplicate}}\`)`;
    lines.push(`const ${duplicate} = ${check.module.use("duplicateIndex")}(value);`);
    lines.push(statement({ condition: `${duplicate} >= 0`, problem }));
  }
  return [...lines, "return undefined;"];
}

function limit(condition: string, expectation: string, check: CheckFunction): string {
  return statement({
    condition,
    problem: `${check.module.use("mustHave")}(${JSON.stringify(expectation)}, value)`,
  });
}

function wrongType(test: "isObject" | "isArray", expectation: string, check: CheckFunction): string {
  const problem = `${check.module.use("mustBe")}(${JSON.stringify(expectation)}, value)`;
  return statement({ condition: `!${check.module.use(test)}(value)`, problem });
}

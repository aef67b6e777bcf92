/** `packages/` serves any contract: it uses no word of this system's domain and names no place in this repository. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Finding, Rule } from "./rules.ts";

/** Words of the domain. "Order" alone has other meanings in programming; names that contain it are found below. */
const domain = [
  "orders?(?=(?!By)[A-Z]\\w|[-_.](?:id|created|confirmed|rejected|cancelled|expired|shipped|stock|products)\\b)",
  "(?:an|the|each|every|this|that|pending|placed?|cancell?(?:ed)?) orders?(?! (?:of|in|by|to|that|is|as)\\b)",
  "orders",
  "[\"'`]order[\"'`]",
  "products?",
  "stocks?",
  "customers?",
  "inventor(?:y|ies)",
  "notifications?",
  "skus?",
  "shipping",
  "shipped",
  "shipments?",
];
export const packagesKnowNoDomain: Rule = ({ root }) => {
  const patterns = [...domain, ...namesOfContract(root), ...placesOf(root)];
  // A word starts after a non-letter or with a capital inside a name, and ends before a capital.
  const start = "(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))";
  const words = new RegExp(`${start}(?:${patterns.map(anyCase).join("|")})(?![a-z])`, "g");
  const files = globSync("packages/**/*.{ts,js,json,md,yaml,yml,css,html,svg}", {
    cwd: root,
    exclude: (name) => /node_modules|__transpiled/.test(String(name)),
  });
  return files.sort().flatMap((path) =>
    readFileSync(join(root, path), "utf8")
      .split("\n")
      .flatMap((text, index): Finding[] => {
        const [word] = text.match(words) ?? [];
        if (word === undefined) return [];
        return [
          {
            path,
            line: index + 1,
            message: `names "${word}", which only this repository has: take another sample`,
          },
        ];
      }),
  );
};

/** Exchanges, queues, messages and schemas that are named with more than one word: `order.created`, `StockLow`. */
function namesOfContract(root: string): string[] {
  const { channels = {}, components = {} } = parse(
    readFileSync(join(root, "asyncapi/asyncapi.yaml"), "utf8"),
  );
  const addresses = Object.values<{ address?: string }>(channels).map(({ address = "" }) => address);
  const names = [
    ...Object.keys(components.messages ?? {}),
    ...Object.keys(components.schemas ?? {}),
    ...addresses,
  ];
  return names
    .filter((name) => /[a-z][A-Z]|[a-z]\.[a-z]/.test(name))
    .map((name) => name.replaceAll(".", "\\."));
}

/** Folders of the repository, and make targets. "make up" is also plain English. */
function placesOf(root: string): string[] {
  const targets = [...readFileSync(join(root, "Makefile"), "utf8").matchAll(/^([a-z][a-z-]{2,}):.*##/gm)];
  const services = globSync("services/*", { cwd: root });
  return [...services, "@orders(?=/)", "(?:stack|bench)(?=/)", "asyncapi/asyncapi\\.yaml"].concat(
    targets.map(([, target]) => `make ${target}(?![a-z-])`),
  );
}

/** Matches also with a capital, at the start of a sentence or in the name of a type. */
function anyCase(pattern: string): string {
  return /^[a-z]/.test(pattern) ? `[${pattern[0]?.toUpperCase()}${pattern[0]}]${pattern.slice(1)}` : pattern;
}

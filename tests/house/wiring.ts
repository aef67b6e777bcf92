/** Each service consumes every queue and sends every message that its generated code describes. */
import type { SourceFile, Workspace } from "@orders/stack/testing/workspace";
import { type Expression, type PropertyKey, parseSync, Visitor } from "oxc-parser";
import type { Finding, Rule } from "./rules.ts";

/** The contents of a generated file: the arguments of `defineService` and `defineQueue`. */
interface Described {
  readonly service: string;
  /** Methods that send: `outbox.paymentReceived`, and `client.checkPayment` for a request. */
  readonly sends: readonly string[];
  /** Queues by the names of their descriptors. */
  readonly queues: ReadonlyMap<string, string>;
}

/** What a service's code sends and consumes, by the names in the generated code. */
interface Wired {
  readonly consumed: ReadonlySet<string>;
  readonly sent: ReadonlySet<string>;
}

export const everythingIsWired: Rule = (workspace) =>
  [...workspace.files.values()]
    .filter(({ member }) => member.folder === "generated")
    .flatMap((file) => {
      const described = describedIn(file);
      return described ? missing(described, workspace) : [];
    });

function missing({ service, sends, queues }: Described, workspace: Workspace): Finding[] {
  const main = `services/${service}/src/main.ts`;
  const { consumed, sent } = wiredIn(reachedFrom(main, workspace));
  const found = (message: string): Finding => ({ path: main, line: 1, message });
  return [
    ...[...queues]
      .filter(([descriptor]) => !consumed.has(descriptor))
      .map(([descriptor, queue]) =>
        found(
          `does not consume the queue "${queue}": call broker.consume(${descriptor}, …), or change the contract`,
        ),
      ),
    ...sends
      .filter((method) => !sent.has(method))
      .map((method) =>
        found(`reaches no code that calls ${method}: send the message in a command, or change the contract`),
      ),
  ];
}

function describedIn({ path, text }: SourceFile): Described | undefined {
  const queues = new Map<string, string>();
  let described: Omit<Described, "queues"> | undefined;
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (init?.type !== "CallExpression" || init.callee.type !== "Identifier") return;
      const [argument] = init.arguments;
      if (argument?.type !== "ObjectExpression") return;
      const fields = fieldsOf(argument);
      const name = textOf(fields.get("name"));
      if (init.callee.name === "defineQueue" && id.type === "Identifier") queues.set(id.name, name);
      if (init.callee.name === "defineService") {
        const methods = (of: string) => [...fieldsOf(fields.get(of)).keys()];
        const sends = [
          ...methods("sends").map((method) => `outbox.${method}`),
          ...methods("requests").map((method) => `client.${method}`),
        ];
        described = { service: name, sends };
      }
    },
  }).visit(parseSync(path, text).program);
  return described && { ...described, queues };
}

function fieldsOf(value: Expression | undefined): ReadonlyMap<string, Expression> {
  if (value?.type !== "ObjectExpression") return new Map();
  return new Map(
    value.properties.flatMap((one) =>
      one.type === "Property" ? [[keyOf(one.key), one.value] as const] : [],
    ),
  );
}

/** Outboxes and clients are recognized by their names. */
function senderOf(node: Expression | PropertyKey): string | undefined {
  if (node.type !== "Identifier") return undefined;
  return /(?:outbox|client)$/.exec(node.name.toLowerCase())?.[0];
}

function textOf(value: Expression | undefined): string {
  return value?.type === "Literal" ? String(value.value) : "";
}

function keyOf(key: PropertyKey): string {
  if (key.type === "Identifier" || key.type === "PrivateIdentifier") return key.name;
  return key.type === "Literal" ? String(key.value) : "";
}

/** The files of the same member that `entry` imports, directly or not. */
function reachedFrom(entry: string, { files }: Workspace): readonly SourceFile[] {
  const reached = new Map<string, SourceFile>();
  const visit = (path: string) => {
    const file = files.get(path);
    if (!file || reached.has(path)) return;
    reached.set(path, file);
    for (const { file: imported = "" } of file.imports)
      if (files.get(imported)?.member === file.member) visit(imported);
  };
  visit(entry);
  return [...reached.values()];
}

function wiredIn(files: readonly SourceFile[]): Wired {
  const consumed = new Set<string>();
  const sent = new Set<string>();
  for (const { path, text } of files) {
    /**
     * Methods that enclose the visited node. An outbox's method that only passes on its call to the method of the same
     * name does not count as sending.
     */
    const methods: string[] = [];
    new Visitor({
      Property: ({ key }) => void methods.push(keyOf(key)),
      "Property:exit": () => void methods.pop(),
      MethodDefinition: ({ key }) => void methods.push(keyOf(key)),
      "MethodDefinition:exit": () => void methods.pop(),
      CallExpression({ callee, arguments: [first] }) {
        if (callee.type !== "MemberExpression" || keyOf(callee.property) !== "consume") return;
        if (first?.type === "Identifier") consumed.add(first.name);
      },
      MemberExpression({ object, property }) {
        const sender = senderOf(object.type === "MemberExpression" ? object.property : object);
        const method = keyOf(property);
        if (sender !== undefined && !methods.includes(method)) sent.add(`${sender}.${method}`);
      },
      VariableDeclarator({ id, init }) {
        const sender = init && senderOf(init);
        if (id.type !== "ObjectPattern" || !sender) return;
        for (const one of id.properties) if (one.type === "Property") sent.add(`${sender}.${keyOf(one.key)}`);
      },
    }).visit(parseSync(path, text).program);
  }
  return { consumed, sent };
}

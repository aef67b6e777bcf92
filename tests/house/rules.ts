/** The rules for the sources of this workspace. Each one reports where it is broken and what to do. */
import type { Import, SourceFile, Workspace } from "@orders/stack/testing/workspace";

export interface Finding {
  /** Relative to the root. */
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export type Rule = (workspace: Workspace) => readonly Finding[];

/** A finding for each import for which `check` returns a message. */
function eachImport(
  check: (file: SourceFile, one: Import, workspace: Workspace) => string | undefined,
): Rule {
  return (workspace) =>
    [...workspace.files.values()].flatMap((file) =>
      file.imports.flatMap((one) => {
        const message = check(file, one, workspace);
        return message === undefined ? [] : [{ path: file.path, line: one.line, message }];
      }),
    );
}

/**
 * A finding for each file that imports itself through others. Type imports count, since a reader of one file has to
 * read them all.
 */
export const noCircle: Rule = ({ files, members }) => {
  const filesReached = new Map(
    [...files].map(([path, { imports }]) => [
      path,
      imports.flatMap(({ file }) => (file !== undefined && files.has(file) ? [file] : [])),
    ]),
  );
  const membersReached = new Map<string, string[]>(members.map(({ name }) => [name, []]));
  for (const { member, imports } of files.values()) {
    for (const { package: name } of imports)
      if (name !== undefined && name !== member.name && membersReached.has(name))
        membersReached.get(member.name)?.push(name);
  }
  const manifestOf = (name = "") =>
    `${members.find((member) => member.name === name)?.folder ?? name}/package.json`;
  return [
    ...circlesIn(filesReached).map((circle) => ({ circle, path: circle[0] ?? "" })),
    ...circlesIn(membersReached).map((circle) => ({ circle, path: manifestOf(circle[0]) })),
  ].map(({ circle, path }) => ({
    path,
    line: 1,
    message: `imports itself through ${circle.slice(1).join(", ")}: move what both need into a file of its own`,
  }));
};

/** At least one circle of each group of nodes that reach each other. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function visit(node: string): void {
    const start = path.indexOf(node);
    if (start >= 0) circles.push([...path.slice(start), node]);
    if (start >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of new Set(graph.get(node))) visit(next);
    path.pop();
    done.add(node);
  }
  for (const node of graph.keys()) visit(node);
  return circles;
}

export const noDeepImport = eachImport(
  ({ path, member }, { specifier, file, package: name }, { files, members }) => {
    const owner = members.find((one) => one.name === name);
    if (owner && owner !== member && file === undefined)
      return `"${specifier}" is no entry of the exports of ${owner.name}: use one of ${[...owner.exports.keys()].join(", ")}`;
    if (!specifier.startsWith(".") || file === undefined) return undefined;
    const target = files.get(file)?.member ?? members.find(({ folder }) => file.startsWith(`${folder}/`));
    if (target === member || path === file) return undefined;
    return `"${specifier}" leaves ${member.folder}: import ${target?.name ?? "it"} by name`;
  },
);

const isForTests = /\.test\.ts$|\/(?:testing|contracts|golden)\/|\/drizzle\.config\.ts$/;

/** The page is built where everything is installed; only its server is installed without development dependencies. */
const isBuilt = /^console\/client\//;

/** With Bun's isolated installs, a member can only import what its package.json names. */
export const onlyDeclared = eachImport(({ path, member }, { package: name }) => {
  if (name === undefined || name === member.name || member.dependencies.has(name)) return undefined;
  if (!member.devDependencies.has(name))
    return `imports ${name}, which ${member.folder}/package.json does not name`;
  if (isForTests.test(path) || isBuilt.test(path)) return undefined;
  return `imports ${name}, which ${member.folder}/package.json names for development only: move it to dependencies`;
});

/** Which members each may import. A member that is not listed may import everything that its package.json names. */
const allowed: readonly (readonly [importer: RegExp, imported: readonly string[]])[] = [
  [/^packages\/messaging$/, []],
  [/^packages\/postgres$/, ["packages/messaging"]],
  [/^packages\/service$/, ["packages/messaging", "packages/postgres"]],
  [/^packages\/contract$/, ["packages/messaging"]],
  [/^packages\/asyncapi-template$/, ["packages/messaging", "packages/contract"]],
  [/^packages\//, []],
  [/^generated$/, ["packages/messaging"]],
  [
    /^services\//,
    ["generated", "packages/messaging", "packages/postgres", "packages/service", "tests/contracts"],
  ],
  [/^stack$/, ["generated", "packages/*", "services/*"]],
  [/^tests\/contracts$/, ["generated", "packages/*"]],
];

export const noImportUpwards = eachImport(({ member }, { package: name, specifier }, { members }) => {
  const target = members.find((one) => one.name === name);
  const [, imported] = allowed.find(([importer]) => importer.test(member.folder)) ?? [];
  if (!target || target === member || !imported) return undefined;
  if (imported.some((one) => one === target.folder || one === target.folder.replace(/\/.*/, "/*")))
    return undefined;
  return `${member.folder} must not import "${specifier}": of the members it may import ${imported.join(", ") || "none"}`;
});

/** The generated code of a service is what only that service may send and consume. */
export const ownGeneratedCode = eachImport(({ member }, { specifier }, { members }) => {
  const [, service] = /^services\/(.+)$/.exec(member.folder) ?? [];
  const [, entry] = /^@orders\/generated\/(.+)$/.exec(specifier) ?? [];
  if (service === undefined || entry === undefined || entry === service) return undefined;
  if (!members.some(({ folder }) => folder === `services/${entry}`)) return undefined;
  return `"${specifier}" is what the ${entry} service sends and consumes: use @orders/generated/${service} or /messages`;
});

/** Commands and queries are called by HTTP routes, message handlers and jobs, and must not depend on them. */
export const useCasesKnowNoTransport = eachImport(({ path, text }, { specifier, file = "" }) => {
  const [, service, kind] = /^(services\/[^/]+)\/src\/(commands|queries)\//.exec(path) ?? [];
  if (service === undefined || /\.test\.ts$/.test(path)) return undefined;
  const rooms = ["http", "messages", "jobs"].map((room) => `${service}/src/${room}/`);
  const isTransport =
    /^(?:elysia|amqplib|node:http)(?:\/|$)|^@rabbit-contract\/service\/http(?:\/|$)/.test(specifier) ||
    rooms.some((room) => file.startsWith(room));
  return isTransport && text !== ""
    ? `${kind} know no HTTP and no AMQP: "${specifier}" belongs in http/ or messages/`
    : undefined;
});

const mostLines = 300;
const isData = /(?:^|\/)(?:generated|golden|migrations|releases)\//;

export const shortFiles: Rule = ({ files }) =>
  [...files.values()].flatMap(({ path, text }) => {
    const lines = text.trimEnd().split("\n").length;
    if (lines <= mostLines || isData.test(path)) return [];
    return [
      { path, line: mostLines + 1, message: `has ${lines} lines: split it; a file has at most ${mostLines}` },
    ];
  });

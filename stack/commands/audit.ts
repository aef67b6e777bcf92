/** `make audit`: known vulnerabilities of the packages in bun.lock, as the package registry knows them. */
import { spawnSync } from "node:child_process";
import { root } from "../paths.ts";

/** What comes of an audit. Only a registry that has answered can say that there is nothing. */
export interface AuditResult {
  readonly code: 0 | 1 | 2;
  readonly message: string;
}

/**
 * 0: none is known. 1: some are. 2: nobody could tell, since the registry gave no answer or has no advisories.
 * @param output what `bun audit --json` has printed to stdout
 */
export function resultOf(output: string, errors: string): AuditResult {
  const advisories = advisoriesIn(output);
  if (advisories === undefined) {
    const reason =
      errors
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^error: /, "") || "it printed nothing";
    return {
      code: 2,
      message:
        `it is not known whether there are vulnerabilities: the package registry does not say (${reason}). ` +
        "Try again where the registry of your packages has advisories",
    };
  }
  if (advisories.length === 0)
    return { code: 0, message: "no vulnerability is known in the packages of bun.lock" };
  const lines = advisories.map(
    ({ name, severity, title, url, range }) => `${severity}: ${name} ${range}: ${title} ${url}`,
  );
  return { code: 1, message: [...lines.sort(), `${lines.length} known vulnerabilities`].join("\n") };
}

interface Advisory {
  readonly name: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
  readonly range: string;
}

/** undefined when `output` is no answer of a registry. */
function advisoriesIn(output: string): Advisory[] | undefined {
  try {
    const answer: unknown = JSON.parse(output);
    if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return undefined;
    return Object.entries(answer).flatMap(([name, found]) =>
      [found].flat().map((one) => ({
        name,
        severity: String(one?.severity ?? "unknown"),
        title: String(one?.title ?? ""),
        url: String(one?.url ?? ""),
        range: String(one?.vulnerable_versions ?? ""),
      })),
    );
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { stdout, stderr } = spawnSync(process.execPath, ["audit", "--json"], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  const { code, message } = resultOf(stdout ?? "", stderr ?? "");
  (code === 0 ? console.log : console.error)(message);
  process.exitCode = code;
}

/** GitHub's workflow commands, which create annotations in the files of a pull request. */
import type { Comparison } from "../compare.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { conclusion, counts } from "./words.ts";

const commands: Readonly<Record<Finding["severity"], string>> = {
  error: "error",
  warning: "warning",
  note: "notice",
};

export function annotations(comparison: Comparison): string {
  const lines = findingsOf(comparison).map(({ severity, title, message, file, line }) => {
    const properties = Object.entries({ file, line: String(line), title })
      .map(([key, value]) => `${key}=${property(value)}`)
      .join(",");
    return `::${commands[severity]} ${properties}::${data(message)}`;
  });
  return [...lines, `${counts(comparison)}; ${conclusion(comparison)}`].join("\n");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

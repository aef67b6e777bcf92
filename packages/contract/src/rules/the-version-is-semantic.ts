import { isVersion } from "../compatibility/version.ts";
import { complaint, type Rule } from "./rule.ts";

export const theVersionIsSemantic: Rule = {
  name: "the-version-is-semantic",
  summary:
    "The contract's version is a semantic version, which says what a change does to those who run another.",
  check: ({ version, source }) =>
    isVersion(version)
      ? []
      : [
          complaint(
            source.place("/info/version"),
            `info.version is "${version}", which is not a semantic version`,
            'set it to one such as "1.4.0" or "2.0.0-rc.1"',
          ),
        ],
};

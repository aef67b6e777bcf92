import { Node } from "../model/node.ts";
import { complaint, type Rule } from "./rule.ts";

const wanted = {
  description: "what the system or the application does",
  contact: "whom to ask",
  license: "under which licence it may be used",
  tags: "words to find it by",
};

export const theDocumentIntroducesItself: Rule = {
  name: "the-document-introduces-itself",
  summary: "The document says what it describes, whom to ask, and under which licence it may be used.",
  isAdvice: true,
  check({ source }) {
    const info = new Node(source, "/info");
    return Object.entries(wanted)
      .filter(([key]) => !info.at(key).exists)
      .map(([key, about]) => complaint(info.place, `info has no ${key}`, `add ${key}: ${about}`));
  },
};

/** Markup from template literals; interpolated values are escaped unless they are markup. */

/** Markup that is known to be safe. Only `html` creates it. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  static trusted(markup: string): Html {
    return new Html(markup);
  }

  toString(): string {
    return this.#markup;
  }
}

/** `false` and `undefined` produce nothing, so that `condition && html…` can omit a part. */
export type Content = Html | string | number | false | undefined | readonly Content[];

/**
 * HTML or SVG markup; attribute values must be in double quotes.
 * @example html`<a href="${link}">${title}</a>`
 */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return Html.trusted(strings.reduce((markup, part, index) => markup + render(contents[index - 1]) + part));
}

/** For our own files: a stylesheet, a script. Never for texts of a contract. */
export function trusted(markup: string): Html {
  return Html.trusted(markup);
}

/** JSON for a data block: no text in it can end the `<script>` around it. */
export function jsonForScript(value: unknown): Html {
  return Html.trusted(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

/**
 * Renders the paragraphs and `code` of a description, which in a contract is Markdown; other Markdown stays plain text.
 */
export function prose(text: string): Html[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

/** One line of a description: text, with `code` between backticks. */
export function inline(text: string | undefined): Content[] {
  return (text ?? "")
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.toString();
  if (typeof content === "object") return content.map(render).join("");
  return escaped(String(content));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

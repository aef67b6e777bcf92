/** A message's payload beside its schema, with the place marked that breaks it. */
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Scroll } from "../../parts/scroll.tsx";
import { count } from "../../parts/values.tsx";
import { closest, isIn, type JsonLine, jsonLines, schemaPlace } from "./json-lines.ts";
import type { OpenedLetter } from "./letter-shapes.ts";
import type { Json } from "./payload-schemas.ts";

export function Payload({ letter }: { readonly letter: OpenedLetter }): VNode {
  const { content, type = "", failureReason } = letter;
  const schema = useQuery({
    queryKey: ["schemas", type],
    queryFn: async () => {
      const { schemas } = await import("./schemas.ts");
      // The type of a dead letter may be any text, such as "constructor".
      return Object.hasOwn(schemas, type) ? schemas[type] : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const { value, lines } = useMemo(() => {
    const value = content.encoding === "utf-8" && !content.truncated ? parsed(content.text) : undefined;
    return { value, lines: value === undefined ? [] : jsonLines(value) };
  }, [content.text]);
  if (value === undefined)
    return (
      <>
        <p class="note">
          {content.encoding === "base64" ? "Not UTF-8: shown as base64." : "Not JSON."}
          {(content.truncated || content.text.length > shownRaw) &&
            ` Only the first ${shownRaw.toLocaleString("en")} characters are shown.`}
        </p>
        <Scroll label="Payload" class="json">
          <pre>{content.text.slice(0, shownRaw)}</pre>
        </Scroll>
      </>
    );
  const failing = failingPlace(failureReason);
  const place = failing && closest(value, failing.pointer);
  return (
    <div class="two beside">
      <section>
        <h3>Payload</h3>
        <Code label="Payload" lines={lines} place={place} note={failing?.message} />
      </section>
      {schema !== undefined && schema !== null && (
        <section>
          <h3>
            Schema of <a href={`/catalogue/messages/${type}.html`}>{type}</a>
          </h3>
          <Code
            label="Schema"
            lines={jsonLines(schema)}
            place={failing && schemaPlace(schema, failing.pointer)}
          />
        </section>
      )}
    </div>
  );
}

/** Where the runtime says that the payload breaks its schema: `payload at "/lines/0/quantity" must be …`. */
function failingPlace(reason: string | undefined) {
  const match = /^payload at "([^"]*)" (.*)$/s.exec(reason ?? "");
  if (match === null) return undefined;
  const [, pointer = "", problem = ""] = match;
  return { pointer, message: `${pointer === "" ? "The payload" : pointer} ${problem}` };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface CodeProps {
  readonly label: string;
  readonly lines: readonly JsonLine[];
  readonly place: string | undefined;
  readonly note?: string | undefined;
}

/** Lines at most, and characters of what is not JSON: a payload may have a MiB of them. */
const shown = 2_000;
const shownRaw = 100_000;
/** Lines before the marked one that are shown in any case. */
const before = 200;

function Code({ label, lines, place, note }: CodeProps): VNode {
  const marked = useRef<HTMLElement>(null);
  // Within its own frame: the page stays where it is.
  useEffect(() => {
    const line = marked.current;
    const frame = line?.closest("section.json");
    if (line && frame) frame.scrollTop = line.offsetTop - frame.clientHeight / 3;
  }, [place]);
  const first = lines.findIndex((line) => isIn(line, place));
  const start = first < shown ? 0 : first - before;
  const rest = lines.length - start - shown;
  return (
    <Scroll label={label} class="json">
      <pre>
        {start > 0 && <code>… {count(start, "line")} before</code>}
        {lines.slice(start, start + shown).map((line, index) => {
          const text = "  ".repeat(line.depth) + line.text;
          if (!isIn(line, place)) return <code key={index}>{text}</code>;
          return (
            <mark key={index} ref={start + index === first ? marked : null}>
              {text}
              {start + index === first && note !== undefined && <em> ← {note}</em>}
            </mark>
          );
        })}
        {rest > 0 && <code>… {count(rest, "more line")}</code>}
      </pre>
    </Scroll>
  );
}

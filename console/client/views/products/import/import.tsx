/** Imports products and their first stock from a CSV file: preview, progress, and the errors by line. */
import { useSignal } from "@preact/signals";
import { useMutation } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { queries } from "../../../api/queries.ts";
import { Badge } from "../../../parts/badge.tsx";
import { Button } from "../../../parts/button.tsx";
import { Field } from "../../../parts/field.tsx";
import { Progress } from "../../../parts/progress.tsx";
import { Table } from "../../../parts/table.tsx";
import { count } from "../../../parts/values.tsx";
import { ViewHead } from "../../../parts/view-head.tsx";
import { type Line, mostBytes, readLines } from "./read-lines.ts";
import { type LineResult, sendLines } from "./send-lines.ts";

interface Chosen {
  readonly name: string;
  /** Of its content. */
  readonly id: string;
  readonly lines: readonly Line[];
}

export function Import(): VNode {
  const results = useSignal<ReadonlyMap<number, LineResult>>(new Map());
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const reading = useMutation({ mutationFn: read });
  const sending = useMutation({ mutationFn: send });
  const chosen = reading.data;

  function choose(file: File | undefined): void {
    results.value = new Map();
    if (file) reading.mutate(file);
    else reading.reset();
  }

  async function send({ name, id, lines }: Chosen): Promise<void> {
    stop.current = new AbortController();
    results.value = new Map();
    // Drawn a few times a second, not for each line.
    const arrived = new Map<number, LineResult>();
    const draw = setInterval(() => (results.value = new Map(arrived)), 200);
    try {
      const onResult = (result: LineResult) => arrived.set(result.line.number, result);
      await sendLines({ lines, fileId: id, fileName: name, signal: stop.current.signal, onResult });
    } finally {
      clearInterval(draw);
      results.value = new Map(arrived);
      void queries.invalidateQueries({ queryKey: ["products"] });
    }
  }

  return (
    <>
      <p class="back">
        <Link href="/products">Products and stock</Link>
      </p>
      <ViewHead title="Import products" />
      <div class="filters">
        <Field
          label="CSV file"
          hint="Required columns: sku, name, price, currency. Optional: description, category, threshold, quantity (units received)."
          error={reading.error?.message}
        >
          <input
            type="file"
            accept=".csv,text/csv"
            disabled={sending.isPending}
            onChange={({ currentTarget }) => choose(currentTarget.files?.[0])}
          />
        </Field>
      </div>
      {chosen && (
        <Preview
          chosen={chosen}
          results={results.value}
          running={sending.isPending}
          start={() => sending.mutate(chosen)}
          stop={() => stop.current?.abort()}
        />
      )}
    </>
  );
}

async function read(file: File): Promise<Chosen> {
  if (file.size > mostBytes) throw new Error(`The file is larger than ${mostBytes / 1_000_000} MB; split it`);
  const bytes = await file.arrayBuffer();
  const text = decoded(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { name: file.name, id: digest.toHex().slice(0, 32), lines: await readLines(text) };
}

function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("The file is not in UTF-8; save it as “CSV UTF-8”");
  }
}

interface PreviewProps {
  readonly chosen: Chosen;
  readonly results: ReadonlyMap<number, LineResult>;
  readonly running: boolean;
  start(): void;
  stop(): void;
}

function Preview({ chosen: { lines }, results, running, start, stop }: PreviewProps): VNode {
  const good = lines.filter(({ product }) => product !== undefined);
  const done = [...results.values()];
  const of = (outcome: LineResult["outcome"]) => done.filter((one) => one.outcome === outcome).length;
  const finished = done.length > 0 && !running;
  return (
    <>
      <div class="view-head">
        <p role="status">
          {finished
            ? `${of("created")} created, ${of("changed")} changed, ${of("unchanged")} unchanged, ${of("failed")} failed.`
            : `${count(good.length, "line")} can be imported, ${count(lines.length - good.length, "line")} cannot be.`}
        </p>
        <div class="actions">
          {running ? (
            <Button onClick={stop}>Stop</Button>
          ) : (
            <Button kind="primary" disabled={good.length === 0} onClick={start}>
              {finished ? "Import again" : `Import ${count(good.length, "line")}`}
            </Button>
          )}
        </div>
      </div>
      {(running || finished) && <Progress label="Lines" done={done.length} of={lines.length} />}
      <p class="note">
        Importing the same file again within a day changes nothing: products that already match are skipped,
        and each quantity is received once.
      </p>
      <Table
        label="lines"
        keyOf={({ number }) => String(number)}
        rows={lines}
        columns={[
          { title: "Line", cell: ({ number }) => number, align: "end" },
          { title: "SKU", cell: ({ texts }) => texts.sku ?? "" },
          { title: "Name", cell: ({ texts }) => texts.name ?? "", wide: true },
          {
            title: "Price",
            cell: ({ texts }) => `${texts.price ?? ""} ${texts.currency ?? ""}`,
            align: "end",
            wide: true,
          },
          { title: "Quantity", cell: ({ quantity }) => quantity, align: "end", wide: true },
          {
            title: "Status",
            width: "long",
            cell: (line) => <State line={line} result={results.get(line.number)} />,
          },
        ]}
      />
    </>
  );
}

interface StateProps {
  readonly line: Line;
  readonly result: LineResult | undefined;
}

function State({ line, result }: StateProps): VNode {
  const failure = result?.failure ?? (line.errors.length > 0 ? line.errors.join("; ") : undefined);
  if (failure !== undefined)
    return (
      <>
        <Badge tone="bad">{result ? "failed" : "invalid"}</Badge> <span title={failure}>{failure}</span>
      </>
    );
  if (result === undefined) return <Badge tone="plain">ready</Badge>;
  return <Badge tone={result.outcome === "unchanged" ? "plain" : "good"}>{result.outcome}</Badge>;
}

import type { ComponentChildren, VNode } from "preact";
import { Link } from "wouter-preact";
import { Failed, Loading } from "./states.tsx";
import { ViewHead } from "./view-head.tsx";

interface Props<Data> {
  /** The way back to the list. */
  readonly list: { readonly href: string; readonly title: string };
  /** What it is: "order". */
  readonly what: string;
  readonly id: string;
  readonly read: {
    readonly data: Data | undefined;
    readonly error: unknown;
    refetch(): unknown;
  };
  children(data: Data): ComponentChildren;
}

/** The view of one thing, or why it cannot be shown. */
export function One<Data>({ list, what, id, read, children }: Props<Data>): VNode {
  const { data, error, refetch } = read;
  return (
    <>
      <p class="back">
        <Link href={list.href}>{list.title}</Link>
      </p>
      {data === undefined && (
        <>
          <ViewHead title={`${what[0]?.toUpperCase()}${what.slice(1)}`} code={id} />
          {!error && <Loading what={`the ${what}`} />}
        </>
      )}
      {!!error && <Failed error={error} retry={refetch} />}
      {data !== undefined && children(data)}
    </>
  );
}

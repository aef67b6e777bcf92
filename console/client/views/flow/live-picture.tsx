/** The topology, alive: each box with its numbers, each route with marks that move as messages do. */
import type { VNode } from "preact";
import { Link, useSearchParams } from "wouter-preact";
import type { RouteFlow } from "../../../src/shapes.ts";
import { Details } from "./details.tsx";
import { flow } from "./flow-state.ts";
import { NodeBox } from "./nodes.tsx";
import { picture } from "./picture.ts" with { type: "macro" };
import type { PictureEdge, PictureNode } from "./picture.ts";
import { rateOf } from "./words.ts";

const { width, height, headings, nodes, edges } = await picture();
const nodesById = new Map(nodes.map((node) => [node.id, node]));

/** With the details of the part that the address names. */
export function LivePicture(): VNode {
  const [parameters] = useSearchParams();
  const part = parameters.get("part");
  return (
    <>
      <section class="scroll picture-frame" aria-label="Picture of the flow">
        <svg
          class="picture topology flow"
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          aria-label="Services, exchanges, routing keys and queues, from the left to the right"
        >
          {headings.map(({ x, text }) => (
            <text key={x} class="heading" x={x + 16} y={26}>
              {text}
            </text>
          ))}
          <g transform="translate(16 50)">
            {edges.map((edge) => (
              <Edge key={`${edge.from} ${edge.to}`} edge={edge} perSecond={rateAlong(edge)} />
            ))}
          </g>
          <g transform="translate(16 50)">
            {nodes.map((node) => (
              <g
                key={node.id}
                class={`node ${node.kind} ${node.hue} ${node.id === part ? "chosen" : ""}`}
                transform={`translate(${node.x} ${node.y})`}
              >
                <Link
                  href={node.id === part ? "?" : `?part=${encodeURIComponent(node.id)}`}
                  aria-current={node.id === part ? "true" : undefined}
                >
                  <title>{nameOf(node)}</title>
                  <NodeBox node={node} />
                </Link>
              </g>
            ))}
          </g>
        </svg>
      </section>
      {part !== null && flow.value && <Details part={part} state={flow.value} />}
    </>
  );
}

/** For screen readers, which would read all texts in the box as one. The tables have the numbers. */
function nameOf({ kind, name }: PictureNode): string {
  if (kind === "producer") return `service ${name} as publisher`;
  if (kind === "consumer") return `service ${name} as consumer`;
  return `${kind === "key" ? "routing key" : kind} ${name}`;
}

/** Messages a second along an edge. */
function rateAlong({ from, to }: PictureEdge): number {
  const [source, target] = [nodesById.get(from), nodesById.get(to)];
  if (!source || !target) return 0;
  if (source.kind === "queue")
    return flow.value?.queues.find(({ name }) => name === source.name)?.outPerSecond ?? 0;
  const key = source.kind === "key" ? source : target;
  const along = ({ exchange, routingKey, from }: RouteFlow) =>
    key.kind === "key"
      ? exchange === key.owner && routingKey === key.name
      : from === source.name && exchange === target.name;
  return rateOf(flow.value?.routes.filter(along)) ?? 0;
}

/** Seconds that a mark takes. */
const travel = 1.6;

function Edge({ edge, perSecond }: { readonly edge: PictureEdge; readonly perSecond: number }): VNode {
  // Few marks say enough: one for each doubling.
  const marks = perSecond > 0 ? Math.min(7, Math.ceil(Math.log2(1 + perSecond))) : 0;
  const id = `way-${edges.indexOf(edge)}`;
  return (
    <g class={edge.hue}>
      <path class={perSecond > 0 ? "edge busy" : "edge"} d={edge.path} />
      <path id={id} class="way" d={edge.way} />
      {Array.from({ length: marks }, (_, index) => (
        <circle key={`${marks} ${index}`} class="mark" r="3">
          <animateMotion
            dur={`${travel}s`}
            begin={`${((-index * travel) / marks).toFixed(2)}s`}
            repeatCount="indefinite"
          >
            <mpath href={`#${id}`} />
          </animateMotion>
        </circle>
      ))}
    </g>
  );
}

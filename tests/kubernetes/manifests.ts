/** The rendered overlays of deploy/kubernetes, and functions to inspect them. */
import { join } from "node:path";
import { root } from "@orders/stack";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { parseAllDocuments } from "yaml";
import { kubectl } from "./kubectl.ts";

export const overlays = ["production", "local"] as const;
export type Overlay = (typeof overlays)[number];

export interface Manifest<Spec = Readonly<Record<string, unknown>>> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Spec;
  readonly data?: Readonly<Record<string, string>>;
}

const rendered = new Map<Overlay, readonly Manifest[]>();

export function manifestsOf(overlay: Overlay): readonly Manifest[] {
  const known = rendered.get(overlay);
  if (known) return known;
  const text = kubectl("kustomize", join(root, "deploy/kubernetes/overlays", overlay));
  const manifests = parseAllDocuments(text).map((document): Manifest => document.toJS());
  rendered.set(overlay, manifests);
  return manifests;
}

/** The objects of one kind, with the type of their `spec`. */
export function ofKind<Spec>(overlay: Overlay, kind: string): readonly Manifest<Spec>[] {
  return manifestsOf(overlay).filter((one) => one.kind === kind) as unknown as readonly Manifest<Spec>[];
}

type Named = { readonly name: string } | { readonly metadata: { readonly name: string } };

export function named<One extends Named>(all: readonly One[], name: string): One {
  const nameOf = (one: Named) => ("metadata" in one ? one.metadata.name : one.name);
  const found = all.find((one) => nameOf(one) === name);
  if (found) return found;
  throw new Error(`${name} is not among ${all.map(nameOf).join(", ")}`);
}

interface Template {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: IPodSpec;
  };
}

/** Pods that the manifests define completely, unlike those that operators create from a few settings. */
export interface Workload {
  readonly kind: "Deployment" | "Job";
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: IPodSpec;
  readonly container: IPodSpec["containers"][number];
}

export function workloadsOf(overlay: Overlay): Workload[] {
  return (["Deployment", "Job"] as const).flatMap((kind) =>
    ofKind<Template>(overlay, kind).map(({ metadata: { name }, spec: { template } }) => {
      const [container, ...others] = template.spec.containers;
      if (!container || others.length > 0) throw new Error(`${name} has more than one container`);
      return { kind, name, labels: template.metadata.labels, pod: template.spec, container };
    }),
  );
}

/** Workloads that run our own programs. */
export function ownWorkloads(overlay: Overlay): Workload[] {
  return workloadsOf(overlay).filter(({ labels }) => labels["app.kubernetes.io/component"] !== undefined);
}

/** The variables of a container, with those of its ConfigMaps. */
export function environmentOf(overlay: Overlay, { container }: Workload): Record<string, string> {
  const maps = ofKind(overlay, "ConfigMap");
  return Object.assign(
    {},
    ...(container.envFrom ?? []).map(({ configMapRef }) => named(maps, configMapRef?.name ?? "").data),
    Object.fromEntries(
      (container.env ?? []).map(({ name, value = "", valueFrom }) => {
        const { name: map, key = "" } = valueFrom?.configMapKeyRef ?? {};
        return [name, map === undefined ? value : (named(maps, map).data?.[key] ?? "")];
      }),
    ),
  );
}

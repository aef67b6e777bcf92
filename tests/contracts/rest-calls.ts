/** The REST calls of a service, from its OpenAPI document. */

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** As `GET /orders/{orderId}`, without the operators' calls that every service has. */
export async function restCallsOf(url: string): Promise<string[]> {
  const response = await fetch(`${url}/openapi/json`);
  const { paths }: Document = await response.json();
  return Object.entries(paths)
    .filter(([path]) => !path.startsWith("/health/"))
    .flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    .sort();
}

/** Whether a request is one of `call`. */
export function isCall(call: string, request: { readonly method: string; readonly path: string }): boolean {
  const [method, template = ""] = call.split(" ");
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+");
  return method === request.method && new RegExp(`^${pattern}$`).test(request.path);
}

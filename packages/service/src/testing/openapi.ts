/** What every service's OpenAPI document must hold; used by the tests of each. */

const METHODS = ["get", "put", "post", "delete", "patch"];

/** What is wrong with an OpenAPI 3.1 document, each finding with its place; empty when it is valid. */
export function checkOpenApi(document: unknown): string[] {
  const problems: string[] = [];
  const at = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  const entries = (value: unknown) =>
    Object.entries(typeof value === "object" && value !== null ? value : {});
  const require = (fine: unknown, problem: string) => void (fine || problems.push(problem));
  const isText = (value: unknown) => typeof value === "string" && value.length > 0;

  require(/^3\.1\.\d+$/.test(String(at(document, "openapi"))), "openapi: not 3.1");
  for (const key of ["title", "version"]) require(isText(at(at(document, "info"), key)), `info: no ${key}`);

  const ids = new Set<unknown>();
  for (const [path, item] of entries(at(document, "paths"))) {
    require(path.startsWith("/"), `${path}: does not start with a slash`);
    for (const [method, operation] of entries(item)) {
      const place = `${method} ${path}`;
      require(METHODS.includes(method), `${place}: no such method`);
      require(isText(at(operation, "summary")), `${place}: no summary`);
      const id = at(operation, "operationId");
      require(isText(id) && !ids.has(id), `${place}: its operationId "${id}" is missing or taken`);
      ids.add(id);
      checkParameters(operation, path, place);
      if (at(operation, "requestBody") !== undefined)
        checkContent(at(operation, "requestBody"), `${place} requestBody`);
      const responses = entries(at(operation, "responses"));
      require(responses.some(([status]) => /^2\d\d$/.test(status)), `${place}: no response for success`);
      for (const [status, response] of responses) {
        require(/^([1-5]\d\d|default)$/.test(status), `${place}: "${status}" is no status`);
        require(isText(at(response, "description")), `${place} ${status}: no description`);
        if (/^[23]/.test(status)) {
          if (at(response, "content") !== undefined) checkContent(response, `${place} ${status}`);
        } else if (status !== "503" || !at(at(response, "content"), "application/json")) {
          require(at(
            at(response, "content"),
            "application/problem+json",
          ), `${place} ${status}: no problem document`);
        }
      }
    }
  }
  checkReferences(document, "");
  return problems;

  function checkParameters(operation: unknown, path: string, place: string): void {
    const parameters = entries(at(operation, "parameters")).map(([, parameter]) => parameter);
    const named = (where: string) =>
      parameters.filter((one) => at(one, "in") === where).map((one) => String(at(one, "name")));
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    require(named("path").join() === inPath.join(), `${place}: its path parameters are ${named("path")}`);
    for (const parameter of parameters) {
      const name = at(parameter, "name");
      require(["path", "query", "header"].includes(
        String(at(parameter, "in")),
      ), `${place} ${name}: in nothing`);
      require(typeof at(parameter, "required") === "boolean", `${place} ${name}: not said whether required`);
      require(at(parameter, "schema"), `${place} ${name}: no schema`);
    }
  }

  function checkContent(holder: unknown, place: string): void {
    const content = entries(at(holder, "content"));
    require(content.length > 0, `${place}: no content`);
    for (const [type, media] of content) {
      require(type.includes("/"), `${place}: "${type}" is no media type`);
      require(at(media, "schema"), `${place}: no schema`);
      require(entries(at(at(media, "schema"), "examples")).length > 0, `${place}: no example`);
    }
  }

  function checkReferences(value: unknown, pointer: string): void {
    const reference = at(value, "$ref");
    if (typeof reference === "string") {
      const [, ...keys] = reference.split("/");
      const target = keys.reduce(at, document);
      require(reference.startsWith("#/") && target !== undefined, `${pointer}: "${reference}" leads nowhere`);
    }
    for (const [key, child] of entries(value)) checkReferences(child, `${pointer}/${key}`);
  }
}

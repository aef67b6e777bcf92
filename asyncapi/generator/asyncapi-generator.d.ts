/** The part of @asyncapi/generator that is used here; the package ships no types. */
declare module "@asyncapi/generator" {
  interface Options {
    /** Write into a folder that is not empty. */
    readonly forceWrite?: boolean;
    /** Transpile the template first; false takes the `__transpiled` folder as it is. */
    readonly compile?: boolean;
    readonly templateParams?: Readonly<Record<string, string>>;
  }

  export default class Generator {
    /** @param template folder of the template; @param target folder to write into */
    constructor(template: string, target: string, options?: Options);
    /** @param document what @asyncapi/parser made of an AsyncAPI document */
    generate(document: import("@asyncapi/parser").AsyncAPIDocumentInterface): Promise<void>;
  }
}

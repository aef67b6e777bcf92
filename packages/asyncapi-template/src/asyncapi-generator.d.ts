/** The part of @asyncapi/generator that is used here; the package ships no types. */
declare module "@asyncapi/generator" {
  interface Options {
    /** Write into a folder that is not empty. */
    readonly forceWrite?: boolean;
  }

  export default class Generator {
    /** @param template folder of the template; @param target folder to write into */
    constructor(template: string, target: string, options?: Options);
    generateFromString(document: string): Promise<void>;
  }
}

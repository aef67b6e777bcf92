import { File } from "@asyncapi/generator-react-sdk";
import { generatedFiles } from "../src/generated-files.ts";

export default function ({ asyncapi, params }) {
  return [...generatedFiles(asyncapi, params)].map(([path, text]) => <File name={path}>{text}</File>);
}

import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, definitionsFile } from "#emit";

export default function ({ originalAsyncAPI, params }) {
  return <File name="definitions.json">{definitionsFile(contractOf(originalAsyncAPI, params.source))}</File>;
}

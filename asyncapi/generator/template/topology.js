import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, topologyFile } from "#emit";

export default function ({ originalAsyncAPI, params }) {
  return <File name="topology.ts">{topologyFile(contractOf(originalAsyncAPI, params.source))}</File>;
}

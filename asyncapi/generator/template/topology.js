import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, topologyFile } from "#emit";

export default function ({ params }) {
  return <File name="topology.ts">{topologyFile(contractOf(params.text, params.file))}</File>;
}

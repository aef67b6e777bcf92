import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, definitionsFile } from "#emit";

export default function ({ params }) {
  return <File name="definitions.json">{definitionsFile(contractOf(params.text, params.file))}</File>;
}

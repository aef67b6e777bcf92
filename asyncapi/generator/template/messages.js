import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, messagesFile } from "#emit";

export default function ({ params }) {
  return <File name="messages.ts">{messagesFile(contractOf(params.text, params.file))}</File>;
}

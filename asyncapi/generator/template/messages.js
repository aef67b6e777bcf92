import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, messagesFile } from "#emit";

export default function ({ originalAsyncAPI, params }) {
  return <File name="messages.ts">{messagesFile(contractOf(originalAsyncAPI, params.source))}</File>;
}

import { File } from "@asyncapi/generator-react-sdk";
import { filesIn } from "#files";

export default function ({ asyncapi, params }) {
  return filesIn(".", asyncapi, params).map(({ name, text }) => <File name={name}>{text}</File>);
}

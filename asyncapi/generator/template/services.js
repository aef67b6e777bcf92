import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, serviceFile } from "#emit";

export default function ({ params }) {
  const contract = contractOf(params.text, params.file);
  return contract.services.map((service) => (
    <File name={`${service.name}.ts`}>{serviceFile(contract, service)}</File>
  ));
}

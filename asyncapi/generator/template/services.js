import { File } from "@asyncapi/generator-react-sdk";
import { contractOf, serviceFile } from "#emit";

export default function ({ originalAsyncAPI, params }) {
  const contract = contractOf(originalAsyncAPI, params.source);
  return contract.services.map((service) => (
    <File name={`${service.name}.ts`}>{serviceFile(contract, service)}</File>
  ));
}

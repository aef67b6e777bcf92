/** Reads an AsyncAPI document into the model of `contract.ts`, with defaults for what it leaves out. */
import type { Contract } from "./contract.ts";
import { ContractError, checkDocument, checkExtensions, type Finding } from "./document.ts";
import { exceptionsOf } from "./model/exceptions.ts";
import { ModelFindings } from "./model/findings.ts";
import { Messages } from "./model/messages.ts";
import { Node } from "./model/node.ts";
import { operationsOf } from "./model/operations.ts";
import { SchemaNames } from "./model/schemas.ts";
import { servicesOf, viewOf } from "./model/services.ts";
import { isKnownVersion } from "./reading/asyncapi-schema.ts";
import { firstOfEach, withoutConsequences } from "./reading/consequences.ts";
import { protocolFindings } from "./reading/protocol.ts";
import { readSource, type SourceOptions } from "./reading/remote.ts";
import type { Source } from "./source.ts";

/**
 * Reads a contract whose document is valid AsyncAPI with valid `x-rabbitmq` extensions.
 * @throws ContractError with all that AsyncAPI's schema, the extension's and the model do not allow
 */
export async function readContract(...document: Parameters<typeof readDraft>): Promise<Contract> {
  return complete(await readDraft(...document));
}

/**
 * The same for the lint, which reports what could not be read together with everything else.
 * @throws ContractError for a document that is not YAML, or of another version or protocol
 */
export async function readDraft(file: string, options?: SourceOptions): Promise<Contract> {
  const source = await readSource(file, { ...options, isDraft: true });
  const invalid = firstOfEach([...source.unread, ...checkDocument(source), ...checkExtensions(source)]);
  // The model cannot read documents of another version or protocol.
  const foreign = isKnownVersion(source.written) ? protocolFindings(source) : invalid;
  if (foreign.length > 0) throw new ContractError([...new Set([...invalid, ...foreign])]);
  const { contract } = readModel(source);
  return { ...contract, invalid, unread: withoutConsequences(contract.unread, invalid, source) };
}

/**
 * The model of a document that is known to be valid.
 * @throws ContractError with all that keeps the document from being read as a contract
 */
export function buildContract(source: Source): Contract {
  return complete(readModel(source).contract);
}

function complete(contract: Contract): Contract {
  const findings = [...contract.invalid, ...contract.unread];
  if (findings.length > 0) throw new ContractError(findings);
  return contract;
}

/** The model of a document that is known to be valid, without the parts that have findings. */
export function readModel(source: Source): { readonly contract: Contract; readonly findings: Finding[] } {
  const document = new Node(source, "");
  const findings = new ModelFindings();
  const services = servicesOf(document);
  const names = new SchemaNames(document);
  const messages = new Messages(document, names, findings);
  const operations = operationsOf({ document, services, messages, findings });
  const { routes } = operations;
  const info = document.at("info");
  const contract: Contract = {
    source,
    title: info.text("title") ?? "",
    version: info.text("version") ?? "",
    view: viewOf(document, services),
    services,
    exceptions: exceptionsOf(document),
    exchanges: [...new Map(routes.map((route) => [route.exchange.name, route.exchange])).values()],
    messages: messages.all,
    schemas: names.schemas,
    schemaPointers: names.pointers,
    ...operations,
    invalid: [],
    unread: findings.all,
  };
  return { contract, findings: findings.all };
}

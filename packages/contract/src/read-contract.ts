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
import { protocolFindings } from "./reading/protocol.ts";
import { readSource, type SourceOptions } from "./reading/remote.ts";
import type { Source } from "./source.ts";

/**
 * Reads a contract whose document is valid AsyncAPI with valid `x-rabbitmq` extensions.
 * @throws ContractError with all findings of AsyncAPI's schema or the extension's, or with those of the model
 */
export async function readContract(...document: Parameters<typeof readDraft>): Promise<Contract> {
  return complete(await readDraft(...document));
}

/**
 * The same for the lint, which reports what could not be read together with all else.
 * @throws ContractError with all findings of AsyncAPI's schema or the extension's
 */
export async function readDraft(file: string, options?: SourceOptions): Promise<Contract> {
  const source = await readSource(file, options);
  const invalid = [...checkDocument(source), ...checkExtensions(source)];
  const findings = invalid.length > 0 ? invalid : protocolFindings(source);
  if (findings.length > 0) throw new ContractError(findings);
  return readModel(source).contract;
}

/**
 * The model of a document that is known to be valid.
 * @throws ContractError with all that keeps the document from being read as a contract
 */
export function buildContract(source: Source): Contract {
  return complete(readModel(source).contract);
}

function complete(contract: Contract): Contract {
  if (contract.unread.length > 0) throw new ContractError(contract.unread);
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
    unread: findings.all,
  };
  return { contract, findings: findings.all };
}

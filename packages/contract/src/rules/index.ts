/** The lint: constraints beyond AsyncAPI that generated code needs to lose no message. */
import type { Contract } from "../contract.ts";
import { type Finding, inOrder, onePerCause } from "../finding.ts";
import { isWhole, withoutConsequences } from "../reading/consequences.ts";
import { addressesFitTheirExchange } from "./addresses-fit-their-exchange.ts";
import { argumentsLoseNoMessage } from "./arguments-lose-no-message.ts";
import { batchesFitThePrefetch } from "./batches-fit-the-prefetch.ts";
import { bindingsAreFed } from "./bindings-are-fed.ts";
import { consumedQueuesAreQuorum } from "./consumed-queues-are-quorum.ts";
import { correlationIdsAreStrings } from "./correlation-ids-are-strings.ts";
import { defaultExchangeIsUnused } from "./default-exchange-is-unused.ts";
import { defaultsValidate } from "./defaults-validate.ts";
import { everythingIsDescribed } from "./everything-is-described.ts";
import { examplesValidate } from "./examples-validate.ts";
import { exchangesAreDurable } from "./exchanges-are-durable.ts";
import { exchangesHaveOneOwner } from "./exchanges-have-one-owner.ts";
import { headersCarryTheContext } from "./headers-carry-the-context.ts";
import { messagesHaveExamples } from "./messages-have-examples.ts";
import { messagesMatchBindings } from "./messages-match-bindings.ts";
import { messagesReachAQueue } from "./messages-reach-a-queue.ts";
import { namesAreUnique } from "./names-are-unique.ts";
import { namesFitGeneratedCode } from "./names-fit-generated-code.ts";
import { nothingIsUnused } from "./nothing-is-unused.ts";
import { operationsNameAService } from "./operations-name-a-service.ts";
import { operationsUseTheirChannelsMessages } from "./operations-use-their-channels-messages.ts";
import { judged, type Profile } from "./profile.ts";
import { queuesAreBound } from "./queues-are-bound.ts";
import { queuesAreConsumed } from "./queues-are-consumed.ts";
import { queuesAreDeadLettered } from "./queues-are-dead-lettered.ts";
import { quorumQueuesAreDurable } from "./quorum-queues-are-durable.ts";
import { requestsAreAnswered } from "./requests-are-answered.ts";
import { retryTiersAreTheirOwn } from "./retry-tiers-are-their-own.ts";
import { isClosed, type Rule } from "./rule.ts";
import { schemasAreEnforced } from "./schemas-are-enforced.ts";
import { settingsAreHonoured } from "./settings-are-honoured.ts";
import { theDocumentIntroducesItself } from "./the-document-introduces-itself.ts";
import { theVersionIsSemantic } from "./the-version-is-semantic.ts";

export type { Profile } from "./profile.ts";
export type { Rule } from "./rule.ts";

export const rules: readonly Rule[] = [
  settingsAreHonoured,
  theVersionIsSemantic,
  batchesFitThePrefetch,
  argumentsLoseNoMessage,
  messagesReachAQueue,
  messagesMatchBindings,
  bindingsAreFed,
  addressesFitTheirExchange,
  requestsAreAnswered,
  nothingIsUnused,
  queuesAreBound,
  queuesAreConsumed,
  queuesAreDeadLettered,
  retryTiersAreTheirOwn,
  consumedQueuesAreQuorum,
  quorumQueuesAreDurable,
  exchangesAreDurable,
  exchangesHaveOneOwner,
  defaultExchangeIsUnused,
  operationsNameAService,
  operationsUseTheirChannelsMessages,
  namesAreUnique,
  namesFitGeneratedCode,
  headersCarryTheContext,
  correlationIdsAreStrings,
  schemasAreEnforced,
  examplesValidate,
  defaultsValidate,
  messagesHaveExamples,
  everythingIsDescribed,
  theDocumentIntroducesItself,
];

/**
 * All findings of a contract, in document order; a problem shared by several parts of the document gives one finding.
 */
export function lint(contract: Contract, profile: Profile = {}): Finding[] {
  const hasBothEnds = isClosed(contract);
  const hasAll = isWhole(contract.invalid);
  const broken = rules
    .filter(({ closedWorld, comparesParts }) => (!closedWorld || hasBothEnds) && (!comparesParts || hasAll))
    .flatMap((rule) => [...rule.check(contract)].map((complaint) => ({ rule: rule.name, ...complaint })));
  const { unread, invalid } = contract;
  const findings: Finding[] = [...unread, ...withoutConsequences(broken, invalid, contract.source)];
  const distinct = new Map(findings.map((finding) => [`${finding.pointer}\n${finding.message}`, finding]));
  const errors = invalid.map((finding): Finding => ({ ...finding, severity: "error" }));
  const all = [...onePerCause(errors), ...judged([...distinct.values()], contract, rules, profile)];
  return inOrder(all, contract.source.file);
}

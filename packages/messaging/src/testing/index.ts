/** What tests of code over RabbitMQ need: a real broker's virtual host, conditions to wait for, faults to inject. */

export { encodeAnswer, encodeOutboxMessage, encodeRequest } from "../publish/encode.ts";
export { directReplyTo } from "../request/reply-to.ts";
export { CertificateAuthority, type IssuedCertificate } from "./certificates.ts";
export { stoppedClock } from "./clock.ts";
export { deadMessage, finish, putDeadMessages } from "./dead-messages.ts";
export { serverUrl, uniqueName } from "./environment.ts";
export { job, jobsQueue, MessagingFixture } from "./fixtures.ts";
export { type Handling, handleMessage } from "./handle-message.ts";
export { MemoryInbox } from "./memory-inbox.ts";
export { freePort, freePorts, isPortFree } from "./ports.ts";
export { TcpProxy } from "./proxy.ts";
export { RecordingLog } from "./recording-log.ts";
export { changedUrl } from "./urls.ts";
export {
  type BrokerBinding,
  type BrokerExchange,
  type BrokerMessage,
  type BrokerQueue,
  type TestVirtualHost,
  testVirtualHost,
} from "./virtual-host.ts";
export { eventually, StopWaiting, waitFor, waitForAll } from "./wait.ts";

/** Kafka did not answer. The same call may succeed later. */
export class KafkaUnavailable extends Error {
  override readonly name = 'KafkaUnavailable';
  readonly retriable = true;
}

/** Failures of the client by which it says that no broker answered, or not in time. */
const SILENCE: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSConnectionClosedException',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSNoBrokerAvailableError',
]);
/** What the client says by a nameless error when the connection is lost between its look at it and a request. */
const LOST = 'Broker not connected';
/** What only another setting mends. */
const MISCONFIGURED = /certificate|SSL|TLS|EPROTO/i;

/** Types a failure of the client; what is no silence of the brokers (a refused login, a missing topic) stays as it is. */
export function kafkaError(error: unknown): unknown {
  const chain = [error, (error as { readonly cause?: unknown }).cause];
  const silent = chain.find(link => link instanceof Error && isSilence(link));
  if (!(silent instanceof Error) || MISCONFIGURED.test(silent.message)) return error;
  return new KafkaUnavailable(`no broker answers (${silent.message}).`, { cause: error });
}

function isSilence(error: Error): boolean {
  return SILENCE.has(error.name) || error.message === LOST || isPassing(error);
}

/** An answer that says "not now": a coordinator or leader that is being chosen. */
function isPassing(error: Error): boolean {
  return (
    error.name === 'KafkaJSProtocolError' && (error as { readonly retriable?: unknown }).retriable === true
  );
}

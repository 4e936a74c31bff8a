/** The inner modules of kafkajs that are replaced in part; the package declares no types for them. */

/** See fetch-response.ts. */
declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  const response: { decode: (payload: Buffer) => Promise<unknown> };
  export = response;
}

/** See hand-over.ts. */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  class ConsumerGroup {
    joinAndSync(): Promise<void>;
    heartbeat(options: { interval: number }): Promise<void>;
  }
  export = ConsumerGroup;
}

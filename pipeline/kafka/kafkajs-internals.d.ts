/** The one inner module of kafkajs that is replaced in part (see fetch-response.ts); the package declares no types for it. */
declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  const response: { decode: (payload: Buffer) => Promise<unknown> };
  export = response;
}

/** The part of kafkajs 2.2.4 that catalog/kafkajs-queue.ts changes and that is not in its own types. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  class RequestQueue {
    readonly pending: unknown[];
    scheduleCheckPendingRequests: (this: RequestQueue) => void;
  }
  export = RequestQueue;
}

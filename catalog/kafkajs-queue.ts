import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

/**
 * Lets kafkajs rest where nothing waits to be sent. Version 2.2.4 looks into the queue of every open connection again each
 * millisecond, with a timer of a negative delay: that costs some four percent of a core for each, and since version 24 Node
 * prints a TimeoutNegativeWarning to whoever runs the program (github.com/tulios/kafkajs/issues/1704 and 1751, without a release
 * since). Call it before a client is made; a second call changes nothing.
 */
export function restIdleQueues(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}

/** Node's own `fetch`, which VS Code keeps when it puts one of its own in its place. */
interface EditorGlobals {
  readonly __vscodeOriginalFetch?: typeof fetch;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * What sends requests to `uri`. The editor's `fetch` looks for a proxy and, before the first request of all, reads every
 * certificate of the system, which holds its extensions up for a tenth of a second. Plain HTTP within this machine needs
 * neither and goes by Node's own; everything else goes by the editor's.
 */
export function fetchFor(uri: string): typeof fetch {
  const own = (globalThis as EditorGlobals).__vscodeOriginalFetch;
  return own !== undefined && isPlainLoopback(uri) ? own : globalThis.fetch;
}

function isPlainLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && LOOPBACK.test(hostname);
}

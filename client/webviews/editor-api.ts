/** The page's way to the extension: messages in both directions. `T` is what the page may say beside `ready`. */
export interface EditorApi<T> {
  postMessage(message: T | { readonly kind: 'ready' }): void;
}

declare function acquireVsCodeApi(): EditorApi<unknown>;

/** Listens to the extension and tells it that the page is there. Called once per page. */
export function connectEditor<FromPage, ToPage>(onMessage: (message: ToPage) => void): EditorApi<FromPage> {
  const api = acquireVsCodeApi() as EditorApi<FromPage>;
  window.addEventListener('message', (event: MessageEvent<ToPage>) => onMessage(event.data));
  api.postMessage({ kind: 'ready' });
  return api;
}

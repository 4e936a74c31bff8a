import { optional, readArray, readObject, readString } from '../json.ts';
import { type NessieConnection, refPath, requestNessie } from './connection.ts';
import { keyToPathString, parseContent, parseKey } from './content.ts';
import { type PageOptions, readPages } from './pages.ts';
import { parseReference } from './references.ts';
import type { Content, ContentKey, DiffEntry, Entry, Reference, RefSpec } from './types.ts';

export interface EntryOptions extends PageOptions {
  /** Also load what stands behind each key. */
  readonly withContent?: boolean;
  /** Only the key itself and what lies below it. */
  readonly prefix?: ContentKey;
  /** Told once, with the first page: the commit that the whole listing is of. */
  readonly onReference?: (reference: Reference) => void;
}

/** Every namespace, table and view of a reference in key order, page by page. */
export function listEntries(
  connection: NessieConnection,
  ref: RefSpec,
  options: EntryOptions = {},
): AsyncGenerator<Entry> {
  let isFirst = true;
  return readPages(connection, {
    ...options,
    path: `/trees/${refPath(ref)}/entries`,
    query: {
      content: options.withContent === true ? true : undefined,
      'prefix-key': options.prefix === undefined ? undefined : keyToPathString(options.prefix),
    },
    items: 'entries',
    onPage: answer => {
      if (isFirst) options.onReference?.(parseReference(answer['effectiveReference']));
      isFirst = false;
    },
    parse: item => {
      const raw = readObject(item, 'entry');
      const content = optional(raw['content'], 'entry.content', parseContent);
      return {
        key: parseKey(raw['name']),
        kind: readString(raw['type'], 'entry.type'),
        contentId: optional(raw['contentId'], 'entry.contentId', readString) ?? '',
        ...(content === undefined ? {} : { content }),
      };
    },
  });
}

export interface Contents {
  /** The commit that was read: pass its hash to the commit that builds on this. */
  readonly reference: Reference;
  /** In the order of the request; `content` is absent where the key does not exist. */
  readonly items: readonly { readonly key: ContentKey; readonly content?: Content }[];
}

/** Loads what stands behind the given keys, all from one commit. */
export async function getContents(
  connection: NessieConnection,
  ref: RefSpec,
  request: { readonly keys: readonly ContentKey[]; readonly signal?: AbortSignal },
): Promise<Contents> {
  const answer = await requestNessie(connection, {
    method: 'POST',
    path: `/trees/${refPath(ref)}/contents`,
    body: { requestedKeys: request.keys.map(key => ({ elements: key })) },
    signal: request.signal,
  });
  const found = new Map<string, Content>();
  for (const item of readArray(answer['contents'], 'contents')) {
    const raw = readObject(item, 'contents[]');
    found.set(JSON.stringify(parseKey(raw['key'])), parseContent(raw['content']));
  }
  return {
    reference: parseReference(answer['effectiveReference']),
    items: request.keys.map(key => {
      const content = found.get(JSON.stringify(key));
      return content === undefined ? { key } : { key, content };
    }),
  };
}

/** What differs between two references or commits, page by page, in key order. */
export function listDiff(
  connection: NessieConnection,
  between: { readonly from: RefSpec; readonly to: RefSpec },
  options: PageOptions = {},
): AsyncGenerator<DiffEntry> {
  return readPages(connection, {
    ...options,
    path: `/trees/${refPath(between.from)}/diff/${refPath(between.to)}`,
    items: 'diffs',
    parse: item => {
      const raw = readObject(item, 'diff');
      const from = optional(raw['from'], 'diff.from', parseContent);
      const to = optional(raw['to'], 'diff.to', parseContent);
      return {
        key: parseKey(raw['key']),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
    },
  });
}

import { button, element } from './element.ts';

const MAX_HEX_BYTES = 65_536;

/** Shows one value whole: JSON, rows, arrays and maps indented, binary as a hexadecimal dump, anything else as it is. */
export function createCellViewer(
  { name, type, value }: { readonly name: string; readonly type: string; readonly value: string | null },
  close: () => void,
): HTMLElement {
  const title = element('span', { class: 'title' }, `${name} · ${type}`);
  const size = element('span', { class: 'size' }, value === null ? '' : sizeText(value, type));
  const text = element('pre', { tabindex: 0, 'aria-label': `Value of ${name}` }, shownValue(value, type));
  const copy = button('Copy value', () => void navigator.clipboard.writeText(value ?? ''));
  const node = element(
    'section',
    { class: 'viewer', 'aria-label': 'Cell value' },
    element('div', { class: 'viewer-bar' }, title, size, copy, button('Close', close)),
    text,
  );
  node.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
    event.stopPropagation();
  });
  return node;
}

/** Types whose values are shown as `0x` and digits: bytes, and the bytes of sketches. */
const BYTES = /^(varbinary|(p4)?hyperloglog|[qt]digest|setdigest)\b/i;

/** The text of the viewer. */
function shownValue(value: string | null, type: string): string {
  if (value === null) return 'NULL';
  if (BYTES.test(type)) return hexDump(value);
  if (/^(json|row|array|map)\b/.test(type)) return indented(value);
  return value;
}

function sizeText(value: string, type: string): string {
  if (BYTES.test(type)) return `${((value.length - 2) / 2).toLocaleString('en-US')} bytes`;
  return `${value.length.toLocaleString('en-US')} characters`;
}

/**
 * Indents JSON text without reading its numbers, so that each keeps every digit. Text that is no JSON comes out with
 * other line breaks at most.
 */
function indented(json: string): string {
  let depth = 0;
  let out = '';
  const line = (): string => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (const [token] of json.matchAll(
    /"(?:[^"\\]|\\[\s\S])*"?|[[{](?:\s*[\]}])?|[\]}]|,|:|[^\s"[\]{},:]+/g,
  )) {
    if (token === '[' || token === '{') {
      depth++;
      out += token + line();
    } else if (token === ']' || token === '}') {
      depth--;
      out += line() + token;
    } else if (token === ',') out += `,${line()}`;
    else if (token === ':') out += ': ';
    else out += token;
  }
  return out;
}

function hexDump(value: string): string {
  const hex = value.slice(2, 2 + MAX_HEX_BYTES * 2);
  const lines: string[] = [];
  for (let at = 0; at < hex.length; at += 32) {
    const pairs = hex.slice(at, at + 32).match(/../g) ?? [];
    const text = pairs.map(pair => {
      const code = Number.parseInt(pair, 16);
      return code >= 32 && code < 127 ? String.fromCharCode(code) : '.';
    });
    lines.push(`${(at / 2).toString(16).padStart(8, '0')}  ${pairs.join(' ').padEnd(47)}  ${text.join('')}`);
  }
  const rest = (value.length - 2) / 2 - MAX_HEX_BYTES;
  return lines.join('\n') + (rest > 0 ? `\n… ${rest.toLocaleString('en-US')} more bytes` : '');
}

/**
 * Bytes ↔ text without loss. UTF-8 (with or without a byte order mark) and UTF-16 with one are decoded as usual. A byte
 * that is not valid UTF-8 becomes one character of a private range (U+10F880 … U+10F8FF for 0x80 … 0xFF), which stands
 * for exactly that byte when the text is written: a file in an old code page survives an edit of another line.
 */
export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

export type TextEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be';

const ESCAPE_BASE = 0x10f800;
const ESCAPED = /[\u{10F880}-\u{10F8FF}]/u;
const BOMS: Readonly<Record<TextEncoding, readonly number[]>> = {
  'utf-8': [],
  'utf-8-bom': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
};

/** Never fails. `encodeText(decodeText(bytes))` equals `bytes` for every input. */
export function decodeText(bytes: Uint8Array): DecodedText {
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    const text = startsWith(bytes, BOMS[encoding]) ? decodeStrictly(bytes.subarray(2), encoding) : undefined;
    if (text !== undefined) return { text, encoding };
  }
  const encoding = startsWith(bytes, BOMS['utf-8-bom']) ? 'utf-8-bom' : 'utf-8';
  const body = bytes.subarray(BOMS[encoding].length);
  const text = decodeStrictly(body, 'utf-8');
  return { text: text === undefined || ESCAPED.test(text) ? decodeEscaping(body) : text, encoding };
}

/** The bytes of a text as `decodeText` would read them back. */
export function encodeText({ text, encoding }: DecodedText): Uint8Array {
  const body = encoding.startsWith('utf-8') ? encodeEscaping(text) : encodeUtf16(text, encoding);
  const bom = BOMS[encoding];
  if (bom.length === 0) return body;
  const bytes = new Uint8Array(bom.length + body.length);
  bytes.set(bom);
  bytes.set(body, bom.length);
  return bytes;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

function decodeStrictly(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): string | undefined {
  if (encoding !== 'utf-8' && bytes.length % 2 !== 0) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeEscaping(bytes: Uint8Array): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = endOfValidRun(bytes, at);
    if (end > at) parts.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(at, end)));
    const byte = bytes[end];
    if (byte !== undefined) parts.push(String.fromCodePoint(ESCAPE_BASE + byte));
    at = end + 1;
  }
  return parts.join('');
}

function endOfValidRun(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** The length of the well-formed UTF-8 sequence at `at` (Unicode, table 3-7), or 0 when it must be escaped. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes.subarray(at, at + 4);
  const isTail = (byte: number): boolean => byte >= 0x80 && byte <= 0xbf;
  if (b0 < 0x80) return 1;
  if (b0 < 0xc2) return 0;
  if (b0 < 0xe0) return isTail(b1) ? 2 : 0;
  if (b0 < 0xf0) {
    const from = b0 === 0xe0 ? 0xa0 : 0x80;
    const to = b0 === 0xed ? 0x9f : 0xbf;
    return b1 >= from && b1 <= to && isTail(b2) ? 3 : 0;
  }
  if (b0 > 0xf4) return 0;
  const from = b0 === 0xf0 ? 0x90 : 0x80;
  const to = b0 === 0xf4 ? 0x8f : 0xbf;
  if (b1 < from || b1 > to || !isTail(b2) || !isTail(b3)) return 0;
  // A file that already holds a character of the private range keeps it as four escaped bytes.
  const codePoint = ((b0 & 0x07) << 18) | ((b1 & 0x3f) << 12) | ((b2 & 0x3f) << 6) | (b3 & 0x3f);
  return codePoint >= ESCAPE_BASE + 0x80 && codePoint <= ESCAPE_BASE + 0xff ? 0 : 4;
}

function encodeEscaping(text: string): Uint8Array {
  const encoder = new TextEncoder();
  if (!ESCAPED.test(text)) return encoder.encode(text);
  const parts = text.split(/([\u{10F880}-\u{10F8FF}])/u).map(part => {
    const codePoint = part.codePointAt(0) ?? 0;
    return ESCAPED.test(part) ? Uint8Array.of(codePoint - ESCAPE_BASE) : encoder.encode(part);
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function encodeUtf16(text: string, encoding: TextEncoding): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), encoding === 'utf-16le');
  return bytes;
}

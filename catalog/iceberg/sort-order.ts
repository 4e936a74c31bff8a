import { type JsonObject, type JsonValue, readArray, readInteger, readObject, readString } from '../json.ts';
import { parseTransform, type Transform, transformToText } from './partition.ts';

/** By what the rows of a file are ordered. Order 0 is "unsorted" and has no fields. */
export interface SortOrder {
  readonly orderId: number;
  readonly fields: readonly SortField[];
}

/** One field of a sort order (Iceberg specification, "Sorting"). */
export interface SortField {
  readonly sourceId: number;
  readonly transform: Transform;
  readonly direction: 'asc' | 'desc';
  readonly nullOrder: 'nulls-first' | 'nulls-last';
}

/** The order with the id 0, which every table has. */
export const UNSORTED: SortOrder = { orderId: 0, fields: [] };

export function parseSortOrder(value: JsonValue | undefined, path = 'sort-order'): SortOrder {
  const raw = readObject(value, path);
  return {
    orderId: readInteger(raw['order-id'], `${path}.order-id`),
    fields: readArray(raw['fields'], `${path}.fields`).map((item, index) => {
      const at = `${path}.fields[${index}]`;
      const field = readObject(item, at);
      return {
        sourceId: readInteger(field['source-id'], `${at}.source-id`),
        transform: parseTransform(readString(field['transform'], `${at}.transform`)),
        direction:
          readString(field['direction'], `${at}.direction`).toLowerCase() === 'desc' ? 'desc' : 'asc',
        nullOrder:
          readString(field['null-order'], `${at}.null-order`).toLowerCase() === 'nulls-last'
            ? 'nulls-last'
            : 'nulls-first',
      };
    }),
  };
}

export function sortOrderToJson(order: SortOrder): JsonObject {
  return {
    'order-id': order.orderId,
    fields: order.fields.map(field => ({
      transform: transformToText(field.transform),
      'source-id': field.sourceId,
      direction: field.direction,
      'null-order': field.nullOrder,
    })),
  };
}

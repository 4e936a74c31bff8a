import type { ColumnInfo, TableDetails } from './source.ts';

interface PackedDetails {
  /** Different for everything that was ever stored. */
  readonly revision: number;
  readonly details: Omit<TableDetails, 'columns'>;
  /** For each column the ids of its name and type. */
  readonly columns: Uint32Array;
  readonly comments: readonly (string | undefined)[] | undefined;
}

const NO_SUCH_TABLE = 'no such table';

/**
 * Columns and metadata of the tables that were asked for, packed, with equal names and types held once. The tables that
 * were not used for the longest time go first.
 */
export class DetailStore {
  private readonly limit: number;
  private readonly strings: string[] = [];
  private readonly ids = new Map<string, number>();
  private revision = 0;
  private readonly tables = new Map<string, PackedDetails | typeof NO_SUCH_TABLE>();

  constructor(limit = 10_000) {
    this.limit = limit;
  }

  /** Undefined when nothing is known yet; null when the source said that there is no such table. */
  get(key: string): TableDetails | null | undefined {
    const packed = this.tables.get(key);
    if (packed === undefined) return undefined;
    this.tables.delete(key);
    this.tables.set(key, packed);
    return packed === NO_SUCH_TABLE ? null : { ...packed.details, columns: this.columnsOf(packed) };
  }

  /** Tells states of a table apart: undefined, `absent`, or the number of what is stored. */
  stamp(key: string): string | undefined {
    const packed = this.tables.get(key);
    return packed === undefined || packed === NO_SUCH_TABLE ? packed : `${packed.revision}`;
  }

  /** Like get, without counting as a use. */
  peek(key: string): TableDetails | undefined {
    const packed = this.tables.get(key);
    if (packed === undefined || packed === NO_SUCH_TABLE) return undefined;
    return { ...packed.details, columns: this.columnsOf(packed) };
  }

  set(key: string, details: TableDetails | undefined): void {
    this.tables.delete(key);
    this.tables.set(key, details === undefined ? NO_SUCH_TABLE : this.pack(details));
    for (const oldest of this.tables.keys()) {
      if (this.tables.size <= this.limit) break;
      this.tables.delete(oldest);
    }
  }

  /** Forgets what begins with this, such as everything of one catalog. */
  forget(prefix: string): void {
    for (const key of [...this.tables.keys()]) if (key.startsWith(prefix)) this.tables.delete(key);
  }

  private pack({ columns, ...details }: TableDetails): PackedDetails {
    const packed = new Uint32Array(columns.length * 2);
    columns.forEach((column, i) => {
      packed[2 * i] = this.intern(column.name);
      packed[2 * i + 1] = this.intern(column.type);
    });
    const hasComments = columns.some(column => column.comment !== undefined);
    return {
      revision: ++this.revision,
      details,
      columns: packed,
      comments: hasComments ? columns.map(column => column.comment) : undefined,
    };
  }

  private columnsOf(packed: PackedDetails): ColumnInfo[] {
    const columns: ColumnInfo[] = [];
    for (let i = 0; i < packed.columns.length; i += 2) {
      const name = this.strings[packed.columns[i] ?? 0] ?? '';
      const type = this.strings[packed.columns[i + 1] ?? 0] ?? '';
      const comment = packed.comments?.[i / 2];
      columns.push(comment === undefined ? { name, type } : { name, type, comment });
    }
    return columns;
  }

  private intern(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.strings.push(text) - 1;
      this.ids.set(text, id);
    }
    return id;
  }
}

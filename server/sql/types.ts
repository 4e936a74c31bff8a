/** A type of Trino, for completion and hover. */
export interface TypeDescription {
  readonly name: string;
  /** What stands in its parentheses, `''` when it takes none; optional parts in brackets. */
  readonly parameters: string;
  readonly summary: string;
  /** Whether a literal may be written with the type's name: `DATE '2020-01-01'`. */
  readonly hasTypedLiteral: boolean;
  /** Whether a table of the Iceberg connector may have a column of it. */
  readonly isInIceberg: boolean;
}

/** name | parameters | flags: L has typed literals, I can be stored in Iceberg | summary */
const LINES = `
boolean |  | LI | true or false
tinyint |  | L | 8-bit integer, -128 to 127; Iceberg stores it as integer
smallint |  | L | 16-bit integer, -32,768 to 32,767; Iceberg stores it as integer
integer |  | LI | 32-bit integer
int |  | LI | 32-bit integer; same as integer
bigint |  | LI | 64-bit integer
real |  | LI | 32-bit floating point number
double |  | LI | 64-bit floating point number
decimal | precision[, scale] | LI | exact number of up to 38 digits
varchar | [length] | LI | text, as long as the length allows
char | [length] | L | text of a fixed length, filled with spaces; Iceberg stores it as varchar
varbinary |  | LI | bytes
json |  | L | a JSON value
date |  | LI | a calendar day
time | [precision] | LI | a time of day; Iceberg keeps microseconds
time with time zone |  | L | a time of day with an offset
timestamp | [precision] | LI | day and time of day without a time zone; Iceberg keeps microseconds
timestamp with time zone |  | LI | an instant, shown in its time zone; Iceberg keeps it in UTC
interval day to second |  | L | a span of days, hours, minutes and seconds
interval year to month |  | L | a span of years and months
array | element type | I | a list of elements of one type, counted from 1
map | key type, value type | I | values by key
row | name type, … | I | fields with names and types of their own
uuid |  | LI | a 128-bit identifier
ipaddress |  | L | an IPv4 or IPv6 address
hyperloglog |  |  | sketch for estimated distinct counts
p4hyperloglog |  |  | HyperLogLog sketch in its dense form
setdigest |  |  | sketch of a set, for overlap estimates
qdigest | type |  | quantile digest
tdigest |  |  | t-digest for estimated quantiles
color |  |  | a terminal colour
function | argument types, result type |  | a lambda's type, in signatures
unknown |  |  | the type of NULL
`;

export const TYPES: readonly TypeDescription[] = LINES.trim()
  .split('\n')
  .map(line => {
    const [name = '', parameters = '', flags = '', summary = ''] = line.split('|').map(part => part.trim());
    return {
      name,
      parameters,
      summary,
      hasTypedLiteral: flags.includes('L'),
      isInIceberg: flags.includes('I'),
    };
  });

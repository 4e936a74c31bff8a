/** Calls with a syntax of their own, which `SHOW FUNCTIONS` does not list or lists without their syntax. */
export interface SpecialForm {
  readonly name: string;
  readonly syntax: string;
  readonly summary: string;
}

const LINES = `
cast // CAST(value AS type) // the value converted to a type; fails when it cannot be
try_cast // TRY_CAST(value AS type) // the value converted to a type; null when it cannot be
try // TRY(expression) // the expression's value, or null for division by zero, a bad cast, argument or number out of range
coalesce // COALESCE(value1, value2, …) // the first value that is not null
nullif // NULLIF(value1, value2) // null when both are equal, else the first
if // IF(condition, value_if_true [, value_if_false]) // one of two values; null when there is no second
grouping // GROUPING(column1, …) // bit set that says which columns the row's grouping set leaves out
extract // EXTRACT(field FROM value) // a field such as YEAR, MONTH, DAY, HOUR, DOW or TIMEZONE_HOUR of a date, time or interval
position // POSITION(substring IN string) // position of the first occurrence counted from 1; 0 when there is none
overlay // OVERLAY(string PLACING replacement FROM start [FOR length]) // the string with a part of it replaced
substring // SUBSTRING(string FROM start [FOR length]) // part of a text from a position counted from 1; negative counts from the end
trim // TRIM([LEADING | TRAILING | BOTH] [characters FROM] string) // the string without the characters at its ends; spaces when not given
normalize // NORMALIZE(string [, NFD | NFC | NFKD | NFKC]) // text in a Unicode normal form; NFC when not given
listagg // LISTAGG(value [, separator] [ON OVERFLOW …]) WITHIN GROUP (ORDER BY …) // values of the group as one string
format // FORMAT(format, value1, …) // text made with Java's format patterns, for example '%s has %05d'
json_exists // JSON_EXISTS(json, path [PASSING …] [… ON ERROR]) // true when the SQL/JSON path finds something
json_value // JSON_VALUE(json, path [PASSING …] [RETURNING type] [… ON EMPTY] [… ON ERROR]) // the scalar that an SQL/JSON path finds
json_query // JSON_QUERY(json, path [PASSING …] [RETURNING type] [WITH WRAPPER] [… ON EMPTY] [… ON ERROR]) // the JSON that an SQL/JSON path finds
json_object // JSON_OBJECT(key : value, … [ABSENT ON NULL] [WITH UNIQUE KEYS]) // a JSON object
json_array // JSON_ARRAY(value, … [NULL ON NULL] [RETURNING type]) // a JSON array
json_table // JSON_TABLE(json, path COLUMNS (…)) // rows and columns from JSON, as a relation
current_catalog // CURRENT_CATALOG // catalog of the session
current_schema // CURRENT_SCHEMA // schema of the session
current_user // CURRENT_USER // user who runs the query
current_path // CURRENT_PATH // where functions are looked up
current_date // CURRENT_DATE // today in the session's time zone
current_time // CURRENT_TIME[(precision)] // start of the query as a time with time zone
current_timestamp // CURRENT_TIMESTAMP[(precision)] // start of the query with time zone
localtime // LOCALTIME[(precision)] // start of the query as a time without time zone
localtimestamp // LOCALTIMESTAMP[(precision)] // start of the query without time zone
`;

export const SPECIAL_FORMS: readonly SpecialForm[] = LINES.trim()
  .split('\n')
  .map(line => {
    const [name = '', syntax = '', summary = ''] = line.split(' // ');
    return { name, syntax, summary };
  });

/**
 * What the functions do, in our own words: `name (parameters) (parameters of another form): summary`, one a line;
 * `...` behind the last parameter says that it repeats. Names are those of functions-recorded.ts.
 */
export const FUNCTION_DESCRIPTIONS = `
abs (x): absolute value
acos (x): angle in radians whose cosine is x
all_match (array, predicate): true when the predicate holds for every element
any_match (array, predicate): true when the predicate holds for at least one element
any_value (x): some non-null value of the group
approx_distinct (x) (x, max_standard_error): estimated number of distinct non-null values
approx_most_frequent (buckets, x, capacity): estimated most frequent values with their counts, as a map
approx_percentile (x, percentage) (x, weight, percentage) (x, weight, percentage, accuracy): estimated value below which the given share of the group lies
approx_set (x): HyperLogLog sketch of the distinct values
arbitrary (x): some non-null value of the group; the older name of any_value
array_agg (x): all values of the group as an array; takes ORDER BY
array_distinct (array): the elements without duplicates
array_except (array, excluded): distinct elements of the first array that the second lacks
array_histogram (array): how often each element occurs, as a map
array_intersect (array1, array2): distinct elements that both arrays have
array_join (array, delimiter) (array, delimiter, null_replacement): the elements as one string; nulls are left out or replaced
array_max (array): greatest element
array_min (array): least element
array_position (array, element): position of the first occurrence, counted from 1; 0 when there is none
array_remove (array, element): the array without every occurrence of the element
array_sort (array) (array, comparator): sorted array, nulls last; the comparator returns -1, 0 or 1
array_union (array1, array2): distinct elements of either array
arrays_overlap (array1, array2): true when both arrays share a non-null element
asin (x): angle in radians whose sine is x
at_timezone (timestamp, zone): the same instant shown in another time zone
atan (x): angle in radians whose tangent is x
atan2 (y, x): angle in radians of the point (x, y)
avg (x): arithmetic mean of the non-null values
bar (x, width) (x, width, low_color, high_color): an ANSI bar of the given width for terminals
beta_cdf (a, b, value): cumulative probability of the beta distribution
bing_tile (x, y, zoom_level) (quadkey): Bing tile by its coordinates and zoom level, or by its quadkey
bing_tile_at (latitude, longitude, zoom_level): Bing tile that holds a place on Earth
bing_tile_coordinates (tile): x and y of a Bing tile as a row
bing_tile_polygon (tile): outline of a Bing tile
bing_tile_quadkey (tile): quadkey of a Bing tile
bing_tile_zoom_level (tile): zoom level of a Bing tile
bing_tiles_around (latitude, longitude, zoom_level) (latitude, longitude, zoom_level, radius_in_km): Bing tiles next to the one that holds a place, or that cover a circle around it
bit_count (x, bits): number of set bits of x in two's complement of that many bits
bitwise_and (x, y): bits set in both
bitwise_and_agg (x): bitwise AND over the group
bitwise_left_shift (value, shift): bits moved to the left
bitwise_not (x): every bit inverted
bitwise_or (x, y): bits set in either
bitwise_or_agg (x): bitwise OR over the group
bitwise_right_shift (value, shift): bits moved to the right, filled with zeros
bitwise_right_shift_arithmetic (value, shift): bits moved to the right, filled with the sign
bitwise_xor (x, y): bits set in exactly one
bitwise_xor_agg (x): bitwise XOR over the group
bool_and (x): true when every value is true
bool_or (x): true when at least one value is true
cardinality (x): number of elements of an array or map, or the estimate of a sketch
cbrt (x): cube root
ceil (x): x rounded up to an integer
ceiling (x): x rounded up to an integer; same as ceil
checksum (x): order-independent checksum of the values of the group
chr (n): the character with that Unicode code point
codepoint (string): Unicode code point of a one-character string
color (name) (x, low_color, high_color) (x, low, high, low_color, high_color): a terminal colour by name or between two colours
combinations (array, n): all sub-groups of n elements, n up to 5
concat (value1, value2, ...): strings, arrays or binaries joined in order; null when any is null
concat_ws (separator, string1, ...): strings joined by a separator, nulls skipped
contains (array, element): true when the array has the element; also tests whether a network contains an address
contains_sequence (array, sequence): true when the sequence occurs in the array without gaps
convex_hull_agg (geometry): convex hull of all geometries of the group
corr (y, x): correlation coefficient
cos (x): cosine of an angle in radians
cosh (x): hyperbolic cosine
cosine_distance (x, y): one minus the cosine similarity of two vectors
cosine_similarity (x, y): cosine of the angle between two vectors
count () (x): number of rows, or of non-null values
count_if (condition): number of rows for which the condition is true
covar_pop (y, x): population covariance
covar_samp (y, x): sample covariance
crc32 (binary): CRC-32 of the bytes
cume_dist (): share of the partition's rows at or before this one in the window's order
current_date (): today in the session's time zone
current_groups (): groups of the current user, where a group provider is set up
current_timezone (): time zone of the session
date (x): same as CAST(x AS date)
date_add (unit, value, timestamp): timestamp moved by that many units ('day', 'hour', …); negative subtracts
date_diff (unit, timestamp1, timestamp2): whole units from the first timestamp to the second
date_format (timestamp, format): text in MySQL's format, for example '%Y-%m-%d %H:%i:%s'
date_parse (string, format): timestamp from text in MySQL's format
date_trunc (unit, timestamp): timestamp cut to the start of its unit ('hour', 'day', 'month', …)
day (x): day of the month
day_of_month (x): day of the month
day_of_week (x): day of the week, 1 is Monday
day_of_year (x): day of the year
degrees (x): radians to degrees
dense_rank (): rank without gaps after ties
dot_product (x, y): sum of the element-wise products of two vectors
dow (x): day of the week, 1 is Monday
doy (x): day of the year
e (): Euler's number
element_at (array_or_map, key): element at an index counted from 1 (negative from the end) or value of a key; null when absent
empty_approx_set (): an empty HyperLogLog sketch
euclidean_distance (x, y): straight-line distance of two vectors
every (x): true when every value is true; same as bool_and
exclude_columns (input, columns): the input table without the named columns
exp (x): Euler's number raised to x
filter (array, predicate): elements for which the predicate is true
first_value (x): value of the first row of the window frame
flatten (array): an array of arrays joined into one array
floor (x): x rounded down to an integer
format_datetime (timestamp, format): text in Joda-Time's format, for example 'yyyy-MM-dd HH:mm'
format_number (number): number with a unit symbol, for example 1.23M
from_base (string, radix): integer from text in that base
from_base32 (string): bytes from base32
from_base64 (string): bytes from base64
from_base64url (string): bytes from base64 with the URL-safe alphabet
from_big_endian_32 (binary): integer from 4 big-endian bytes
from_big_endian_64 (binary): bigint from 8 big-endian bytes
from_encoded_polyline (polyline): line that an encoded polyline describes
from_geojson_geometry (json): spherical geography written as GeoJSON
from_hex (string): bytes from hexadecimal text
from_ieee754_32 (binary): real from 4 big-endian IEEE 754 bytes
from_ieee754_64 (binary): double from 8 big-endian IEEE 754 bytes
from_iso8601_date (string): date from ISO 8601 text, also a week or ordinal date
from_iso8601_timestamp (string): timestamp with time zone from ISO 8601 text, milliseconds
from_iso8601_timestamp_nanos (string): timestamp with time zone from ISO 8601 text, nanoseconds
from_unixtime (seconds) (seconds, zone) (seconds, hours, minutes): timestamp with time zone from seconds since 1970
from_unixtime_nanos (nanoseconds): timestamp with time zone from nanoseconds since 1970
from_utf8 (binary) (binary, replacement): text from UTF-8 bytes; invalid sequences are replaced
geometric_mean (x): geometric mean
geometry_from_hadoop_shape (binary): geometry in the binary form of the Spatial Framework for Hadoop
geometry_invalid_reason (geometry): why the geometry is not valid, null when it is
geometry_nearest_points (first, second): the two points at which the geometries come closest, as a row
geometry_to_bing_tiles (geometry, zoom_level): fewest Bing tiles of a zoom level that cover the geometry
geometry_union (geometries): union of an array of geometries
geometry_union_agg (geometry): union of all geometries of the group
great_circle_distance (latitude1, longitude1, latitude2, longitude2): distance of two places along the Earth's surface in kilometres
greatest (value1, value2, ...): greatest of the values; null when any is null
hamming_distance (string1, string2): positions at which two strings of equal length differ
hash_counts (digest): how often each hash occurs in a set digest, as a map
histogram (x): how often each value occurs, as a map
hmac_md5 (binary, key): HMAC with MD5
hmac_sha1 (binary, key): HMAC with SHA-1
hmac_sha256 (binary, key): HMAC with SHA-256
hmac_sha512 (binary, key): HMAC with SHA-512
hour (x): hour of the day
human_readable_seconds (seconds): seconds as weeks, days, hours, minutes and seconds
infinity (): positive infinity
intersection_cardinality (digest1, digest2): estimated size of the intersection of two set digests
inverse_beta_cdf (a, b, p): value at a cumulative probability of the beta distribution
inverse_normal_cdf (mean, sd, p): value at a cumulative probability of the normal distribution
is_finite (x): true unless x is infinite or not a number
is_infinite (x): true for positive or negative infinity
is_json_scalar (json): true for a JSON number, string, boolean or null
is_nan (x): true when x is not a number
jaccard_index (digest1, digest2): estimated overlap of two set digests, 0 to 1
json_array_contains (json, value): true when the JSON array holds the value
json_array_get (json_array, index): element of a JSON array at an index counted from 0; prefer json_extract
json_array_length (json): number of elements of a JSON array
json_extract (json, json_path): the JSON at a path such as '$.a.b[0]'
json_extract_scalar (json, json_path): the scalar at a path, as text
json_format (json): JSON as text
json_parse (string): JSON from text
json_size (json, json_path): number of members at a path; 0 for a scalar
kurtosis (x): excess kurtosis
lag (x) (x, offset) (x, offset, default_value): value of the row that stands offset rows before (1 when not given)
last_day_of_month (x): last day of the month
last_value (x): value of the last row of the window frame
lead (x) (x, offset) (x, offset, default_value): value of the row that stands offset rows after (1 when not given)
least (value1, value2, ...): least of the values; null when any is null
length (string): number of characters, or of bytes of a binary
levenshtein_distance (string1, string2): fewest single-character edits between two strings
line_interpolate_point (line, fraction): point at a fraction of the line's length
line_interpolate_points (line, fraction): points at each multiple of a fraction of the line's length
line_locate_point (line, point): where on the line the nearest place to the point lies, as a fraction of its length
listagg (value, separator, is_overflow_error, overflow_filler, shows_overflow_count): values of the group as one string; needs WITHIN GROUP (ORDER BY …)
ln (x): natural logarithm
log (base, x): logarithm to a base
log10 (x): logarithm to base 10
log2 (x): logarithm to base 2
lower (string): text in lower case
lpad (string, size, pad): text filled from the left, or cut, to a size
ltrim (string) (string, characters): text without spaces, or the given characters, at its start
luhn_check (digits): true when the digits pass the Luhn check
make_set_digest (x): sketch of the set of values, for overlap estimates
map () (keys, values): map from an array of keys and one of values
map_agg (key, value): map of the group's keys to values
map_concat (map1, map2, ...): union of maps; the last one wins
map_entries (map): entries as an array of rows
map_filter (map, predicate): entries for which the predicate of key and value is true
map_from_entries (entries): map from an array of two-field rows
map_keys (map): keys as an array
map_union (map): union of the maps of the group
map_values (map): values as an array
map_zip_with (map1, map2, function): map over the keys of both, with a value computed from key and both values
max (x) (x, n): greatest value, or the n greatest as an array
max_by (x, y) (x, y, n): the x of the row with the greatest y, or of the n greatest
md5 (binary): MD5 hash
merge (sketch): union of the sketches of the group
merge_set_digest (digest): union of the set digests of the group
millisecond (x): millisecond of the second
min (x) (x, n): least value, or the n least as an array
min_by (x, y) (x, y, n): the x of the row with the least y, or of the n least
minute (x): minute of the hour
mod (n, m): remainder of n divided by m
month (x): month of the year
multimap_agg (key, value): map of the group's keys to arrays of values
multimap_from_entries (entries): map from rows to arrays of values, keys may repeat
murmur3 (binary): 128-bit MurmurHash3
nan (): the double that is not a number
ngrams (array, n): all runs of n neighbouring elements
none_match (array, predicate): true when the predicate holds for no element
normal_cdf (mean, sd, value): cumulative probability of the normal distribution
normalize (string, form): text in a Unicode normal form; NFC when not given
now (): start of the query, with time zone
nth_value (x, offset): value of the frame's row at an offset counted from 1
ntile (n): number of the bucket, 1 to n, of the partition's rows
numeric_histogram (buckets, x) (buckets, x, weight): estimated histogram with that many buckets
parse_data_size (string): bytes of a text such as '2.3MB'
parse_datetime (string, format): timestamp with time zone from text in Joda-Time's format
parse_duration (string): interval from a text such as '1.5h'
parse_presto_data_size (string): bytes of a text such as '2.3MB'; the older name of parse_data_size
percent_rank (): relative rank, 0 to 1
pi (): the number pi
pow (x, p): x raised to p
power (x, p): x raised to p; same as pow
qdigest_agg (x) (x, weight) (x, weight, accuracy): quantile digest of the group
quantile_at_value (digest, value): share of the values below a value
quarter (x): quarter of the year, 1 to 4
radians (x): degrees to radians
rand () (n) (m, n): random double below 1, or integer below n, or from m to below n
random () (n) (m, n): random double below 1, or integer below n, or from m to below n
rank (): rank with gaps after ties
reduce (array, initial_state, input_function, output_function): one value from the elements, folded from the left
reduce_agg (input, initial_state, input_function, combine_function): one value from the group, folded in any order
regexp_count (string, pattern): number of matches
regexp_extract (string, pattern) (string, pattern, group): the first match, or its group
regexp_extract_all (string, pattern) (string, pattern, group): all matches, or their group
regexp_like (string, pattern): true when the pattern matches somewhere
regexp_position (string, pattern) (string, pattern, start) (string, pattern, start, occurrence): position of a match; -1 when there is none
regexp_replace (string, pattern) (string, pattern, replacement): matches removed or replaced; $1 or \${name} in the replacement, or a lambda of the groups
regexp_split (string, pattern): pieces between the matches
regr_intercept (y, x): intercept of the linear regression
regr_slope (y, x): slope of the linear regression
render (value) (value, color): value with ANSI colours for terminals
repeat (element, count): array of count equal elements
replace (string, search) (string, search, replacement): every occurrence removed or replaced
reverse (x): text, bytes or array from back to front
rgb (red, green, blue): a terminal colour
round (x) (x, digits): x rounded half up to so many decimals, 0 when not given
row_number (): number of the row in the partition, from 1
rpad (string, size, pad): text filled from the right, or cut, to a size
rtrim (string) (string, characters): text without spaces, or the given characters, at its end
second (x): second of the minute
sequence (start, stop) (start, stop, step): array of numbers, dates or timestamps, both ends included; as a table function, rows
sha1 (binary): SHA-1 hash
sha256 (binary): SHA-256 hash
sha512 (binary): SHA-512 hash
shuffle (array): elements in random order
sign (x): -1, 0 or 1
simplify_geometry (geometry, tolerance): geometry with fewer points that stays within a tolerance
sin (x): sine of an angle in radians
sinh (x): hyperbolic sine
skewness (x): skewness
slice (array, start, length): part of an array; a negative start counts from the end
soundex (string): phonetic code of English words
spatial_partitioning (geometry): partitions for a spatial join, computed from the geometries of the group
spatial_partitions (tree, geometry) (tree, geometry, distance): numbers of the spatial partitions that a geometry, or what is within a distance of it, falls into
split (string, delimiter) (string, delimiter, limit): pieces as an array, at most limit of them
split_part (string, delimiter, index): the piece at an index counted from 1
split_to_map (string, entry_delimiter, key_value_delimiter): map from text such as 'a=1,b=2'
split_to_multimap (string, entry_delimiter, key_value_delimiter): map to arrays of values from text, keys may repeat
spooky_hash_v2_32 (binary): 32-bit SpookyHash
spooky_hash_v2_64 (binary): 64-bit SpookyHash
sqrt (x): square root
st_area (geometry): area; square metres for spherical geographies
st_asbinary (geometry): geometry as well-known binary (WKB)
st_astext (geometry): geometry as well-known text (WKT)
st_boundary (geometry): boundary of the geometry
st_buffer (geometry, distance): everything within a distance of the geometry
st_centroid (geometry): centre of mass as a point
st_contains (outer, inner): whether the second geometry lies inside the first
st_convexhull (geometry): smallest convex geometry around it
st_coorddim (geometry): number of coordinates of each point
st_crosses (first, second): whether the geometries share some but not all of their inner points
st_difference (first, second): what the first geometry has and the second has not
st_dimension (geometry): 0 for points, 1 for lines, 2 for areas
st_disjoint (first, second): whether the geometries share nothing
st_distance (first, second): shortest distance; metres for spherical geographies
st_endpoint (line): last point of a line
st_envelope (geometry): bounding rectangle as a polygon
st_envelopeaspts (geometry): lower left and upper right corner of the bounding rectangle
st_equals (first, second): whether both are the same geometry
st_exteriorring (polygon): outer ring of a polygon as a line
st_geometries (collection): parts of a collection as an array
st_geometryfromtext (wkt): geometry written as well-known text (WKT)
st_geometryn (collection, index): part of a collection at an index, from 1
st_geometrytype (geometry): name of the kind of geometry
st_geomfrombinary (wkb): geometry written as well-known binary (WKB)
st_geomfromkml (kml): geometry written as KML
st_interiorringn (polygon, index): hole of a polygon at an index, from 1
st_interiorrings (polygon): holes of a polygon as an array
st_intersection (first, second): what both geometries share
st_intersects (first, second): whether the geometries share anything
st_isclosed (line): whether a line ends where it starts
st_isempty (geometry): whether the geometry has no points
st_isring (line): whether a line is closed and does not touch itself
st_issimple (geometry): whether the geometry does not cross or touch itself
st_isvalid (geometry): whether the geometry is well formed
st_length (line): length; metres for spherical geographies
st_linefromtext (wkt): line written as well-known text (WKT)
st_linestring (points): line through an array of points
st_multipoint (points): multi-point of an array of points
st_numgeometries (collection): number of parts of a collection
st_numinteriorring (polygon): number of holes of a polygon
st_numpoints (geometry): number of points
st_overlaps (first, second): whether geometries of one dimension share a part, and neither lies inside the other
st_point (x, y): point with these coordinates
st_pointn (line, index): point of a line at an index, from 1
st_points (geometry): points as an array
st_polygon (wkt): polygon written as well-known text (WKT)
st_relate (first, second, pattern): whether the geometries relate to each other as a pattern of the DE-9IM model says
st_startpoint (line): first point of a line
st_symdifference (first, second): what only one of the geometries has
st_touches (first, second): whether the geometries touch without sharing inner points
st_union (first, second): what either geometry has
st_within (inner, outer): whether the first geometry lies inside the second
st_x (point): x coordinate of a point
st_xmax (geometry): greatest x coordinate
st_xmin (geometry): least x coordinate
st_y (point): y coordinate of a point
st_ymax (geometry): greatest y coordinate
st_ymin (geometry): least y coordinate
starts_with (string, prefix): true when the text starts with the prefix
stddev (x): sample standard deviation
stddev_pop (x): population standard deviation
stddev_samp (x): sample standard deviation; same as stddev
strpos (string, search) (string, search, instance): position of an occurrence counted from 1; 0 when there is none
substr (string, start) (string, start, length): part of a text from a position counted from 1; negative counts from the end
substring (string, start) (string, start, length): part of a text from a position counted from 1; negative counts from the end
sum (x): sum of the values
t_cdf (df, value): cumulative probability of Student's t distribution
t_pdf (df, value): density of Student's t distribution
table_changes (schema_name, table_name, start_snapshot_id, end_snapshot_id): rows inserted and deleted between two snapshots of an Iceberg table
tan (x): tangent of an angle in radians
tanh (x): hyperbolic tangent
tdigest_agg (x) (x, weight): t-digest of the group
timezone (x): time zone of a timestamp
timezone_hour (x): hours of the time zone's offset
timezone_minute (x): minutes of the time zone's offset
to_base (x, radix): integer as text in that base
to_base32 (binary): bytes as base32
to_base64 (binary): bytes as base64
to_base64url (binary): bytes as base64 with the URL-safe alphabet
to_big_endian_32 (x): integer as 4 big-endian bytes
to_big_endian_64 (x): bigint as 8 big-endian bytes
to_encoded_polyline (geometry): line or multi-point as an encoded polyline
to_geojson_geometry (geography): spherical geography as GeoJSON
to_geometry (geography): spherical geography as a plane geometry
to_hex (binary): bytes as hexadecimal text
to_ieee754_32 (x): real as 4 big-endian IEEE 754 bytes
to_ieee754_64 (x): double as 8 big-endian IEEE 754 bytes
to_iso8601 (x): date or timestamp as ISO 8601 text
to_milliseconds (interval): day-to-second interval as milliseconds
to_spherical_geography (geometry): plane geometry as a spherical geography
to_unixtime (timestamp): seconds since 1970
to_utf8 (string): UTF-8 bytes of a text
transform (array, function): array of the function's results
transform_keys (map, function): map with keys computed from key and value
transform_values (map, function): map with values computed from key and value
translate (string, from, to): characters of from replaced by those at the same place in to; the surplus is removed
trim (string) (string, characters): text without spaces, or the given characters, at both ends
trim_array (array, n): array without its last n elements
truncate (x) (x, digits): x without its decimals, or cut to so many
typeof (x): name of the value's type
upper (string): text in upper case
url_decode (string): text with percent escapes undone
url_encode (string): text with reserved characters as percent escapes
url_extract_fragment (url): part after #
url_extract_host (url): host of a URL
url_extract_parameter (url, name): first query parameter of that name
url_extract_path (url): path of a URL
url_extract_port (url): port of a URL
url_extract_protocol (url): scheme of a URL
url_extract_query (url): query string of a URL
uuid (): a random UUID
value_at_quantile (digest, quantile): value at a quantile, 0 to 1
values_at_quantiles (digest, quantiles): values at several quantiles
var_pop (x): population variance
var_samp (x): sample variance
variance (x): sample variance; same as var_samp
week (x): ISO week of the year, 1 to 53
week_of_year (x): ISO week of the year; same as week
width_bucket (x, bound1, bound2, n) (x, bins): number of the bucket x falls into
wilson_interval_lower (successes, trials, z): lower bound of the Wilson score interval
wilson_interval_upper (successes, trials, z): upper bound of the Wilson score interval
with_timezone (timestamp, zone): timestamp taken as local time of a zone
word_stem (word) (word, language): stem of a word; English when no language is given
xxhash64 (binary): 64-bit xxHash
year (x): year
year_of_week (x): year of the ISO week
yow (x): year of the ISO week; same as year_of_week
zip (array1, array2, ...): array of rows of the elements at the same place, padded with nulls
zip_with (array1, array2, function): array of the function's results on elements at the same place
`;

/** Recorded from Trino 476 by test/record/trino-data.ts: table, column and type, separated by tabs; types that follow the table are cut to `row`. */
export const RECORDED_METADATA_TABLES = String.raw`
properties	key	varchar
properties	value	varchar
history	made_current_at	timestamp(3) with time zone
history	snapshot_id	bigint
history	parent_id	bigint
history	is_current_ancestor	boolean
metadata_log_entries	timestamp	timestamp(3) with time zone
metadata_log_entries	file	varchar
metadata_log_entries	latest_snapshot_id	bigint
metadata_log_entries	latest_schema_id	integer
metadata_log_entries	latest_sequence_number	bigint
snapshots	committed_at	timestamp(3) with time zone
snapshots	snapshot_id	bigint
snapshots	parent_id	bigint
snapshots	operation	varchar
snapshots	manifest_list	varchar
snapshots	summary	map(varchar, varchar)
manifests	path	varchar
manifests	length	bigint
manifests	partition_spec_id	integer
manifests	added_snapshot_id	bigint
manifests	added_data_files_count	integer
manifests	added_rows_count	bigint
manifests	existing_data_files_count	integer
manifests	existing_rows_count	bigint
manifests	deleted_data_files_count	integer
manifests	deleted_rows_count	bigint
manifests	partition_summaries	array(row(contains_null boolean, contains_nan boolean, lower_bound varchar, upper_bound varchar))
all_manifests	path	varchar
all_manifests	length	bigint
all_manifests	partition_spec_id	integer
all_manifests	added_snapshot_id	bigint
all_manifests	added_data_files_count	integer
all_manifests	existing_data_files_count	integer
all_manifests	deleted_data_files_count	integer
all_manifests	added_delete_files_count	integer
all_manifests	existing_delete_files_count	integer
all_manifests	deleted_delete_files_count	integer
all_manifests	partition_summaries	array(row(contains_null boolean, contains_nan boolean, lower_bound varchar, upper_bound varchar))
all_manifests	reference_snapshot_id	bigint
partitions	partition	row
partitions	record_count	bigint
partitions	file_count	bigint
partitions	total_size	bigint
partitions	data	row
files	content	integer
files	file_path	varchar
files	file_format	varchar
files	spec_id	integer
files	partition	row
files	record_count	bigint
files	file_size_in_bytes	bigint
files	column_sizes	map(integer, bigint)
files	value_counts	map(integer, bigint)
files	null_value_counts	map(integer, bigint)
files	nan_value_counts	map(integer, bigint)
files	lower_bounds	map(integer, varchar)
files	upper_bounds	map(integer, varchar)
files	key_metadata	varbinary
files	split_offsets	array(bigint)
files	equality_ids	array(integer)
files	sort_order_id	integer
files	readable_metrics	json
entries	status	integer
entries	snapshot_id	bigint
entries	sequence_number	bigint
entries	file_sequence_number	bigint
entries	data_file	row
entries	readable_metrics	json
all_entries	status	integer
all_entries	snapshot_id	bigint
all_entries	sequence_number	bigint
all_entries	file_sequence_number	bigint
all_entries	data_file	row
all_entries	readable_metrics	json
refs	name	varchar
refs	type	varchar
refs	snapshot_id	bigint
refs	max_reference_age_in_ms	bigint
refs	min_snapshots_to_keep	integer
refs	max_snapshot_age_in_ms	bigint
`;

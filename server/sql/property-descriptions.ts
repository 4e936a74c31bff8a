/** What the properties do, in our own words: kind, name and summary, separated by tabs as in properties-recorded.ts. */
export const PROPERTY_DESCRIPTIONS = `
table	data_location	URI under which data files are written when they shall not lie with the metadata
table	extra_properties	further Iceberg properties by name; only those the catalog allows
table	format	file format of new data files
table	format_version	version of the Iceberg format: 1, 2 with row-level deletes, or 3
table	location	URI of the table's folder
table	max_commit_retry	how often a commit is tried again after a conflict
table	object_store_layout_enabled	whether files are spread over hashed prefixes, which suits S3
table	orc_bloom_filter_columns	columns of ORC files that get a Bloom filter
table	orc_bloom_filter_fpp	wanted share of false positives of the ORC Bloom filters
table	parquet_bloom_filter_columns	columns of Parquet files that get a Bloom filter
table	partitioning	partition transforms, for example ARRAY['month(day)', 'bucket(id, 16)']
table	sorted_by	columns by which each file is sorted, for example ARRAY['day DESC NULLS LAST']
schema	location	URI under which the schema's tables are put
analyze	columns	columns to collect statistics for; all when not given
materialized_view	data_location	URI under which data files are written
materialized_view	extra_properties	further Iceberg properties by name; only those the catalog allows
materialized_view	format	file format of new data files
materialized_view	format_version	version of the Iceberg format
materialized_view	location	URI of the storage table's folder
materialized_view	max_commit_retry	how often a commit is tried again after a conflict
materialized_view	object_store_layout_enabled	whether files are spread over hashed prefixes
materialized_view	orc_bloom_filter_columns	columns of ORC files that get a Bloom filter
materialized_view	orc_bloom_filter_fpp	wanted share of false positives of the ORC Bloom filters
materialized_view	parquet_bloom_filter_columns	columns of Parquet files that get a Bloom filter
materialized_view	partitioning	partition transforms of the stored rows
materialized_view	sorted_by	columns by which each file is sorted
materialized_view	storage_schema	schema of the table that stores the rows
session	iceberg.bucket_execution_enabled	use the buckets of tables for joins and aggregations
session	iceberg.collect_extended_statistics_on_write	collect distinct-value statistics while writing
session	iceberg.compression_codec	compression of new data files
session	iceberg.dynamic_filtering_wait_timeout	how long a scan waits for filters of a join's other side
session	iceberg.expire_snapshots_min_retention	least age that expire_snapshots accepts
session	iceberg.extended_statistics_enabled	use and collect distinct-value statistics
session	iceberg.file_based_conflict_detection_enabled	detect conflicts by the partitions of the written files
session	iceberg.idle_writer_min_file_size	bytes after which an idle writer may close its file
session	iceberg.incremental_refresh_enabled	refresh materialized views from new rows only, where possible
session	iceberg.max_partitions_per_writer	most partitions that one writer keeps open
session	iceberg.merge_manifests_on_write	merge small manifests in each commit
session	iceberg.minimum_assigned_split_weight	least weight of a small split
session	iceberg.parquet_max_read_block_row_count	most rows of a batch read from Parquet
session	iceberg.parquet_max_read_block_size	most bytes of a block read from Parquet
session	iceberg.parquet_small_file_threshold	Parquet files below this size are read in one request
session	iceberg.parquet_use_bloom_filter	skip row groups by Parquet Bloom filters
session	iceberg.parquet_ignore_statistics	do not trust the statistics in Parquet files
session	iceberg.parquet_writer_batch_size	rows in a batch given to the Parquet writer
session	iceberg.parquet_writer_block_size	size of the row groups of new Parquet files
session	iceberg.parquet_writer_page_size	size of the pages of new Parquet files
session	iceberg.projection_pushdown_enabled	read only the needed fields of rows
session	iceberg.query_partition_filter_required	refuse scans without a filter on a partition column
session	iceberg.query_partition_filter_required_schemas	schemas for which such a filter is required
session	iceberg.remove_orphan_files_min_retention	least age that remove_orphan_files accepts
session	iceberg.sorted_writing_enabled	sort while writing to tables that have a sort order
session	iceberg.statistics_enabled	give the planner statistics of tables
session	iceberg.target_max_file_size	size at which a new file is begun
session	iceberg.use_file_size_from_metadata	trust the file sizes in the metadata
session	distinct_aggregations_strategy	how DISTINCT aggregations are planned
session	enable_dynamic_filtering	filter scans by the values of a join's other side
session	execution_policy	in which order stages are scheduled
session	join_distribution_type	broadcast or partitioned joins, or chosen by cost
session	join_max_broadcast_table_size	largest table that is broadcast
session	join_reordering_strategy	whether joins are reordered, and by what
session	max_recursion_depth	most rounds of a recursive query
session	prefer_partial_aggregation	aggregate before and after an exchange
session	query_max_cpu_time	most CPU time of a query
session	query_max_execution_time	longest execution of a query
session	query_max_planning_time	longest planning of a query
session	query_max_run_time	longest time of a query, waiting included
session	query_max_scan_physical_bytes	most bytes that a query may scan
session	query_priority	priority within the resource group
session	redistribute_writes	spread rows over all writers
session	required_workers_count	workers that must be there before a query starts
session	scale_writers	begin with few writers and add more as needed
session	spill_enabled	move memory to disk when it runs short
session	task_concurrency	parallel drivers per operator of a task
session	use_preferred_write_partitioning	partition rows before writing to partitioned tables
`;

-- %% [markdown]
-- # Late flights
-- `npm run demo` fills the table `demo.flights`. This file is plain SQL; its name makes it open as a notebook.

-- %% name=airports
-- @param flights bigint = 1000
SELECT origin, count(*) AS flights, round(avg(delay), 1) AS mean_delay, max(delay) AS longest
FROM iceberg.demo.flights
GROUP BY origin
HAVING count(*) > :flights;

-- %%
-- @chart bar x=origin y=mean_delay
SELECT origin, mean_delay, flights FROM airports ORDER BY mean_delay DESC LIMIT 12;

-- %%
-- Every commit of the pipeline is a snapshot, and any of them can be asked: … FOR VERSION AS OF snapshot_id
SELECT committed_at, operation, summary['added-records'] AS added_rows, snapshot_id
FROM iceberg.demo."flights$snapshots"
ORDER BY committed_at DESC;

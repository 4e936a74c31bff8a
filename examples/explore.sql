-- Put the cursor into a statement and press Ctrl+Enter (Cmd+Enter on a Mac).

SHOW CATALOGS;

SHOW SCHEMAS FROM iceberg;

-- Trino brings a generator of business data of any size.
SELECT
  n.name AS nation,
  count(*) AS orders,
  sum(o.totalprice) AS total
FROM tpch.tiny.orders AS o
JOIN tpch.tiny.customer AS c ON c.custkey = o.custkey
JOIN tpch.tiny.nation AS n ON n.nationkey = c.nationkey
GROUP BY n.name
ORDER BY total DESC;

-- A table of your own: it appears in the view Catalog.
CREATE SCHEMA IF NOT EXISTS iceberg.examples;

CREATE TABLE IF NOT EXISTS iceberg.examples.orders AS
SELECT orderkey, orderstatus, totalprice, orderdate FROM tpch.tiny.orders;

SELECT orderstatus, count(*) AS orders FROM iceberg.examples.orders GROUP BY orderstatus;

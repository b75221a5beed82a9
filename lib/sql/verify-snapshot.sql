-- A name by which another connection sees the same.
select pg_export_snapshot()

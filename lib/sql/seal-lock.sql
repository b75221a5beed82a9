-- One sealer at a time: until the session ends.
select pg_advisory_lock('audit.seal'::regclass::oid::bigint)

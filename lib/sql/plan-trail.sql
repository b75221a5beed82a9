-- What the trail says of tables, as far as there is one and we may read it: the
-- rules of each by its oid, what is skipped, and whether capture is native.
select jsonb_build_object(
  'native', (
    select p.probin is not null
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'audit' and p.proname = 'capture'),
  'rules', (
    select coalesce(jsonb_object_agg(x.relid, x.rules), '{}') from (
      select l.relid, jsonb_agg(b.rule order by b.rule collate "C") as rules
      from audit.live l join audit.rule_table b on b.rel = l.id
      where l.relid is not null group by l.relid) x),
  'skipped', (select coalesce(jsonb_agg(s.relid), '[]') from audit.skipped s))

-- What the trail says of tables, as far as there is one and we may read it: the
-- rules of each by its oid, and what is skipped.
select jsonb_build_object(
  'rules', (
    select coalesce(jsonb_object_agg(x.relid, x.rules), '{}') from (
      select l.relid, jsonb_agg(b.rule order by b.rule collate "C") as rules
      from audit.live l join audit.rule_table b on b.rel = l.id
      where l.relid is not null group by l.relid) x),
  'skipped', (select coalesce(jsonb_agg(s.relid), '[]') from audit.skipped s))

-- What an archive is told of tables: their names, those of now, and columns, as
-- JSON.
select json_build_object(
  'relations', (select coalesce(json_agg(to_jsonb(r)
      || jsonb_build_object('schema', l."schema", 'table', l."table")
      order by r.id), '[]')
    from audit.relation r join audit.live l using (id)),
  'names', (select coalesce(json_agg(n order by n.rel, n."schema" collate "C",
      n."table" collate "C"), '[]') from (
    select distinct rel, "schema", "table" from audit.relation_name) n),
  'columns', (select coalesce(json_agg(c order by c.rel, c.since), '[]')
    from audit.relation_columns c))

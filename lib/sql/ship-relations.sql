-- What an archive is told of tables: their names and columns, as JSON.
select json_build_object(
  'relations', (select coalesce(json_agg(r order by r.id), '[]')
    from audit.relation r),
  'names', (select coalesce(json_agg(n order by n.rel, n."schema" collate "C",
      n."table" collate "C"), '[]') from (
    select distinct rel, "schema", "table" from audit.relation_name) n),
  'columns', (select coalesce(json_agg(c order by c.rel, c.since), '[]')
    from audit.relation_columns c))
